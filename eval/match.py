"""Matching the items of a layer under a measure: which are credited, missed, spurious.

The order is SCORING's: required gold first; then predictions that are left may match
gold that is optional or outside the zone, and leave the count; then those that do not
declare what an option filters by may be excused by gold that the filter leaves out.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import compress
from operator import not_

from goldwire.eval.assign import Credit, assign, ladder, once
from goldwire.eval.items import Edges, Item, Sides
from goldwire.eval.measure import Measure

Admit = Callable[[list[Item], list[Item]], Edges]
Filters = dict[str, tuple[str, ...]]


@dataclass(slots=True)
class Outcome:
    """What a measure says of one document: the sums of its ratios, and the items behind them.

    Recall is ``matched / gold``, precision ``correct / predicted``; ``correct`` is None where
    it is ``matched``. All are whole numbers or halves but for B3, CEAFe and LEA. ``distance``
    is a sum of characters over ``measured`` places. ``pairs`` are the gold items with the
    predictions that are credited.
    """

    gold: float
    predicted: float
    matched: float
    correct: float | None = None
    distance: float = 0
    measured: float = 0
    missed: list[Item] = field(default_factory=list)
    spurious: list[Item] = field(default_factory=list)
    pairs: list[tuple[Item, Item]] = field(default_factory=list)

    @property
    def counts(self) -> tuple[float, float, float, float, float, float]:
        """Gold, predicted, matched, correct, distance, measured."""
        correct = self.matched if self.correct is None else self.correct
        return self.gold, self.predicted, self.matched, correct, self.distance, self.measured


def match(
    sides: Sides,
    measure: Measure,
    admit: Admit,
    excuse: Admit,
    mutual: bool = False,
    credit: Credit = once,
) -> Outcome:
    """Match one layer of one document.

    ``admit`` gives the edges along which a prediction may be credited, ``excuse`` those
    along which one that declares nothing may leave the count under a filter. With
    ``mutual`` what the predicted side marks as optional or alternative is honoured too.
    ``credit`` is what a pair earns, if not all earn the same; it is not scaled here.
    """
    gold = settle(sides.gold, sides.predicted, admit, credit)
    given = sides.predicted
    if mutual:
        turned: Admit = lambda one, other: [(c, r) for r, c in admit(other, one)]  # noqa: E731
        given = settle(given, gold, turned, credit)
    filters, scope = measure.filters, _scope(measure)
    kept, other = _parted(gold, filters)
    fitting, dropped = _parted(given, filters)
    required, ignorable = _split(kept, [not e.optional and e.inside in scope for e in kept])
    counted, spare = _split(fitting, [not (mutual and e.optional) for e in fitting])

    edges = assign(required, counted, admit(required, counted), credit=credit)
    missed, left = _without(required, counted, edges)
    _, left = _unmatched(ignorable, left, admit)
    missed, _ = _unmatched(missed, spare, admit)
    left = [item for item in left if item.inside in scope]
    other, _ = _unmatched(other, dropped, admit)
    if other and left and "type" in filters and len(filters) > 1:
        left = _standing(left, match(sides, measure.of_any_type, admit, excuse, mutual, credit))
    left = _excused(other, left, measure, excuse)
    return Outcome(
        gold=len(edges) + len(missed),
        predicted=len(edges) + len(left),
        matched=len(edges),
        missed=missed,
        spurious=left,
        pairs=[(required[row], counted[column]) for row, column in edges],
    )


def _standing(left: list[Item], wide: Outcome) -> list[Item]:
    """Take away what is excused before types are looked at, so that rows by type add up."""
    counted = {id(item) for item in wide.spurious} | {id(item) for _, item in wide.pairs}
    return [item for item in left if id(item) in counted]


def _excused(gold: list[Item], left: list[Item], measure: Measure, excuse: Admit) -> list[Item]:
    """Take away predictions that leave a filter's property undeclared and equal such gold."""
    for key, values in measure.filters.items() if gold and left else ():
        filtered = [item for item in gold if item.facets.get(key) not in (None, *values)]
        silent = [item for item in left if item.facets.get(key) is None]
        _, blamed = _unmatched(filtered, silent, excuse)
        kept = {id(item) for item in blamed}
        left = [item for item in left if item.facets.get(key) is not None or id(item) in kept]
    return left


