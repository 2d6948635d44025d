"""Quotes as items: content by character, speakers through entities."""

from collections import defaultdict
from dataclasses import replace
from fractions import Fraction
from functools import reduce
from operator import or_

from goldwire.eval.entities import entity_map, overlap
from goldwire.eval.items import Edges, Item, Pair, Sides, Spans, covered, placed
from goldwire.schemas.plain import shorten
from goldwire.schemas.record import Quote

MARKS = frozenset("\"'`´‘’‚‛“”„‟«»‹›")
UNMAPPED = ""
"""The speaker of a prediction whose entity matches none of gold; no id is empty."""


def quote_items(pair: Pair) -> Sides:
    """Return the quotes of both sides; fragments of one gold quote are joined.

    Predicted speakers map to gold entities by overlap: who speaks is asked here, not how
    well the name was cut. Predictions equal in content, type and speaker collapse.
    """
    return _items(pair, speakers=True)


def content_items(pair: Pair) -> Sides:
    """Return the quotes of both sides as if none had a speaker; equal gold contents are one."""
    sides = _items(pair, speakers=False)
    given = _one_of_each(sides.predicted) if pair.mutual else sides.predicted
    return Sides(_one_of_each(sides.gold), given, sides.collapsed)


def _one_of_each(items: list[Item]) -> list[Item]:
    ordered = sorted(items, key=lambda item: (item.optional, item.identity), reverse=True)
    return list({(item.characters, item.alternatives): item for item in ordered}.values())


def _items(pair: Pair, speakers: bool) -> Sides:
    owners = entity_map(pair, overlap) if speakers else {}

    def said_by(quote: Quote, mapped: bool) -> str | None:
        if quote.speaker is None or not speakers:
            return None
        return (owners.get(quote.speaker) or UNMAPPED) if mapped else quote.speaker

    counting = covered(
        (n, n + 1) for n, char in enumerate(pair.text) if not char.isspace() and char not in MARKS
    )
    gold = [_item(q, pair, said_by(q, False), counting) for q in pair.gold.quotes or ()]
    given = [_item(q, pair, said_by(q, True), counting) for q in pair.predicted.quotes or ()]
    given.sort(key=lambda item: item.identity)
    unique = {
        (item.characters or id(item), item.facets["type"], item.speaker): item
        for item in reversed(given)
    }
    apart = list(unique.values())
    joined = apart if pair.mutual else _join(gold, apart)
    return Sides(gold, joined, len(given) - len(unique))


def _item(quote: Quote, pair: Pair, speaker: str | None, counting: int) -> Item:
    spans = _merged(placed(*quote.content))
    surface = " … ".join(pair.text[start:end] for start, end in spans)
    characters = covered(spans) & counting
    return Item(
        spans=spans,
        words=f'"{shorten(surface or quote.content[0].text or "")}"',
        facets={"type": quote.type},
        inside=bool(characters) and not characters & ~covered(pair.boilerplate),
        optional=quote.optional,
        alternatives=quote.alternatives,
        characters=characters,
        speaker=speaker,
    )


def _merged(spans: Spans) -> Spans:
    """Return sorted spans with those that touch or overlap made one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return tuple(merged)


def _join(gold: list[Item], given: list[Item]) -> list[Item]:
    """Join predictions that lie inside one gold quote and have its speaker.

    Of several such quotes, a prediction belongs to the one that all predictions inside it
    together fill best, then to the one with the least content.
    """
    fitting = [[item for item in given if _within(item, quote)] for quote in gold]
    unions = [reduce(or_, (item.characters for item in items), 0) for items in fitting]

    def fill(number: int) -> tuple[Fraction, int, tuple[object, ...]]:
        size = gold[number].characters.bit_count()
        return -Fraction(unions[number].bit_count(), size), size, gold[number].identity

    groups: dict[int, list[Item]] = defaultdict(list)
    for lone, item in enumerate(given, 1):
        homes = [number for number, quote in enumerate(gold) if _within(item, quote)]
        groups[min(homes, key=fill) if homes else -lone].append(item)
    return [group[0] if len(group) == 1 else _joined(group) for group in groups.values()]


def _within(item: Item, quote: Item) -> bool:
    return (
        item.characters > 0
        and not item.characters & ~quote.characters
        and item.speaker == quote.speaker
    )


def _joined(group: list[Item]) -> Item:
    group = sorted(group, key=lambda item: item.identity)
    types = {item.facets["type"] for item in group}
    return replace(
        group[0],
        spans=_merged(tuple(span for item in group for span in item.spans)),
        words=" … ".join(item.shown for item in group),
        facets={"type": types.pop() if len(types) == 1 else None},
        inside=all(item.inside for item in group),
        characters=reduce(or_, (item.characters for item in group)),
    )


def attributed(gold: list[Item], predicted: list[Item]) -> Edges:
    """Admit a pair of equal speakers whose contents have a character Jaccard of at least .5."""
    return [
        (row, column)
        for column, item in enumerate(predicted)
        for row, quote in enumerate(gold)
        if item.speaker == quote.speaker
        and _jaccard_at_least_half(quote.characters, item.characters)
    ]


def equal_content(gold: list[Item], predicted: list[Item]) -> Edges:
    """Admit a pair of equal speakers whose contents are the same characters."""
    return [
        (row, column)
        for column, item in enumerate(predicted)
        for row, quote in enumerate(gold)
        if item.speaker == quote.speaker and item.characters and item.characters == quote.characters
    ]


def _jaccard_at_least_half(one: int, other: int) -> bool:
    return 0 < (one | other).bit_count() <= 2 * (one & other).bit_count()
