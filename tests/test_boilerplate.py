"""Boilerplate by hand, each expectation (gold, predicted, matched), and by definition."""

import random

import pytest

from goldwire.eval.boilerplate import (
    boilerplate_characters,
    boilerplate_edges,
    boilerplate_items,
    edge_distances,
    solid,
)
from goldwire.eval.items import Pair
from goldwire.eval.measure import Measure
from goldwire.schemas.record import Boilerplate, Record

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


WIDE = {"text": "Give now. \nMore ads here."}


@pytest.fixture
def edges(record):
    """Return the counts of boilerplate.edge, and the distances."""

    def make(gold, predicted, text=TEXT, mutual=False):
        pair = Pair(record(text, boilerplate=gold), record(text, boilerplate=predicted), mutual)
        outcome = boilerplate_edges(pair, Measure("boilerplate.edge"))
        assert len(outcome.missed) == outcome.gold - outcome.matched
        assert len(outcome.spurious) == outcome.predicted - outcome.matched
        assert outcome.distance == edge_distances(pair)[0]
        return outcome.counts[:3], edge_distances(pair)

    return make


@pytest.mark.parametrize(
    ("predicted", "counts", "distances"),
    [
        ([GIVE, ADS], (4, 4, 4), (0, 4)),
        # White space at an edge is no error.
        ([{"text": " Give now. \n"}, ADS], (4, 4, 4), (0, 4)),
        # "Story." is 6 characters too early, the end is right.
        ([{"text": "Story. Give now."}, ADS], (4, 4, 3), (6, 4)),
        # "Give" starts right and ends 4 characters ("now.") too soon.
        ([{"text": "Give"}], (4, 2, 1), (4, 2)),
        # One span over both matches the longer one, with which it shares 12 characters of
        # 20; it starts 8 too early. GIVE is missed.
        ([WIDE], (4, 2, 1), (8, 2)),
        # Fragments are not joined: "now." starts 4 too late; "Give" is left over.
        ([{"text": "Give n"}, {"text": "ow."}], (4, 4, 1), (3, 2)),
        # Where nothing is shared nothing matches, nor where white space alone is.
        ([{"text": "Story."}, {"text": " \n"}], (4, 4, 0), (0, 0)),
        # Equal predictions collapse.
        ([GIVE, GIVE], (4, 2, 2), (0, 2)),
        ([], (4, 0, 0), (0, 0)),
        (None, (4, 0, 0), (0, 0)),
    ],
)
def test_edges(edges, predicted, counts, distances):
    assert edges(GOLD["boilerplate"], predicted) == (counts, distances)
    if predicted:
        assert edges(GOLD["boilerplate"][::-1], predicted[::-1]) == (counts, distances)


def test_edges_match_as_many_spans_as_can_be(edges):
    """The wide span fits both gold spans, "Give" only the first: both match.

    "Give" ends 4 too soon, the wide one starts 8 before "More".
    """
    found = edges(GOLD["boilerplate"], [WIDE, {"text": "Give"}])
    assert found == ((4, 4, 2), (12, 4))


def test_a_span_of_white_space_matches_its_equal_alone(edges):
    space = {"text": " \n"}
    assert edges([space], [space]) == ((2, 2, 2), (0, 2))
    assert edges([space], [{"text": "\n"}]) == ((2, 2, 0), (0, 0))


def test_kinds_do_not_matter_for_edges(edges):
    assert edges(GOLD["boilerplate"], [{**GIVE, "type": "promotion"}]) == ((4, 2, 2), (0, 2))


def test_optional_spans_have_no_edges_that_count(edges):
    gold = [{**GIVE, "type": "appeal", "optional": True}, {**ADS, "type": "promotion"}]
    for predicted in ([GIVE, ADS], [ADS], [{"text": "Give"}, ADS]):
        assert edges(gold, predicted) == ((2, 2, 2), (0, 2))
    # A second prediction inside the optional span is one too many.
    assert edges(gold, [{"text": "Give"}, {"text": "now."}, ADS]) == ((2, 4, 2), (0, 2))
    # What a prediction marks itself counts as ever, but between annotators it excuses.
    mine = [{**GIVE, "optional": True}, ADS]
    assert edges([ADS], mine) == ((2, 4, 2), (0, 2))
    assert edges([ADS], mine, mutual=True) == ((2, 2, 2), (0, 2))


