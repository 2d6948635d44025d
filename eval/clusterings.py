"""Coreference of whole blocks at once, where no special rule applies.

The contingency tables of many documents are one list of cells, in the order of documents.
Sums of whole numbers are taken by column; fractions are added by ``math.fsum`` for each
document, and entities that compete are aligned by ``eval.coref``, so the digits are those of
judging one by one. A document where a span stands twice, or that has what only
``eval.contingency`` knows, is left to it.
"""

from collections.abc import Callable
from functools import cached_property
from itertools import pairwise
from math import fsum

import numpy as np

from goldwire.eval.columns import Columns, Flags, Floats, Ints, Side, isin, level_codes
from goldwire.eval.contingency import Cell, Contingency
from goldwire.eval.coref import entities_aligned, mentions_aligned
from goldwire.eval.measure import Measure
from goldwire.eval.mentions import VALUES

Counts = tuple[Floats, ...]
"""Gold, predicted and matched of each document, and correct where it is not matched."""


class Clusters:
    """The entities of one side: of each its document, and how many mentions it has."""

    def __init__(self, side: Side, claims: Columns, entity: Ints) -> None:
        self.documents = side.size
        self.size = np.bincount(entity)
        self.doc = np.zeros(len(self.size), dtype=np.int64)
        self.doc[entity] = claims.doc

    def per_document(self, numbers: Ints) -> Floats:
        """Return the sum of a number of each entity by document."""
        return np.bincount(self.doc, numbers, minlength=self.documents).astype(np.float64)


class Cells:
    """What gold and predicted entities share: row, column and number of mentions by cell.

    ``side.special`` gains the documents that must be judged one by one.
    """

    def __init__(self, side: Side, measure: Measure) -> None:
        self.documents = side.size
        claims = [_claims(side, each, measure) for each in (side.gold, side.given)]
        if measure.option("singletons") == ("drop",):
            claims = [_without_singletons(*each) for each in claims]
        (mine, rows), (theirs, columns) = claims
        self.gold, self.predicted = Clusters(side, mine, rows), Clusters(side, theirs, columns)
        twin = np.searchsorted(mine.span, theirs.span)
        both = np.flatnonzero(isin(theirs.span, mine.span))
        width = len(self.predicted.size) + 1
        cells, number = np.unique(rows[twin[both]] * width + columns[both], return_counts=True)
        row, column = np.divmod(cells, width)
        order = np.argsort(self.gold.doc[row], kind="stable")
        self.row, self.column, self.number = row[order], column[order], number[order]
        self.doc = self.gold.doc[self.row]

    def per_document(self, numbers: Ints) -> Floats:
        """Return the sum of a whole number of each cell by document."""
        return np.bincount(self.doc, numbers, minlength=self.documents).astype(np.float64)

    def exactly(self, terms: Floats, more: dict[int, list[float]] | None = None) -> Floats:
        """Return the sum of a fraction of each cell by document, rounded once.

        ``terms`` are 0 where a cell adds nothing; ``more`` are terms beside them.
        """
        ends = np.searchsorted(self.doc, np.arange(self.documents + 1)).tolist()
        values, other = terms.tolist(), more or {}
        return np.array(
            [
                fsum(values[first:last] + other.get(doc, []))
                for doc, (first, last) in enumerate(pairwise(ends))
            ]
        )

    @cached_property
    def sizes(self) -> tuple[Ints, Ints]:
        """The sizes of the gold and the predicted entity of each cell."""
        return self.gold.size[self.row], self.predicted.size[self.column]

    @cached_property
    def alone(self) -> Flags:
        """Whether neither entity of a cell shares mentions with another one."""
        rows, columns = np.bincount(self.row), np.bincount(self.column)
        alone: Flags = (rows[self.row] == 1) & (columns[self.column] == 1)
        return alone

    @cached_property
    def competing(self) -> dict[int, Contingency]:
        """The cells that are not alone, as a table by document."""
        found: dict[int, Contingency] = {}
        rest = ~self.alone
        fields = (self.doc, self.row, self.column, self.number, *self.sizes)
        for doc, row, column, number, size, other in zip(
            *(each[rest].tolist() for each in fields), strict=True
        ):
            table = found.setdefault(doc, Contingency({}, {}, {}))
            table.gold[row], table.predicted[column] = size, other
            cell: Cell = row, column
            table.shared[cell] = number
        return found


