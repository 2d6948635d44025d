"""coref.* against scorch 0.2.0, which agrees with the CoNLL scorer, on seeded clusterings.

Where a ratio is 0/0 scorch gives 0 and we give None; BLANC differs where one side has no
links of a kind. Both are shown below. LEA, which scorch lacks, is checked against its
definition by sets of links, CEAF besides against all alignments in exact fractions.
"""

import itertools
import random
from fractions import Fraction
from statistics import StatisticsError, mean

import pytest
from scorch import scores

from goldwire.eval.coref import b3, ceafe, ceafm, coreferent_links, lea, muc, noncoreferent_links
from goldwire.eval.items import Pair
from goldwire.eval.measure import Measure
from goldwire.schemas.record import Mention, Record

DOCUMENTS = 3000


def where_aligned(oracle):
    """Return a scorch score that is 0 where no mention is in common; see the test of it."""

    def score(key, response):
        return oracle(key, response) if set().union(*key) & set().union(*response) else (0, 0, 0)

    return score


ORACLES = (
    (muc, scores.muc),
    (b3, scores.b_cubed),
    (ceafm, where_aligned(scores.ceaf_m)),
    (ceafe, where_aligned(scores.ceaf_e)),
)
BLANC = (coreferent_links, noncoreferent_links)


def partition(rng, mentions):
    """Return a clustering: none, all alone, all in one, or any number of entities."""
    kind = rng.randrange(8)
    if kind == 0:
        return []
    if kind == 1:
        return [{mention} for mention in mentions]
    if kind == 2:
        return [set(mentions)] if mentions else []
    names = rng.randint(1, max(1, len(mentions)))
    return grouped({mention: rng.randrange(names) for mention in mentions})


def grouped(owner):
    return [{m for m in owner if owner[m] == name} for name in dict.fromkeys(owner.values())]


def changed(rng, clusters):
    """Return the clusters with a few mentions moved: as a good system gives them."""
    owner = {m: name for name, cluster in enumerate(clusters) for m in cluster}
    for mention in owner:
        if rng.random() < 0.2:
            owner[mention] = rng.randrange(len(clusters) + 1)
    return grouped(owner)


def document(seed):
    """Return key and response; either may have mentions that the other has not."""
    rng = random.Random(seed)
    universe = range(rng.choice((1, 2, 4, 8, 16)))
    sides = [[m for m in universe if rng.random() < rng.choice((0.6, 1))] for _ in "kr"]
    key = partition(rng, sides[0])
    return key, changed(rng, key) if rng.random() < 0.3 else partition(rng, sides[1])


def pair(key, response):
    sides = [
        Record(
            id="doc",
            mentions=[
                Mention(start=2 * m, end=2 * m + 1, type="PERSON", entity=f"e{name}")
                for name, cluster in enumerate(side)
                for m in cluster
            ],
        )
        for side in (key, response)
    ]
    return Pair(*sides)


def judged(judge, key, response):
    return judge(pair(key, response), Measure("coref.x"))


def ratios(outcomes):
    """Return recall, precision and F1 of documents, None where they are 0/0."""
    gold, predicted = sum(o.gold for o in outcomes), sum(o.predicted for o in outcomes)
    matched = sum(o.matched for o in outcomes)
    correct = sum(o.matched if o.correct is None else o.correct for o in outcomes)
    recall = matched / gold if gold else None
    precision = correct / predicted if predicted else None
    if recall is None and precision is None:
        return None, None, None
    f1 = 2 * recall * precision / (recall + precision) if recall and precision else 0
    return recall, precision, f1


def printed(figures):
    """Return figures as scorch has them: 0 where they are undefined."""
    return tuple(each or 0 for each in figures)


def conll(key, response):
    found = [ratios([judged(judge, key, response)])[2] for judge in (muc, b3, ceafe)]
    return None if None in found else mean(found)


def blanc(key, response):
    """Return the mean over the two kinds of links of those figures that are defined."""
    kinds = [ratios([judged(judge, key, response)]) for judge in BLANC]
    defined = [[each for each in column if each is not None] for column in zip(*kinds, strict=True)]
    return tuple(mean(column) if column else None for column in defined)


def near(figures):
    return pytest.approx(figures, abs=1e-9)


def alone(clusters):
    return all(len(cluster) == 1 for cluster in clusters)


