"""CoNLL-2012: columns with nested names in brackets and coreference chains by number.

A document stands between ``#begin document (NAME); part 000`` and ``#end document``; a blank line
ends a sentence. Columns are separated by spaces or tabs, however many: document, part, number of
the word in its sentence, word, seven more of which the last is names (``(PERSON*``), any number of
predicates' arguments, and chains (``(12|(3)``). Part of speech, parse, predicates, senses and
speakers are not read. ``-`` and ``_`` say that there is nothing.

Each part is a record. Part 000, or a document without parts, has the document's name alone, so that
a record written and read again has its id; part 001 has NAME-001. A text that is not given is
built, which ``meta`` says; escapes such as ``-LRB-`` are words like others.

A bracket of names closes the last one open; a chain's closes the last one open of that chain, and
brackets of different chains may cross. A chain's mention that stands exactly where a name stands is
that mention; others are mentions without type. Where a span has several names or is in several
chains, the first chain in the cell goes to the outermost name, the second to the next; what is left
over makes mentions of its own, equal in span. One chain twice on a span is refused. Each chain is
an entity of which only the id is known, the chain's number; a file without chains has no entities
(``[]``), even if nobody looked for them.

Written are the columns of the shared task without predicates, with XX for part of speech and the
parse that stands for a missing one. Tokens are those of ``columns.cut``. Names that cross and
mentions of one chain that cross can't be held: the longest stays, of equally long ones the first.
Mentions and entities come back in the order of the text.

No library is used: scorch's reader knows coreference only (the tests' oracle), that of AllenNLP is
archived and takes names as not nested, and none refuses brackets that don't pair by their line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.formats import Format, Texts, brackets, columns
from goldwire.schemas.formats.conll2012_writing import NAME, label, losses, write
from goldwire.schemas.formats.names import article_id
from goldwire.schemas.formats.tokens import Ends
from goldwire.schemas.record import Entity, Mention, Record

_BEGIN = re.compile(r"#\s*begin document \((\S+)\)(?:;?|;\s*part\s*([0-9]{1,9}))\s*")
_BEGINS = re.compile(r"#\s*begin document\b")
_END = re.compile(r"#\s*end document\b.*")
_BLANKS = re.compile(r"[ \t]+")
_FEWEST = 12
_WRITE_BEGIN = "write it as #begin document (NAME); part 000"


class _Row(NamedTuple):
    place: Place
    word: str
    name: str
    chain: str


@dataclass(slots=True)
class _Part:
    """A part of a document: whose it is, its number, where it begins, and its sentences."""

    name: str
    number: int
    place: Place
    sentences: list[list[_Row]] = field(default_factory=list)


def looks(path: Path, head: bytes) -> bool:
    """Whether a file's first line begins a document."""
    lines = columns.start_of(head)
    return bool(lines) and bool(_BEGIN.fullmatch(lines[0]))


def _parts(path: Path) -> Iterator[_Part]:
    part: _Part | None = None
    rows: list[list[str]] = []
    empty = True
    for place, line in columns.lines(path):
        row = _BLANKS.split(line.strip(" \t")) if line.strip(" \t") else []
        if _BEGINS.match(line):
            if part:
                raise _no_end(part)
            part, rows, empty = _begun(line, place), [], False
        elif _END.fullmatch(line) and part:
            yield part
            part = None
        elif row and not part:
            what = "the line is outside of any document"
            raise DataError("no-begin", what, f"{_WRITE_BEGIN} before it", place)
        elif row and part:
            if not rows:
                part.sentences.append([])
            part.sentences[-1].append(_checked(row, rows, part, place))
            rows.append(row)
        else:
            rows = []
    if part:
        raise _no_end(part)
    if empty:
        what = "the file has no document"
        raise DataError("empty-file", what, _WRITE_BEGIN, Place(str(path)))


def _no_end(part: _Part) -> DataError:
    what = f"the document ({part.name}); part {part.number:03} has no end"
    return DataError("no-end", what, "write #end document after its last line", part.place)


