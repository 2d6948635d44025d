"""What formats of one token a line share: lines, texts of tokens, and tokens of texts."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.formats.tokens import BUILT, Ends, built, found
from goldwire.schemas.reading import read_text
from goldwire.schemas.record import Mention, Record
from goldwire.schemas.spans import pieces

_LINE_END = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
SPACING = "spacing of the text"
Held = tuple[int, int, Mention]
"""Where a mention stands without the white space at its ends, and the mention."""


def lines(path: Path) -> Iterator[tuple[Place, str]]:
    r"""Yield the lines of a file, each with its place; they end in \n or \r\n.

    Raises DataError for what is not UTF-8, for NUL bytes and for a \r elsewhere.
    """
    for number, line in enumerate(read_text(path).split("\n"), 1):
        place = Place(str(path), number)
        line = line.removesuffix("\r")
        if "\0" in line:
            raise DataError("nul", "the line holds a NUL byte", "remove it", place)
        if "\r" in line:
            cure = "let all lines end in a line feed"
            raise DataError("line-end", "a carriage return stands inside the line", cure, place)
        yield place, line


def start_of(head: bytes) -> list[str]:
    """Return the whole lines of a file's start that are not blank; none if it is not UTF-8."""
    whole = head[: head.rfind(b"\n") + 1] if len(head) >= 2**16 else head
    try:
        text = whole.decode("utf-8")
    except UnicodeDecodeError:
        return []
    return [line.removesuffix("\r") for line in text.split("\n") if line.strip()]


def stand(
    sentences: Sequence[Sequence[str]], places: Sequence[Place], text: str | None, place: Place
) -> tuple[str, list[Ends], dict[str, Any]]:
    """Return a document's text, where its tokens stand, and what ``meta`` says of it.

    Tokens are found in the text if there is one, exactly or not at all (see ``tokens.found``);
    else one is built. ``places`` are those of the tokens, ``place`` is the document's.
    """
    if text is None:
        return *built(sentences), {"text": BUILT}
    if not places and text.strip():
        what = "the document has no token, but its text has words"
        raise DataError("other-text", what, "give the text that was tokenised", place)
    tokens = [token for sentence in sentences for token in sentence]
    return text, found(tokens, text, places), {}


def text_of(record: Record) -> str:
    """Return the text of which a record's tokens are cut; DataError if a file can't hold it."""
    place = Place(record=record.id)
    if record.text is None:
        what = "the record has no text, of which tokens could be cut"
        raise DataError("no-text", what, "give records with their text", place)
    if "\0" in record.text:
        raise DataError("nul", "the text holds a NUL", "remove it", place)
    return record.text


def held(record: Record, lost: Counter[str]) -> Iterator[Held]:
    """Yield the mentions that are one stretch of text, and count what is lost of the others."""
    text = text_of(record)
    for mention in record.mentions or ():
        ends = pieces(mention)
        if not all(0 <= start < end <= len(text) for start, end in ends) or not ends:
            lost["mentions without a place in the text"] += 1
        elif len(ends) > 1:
            lost["discontinuous mentions"] += 1
        elif not (words := text[slice(*ends[0])].strip()):
            lost["mentions of white space alone"] += 1
        else:
            start = text.index(words, ends[0][0])
            if (start, start + len(words)) != ends[0]:
                lost["white space at the ends of mentions"] += 1
            yield start, start + len(words), mention


def cut(text: str, spans: Iterable[Ends]) -> list[list[Ends]]:
    r"""Return the sentences of a text as the tokens in them.

    A token is a run of letters, digits and ``_``, or one other character that is not white space,
    with the combining marks after it; where a span begins or ends, a token does. A sentence ends
    where a line does, but not inside a span.

    >>> cut("Bo's\nin Oslo", [(8, 10)])
    [[(0, 2), (2, 3), (3, 4)], [(5, 7), (8, 10), (10, 12)]]
    """
    known = list(spans)
    opens, closes = Counter(start for start, _ in known), Counter(end for _, end in known)
    sentences: list[list[Ends]] = []
    last = depth = 0
    for start, end in _tokens(text, {*opens, *closes}):
        if not sentences or (not depth and _LINE_END.search(text, last, start)):
            sentences.append([])
        sentences[-1].append((start, end))
        depth += opens[start] - closes[end]
        last = end
    return sentences


def _tokens(text: str, borders: set[int]) -> Iterator[Ends]:
    start: int | None = None
    word = False
    for offset, char in enumerate(text):
        mark = unicodedata.category(char).startswith("M")
        lettered = char.isalnum() or char == "_"
        goes_on = (mark or (word and lettered)) and offset not in borders and not char.isspace()
        if start is not None and not goes_on:
            yield start, offset
            start = None
        if start is None and not char.isspace():
            start, word = offset, mark or lettered
    if start is not None:
        yield start, len(text)


def words(text: str, sentences: Iterable[Iterable[Ends]]) -> list[list[str]]:
    """Return the tokens of sentences as they are written."""
    return [[text[start:end] for start, end in sentence] for sentence in sentences]


def numbered(sentences: Iterable[Iterable[Ends]]) -> tuple[dict[int, int], dict[int, int]]:
    """Return the number of the token that begins, and of the one that ends, at each offset."""
    tokens = [ends for sentence in sentences for ends in sentence]
    first = {start: number for number, (start, _) in enumerate(tokens)}
    return first, {end: number for number, (_, end) in enumerate(tokens)}


def is_word(text: str) -> bool:
    """Whether a column can hold a text: it is not empty and has no white space and no NUL."""
    return bool(text) and not any(char.isspace() or char == "\0" for char in text)


def is_built(text: str, sentences: Iterable[Iterable[Ends]]) -> bool:
    """Whether a text is the one that would be built of its tokens."""
    return built(words(text, sentences))[0] == text


def counted(lost: Counter[str]) -> Iterator[str]:
    """Yield what is lost, with how often."""
    return (f"{what} ({count})" for what, count in lost.items() if count)
