"""relations.strict by hand: each expectation is (gold, predicted, matched)."""

import gc
import random
import weakref

import pytest

from goldwire.eval.align import align
from goldwire.eval.entities import entity_map, exact, overlap, spans_of, strict
from goldwire.eval.items import Pair, same_key
from goldwire.eval.match import match
from goldwire.eval.measure import Measure
from goldwire.eval.relations import (
    relation_items,
    relation_items_by_overlap,
    relation_items_by_span,
)
from goldwire.schemas.errors import Place
from goldwire.schemas.record import Mention, Record, Span

TEXT = "Ann Lee, mayor of Oslo, the capital of Norway, met Bo Ek.\nGive to Acme.\nLee likes Norway."


def mention(words, label, entity, level="NAM"):
    return {"text": words, "type": label, "entity": entity, "level": level}


ENTITIES = [
    {"id": "ann", "type": "PERSON", "name": "Ann Lee"},
    {"id": "oslo", "type": "GPE", "name": "Oslo"},
    {"id": "norway", "type": "GPE", "name": "Norway"},
    {"id": "bo", "type": "PERSON", "name": "Bo Ek"},
    {"id": "acme", "type": "ORG", "name": "Acme"},
    {"id": "mayor", "type": "PERSON", "name": "mayor"},
]
MENTIONS = [
    mention("Ann Lee", "PERSON", "ann"),
    mention("Lee#2", "PERSON", "ann"),
    mention("Oslo", "GPE", "oslo"),
    mention("Norway", "GPE", "norway"),
    mention("Bo Ek", "PERSON", "bo"),
    mention("Acme", "ORG", "acme"),
    mention("mayor", "PERSON", "mayor", "NOM"),
]


def triple(head, label, tail, **more):
    return {"head": head, "type": label, "tail": tail, **more}


def layers(*relations, mentions=MENTIONS, entities=ENTITIES):
    return {"mentions": mentions, "entities": entities, "relations": list(relations)}


LEADS = triple("ann", "leader_of", "oslo")
CAPITAL = triple("oslo", "capital_of", "norway")
MET = triple("ann", "met_with", "bo")
GOLD = layers(LEADS, CAPITAL, MET)
NAME = "relations.strict"


@pytest.mark.parametrize(
    ("name", "predicted", "expected"),
    [
        (NAME, layers(LEADS, CAPITAL), (3, 2, 2)),
        (NAME, layers(triple("oslo", "leader_of", "ann")), (3, 1, 0)),
        # An inverse name turns the triple round; a symmetric type has no direction.
        (NAME, layers(triple("oslo", "led_by", "ann")), (3, 1, 1)),
        (NAME, layers(triple("bo", "met_with", "ann")), (3, 1, 1)),
        # The same relation twice, once under its inverse name, is one triple.
        (NAME, layers(LEADS, LEADS, triple("oslo", "led_by", "ann")), (3, 1, 1)),
        # capital_of implies located_in, leader_of implies affiliated_with: both are ignored.
        (NAME, layers(triple("oslo", "located_in", "norway")), (3, 0, 0)),
        (NAME, layers(LEADS, triple("ann", "affiliated_with", "oslo")), (3, 1, 1)),
        # The implication runs one way only.
        (NAME, layers(triple("norway", "located_in", "oslo")), (3, 1, 0)),
        # Options.
        (NAME + "[family=event]", layers(LEADS, MET), (1, 1, 1)),
        (NAME + "[type=leader_of]", layers(LEADS, MET), (1, 1, 1)),
        (NAME, {}, (3, 0, 0)),
    ],
)
def test_triples(counts, name, predicted, expected):
    assert counts(name, TEXT, GOLD, predicted) == expected


def cluster(*mentions, label="leader_of"):
    """Entities e1 (the given mentions) and e2 (Oslo), with one relation between them."""
    found = [{k: v for k, v in m.items() if k != "level"} | {"entity": "e1"} for m in mentions]
    oslo = {"text": "Oslo", "type": "GPE", "entity": "e2"}
    return layers(
        triple("e1", label, "e2"),
        mentions=[*found, oslo],
        entities=[{"id": "e1"}, {"id": "e2"}],
    )


ANN, LEE, BO = MENTIONS[0], MENTIONS[1], MENTIONS[4]


@pytest.mark.parametrize(
    ("predicted", "expected"),
    [
        (cluster(ANN), (3, 1, 1)),
        # Two mentions of ann outvote one of bo.
        (cluster(ANN, LEE, BO), (3, 1, 1)),
        # One each: both are names, so the entity that stands earlier in gold wins: ann.
        (cluster(BO, ANN), (3, 1, 1)),
        # A wrong boundary or a wrong type maps to nothing under strict.
        (cluster({"text": "Ann", "type": "PERSON"}), (3, 1, 0)),
        (cluster({**ANN, "type": "ORG"}), (3, 1, 0)),
    ],
)
def test_arguments_map_by_most_mentions(counts, predicted, expected):
    assert counts(NAME, TEXT, GOLD, predicted) == expected


