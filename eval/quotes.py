"""Quotes as items: content by character, speakers through entities."""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial, reduce
from operator import attrgetter, or_

from goldwire.eval.assign import assign
from goldwire.eval.entities import (
    Clusters,
    entity_map,
    gold_clusters,
    overlap,
    predicted_clusters,
)
from goldwire.eval.items import (
    SPACES,
    Article,
    Edges,
    Item,
    Pair,
    Sides,
    Spans,
    characters,
    covered,
    placed,
)
from goldwire.eval.match import joined
from goldwire.schemas.plain import shorten
from goldwire.schemas.record import Quote, Span

MARKS = frozenset("\"'`´‘’‚‛“”„‟«»‹›")
UNMAPPED = ""
"""The speaker of a prediction whose entity matches none of gold; no id is empty."""

_WIDE = (*sorted(char for char in MARKS if ord(char) > 255), *SPACES)
_FLAGS = bytes(not (chr(n).isspace() or chr(n) in MARKS) for n in range(256))


def counting(article: Article) -> int:
    """Return the characters of the text that count, as bits: no white space, no marks."""
    return characters(article.text, _FLAGS, _WIDE)


def quote_items(pair: Pair) -> Sides:
    """Return the quotes of both sides; fragments of one gold quote are joined.

    Predicted speakers map to gold entities by overlap: who speaks is asked here, not how
    well the name was cut. Predictions equal in content, type and speaker collapse.
    """
    return _put_together(pair.once(single_items), pair)


def content_items(pair: Pair) -> Sides:
    """Return the quotes of both sides as if none had a speaker; equal gold contents are one."""
    sides = _put_together(_items(pair, speakers=False), pair)
    given = _one_of_each(sides.predicted) if pair.mutual else sides.predicted
    return Sides(_one_of_each(sides.gold), given, sides.collapsed)


def single_items(pair: Pair) -> Sides:
    """Return the quotes of both sides as they were given, nothing joined.

    An item's ``sources`` are the quotes that it stands for: several if equal ones collapsed.
    """
    return _items(pair, speakers=True)


def _one_of_each(items: list[Item]) -> list[Item]:
    groups: dict[Hashable, list[Item]] = defaultdict(list)
    for item in items:
        groups[item.characters or item].append(item)
    if len(groups) == len(items):
        return items
    remarks = joined([[(i.optional, i.alternatives) for i in each] for each in groups.values()])
    best = (min(e, key=lambda i: (i.optional, i.identity)) for e in groups.values())
    return [
        replace(item, optional=optional, alternatives=name)
        for item, (optional, name) in zip(best, remarks, strict=True)
    ]


def _items(pair: Pair, speakers: bool) -> Sides:
    given = pair.predicted.quotes or ()
    owners = entity_map(pair, overlap) if speakers and given else {}
    known, article = pair.once(predicted_clusters), pair.article
    unique: dict[Hashable, Item] = {}
    for quote in given:
        speaker = mapped(quote.speaker, owners) if speakers else None
        item = _item(quote, article, speaker, known)
        key = item.characters or item, quote.type, speaker
        if (other := unique.setdefault(key, item)) is not item:
            unique[key] = _collapsed(other, item)
    apart = sorted(unique.values(), key=attrgetter("spans"))
    return Sides(article.once(_said if speakers else _unsaid), apart, len(given) - len(apart))


def _said(article: Article) -> list[Item]:
    known = article.once(gold_clusters)
    return [_item(each, article, each.speaker, known) for each in article.record.quotes or ()]


def _unsaid(article: Article) -> list[Item]:
    return [replace(item, speaker=None) for item in article.once(_said)]


def _outside(article: Article) -> int:
    return ~covered(article.boilerplate)


def mapped(speaker: str | None, owners: dict[str, str | None]) -> str | None:
    """Return the gold entity of a predicted speaker, None only if it has none."""
    return None if speaker is None else owners.get(speaker) or UNMAPPED


def _item(quote: Quote, article: Article, speaker: str | None, known: Clusters) -> Item:
    spans = _spans(quote.content)
    characters = covered(spans) & article.once(counting)
    return Item(
        spans=spans,
        words=partial(_words, quote, article.text, known),
        facets={"type": quote.type},
        inside=characters > 0 and not characters & article.once(_outside),
        optional=quote.optional,
        alternatives=quote.alternatives,
        characters=characters,
        speaker=speaker,
        sources=(quote,),
    )


def _words(quote: Quote, text: str, known: Clusters) -> str:
    """Return the content and who says it: without the speaker two items may look alike."""
    surface = " … ".join(text[start:end] for start, end in _spans(quote.content))
    said = f'"{shorten(surface or quote.content[0].text or "")}"'
    if quote.speaker is None:
        return said
    places = [spans[0] for spans, _, _ in known.get(quote.speaker, ()) if spans]
    start, end = max(places, key=lambda span: (span[1] - span[0], -span[0]), default=(0, 0))
    return f"{said} said by {shorten(text[start:end] or quote.speaker, 40)}"


