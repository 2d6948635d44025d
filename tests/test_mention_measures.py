"""Mention measures by hand: each expectation is (gold, predicted, matched), worked beside it."""

import itertools

import msgspec
import pytest

from goldwire.eval.align import align
from goldwire.eval.count import count
from goldwire.eval.lookup import measure
from goldwire.eval.taxonomy import kinds, tally
from goldwire.schemas.errors import Place
from goldwire.schemas.label_map import label_map, shipped
from goldwire.schemas.labels import own_labels
from goldwire.schemas.record import Mention, Record

TEXT = "Ann Lee of Oslo met the mayor on Monday.\nGive now to The Globe.\nShe left Oslo."
# Tokens:  Ann Lee of Oslo met the mayor on Monday . | Give now to The Globe . | She left Oslo .
ANN = {"text": "Ann Lee", "type": "PERSON", "level": "NAM"}  # 2 tokens, 6 characters
LONG = {"text": "Ann Lee of Oslo", "type": "PERSON", "level": "NAM"}  # 4 tokens, 12 characters
OSLO = {"text": "Oslo", "type": "GPE", "level": "NAM"}  # 1 token, 4 characters
AGAIN = {"text": "Oslo#2", "type": "GPE", "level": "NAM"}
MAYOR = {"text": "the mayor", "type": "PERSON", "level": "NOM"}  # 2 tokens, 8 characters
MONDAY = {"text": "Monday", "type": "DATE", "level": "VALUE"}  # 1 token, 6 characters
GLOBE = {"text": "The Globe", "type": "ORG", "level": "NAM"}  # 2 tokens, 8 characters
APPEAL = [{"text": "Give now to The Globe.", "type": "appeal"}]
MAPS = {name: label_map(name) for name in shipped()}
KNOWN = {**own_labels(), "mention": own_labels()["mention"].union(MAPS["conll4"].known)}


def bare(item, **changed):
    """A mention as a system gives it: no level unless it is said."""
    return {key: value for key, value in item.items() if key != "level"} | changed


@pytest.fixture
def judged(record):
    """Return the counts of a measure for mentions given by their words, over one text."""

    def make(name, gold, predicted, mutual=False, text=TEXT, boilerplate=()):
        sides = (
            record(text, mentions=gold, boilerplate=list(boilerplate)),
            record(text, mentions=predicted),
        )
        pair = align(*sides, Place(), KNOWN).pair
        pair.maps, pair.mutual = MAPS, mutual
        return count(pair, [measure(name, MAPS)])[str(measure(name, MAPS))].counts[:3]

    return make


# ---------------------------------------------------------------- partial

CHAIN = "x" * 40
C, A, B = ({"start": s, "end": e, "type": "ORG"} for s, e in ((0, 12), (10, 20), (18, 30)))
R = {"start": 28, "end": 35, "type": "ORG"}


def test_partial_is_of_most_credit_and_not_of_most_pairs(judged):
    """C touches P = A, A touches Q = B, B touches R: 2 exact pairs earn 2, 3 halves only 1.5."""
    for gold, predicted in itertools.product(
        itertools.permutations((C, A, B)), itertools.permutations((A, B, R))
    ):
        assert judged("mentions.partial", gold, predicted, text=CHAIN) == (3, 3, 2.0)


@pytest.mark.parametrize(
    ("predicted", "expected"),
    [
        # An equal span is 1, whatever its type.
        ([bare(ANN, type="ORG")], (2, 1, 1)),
        # "Ann" inside "Ann Lee" is 1/2; with Oslo 1.5.
        ([bare(ANN, text="Ann"), bare(OSLO)], (2, 2, 1.5)),
        # One long span touches both but is matched with one: 1/2.
        ([bare(LONG)], (2, 1, 0.5)),
        # Of "Ann Lee" the equal one counts 1; "Ann" is left over, and spurious.
        ([bare(ANN), bare(ANN, text="Ann")], (2, 2, 1)),
        # Two spans for Oslo alone: one earns its 1, the long one 1/2 by Ann Lee.
        ([bare(OSLO), bare(LONG)], (2, 2, 1.5)),
        # Spans that only meet share no character: " of" ends where " Oslo" begins.
        ([bare(ANN, text=" of ")], (2, 1, 0)),
        # The same span under two types is two predictions, of which one is matched.
        ([bare(OSLO), bare(OSLO, type="ORG")], (2, 2, 1)),
        # Repeated predictions are one.
        ([bare(OSLO), bare(OSLO)], (2, 1, 1)),
        # A name that occurs nowhere is spurious.
        ([{"text": "Zoe", "type": "PERSON"}], (2, 1, 0)),
        ([], (2, 0, 0)),
    ],
)
def test_partial(record, judged, predicted, expected):
    if predicted and predicted[0].get("text") == "Zoe":
        pair = align(record(TEXT, mentions=[ANN, OSLO]), unplaced("Zoe"), Place()).pair
        assert count(pair, [measure("mentions.partial")])["mentions.partial"].counts[:3] == expected
        return
    assert judged("mentions.partial", [ANN, OSLO], predicted) == expected


