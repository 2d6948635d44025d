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
    unique = _collapsed(given)
    return Sides(_collapsed(gold) if pair.mutual else gold, unique, len(given) - len(unique))


def _collapsed(items: list[Item]) -> list[Item]:
    items = sorted(
        items, key=lambda i: (i.optional, i.facets["level"] is None, i.facets["level"] or "")
    )
    return list({item.key or id(item): item for item in reversed(items)}.values())


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