def _spans(content: Sequence[Span]) -> Spans:
    """Return sorted spans with those that touch or overlap made one; () if one is unplaced."""
    return placed(content[0]) if len(content) == 1 else _merged(placed(*content))


def _merged(spans: Spans) -> Spans:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return tuple(merged)


def _collapsed(one: Item, other: Item) -> Item:
    kept = min(one, other, key=attrgetter("identity"))
    return replace(kept, sources=one.sources + other.sources)


def _put_together(sides: Sides, pair: Pair) -> Sides:
    """Join the fragments, unless the sides are two annotators, of whom neither has the say."""
    joined = sides.predicted if pair.mutual else _join(sides.gold, sides.predicted)
    return Sides(sides.gold, joined, sides.collapsed)


def _join(gold: list[Item], given: list[Item]) -> list[Item]:
    """Join predictions that lie inside one gold quote and have its speaker.

    Required quotes come before optional ones, and short ones before long ones that may hold
    them; readings of one quote come in the order in which they are filled. Each takes what is
    free inside it if that makes up half of it, without what matches another quote by itself
    if it can do without. So joining takes no match away. What is left inside a quote is
    joined too, for it is one answer.
    """
    homes = _homes(gold, given)
    flat = [row for rows in homes for row in rows]
    if len(set(flat)) == len(flat):  # no two lie in one quote
        return given
    required = [(r, c) for r, c in attributed(gold, given) if not gold[r].optional]
    alone = {column: row for row, column in assign(gold, given, required)}
    free = {column for column, rows in enumerate(homes) if rows}
    groups = [[column] for column, rows in enumerate(homes) if not rows]
    order = _order(gold, given, homes)
    for row in order:
        inside = [column for column in sorted(free) if row in homes[column]]
        core = [column for column in inside if alone.get(column, row) == row]
        for group in (core, inside):
            if group and _fills(gold[row], [given[column] for column in group]):
                groups.append(group)
                free -= set(group)
                break
    for row in reversed(order):
        if inside := [column for column in sorted(free) if row in homes[column]]:
            groups.append(inside)
            free -= set(inside)
    made = [[given[column] for column in group] for group in groups]
    return [group[0] if len(group) == 1 else _joined(group) for group in made]


def _order(gold: list[Item], given: list[Item], homes: list[list[int]]) -> list[int]:
    """Return the rows of gold: required ones first, short ones first, fullest readings first."""
    unions = [0] * len(gold)
    for item, rows in zip(given, homes, strict=True):
        for row in rows:
            unions[row] |= item.characters
    least: dict[object, int] = {}
    sets = [item.alternatives or row for row, item in enumerate(gold)]
    for name, item in zip(sets, gold, strict=True):
        size = item.characters.bit_count()
        least[name] = min(size, least.get(name, size))

    def rank(row: int) -> tuple[object, ...]:
        item, size = gold[row], max(gold[row].characters.bit_count(), 1)
        filled = Fraction(unions[row].bit_count(), size)
        return item.optional, least[sets[row]], -filled, size, item.identity

    return sorted(range(len(gold)), key=rank)


def _homes(gold: list[Item], given: list[Item]) -> list[list[int]]:
    """Return for each prediction the gold quotes of its speaker inside which it lies."""
    beyond: dict[str | None, list[tuple[int, int]]] = {}
    for row, quote in enumerate(gold):
        beyond.setdefault(quote.speaker, []).append((row, ~quote.characters))
    return [
        [row for row, bits in beyond.get(item.speaker, ()) if not item.characters & bits]
        if item.characters
        else []
        for item in given
    ]


def _fills(quote: Item, group: list[Item]) -> bool:
    union = reduce(or_, (item.characters for item in group))
    return 0 < (quote.characters | union).bit_count() <= 2 * (quote.characters & union).bit_count()


def _joined(group: list[Item]) -> Item:
    group = sorted(group, key=attrgetter("identity"))
    types = {item.facets["type"] for item in group}
    return replace(
        group[0],
        spans=_merged(tuple(span for item in group for span in item.spans)),
        words=lambda: " … ".join(item.shown for item in group),
        facets={"type": types.pop() if len(types) == 1 else None},
        inside=all(item.inside for item in group),
        characters=reduce(or_, (item.characters for item in group)),
        sources=tuple(source for item in group for source in item.sources),
    )


def attributed(gold: list[Item], predicted: list[Item]) -> Edges:
    """Admit a pair of equal speakers whose contents have a character Jaccard of at least .5."""
    return [
        (row, column)
        for column, item in enumerate(predicted)
        for row, quote in enumerate(gold)
        if item.speaker == quote.speaker
        and (shared := quote.characters & item.characters)
        and (quote.characters | item.characters).bit_count() <= 2 * shared.bit_count()
    ]


def equal_content(gold: list[Item], predicted: list[Item]) -> Edges:
    """Admit a pair of equal speakers whose contents are the same characters."""
    return [
        (row, column)
        for column, item in enumerate(predicted)
        for row, quote in enumerate(gold)
        if item.speaker == quote.speaker and item.characters and item.characters == quote.characters
    ]