def unplaced(*names):
    mentions = [{"text": name, "type": "PERSON"} for name in names]
    return msgspec.convert({"id": "doc", "mentions": mentions}, Record)


@pytest.mark.parametrize(
    ("name", "gold", "predicted", "expected"),
    [
        # Type filters both sides: only ANN and "Ann" are PERSON.
        ("[type=PERSON]", [ANN, OSLO], [bare(ANN, text="Ann"), bare(OSLO)], (1, 1, 0.5)),
        # Without its level a prediction on the span of a NOM leaves the count ...
        ("[level=NAM]", [ANN, MAYOR], [bare(ANN), bare(MAYOR)], (1, 1, 1)),
        # ... but one that only touches the NOM claims a name: spurious.
        ("[level=NAM]", [ANN, MAYOR], [bare(ANN), bare(MAYOR, text="mayor")], (1, 2, 1)),
        # The Globe is inside boilerplate, and so are both predictions.
        ("", [ANN, GLOBE], [bare(GLOBE), bare(GLOBE, text="Globe")], (1, 0, 0)),
        ("[zone=all]", [ANN, GLOBE], [bare(GLOBE, text="Globe")], (2, 1, 0.5)),
        ("[zone=boilerplate]", [ANN, GLOBE], [bare(ANN), bare(GLOBE, text="Globe")], (1, 1, 0.5)),
        # Optional: a prediction that touches it leaves the count.
        ("", [ANN, {**OSLO, "optional": True}], [bare(OSLO)], (1, 0, 0)),
        ("", [ANN, {**OSLO, "optional": True}], [bare(ANN), bare(LONG)], (1, 1, 1)),
        # Of two readings the equal one stands: 1, not 1/2.
        ("", [{**ANN, "alternatives": "k"}, {**LONG, "alternatives": "k"}], [bare(ANN)], (1, 1, 1)),
        # Ann and Oslo as one discontinuous mention: "Lee of" lies in its gap and touches nothing.
        (
            "",
            [{**LONG, "parts": [{"text": "Ann"}, {"text": "Oslo"}]}],
            [{"text": "Lee of", "type": "PERSON"}, bare(OSLO)],
            (1, 2, 0.5),
        ),
        # After the map both are LOC, of one span: one gold item.
        ("[map=conll4]", [OSLO, {**OSLO, "type": "FAC"}], [bare(OSLO, type="LOC")], (1, 1, 1)),
    ],
)
def test_partial_with_options(judged, name, gold, predicted, expected):
    assert judged(f"mentions.partial{name}", gold, predicted, boilerplate=APPEAL) == expected


# ---------------------------------------------------------------- token and char


