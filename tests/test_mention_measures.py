"""Mention measures by hand: each expectation is (gold, predicted, matched), worked beside it."""

import itertools

import msgspec
import pytest
from ann_lee import (
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
from goldwire.schemas.errors import Place
from goldwire.schemas.record import Record

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