def test_the_documents_have_all_the_cases():
    documents = [document(seed) for seed in range(DOCUMENTS)]
    cases = {
        "empty key": [not key and bool(response) for key, response in documents],
        "empty response": [bool(key) and not response for key, response in documents],
        "both empty": [not key and not response for key, response in documents],
        "singletons": [len(k) > 1 and alone(k) for k, _ in documents],
        "singletons on both sides": [len(k) > 1 and alone(k) and alone(r) for k, r in documents],
        "one big entity": [len(k) == 1 and len(k[0]) > 2 for k, _ in documents],
        "twinless in key": [bool(set().union(*k) - set().union(*r)) for k, r in documents],
        "twinless in response": [bool(set().union(*r) - set().union(*k)) for k, r in documents],
    }
    assert min(map(sum, cases.values())) >= 20, {name: sum(each) for name, each in cases.items()}


@pytest.mark.parametrize("oracle", [scores.ceaf_m, scores.ceaf_e])
def test_scorch_fails_where_no_mention_is_in_common(oracle):
    """It divides by a numpy zero on its way to the F1, which is 0 by the definition."""
    with pytest.raises((RuntimeWarning, StatisticsError)):
        oracle([{1}], [{2}])
    for judge in (ceafm, ceafe):
        assert ratios([judged(judge, [{1}], [{2}])]) == (0, 0, 0)


@pytest.mark.parametrize(("judge", "oracle"), ORACLES)
def test_equals_scorch_in_each_document(judge, oracle):
    undefined = 0
    for seed in range(DOCUMENTS):
        key, response = document(seed)
        found = ratios([judged(judge, key, response)])
        assert printed(found) == near(oracle(key, response)), seed
        undefined += None in found
    assert undefined > 100


@pytest.mark.parametrize(("judge", "oracle"), ORACLES)
def test_sums_over_documents_equal_scorch_on_all_of_them_as_one(judge, oracle):
    """Documents share no mentions, so their links, shares and alignments simply add up."""
    for seed in range(0, DOCUMENTS, 20):
        documents = [document(each) for each in range(seed, seed + 10)]
        outcomes = [judged(judge, key, response) for key, response in documents]
        key, response = (
            [{100 * n + m for m in each} for n, doc in enumerate(documents) for each in doc[side]]
            for side in (0, 1)
        )
        assert printed(ratios(outcomes)) == near(oracle(key, response)), seed


def test_conll_mean_equals_scorch_where_it_is_defined():
    defined = 0
    for seed in range(DOCUMENTS):
        key, response = document(seed)
        found = conll(key, response)
        if found is not None:
            expected = mean(oracle(key, response)[2] for judge, oracle in ORACLES if judge != ceafm)
            assert found == near(expected), seed
            if set().union(*key) & set().union(*response):
                assert found == near(scores.conll2012(key, response)), seed
            defined += 1
        else:
            assert alone(key)
            assert alone(response)
    assert defined > DOCUMENTS / 2


def test_conll_mean_of_equal_singletons():
    """MUC is 0/0: scorch and the CoNLL scorer take it as 0 in the mean, here it is undefined."""
    single = [{1}, {2}, {3}]
    assert scores.conll2012(single, single) == near(2 / 3)
    assert conll(single, single) is None
    assert [ratios([judged(j, single, single)])[2] for j in (muc, b3, ceafe)] == [None, 1, 1]


def links(clusters):
    """Return the coreferent and the non-coreferent pairs of mentions."""
    mentions = sorted(set().union(*clusters))
    inside = {p for each in clusters for p in itertools.combinations(sorted(each), 2)}
    return inside, set(itertools.combinations(mentions, 2)) - inside


def test_both_kinds_of_links_equal_their_definition():
    for seed in range(DOCUMENTS):
        key, response = document(seed)
        for judge, gold, given in zip(BLANC, links(key), links(response), strict=True):
            found = judged(judge, key, response)
            expected = len(gold), len(given), len(gold & given)
            assert (found.gold, found.predicted, found.matched) == expected, seed


def test_blanc_equals_scorch_where_both_sides_have_both_kinds_of_links():
    ordinary = 0
    for seed in range(DOCUMENTS):
        key, response = document(seed)
        if all((*links(key), *links(response))):
            kinds = [ratios([judged(judge, key, response)]) for judge in BLANC]
            for found, expected in zip(kinds, scores.detailed_blanc(key, response), strict=True):
                assert found == near(expected), seed
            assert blanc(key, response) == near(scores.blanc(key, response)), seed
            ordinary += 1
    assert ordinary > DOCUMENTS / 10


