"""Gold and prediction as matching sees them: a pair of records, and items of one layer."""

from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

import numpy as np

from goldwire.schemas.label_map import LabelMap
from goldwire.schemas.labels import Labels, own_labels
from goldwire.schemas.record import AnySpan, Record
from goldwire.schemas.spans import extent

T = TypeVar("T")
Spans = tuple[tuple[int, int], ...]
Facts = frozenset[tuple[str, str, str]]
"""Head as written, canonical type, tail as written."""
Edges = list[tuple[int, int]]
"""Which gold item (first index) may be matched with which predicted one (second)."""


@dataclass(slots=True, eq=False)
class Item:
    """One gold or predicted item.

    ``spans``: where it stands, sorted, () if it could not be placed. ``key``: what must
    be equal for strict matching, None if nothing can be. ``facets``: the properties that
    options compare, None where undeclared. ``characters``: the offsets that count, as the
    bits of one integer. ``words``: what a listing shows, or a function that makes it when
    one is printed. ``sources``: the record's own items, several if this one joins them.
    """

    spans: Spans
    words: str | Callable[[], str]
    facets: dict[str, str | None]
    inside: bool
    key: Hashable = None
    optional: bool = False
    alternatives: str | None = None
    characters: int = 0
    speaker: str | None = None
    sources: tuple[Any, ...] = ()

    @property
    def shown(self) -> str:
        """The words that a listing shows."""
        return self.words if isinstance(self.words, str) else self.words()

    @property
    def extent(self) -> tuple[int, int] | None:
        """First start and last end, or None if the item could not be placed."""
        if not self.spans:
            return None
        return self.spans[0][0], max(end for _, end in self.spans)

    @property
    def order(self) -> tuple[int, int, str]:
        """Start, end and type: the last resort of ties, independent of the order of input."""
        start, end = self.extent or (2**31, 2**31)
        return start, end, self.facets.get("type") or ""

    @property
    def identity(self) -> tuple[object, ...]:
        """All of an item that a figure depends on, to sort by; unplaced ones also by words."""
        facets = sorted((key, value or "") for key, value in self.facets.items())
        words = "" if self.spans else self.shown
        return self.order, self.optional, self.spans, facets, self.inside, words


class Sides(NamedTuple):
    """The items of one layer, and how many equal predictions were collapsed into one."""

    gold: list[Item]
    predicted: list[Item]
    collapsed: int = 0


class Article:
    """A gold record with its text, and what is made of it alone, whatever it is scored with."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.text = record.text or ""
        self.boilerplate = [each for zone in record.boilerplate or () if (each := extent(zone))]
        self._made: dict[Callable[[Any], Any], Any] = {}

    def once(self, make: "Callable[[Article], T]") -> T:
        """Return what ``make`` makes of this article; it is made once, whoever asks."""
        found: T | None = self._made.get(make)
        if found is None:
            found = self._made[make] = make(self)
        return found

    def inside(self, spans: Spans) -> bool:
        """Whether all of ``spans`` lie inside gold boilerplate (False if there are none)."""
        zones = self.boilerplate
        if not zones or not spans:
            return False
        for start, end in spans:
            for low, high in zones:
                if low <= start and end <= high:
                    break
            else:
                return False
        return True


@dataclass
class Pair:
    """A gold record with its text, and the aligned prediction for it.

    ``mutual``: both sides are annotators, so what either marks as optional is honoured.
    ``seen``: facts of the training data, for relations.ign. ``maps``: label maps by name,
    for the option ``map``; ``labels`` are those of gold's scheme. ``inexact`` are the predicted
    items of which a span was placed by words that are not those of the text, by ``id``.
    """

    gold: Record
    predicted: Record
    mutual: bool = False
    seen: Facts = frozenset()
    maps: Mapping[str, LabelMap] = field(default_factory=dict)
    labels: Labels = field(default_factory=own_labels)
    inexact: frozenset[int] = frozenset()
    made: dict[Callable[[Any], Any], Any] = field(default_factory=dict)

    def once(self, make: "Callable[[Pair], T]") -> T:
        """Return what ``make`` makes of this pair; it is made once, whoever asks."""
        found: T | None = self.made.get(make)
        if found is None:
            found = self.made[make] = make(self)
        return found

    @cached_property
    def article(self) -> Article:
        """Gold as an article; scoring sets it to one that it keeps."""
        return Article(self.gold)

    @property
    def text(self) -> str:
        """The article's text."""
        return self.article.text

    @property
    def boilerplate(self) -> list[tuple[int, int]]:
        """The extents of gold boilerplate."""
        return self.article.boilerplate

    def inside(self, spans: Spans) -> bool:
        """Whether all of ``spans`` lie inside gold boilerplate (False if there are none)."""
        return self.article.inside(spans)


