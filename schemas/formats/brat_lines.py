"""The lines of a brat annotation file, each checked by itself and against the text.

brat (nlplab.org) writes the marked text beside the offsets, which is what lets a wrong text or a
wrong unit of counting be told. Line ends inside it are written as spaces; some tools write them
raw, and a line then goes on: both are taken exactly, as the text has them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.formats.stretches import Ends, fault, other_units
from goldwire.schemas.plain import shorten

MARK = re.compile(
    r"(?P<id>T\S{1,255})\t(?P<type>\S+) (?P<spans>\d{1,9} \d{1,9}(?:;\d{1,9} \d{1,9})*)\t"
)
"""A text-bound line up to the text itself."""
OTHERS = {
    "R": re.compile(r"(?P<id>R\S{1,255})\t(?P<type>\S+)(?P<args>(?: +[^\s:]+:\S+){2})[ \t]*"),
    "E": re.compile(
        r"(?P<id>E\S{1,255})\t(?P<type>[^\s:]+)(?P<args>(?::\S+)?(?: +[^\s:]+:\S+)*)[ \t]*"
    ),
    "*": re.compile(r"(?P<id>\*)\t(?P<type>\S+)(?P<args>(?: +\S+)+)[ \t]*"),
    "A": re.compile(r"(?P<id>A\S+)\t(?P<type>\S+) (?P<args>\S+)(?: (?P<text>.*?))?[ \t]*"),
    "M": re.compile(r"(?P<id>M\S+)\t(?P<type>\S+) (?P<args>\S+)(?: (?P<text>.*?))?[ \t]*"),
    "N": re.compile(
        r"(?P<id>N\S+)\t(?P<type>\S+) (?P<args>\S+) (?P<db>[^\s:]+:\S+)(?:\t(?P<text>.*))?"
    ),
    "#": re.compile(r"(?P<id>#\S+)\t(?P<type>\S+) (?P<args>\S+)(?:\t(?P<text>.*))?"),
}
"""The other kinds of line, by what their ids begin with."""
_ENDS = re.compile(r"\r?\n|\r?\Z")
SHAPES = {
    "T": "T1<tab>Type START END[;START END]<tab>text",
    "R": "R1<tab>Type Arg1:T1 Arg2:T2",
    "E": "E1<tab>Type:T1 Role:T2",
    "*": "*<tab>Equiv T1 T2",
    "A": "A1<tab>Name T1 [value]",
    "M": "M1<tab>Name T1 [value]",
    "N": "N1<tab>Reference T1 Wikidata:Q42<tab>name",
    "#": "#1<tab>AnnotatorNotes T1<tab>text",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One annotation: its kind (the first letter of its id), what it is of, and what it says.

    ``args`` are pairs of role and id (the first of an event is its trigger, with role "");
    ``text`` is an attribute's value, a note's text or a normalisation's name, None if not there;
    ``raw`` is the line, with spaces for the line ends inside a text.
    """

    place: Place
    raw: str
    id: str
    type: str
    args: list[tuple[str, str]] = field(default_factory=list)
    spans: list[Ends] = field(default_factory=list)
    text: str | None = None
    db: str | None = None

    @property
    def kind(self) -> str:
        """Return the first letter of the id."""
        return self.id[0]


def parse(content: str, text: str, file: str) -> Iterator[Line]:
    """Yield the annotations of a file; blank lines are left out, CR LF ends a line too."""
    offset, number = 0, 1
    while offset < len(content):
        place = Place(file, number)
        stop = content.find("\n", offset) % (len(content) + 1)
        if content[offset] == "T":
            line, stop = _mark(content, offset, text, place)
            yield line
        elif content[offset:stop].strip():
            yield other(content[offset:stop].removesuffix("\r"), place)
        number += content.count("\n", offset, stop) + 1
        offset = content.find("\n", stop) % (len(content) + 1) + 1


def other(raw: str, place: Place) -> Line:
    """Return an annotation that is not text-bound."""
    found = OTHERS[raw[0]].fullmatch(raw) if raw[0] in OTHERS else None
    if not found:
        raise malformed(raw, place)
    says = found.groupdict()
    return Line(
        place,
        raw,
        says["id"],
        says["type"],
        _arguments(says["args"]),
        [],
        says.get("text"),
        says.get("db"),
    )


def _arguments(args: str) -> list[tuple[str, str]]:
    return [(role, name) for role, _, name in (each.rpartition(":") for each in args.split())]


def malformed(raw: str, place: Place) -> DataError:
    """Return the error for a line that is none of brat's."""
    shape = SHAPES.get(raw[0])
    if shape is None:
        what = f'no annotation of brat begins with "{shorten(raw[0])}"'
        return DataError("malformed-line", what, f"known are {' '.join(SHAPES)}", place)
    what = f'the line is cut off or malformed: "{shorten(raw)}"'
    return DataError("malformed-line", what, f"write {shape}", place)


def _mark(content: str, offset: int, text: str, place: Place) -> tuple[Line, int]:
    """Return the text-bound annotation at ``offset``, and where its text ends."""
    found = MARK.match(content, offset)
    if not found:
        raise malformed(content[offset:].split("\n", 1)[0], place)
    spans = [(int(start), int(end)) for start, end in map(str.split, found["spans"].split(";"))]
    if wrong := fault(spans):
        raise DataError("bad-span", wrong, "give each stretch once, with its start first", place)
    for want in columns(text, spans):
        stop = found.end() + len(want)
        if content.startswith(want, found.end()) and _ENDS.match(content, stop):
            raw = content[offset : found.end()] + one_line(want)
            return Line(place, raw, found["id"], found["type"], [], spans), stop
    raise _other_text(content[found.end() :].split("\n", 1)[0], text, spans, place)


def columns(text: str, spans: list[Ends]) -> list[str]:
    """Return how the marked text may stand in a line: brat's own way is the second.

    The stretches are joined by a space (by nothing before version 1.3); a line end is a space,
    or itself.
    """
    if max(end for _, end in spans) > len(text):
        return []
    found = [text[start:end] for start, end in spans]
    return [way(glue.join(found)) for glue in (" ", "") for way in (str, one_line)]


def one_line(text: str) -> str:
    r"""Return a text with a space for each character of its line ends.

    >>> one_line("a\r\nb")
    'a  b'
    """
    return text.replace("\r", " ").replace("\n", " ")


def _other_text(given: str, text: str, spans: list[Ends], place: Place) -> DataError:
    given = given.removesuffix("\r")
    inside = max(end for _, end in spans) <= len(text)
    there = " ".join(text[start:end] for start, end in spans)
    has = f'the text has "{shorten(there)}" there' if inside else "the text ends before"
    what = f'the line says "{shorten(given)}", but {has}'
    for unit, moved in other_units(text, spans):
        if given in columns(text, moved):
            cure = f"it fits if offsets count {unit}: turn them into characters (code points)"
            return DataError("other-text", what, cure, place)
    cure = "give the text that was annotated, and offsets in characters (code points)"
    return DataError("other-text", what, cure, place)
