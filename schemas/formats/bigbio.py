"""BigBIO's KB schema (bigscience-workshop/biomedical): documents as a JSON list or as JSONL.

**Read.** The text is the passages' as they stand at their offsets, with a space in each gap of one:
the schema defines it so. With any other gap, or offsets that cross, it must be known from
elsewhere (some files add a ``text``); then the passages must stand in it. Passages are zones, but
for a single one of type ``document``, and those without any text. ``entities`` are mentions, of
several stretches too; ``coreferences`` are entities, with the type of their mentions if that is
one; a relation's entities stand for its mentions, and a mention that is not its entity's first is
kept in ``meta``. A link to Wikidata that all mentions of an entity have, and no other, is the
entity's (a new one if the mention has none). Other ``normalized`` and all ``events`` are in
``meta["bigbio"]``. Ids that begin with the document's and ``_``, as they should to be unique, are
read without it if all do.

Refused are: a text that is not what stands at its offsets (loaders that cut discontinuous spans
badly leave such), an entity without offsets, stretches that overlap, an id that stands twice or
nowhere, an entity in two coreferences, a document that stands twice, and any key that the schema
has not. A key that is missing or null was not attempted; the schema itself has ``[]`` for that too.
A passage's text may be a string, as the schema's own page has it.

**Written.** Zones are passages if they are the whole text with at most a space between; else the
text is one passage of type ``document``. Ids begin with the document's. A file that ends in .jsonl
gets one document a line, any other a list. SHA-256 and a span's own text say nothing new.

The project's own package reads corpora by scripts that ``datasets`` refuses since its version 4,
and checks offsets only in its tests; so msgspec reads this, strictly.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from goldwire.schemas.decoding import check_encoding, decode
from goldwire.schemas.errors import DataError, Place, UsageError
from goldwire.schemas.formats import Format, Texts
from goldwire.schemas.formats.bigbio_read import to_record
from goldwire.schemas.formats.bigbio_types import Document
from goldwire.schemas.formats.bigbio_write import Draft
from goldwire.schemas.formats.names import article_id
from goldwire.schemas.reading import read_bytes
from goldwire.schemas.record import Record
from goldwire.schemas.writing import write_bytes

_ONE = msgspec.json.Decoder(Document)
_KEYS = (re.compile(rb'"document_id"\s*:'), re.compile(rb'"passages"\s*:'))
_LIST = msgspec.json.Decoder(list[Document])


def looks(path: Path, head: bytes) -> bool:
    """Return whether a file's first document has BigBIO's keys."""
    return head.lstrip(b"[ \t\r\n").startswith(b"{") and all(key.search(head) for key in _KEYS)


def read(path: Path, texts: Texts) -> Iterator[tuple[Place, Record]]:
    """Yield the documents of a file in their order."""
    taken: dict[str, str] = {}
    for place, document in _documents(path):
        name = document.document_id or document.id
        where = Place(place.file, place.line, name)
        yield where, to_record(document, article_id(name, taken, where), name, texts, where)


def _documents(path: Path) -> Iterator[tuple[Place, Document]]:
    raw, place = read_bytes(path), Place(str(path))
    check_encoding(raw, place)
    if not raw.strip():
        raise DataError("empty-file", "the file is empty", "give one JSON object a line", place)
    if raw.lstrip().startswith(b"["):
        for document in decode(raw, _LIST, place):
            yield place, document
    elif raw.split(b"\n", 1)[0].rstrip().endswith(b"}"):
        for number, line in enumerate(raw.split(b"\n"), 1):
            if line.strip():
                where = Place(str(path), number)
                yield where, decode(line, _ONE, where)
    else:
        yield place, decode(raw, _ONE, place)


def losses(record: Record) -> list[str]:
    """Return what BigBIO can't hold of a record, with its number."""
    draft = Draft(record)
    return [*sorted(draft.flags), *(f"{what} ({n})" for what, n in sorted(draft.lost.items()))]


def write(records: Sequence[Record], path: Path) -> None:
    """Write documents as a JSON list, or one a line if the file ends in .jsonl."""
    lines: dict[str, bytes] = {}
    for record in records:
        if record.text is None:
            what = "BigBIO's passages need the text"
            raise UsageError("no-text", what, "give it", Place(record=record.id))
        document = Draft(record).document
        if document.document_id in lines:
            what = f'two records would both be "{document.document_id}"'
            raise UsageError("same-name", what, "rename one", Place(record=record.id))
        lines[document.document_id] = msgspec.json.encode(document)
    if path.suffix.lower() == ".jsonl":
        write_bytes(path, b"".join(line + b"\n" for line in lines.values()))
    else:
        write_bytes(path, b"[" + b",\n".join(lines.values()) + b"]\n")


FORMAT = Format("bigbio", looks, read, losses, write)