def _claims(side: Side, columns: Columns, measure: Measure) -> tuple[Columns, Ints]:
    """Return the mentions of one side that are clustered, and the entity of each."""
    kept = ~_is_value(columns, side)
    zone = measure.option("zone")
    if zone != ("all",):
        kept &= side.within(columns) == (zone == ("boilerplate",))
    claims = columns.only(kept)
    again = claims.span[1:] == claims.span[:-1]
    side.special[claims.doc[1:][again]] = True
    return claims, side.entity(columns)[kept]


def _is_value(columns: Columns, side: Side) -> Flags:
    values = [number for name, number in side.codes.items() if name in VALUES]
    value: Flags = columns.level == level_codes()["VALUE"]
    value |= (columns.level == level_codes()[None]) & np.isin(columns.type, values)
    return value


def _without_singletons(claims: Columns, entity: Ints) -> tuple[Columns, Ints]:
    kept = np.bincount(entity)[entity] > 1
    return claims.only(kept), entity[kept]


def judge(measure: Measure, cells: Cells) -> Counts:
    """Return the counts of each document under a coreference measure."""
    return _JUDGES[measure.name](cells)


def _muc(cells: Cells) -> Counts:
    gold, predicted = cells.gold, cells.predicted
    return (
        gold.per_document(np.maximum(gold.size - 1, 0)),
        predicted.per_document(np.maximum(predicted.size - 1, 0)),
        cells.per_document(cells.number - 1),
    )


def _mentions(cells: Cells) -> tuple[Floats, Floats]:
    gold, predicted = cells.gold, cells.predicted
    return gold.per_document(gold.size), predicted.per_document(predicted.size)


def _b3(cells: Cells) -> Counts:
    square = cells.number * cells.number
    gold, predicted = cells.sizes
    return *_mentions(cells), cells.exactly(square / gold), cells.exactly(square / predicted)


def _lea(cells: Cells) -> Counts:
    n, (gold, predicted) = cells.number, cells.sizes
    links = n * (n - 1)
    whole = (gold == 1) & (predicted == 1)
    found, right = (
        np.where(n > 1, links / np.maximum(size - 1, 1), whole) for size in (gold, predicted)
    )
    return *_mentions(cells), cells.exactly(found), cells.exactly(right)


def _ceafm(cells: Cells) -> Counts:
    matched = cells.per_document(np.where(cells.alone, cells.number, 0))
    for doc, table in cells.competing.items():
        matched[doc] += mentions_aligned(table)
    return *_mentions(cells), matched


def _ceafe(cells: Cells) -> Counts:
    gold, predicted = cells.sizes
    terms = np.where(cells.alone, 2 * cells.number / (gold + predicted), 0)
    more = {doc: entities_aligned(table) for doc, table in cells.competing.items()}
    entities = [
        side.per_document((side.size > 0).astype(np.int64))
        for side in (cells.gold, cells.predicted)
    ]
    return entities[0], entities[1], cells.exactly(terms, more)


def _links(cells: Cells) -> Counts:
    gold, predicted, n = cells.gold, cells.predicted, cells.number
    return (
        gold.per_document(gold.size * (gold.size - 1) // 2),
        predicted.per_document(predicted.size * (predicted.size - 1) // 2),
        cells.per_document(n * (n - 1) // 2),
    )


def _nonlinks(cells: Cells) -> Counts:
    gold, predicted, n = cells.gold, cells.predicted, cells.number
    rows = np.bincount(cells.row, n, minlength=len(gold.size)).astype(np.int64)
    columns = np.bincount(cells.column, n, minlength=len(predicted.size)).astype(np.int64)
    linked = gold.per_document(rows**2) + predicted.per_document(columns**2)
    return (
        _pairs(gold.per_document(gold.size), gold.per_document(gold.size**2)),
        _pairs(predicted.per_document(predicted.size), predicted.per_document(predicted.size**2)),
        _pairs(cells.per_document(n), linked - cells.per_document(n**2)),
    )


def _pairs(mentions: Floats, linked: Floats) -> Floats:
    pairs: Floats = (mentions**2 - linked) / 2
    return pairs


_JUDGES: dict[str, Callable[[Cells], Counts]] = {
    "coref.muc": _muc,
    "coref.b3": _b3,
    "coref.ceafm": _ceafm,
    "coref.ceafe": _ceafe,
    "coref.lea": _lea,
    "coref.links": _links,
    "coref.nonlinks": _nonlinks,
}
NAMES = frozenset(_JUDGES)
OPTIONS = frozenset(("zone", "singletons"))
