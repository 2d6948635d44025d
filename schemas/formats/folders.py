"""Writing a folder of files whole or not at all."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from goldwire.schemas.errors import Place, UsageError
from goldwire.schemas.writing import cannot_write


def write_folder(path: Path, files: Mapping[str, bytes]) -> None:
    """Write files by their names within a folder, which must not be there yet, or be empty.

    They are written into a folder beside it, which is then moved into place: a reader sees all
    of them or none. Raises UsageError.
    """
    require_free(path)
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as draft:
            made = Path(draft, "made")
            made.mkdir()
            for name, content in files.items():
                (made / name).parent.mkdir(parents=True, exist_ok=True)
                (made / name).write_bytes(content)
            made.replace(path)
    except OSError as error:
        raise cannot_write(path, error) from None


def require_free(path: Path) -> None:
    """Raise UsageError unless a folder can be written here: nothing, or an empty one."""
    try:
        taken = path.is_symlink() or (path.exists() and any(path.iterdir()))
    except OSError:
        taken = True
    if taken:
        what = "this is there already, and not an empty folder"
        raise UsageError("folder-exists", what, "choose a new folder", Place(str(path)))