def covered(spans: Iterable[tuple[int, int]]) -> int:
    """Return the offsets that spans cover, as the bits of one integer.

    >>> bin(covered([(0, 2), (1, 4)]))
    '0b1111'
    """
    bits = 0
    for start, end in spans:
        bits |= (1 << end) - (1 << start)
    return bits


SPACES = "\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
"""The white space beyond Latin-1, as ``str.isspace`` has it."""


def characters(text: str, flags: bytes, blank: Iterable[str] = SPACES) -> int:
    """Return the characters of a text that count, as bits.

    ``flags`` says for each character of Latin-1 whether it does, as 1 or 0; all others do
    but those in ``blank``. The text is brought to one byte a character, so each step is one
    call.
    """
    if not text.isascii():
        for char in blank:
            if char in text:
                text = text.replace(char, " ")
    marked = np.frombuffer(text.encode("latin-1", "replace").translate(flags), np.uint8)
    return int.from_bytes(np.packbits(marked, bitorder="little").tobytes(), "little")


def placed(*spans: AnySpan) -> Spans:
    """Return the sorted extents of spans; () if any of them could not be placed."""
    if len(spans) == 1:
        one = extent(spans[0])
        return (one,) if one else ()
    ends = [extent(span) for span in spans]
    return () if None in ends else tuple(sorted(each for each in ends if each))


def same_key(gold: list[Item], predicted: list[Item]) -> Edges:
    """Return an edge wherever the keys are equal."""
    return _equal([item.key for item in gold], [item.key for item in predicted])


def same_spans(gold: list[Item], predicted: list[Item]) -> Edges:
    """Return an edge wherever the spans are equal, whatever the types."""
    return _equal([item.spans or None for item in gold], [item.spans or None for item in predicted])


def touching(gold: list[Item], predicted: list[Item]) -> Edges:
    """Return an edge wherever a character is shared, whatever the types."""
    ends = sorted((*each, row) for row, item in enumerate(gold) if (each := item.extent))
    starts = [start for start, _, _ in ends]
    longest = max((end - start for start, end, _ in ends), default=0)
    edges = []
    for column, item in enumerate(predicted):
        if not item.spans:
            continue
        first, last = item.spans[0][0], max(end for _, end in item.spans)
        for start, end, row in ends[bisect_right(starts, first - longest) :]:
            if start >= last:
                break
            if end > first and _share(gold[row].spans, item.spans):
                edges.append((row, column))
    return edges


def _share(one: Spans, other: Spans) -> bool:
    """Whether spans share a character; single spans do if their extents do."""
    if len(one) == len(other) == 1:
        return True
    return any(start < end_ and start_ < end for start, end in one for start_, end_ in other)


def overlapping(gold: list[Item], predicted: list[Item]) -> Edges:
    """Return an edge wherever the types are equal and a character is shared."""
    return [
        (row, column)
        for row, column in touching(gold, predicted)
        if gold[row].facets["type"] == predicted[column].facets["type"]
    ]


def _equal(gold: Sequence[Hashable], predicted: Sequence[Hashable]) -> Edges:
    row = dict(zip(gold, range(len(gold)), strict=True))
    if len(row) == len(gold):
        return [(row[key], number) for number, key in enumerate(predicted) if key and key in row]
    where: dict[Hashable, list[int]] = {}
    for index, key in enumerate(gold):
        where.setdefault(key, []).append(index)
    return [
        (index, number)
        for number, key in enumerate(predicted)
        if key is not None
        for index in where.get(key, ())
    ]
