"""What two passes say of the same places: items by key, and where they differ.

The ids of a pass are its own, so entities are first mapped from B to A by their mentions, and
items are known by what they are of: a mention by its span and type, a relation by its triple, a
quote by its content. What names a mention or a quote names its key. Two items of one key differ if
any other field does.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Literal, cast

import msgspec
from msgspec import Struct

from goldwire.eval.entities import spans_of
from goldwire.eval.items import placed
from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.labels import canonical
from goldwire.schemas.record import Mention, Quote, Record, Relation
from goldwire.schemas.spans import extent, spans

Item = dict[str, Any]
Layer = Literal["zones", "boilerplate", "entities", "mentions", "relations", "quotes"]
Name = tuple[str, str]
"""Layer and key: what an item is known by."""
Items = dict[Name, Item]
LAYERS = ("zones", "boilerplate", "entities", "mentions", "relations", "quotes")
_APART = {"id", "note", "text"}


class Disagreement(Struct, forbid_unknown_fields=True, kw_only=True):
    """One key on which two passes differ: either side's item is null if it has none.

    ``text`` is for people: the words that the key is of.
    """

    layer: Layer
    key: str
    text: str
    a: Item | None = None
    b: Item | None = None


def words(record: Record, value: Any) -> str:
    """Return a field's value for people: spans as the words that they cover."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return " | ".join((record.text or "")[v["start"] : v["end"]] for v in value)
    return "none" if value is None else str(value)


class Keyed:
    """A pass as items by layer and key, its entities under common names; notes stand apart."""

    def __init__(self, record: Record, names: dict[str, str]) -> None:
        self.names = dict(names)
        for mention in record.mentions or ():
            if mention.id and not mention.entity:
                self.names[mention.id] = self._key("mentions", mention)
        self.quotes = {quote.id: self._key("quotes", quote) for quote in record.quotes or ()}
        self.items: Items = {}
        self.notes: dict[Name, str] = {}
        for layer in LAYERS:
            for index, item in enumerate(getattr(record, layer) or ()):
                key = self._key(layer, item)
                if (layer, key) in self.items:
                    who = record.annotation.who if record.annotation else record.id
                    place = Place(record=f"{record.id}, pass {who}", field=f"{layer}[{index}]")
                    raise DataError("repeated-item", f"stands twice: {key}", "keep one", place)
                self.items[layer, key] = fields_of(item, self._name, self.quotes.__getitem__)
                if item.note is not None:
                    self.notes[layer, key] = item.note
        self._name_alternatives()

    def _name_alternatives(self) -> None:
        """Call each group of alternatives by its first key: a pass's own names mean nothing."""
        first: dict[Name, str] = {}
        for (layer, key), item in sorted(self.items.items()):
            if "alternatives" in item:
                group = layer, item["alternatives"]
                item["alternatives"] = first.setdefault(group, key)

    def _name(self, entity: str | None) -> str:
        return self.names.get(entity, entity) if entity else ""

    def _key(self, layer: str, item: Any) -> str:
        if isinstance(item, Mention):
            reading = f" {self._name(item.entity)}" if item.alternatives else ""
            return f"{_spans_key(spans_of(item))} {item.type}{reading}".rstrip()
        if isinstance(item, Relation):
            return " ".join(canonical(self._name(item.head), item.type, self._name(item.tail)))
        if isinstance(item, Quote):
            return f"{_spans_key(placed(*item.content))} {self._name(item.speaker)}".strip()
        if layer == "entities":
            return self._name(item.id)
        return f"{_spans_key(placed(item))} {item.type}"


def fields_of(
    item: Any, name: Callable[[str], str] = str, quote: Callable[[str], str] = str
) -> Item:
    """Return an item's fields in one form, id and note left out, whatever it names renamed.

    ``name`` gives the common name of what an id of an entity or mention stands for, ``quote``
    that of a quote.
    """
    fields = {
        key: value if key == "meta" else _bare(value)
        for key, value in msgspec.to_builtins(item).items()
        if key not in _APART
    }
    for key in ("entity", "head", "tail", "speaker", "addressee"):
        if key in fields:
            fields[key] = name(fields[key])
    if isinstance(item, Relation):
        fields["head"], fields["type"], fields["tail"] = canonical(
            fields["head"], fields["type"], fields["tail"]
        )
        fields["evidence"] = _groups(fields.get("evidence", []))
    if len(fields.get("parts", ())) == 1:
        del fields["parts"]  # one part alone is the mention itself
    if "members" in fields:
        fields["members"] = sorted(map(name, fields["members"]))
    if "within" in fields:
        fields["within"] = quote(fields["within"])
    return fields


