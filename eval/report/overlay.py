"""Gold and predictions laid over each other: what is right and wrong in an article, as data.

A finding is a gold item with what each system made of it, or something that systems found and
gold has not. It comes from the same matching as the figures, so for each system and measure the
findings add up to the score: right to ``matched``, all but spurious ones to ``gold``, all but
missed ones to ``predicted``. Only ``boilerplate.char`` counts characters: its findings are
stretches of text.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from goldwire.corpus.records import Records
from goldwire.eval.boilerplate import bits_of, solid, standing
from goldwire.eval.count import count
from goldwire.eval.items import Item, Pair
from goldwire.eval.measure import Measure
from goldwire.eval.pairing import paired
from goldwire.eval.plan import Plan
from goldwire.eval.table import layer
from goldwire.eval.taxonomy import kinds
from goldwire.schemas.plain import shorten
from goldwire.schemas.reading import Predictions
from goldwire.schemas.record import Record

RIGHT, MISSED, SPURIOUS = "right", "missed", "spurious"
KINDS = (RIGHT, "wrong type", "wrong boundary", "wrong type and boundary", MISSED, SPURIOUS)


class Shown(NamedTuple):
    """A measure whose findings are shown; ``counted`` if they are behind the first figures."""

    measure: Measure
    counted: bool = True


class Verdict(NamedTuple):
    """What one system made of an item: its kind, and what it predicted, if anything."""

    kind: str
    item: Item | None = None


@dataclass(slots=True)
class Finding:
    """One item of gold, or one that gold has not, with a verdict of each system.

    A verdict is None where the system does not attempt the layer, where the item does not count
    for it (optional gold, another reading of alternatives), or where it did not find this.
    """

    shown: Shown
    item: Item
    gold: bool
    verdicts: list[Verdict | None]
    number: int = 0

    @property
    def layer(self) -> str:
        """The layer that the finding is of."""
        return layer(self.shown.measure)

    @property
    def type(self) -> str:
        """The gold item's type, or the predicted one's."""
        return self.item.facets.get("type") or "none"

    @property
    def kinds(self) -> set[str]:
        """What kinds it is of, over all systems."""
        return {each.kind for each in self.verdicts if each}


@dataclass(slots=True)
class Overlay:
    """One article with its findings, in text order; ``predicted`` has each system's record."""

    gold: Record
    findings: list[Finding]
    predicted: list[Record]
    left_out: int = 0

    @property
    def text(self) -> str:
        """The article's text."""
        return self.gold.text or ""


def pairs_of(
    gold: Records, runs: Sequence[Predictions], names: Iterable[str], plan: Plan
) -> Iterator[tuple[Record, list[Pair]]]:
    """Yield some documents, in the order of ``names``, each with its pair of each run.

    What a run lacks is paired with an empty record.
    """
    wanted = dict.fromkeys(names)
    found: list[dict[str, Pair]] = []
    for run in runs:
        records = (each for each in run.records if each[1].id in wanted)
        found.append({job.pair.gold.id: job.pair for job in paired(gold, records, plan.allowed)})
    for name in wanted:
        row = gold.row(name)
        assert row is not None
        record = gold[row]
        pairs = [each.get(name) or Pair(record, Record(id=name)) for each in found]
        for pair in pairs:
            pair.maps, pair.seen, pair.labels = plan.maps, plan.seen, plan.labels
        yield record, pairs


def overlay(gold: Record, pairs: Sequence[Pair], shown: Sequence[Sequence[Shown]]) -> Overlay:
    """Return what is right and wrong; ``shown`` are the measures of each system."""
    known: dict[object, Finding] = {}
    for number, (pair, wanted) in enumerate(zip(pairs, shown, strict=True)):
        seen: Counter[object] = Counter()
        for each in wanted:
            for verdict, item in _verdicts(pair, each.measure):
                mine = verdict.kind != SPURIOUS
                key: Any = (str(each.measure), mine, item.order, item.spans, item.shown)
                seen[key] += 1
                new = Finding(each, item, mine, [None] * len(pairs))
                finding = known.setdefault((key, seen[key]), new)
                finding.verdicts[number] = verdict
    findings = sorted(known.values(), key=_order)
    return Overlay(gold, findings, [pair.predicted for pair in pairs])


def _order(each: Finding) -> tuple[object, ...]:
    start, end, kind = each.item.order
    return start, end, each.layer, kind, str(each.shown.measure), each.item.shown


def _verdicts(pair: Pair, measure: Measure) -> Iterator[tuple[Verdict, Item]]:
    """Yield each item under a measure: gold's, or the predicted one where gold has none."""
    outcome = count(pair, [measure])[str(measure)]
    pairs = outcome.pairs
    if measure.name == "boilerplate.char":
        pairs = [(item, item) for item in _agreed(pair, outcome.missed)]
    for item, predicted in pairs:
        yield Verdict(RIGHT, predicted), item
    for kind, missed, spurious in kinds(str(measure), outcome):
        if found := missed or spurious:
            yield Verdict(kind, spurious), found


def _agreed(pair: Pair, missed: Iterable[Item]) -> Iterator[Item]:
    """Yield the stretches of boilerplate that both sides have; white space within is bridged."""
    found = pair.once(standing)
    both = bits_of(found.gold) & bits_of(found.predicted) & pair.article.once(solid)
    both &= ~found.optional
    stops, size = pair.article.once(solid) & ~both, len(pair.text)
    start = end = -1
    for offset, flags in enumerate(zip(_flags(both, size), _flags(stops, size), strict=True)):
        if flags[0]:
            start, end = (offset if start < 0 else start), offset + 1
        elif flags[1] and start >= 0:
            yield _stretch(pair, start, end)
            start = -1
    if start >= 0:
        yield _stretch(pair, start, end)


def _flags(bits: int, size: int) -> list[bool]:
    return [char == "1" for char in reversed(f"{bits:0{size}b}")] if size else []


def _stretch(pair: Pair, start: int, end: int) -> Item:
    words = f'"{shorten(pair.text[start:end])}"'
    return Item(((start, end),), words, {"type": "characters"}, inside=False)
