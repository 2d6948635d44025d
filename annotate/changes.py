"""What became of items that an annotator was given: kept, changed, deleted, added."""

from typing import Any

import msgspec
from msgspec import Struct

from goldwire.schemas.formats.label_studio_task import LAYERS
from goldwire.schemas.plain import shorten
from goldwire.schemas.record import Record


class Changes(Struct, frozen=True):
    """Items of all layers: how many were kept, changed and added, and those that were deleted."""

    kept: int
    changed: int
    deleted: list[str]
    added: int

    def __bool__(self) -> bool:
        return bool(self.changed or self.deleted or self.added)

    def __str__(self) -> str:
        counts = f"{self.kept} kept, {self.changed} changed, {self.added} added"
        names = ", ".join(self.deleted[:5]) + (" …" if len(self.deleted) > 5 else "")
        return f"{counts}, {len(self.deleted)} deleted{f' ({names})' if names else ''}"


def changes(before: Record, after: Record) -> Changes:
    """Compare items by their ids, those without an id by all that they say."""
    old, new = _named(before), _named(after)
    common = old.keys() & new.keys()
    kept = sum(old[key] == new[key] for key in common)
    deleted = [_word(before, key, item) for key, item in old.items() if key not in new]
    return Changes(kept, len(common) - kept, deleted, len(new.keys() - old.keys()))


def _named(record: Record) -> dict[tuple[str, str], Any]:
    found = {}
    for layer in LAYERS:
        for item in getattr(record, layer) or ():
            fields = msgspec.to_builtins(item)
            name = fields.get("id") or msgspec.json.encode(fields, order="deterministic").decode()
            found[layer, name] = fields
    return found


def _word(record: Record, key: tuple[str, str], item: dict[str, Any]) -> str:
    """Return an item in a few words: its layer, id and text."""
    layer = key[0]
    place = (item.get("content") or item.get("evidence") or [item])[0]
    text = (record.text or "")[place.get("start", 0) : place.get("end", 0)]
    shown = item.get("id", item.get("type", ""))
    return f"{layer} {shorten(str(shown), 20)}" + (f' "{shorten(text, 30)}"' if text else "")