@pytest.mark.parametrize(
    ("options", "gold", "predicted", "tokens", "characters"),
    [
        # Gold: Ann Lee, Oslo = 3 tokens, 10 characters. Found: Ann, Oslo = 2 and 7, all right.
        ("", [ANN, OSLO], [bare(ANN, text="Ann"), bare(OSLO)], (3, 2, 2), (10, 7, 7)),
        # "nn Le" shares characters with both tokens of Ann Lee; it has 4 of the 6 characters.
        ("", [ANN, OSLO], [bare(ANN, text="nn Le")], (3, 2, 2), (10, 4, 4)),
        # "." begins where Monday ends, and shares no character with it.
        ("", [MONDAY], [bare(MONDAY, text=".")], (1, 1, 0), (6, 1, 0)),
        # Right place, wrong type: nothing.
        ("", [ANN, OSLO], [bare(OSLO, type="ORG")], (3, 1, 0), (10, 4, 0)),
        # Spans of one type over each other are one cover: 4 tokens, 12 characters.
        ("", [LONG, ANN], [bare(LONG)], (4, 4, 4), (12, 12, 12)),
        # Of two types they are two: 4 + 1 tokens, 12 + 4 characters.
        ("", [LONG, OSLO], [bare(LONG)], (5, 4, 4), (16, 12, 12)),
        # A name cut in two covers the same.
        ("", [ANN], [bare(ANN, text="Ann"), bare(ANN, text="Lee")], (2, 2, 2), (6, 6, 6)),
        # Of a discontinuous mention its parts: Ann and Oslo, 2 of the 4 tokens, 7 of 12.
        (
            "",
            [{**LONG, "parts": [{"text": "Ann"}, {"text": "Oslo"}]}],
            [bare(LONG)],
            (2, 4, 2),
            (7, 12, 7),
        ),
        # Type filters both sides; gold of another type excuses nothing.
        ("[type=PERSON]", [ANN, OSLO], [bare(ANN), bare(OSLO)], (2, 2, 2), (6, 6, 6)),
        ("[type=PERSON]", [ANN, OSLO], [bare(OSLO, type="PERSON")], (2, 1, 0), (6, 4, 0)),
        # Level: an undeclared span equal to that of a NOM leaves the count, "mayor" does not.
        ("[level=NAM]", [ANN, MAYOR], [bare(ANN), bare(MAYOR)], (2, 2, 2), (6, 6, 6)),
        ("[level=NAM]", [ANN, MAYOR], [bare(MAYOR, text="mayor")], (2, 1, 0), (6, 5, 0)),
        ("[level=NAM]", [ANN, MAYOR], [bare(MAYOR, level="NAM")], (2, 2, 0), (6, 8, 0)),
        ("[level=NAM]", [ANN, MAYOR], [MAYOR], (2, 0, 0), (6, 0, 0)),
        # One NOM excuses one prediction: the second type on its span counts.
        (
            "[level=NAM]",
            [ANN, MAYOR],
            [bare(MAYOR), bare(MAYOR, type="ORG")],
            (2, 2, 0),
            (6, 8, 0),
        ),
        # ... and none if a declared one has taken it.
        ("[level=NAM]", [ANN, MAYOR], [MAYOR, bare(MAYOR, type="ORG")], (2, 2, 0), (6, 8, 0)),
        # A right one that stands on a NOM too is not excused.
        (
            "[level=NAM]",
            [{**MAYOR, "level": "NAM"}, {**MAYOR, "type": "ORG"}],
            [bare(MAYOR)],
            (2, 2, 2),
            (8, 8, 8),
        ),
        # Zones count units: "Monday.\nGive" is Monday and "." in the article, Give in the appeal.
        ("", [GLOBE, MONDAY], [bare(MONDAY, text="Monday.\nGive")], (1, 2, 1), (6, 7, 6)),
        (
            "[zone=all]",
            [GLOBE, MONDAY],
            [bare(MONDAY, text="Monday.\nGive")],
            (3, 3, 1),
            (14, 11, 6),
        ),
        (
            "[zone=boilerplate]",
            [GLOBE, MONDAY],
            [bare(MONDAY, text="Monday.\nGive")],
            (2, 1, 0),
            (8, 4, 0),
        ),
        # Optional: Oslo counts on neither side; by another type it is spurious, 1 and 4.
        ("", [ANN, {**OSLO, "optional": True}], [bare(OSLO)], (2, 0, 0), (6, 0, 0)),
        ("", [ANN, {**OSLO, "optional": True}], [bare(OSLO, type="ORG")], (2, 1, 0), (6, 4, 0)),
        # What is optional by one mention and required by another is required.
        ("", [ANN, {**LONG, "optional": True}], [bare(LONG)], (2, 2, 2), (6, 6, 6)),
        # Of two readings the one that is predicted stands; none predicted: the first, shorter one.
        (
            "",
            [{**ANN, "alternatives": "k"}, {**LONG, "alternatives": "k"}],
            [bare(LONG)],
            (4, 4, 4),
            (12, 12, 12),
        ),
        (
            "",
            [{**ANN, "alternatives": "k"}, {**LONG, "alternatives": "k"}],
            [],
            (2, 0, 0),
            (6, 0, 0),
        ),
        # GPE and FAC become LOC: two names of one span are one cover; DATE is dropped.
        (
            "[map=conll4]",
            [OSLO, {**OSLO, "type": "FAC"}, MONDAY],
            [bare(OSLO, type="LOC"), bare(MONDAY), bare(ANN)],
            (1, 3, 1),
            (4, 10, 4),
        ),
        ("", [], [], (0, 0, 0), (0, 0, 0)),
    ],
)
def test_cover(judged, options, gold, predicted, tokens, characters):
    for order in (1, -1):
        sides = gold[::order], predicted[::order]
        assert judged(f"mentions.token{options}", *sides, boilerplate=APPEAL) == tokens
        assert judged(f"mentions.char{options}", *sides, boilerplate=APPEAL) == characters


