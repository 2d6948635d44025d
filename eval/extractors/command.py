"""A command that reads articles as JSON, one a line, and answers each with a prediction a line."""

import os
import shlex
import shutil
import subprocess
from contextlib import suppress
from io import BufferedReader
from pathlib import Path
from typing import IO

import msgspec

from goldwire.eval.extractors import Extractor
from goldwire.eval.kept import Kept
from goldwire.schemas.errors import UsageError
from goldwire.schemas.record import Record


class Command:
    """The running command; it is started when first asked, and again after it went wrong."""

    def __init__(self, words: list[str]) -> None:
        self.words = words
        self.kept: Kept | None = None

    def extract(self, article: Record) -> bytes:
        """Write the article to the command and return the line that it answers with.

        A command that ends without an answer is started again and asked once more, unless it
        was started for this article.
        """
        fresh = self.kept is None
        line = self._asked(article)
        if not line and not fresh:
            self.close()
            line = self._asked(article)
        if not line.endswith(b"\n"):
            status = self._ended()
            how = "closed its output" if status is None else f"ended with status {status}"
            raise EOFError(f"the command {how} without an answer")
        if not line.lstrip().startswith(b"{"):
            self.close()  # what else it wrote would be taken for the next answer
        return line

    def _asked(self, article: Record) -> bytes:
        """Return the next line that the command writes, b"" if it ends first."""
        self.kept = self.kept or Kept(self.words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        process = self.kept.process
        assert process.stdin
        assert process.stdout
        _drain(process.stdout)
        with suppress(BrokenPipeError):
            process.stdin.write(msgspec.json.encode(article) + b"\n")
            process.stdin.flush()
        return process.stdout.readline()

    def _ended(self) -> int | None:
        if self.kept is None:
            return None
        process = self.kept.process
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.2)
        status = process.returncode
        self.close()
        return status

    def close(self) -> None:
        """End the command and all that it started."""
        kept, self.kept = self.kept, None
        if kept is not None:
            kept.close()


def _drain(pipe: IO[bytes]) -> None:
    """Take away what was written beyond an answer; it is about no article to come."""
    assert isinstance(pipe, BufferedReader)
    os.set_blocking(pipe.fileno(), False)
    while pipe.peek(1):
        pipe.read1()
    os.set_blocking(pipe.fileno(), True)


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
