"""The verbs of eval that make figures and pages."""

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from goldwire.eval.cli import (
    GOLD,
    MANY,
    MAPS,
    MEASURES,
    PATH,
    SEED,
    TRAIN,
    WORKERS,
    asked,
    names_of,
    resamples_option,
    run_or_score,
)
from goldwire.schemas.errors import Place, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from goldwire.eval.plots.draw import Form
    from goldwire.eval.plots.style import Width
    from goldwire.schemas.score import Score

ALL = "all"


@click.command()
@click.argument("runs", metavar="PREDS...", nargs=-1, required=True, type=PATH)
@click.option("-o", "--output", required=True, type=PATH, help="The page to write (HTML).")
@GOLD
@MEASURES
@MAPS
@TRAIN
@WORKERS
@resamples_option(1000)
@SEED
@click.option(
    "--documents",
    type=click.IntRange(min=0),
    default=20,
    show_default=True,
    help="Articles to show, those with most errors; the tables are over all.",
)
@click.option("--id", "names", multiple=True, help="An article to show; may be repeated.")
@click.option(
    "--plots/--no-plots", "with_plots", default=None, help="Default: where matplotlib is installed."
)
def report(
    runs: tuple[Path, ...],
    output: Path,
    gold: Path | None,
    measures: tuple[str, ...],
    maps: tuple[Path, ...],
    train: Path | None,
    workers: int,
    resamples: int,
    seed: int,
    documents: int,
    names: tuple[str, ...],
    with_plots: bool | None,
) -> None:
    """Write a page that shows the scores of systems and every error in the text.

    PREDS are prediction files (JSONL, Parquet or FORMAT:PATH), one a system.
    """
    from goldwire.corpus.load import prepare
    from goldwire.eval.report.html import Choice
    from goldwire.eval.report.page import report as make
    from goldwire.eval.score import How
    from goldwire.schemas.reading import read_run
    from goldwire.schemas.writing import write_bytes

    if output.exists() or output.is_symlink():
        raise UsageError("output-exists", "the file exists", "name a new file", Place(str(output)))
    records = prepare(gold)
    own, wanted = asked(measures, maps, train is not None, records.identity.labels)
    named = dict(zip(names_of(runs), runs, strict=True))
    found = {name: read_run(path, records.texts) for name, path in named.items()}
    seen = None if train is None else prepare(train)
    length = len(records) * len(found)
    hidden = length < MANY or not sys.stderr.isatty()
    with click.progressbar(length=length, label="documents", file=sys.stderr, hidden=hidden) as bar:
        how = How(own, seen, workers, bar.update, resamples, seed)
        choice = Choice(documents, names)
        page = make(records, found, wanted, how, choice=choice, plots=_drawn(with_plots))
    write_bytes(output, page.encode("utf-8", "replace"))
    click.echo(f"{len(found)} {'system' if len(found) == 1 else 'systems'} in {output}")


def _drawn(wanted: bool | None) -> "Callable[[Mapping[str, Score]], list[tuple[str, str]]]":
    """Return what draws plots of scores, or nothing where they are not wanted or can't be."""
    if wanted is False or (wanted is None and find_spec("matplotlib") is None):
        return lambda scores: []
    from goldwire.eval.plots.draw import require_matplotlib
    from goldwire.eval.plots.page import pictures

    require_matplotlib()
    return pictures


