"""The verbs of annotate; those that speak with a server are in ``cli_studio``."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from goldwire.annotate import cli_studio
from goldwire.schemas.plain import plain

if TYPE_CHECKING:
    from goldwire.schemas.record import Record

_PATH = click.Path(path_type=Path, readable=False)


@click.group()
def annotate() -> None:
    """Make gold."""


@annotate.command()
def config() -> None:
    """Print the labelling configuration of a Label Studio project."""
    from goldwire.annotate.config import labelling_config

    click.echo(labelling_config(), nl=False)


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
@click.option("--passes", nargs=2, metavar="A B", help="To start: the names of two passes.")
@click.option("--who", help="To start: who made gold, as it will say.")
@click.option("--kind", help="To start: what kind of annotator that is, such as person.")
@click.option("--when", metavar="DAY", help="To start: when, as 2026-01-31.  [default: today]")
@click.option("--guidelines", metavar="VERSION", help="To start: if it is not that of the passes.")
def adjudicate(article: Path | None, check: bool, **asked: Any) -> None:
    """Make gold.json of ARTICLE (a folder; default: every one) from its passes and decisions.

    A disagreement that decisions.json does not hold yet is added to it, undecided, and
    nothing else is written; exit 1 until each is decided. Without a decisions.json,
    --passes, --who and --kind start one.
    """
    from goldwire.annotate.adjudicate import folders
    from goldwire.corpus.load import checkout

    _start(article, check, asked)
    states = [_adjudicated(each, check) for each in ([article] if article else folders(checkout()))]
    sys.exit(0 if all(states) else 1)


def _start(article: Path | None, check: bool, asked: dict[str, Any]) -> None:
    """Start the decisions of an article if there are none; refuse options that start nothing."""
    from goldwire.annotate.start import Asked, start
    from goldwire.schemas.errors import UsageError

    given = [f"--{name}" for name, value in asked.items() if value is not None]
    if given and (check or not article):
        what = f"{given[0]} is of one article that is started"
        raise UsageError("start", what, "give ARTICLE, and no --check")
    if article and not check:
        start(article, Asked(**asked))


def _adjudicated(folder: Path, check: bool) -> bool:
    """Make gold of one article, or see whether it is made; say what is open, return if none is."""
    from goldwire.annotate import adjudicate as stage

    if open_ones := stage.undecided(folder):
        if not check:
            stage.write_open(folder)
        for each in open_ones:
            click.echo(f"undecided: {each.layer} {each.key}")
        return False
    if not check:
        stage.write_gold(folder)
    elif stage.stale(folder):
        click.echo(f"stale: {folder / 'gold.json'}; run goldwire annotate adjudicate")
        return False
    return True


@annotate.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=_PATH)
@click.option(
    "--articles",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Where the drafts go; default: corpus/articles of the checkout.",
)
@click.option("--id", help="The article's id; default: made of the file's name.")
@click.option("--publisher", help="Who published it.")
@click.option("--agency", help="The agency that delivered it, if it is wire copy.")
@click.option("--url", help="Its web address.")
@click.option("--published", metavar="YYYY-MM-DD", help="The day on which it was published.")
@click.option("--title", help="Its title.")
@click.option("--rights", help="Who may do what with its text.")
@click.option("--language", help="Its language; default: as the page says, else en.")
@click.option(
    "--provenance",
    metavar="TABLE",
    type=_PATH,
    help="JSONL with the same facts and the key file, a line for each file; goes before options.",
)
@click.option("--extractor", help="Pre-annotate with it (as goldwire run); default: a blind pass.")
def draft(
    files: tuple[Path, ...],
    articles: Path | None,
    provenance: Path | None,
    extractor: str | None,
    **given: str | None,
) -> None:
    """Make articles of raw text or saved web pages, to be annotated.

    Of each FILE comes <articles>/<id>/article.txt, for text byte for byte, and draft.json with
    its provenance. Publisher, url, published, title and rights must be known: from options, from
    a table, or from the page. Nothing is written unless all files are in order.
    """
    from goldwire.annotate import draft as stage
    from goldwire.annotate.provenance import Facts, read_table
    from goldwire.corpus.load import checkout

    where = articles or checkout(option="--articles") / "corpus" / "articles"
    rows = (provenance, read_table(provenance)) if provenance else None
    found = stage.drafts(files, Facts(**given), rows)
    if extractor:
        stage.pre_annotate(found, extractor, where)
    for each, new in stage.write(found, where):
        for note in each.notes:
            click.echo(f"{plain(str(each.file))}: {plain(note)}", err=True)
        click.echo(f"{'drafted' if new else 'left as it is'}: {stage.summary(each.record)}")


def _one(path: Path, records: "list[Record]") -> "Record":
    from goldwire.schemas.errors import Place, UsageError

    if len(records) != 1:
        what = f"expected one article, found {len(records)}"
        raise UsageError("one-article", what, "give one pass or article", Place(str(path)))
    return records[0]


for command in cli_studio.COMMANDS:
    annotate.add_command(command)

COMMANDS = (annotate,)
