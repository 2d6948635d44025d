"""Mentions as items: equal span and type, levels as a facet."""

from goldwire.eval.entities import spans_of
from goldwire.eval.items import Item, Pair, Sides
from goldwire.schemas.plain import shorten
from goldwire.schemas.record import Mention


def mention_items(pair: Pair) -> Sides:
    """Return the mentions of both sides; predictions of equal span and type collapse.

    Of predictions that collapse, one that declares a level stands for all.
    """
    gold = [_item(mention, pair) for mention in pair.gold.mentions or ()]
    given = [_item(mention, pair) for mention in pair.predicted.mentions or ()]
    given.sort(key=lambda item: (item.facets["level"] is None, item.facets["level"] or ""))
    unique = {item.key or id(item): item for item in reversed(given)}
    return Sides(gold, list(unique.values()), len(given) - len(unique))


def _item(mention: Mention, pair: Pair) -> Item:
    spans = spans_of(mention)
    surface = " … ".join(pair.text[start:end] for start, end in spans) or mention.text or ""
    return Item(
        spans=spans,
        words=f'"{shorten(surface)}"',
        facets={"type": mention.type, "level": mention.level},
        inside=pair.inside(spans),
        key=(spans, mention.type) if spans else None,
        optional=mention.optional,
        alternatives=mention.alternatives,
    )
