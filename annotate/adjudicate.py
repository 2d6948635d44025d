"""From two passes and the decisions on their disagreements to gold.

What the passes agree on is taken as it is. Each key on which they differ needs a decision in
``decisions.json``; a decision may also be on a key that they agree on, or on a new one, where
a later reading found an error of both. Gold is never edited: it is made by this module.
"""

from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from goldwire.annotate.compare import LAYERS, Disagreement, Item, disagreements, keyed
from goldwire.corpus.checks import require
from goldwire.corpus.load import load
from goldwire.schemas.decoding import decode, mismatch
from goldwire.schemas.derived import Derived, whole
from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.labels import relation_types
from goldwire.schemas.reading import read_bytes
from goldwire.schemas.record import (
    SCHEMA_VERSION,
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
from goldwire.schemas.writing import encode_gold, write_bytes

Choice = Literal["a", "b", "other", "neither"]
PassName = Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9-]*$")]
_KINDS: dict[str, type[Struct]] = {
    "zones": Zone,
    "boilerplate": Boilerplate,
    "entities": Entity,
    "mentions": Mention,
    "relations": Relation,
    "quotes": Quote,
}
_PREFIX = {"mentions": "m", "relations": "r", "quotes": "q"}


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


def folders(root: Path) -> list[Path]:
    """Return the article folders of a checkout that have decisions."""
    return sorted(path.parent for path in root.glob("corpus/articles/*/decisions.json"))


def derived(root: Path) -> list[Derived]:
    """Return each article's gold as its passes and decisions give it."""
    return [whole(folder / "gold.json", gold(folder)) for folder in folders(root)]


def read(folder: Path) -> tuple[Decisions, Record, Record]:
    """Read an article's decisions and its two passes."""
    path = folder / "decisions.json"
    decisions = decode(read_bytes(path), _DECODER, Place(str(path)))
    (a,), (b,) = (load(folder / "passes" / f"{name}.json") for name in decisions.passes)
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
    return decisions, a, b


def _require_item(layer: str, item: Item, where: Place) -> None:
    """Raise DataError if an item that was written by hand is none of its layer."""
    kind = _KINDS[layer]
    try:
        msgspec.convert({**item, "id": "x"} if "id" in kind.__struct_fields__ else item, kind)
    except msgspec.ValidationError as error:
        raise mismatch(str(error), kind, where) from None


def undecided(folder: Path) -> list[Disagreement]:
    """Return the disagreements on which no decision has been made; DataError for a stale one.

    A decision is stale if a side of it is no longer what that pass says.
    """
    decisions, a, b = read(folder)
    known = {(each.layer, each.key): each for each in decisions.decisions}
    one, other = keyed(a, b)
    for name, decision in known.items():
        if (decision.a, decision.b) != (one.items.get(name), other.items.get(name)):
            where = Place(str(folder / "decisions.json"), field=f"{name[0]} {name[1]}")
            cure = "remove the decision and decide anew"
            raise DataError("stale-decision", "the passes say something else now", cure, where)
    fresh = [each for each in disagreements(a, b) if (each.layer, each.key) not in known]
    return [*(each for each in decisions.decisions if each.choice is None), *fresh]


def write_open(folder: Path, open_ones: list[Disagreement]) -> None:
    """Add disagreements to ``decisions.json`` as decisions that are still open."""
    decisions, _, _ = read(folder)
    known = {(each.layer, each.key) for each in decisions.decisions}
    decisions.decisions += [
        Decision(layer=each.layer, key=each.key, text=each.text, a=each.a, b=each.b)
        for each in open_ones
        if (each.layer, each.key) not in known
    ]
    content = msgspec.json.format(msgspec.json.encode(decisions), indent=1) + b"\n"
    write_bytes(folder / "decisions.json", content)


