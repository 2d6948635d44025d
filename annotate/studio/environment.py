"""The Python environment in which Label Studio is installed: there once, or made.

Label Studio pins hundreds of packages to versions of its own, so it shares none with goldwire.
"""

import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from venv import EnvBuilder

from goldwire.annotate.studio.unfinished import begin, finish, give_up
from goldwire.eval.kept import Kept
from goldwire.schemas.errors import Place, UsageError

VERSION = "1.23.2"
_STDERR = 2
Tell = Callable[[str], object]
Stopped = Callable[[], bool]


def ready(folder: Path, tell: Tell, stopped: Stopped) -> Path:
    """Return the Python of the environment in ``folder``, which is made if it isn't there.

    What could not be made whole is removed; what another process left unfinished when it was
    killed is made anew.
    """
    lock = begin(folder)
    if lock is not None:
        _make(folder, lock, tell, stopped)
    _require_version(folder)
    return folder / "bin" / "python"


def _require_version(folder: Path) -> None:
    place = Place(str(folder))
    found = list(folder.glob("lib/python*/site-packages/label_studio-*.dist-info"))
    programs = (folder / "bin" / name for name in ("python", "label-studio"))
    if not found or not all(path.exists() for path in programs):  # one may lead to nowhere by now
        cure = "name another folder with --environment: a new one is made"
        what = "the folder is not empty, and no environment with Label Studio that works"
        raise UsageError("not-an-environment", what, cure, place)
    version = found[0].name.removeprefix("label_studio-").removesuffix(".dist-info")
    if version != VERSION:
        what = f"expected Label Studio {VERSION}, found {version}"
        cure = f"name another folder with --environment, or install label-studio=={VERSION} in it"
        raise UsageError("other-version", what, cure, place)


def _make(folder: Path, lock: int, tell: Tell, stopped: Stopped) -> None:
    tell(f"making {folder} with Label Studio {VERSION}: once, about 3 minutes and 1 GB")
    try:
        _make_empty(folder, stopped)
        _install(folder, stopped)
    except BaseException:
        give_up(folder, lock)
        raise
    finish(folder, lock)


def _make_empty(folder: Path, stopped: Stopped) -> None:
    try:
        EnvBuilder(with_pip=True, symlinks=True).create(folder)
    except (OSError, subprocess.CalledProcessError, ImportError) as error:
        if stopped():  # then Ctrl-C ended what it had started
            raise KeyboardInterrupt from None
        reason = getattr(error, "strerror", None) or "ensurepip failed"
        what = f"Python could not make an environment: {reason.lower()}"
        cure = "check the space on the disk, and install venv (on Debian: python3-venv)"
        raise UsageError("no-venv", what, cure, Place(str(folder))) from None


def _install(folder: Path, stopped: Stopped) -> None:
    """Let pip install, which tells its progress itself."""
    pip = (str(folder / "bin" / "python"), "-I", "-m", "pip", "install")
    words = (*pip, "--disable-pip-version-check", f"label-studio=={VERSION}")
    kept = Kept(words, stdin=subprocess.DEVNULL, stdout=_STDERR)
    try:
        while kept.process.poll() is None:
            if stopped():
                raise KeyboardInterrupt
            time.sleep(0.1)
        status = kept.process.returncode
    finally:
        kept.process.send_signal(signal.SIGINT)  # so it removes what it has in /tmp
        with suppress(subprocess.TimeoutExpired):
            kept.process.wait(5)
        kept.close()
    if status != 0:
        what = f"pip ended with status {status}, and said why above"
        raise UsageError("not-installed", what, "try again", Place(str(folder)))
