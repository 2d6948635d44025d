"""The verbs of eval: score, run and compare."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])
if TYPE_CHECKING:
    from goldwire.eval.compare import Test
    from goldwire.eval.measure import Measure
    from goldwire.schemas.label_map import LabelMap

PATH = click.Path(path_type=Path, readable=False)
MANY = 2000
"""Documents from which on scoring shows its progress."""
GOLD = click.option(
    "--gold",
    type=PATH,
    help="A corpus or article folder, gold.json, JSONL or Parquet; default: the corpus.",
)
MEASURES = click.option(
    "-m",
    "--measure",
    "measures",
    multiple=True,
    help="Such as mentions.strict[type=GPE]; may be repeated. eval/MEASURES.md lists them.",
)
MAPS = click.option(
    "--map",
    "maps",
    multiple=True,
    type=PATH,
    help="A label map of your own, for -m 'mentions.strict[map=NAME]'; its name is the file's.",
)
TRAIN = click.option("--train", type=PATH, help="Gold of the training data, for relations.ign.")
WORKERS = click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Processes that judge.",
)


def _resamples(number: int) -> "Callable[[F], F]":
    return click.option(
        "--resamples",
        type=click.IntRange(min=0),
        default=number,
        show_default=True,
        help="Resamples of the articles for intervals and tests; 0: none.",
    )


SEED = click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Where resampling starts.",
)


@click.command()
@click.argument("predictions", metavar="[PREDS]", required=False, type=PATH)
@click.option("--run", "name", metavar="EXTRACTOR", help="Run this extractor and score it.")
@GOLD
@MEASURES
@click.option("--errors", is_flag=True, help="List each error by its kind.")
@MAPS
@TRAIN
@WORKERS
@_resamples(1000)
@SEED
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def score(
    predictions: Path | None,
    name: str | None,
    gold: Path | None,
    measures: tuple[str, ...],
    errors: bool,
    maps: tuple[Path, ...],
    train: Path | None,
    workers: int,
    resamples: int,
    seed: int,
    as_json: bool,
) -> None:
    """Score a prediction file (JSONL or Parquet), or an extractor, against gold."""
    from goldwire.corpus.load import prepare
    from goldwire.eval.extractors import extractor
    from goldwire.eval.run import run as run_extractor
    from goldwire.eval.score import score as score_run
    from goldwire.schemas.errors import UsageError
    from goldwire.schemas.reading import read_run

    if (predictions is None) == (name is None):
        raise UsageError(
            "what-to-score", "expected PREDS or --run EXTRACTOR", "give exactly one of the two"
        )
    own, wanted = _asked(measures, maps, train is not None)
    records = prepare(gold)
    if predictions is not None:
        found = read_run(predictions)
    else:
        found = run_extractor(extractor(name or ""), records)
    seen = None if train is None else prepare(train)
    hidden = len(records) < MANY or not sys.stderr.isatty()
    with click.progressbar(
        length=len(records), label="documents", file=sys.stderr, hidden=hidden
    ) as bar:
        result = score_run(
            records,
            found,
            wanted,
            errors,
            maps=own,
            train=seen,
            workers=workers,
            progress=bar.update,
            resamples=resamples,
            seed=seed,
        )
    if as_json:
        import msgspec

        click.echo(msgspec.json.format(msgspec.json.encode(result), indent=2))
    else:
        from goldwire.eval.render import as_text

        click.echo(as_text(result, colour=True))


def _asked(
    measures: tuple[str, ...], maps: tuple[Path, ...], trained: bool
) -> "tuple[dict[str, LabelMap], list[Measure]]":
    """Return the user's own label maps by name, and the measures that are asked for."""
    from goldwire.eval.lookup import measures as named
    from goldwire.schemas.errors import UsageError
    from goldwire.schemas.label_map import read_label_map

    own = {each.name: each for each in map(read_label_map, maps)}
    if len(own) < len(maps):
        raise UsageError("taken-name", "two label maps have one name", "rename a file")
    wanted = [each for given in measures for each in named(given, own, trained)]
    if trained and all(each.name != "relations.ign" for each in wanted):
        cure = "add -m relations.ign, or leave --train out"
        raise UsageError("unused-option", "--train is for relations.ign alone", cure)
    return own, wanted


