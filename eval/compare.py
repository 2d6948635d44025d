"""Systems side by side: sorted, with differences, and tests where tests are valid."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Literal

import msgspec
import numpy as np

from goldwire.corpus.load import prepare
from goldwire.corpus.records import Records
from goldwire.eval.entrants import Entrant, entrant, notes_of, require_comparable
from goldwire.eval.lookup import measures as named
from goldwire.eval.measure import Measure
from goldwire.eval.one_sided import lists_items, one_sided
from goldwire.eval.resample import Floats, Table, holm, p_value, randomised
from goldwire.eval.score import How
from goldwire.eval.statistic import Sums, f1_of, mean_of_all
from goldwire.eval.table import HEADLINES
from goldwire.eval.uncertainty import Bounds, bounds, resampled
from goldwire.schemas.comparison import Cell, Comparison, Difference, System
from goldwire.schemas.errors import UsageError
from goldwire.schemas.reading import Predictions
from goldwire.schemas.record import Record
from goldwire.schemas.score import Receipt, Score

MEAN = "mean"
ALPHA = 0.05
RESAMPLES = 10_000
"""More than for intervals: with Holm's correction p-values must be small to say anything."""
Test = Literal["randomisation", "bootstrap"]


def compare(
    gold: Sequence[Record],
    runs: Mapping[str, Predictions | Score],
    measures: Sequence[Measure | str] = (),
    how: How | None = None,
    *,
    test: Test = "randomisation",
    items: bool = False,
) -> Comparison:
    """Compare systems over one gold; ``runs`` are predictions, or scores that were saved.

    Every pair is compared under every measure: difference, paired bootstrap interval, and the
    p-value of ``test``, with Holm's correction over all of them. ``measures`` default to the
    four headlines and their mean. ``items`` lists what one of two systems has alone.

    Raises UsageError if figures rest on different gold, options, layers or versions.
    """
    if len(runs) < 2:
        raise UsageError("one-system", "one system can't be compared", "give two or more")
    how, records = how or How(resamples=RESAMPLES), prepare(gold)
    trained = how.train is not None
    labels = records.identity.labels
    asked = [each for given in measures for each in named(str(given), how.maps, trained, labels)]
    wanted = asked or [*HEADLINES.values()]
    entrants = [entrant(name, run, records, wanted, how) for name, run in sorted(runs.items())]
    require_comparable(entrants, wanted)
    table = _Table(entrants, wanted, records, how, mean=not asked)
    if table.valid:
        first = next((n for n in table.measures if table.is_defined(entrants, n)), MEAN)
        entrants.sort(key=lambda each: (-(table.f1(each, first) or 0.0), each.name))
    pairs = list(combinations(entrants, 2))
    differences = [table.difference(n, *pair, test) for n in table.measures for pair in pairs]
    _adjust(differences)
    found = [one for n in table.measures for pair in pairs for one in one_sided(n, *pair)]
    return Comparison(
        measures=table.measures,
        systems=[_system(each, entrants, table, differences) for each in entrants],
        differences=differences,
        interval=table.interval,
        test=test,
        alpha=ALPHA,
        receipt=_shared(entrants[0].score.receipt, how if table.valid else None),
        notes=[*notes_of(entrants), *_powerless(differences, how)],
        items=found if items else None,
    )


def _shared(receipt: Receipt, how: How | None) -> Receipt:
    drawn = {"resamples": how.resamples, "seed": how.seed} if how else {}
    none = {"extractor": None, "extractor_version": None, "resamples": None, "seed": None}
    return msgspec.structs.replace(receipt, **{**none, **drawn})


