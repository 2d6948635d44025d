"""Controls: what the scores of doing nothing and of doing all must be."""

import copy

from goldwire.eval.extractors import Extractor
from goldwire.schemas.record import LAYERS, Record
from goldwire.schemas.version import VERSION


def empty(article: Record) -> Record:
    """Attempt every layer and find nothing: recall 0, precision undefined."""
    return Record(id=article.id, boilerplate=[], mentions=[], entities=[], relations=[], quotes=[])


def oracle(gold: Record) -> Record:
    """Return gold as the prediction: exactly 1.0 on every measure."""
    return copy.deepcopy(gold)


def make_empty(argument: str) -> Extractor:
    """Return the extractor that finds nothing."""
    return Extractor("empty", VERSION, tuple(LAYERS), empty)


def make_oracle(argument: str) -> Extractor:
    """Return the extractor that returns gold."""
    return Extractor("oracle", VERSION, tuple(LAYERS), oracle, sees_gold=True)