@click.command()
@click.argument("extractor", metavar="EXTRACTOR")
@click.option(
    "-o",
    "--output",
    required=True,
    type=PATH,
    help="The prediction file to write (JSONL); it must not exist yet.",
)
@GOLD
def run(extractor: str, output: Path, gold: Path | None) -> None:
    """Run an extractor (rules, empty or oracle) and write a prediction file."""
    from goldwire.corpus.load import load
    from goldwire.eval.extractors import extractor as find
    from goldwire.eval.run import run as run_extractor
    from goldwire.schemas.errors import Place, UsageError
    from goldwire.schemas.reading import PARQUET_ENDINGS
    from goldwire.schemas.writing import encode_run, write_bytes

    system = find(extractor)
    if output.is_dir() or output.exists() or output.is_symlink():
        what = "this is a folder" if output.is_dir() else "the file exists"
        raise UsageError("output-exists", what, "name a new file", Place(str(output)))
    if output.suffix.lower() in PARQUET_ENDINGS:
        cure = "name the file .jsonl"
        raise UsageError("output-form", "a run is written as JSONL", cure, Place(str(output)))
    records = load(gold)
    write_bytes(output, encode_run(run_extractor(system, records)))


@click.command()
@click.argument("runs", metavar="A B ...", nargs=-1, required=True, type=PATH)
@GOLD
@MEASURES
@MAPS
@TRAIN
@WORKERS
@click.option(
    "--test",
    type=click.Choice(["randomisation", "bootstrap"]),
    default="randomisation",
    show_default=True,
    help="The paired test.",
)
@_resamples(10_000)
@SEED
@click.option("--items", is_flag=True, help="List what one system has and another has not.")
@click.option("--markdown", "form", flag_value="markdown", help="Print Markdown.")
@click.option("--latex", "form", flag_value="latex", help="Print LaTeX (booktabs).")
@click.option("--json", "form", flag_value="json", help="Print JSON.")
def compare(
    runs: tuple[Path, ...],
    gold: Path | None,
    measures: tuple[str, ...],
    maps: tuple[Path, ...],
    train: Path | None,
    workers: int,
    test: "Test",
    resamples: int,
    seed: int,
    items: bool,
    form: str | None,
) -> None:
    """Compare systems: prediction files, or scores that --json printed (.json)."""
    from goldwire.corpus.load import prepare
    from goldwire.eval import render_compare
    from goldwire.eval.compare import compare as compare_runs
    from goldwire.eval.score import How
    from goldwire.schemas.reading import read_run, read_score

    own, wanted = _asked(measures, maps, train is not None)
    named = dict(zip(_names(runs), runs, strict=True))
    given = {
        name: read_score(path) if path.suffix.lower() == ".json" else read_run(path)
        for name, path in named.items()
    }
    records, seen = prepare(gold), None if train is None else prepare(train)
    length = len(records) * len(given)
    hidden = length < MANY or not sys.stderr.isatty()
    with click.progressbar(length=length, label="documents", file=sys.stderr, hidden=hidden) as bar:
        how = How(own, seen, workers, bar.update, resamples, seed)
        found = compare_runs(records, given, wanted, how, test=test, items=items)
    if form == "json":
        import msgspec

        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2))
    elif form:
        click.echo(getattr(render_compare, form)(found), nl=False)
    else:
        click.echo(render_compare.as_text(found, colour=True))


def _names(paths: tuple[Path, ...]) -> list[str]:
    """Return a name for each file: its own without the ending, or its path where two are alike."""
    from goldwire.schemas.errors import UsageError

    stems = [path.stem for path in paths]
    names = [s if stems.count(s) == 1 else str(p) for s, p in zip(stems, paths, strict=True)]
    for name in names:
        if names.count(name) > 1:
            raise UsageError("same-file", f"{name} is given twice", "give each run once")
    return names


COMMANDS = (score, run, compare)
