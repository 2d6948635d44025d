"""The kept text by hand: each expectation is (gold, predicted, matched)."""

import subprocess
import sys

import msgspec
import pytest

import goldwire
from goldwire.eval.items import Pair
from goldwire.eval.measure import Measure
from goldwire.eval.text import (
    kept,
    text_characters,
    text_edit,
    text_rouge,
    text_shingles,
    text_tokens,
)
from goldwire.schemas.record import Boilerplate, Record

JUDGES = (text_characters, text_tokens, text_rouge, text_edit, text_shingles)
TEXT = "Title\nGive now.Ann won.\nBo lost. Ads\n"
#       0     6        15       24       33
GIVE, ADS = {"text": "Give now."}, {"text": "Ads"}
GOLD = {"boilerplate": [{**GIVE, "type": "appeal"}, {**ADS, "type": "promotion"}]}
# Gold keeps "Title", "Ann won." and "Bo lost.": 5 + 7 + 7 characters, 1 + 3 + 3 tokens,
# in three lines; 7 - 3 = 4 shingles.
TITLED = {"zones": [{"text": "Title", "type": "headline"}]}


@pytest.fixture
def pair(record):
    def make(text, gold, predicted, mutual=False):
        return Pair(record(text, **gold), record(text, **predicted), mutual)

    return make


@pytest.fixture
def judged(pair):
    def make(judge, text, gold, predicted, mutual=False):
        return judge(pair(text, gold, predicted, mutual), Measure("text.any")).counts[:3]

    return make


@pytest.mark.parametrize(
    ("predicted", "characters", "tokens", "rouge", "edit", "shingles"),
    [
        ([GIVE, ADS], (19, 19, 19), (7, 7, 7), (7, 7, 7), (7, 7, 7), (4, 4, 4)),
        # All is kept: "Givenow." (8) and "Ads" (3) more, 3 + 1 tokens. "Give now . Ann won ."
        # is one line: the gold line is all of its longest common subsequence.
        # Distance 4 of 11. The shingles lost are those over a cut: of Title Ann won . | Ann
        # won . Bo | won . Bo lost | . Bo lost . only the last three stand among the eight.
        ([], (19, 30, 19), (7, 11, 7), (7, 11, 7), (11, 11, 7), (4, 8, 3)),
        # "Bo lost." is cut too: 7 of 19 characters and 3 of 7 tokens; one shingle is left.
        (
            [GIVE, {"text": "Bo lost. Ads"}],
            (19, 12, 12),
            (7, 4, 4),
            (7, 4, 4),
            (7, 7, 4),
            (4, 1, 1),
        ),
        # The whole is cut.
        ([{"start": 0, "end": 37}], (19, 0, 0), (7, 0, 0), (7, 0, 0), (7, 7, 0), (4, 0, 0)),
        # Without the layer nothing is kept, so silence earns nothing.
        (None, (19, 0, 0), (7, 0, 0), (7, 0, 0), (7, 7, 0), (4, 0, 0)),
    ],
)
def test_counts(judged, predicted, characters, tokens, rouge, edit, shingles):
    expected = (characters, tokens, rouge, edit, shingles)
    for judge, counts in zip(JUDGES, expected, strict=True):
        assert judged(judge, TEXT, GOLD, {"boilerplate": predicted}) == counts, judge.__name__


def test_headline_and_dek_leave_both_sides(judged):
    """Without "Title" gold keeps 14 characters, whether the prediction cuts it or not."""
    cut = [GIVE, ADS, {"text": "Title"}]
    for predicted in ([GIVE, ADS], cut):
        gold = {**GOLD, **TITLED}
        assert judged(text_characters, TEXT, gold, {"boilerplate": predicted}) == (14, 14, 14)
        assert judged(text_tokens, TEXT, gold, {"boilerplate": predicted}) == (6, 6, 6)
    assert judged(text_characters, TEXT, GOLD, {"boilerplate": cut}) == (19, 14, 14)
    dek = {"zones": [{"text": "Title", "type": "dek"}]}
    assert judged(text_tokens, TEXT, {**GOLD, **dek}, {"boilerplate": cut}) == (6, 6, 6)
    story = {"zones": [{"text": "Title", "type": "paragraph"}]}
    assert judged(text_tokens, TEXT, {**GOLD, **story}, {"boilerplate": cut}) == (7, 6, 6)


