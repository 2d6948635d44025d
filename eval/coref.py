"""Coreference over exact mentions: MUC, B3, CEAFm, CEAFe, LEA and the links of BLANC.

The sums are those of the CoNLL scorer 8.01 (Pradhan et al. 2014), for LEA those of its own
scorer: numerators and denominators of documents are added, ratios come after. A mention that
the other side lacks is an element of its own that agrees with nothing; singletons stay in
unless ``singletons=drop``. Two things differ from these scorers everywhere:

- 0/0 is undefined, where they print 0.
- A document is one text, where a CoNLL document may have parts that are scored one by one.

Fractions are added by ``math.fsum``, so the order of mentions and entities changes no digit.
"""

from collections.abc import Iterable
from math import fsum, lcm

from goldwire.eval.assign import maximum
from goldwire.eval.contingency import Component, Contingency, contingency
from goldwire.eval.items import Pair
from goldwire.eval.match import Outcome
from goldwire.eval.measure import Measure


def muc(pair: Pair, measure: Measure) -> Outcome:
    """Count links (Vilain et al. 1995): an entity of n mentions has n - 1.

    Matched are the links that both sides need: mentions in common, less the pairs of
    entities that share any. It is the same number from either side. A document of singletons
    has no links, so its F1 is undefined, where the CoNLL scorer prints 0; on equal singletons
    its CoNLL mean is therefore .667 and ours is undefined.
    """
    table = contingency(pair, measure)
    return Outcome(
        gold=sum(table.gold.values()) - len(table.gold),
        predicted=sum(table.predicted.values()) - len(table.predicted),
        matched=sum(table.shared.values()) - len(table.shared),
    )


def b3(pair: Pair, measure: Measure) -> Outcome:
    """Sum over mentions the share of their entity that the other side has (Bagga, Baldwin 1998).

    Recall adds n / gold size for each mention of a cell of n, precision n / predicted size,
    so the two have numerators of their own; a mention without a twin adds 0.
    """
    table = contingency(pair, measure)
    gold, predicted, shared = table.gold, table.predicted, table.shared
    return Outcome(
        gold=sum(gold.values()),
        predicted=sum(predicted.values()),
        matched=fsum([n * n / gold[row] for (row, _), n in shared.items()]),
        correct=fsum([n * n / predicted[column] for (_, column), n in shared.items()]),
    )


def ceafm(pair: Pair, measure: Measure) -> Outcome:
    """Count mentions in common under the best one-to-one alignment of entities (Luo 2005)."""
    table = contingency(pair, measure)
    return Outcome(
        gold=sum(table.gold.values()),
        predicted=sum(table.predicted.values()),
        matched=mentions_aligned(table),
    )


def mentions_aligned(table: Contingency) -> int:
    """Return how many mentions are in common under the best alignment of entities."""
    shared = table.shared
    alone, components = table.components
    matched = sum([shared[cell] for cell in alone])
    for component in components:
        matched += _best(component, [shared[cell] for cell in component[2]])
    return matched


def ceafe(pair: Pair, measure: Measure) -> Outcome:
    """Sum phi4, 2n / (both sizes), under the alignment that makes it largest (Luo 2005).

    The sums are over numbers of entities. The alignment is solved in whole numbers, over a
    common denominator, so no tie is decided by rounding.
    """
    table = contingency(pair, measure)
    return Outcome(
        gold=len(table.gold),
        predicted=len(table.predicted),
        matched=fsum(entities_aligned(table)),
    )