def test_what_stands_nowhere_covers_nothing(record):
    pair = align(record(TEXT, mentions=[ANN]), unplaced("Zoe", "Max"), Place()).pair
    found = count(pair, [measure("mentions.token"), measure("mentions.strict")])
    assert found["mentions.token"].counts[:3] == (2, 0, 0)
    assert found["mentions.strict"].counts[:3] == (1, 2, 0)


def test_between_annotators_optional_counts_on_neither_side_either_way(judged):
    one, other = [ANN, {**OSLO, "optional": True}], [{**ANN, "optional": True}, OSLO, MAYOR]
    # Ann is optional for one, Oslo for the other: the mayor is left, 2 tokens, 8 characters.
    assert judged("mentions.token", one, other, mutual=True) == (0, 2, 0)
    assert judged("mentions.token", other, one, mutual=True) == (2, 0, 0)
    assert judged("mentions.char", one, other, mutual=True) == (0, 8, 0)


def test_a_token_over_the_edge_of_boilerplate_is_outside(judged):
    """ "GlobeShe" is one token, glued: the appeal holds 5 of its 8 characters."""
    text, edge = "The GlobeShe left.", [{"text": "The Globe", "type": "appeal"}]
    gold = [{"text": "The GlobeShe", "type": "ORG"}]
    for zone, tokens, characters in (("article", 1, 3), ("boilerplate", 1, 8), ("all", 2, 11)):
        found = {
            judged(f"mentions.{unit}[zone={zone}]", gold, gold, text=text, boilerplate=edge)
            for unit in ("token", "char")
        }
        assert found == {(tokens,) * 3, (characters,) * 3}


def test_boilerplate_inside_a_token_holds_none(judged):
    """Of "The Globe" the appeal holds the characters "lob", and no token."""
    gold, edge = [GLOBE], [{"text": "lob", "type": "appeal"}]
    for zone, tokens, characters in (("article", 2, 5), ("boilerplate", 0, 3), ("all", 2, 8)):
        for unit, number in (("token", tokens), ("char", characters)):
            name = f"mentions.{unit}[zone={zone}]"
            assert judged(name, gold, gold, boilerplate=edge) == (number,) * 3


# ---------------------------------------------------------------- names and values

TWICE = f"{TEXT}\nAnn  Lee of Oslo."
SECOND = {"text": "Ann  Lee", "type": "PERSON", "level": "NAM"}
FULL = {"text": "Ann  Lee of Oslo", "type": "PERSON", "level": "NAM"}


