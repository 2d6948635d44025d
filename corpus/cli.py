"""The verbs of corpus: check."""

import json
import sys
from pathlib import Path

import click


@click.group()
def corpus() -> None:
    """Look after the corpus."""


@corpus.command()
@click.argument("path", required=False, type=click.Path(path_type=Path, readable=False))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(path: Path | None, as_json: bool) -> None:
    """Check gold in PATH (default: the corpus); exit 1 if anything is not in order.

    PATH is a corpus or article folder, a gold.json, JSONL or Parquet.
    """
    from goldwire.corpus.checks import EVERY, GOLD, code, problems
    from goldwire.corpus.load import load_places

    checks = (*EVERY, *GOLD)
    records = load_places(path)
    found = [each for place, record in records for each in problems(record, checks, place)]
    if as_json:
        rows = [
            {
                "code": problem.code,
                "file": problem.place.file,
                "line": problem.place.line,
                "record": problem.place.record,
                "field": problem.place.field,
                "message": problem.message,
                "cure": problem.cure,
            }
            for problem in found
        ]
        names = [code(each) for each in checks]
        click.echo(json.dumps({"articles": len(records), "checks": names, "problems": rows}))
    else:
        for problem in found:
            click.echo(str(problem))
        click.echo(f"articles: {len(records)}, checks: {len(checks)}, problems: {len(found)}")
    sys.exit(1 if found else 0)


COMMANDS = (corpus,)
