"""How far intervals and tests can be believed, measured on simulated articles.

``python tests/simulate.py`` draws new articles in every trial, with goldwire's own bootstrap and
test over them, prints tables, and with ``--write`` puts them into eval/UNCERTAINTY.md, where the
model is described. Zones of an article are never resampled. It is no test: nothing asserts a
figure.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from math import exp, log, sqrt
from pathlib import Path
from statistics import NormalDist

import click
import numpy as np
import numpy.typing as npt

import goldwire
from goldwire.eval.compare import ALPHA
from goldwire.eval.resample import Floats, bootstrap, p_value, randomised
from goldwire.eval.statistic import f1
from goldwire.eval.uncertainty import MIN_ARTICLES, RESAMPLES, bounds

PAGE = Path(__file__).parent.parent / "eval" / "UNCERTAINTY.md"
BEGIN, END = "<!-- simulated -->", "<!-- /simulated -->"
TRIALS, SEED = 4000, 20240229
BETWEEN = 0.2
"""The share of the variance of difficulty that lies between articles."""
AT_ONCE = 50
"""Trials that share the draws of their resamples; each next part has draws of its own."""
ENOUGH = 4
"""A share is shown if one in so many trials, or more, is there to take it of."""
LEVELS = (0.5, 0.8, 0.95)
MIDDLE = 0.8
ARTICLES = (5, 10, 20, 50, 100, 200, 500, 2000)
PAIRED = (20, 50, 100, 200, 500, 1000, 2000)
POINTS = (0, 1, 2, 5, 10)
ALIKE = (0.5, 0.85)
"""Correlations of the difficulty of an item for one system with that for the other."""
REACH = (0, 10, 20, 40, 80)
"""Lower ends of the groups of trials by the number of articles that have an item."""
ACCEPTED, POWER = 0.9, 0.8
NORMAL = NormalDist()
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Kind:
    """Items of one kind: how many an article has, as a mixture of Poissons over a gamma."""

    name: str
    mean: float
    shape: float

    @property
    def none(self) -> float:
        """The share of articles without a gold item."""
        return float((1 + self.mean / self.shape) ** -self.shape)


MENTIONS, QUOTES = Kind("mentions", 20, 2), Kind("quotes", 4, 1)
RARE, RARER, BURSTY = (
    Kind("rare type", 0.2, 0.2),
    Kind("rarer type", 0.05, 0.05),
    Kind("bursty type", 1, 0.05),
)
COMMON = MENTIONS, QUOTES
KINDS = *COMMON, RARE, RARER, BURSTY


class Sample:
    """New articles for some trials, and how hard each of their items is for each system.

    An article has gold items, and as many candidates, on average, that a system may predict by
    mistake. A system of level p errs on an item, missing it or predicting the mistake, if the
    item's difficulty is above the normal quantile of p. So per article it is expected to match
    p times the gold items, and to predict as many items as gold has: its true F1 is p.
    """

    def __init__(
        self,
        kind: Kind,
        shape: tuple[int, int],
        random: np.random.Generator,
        systems: int = 1,
        alike: float = 0,
    ) -> None:
        self.shape = shape
        number = shape[0] * shape[1]
        rate = random.gamma(kind.shape, kind.mean / kind.shape, number)
        self.sizes = random.poisson(np.concatenate([rate, rate]))
        self.owner = np.repeat(np.arange(2 * number), self.sizes)
        article = _correlated(random, (systems, number), alike)
        item = _correlated(random, (systems, len(self.owner)), alike)
        self.hard = sqrt(BETWEEN) * article[:, self.owner % number] + sqrt(1 - BETWEEN) * item

    def cells(self, level: float, system: int = 0) -> Floats:
        """Return the counts of a system whose true F1 is ``level``: (trials, articles, 4)."""
        wrong = self.owner[self.hard[system] > NORMAL.inv_cdf(level)]
        errors = np.bincount(wrong, minlength=len(self.sizes)).reshape(2, *self.shape)
        gold = self.sizes.reshape(2, *self.shape)[0]
        matched = gold - errors[0]
        return np.stack([gold, matched + errors[1], matched, matched], axis=-1).astype(np.float64)


def _correlated(
    random: np.random.Generator, shape: tuple[int, int], alike: float
) -> npt.NDArray[np.float32]:
    """Return standard normals, rows of them correlated by ``alike``."""
    own = random.standard_normal(shape, dtype=np.float32)
    if not alike:
        return own
    shared = random.standard_normal(shape[1], dtype=np.float32)
    return np.float32(sqrt(alike)) * shared + np.float32(sqrt(1 - alike)) * own


def _parts(trials: int) -> Iterator[int]:
    return (min(AT_ONCE, trials - first) for first in range(0, trials, AT_ONCE))


@dataclass(frozen=True)
class Intervals:
    """What the bootstrap gave in each trial; low and high are NaN where there is no interval."""

    level: float
    low: Floats
    high: Floats
    undefined: Bools
    reach: Ints
    """Articles in which gold or prediction has an item."""

    @property
    def given(self) -> Bools:
        return ~np.isnan(self.low)

    @property
    def covers(self) -> Bools:
        return np.asarray((self.low <= self.level) & (self.level <= self.high))


def intervals(kind: Kind, articles: int, trials: int, seed: int) -> dict[float, Intervals]:
    """Return the intervals of F1 at each level, over new articles in each trial."""
    random = np.random.default_rng([seed, KINDS.index(kind), articles])
    rows: dict[float, list[tuple[float, float, bool, int]]] = {level: [] for level in LEVELS}
    for size in _parts(trials):
        sample = Sample(kind, (size, articles), random)
        table = {
            f"{level} {trial}": cells
            for level in LEVELS
            for trial, cells in enumerate(sample.cells(level))
        }
        drawn = bootstrap(table, RESAMPLES, int(random.integers(2**31)))
        for name, cells in table.items():
            (low, high), reason = bounds(f1(drawn[name]))
            ends = (np.nan, np.nan) if low is None or high is None else (low, high)
            reach = int((cells[:, :2].sum(axis=1) > 0).sum())
            rows[float(name.split()[0])].append((*ends, reason.startswith("undefined"), reach))
    return {
        level: Intervals(level, *map(np.array, zip(*found, strict=True)))
        for level, found in rows.items()
    }


def rejected(kind: Kind, alike: float, articles: int, trials: int, seed: int) -> dict[int, float]:
    """Return the share of trials with a p-value below alpha, by the true difference in points."""
    random = np.random.default_rng([seed, KINDS.index(kind), articles, round(1000 * alike)])
    below = dict.fromkeys(POINTS, 0)
    for size in _parts(trials):
        sample = Sample(kind, (size, articles), random, 2, alike)
        one, other = (
            {
                f"{points} {trial}": cells
                for points in POINTS
                for trial, cells in enumerate(sample.cells(MIDDLE + sign * points / 200, system))
            }
            for system, sign in enumerate((1, -1))
        )
        drawn = randomised(one, other, RESAMPLES, int(random.integers(2**31)))
        for name in one:
            total = np.stack([one[name].sum(axis=0), other[name].sum(axis=0)])
            first, second = f1(total)
            moved = f1(drawn[0][name]) - f1(drawn[1][name])
            below[int(name.split()[0])] += p_value(moved, first - second) < ALPHA
    return {points: number / trials for points, number in below.items()}


def shared(alike: float, level: float = MIDDLE) -> float:
    """Return the share of a system's errors that another one of its level makes too."""
    least, width = NORMAL.inv_cdf(level), 0.001
    both = 0.0
    for z in np.arange(-8, 8, width).tolist():
        errs = NORMAL.cdf((sqrt(alike) * z - least) / sqrt(1 - alike))
        both += width * NORMAL.pdf(z) * errs**2
    return both / (1 - level)


