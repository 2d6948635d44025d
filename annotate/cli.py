"""The verbs of annotate, in the order of the work: from a text to gold."""

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from goldwire.annotate.names import require_name
from goldwire.schemas.plain import plain

if TYPE_CHECKING:
    from goldwire.annotate.client import Studio
    from goldwire.annotate.passes import Texts
    from goldwire.annotate.pull import Pulled
    from goldwire.annotate.task import Start
    from goldwire.schemas.record import Record

_PATH = click.Path(path_type=Path, readable=False)


def _name(context: click.Context, parameter: click.Parameter, value: str) -> str:
    require_name(value)
    return value


_WHO = click.argument("annotator", callback=_name)
_CREDENTIALS = click.option(
    "--credentials",
    metavar="FILE",
    type=_PATH,
    help="What serve wrote; default: LABEL_STUDIO_URL and LABEL_STUDIO_API_KEY.",
)
_ARTICLES = click.option(
    "--articles",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="The article folders; default: corpus/articles of the checkout.",
)
_PROJECT = click.option(
    "--project", metavar="TITLE", help='Default: "goldwire pass ANNOTATOR", or "… adjudication …".'
)


@click.group()
def annotate() -> None:
    """Make gold."""


@annotate.command()
def config() -> None:
    """Print the labelling configuration of a Label Studio project."""
    from goldwire.annotate.config import labelling_config

    click.echo(labelling_config(), nl=False)


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
    help='JSONL, a line for each file: {"file": "story.txt", "title": …}; goes before options.',
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


@annotate.command()
@_WHO
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=_PATH)
@click.option(
    "--start",
    type=click.Choice(["nothing", "prediction", "annotation"]),
    default="nothing",
    show_default=True,
    help="What is there to start from: the text alone, PATH's layers as a prediction to be "
    "corrected, or as the submitted annotation.",
)
@click.option(
    "--passes", metavar="A B", nargs=2, help="Have these two passes adjudicated by ANNOTATOR."
)
@_ARTICLES
@_PROJECT
@_CREDENTIALS
def push(
    annotator: str,
    paths: tuple[Path, ...],
    start: "Start",
    passes: tuple[str, str] | None,
    articles: Path | None,
    project: str | None,
    credentials: Path | None,
) -> None:
    """Put articles into ANNOTATOR's own project in Label Studio; what is there stays as it is.

    PATH is an article folder, or any file of records; default: every draft without gold.
    """
    from goldwire.annotate import source
    from goldwire.annotate.push import push as bring

    where = _articles(articles)
    if passes:
        tasks = source.adjudications(paths or source.waiting(where), passes)
    else:
        records = source.records(paths, where)
        tasks = source.tasks(records, start)
        for note in source.ill_drawn(records) if start != "nothing" else ():
            click.echo(note, err=True)
    title = project or _title(annotator, adjudication=bool(passes))
    prelabel = bool(passes) or start == "prediction"
    hidden = not sys.stderr.isatty()
    with (
        _studio(credentials) as studio,
        click.progressbar(length=len(tasks), label="tasks", file=sys.stderr, hidden=hidden) as bar,
    ):
        found = bring(studio, title, tasks, prelabel=prelabel, advance=bar.update)
    click.echo(f'"{plain(title)}": {studio.url}/projects/{found.project}/data')
    click.echo(f"added {len(found.added)}, there already {len(found.present)}")


@annotate.command()
@_WHO
@click.option("--kind", help='Of what kind ANNOTATOR is, such as "person".')
@click.option("--adjudication", is_flag=True, help="Pull what ANNOTATOR decided on two passes.")
@click.option("--replace", is_flag=True, help="Write over passes that say something else.")
@click.option("--account", metavar="EMAIL", help="ANNOTATOR's; default: that of the credentials.")
@click.option("-o", "output", metavar="FILE", type=_PATH, help="Write records with texts, JSONL.")
@_ARTICLES
@_PROJECT
@_CREDENTIALS
def pull(
    annotator: str,
    kind: str | None,
    adjudication: bool,
    replace: bool,
    account: str | None,
    output: Path | None,
    articles: Path | None,
    project: str | None,
    credentials: Path | None,
) -> None:
    """Bring ANNOTATOR's work from Label Studio: passes/ANNOTATOR.json, or decisions.json.

    Nothing is written unless every submitted annotation is sound. Exit 1 while any is missing,
    or was touched by somebody else.
    """
    from goldwire.annotate import passes as local

    title = project or _title(annotator, adjudication=adjudication)
    where = _articles(articles)
    with _studio(credentials) as studio:
        found = _pulled(studio, title, account, local.Texts(where))
    done = [each for each in found if each.record is not None]
    if adjudication:
        files = local.new_decisions(where, done, annotator, kind)
    elif output:
        files = local.as_jsonl(output, done, annotator, kind)
    else:
        files = local.new_passes(where, done, annotator, kind, replace=replace)
    written = local.write_all(list(files))
    for each in found:
        for note in [*each.notes, *([f"since the prediction: {each.since}"] if each.since else [])]:
            click.echo(f"{each.id}: {plain(note)} ({plain(each.url)})")
    click.echo(f"submitted {len(done)} of {len(found)}; files written: {written}")
    sys.exit(0 if all(each.in_order for each in found) else 1)


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


def _one(path: Path, records: "list[Record]") -> "Record":
    from goldwire.schemas.errors import Place, UsageError

    if len(records) != 1:
        what = f"expected one article, found {len(records)}"
        raise UsageError("one-article", what, "give one pass or article", Place(str(path)))
    return records[0]


def _pulled(studio: "Studio", title: str, account: str | None, texts: "Texts") -> "list[Pulled]":
    """Return a project's tasks; every fault is told, and the last one raised."""
    from goldwire.annotate.pull import pull as bring
    from goldwire.schemas.errors import Place, UsageError

    project = studio.project(title)
    if project is None:
        cure = "push first, or give --project the title"
        raise UsageError("no-project", f'no project "{plain(title)}"', cure, Place(studio.url))
    hidden = not sys.stderr.isatty()
    with click.progressbar(
        bring(studio, project, account or studio.me, texts),
        label="tasks",
        file=sys.stderr,
        hidden=hidden,
        show_pos=True,
    ) as tasks:
        found = list(tasks)
    faults = [each.fault for each in found if each.fault]
    for fault in faults[:-1]:
        click.echo(f"goldwire: {fault}", err=True)
    if faults:
        raise faults[-1]
    return found


def _studio(credentials: Path | None) -> "Studio":
    from goldwire.annotate import credentials as stage
    from goldwire.annotate.client import Studio

    return Studio(stage.read(credentials))


def _articles(given: Path | None) -> Path:
    from goldwire.corpus.load import checkout

    return given or checkout(option="--articles") / "corpus" / "articles"


def _title(annotator: str, *, adjudication: bool) -> str:
    return f"goldwire {'adjudication' if adjudication else 'pass'} {annotator}"


COMMANDS = (annotate,)