@click.command()
@click.argument("name", metavar="NAME")
@click.argument("runs", metavar="PREDS ...", nargs=-1, required=True, type=PATH)
@click.option(
    "-o",
    "--output",
    required=True,
    type=PATH,
    help="The figure to write, .svg, .pdf or .png; for all a folder, of an SVG and a PDF each.",
)
@GOLD
@click.option(
    "--width",
    type=click.Choice(["column", "page"]),
    default="page",
    show_default=True,
    help="Of a paper: 3.3 or 6.9 inches.",
)
def plot(
    name: str, runs: tuple[Path, ...], output: Path, gold: Path | None, width: "Width"
) -> None:
    """Draw systems: prediction files, or scores saved with --errors --json (.json).

    NAME is f1, confusion, precision-recall, errors, boundaries, or all.
    """
    from goldwire.eval.plots.draw import PLOTS, draw, plot_named, require_matplotlib
    from goldwire.schemas.writing import write_bytes

    if name != ALL:
        plot_named(name)
    files = _files(list(PLOTS) if name == ALL else [name], output, whole=name == ALL)
    require_matplotlib()
    systems = _scores(runs, gold)
    drawn = {path: draw(each, systems, form, width) for path, each, form in files}
    for path, content in drawn.items():
        write_bytes(path, content)


def _files(names: list[str], output: Path, whole: bool) -> "list[tuple[Path, str, Form]]":
    """Return what to write: each path with the plot's name and form."""
    from goldwire.eval.plots.draw import FORMS

    if whole:
        if not output.is_dir():
            cure = "make the folder first"
            raise UsageError("output-form", "all plots need a folder", cure, Place(str(output)))
        return [(output / f"{name}.{form}", name, form) for name in names for form in FORMS[:2]]
    for form in FORMS:
        if output.suffix.lower() == f".{form}" and not output.is_dir():
            return [(output, names[0], form)]
    cure = "name the file .svg, .pdf or .png"
    raise UsageError("output-form", "this is no figure's name", cure, Place(str(output)))


def _scores(runs: tuple[Path, ...], gold: Path | None) -> "dict[str, Score]":
    """Return the scores of runs by name, as compare names them, with their errors."""
    from goldwire.corpus.load import prepare
    from goldwire.eval.score import score
    from goldwire.schemas.score import Score

    records = prepare(gold)
    given = {
        name: run_or_score(path, records) for name, path in zip(names_of(runs), runs, strict=True)
    }
    return {
        name: run if isinstance(run, Score) else score(records, run, errors=True)
        for name, run in given.items()
    }


@click.command()
@click.argument("folder", type=PATH)
@click.option("-o", "--output", required=True, type=PATH, help="The folder to write, a new one.")
@GOLD
@WORKERS
@resamples_option(10_000)
@SEED
@click.option(
    "--dataset",
    metavar="OWNER/NAME",
    help="The dataset's name on the Hugging Face Hub: writes results for model cards too.",
)
@click.option("--revision", help="The dataset's commit on the Hub, for the results.")
@click.option("--url", help="An https link to where the leaderboard is, for the results.")
def leaderboard(
    folder: Path,
    output: Path,
    gold: Path | None,
    workers: int,
    resamples: int,
    seed: int,
    dataset: str | None,
    revision: str | None,
    url: str | None,
) -> None:
    """Make a leaderboard of a folder of run files: pages, Markdown and JSON.

    Run files are those that goldwire run wrote. One that is stale, foreign or can't be read
    refuses all, and nothing is written.
    """
    from goldwire.corpus.load import prepare
    from goldwire.eval.leaderboard.board import leaderboard as made
    from goldwire.eval.leaderboard.files import files, hub_dataset
    from goldwire.eval.score import How
    from goldwire.schemas.formats.folders import require_free, write_folder
    from goldwire.schemas.plain import plain

    require_free(output)
    named = hub_dataset(dataset, revision, url)
    records = prepare(gold)
    try:
        board = made(folder, records, How(workers=workers, resamples=resamples, seed=seed))
    except ExceptionGroup as faults:
        for each in faults.exceptions:
            click.echo(f"goldwire: {each}", err=True)
        sys.exit(2)
    write_folder(output, files(board, named))
    for name in board.passed_over:
        message = f"{plain(str(folder / name))}: not a run file, passed over"
        click.echo(f"goldwire: {message}", err=True)
    if named is None:
        say = "no results for model cards: --dataset OWNER/NAME names the dataset on the Hub"
        click.echo(f"goldwire: {say}", err=True)


COMMANDS = (report, plot, leaderboard)
