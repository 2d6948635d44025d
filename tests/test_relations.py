"""relations.strict by hand: each expectation is (gold, predicted, matched)."""

import pytest

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