@pytest.mark.parametrize(
    ("predicted", "boundary", "entity"),
    [
        (cluster(ANN), (3, 1, 1), (3, 1, 1)),
        # A wrong type is forgiven by both, a wrong boundary by overlap alone.
        (cluster({**ANN, "type": "ORG"}), (3, 1, 1), (3, 1, 1)),
        (cluster({"text": "Ann", "type": "PERSON"}), (3, 1, 0), (3, 1, 1)),
        (cluster({"text": "likes", "type": "PERSON"}), (3, 1, 0), (3, 1, 0)),
        # "Ann Lee, mayor of" overlaps "Ann Lee" more than "mayor": by seven characters to five.
        (cluster({"text": "Ann Lee, mayor of", "type": "PERSON"}), (3, 1, 0), (3, 1, 1)),
        # Of equal votes the entity that stands earlier wins: ann before bo.
        (cluster({**BO, "type": "ORG"}, {**ANN, "type": "ORG"}), (3, 1, 1), (3, 1, 1)),
        # An inverse name, a symmetric type and an implied one are what they are under strict.
        (layers(triple("oslo", "led_by", "ann")), (3, 1, 1), (3, 1, 1)),
        (layers(triple("bo", "met_with", "ann")), (3, 1, 1), (3, 1, 1)),
        (layers(triple("oslo", "located_in", "norway")), (3, 0, 0), (3, 0, 0)),
        (layers(triple("norway", "capital_of", "oslo")), (3, 1, 0), (3, 1, 0)),
    ],
)
def test_arguments_by_span_alone_and_by_overlap(record, predicted, boundary, entity):
    """The three maps differ in what a mention must equal, and in nothing else."""
    pair = align(record(TEXT, **GOLD), record(TEXT, **predicted), Place()).pair
    for items, expected in (
        (relation_items_by_span, boundary),
        (relation_items_by_overlap, entity),
    ):
        found = match(pair.once(items), Measure("relations.x"), same_key, lambda *_: [])
        assert (found.gold, found.predicted, found.matched) == expected


def ladder(spans, label, other, kind):
    """The contract's ladder for a mention and a gold one, smaller is better; None if apart."""
    mine, its = ({n for span in each for n in range(*span)} for each in (spans, other))
    if not mine & its:
        return None
    return spans != other, label != kind, -len(mine & its), other, kind


def voted(clusters, spans, label, matches):
    """For which gold entities a mention votes, by trying all of them."""
    gold = sorted((each[0], each[1], name) for name, found in clusters.items() for each in found)
    if matches is overlap:
        ranks = [(rank, n) for s, t, n in gold if (rank := ladder(spans, label, s, t))]
        return {n for rank, n in ranks if rank == min(ranks)[0]}
    return {n for s, t, n in gold if s == spans and (matches is exact or t == label)}


def test_maps_equal_a_plain_second_version_on_random_documents():
    """Each entity has one mention on the predicted side, so its map is that mention's vote."""
    rng = random.Random(3)
    kinds = ("PERSON", "GPE", "ORG")
    mapped = 0
    for _ in range(1500):
        clusters, mentions, taken = {}, [], set()
        for number in range(8):
            cuts = sorted(rng.sample(range(24), rng.choice((2, 2, 2, 4))))
            spans = tuple(zip(cuts[::2], cuts[1::2], strict=True))
            if spans in {each for each, _ in taken}:
                continue
            kind = rng.choice(kinds)
            taken.add((spans, kind))
            clusters.setdefault(f"e{number % 4}", []).append((spans, kind))
            mentions.append(at(spans, kind, f"e{number % 4}"))
        given = []
        for number in range(6):
            cuts = sorted(rng.sample(range(24), 2))
            spans = rng.choice([((cuts[0], cuts[1]),), *(each for each, _ in sorted(taken))])
            given.append(at(spans, rng.choice(kinds), f"p{number}"))
        pair = Pair(
            Record(id="d", text="x" * 24, mentions=mentions), Record(id="d", mentions=given)
        )
        for matches in (strict, exact, overlap):
            for one in given:
                answer = entity_map(pair, matches)[one.entity]
                expected = voted(clusters, spans_of(one), one.type, matches)
                assert {answer} - {None} == expected
                mapped += answer is not None
    assert mapped > 10000


def at(spans, kind, entity):
    parts = [Span(start=start, end=end) for start, end in spans] if len(spans) > 1 else []
    start, end = spans[0][0], spans[-1][1]
    return Mention(start=start, end=end, parts=parts, type=kind, entity=entity, level="NAM")


