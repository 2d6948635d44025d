"""coref.* by hand, on the example with which Pradhan et al. (2014) check the CoNLL scorer.

Key {a,b,c} {d,e,f,g}; response {a,b} {c,d} {f,g,h,i}.
"""

import pytest

TEXT = "a b c d e f g h i on Monday"


def clusters(*names):
    return {
        "entities": [{"id": name} for name in names],
        "mentions": [
            {"text": letter, "type": "PERSON", "entity": name} for name in names for letter in name
        ],
    }


KEY = clusters("abc", "defg")
RESPONSE = clusters("ab", "cd", "fghi")


@pytest.mark.parametrize(
    ("name", "predicted", "expected"),
    [
        # MUC: the key has 2 + 3 links, the response 1 + 1 + 3. In common: seven mentions a b c
        # d f g less the cells {a,b} {c} {d} {f,g}: 6 - 4 = 2. R = P = .40.
        ("coref.muc", RESPONSE, (5, 5, 2)),
        # CEAFm: {a,b} with {a,b,c} and {f,g,h,i} with {d,e,f,g}: 2 + 2 of 7 and of 8.
        ("coref.ceafm", RESPONSE, (7, 8, 4)),
        ("coref.muc", KEY, (5, 5, 5)),
        ("coref.ceafm", KEY, (7, 7, 7)),
        # All singletons: no link in the response; two entities can be aligned with one each.
        ("coref.muc", clusters(*"abcdefg"), (5, 0, 0)),
        ("coref.ceafm", clusters(*"abcdefg"), (7, 7, 2)),
        # All in one: 6 links; a b c d e f g less two cells is 5; the larger entity aligns.
        ("coref.muc", clusters("abcdefg"), (5, 6, 5)),
        ("coref.ceafm", clusters("abcdefg"), (7, 7, 4)),
        ("coref.muc", {}, (5, 0, 0)),
    ],
)
def test_counts(counts, name, predicted, expected):
    assert counts(name, TEXT, KEY, predicted) == expected


def test_values_are_left_out_and_optional_mentions_leave_both_sides(counts):
    gold = clusters("abc")
    gold["mentions"][2]["optional"] = True
    monday = {"text": "Monday", "type": "DATE"}
    predicted = clusters("abc")
    predicted["mentions"].append(monday)
    for answer in (predicted, clusters("ab")):
        assert counts("coref.ceafm", TEXT, gold, answer) == (2, 2, 2)
        assert counts("coref.muc", TEXT, gold, answer) == (1, 1, 1)


def test_zones(counts):
    gold = clusters("abc", "defg") | {"boilerplate": [{"text": "d e f g"}]}
    assert counts("coref.ceafm", TEXT, gold, KEY) == (3, 3, 3)
    assert counts("coref.ceafm[zone=all]", TEXT, gold, KEY) == (7, 7, 7)
    assert counts("coref.ceafm[zone=boilerplate]", TEXT, gold, KEY) == (4, 4, 4)


def test_of_alternatives_one_reading_stands(counts):
    gold = clusters("ab", "cd")
    gold["mentions"] += [
        {"text": "c d", "type": "PERSON", "entity": "ab", "alternatives": "k"},
        {"text": "e", "type": "PERSON", "entity": "ab", "alternatives": "k"},
    ]
    for reading in ("c d", "e"):
        answer = clusters("ab", "cd")
        answer["mentions"].append({"text": reading, "type": "PERSON", "entity": "ab"})
        assert counts("coref.ceafm", TEXT, gold, answer) == (5, 5, 5)
        assert counts("coref.muc", TEXT, gold, answer) == (3, 3, 3)
