"""Gold as scoring sees it: sound records in the order of their ids, in memory or in a file."""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from hashlib import blake2b, sha256
from itertools import islice, pairwise
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.labels import Labels, Open, labels_of, own_labels
from goldwire.schemas.reading import Block
from goldwire.schemas.record import LAYERS, Record
from goldwire.schemas.writing import canonical

_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(list[Record])


_TYPES = ("mention", "relation", "quote", "boilerplate")
"""The lists of which another scheme has its own; levels and the like stay goldwire's too."""


class Identity(NamedTuple):
    """What figures over some gold rest on, equal for equal records in any order.

    ``gold`` and ``corpus`` are SHA-256 over whole records, and over ids and texts alone:
    what an extractor is given. ``fields`` are those of the layers that any record has,
    ``variants`` the articles of which others are variants, by the others' ids. ``labels`` are
    those of its scheme: the closed lists, or what gold of another scheme has.
    """

    gold: str
    corpus: str
    guidelines: str
    status: str
    fields: frozenset[str]
    variants: dict[str, str]
    labels: Labels


class Records(Sequence[Record]):
    """Sound records with unique ids. ``memo`` keeps what scoring makes of them once."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._records = list(records)
        self._rows = {record.id: number for number, record in enumerate(self._records)}
        self.memo: dict[Any, Any] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel to another process as bytes, which takes less time than object by object."""
        return _unpacked, (_ENCODER.encode(self._records),)

    def __len__(self) -> int:
        return len(self._records)

    def __getitem__(self, row: Any) -> Any:
        """Return the record of a row; a slice gives a list."""
        if isinstance(row, slice):
            return [self[each] for each in range(*row.indices(len(self)))]
        return self._one(row)

    def _one(self, row: int) -> Record:
        return self._records[row]

    def take(self, rows: list[int]) -> list[Record]:
        """Return the records of some rows."""
        return [self._records[row] for row in rows]

    def row(self, name: str) -> int | None:
        """Return the row of a document, or None if there is none of that id."""
        return self._rows.get(name)

    def rows(self, names: list[str]) -> list[int] | None:
        """Return the rows of documents, or None if there is none of some id."""
        try:
            return list(map(self._rows.__getitem__, names))
        except KeyError:
            return None

    @property
    def texts(self) -> "Texts":
        """The text of each document by its id, looked up when it is asked for."""
        return Texts(self)

    @property
    def ids(self) -> list[str]:
        """The ids of all documents."""
        return [record.id for record in self]

    @cached_property
    def identity(self) -> Identity:
        """What a receipt says of gold."""
        return identity(self)

    @cached_property
    def sources(self) -> npt.NDArray[np.int64]:
        """The number of the source article of each row, from 0; a variant has its parent's."""
        if not self.identity.variants:
            return np.arange(len(self))
        names = [_source(name, self.identity.variants) for name in self.ids]
        numbers: dict[str, int] = {}
        return np.array([numbers.setdefault(name, len(numbers)) for name in names], dtype=np.int64)


