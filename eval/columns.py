"""Mentions as columns of packed keys: both sides of many documents in sorted whole numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain
from typing import Any, ClassVar

import msgspec
import numpy as np
import numpy.typing as npt

from goldwire.eval.entities import spans_of
from goldwire.eval.items import Article
from goldwire.eval.measure import Measure
from goldwire.schemas.labels import Labels, labels
from goldwire.schemas.reading import Block
from goldwire.schemas.record import LAYERS, Mention, Record
from goldwire.schemas.spans import extent

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Codes = dict[str | None, int]
"""The number of each mention type."""
TYPES = 32
_FAR = 2**31
_LIMIT = 2**62


class _LeanMention(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """A mention with no more than what matching looks at."""

    start: int
    end: int
    type: str
    level: str | None = None
    entity: ClassVar[None] = None


class _LeanRecord(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """A prediction of mentions alone."""

    id: str
    mentions: list[_LeanMention]


_DECODER = msgspec.json.Decoder(_LeanRecord)


class Given:
    """The predicted mentions of a block's documents, one document after another."""

    def __init__(self, records: Sequence[_LeanRecord | Record], levels: bool = True) -> None:
        self.records = records
        self.layers = {"entities"}
        self.parted: Flags | bool = False
        if records and isinstance(records[0], Record):
            self.layers = {name for record in records for name in _layers(record)}
        self._lists: list[list[Any]] = [record.mentions or [] for record in records]
        self.numbers = list(map(len, self._lists))
        self.mentions = list(chain.from_iterable(self._lists))
        if records and isinstance(records[0], Record) and any(m.parts for m in self.mentions):
            parted = [any(m.parts for m in mentions) for mentions in self._lists]
            self.parted = np.array(parted, dtype=np.bool_)
        found = [m.level for m in self.mentions] if levels else []
        self.given = len(found) - found.count(None)
        self.levels = found if self.given else None

    @cached_property
    def entities(self) -> Ints:
        """The number of the entity of each mention."""
        return _entities(self._lists)

    def record(self, number: int) -> Record:
        """Return a document's prediction as a record."""
        record = self.records[number]
        if isinstance(record, Record):
            return record
        found = record.mentions
        mentions = [Mention(start=m.start, end=m.end, type=m.type, level=m.level) for m in found]
        return Record(id=record.id, mentions=mentions)


def _layers(record: _LeanRecord | Record) -> Iterable[str]:
    return (layer for layer, name in LAYERS.items() if getattr(record, name) is not None)


def read(block: Block) -> Given | None:
    """Return a block's mentions if each line is a record that holds mentions alone, else None."""
    given: list[Given] = []
    levels = b'"level"' in block.raw

    def keys(records: list[_LeanRecord]) -> int:
        given.append(Given(records, levels))
        return 2 * len(records) + 3 * len(given[0].mentions) + given[0].given

    return given[0] if block.all_at_once(_DECODER, keys) else None


