"""The objects of BigBIO's KB schema, and what ``meta`` keeps of them."""

import re
from collections.abc import Sequence
from typing import Annotated, Any, TypeVar

from msgspec import UNSET, Meta, Struct, UnsetType, ValidationError, convert, json

_K = TypeVar("_K")
Id = Annotated[str, Meta(min_length=1)]
Pairs = list[tuple[int, int]]
WIKIDATA, ITEM = "Wikidata", re.compile(r"Q[1-9][0-9]*")
WHOLE = "document"
"""The type of a passage that is the whole text and no zone."""


class _Strict(Struct, forbid_unknown_fields=True, kw_only=True):
    pass


class Passage(_Strict, kw_only=True):
    """A piece of the text, with its type; each of ``text`` stands at one of ``offsets``."""

    id: Id
    type: str
    text: str | list[str]
    offsets: Pairs


class Normalized(_Strict, kw_only=True):
    """A link to an item of a database."""

    db_name: str
    db_id: str


class KbEntity(_Strict, kw_only=True):
    """What a record calls a mention."""

    id: Id
    type: str
    text: list[str]
    offsets: Pairs
    normalized: list[Normalized] | None = None


class Trigger(_Strict, kw_only=True):
    """The words that stand for an event."""

    text: list[str]
    offsets: Pairs


class Argument(_Strict, kw_only=True):
    """What takes part in an event, an entity or another event, and as what."""

    role: str
    ref_id: str


class Event(_Strict, kw_only=True):
    """An event; a record has no field for it."""

    id: Id
    type: str
    trigger: Trigger
    arguments: list[Argument]


class Coreference(_Strict, kw_only=True):
    """What a record calls an entity."""

    id: Id
    entity_ids: list[str]


class KbRelation(_Strict, kw_only=True):
    """A typed pair of mentions."""

    id: Id
    type: str
    arg1_id: str
    arg2_id: str
    normalized: list[Normalized] | None = None


class Document(_Strict, kw_only=True):
    """One document; a layer that is null or missing was not attempted.

    ``text`` is no key of the schema, but some files add it.
    """

    id: Id
    document_id: str
    text: str | UnsetType | None = UNSET
    passages: list[Passage]
    entities: list[KbEntity] | None = None
    events: list[Event] | None = None
    coreferences: list[Coreference] | None = None
    relations: list[KbRelation] | None = None


class Kept(Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """What a mention or relation has beside a record's fields: its ``meta["bigbio"]``.

    ``head`` and ``tail`` are the mentions that stand for entities where they are not the first.
    """

    normalized: list[Normalized] = []
    head: str | None = None
    tail: str | None = None


class KeptOfRecord(Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A document's two ids where they are not the record's, and its events."""

    name: str | None = None
    id: str | None = None
    events: list[Event] = []


def link_of(row: Normalized) -> str | None:
    """Return the Wikidata item of a link, None if it is to anything else."""
    return row.db_id if row.db_name == WIKIDATA and ITEM.fullmatch(row.db_id) else None


def common_link(mentions: Sequence[Sequence[Normalized]]) -> str | None:
    """Return the one Wikidata item that each mention has once, from the links of each.

    >>> common_link([[Normalized(db_name="Wikidata", db_id="Q42")]])
    'Q42'
    """
    found = [[item for row in rows if (item := link_of(row))] for rows in mentions]
    same = bool(found) and found[0][:1] != [] and all(each == found[0][:1] for each in found)
    return found[0][0] if same else None


def to_meta(kept: Kept | KeptOfRecord) -> dict[str, Any] | None:
    """Return what is kept as a meta, None if that is nothing."""
    found = json.decode(json.encode(kept))
    return {"bigbio": found} if found else None


def from_meta(meta: dict[str, Any] | None, kind: type[_K]) -> _K | None:
    """Return what a meta keeps for BigBIO, or None if it is or has anything else.

    >>> from_meta({"bigbio": {"head": "T7"}}, Kept).head
    'T7'
    >>> from_meta({"seen": True}, Kept) is None
    True
    """
    if set(meta or ()) - {"bigbio"}:
        return None
    try:
        return convert((meta or {}).get("bigbio", {}), kind)
    except ValidationError:
        return None