def gold(folder: Path) -> bytes:
    """Return ``gold.json`` as the passes and decisions give it; DataError if one is open."""
    open_ones = undecided(folder)
    if open_ones:
        raise DataError(
            "undecided",
            f"{len(open_ones)} disagreements have no decision",
            "run goldwire annotate adjudicate and decide them",
            Place(str(folder / "decisions.json")),
        )
    decisions, a, b = read(folder)
    items = _decided(decisions, keyed(a, b)[0].items)
    place = Place(str(folder / "decisions.json"))
    unknown = set(decisions.links) - {item["_key"] for item in items["entities"]}
    if unknown:
        what = f"links for entities that gold does not have: {', '.join(sorted(unknown))}"
        raise DataError("dangling-id", what, "remove or rename them", place)
    record = _record(items, decisions, a, place)
    record.text = a.text
    require(record, place)
    record.text = None
    return encode_gold(record)


def stale(folder: Path) -> bool:
    """Say whether ``gold.json`` is not what the passes and decisions give."""
    path = folder / "gold.json"
    return not path.exists() or read_bytes(path) != gold(folder)


def write_gold(folder: Path) -> None:
    """Write ``gold.json``."""
    write_bytes(folder / "gold.json", gold(folder))


def _decided(decisions: Decisions, agreed: dict[tuple[str, str], Item]) -> dict[str, list[Item]]:
    """Return the items of each layer: those of A, changed where a decision says so."""
    items = dict(agreed)
    for each in decisions.decisions:
        chosen = {"a": each.a, "b": each.b, "other": each.other, "neither": None}
        item = chosen[each.choice] if each.choice else None
        items.pop((each.layer, each.key), None)
        if item is not None:
            items[each.layer, each.key] = item | ({"note": each.note} if each.note else {})
    return {
        layer: [item | {"_key": key} for (name, key), item in items.items() if name == layer]
        for layer in LAYERS
    }


def _record(items: dict[str, list[Item]], decisions: Decisions, a: Record, place: Place) -> Record:
    """Put the items together: in the order of the text, with fresh ids and links."""
    for layer, prefix in _PREFIX.items():
        items[layer].sort(key=_order)
        for number, item in enumerate(items[layer], 1):
            item["id"] = f"{prefix}{number}"
    for layer in ("zones", "boilerplate"):
        items[layer].sort(key=_order)
    quote_ids = {item["_key"]: item["id"] for item in items["quotes"]}
    for item in items["quotes"]:
        if "within" in item:
            if item["within"] not in quote_ids:
                where = Place(place.file, field=f"quotes {item['_key']}")
                what = f'gold has no quote "{item["within"]}" for its within'
                raise DataError("dangling-id", what, "decide on the two together", where)
            item["within"] = quote_ids[item["within"]]
    first = {}
    for mention in reversed(items["mentions"]):
        first[mention.get("entity")] = mention["start"]
    for entity in items["entities"]:
        entity["id"] = entity["_key"]
        if entity["id"] in decisions.links:
            entity["wikidata"] = msgspec.to_builtins(decisions.links[entity["id"]])
    for relation in items["relations"]:
        entry = relation_types().get(relation["type"])
        if entry and entry.symmetric:
            ends = sorted((relation["head"], relation["tail"]), key=lambda n: first.get(n, 0))
            relation["head"], relation["tail"] = ends
    items["entities"].sort(key=lambda entity: (first.get(entity["id"], 0), entity["id"]))
    layers = {
        layer: [{key: value for key, value in item.items() if key != "_key"} for item in found]
        for layer, found in items.items()
        if found or getattr(a, layer) is not None
    }
    return msgspec.convert(
        {
            "id": a.id,
            "schema_version": SCHEMA_VERSION,
            "guidelines_version": decisions.guidelines_version,
            "language": a.language,
            "sha256": a.sha256,
            "source": msgspec.to_builtins(a.source),
            "annotation": msgspec.to_builtins(decisions.annotation),
            **layers,
        },
        Record,
    )


def _order(item: dict[str, Any]) -> tuple[int, int, str]:
    spans = item.get("content") or item.get("evidence") or [item]
    return spans[0].get("start", 0), -spans[-1].get("end", 0), item["_key"]