def _begun(line: str, place: Place) -> _Part:
    found = _BEGIN.fullmatch(line)
    if not found:
        what = "the document's name or part can't be told"
        raise DataError("begin", what, f"{_WRITE_BEGIN}, no white space in NAME", place)
    return _Part(found[1], int(found[2] or 0), place)


def _checked(row: list[str], before: list[list[str]], part: _Part, place: Place) -> _Row:
    """Return what is read of a line; ``before`` are the lines before it in its sentence."""
    if row[0].startswith("#") and len(row) < _FEWEST:
        what = f'"{" ".join(row)}" neither begins nor ends a document, nor has it a word'
        raise DataError("comment", what, "write #end document, or remove the line", place)
    width = len(before[0]) if before else max(len(row), _FEWEST)
    if len(row) != width:
        least = "" if before else "at least "
        what = f"expected {least}{width} columns, found {len(row)}"
        cure = "give all lines of a sentence the columns of the shared task, the chain last"
        raise DataError("columns", what, cure, place)
    if row[0] != part.name or (row[1].lstrip("0") or "0") != str(part.number):
        what = f'the line is of "{row[0]}", part {row[1]}, but stands in "{part.name}"'
        what = f"{what}, part {part.number}"
        raise DataError("other-document", what, "let both say the same", place)
    if row[2] != str(len(before)):
        what = f"expected word number {len(before)}, found {row[2]}"
        cure = "count words from 0 in each sentence, with a blank line after it"
        raise DataError("word-number", what, cure, place)
    return _Row(place, row[3], row[10], row[-1])


def read(path: Path, texts: Texts) -> Iterator[tuple[Place, Record]]:
    """Yield the parts of a file's documents."""
    taken: dict[str, str] = {}
    seen: set[tuple[str, int]] = set()
    for part in _parts(path):
        if (part.name, part.number) in seen:
            what = f'part {part.number:03} of "{part.name}" stands twice'
            raise DataError("repeated-document", what, "keep one", part.place)
        seen.add((part.name, part.number))
        yield part.place, _record(part, texts, taken)


def _record(part: _Part, texts: Texts, taken: dict[str, str]) -> Record:
    name = article_id(label(part.name, part.number), taken, part.place)
    words = [[row.word for row in sentence] for sentence in part.sentences]
    places = [row.place for sentence in part.sentences for row in sentence]
    text, ends, note = columns.stand(words, places, texts.get(name), part.place)
    if part.name != name:
        note["name"] = part.name
    if part.number:
        note["part"] = part.number
    mentions: list[Mention] = []
    first = 0
    for sentence in part.sentences:
        mentions += _mentions(sentence, ends[first : first + len(sentence)])
        first += len(sentence)
    entities = dict.fromkeys(each.entity for each in mentions if each.entity)
    return Record(
        id=name,
        text=text,
        mentions=mentions,
        entities=[Entity(id=each) for each in entities],
        meta={NAME: note} if note else None,
    )


def _mentions(sentence: list[_Row], ends: list[Ends]) -> Iterator[Mention]:
    """Yield a sentence's mentions by their start, of equal ones the longest first."""
    places = [row.place for row in sentence]
    names = _by_span(brackets.named([row.name for row in sentence], places))
    chains = _by_span(brackets.chains([row.chain for row in sentence], places))
    for start, end in sorted({*names, *chains}, key=lambda each: (each[0], -each[1])):
        both = zip_longest(names.get((start, end), ()), chains.get((start, end), ()))
        for type_, chain in both:
            yield Mention(start=ends[start][0], end=ends[end - 1][1], type=type_, entity=chain)


def _by_span(spans: list[brackets.Named]) -> dict[Ends, list[str]]:
    found: dict[Ends, list[str]] = {}
    for start, end, each in spans:
        found.setdefault((start, end), []).append(each)
    return found


FORMAT = Format(NAME, looks, read, losses, write)
