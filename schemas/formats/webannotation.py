"""W3C Web Annotations (the Data Model's JSON-LD with its own context).

A file is an annotation, a page, a collection with its pages in it, or a list of any of these.
Targets are stretches of a document by position, by quotation, or both, which must agree; positions
count code points, as the recommendation has it. Pages that are elsewhere are not fetched, and other
contexts not looked up.

Each item of a layer is an annotation. Ours have IRIs that begin with the document's,
``urn:goldwire:ID#LAYER/ITEM``; what is not ours is read by its motivation: "linking" with two
annotations as targets is a relation from the first to the second, all else is a mention. A body
with the purpose tagging or classifying is the type; identifying, the entity (a Wikidata item or
another IRI), which has the type of its first mention; commenting, the note. Evidence, parts, cue
and the like are stretches as bodies, fields such as level are words; their purposes are
``urn:goldwire:`` and the field. A mention of several parts targets its hull. A body without a
purpose has the annotation's motivation.

An annotation ``IRI#document`` of the document has its text as a body (describing, text/plain) and
names the layers that there are; else the text must come from ``texts``, mentions and entities
are taken to be all there are, and relations if there are any. IRIs and creators of what is not ours
are kept in ``meta``; those of pages and collections are not. Libraries of JSON-LD were not taken:
they fetch contexts, and the model's own needs none of what they do.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from goldwire.schemas.errors import DataError, Place, UsageError
from goldwire.schemas.formats import Format, Texts
from goldwire.schemas.formats.held import meta
from goldwire.schemas.formats.json_items import items
from goldwire.schemas.formats.names import article_id
from goldwire.schemas.formats.webannotation_read import (
    ITEM,
    Read,
    Reader,
    add,
    annotation_of,
    layer_of,
)
from goldwire.schemas.formats.webannotation_write import (
    FORM,
    MOTIVATIONS,
    OWN,
    annotations_of,
    lost_of,
)
from goldwire.schemas.record import Record
from goldwire.schemas.writing import write_bytes

_CONTEXT = "http://www.w3.org/ns/anno.jsonld"
_LOOKS = re.compile(
    rb'"https?://www\.w3\.org/ns/anno\.jsonld"|"type"\s*:\s*"(?:Annotation|AnnotationPage|'
    rb'AnnotationCollection|TextPositionSelector|TextQuoteSelector)"'
)
_LAST = ("entities", "zones", "boilerplate", "mentions", "relations", "quotes")
_DEEPEST = 100


def _looks(_path: Path, head: bytes) -> bool:
    return head.lstrip()[:1] in (b"[", b"{") and _LOOKS.search(head) is not None


def _read(path: Path, texts: Texts) -> Iterator[tuple[Place, Record]]:
    found = [
        annotation_of(value, where)
        for place, given in items(path)
        for where, value in _annotations(given, place, 0)
    ]
    if not found:
        what = "there is no annotation in it"
        raise DataError("empty-file", what, "give at least one", Place(str(path)))
    taken: dict[str, str] = {}
    for iri, group in _documents(found).items():
        yield _record(iri, group, texts, taken)


def _annotations(value: Any, place: Place, depth: int) -> Iterator[tuple[Place, dict[str, Any]]]:
    """Yield the annotations of a page, a collection or a graph, and those of its parts."""
    kinds = value.get("type") if isinstance(value, dict) else None
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if isinstance(value, dict) and "Annotation" in kinds:
        yield place, value
        return
    parts: list[Any] = []
    if isinstance(value, dict) and "AnnotationCollection" in kinds:
        parts = [value["first"]] if "first" in value else []
    elif isinstance(value, dict) and "AnnotationPage" in kinds:
        parts = [_members(value.get("items", []), place)]
        parts = [*parts[0], *([value["next"]] if value.get("next") is not None else [])]
    elif isinstance(value, dict) and "@graph" in value:
        parts = _members(value["@graph"], place)
    else:
        what = "this is no Annotation, AnnotationPage or AnnotationCollection"
        if isinstance(value, str):
            what = f'the page "{value}" is not in this file, and is not fetched'
        raise DataError("no-annotation", what, "give the annotations themselves", place)
    if depth > _DEEPEST:
        raise DataError("too-deep", "pages are nested too deeply", "give a list", place)
    for part in parts:
        yield from _annotations(part, place, depth + 1)


def _members(value: Any, place: Place) -> list[Any]:
    if not isinstance(value, list):
        raise DataError("wrong-type", "expected a list of annotations", "give a list", place)
    return value


def _documents(found: list[Read]) -> dict[str | None, list[Read]]:
    """Return annotations by the IRI of their document, None for those that name none."""
    known: dict[str, Read] = {}
    for read in found:
        if known.setdefault(read.annotation.id, read) is not read:
            what = "another annotation has the same id"
            raise DataError("repeated-id", what, "give each its own", read.place)
    groups: dict[str | None, list[Read]] = {}
    for read in found:
        groups.setdefault(_document(read, known), []).append(read)
    return groups


def _document(read: Read, known: dict[str, Read]) -> str | None:
    """Return the IRI of the document of an annotation, or of the annotation that it links."""
    if not read.targets:
        raise DataError("no-target", "it has no target", "give it one", read.place)
    target = read.targets[0]
    if target.selector is not None:
        return target.iri
    linked = known.get(target.iri or "")
    if linked is None and read.linking and not ITEM.search(target.iri or ""):
        what = f'it names "{target.iri}", which is no annotation of the document'
        raise DataError("no-such-annotation", what, "correct the IRI", read.place)
    if linked is None:
        item = ITEM.search(target.iri or "")
        return target.iri[: item.start()] if target.iri and item else target.iri
    if linked.linking or not linked.targets:
        what = "it links what is no annotation of a text"
        raise DataError("no-place", what, "link annotations of the text", read.place)
    return linked.targets[0].iri


def _record(
    iri: str | None, group: list[Read], texts: Texts, taken: dict[str, str]
) -> tuple[Place, Record]:
    place = group[0].place
    if iri is None and len(texts) != 1:
        what, cure = "it names no document", 'name one as the "source" of the target'
        raise DataError("no-source", what, cure, place)
    name = next(iter(texts)) if iri is None else iri.removeprefix(OWN)
    record = Record(id=article_id(name, taken, place))
    record.meta = meta(FORM, name=name if name != record.id else None)
    place = Place(place.file, place.line, record.id)
    reader = Reader(iri or "", record, {})
    about = [each for each in group if each.annotation.id == f"{iri}#document"]
    _text(record, about, texts.get(record.id), place)
    rest = [each for each in group if each not in about]
    if not about:
        record.mentions, record.entities = [], []
    for layer in _LAST:
        for each in rest:
            if layer_of(reader, each) == layer:
                add(reader, each)
    return place, record


def _text(record: Record, about: list[Read], given: str | None, place: Place) -> None:
    """Give a record its text, its language, and the layers that its document is said to have."""
    record.text = given
    for purpose, body in about[0].bodies if about else ():
        if purpose == "describing":
            record.text, record.language = body.value, body.language
        elif purpose == f"{OWN}layer" and body.value in MOTIVATIONS:
            setattr(record, body.value, [])
    if record.text is None:
        what = "its text is not in the file"
        cure = f'give the text of "{record.id}"'
        raise DataError("no-text", what, cure, place)
    if given not in (None, record.text):
        what, cure = "it is of another text", "give its own text"
        raise DataError("other-text", what, cure, place)


def _write(records: Sequence[Record], path: Path) -> None:
    found = [each for record in records for each in annotations_of(record)]
    names: set[str] = set()
    for each in found:
        if each["id"] in names:
            what = f'two annotations would have the IRI "{each["id"]}"'
            cure = "write each document to a file of its own"
            raise UsageError("repeated-id", what, cure, Place(str(path)))
        names.add(each["id"])
    value = {
        "@context": _CONTEXT,
        "id": f"{OWN}annotations",
        "type": "AnnotationCollection",
        "total": len(found),
        "first": {
            "id": f"{OWN}annotations/1",
            "type": "AnnotationPage",
            "startIndex": 0,
            "items": found,
        },
    }
    write_bytes(path, msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n")


FORMAT = Format("webannotation", _looks, _read, lost_of, _write)
