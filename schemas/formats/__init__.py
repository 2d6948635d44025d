"""Foreign formats, one module each behind one interface, found by the table of their names.

A format reads what it has as records and writes records as far as it can hold them. What it can't
hold is said before anything is written (``losses``). Labels come in as they stand; what a file
says beside that, and a record has no field for, goes into ``meta`` under the format's name.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from goldwire.schemas.errors import Place, UsageError
from goldwire.schemas.near import did_you_mean
from goldwire.schemas.record import Record

FORMATS = (
    "bigbio",
    "brat",
    "conll2003",
    "conll2012",
    "docred",
    "label-studio",
    "spacy",
    "webannotation",
)
"""The names of all formats; the module of each has its name, with ``_`` for ``-``."""
Texts = Mapping[str, str]
"""Source texts by the id of their record, where they are known from elsewhere."""


@dataclass(frozen=True, slots=True)
class Format:
    """How a format is told, read and written.

    ``looks``: whether a file or folder looks like it; ``head`` are a file's first 64 KiB, b"" for
    a folder. ``read``: its records in their order, each with its place; raises DataError with
    file, line and cure. A format without texts takes them from ``texts``, where tokens must then
    stand exactly, or builds one and says so in ``meta``. ``losses``: what would be lost of a
    record, in plain words ("relations", "levels of mentions"), nothing if all is kept.
    ``write``: writes what can be held to a file or folder, whole or not at all.
    """

    name: str
    looks: Callable[[Path, bytes], bool]
    read: Callable[[Path, Texts], Iterator[tuple[Place, Record]]]
    losses: Callable[[Record], Iterable[str]]
    write: Callable[[Sequence[Record], Path], None]


def named(name: str) -> Format:
    """Return a format by its name; UsageError names the near ones."""
    if name not in FORMATS:
        cure = did_you_mean(name, FORMATS) or f"known are {', '.join(FORMATS)}"
        raise UsageError("unknown-format", f'no format is named "{name}"', cure)
    module = import_module(f"{__name__}.{name.replace('-', '_')}")
    found: Format = module.FORMAT
    return found