def reached(grid: Sequence[int], values: Sequence[float], target: float) -> str:
    """Return at how many articles rising values come to a target, between those of the grid."""
    if values[0] >= target:
        return f"{grid[0]} or fewer"
    for (low, below), (high, above) in pairwise(zip(grid, values, strict=True)):
        if below < target <= above:
            part = (target - below) / (above - below)
            found = exp(log(low) + part * (log(high) - log(low)))
            return f"{float(f'{found:.2g}'):,.0f}"
    return f"more than {grid[-1]:,}"


@dataclass(frozen=True)
class Measured:
    """What all trials gave."""

    trials: int
    seed: int
    intervals: dict[tuple[Kind, int], dict[float, Intervals]]
    """By kind and number of articles, then by F1."""
    rejected: dict[tuple[Kind, float, int], dict[int, float]]
    """By kind, correlation of systems and number of articles, then by points."""

    @property
    def pairs(self) -> int:
        """Trials with two systems."""
        return (self.trials + 1) // 2

    def enough(self, these: Bools) -> Bools:
        """Return the trials that are true in ``these``, none of them if they are too few."""
        return these & (int(these.sum()) * ENOUGH >= self.trials)

    def given(self, found: Intervals) -> Bools:
        """Return the trials that have an interval, none of them if they are too few."""
        return self.enough(found.given)


