"""CoNLL-2003: a token a line with its tag in the last column, a blank line after a sentence.

Columns are separated by one space or one tab, the same in all lines. The first is the token, the
last its tag in IOB1, IOB2, IOBES or BILOU (see ``tags``); those between, such as part of speech and
chunk, are not read. A ``-DOCSTART-`` line begins a document and ends a sentence. If it has three
columns or more, and the second is not one of the usual fillers, that names the document; if not it
is doc-1, doc-2 and so on, so that a file of gold and one of predictions name them alike. A file
without such lines is one document, doc-1. There are no comments.

Mentions come without ids and entities. A text that is not given is built, which ``meta`` says;
escapes such as ``-LRB-`` are words like others. ``conll2003-repaired`` reads sequences of tags that
their scheme does not allow by conlleval's rule, and says in ``meta`` how many such tags there were.

Written are IOB2, four columns, the name in the ``-DOCSTART-`` line. Tokens are those of
``columns.cut``. Of mentions that overlap the longest stays, of equally long ones the first.
Reading a file again gives mentions in their order in the text.

No library is used: those that read such files (nltk, flair, spaCy's converter) repair tags or take
them as they come, without the line, and know nothing of the text.
"""

import functools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.formats import Format, Texts, columns, tags
from goldwire.schemas.formats.conll2003_writing import FILLERS, NAME, START, losses, write
from goldwire.schemas.formats.names import article_id
from goldwire.schemas.formats.tags import Tag
from goldwire.schemas.record import Mention, Record

_SHAPE = "a line has a token, a tag and any columns between, with one space or tab between each two"


class _Row(NamedTuple):
    token: str
    tag: Tag


@dataclass(slots=True)
class _Document:
    """A document: what it is called, where it begins, and its sentences."""

    name: str
    place: Place
    sentences: list[list[_Row]] = field(default_factory=list)


def looks(path: Path, head: bytes) -> bool:
    """Whether a file begins with a -DOCSTART- line, or has tagged tokens in all its first lines."""
    lines = columns.start_of(head)
    if not lines or lines[0].split()[0] == START:
        return bool(lines)
    rows = [_split(line) for line in lines]
    return len(rows) > 1 and all(row is not None and _is_tagged(row) for row in rows)


def _is_tagged(row: list[str]) -> bool:
    try:
        return len(row) > 1 and all(row) and bool(tags.parse(row[-1], Place()))
    except DataError:
        return False


def _split(line: str) -> list[str] | None:
    """Return the columns of a line, or None if there are both spaces and tabs."""
    if " " in line and "\t" in line:
        return None
    return line.split("\t" if "\t" in line else " ")


def _rows(path: Path) -> Iterator[tuple[Place, list[str]]]:
    """Yield the columns of each line, all separated alike and as many; none for a blank line."""
    separator, width = "", 0
    for place, line in columns.lines(path):
        if not line.strip(" \t"):
            yield place, []
            continue
        row = _split(line)
        own = "\t" if "\t" in line else " " if " " in line else separator
        separator = separator or own
        if row is None or own != separator:
            what = "there are spaces and tabs between columns"
            raise DataError("mixed-separators", what, "use the same in all lines", place)
        if row[0] != START:
            if len(row) < 2 or not all(row):
                raise DataError("no-column", "a column is missing or empty", _SHAPE, place)
            width = width or len(row)
            if len(row) != width:
                what = f"expected {width} columns as above, found {len(row)}"
                raise DataError("columns", what, "give all lines the same columns", place)
        yield place, row


def _documents(path: Path) -> Iterator[_Document]:
    document: _Document | None = None
    number = 0
    fresh = True
    for place, row in _rows(path):
        if row and row[0] == START:
            if document and not number:
                what = f"there are tokens before the first {START}"
                raise DataError("no-docstart", what, f"let the file begin with {START}", place)
            if document:
                yield document
            number += 1
            document, fresh = _Document(_named(row, place) or f"doc-{number}", place), True
        elif row:
            document = document or _Document("doc-1", place)
            if fresh:
                document.sentences.append([])
            document.sentences[-1].append(_Row(row[0], tags.parse(row[-1], place)))
            fresh = False
        else:
            fresh = True
    if not document:
        raise DataError("empty-file", "the file has no token", _SHAPE, Place(str(path)))
    yield document


def _named(row: list[str], place: Place) -> str | None:
    """Return the name that a -DOCSTART- line gives its document, if any."""
    name = row[1] if len(row) > 2 and row[1] not in FILLERS else None
    rest = row[2 if name else 1 :]
    if name == "" or not all(each in FILLERS for each in rest):
        what = f'a {START} line has "{" ".join(rest)}"'
        cure = f"write it as {START} NAME -X- O, or -X- for the name"
        raise DataError("docstart", what, cure, place)
    return name


def read(path: Path, texts: Texts, repair: bool = False) -> Iterator[tuple[Place, Record]]:
    """Yield the documents of a file; with ``repair`` tags are read that are not in order."""
    documents = list(_documents(path))
    tagged = [[row.tag for row in sentence] for each in documents for sentence in each.sentences]
    scheme = tags.scheme(tagged)
    taken: dict[str, str] = {}
    for document in documents:
        yield document.place, _record(document, scheme, texts, taken, repair)


def _record(
    document: _Document, scheme: tags.Scheme, texts: Texts, taken: dict[str, str], repair: bool
) -> Record:
    name = article_id(document.name, taken, document.place)
    sentences = [[row.tag for row in sentence] for sentence in document.sentences]
    faults = [fault for each in sentences for fault in tags.faults(each, scheme)]
    if faults and not repair:
        raise faults[0]
    tokens = [[row.token for row in sentence] for sentence in document.sentences]
    places = [tag.place for sentence in sentences for tag in sentence]
    text, ends, note = columns.stand(tokens, places, texts.get(name), document.place)
    if document.name != name:
        note["name"] = document.name
    if faults:
        note["repaired"] = len(faults)
    mentions = []
    first = 0
    for sentence in sentences:
        for start, end, label in tags.spans(sentence):
            hull = ends[first + start][0], ends[first + end - 1][1]
            mentions.append(Mention(start=hull[0], end=hull[1], type=label))
        first += len(sentence)
    return Record(id=name, text=text, mentions=mentions, meta={NAME: note} if note else None)


FORMAT = Format(NAME, looks, read, losses, write)
_repairing = functools.partial(read, repair=True)
REPAIRED = Format(f"{NAME}-repaired", lambda path, head: False, _repairing, losses, write)
"""Read by the rule of conlleval: I or E begins a mention if it does not go on with one."""
