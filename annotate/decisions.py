"""The file ``decisions.json`` of an article: which passes, and what was decided on each key."""

from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from goldwire.annotate.compare import Disagreement, Item
from goldwire.corpus.load import load
from goldwire.schemas.decoding import decode, mismatch
from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.near import did_you_mean
from goldwire.schemas.plain import shorten
from goldwire.schemas.reading import read_bytes
from goldwire.schemas.record import (
    Annotation,
    Boilerplate,
    Entity,
    Link,
    Mention,
    Quote,
    Record,
    Relation,
    Zone,
)
from goldwire.schemas.writing import write_bytes

Choice = Literal["a", "b", "other", "neither"]
PassName = Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9-]*$")]
KINDS: dict[str, type[Struct]] = {
    "zones": Zone,
    "boilerplate": Boilerplate,
    "entities": Entity,
    "mentions": Mention,
    "relations": Relation,
    "quotes": Quote,
}
"""The type of each layer's items."""


class Decision(Disagreement, forbid_unknown_fields=True, kw_only=True):
    """What was decided on one key: A's item, B's, another one, or none; by which rule, and why.

    ``choice`` is null while it is open. ``other`` is the item if the choice is "other". ``note`` is
    what gold says of an item that is optional or one of several readings.
    """

    choice: Choice | None = None
    other: Item | None = None
    rule: str | None = None
    why: str | None = None
    note: str | None = None

    def item(self) -> Item | None:
        """Return the item that was chosen, None for none."""
        chosen = {"a": self.a, "b": self.b, "other": self.other, "neither": None}
        return chosen[self.choice] if self.choice else None


class Decisions(Struct, forbid_unknown_fields=True, kw_only=True):
    """The file ``decisions.json``: the passes, what gold says of itself, links, decisions.

    ``links`` are by entity: passes are made from the text alone, so what had to be looked up is
    added here.
    """

    passes: tuple[PassName, PassName]
    guidelines_version: str
    annotation: Annotation
    links: dict[str, Link] = msgspec.field(default_factory=dict)
    decisions: list[Decision] = msgspec.field(default_factory=list)


_DECODER = msgspec.json.Decoder(Decisions)


def path_of(folder: Path) -> Path:
    """Return where an article's decisions are kept."""
    return folder / "decisions.json"


def read(folder: Path) -> tuple[Decisions, Record, Record]:
    """Read an article's decisions and its two passes."""
    decisions = read_decisions(folder)
    a, b = (read_pass(folder, name) for name in decisions.passes)
    return decisions, a, b


def read_decisions(folder: Path) -> Decisions:
    """Read an article's decisions; DataError if one has not the form that it must have."""
    path = path_of(folder)
    decisions = decode(read_bytes(path), _DECODER, Place(str(path)))
    seen: set[tuple[str, str]] = set()
    for each in decisions.decisions:
        where = Place(str(path), field=f"{each.layer} {each.key}")
        if (each.layer, each.key) in seen:
            raise DataError("repeated-decision", "decided twice", "keep one", where)
        seen.add((each.layer, each.key))
        if (each.choice == "other") != (each.other is not None):
            what = 'expected an item under "other" with the choice "other", and only then'
            raise DataError("decision-form", what, "give it, or choose again", where)
        if each.other is not None:
            _require_item(each.layer, each.other, where)
    return decisions


def read_pass(folder: Path, name: str) -> Record:
    """Read one pass over an article; DataError if there is none of that name."""
    path = folder / "passes" / f"{name}.json"
    known = sorted(each.stem for each in path.parent.glob("*.json"))
    if name not in known:
        cure = did_you_mean(name, known) or f"there are: {', '.join(known) or 'none'}"
        what = f'there is no pass "{shorten(name)}"'
        raise DataError("unknown-pass", what, cure, Place(str(path.parent)))
    (record,) = load(path)
    return record


def _require_item(layer: str, item: Item, where: Place) -> None:
    """Raise DataError if an item that was written by hand is none of its layer."""
    kind = KINDS[layer]
    try:
        msgspec.convert({**item, "id": "x"} if "id" in kind.__struct_fields__ else item, kind)
    except msgspec.ValidationError as error:
        raise mismatch(str(error), kind, where) from None


def encode(decisions: Decisions) -> bytes:
    """Return the bytes of ``decisions.json``."""
    return msgspec.json.format(msgspec.json.encode(decisions), indent=1) + b"\n"


def write(folder: Path, decisions: Decisions) -> None:
    """Write ``decisions.json``."""
    write_bytes(path_of(folder), encode(decisions))