def measure(
    trials: int, seed: int, articles: Sequence[int] = ARTICLES, paired: Sequence[int] = PAIRED
) -> Measured:
    """Run all trials; of those with two systems half as many."""
    found = Measured(trials, seed, {}, {})
    alone = [(kind, number) for kind in KINDS for number in articles]
    pairs = [(kind, alike, number) for kind in COMMON for alike in ALIKE for number in paired]
    with click.progressbar(alone, label="intervals", file=sys.stderr) as bar:
        for one in bar:
            found.intervals[one] = intervals(*one, trials, seed)
    with click.progressbar(pairs, label="tests", file=sys.stderr) as bar:
        for each in bar:
            found.rejected[each] = rejected(*each, found.pairs, seed)
    return found


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]


def coverage_table(found: Measured) -> list[str]:
    """Return coverage, mean width and trials without an interval, by kind and articles."""

    def row(kind: Kind, number: int) -> Iterator[str]:
        yield from (kind.name, f"{number:,}")
        by_level = found.intervals[kind, number].values()
        yield from (_mean(each.covers, found.given(each)) for each in by_level)
        yield from (_mean(each.high - each.low, found.given(each)) for each in by_level)
        for each in by_level:
            same = ~each.given & ~each.undefined
            yield f"{100 * each.undefined.mean():.1f} + {100 * same.mean():.1f}"

    names = "coverage at F1", "width at", "no interval at"
    titles = [f"{name} {level:.2f}" for name in names for level in LEVELS]
    return _table(["items", "articles", *titles], (list(row(*each)) for each in found.intervals))


def reach_table(found: Measured) -> list[str]:
    """Return coverage by the number of articles that have an item."""
    titles = [f"{low} to {high - 1}" for low, high in pairwise(REACH)] + [f"{REACH[-1]} or more"]
    rows = []
    for kind, level in product(KINDS, LEVELS):
        each = [of[level] for (its, _), of in found.intervals.items() if its == kind]
        reach, given, covers = (
            np.concatenate([getattr(one, name) for one in each])
            for name in ("reach", "given", "covers")
        )
        groups = [(low <= reach) & (reach < high) for low, high in pairwise((*REACH, np.inf))]
        shares = (_mean(covers, found.enough(given & group)) for group in groups)
        rows.append([kind.name, f"{level:.2f}", *shares])
    return _table(["items", "F1", *titles], rows)


def _mean(values: Floats | Bools, where: Bools) -> str:
    """Return a mean in points, if there is anything to take it of."""
    return f"{100 * values[where].mean():.1f}" if where.any() else "–"


def power_table(found: Measured) -> list[str]:
    """Return the share of trials in which two systems are told apart."""
    head = ["items", "correlation", "articles", "no difference (size)"]
    head += [_points(points) for points in POINTS if points]
    rows = [
        [kind.name, str(alike), f"{number:,}", *(f"{100 * row[each]:.1f}" for each in POINTS)]
        for (kind, alike, number), row in found.rejected.items()
    ]
    return _table(head, rows)


def _points(points: int) -> str:
    return f"{points} point" + "s" * (points > 1)


