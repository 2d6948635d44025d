"""A gold-annotated news corpus and the benchmark over it.

The public names, each imported when it is first used, so that ``import goldwire`` costs
nothing: ``load`` reads gold (``prepare`` once for many runs), ``read_run`` opens a prediction
file, ``extractor`` and ``run`` make predictions, ``score`` compares them with gold, ``compare``
several with one another, ``measure`` and
``measures`` name what to compare, ``read_label_map`` reads a map between label schemes.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from goldwire.corpus.load import load, prepare
    from goldwire.eval.compare import compare
    from goldwire.eval.extractors import extractor
    from goldwire.eval.lookup import measure, measures
    from goldwire.eval.run import run
    from goldwire.eval.score import score
    from goldwire.schemas.errors import DataError, GoldwireError, UsageError
    from goldwire.schemas.label_map import read_label_map
    from goldwire.schemas.reading import read_run
    from goldwire.schemas.record import Record
    from goldwire.schemas.version import VERSION as __version__  # noqa: N811

__all__ = [
    "DataError",
    "GoldwireError",
    "Record",
    "UsageError",
    "__version__",
    "compare",
    "extractor",
    "load",
    "measure",
    "measures",
    "prepare",
    "read_label_map",
    "read_run",
    "run",
    "score",
]

_HOMES = {
    "DataError": "schemas.errors",
    "GoldwireError": "schemas.errors",
    "Record": "schemas.record",
    "UsageError": "schemas.errors",
    "__version__": "schemas.version",
    "compare": "eval.compare",
    "extractor": "eval.extractors",
    "load": "corpus.load",
    "measure": "eval.lookup",
    "measures": "eval.lookup",
    "prepare": "corpus.load",
    "read_label_map": "schemas.label_map",
    "read_run": "schemas.reading",
    "run": "eval.run",
    "score": "eval.score",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = import_module(f"goldwire.{_HOMES[name]}")
    return getattr(home, "VERSION" if name == "__version__" else name)