class Texts(Mapping[str, str]):
    """The texts of records by their ids."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def __getitem__(self, name: str) -> str:
        row = self._records.row(name)
        record = None if row is None else self._records[row]
        if record is None or record.id != name:
            raise KeyError(name)
        return record.text or ""

    def __iter__(self) -> Iterator[str]:
        return iter(self._records.ids)

    def __len__(self) -> int:
        return len(self._records)


def _source(name: str, variants: Mapping[str, str]) -> str:
    """Return the article from which a chain of variants starts; of a circle its least id."""
    chain: list[str] = []
    while name in variants and name not in chain:
        chain.append(name)
        name = variants[name]
    return min(chain[chain.index(name) :]) if name in chain else name


def _unpacked(raw: bytes) -> Records:
    return Records(_DECODER.decode(raw))


class Indexed(Records):
    """The records of a JSONL file that is too large to hold: hashes and offsets are kept.

    Memory grows by about 100 bytes a document. A record is read again each time it is used.
    """

    def __init__(self, path: Path, found: Iterable[tuple[Place, int, Record]]) -> None:
        self.memo = {}
        self._last: tuple[list[int], list[Record]] = [], []
        self._path = path
        names: list[str] = []
        offsets, lines = array("q"), array("q")

        def noted() -> Iterator[Record]:
            for place, offset, record in found:
                names.append(record.id)
                offsets.append(offset)
                lines.append(place.line or 0)
                yield record

        self.identity = identity(noted())
        order = sorted(range(len(names)), key=names.__getitem__)
        self._offsets = np.array(offsets, dtype=np.int64)[order]
        self._lines = np.array(lines, dtype=np.int64)[order]
        for one, other in pairwise(order):
            if names[one] == names[other]:
                raise repeated(Place(str(path), lines[other], names[one]), lines[one])
        keys = np.array([_key(names[row]) for row in order], dtype=np.uint64)
        self._by_key = np.argsort(keys)
        self._keys = keys[self._by_key]

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel to another process as the index alone."""
        return _index, (self.__dict__ | {"memo": {}, "_last": ([], [])},)

    def __len__(self) -> int:
        return len(self._offsets)

    def _one(self, row: int) -> Record:
        return self.take([row])[0]

    def take(self, rows: list[int]) -> list[Record]:
        """Return the records of some rows; those that stand together are read together."""
        if not rows or rows == self._last[0]:
            return self._last[1] if rows else []
        self._last = rows, self._read(rows)
        return self._last[1]

    def _read(self, rows: list[int]) -> list[Record]:
        lines = self._lines[rows]
        together = bool((np.diff(lines) == 1).all())
        spans = [(rows[0], len(rows))] if together else [(row, 1) for row in rows]
        found: list[Record] = []
        with self._path.open("rb") as stream:
            for first, number in spans:
                stream.seek(int(self._offsets[first]))
                raw = b"".join(islice(stream, number))
                block = Block(str(self._path), int(self._lines[first]), raw)
                found += block.again()
        return found

    def rows(self, names: list[str]) -> list[int] | None:
        """Return the rows of documents, or None if there is none of some id; ids are compared."""
        found = [row for name in names if (row := self.row(name)) is not None]
        if len(found) < len(names):
            return None
        same = all(one.id == name for one, name in zip(self.take(found), names, strict=True))
        return found if same else None

    def row(self, name: str) -> int | None:
        """Return the row of a document, or None; ids are known by 64 bits of their hash.

        So who reads the record compares the id.
        """
        key = np.uint64(_key(name))
        first = int(np.searchsorted(self._keys, key))
        while first < len(self._keys) and self._keys[first] == key:
            row = int(self._by_key[first])
            first += 1
            if first == len(self._keys) or self._keys[first] != key or self[row].id == name:
                return row
        return None


def _index(state: dict[str, Any]) -> Indexed:
    made = Indexed.__new__(Indexed)
    made.__dict__.update(state)
    return made


def _key(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest())


def repeated(place: Place, first: int | Place) -> DataError:
    """Return the error for a document that stands twice; ``first`` is a place or a line."""
    where = first if isinstance(first, Place) else f"on line {first}"
    cure = f"keep one; the first is {where}"
    return DataError("repeated-document", "the document stands twice", cure, place)


def identity(records: Iterable[Record]) -> Identity:
    """Return the identity of records, which are looked at once."""
    whole, bare = bytearray(), bytearray()
    guidelines: set[str | None] = set()
    status: set[str | None] = set()
    fields: set[str] = set()
    variants: dict[str, str] = {}
    theirs: Labels = {}
    own = False
    for record in records:
        whole += sha256(canonical(record)).digest()
        bare += sha256(canonical(Record(id=record.id, text=record.text))).digest()
        guidelines.add(record.guidelines_version)
        status.add(record.annotation.status if record.annotation else None)
        fields |= {name for name in LAYERS.values() if getattr(record, name) is not None}
        if record.variant_of is not None:
            variants[record.id] = record.variant_of
        if record.scheme is not None:
            theirs = _union(theirs, labels_of([record]))
        own |= record.scheme is None
    return Identity(
        gold=_combined(whole),
        corpus=_combined(bare),
        guidelines=_all(guidelines),
        status=_all(status),
        fields=frozenset(fields),
        variants=variants,
        labels=_scheme(theirs, own),
    )


def _combined(digests: bytearray) -> str:
    """Return the hash of digests of 32 bytes, whatever their order."""
    return sha256(np.sort(np.frombuffer(digests, dtype="S32")).tobytes()).hexdigest()


def _union(one: Labels, other: Labels) -> Labels:
    return {name: one.get(name, frozenset()) | known for name, known in other.items()}


def _scheme(theirs: Labels, own: bool) -> Labels:
    """Return the labels of gold's scheme: its types are its own, if it has any of a list.

    ``own``: some of gold is of goldwire's scheme.
    """
    return {
        name: Open(theirs[name])
        if theirs.get(name) and name in _TYPES and not own
        else known | theirs.get(name, frozenset())
        for name, known in own_labels().items()
    }


def _all(values: set[str | None]) -> str:
    return ", ".join(sorted(value or "none" for value in values))
