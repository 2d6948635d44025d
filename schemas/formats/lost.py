"""What of a record a format can't hold, in plain words."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from goldwire.schemas.record import Base, Record

_NO_FIELD = (
    "variant_of",
    "schema_version",
    "guidelines_version",
    "language",
    "source",
    "annotation",
    "failed",
)
_ABSENT = ("mentions", "entities", "relations")
_EMPTY = ("zones", "boilerplate", "quotes")
"""Layers that are not told apart, where there are none of them: not attempted, or none found."""
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


class Losses:
    """What is lost as a document is made: ``lost`` how often, ``flags`` what has no number."""

    def __init__(self, record: Record) -> None:
        self.lost: Counter[str] = Counter()
        self.flags: set[str] = set()
        here = [field for field in _NO_FIELD if getattr(record, field) is not None]
        self.flags |= {field.replace("_", " ") for field in here}
        none = [field for field in _ABSENT if getattr(record, field) is None]
        self.flags |= {f"that {field} were not attempted" for field in none}
        empty = [field for field in _EMPTY if getattr(record, field) == []]
        self.flags |= {f"that {field} were attempted and none found" for field in empty}

    def lose(self, what: str, times: int = 1) -> None:
        """Note a loss, if there is any."""
        if times:
            self.lost[what] += times
