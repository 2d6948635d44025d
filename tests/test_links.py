"""Linking by hand, and against sets and scipy's matching on random documents."""

import random

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from goldwire.eval.items import Pair
from goldwire.eval.links import strong, weak
from goldwire.eval.measure import Measure
from goldwire.schemas.record import Boilerplate, Entity, Link, Mention, Record

TEXT = "Ann Lee of Oslo met the mayor. Give to Acme. Lee likes Oslo."
LINKS = {
    "ann": {"id": "Q1"},
    "oslo": {"id": "Q585"},
    "acme": {"nil_reason": "no-item"},
    "mayor": {"id": "Q1"},
    "bare": None,
}
ENTITIES = [{"id": name, "wikidata": link} for name, link in LINKS.items()]


def mention(words, entity, label="PERSON", **more):
    return {"text": words, "type": label, "entity": entity, **more}


ANN = mention("Ann Lee", "ann", level="NAM")
OSLO = mention("Oslo", "oslo", "GPE", level="NAM")
ACME = mention("Acme", "acme", "ORG", level="NAM")
MAYOR = mention("the mayor", "mayor", level="NOM")
GOLD = [ANN, OSLO, ACME, MAYOR]


@pytest.fixture
def judged(record):
    """Return gold, predicted and matched of a judge for mentions by their words."""

    def make(judge, predicted, gold=GOLD, mutual=False, boilerplate=(), entities=(), **options):
        gold_ = record(TEXT, mentions=gold, entities=ENTITIES, boilerplate=list(boilerplate))
        given = record(TEXT, mentions=predicted, entities=[*ENTITIES, *entities])
        measure = Measure.of("links.strong", **options)
        outcome = judge(Pair(gold_, given, mutual=mutual), measure)
        assert len(outcome.missed) == outcome.gold - outcome.matched
        assert len(outcome.spurious) == outcome.predicted - outcome.matched
        assert all(item.shown for item in (*outcome.missed, *outcome.spurious))
        return outcome.gold, outcome.predicted, outcome.matched

    return make


@pytest.mark.parametrize(
    ("predicted", "expected_strong", "expected_weak"),
    [
        # Gold has three names; the mayor is none, though he is linked.
        (GOLD, (3, 3, 3), (3, 3, 3)),
        ([], (3, 0, 0), (3, 0, 0)),
        # The type does not matter, the level need not be declared.
        ([mention("Oslo", "oslo", "ORG")], (3, 1, 1), (3, 1, 1)),
        # Another span, and another link.
        ([mention("Ann", "ann")], (3, 1, 0), (3, 1, 1)),
        ([mention("Oslo", "ann")], (3, 1, 0), (3, 1, 0)),
        # A NIL is one whatever its reason, a missing link is none and counts nowhere.
        ([mention("Acme", "acme")], (3, 1, 1), (3, 1, 1)),
        ([mention("Acme", "bare")], (3, 0, 0), (3, 0, 0)),
        ([{"text": "Acme", "type": "ORG"}], (3, 0, 0), (3, 0, 0)),
        ([mention("Acme", "oslo")], (3, 1, 0), (3, 1, 0)),
        # Of level NOM: declared, it leaves; undeclared, it leaves where gold has a nominal.
        ([mention("the mayor", "ann", level="NOM")], (3, 0, 0), (3, 0, 0)),
        ([mention("the mayor", "mayor")], (3, 0, 0), (3, 0, 0)),
        ([mention("the mayor", "oslo")], (3, 0, 0), (3, 0, 0)),
        ([mention("mayor", "mayor")], (3, 1, 0), (3, 1, 0)),
        # The nominal excuses one prediction: of two links there, one is spurious.
        ([mention("the mayor", "mayor"), mention("the mayor", "oslo")], (3, 1, 0), (3, 1, 0)),
        # One to one: two predictions overlap one gold name.
        ([mention("Ann", "ann"), mention("Lee", "ann")], (3, 2, 0), (3, 2, 1)),
        # Equal span and link twice is one, whatever the types.
        ([mention("Oslo", "oslo", "GPE"), mention("Oslo", "oslo", "ORG")], (3, 1, 1), (3, 1, 1)),
    ],
)
def test_links(judged, predicted, expected_strong, expected_weak):
    assert judged(strong, predicted) == expected_strong
    assert judged(weak, predicted) == expected_weak


