"""The card's scores, of runs that tests/baselines.py made and kept, and the table of measures."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from goldwire.corpus.load import load
from goldwire.eval.lookup import measure
from goldwire.eval.render import as_text, markdown
from goldwire.eval.score import score
from goldwire.eval.table import MEASURES
from goldwire.schemas.derived import Derived, section
from goldwire.schemas.errors import DataError, GoldwireError, Place
from goldwire.schemas.reading import Predictions, read_bytes, read_run
from goldwire.schemas.record import Record

_RUNS = "eval/baselines"


def derived(root: Path) -> Iterator[Derived]:
    """Yield eval's derived parts of a checkout: the baselines in the card."""
    gold = load(root / "corpus")
    yield section(root / "README.md", "baselines", _baselines(gold, root / _RUNS))
    yield section(root / "eval" / "MEASURES.md", "measures", _measures())
    yield section(root / "README.md", "example", _example(gold, root / "README.md"))


def _baselines(gold: Sequence[Record], folder: Path) -> str:
    """Score the runs that are kept, in the order of the file that says how long they took."""
    seconds = msgspec.json.decode(read_bytes(folder / "seconds.json"), type=dict[str, float])
    runs = {name: read_run(folder / f"{name}.jsonl") for name in seconds}
    try:
        found = {name: score(gold, each) for name, each in runs.items()}
    except GoldwireError as error:
        if error.code != "other-corpus":  # an article was added or changed since
            raise
        return "The kept runs are over other texts; `python tests/baselines.py` makes them anew.\n"
    return markdown(found, seconds, _RUNS)


def _measures() -> str:
    lines = ["| measure | credits | options |", "|---|---|---|"]
    for name, row in MEASURES.items():
        options = (f"`{option}`" for option in row.options())
        lines.append(f"| `{name}` | {row.about} | {', '.join(options)} |")
    return "\n".join(lines) + "\n"


def _example(gold: Sequence[Record], page: Path) -> str:
    """Score the prediction file that the card shows, with the measure that it shows."""
    text = page.read_text("utf-8")
    shown = re.search(r"echo '(.*)' > preds.jsonl\n.* -m '(.*)'", text)
    if not shown:
        raise DataError("no-section", "the example is missing", "put it back", Place(str(page)))
    record = msgspec.json.decode(shown[1], type=Record)
    found = score(gold, Predictions([(Place(), record)]), [measure(shown[2])])
    return f"```text\n{as_text(found)}\n```\n"
