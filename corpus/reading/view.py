"""A record as its reader sees it: names instead of ids, lines instead of offsets, relays in order.

Nothing here is made safe for a terminal or a page; that is for those who write to them.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from goldwire.schemas.record import (
    AnySpan,
    Boilerplate,
    Entity,
    Mention,
    Quote,
    Record,
    Relation,
    Zone,
)
from goldwire.schemas.segments import segments
from goldwire.schemas.spans import extent, pieces

Ends = tuple[int, int]
LAYERS = ("boilerplate", "entities", "relations", "quotes")
"""What can be shown; zones belong to boilerplate."""
DEEPEST = 40
"""Spans over one another above which further ones are listed, but not drawn in the text."""
KINDS = {
    **dict.fromkeys(("PERSON",), "person"),
    **dict.fromkeys(("GPE", "LOC", "FAC"), "place"),
    **dict.fromkeys(("NORP", "LANGUAGE"), "group"),
    **dict.fromkeys(("ORG",), "org"),
    **dict.fromkeys(("EVENT",), "event"),
    **dict.fromkeys(
        ("DATE", "TIME", "PERCENT", "MONEY", "QUANTITY", "ORDINAL", "CARDINAL"), "value"
    ),
}
"""The kind of a type, for its colour; all others are things. A label says the type itself."""
NOBODY = "someone who is not named"


@dataclass(frozen=True, slots=True)
class Named:
    """What an id stands for: its name, and its number in the list if it is a listed entity."""

    words: str
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of one line that lies in the same zones; ``glued`` if the line began before it."""

    start: int
    end: int
    line: int
    zone: str
    boilerplate: bool
    glued: bool


class View:
    """A record with its text, and what its reader asks about it."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.text = record.text or ""
        self.entities = record.entities or []
        self.mentions = record.mentions or []
        self.numbers = {entity.id: n for n, entity in enumerate(self.entities, 1)}

    @cached_property
    def mention_numbers(self) -> dict[str, int]:
        """The place of each mention that has an id in the list of mentions, from 1."""
        return {mention.id: n for n, mention in enumerate(self.mentions, 1) if mention.id}

    @cached_property
    def _breaks(self) -> list[int]:
        return [offset for offset, char in enumerate(self.text) if char == "\n"]

    def line(self, offset: int) -> int:
        """Return the line of an offset, from 1, as the list of errors of a score counts lines."""
        return bisect_right(self._breaks, offset - 1) + 1

    @property
    def lines(self) -> int:
        """How many lines the text has."""
        return self.line(len(self.text)) - self.text.endswith("\n")

    @property
    def title(self) -> str:
        """What the article is called."""
        return self.record.source.title if self.record.source else self.record.id

    def words(self, *spans: AnySpan) -> str:
        """Return the words of spans, an ellipsis between them."""
        return " … ".join(self.text[slice(*ends)] for each in spans if (ends := extent(each)))

    def mention_words(self, mention: Mention) -> str:
        """Return the words of a mention, of all its parts."""
        return " … ".join(self.text[start:end] for start, end in pieces(mention))

    @cached_property
    def by_entity(self) -> dict[str | None, list[Mention]]:
        """The mentions of each entity in the order of the text; under None those without one."""
        found: dict[str | None, list[Mention]] = {}
        for mention in sorted(self.mentions, key=lambda each: extent(each) or (0, 0)):
            found.setdefault(mention.entity, []).append(mention)
        return found

    @cached_property
    def places(self) -> dict[int, int]:
        """The place of each mention, known by ``id()``, in the list of mentions, from 1."""
        return {id(mention): n for n, mention in enumerate(self.mentions, 1)}

    @cached_property
    def _names(self) -> dict[str, Named]:
        alone = {m.id: Named(self.mention_words(m)) for m in self.mentions if m.id}
        return alone | {e.id: Named(self._name(e), self.numbers[e.id]) for e in self.entities}

    def _name(self, entity: Entity) -> str:
        """Return an entity's own name, or the words of its first mention by name, or any."""
        mine = self.by_entity.get(entity.id, [])
        first = next((m for m in mine if m.level == "NAM"), mine[0] if mine else None)
        return entity.name or (self.mention_words(first) if first else entity.id)

    def named(self, name: str | None) -> Named:
        """Return what an id stands for."""
        return self._names.get(name or "", Named(name or NOBODY))

    @cached_property
    def _quotes(self) -> dict[str, Quote]:
        return {each.id: each for each in self.record.quotes or () if each.id}

    def chain(self, quote: Quote) -> list[Quote]:
        """Return the quotes by which the article has this one, the outermost first, it last."""
        found = [quote]
        while (outer := self._quotes.get(found[0].within or "")) and outer not in found:
            found.insert(0, outer)
        return found

    def reasons(self, relation: Relation) -> list[list[Ends]]:
        """Return the groups of evidence: any group is enough, its spans only together."""
        placed = [(each.group, ends) for each in relation.evidence if (ends := extent(each))]
        placed.sort()
        return [[ends for _, ends in some] for _, some in groupby(placed, lambda each: each[0])]

    def stretches(self, by_zone: bool = True) -> Iterator[Stretch]:
        """Yield the text cut at line ends and, if ``by_zone``, where zones begin and end.

        White space between two zones belongs to the line that it ends.
        """
        zones: list[Zone | Boilerplate] = [*(self.record.zones or ())] if by_zone else []
        zones += (self.record.boilerplate or ()) if by_zone else ()
        placed = [(zone, ends) for zone in zones if (ends := extent(zone))]
        found = segments(len(self.text), [ends for _, ends in placed], DEEPEST)
        cuts: list[tuple[int, str, bool]] = []
        for start, end, covering in found:
            over = [placed[number][0] for number in covering]
            zone = _zone(over)
            if self.text[start:end].strip() and (not cuts or cuts[-1][1] != zone):
                first = start if cuts else 0
                cuts.append((first, zone, any(isinstance(z, Boilerplate) for z in over)))
        cuts = cuts or [(0, "", False)]
        for number, (start, zone, inside) in enumerate(cuts):
            last = cuts[number + 1][0] if number + 1 < len(cuts) else len(self.text)
            yield from self._in_lines(start, last, zone, inside)

    def _in_lines(self, start: int, last: int, zone: str, inside: bool) -> Iterator[Stretch]:
        while start < last:
            line = self.line(start)
            end = min(last, self._breaks[line - 1] + 1 if line <= len(self._breaks) else last)
            glued = start > 0 and self.text[start - 1] != "\n"
            yield Stretch(start, end, line, zone, inside, glued)
            start = end


def _zone(over: Iterable[Zone | Boilerplate]) -> str:
    """Return what a stretch is: its zones, and the kind of boilerplate."""
    zones: list[str] = []
    kinds: list[str] = []
    for each in over:
        (kinds if isinstance(each, Boilerplate) else zones).append(each.type or "")
    if not kinds:
        return " + ".join(dict.fromkeys(zones))
    shown = " + ".join(filter(None, dict.fromkeys(kinds)))
    zones = [zone for zone in zones if zone != "boilerplate"]
    zones.append(f"boilerplate ({shown})" if shown else "boilerplate")
    return " + ".join(dict.fromkeys(zones))
