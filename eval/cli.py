"""The verbs of eval: score, run and compare."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])
if TYPE_CHECKING:
    from goldwire.corpus.records import Records
    from goldwire.eval.compare import Test
    from goldwire.eval.measure import Measure
    from goldwire.eval.runner import Way
    from goldwire.schemas.label_map import LabelMap
    from goldwire.schemas.labels import Labels
    from goldwire.schemas.reading import Predictions
    from goldwire.schemas.record import Run
    from goldwire.schemas.score import Score

PATH = click.Path(path_type=Path, readable=False)
MANY = 2000
"""Documents from which on scoring shows its progress."""
GOLD = click.option(
    "--gold",
    type=PATH,
    help="A corpus or article folder, gold.json, JSONL, Parquet, or FORMAT:PATH as convert has it; "
    "default: the corpus.",
)
MEASURES = click.option(
    "-m",
    "--measure",
    "measures",
    multiple=True,
    help="Such as mentions.strict[type=GPE]; may be repeated. eval/MEASURES.md lists them.",
)
MAPS = click.option(
    "--map",
    "maps",
    multiple=True,
    type=PATH,
    help="A label map of your own, for -m 'mentions.strict[map=NAME]'; its name is the file's.",
)
TRAIN = click.option("--train", type=PATH, help="Gold of the training data, for relations.ign.")
WORKERS = click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Processes that judge.",
)


def resamples_option(number: int) -> "Callable[[F], F]":
    """Return the option --resamples with this default."""
    return click.option(
        "--resamples",
        type=click.IntRange(min=0),
        default=number,
        show_default=True,
        help="Resamples of the articles for intervals and tests; 0: none.",
    )


SEED = click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Where resampling starts.",
)


@click.command()
@click.argument("predictions", metavar="[PREDS]", required=False, type=PATH)
@click.option("--run", "name", metavar="EXTRACTOR", help="Run this extractor and score it.")
@GOLD
@MEASURES
@click.option("--errors", is_flag=True, help="List each error by its kind.")
@MAPS
@TRAIN
@WORKERS
@resamples_option(1000)
@SEED
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def score(
    predictions: Path | None,
    name: str | None,
    gold: Path | None,
    measures: tuple[str, ...],
    errors: bool,
    maps: tuple[Path, ...],
    train: Path | None,
    workers: int,
    resamples: int,
    seed: int,
    as_json: bool,
) -> None:
    """Score a prediction file (JSONL or Parquet), or an extractor, against gold."""
    from goldwire.corpus.load import prepare
    from goldwire.eval.extractors import extractor
    from goldwire.eval.run import run as run_extractor
    from goldwire.eval.score import score as score_run
    from goldwire.schemas.errors import UsageError
    from goldwire.schemas.reading import read_run

    if (predictions is None) == (name is None):
        raise UsageError(
            "what-to-score", "expected PREDS or --run EXTRACTOR", "give exactly one of the two"
        )
    records = prepare(gold)
    own, wanted = _asked(measures, maps, train is not None, records.identity.labels)
    if predictions is not None:
        found = read_run(predictions, records.texts)
    else:
        _look_here()
        found = run_extractor(extractor(name or ""), records)
    seen = None if train is None else prepare(train)
    hidden = len(records) < MANY or not sys.stderr.isatty()
    with click.progressbar(
        length=len(records), label="documents", file=sys.stderr, hidden=hidden
    ) as bar:
        result = score_run(
            records,
            found,
            wanted,
            errors,
            maps=own,
            train=seen,
            workers=workers,
            progress=bar.update,
            resamples=resamples,
            seed=seed,
        )
    if as_json:
        import msgspec

        click.echo(msgspec.json.format(msgspec.json.encode(result), indent=2))
    else:
        from goldwire.eval.render import as_text

        click.echo(as_text(result, colour=True))


def _look_here() -> None:
    """Let package.module:function be found in the working directory, as python -m does."""
    if "" not in sys.path:
        sys.path.insert(0, "")


def _asked(
    measures: tuple[str, ...], maps: tuple[Path, ...], trained: bool, labels: "Labels"
) -> "tuple[dict[str, LabelMap], list[Measure]]":
    """Return the user's own label maps by name, and the measures that are asked for."""
    from goldwire.eval.lookup import measures as named
    from goldwire.schemas.errors import UsageError
    from goldwire.schemas.label_map import read_label_map

    read = (read_label_map(path, labels["mention"]) for path in maps)
    own = {each.name: each for each in read}
    if len(own) < len(maps):
        raise UsageError("taken-name", "two label maps have one name", "rename a file")
    wanted = [each for given in measures for each in named(given, own, trained, labels)]
    if trained and all(each.name != "relations.ign" for each in wanted):
        cure = "add -m relations.ign, or leave --train out"
        raise UsageError("unused-option", "--train is for relations.ign alone", cure)
    return own, wanted


