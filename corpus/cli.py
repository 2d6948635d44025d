"""The verbs of corpus: check, convert and show."""

import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from goldwire.corpus.records import Records
    from goldwire.schemas.record import Record


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


@click.command()
@click.argument("name", metavar="[ID]", required=False)
@click.option(
    "--gold",
    type=click.Path(path_type=Path, readable=False),
    help="A corpus or article folder, gold.json, JSONL, Parquet, or FORMAT:PATH as convert has it; "
    "default: the corpus.",
)
@click.option(
    "--layer",
    "layers",
    multiple=True,
    type=click.Choice(["boilerplate", "entities", "relations", "quotes"]),
    help="Show this layer, not all; may be repeated.",
)
@click.option("--html", is_flag=True, help="Make one page of it, with all layers to switch.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The page to write.")
def show(
    name: str | None,
    gold: Path | None,
    layers: tuple[str, ...],
    html: bool,
    output: Path | None,
) -> None:
    """Show an article with its annotations, or list the articles if there are several."""
    from goldwire.corpus.load import prepare
    from goldwire.schemas.errors import UsageError

    if output and not html:
        raise UsageError("unused-option", "-o is for --html alone", "add --html")
    records = prepare(gold)
    if name is None and len(records) > 1 and not html:
        from goldwire.corpus.reading.listing import articles

        _page("\n".join(articles(records)))
        return
    record = _article(name, records)
    if html:
        _write_page(record, layers, output)
    else:
        from goldwire.corpus.reading.terminal import as_text

        shown = layers or ("boilerplate", "entities", "relations", "quotes")
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
        _page(as_text(record, shown, width, _is_colourful()))


def _article(name: str | None, records: "Records") -> "Record":
    """Return the article that is asked for, or the only one."""
    from goldwire.schemas.errors import UsageError
    from goldwire.schemas.near import did_you_mean

    row = records.row(name) if name is not None else 0 if len(records) == 1 else None
    record: Record | None = None if row is None else records[row]
    if record is not None and name in (None, record.id):
        return record
    if name is None:
        raise UsageError(
            "which-article", f"there are {len(records)} articles", "name one by its id"
        )
    near = did_you_mean(name, records.ids) or "goldwire show without an id lists the articles"
    raise UsageError("unknown-article", f'there is no article "{name}"', near)


def _is_colourful() -> bool:
    """Whether escape sequences for colour are wanted: on a terminal, unless it is told not to."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return sys.stdout.isatty() and not plain


def _page(text: str) -> None:
    """Print a text, through a pager if it is longer than the terminal that it goes to."""
    high = shutil.get_terminal_size().lines
    if sys.stdout.isatty() and sys.stdin.isatty() and text.count("\n") + 2 > high:
        click.echo_via_pager(text)
    else:
        click.echo(text)


def _write_page(record: "Record", layers: tuple[str, ...], output: Path | None) -> None:
    from goldwire.corpus.reading.page import page
    from goldwire.schemas.writing import write_bytes

    content = page(record, layers or ("boilerplate", "entities", "quotes"))
    if output is None:
        click.echo(content, nl=False)
    else:
        write_bytes(output, content)


COMMANDS = (corpus, convert, show)
