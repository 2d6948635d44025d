"""The one place where bytes become records.

Strict by intent: unknown and repeated keys, wrong types and broken encodings are errors
that name file, line, field and cure. Nothing is repaired and nothing is dropped.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from goldwire.schemas.decoding import check_encoding, decode, not_utf8
from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.near import did_you_mean
from goldwire.schemas.record import LAYERS, Record, Run, RunLine
from goldwire.schemas.score import Score

_T = TypeVar("_T")
_RUN_LINE = re.compile(rb'\s*\{\s*"goldwire_run"\s*:')
_ENCODER = msgspec.json.Encoder()
_BLOCK = 2**18
"""Bytes that are decoded together."""
_RECORD_DECODER = msgspec.json.Decoder(Record)
_RUN_DECODER = msgspec.json.Decoder(RunLine)


@dataclass(frozen=True, slots=True)
class Predictions:
    """A run: its records, each with its place, what its first line says, and where that is."""

    records: Iterable[tuple[Place, Record]]
    run: Run | None = None
    place: Place = field(default_factory=Place)


class Again:
    """Records that are made anew for every pass, so that a run can be scored twice."""

    def __init__(self, make: Callable[[], Iterator[tuple[Place, Record]]]) -> None:
        self.make = make

    def __iter__(self) -> Iterator[tuple[Place, Record]]:
        return self.make()


PARQUET_ENDINGS = (".parquet", ".pq")


def read_bytes(path: Path) -> bytes:
    """Return a file's bytes, or raise DataError ``no-file``."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise no_file(path, error) from None


def no_file(path: Path, error: OSError) -> DataError:
    """Return the error for a file that can't be opened or read."""
    reason = (error.strerror or "cannot be read").lower()
    return DataError("no-file", reason, "check the path", Place(str(path)))


def read_text(path: Path) -> str:
    """Return an article's text exactly: UTF-8, line ends and spaces as they are."""
    raw = read_bytes(path)
    place = Place(str(path))
    check_encoding(raw, place)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise not_utf8(Place(str(path), line)) from None


def read_record(path: Path) -> Record:
    """Read one record from a JSON file such as ``gold.json`` (without joining its text)."""
    raw = read_bytes(path)
    place = Place(str(path))
    if not raw.strip():
        raise DataError("empty-file", "the file is empty", "give one JSON object", place)
    return decode(raw, _RECORD_DECODER, place)


def read_answer(raw: bytes, place: Place) -> Record:
    """Return the record that an extractor answered with, as JSON."""
    return decode(raw, _RECORD_DECODER, place)


def read_score(path: Path) -> Score:
    """Read a score that ``goldwire score --json`` printed."""
    raw, place = read_bytes(path), Place(str(path))
    if not raw.strip():
        raise DataError("empty-file", "the file is empty", "give one JSON object", place)
    return decode(raw, msgspec.json.Decoder(Score), place)


def read_run(path: Path | str, texts: Mapping[str, str] | None = None) -> Predictions:
    """Open a prediction file, JSONL or Parquet by its ending; records are read as they are used.

    ``path`` may also be a file or folder of another format (see ``schemas.formats``), told by its
    looks or given as ``FORMAT:PATH``; where that holds no texts, ``texts`` has the articles by the
    id of their record. Raises DataError for anything that is not such a file; an empty one is an
    error too, never a silent zero.
    """
    from goldwire.schemas import formats

    foreign, path = formats.located(path)
    if foreign:
        return Predictions(formats.read(foreign, path, texts or {}), None, Place(str(path)))
    return read_own(path)


def read_own(path: Path) -> Predictions:
    """Open a prediction file of goldwire's own form."""
    if path.suffix.lower() in PARQUET_ENDINGS:
        from goldwire.schemas.parquet import read_parquet

        return Predictions(Again(lambda: read_parquet(path)), None, Place(str(path)))
    first = next(_lines(path), b"")
    place = Place(str(path), 1)
    check_encoding(first, place)
    if not _RUN_LINE.match(first):
        return Predictions(Lines(path, 0, 1), None, Place(str(path)))
    run = decode(first, _RUN_DECODER, place).goldwire_run
    for layer in set(run.layers or ()) - set(LAYERS):
        cure = did_you_mean(layer, LAYERS) or f"known are {', '.join(LAYERS)}"
        where = Place(place.file, place.line, field="goldwire_run.layers")
        raise DataError("unknown-label", f'unknown layer "{layer}"', cure, where)
    return Predictions(Lines(path, len(first), 2), run, place)


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as stream:
            yield from stream
    except OSError as error:
        raise no_file(path, error) from None


