"""How much a figure moves within the articles, for where articles are too few for intervals.

The jackknife over zones (Quenouille 1956, Tukey 1958) leaves out one zone after the other. It
says nothing about other articles: zones of one article are not a sample of articles. So it has
a name of its own, and it is made for mentions and quotes only, which stand in one place.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from math import fsum, sqrt

from goldwire.eval.figures import ratios
from goldwire.eval.items import Item, Pair
from goldwire.eval.match import Outcome
from goldwire.eval.measure import Measure
from goldwire.schemas.score import Figures, Variation

_NAMES = (
    "mentions.strict",
    "mentions.exact",
    "quotes.attributed",
    "quotes.content",
    "quotes.exact",
)
Counts = tuple[int, int, int]
"""Gold, predicted, matched."""


def varies(measure: Measure) -> bool:
    """Whether the items of a measure each stand in one zone of the article's own text."""
    plain = measure.option("zone") == ("article",) and measure.option("average") == ("micro",)
    return measure.name in _NAMES and plain


def by_zone(pair: Pair, outcome: Outcome) -> list[Counts]:
    """Return the counts of each zone that is no boilerplate, by where items begin.

    What could not be placed is in no zone.
    """
    zones = pair.gold.zones or ()
    starts = [z.start for z in zones if z.type != "boilerplate" and z.start is not None]
    if not starts:
        return []
    counts = [[0, 0, 0] for _ in starts]

    def add(item: Item, *sides: int) -> None:
        if item.extent:
            zone = counts[max(0, bisect_right(starts, item.extent[0]) - 1)]
            for side in sides:
                zone[side] += 1

    for gold, _ in outcome.pairs:
        add(gold, 0, 1, 2)
    for item in outcome.missed:
        add(item, 0)
    for item in outcome.spurious:
        add(item, 1)
    return [(gold, predicted, matched) for gold, predicted, matched in counts]


def variation(
    scores: Mapping[str, Figures], zones: Mapping[str, Sequence[Counts]]
) -> list[Variation]:
    """Return the jackknife over zones of each measure that has zones and an F1 without any."""
    found = [_variation(name, scores[name], rows) for name, rows in zones.items()]
    return [each for each in found if each]


def _variation(name: str, whole: Figures, rows: Sequence[Counts]) -> Variation | None:
    left = [_f1_without(whole, row) for row in rows]
    values = [value for value in left if value is not None]
    if whole.f1 is None or len(values) < max(2, len(left)):
        return None
    mean = fsum(values) / len(values)
    spread = fsum((value - mean) ** 2 for value in values)
    error = sqrt(spread * (len(values) - 1) / len(values))
    return Variation(measure=name, f1=whole.f1, standard_error=error, zones=len(values))


def _f1_without(whole: Figures, row: Counts) -> float | None:
    gold, predicted, matched = (
        (total or 0) - part
        for total, part in zip((whole.gold, whole.predicted, whole.matched), row, strict=True)
    )
    return ratios((gold, predicted, matched, matched, 0, 0))[2]
