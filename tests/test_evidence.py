"""Evidence, claims and training facts by hand, and Ign F1 against a plain second version."""

import random
from fractions import Fraction

import pytest

from goldwire.eval.evidence import claim, evidence, ign, training_facts
from goldwire.eval.items import Pair
from goldwire.eval.measure import Measure
from goldwire.schemas.record import Mention, Record, Relation

TEXT = (
    "Ann leads Oslo. Ann, it is said, leads\nOslo. Bo said that Ann leads Oslo. "
    "Cy: “Bo thinks that Ann leads Oslo.” Ann met Bo. Oslo is in Norway."
)
PEOPLE = [
    {"text": "Ann", "type": "PERSON", "entity": "ann", "level": "NAM"},
    {"text": "Bo", "type": "PERSON", "entity": "bo", "level": "NAM"},
    {"text": "Cy", "type": "PERSON", "entity": "cy", "level": "NAM"},
    {"text": "Oslo", "type": "GPE", "entity": "oslo", "level": "NAM"},
    {"text": "Norway", "type": "GPE", "entity": "norway", "level": "NAM"},
]
ENTITIES = [{"id": each["entity"]} for each in PEOPLE]
BO = {"content": [{"text": "Ann leads Oslo#2"}], "speaker": "bo"}
CY = {"content": [{"text": "Bo thinks that Ann leads Oslo."}], "speaker": "cy"}
INNER = {"content": [{"text": "Ann leads Oslo#3"}], "speaker": "bo"}
QUOTES = [BO, CY, INNER]


def triple(head, label, tail, *spans, **more):
    """Spans are words, or (words, group)."""
    pairs = [(each, 1) if isinstance(each, str) else each for each in spans]
    found = [{"text": words, "group": group} for words, group in pairs]
    return {"head": head, "type": label, "tail": tail, "evidence": found, **more}


def leads(*spans, **more):
    return triple("ann", "leader_of", "oslo", *spans, **more)


@pytest.fixture
def judged(record):
    """Return gold, predicted, matched and correct of a judge for relations by their words."""

    def make(judge, gold, predicted, options=(), quotes=QUOTES, mutual=False, **layers):
        sides = []
        for relations in (gold, predicted):
            made = {"mentions": PEOPLE, "entities": ENTITIES, "quotes": quotes}
            extra = layers if relations is gold or mutual else {}
            sides.append(record(TEXT, **{**made, **extra}, relations=relations))
        outcome = judge(Pair(*sides, mutual=mutual), Measure.of("relations.x", **dict(options)))
        gold_, given, matched, correct, *_ = outcome.counts
        assert len(outcome.missed) == gold_ - matched
        assert len(outcome.spurious) == given - correct
        assert all(item.shown for item in (*outcome.missed, *outcome.spurious))
        return gold_, given, matched, correct

    return make


FIRST, SECOND = "Ann leads Oslo", "Ann, it is said, leads\nOslo"
BOTH = leads(("Ann leads Oslo", 1), ("Ann, it is said", 2), ("leads\nOslo", 2))


@pytest.mark.parametrize(
    ("predicted", "expected"),
    [
        # One gold relation; one predicted span, which covers group 1 and so is right.
        ([leads(FIRST)], (1, 1, 1, 1)),
        # Half of group 1: the span overlaps, the group is not covered.
        ([leads("Ann leads")], (1, 1, 0, 1)),
        # Group 2 needs both of its spans; the line break between "leads" and "Oslo" is none.
        ([leads("Ann, it is said")], (1, 1, 0, 1)),
        ([leads("Ann, it is said", "leads#2", "Oslo#2")], (1, 3, 1, 3)),
        # One wrong span beside: 1 of 2.
        ([leads(FIRST, "Bo said")], (1, 2, 1, 1)),
        # No evidence at all: nothing predicted, one missed.
        ([leads()], (1, 0, 0, 0)),
        # Two predictions are one triple: their evidence is pooled, and a span given twice is one.
        ([leads("Ann leads"), triple("oslo", "led_by", "ann", "Oslo", "Ann leads")], (1, 2, 1, 2)),
        # The relation itself is wrong, so its evidence is asked nowhere.
        ([triple("oslo", "leader_of", "ann", FIRST)], (0, 0, 0, 0)),
        # leader_of implies works_for: such a prediction is ignored, and its evidence too.
        ([triple("ann", "works_for", "oslo", FIRST)], (0, 0, 0, 0)),
        ([], (0, 0, 0, 0)),
    ],
)
def test_evidence(judged, predicted, expected):
    assert judged(evidence, [BOTH], predicted) == expected


