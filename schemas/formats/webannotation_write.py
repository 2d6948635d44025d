"""A record as annotations of the W3C's model, and what that loses."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from goldwire.schemas.formats.held import kept, lost, name_of, text_of
from goldwire.schemas.record import (
    AnySpan,
    Entity,
    Evidence,
    Mention,
    Quote,
    Record,
    Relation,
)
from goldwire.schemas.spans import extent, spans

FORM = "webannotation"
OWN = "urn:goldwire:"
"""What begins the names of documents and purposes that are ours."""
MOTIVATIONS = {
    "zones": "classifying",
    "boilerplate": "classifying",
    "mentions": "tagging",
    "entities": "identifying",
    "relations": "linking",
    "quotes": "tagging",
}
"""Each layer with what its annotations are for, in the order in which they are written."""
WORDS = {
    "mentions": ("level", "value", "mod", "alternatives"),
    "relations": ("certainty", "alternatives"),
}
"""Fields of a layer's items that are words; the layers not here have but ``alternatives``."""
SPANS = {"mentions": ("parts",), "relations": ("evidence",), "quotes": ("cue", "source", "marks")}
REFERENCES = {"quotes": ("speaker", "addressee", "within")}
WIKIDATA = "http://www.wikidata.org/entity/"
_AROUND = 20
"""Characters before and after a quoted stretch."""
_REMARKS = ("optional", "alternatives", "note")
_PLACED = ("type", *_REMARKS)
_HELD = {
    "record": ("language",),
    "zones": _PLACED,
    "boilerplate": _PLACED,
    "mentions": (*_PLACED, "id", "parts", "level", "entity", "value", "mod"),
    "entities": (*_PLACED, "id", "name", "wikidata", "members"),
    "relations": (*_PLACED, "id", "head", "tail", "evidence", "certainty"),
    "quotes": (
        *_PLACED,
        *("id", "content", "cue", "source", "speaker", "addressee", "marks", "within"),
    ),
}


@dataclass(frozen=True, slots=True)
class Writer:
    """The annotations of one document: its IRI, its text, and those of items by their ids."""

    iri: str
    text: str
    names: dict[str, str]

    def named(self, name: str) -> str:
        """Return the IRI of the annotation of an entity or mention."""
        return self.names.get(name) or f"{self.iri}#entities/{escaped(name)}"

    def target(self, span: AnySpan) -> dict[str, Any]:
        """Return a stretch of the text, by its position and by its words."""
        start, end = extent(span) or (0, 0)
        position = {"type": "TextPositionSelector", "start": start, "end": end}
        words = {
            "type": "TextQuoteSelector",
            "exact": self.text[start:end],
            "prefix": self.text[max(start - _AROUND, 0) : start],
            "suffix": self.text[end : end + _AROUND],
        }
        return {"type": "SpecificResource", "source": self.iri, "selector": [position, words]}

    def stretch(self, role: str, found: Iterable[AnySpan | None]) -> Iterator[dict[str, Any]]:
        """Yield bodies for spans that have a role in an item."""
        for span in found:
            if span and extent(span):
                more = f"/{span.group}" if isinstance(span, Evidence) and span.group > 1 else ""
                yield {**self.target(span), "purpose": f"{OWN}{role}{more}"}


def escaped(name: str) -> str:
    """Return an id as a part of an IRI; "~" is escaped, since it begins what is no id."""
    return quote(name, safe="").replace("~", "%7E")


def words(purpose: str, value: str) -> dict[str, Any]:
    """Return a body of words."""
    return {"type": "TextualBody", "purpose": purpose, "value": value}


def _reference(purpose: str, iri: str) -> dict[str, Any]:
    return {"type": "SpecificResource", "purpose": purpose, "source": iri}


def iri_of(record: Record) -> str:
    """Return the IRI of a record's document: its own, or one of ours."""
    name = name_of(record, FORM)
    return f"{OWN}{name}" if name == record.id else name


