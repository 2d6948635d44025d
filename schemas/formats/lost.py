"""What of a record a format can't hold, in plain words."""

from collections.abc import Collection, Iterable, Iterator

from goldwire.schemas.record import Base, Record

REMARKS = ("optional", "alternatives", "note", "meta")
"""The fields that any annotated item may have."""
_PLURALS = {
    "id": "ids",
    "type": "types",
    "level": "levels",
    "entity": "entities",
    "value": "values",
    "mod": "modifiers",
    "name": "names",
    "wikidata": "links to Wikidata",
    "members": "members",
    "optional": "optional marks",
    "alternatives": "alternatives",
    "note": "notes",
    "meta": "meta",
}


def of_record(record: Record, held: Collection[str]) -> Iterator[str]:
    """Yield each field of a record that is set and not among those held; ``meta`` is not looked at.

    >>> list(of_record(Record(id="d", text="", language="en", zones=[]), ("text",)))
    ['language', 'zones (that there are none)']
    """
    for name in record.__struct_fields__:
        value = getattr(record, name)
        if name in ("id", "meta", "scheme", *held) or value is None:
            continue
        if isinstance(value, list):
            yield f"{name} ({len(value) or 'that there are none'})"
        else:
            yield name.replace("_", " ")


def of_items(items: Iterable[Base], fields: Iterable[str], what: str) -> Iterator[str]:
    """Yield each of the fields that some items have, and how many do."""
    found = list(items)
    for name in fields:
        if count := sum(getattr(item, name) not in (None, False, []) for item in found):
            yield f"{_PLURALS[name]} of {what} ({count})"


def of_meta(record: Record, name: str, known: Collection[str]) -> Iterator[str]:
    """Yield "meta" if a record has any but the known keys of the format of that name."""
    meta = record.meta or {}
    own = meta.get(name, {})
    if set(meta) - {name} or not isinstance(own, dict) or set(own) - set(known):
        yield "meta"
