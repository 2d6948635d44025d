"""The verbs of eval that make pages."""

import sys
from pathlib import Path

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
)


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
) -> None:
    """Write a page that shows the scores of systems and every error in the text.

    PREDS are prediction files (JSONL, Parquet or FORMAT:PATH), one a system.
    """
    from goldwire.corpus.load import prepare
    from goldwire.eval.report.html import Choice
    from goldwire.eval.report.page import report as make
    from goldwire.eval.score import How
    from goldwire.schemas.errors import Place, UsageError
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
        page = make(records, found, wanted, how, choice=Choice(documents, names))
    write_bytes(output, page.encode("utf-8", "replace"))
    click.echo(f"{len(found)} {'system' if len(found) == 1 else 'systems'} in {output}")


COMMANDS = (report,)
