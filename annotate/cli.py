"""The verbs of annotate: agree, adjudicate and serve."""

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from goldwire.schemas.record import Record

_PATH = click.Path(path_type=Path, readable=False)


@click.group()
def annotate() -> None:
    """Make gold."""


@annotate.command()
@click.argument("a", type=_PATH)
@click.argument("b", type=_PATH)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def agree(a: Path, b: Path, as_json: bool) -> None:
    """Compare two passes A and B (or a pass with gold), with A in the place of gold."""
    import msgspec

    from goldwire.annotate.agree import agree as compare
    from goldwire.annotate.render import as_text
    from goldwire.corpus.load import load

    one, other = (_one(path, load(path)) for path in (a, b))
    found = compare(one, other)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2))
    else:
        click.echo(as_text(found, one))


@annotate.command()
@click.argument("article", required=False, type=_PATH)
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if gold.json is not the result.")
def adjudicate(article: Path | None, check: bool) -> None:
    """Make gold.json of ARTICLE (a folder; default: every one) from its passes and decisions.

    A disagreement that decisions.json does not hold yet is added to it, undecided, and
    nothing else is written; exit 1 until each is decided.
    """
    from goldwire.annotate import adjudicate as stage
    from goldwire.corpus.load import checkout

    folders = [article] if article else stage.folders(checkout())
    waiting = False
    for folder in folders:
        open_ones = stage.undecided(folder)
        if open_ones and not check:
            stage.write_open(folder, open_ones)
        for each in open_ones:
            click.echo(f"undecided: {each.layer} {each.key}")
        if not open_ones and check and stage.stale(folder):
            click.echo(f"stale: {folder / 'gold.json'}; run goldwire annotate adjudicate")
            waiting = True
        if not open_ones and not check:
            stage.write_gold(folder)
        waiting = waiting or bool(open_ones)
    sys.exit(1 if waiting else 0)


@annotate.command()
@click.argument("folder", metavar="DIR", type=_PATH)
@click.option("-a", "annotators", metavar="NAME", multiple=True, help="An annotator; repeatable.")
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True)
@click.option("--environment", metavar="VENV", type=_PATH, help="Default: DIR/environment.")
def serve(folder: Path, annotators: tuple[str, ...], port: int, environment: Path | None) -> None:
    """Run a Label Studio of your own over DIR, on this machine alone, until Ctrl-C.

    The first time it is installed, which takes minutes and 1 GB. DIR keeps its data and, for each
    annotator, a file of credentials; annotators of earlier starts need not be named again. Port 0
    is any that is free.
    """
    import time

    from rich.console import Console

    from goldwire.annotate.serve import serving
    from goldwire.schemas.interrupt import noted_stops
    from goldwire.schemas.plain import plain

    console = Console(stderr=True)
    waiting = console.status if console.is_terminal else nullcontext

    def tell(text: str) -> None:
        click.echo(plain(text), err=True)

    with noted_stops() as stops:
        started = serving(
            folder, annotators, port, environment, tell, waiting, stopped=lambda: bool(stops)
        )
        with started as server:
            click.echo(f"Label Studio: {server.url}")
            for name in server.credentials:
                click.echo(
                    f"credentials of {name}: {plain(str(folder / 'credentials' / name))}.json"
                )
            click.echo(f"log: {plain(str(server.log))}\nCtrl-C stops it; its data is kept.")
            while not stops:
                server.require_running()
                time.sleep(0.2)
        click.echo("\nstopped", err=True)


def _one(path: Path, records: "list[Record]") -> "Record":
    from goldwire.schemas.errors import Place, UsageError

    if len(records) != 1:
        what = f"expected one article, found {len(records)}"
        raise UsageError("one-article", what, "give one pass or article", Place(str(path)))
    return records[0]


COMMANDS = (annotate,)
