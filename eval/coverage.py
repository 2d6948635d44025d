"""Mentions by what they cover: characters or tokens, each with the type of its mention.

Where a mention stands decides nothing here, each unit stands for itself: under a zone those
inside boilerplate count or do not, and a token that reaches over its edge is outside.
"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable

from goldwire.eval.assign import assign
from goldwire.eval.items import Item, Pair, Spans, covered, overlapping, same_key, same_spans
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
    """Count (character, type) pairs that mentions cover, white space apart.

    Equal to scikit-learn's micro average over the types of characters where spans of a side
    do not overlap. Where spans of one type do, a character counts once; of two types, twice.
    A mention that could not be placed covers nothing, so unlike in ``mentions.strict`` one
    that occurs nowhere in the text costs no precision.
    """
    return _cover(pair, measure, _characters)


def tokens(pair: Pair, measure: Measure) -> Outcome:
    r"""Count (token, type) pairs that mentions cover; sharing one character covers a token.

    Tokens are ``\w+|[^\w\s]``. Equal to scikit-learn's micro average over IO tags (labels
    without O; zero_division aside) where no two spans of a side share a token, and under
    ``average=macro`` to its macro average over the labels of gold. A tag holds one type, so
    of nested spans it shows one: there this counts more on that side, never less. BIO tags,
    as seqeval reads them, also tell B from I: a name cut in two is right here, not there.
    As in ``mentions.char``, what could not be placed covers nothing.
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
    named = _at_level(gold, given, measure.option("level"))
    claimed = [item for item in named if _fits(item, measure)]
    spare = [item for item in claimed if pair.mutual and item.optional]
    wanted = _bits((item for item in kept if not item.optional), covers)
    found = _bits((item for item in claimed if item not in spare), covers)
    free = _bits((item for item in kept if item.optional), covers)
    either = _bits(spare, covers)
    for label, bits in either.items():
        wanted[label] = wanted.get(label, 0) & ~(bits & ~found.get(label, 0))
    return wanted, found, {label: bits & ~wanted.get(label, 0) for label, bits in free.items()}


def _at_level(gold: list[Item], given: list[Item], levels: tuple[str, ...]) -> list[Item]:
    """Return predictions without those of other levels, told or excused as in all matching.

    Types are not looked at before, so that the counts by type add up to the whole.
    """
    if not levels:
        return given
    known = (None, *levels)
    mine = [item for item in gold if item.facets["level"] in known]
    other = [item for item in gold if item.facets["level"] not in known]
    named = [item for item in given if item.facets["level"] in known]
    declared = [item for item in given if item.facets["level"] not in known]
    credited = {column for _, column in assign(mine, named, same_key(mine, named))}
    taken = {row for row, _ in assign(other, declared, same_key(other, declared))}
    free = [item for row, item in enumerate(other) if row not in taken]
    silent = [
        item
        for column, item in enumerate(named)
        if column not in credited and item.facets["level"] is None
    ]
    excused = {id(silent[column]) for _, column in assign(free, silent, same_spans(free, silent))}
    return [item for item in named if id(item) not in excused]


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
    starts, stops = [start for start, _ in ends], [end for _, end in ends]

    def covers(spans: Spans) -> int:
        shared = ((bisect_right(stops, start), bisect_left(starts, end)) for start, end in spans)
        return covered(shared)

    whole = (
        (bisect_left(starts, low), bisect_right(stops, high)) for low, high in pair.boilerplate
    )
    within = covered((first, last) for first, last in whole if first < last)
    return covers, (1 << len(ends)) - 1, within