def test_nothing_of_a_pair_is_kept_once_it_is_scored(record):
    """A circle of references would leave each document to garbage collection."""
    pair = align(record(TEXT, **GOLD), record(TEXT, **GOLD), Place()).pair
    for items in (relation_items, relation_items_by_span, relation_items_by_overlap):
        assert len(pair.once(items).predicted) == 3
    kept = weakref.ref(pair)
    gc.disable()
    try:
        del pair
        assert kept() is None
    finally:
        gc.enable()


def test_two_predicted_entities_may_map_to_one_and_their_triples_are_one(counts):
    predicted = layers(
        triple("m1", "leader_of", "m3"),
        triple("m2", "leader_of", "m3"),
        mentions=[
            {"id": "m1", "text": "Ann Lee", "type": "PERSON"},
            {"id": "m2", "text": "Lee#2", "type": "PERSON"},
            {"id": "m3", "text": "Oslo", "type": "GPE"},
        ],
        entities=None,
    )
    assert counts(NAME, TEXT, GOLD, predicted) == (3, 1, 1)


def test_an_entity_given_by_name_alone_stands_at_its_first_occurrence(counts):
    predicted = {
        "entities": [
            {"id": "x", "type": "PERSON", "name": "Ann Lee"},
            {"id": "y", "type": "GPE", "name": "Oslo"},
        ],
        "mentions": [],
        "relations": [triple("x", "leader_of", "y")],
    }
    assert counts(NAME, TEXT, GOLD, predicted) == (3, 1, 1)


NAMELESS = triple("mayor", "leader_of", "oslo")


@pytest.mark.parametrize(
    ("name", "predicted", "expected"),
    [
        (NAME, layers(LEADS, NAMELESS), (2, 2, 2)),
        # args=named: the mayor has no name, so his relation leaves both sides.
        (NAME + "[args=named]", layers(LEADS, NAMELESS), (1, 1, 1)),
        # An argument that maps to nothing counts unless all its mentions are declared nameless.
        (
            NAME + "[args=named]",
            layers(
                triple("z", "leader_of", "oslo"),
                mentions=[*MENTIONS, {"text": "likes", "type": "PERSON", "entity": "z"}],
                entities=[*ENTITIES, {"id": "z"}],
            ),
            (1, 1, 0),
        ),
        (
            NAME + "[args=named]",
            layers(
                triple("z", "leader_of", "oslo"),
                mentions=[
                    *MENTIONS,
                    {"text": "likes", "type": "PERSON", "entity": "z", "level": "NOM"},
                ],
                entities=[*ENTITIES, {"id": "z"}],
            ),
            (1, 0, 0),
        ),
    ],
)
def test_named_arguments(counts, name, predicted, expected):
    assert counts(name, TEXT, layers(LEADS, NAMELESS), predicted) == expected


APPEAL = triple("acme", "based_in", "norway", evidence=[{"text": "Give to Acme."}])


@pytest.mark.parametrize(
    ("name", "expected"),
    [(NAME, (1, 1, 1)), (NAME + "[zone=all]", (2, 2, 2)), (NAME + "[zone=boilerplate]", (1, 1, 1))],
)
def test_zones(counts, name, expected):
    gold = layers(LEADS, APPEAL) | {"boilerplate": [{"text": "Give to Acme.", "type": "appeal"}]}
    assert counts(name, TEXT, gold, layers(LEADS, APPEAL)) == expected
    # Without evidence a relation is inside if all mentions of an argument are.
    bare = triple("acme", "based_in", "norway")
    assert counts(name, TEXT, gold, layers(LEADS, bare)) == expected


def test_one_relation_told_inside_and_outside_boilerplate_is_outside(counts):
    outside = {**APPEAL, "evidence": [{"text": "Lee likes Norway."}]}
    for relations in ([APPEAL, outside], [outside, APPEAL]):
        gold = layers(*relations) | {"boilerplate": [{"text": "Give to Acme.", "type": "appeal"}]}
        assert counts(NAME, TEXT, gold, layers()) == (1, 0, 0)


def test_a_spurious_relation_inside_boilerplate_is_not_counted(counts):
    gold = layers(LEADS) | {"boilerplate": [{"text": "Give to Acme.", "type": "appeal"}]}
    predicted = layers(LEADS, triple("acme", "owner_of", "norway"))
    assert counts(NAME, TEXT, gold, predicted) == (1, 1, 1)


