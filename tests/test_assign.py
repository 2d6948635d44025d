"""Maximum-weight matching against brute force, scipy, and its own laws."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from goldwire.eval.assign import assign, maximum
from goldwire.eval.items import Item


@st.composite
def tables(draw, largest=30):
    rows = draw(st.integers(1, 5))
    columns = draw(st.integers(rows, 6))
    return [[draw(st.integers(0, largest)) for _ in range(columns)] for _ in range(rows)]


def total(weights, columns):
    return sum(line[column] for line, column in zip(weights, columns, strict=True))


@given(tables())
def test_maximum_equals_brute_force(weights):
    found = maximum(weights)
    assert len(set(found)) == len(weights)
    best = max(
        total(weights, chosen)
        for chosen in itertools.permutations(range(len(weights[0])), len(weights))
    )
    assert total(weights, found) == best


@given(tables(largest=10**6))
def test_maximum_equals_scipy(weights):
    rows, columns = linear_sum_assignment(weights, maximize=True)
    assert list(rows) == list(range(len(weights)))
    assert total(weights, maximum(weights)) == total(weights, columns)


def test_maximum_is_exact_where_floats_are_not():
    """At 2**60 a float can't hold the 1 that decides; scipy's answer here is up to chance."""
    big = 2**60
    assert maximum([[big, big + 1], [big, big]]) == [1, 0]


def item(start, end, label="PERSON"):
    return Item(((start, end),), f"{start}-{end} {label}", {"type": label}, inside=False)


def everything(gold, predicted):
    return list(itertools.product(range(len(gold)), range(len(predicted))))


@pytest.mark.parametrize(
    ("gold", "predicted", "pairs"),
    [
        # An exact span before an equal type.
        ([item(0, 5)], [item(0, 4), item(0, 5, "ORG")], {(0, 1)}),
        # An exact span before an overlap.
        ([item(0, 5)], [item(0, 4), item(0, 5)], {(0, 1)}),
        # Equal type before more characters.
        ([item(0, 5)], [item(0, 4, "ORG"), item(0, 2)], {(0, 1)}),
        # More characters.
        ([item(0, 5)], [item(0, 2), item(0, 4)], {(0, 1)}),
        # Smaller gold start, where all else is equal.
        ([item(3, 6), item(0, 3)], [item(2, 4)], {(1, 0)}),
        # Two pairs before one better pair.
        ([item(0, 5), item(4, 9)], [item(0, 5)], {(0, 0)}),
    ],
)
def test_ties_follow_the_ladder(gold, predicted, pairs):
    assert set(assign(gold, predicted, everything(gold, predicted))) == pairs


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=12), st.randoms())
def test_as_many_pairs_as_brute_force_and_the_order_of_edges_does_not_matter(edges, random):
    edges = sorted(set(edges))
    gold = [item(3 * n, 3 * n + 2) for n in range(5)]
    predicted = [item(3 * n, 3 * n + 3) for n in range(5)]
    found = assign(gold, predicted, edges)
    assert set(found) <= set(edges)
    assert len({row for row, _ in found}) == len({column for _, column in found}) == len(found)
    most = max(
        sum((row, column) in edges for row, column in enumerate(chosen))
        for chosen in itertools.permutations(range(5))
    )
    assert len(found) == most
    shuffled = random.sample(edges, len(edges))
    assert set(assign(gold, predicted, shuffled)) == set(found)


@st.composite
def cases(draw):
    spans = st.tuples(st.integers(0, 4), st.integers(5, 8), st.sampled_from(["PERSON", "ORG"]))
    # Gold that differs in start, end or type is told apart; equal gold is not.
    gold = [item(*each) for each in draw(st.lists(spans, min_size=1, max_size=4, unique=True))]
    predicted = [item(*each) for each in draw(st.lists(spans, max_size=4))]
    whole = everything(gold, predicted)
    edges = draw(st.lists(st.sampled_from(whole), unique=True)) if whole else []
    return gold, predicted, edges


def merit(gold, predicted, pairs):
    """The criteria in their order: pairs, exact spans, equal types, shared characters, gold."""
    order = sorted(range(len(gold)), key=lambda n: gold[n].order)
    covered = [set(range(*each.spans[0])) for each in (*gold, *predicted)]
    return (
        len(pairs),
        sum(gold[g].spans == predicted[p].spans for g, p in pairs),
        sum(gold[g].facets == predicted[p].facets for g, p in pairs),
        sum(len(covered[g] & covered[len(gold) + p]) for g, p in pairs),
        [order.index(g) for g, _ in sorted(pairs, key=lambda pair: order.index(pair[0]))],
    )


def better(one, other):
    """Whether one merit beats another; of gold lists the one that is smaller first."""
    return (one[:4], [-n for n in one[4]]) > (other[:4], [-n for n in other[4]])


@given(cases())
def test_no_other_matching_has_more_merit(case):
    gold, predicted, edges = case
    found = merit(gold, predicted, assign(gold, predicted, edges))
    for size in range(len(edges) + 1):
        for pairs in itertools.combinations(edges, size):
            if len({g for g, _ in pairs}) == len({p for _, p in pairs}) == size:
                assert not better(merit(gold, predicted, pairs), found)


@given(cases(), st.randoms(use_true_random=False))
def test_which_prediction_is_left_does_not_depend_on_the_order(case, rng):
    gold, predicted, edges = case

    def left(places):
        moved = [predicted[n] for n in places]
        turned = [(g, places.index(p)) for g, p in edges]
        chosen = {p for _, p in assign(gold, moved, turned)}
        return sorted(each.words for n, each in enumerate(moved) if n not in chosen)

    places = list(range(len(predicted)))
    assert left(rng.sample(places, len(places))) == left(places)
