"""A record as what spaCy can say of its text, as tokens and JSON, and what that loses."""

import re
from collections.abc import Iterator
from typing import Any

from goldwire.schemas.formats.held import Ends, cut, hulls, kept, lost, name_of, text_of
from goldwire.schemas.formats.spacy_spans import ALL, CLUSTER, HEADS, Document, Marked, order
from goldwire.schemas.record import Mention, Record

_SPACE = re.compile(r"\s+")
_HELD = {"mentions": ("type", "entity", "parts"), "entities": ("id", "type", "wikidata")}
Found = list[tuple[Marked, Mention]]


def document_of(record: Record) -> Document:
    """Return a record's mentions and clusters, as far as spaCy holds them."""
    text = text_of(record)
    found = _marked(record, text)
    spans: dict[str, list[Marked]] = {}
    flat = _flat([span for span, _ in found], text)
    if len(flat) < len(found):
        spans[ALL] = [span for span, _ in found]
    for span, mention in found:
        for name in _groups(mention):
            spans.setdefault(name, []).append(span)
    owners = [entity.id for entity in record.entities or ()]
    for owner in dict.fromkeys([*owners, *(m.entity for _, m in found if m.entity)]):
        spans[CLUSTER + owner] = [span for span, m in found if m.entity == owner]
    cats = kept(record, "spacy").get("cats")
    return Document(
        text=text,
        ents=None if record.mentions is None else flat,
        spans=spans,
        cats=cats if isinstance(cats, dict) else {},
    )


def _marked(record: Record, text: str) -> Found:
    links = {e.id: e.wikidata.id or "" for e in record.entities or () if e.wikidata}
    found = []
    for (start, end), mention in hulls(record, text)[0]:
        said = kept(mention, "spacy").get("kb_id")
        link = said if isinstance(said, str) else links.get(mention.entity or "", "")
        found.append((Marked(start, end, mention.type or "", link), mention))
    return sorted(found, key=lambda each: (each[0].start, -each[0].end, each[0].label))


def _groups(mention: Mention) -> list[str]:
    """Return the other groups of spans that a mention stood in."""
    names = kept(mention, "spacy").get("groups")
    names = names if isinstance(names, list) else []
    reserved = (CLUSTER, HEADS)
    return [n for n in names if isinstance(n, str) and n != ALL and not n.startswith(reserved)]


def _flat(found: list[Marked], text: str) -> list[Marked]:
    """Return spans with a label that don't overlap, the longest first chosen."""
    taken = bytearray(len(text))
    chosen = []
    for span in sorted(found, key=lambda each: (each.start - each.end, each.start)):
        if span.label and not any(taken[span.start : span.end]):
            taken[span.start : span.end] = b"\1" * (span.end - span.start)
            chosen.append(span)
    return sorted(chosen, key=lambda each: each.start)


def tokens_of(document: Document) -> tuple[list[Ends], list[bool]]:
    """Return tokens that make up the text, and whether a space that is no token follows each.

    They are words and signs, cut where spans begin and end, and what white space there is
    beside that one space, as spaCy's own tokenisers have it.
    """
    groups = [document.ents or [], *document.spans.values()]
    borders = {each for group in groups for span in group for each in (span.start, span.end)}
    tokens: list[Ends] = []
    spaces: list[bool] = []
    at = 0
    for start, end in [*cut(document.text, borders), (len(document.text), len(document.text))]:
        if tokens and document.text.startswith(" ", at):
            spaces[-1] = True
            at += 1
        for token in ((at, start), (start, end)):
            if token[0] < token[1]:
                tokens.append(token)
                spaces.append(False)
        at = end
    return tokens, spaces


def json_of(record: Record) -> dict[str, Any]:
    """Return what ``Doc.to_json`` would give, and the document's name.

    The name is not under ``_``, where ``Doc.from_json`` fails on what was not registered before.
    """
    document = document_of(record)
    value: dict[str, Any] = {"id": name_of(record, "spacy"), "text": document.text}
    if document.ents is not None:
        value["ents"] = [
            {"start": each.start, "end": each.end, "label": each.label}
            | ({"kb_id": each.kb_id} if each.kb_id else {})
            for each in document.ents
        ]
    if document.cats:
        value["cats"] = document.cats
    value["tokens"] = [
        {"id": number, "start": start, "end": end}
        for number, (start, end) in enumerate(tokens_of(document)[0])
    ]
    if document.spans:
        value["spans"] = document.spans
    return value


def lost_of(record: Record) -> Iterator[str]:
    """Yield in plain words what spaCy's documents can't hold of a record."""
    text = text_of(record)
    yield from lost(record, "spacy", _HELD)
    found, shapes = hulls(record, text)
    yield from shapes
    if record.mentions is None and record.entities:
        yield "that mentions were not looked for"
    if record.mentions is None and record.entities == []:
        yield "that there are no entities"
    if record.mentions is not None and record.entities is None:
        yield "that entities were not looked for"
    types: dict[str, str | None] = {}
    for _, mention in sorted(found, key=lambda each: (each[0][0], -each[0][1], order(each[1])[2])):
        types.setdefault(mention.entity or "", mention.type)
    entities = record.entities or []
    if other := sum(entity.type != types.get(entity.id) for entity in entities):
        yield f"types of entities ({other})"
    linked = [each for each in entities if each.wikidata]
    if left := sum(not e.wikidata.id or e.id not in types for e in linked if e.wikidata):
        yield f"links of entities, or why they have none ({left})"
