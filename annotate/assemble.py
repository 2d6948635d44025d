"""From items by key to the layers of a record: in the order of the text, with fresh ids."""

from collections.abc import Collection
from itertools import count
from typing import Any

import msgspec

from goldwire.annotate.compare import LAYERS, Item, Items, Name
from goldwire.schemas.decoding import mismatch
from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.labels import relation_types
from goldwire.schemas.record import Record

_PREFIX = {"mentions": "m", "relations": "r", "quotes": "q"}
Ids = dict[Name, str]


def fresh_ids(*sides: Items) -> Ids:
    """Number mentions, relations and quotes in the order of the text, by their keys.

    Several sides are numbered together, so that equal keys get equal ids. Mentions share their
    ids with entities, whose ids are their keys; such a number is passed over.
    """
    items: Items = {}
    for side in reversed(sides):
        items |= side
    entities = {key for layer, key in items if layer == "entities"}
    found: Ids = {}
    for layer, prefix in _PREFIX.items():
        names = (f"{prefix}{number}" for number in count(1))
        free = (each for each in names if layer != "mentions" or each not in entities)
        mine = sorted(
            (_order(item, name[1]), name) for name, item in items.items() if name[0] == layer
        )
        found |= {name: fresh for (_, name), fresh in zip(mine, free, strict=False)}
    return found


def _order(item: Item, key: str) -> tuple[int, int, str]:
    spans = item.get("content") or item.get("evidence") or [item]
    return spans[0].get("start", 0), -spans[-1].get("end", 0), key


def record_of(
    head: Record, items: Items, ids: Ids, attempted: Collection[str], place: Place
) -> Record:
    """Return ``head`` with these items as its layers; an attempted layer without any is empty.

    Raises DataError at ``place`` if a quote lies within one that is not there, or if an item is
    none of its layer.
    """
    layers: dict[str, list[Item] | None] = {
        layer: found or ([] if layer in attempted else None)
        for layer, found in _layers(items, ids, place).items()
    }
    whole = {**msgspec.to_builtins(head), **layers}
    try:
        return msgspec.convert(whole, Record)
    except msgspec.ValidationError as error:
        raise mismatch(str(error), Record, place) from None


def attempted(*records: Record) -> list[str]:
    """Return the layers that one of some records has, at least as an empty one."""
    return [layer for layer in LAYERS if any(getattr(r, layer) is not None for r in records)]


def _layers(items: Items, ids: Ids, place: Place) -> dict[str, list[Item]]:
    """Return the items of each layer, with ids in the place of keys."""
    found: dict[str, list[Item]] = {layer: [] for layer in LAYERS}
    for name, item in sorted(items.items(), key=lambda each: _order(each[1], each[0][1])):
        layer, key = name
        made = dict(item)
        if layer == "entities":
            made["id"] = key
        elif name in ids:
            made["id"] = ids[name]
        found[layer].append(made)
        for field in ("head", "tail", "speaker", "addressee"):
            if field in made and ("entities", made[field]) not in items:
                made[field] = ids.get(("mentions", made[field]), made[field])
        if "within" in made:
            made["within"] = _quote(key, made["within"], items, ids, place)
    first = _first(found["mentions"])
    for relation in found["relations"]:
        entry = relation_types().get(relation["type"])
        if entry and entry.symmetric:
            ends = sorted((relation["head"], relation["tail"]), key=lambda n: first.get(n, 0))
            relation["head"], relation["tail"] = ends
    found["entities"].sort(key=lambda entity: (first.get(entity["id"], 0), entity["id"]))
    return found


def _quote(key: str, outer: str, items: Items, ids: Ids, place: Place) -> str:
    if ("quotes", outer) in items:
        return ids["quotes", outer]
    where = Place(place.file, field=f"quotes {key}")
    what = f'gold has no quote "{outer}" for its within'
    raise DataError("dangling-id", what, "decide on the two together", where)


def _first(mentions: list[Item]) -> dict[Any, int]:
    """Return where each entity, or mention without one, first stands."""
    first = {}
    for mention in reversed(mentions):
        first[mention.get("entity") or mention["id"]] = mention["start"]
    return first
