"""The kept text against outside libraries and literal definitions, on random documents."""

import random
import re
from collections import Counter

import pytest
from rapidfuzz.distance import Levenshtein
from rouge_score.rouge_scorer import RougeScorer

import goldwire
from goldwire.eval.items import Pair
from goldwire.eval.measure import Measure
from goldwire.eval.rouge import hits
from goldwire.eval.text import (
    kept,
    text_characters,
    text_edit,
    text_rouge,
    text_shingles,
    text_tokens,
)
from goldwire.schemas.record import Boilerplate, Record, Zone

PIECES = ("a", "b", "c", "ab", "ü", ".", "“", "🎁", " ", " ", " ", "\n", "\u2003", "\r\n")
ANY = Measure("text.any")


class Tokens:
    """Our tokens in the form that rouge_score takes."""

    def tokenize(self, text):
        return re.findall(r"\w+|[^\w\s]", text)


SCORER = RougeScorer(["rougeLsum"], tokenizer=Tokens())


def spans(rng, kind, text, most, **remarks):
    made = []
    for _ in range(rng.randint(0, most)):
        start = rng.randrange(len(text))
        end = min(len(text), start + rng.randint(1, 20))
        made.append(kind(start=start, end=end, **remarks))
    return made


def random_pair(rng):
    text = "".join(rng.choices(PIECES, k=rng.randint(1, 90)))
    gold = Record(
        id="doc",
        text=text,
        zones=rng.choice([None, spans(rng, Zone, text, 1, type="headline")]),
        boilerplate=spans(rng, Boilerplate, text, 2)
        + spans(rng, Boilerplate, text, 1, optional=True),
    )
    given = None if rng.random() < 0.03 else spans(rng, Boilerplate, text, 3)
    return Pair(gold, Record(id="doc", boilerplate=given))


def literal(pair):
    """The kept text of both sides, one character at a time, and which characters it has."""
    marked = [each for each in pair.gold.boilerplate if each.optional]
    optional = [*marked, *(pair.gold.zones or ())]
    for layer in (pair.gold.boilerplate, pair.predicted.boilerplate):
        cut = [False] * len(pair.text)
        for span in [*(layer or ()), *optional]:
            cut[span.start : span.end] = [True] * (span.end - span.start)
        if layer is None:
            cut = [True] * len(pair.text)
        pieces = [
            char if not gone else "\n" if char == "\n" else " "
            for char, gone in zip(pair.text, cut, strict=True)
        ]
        solid = {n for n, gone in enumerate(cut) if not gone and not pair.text[n].isspace()}
        yield "".join(pieces), solid


def ratios(outcome):
    gold, predicted, matched, correct = outcome.counts[:4]
    return (
        correct / predicted if predicted else 0,
        matched / gold if gold else 0,
        2 * matched / (gold + predicted) if gold + predicted else 0,
    )


@pytest.mark.parametrize("seed", range(4))
def test_rouge_equals_rouge_score(seed):
    """3,000 documents, whole and by their lines: precision, recall and F1 to 1e-9."""
    rng = random.Random(seed)
    for _ in range(750):
        pair = random_pair(rng)
        (gold, _), (predicted, _) = literal(pair)
        expected = SCORER.score(gold, predicted)["rougeLsum"]
        assert ratios(text_rouge(pair, ANY)) == pytest.approx(tuple(expected), abs=1e-9)


@pytest.mark.parametrize("size", [2, 3, 8])
def test_hits_equal_rouge_score_on_unrelated_texts(size):
    """Few words make many longest subsequences, of which the same must be taken."""
    rng = random.Random(size)
    for _ in range(700):
        one, other = (
            [rng.choices("abcdefgh"[:size], k=rng.randint(1, 12)) for _ in range(rng.randint(1, 4))]
            for _ in range(2)
        )
        texts = ["\n".join(map(" ".join, side)) for side in (one, other)]
        expected = SCORER.score(*texts)["rougeLsum"]
        found = hits(one, other)
        total = sum(map(len, one)), sum(map(len, other))
        assert (found / total[1], found / total[0]) == pytest.approx(expected[:2], abs=1e-9)