def read_places(path: Path) -> Iterator[tuple[Place, int, Record]]:
    """Yield the records of a JSONL file, each with its place and its offset in bytes."""
    offset = 0
    for number, line in enumerate(_lines(path), 1):
        place = Place(str(path), number)
        if line.strip() and not (number == 1 and _RUN_LINE.match(line)):
            check_encoding(line if number == 1 else b"", place)
            yield place, offset, decode(line, _RECORD_DECODER, place)
        offset += len(line)


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines of a prediction file, the number of the first, and the file's name."""

    file: str
    line: int
    raw: bytes

    def place(self, number: int) -> Place:
        """Return the place of one of the lines, counted from 0."""
        return Place(self.file, self.line + number)

    def records(self) -> Iterator[tuple[Place, Record]]:
        """Yield the records, each with its place; DataError names the first bad line."""
        if (found := self.whole()) is not None:
            yield from ((self.place(number), record) for number, record in enumerate(found))
            return
        for number, line in enumerate(self.raw.split(b"\n")):
            if line.strip():
                place = self.place(number)
                yield place, decode(line, _RECORD_DECODER, place)

    def again(self) -> list[Record]:
        """Return the records of lines that have been read and found good before."""
        try:
            return _RECORD_DECODER.decode_lines(self.raw)
        except msgspec.MsgspecError:
            return [record for _, record in self.records()]

    def whole(self) -> list[Record] | None:
        """Return one record per line, or None if any line must be looked at by itself."""
        return self.all_at_once(_RECORD_DECODER, _colons)

    def all_at_once(
        self, decoder: "msgspec.json.Decoder[_T]", keys: Callable[[list[_T]], int]
    ) -> list[_T] | None:
        """Return the lines as ``decoder``'s type, or None if any is in doubt or blank.

        ``keys`` counts the keys that the values have: were one repeated in the bytes, there
        would be more colons. None means only that each line must be looked at by itself.
        """
        try:
            found: list[_T] = decoder.decode_lines(self.raw)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return None
        lines = self.raw.count(b"\n") + (not self.raw.endswith(b"\n"))
        if len(found) != lines or b"\\u003" in self.raw or _count_colons(self.raw) != keys(found):
            return None
        return found


def _colons(values: list[Any]) -> int:
    return _count_colons(_ENCODER.encode(values))


def _count_colons(raw: bytes) -> int:
    """Return what ``raw.count(b":")`` does, several times as fast where there are many."""
    import numpy as np

    return int(np.count_nonzero(np.frombuffer(raw, dtype=np.uint8) == ord(":")))


class Lines:
    """The records of a JSONL file, from an offset and line on; each pass reads it anew."""

    def __init__(self, path: Path, offset: int, line: int) -> None:
        self.path = path
        self.offset = offset
        self.line = line

    def blocks(self, size: int = _BLOCK) -> Iterator[Block]:
        """Yield the file in blocks of at least ``size`` bytes."""
        number = self.line
        try:
            with self.path.open("rb") as stream:
                stream.seek(self.offset)
                while raw := stream.read(size):
                    raw += b"" if raw.endswith(b"\n") else stream.readline()
                    yield Block(str(self.path), number, raw)
                    number += raw.count(b"\n")
        except OSError as error:
            raise no_file(self.path, error) from None

    def __iter__(self) -> Iterator[tuple[Place, Record]]:
        empty = True
        for block in self.blocks():
            for found in block.records():
                empty = False
                yield found
        if empty:
            raise self.empty()

    def empty(self) -> DataError:
        """Return the error for a file without any record."""
        what = "the file is empty" if self.line == 1 else "there is no record after the first line"
        return DataError("empty-file", what, "give one record per line", Place(str(self.path)))
