"""Quotes by character, and the parts of matched quotes: cue, source, type, chain.

What the field publishes, and how these figures differ:

- O'Keefe et al. (2012) give the accuracy of speakers over direct quotes whose content is
  known. Here the system finds the content too: a quote not found counts against it in
  ``quotes.attributed`` and ``quotes.char``, so these are lower.
- Pareti et al. (2013) score the content of direct, indirect and mixed quotes without its
  source: strict (equal span) and partial (the share of a span's tokens that the other side
  covers, averaged over spans, after Hollingsworth and Teufel 2005). Strict is ``quotes.exact``
  less the speaker and with marks. Partial weighs each span alike; ``quotes.char`` weighs each
  character alike, so that long quotes count for more, and it asks for the speaker.
- PolNeAR (Newell et al. 2018) gives a token to one attribution and one role at most. Here
  quotes nest, and a character counts once for each of its speakers.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from goldwire.eval.entities import entity_map, overlap
from goldwire.eval.items import Edges, Item, Pair, Sides, covered, placed
from goldwire.eval.match import Outcome, match, settle
from goldwire.eval.measure import Measure
from goldwire.eval.quotes import attributed, counting, mapped, quote_items, single_items
from goldwire.schemas.plain import shorten
from goldwire.schemas.record import Quote, Span

Matched = list[tuple[Item, Item]]
Part = Callable[[Item], Hashable]
"""What an item gives of a part: None if nothing, a new object if it can equal nothing."""


class _Held(NamedTuple):
    """The characters of one speaker, as bits, by what a filter by type makes of their quotes.

    ``named`` declare a type that is kept, ``silent`` none, ``other`` one that is not kept.
    ``ignored`` are held by optional quotes; those that required ones hold too are not.
    """

    named: int
    silent: int
    other: int
    ignored: int


def quote_characters(pair: Pair, measure: Measure) -> Outcome:
    """Count pairs of a character and its speaker: who said what, however it is cut into quotes.

    Characters count as in ``quotes.attributed``: no white space, no quotation marks.
    Predicted speakers map to gold entities by overlap; null equals null only, and all who
    are unmapped are one speaker, who is nobody of gold. A pair counts once, however many
    quotes hold it. Alternatives are settled as ``quotes.attributed`` settles them.

    Optional: a pair that optional quotes alone hold counts on neither side, whatever their
    type; one that a required quote holds too counts. ``type`` keeps the quotes of both sides
    that declare it; pairs of predictions without a type leave the count if gold holds them
    in another type and not in a kept one. ``zone`` is here by character, not by quote:
    ``article`` leaves out what lies in boilerplate, also of a quote that reaches out of it.

    The nearest published figure is the partial score of Pareti et al. (2013): by token, by
    the mean over spans, without speakers. On one quote a side, with the right speaker, the
    two differ by characters against tokens only; a wrong speaker gives 0 here.
    """
    bits, zone = pair.article.once(counting), _zone(pair, measure)
    missed: list[Item] = []
    spurious: list[Item] = []
    gold = predicted = matched = 0
    for items, given in pair.once(_by_speaker):
        wanted, found = (side & zone for side in _sides(items, given, measure, pair.mutual))
        gold += wanted.bit_count()
        predicted += found.bit_count()
        matched += (wanted & found).bit_count()
        missed += _stretches(wanted & ~found, bits, pair.text)
        spurious += _stretches(found & ~wanted, bits, pair.text)
    return Outcome(gold, predicted, matched, missed=missed, spurious=spurious)


def _by_speaker(pair: Pair) -> list[tuple[list[Item], list[Item]]]:
    """Return the settled gold quotes and the single predictions of each speaker."""
    sides, given = pair.once(quote_items), pair.once(single_items).predicted
    gold = settle(_best_first(sides.gold, given), sides.predicted, attributed)
    if pair.mutual:
        given = settle(_best_first(given, gold), gold, _turned)
    groups: dict[str | None, tuple[list[Item], list[Item]]] = defaultdict(lambda: ([], []))
    for side, items in enumerate((gold, given)):
        for item in items:
            groups[item.speaker][side].append(item)
    return list(groups.values())


def _best_first(items: list[Item], others: list[Item]) -> list[Item]:
    """Sort by the characters that the other side gives the speaker.

    It decides between readings of one content that no prediction matches.
    """
    held: dict[str | None, int] = defaultdict(int)
    for item in others:
        held[item.speaker] |= item.characters
    return sorted(items, key=lambda item: -(item.characters & held[item.speaker]).bit_count())


def _turned(predicted: list[Item], gold: list[Item]) -> Edges:
    return [(column, row) for row, column in attributed(gold, predicted)]


def _zone(pair: Pair, measure: Measure) -> int:
    inside = covered(pair.boilerplate)
    return {"all": -1, "article": ~inside, "boilerplate": inside}[measure.option("zone")[0]]


def _sides(gold: list[Item], given: list[Item], measure: Measure, mutual: bool) -> tuple[int, int]:
    """Return what counts of one speaker's characters, in gold and in the prediction."""
    kinds = measure.option("type")
    one, other = _held(gold, kinds, True), _held(given, kinds, mutual)
    ignored = one.ignored | other.ignored
    wanted = one.named | (_not_excused(one, other) if mutual else one.silent)
    found = other.named | _not_excused(other, one)
    return wanted & ~ignored, found & ~ignored


