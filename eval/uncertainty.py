"""How far figures can be believed: intervals over articles, or why there is none."""

from collections.abc import Mapping, Sequence

import numpy as np

from goldwire.corpus.records import Records
from goldwire.eval.count import CountTable
from goldwire.eval.measure import Measure
from goldwire.eval.resample import Floats, bootstrap, interval
from goldwire.eval.statistic import Sums, f1_of, mean_of_all
from goldwire.schemas.score import Figures

MIN_ARTICLES = 20
"""Source articles below which no interval, p-value or rank is valid."""
RESAMPLES = 1000
Bounds = tuple[float | None, float | None]


def sources(gold: Records) -> int:
    """Return the number of source articles: variants of one count as that one."""
    return int(gold.sources.max(initial=-1)) + 1


def too_few(articles: int) -> str:
    """Return why nothing is said of other articles, "" if something can be."""
    return f"fewer than {MIN_ARTICLES} source articles ({articles})" * (articles < MIN_ARTICLES)


def resampled(gold: Records, table: CountTable, resamples: int, seed: int) -> Sums | str:
    """Return the sums of bootstrap resamples over source articles, or why there are none."""
    if reason := too_few(sources(gold)):
        return reason
    if not resamples:
        return "not computed"
    return bootstrap(table.by_source(gold.sources), resamples, seed)


def set_intervals(scores: Mapping[str, Figures], sums: Sums | str) -> None:
    """Give each figure the interval of its F1, or say why it has none."""
    for name, found in scores.items():
        if isinstance(sums, str) or found.f1 is None:
            found.interval = sums if isinstance(sums, str) else "F1 is undefined"
            continue
        values = f1_of(Measure.parse(name), sums)
        (found.low, found.high), found.interval = bounds(values)


def bounds(values: Floats) -> tuple[Bounds, str]:
    """Return the interval of resampled values, and how it was made or why there is none."""
    undefined = int(np.isnan(values).sum())
    if undefined:
        return (None, None), f"undefined in {undefined} of {len(values)} resamples: too rare"
    if (values == values[0]).all():
        return (None, None), "the same in every resample"
    return interval(values), "percentile bootstrap over source articles"


def mean_bounds(measures: Sequence[Measure], sums: Sums | str) -> Bounds:
    """Return the interval of the mean of some measures, None and None if there is none."""
    return (None, None) if isinstance(sums, str) else bounds(mean_of_all(measures, sums))[0]
