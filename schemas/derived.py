"""What is built rather than edited: how to make it, compare it and write it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.reading import read_bytes
from goldwire.schemas.writing import write_bytes


@dataclass(frozen=True, slots=True)
class Derived:
    """One derived file; ``made`` gives its content from what is there now (b"" if nothing).

    A file is stale when ``made`` changes it, so a section of a page and a Parquet file
    that differs in bytes alone need no rule of their own.
    """

    path: Path
    made: Callable[[bytes], bytes]


def whole(path: Path, content: bytes) -> Derived:
    """Return a derived file all of which is built."""
    return Derived(path, lambda _: content)


def section(path: Path, name: str, content: str) -> Derived:
    """Return a part of a page, between ``<!-- NAME: built -->`` and ``<!-- /NAME -->``."""
    opening, closing = f"<!-- {name}: built -->\n", f"<!-- /{name} -->"

    def made(current: bytes) -> bytes:
        head, found, rest = current.decode("utf-8").partition(opening)
        _, end, tail = rest.partition(closing)
        if not found or not end:
            what = f"the section {opening.strip()} … {closing} is missing"
            raise DataError("no-section", what, "put both lines back", Place(str(path)))
        return f"{head}{opening}{content}{closing}{tail}".encode()

    return Derived(path, made)


def stale(derived: Iterable[Derived]) -> list[Path]:
    """Return the paths that a build would change."""
    return [path for path, current, new in _made(derived) if current != new]


def build(derived: Iterable[Derived]) -> list[Path]:
    """Write what is stale, each file once, and return those paths."""
    changed = [(path, new) for path, current, new in _made(derived) if current != new]
    for path, new in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(path, new)
    return [path for path, _ in changed]


def _made(derived: Iterable[Derived]) -> list[tuple[Path, bytes, bytes]]:
    """Return path, current and new content, several parts of one file applied in turn."""
    current: dict[Path, bytes] = {}
    new: dict[Path, bytes] = {}
    for each in derived:
        if each.path not in current:
            current[each.path] = read_bytes(each.path) if each.path.exists() else b""
            new[each.path] = current[each.path]
        new[each.path] = each.made(new[each.path])
    return [(path, current[path], new[path]) for path in current]
