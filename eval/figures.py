"""From sums of counts to figures: ratios, means over measures, means over types."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import fsum
from statistics import median

from goldwire.eval.count import NONE, Sums
from goldwire.eval.measure import Measure
from goldwire.eval.plan import components, is_macro
from goldwire.eval.table import MEASURES
from goldwire.schemas.score import Figures

MIN_PER_TYPE = 5
"""Median number of gold items per type below which a mean over types is not shown."""
Totals = Mapping[str, Sums]
Ratios = tuple[float | None, float | None, float | None]


def ratios(sums: Sums) -> Ratios:
    """Return precision, recall and F1, each None where it is 0/0.

    F1 is the harmonic mean of the two, 2 * matched / (gold + predicted) where both have one
    numerator; it is None only if gold and prediction are both empty, and 0 if one is.
    """
    gold, predicted, matched, correct, *_ = sums
    precision = correct / predicted if predicted else None
    recall = matched / gold if gold else None
    if not gold and not predicted:
        return precision, recall, None
    if matched == correct:
        return precision, recall, 2 * matched / (gold + predicted)
    both = correct * gold + matched * predicted
    return precision, recall, 2 * correct * matched / both if both else 0.0


def mean_of(measure: Measure, totals: Totals) -> Ratios:
    """Return the mean of the measures that ``measure`` is made of.

    BLANC is the mean over those of links and nonlinks that gold or prediction have any of
    (Luo et al. 2014); a ratio that such a one has not counts 0. CoNLL is a mean of three F1s,
    undefined if one of them is, and has no precision and recall.
    """
    parts = [ratios(totals.get(str(part), NONE)) for part in components(measure)]
    known = [part for part in parts if part[2] is not None]
    if measure.name == "coref.conll":
        return None, None, _mean([f1 for _, _, f1 in known]) if len(known) == len(parts) else None
    return _means(known)


def over_types(measure: Measure, totals: Totals) -> tuple[Ratios, str]:
    """Return the mean over the types that gold has, and why it is not shown if it is not.

    It is macro over types, each summed over all documents; scikit-learn's ``macro`` over
    the labels of gold. Precision counts 0 for a type without any prediction.
    """
    rows = [totals[name] for name in typed_names(measure, totals) if totals[name][0]]
    if not rows:
        return (None, None, None), "gold has no item"
    middle = median(row[0] for row in rows)
    if middle < MIN_PER_TYPE:
        reason = f"gold has a median of {middle:g} per type, {MIN_PER_TYPE} are needed"
        return (None, None, None), reason
    return _means([ratios(row) for row in rows]), ""


def typed_names(measure: Measure, totals: Iterable[str]) -> Iterator[str]:
    """Yield the names in ``totals`` that are ``measure`` by one type, of those it keeps."""
    micro = measure.where(average="micro")
    wanted = measure.option("type")
    for name in totals:
        found = Measure.parse(name)
        kinds = found.option("type")
        kept = len(kinds) == 1 and (not wanted or kinds[0] in wanted)
        if kept and str(micro.where(type=kinds)) == name:
            yield name


def _means(rows: Sequence[Ratios]) -> Ratios:
    precision, recall, f1 = ([row[side] or 0.0 for row in rows] for side in range(3))
    return _mean(precision), _mean(recall), _mean(f1)


def _mean(values: Sequence[float | None]) -> float | None:
    """Return the mean, rounded once: the order in which types were met never shows in it."""
    return fsum(value or 0.0 for value in values) / len(values) if values else None


def figures(measure: Measure, totals: Totals, whole: float | None) -> Figures:
    """Return the figures of a measure; ``whole`` is the size of gold without its options."""
    if is_macro(measure):
        size = sum(totals[name][0] for name in typed_names(measure, totals))
        found, kept = over_types(measure, totals)[0], _share(size, whole)
        return Figures(*found, kept=kept)
    if MEASURES[measure.name].of:
        return Figures(*mean_of(measure, totals))
    sums = totals.get(str(measure), NONE)
    gold, predicted, matched, correct, distance, measured = sums
    return Figures(
        *ratios(sums),
        gold=gold,
        predicted=predicted,
        matched=matched,
        correct=correct,
        distance=distance / measured if measured else None,
        kept=_share(gold, whole),
    )


def _share(gold: float, whole: float | None) -> float | None:
    """Return the share of gold that options keep, None where it is 0/0 or not known.

    A prediction may choose the longer of two readings, or itself be longer than gold where
    the longer text counts (``text.edit``): then ``gold`` may be above ``whole``, and all is kept.
    """
    return min(gold / whole, 1.0) if whole else None


def undefined(found: Figures) -> Figures:
    """Return figures of a layer that was not attempted: counts without ratios."""
    found.precision = found.recall = found.f1 = found.distance = None
    return found