def test_blanc_f1_is_that_of_luo_2014_elsewhere():
    """F1 of a kind is left out of the mean if neither side has it, and 0 if one side has."""
    for seed in range(DOCUMENTS):
        key, response = document(seed)
        parts = [
            2 * len(gold & given) / (len(gold) + len(given)) if gold or given else None
            for gold, given in zip(links(key), links(response), strict=True)
        ]
        defined = [each for each in parts if each is not None]
        expected = mean(defined) if defined else None
        assert blanc(key, response)[2] == (expected if expected is None else near(expected)), seed


@pytest.mark.parametrize(
    ("key", "response", "ours", "theirs"),
    [
        # One mention makes no pair: undefined here, 1 or 0 by the mention there.
        ([{1}], [{1}], (None, None, None), (1, 1, 1)),
        ([{1}], [{2}], (None, None, None), (0, 0, 0)),
        # Neither side has coreferent links: both leave that kind out.
        ([{1}, {2}], [{1}, {2}], (1, 1, 1), (1, 1, 1)),
        # Only the response has them, 12. Non-coreferent are 13 and 23, of gold 12 13 23. Recall
        # is 2/3 for both. Scorch leaves coreferent links out; here their precision and F1 of 0
        # count: precision (0 + 1) / 2, F1 (0 + 4/5) / 2.
        ([{1}, {2}, {3}], [{1, 2}, {3}], (2 / 3, 0.5, 0.4), (2 / 3, 1, 0.8)),
        # Only gold has them: scorch takes their precision, 0/0, as 0 and we leave it out.
        ([{1, 2}, {3}], [{1}, {2}, {3}], (0.5, 2 / 3, 0.4), (0.5, 1 / 3, 0.4)),
        # The same for non-coreferent links: gold is one entity, then the response is.
        ([{1, 2, 3}], [{1, 2}, {3}], (1 / 3, 0.5, 0.25), (1 / 3, 1, 0.5)),
        ([{1, 2}, {3}], [{1, 2, 3}], (0.5, 1 / 3, 0.25), (0.5, 1 / 6, 0.25)),
        # An empty response: no precision at all here.
        ([{1, 2}, {3}], [], (0, None, 0), (0, 0, 0)),
        # An empty key: no recall at all here.
        ([], [{1, 2}, {3}], (None, 0, 0), (0, 0, 0)),
    ],
)
def test_blanc_where_a_kind_of_links_is_missing(key, response, ours, theirs):
    assert scores.blanc(key, response) == near(theirs)
    assert blanc(key, response) == tuple(e if e is None else near(e) for e in ours)


def resolved(clusters, other):
    """Return the sum of LEA's definition: importance times the share of links resolved."""

    def own(cluster):
        return set(itertools.combinations(sorted(cluster), 2)) or {tuple(cluster)}

    known = set().union(*map(own, other))
    shares = [Fraction(len(own(each) & known), len(own(each))) for each in clusters]
    return sum(len(each) * share for each, share in zip(clusters, shares, strict=True))


def test_lea_equals_its_definition():
    for seed in range(DOCUMENTS):
        key, response = document(seed)
        found = judged(lea, key, response)
        assert (found.gold, found.predicted) == (sum(map(len, key)), sum(map(len, response)))
        assert found.matched == near(float(resolved(key, response))), seed
        assert found.correct == near(float(resolved(response, key))), seed


def best(key, response, weight):
    """Return the largest sum of weights over all one-to-one alignments."""
    few, many = sorted((key, response), key=len)
    return max(
        sum(weight(one, other) for one, other in zip(few, chosen, strict=True))
        for chosen in itertools.permutations(many, len(few))
    )


def phi4(one, other):
    return Fraction(2 * len(one & other), len(one) + len(other))


def test_ceaf_equals_the_best_of_all_alignments_in_exact_fractions():
    tied = 0
    for seed in range(800):
        rng = random.Random(seed)
        key, response = (
            grouped({m: rng.randrange(5) for m in range(12) if rng.random() < 0.9}) for _ in "kr"
        )
        assert judged(ceafm, key, response).matched == best(
            key, response, lambda one, other: len(one & other)
        )
        expected = float(best(key, response, phi4))
        assert judged(ceafe, key, response).matched == pytest.approx(expected, abs=1e-13)
        weights = [phi4(one, other) for one in key for other in response if one & other]
        tied += len(set(weights)) < len(weights)
    assert tied > 700


def test_one_large_component_equals_scorch():
    for seed in range(20):
        rng = random.Random(seed)
        key, response = (grouped({m: rng.randrange(40) for m in range(150)}) for _ in "kr")
        for judge, oracle in ORACLES:
            assert ratios([judged(judge, key, response)]) == near(oracle(key, response))
