"""The ``goldwire`` command: the verbs of each folder, gathered; errors become exit status 2."""

import os
import sys
from io import TextIOWrapper
from pathlib import Path

import click

import goldwire.annotate.cli
import goldwire.corpus.cli
import goldwire.eval.cli
from goldwire.schemas.errors import LONGEST, GoldwireError
from goldwire.schemas.plain import shorten
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


for folder in (goldwire.eval.cli, goldwire.corpus.cli, goldwire.annotate.cli):
    for command in folder.COMMANDS:
        app.add_command(command)


def main() -> None:
    """Run the command; whatever its user can cause is one line on stderr and exit status 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        status = app(prog_name="goldwire", standalone_mode=False)
        sys.stdout.flush()
    except GoldwireError as error:
        status = _refuse(str(error))
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "goldwire"
        status = _refuse(f"{error.format_message().rstrip('.')}; {path} --help says more [usage]")
    except (click.Abort, KeyboardInterrupt):
        status = 130
    except BrokenPipeError:
        _close_stdout()
        status = 141
    except OSError as error:
        _close_stdout()
        what = error.strerror or "the system refused"
        status = _refuse(f"{error.filename or 'output'}: {what.lower()}; check the path [system]")
    sys.exit(status)


def _refuse(message: str) -> int:
    click.echo(f"goldwire: {shorten(message, LONGEST)}", err=True)
    return 2


def _close_stdout() -> None:
    """Let what is left in the buffer go nowhere, or Python complains again when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
