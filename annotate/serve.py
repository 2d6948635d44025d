"""A local Label Studio for annotators: its own environment, data that is kept, this machine only.

A folder holds all of it::

    environment/   the Python environment with Label Studio, unless another one is named
    credentials/   one file for each annotator, mode 600
    data/          Label Studio's database and files
    server.log     what the server said since its last start

The server ends with goldwire, however that ends. While it runs it holds a lock on its log, so a
second one on the same folder is refused. Blind passes are a matter of trust: Label Studio's
Community edition lets each account open every project.
"""

import os
import subprocess
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from goldwire.annotate.credentials import Credentials
from goldwire.annotate.studio import __file__ as _studio
from goldwire.annotate.studio.accounts import lines, prepare, require_names
from goldwire.annotate.studio.environment import Stopped, Tell, ready
from goldwire.annotate.studio.settings import environment as settings
from goldwire.annotate.studio.taken import HOST, free_port, locked
from goldwire.annotate.studio.unfinished import begin, finish, give_up
from goldwire.eval.kept import Kept
from goldwire.schemas.errors import Place, UsageError
from goldwire.schemas.plain import shorten
from goldwire.schemas.private import write_private
from goldwire.schemas.writing import cannot_write

_PROCESS = Path(_studio).with_name("__main__.py")
_START, _STOP = 600, 15
"""Seconds that Label Studio may take to start, and to stop."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running Label Studio: its address, its annotators' credentials by name, its process."""

    url: str
    credentials: Mapping[str, Credentials]
    log: Path
    process: "subprocess.Popen[bytes]"

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self.process.pid

    def require_running(self) -> None:
        """Raise UsageError if the server has ended, with what it said last."""
        status = self.process.poll()
        if status is None:
            return
        last: deque[str] = deque()
        with suppress(OSError), os.fdopen(os.open(self.log, os.O_RDONLY), errors="replace") as log:
            last = deque((line.strip() for line in log if line.strip()), maxlen=3)
        said = " | ".join(shorten(line, 120) for line in last) or "nothing"
        what = f"Label Studio ended with status {status} and said last: {said}"
        raise UsageError("server-ended", what, "see the log, and start it again", _place(self.log))


@contextmanager
def serving(
    folder: Path,
    annotators: Sequence[str] = (),
    port: int = 0,
    environment: Path | None = None,
    tell: Tell = lambda text: None,
    waiting: Callable[[str], AbstractContextManager[object]] = nullcontext,
    stopped: Stopped = lambda: False,
) -> Iterator[Server]:
    """Run Label Studio over ``folder`` on a port of this machine (0: a free one).

    There is an account for each of ``annotators``, and for those of earlier starts. Raises
    KeyboardInterrupt if ``stopped`` says so before the server answers.
    """
    folder = folder.absolute()
    require_names(annotators)
    port = free_port(port)
    _make_folder(folder)
    with locked(folder / "server.log") as log:
        url = f"http://{HOST}:{port}"
        credentials = prepare(folder / "credentials", annotators, url)
        python = ready((environment or folder / "environment").absolute(), tell, stopped)
        os.ftruncate(log, 0)
        first = begin(folder / "data")  # migrations that were killed half-way can't be gone on with
        tell("starting Label Studio: up to a minute the first time, then about ten seconds")
        words = (str(python), "-I", "-u", str(_PROCESS))
        kept = Kept(words, subprocess.PIPE, log, log, settings(folder, port))
        try:
            _hand_over(kept.process, lines(credentials))
            server = Server(url, credentials, folder / "server.log", kept.process)
            with waiting("waiting for Label Studio"):
                _wait(server, stopped)
            finish(folder / "data", first)
            first = None
            yield server
        finally:
            kept.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                kept.process.wait(_STOP)
            kept.close()
            if first is not None:
                give_up(folder / "data", first)


def _make_folder(folder: Path) -> None:
    try:
        if not folder.exists():
            folder.mkdir(mode=0o700, parents=True)
            write_private(folder / ".gitignore", b"*\n")  # it may be in a checkout
    except OSError as error:
        raise cannot_write(folder, error) from None


def _hand_over(process: "subprocess.Popen[bytes]", accounts: bytes) -> None:
    assert process.stdin
    with suppress(BrokenPipeError), process.stdin as pipe:
        pipe.write(accounts)


def _wait(server: Server, stopped: Stopped) -> None:
    opener = build_opener(ProxyHandler({}))
    end = time.monotonic() + _START
    while True:
        if stopped():
            raise KeyboardInterrupt
        server.require_running()
        with suppress(URLError, OSError), opener.open(f"{server.url}/health", timeout=5):
            break
        if time.monotonic() > end:
            what = f"Label Studio did not answer within {_START} s"
            raise UsageError("no-answer", what, "see the log", _place(server.log))
        time.sleep(0.2)
    server.require_running()  # else it was another server that answered


def _place(path: Path) -> Place:
    return Place(str(path))
