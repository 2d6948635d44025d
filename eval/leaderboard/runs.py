"""The run files of a folder, each read and scored, or refused with the reason."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from goldwire.corpus.records import Records
from goldwire.eval.score import How, judged
from goldwire.schemas.errors import DataError, GoldwireError, Place, UsageError
from goldwire.schemas.formats import located
from goldwire.schemas.leaderboard import Entry
from goldwire.schemas.reading import PARQUET_ENDINGS, Predictions, no_file, read_run
from goldwire.schemas.record import Run

_ENDINGS = (".jsonl", *PARQUET_ENDINGS)
_NO_LINE = "foreign: no first line goldwire_run, so what made it is not known"
_LINE = (
    "make it with goldwire run, or convert it to JSONL and begin that with "
    '{"goldwire_run": {"extractor": …, "corpus": …}}'
)
_CURE = "run the extractor again with goldwire run over this corpus"


@dataclass(frozen=True)
class Runs:
    """What a folder holds: systems by name, their predictions, and what is no run file."""

    entries: list[Entry] = field(default_factory=list)
    predictions: dict[str, Predictions] = field(default_factory=dict)
    passed_over: list[str] = field(default_factory=list)


def read_runs(folder: Path, gold: Records, how: How) -> Runs:
    """Score every run file of a folder; hidden files are left alone.

    Run files are those that end in .jsonl, .parquet or .pq, and what looks like another format.
    One that can't be used refuses all: a table that silently lacks a system misleads. Raises an
    ExceptionGroup with one GoldwireError for each such file, UsageError if there is none.
    """
    found, faults = Runs(), []
    paths = [each for each in _visible(folder) if not _is_other(each, found.passed_over)]
    for name, path in _named(paths).items():
        try:
            predictions, run = _opened(path, gold)
            score = judged(gold, predictions, (), False, how).score
        except GoldwireError as error:
            faults.append(error)
            continue
        found.entries.append(Entry(name=name, file=_text(path.name), run=run, score=score))
        found.predictions[name] = predictions
    if faults:
        raise ExceptionGroup("runs that can't be used", faults)
    if not found.entries:
        cure = "give a folder of files that goldwire run wrote"
        raise UsageError("no-runs", "there is no run file in it", cure, Place(str(folder)))
    return found


def _visible(folder: Path) -> Iterator[Path]:
    try:
        yield from sorted(each for each in folder.iterdir() if not each.name.startswith("."))
    except OSError as error:
        raise no_file(folder, error) from None


def _is_other(path: Path, passed_over: list[str]) -> bool:
    """Whether a file is no run file; its name is then kept, to be told."""
    if path.suffix.lower() in _ENDINGS:
        return False
    try:
        other = located(path)[0] is None
    except GoldwireError:
        other = True
    if other:
        passed_over.append(_text(path.name))
    return other


def _named(paths: list[Path]) -> Mapping[str, Path]:
    """Return files by system: the name without its ending, or the whole where two are alike."""
    stems = [each.stem for each in paths]
    names = (p.name if stems.count(p.stem) > 1 else p.stem for p in paths)
    return {_text(name): path for name, path in zip(names, paths, strict=True)}


def _text(name: str) -> str:
    """Return a file's name as text, whatever its bytes are."""
    return name.encode("utf-8", "backslashreplace").decode()


def _opened(path: Path, gold: Records) -> tuple[Predictions, Run]:
    """Return a run and its first line, which must say that it was made over gold's texts."""
    found = read_run(path, gold.texts)
    if found.run is None:
        next(iter(found.records), None)  # a file that can't be read is called that
        raise DataError("foreign-run", _NO_LINE, _LINE, found.place)
    if found.run.corpus is None:
        what = "foreign: its line goldwire_run names no corpus, so it may be of other texts"
        raise DataError("foreign-run", what, _CURE, found.place)
    if found.run.corpus != gold.identity.corpus:
        there, here = found.run.corpus[:12], gold.identity.corpus[:12]
        what = f"stale: it was made over other texts (corpus {there}…, gold has {here}…)"
        raise DataError("stale-run", what, _CURE, found.place)
    return found, found.run
