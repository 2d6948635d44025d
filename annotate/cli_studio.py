"""The verbs of annotate that speak with a Label Studio: serve, push and pull."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from goldwire.annotate.names import require_name
from goldwire.schemas.plain import plain

if TYPE_CHECKING:
    from goldwire.annotate.client import Studio
    from goldwire.annotate.passes import Texts
    from goldwire.annotate.pull import Pulled
    from goldwire.annotate.task import Start

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


@click.command()
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

    status = Console(stderr=True).status

    def tell(text: str) -> None:
        click.echo(plain(text), err=True)

    with noted_stops() as stops:
        started = serving(
            folder, annotators, port, environment, tell, status, stopped=lambda: bool(stops)
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


@click.command()
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

    records = source.records(paths, _articles(articles))
    tasks = source.adjudications(records, passes) if passes else source.tasks(records, start)
    for note in source.ill_drawn(records) if start != "nothing" and not passes else ():
        click.echo(note, err=True)
    studio = _studio(credentials)
    title = project or _title(annotator, adjudication=bool(passes))
    hidden = not sys.stderr.isatty()
    with click.progressbar(length=len(tasks), label="tasks", file=sys.stderr, hidden=hidden) as bar:
        prelabel = bool(passes) or start == "prediction"
        found = bring(studio, title, tasks, prelabel=prelabel, advance=bar.update)
    click.echo(f'"{plain(title)}": {studio.url}/projects/{found.project}/data')
    click.echo(f"added {len(found.added)}, there already {len(found.present)}")


@click.command()
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
    found = _pulled(_studio(credentials), title, account, local.Texts(where))
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


COMMANDS = (serve, push, pull)
