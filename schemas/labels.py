"""The closed lists of labels, read from the data files beside this module."""

from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

_DATA = Path(__file__).parent / "data"

Family = Literal["entity", "event"]

LABELLED = (
    ("zones", "Zone", "type", "zone"),
    ("boilerplate", "Boilerplate", "type", "boilerplate"),
    ("mentions", "Mention", "type", "mention"),
    ("mentions", "Mention", "level", "level"),
    ("mentions", "Mention", "mod", "mod"),
    ("entities", "Entity", "type", "mention"),
    ("relations", "Relation", "certainty", "certainty"),
    ("quotes", "Quote", "type", "quote"),
)
"""Where labels stand: layer, record type, field, and the closed list that it takes from.

The types of relations have a list of their own, and predictions may use inverse names.
"""


class Label(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One label: what it means, an invented example, and one that it does not fit."""

    definition: str
    example: str
    counterexample: str


class RelationType(Label, frozen=True, forbid_unknown_fields=True):
    """One entry of the closed list of relation types.

    ``head`` and ``tail`` are the entity types allowed there, ``inverse`` the name under
    which predictions may give the relation the other way round, ``implies`` the types
    that hold between the same arguments whenever this one does. ``wikidata`` is the
    property as a SPARQL path, ``^P170`` for one from tail to head; ``ace`` the type in
    ACE 2005; both null where none fits.
    """

    head: tuple[str, ...]
    tail: tuple[str, ...]
    symmetric: bool
    inverse: str | None
    implies: tuple[str, ...]
    family: Family
    wikidata: str | None
    ace: str | None


@cache
def labels() -> dict[str, dict[str, Label]]:
    """Return each closed list by its name."""
    return msgspec.json.decode(
        (_DATA / "labels.json").read_bytes(), type=dict[str, dict[str, Label]]
    )


@cache
def relation_types() -> dict[str, RelationType]:
    """Return the closed list of relation types, by name."""
    return msgspec.json.decode(
        (_DATA / "relation_types.json").read_bytes(), type=dict[str, RelationType]
    )


@cache
def inverses() -> dict[str, str]:
    """Return each inverse name with the type that it is the inverse of."""
    return {t.inverse: name for name, t in relation_types().items() if t.inverse}


def canonical(head: str, label: str, tail: str) -> tuple[str, str, str]:
    """Return a triple of ids in its one canonical direction.

    An inverse name is turned round; the arguments of a symmetric type are sorted.
    """
    if label in inverses():
        head, label, tail = tail, inverses()[label], head
    if label in relation_types() and relation_types()[label].symmetric:
        head, tail = sorted((head, tail))
    return head, label, tail


def implied(label: str) -> set[str]:
    """Return all types that ``label`` implies, directly or through another type."""
    found: set[str] = set()
    open_types = [label]
    while open_types:
        entry = relation_types().get(open_types.pop())
        new = set(entry.implies) - found if entry else set()
        found |= new
        open_types.extend(new)
    return found