@pytest.mark.parametrize(
    ("options", "gold", "predicted", "expected"),
    [
        # Ann Lee twice (white space differs), Oslo twice: 2 names. Found: Ann Lee.
        ("", [ANN, SECOND, OSLO, AGAIN], [bare(SECOND)], (2, 1, 1)),
        # One surface of two types is two names.
        ("", [OSLO, {**AGAIN, "type": "ORG"}], [bare(AGAIN)], (2, 1, 1)),
        # Upper and lower case are told apart.
        ("", [{**MAYOR, "level": "NAM"}], [{"text": "She", "type": "PERSON"}], (1, 1, 0)),
        # A surface that gold has as NOM only leaves the count if no level is told ...
        ("", [ANN, MAYOR], [bare(ANN), bare(MAYOR)], (1, 1, 1)),
        ("", [ANN, MAYOR], [bare(MAYOR, type="ORG")], (1, 0, 0)),
        # ... and counts if it is told to be a name.
        ("", [ANN, MAYOR], [bare(MAYOR, level="NAM")], (1, 1, 0)),
        # Two mentions, one told: the name is told.
        ("", [OSLO], [OSLO, bare(AGAIN)], (1, 1, 1)),
        # A name inside boilerplate alone is inside; Oslo stands in the article too.
        ("", [ANN, GLOBE], [bare(GLOBE)], (1, 0, 0)),
        ("[zone=all]", [ANN, GLOBE], [bare(GLOBE)], (2, 1, 1)),
        ("[zone=boilerplate]", [ANN, GLOBE], [bare(GLOBE), bare(ANN)], (1, 1, 1)),
        ("[type=GPE]", [ANN, OSLO], [bare(ANN), bare(OSLO), bare(OSLO, type="ORG")], (1, 1, 1)),
        # Optional only if it is so wherever it stands.
        ("", [ANN, {**OSLO, "optional": True}], [bare(OSLO)], (1, 0, 0)),
        ("", [ANN, {**OSLO, "optional": True}, AGAIN], [bare(OSLO)], (2, 1, 1)),
        # Two readings are one name.
        (
            "",
            [{**ANN, "alternatives": "k"}, {**LONG, "alternatives": "k"}],
            [bare(LONG)],
            (1, 1, 1),
        ),
        # Read twice in the same two ways, they still are one.
        (
            "",
            [
                *({**each, "alternatives": "k"} for each in (ANN, LONG)),
                *({**each, "alternatives": "j"} for each in (SECOND, FULL)),
            ],
            [bare(ANN)],
            (1, 1, 1),
        ),
        # The short reading is certain elsewhere: the long one need not be found, and may be.
        ("", [*({**e, "alternatives": "k"} for e in (ANN, LONG)), SECOND], [bare(ANN)], (1, 1, 1)),
        (
            "",
            [*({**each, "alternatives": "k"} for each in (ANN, LONG)), SECOND],
            [bare(ANN), bare(LONG)],
            (1, 1, 1),
        ),
        # Values are no names.
        ("", [ANN, MONDAY], [bare(MONDAY)], (1, 0, 0)),
    ],
)
def test_names(judged, options, gold, predicted, expected):
    for order in (1, -1):
        sides = gold[::order], predicted[::order]
        assert judged(f"names.set{options}", *sides, text=TWICE, boilerplate=APPEAL) == expected


def test_a_name_that_stands_in_the_article_too_is_not_inside_boilerplate(judged):
    """Oslo stands in both, the second time in what is left out here."""
    last = [{"text": "She left Oslo.", "type": "appeal"}]
    for predicted in ([bare(OSLO)], [bare(AGAIN)]):
        assert judged("names.set", [OSLO, AGAIN], predicted, boilerplate=last) == (1, 1, 1)
    # Gold has it there alone: giving it anywhere costs nothing.
    for predicted in ([bare(OSLO)], [bare(AGAIN)]):
        assert judged("names.set", [ANN, AGAIN], predicted, boilerplate=last) == (1, 0, 0)


def entity_names(*names):
    entities = [{"id": f"e{n}", "name": name, "type": t} for n, (name, t) in enumerate(names)]
    return msgspec.convert({"id": "doc", "mentions": [], "entities": entities}, Record)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([("Ann Lee", "PERSON"), ("Oslo", "GPE")], (2, 2, 2)),
        # Two entities of one name, and a name that stands nowhere.
        ([("Ann Lee", "PERSON"), ("Ann  Lee", "PERSON"), ("Zoe", "PERSON")], (2, 2, 1)),
        # Monday is a value in gold, so it is no wrong name; Tuesday is.
        ([("Monday", "DATE"), ("Tuesday", "DATE")], (2, 1, 0)),
        # Given by name it claims a name, also where gold has it as NOM.
        ([("the mayor", "PERSON")], (2, 1, 0)),
    ],
)
def test_entities_given_by_name_alone_are_names(record, names, expected):
    gold = record(TEXT, mentions=[ANN, OSLO, MAYOR, MONDAY])
    pair = align(gold, entity_names(*names), Place()).pair
    assert count(pair, [measure("names.set")])["names.set"].counts[:3] == expected


def test_long_names_of_equal_ends_are_not_one_name():
    """What a listing cuts in its middle is not what is compared."""
    long = ["A" * 50 + each + "Z" * 50 for each in ("x", "y")]
    text = " ".join(long)
    gold = [
        Mention(start=0, end=101, type="ORG", level="NOM"),
        Mention(start=102, end=203, type="ORG", level="NAM"),
    ]
    # x is a NOM in gold, w occurs as neither: an undeclared w is spurious, x is excused.
    name = "A" * 50 + "w" * 60 + "Z" * 50
    for given_, expected in (({"text": name}, (1, 1, 0)), ({"start": 0, "end": 101}, (1, 0, 0))):
        mention = msgspec.convert({"type": "ORG", **given_}, Mention)
        sides = Record(id="d", text=text, mentions=gold), Record(id="d", mentions=[mention])
        pair = align(*sides, Place()).pair
        assert count(pair, [measure("names.set")])["names.set"].counts[:3] == expected