def settle(
    gold: list[Item], predicted: list[Item], admit: Admit, credit: Credit = once
) -> list[Item]:
    """Let one reading of each group of alternatives stand; the others become optional.

    The reading stands that a prediction matches best, else the first in the text that is
    not optional. It is settled once, before any option, so that the rows of types add up
    to the whole.
    """
    if {item.alternatives for item in gold} <= {None}:
        return gold
    groups: dict[object, list[Item]] = {}
    for item in sorted(gold, key=lambda item: (item.optional, item.identity)):
        groups.setdefault(item.alternatives or id(item), []).append(item)
    units = [readings for readings in groups.values() if not readings[0].optional]
    owner = [(unit, reading) for unit, readings in enumerate(units) for reading in readings]

    def worth(reading: Item, given: Item) -> tuple[int, ...]:
        return credit(reading, given), *ladder(reading, given)

    best: dict[tuple[int, int], Item] = {}
    for row, column in sorted(admit([reading for _, reading in owner], predicted)):
        unit, reading = owner[row]
        known = best.get((unit, column))
        if known is None or worth(reading, predicted[column]) > worth(known, predicted[column]):
            best[unit, column] = reading
    heads = [readings[0] for readings in units]
    pairs = dict(assign(heads, predicted, list(best), best, credit))
    chosen = {
        id(best[unit, pairs[unit]] if unit in pairs else readings[0])
        for unit, readings in enumerate(units)
    }
    return [item if item.optional or id(item) in chosen else _optional(item) for item in gold]


def _optional(item: Item) -> Item:
    return replace(item, optional=True)


def joined(groups: list[list[tuple[bool, str | None]]]) -> list[tuple[bool, str | None]]:
    """Return what each group of items that count as one is: optional or not, and its set.

    An item comes as (optional, alternatives). Sets of alternatives that share a group are
    one set. Where one group of a set must be found in any case, the others are optional.

    >>> joined([[(False, "a"), (False, "b")], [(False, "b")], [(True, None)]])
    [(False, 'a'), (False, 'a'), (True, None)]
    >>> joined([[(False, None), (False, "a")], [(False, "a")]])
    [(False, None), (True, 'a')]
    """
    owns = [{name for _, name in group if name is not None} for group in groups]
    sets: list[set[str]] = []
    for own in filter(None, owns):
        sets = [*(s for s in sets if not s & own), own.union(*(s for s in sets if s & own))]
    name = {each: min(one) for one in sets for each in one}
    sure = [any(not optional and own is None for optional, own in group) for group in groups]
    found = {name[each] for own, certain in zip(owns, sure, strict=True) if certain for each in own}
    made: list[tuple[bool, str | None]] = []
    for group, own, certain in zip(groups, owns, sure, strict=True):
        one = None if certain or not own else name[min(own)]
        made.append((one in found or all(optional for optional, _ in group), one))
    return made


def _unmatched(
    gold: list[Item], predicted: list[Item], admit: Admit
) -> tuple[list[Item], list[Item]]:
    """Return what is left of both sides when all that can be matched is taken away."""
    if not gold or not predicted:
        return gold, predicted
    return _without(gold, predicted, assign(gold, predicted, admit(gold, predicted)))


def _without(
    gold: list[Item], predicted: list[Item], edges: Edges
) -> tuple[list[Item], list[Item]]:
    if not edges:
        return gold, predicted
    rows, columns = {row for row, _ in edges}, {column for _, column in edges}
    return (
        [item for number, item in enumerate(gold) if number not in rows],
        [item for number, item in enumerate(predicted) if number not in columns],
    )


def _parted(items: list[Item], filters: Filters) -> tuple[list[Item], list[Item]]:
    """Return the items that declare nothing that the filters leave out, and the others."""
    kept: list[Item] = items
    dropped: list[Item] = []
    for key, values in filters.items():
        wanted = (None, *values)
        kept, more = _split(kept, [item.facets.get(key) in wanted for item in kept])
        dropped = dropped + more
    return kept, dropped


def _split(items: list[Item], fits: list[bool]) -> tuple[list[Item], list[Item]]:
    """Return the items that fit, and the others; mostly all do."""
    if all(fits):
        return items, []
    return list(compress(items, fits)), list(compress(items, map(not_, fits)))


@cache
def _scope(measure: Measure) -> tuple[bool, ...]:
    """Return the values of ``inside`` that the measure's zone takes."""
    zone = measure.option("zone")
    return (False, True) if zone == ("all",) else (zone == ("boilerplate",),)
