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

from goldwire.schemas.decoding import decode, mismatch
from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.extras import needs
from goldwire.schemas.reading import read_bytes
from goldwire.schemas.record import Record
from goldwire.schemas.writing import field_rank

if TYPE_CHECKING:
    import pyarrow as pa

_META = msgspec.json.Decoder(dict[str, Any])


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
    pyarrow = needs("pyarrow", "data")
    parquet = needs("pyarrow.parquet", "data")
    try:
        tables = [parquet.read_table(io.BytesIO(each)) for each in (one, other)]
    except (pyarrow.ArrowException, OSError):
        return False
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
    if not raw:
        raise DataError(
            "empty-file", "the file is empty", "give one record per row", Place(str(path))
        )
    number = 0
    for number, row in enumerate(_rows(raw, Place(str(path))), 1):
        place = Place(str(path), number)
        try:
            record = msgspec.convert(_with_meta(row, place), Record)
        except msgspec.ValidationError as error:
            raise mismatch(str(error), Record, place) from None
        yield place, record
    if not number:
        raise DataError(
            "empty-file", "the file has no row", "give one record per row", Place(str(path))
        )


def _rows(raw: bytes, place: Place) -> Iterator[dict[str, Any]]:
    """Yield the rows of a Parquet file as dictionaries, or raise DataError if it is damaged."""
    parquet = needs("pyarrow.parquet", "data")
    try:
        file = parquet.ParquetFile(io.BytesIO(raw))
        names = file.schema_arrow.names
        for name in names:
            if names.count(name) > 1 or name not in Record.__struct_fields__:
                known = ", ".join(Record.__struct_fields__)
                raise DataError(
                    "unknown-key" if names.count(name) == 1 else "repeated-key",
                    f'column "{name}" is unknown or stands twice',
                    f"remove it; known are {known}",
                    place,
                )
        for batch in file.iter_batches(batch_size=1000):
            yield from batch.to_pylist()
    except DataError:
        raise
    except Exception as error:  # a damaged file makes pyarrow raise errors of many kinds
        reason = str(error).partition("\n")[0]
        raise DataError(
            "not-parquet", f"not a sound Parquet file: {reason}", "write it again", place
        ) from None


def _with_meta(value: Any, place: Place) -> Any:
    """Return a row with each ``meta`` decoded and nulls left out."""
    if isinstance(value, list):
        return [_with_meta(each, place) for each in value]
    if not isinstance(value, dict):
        return value
    row = {key: _with_meta(each, place) for key, each in value.items() if each is not None}
    if isinstance(row.get("meta"), str):
        row["meta"] = decode(row["meta"].encode(), _META, place)
    return row