def test_a_span_that_could_not_be_placed_has_two_spurious_edges():
    gold = Record(id="doc", text=TEXT, boilerplate=[])
    pair = Pair(gold, Record(id="doc", boilerplate=[Boilerplate(text="nowhere")]))
    outcome = boilerplate_edges(pair, Measure("boilerplate.edge"))
    assert outcome.counts[:3] == (0, 2, 0)
    assert [item.shown for item in outcome.spurious] == ['start of "nowhere"', 'end of "nowhere"']


def test_edges_are_listed_where_they_are(record):
    pair = Pair(
        record(TEXT, boilerplate=[ADS]), record(TEXT, boilerplate=[{"text": "More ads here"}])
    )
    outcome = boilerplate_edges(pair, Measure("boilerplate.edge"))
    assert [(item.spans, item.shown) for item in outcome.missed] == [
        (((31, 32),), 'end of "More ads here."')
    ]
    assert [item.extent for item in outcome.spurious] == [(30, 31)]


def test_of_alternatives_one_counts(edges, record):
    """Whichever reading is given, it is all there is to find, and the other is nothing."""
    gold = [{**GIVE, "alternatives": "k"}, {"text": "Story. Give now.", "alternatives": "k"}]
    # "Story." and "Give now.": 6 + 8 characters.
    for predicted, size in ((gold[:1], 8), (gold[1:], 14)):
        predicted = [{"text": each["text"]} for each in predicted]
        assert edges(gold, predicted) == ((2, 2, 2), (0, 2))
        assert edges(gold[::-1], predicted) == ((2, 2, 2), (0, 2))
        for readings in (gold, gold[::-1]):
            pair = Pair(record(TEXT, boilerplate=readings), record(TEXT, boilerplate=predicted))
            counts = boilerplate_characters(pair, Measure(NAME)).counts[:3]
            assert counts == (size, size, size)
    # With neither given, the first in the text stands: that from "Story.".
    pair = Pair(record(TEXT, boilerplate=gold), record(TEXT, boilerplate=[]))
    assert boilerplate_characters(pair, Measure(NAME)).counts[:3] == (14, 0, 0)


def test_alternatives_of_an_annotator_are_honoured_of_a_system_they_are_not(record):
    """Readings of 8 and 14 characters, gold has the 8: a system is held to all 14."""
    readings = [{**GIVE, "alternatives": "k"}, {"text": "Story. Give now.", "alternatives": "k"}]
    sides = record(TEXT, boilerplate=[GIVE]), record(TEXT, boilerplate=readings)
    assert boilerplate_characters(Pair(*sides), Measure(NAME)).counts[:3] == (8, 14, 8)
    for pair in (Pair(*sides, True), Pair(*sides[::-1], True)):
        assert boilerplate_characters(pair, Measure(NAME)).counts[:3] == (8, 8, 8)
        assert boilerplate_edges(pair, Measure(NAME)).counts[:3] == (2, 2, 2)


def test_white_space_is_what_python_says():
    spaces = [chr(n) for n in range(0x3001) if chr(n).isspace()]
    for text in ("a".join(spaces), "é🎁“".join(spaces), "", " ", "\ud800 x"):
        expected = sum(1 << n for n, char in enumerate(text) if not char.isspace())
        assert solid(Pair(Record(id="doc", text=text), Record(id="doc"))) == expected


KINDS = ("appeal", "promotion")


def some(rng, text, kinds):
    made = []
    for _ in range(rng.randint(0, 4)):
        start = rng.randrange(len(text))
        end = min(len(text), start + rng.randint(1, 12))
        optional = rng.random() < 0.15
        made.append(Boilerplate(start=start, end=end, type=rng.choice(kinds), optional=optional))
    return made


def where(items, text, *kinds):
    return {
        n
        for item in items
        if item.type in kinds
        for n in range(item.start, item.end)
        if not text[n].isspace()
    }


def definition(pair, kind):
    """The sets of characters that count on either side, by the words of the docstring."""
    text, gold, given = pair.text, pair.gold.boilerplate, pair.predicted.boilerplate
    marked = [each for each in [*gold, *(given if pair.mutual else ())] if each.optional]
    out = where(marked, text, *KINDS, None)
    if not kind:
        return where(gold, text, *KINDS) - out, where(given, text, *KINDS, None) - out
    wanted = where(gold, text, kind) - out
    silent = set() if pair.mutual else where(given, text, None)
    excused = where(gold, text, *(other for other in KINDS if other != kind)) - wanted
    return wanted, (where(given, text, kind) | (silent - excused)) - out


