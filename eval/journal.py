"""The journal of a run: answers as they come, so that a run that was killed goes on.

It stands beside the output, ``preds.jsonl.part``: the run's own line, then one line an answer,
each appended by one call. A last line without its end, from a run that was killed while it
wrote, is cut off; a document that was asked for again counts by its last line.
"""

import os
from pathlib import Path

import msgspec

from goldwire.corpus.records import Records
from goldwire.schemas.errors import Place, UsageError
from goldwire.schemas.reading import read_bytes, read_places
from goldwire.schemas.record import Run, RunLine
from goldwire.schemas.writing import cannot_write, write_bytes

ENDING = ".part"
_SAME = ("extractor", "version", "layers", "corpus")
"""What must be equal in a run that is resumed; the time is that of its start."""


def _require_same(line: bytes, run: Run, place: Place) -> None:
    """Raise UsageError if a file's first line is not that of this run."""
    cure = "resume with the same extractor over the same articles, or name a new file"
    try:
        found = msgspec.json.decode(line, type=RunLine).goldwire_run
    except (msgspec.MsgspecError, ValueError):
        raise UsageError("other-run", "this is no run that can go on", cure, place) from None
    for field in _SAME:
        mine, theirs = getattr(run, field), getattr(found, field)
        if mine != theirs:
            what = f"the run there has {field} {theirs}, this one {mine}"
            raise UsageError("other-run", what, cure, place)


class Journal:
    """What has been answered of one run; ``failures`` are reasons by document."""

    def __init__(self, output: Path, run: Run, resume: bool) -> None:
        self.output, self.path = output, output.with_name(output.name + ENDING)
        self.failures: dict[str, str] = {}
        self._offsets: dict[str, int] = {}
        known = [each for each in (self.path, output) if each.exists() or each.is_symlink()]
        if known and not resume:
            what = "the file exists" if known[-1] == output else "an unfinished run is there"
            cure = "name a new file, or go on with --resume"
            raise UsageError("output-exists", what, cure, Place(str(known[-1])))
        kept = read_bytes(known[0]) if known else b""
        kept = kept[: kept.rfind(b"\n") + 1]
        if known:
            _require_same(kept.partition(b"\n")[0], run, Place(str(known[0]), 1))
        write_bytes(self.path, kept or msgspec.json.encode(RunLine(goldwire_run=run)) + b"\n")
        self._head = read_bytes(self.path).partition(b"\n")[0] + b"\n"
        for _, offset, record in read_places(self.path):
            self._note(record.id, offset, record.failed)
        self._end = self.path.stat().st_size
        self._file = os.open(self.path, os.O_WRONLY | os.O_APPEND)

    def _note(self, name: str, offset: int, reason: str | None) -> None:
        self._offsets[name] = offset
        self.failures.pop(name, None)
        if reason:
            self.failures[name] = reason

    def left(self, gold: Records) -> list[int]:
        """Return the rows of gold that have no answer yet, or whose answer is a failure."""
        done = self._offsets.keys() - self.failures.keys()
        return [row for row, name in enumerate(gold.ids) if name not in done]

    def add(self, name: str, line: bytes, reason: str) -> None:
        """Append an answer."""
        rest = memoryview(line + b"\n")
        try:
            while rest:
                rest = rest[os.write(self._file, rest) :]
        except OSError as error:
            os.ftruncate(self._file, self._end)
            raise cannot_write(self.path, error) from None
        self._note(name, self._end, reason or None)
        self._end += len(line) + 1

    def finish(self, gold: Records) -> None:
        """Write the output, in the order of gold, and take the journal away."""
        os.close(self._file)
        with self.path.open("rb") as stream:
            lines = [self._head]
            for name in gold.ids:
                stream.seek(self._offsets[name])
                lines.append(stream.readline())
        write_bytes(self.output, b"".join(lines))
        self.path.unlink()
