"""The count table: integers per document and measure, and nothing else.

Everything after it is arithmetic on this table; no later stage looks at a text again,
and tables from any number of machines add up to the same digits.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from goldwire.eval.items import Pair
from goldwire.eval.match import Outcome
from goldwire.eval.measure import Measure
from goldwire.eval.table import MEASURES
from goldwire.schemas.labels import inverses
from goldwire.schemas.record import LAYERS

Counts = npt.NDArray[np.int64]
"""Shape (documents, measures, 3): gold, predicted, matched."""


@dataclass(slots=True)
class CountTable:
    """Counts by document and measure; a cell that was never filled is zero.

    ``fixed`` are the measures that are there whatever the documents hold, in their order.
    """

    fixed: list[str] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    measures: dict[str, int] = field(default_factory=dict)
    _cells: list[tuple[int, int, int, int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.measures = {name: number for number, name in enumerate(self.fixed)}

    def add(self, document: str, outcomes: dict[str, Outcome]) -> None:
        """Add one document's outcomes, by measure."""
        row = len(self.documents)
        self.documents.append(document)
        for name, outcome in outcomes.items():
            column = self.measures.setdefault(name, len(self.measures))
            self._cells.append((row, column, outcome.gold, outcome.predicted, outcome.matched))

    @property
    def counts(self) -> Counts:
        """The table as one array of whole numbers."""
        table = np.zeros((len(self.documents), len(self.measures), 3), dtype=np.int64)
        if self._cells:
            cells = np.array(self._cells, dtype=np.int64)
            table[cells[:, 0], cells[:, 1]] = cells[:, 2:]
        return table

    def totals(self) -> dict[str, tuple[int, int, int]]:
        """Return gold, predicted and matched of each measure, summed over documents."""
        sums = self.counts.sum(axis=0)
        return {name: tuple(map(int, sums[column])) for name, column in self.measures.items()}  # type: ignore[misc]


def count(pair: Pair, measures: list[Measure], typed: list[Measure]) -> dict[str, Outcome]:
    """Judge one document by ``measures``, and by ``typed`` once per type that occurs in it.

    Where gold lacks a layer nothing is known, so nothing of it is counted.
    """
    wanted = list(measures)
    for measure in typed:
        wanted += [measure.where(type=label) for label in types(pair, measure)]
    return {
        str(each): MEASURES[each.name].judge(pair, each)
        if getattr(pair.gold, LAYERS[MEASURES[each.name].layer]) is not None
        else Outcome(0, 0, 0)
        for each in wanted
    }


def types(pair: Pair, measure: Measure) -> list[str]:
    """Return the types that gold or prediction have in the layer of a measure, sorted."""
    name = LAYERS[MEASURES[measure.name].layer]
    items = [*(getattr(pair.gold, name) or ()), *(getattr(pair.predicted, name) or ())]
    return sorted({inverses().get(item.type, item.type) for item in items if item.type})