def test_evidence_of_a_symmetric_type_has_no_direction(judged):
    met = triple("ann", "met_with", "bo", "Ann met Bo")
    assert judged(evidence, [met], [{**met, "head": "bo", "tail": "ann"}]) == (1, 1, 1, 1)


def test_evidence_keeps_to_the_options(judged):
    met = triple("ann", "met_with", "bo", "Ann met Bo")
    sides = [BOTH, met], [leads(FIRST), met]
    assert judged(evidence, *sides) == (2, 2, 2, 2)
    assert judged(evidence, *sides, {"family": "event"}) == (1, 1, 1, 1)
    assert judged(evidence, *sides, {"type": "leader_of"}) == (1, 1, 1, 1)
    assert judged(evidence, *sides, {"args": "named"}) == (2, 2, 2, 2)
    appeal = {"boilerplate": [{"text": "Ann met Bo.", "type": "appeal"}]}
    assert judged(evidence, *sides, **appeal) == (1, 1, 1, 1)
    assert judged(evidence, *sides, {"zone": "all"}, **appeal) == (2, 2, 2, 2)


def test_evidence_of_what_is_not_credited_does_not_count(judged):
    """Optional gold and the reading that does not stand are no matched relations."""
    other = triple("ann", "leader_of", "norway", "Norway", alternatives="k")
    one = leads(FIRST, alternatives="k")
    given = [leads(FIRST), triple("ann", "leader_of", "norway", "Norway")]
    assert judged(evidence, [leads(FIRST, optional=True)], [leads(FIRST)]) == (0, 0, 0, 0)
    assert judged(evidence, [one, other], given) == (1, 1, 1, 1)


def test_gold_without_evidence_asks_for_none(judged):
    assert judged(evidence, [leads()], [leads(FIRST)]) == (0, 0, 0, 0)


def test_evidence_that_could_not_be_placed_is_wrong(record):
    gold = record(TEXT, mentions=PEOPLE, entities=ENTITIES, relations=[BOTH])
    given = record(TEXT, mentions=PEOPLE, entities=ENTITIES, relations=[leads(FIRST, "Bo")])
    span = given.relations[0].evidence[1]
    span.start, span.end, span.text = None, None, "nowhere"
    found = evidence(Pair(gold, given), Measure("relations.evidence"))
    assert found.counts[:4] == (1, 2, 1, 1)
    assert "nowhere" in found.spurious[0].shown


HEDGED = {"certainty": "hedged"}
STATED = {"certainty": "stated"}
BY_BO = ("Ann leads Oslo#2", 2)
BY_INNER = ("Ann leads Oslo#3", 3)


@pytest.mark.parametrize(
    ("gold", "predicted", "expected"),
    [
        # Both say it is a fact, stated.
        (leads(FIRST, **STATED), leads(FIRST, **STATED), (1, 1, 1)),
        (leads(FIRST, **STATED), leads(FIRST, **HEDGED), (1, 1, 0)),
        # No certainty predicted: nothing predicted, one missed.
        (leads(FIRST, **STATED), leads(FIRST), (1, 0, 0)),
        # Gold does not say how sure it is, so that is not asked.
        (leads(FIRST), leads(FIRST, **STATED), (0, 0, 0)),
        # A fact is not what Bo says; what Bo says is; a fact beside makes it a fact.
        (leads(FIRST, **STATED), leads(BY_BO, **STATED), (1, 1, 0)),
        (leads(BY_BO, **STATED), leads(BY_BO, **STATED), (1, 1, 1)),
        (leads(BY_BO, **STATED), leads(FIRST, BY_BO, **STATED), (1, 1, 0)),
        # Bo's own quote and the one that Cy relays: innermost is Bo in both.
        (leads(BY_BO, **STATED), leads(BY_INNER, **STATED), (1, 1, 1)),
        # "Bo thinks that Ann leads Oslo" is more than Bo's quote holds: Cy asserts it.
        (leads(BY_BO, **STATED), leads("Bo thinks that Ann leads", **STATED), (1, 1, 0)),
        # The mark before it is no content, and it does not matter.
        (
            leads("Bo thinks that Ann leads Oslo", **STATED),
            leads("“Bo thinks that Ann leads Oslo", **STATED),
            (1, 1, 1),
        ),
        # Half inside says nothing of its own: then only gold's silence agrees.
        (leads(FIRST, **STATED), leads("said that Ann leads", **STATED), (1, 1, 0)),
        (leads("said that Ann leads", **STATED), leads(FIRST, **STATED), (1, 1, 1)),
        # No evidence: asserted by nobody knows whom.
        (leads(FIRST, **STATED), leads(**STATED), (1, 1, 0)),
        (leads(**STATED), leads(**STATED), (1, 1, 1)),
        # The relation is wrong, turned round, or only implied.
        (leads(FIRST, **STATED), triple("oslo", "leader_of", "ann", FIRST, **STATED), (0, 0, 0)),
        (leads(FIRST, **STATED), triple("oslo", "led_by", "ann", FIRST, **STATED), (1, 1, 1)),
        (leads(FIRST, **STATED), triple("ann", "works_for", "oslo", FIRST, **STATED), (0, 0, 0)),
    ],
)
def test_claims(judged, gold, predicted, expected):
    assert judged(claim, [gold], [predicted])[:3] == expected


