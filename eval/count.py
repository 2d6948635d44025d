"""The count table: numbers per document and measure, and nothing else.

Everything after it is arithmetic on this table; no later stage looks at a text again. Sums
are rounded once, whatever the order, so tables from any number of machines or blocks add
up to the same digits.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import fsum

import numpy as np
import numpy.typing as npt

from goldwire.eval.items import Pair
from goldwire.eval.match import Outcome
from goldwire.eval.measure import Measure
from goldwire.eval.table import LISTS, MEASURES
from goldwire.schemas.labels import plain_type
from goldwire.schemas.record import LAYERS

Cells = npt.NDArray[np.float64] | npt.NDArray[np.int32]
"""Shape (documents, 6): the counts of an outcome (see match.Outcome)."""
Rows = npt.NDArray[np.int64]
"""Shape (documents,): which document of gold each row of cells is of."""
Sums = tuple[float, float, float, float, float, float]
"""Gold, predicted, matched, correct, distance, measured."""
_INT32 = 2**31
NONE: Sums = (0, 0, 0, 0, 0, 0)


@dataclass(slots=True)
class CountTable:
    """Counts by measure and document of gold; a document that is not there counts nothing."""

    columns: dict[str, list[tuple[Rows, Cells]]] = field(default_factory=dict)

    def add(self, measure: str, rows: Sequence[int] | Rows, cells: Sequence[Sums] | Cells) -> None:
        """Add the counts of some documents under one measure."""
        made = _small(np.asarray(cells, dtype=np.float64))
        self.columns.setdefault(measure, []).append((np.asarray(rows, dtype=np.int64), made))

    def merge(self, other: "CountTable") -> None:
        """Add the counts of other documents."""
        for measure, parts in other.columns.items():
            self.columns.setdefault(measure, []).extend(parts)

    def by_source(self, sources: Rows) -> dict[str, Cells]:
        """Return gold, predicted, matched and correct by source article, shape (articles, 4).

        ``sources`` gives the article of each document of gold, from 0.
        """
        articles = int(sources.max(initial=-1)) + 1
        return {name: _by_source(parts, sources, articles) for name, parts in self.columns.items()}

    def totals(self) -> dict[str, Sums]:
        """Return the sums over documents of each measure."""
        return {name: _sums([cells for _, cells in parts]) for name, parts in self.columns.items()}


def _by_source(parts: list[tuple[Rows, Cells]], sources: Rows, articles: int) -> Cells:
    rows = np.concatenate([rows for rows, _ in parts])
    order = np.argsort(rows, kind="stable")
    owner, made = sources[rows[order]], np.empty((articles, 4))
    for column in range(4):  # one after the other: copies of whole tables would be large
        values = np.concatenate([cells[:, column] for _, cells in parts])[order]
        made[:, column] = np.bincount(owner, values, articles)
    return _small(made)


def _small(cells: Cells) -> Cells:
    """Return whole numbers in half the memory."""
    if cells.max(initial=0) >= _INT32:
        return cells
    whole = cells.astype(np.int32)
    return whole if (whole == cells).all() else cells


def _sums(parts: list[Cells]) -> Sums:
    columns = range(6)  # one after the other: a copy of the whole table would be large
    gold, predicted, matched, correct, distance, measured = (
        _sum(np.concatenate([cells[:, column] for cells in parts])) for column in columns
    )
    return gold, predicted, matched, correct, distance, measured


def _sum(column: Cells) -> float:
    """Return a sum that is rounded once; of whole numbers any order gives it exactly."""
    if (column == np.rint(column)).all():
        return int(column.sum(dtype=np.int64))
    total = fsum(column)
    return int(total) if total.is_integer() else total


def count(
    pair: Pair, measures: Iterable[Measure], typed: Iterable[Measure] = ()
) -> dict[str, Outcome]:
    """Judge one document by ``measures``, and by ``typed`` once per type that occurs in it.

    Where gold lacks a layer nothing is known, so nothing of it is counted.
    """
    wanted = list(measures)
    for measure in typed:
        wanted += [measure.where(type=label) for label in types(pair, measure)]
    return {str(each): _judge(pair, each) for each in wanted}


def _judge(pair: Pair, measure: Measure) -> Outcome:
    row = MEASURES[measure.name]
    if row.judge is None or getattr(pair.gold, LAYERS[row.layer]) is None:
        return Outcome(0, 0, 0)
    return row.judge(pair, measure)


def types(pair: Pair, measure: Measure) -> list[str]:
    """Return the types under which something of a document is counted, sorted.

    They are those that gold or prediction have; an item without a type may be of any, so then
    all are counted.
    """
    row = MEASURES[measure.name]
    sides = pair.gold, pair.predicted
    found = {each.type for side in sides for each in getattr(side, LAYERS[row.layer]) or ()}
    if row.name == "names.set":
        found |= {each.type for side in sides for each in side.entities or () if each.type}
    if None in found and not measure.option("map"):
        return sorted(pair.labels[LISTS[row.layer]])
    labels = {plain_type(label, pair.gold.scheme) for label in found if label}
    if scheme := measure.option("map"):
        labels = {mapped for each in labels if (mapped := pair.maps[scheme[0]].get(each))}
    return sorted(labels)