@dataclass(frozen=True, slots=True)
class Columns:
    """Mentions of some documents, sorted by document, start, end and type.

    ``span`` packs document, start and length into one number, ``typed`` the type as well;
    ``item`` is where the mention stands in packed gold or in what was given.
    """

    doc: Ints
    start: Ints
    end: Ints
    type: Ints
    level: Ints
    span: Ints
    typed: Ints
    item: Ints

    def only(self, kept: Flags | Ints) -> "Columns":
        """Return those that are kept, or in the order given."""
        return Columns(*(getattr(self, name)[kept] for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class Gold:
    """The mentions of gold documents in a row, and what of each document must be known.

    ``first`` is where each document's mentions begin; ``special`` says that a document has
    what only ``eval.match`` knows; ``low`` and ``high`` are the hull of its boilerplate, and
    ``gaps`` that not all inside the hull is boilerplate.
    """

    first: Ints
    start: Ints
    end: Ints
    type: Ints
    level: Ints
    entity: Ints
    inside: Flags
    length: Ints
    special: Flags
    low: Ints
    high: Ints
    gaps: Flags
    codes: Codes


def type_codes(labels: Labels) -> Codes:
    """Return the number of each mention type; what has none is not plain, its number is last.

    Raises OverflowError for a scheme of too many types.
    """
    names = sorted(labels["mention"])
    if len(names) >= TYPES:
        raise OverflowError
    return {name: number for number, name in enumerate((*names, None))}


@cache
def level_codes() -> dict[str | None, int]:
    """Return the number of each level; 0 is none."""
    return {name: number for number, name in enumerate((None, *labels()["level"]))}


def pack(records: Sequence[Record], labels: Labels) -> Gold:
    """Return the mentions of sound gold records as columns."""
    codes = type_codes(labels)
    mentions = [
        sorted(record.mentions or (), key=lambda m: (m.start, m.end, codes[m.type]))
        for record in records
    ]
    flat = list(chain.from_iterable(mentions))
    inside: list[bool] = []
    for record, found in zip(records, mentions, strict=True):
        article = Article(record)
        zones = bool(article.boilerplate)
        inside += [zones and article.inside(spans_of(mention)) for mention in found]
    hulls = [_hull(record) for record in records]
    return Gold(
        first=_column(np.cumsum([0, *map(len, mentions)])),
        start=_column([m.start or 0 for m in flat]),
        end=_column([m.end or 0 for m in flat]),
        type=_column([codes[m.type] for m in flat]),
        level=_column([level_codes()[m.level] for m in flat]),
        entity=_entities(mentions),
        inside=np.array(inside, dtype=np.bool_),
        length=_column([len(record.text or "") for record in records]),
        special=np.array([_is_special(record) for record in records], dtype=np.bool_),
        low=_column([low for low, _ in hulls]),
        high=_column([high for _, high in hulls]),
        gaps=np.array([len(record.boilerplate or ()) > 1 for record in records], dtype=np.bool_),
        codes=codes,
    )


def _entities(documents: Iterable[Sequence[Mention | _LeanMention]]) -> Ints:
    """Return the number of each mention's entity; one without is an entity of its own."""
    numbers: list[int] = []
    after = 0
    for mentions in documents:
        known: dict[object, int] = {}
        for mention in mentions:
            owner = mention.entity or id(mention)
            numbers.append(known.setdefault(owner, after + len(known)))
        after += len(known)
    return _column(numbers)


def _column(values: Any) -> Ints:
    return np.asarray(values, dtype=np.int64)


def _hull(record: Record) -> tuple[int, int]:
    ends = [each for zone in record.boilerplate or () if (each := extent(zone))]
    return min((s for s, _ in ends), default=_FAR), max((e for _, e in ends), default=-1)


def _is_special(record: Record) -> bool:
    mentions = record.mentions
    if mentions is None or any(m.optional or m.alternatives or m.parts for m in mentions):
        return True
    if any(m.type is None for m in mentions):
        return True
    return len({(m.start, m.end, m.type) for m in mentions}) < len(mentions)


@dataclass(frozen=True)
class Kept:
    """What options keep: gold in the zone, predictions, and the spans of other gold, sorted.

    What both sides have in common is found once, whichever measures ask.
    """

    gold: Columns
    given: Columns
    other: Ints

    @cached_property
    def equal(self) -> Flags:
        """Whether each prediction has gold of equal span and type."""
        return isin(self.given.typed, self.gold.typed)

    @cached_property
    def common(self) -> tuple[Ints, Ints]:
        """The first prediction on each span that both sides have, and how often both do."""
        (one, numbers), (first, counts) = _runs(self.gold.span), _runs(self.given.span)
        spans, found = self.gold.span[one], self.given.span[first]
        if not len(spans):
            return first[:0], first[:0]
        place = np.searchsorted(spans, found)
        place[place == len(spans)] = 0
        both = spans[place] == found
        return first[both], np.minimum(counts[both], numbers[place[both]])


def _runs(values: Ints) -> tuple[Ints, Ints]:
    """Return where each run of equal values begins, and how long it is."""
    fresh = np.ones(len(values), dtype=np.bool_)
    fresh[1:] = values[1:] != values[:-1]
    first = np.flatnonzero(fresh)
    return first, np.diff(first, append=len(values))


def isin(values: Ints, known: Ints) -> Flags:
    """Whether each value is among known ones, which are sorted."""
    if not len(known):
        return np.zeros(len(values), dtype=np.bool_)
    place = np.searchsorted(known, values)
    place[place == len(known)] = 0
    found: Flags = known[place] == values
    return found


class Side:
    """Both sides of some documents as columns, numbered from 0, and what is not plain."""

    def __init__(self, gold: Gold, rows: Ints, given: Given) -> None:
        self.size = len(rows)
        self._entities = gold.entity, given
        self.codes = gold.codes
        self.low, self.high = gold.low[rows], gold.high[rows]
        self.gaps = gold.gaps[rows]
        self._kept: dict[object, Kept] = {}
        self.special = gold.special[rows] | given.parted
        self.repeated = np.zeros(self.size, dtype=np.int64)
        lengths = gold.length[rows]
        self.base = int(lengths.max(initial=0)) + 1
        if self.size * self.base * self.base * TYPES >= _LIMIT:
            raise OverflowError
        picked, doc = _picked(gold, rows)
        start, end, kind, level = (
            each[picked] for each in (gold.start, gold.end, gold.type, gold.level)
        )
        where = np.arange(picked.start, picked.stop) if isinstance(picked, slice) else picked
        self.gold = self._columns(doc, start, end, kind, level, where)
        self.inside = gold.inside[picked]
        self.given = self._predicted(given, lengths)

    def _predicted(self, given: Given, lengths: Ints) -> Columns:
        count = len(given.mentions)
        codes, levels = self.codes, level_codes()
        start = _column([m.start for m in given.mentions])
        end = _column([m.end for m in given.mentions])
        kind = _column(bytearray([codes[m.type] for m in given.mentions]))
        level = np.zeros(count, dtype=np.int64)
        if given.levels:
            level = _column(bytearray([levels[each] for each in given.levels]))
        doc = np.repeat(np.arange(self.size), given.numbers)
        if count and ((start < 0) | (start >= end) | (end > lengths[doc])).any():
            raise ValueError
        self.special[doc[kind == codes[None]]] = True
        found = self._columns(doc, start, end, kind, level, np.arange(count))
        if (found.typed[1:] > found.typed[:-1]).all():
            return found
        return self._collapsed(found.only(np.argsort(found.typed, kind="stable")))

    def _collapsed(self, found: Columns) -> Columns:
        """Return one of each; which level stands for all is not plain."""
        again = np.zeros(len(found.doc), dtype=np.bool_)
        again[1:] = found.typed[1:] == found.typed[:-1]
        self.repeated = np.bincount(found.doc[again], minlength=self.size)
        if found.level.any():
            self.special |= self.repeated > 0
        return found.only(~again)

    def kept(self, measure: Measure) -> Kept:
        """Return what a measure's options keep of both sides."""
        if measure.options not in self._kept:
            fits = _fits(self.gold, measure, self.codes)
            claimed = _fits(self.given, measure, self.codes)
            zone = measure.option("zone")
            required = fits
            if zone != ("all",):
                required = fits & (self.inside if zone == ("boilerplate",) else ~self.inside)
            mine = self.gold if required.all() else self.gold.only(required)
            theirs = self.given if claimed.all() else self.given.only(claimed)
            self._kept[measure.options] = Kept(mine, theirs, self.gold.span[~fits])
        return self._kept[measure.options]

    def outside(self, left: Columns, touching: bool, boilerplate: bool) -> Flags:
        """Whether predictions that (may) match nothing lie outside the zone.

        Where they match by ``touching``, one that reaches into boilerplate may match gold
        there; and a hull with gaps does not say what lies inside.
        """
        low, high = self.low[left.doc], self.high[left.doc]
        inside = (left.start >= low) & (left.end <= high)
        doubt = (left.start < high) & (left.end > low) if touching else inside & self.gaps[left.doc]
        self.special[left.doc[doubt]] = True
        return ~inside if boilerplate else inside

    def leaks(self) -> npt.NDArray[np.int64]:
        """Return how many predictions of each document lie inside gold boilerplate."""
        return np.bincount(self.given.doc[self.within(self.given)], minlength=self.size)

    def within(self, columns: Columns) -> Flags:
        """Whether mentions lie inside gold boilerplate, of gold or of the prediction.

        A hull with gaps does not say it.
        """
        inside: Flags = columns.start >= self.low[columns.doc]
        inside &= columns.end <= self.high[columns.doc]
        self.special[columns.doc[inside & self.gaps[columns.doc]]] = True
        return inside

    def entity(self, columns: Columns) -> Ints:
        """Return the number of the entity of each mention, from 0 without gaps."""
        gold, given = self._entities
        numbers = gold[columns.item] if columns is self.gold else given.entities[columns.item]
        return np.unique(numbers, return_inverse=True)[1]

    def _columns(
        self, doc: Ints, start: Ints, end: Ints, kind: Ints, level: Ints, item: Ints
    ) -> Columns:
        span = (doc * self.base + start) * self.base + end - start
        return Columns(doc, start, end, kind, level, span, span * TYPES + kind, item)


def _picked(gold: Gold, rows: Ints) -> tuple[slice | Ints, Ints]:
    """Return which mentions of packed gold are of these documents, and of which each is."""
    numbers = gold.first[rows + 1] - gold.first[rows]
    doc = np.repeat(np.arange(len(rows)), numbers)
    if (rows[1:] == rows[:-1] + 1).all():
        return slice(int(gold.first[rows[0]]), int(gold.first[rows[-1] + 1])), doc
    begin = gold.first[rows] - np.cumsum(numbers) + numbers
    return np.repeat(begin, numbers) + np.arange(len(doc)), doc


def _fits(columns: Columns, measure: Measure, codes: Codes) -> Flags:
    fits = np.ones(len(columns.doc), dtype=np.bool_)
    if kinds := measure.option("type"):
        fits &= np.isin(columns.type, [codes[each] for each in kinds])
    if levels := measure.option("level"):
        fits &= np.isin(columns.level, [0, *(level_codes()[each] for each in levels)])
    return fits