def test_alternative_readings_of_a_relation(counts):
    one = triple("ann", "leader_of", "oslo", alternatives="k")
    other = triple("ann", "leader_of", "norway", alternatives="k")
    strip = [{k: v for k, v in each.items() if k != "alternatives"} for each in (one, other)]
    gold = layers(one, other, MET)
    assert counts(NAME, TEXT, gold, layers()) == (2, 0, 0)
    assert counts(NAME, TEXT, gold, layers(strip[0])) == (2, 1, 1)
    assert counts(NAME, TEXT, gold, layers(strip[1])) == (2, 1, 1)
    assert counts(NAME, TEXT, gold, layers(*strip)) == (2, 1, 1)


def test_of_equal_votes_the_entity_with_more_names_wins(counts):
    """One mention each: "mayor" (nameless, and first in the text) and "Bo Ek" (a name)."""
    gold = layers(triple("bo", "leader_of", "oslo"))
    assert counts(NAME, TEXT, gold, cluster(MENTIONS[6], BO)) == (1, 1, 1)


def test_entities_that_begin_with_one_mention_are_told_apart_by_the_next(counts):
    """e1 and e2 share their first span and have one vote and one name each: GPE sorts first."""
    text = "Iran xx Iran yy Iran zz Oslo"
    places = [mention("Iran", "GPE", "e1"), mention("Iran#2", "GPE", "e1")]
    offices = [mention("Iran", "ORG", "e2"), mention("Iran#3", "GPE", "e2")]
    oslo = mention("Oslo", "GPE", "o")
    entities = [{"id": "e1"}, {"id": "e2"}, {"id": "o"}]
    said = [mention("Iran#2", "GPE", "p"), mention("Iran#3", "GPE", "p"), oslo]
    predicted = layers(
        triple("p", "ally_of", "o"), mentions=said, entities=[{"id": "p"}, {"id": "o"}]
    )
    for mentions in ([*places, *offices, oslo], [oslo, *offices, *places]):
        gold = layers(triple("e1", "ally_of", "o"), mentions=mentions, entities=entities)
        assert counts(NAME, text, gold, predicted) == (1, 1, 1)


def test_a_mention_given_twice_votes_once(counts):
    """Ann and Bo have one vote each, so the earlier wins, however often Bo is repeated."""
    again = {k: v for k, v in BO.items() if k != "level"}
    mentions = [{**m, "entity": "e1"} for m in (ANN, BO, again)]
    oslo = {"text": "Oslo", "type": "GPE", "entity": "e2"}
    predicted = layers(
        triple("e1", "leader_of", "e2"),
        mentions=[*mentions, oslo],
        entities=[{"id": "e1"}, {"id": "e2"}],
    )
    assert counts(NAME, TEXT, GOLD, predicted) == (3, 1, 1)


def test_own_evidence_excuses_nothing_and_its_order_does_not_matter(counts):
    gold = layers() | {"boilerplate": [{"text": "Give to Acme.", "type": "appeal"}]}
    wrong = triple("ann", "owner_of", "oslo")
    inside = {**wrong, "evidence": [{"text": "Give to Acme."}]}
    outside = {**wrong, "evidence": [{"text": "met Bo Ek."}]}
    for answers in ([wrong], [inside], [inside, outside], [outside, inside]):
        assert counts(NAME, TEXT, gold, layers(*answers)) == (0, 1, 0)


def test_ids_of_any_form_are_only_ids(counts):
    """An unmapped argument "x" is not the gold entity "?x"."""
    entities = [{**each, "id": "?x"} if each["id"] == "ann" else each for each in ENTITIES]
    mentions = [{**m, "entity": "?x"} if m["entity"] == "ann" else m for m in MENTIONS]
    gold = layers(triple("?x", "leader_of", "oslo"), mentions=mentions, entities=entities)
    predicted = layers(
        triple("x", "leader_of", "oslo"),
        LEADS,
        mentions=[*MENTIONS, {"text": "likes", "type": "PERSON", "entity": "x"}],
        entities=[*ENTITIES, {"id": "x"}],
    )
    assert counts(NAME, TEXT, gold, predicted) == (1, 2, 1)


def test_which_reading_stands_does_not_depend_on_order(counts):
    """With nothing predicted the first reading stands: "Ann Lee" before "mayor" by its words."""
    named = triple("ann", "leader_of", "oslo", alternatives="k")
    nameless = triple("mayor", "leader_of", "oslo", alternatives="k")
    for readings in ([named, nameless], [nameless, named]):
        assert counts(NAME + "[args=named]", TEXT, layers(*readings), layers()) == (1, 0, 0)


def test_a_name_alone_needs_no_type(counts):
    predicted = {
        "entities": [{"id": "x", "name": "Ann Lee"}, {"id": "y", "name": "Oslo"}],
        "mentions": [],
        "relations": [triple("x", "leader_of", "y")],
    }
    assert counts(NAME, TEXT, GOLD, predicted) == (3, 1, 1)