def test_hits_equal_rouge_score_on_the_article():
    """Long lines, cut anywhere; the outside table has some 100,000 cells per document."""
    gold = goldwire.load()[0]
    rng = random.Random(6)
    for _ in range(6):
        start = rng.randrange(1000, 2000)
        cuts = [Boilerplate(start=n, end=n + 9) for n in range(start, 2800, rng.randint(60, 200))]
        cuts.append(Boilerplate(start=0, end=start))
        pair = Pair(gold, Record(id=gold.id, boilerplate=cuts))
        expected = SCORER.score(*(side.text for side in kept(pair)))["rougeLsum"]
        assert ratios(text_rouge(pair, ANY)) == pytest.approx(tuple(expected), abs=1e-9)


def test_hits_are_not_the_same_from_either_side():
    """Line "a a" against lines "a" and "a": both take the last "a" of it, so the union is 1.

    The other way round each of the two lines is hit: 2 of 2.
    """
    one, other = [["a", "a"]], [["a"], ["a"]]
    assert (hits(one, other), hits(other, one)) == (1, 2)
    assert SCORER.score("a a", "a\na")["rougeLsum"].recall == 1 / 2
    assert SCORER.score("a\na", "a a")["rougeLsum"].recall == 1


def distance(one, other):
    """Levenshtein's distance by its definition: the full table."""
    table = [[row + column for column in range(len(other) + 1)] for row in range(len(one) + 1)]
    for row, left in enumerate(one, 1):
        for column, right in enumerate(other, 1):
            table[row][column] = min(
                table[row - 1][column] + 1,
                table[row][column - 1] + 1,
                table[row - 1][column - 1] + (left != right),
            )
    return table[-1][-1]


def test_edit_equals_the_literal_table_and_rapidfuzz_on_tokens():
    rng = random.Random(1)
    for _ in range(1500):
        pair = random_pair(rng)
        gold, predicted = (Tokens().tokenize(text) for text, _ in literal(pair))
        outcome = text_edit(pair, ANY)
        longer = max(len(gold), len(predicted))
        assert outcome.counts[:3] == (longer, longer, longer - distance(gold, predicted))
        if longer:
            expected = Levenshtein.normalized_similarity(gold, predicted)
            assert ratios(outcome) == pytest.approx((expected,) * 3, abs=1e-9)


def shingles(tokens):
    """All runs of four, or the one that is shorter, as the published script counts them."""
    runs = [tuple(tokens[n : n + 4]) for n in range(max(1, len(tokens) - 3))]
    return Counter(run for run in runs if run)


def in_common(gold, predicted):
    shared = sum(min(count, predicted[key]) for key, count in gold.items())
    return sum(gold.values()), sum(predicted.values()), shared


def test_characters_tokens_and_shingles_equal_their_definitions():
    rng = random.Random(2)
    for _ in range(3000):
        pair = random_pair(rng)
        (gold, mine), (predicted, theirs) = literal(pair)
        bags = [Tokens().tokenize(text) for text in (gold, predicted)]
        assert [side.tokens for side in kept(pair)] == bags
        expected = len(mine), len(theirs), len(mine & theirs)
        assert text_characters(pair, ANY).counts[:3] == expected
        assert text_tokens(pair, ANY).counts[:3] == in_common(*map(Counter, bags))
        assert text_shingles(pair, ANY).counts[:3] == in_common(*map(shingles, bags))


def test_published_shingles_leave_punctuation_out():
    r"""Over ``\w+`` a prediction that cuts one full stop is perfect; over our tokens not.

    Gold "a b . c d e" has the runs ab.c b.cd .cde, "a b c d e" has abcd bcde: none shared.
    """
    text = "a b . c d e"
    gold = Record(id="doc", text=text, boilerplate=[])
    pair = Pair(gold, Record(id="doc", boilerplate=[Boilerplate(start=4, end=5)]))
    assert text_shingles(pair, ANY).counts[:3] == (3, 2, 0)
    words = [re.findall(r"\w+", side.text) for side in kept(pair)]
    assert in_common(*map(shingles, words)) == (2, 2, 2)
