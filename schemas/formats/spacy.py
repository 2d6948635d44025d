"""spaCy's documents: the binary ``DocBin`` (``.spacy``), and JSON (``.json``, ``.jsonl``).

JSON is what ``Doc.to_json()`` gives, one document, a list, or one per line; a list of the old
training pairs ``[text, {"entities": [[start, end, label]]}]`` is read too. Entities and spans of
all groups are mentions, read once if they stand in both; ``meta`` names groups other than
``sc``. Groups ``coref_clusters_NAME`` are entities, as spacy-experimental writes them, with the
type of their first mention; those of their head words are not read. A Wikidata item as
``kb_id`` links a cluster, or makes an entity of the mentions that have it and stand in none;
what else stands there goes to ``meta``. Sentences, tags, parses and other user data are not read.

A document is called what its user data, its ``_`` or its JSON has under ``id``, else by the
file's name and its number. Where spaCy does not know the spaces between tokens the text is built
of them, or found in ``texts``. A tag "I" without a "B" before it is refused.

Written are all mentions as ``ents`` if no two overlap and all have types; else the longest that
don't overlap, and all of them as the group ``sc``. spaCy's spans are of whole tokens, which are
ours: words and signs cut where mentions begin and end, so that ``doc.text`` is the text; white
space at the ends of a mention is no part of it. spaCy itself reads and writes the binary form;
JSON needs no spaCy, whose reader leaves out the links of entities.
"""

import re
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from goldwire.schemas.errors import DataError, Place, UsageError
from goldwire.schemas.formats import Format, Texts
from goldwire.schemas.formats.held import meta
from goldwire.schemas.formats.json_items import items, shaped
from goldwire.schemas.formats.names import article_id
from goldwire.schemas.formats.spacy_bin import Opened, opened, packed_bytes
from goldwire.schemas.formats.spacy_spans import Document, Marked, fill
from goldwire.schemas.formats.spacy_write import json_of, lost_of
from goldwire.schemas.formats.tokens import BUILT, found
from goldwire.schemas.reading import read_bytes
from goldwire.schemas.record import Record
from goldwire.schemas.writing import write_bytes

_STRING = rb'"(?:[^"\\]|\\.)*"'
_PAIR = re.compile(rb"\s*\[\s*(?:\[\s*)?" + _STRING + rb'\s*,\s*\{\s*"')
_DOCUMENT = re.compile(rb'\s*(?:\[\s*)?\{.*"(?:ents"\s*:\s*\[|tokens"\s*:\s*\[\s*\{)', re.DOTALL)
_CURE = "give what Doc.to_json() gives: text, and ents as [{start, end, label}]"


class Pair(msgspec.Struct, forbid_unknown_fields=True):
    """The annotations of a pair of the old training data."""

    entities: list[tuple[int, int, str]]
    cats: dict[str, float] = {}


def _looks(path: Path, head: bytes) -> bool:
    if head and path.suffix.lower() == ".spacy":
        return True
    if head[:1] == b"x":
        try:
            inside = zlib.decompressobj().decompress(head, 4096)
        except zlib.error:
            return False
        return b"\xa5attrs" in inside
    return _PAIR.match(head) is not None or (
        _DOCUMENT.match(head) is not None and b'"text"' in head
    )


def _read(path: Path, texts: Texts) -> Iterator[tuple[Place, Record]]:
    taken: dict[str, str] = {}
    for number, (place, each) in enumerate(_opened(path), 1):
        record = Record(id=article_id(each.name or f"{path.stem}-{number}", taken, place))
        place = Place(place.file, place.line, record.id)
        given = texts.get(record.id)
        if given is not None:
            _over(each, given, place)
        made = BUILT if given is None and not each.known_spaces else None
        record.text = each.document.text
        fill(record, each.document, place)
        name = each.name if each.name != record.id else None
        record.meta = meta("spacy", name=name, text=made, cats=each.document.cats)
        yield place, record
    if not taken:
        what = "there is no document in the file"
        raise DataError("empty-file", what, "give at least one", Place(str(path)))


def _over(each: Opened, text: str, place: Place) -> None:
    """Put a document over a text that is given; DataError ``other-text`` if it is of another."""
    document = each.document
    if each.known_spaces and text != document.text:
        raise DataError("other-text", "it is of another text", "give its own text", place)
    if not each.known_spaces:
        words = [word for word in each.words if not word.isspace()]
        old = found(words, document.text, [place] * len(words))
        new = found(words, text, [place] * len(words))
        starts = {was[0]: now[0] for was, now in zip(old, new, strict=True)}
        lasts = {was[1]: now[1] for was, now in zip(old, new, strict=True)}
        try:
            moved = {
                name: [
                    msgspec.structs.replace(span, start=starts[span.start], end=lasts[span.end])
                    for span in group
                ]
                for name, group in {"": document.ents or [], **document.spans}.items()
            }
        except KeyError:
            what = "a span begins or ends with a token of white space"
            raise DataError("other-text", what, "write it with known spaces", place) from None
        entities = moved.pop("")
        document.ents = None if document.ents is None else entities
        document.spans, document.text = moved, text


def _opened(path: Path) -> Iterator[tuple[Place, Opened]]:
    if path.suffix.lower() not in (".json", ".jsonl"):
        place = Place(str(path))
        raw = read_bytes(path)
        if not raw:
            raise DataError("empty-file", "the file is empty", "give a DocBin", place)
        if raw.lstrip()[:1] not in (b"{", b"["):
            yield from ((place, each) for each in opened(raw, place))
            return
    for place, value in items(path):
        yield place, _from_json(value, place)


def _from_json(value: Any, place: Place) -> Opened:
    if isinstance(value, list) and len(value) == 2 and isinstance(value[0], str):
        cure = "only entities and cats are read of training pairs: convert the rest with spaCy"
        pair = shaped(value[1], Pair, place, cure)
        ents = [Marked(start, end, label) for start, end, label in pair.entities]
        return Opened(Document(value[0], ents, {}, pair.cats), [], True)
    document = shaped(value, Document, place, _CURE)
    extensions = value.get("_")
    name = extensions.get("id") if isinstance(extensions, dict) else None
    name = value.get("id") if name is None else name
    return Opened(document, [], True, str(name) if isinstance(name, str | int) else None)


def _write(records: Sequence[Record], path: Path) -> None:
    suffix = path.suffix.lower()
    if suffix == ".spacy":
        write_bytes(path, packed_bytes(records))
    elif suffix == ".json":
        values = [msgspec.json.encode(json_of(record)) for record in records]
        write_bytes(path, b"[" + b",\n".join(values) + b"]\n")
    elif suffix == ".jsonl":
        values = [msgspec.json.encode(json_of(record)) + b"\n" for record in records]
        write_bytes(path, b"".join(values))
    else:
        what = f'a name that ends in "{suffix}" does not say which of spaCy\'s forms is wanted'
        cure = "end it in .spacy (DocBin), .json or .jsonl"
        raise UsageError("unknown-ending", what, cure, Place(str(path)))


FORMAT = Format("spacy", _looks, _read, lost_of, _write)