@click.command()
@click.argument("name", metavar="EXTRACTOR")
@click.option(
    "-o",
    "--output",
    required=True,
    type=PATH,
    help="The prediction file to write (JSONL).",
)
@GOLD
@click.option("--resume", is_flag=True, help="Go on with a run that stopped, or failed in part.")
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Processes that extract.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=300,
    show_default=True,
    help="Seconds for one document.",
)
@click.option(
    "--retries",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Further tries where a document fails.",
)
def run(
    name: str,
    output: Path,
    gold: Path | None,
    resume: bool,
    workers: int,
    timeout: float,
    retries: int,
) -> None:
    """Run an extractor and write a prediction file.

    EXTRACTOR is rules, empty, oracle, spacy:PIPELINE, textacy:PIPELINE, hf:DIR, html:NAME,
    openai:MODEL, cmd:COMMAND, https://…, or package.module:function.
    """
    from goldwire.schemas.interrupt import leave, on_interrupt

    with on_interrupt(leave):  # until the journal begins nothing is written
        from goldwire.corpus.load import prepare
        from goldwire.eval.extractors import extractor
        from goldwire.eval.run import run_line
        from goldwire.eval.runner import Way
        from goldwire.eval.worker import command

        _look_here()
        system = extractor(name)
        _require_writable(output)
        records = prepare(gold)
        way = Way(command(sys.executable, sys.path), workers, timeout, retries)
        failures = _complete(name, records, output, run_line(system, records), resume, way)
    if failures:
        _tell(failures, len(records))
        sys.exit(1)


def _require_writable(output: Path) -> None:
    from goldwire.schemas.errors import Place, UsageError
    from goldwire.schemas.reading import PARQUET_ENDINGS

    if output.is_dir():
        raise UsageError("output-exists", "this is a folder", "name a file", Place(str(output)))
    if output.suffix.lower() in PARQUET_ENDINGS:
        cure = "name the file .jsonl"
        raise UsageError("output-form", "a run is written as JSONL", cure, Place(str(output)))


def _complete(
    name: str, records: "Records", output: Path, line: "Run", resume: bool, way: "Way"
) -> "Mapping[str, str]":
    """Do what is left of a run and return reasons of failure; Ctrl-C ends the program."""
    from goldwire.eval.journal import Journal
    from goldwire.eval.runner import complete
    from goldwire.schemas.interrupt import STATUS, on_interrupt

    stops: list[object] = []
    with on_interrupt(lambda *signal: stops.append(signal)):
        journal = Journal(output, line, resume)
        try:
            with _progress(len(journal.left(records))) as advance:
                complete(name, records, journal, way, advance, lambda: stops)
        except KeyboardInterrupt:
            left = len(journal.left(records))
            message = f"\ngoldwire: stopped; {left} documents are left, --resume goes on"
            click.echo(message, err=True)
            sys.exit(STATUS)
        journal.finish(records)
    return journal.failures


