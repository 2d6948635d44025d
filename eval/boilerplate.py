"""Boilerplate as characters, as whole spans and as edges; white space never counts.

Sets of characters are the bits of one integer: bit n is the character at offset n.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import NamedTuple

from goldwire.eval.assign import maximum
from goldwire.eval.items import Article, Edges, Item, Pair, Sides, characters, covered, placed
from goldwire.eval.match import Outcome, match
from goldwire.eval.measure import Measure
from goldwire.schemas.plain import shorten
from goldwire.schemas.record import AnySpan, Boilerplate
from goldwire.schemas.spans import extent

_FLAGS = bytes(not chr(byte).isspace() for byte in range(256))
START, END = 0, 1
Items = list[Boilerplate]
_EVERYWHERE = Measure.of("boilerplate.edge", zone="all")


def solid(article: Article) -> int:
    """Return the characters of a text that are no white space; use it through ``once``."""
    return characters(article.text, _FLAGS)


class Standing(NamedTuple):
    """The boilerplate of both sides that counts, and the characters that count on neither."""

    gold: Items
    predicted: Items
    optional: int


def standing(pair: Pair) -> Standing:
    """Return the boilerplate that counts; use it through ``once``.

    Of alternatives one reading stays; what only the others have is optional.
    """
    gold, given = pair.gold.boilerplate or [], pair.predicted.boilerplate or []
    items, spare = _settled(pair, gold, given)
    either = items
    if pair.mutual:
        given, more = _settled(pair, given, gold)
        spare |= more
        either = [*items, *given]
    return Standing(items, given, spare | bits_of(each for each in either if each.optional))


def _settled(pair: Pair, items: Items, others: Items) -> tuple[Items, int]:
    """Keep the reading that the other side is most like, of equally like ones the first."""
    if all(item.alternatives is None for item in items):
        return items, 0
    theirs = bits_of(others) & pair.article.once(solid)
    groups: dict[str, Items] = {}
    for item in sorted(
        items, key=lambda item: (item.optional, extent(item) or (), item.type or "")
    ):
        if item.alternatives is not None:
            groups.setdefault(item.alternatives, []).append(item)
    stay = {
        id(max(group, key=partial(_likeness, pair, theirs, group))) for group in groups.values()
    }
    kept = [item for item in items if item.alternatives is None or id(item) in stay]
    return kept, bits_of(items) & ~bits_of(kept)


def _likeness(pair: Pair, theirs: int, group: Items, item: Boilerplate) -> Fraction:
    """Return the Jaccard index of a reading and what the other side has of all readings."""
    mine = bits_of([item]) & pair.article.once(solid)
    either = mine | (theirs & bits_of(group))
    return Fraction((mine & theirs).bit_count(), max(1, either.bit_count()))


def bits_of(spans: Iterable[AnySpan]) -> int:
    """Return the characters that spans cover; those that could not be placed cover none."""
    return covered(ends for span in spans if (ends := extent(span)))


def boilerplate_characters(pair: Pair, measure: Measure) -> Outcome:
    """Count the characters inside boilerplate on both sides; optional ones on neither.

    Under ``type=``, predicted characters without a declared kind that lie in gold of
    another kind leave the count.
    """
    kinds = measure.option("type")
    items, given, optional = pair.once(standing)
    counts = pair.article.once(solid) & ~optional
    gold = bits_of(each for each in items if not kinds or each.type in kinds) & counts
    if not kinds:
        predicted = bits_of(given)
    else:
        predicted = bits_of(each for each in given if each.type in kinds)
        if not pair.mutual:
            others = bits_of(each for each in items if each.type not in kinds)
            predicted |= bits_of(each for each in given if each.type is None) & ~(others & ~gold)
    predicted &= counts
    return Outcome(
        gold=gold.bit_count(),
        predicted=predicted.bit_count(),
        matched=(gold & predicted).bit_count(),
        missed=_runs(pair, gold & ~predicted),
        spurious=_runs(pair, predicted & ~gold),
    )


def _runs(pair: Pair, bits: int) -> list[Item]:
    """Return the stretches of a set of characters, white space within them bridged."""
    runs = []
    stops = pair.article.once(solid) & ~bits
    while bits:
        start = (bits & -bits).bit_length() - 1
        after = stops >> start
        here = bits if not after else bits & ((1 << start + (after & -after).bit_length()) - 1)
        runs.append((start, here.bit_length()))
        bits ^= here
    return [
        Item(
            spans=(run,),
            words=partial(_shown, pair.text, run),
            facets={"type": "characters"},
            inside=False,
        )
        for run in runs
    ]


def _shown(text: str, span: tuple[int, int]) -> str:
    return f'"{shorten(text[slice(*span)])}"'


def boilerplate_items(pair: Pair) -> Sides:
    """Return the boilerplate spans of both sides; equal predictions collapse."""
    gold = pair.article.once(_gold_items)
    given = [_item(each, pair.article) for each in pair.predicted.boilerplate or ()]
    unique = _collapsed(given)
    return Sides(_collapsed(gold) if pair.mutual else gold, unique, len(given) - len(unique))


def _gold_items(article: Article) -> list[Item]:
    return [_item(each, article) for each in article.record.boilerplate or ()]


def _collapsed(items: list[Item]) -> list[Item]:
    ordered = sorted(items, key=lambda item: item.identity)
    return list({item.key or id(item): item for item in ordered}.values())


def _item(boilerplate: Boilerplate, article: Article) -> Item:
    spans = placed(boilerplate)
    return Item(
        spans=spans,
        words=partial(_surface, boilerplate, article.text),
        facets={"type": boilerplate.type},
        inside=article.inside(spans),
        key=spans or None,
        optional=boilerplate.optional,
        alternatives=boilerplate.alternatives,
        characters=covered(spans) & article.once(solid),
        sources=(boilerplate,),
    )


def _surface(boilerplate: Boilerplate, text: str) -> str:
    ends = extent(boilerplate)
    return f'"{shorten(text[slice(*ends)] if ends else boilerplate.text or "")}"'


def boilerplate_edges(pair: Pair, measure: Measure) -> Outcome:
    """Count edges, two to a span; an edge is matched if its span is and it stands right.

    Spans match one to one wherever they share a character that is no white space, whatever
    their kinds: as many as can be, then more exact spans, equal kinds, shared characters,
    edges that stand right, and smaller distances. An edge stands right if only white space
    lies between it and the other span's. Fragments of one gold span are not joined: one of
    them matches, both edges of each other one are spurious. No published scorer counts this.

    ``distance`` is the sum over all edges of matched spans, ``measured`` how many those are.
    """
    found, count = pair.once(_matched_spans), pair.article.once(solid)
    missed = [_edge(item, side) for item in found.missed for side in (START, END)]
    spurious = [_edge(item, side) for item in found.spurious for side in (START, END)]
    distance, measured = edge_distances(pair)
    right = 0
    for item, other in found.pairs:
        for side, off in enumerate(_distances(count, item, other)):
            if off:
                missed.append(_edge(item, side))
                spurious.append(_edge(other, side))
            else:
                right += 1
    return Outcome(
        gold=2 * found.gold,
        predicted=2 * found.predicted,
        matched=right,
        distance=distance,
        measured=measured,
        missed=missed,
        spurious=spurious,
    )


def edge_distances(pair: Pair) -> tuple[int, int]:
    """Return the sum of distances over the edges of matched spans, and how many those are.

    The distance of two edges is the number of characters between them that are no white
    space. Edges of spans that match nothing have none, so read this beside the measure.
    """
    pairs, count = pair.once(_matched_spans).pairs, pair.article.once(solid)
    return sum(sum(_distances(count, *each)) for each in pairs), 2 * len(pairs)


def _matched_spans(pair: Pair) -> Outcome:
    admit = partial(_best, pair.article.once(solid))
    return match(pair.once(boilerplate_items), _EVERYWHERE, admit, admit, pair.mutual)


def _best(count: int, gold: list[Item], predicted: list[Item]) -> Edges:
    """Admit one set of edges, each item at most once: that of the largest sum of weights.

    Edges at distance 0 and distances are part of the weight, so their sums are the same
    from either side; gold's start, the last resort of other matchings, would choose by side.
    """
    edges: Edges = []
    for rows, columns in _clusters(gold, predicted):
        if len(rows) <= len(columns):
            edges += _assigned(count, gold, rows, predicted, columns)
        else:
            turned = _assigned(count, predicted, columns, gold, rows)
            edges += [(row, column) for column, row in turned]
    return edges


def _clusters(gold: list[Item], predicted: list[Item]) -> Iterator[tuple[list[int], list[int]]]:
    """Yield the numbers of the items that overlap one another, directly or through others."""
    marked = sorted(
        (item.extent, side, item.identity, number)
        for side, items in enumerate((gold, predicted))
        for number, item in enumerate(items)
        if item.extent
    )
    reach = 0
    group: tuple[list[int], list[int]] = [], []
    for (start, end), side, _, number in marked:
        if start >= reach:
            if all(group):
                yield group
            group = [], []
        group[side].append(number)
        reach = max(reach, end)
    if all(group):
        yield group


def _assigned(
    count: int, few: list[Item], rows: list[int], many: list[Item], columns: list[int]
) -> Edges:
    weights = [
        [_weight(count, few[row], many[column], len(rows)) for column in columns] for row in rows
    ]
    places = enumerate(maximum(weights))
    return [(rows[n], columns[place]) for n, place in places if weights[n][place]]


def _weight(count: int, one: Item, other: Item, pairs: int) -> int:
    """Pack what decides into one whole number, the most first, so that no sum carries over.

    That the two may match at all (they share a character, or are equal spans of white
    space), exact span, equal kind, characters shared, edges at distance 0, small distances.
    """
    shared, exact = (one.characters & other.characters).bit_count(), one.spans == other.spans
    if not shared and not exact:
        return 0
    typed = one.facets["type"] == other.facets["type"]
    distances = _distances(count, one, other)
    size, most = pairs + 1, count.bit_count() * pairs + 1
    weight = ((size + exact) * size + typed) * most + shared
    weight = weight * 2 * size + distances.count(0)
    return weight * 2 * most + 2 * count.bit_count() - sum(distances)


def _distances(count: int, one: Item, other: Item) -> tuple[int, int]:
    """Return how far apart the starts and the ends of two spans are."""
    (start, end), (first, last) = one.spans[0], other.spans[0]
    starts = count & (((1 << start) - 1) ^ ((1 << first) - 1))
    ends = count & (((1 << end) - 1) ^ ((1 << last) - 1))
    return starts.bit_count(), ends.bit_count()


def _edge(item: Item, side: int) -> Item:
    """Return one edge of a span as an item of one character, for listings."""
    start, end = item.extent or (0, 1)
    span = (start, start + 1) if side == START else (end - 1, end)
    return replace(item, spans=(span,) if item.spans else (), words=partial(_named, item, side))


def _named(item: Item, side: int) -> str:
    return f"{('start', 'end')[side]} of {item.shown}"
