"""The closed lists of labels, read from the data files beside this module."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from goldwire.schemas.record import Record

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
_EVERY = (*LABELLED, ("relations", "Relation", "type", "relation"))
Labels = Mapping[str, frozenset[str]]
"""The labels that records may have, by the name of their list."""


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


class Open(frozenset[str]):
    """The labels of gold of another scheme; predictions may have others, all of them wrong."""

    def __contains__(self, label: object) -> bool:
        return True

    def issuperset(self, other: Iterable[object], /) -> bool:
        """Let any label pass."""
        return True


@cache
def own_labels() -> Labels:
    """Return the closed lists, that of relation types with the inverse names."""
    relations = frozenset((*relation_types(), *inverses()))
    return {name: frozenset(known) for name, known in labels().items()} | {"relation": relations}


def labels_of(records: Iterable[Record]) -> Labels:
    """Return the labels that some records have: what another scheme is known by."""
    found: dict[str, set[str]] = {name: set() for *_, name in _EVERY}
    for record in records:
        for layer, _, key, name in _EVERY:
            found[name] |= {getattr(each, key) for each in getattr(record, layer) or ()}
    return {name: frozenset(filter(None, known)) for name, known in found.items()}


def label_problems(record: Record, allowed: Labels) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Yield the field path of each label that is not allowed, the label, and what is."""
    for layer, _, key, name in _EVERY:
        for index, item in enumerate(getattr(record, layer) or ()):
            label = getattr(item, key)
            if label is not None and label not in allowed[name]:
                yield f"{layer}[{index}].{key}", label, allowed[name]


def plain_type(label: str, scheme: str | None = None) -> str:
    """Return the relation type of which ``label`` is the inverse name, or ``label`` itself.

    Here and below nothing is known of the types of another ``scheme``.
    """
    return inverses().get(label, label) if scheme is None else label


def family(label: str, scheme: str | None = None) -> str:
    """Return the family of a relation type, "" if it is not known."""
    known = relation_types().get(label) if scheme is None else None
    return known.family if known else ""


def is_symmetric(label: str, scheme: str | None = None) -> bool:
    """Whether a relation type holds in both directions."""
    known = relation_types().get(label) if scheme is None else None
    return bool(known and known.symmetric)


def canonical(head: str, label: str, tail: str, scheme: str | None = None) -> tuple[str, str, str]:
    """Return a triple of ids in its one canonical direction.

    An inverse name is turned round; the arguments of a symmetric type are sorted.
    """
    if plain_type(label, scheme) != label:
        head, label, tail = tail, plain_type(label, scheme), head
    if is_symmetric(label, scheme):
        head, tail = sorted((head, tail))
    return head, label, tail


def implied(label: str, scheme: str | None = None) -> set[str]:
    """Return all types that ``label`` implies, directly or through another type."""
    found: set[str] = set()
    open_types = [label] if scheme is None else []
    while open_types:
        entry = relation_types().get(open_types.pop())
        new = set(entry.implies) - found if entry else set()
        found |= new
        open_types.extend(new)
    return found