DAY = {**MONDAY, "value": "2024-05-06"}
OVER = {**MONDAY, "value": "P2Y", "mod": "MORE_THAN"}


@pytest.mark.parametrize(
    ("options", "gold", "predicted", "expected"),
    [
        ("", [DAY], [bare(DAY)], (1, 1, 1)),
        # Another value, no value, another modifier, another type, another span: all wrong.
        ("", [DAY], [bare(DAY, value="2024-05-07")], (1, 1, 0)),
        ("", [DAY], [bare(MONDAY)], (1, 1, 0)),
        ("", [OVER], [bare(OVER)], (1, 1, 1)),
        ("", [OVER], [{"text": "Monday", "type": "DATE", "value": "P2Y"}], (1, 1, 0)),
        ("", [DAY], [bare(DAY, type="TIME")], (1, 1, 0)),
        ("", [DAY], [bare(DAY, text="on Monday")], (1, 1, 0)),
        # None agrees with none.
        ("", [MONDAY], [bare(MONDAY)], (1, 1, 1)),
        # Names are not values, nor is what another type claims without a level.
        ("", [DAY, ANN], [bare(DAY), bare(ANN), bare(OSLO)], (1, 1, 1)),
        # A type of values on the span of a name leaves the count; elsewhere it is spurious.
        ("", [DAY, ANN], [bare(ANN, type="DATE")], (1, 0, 0)),
        ("", [DAY, ANN], [bare(OSLO, type="DATE")], (1, 1, 0)),
        # Equal answers are one, two answers for one span are two.
        ("", [DAY], [bare(DAY), bare(DAY)], (1, 1, 1)),
        ("", [DAY], [bare(DAY), bare(DAY, value="2024-05-07")], (1, 2, 1)),
        ("[type=TIME]", [DAY], [bare(DAY)], (0, 0, 0)),
        ("[zone=boilerplate]", [DAY], [bare(DAY)], (0, 0, 0)),
        ("", [{**DAY, "optional": True}], [bare(DAY)], (0, 0, 0)),
        # Optional is the right value only.
        ("", [{**DAY, "optional": True}], [bare(MONDAY)], (0, 1, 0)),
        ("", [], [], (0, 0, 0)),
    ],
)
def test_values(judged, options, gold, predicted, expected):
    for order in (1, -1):
        found = judged(f"values.strict{options}", gold, predicted[::order], boilerplate=APPEAL)
        assert found == expected


# ---------------------------------------------------------------- label maps


def read_as(item, *types):
    return [{**item, "type": each, "alternatives": "k"} for each in types]


@pytest.mark.parametrize(
    ("gold", "predicted", "expected"),
    [
        # GPE is LOC, NORP is MISC; DATE is dropped on both sides.
        ([OSLO, ANN, MONDAY], [bare(OSLO, type="LOC"), bare(ANN, type="PER")], (2, 2, 2)),
        ([OSLO, ANN, MONDAY], [bare(MONDAY), bare(OSLO, type="DATE")], (2, 0, 0)),
        # Two predictions that become equal are one.
        ([OSLO], [bare(OSLO), bare(OSLO, type="FAC"), bare(OSLO, type="LOC")], (1, 1, 1)),
        # So are two gold mentions; it is required if one of them is.
        ([OSLO, {**OSLO, "type": "FAC"}], [], (1, 0, 0)),
        ([OSLO, {**OSLO, "type": "FAC", "optional": True}], [], (1, 0, 0)),
        # Readings that become equal are one reading.
        (read_as(OSLO, "GPE", "FAC"), [bare(OSLO)], (1, 1, 1)),
        # A reading that is certain by another mention makes the other one optional: without the
        # certain FAC there would be one item, and a second one is not to be found.
        ([*read_as(OSLO, "GPE", "ORG"), {**OSLO, "type": "FAC"}], [bare(OSLO)], (1, 1, 1)),
        (
            [*read_as(OSLO, "GPE", "ORG"), {**OSLO, "type": "FAC"}],
            [bare(OSLO), bare(OSLO, type="ORG")],
            (1, 1, 1),
        ),
        # By one reading, a date, there is nothing to find: the other one is optional.
        (read_as(MONDAY, "DATE", "WORK_OF_ART"), [bare(MONDAY)], (0, 0, 0)),
        (read_as(MONDAY, "DATE", "WORK_OF_ART"), [bare(MONDAY, type="MISC")], (0, 0, 0)),
        # A dropped reading that is itself optional changes nothing.
        (
            [
                {**MONDAY, "alternatives": "k", "optional": True},
                {**MONDAY, "type": "WORK_OF_ART", "alternatives": "k"},
            ],
            [],
            (1, 0, 0),
        ),
    ],
)
def test_strict_under_a_map(judged, gold, predicted, expected):
    for mine in itertools.permutations(gold):
        for theirs in itertools.permutations(predicted):
            assert judged("mentions.strict[map=conll4]", list(mine), list(theirs)) == expected