def test_of_pooled_claims_one_that_is_stated_makes_it_stated(judged):
    given = [leads(FIRST, **HEDGED), triple("oslo", "led_by", "ann", FIRST, **STATED)]
    for relations in (given, given[::-1]):
        assert judged(claim, [leads(FIRST, **STATED)], relations)[:3] == (1, 1, 1)


def test_a_speaker_whom_nobody_names_is_one(record):
    """Gold: nobody named. A prediction that names nobody agrees; Bo and an unknown do not."""
    relations = [leads(BY_BO, **STATED)]
    rumour = {**BO, "speaker": None}
    unknown = {"text": "leads", "type": "PERSON", "entity": "x"}
    gold = record(TEXT, mentions=PEOPLE, entities=ENTITIES, quotes=[rumour], relations=relations)
    for speaker, matched in ((None, 1), ("bo", 0), ("x", 0)):
        quotes = [{**BO, "speaker": speaker}]
        mentions = [*PEOPLE, unknown]
        entities = [*ENTITIES, {"id": "x"}]
        given = record(
            TEXT, mentions=mentions, entities=entities, quotes=quotes, relations=relations
        )
        found = claim(Pair(gold, given), Measure("relations.claim"))
        assert (found.gold, found.predicted, found.matched) == (1, 1, matched)


def test_a_speaker_maps_by_overlap(record):
    """The prediction calls Bo "Bo said" and x: a wrong boundary names the same person."""
    relations = [leads(BY_BO, **STATED)]
    gold = record(TEXT, mentions=PEOPLE, entities=ENTITIES, quotes=QUOTES, relations=relations)
    mentions = [m for m in PEOPLE if m["entity"] != "bo"]
    given = record(
        TEXT,
        mentions=[*mentions, {"text": "Bo said", "type": "PERSON", "entity": "x"}],
        entities=[*ENTITIES, {"id": "x"}],
        quotes=[{**BO, "speaker": "x"}],
        relations=relations,
    )
    given.entities = [e for e in given.entities if e.id != "bo"]
    # "Bo said" overlaps gold's only mention of Bo if that is there.
    gold.mentions.append(Mention(id="b", start=45, end=47, type="PERSON", entity="bo"))
    assert TEXT[45:47] == "Bo"
    assert claim(Pair(gold, given), Measure("relations.claim")).matched == 1


def test_a_layer_of_quotes_that_is_absent_says_nothing(judged):
    """Without gold's quotes certainty alone decides; without the prediction's it is wrong."""
    said = [leads(BY_BO, **STATED)]
    assert judged(claim, said, said, quotes=None)[:3] == (1, 1, 1)
    assert judged(claim, said, said, quotes=None, mutual=True)[:3] == (1, 1, 1)


def test_claims_of_two_annotators_swap(record):
    def side(quotes, *relations):
        return record(
            TEXT, mentions=PEOPLE, entities=ENTITIES, quotes=quotes, relations=[*relations]
        )

    sides = (
        side(QUOTES, leads(BY_BO, **STATED)),
        side(None, leads(BY_BO, **STATED)),
        side(QUOTES, leads(**STATED)),
        side(QUOTES, leads(FIRST)),
        side(QUOTES, leads(FIRST, **HEDGED)),
    )
    wanted = Measure("relations.claim")
    for one in sides:
        for other in sides:
            a = claim(Pair(one, other, mutual=True), wanted)
            b = claim(Pair(other, one, mutual=True), wanted)
            assert (a.gold, a.predicted, a.matched) == (b.predicted, b.gold, b.matched)


