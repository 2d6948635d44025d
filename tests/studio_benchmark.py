"""How long a thousand articles take to Label Studio and back: push, push again, pull.

    python tests/studio_benchmark.py --articles 1000 --write

starts a Label Studio of its own (the environment is ``GOLDWIRE_STUDIO`` or ``.venv-studio``),
pushes copies of the corpus's article with all its annotations, pulls them, and requires that each
comes back equal. ``--write`` keeps what it prints in annotate/BENCHMARKS.md.
"""

import argparse
import platform
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import msgspec
from studios import ENVIRONMENT, ROOT

from goldwire.annotate.client import Studio
from goldwire.annotate.pull import pull
from goldwire.annotate.push import push
from goldwire.annotate.serve import serving
from goldwire.annotate.task import finished
from goldwire.corpus.load import load

PAGE = ROOT / "annotate" / "BENCHMARKS.md"


def main() -> None:
    """Measure, require equality, print, and write the page if asked."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--articles", type=int, default=1000)
    asked.add_argument("--write", action="store_true")
    options = asked.parse_args()
    page = measured(options.articles)
    click.echo(page)
    if options.write:
        PAGE.write_text(page, "utf-8")


def measured(number: int) -> str:
    """Return the page of one run."""
    (gold,) = load(ROOT / "corpus" / "articles" / "independent-2022-05-08-assad-tehran")
    records = [msgspec.structs.replace(gold, id=f"d{index:06}") for index in range(number)]
    tasks = [finished(record) for record in records]
    size = sum(len(msgspec.json.encode(task)) for task in tasks) / 1e6
    rows: list[tuple[str, float]] = []

    def timed(what: str, work: Callable[[], Any]) -> Any:
        start = time.perf_counter()
        done = work()
        rows.append((what, time.perf_counter() - start))
        return done

    with tempfile.TemporaryDirectory() as folder:
        started = serving(Path(folder) / "studio", ["a"], environment=ENVIRONMENT)
        with started as server, Studio(server.credentials["a"]) as studio:
            pushed = timed("push", lambda: push(studio, "benchmark", tasks, prelabel=False))
            again = timed("push again", lambda: push(studio, "benchmark", tasks, prelabel=False))
            found = timed("pull", lambda: list(pull(studio, pushed.project, studio.me, {})))
    assert (len(pushed.added), len(again.added), len(again.present)) == (number, 0, number)
    assert [each.record for each in found] == records, "not all came back equal"
    return "\n".join([*_head(number, size), *_rows(rows, number), ""])


def _head(number: int, size: float) -> list[str]:
    python = platform.python_version()
    return [
        "# To Label Studio and back",
        "",
        f"`python tests/studio_benchmark.py --articles {number} --write`, Python {python}, one",
        f"machine for server and client: {number} copies of the corpus's article with all its",
        f"annotations ({size:.0f} MB of JSON). Every one came back equal.",
        "",
        "| | seconds | articles a second |",
        "|---|---|---|",
    ]


def _rows(rows: list[tuple[str, float]], number: int) -> list[str]:
    return [f"| {what} | {taken:.1f} | {number / taken:.0f} |" for what, taken in rows]


if __name__ == "__main__":
    main()
