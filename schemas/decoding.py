"""Decoding one JSON object strictly: what is wrong with it is said with place and cure."""

import json
import re
from typing import Any, TypeVar

import msgspec

from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.near import did_you_mean

_T = TypeVar("_T")
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
WRITE_UTF8 = "save it as UTF-8 without a byte order mark"
ONE_PER_LINE = "a prediction file holds one complete JSON object per line"


def check_encoding(raw: bytes, place: Place) -> None:
    """Refuse a byte order mark and the encodings that such marks announce."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in raw[:4]:
        what = "expected UTF-8, found NUL bytes or the mark of UTF-16 or UTF-32"
        raise DataError("not-utf-8", what, WRITE_UTF8, place)
    if raw.startswith(b"\xef\xbb\xbf"):
        raise DataError("byte-order-mark", "starts with a byte order mark", WRITE_UTF8, place)


def not_utf8(place: Place) -> DataError:
    """Return the error for bytes that are not UTF-8."""
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
        raise not_utf8(place) from None
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
        return not_utf8(place)
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