def test_ign_by_hand(record):
    """Gold has 3, of 3 predicted 2 are right, 1 of those is known.

    Recall stays 2 / 3; precision is (2 - 1) / (3 - 1) = 1 / 2, not 2 / 3.
    """
    layers = {"mentions": PEOPLE, "entities": ENTITIES}
    met = triple("ann", "met_with", "bo")
    capital = triple("oslo", "capital_of", "norway")
    gold = record(TEXT, **layers, relations=[leads(), met, capital])
    wrong = triple("cy", "leader_of", "oslo")
    given = record(TEXT, **layers, relations=[triple("oslo", "led_by", "ann"), met, wrong])
    measure = Measure("relations.ign")
    expected = {
        frozenset(): (3, 3, 2, 2),
        frozenset({("Ann", "leader_of", "Oslo")}): (3, 2, 2, 1),
        frozenset({("Oslo", "leader_of", "Ann")}): (3, 3, 2, 2),
        # A symmetric type is known in either direction.
        frozenset({("Bo", "met_with", "Ann")}): (3, 2, 2, 1),
        frozenset({("Ann", "met_with", "Bo")}): (3, 2, 2, 1),
        # A wrong prediction stays though training data has it, and so does another type.
        frozenset({("Cy", "leader_of", "Oslo"), ("Ann", "works_for", "Oslo")}): (3, 3, 2, 2),
        # What is known and missed changes nothing.
        frozenset({("Oslo", "capital_of", "Norway")}): (3, 3, 2, 2),
    }
    for seen, counts in expected.items():
        assert ign(Pair(gold, given, seen=seen), measure).counts[:4] == counts
    known = frozenset({("Ann", "leader_of", "Oslo")})
    filtered = measure.where(family="event")
    assert ign(Pair(gold, given, seen=known), filtered).counts[:4] == (1, 1, 1, 1)


def test_training_facts(record):
    """Names only, any with any, in the canonical direction."""
    mentions = [
        *PEOPLE,
        {"text": "Ann, it", "type": "PERSON", "entity": "ann", "level": "NAM"},
        {"text": "it", "type": "PERSON", "entity": "ann", "level": "PRO"},
    ]
    gold = record(
        TEXT, mentions=mentions, entities=ENTITIES, relations=[triple("oslo", "led_by", "ann")]
    )
    assert training_facts([gold]) == {
        ("Ann", "leader_of", "Oslo"),
        ("Ann, it", "leader_of", "Oslo"),
    }
    assert training_facts([Record(id="none", text="x")]) == frozenset()


NAMES = ("Ann", "Bo", "Cy", "Di", "Ek")
TYPES = ("leader_of", "owner_of", "creator_of")


def document(rng):
    """A text of names, each with an entity, and gold and predicted triples over them."""
    words = [rng.choice(NAMES) for _ in range(8)]
    mentions = [
        Mention(
            id=f"m{n}",
            start=sum(len(each) + 1 for each in words[:n]),
            end=sum(len(each) + 1 for each in words[:n]) + len(word),
            type="PERSON",
            level="NAM",
            entity=f"e{rng.randrange(5)}",
        )
        for n, word in enumerate(words)
    ]
    entities = sorted({mention.entity for mention in mentions})

    def triples():
        return {(rng.choice(entities), rng.choice(TYPES), rng.choice(entities)) for _ in range(5)}

    gold = triples()
    given = {each for each in gold if rng.random() < 0.6} | triples()
    return " ".join(words), mentions, gold, given


def as_record(text, mentions, triples):
    made = [Relation(head=head, type=label, tail=tail) for head, label, tail in triples]
    return Record(id="doc", text=text, mentions=mentions, relations=made)


def names(text, mentions, entity):
    return {text[m.start : m.end] for m in mentions if m.entity == entity}


def test_ign_equals_docreds_convention_on_random_documents():
    """As its script has it: facts by all pairs of names; recall whole; precision without."""
    rng = random.Random(7)
    changed = 0
    for _ in range(1500):
        training = [document(rng) for _ in range(2)]
        facts = {
            (one, label, other)
            for text, mentions, gold, _ in training
            for head, label, tail in gold
            for one in names(text, mentions, head)
            for other in names(text, mentions, tail)
        }
        made = training_facts([as_record(t, m, gold) for t, m, gold, _ in training])
        assert made == facts
        text, mentions, gold, given = document(rng)
        right = gold & given
        known = {
            (head, label, tail)
            for head, label, tail in right
            if any(
                (one, label, other) in facts
                for one in names(text, mentions, head)
                for other in names(text, mentions, tail)
            )
        }
        sides = as_record(text, mentions, gold), as_record(text, mentions, given)
        # Gold entities of equal mentions could not be told apart; here none are.
        found = ign(Pair(*sides, seen=frozenset(made)), Measure("relations.ign"))
        wanted, predicted, matched, correct, *_ = found.counts
        assert Fraction(matched, wanted) == Fraction(len(right), len(gold))
        assert predicted == len(given) - len(known)
        if predicted:
            expected = Fraction(len(right) - len(known), len(given) - len(known))
            assert Fraction(correct, predicted) == expected
        changed += bool(known)
    assert changed > 200