def _not_excused(one: _Held, other: _Held) -> int:
    return one.silent & ~(other.other & ~(other.named | other.silent))


def _held(items: list[Item], kinds: tuple[str, ...], honoured: bool) -> _Held:
    """Sort the characters of quotes; ``honoured``: optional quotes are no required ones."""
    required, optional = [0, 0, 0], [0, 0, 0]
    for item in items:
        type_ = item.facets["type"]
        place = 0 if not kinds or type_ in kinds else 1 if type_ is None else 2
        (optional if item.optional and honoured else required)[place] |= item.characters
    kept = optional[0] | optional[1]
    counted = required[0] | required[1] | (required[2] & ~kept)
    named, silent, other = required
    return _Held(named, silent, other, (kept | optional[2]) & ~counted)


def _stretches(bits: int, counted: int, text: str) -> Iterator[Item]:
    """Yield runs of characters as items, white space and marks within them bridged."""
    while bits:
        start = (bits & -bits).bit_length() - 1
        stop = (counted & ~bits) >> start
        run = bits & (((stop & -stop) << start) - 1)
        bits ^= run
        span = start, run.bit_length()
        words = partial(_words, text, span)
        yield Item(spans=(span,), words=words, facets={"type": "characters"}, inside=False)


def _words(text: str, span: tuple[int, int]) -> str:
    return f'"{shorten(text[slice(*span)])}"'


def cue(pair: Pair, measure: Measure) -> Outcome:
    """Count equal cues of the quotes that ``quotes.attributed`` matches under these options.

    Gold are the matched quotes that have a cue, predicted those whose prediction gives one.
    Equal means the same characters, white space and quotation marks apart; a cue of these
    alone is none. Joined fragments give all their cues together; a cue of which a part
    stands nowhere in the text equals nothing. A quote that was not matched is no miss here,
    so the figure is an upper bound of one over all quotes, and systems that find other
    quotes are judged on other cues: read it beside ``quotes.attributed``.

    PolNeAR and PARC 3 measure cues over all attributions, by token; so do taggers.
    """
    bits = pair.article.once(counting)
    return _compare(pair, measure, *[lambda item: _place((q.cue for q in item.sources), bits)] * 2)


def source(pair: Pair, measure: Measure) -> Outcome:
    """Count equal source spans, as written, of the quotes that ``quotes.attributed`` matches.

    As ``quotes.cue``, with the source: "she" for "Ann Lee" is wrong here, though the speaker
    is right. Fragments that name their speaker by different spans give both, so they are
    wrong where gold has one. PARC 3 and PolNeAR have this span, and not the entity.
    """
    bits = pair.article.once(counting)

    def given(item: Item) -> Hashable:
        return _place(([q.source] if q.source else [] for q in item.sources), bits)

    return _compare(pair, measure, given, given)