def test_levels_of_predictions_that_become_equal(judged):
    """One that declares a level stands for all, whatever the order: here a NOM leaves the count."""
    told, silent = bare(OSLO, level="NOM"), bare(OSLO, type="FAC")
    for predicted in ([told, silent], [silent, told]):
        name = "mentions.strict[map=conll4,level=NAM]"
        assert judged(name, [ANN], predicted) == (1, 0, 0)


# ---------------------------------------------------------------- kinds of errors


def errors_of(record, gold, predicted, name="mentions.strict"):
    pair = align(record(TEXT, mentions=gold), record(TEXT, mentions=predicted), Place()).pair
    outcome = count(pair, [measure(name)])[str(measure(name))]
    errors = list(kinds(name, outcome))
    return sorted(kind for kind, *_ in errors), tally(outcome, errors)


def test_each_kind_once(record):
    gold = [
        ANN,  # right
        OSLO,  # wrong type: ORG
        MAYOR,  # wrong boundary: "mayor"
        MONDAY,  # wrong type and boundary: "on Monday", a TIME
        GLOBE,  # missed
    ]
    predicted = [
        bare(ANN),
        bare(OSLO, type="ORG"),
        bare(MAYOR, text="mayor"),
        {"text": "on Monday", "type": "TIME"},
        {"text": "She", "type": "PERSON"},  # spurious
    ]
    found, tallied = errors_of(record, gold, predicted)
    assert found == [
        *("missed", "spurious"),
        *("wrong boundary", "wrong type", "wrong type and boundary"),
    ]
    assert msgspec.structs.astuple(tallied) == (1, 1, 1, 1, 1, 1)


@pytest.mark.parametrize(
    ("gold", "predicted", "expected"),
    [
        # One span touches two names: an error of boundary, and a miss.
        ([ANN, OSLO], [bare(LONG)], ["missed", "wrong boundary"]),
        # Two halves of one name: an error of boundary, and a spurious find.
        ([ANN], [bare(ANN, text="Ann"), bare(ANN, text="Lee")], ["spurious", "wrong boundary"]),
        # As many pairs as can be: the long span goes to Ann Lee, "Osl" to Oslo.
        ([ANN, OSLO], [bare(LONG), bare(OSLO, text="Osl")], ["wrong boundary"] * 2),
        # Of two predictions for one name the equal span is told first.
        ([OSLO], [bare(OSLO, type="ORG"), bare(OSLO, text="Osl")], ["spurious", "wrong type"]),
        # What touches a right find only is spurious.
        ([ANN], [bare(ANN), bare(ANN, text="Ann")], ["spurious"]),
        # Spans that only meet do not touch.
        ([ANN], [{"text": " of", "type": "PERSON"}], ["missed", "spurious"]),
        # Equal hulls with other parts: a boundary is wrong.
        (
            [LONG],
            [{**bare(LONG), "parts": [{"text": "Ann"}, {"text": "Oslo"}]}],
            ["wrong boundary"],
        ),
    ],
)
def test_which_kind(record, gold, predicted, expected):
    for order in (1, -1):
        assert errors_of(record, gold[::order], predicted[::order])[0] == expected


def test_other_measures_tell_missed_and_spurious_only(record):
    found, _ = errors_of(record, [OSLO], [bare(OSLO, type="ORG")], "mentions.type")
    assert found == ["missed", "spurious"]
