"""Workers, each with one article at a time and a time by which it must have answered.

One that ends or is late is killed with all that it started, and another takes its place.
"""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import wait
from subprocess import TimeoutExpired

import msgspec

from goldwire.eval.kept import Kept
from goldwire.eval.worker import Answer
from goldwire.schemas.errors import UsageError
from goldwire.schemas.interrupt import blocked
from goldwire.schemas.record import Record

_START = 60
"""Seconds that a worker may take at least to import and to make its extractor."""
_GRACE = 2
"""Seconds for extractors to close themselves when all is done."""
_TICK = 0.1
"""Seconds after which to look who lives: a child of a worker may hold its line open."""


class _Worker:
    """One process, the row of the article that it has, and when it must have answered."""

    def __init__(self, command: Sequence[str], name: str, timeout: float) -> None:
        self.pipe, its = Pipe()
        try:
            with blocked():
                self._kept = Kept(command, stdin=its.fileno())
        except OSError as error:
            what = f"a worker can't be started: {error.strerror}"
            raise UsageError("no-process", what, "use fewer --workers") from None
        finally:
            its.close()
        self.row = -1
        self._timeout = timeout
        self._until = time.monotonic() + max(_START, timeout)
        self._ready, self._frame = False, b""
        self._send(os.fsencode(name))

    def _send(self, frame: bytes) -> None:
        with suppress(OSError):  # it has ended; its answer will be that
            self.pipe.send_bytes(frame)

    def ask(self, row: int, article: Record) -> None:
        self.row, self._frame = row, msgspec.msgpack.encode(article)
        if self._ready:
            self._begin()

    def _begin(self) -> None:
        """Send the article to a worker that reads: a long one would wait for it to be read."""
        self._ready, self._until = True, time.monotonic() + self._timeout
        self._send(self._frame)

    def answer(self) -> Answer | None:
        """Return the answer to the article, or None if it may still come."""
        lives = self.lives()  # before the line is read, for it may answer and end
        try:
            while self.pipe.poll():
                if frame := self.pipe.recv_bytes():
                    found: Answer = msgspec.msgpack.decode(frame, type=Answer)
                    return found
                self._begin()
        except (EOFError, OSError, msgspec.MsgspecError):
            lives = False
        if not lives:
            return b"", f"the process ended with status {self.end(1)}"
        if time.monotonic() < self._until:
            return None
        self.end(0)
        return b"", f"no answer within {self._timeout:g} seconds"

    def lives(self) -> bool:
        return self._kept.process.poll() is None

    def end(self, grace: float) -> int:
        """Kill the process if it does not end within so many seconds; return its exit status."""
        self.pipe.close()
        if grace:
            with suppress(TimeoutExpired):
                self._kept.process.wait(grace)
        self._kept.close()
        return self._kept.process.returncode


class Pool:
    """So many workers at the most, started as articles come; leaving it ends them."""

    def __init__(self, command: Sequence[str], name: str, workers: int, timeout: float) -> None:
        self._command, self._name, self._size = command, name, workers
        self._timeout = timeout
        self._free: list[_Worker] = []
        self._busy: list[_Worker] = []

    @property
    def busy(self) -> int:
        """How many articles are asked for and not answered."""
        return len(self._busy)

    @property
    def full(self) -> bool:
        """Whether no worker is free, and none may be started."""
        return self.busy == self._size

    def ask(self, row: int, article: Record) -> None:
        """Give an article to a worker; it is known by its row."""
        while self._free and not self._free[-1].lives():
            self._free.pop().end(0)
        made = self._free.pop() if self._free else None
        worker = made or _Worker(self._command, self._name, self._timeout)
        self._busy.append(worker)
        worker.ask(row, article)

    def answers(self) -> Iterator[tuple[int, Answer]]:
        """Wait a moment, and yield the answers that have come, in any order."""
        wait([worker.pipe for worker in self._busy], _TICK)
        for worker in list(self._busy):
            if (answer := worker.answer()) is not None:
                self._busy.remove(worker)
                self._free.append(worker)
                yield worker.row, answer

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        """End the workers; if all went well those that are free may close their extractors."""
        until = time.monotonic() + (_GRACE if kind is None else 0)
        for worker in self._free + self._busy:
            worker.pipe.close()
        for worker in self._free + self._busy:
            worker.end(max(0, until - time.monotonic()))
