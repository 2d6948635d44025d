"""What is said of an article beside its text: by options, by a table of files, by its page."""

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from goldwire.schemas.decoding import check_encoding, decode
from goldwire.schemas.errors import DataError, Place, UsageError
from goldwire.schemas.reading import read_bytes
from goldwire.schemas.record import Source

REQUIRED = ("publisher", "url", "published", "title", "rights")
"""What the source of gold must say."""
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class Facts(Struct, forbid_unknown_fields=True, kw_only=True):
    """What may be said of an article; a string of white space says nothing."""

    id: str | None = None
    language: str | None = None
    publisher: str | None = None
    agency: str | None = None
    url: str | None = None
    published: str | None = None
    title: str | None = None
    rights: str | None = None


class Row(Facts, kw_only=True):
    """A line of a table: the facts of one file, named from the folder of the table."""

    file: str


_DECODER = msgspec.json.Decoder(Row)


def read_table(path: Path) -> dict[Path, Facts]:
    """Read a table of files, one JSON object per line, by the files' absolute paths."""
    raw, found = read_bytes(path), dict[Path, Facts]()
    check_encoding(raw, Place(str(path)))
    for number, line in enumerate(raw.split(b"\n"), 1):
        if line.strip():
            place = Place(str(path), number)
            row = decode(line, _DECODER, place)
            file = (path.parent / row.file).resolve()
            if file in found:
                raise DataError("repeated-file", f'"{row.file}" stands twice', "keep one", place)
            found[file] = row
    return found


def merged(*given: Facts | None) -> Facts:
    """Return the first word on each fact, without white space at its ends."""
    words = {
        name: [text for each in given if each and (text := (getattr(each, name) or "").strip())]
        for name in Facts.__struct_fields__
    }
    return Facts(**{name: found[0] for name, found in words.items() if found})


def require_whole(found: Iterable[tuple[Path, Facts]], table: Path | None) -> None:
    """Raise one UsageError that names all that is missing, and from which files."""
    lacks: dict[tuple[str, ...], list[str]] = {}
    for file, facts in found:
        if missing := tuple(name for name in REQUIRED if getattr(facts, name) is None):
            lacks.setdefault(missing, []).append(str(file))
    if lacks:
        each = (f"{_some(files)}: no {', '.join(names)}" for names, files in lacks.items())
        options = " ".join(f"--{name}" for name in REQUIRED if any(name in each for each in lacks))
        rows = f"a line for each file in {table}" if table else "a table with --provenance"
        cure = f"give {options}, or {rows}"
        raise UsageError("no-provenance", "; ".join(each), cure)


def _some(files: list[str]) -> str:
    more = f" and {len(files) - 2} more" if len(files) > 2 else ""
    return ", ".join(files[:2]) + more


def source(facts: Facts, place: Place) -> Source:
    """Return the source of an article of which all is said, or raise DataError."""
    _check_date(facts.published or "", place)
    _check_address(facts.url or "", place)
    if facts.language and not _LANGUAGE.fullmatch(facts.language):
        what, cure = f'"{facts.language}" is no language tag', "give one such as en or pt-BR"
        raise DataError("wrong-language", what, cure, place)
    return Source(agency=facts.agency, **{name: getattr(facts, name) for name in REQUIRED})


def _check_date(given: str, place: Place) -> None:
    try:
        if not _DATE.fullmatch(given):
            raise ValueError
        date.fromisoformat(given)
    except ValueError:
        what, cure = f'published: "{given}" is no date', "write it as YYYY-MM-DD"
        raise DataError("wrong-date", what, cure, place) from None


def _check_address(given: str, place: Place) -> None:
    """Refuse what is no web address, and one that has a name or password in it."""
    try:
        parts = urlsplit(given)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        whole = False
    if not whole or any(char.isspace() for char in given):
        what, cure = f'url: "{given}" is no web address', "give the whole of it, with https://"
        raise DataError("wrong-url", what, cure, place)
    if parts.username is not None:
        cure = "leave out what stands before the @"
        raise DataError("wrong-url", "url: holds a name or password", cure, place)
