"""The verbs of eval that write pages."""

import sys
from pathlib import Path

import click

from goldwire.eval.cli import GOLD, PATH, SEED, WORKERS, resamples_option


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


COMMANDS = (leaderboard,)
