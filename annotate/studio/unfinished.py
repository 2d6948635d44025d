"""Folders that take long to make: a mark in them says that they are not finished yet.

What a killed process left unfinished is emptied and made anew. It is not put together elsewhere
and moved: neither an environment nor a served database can be moved. Who makes a folder holds a
lock on its mark.
"""

import fcntl
import os
import shutil
from pathlib import Path

from goldwire.schemas.errors import Place, UsageError

MARK = "goldwire-unfinished"


def begin(folder: Path) -> int | None:
    """Return a descriptor if ``folder`` is to be made: then it is empty, marked and locked.

    None says that it is there already. UsageError if another process is making it.
    """
    mark = folder / MARK
    while mark.exists() or not folder.exists() or not any(folder.iterdir()):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(mark, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_at(lock, mark):  # else another has finished in between
                _empty(folder)
                return lock
        except BlockingIOError:
            os.close(lock)
            what = "another goldwire is making this folder"
            raise UsageError("in-use", what, "wait until it is done", Place(str(folder))) from None
        except BaseException:
            os.close(lock)
            raise
        os.close(lock)
    return None


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def finish(folder: Path, lock: int | None) -> None:
    """Take the mark away, if there is one."""
    if lock is not None:
        (folder / MARK).unlink()
        os.close(lock)


def give_up(folder: Path, lock: int) -> None:
    """Leave an empty folder; its mark goes last, so if this is stopped the next begins anew."""
    _empty(folder)
    finish(folder, lock)


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        elif path.name != MARK:
            path.unlink()