@pytest.mark.parametrize("judge", [strong, weak])
def test_nil_out_leaves_only_items_on_both_sides(judged, judge):
    assert judged(judge, GOLD, nil="out") == (2, 2, 2)
    # A link of a NIL name is spurious, a NIL for a linked name is a miss alone.
    assert judged(judge, [mention("Acme", "oslo")], nil="out") == (2, 1, 0)
    assert judged(judge, [mention("Oslo", "acme")], nil="out") == (2, 0, 0)
    # A nominal that gold says is NIL still excuses.
    nominal = [ANN, mention("the mayor", "acme", level="NOM")]
    assert judged(judge, [mention("the mayor", "ann")], nominal, nil="out") == (1, 0, 0)


@pytest.mark.parametrize("judge", [strong, weak])
def test_a_nominal_without_a_link_excuses_too(judged, judge):
    gold = [ANN, mention("the mayor", "bare", level="NOM")]
    assert judged(judge, [mention("the mayor", "ann")], gold) == (1, 0, 0)
    # A prediction without a link is none, so it uses up no excuse.
    given = [mention("mayor", "bare", level="NOM"), mention("the mayor", "ann")]
    assert judged(judge, given, gold) == (1, 0, 0)
    # A name that gold does not link excuses nothing.
    gold = [ANN, mention("the mayor", "bare", level="NAM")]
    assert judged(judge, [mention("the mayor", "ann")], gold) == (1, 1, 0)


@pytest.mark.parametrize("judge", [strong, weak])
def test_options(judged, judge):
    assert judged(judge, GOLD, type="GPE") == (1, 1, 1)
    # Given with two types, it declares none, and matches under either or is excused.
    twice = [mention("Oslo", "oslo", "ORG"), mention("Oslo", "oslo", "GPE")]
    for predicted in (twice, twice[::-1]):
        assert judged(judge, predicted, type="GPE") == (1, 1, 1)
        assert judged(judge, predicted, type="ORG") == (1, 0, 0)
    twice = [mention("Acme", "acme", "ORG"), mention("Acme", "acme", "GPE")]
    for predicted in (twice, twice[::-1]):
        assert judged(judge, predicted, type="ORG") == (1, 1, 1)
    appeal = [{"text": "Give to Acme.", "type": "appeal"}]
    assert judged(judge, GOLD, boilerplate=appeal) == (2, 2, 2)
    assert judged(judge, GOLD, boilerplate=appeal, zone="all") == (3, 3, 3)
    assert judged(judge, GOLD, boilerplate=appeal, zone="boilerplate") == (1, 1, 1)


@pytest.mark.parametrize("judge", [strong, weak])
def test_optional_and_alternatives(judged, judge):
    gold = [ANN, {**OSLO, "optional": True}]
    assert judged(judge, [ANN, OSLO], gold) == (1, 1, 1)
    assert judged(judge, [ANN], gold) == (1, 1, 1)
    readings = [
        {**ANN, "alternatives": "k"},
        mention("Ann Lee of Oslo", "ann", level="NAM", alternatives="k"),
    ]
    assert judged(judge, [ANN], readings) == (1, 1, 1)
    assert judged(judge, [mention("Ann Lee of Oslo", "ann")], readings) == (1, 1, 1)
    assert judged(judge, [ANN, mention("Ann Lee of Oslo", "ann")], readings) == (1, 1, 1)


def test_a_prediction_that_stands_nowhere_is_spurious(record):
    gold = record(TEXT, mentions=[ANN], entities=ENTITIES)
    given = Record(
        id="doc",
        mentions=[Mention(text="Ann Leigh", type="PERSON", entity="a")],
        entities=[Entity(id="a", wikidata=Link(id="Q1"))],
    )
    for judge in (strong, weak):
        found = judge(Pair(gold, given), Measure("links.strong"))
        assert (found.gold, found.predicted, found.matched) == (1, 1, 0)
        assert found.spurious[0].shown == '"Ann Leigh" Q1'


def test_links_of_a_layer_that_is_absent(record):
    gold = record(TEXT, mentions=[ANN], entities=ENTITIES)
    for judge in (strong, weak):
        found = judge(Pair(gold, Record(id="doc")), Measure("links.strong"))
        assert (found.gold, found.predicted, found.matched) == (1, 0, 0)


