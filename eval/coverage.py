"""Mentions by what they cover: characters or tokens, each with the type of its mention."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable

from goldwire.eval.items import Item, Pair, Spans, covered, overlapping
from goldwire.eval.match import Outcome, settle
from goldwire.eval.measure import Measure
from goldwire.eval.mentions import mention_items
from goldwire.schemas.score import TOKENS

_TOKENS = re.compile(TOKENS)
Bits = dict[str, int]
"""By type: the units that mentions of it cover, as the bits of one integer."""
Unit = Callable[[Pair], tuple[Callable[[Spans], int], int, int]]
"""From a pair to: the units of spans, all units that count, and those inside boilerplate."""


def characters(pair: Pair, measure: Measure) -> Outcome:
    """Count (character, type) pairs that mentions cover, white space apart."""
    return _cover(pair, measure, _characters)


def tokens(pair: Pair, measure: Measure) -> Outcome:
    r"""Count (token, type) pairs that mentions cover; sharing one character covers a token.

    Tokens are ``\w+|[^\w\s]``. It is the token-level F1 of IO tags when spans of one type
    do not overlap; seqeval and scikit-learn over BIO tags also tell B from I.
    """
    return _cover(pair, measure, _tokens)


def _cover(pair: Pair, measure: Measure, unit: Unit) -> Outcome:
    """Count units covered on both sides; those of optional mentions alone count on neither."""
    covers, counting, inside = pair.once(unit)
    zone = measure.option("zone")
    if zone != ("all",):
        counting &= inside if zone == ("boilerplate",) else ~inside
    gold, given, free = _sides(pair, measure, covers)
    wanted = {label: bits & counting for label, bits in gold.items()}
    found = {label: bits & counting & ~free.get(label, 0) for label, bits in given.items()}
    both = (bits & found.get(label, 0) for label, bits in wanted.items())
    return Outcome(
        gold=_size(wanted.values()), predicted=_size(found.values()), matched=_size(both)
    )


def _sides(pair: Pair, measure: Measure, covers: Callable[[Spans], int]) -> tuple[Bits, Bits, Bits]:
    """Return the units of gold, of the prediction, and those that count on neither side."""
    items = mention_items(pair, measure)
    gold = settle(items.gold, items.predicted, overlapping)
    given = settle(items.predicted, gold, overlapping) if pair.mutual else items.predicted
    kept = [item for item in gold if _fits(item, measure)]
    silent = {item.spans for item in gold if not _fits(item, measure)}
    silent -= {item.spans for item in kept}
    claimed = [
        item
        for item in given
        if _fits(item, measure) and not (item.facets["level"] is None and item.spans in silent)
    ]
    spare = [item for item in claimed if pair.mutual and item.optional]
    wanted = _bits((item for item in kept if not item.optional), covers)
    found = _bits((item for item in claimed if item not in spare), covers)
    free = _bits((item for item in kept if item.optional), covers)
    either = _bits(spare, covers)
    for label, bits in either.items():
        wanted[label] = wanted.get(label, 0) & ~(bits & ~found.get(label, 0))
    return wanted, found, {label: bits & ~wanted.get(label, 0) for label, bits in free.items()}


def _fits(item: Item, measure: Measure) -> bool:
    return all(item.facets[key] in (None, *kept) for key, kept in measure.filters.items())


def _bits(items: Iterable[Item], covers: Callable[[Spans], int]) -> Bits:
    bits: Bits = defaultdict(int)
    for item in items:
        bits[item.facets["type"] or ""] |= covers(item.spans)
    return dict(bits)


def _size(bits: Iterable[int]) -> int:
    return sum(each.bit_count() for each in bits)


def _characters(pair: Pair) -> tuple[Callable[[Spans], int], int, int]:
    solid = covered(found.span() for found in re.finditer(r"\S+", pair.text))
    return covered, solid, covered(pair.boilerplate)


def _tokens(pair: Pair) -> tuple[Callable[[Spans], int], int, int]:
    ends = [found.span() for found in _TOKENS.finditer(pair.text)]
    owner = [-1] * len(pair.text)
    for number, (start, end) in enumerate(ends):
        owner[start:end] = [number] * (end - start)

    def covers(spans: Spans) -> int:
        bits = 0
        for start, end in spans:
            for number in {*owner[start:end]} - {-1}:
                bits |= 1 << number
        return bits

    within = sum(1 << n for n, span in enumerate(ends) if pair.inside((span,)))
    return covers, (1 << len(ends)) - 1, within
