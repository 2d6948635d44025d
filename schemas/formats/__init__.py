"""Foreign formats, one module each behind one interface, found by the table of their names.

A format reads what it has as records and writes records as far as it can hold them. What it can't
hold is said before anything is written (``losses``). Labels come in as they stand; what a file
says beside that, and a record has no field for, goes into ``meta`` under the format's name.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import msgspec

from goldwire.schemas.errors import DataError, Place, UsageError
from goldwire.schemas.labels import label_problems, own_labels
from goldwire.schemas.near import did_you_mean
from goldwire.schemas.reading import PARQUET_ENDINGS, no_file
from goldwire.schemas.record import Record, RunLine

OWN = "goldwire"
"""What reads and writes goldwire's own files is elsewhere; it is a format's name all the same."""
FORMATS = (
    "bigbio",
    "brat",
    "conll2003",
    "conll2003-repaired",
    "conll2012",
    "docred",
    "label-studio",
    "spacy",
    "webannotation",
)
"""The names of all formats; the module of each has its name, with ``_`` for ``-``."""
_ELSEWHERE = {"conll2003-repaired": ("conll2003", "REPAIRED")}
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
        known = OWN, *FORMATS
        cure = did_you_mean(name, known) or f"known are {', '.join(known)}"
        raise UsageError("unknown-format", f'no format is named "{name}"', cure)
    home, constant = _ELSEWHERE.get(name, (name.replace("-", "_"), "FORMAT"))
    found: Format = getattr(import_module(f"{__name__}.{home}"), constant)
    return found


def located(given: Path | str) -> tuple[Format | None, Path]:
    """Return a file's format, None for goldwire's own, and its path.

    It is given as ``FORMAT:PATH``, or as a path whose format is told by its looks. What looks
    like none is goldwire's, whose own reading then says what is wrong; what looks like several
    is UsageError ``which-format``.
    """
    name, colon, rest = str(given).partition(":")
    path = Path(given)
    if colon and name in (OWN, *FORMATS) and not path.exists():
        return None if name == OWN else named(name), Path(rest)
    head = _head(path)
    if _is_own(path, head):
        return None, path
    found = [each for each in map(named, FORMATS) if each.looks(path, head)]
    if len(found) > 1:
        what = f"this may be {' or '.join(each.name for each in found)}"
        cure = f"write {found[0].name}:{path}, or the like"
        raise UsageError("which-format", what, cure, Place(str(path)))
    return (found[0] if found else None), path


def read(form: Format, path: Path, texts: Texts) -> list[tuple[Place, Record]]:
    """Read a foreign file; the format's name is the scheme unless all labels are goldwire's."""
    found = list(form.read(path, texts))
    if not found:
        raise DataError("empty-file", "there is no document", "give one", Place(str(path)))
    if not all(_is_ours(record) for _, record in found):
        for _, record in found:
            record.scheme = form.name
    return found


def _is_ours(record: Record) -> bool:
    """Whether all labels are goldwire's, and each mention has a type, as goldwire's gold has."""
    typed = all(mention.type for mention in record.mentions or ())
    return typed and not any(label_problems(record, own_labels()))


def _head(path: Path) -> bytes:
    try:
        if path.is_dir():
            return b""
        with path.open("rb") as stream:
            return stream.read(2**16)
    except OSError as error:
        raise no_file(path, error) from None


def _is_own(path: Path, head: bytes) -> bool:
    """Whether a file or folder is surely goldwire's own."""
    if path.is_dir():
        return any((path / each).exists() for each in ("gold.json", "articles", "corpus/articles"))
    if path.suffix.lower() in PARQUET_ENDINGS:
        return True
    one = path.read_bytes() if path.suffix.lower() == ".json" else head.partition(b"\n")[0]
    for kind in (Record, RunLine):
        try:
            msgspec.json.decode(one, type=kind)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            continue
        return True
    return False