def annotations_of(record: Record) -> Iterator[dict[str, Any]]:
    """Yield a record's annotations, the one of the document first."""
    text, iri = text_of(record), iri_of(record)
    names = {
        item.id: _name(iri, layer, number, item)
        for layer in ("mentions", "entities")  # an entity goes before a mention of its name
        for number, item in enumerate(getattr(record, layer) or ())
        if item.id
    }
    writer = Writer(iri, text, names)
    yield _document(record, writer)
    for layer, motivation in MOTIVATIONS.items():
        for number, item in enumerate(getattr(record, layer) or ()):
            target = _target(writer, item)
            if target:
                other = kept(item, FORM).get("other")
                body = list(_bodies(writer, layer, item))
                yield {
                    **(other if isinstance(other, dict) else {}),
                    "id": _name(iri, layer, number, item),
                    "type": "Annotation",
                    "motivation": motivation,
                    **({"body": body} if body else {}),
                    "target": target,
                }


def _document(record: Record, writer: Writer) -> dict[str, Any]:
    text = words("describing", writer.text) | {"format": "text/plain"}
    if record.language is not None:
        text["language"] = record.language
    layers = [layer for layer in MOTIVATIONS if getattr(record, layer) is not None]
    return {
        "id": f"{writer.iri}#document",
        "type": "Annotation",
        "motivation": "describing",
        "body": [text, *(words(f"{OWN}layer", layer) for layer in layers)],
        "target": writer.iri,
    }


def _name(iri: str, layer: str, number: int, item: Any) -> str:
    said = kept(item, FORM).get("id")
    if isinstance(said, str):
        return said
    name = getattr(item, "id", None)
    return f"{iri}#{layer}/{escaped(name) if name else f'~{number}'}"


def _target(writer: Writer, item: Any) -> Any:
    """Return what an annotation is of; nothing for an item that has no place."""
    if isinstance(item, Entity):
        return writer.iri
    if isinstance(item, Relation):
        return [writer.named(item.head), writer.named(item.tail)]
    if isinstance(item, Quote):
        return [writer.target(span) for span in item.content if extent(span)]
    return writer.target(item) if extent(item) else None


def _bodies(writer: Writer, layer: str, item: Any) -> Iterator[dict[str, Any]]:
    if item.type is not None:
        yield words("tagging", item.type)
    if item.note is not None:
        yield words("commenting", item.note)
    if item.optional:
        yield words(f"{OWN}optional", "true")
    for field in WORDS.get(layer, ("alternatives",)):
        if (value := getattr(item, field)) is not None:
            yield words(f"{OWN}{field}", value)
    for field in SPANS.get(layer, ()):
        found = getattr(item, field)
        yield from writer.stretch(field, found if isinstance(found, list) else [found])
    for field in REFERENCES.get(layer, ()):
        if name := getattr(item, field):
            iri = f"{writer.iri}#quotes/{escaped(name)}" if field == "within" else None
            yield _reference(f"{OWN}{field}", iri or writer.named(name))
    if isinstance(item, Mention) and item.entity:
        yield _reference("identifying", f"{writer.iri}#entities/{escaped(item.entity)}")
    if isinstance(item, Entity):
        yield from _identity(writer, item)


def _identity(writer: Writer, entity: Entity) -> Iterator[dict[str, Any]]:
    if entity.name is not None:
        yield words("describing", entity.name)
    if entity.wikidata and entity.wikidata.id:
        yield _reference("identifying", WIKIDATA + entity.wikidata.id)
    if entity.wikidata and entity.wikidata.nil_reason is not None:
        yield words(f"{OWN}nil_reason", entity.wikidata.nil_reason)
    for member in entity.members:
        yield _reference(f"{OWN}members", f"{writer.iri}#entities/{escaped(member)}")


def lost_of(record: Record) -> Iterator[str]:
    """Yield in plain words what annotations can't hold of a record."""
    text_of(record)
    yield from lost(record, FORM, _HELD)
    if count := sum(extent(span) is None for _, span in spans(record)):
        yield f"spans without a place ({count})"
