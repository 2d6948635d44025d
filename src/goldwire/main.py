"""The ``goldwire`` command: the verbs of each folder, gathered; errors become exit status 2."""

import os
import sys
from pathlib import Path

import click

import goldwire.corpus.cli
import goldwire.eval.cli
from goldwire.schemas.errors import GoldwireError
from goldwire.schemas.version import VERSION


@click.group()
@click.version_option(VERSION, prog_name="goldwire")
def app() -> None:
    """A gold-annotated news corpus and the benchmark over it."""


@app.command()
@click.option("--check", is_flag=True, help="Change nothing; exit 1 if anything is stale.")
@click.option(
    "--corpus",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="A folder in the checkout; default: the working directory.",
)
def build(check: bool, corpus: Path | None) -> None:
    """Build all that is derived: JSON Schema, Parquet, the card's front matter and tables."""
    import goldwire.annotate.build
    import goldwire.corpus.build
    import goldwire.eval.build
    import goldwire.schemas.json_schema
    from goldwire.corpus.load import checkout
    from goldwire.schemas import derived

    root = checkout(corpus)
    builders = (
        goldwire.schemas.json_schema,
        goldwire.corpus.build,
        goldwire.eval.build,
        goldwire.annotate.build,
    )
    everything = [each for builder in builders for each in builder.derived(root)]
    if not check:
        for path in derived.build(everything):
            click.echo(f"built {path.relative_to(root)}")
        return
    stale = derived.stale(everything)
    for path in stale:
        click.echo(f"stale: {path.relative_to(root)}; run goldwire build")
    sys.exit(1 if stale else 0)


for command in (*goldwire.eval.cli.COMMANDS, *goldwire.corpus.cli.COMMANDS):
    app.add_command(command)


def main() -> None:
    """Run the command; a GoldwireError is one line on stderr and exit status 2."""
    try:
        app(prog_name="goldwire")
    except GoldwireError as error:
        click.echo(f"goldwire: {error}", err=True)
        sys.exit(2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