def test_weak_takes_the_largest_matching_where_gerbil_takes_the_first(record):
    """Gold: "Ann Lee" and "Lee of Oslo"; predicted: "Ann Lee of", then "Ann"; one link.

    "Ann Lee" may take either, "Lee of Oslo" the first only. GERBIL gives "Ann Lee" the
    first that fits, and "Lee of Oslo" goes without: 1. The largest matching has 2.
    """
    gold = [mention("Ann Lee", "ann"), mention("Lee of Oslo", "ann")]
    given = [mention("Ann Lee of", "ann"), mention("Ann", "ann")]
    sides = [
        record(TEXT, mentions=[{**m, "level": "NAM"} for m in each], entities=ENTITIES)
        for each in (gold, given)
    ]
    spans = [[(m.start, m.end) for m in side.mentions] for side in sides]
    free = list(spans[1])
    for start, end in spans[0]:
        fits = [each for each in free if each[0] < end and start < each[1]]
        free = [each for each in free if each not in fits[:1]]
    assert len(spans[1]) - len(free) == 1
    assert weak(Pair(*sides), Measure("links.weak")).matched == 2


NAMED = ("Q1", "Q2", "NIL", None)


def random_record(rng, gold):
    entities = [
        Entity(
            id=f"e{n}",
            wikidata=None
            if name is None
            else Link(nil_reason="generic")
            if name == "NIL"
            else Link(id=name),
        )
        for n, name in enumerate(rng.choices(NAMED, k=4))
    ]
    mentions = []
    for _ in range(rng.randint(0, 7)):
        start = 3 * rng.randrange(8)
        end = start + rng.choice((2, 2, 5))
        name = f"e{rng.randrange(4)}"
        level = "NAM" if gold else rng.choice(("NAM", None))
        mentions.append(Mention(start=start, end=end, type="ORG", level=level, entity=name))
    return Record(id="doc", text="x" * 40, mentions=mentions, entities=entities)


def annotations(record):
    """Distinct (start, end, link) of linked mentions: what neleval and GERBIL compare."""
    links = {e.id: e.wikidata and (e.wikidata.id or "NIL") for e in record.entities}
    return sorted({(m.start, m.end, links[m.entity]) for m in record.mentions if links[m.entity]})


def largest(gold, given):
    """The size of a largest matching of overlapping annotations with one link, by scipy."""
    if not gold or not given:
        return 0
    edges = [[a[2] == b[2] and a[0] < b[1] and b[0] < a[1] for b in given] for a in gold]
    matched = maximum_bipartite_matching(csr_array(np.array(edges, dtype=int)), "column")
    return int((matched >= 0).sum())


@pytest.mark.parametrize("nil", ["in", "out"])
def test_links_equal_sets_and_scipy_on_random_documents(nil):
    """strong_all_match and strong_link_match are set overlap; weak is a largest matching."""
    rng = random.Random(11)
    found = [0, 0]
    for _ in range(1500):
        pair = Pair(random_record(rng, True), random_record(rng, False))
        gold, given = (
            [each for each in annotations(side) if nil == "in" or each[2] != "NIL"]
            for side in (pair.gold, pair.predicted)
        )
        expected = len(set(gold) & set(given)), largest(gold, given)
        for number, judge in enumerate((strong, weak)):
            outcome = judge(pair, Measure.of("links.x", nil=nil))
            assert (outcome.gold, outcome.predicted) == (len(gold), len(given))
            assert outcome.matched == expected[number]
            found[number] += outcome.matched
    assert 100 < found[0] < found[1]


def test_ids_and_order_never_matter():
    rng = random.Random(5)
    for _ in range(400):
        sides = random_record(rng, True), random_record(rng, False)
        for mention_ in sides[0].mentions:
            mention_.level = rng.choice(("NAM", "NOM"))
            mention_.optional = rng.random() < 0.2
            mention_.alternatives = rng.choice((None, None, "k"))
        sides[0].boilerplate = [Boilerplate(start=0, end=rng.randint(1, 20), type="appeal")]
        for each in (*sides[0].mentions, *sides[1].mentions):
            each.type = rng.choice(("ORG", "GPE"))
        options = ({}, {"zone": "all"}, {"nil": "out"}, {"type": "ORG"})
        measures = [Measure.of("links.x", **each) for each in options]

        def figures(sides=sides, measures=measures):
            return [judge(Pair(*sides), m).counts for judge in (strong, weak) for m in measures]

        before = figures()
        for side in sides:
            for each in side.entities:
                each.id = f"new {each.id}"
            for each in side.mentions:
                each.entity = f"new {each.entity}"
            rng.shuffle(side.mentions)
            rng.shuffle(side.entities)
        assert figures() == before