def stretches(text, characters):
    """Neighbours in the sequence of characters that are no white space, joined."""
    found = []
    before = None
    for n, char in enumerate(text):
        if char.isspace():
            continue
        if n in characters:
            if before in characters:
                found[-1] = found[-1][0], n + 1
            else:
                found.append((n, n + 1))
        before = n
    return found


def test_characters_and_listings_equal_their_definition():
    rng = random.Random(3)
    for _ in range(4000):
        text = "".join(rng.choices("aé🎁.  \n\u2003", k=rng.randint(1, 40)))
        pair = Pair(
            Record(id="doc", text=text, boilerplate=some(rng, text, KINDS)),
            Record(id="doc", boilerplate=some(rng, text, (*KINDS, None))),
            mutual=rng.random() < 0.3,
        )
        for kind in (None, *KINDS):
            measure = Measure.of(NAME, type=kind) if kind else Measure(NAME)
            gold, predicted = definition(pair, kind)
            outcome = boilerplate_characters(pair, measure)
            assert outcome.counts[:3] == (len(gold), len(predicted), len(gold & predicted))
            assert [i.extent for i in outcome.missed] == stretches(text, gold - predicted)
            assert [i.extent for i in outcome.spurious] == stretches(text, predicted - gold)


def literal_edges(pair):
    """Of all one-to-one matchings the best, tried one by one: right edges and distances."""
    text = pair.text

    def solid_between(one, other):
        return sum(not char.isspace() for char in text[min(one, other) : max(one, other)])

    def value(one, other):
        shared = solid_between(max(one.start, other.start), min(one.end, other.end))
        exact = (one.start, one.end) == (other.start, other.end)
        apart = min(one.end, other.end) <= max(one.start, other.start)
        if not exact and (apart or not shared):
            return None
        ends = solid_between(one.start, other.start), solid_between(one.end, other.end)
        return 1, exact, one.type == other.type, shared, ends.count(0), -sum(ends)

    def best(gold, predicted):
        if not gold:
            return (0,) * 6
        options = [best(gold[1:], predicted)]
        for number, other in enumerate(predicted):
            if worth := value(gold[0], other):
                rest = best(gold[1:], predicted[:number] + predicted[number + 1 :])
                options.append(tuple(map(sum, zip(worth, rest, strict=True))))
        return max(options)

    return best(pair.gold.boilerplate, pair.predicted.boilerplate)


def test_edges_equal_the_best_of_all_matchings():
    rng = random.Random(5)
    for _ in range(2500):
        text = "".join(rng.choices("ab ", k=25))
        sides = [
            {(b.start, b.end): b for b in some(rng, text, KINDS)} for _ in range(2)
        ]  # equal spans would collapse
        for each in (*sides[0].values(), *sides[1].values()):
            each.optional = False
        gold, predicted = (rng.sample([*side.values()], len(side)) for side in sides)
        pair = Pair(
            Record(id="doc", text=text, boilerplate=gold), Record(id="doc", boilerplate=predicted)
        )
        matched, _, _, _, right, off = literal_edges(pair)
        outcome = boilerplate_edges(pair, Measure("boilerplate.edge"))
        assert outcome.counts[:3] == (2 * len(gold), 2 * len(predicted), right)
        assert edge_distances(pair) == (-off, 2 * matched)


def test_swapping_annotators_swaps_the_counts():
    rng = random.Random(4)
    for _ in range(1500):
        text = "".join(rng.choices("ab  ", k=30))
        one, other = (
            Record(id="doc", text=text, boilerplate=some(rng, text, KINDS)) for _ in range(2)
        )
        for judge in (boilerplate_characters, boilerplate_edges):
            gold, predicted, matched = judge(Pair(one, other, True), Measure(NAME)).counts[:3]
            swapped = judge(Pair(other, one, True), Measure(NAME)).counts[:3]
            assert swapped == (predicted, gold, matched), judge.__name__
        assert edge_distances(Pair(one, other, True)) == edge_distances(Pair(other, one, True))


def test_items_know_their_characters():
    pair = Pair(
        Record(id="doc", text="a b", boilerplate=[Boilerplate(start=0, end=3, type="appeal")]),
        Record(id="doc", boilerplate=[]),
    )
    assert boilerplate_items(pair).gold[0].characters == 0b101
