"""Label Studio's JSON: the tasks of a project with their annotations, every field of a record.

It is the format of the corpus's own annotation tool, so nothing that a record has is lost.
``label_studio_controls.CONTROLS`` lists the controls; a project must have that configuration.

- A region is a zone, a boilerplate span, a mention, the evidence of a relation, the content of a
  quote, or a ``part`` of a quote (cue, source, mark). Level, value, certainty and so on are
  choices and text areas of the region. Its label is the type, ``untyped`` where there is none.
- The editor has no regions in pieces. A further piece of a mention, quote or evidence is a
  region with the same label, and a part a region of its own; an arrow ``belongs to`` leads from
  it to the first region. A part may belong to several quotes. ``within`` leads from quote to quote.
- An entity has no place in the text. A mention names it by its id in ``entity``; the text area
  ``entity_list`` has a line for each: ``id=holt type=PERSON name="Mira Holt" wikidata=Q1``.
- Head, tail, speaker and addressee are ids of entities, or of mentions without one. Annotators may
  type them, or draw an arrow of that name from the region to any mention, which then stands for
  its entity; they are written as ids, since an arrow would say more than the record does.
- A relation that has no evidence is an arrow from mention to mention with its type, of which
  several may share one arrow; one with an id or remarks is a line in ``relation_list``.
- What is of the whole record (source, hash, versions, ``meta``) is in the task's data under
  ``goldwire``, which annotators do not see, with the ``meta`` of items by region, and ``layers``:
  those that were attempted. A layer that is not among them and has no item is null; without the
  key all were attempted. The meta of an item goes with its region, if that is deleted. ``order``
  is that of relations, where one of them is an arrow or in the list.

A region's id is made of the item's, so that corrections can be told; an item that an annotator
drew has the region's as its id. Offsets are code points. What a region says of its own text is
not trusted, but offsets that count UTF-16 are told by it and refused. The editor draws a region
that begins or ends on a line end wrongly; here its offsets are kept like any.

Reading takes the one annotation of a task that was not cancelled; none or several are refused, and
drafts are none. If no task of a file has any, it is read as predictions, one of each task, and
``meta`` says so; it is written as predictions again. Ids of tasks and annotations, people and
times, hidden, locked and nested regions are the server's and the editor's, and passed over.

Reading what was written gives an equal record, but that spans have no text of their own and one
part alone is no part. The type "untyped" can't
be told from none. The converter of label-studio-sdk loses layers, so it is not used.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from goldwire.schemas.decoding import decode
from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.formats import Format, Texts
from goldwire.schemas.formats.label_studio_controls import UNTYPED
from goldwire.schemas.formats.label_studio_task import Entry, live, record_of, task_of
from goldwire.schemas.formats.label_studio_write import check
from goldwire.schemas.reading import read_bytes
from goldwire.schemas.record import Record
from goldwire.schemas.writing import write_bytes

_TOKEN = re.compile(rb'"((?:[^"\\]|\\.)*+)"?\s*(:?)|[\[\]{}]', re.DOTALL)
"""A string or a bracket; a string that is cut off too, else each mark in it would be tried."""


def looks(path: Path, head: bytes) -> bool:
    """Whether a file's first object has the keys of a task."""
    keys, depth, first = set(), 0, head.lstrip()[:1]
    if first not in (b"[", b"{"):
        return False
    for token in _TOKEN.finditer(head):
        if token[2] and depth == (2 if first == b"[" else 1):
            keys.add(token[1])
        depth += (token[0] in (b"[", b"{")) - (token[0] in (b"]", b"}"))
        if depth < (2 if first == b"[" else 1) and keys:
            break
    return b"data" in keys or (b"annotations" in keys and b'"from_name"' in head)


def read(path: Path, texts: Texts) -> Iterator[tuple[Place, Record]]:
    """Yield a record for each task of an export."""
    entries = _entries(path)
    predicted = not any(live(entry) for entry in entries)
    taken: dict[str, str] = {}
    for number, entry in enumerate(entries, 1):
        label = f"task number {number}" if entry.id is None else f"task {entry.id}"
        yield record_of(Place(str(path), field=label), entry, texts, taken, predicted)


def _entries(path: Path) -> list[Entry]:
    raw, place = read_bytes(path), Place(str(path))
    if raw.lstrip()[:1] == b"{":
        return [decode(raw, msgspec.json.Decoder(Entry), place)]
    if not raw.strip() or not (found := decode(raw, msgspec.json.Decoder(list[Entry]), place)):
        raise DataError("empty-file", "there is no task", "export the project as JSON", place)
    return found


def losses(record: Record) -> Iterator[str]:
    """Yield what can't be told after writing: types that are the word for no type."""
    items = [*(record.boilerplate or ()), *(record.mentions or ()), *(record.quotes or ())]
    if count := sum(item.type == UNTYPED for item in items):
        yield f'types called "{UNTYPED}" ({count})'


def write(records: Sequence[Record], path: Path) -> None:
    """Write a file that Label Studio imports, a task per line."""
    found = []
    for record in records:
        check(record, Place(str(path), record=record.id))
        found.append(task_of(record))
    if len({"predictions" in task for task in found}) > 1:
        what = "some records are predictions of a system, some are annotations"
        raise DataError("mixed", what, "write them to two files", Place(str(path)))
    body = b",\n".join(msgspec.json.encode(task) for task in found)
    write_bytes(path, b"[\n" + body + b"\n]\n")


FORMAT = Format("label-studio", looks, read, losses, write)
