"""The verbs of each folder, gathered, and the one that belongs to all: build."""

import sys
from pathlib import Path

import click

import goldwire.annotate.cli
import goldwire.corpus.cli
import goldwire.eval.cli
import goldwire.eval.cli_pages
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
    """Build all that is derived: JSON Schema, Parquet, the reading copies, the card's tables."""
    import goldwire.annotate.adjudicate
    import goldwire.annotate.build
    import goldwire.corpus.build
    import goldwire.eval.build
    import goldwire.schemas.json_schema
    from goldwire.corpus.load import checkout
    from goldwire.schemas import derived

    root = checkout(corpus)
    # Gold first: all else is made from it.
    builders = (
        goldwire.annotate.adjudicate,
        goldwire.annotate.build,
        goldwire.schemas.json_schema,
        goldwire.corpus.build,
        goldwire.eval.build,
    )
    stale = False
    for builder in builders:
        everything = list(builder.derived(root))
        changed = derived.stale(everything) if check else derived.build(everything)
        for path in changed:
            name = path.relative_to(root)
            click.echo(f"stale: {name}; run goldwire build" if check else f"built {name}")
        stale = stale or bool(changed)
    sys.exit(1 if check and stale else 0)


MODULES = (
    goldwire.eval.cli,
    goldwire.eval.cli_pages,
    goldwire.corpus.cli,
    goldwire.annotate.cli,
)
for module in MODULES:
    for command in module.COMMANDS:
        app.add_command(command)
