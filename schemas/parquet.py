"""Records to Parquet and back; the Arrow schema is generated from the record types.

Free ``meta`` becomes a string of JSON: a table has no type for it. Needs the extra
``data``.
"""

import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import inspect

from goldwire.schemas.errors import DataError, Place, UsageError
from goldwire.schemas.reading import mismatch, read_bytes
from goldwire.schemas.record import Record
from goldwire.schemas.writing import field_rank

if TYPE_CHECKING:
    import pyarrow as pa


def needs(module: str, extra: str) -> ModuleType:
    """Import a module of an extra, or raise UsageError with the line that installs it."""
    import importlib

    try:
        return importlib.import_module(module)
    except ImportError:
        raise UsageError(
            "missing-extra",
            f"{module.partition('.')[0]} is not installed",
            f"pip install 'goldwire[{extra}]'",
        ) from None


def arrow_schema() -> "pa.Schema":
    """Return the Arrow schema of the record: lists of structs, offsets as int32."""
    info = inspect.type_info(Record)
    assert isinstance(info, inspect.StructType)
    pyarrow = needs("pyarrow", "data")
    return pyarrow.schema(_fields(info, pyarrow))


def _fields(info: inspect.StructType, pyarrow: ModuleType) -> list[Any]:
    ordered = sorted(info.fields, key=lambda each: field_rank(each.name))
    return [pyarrow.field(each.encode_name, _arrow(each.type, pyarrow)) for each in ordered]


def _arrow(info: inspect.Type, pyarrow: ModuleType) -> Any:
    match info:
        case inspect.Metadata(type=inner):
            return _arrow(inner, pyarrow)
        case inspect.UnionType(types=types):
            return _arrow(next(t for t in types if not isinstance(t, inspect.NoneType)), pyarrow)
        case inspect.ListType(item_type=item):
            return pyarrow.list_(_arrow(item, pyarrow))
        case inspect.StructType():
            return pyarrow.struct(_fields(info, pyarrow))
        case inspect.BoolType():
            return pyarrow.bool_()
        case inspect.IntType():
            return pyarrow.int32()
        case _:
            return pyarrow.string()


def encode_parquet(records: Sequence[Record]) -> bytes:
    """Return records as one Parquet file; absent layers are null, empty ones []."""
    pyarrow = needs("pyarrow", "data")
    parquet = needs("pyarrow.parquet", "data")
    table = pyarrow.Table.from_pylist([_row(each) for each in records], schema=arrow_schema())
    stream = io.BytesIO()
    parquet.write_table(table, stream, compression="zstd")
    return stream.getvalue()


def same_parquet(one: bytes, other: bytes) -> bool:
    """Say whether two Parquet files have equal schemas and rows (their bytes may differ)."""
    parquet = needs("pyarrow.parquet", "data")
    tables = [parquet.read_table(io.BytesIO(each)) for each in (one, other)]
    return bool(tables[0].schema.equals(tables[1].schema) and tables[0].equals(tables[1]))


def _row(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        return {name: _row(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, list):
        return [_row(each) for each in value]
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return value


def read_parquet(path: Path) -> Iterator[tuple[Place, Record]]:
    """Yield the records of a Parquet file, each with its row (from 1) as line."""
    raw = read_bytes(path)
    pyarrow = needs("pyarrow", "data")
    parquet = needs("pyarrow.parquet", "data")
    place = Place(str(path))
    if not raw:
        raise DataError("empty-file", "the file is empty", "give one record per row", place)
    try:
        file = parquet.ParquetFile(io.BytesIO(raw))
    except pyarrow.ArrowException as error:
        reason = str(error).partition("\n")[0]
        raise DataError(
            "not-parquet", f"not a Parquet file: {reason}", "write it again", place
        ) from None
    if not file.metadata.num_rows:
        raise DataError("empty-file", "the file has no row", "give one record per row", place)
    rows = (row for batch in file.iter_batches(batch_size=1000) for row in batch.to_pylist())
    for number, row in enumerate(rows, 1):
        yield Place(str(path), number), _record(row, Place(str(path), number))


def _record(row: dict[str, Any], place: Place) -> Record:
    try:
        return msgspec.convert(_with_meta(row, place), Record)
    except msgspec.ValidationError as error:
        raise mismatch(str(error), Record, place) from None


def _with_meta(value: Any, place: Place) -> Any:
    """Return a row with each ``meta`` decoded and nulls left out."""
    if isinstance(value, list):
        return [_with_meta(each, place) for each in value]
    if not isinstance(value, dict):
        return value
    row = {key: _with_meta(each, place) for key, each in value.items() if each is not None}
    if isinstance(row.get("meta"), str):
        try:
            row["meta"] = json.loads(row["meta"])
        except ValueError:
            raise DataError("not-json", "meta is not JSON", "write it as JSON", place) from None
    return row