def entities_aligned(table: Contingency) -> list[float]:
    """Return phi4 of the entities that are aligned, those that hang together as one term."""
    gold, predicted, shared = table.gold, table.predicted, table.shared
    alone, components = table.components
    terms = [2 * shared[cell] / (gold[cell[0]] + predicted[cell[1]]) for cell in alone]
    for component in components:
        cells = component[2]
        sizes = [gold[row] + predicted[column] for row, column in cells]
        scale = lcm(*sizes)
        parts = [scale // size for size in sizes]
        weights = [2 * shared[cell] * part for cell, part in zip(cells, parts, strict=True)]
        terms.append(_best(component, weights) / scale)
    return terms


def lea(pair: Pair, measure: Measure) -> Outcome:
    """Sum over entities their size times the share of their links found (Moosavi, Strube 2016).

    The importance of an entity is its size. As in its authors' scorer a singleton has one
    link, to itself, which is found only if its mention is a singleton on the other side too.
    """
    table = contingency(pair, measure)
    gold, predicted, shared = table.gold, table.predicted, table.shared
    found: list[float] = []
    right: list[float] = []
    for (row, column), n in shared.items():
        if n > 1:
            found.append(n * (n - 1) / (gold[row] - 1))
            right.append(n * (n - 1) / (predicted[column] - 1))
        elif gold[row] == predicted[column] == 1:
            found.append(1)
            right.append(1)
    return Outcome(
        gold=sum(gold.values()),
        predicted=sum(predicted.values()),
        matched=fsum(found),
        correct=fsum(right),
    )


def coreferent_links(pair: Pair, measure: Measure) -> Outcome:
    """Count the pairs of mentions inside one entity: the first half of BLANC (Luo et al. 2014).

    BLANC is the mean of this and of ``noncoreferent_links``, of those of the two that gold or
    prediction have any of; a ratio that such a one has not counts 0. That is the F1 of Luo et
    al. and of corefud-scorer. Elsewhere it differs where one side has no pair of a kind:

    - Gold has none, the prediction some: the CoNLL scorer leaves the kind out, after Recasens
      and Hovy (2011); here it counts 0, so precision and F1 are half of its.
    - A document of one mention has no pairs: undefined here, 1 or 0 in scorch.
    """
    table = contingency(pair, measure)
    gold, predicted, shared = table.gold.values(), table.predicted.values(), table.shared.values()
    return Outcome(
        gold=(_squares(gold) - sum(gold)) // 2,
        predicted=(_squares(predicted) - sum(predicted)) // 2,
        matched=(_squares(shared) - sum(shared)) // 2,
    )


def noncoreferent_links(pair: Pair, measure: Measure) -> Outcome:
    """Count the pairs of mentions in different entities: the second half of BLANC.

    Matched are pairs of mentions that both sides have and neither has in one entity. The
    differences from the CoNLL scorer are told at ``coreferent_links``.
    """
    table = contingency(pair, measure)
    rows = dict.fromkeys(table.gold, 0)
    columns = dict.fromkeys(table.predicted, 0)
    for (row, column), n in table.shared.items():
        rows[row] += n
        columns[column] += n
    gold, predicted, shared = table.gold.values(), table.predicted.values(), table.shared.values()
    linked = _squares(rows.values()) + _squares(columns.values()) - _squares(shared)
    return Outcome(
        gold=(sum(gold) ** 2 - _squares(gold)) // 2,
        predicted=(sum(predicted) ** 2 - _squares(predicted)) // 2,
        matched=(sum(shared) ** 2 - linked) // 2,
    )


def _squares(numbers: Iterable[int]) -> int:
    return sum([n * n for n in numbers])


def _best(component: Component, weights: list[int]) -> int:
    """Return the largest sum of weights of cells of which no two share an entity.

    >>> _best((2, 2, {("a", "x"): (0, 0), ("a", "y"): (0, 1), ("b", "x"): (1, 0)}), [3, 2, 2])
    4
    """
    rows, columns, places = component
    if rows == 1 or columns == 1:
        return max(weights)
    near: list[dict[int, int]] = [{} for _ in range(rows + columns)]
    for (row, column), weight in zip(places.values(), weights, strict=True):
        near[row][rows + column] = near[rows + column][row] = weight
    earned = _fold(near)
    few, many = [row for row in near[:rows] if row], [column for column in near[rows:] if column]
    if not few:
        return earned
    if len(few) > len(many):
        few = many
    numbers = sorted({number for line in few for number in line})
    table = [[line.get(number, 0) for number in numbers] for line in few]
    return earned + sum(table[row][column] for row, column in enumerate(maximum(table)))


def _fold(near: list[dict[int, int]]) -> int:
    """Take away, in place, all that hangs on entities with one cell; return what it earns.

    Such an entity is always free for its partner, so the partner is worth at least that cell:
    its weight is earned, and the partner's other cells count only by what they have more. So
    trees, which most components are, are solved in linear time.
    """
    earned = 0
    ends = [entity for entity, others in enumerate(near) if len(others) == 1]
    while ends:
        end = ends.pop()
        if near[end]:
            partner, weight = near[end].popitem()
            earned += weight
            others = near[partner]
            del others[end]
            for other in list(others):
                others[other] -= weight
                near[other][partner] = others[other]
                if others[other] <= 0:
                    del others[other], near[other][partner]
                    if len(near[other]) == 1:
                        ends.append(other)
            if len(others) == 1:
                ends.append(partner)
    return earned
