"""mentions.strict by hand: each expectation is (gold, predicted, matched)."""

import msgspec
import pytest

from goldwire.eval.align import align
from goldwire.eval.count import count
from goldwire.eval.lookup import measure
from goldwire.schemas.errors import Place
from goldwire.schemas.record import Record

TEXT = "Ann Lee of Oslo met the mayor on Monday.\nGive now to The Globe.\nShe left Oslo."
ANN = {"text": "Ann Lee", "type": "PERSON", "level": "NAM"}
OSLO = {"text": "Oslo", "type": "GPE", "level": "NAM"}
MAYOR = {"text": "the mayor", "type": "PERSON", "level": "NOM"}
MONDAY = {"text": "Monday", "type": "DATE", "level": "VALUE"}
GLOBE = {"text": "The Globe", "type": "ORG", "level": "NAM"}
SHE = {"text": "She", "type": "PERSON", "level": "PRO"}
GOLD = {
    "mentions": [ANN, OSLO, MAYOR, MONDAY, GLOBE, SHE],
    "boilerplate": [{"text": "Give now to The Globe.", "type": "appeal"}],
}
HEADLINE = "mentions.strict[level=NAM,VALUE]"


def bare(*mentions, **changed):
    """Mentions as a system gives them: no level unless it is said."""
    return {"mentions": [{k: v for k, v in m.items() if k != "level"} | changed for m in mentions]}


@pytest.mark.parametrize(
    ("name", "predicted", "expected"),
    [
        # Outside boilerplate gold has Ann, Oslo, the mayor, Monday and She: 5.
        ("mentions.strict", bare(ANN, OSLO), (5, 2, 2)),
        # NAM and VALUE of them: Ann, Oslo, Monday: 3.
        (HEADLINE, bare(ANN, OSLO), (3, 2, 2)),
        # A right span with a wrong type is one spurious and one missed.
        (HEADLINE, bare(ANN, type="ORG"), (3, 1, 0)),
        # A wrong span likewise.
        (HEADLINE, bare({"text": "Ann", "type": "PERSON"}), (3, 1, 0)),
        # Undeclared, equal to the span of a gold NOM: leaves the count, even if its type differs.
        (HEADLINE, bare(ANN, MAYOR), (3, 1, 1)),
        (HEADLINE, bare(ANN, {**MAYOR, "type": "ORG"}), (3, 1, 1)),
        # Declared as NOM: leaves the count. Declared as NAM: it claims a name, so spurious.
        (HEADLINE, bare(MAYOR, level="NOM"), (3, 0, 0)),
        (HEADLINE, bare(MAYOR, level="NAM"), (3, 1, 0)),
        # A gold NOM excuses one prediction: the second type on its span counts.
        (HEADLINE, bare(MAYOR, {**MAYOR, "type": "ORG"}), (3, 1, 0)),
        # One that is declared NOM takes the gold NOM; the undeclared one then counts.
        (
            HEADLINE,
            {"mentions": [MAYOR, {"text": "the mayor", "type": "ORG"}]},
            (3, 1, 0),
        ),
        # Gold inside boilerplate is ignored, and what is predicted inside it.
        (HEADLINE, bare(GLOBE, {"text": "Give", "type": "ORG"}), (3, 0, 0)),
        (HEADLINE[:-1] + ",zone=all]", bare(GLOBE, {"text": "Give", "type": "ORG"}), (4, 2, 1)),
        (HEADLINE[:-1] + ",zone=boilerplate]", bare(ANN, GLOBE), (1, 1, 1)),
        # A prediction across the edge of boilerplate is not inside it: it counts.
        (HEADLINE, bare({"text": "Monday.\nGive", "type": "ORG"}), (3, 1, 0)),
        # Equal in span and type: collapsed into one.
        (HEADLINE, bare(ANN, ANN, ANN), (3, 1, 1)),
        # The second Oslo is another place in the text; gold here has only the first.
        (HEADLINE, bare(OSLO, {"text": "Oslo#2", "type": "GPE"}), (3, 2, 1)),
        # Type filters gold and prediction alike.
        (HEADLINE[:-1] + ",type=PERSON]", bare(ANN, OSLO), (1, 1, 1)),
        (HEADLINE[:-1] + ",type=PERSON]", bare(OSLO, type="PERSON"), (1, 1, 0)),
        # Attempted and empty, and not attempted, are both all misses in one document.
        (HEADLINE, {"mentions": []}, (3, 0, 0)),
        (HEADLINE, {}, (3, 0, 0)),
    ],
)
def test_counts(counts, name, predicted, expected):
    assert counts(name, TEXT, GOLD, predicted) == expected


