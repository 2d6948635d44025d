"""The one place where records become bytes; every write is whole or not at all."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import msgspec

from goldwire.schemas.errors import Place, UsageError
from goldwire.schemas.reading import Predictions
from goldwire.schemas.record import Record, RunLine

_FIRST = ("id", "start", "end", "parts", "head", "type")
_LAST = ("optional", "alternatives", "note", "meta")
_ENCODER = msgspec.json.Encoder(order="deterministic")


def write_bytes(path: Path, content: bytes, mode: int = 0o666) -> None:
    """Write a file atomically: a reader sees the old content or the new, never a part.

    ``mode`` is what the umask then takes from; until the file is whole only its owner can read it.
    """
    try:
        descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise cannot_write(path, error) from None
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
        Path(draft).chmod(mode & ~_umask())
        Path(draft).replace(path)
    except OSError as error:
        raise cannot_write(path, error) from None
    finally:
        Path(draft).unlink(missing_ok=True)


def cannot_write(path: Path, error: OSError) -> UsageError:
    """Return the error for a file that can't be written."""
    reason = (error.strerror or "cannot be written").lower()
    return UsageError("cannot-write", reason, "choose a path that can be written", Place(str(path)))


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def encode_run(predictions: Predictions) -> bytes:
    """Return a prediction file: the run's own line if there is one, then one record per line."""
    head = [RunLine(goldwire_run=predictions.run)] if predictions.run else []
    items = [*head, *(record for _, record in predictions.records)]
    return b"".join(msgspec.json.encode(each) + b"\n" for each in items)


def encode_gold(record: Record) -> bytes:
    """Return a record as ``gold.json``: no text, one item per line so that diffs are readable."""
    fields = {key: value for key, value in msgspec.to_builtins(record).items() if key != "text"}
    body = ",\n".join(f"{json.dumps(key)}: {_field(value)}" for key, value in fields.items())
    return f"{{\n{body}\n}}\n".encode()


def _field(value: Any) -> str:
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(f"  {_item(item)}" for item in value) + "\n]"
    return _item(value)


def _item(value: Any) -> str:
    if isinstance(value, dict):
        value = dict(sorted(value.items(), key=lambda pair: field_rank(pair[0])))
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def field_rank(name: str) -> int:
    """Return where a field stands in what people read: what and where first, remarks last."""
    if name in _FIRST:
        return _FIRST.index(name)
    return 100 if name in _LAST else 50


def canonical(record: Record) -> bytes:
    """Return bytes that are equal for equal records: what hashes are of."""
    return _ENCODER.encode(record)
