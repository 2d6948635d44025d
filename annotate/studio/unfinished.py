"""Folders that take long to make: a mark in them says that they are not finished yet.

What a killed process left unfinished is emptied and made anew. It is not put together elsewhere
and moved: neither an environment nor a served database can be moved.
"""

import shutil
from pathlib import Path

MARK = "goldwire-unfinished"


def begin(folder: Path) -> bool:
    """Whether ``folder`` is to be made: then it is empty and marked."""
    if (folder / MARK).exists():
        empty(folder)
    if folder.exists() and any(folder.iterdir()):
        return False
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / MARK).touch()
    return True


def finish(folder: Path) -> None:
    """Take the mark away, if there is one."""
    (folder / MARK).unlink(missing_ok=True)


def empty(folder: Path) -> None:
    """Empty an unfinished folder, its mark last: if this is stopped too, the next begins anew."""
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        elif path.name != MARK:
            path.unlink()
    finish(folder)