def test_optional_is_neither_rewarded_nor_punished(counts):
    gold = {"mentions": [ANN, {**OSLO, "optional": True}]}
    assert counts("mentions.strict", TEXT, gold, bare(ANN)) == (1, 1, 1)
    assert counts("mentions.strict", TEXT, gold, bare(ANN, OSLO)) == (1, 1, 1)
    # It excuses only what matches it: the wrong type is spurious.
    assert counts("mentions.strict", TEXT, gold, bare(OSLO, type="LOC")) == (1, 1, 0)


READINGS = {
    "mentions": [
        {**ANN, "alternatives": "who"},
        {"text": "Ann Lee of Oslo", "type": "PERSON", "level": "NAM", "alternatives": "who"},
        OSLO,
    ]
}
LONG = {"text": "Ann Lee of Oslo", "type": "PERSON"}


@pytest.mark.parametrize(
    ("predicted", "expected"),
    [
        # The two readings are one item of gold: with Oslo, 2.
        (bare(), (2, 0, 0)),
        (bare(ANN), (2, 1, 1)),
        (bare(LONG), (2, 1, 1)),
        # Both given: one is credited, the other ignored.
        (bare(ANN, LONG), (2, 1, 1)),
        (bare(ANN, LONG, OSLO), (2, 2, 2)),
    ],
)
def test_alternatives(counts, predicted, expected):
    assert counts("mentions.strict", TEXT, READINGS, predicted) == expected


def test_alternatives_of_two_types_add_up_over_types(counts):
    gold = {
        "mentions": [
            {**OSLO, "alternatives": "what"},
            {**OSLO, "type": "ORG", "alternatives": "what"},
        ]
    }
    for found, rows in (("GPE", ((1, 1, 1), (0, 0, 0))), ("ORG", ((0, 0, 0), (1, 1, 1)))):
        predicted = bare(OSLO, type=found)
        assert counts("mentions.strict", TEXT, gold, predicted) == (1, 1, 1)
        by_type = [
            counts(f"mentions.strict[type={label}]", TEXT, gold, predicted)
            for label in ("GPE", "ORG")
        ]
        assert tuple(by_type) == rows


def test_discontinuous_mentions_need_equal_parts(counts):
    parts = [{"text": "Ann"}, {"text": "Oslo"}]
    hull = {"text": "Ann Lee of Oslo", "type": "PERSON"}
    gold = {"mentions": [{**hull, "parts": parts}]}
    assert counts("mentions.strict", TEXT, gold, {"mentions": [{**hull, "parts": parts}]}) == (
        1,
        1,
        1,
    )
    assert counts("mentions.strict", TEXT, gold, {"mentions": [hull]}) == (1, 1, 0)


def test_gold_without_levels_is_all_in_scope(counts):
    gold = bare(ANN, OSLO)
    assert counts(HEADLINE, TEXT, gold, bare(ANN, OSLO)) == (2, 2, 2)


def test_each_mention_that_occurs_nowhere_counts(record):
    """Nothing is known of where two unplaced names stand, so they are two errors, not one."""
    mentions = [{"text": name, "type": "PERSON"} for name in ("Zoe", "Max")]
    predicted = msgspec.convert({"id": "doc", "mentions": mentions}, Record)
    pair = align(record(TEXT, **GOLD), predicted, Place()).pair
    name = measure("mentions.strict")
    assert count(pair, [name], [])[str(name)].predicted == 2


def test_excuses_are_given_before_types_are_looked_at(counts):
    """One NOM excuses one of two predictions on its span; the rows by type add up to the whole."""
    gold = {"mentions": [MAYOR]}
    predicted = bare(MAYOR, {**MAYOR, "type": "ORG"})
    assert counts("mentions.strict[level=NAM]", TEXT, gold, predicted) == (0, 1, 0)
    rows = [
        counts(f"mentions.strict[level=NAM,type={label}]", TEXT, gold, predicted)
        for label in ("PERSON", "ORG")
    ]
    assert sorted(rows) == [(0, 0, 0), (0, 1, 0)]


def test_the_reading_stands_that_earns_most(record):
    """Half credits: the readings 10-20 and 15-25 beside 0-12 and 18-30 can earn 1 + 1."""
    spans = [(0, 12, None), (10, 20, "k"), (15, 25, "k"), (18, 30, None)]
    gold = [
        {"start": start, "end": end, "type": "ORG", "alternatives": alternatives}
        for start, end, alternatives in spans
    ]
    given = [{"start": s, "end": e, "type": "ORG"} for s, e in ((10, 20), (18, 30), (28, 35))]
    pair = align(record(TEXT, mentions=gold), record(TEXT, mentions=given), Place()).pair
    name = measure("mentions.partial")
    assert count(pair, [name])[str(name)].matched == 2.0
