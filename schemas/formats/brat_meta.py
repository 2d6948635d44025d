"""Names in brat files that stand for fields of a record, and what ``meta`` keeps of others."""

import re
from collections.abc import Iterable
from typing import Any, TypeVar

from msgspec import Struct, ValidationError, convert, json

ZONE, BOILERPLATE, QUOTE = "Zone", "Boilerplate", "Quote"
"""Types of text-bound lines: alone, or with ``_`` and the item's own type."""
PARTS = ("Content", "Cue", "Mark", "Source")
"""Roles of a quote's event whose arguments are spans (of type Quote_cue and so on)."""
PEOPLE = {"Speaker": "speaker", "Addressee": "addressee"}
WITHIN = "Within"
MEMBER = "Group_member"
"""A relation of two entities that says that the second is a member of the first."""
OPTIONAL, ALTERNATIVES = "Is_optional", "Alternatives_group"
NOTE, VALUE, ENTITY_NAME, ENTITY_NOTE = (
    "AnnotatorNotes",
    "Mention_value",
    "Entity_name",
    "Entity_note",
)
LEVEL, MOD, CERTAINTY = "Mention_level", "Mention_mod", "Relation_certainty"
ENTITY_TYPE, ENTITY_NIL = "Entity_type", "Entity_nil"
WIKIDATA, ITEM = "Wikidata", re.compile(r"Q[1-9][0-9]*")
ATTRIBUTES = {OPTIONAL, ALTERNATIVES, LEVEL, MOD, CERTAINTY, ENTITY_TYPE, ENTITY_NIL}
NOTES = {VALUE, ENTITY_NAME, ENTITY_NOTE}
RESERVED = re.compile(rf"{ZONE}_.+|{BOILERPLATE}(?:_.+)?", re.DOTALL)
"""Types of text-bound lines that no mention can have."""
CLUSTER = re.compile(r"\S{1,240}-[0-9]{1,9}")
"""Types of lines that name a cluster, where another line has the same span."""

INLINE = re.compile(r"\S(?:[^\r\n]*\S)?")
"""What an attribute can have as its value."""
_K = TypeVar("_K")


class Kept(Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """What a file says of one item beside a record's fields: its ``meta["brat"]``.

    Attributes (name, value), notes (type, text) and normalisations (type, database, id, name) that
    are none of ours; a relation's roles where they are not Arg1 and Arg2; and the mention that
    stands for an entity where it is not the entity's first.
    """

    attributes: list[tuple[str, str | None]] = []
    notes: list[tuple[str, str | None]] = []
    normalised: list[tuple[str, str, str, str | None]] = []
    roles: tuple[str, str] | None = None
    head: str | None = None
    tail: str | None = None
    speaker: str | None = None
    addressee: str | None = None

    def meta(self) -> dict[str, Any] | None:
        """Return the item's meta."""
        found = json.decode(json.encode(self))
        return {"brat": found} if found else None


class KeptOfRecord(Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A document's name where it is not the id, and lines that a record has no field for."""

    name: str | None = None
    lines: list[str] = []


def kept(meta: dict[str, Any] | None) -> Kept | None:
    """Return what an item's meta keeps for brat, or None if it is or has anything else.

    >>> kept({"brat": {"head": "T7"}}).head
    'T7'
    >>> kept({"seen": True}) is None
    True
    """
    return _only(meta, Kept)


def writable(found: Kept, fields: Iterable[str], noted: bool) -> bool:
    """Return whether what is kept can be written and would be read as what it is.

    ``fields`` are those of relations and quotes that the item can have; ``noted`` is whether it
    has a note of its own, before which no other AnnotatorNotes may come.
    """
    ours = {"roles", "head", "tail", *PEOPLE.values()} - set(fields)
    tokens = [each for row in found.normalised for each in row[:3]]
    tokens += [name for name, _ in (*found.attributes, *found.notes)]
    values = [value for _, value in found.attributes if value is not None]
    texts = [each[-1] for each in (*found.notes, *found.normalised) if each[-1] is not None]
    return (
        not any(getattr(found, field) is not None for field in ours)
        and all(re.fullmatch(r"\S+", each) for each in tokens)
        and all(INLINE.fullmatch(each) for each in values)
        and not any(re.search(r"[\r\n]", each) for each in texts)
        and not ATTRIBUTES & {name for name, _ in found.attributes}
        and not NOTES & {name for name, _ in found.notes}
        and (noted or NOTE not in {name for name, _ in found.notes})
        and not any(":" in base for _, base, _, _ in found.normalised)
        and all(re.fullmatch(r"[^\s:]+", each) for each in found.roles or ())
        and set(found.roles or ()) != {"Arg1", "Arg2"}
    )


def kept_of_record(meta: dict[str, Any] | None) -> KeptOfRecord | None:
    """Return what a record's meta keeps for brat, or None if it is or has anything else."""
    return _only(meta, KeptOfRecord)


def _only(meta: dict[str, Any] | None, kind: type[_K]) -> _K | None:
    if set(meta or ()) - {"brat"}:
        return None
    try:
        return convert((meta or {}).get("brat", {}), kind)
    except ValidationError:
        return None
