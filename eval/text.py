"""The kept text: what a content extractor would keep, the complement of boilerplate.

Gold keeps what lies outside gold boilerplate, the prediction what lies outside predicted
boilerplate. Headline, dek and optional boilerplate leave both sides. A prediction without
the layer keeps nothing, and so does a missing document; one with ``boilerplate: []`` keeps
everything.

What is cut leaves a line break if it held one, else a space. So a line of the kept text is
what is left of one line of the source, a cut never makes one token of two, and a token that
an edge cuts counts as the shorter one.

Sums are over documents (micro). Published benchmarks of content extraction average each
document's figures instead, so that a short page weighs as much as a long one.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

from goldwire.eval.boilerplate import bits_of, solid, standing
from goldwire.eval.items import Pair
from goldwire.eval.match import Outcome
from goldwire.eval.measure import Measure
from goldwire.eval.rouge import hits
from goldwire.schemas.score import TOKENS

TOKEN = re.compile(TOKENS)
SHINGLE = 4
_OPTIONAL_ZONES = frozenset(("headline", "dek"))


class Side(NamedTuple):
    """The kept text of one side, and its tokens line by line."""

    text: str
    lines: list[list[str]]

    @property
    def tokens(self) -> list[str]:
        """The tokens of all lines."""
        return list(chain.from_iterable(self.lines))


def text_characters(pair: Pair, measure: Measure) -> Outcome:
    """Count kept characters that are no white space, by their place in the source.

    Benchmarks that have only the extracted text compare bags or alignments of characters;
    by place, a wrong copy of the same words earns nothing.
    """
    gold, predicted = (pair.article.once(solid) & ~cut for cut in pair.once(_cuts))
    return Outcome(gold.bit_count(), predicted.bit_count(), (gold & predicted).bit_count())


def text_tokens(pair: Pair, measure: Measure) -> Outcome:
    r"""Count kept tokens ``\w+|[^\w\s]`` as a bag: those in common are the sum of minima.

    CleanEval (Baroni et al. 2008) aligns words in their order; a bag ignores it, so it is
    never below that.
    """
    return _bags(*(side.tokens for side in pair.once(kept)))


def text_shingles(pair: Pair, measure: Measure) -> Outcome:
    r"""Count runs of four kept tokens as a bag; a text of one to three tokens is one run.

    As the article extraction benchmark of Scrapinghub counts them, with two differences.
    Its tokens are ``\w+``, so there punctuation is nothing: a cut that only takes a full
    stop costs up to four runs here and none there. And it averages the precision and
    recall of documents, leaving out those without any run, where we divide sums.
    """
    return _bags(*(_shingles(side.tokens) for side in pair.once(kept)))


def text_rouge(pair: Pair, measure: Measure) -> Outcome:
    """Count the hits of ROUGE-LSum (Lin 2004): union-LCS over lines, gold is the reference.

    Per document precision, recall and F1 are those of ``rouge_score`` 0.1.2 (google) over
    our tokens, with their case and without stemming; its own tokenizer drops case and all
    but a-z and 0-9. It gives 0 where one side is empty; here that side's ratio is
    undefined. Between two annotators each is the reference of the ratio that it is the
    denominator of, since hits are not the same from either side.
    """
    gold, predicted = (side.lines for side in pair.once(kept))
    return Outcome(
        gold=sum(map(len, gold)),
        predicted=sum(map(len, predicted)),
        matched=hits(gold, predicted),
        correct=hits(predicted, gold) if pair.mutual else None,
    )


def text_edit(pair: Pair, measure: Measure) -> Outcome:
    """Count what a Levenshtein alignment of kept tokens leaves alone.

    Both sides count as the longer one, matched is that less the distance: so precision,
    recall and F1 are all the normalised similarity, 1 - distance / longer. Most benchmarks
    take the distance over characters; over tokens a wrong letter costs a whole token.
    A prediction that keeps nothing counts the length of gold on both sides.
    """
    from rapidfuzz.distance import Levenshtein  # loaded only when it is asked for

    gold, predicted = (side.tokens for side in pair.once(kept))
    numbers = {token: number for number, token in enumerate({*gold, *predicted})}
    longer = max(len(gold), len(predicted))
    distance = Levenshtein.distance(
        [numbers[token] for token in gold], [numbers[token] for token in predicted]
    )
    return Outcome(longer, longer, longer - distance)


def kept(pair: Pair) -> tuple[Side, Side]:
    """Return the kept text of gold and of the prediction; use it through ``once``."""
    gold, predicted = (_side(pair.text, cut) for cut in pair.once(_cuts))
    return gold, predicted


def _cuts(pair: Pair) -> tuple[int, int]:
    """Return the characters cut out of either side; all of them where a layer is missing."""
    everything = (1 << len(pair.text)) - 1
    if pair.gold.boilerplate is None:
        return everything, everything
    gold, predicted, optional = pair.once(standing)
    for side in (pair.gold, pair.predicted) if pair.mutual else (pair.gold,):
        optional |= bits_of(zone for zone in side.zones or () if zone.type in _OPTIONAL_ZONES)
    missing = pair.predicted.boilerplate is None
    return bits_of(gold) | optional, everything if missing else bits_of(predicted) | optional


def _side(text: str, cut: int) -> Side:
    pieces = []
    here = 0
    while cut >> here:
        start = here + _zeros(cut >> here)
        end = start + _zeros(~(cut >> start))
        pieces += [text[here:start], " " if text.find("\n", start, end) < 0 else "\n"]
        here = end
    left = "".join([*pieces, text[here:]])
    lines = [TOKEN.findall(line) for line in left.split("\n")]
    return Side(left, [line for line in lines if line])


def _zeros(bits: int) -> int:
    """Return how many zeros an integer ends in."""
    return (bits & -bits).bit_length() - 1


def _shingles(tokens: Sequence[str]) -> list[tuple[str, ...]]:
    if len(tokens) < SHINGLE:
        return [tuple(tokens)] if tokens else []
    return list(zip(*(tokens[offset:] for offset in range(SHINGLE)), strict=False))


def _bags(gold: Sequence[object], predicted: Sequence[object]) -> Outcome:
    shared = (Counter(gold) & Counter(predicted)).total()
    return Outcome(len(gold), len(predicted), shared)
