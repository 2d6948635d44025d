"""Names, values, label maps and kinds of errors by hand: (gold, predicted, matched)."""

import itertools

import msgspec
import pytest
from ann_lee import (
    AGAIN,
    ANN,
    APPEAL,
    GLOBE,
    LONG,
    MAYOR,
    MONDAY,
    OSLO,
    TEXT,
    bare,
)

from goldwire.eval.align import align
from goldwire.eval.count import count
from goldwire.eval.lookup import measure
from goldwire.eval.taxonomy import kinds, tally
from goldwire.schemas.errors import Place
from goldwire.schemas.record import Mention, Record

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