class _Table:
    """What the cells and differences are computed from: F1s, and resampled F1s if valid."""

    def __init__(
        self,
        entrants: Sequence[Entrant],
        wanted: Sequence[Measure],
        gold: Records,
        how: How,
        mean: bool,
    ) -> None:
        self.named = list(dict.fromkeys(wanted))
        self.measures = [*([MEAN] if mean else []), *map(str, self.named)]
        self.how, self.gold = how, gold
        self.resampled: dict[str, Sums] = {}
        self.swapped: dict[tuple[str, str], tuple[Sums, Sums]] = {}
        self.interval = "paired percentile bootstrap over source articles"
        for each in entrants:
            found: Sums | str = "a saved score has no counts by article"
            if each.judged:
                found = resampled(gold, each.judged.table, how.resamples, how.seed)
            if isinstance(found, str):
                self.interval, self.resampled = found, {}
                break
            self.resampled[each.name] = found

    @property
    def valid(self) -> bool:
        """Whether anything may be said of other articles."""
        return bool(self.resampled)

    def f1(self, each: Entrant, name: str) -> float | None:
        if name != MEAN:
            return each.score.scores[name].f1
        values = [each.score.scores[str(m)].f1 for m in self.named]
        known = [value for value in values if value is not None]
        return sum(known) / len(known) if known and len(known) == len(values) else None

    def is_defined(self, entrants: Sequence[Entrant], name: str) -> bool:
        return any(self.f1(each, name) is not None for each in entrants)

    def values(self, name: str, sums: Sums) -> Floats:
        """Return a measure's F1 in each resample."""
        return mean_of_all(self.named, sums) if name == MEAN else f1_of(Measure.parse(name), sums)

    def ends(self, each: Entrant, name: str) -> tuple[Bounds, str]:
        """Return the interval of a cell, and how it was made or why there is none."""
        if not self.valid:
            return (None, None), self.interval
        if self.f1(each, name) is None:
            return (None, None), "F1 is undefined"
        return bounds(self.values(name, self.resampled[each.name]))

    def difference(self, name: str, a: Entrant, b: Entrant, test: Test) -> Difference:
        one, other = self.f1(a, name), self.f1(b, name)
        why = "F1 is undefined" if self.valid else self.interval
        found = Difference(measure=name, a=a.name, b=b.name, difference=None, interval=why)
        if one is not None and other is not None:
            found.difference = one - other
            if self.valid:
                drawn = [self.values(name, self.resampled[each.name]) for each in (a, b)]
                moved = drawn[0] - drawn[1]
                (found.low, found.high), found.interval = bounds(moved)
                found.p = self._p(name, a, b, found.difference, moved, test)
        counts = Counter((each.system, each.kind) for each in one_sided(name, a, b))
        if lists_items(name, a, b):
            found.only_a, found.only_b = counts[a.name, "found"], counts[b.name, "found"]
            found.spurious_a = counts[a.name, "spurious"]
            found.spurious_b = counts[b.name, "spurious"]
        return found

    def _p(
        self, name: str, a: Entrant, b: Entrant, observed: float, moved: Floats, test: Test
    ) -> float | None:
        if test == "bootstrap":
            return None if np.isnan(moved).any() else p_value(moved - moved.mean(), observed)
        one, other = (self.values(name, sums) for sums in self._swapped(a, b))
        return p_value(one - other, observed)

    def _table(self, each: Entrant) -> Table:
        assert each.judged
        return each.judged.table.by_source(self.gold.sources)

    def _swapped(self, a: Entrant, b: Entrant) -> tuple[Sums, Sums]:
        pair = a.name, b.name
        if pair not in self.swapped:
            one, other = (self._table(each) for each in (a, b))
            self.swapped[pair] = randomised(one, other, self.how.resamples, self.how.seed)
        return self.swapped[pair]


def _adjust(differences: Sequence[Difference]) -> None:
    """Correct the p-values of all differences together."""
    tested = [each for each in differences if each.p is not None]
    for each, adjusted in zip(tested, holm([each.p or 0.0 for each in tested]), strict=True):
        each.p_holm = adjusted


def _powerless(differences: Sequence[Difference], how: How) -> Iterator[str]:
    tests = sum(each.p is not None for each in differences)
    if tests and tests / (how.resamples + 1) >= ALPHA:
        yield (
            f"{tests} differences are tested: with {how.resamples} resamples none can pass "
            "Holm's correction, so give more"
        )


def _system(
    each: Entrant,
    entrants: Sequence[Entrant],
    table: _Table,
    differences: Sequence[Difference],
) -> System:
    cells = {}
    for name in table.measures:
        (low, high), how = table.ends(each, name)
        cell = cells[name] = Cell(f1=table.f1(each, name), low=low, high=high, interval=how)
        if table.valid and cell.f1 is not None:
            known = [(table.f1(other, name), other.name) for other in entrants]
            most = max(value for value, _ in known if value is not None)
            best = {other for value, other in known if value == most}
            against = [
                d.p_holm
                for d in differences
                if d.measure == name and each.name in (d.a, d.b) and {d.a, d.b} & best
            ]
            cell.best = each.name in best
            if cell.best or None not in against:
                cell.tied = not cell.best and all(p is not None and p >= ALPHA for p in against)
    receipt = each.score.receipt
    return System(
        name=each.name,
        extractor=receipt.extractor,
        extractor_version=receipt.extractor_version,
        cells=cells,
    )