def quote_type(pair: Pair, measure: Measure) -> Outcome:
    """Count equal types (direct, indirect, mixed) of the quotes that are matched.

    Gold are matched quotes with a type, predicted those whose prediction declares one.
    Fragments of different types declare none once joined. Precision is the accuracy over
    the types that are declared.
    """
    return _compare(pair, measure, *[lambda item: item.facets["type"]] * 2)


def chain(pair: Pair, measure: Measure) -> Outcome:
    """Count equal chains of sources of the quotes that are matched and relayed.

    A chain is the speakers from the innermost out, by following ``within``; it ends where it
    would come round. Gold are matched quotes whose chain has more than one source,
    predicted those whose predicted chain has. Equal chains have the same entities in the
    same order, null equal to null only, an unmapped speaker to nobody; that the relaying
    quotes' contents are right is not asked. Of joined fragments those that are relayed
    decide; if they disagree, the chain is given and wrong. Relaying quotes are taken as
    ``within`` names them, though they be optional or the reading that does not stand.

    It has no counterpart over PolNeAR, where no attribution lies inside another.
    """
    owners = entity_map(pair, overlap)
    return _compare(
        pair,
        measure,
        partial(_relayed, _by_id(pair.gold.quotes), lambda name: name),
        partial(_relayed, _by_id(pair.predicted.quotes), partial(mapped, owners=owners)),
    )


def _compare(pair: Pair, measure: Measure, in_gold: Part, in_predicted: Part) -> Outcome:
    """Compare a part of each matched pair; a pair of which one side gives nothing has one."""
    parts = [
        (one, other, in_gold(one), in_predicted(other)) for one, other in _matched(pair, measure)
    ]
    missed = [one for one, _, a, b in parts if a is not None and a != b]
    spurious = [other for _, other, a, b in parts if b is not None and a != b]
    matched = sum(a is not None and a == b for _, _, a, b in parts)
    return Outcome(
        matched + len(missed), matched + len(spurious), matched, missed=missed, spurious=spurious
    )


def _matched(pair: Pair, measure: Measure) -> Matched:
    """Return what ``quotes.attributed`` matches under the same options; matched once."""
    known = pair.once(_matchings)
    if measure.options not in known:
        outcome = match(pair.once(_ordered), measure, attributed, attributed, pair.mutual)
        known[measure.options] = outcome.pairs
    return known[measure.options]


def _matchings(pair: Pair) -> dict[tuple[tuple[str, tuple[str, ...]], ...], Matched]:
    return {}


def _ordered(pair: Pair) -> Sides:
    """Return the quotes with gold in an order of its own, for those equal in all but a part."""
    sides = pair.once(quote_items)
    known = _by_id(pair.gold.quotes)

    def order(item: Item) -> tuple[object, ...]:
        quote: Quote = item.sources[0]
        outer = known.get(quote.within or "")
        spans = quote.cue, [quote.source] if quote.source else [], outer.content if outer else []
        return tuple(placed(*each) for each in spans)

    return Sides(sorted(sides.gold, key=order), sides.predicted, sides.collapsed)


def _place(parts: Iterable[Sequence[Span]], bits: int) -> Hashable:
    found = 0
    for spans in parts:
        ends = placed(*spans)
        if spans and not ends:
            return object()
        found |= covered(ends)
    return found & bits or None


def _by_id(quotes: list[Quote] | None) -> dict[str, Quote]:
    return {quote.id: quote for quote in quotes or () if quote.id is not None}


def _relayed(
    known: dict[str, Quote], name: Callable[[str | None], str | None], item: Item
) -> Hashable:
    chains = {tuple(map(name, _speakers(known, quote))) for quote in item.sources}
    relayed = [each for each in chains if len(each) > 1]
    return object() if len(relayed) > 1 else relayed[0] if relayed else None


def _speakers(known: dict[str, Quote], quote: Quote) -> Iterator[str | None]:
    seen: set[int] = set()
    here: Quote | None = quote
    while here is not None and id(here) not in seen:
        seen.add(id(here))
        yield here.speaker
        here = known.get(here.within) if here.within is not None else None
