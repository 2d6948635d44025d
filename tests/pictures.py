"""The card's pictures: the report in a real browser, and one plot, of the baselines that are kept.

``python tests/pictures.py`` makes both by the commands that a user types and keeps them in
eval/pictures/, with the figures that they show in ``shown.json``: a test tells when these are no
longer what the runs score. It needs Chromium and the package playwright.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec
from chromium import chromium

from goldwire.corpus.load import load
from goldwire.eval.score import score
from goldwire.schemas.reading import read_run

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "eval" / "pictures"
SYSTEMS = ("rules", "spacy", "textacy")
RUNS = [ROOT / "eval" / "baselines" / f"{name}.jsonl" for name in SYSTEMS]


def shown():
    """Return what the pictures show: the gold, and the headline of each system."""
    gold = load(ROOT / "corpus")
    found = {path.stem: score(gold, read_run(path)) for path in RUNS}
    identity = next(iter(found.values())).receipt.gold
    headlines = {name: msgspec.to_builtins(each.headline) for name, each in found.items()}
    return {"gold": identity, "systems": headlines}


def goldwire(*words):
    """Run the command as its user does."""
    subprocess.run([sys.executable, "-m", "goldwire", *map(str, words)], check=True)


def photograph(page, picture):
    """Save the part of a report where the article begins, as a reader of the page sees it."""
    with chromium() as browser:
        view = browser.new_page(viewport={"width": 1120, "height": 760}, color_scheme="light")
        view.goto(page.as_uri())
        view.evaluate("window.scrollTo(0, document.querySelector('article').offsetTop - 8)")
        view.screenshot(path=picture, animations="disabled")


def main():
    """Make all pictures."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        goldwire("report", *RUNS, "-o", page)
        photograph(page, FOLDER / "report.png")
    goldwire("plot", "f1", *RUNS, "-o", FOLDER / "f1.svg")
    content = msgspec.json.format(msgspec.json.encode(shown()), indent=1) + b"\n"
    (FOLDER / "shown.json").write_bytes(content)


if __name__ == "__main__":
    main()