def needed_table(found: Measured) -> list[str]:
    """Return how many articles tell two systems apart, and how many make an interval narrow."""
    rows = []
    for kind in COMMON:
        for alike in ALIKE:
            name = f"{kind.name}: to tell two systems apart, correlation {alike}"
            of = {n: row for (*its, n), row in found.rejected.items() if its == [kind, alike]}
            power = ([row[points] for row in of.values()] for points in POINTS[1:])
            rows.append([name, *(reached([*of], values, POWER) for values in power)])
        wide = {n: row[MIDDLE] for (its, n), row in found.intervals.items() if its == kind}
        wide = {n: each for n, each in wide.items() if n >= MIN_ARTICLES}
        # Widths fall as a power of the number of articles, so logarithms are interpolated.
        values = [-log(float(np.nanmean(each.high - each.low))) for each in wide.values()]
        targets = (-log(points / 50) for points in POINTS[1:])
        name = f"{kind.name}: for an interval of ± as many points"
        rows.append([name, *(reached([*wide], values, target) for target in targets)])
    return _table(["articles needed", *map(_points, POINTS[1:])], rows)


def shows(found: Measured) -> str:
    """Return how the tables were made, and the worst that is in them."""
    covered = [
        float(_mean(each.covers, each.given))
        for (kind, number), row in found.intervals.items()
        for each in row.values()
        if kind in COMMON and number >= MIN_ARTICLES and each.given.any()
    ]
    sizes = [100 * row[0] for row in found.rejected.values()]
    return (
        f"Made by `python tests/simulate.py --write` (goldwire {goldwire.__version__}, seed "
        f"{found.seed}): {found.trials:,} trials for each line of intervals, {found.pairs:,} for "
        f"each line of tests, {RESAMPLES:,} resamples in each.\n\n"
        f"With {MIN_ARTICLES} articles or more, 95 % intervals for mentions and quotes cover the "
        f"true F1 in {min(covered):.1f} to {max(covered):.1f} % of trials. The test rejects "
        f"{min(sizes):.1f} to {max(sizes):.1f} % of pairs without a difference, where "
        f"{100 * ALPHA:.0f} are right."
    )


def page(found: Measured) -> str:
    """Return the tables as they stand in the docs, each under what it says."""
    error = 100 * sqrt(ACCEPTED * (1 - ACCEPTED) * ENOUGH / found.trials)
    parts: Sequence[str | list[str]] = (
        shows(found),
        "## Intervals",
        "Coverage of the 95 % percentile bootstrap interval of micro F1, where there is one, in %; "
        "its mean width in points; and the trials without one in %: F1 is undefined in a resample "
        "+ it is the same in all. – stands where fewer than one trial in "
        f"{ENOUGH} has an interval; so a coverage of 90 % has a standard error of at most "
        f"{error:.1f} points. Below {MIN_ARTICLES} articles goldwire gives no interval; the lines "
        "of 5 and 10 are of its bootstrap all the same, and show why.",
        coverage_table(found),
        "The coverage of the same trials, whatever the number of all articles, by the number of "
        "articles in which gold or prediction has an item:",
        reach_table(found),
        "## Tests",
        "Trials in which paired approximate randomisation tells two systems apart "
        f"(p < {ALPHA}), in %: one lies half the difference above F1 {MIDDLE:.2f}, the other as "
        f"much below. The standard error is at most {50 / sqrt(found.pairs):.1f} points.",
        power_table(found),
        "## Articles needed",
        f"For a power of {100 * POWER:.0f} %, and for a mean interval of ± so many points at F1 "
        f"{MIDDLE:.2f}; interpolated between the lines above.",
        needed_table(found),
    )
    return "\n\n".join(part if isinstance(part, str) else "\n".join(part) for part in parts)


@click.command()
@click.option("--trials", default=TRIALS, show_default=True, type=click.IntRange(1))
@click.option("--seed", default=SEED, show_default=True)
@click.option("--write", "keep", is_flag=True, help="Write eval/UNCERTAINTY.md.")
def main(trials: int, seed: int, keep: bool) -> None:
    """Run the simulation and print its page."""
    text = page(measure(trials, seed))
    click.echo(text)
    if keep:
        above, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
        below = rest.partition(END)[2]
        PAGE.write_text(f"{above}{BEGIN}\n{text}\n{END}{below}", "utf-8")


if __name__ == "__main__":
    main()
