"""The card's table of scores, as measured by running the built-in extractors."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from goldwire.corpus.load import load
from goldwire.eval.extractors import BUILT_IN, extractor
from goldwire.eval.render import markdown
from goldwire.eval.run import run
from goldwire.eval.score import score
from goldwire.schemas.derived import Derived, section
from goldwire.schemas.record import Record


def derived(root: Path) -> Iterator[Derived]:
    """Yield eval's derived parts of a checkout: the baselines in the card."""
    gold = load(root / "corpus")
    yield section(root / "README.md", "baselines", _baselines(gold))


def _baselines(gold: Sequence[Record]) -> str:
    names = {name: extractor(name) for name in BUILT_IN}
    scores = {name: score(gold, run(each, gold)) for name, each in names.items()}
    return markdown(scores)
