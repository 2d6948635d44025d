"""Gold and prediction as matching sees them: a pair of records, and items of one layer."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import NamedTuple

from goldwire.schemas.record import AnySpan, Record
from goldwire.schemas.spans import extent

Spans = tuple[tuple[int, int], ...]
Edges = list[tuple[int, int]]
"""Which gold item (first index) may be matched with which predicted one (second)."""


@dataclass(slots=True, eq=False)
class Item:
    """One gold or predicted item.

    ``spans``: where it stands, sorted, () if it could not be placed. ``key``: what must
    be equal for strict matching, None if nothing can be. ``facets``: the properties that
    options compare, None where undeclared. ``characters``: the offsets that count.
    """

    spans: Spans
    words: str
    facets: dict[str, str | None]
    inside: bool
    key: Hashable = None
    optional: bool = False
    alternatives: str | None = None
    characters: frozenset[int] = frozenset()
    speaker: str | None = None

    @property
    def order(self) -> tuple[int, int, str]:
        """Start, end and type: the last resort of every tie, independent of input order."""
        start, end = (self.spans[0][0], self.spans[-1][1]) if self.spans else (2**31, 2**31)
        return start, end, self.facets.get("type") or ""


class Sides(NamedTuple):
    """The items of one layer, and how many equal predictions were collapsed into one."""

    gold: list[Item]
    predicted: list[Item]
    collapsed: int = 0


@dataclass(slots=True)
class Pair:
    """A gold record with its text, and the aligned prediction for it."""

    gold: Record
    predicted: Record
    sides: dict[str, Sides] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The article's text."""
        return self.gold.text or ""

    def inside(self, spans: Spans) -> bool:
        """Whether all of ``spans`` lie inside gold boilerplate (False if there are none)."""
        zones = [each for zone in self.gold.boilerplate or () if (each := extent(zone))]
        return bool(spans) and all(
            any(start <= span[0] and span[1] <= end for start, end in zones) for span in spans
        )


def placed(*spans: AnySpan) -> Spans:
    """Return the sorted extents of spans; () if any of them could not be placed."""
    ends = [extent(span) for span in spans]
    return () if None in ends else tuple(sorted(each for each in ends if each))


def same_key(gold: list[Item], predicted: list[Item]) -> Edges:
    """Return an edge wherever the keys are equal."""
    where: dict[Hashable, list[int]] = {}
    for index, item in enumerate(gold):
        where.setdefault(item.key, []).append(index)
    return [
        (index, number)
        for number, item in enumerate(predicted)
        if item.key is not None
        for index in where.get(item.key, ())
    ]


def same_spans(gold: list[Item], predicted: list[Item]) -> Edges:
    """Return an edge wherever the spans are equal, whatever the types."""
    where: dict[Spans, list[int]] = {}
    for index, item in enumerate(gold):
        where.setdefault(item.spans, []).append(index)
    return [
        (index, number)
        for number, item in enumerate(predicted)
        if item.spans
        for index in where.get(item.spans, ())
    ]
