"""What one server takes and no other can have: its folder's lock, and a port of this machine."""

import errno
import fcntl
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from goldwire.schemas.errors import Place, UsageError
from goldwire.schemas.writing import cannot_write

HOST = "127.0.0.1"


@contextmanager
def locked(path: Path) -> Iterator[int]:
    """Open a log that no one else has open; the server's own descriptor holds the lock too."""
    try:
        log = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    except OSError as error:
        raise cannot_write(path, error) from None
    try:
        os.fchmod(log, 0o600)
        _lock(log, path)
        yield log
    finally:
        os.close(log)


def _lock(log: int, path: Path) -> None:
    for last in (*[False] * 10, True):  # a server whose goldwire was killed ends in a moment
        try:
            fcntl.flock(log, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if last:
                what = "Label Studio runs on this folder already"
                cure = "stop that goldwire annotate serve, or name another folder"
                raise UsageError("in-use", what, cure, Place(str(path.parent))) from None
            time.sleep(0.1)
        else:
            return


def free_port(port: int) -> int:
    """Return the port, or a free one for 0; UsageError if it can't be had."""
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does
        try:
            one.bind((HOST, port))
        except (OSError, OverflowError) as error:
            busy = getattr(error, "errno", None) == errno.EADDRINUSE
            what = f"port {port} is {'in use' if busy else 'not to be had'}"
            raise UsageError("port", what, "name another with --port, or 0 for any") from None
        return int(one.getsockname()[1])
