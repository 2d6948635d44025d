"""Files that only their owner can read."""

import os
import stat
from pathlib import Path

from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.plain import plain
from goldwire.schemas.reading import no_file
from goldwire.schemas.writing import write_bytes

_OWNER_ONLY = 0o600
_LARGEST = 2**16


def read_private(path: Path) -> bytes:
    """Return a file's bytes; DataError if it is not this user's own, or others can read it.

    What is asked about is the file that was opened, so it can't be another one by then; one that
    is longer than 64 KB is cut.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a FIFO would never open
        with os.fdopen(descriptor, "rb") as stream:
            _require_private(path, os.fstat(descriptor))
            return stream.read(_LARGEST)
    except OSError as error:
        raise no_file(path, error) from None


def _require_private(path: Path, found: os.stat_result) -> None:
    place = Place(str(path))
    if not stat.S_ISREG(found.st_mode):
        raise DataError("no-file", "not a regular file", "check the path", place)
    if found.st_uid != os.geteuid():
        cure = "make a copy that is your own, with mode 600"
        raise DataError("not-private", "the file belongs to another user", cure, place)
    if found.st_mode & 0o077:
        what = f"others can read it (mode {stat.S_IMODE(found.st_mode):o})"
        raise DataError("not-private", what, f"chmod 600 {plain(str(path))}", place)


def write_private(path: Path, content: bytes) -> None:
    """Write a file atomically; at no moment can another user read any of it."""
    write_bytes(path, content, _OWNER_ONLY)
