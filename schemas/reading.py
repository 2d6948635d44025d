"""The one place where bytes become records.

Strict by intent: unknown and repeated keys, wrong types and broken encodings are errors
that name file, line, field and cure. Nothing is repaired and nothing is dropped.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.near import did_you_mean
from goldwire.schemas.record import LAYERS, Record, Run, RunLine

_T = TypeVar("_T")
_RUN_LINE = re.compile(rb'\s*\{\s*"goldwire_run"\s*:')
_AT_PATH = re.compile(r"^(.*?)(?: - at `(?:key in )?\$\.?(.*)`)?$", re.DOTALL)
_UNKNOWN_KEY = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)
_MISSING_KEY = re.compile(r"Object missing required field `(.*)`")
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
_TYPE_NAME = re.compile(r"`([^`]*)`")
_PLAIN_NAMES = {
    "int": "a whole number",
    "int | null": "a whole number",
    "str": "a string",
    "str | null": "a string",
    "bool": "true or false",
    "float": "a number with a fraction",
    "array": "a list",
    "array | null": "a list",
    "object": "an object",
    "object | null": "an object",
}
_ENCODER = msgspec.json.Encoder()
_BLOCK = 2**19
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
WRITE_UTF8 = "save it as UTF-8 without a byte order mark"
ONE_PER_LINE = "a prediction file holds one complete JSON object per line"


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
        raise _not_utf8(Place(str(path), line)) from None


def read_record(path: Path) -> Record:
    """Read one record from a JSON file such as ``gold.json`` (without joining its text)."""
    raw = read_bytes(path)
    place = Place(str(path))
    if not raw.strip():
        raise DataError("empty-file", "the file is empty", "give one JSON object", place)
    return decode(raw, _RECORD_DECODER, place)


def read_run(path: Path | str) -> Predictions:
    """Open a prediction file, JSONL or Parquet by its ending; records are read as they are used.

    Raises DataError for anything that is not such a file; an empty one is an error too,
    never a silent zero.
    """
    path = Path(path)
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
            found: list[_T] = decoder.decode_lines(self.raw)  # type: ignore[arg-type, assignment]
        except (ValueError, RecursionError):
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


def check_encoding(raw: bytes, place: Place) -> None:
    """Refuse a byte order mark and the encodings that such marks announce."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in raw[:4]:
        what = "expected UTF-8, found NUL bytes or the mark of UTF-16 or UTF-32"
        raise DataError("not-utf-8", what, WRITE_UTF8, place)
    if raw.startswith(b"\xef\xbb\xbf"):
        raise DataError("byte-order-mark", "starts with a byte order mark", WRITE_UTF8, place)


def _not_utf8(place: Place) -> DataError:
    return DataError("not-utf-8", "holds bytes that are not UTF-8", WRITE_UTF8, place)


def decode(raw: bytes, decoder: "msgspec.json.Decoder[_T]", place: Place) -> _T:
    """Decode one JSON object into ``decoder``'s type, or raise DataError at ``place``."""
    try:
        value = decoder.decode(raw)
        _refuse_repeated_keys(raw, value, place)
    except msgspec.ValidationError as error:
        check_encoding(raw, place)
        raise mismatch(str(error), decoder.type, place) from None
    except UnicodeDecodeError:
        raise _not_utf8(place) from None
    except msgspec.DecodeError as error:
        check_encoding(raw, place)
        raise _malformed(raw, str(error), place) from None
    except RecursionError:
        raise DataError(
            "too-deep", "brackets are nested too deeply", "flatten the value", place
        ) from None
    return value


def mismatch(message: str, wanted: Any, place: Place) -> DataError:
    """Turn a msgspec validation message into our error, with its code and cure."""
    what, path = _split(message)
    where = Place(place.file, place.line, place.record, path or None)
    if unknown := _UNKNOWN_KEY.fullmatch(what):
        known = _keys_at(wanted, path)
        other = "remove it, or put it under meta;" if "meta" in known else "remove it;"
        cure = f"{did_you_mean(unknown[1], known) or other} known are {', '.join(known)}"
        return DataError("unknown-key", f'unknown key "{unknown[1]}"', cure, where)
    if missing := _MISSING_KEY.fullmatch(what):
        return DataError("missing-key", f'key "{missing[1]}" is missing', "add it", where)
    what = _TYPE_NAME.sub(lambda found: _PLAIN_NAMES.get(found[1], found[1]), what)
    what = what[0].lower() + what[1:].replace(r"(?!\n)", "")
    cure = "the JSON Schemas in schemas/json say what each field takes"
    return DataError("wrong-type", what, cure, where)


def _split(message: str) -> tuple[str, str]:
    found = _AT_PATH.match(message)
    return (found[1], found[2] or "") if found else (message, "")


def _keys_at(wanted: Any, path: str) -> list[str]:
    """Return the keys that the struct at a path such as ``mentions[0].parts[1]`` may have."""
    info = msgspec.inspect.type_info(wanted)
    for name in filter(None, re.split(r"\.|\[[^]]*\]", path)):
        info = next((f.type for f in _fields(info) if f.encode_name == name), info)
    return [f.encode_name for f in _fields(info)]


def _fields(info: Any) -> tuple[Any, ...]:
    while True:
        if isinstance(info, msgspec.inspect.StructType):
            return info.fields
        if isinstance(info, msgspec.inspect.ListType):
            info = info.item_type
        elif isinstance(info, msgspec.inspect.UnionType):
            info = info.types[0]
        elif isinstance(info, msgspec.inspect.Metadata):
            info = info.type
        else:
            return ()


def _malformed(raw: bytes, message: str, place: Place) -> DataError:
    """Say what is wrong with bytes that are not JSON: a surrogate, a cut line, or else."""
    try:
        text = raw.decode("utf-8")
        value = json.loads(text, parse_int=str)
    except UnicodeDecodeError:
        return _not_utf8(place)
    except RecursionError:
        return DataError("too-deep", "brackets are nested too deeply", "flatten the value", place)
    except json.JSONDecodeError as error:
        cure = ONE_PER_LINE if place.line else "give one complete JSON object"
        if "truncated" in message:
            return DataError("truncated", "the JSON object is cut off", cure, place)
        what = f"not JSON: {error.msg.lower()} at character {error.colno}"
        return DataError("not-json", what, cure, Place(place.file, place.line or error.lineno))
    if _LONE_SURROGATE.search(json.dumps(value, ensure_ascii=False)):
        cure = "write the whole character, or both halves of the pair"
        return DataError("lone-surrogate", "a \\ud800-\\udfff escape stands alone", cure, place)
    return DataError("not-json", "NaN and Infinity are not JSON", "use null", place)


def _refuse_repeated_keys(raw: bytes, value: object, place: Place) -> None:
    """Raise DataError if a key stands twice in one object (msgspec keeps the last).

    A repeated key leaves a colon that the value, written again, does not have; equal
    counts therefore prove that there is none, at a small part of the cost of looking.
    """
    if b"\\u003" not in raw and raw.count(b":") == _ENCODER.encode(value).count(b":"):
        return
    json.loads(raw, parse_int=str, object_pairs_hook=lambda pairs: _unique(pairs, place))


def _unique(pairs: list[tuple[str, Any]], place: Place) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            where = Place(place.file, place.line, place.record, key)
            raise DataError("repeated-key", "the key stands twice", "keep one", where)
        found[key] = value
    return found
