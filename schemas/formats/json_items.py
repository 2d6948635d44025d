"""Foreign files of JSON: one value, a list of values, or one value per line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from goldwire.schemas.decoding import decode, mismatch
from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.reading import read_bytes

_T = TypeVar("_T")
_ANY: "msgspec.json.Decoder[Any]" = msgspec.json.Decoder(Any)
_LIST = msgspec.json.Decoder(list[msgspec.Raw])


def items(path: Path) -> Iterator[tuple[Place, Any]]:
    """Yield the values of a file, each with the line that it begins on.

    A file whose first line is a complete value, and that goes on, has one value per line; any
    other is one value, or a list of which each member is a value. DataError for what is not JSON
    and for a file without any value.
    """
    raw = read_bytes(path)
    empty = True
    for line, piece in _pieces(raw, Place(str(path))):
        empty = False
        place = Place(str(path), line)
        yield place, decode(piece, _ANY, place)
    if empty:
        what = "there is nothing in the file"
        raise DataError("empty-file", what, "give at least one document", Place(str(path)))


def _pieces(raw: bytes, place: Place) -> Iterator[tuple[int, bytes]]:
    head, _, rest = raw.lstrip().partition(b"\n")
    before = len(raw) - len(raw.lstrip())
    if rest.strip() and _complete(head):
        for number, piece in enumerate(raw.split(b"\n"), 1):
            if piece.strip():
                yield number, piece
    elif head.startswith(b"["):
        offset, line = 0, 1
        for member in decode(raw, _LIST, place):
            found = raw.index(bytes(member), offset)
            line += raw.count(b"\n", offset, found)
            yield line, bytes(member)
            line += raw.count(b"\n", found, found + len(bytes(member)))
            offset = found + len(bytes(member))
    elif head.strip():
        decode(raw, _ANY, place)  # its errors name the line within the value
        yield raw.count(b"\n", 0, before) + 1, raw


def _complete(line: bytes) -> bool:
    try:
        _ANY.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def shaped(value: Any, wanted: type[_T], place: Place, cure: str) -> _T:
    """Return a decoded value as a record type, or raise DataError with that cure."""
    try:
        return msgspec.convert(value, wanted)
    except msgspec.ValidationError as error:
        fault = mismatch(str(error), wanted, place)
        path = ".".join(part for part in (place.field, fault.place.field) if part) or None
        where = Place(place.file, place.line, place.record, path)
        raise DataError(fault.code, fault.message, cure, where) from None


def others(value: dict[str, Any], wanted: type[msgspec.Struct]) -> dict[str, Any]:
    """Return what a decoded object has beside the fields of a record type."""
    known = {field.encode_name for field in msgspec.structs.fields(wanted)}
    return {key: each for key, each in value.items() if key not in known}