def _bare(value: Any) -> Any:
    """Return spans without their words: gold is stand-off."""
    if isinstance(value, list):
        return [_bare(each) for each in value]
    if isinstance(value, dict):
        return {key: each for key, each in value.items() if key != "text"}
    return value


def _groups(evidence: list[Item]) -> list[Item]:
    """Return evidence with its groups numbered by where they stand, spans sorted."""
    groups: dict[int, list[tuple[int, int]]] = {}
    for span in evidence:
        groups.setdefault(span.get("group", 1), []).append((span["start"], span["end"]))
    ordered = sorted(sorted(spans) for spans in groups.values())
    return [
        {"start": start, "end": end, "group": number}
        for number, spans in enumerate(ordered, 1)
        for start, end in spans
    ]


def _spans_key(spans: tuple[tuple[int, int], ...]) -> str:
    return ",".join(f"{start}-{end}" for start, end in spans)


def common_names(a: Record, b: Record) -> dict[str, str]:
    """Map B's entities to A's: each to the one with which it shares most mentions, one to one.

    One of B that finds none keeps its id, with a mark if A has that id for another.
    """
    owners = {(spans_of(m), m.type): m.entity for m in a.mentions or ()}
    shared = Counter(
        (m.entity, owner)
        for m in b.mentions or ()
        if m.entity and (owner := owners.get((spans_of(m), m.type)))
    )
    names: dict[str, str] = {}
    for (mine, theirs), _ in sorted(shared.items(), key=lambda each: (-each[1], each[0])):
        if mine not in names and theirs not in names.values():
            names[mine] = theirs
    taken = {entity.id for entity in a.entities or ()} | set(names.values())
    for entity in b.entities or ():
        if entity.id not in names:
            name = entity.id
            while name in taken:
                name += "-b"
            names[entity.id] = name
            taken.add(name)
    return names


def keyed(a: Record, b: Record) -> tuple[Keyed, Keyed]:
    """Return both passes as items by layer and key, under A's names for entities.

    Raises DataError if they are not over one text, if a span has no offsets, or if a pass
    has two items of one key.
    """
    require_same_text(a, b, "passes")
    return Keyed(a, {}), Keyed(b, common_names(a, b))


def require_same_text(a: Record, b: Record, called: str) -> None:
    """Raise DataError if two records are not over one text, or if a span has no offsets."""
    if a.text != b.text or a.id != b.id:
        which = f"{a.id} and {b.id}" if a.id != b.id else f"two texts of {a.id}"
        cure = f"give {called} over the same article"
        raise DataError("other-text", f"the {called} are over {which}", cure)
    for record in (a, b):
        for path, span in spans(record):
            if extent(span) is None:
                where = Place(record=record.id, field=path)
                what = "a pass must have start and end"
                raise DataError("span-incomplete", what, "give both", where)


def disagreements(a: Record, b: Record) -> Iterator[Disagreement]:
    """Yield every key on which two passes differ, in the order of layers and text."""
    one, other = keyed(a, b)
    for name in sorted(one.items.keys() | other.items.keys(), key=place_of):
        left, right = one.items.get(name), other.items.get(name)
        if compared(left) != compared(right):
            layer, key = name
            text = shown(a, left or right or {})
            yield Disagreement(layer=cast(Layer, layer), key=key, text=text, a=left, b=right)


def compared(item: Item | None) -> Item | None:
    """Return what a pass can decide from the text: an entity's name and link are gold's."""
    if item is None:
        return None
    return {key: value for key, value in item.items() if key not in ("name", "wikidata")}


def place_of(name: Name) -> tuple[int, list[int], str]:
    """Return what sorts keys in the order of layers and text."""
    layer, key = name
    first = key.partition("-")[0]
    return LAYERS.index(layer), [int(first)] if first.isdecimal() else [], key


def shown(record: Record, item: Item) -> str:
    """Return the words that an item is of, for people."""
    places = item.get("content") or item.get("evidence") or [item]
    parts = [(record.text or "")[s["start"] : s["end"]] for s in places if "start" in s]
    return " … ".join(parts) or item.get("name", "")
