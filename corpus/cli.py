"""The verbs of corpus: check and convert."""

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
    from goldwire.corpus.load import in_progress, load_places

    checks = (*EVERY, *GOLD)
    records = load_places(path)
    waiting = len(in_progress(path))
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
        counts = {"articles": len(records), "in_progress": waiting}
        click.echo(json.dumps({**counts, "checks": names, "problems": rows}))
    else:
        for problem in found:
            click.echo(str(problem))
        more = f", in progress: {waiting}" if waiting else ""
        click.echo(f"articles: {len(records)}{more}, checks: {len(checks)}, problems: {len(found)}")
    sys.exit(1 if found else 0)


FORM = click.option(
    "--from",
    "source",
    metavar="FORMAT",
    help="The format of IN, if it can't be told by its looks.",
)


@click.command()
@click.argument("path", metavar="IN", type=click.Path(path_type=Path, readable=False))
@click.argument("output", metavar="OUT", type=click.Path(path_type=Path))
@FORM
@click.option("--to", "target", metavar="FORMAT", required=True, help="The format of OUT.")
@click.option(
    "--texts",
    type=click.Path(path_type=Path, readable=False),
    help="Where the articles are (as for --gold), for a format that does not hold them.",
)
@click.option("--lossy", is_flag=True, help="Write though the format can't hold everything.")
def convert(
    path: Path, output: Path, source: str | None, target: str, texts: Path | None, lossy: bool
) -> None:
    """Convert a file or folder between formats.

    FORMAT is goldwire, bigbio, brat, conll2003, conll2012, docred, label-studio, spacy or
    webannotation. goldwire is written as JSONL if OUT ends in .jsonl, else as a corpus folder.
    """
    from goldwire.corpus.convert import losses, read_any, write_any
    from goldwire.corpus.load import prepare
    from goldwire.schemas.errors import UsageError
    from goldwire.schemas.formats import OWN, named

    for name in filter(None, (source, target)):
        if name != OWN:
            named(name)
    given = f"{source}:{path}" if source else path
    records = read_any(given, {} if texts is None else prepare(texts).texts)
    lost = losses(records, target)
    for what in lost:
        click.echo(f"{target} can't hold: {what}", err=True)
    if lost and not lossy:
        raise UsageError("lossy", "not all can be converted", "--lossy leaves it out")
    write_any(records, target, output)
    click.echo(f"{len(records)} {'record' if len(records) == 1 else 'records'} in {output}")


COMMANDS = (corpus, convert)
