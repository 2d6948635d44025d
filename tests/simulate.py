"""How far intervals and tests can be believed, measured on simulated articles.

``python tests/simulate.py`` draws new articles in every trial, with goldwire's own bootstrap and
test over them, prints three tables, and with ``--write`` puts them into eval/UNCERTAINTY.md.
Zones of an article are never resampled. It is no test: nothing asserts a figure.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from goldwire.eval.compare import ALPHA
from goldwire.eval.resample import Floats, bootstrap, p_value, randomised
from goldwire.eval.statistic import f1
from goldwire.eval.uncertainty import RESAMPLES, bounds

PAGE = Path(__file__).parent.parent / "eval" / "UNCERTAINTY.md"
SEED = 20240229
BETWEEN = 0.2
"""The share of the variance of difficulty that lies between articles."""
AT_ONCE = 50
"""Trials that share the draws of their resamples, so that a bias of one set is seen as noise."""
ENOUGH = 400
"""Trials below which a share is not shown: its standard error may be above 2.5 points."""
LEVELS = (0.5, 0.8, 0.95)
MIDDLE = 0.8
ARTICLES = (5, 10, 20, 50, 100, 200, 500, 1000)
PAIRED = (20, 50, 100, 200, 500, 1000, 2000)
POINTS = (0, 1, 2, 5, 10)
ALIKE = (0.5, 0.85)
"""Correlations of the difficulty of an item for one system with that for the other."""
REACH = (0, 10, 20, 40, 80)
"""Lower ends of the groups of trials by the number of articles that have an item."""
ACCEPTED = 0.9
POWER = 0.8
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
        return (1 + self.mean / self.shape) ** -self.shape


MENTIONS, QUOTES = Kind("mentions", 20, 2), Kind("quotes", 4, 1)
RARE = Kind("rare type", 0.2, 0.2), Kind("rarer type", 0.05, 0.05)
KINDS = (MENTIONS, QUOTES, *RARE)
COMMON = (MENTIONS, QUOTES)


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
        wrong = self.owner[self.hard[system] > NormalDist().inv_cdf(level)]
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
    for first in range(0, trials, AT_ONCE):
        yield min(AT_ONCE, trials - first)


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
        found: Bools = (self.low <= self.level) & (self.level <= self.high)
        return found


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
