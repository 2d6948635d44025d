"""F1 of many sums at once: what ``eval.figures`` gives for one, here for each resample."""

from collections.abc import Mapping, Sequence

import numpy as np

from goldwire.eval.figures import typed_names
from goldwire.eval.measure import Measure
from goldwire.eval.plan import components, is_macro
from goldwire.eval.resample import Floats
from goldwire.eval.table import MEASURES

Sums = Mapping[str, Floats]
"""By measure, shape (resamples, 4): gold, predicted, matched, correct."""


def f1(sums: Floats) -> Floats:
    """Return the F1 of each row of sums, NaN where it is undefined."""
    gold, predicted, matched, correct = sums.T
    both = correct * gold + matched * predicted
    equal = matched == correct
    above = np.where(equal, 2 * matched, 2 * correct * matched)
    below = np.where(equal, gold + predicted, both)
    empty = (gold == 0) & (predicted == 0)
    found: Floats = np.divide(above, below, out=np.zeros(len(sums)), where=below != 0)
    found[empty] = np.nan
    return found


def f1_of(measure: Measure, sums: Sums) -> Floats:
    """Return the F1 of a measure in each resample, NaN where it is undefined.

    A mean over types is over those that gold has in the resample.
    """
    if is_macro(measure):
        rows = [sums[name] for name in sorted(typed_names(measure, sums))]
        return _mean([np.where(row[:, 0] > 0, f1(row), np.nan) for row in rows])
    if MEASURES[measure.name].of:
        parts = [f1(sums[str(part)]) for part in components(measure)]
        if measure.name == "coref.conll":
            return _sum(parts) / len(parts)
        return _mean(parts)
    return f1(sums[str(measure)])


def mean_of_all(measures: Sequence[Measure], sums: Sums) -> Floats:
    """Return the mean F1 of measures in each resample, NaN where one of them is undefined."""
    return _sum([f1_of(each, sums) for each in measures]) / len(measures)


def _sum(rows: Sequence[Floats]) -> Floats:
    total: Floats = np.sum(rows, axis=0)
    return total


def _mean(rows: Sequence[Floats]) -> Floats:
    """Return the mean over the rows that are defined, NaN where none is."""
    table = np.stack(rows)
    known = (~np.isnan(table)).sum(axis=0)
    total: Floats = np.nansum(table, axis=0)
    mean: Floats = np.divide(total, known, out=np.full(len(total), np.nan), where=known > 0)
    return mean