@contextmanager
def _progress(number: int) -> "Iterator[Callable[[int], object]]":
    """Show how far a run is, its rate and the time left, where a person looks at it."""
    if not sys.stderr.isatty():
        yield lambda more: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    rate = TextColumn("{task.fields[rate]}")
    columns = BarColumn(), MofNCompleteColumn(), rate, TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("documents", total=number, rate="")

        def advance(more: int) -> None:
            speed = progress.tasks[0].speed
            shown_rate = "" if speed is None else f"{speed:.1f} documents/s"
            progress.update(task, advance=more, rate=shown_rate)

        yield advance


def _tell(failures: "Mapping[str, str]", number: int) -> None:
    """List documents that failed; each stands in the file with its reason."""
    from goldwire.schemas.plain import plain

    click.echo(f"goldwire: {len(failures)} of {number} documents failed:", err=True)
    for name, reason in sorted(failures.items())[:10]:
        click.echo(f"  {name}: {plain(reason)}", err=True)
    if len(failures) > 10:
        click.echo("  … and more: the file has each reason", err=True)


@click.command()
@click.argument("runs", metavar="A B ...", nargs=-1, required=True, type=PATH)
@GOLD
@MEASURES
@MAPS
@TRAIN
@WORKERS
@click.option(
    "--test",
    type=click.Choice(["randomisation", "bootstrap"]),
    default="randomisation",
    show_default=True,
    help="The paired test.",
)
@resamples_option(10_000)
@SEED
@click.option("--items", is_flag=True, help="List what one system has and another has not.")
@click.option("--markdown", "form", flag_value="markdown", help="Print Markdown.")
@click.option("--latex", "form", flag_value="latex", help="Print LaTeX (booktabs).")
@click.option("--json", "form", flag_value="json", help="Print JSON.")
def compare(
    runs: tuple[Path, ...],
    gold: Path | None,
    measures: tuple[str, ...],
    maps: tuple[Path, ...],
    train: Path | None,
    workers: int,
    test: "Test",
    resamples: int,
    seed: int,
    items: bool,
    form: str | None,
) -> None:
    """Compare systems: prediction files, or scores that --json printed (.json)."""
    from goldwire.corpus.load import prepare
    from goldwire.eval import render_compare
    from goldwire.eval.compare import compare as compare_runs
    from goldwire.eval.score import How
    from goldwire.schemas.errors import UsageError

    if items and form in ("markdown", "latex"):
        cure = "leave --items out, or take --json"
        raise UsageError("unused-option", f"--{form} prints no items", cure)
    records = prepare(gold)
    own, wanted = _asked(measures, maps, train is not None, records.identity.labels)
    named = dict(zip(_names(runs), runs, strict=True))
    given = {name: _run_or_score(path, records) for name, path in named.items()}
    seen = None if train is None else prepare(train)
    length = len(records) * len(given)
    hidden = length < MANY or not sys.stderr.isatty()
    with click.progressbar(length=length, label="documents", file=sys.stderr, hidden=hidden) as bar:
        how = How(own, seen, workers, bar.update, resamples, seed)
        found = compare_runs(records, given, wanted, how, test=test, items=items)
    if form == "json":
        import msgspec

        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2))
    elif form:
        click.echo(getattr(render_compare, form)(found), nl=False)
    else:
        click.echo(render_compare.as_text(found, colour=True))


def _run_or_score(path: Path, gold: "Records") -> "Predictions | Score":
    """Return a saved score, which is a .json file by itself, or else predictions."""
    from goldwire.schemas.reading import read_run, read_score

    saved = path.suffix.lower() == ".json" and ":" not in str(path)
    return read_score(path) if saved else read_run(path, gold.texts)


def _names(paths: tuple[Path, ...]) -> list[str]:
    """Return a name for each file: its own without the ending, or its path where two are alike."""
    from goldwire.schemas.errors import UsageError

    stems = [path.stem for path in paths]
    given = (s if stems.count(s) == 1 else str(p) for s, p in zip(stems, paths, strict=True))
    names = [name.encode("utf-8", "backslashreplace").decode() for name in given]
    for name in names:
        if names.count(name) > 1:
            raise UsageError("same-file", f"{name} is given twice", "give each run once")
    return names


COMMANDS = (score, run, compare)
