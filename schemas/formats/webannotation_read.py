"""Annotations of one document as the layers of a record."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import msgspec

from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.formats.held import meta
from goldwire.schemas.formats.json_items import others, shaped
from goldwire.schemas.formats.webannotation_place import placed
from goldwire.schemas.formats.webannotation_write import (
    FORM,
    MOTIVATIONS,
    OWN,
    REFERENCES,
    SPANS,
    WORDS,
)
from goldwire.schemas.record import (
    Boilerplate,
    Entity,
    Evidence,
    Link,
    Mention,
    Quote,
    Record,
    Relation,
    Span,
    Zone,
)

_WIKIDATA = re.compile(r"https?://(?:www\.)?wikidata\.org/(?:entity|wiki)/(Q[1-9][0-9]*)")
ITEM = re.compile(rf"#({'|'.join(MOTIVATIONS)})/(.*)", re.DOTALL)
"""What follows a document's IRI in those of our annotations: layer and id."""
_ANNOTATION = "an annotation has id, target and, if it says something, body"
_TAG = "give it one TextualBody with the purpose tagging, whose value is the type"


class Resource(msgspec.Struct):
    """A body or a target: words, another resource, or a stretch of one."""

    type: Any = None
    id: str | None = None
    source: str | dict[str, Any] | None = None
    selector: Any = None
    purpose: str | list[str] | None = None
    value: str | None = None
    language: str | None = None

    @property
    def iri(self) -> str | None:
        """The IRI of the resource, or of what it is a stretch of."""
        source = self.source.get("id") if isinstance(self.source, dict) else self.source
        return source if isinstance(source, str) else self.id


class Annotation(msgspec.Struct):
    """One annotation as it stands."""

    id: str
    target: Any
    type: Any = None
    motivation: str | list[str] | None = None
    body: Any = None
    bodyValue: str | None = None  # noqa: N815


@dataclass(frozen=True, slots=True)
class Read:
    """An annotation with its place, targets and bodies, and the keys that a record lacks."""

    place: Place
    annotation: Annotation
    targets: list[Resource]
    bodies: list[tuple[str, Resource]]
    other: dict[str, Any]

    @property
    def linking(self) -> bool:
        """Whether it is for linking others."""
        return _first(self.annotation.motivation) == "linking"


def annotation_of(value: dict[str, Any], place: Place) -> Read:
    """Return an annotation with its targets and its bodies, each with its purpose.

    A body without a purpose has the annotation's motivation.
    """
    found = shaped(value, Annotation, place, _ANNOTATION)
    place = Place(place.file, place.line, field=f'annotation "{found.id}"')
    bodies = _resources(found.body, place)
    if found.bodyValue is not None:
        bodies.append(Resource(value=found.bodyValue))
    whole = _first(found.motivation)
    return Read(
        place,
        found,
        _resources(found.target, place),
        [(_first(each.purpose) or whole, each) for each in bodies],
        others(value, Annotation),
    )


def _resources(value: Any, place: Place) -> list[Resource]:
    values = value if isinstance(value, list) else [] if value is None else [value]
    return [
        Resource(id=each) if isinstance(each, str) else shaped(each, Resource, place, _ANNOTATION)
        for each in values
    ]


def _first(value: str | list[str] | None) -> str:
    return (value[0] if value else "") if isinstance(value, list) else value or ""


@dataclass(frozen=True, slots=True)
class Reader:
    """The annotations of one document: its IRI, its text, and ids of items by their IRIs."""

    iri: str
    record: Record
    names: dict[str, str]

    def layer(self, iri: str) -> tuple[str, str | None] | None:
        """Return the layer and id that an annotation's IRI has if it is one of ours."""
        found = ITEM.fullmatch(iri.removeprefix(self.iri)) if iri.startswith(self.iri) else None
        if found is None:
            return None
        return found[1], None if found[2].startswith("~") else unquote(found[2])

    def named(self, iri: str | None, place: Place) -> str:
        """Return the id of the item that an IRI names; DataError if there is none."""
        own = self.layer(iri or "")
        name = own[1] if own else self.names.get(iri or "")
        if name is None:
            what = f'it names "{iri}", which is no annotation of the document'
            raise DataError("no-such-annotation", what, "correct the IRI", place)
        return name

    def span(self, each: Resource, place: Place) -> Span:
        """Return the stretch that a resource selects."""
        if each.iri not in (self.iri, None):
            what = f'it is of "{each.iri}" too, not of "{self.iri}" alone'
            raise DataError("other-document", what, "annotate one document at a time", place)
        start, end = placed(each.selector or [], self.record.text or "", place)
        return Span(start=start, end=end)


def add(reader: Reader, read: Read) -> None:
    """Add what an annotation says to a record; DataError if a record can't hold it."""
    layer, own = layer_of(reader, read), reader.layer(read.annotation.id)
    items = getattr(reader.record, layer) or []
    if items == []:
        setattr(reader.record, layer, items)
    fields = dict(_fields(reader, layer, read))
    name = own[1] if own else read.annotation.id
    if (name is not None and not 0 < len(name) <= 256) or (layer == "entities" and name is None):
        what = "its id has no characters, or over 256"
        raise DataError("no-id", what, "give it another", read.place)
    if own is None:
        fields["id"] = name
        fields["meta"] = meta(FORM, id=read.annotation.id, other=read.other)
    else:
        fields |= {"id": name} if layer not in ("zones", "boilerplate") else {}
        fields["meta"] = meta(FORM, other=read.other)
    made = _MAKERS[layer](reader, read, fields)
    items.append(made)
    if layer == "mentions":
        reader.names[read.annotation.id] = made.entity or made.id


