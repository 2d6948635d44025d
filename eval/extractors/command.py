"""A command that reads articles as JSON, one a line, and answers each with a prediction a line."""

import os
import shlex
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

import msgspec

from goldwire.eval.extractors import Extractor
from goldwire.schemas.errors import UsageError
from goldwire.schemas.record import Record


class Command:
    """The running command; it is started when first asked, and again after it went wrong."""

    def __init__(self, words: list[str]) -> None:
        self.words = words
        self.process: subprocess.Popen[bytes] | None = None

    def extract(self, article: Record) -> bytes:
        """Write the article to the command and return the line that it answers with."""
        if self.process is None:
            pipe = subprocess.PIPE
            self.process = subprocess.Popen(
                self.words, stdin=pipe, stdout=pipe, start_new_session=True
            )
        line = _asked(self.process, msgspec.json.encode(article) + b"\n")
        if not line.endswith(b"\n"):
            status = self._ended()
            raise EOFError(f"the command ended without an answer, with status {status}")
        if not line.lstrip().startswith(b"{"):
            self.close()  # what else it wrote would be taken for the next answer
        return line

    def _ended(self) -> int | None:
        process = self.process
        with suppress(subprocess.TimeoutExpired):
            if process is not None:
                process.wait(1)
        status = process.returncode if process is not None else None
        self.close()
        return status

    def close(self) -> None:
        """End the command and all that it started."""
        process, self.process = self.process, None
        if process is not None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with suppress(BrokenPipeError):
                    if pipe is not None:
                        pipe.close()


def _asked(process: "subprocess.Popen[bytes]", line: bytes) -> bytes:
    assert process.stdin
    assert process.stdout
    with suppress(BrokenPipeError):
        process.stdin.write(line)
        process.stdin.flush()
    return process.stdout.readline()


def make(argument: str) -> Extractor:
    """Return a command as an extractor; its version and layers are not known."""
    try:
        words = shlex.split(argument)
    except ValueError as error:
        raise UsageError("command-form", f"cmd: {error}", "close the quotes") from None
    if not words or shutil.which(words[0]) is None:
        what = f"cmd: there is no command {words[0] if words else ''}".rstrip()
        raise UsageError("no-command", what, "name a command that can be run")
    command = Command(words)
    name = f"cmd:{Path(words[0]).name}"  # its arguments may hold what must not be written
    return Extractor(name, None, None, command.extract, close=command.close)
