"""Processes that can't outlive the one that started them, nor can what they start.

Each has a process group of its own, so Ctrl-C on a terminal never reaches it, and in the group a
keeper: a shell that reads from a pipe which this process alone holds open. When this process
ends, in whatever way, the keeper reads the end of the pipe and kills the group.
"""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import IO

_KEEPER = ("sh", "-c", "read _; kill -9 0")


class Kept:
    """A running ``process`` with its keeper; OSError if it can't be started.

    ``stdin``, ``stdout`` and ``stderr`` are descriptors, or None for this process's own; so is
    None for the ``environment``.
    """

    def __init__(
        self,
        words: Sequence[str],
        stdin: int,
        stdout: int | None = None,
        stderr: int | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        pipe = subprocess.PIPE
        self._keeper = subprocess.Popen(_KEEPER, stdin=pipe, process_group=0)
        group = self._keeper.pid
        try:
            self.process = subprocess.Popen(
                words,
                stdin=stdin,
                stdout=stdout,
                stderr=stderr,
                env=environment,
                process_group=group,
            )
        except BaseException:
            self._end_group()
            raise

    def _end_group(self) -> None:
        if self._keeper.returncode is None:  # else its number may be another's by now
            with suppress(ProcessLookupError):
                os.killpg(self._keeper.pid, signal.SIGKILL)
            self._keeper.wait()
            _release(self._keeper.stdin)

    def close(self) -> None:
        """Kill the process and all in its group."""
        self._end_group()
        self.process.kill()  # it may have left its group
        self.process.wait()
        _release(self.process.stdin)
        _release(self.process.stdout)


def _release(pipe: IO[bytes] | None) -> None:
    if pipe is not None:
        with suppress(BrokenPipeError):
            pipe.close()