def layer_of(reader: Reader, read: Read) -> str:
    """Return the layer that an annotation is of: what its IRI says, or what it is for."""
    if own := reader.layer(read.annotation.id):
        return own[0]
    return "relations" if read.linking else "mentions"


def _fields(reader: Reader, layer: str, read: Read) -> Iterator[tuple[str, Any]]:
    """Yield what the bodies say, but for an entity's own."""
    tags = []
    spans: dict[str, list[Span]] = {}
    for purpose, body in read.bodies:
        role, _, group = purpose.removeprefix(OWN).partition("/")
        ours = purpose.startswith(OWN)
        if purpose in ("tagging", "classifying", "linking") and body.value is not None:
            tags.append(body.value)
        elif purpose == "commenting" and body.value is not None:
            yield "note", body.value
        elif purpose == f"{OWN}optional":
            yield "optional", True
        elif ours and role in WORDS.get(layer, ("alternatives",)):
            yield role, _value(body, read.place)
        elif ours and role in SPANS.get(layer, ()):
            spans.setdefault(role, []).append(_span(reader, body, role, group, read.place))
        elif ours and role in REFERENCES.get(layer, ()):
            yield role, reader.named(body.iri, read.place)
        elif not (layer == "entities" or (layer == "mentions" and purpose == "identifying")):
            what = f'a body with the purpose "{purpose}" says nothing that a record holds'
            raise DataError("unknown-purpose", what, f"remove it; {_TAG}", read.place)
    if len(tags) > 1:
        what = f"it has {len(tags)} tags: {', '.join(tags)}"
        raise DataError("several-tags", what, _TAG, read.place)
    yield from ((("type", tags[0]),) if tags else ())
    for role, found in spans.items():
        yield role, found[0] if role == "source" else found


def _value(body: Resource, place: Place) -> str:
    if body.value is None:
        raise DataError("no-value", "a body has no value", "give it one", place)
    return body.value


def _span(reader: Reader, body: Resource, role: str, group: str, place: Place) -> Span:
    span = reader.span(body, place)
    if role != "evidence":
        return span
    number = int(group) if group.isascii() and group.isdecimal() and len(group) < 10 else 0
    if group and not number:
        raise DataError("no-group", f'"{group}" is no number of a group', "count from 1", place)
    return Evidence(start=span.start, end=span.end, group=number or 1)


def _placed(reader: Reader, read: Read, fields: dict[str, Any]) -> dict[str, Any]:
    if len(read.targets) != 1:
        what = f"it has {len(read.targets)} targets, each of which would be a mention"
        cure = "give each an annotation of its own"
        raise DataError("several-targets", what, cure, read.place)
    span = reader.span(read.targets[0], read.place)
    return {**fields, "start": span.start, "end": span.end}


def _zone(reader: Reader, read: Read, fields: dict[str, Any]) -> Zone:
    return Zone(**_typed(_placed(reader, read, fields), read))


def _boilerplate(reader: Reader, read: Read, fields: dict[str, Any]) -> Boilerplate:
    return Boilerplate(**_placed(reader, read, fields))


def _typed(fields: dict[str, Any], read: Read) -> dict[str, Any]:
    if "type" not in fields:
        raise DataError("no-tag", "it has no type", _TAG, read.place)
    return fields


def _mention(reader: Reader, read: Read, fields: dict[str, Any]) -> Mention:
    known = [body for purpose, body in read.bodies if purpose == "identifying"]
    if not known and reader.layer(read.annotation.id) is None:
        _typed(fields, read)
    made = Mention(**_placed(reader, read, fields))
    for body in known:
        made.entity = _entity_of(reader, body, made, read.place)
    return made


def _entity_of(reader: Reader, body: Resource, mention: Mention, place: Place) -> str:
    """Return the id of the entity that a mention is said to be, which is made if it is new."""
    said = body.iri or body.value or ""
    if own := reader.layer(said):
        return own[1] or ""
    item = _WIKIDATA.fullmatch(said)
    name = item[1] if item else said
    if not 0 < len(name) <= 256:
        what = "its identifying body names nothing, or something over 256 characters"
        raise DataError("no-identity", what, "give an IRI as its source", place)
    reader.record.entities = entities = reader.record.entities or []
    if name not in [entity.id for entity in entities]:
        link = Link(id=name) if item else None
        entities.append(Entity(id=name, type=mention.type, wikidata=link))
    return name


def _entity(reader: Reader, read: Read, fields: dict[str, Any]) -> Entity:
    made = Entity(**fields)
    for purpose, body in read.bodies:
        if purpose == "describing":
            made.name = body.value
        elif purpose == f"{OWN}nil_reason":
            made.wikidata = Link(nil_reason=_value(body, read.place))
        elif purpose == f"{OWN}members":
            made.members.append(reader.named(body.iri, read.place))
        elif purpose == "identifying" and (item := _WIKIDATA.fullmatch(body.iri or "")):
            made.wikidata = Link(id=item[1])
    return made


def _relation(reader: Reader, read: Read, fields: dict[str, Any]) -> Relation:
    if len(read.targets) != 2:
        what = f"it links {len(read.targets)} things"
        raise DataError("not-two", what, "give two targets: its head and its tail", read.place)
    head, tail = (reader.named(each.iri, read.place) for each in read.targets)
    return Relation(head=head, tail=tail, **_typed(fields, read))


def _quote(reader: Reader, read: Read, fields: dict[str, Any]) -> Quote:
    return Quote(content=[reader.span(each, read.place) for each in read.targets], **fields)


_MAKERS: dict[str, Any] = {
    "zones": _zone,
    "boilerplate": _boilerplate,
    "mentions": _mention,
    "entities": _entity,
    "relations": _relation,
    "quotes": _quote,
}
