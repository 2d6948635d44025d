"""The ``goldwire`` command: the verbs of each folder, gathered; errors become exit status 2."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from goldwire.corpus.cli import app as corpus_app
from goldwire.eval.cli import app as eval_app
from goldwire.schemas.errors import GoldwireError

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)
app.add_typer(eval_app)
app.add_typer(corpus_app, name="corpus")


@app.callback()
def goldwire() -> None:
    """A gold-annotated news corpus and the benchmark over it."""


@app.command()
def build(
    check: Annotated[
        bool, typer.Option(help="Change nothing; exit 1 if anything is stale.")
    ] = False,
    corpus: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The checkout; default: found upward.")
    ] = None,
) -> None:
    """Build everything derived: JSON Schema, Parquet, the card's front matter and tables."""
    import goldwire.corpus.build
    import goldwire.eval.build
    import goldwire.schemas.json_schema
    from goldwire.corpus.load import checkout
    from goldwire.schemas import derived

    root = checkout(corpus)
    builders = (goldwire.schemas.json_schema, goldwire.corpus.build, goldwire.eval.build)
    everything = [each for builder in builders for each in builder.derived(root)]
    if not check:
        for path in derived.build(everything):
            typer.echo(f"built {path.relative_to(root)}")
        return
    stale = derived.stale(everything)
    for path in stale:
        typer.echo(f"stale: {path.relative_to(root)}; run goldwire build")
    raise typer.Exit(1 if stale else 0)


def main() -> None:
    """Run the command; a GoldwireError is one line on stderr and exit status 2."""
    try:
        app()
    except GoldwireError as error:
        typer.echo(f"goldwire: {error}", err=True)
        sys.exit(2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