def test_zones_of_the_prediction_are_its_own_affair_but_an_annotators_are_not(judged):
    predicted = {"boilerplate": [GIVE, ADS], **TITLED}
    assert judged(text_tokens, TEXT, GOLD, predicted) == (7, 7, 7)
    assert judged(text_tokens, TEXT, GOLD, predicted, mutual=True) == (6, 6, 6)


def test_optional_boilerplate_leaves_both_sides(judged):
    gold = {"boilerplate": [{**GIVE, "optional": True}, ADS]}
    for predicted in ([GIVE, ADS], [ADS]):
        assert judged(text_characters, TEXT, gold, {"boilerplate": predicted}) == (19, 19, 19)
        assert judged(text_rouge, TEXT, gold, {"boilerplate": predicted}) == (7, 7, 7)
    # What a prediction calls optional is boilerplate of it like any other, but between
    # annotators it leaves both sides: "Bo lost." is 7 characters.
    mine = {"boilerplate": [GIVE, ADS, {"text": "Bo lost.", "optional": True}]}
    assert judged(text_characters, TEXT, GOLD, mine) == (19, 12, 12)
    assert judged(text_characters, TEXT, GOLD, mine, mutual=True) == (12, 12, 12)


def test_of_alternatives_one_is_cut_and_the_rest_is_optional(judged):
    """ "Ann won." is 7 characters, in one reading of the appeal and not in the other."""
    wide = {"text": "Give now.Ann won.", "alternatives": "k"}
    gold = {"boilerplate": [{**GIVE, "alternatives": "k"}, wide, ADS]}
    for predicted in ([GIVE, ADS], [{"text": "Give now.Ann won."}, ADS]):
        gold_size, size, matched = judged(text_characters, TEXT, gold, {"boilerplate": predicted})
        assert gold_size == size == matched == 12


def test_nothing_is_known_where_gold_lacks_the_layer(judged):
    for judge in JUDGES:
        assert judged(judge, TEXT, {}, {"boilerplate": []}) == (0, 0, 0)


@pytest.mark.parametrize(
    ("text", "cut", "lines"),
    [
        ("foo[x]bar", ["[x]"], [["foo", "bar"]]),  # a cut does not fuse
        ("one two", ["e tw"], [["on", "o"]]),  # a token cut by an edge is the shorter one
        ("a b\nc d", ["b\nc"], [["a"], ["d"]]),  # a line break that is cut still breaks
        ("a b\nc d", ["b", "c"], [["a"], ["d"]]),
        ("a b\nc d", ["b\nc", "b\n"], [["a"], ["d"]]),  # cuts may overlap
        ("a b c d", ["b", " c"], [["a", "d"]]),  # and touch
        ("a\n\n \nb", [], [["a"], ["b"]]),  # lines without a token are dropped
        ("a\r\nb\u2028c", [], [["a"], ["b", "c"]]),  # only a line feed ends a line
        ("🎁é_1’s", [], [["🎁", "é_1", "’", "s"]]),
        ("", [], []),
    ],
)
def test_lines_and_tokens(pair, text, cut, lines):
    made = pair(text, {"boilerplate": []}, {"boilerplate": [{"text": each} for each in cut]})
    assert kept(made)[1].lines == lines


def test_an_empty_span_cuts_nothing(pair):
    made = pair("foobar", {"boilerplate": []}, {"boilerplate": [{"start": 3, "end": 3}]})
    assert kept(made)[1].lines == [["foobar"]]


def test_a_bag_ignores_order_but_counts_repeats(judged):
    """Gold keeps "a a b a", predicted "a a b": the last three of four, cut at the front."""
    text = "a a b a"
    cut = {"boilerplate": [{"start": 5, "end": 7}]}
    assert judged(text_tokens, text, {"boilerplate": []}, cut) == (4, 3, 3)
    front = {"boilerplate": [{"start": 0, "end": 1}]}
    # Gold "a a b", predicted "a b a": 3 in common as a bag; of both a line of one, the
    # longest common subsequence is "a b"; one deletion and one insertion make distance 2.
    assert judged(text_tokens, text, cut, front) == (3, 3, 3)
    assert judged(text_rouge, text, cut, front) == (3, 3, 2)
    assert judged(text_edit, text, cut, front) == (3, 3, 1)
    # Characters are compared by place: only those at 2 and 4 are kept by both.
    assert judged(text_characters, text, cut, front) == (3, 3, 2)
    # Three tokens are one shingle, and (a, a, b) is not (a, b, a).
    assert judged(text_shingles, text, cut, front) == (1, 1, 0)


