"""Running an extractor over the corpus."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from goldwire.corpus.load import prepare
from goldwire.eval.answer import ask
from goldwire.eval.extractors import Extractor
from goldwire.schemas.errors import Place
from goldwire.schemas.reading import Again, Predictions
from goldwire.schemas.record import Record, Run


def run_line(extractor: Extractor, gold: Sequence[Record]) -> Run:
    """Return what the first line of this extractor's run file says."""
    return Run(
        extractor=extractor.name,
        version=extractor.version,
        layers=None if extractor.layers is None else list(extractor.layers),
        corpus=prepare(gold).identity.corpus,
        time=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def run(extractor: Extractor, gold: Sequence[Record]) -> Predictions:
    """Return the extractor's predictions; it sees each article without its annotations."""
    return Predictions(Again(lambda: _records(extractor, gold)), run_line(extractor, gold))


def _records(extractor: Extractor, gold: Sequence[Record]) -> Iterator[tuple[Place, Record]]:
    for record in gold:
        yield Place(extractor.name, record=record.id), ask(extractor, record)
