"""boilerplate.char by hand: each expectation is (gold, predicted, matched)."""

import pytest

TEXT = "Story. Give now. \nMore ads here."
#       0      7    12    18
GIVE = {"text": "Give now."}  # 8 characters that are no white space
ADS = {"text": "More ads here."}  # 12
GOLD = {"boilerplate": [{**GIVE, "type": "appeal"}, {**ADS, "type": "promotion"}]}
NAME = "boilerplate.char"


@pytest.mark.parametrize(
    ("name", "predicted", "expected"),
    [
        (NAME, [GIVE, ADS], (20, 20, 20)),
        # One span over both and the space between: white space never counts.
        (NAME, [{"text": "Give now. \nMore ads here."}], (20, 20, 20)),
        # Overlapping predictions count a character once.
        (NAME, [GIVE, GIVE, {"text": "Give"}], (20, 8, 8)),
        # "Story." is 6 more.
        (NAME, [{"text": "Story. Give now."}], (20, 14, 8)),
        (NAME, [], (20, 0, 0)),
        (
            NAME + "[type=appeal]",
            [{**GIVE, "type": "appeal"}, {**ADS, "type": "promotion"}],
            (8, 8, 8),
        ),
        (NAME + "[type=appeal]", [{**ADS, "type": "appeal"}], (8, 12, 0)),
        # Without a kind, what lies in gold of another kind leaves the count.
        (NAME + "[type=appeal]", [GIVE, ADS, {"text": "Story."}], (8, 14, 8)),
    ],
)
def test_counts(counts, name, predicted, expected):
    assert counts(name, TEXT, GOLD, {"boilerplate": predicted}) == expected


def test_optional_characters_of_another_kind_count_on_neither_side_either(counts):
    gold = [{**GIVE, "type": "appeal"}, {**ADS, "type": "promotion", "optional": True}]
    predicted = {"boilerplate": [{**GIVE, "type": "appeal"}, {**ADS, "type": "appeal"}]}
    assert counts(NAME + "[type=appeal]", TEXT, {"boilerplate": gold}, predicted) == (8, 8, 8)


def test_optional_characters_count_on_neither_side(counts):
    gold = {
        "boilerplate": [{**GIVE, "type": "appeal"}, {**ADS, "type": "promotion", "optional": True}]
    }
    assert counts(NAME, TEXT, gold, {"boilerplate": [GIVE, ADS]}) == (8, 8, 8)
    assert counts(NAME, TEXT, gold, {"boilerplate": [GIVE]}) == (8, 8, 8)


@pytest.mark.parametrize(
    ("predicted", "expected"),
    [([GIVE, ADS], (2, 2, 2)), ([GIVE, GIVE, {"text": "Give"}], (2, 2, 1)), ([], (2, 0, 0))],
)
def test_spans_are_equal_or_not(counts, predicted, expected):
    assert counts("boilerplate.span", TEXT, GOLD, {"boilerplate": predicted}) == expected
