"""The verbs of corpus: check."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True)


@app.callback()
def corpus() -> None:
    """Look after the corpus."""


@app.command()
def check(
    path: Annotated[
        Path | None,
        typer.Argument(help="Corpus or article folder, JSONL or Parquet; default: the corpus."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check gold: offsets, hash, ids, labels, zones, argument types. Exit 1 if any fails."""
    import json

    from goldwire.corpus.checks import EVERY, GOLD, code, problems
    from goldwire.corpus.load import load_places

    checks = (*EVERY, *GOLD)
    records = load_places(path)
    found = [each for place, record in records for each in problems(record, checks, place)]
    if as_json:
        rows = [
            {"code": p.code, "file": p.place.file, "line": p.place.line, "record": p.place.record}
            | {"field": p.place.field, "message": p.message, "cure": p.cure}
            for p in found
        ]
        typer.echo(json.dumps({"checks": [code(c) for c in checks], "problems": rows}, indent=2))
    else:
        for problem in found:
            typer.echo(str(problem))
        are = "1 article" if len(records) == 1 else f"{len(records)} articles"
        typer.echo(f"{are}, {len(checks)} checks, {len(found)} problems")
    raise typer.Exit(1 if found else 0)