def test_rouge_clips_by_what_the_candidate_has(judged):
    """Gold lines "a" and "a", predicted only the first: one hit, not two."""
    predicted = {"boilerplate": [{"start": 2, "end": 3}]}
    assert judged(text_rouge, "a\na", {"boilerplate": []}, predicted) == (2, 1, 1)


def test_rouge_unites_over_lines(judged):
    """Gold "a b c d" in one line; predicted has "a b" and, in a line of its own, "c".

    The union of the longest common subsequences is a, b, c: 3 hits. Gold "x" is not hit.
    """
    text = "a b c d x\na b\nc"
    gold = {"boilerplate": [{"start": 7, "end": 15}]}  # keeps "a b c d"; the rest is cut
    predicted = {"boilerplate": [{"start": 0, "end": 9}]}
    assert judged(text_rouge, text, gold, predicted) == (4, 3, 3)


def test_edit_ratios_are_all_the_normalised_similarity(pair):
    """Gold has 7 tokens, everything 11, distance 4: 1 - 4/11."""
    outcome = text_edit(pair(TEXT, GOLD, {"boilerplate": []}), Measure("text.edit"))
    gold, predicted, matched, correct = outcome.counts[:4]
    assert matched / gold == correct / predicted == 2 * matched / (gold + predicted) == 1 - 4 / 11


def test_swapping_annotators_swaps_precision_and_recall(pair):
    """ROUGE too: gold "a a" (line 1) against "a" and "a" (lines 2 and 3).

    With gold as the reference 1 of its 2 tokens is hit, with the other side 2 of 2: so
    recall is 1/2 and precision 1, and swapped they are swapped.
    """
    text = "a a\na\na"
    one = {"boilerplate": [{"start": 4, "end": 7}]}
    other = {"boilerplate": [{"start": 0, "end": 3}]}
    assert text_rouge(pair(text, one, other, True), Measure("text.rouge")).counts[:4] == (
        2,
        2,
        1,
        2,
    )
    assert text_rouge(pair(text, one, other), Measure("text.rouge")).counts[:4] == (2, 2, 1, 1)
    for judge in JUDGES:
        measure = Measure("text.any")
        gold, predicted, matched, correct = judge(pair(text, one, other, True), measure).counts[:4]
        swapped = judge(pair(text, other, one, True), measure).counts[:4]
        assert swapped == (predicted, gold, correct, matched)


def test_order_of_input_does_not_matter(judged):
    for judge in JUDGES:
        turned = judged(judge, TEXT, {"boilerplate": GOLD["boilerplate"][::-1]}, GOLD)
        assert turned == judged(judge, TEXT, GOLD, GOLD)


def test_the_article():
    """What is kept of the first article is its nine paragraphs: 344 tokens."""
    gold = goldwire.load()[0]
    everything = msgspec.structs.replace(gold, boilerplate=[])
    paragraphs = [gold.text[z.start : z.end] for z in gold.zones if z.type == "paragraph"]
    pair = Pair(gold, everything)
    assert [line.strip() for line in kept(pair)[0].text.split("\n") if line.strip()] == paragraphs
    # The last line of the appeal and the first of the story are one in the source: gold's
    # part of it is a subsequence, so all of gold is hit.
    counts = text_rouge(pair, Measure("text.rouge")).counts[:4]
    assert counts == (344, 524, 344, 344)
    missing = Pair(gold, Record(id=gold.id))
    assert text_rouge(missing, Measure("text.rouge")).counts[:4] == (344, 0, 0, 0)


def test_rapidfuzz_is_not_loaded_at_start():
    code = "import sys, goldwire.eval.text; print('rapidfuzz' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"


def test_a_span_that_could_not_be_placed_cuts_nothing():
    gold = Record(id="doc", text=TEXT, boilerplate=[])
    predicted = Record(id="doc", boilerplate=[Boilerplate(text="nowhere")])
    assert text_tokens(Pair(gold, predicted), Measure("text.token")).counts[:4] == (11, 11, 11, 11)
