"""The verbs of eval: score and run."""

import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def score(
    predictions: Annotated[
        Path | None, typer.Argument(metavar="PREDS", help="A prediction file, .jsonl or .parquet.")
    ] = None,
    run: Annotated[
        str | None, typer.Option(metavar="EXTRACTOR", help="Run this extractor and score it.")
    ] = None,
    gold: Annotated[
        Path | None,
        typer.Option(help="Article folder, gold.json, JSONL or Parquet; default: the corpus."),
    ] = None,
    measure: Annotated[
        list[str] | None,
        typer.Option("-m", "--measure", help="Such as mentions.strict[type=GPE]; repeatable."),
    ] = None,
    errors: Annotated[bool, typer.Option(help="List each missed and spurious item.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Score a prediction file, or an extractor, against gold."""
    import msgspec
    from rich.console import Console

    from goldwire.corpus.load import load
    from goldwire.eval import render
    from goldwire.eval.extractors import extractor
    from goldwire.eval.run import run as run_extractor
    from goldwire.eval.run import run_line
    from goldwire.eval.score import score as score_run
    from goldwire.eval.table import measure as parse
    from goldwire.schemas.errors import UsageError
    from goldwire.schemas.reading import read_run

    if (predictions is None) == (run is None):
        raise UsageError(
            "what-to-score", "expected PREDS or --run EXTRACTOR", "give exactly one of the two"
        )
    measures = [parse(each) for each in measure or ()]
    records = load(gold)
    if predictions is not None:
        line, found = read_run(predictions)
    else:
        system = extractor(run or "")
        line, found = run_line(system, records), run_extractor(system, records)
    result = score_run(records, found, line, measures, errors)
    if as_json:
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(result), indent=2) + b"\n")
        return
    render.write(Console(markup=False, highlight=False, emoji=False), result)


@app.command()
def run(
    extractor: Annotated[str, typer.Argument(metavar="EXTRACTOR", help="rules, empty or oracle.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The file to write, new.")],
    gold: Annotated[
        Path | None, typer.Option(help="What to run over; default: the corpus.")
    ] = None,
) -> None:
    """Run an extractor over the corpus and write a prediction file."""
    from goldwire.corpus.load import load
    from goldwire.eval.extractors import extractor as find
    from goldwire.eval.run import run as run_extractor
    from goldwire.eval.run import run_line
    from goldwire.schemas.errors import Place, UsageError
    from goldwire.schemas.writing import encode_run, write_bytes

    if output.exists():
        raise UsageError(
            "output-exists", "the file exists", "remove it or name another", Place(str(output))
        )
    records = load(gold)
    system = find(extractor)
    predicted = [record for _, record in run_extractor(system, records)]
    write_bytes(output, encode_run(run_line(system, records), predicted))
