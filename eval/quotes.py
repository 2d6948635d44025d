"""Quotes as items: content by character, speakers through entities."""

from collections import defaultdict
from dataclasses import replace

from goldwire.eval.entities import entity_map, overlap
from goldwire.eval.items import Edges, Item, Pair, Sides, Spans, placed
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
    speakers = entity_map(pair, overlap)
    gold = [_item(quote, pair, quote.speaker) for quote in pair.gold.quotes or ()]
    given = [
        _item(quote, pair, _mapped(quote.speaker, speakers))
        for quote in pair.predicted.quotes or ()
    ]
    unique = {
        (item.spans, item.facets["type"], item.speaker) if item.spans else id(item): item
        for item in given
    }
    return Sides(gold, _join(gold, list(unique.values())), len(given) - len(unique))


def _mapped(speaker: str | None, speakers: dict[str, str | None]) -> str | None:
    return None if speaker is None else speakers.get(speaker) or UNMAPPED


def _item(quote: Quote, pair: Pair, speaker: str | None) -> Item:
    spans = placed(*quote.content)
    surface = " … ".join(pair.text[start:end] for start, end in spans)
    return Item(
        spans=spans,
        words=f'"{shorten(surface or quote.content[0].text or "")}"',
        facets={"type": quote.type},
        inside=pair.inside(spans),
        optional=quote.optional,
        alternatives=quote.alternatives,
        characters=_content(pair.text, spans),
        speaker=speaker,
    )


def _content(text: str, spans: Spans) -> frozenset[int]:
    """Return the offsets that count: neither white space nor quotation marks."""
    return frozenset(
        offset
        for start, end in spans
        for offset in range(start, end)
        if not text[offset].isspace() and text[offset] not in MARKS
    )


def _join(gold: list[Item], given: list[Item]) -> list[Item]:
    """Join predictions that lie inside one gold quote and have its speaker.

    A prediction inside several such quotes belongs to the one with the least content.
    """
    groups: dict[int, list[Item]] = defaultdict(list)
    for item in given:
        homes = [
            number
            for number, quote in enumerate(gold)
            if item.characters and item.characters <= quote.characters
            if item.speaker == quote.speaker
        ]
        size = {number: (len(gold[number].characters), gold[number].order) for number in homes}
        groups[min(homes, key=size.__getitem__) if homes else -1 - len(groups)].append(item)
    return [group[0] if len(group) == 1 else _joined(group) for group in groups.values()]


def _joined(group: list[Item]) -> Item:
    types = {item.facets["type"] for item in group}
    spans = tuple(sorted({span for item in group for span in item.spans}))
    words = " … ".join(item.words for item in sorted(group, key=lambda item: item.order))
    return replace(
        group[0],
        spans=spans,
        words=words,
        facets={"type": types.pop() if len(types) == 1 else None},
        characters=frozenset().union(*(item.characters for item in group)),
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


def _jaccard_at_least_half(one: frozenset[int], other: frozenset[int]) -> bool:
    shared = len(one & other)
    return shared > 0 and 2 * shared >= len(one) + len(other) - shared
