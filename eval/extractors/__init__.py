"""Extractors: what turns an article into a prediction, by name."""

from collections.abc import Callable
from dataclasses import dataclass

from goldwire.schemas.errors import UsageError
from goldwire.schemas.near import did_you_mean
from goldwire.schemas.record import LAYERS, Record
from goldwire.schemas.version import VERSION


@dataclass(frozen=True, slots=True)
class Extractor:
    """A named function from an article to a prediction over it.

    The article has id, language and text and nothing else, except for an extractor with
    ``sees_gold``, a control that is given the whole gold record.
    """

    name: str
    version: str
    layers: tuple[str, ...]
    extract: Callable[[Record], Record]
    sees_gold: bool = False


def _rules() -> Extractor:
    from goldwire.eval.extractors import rules

    return Extractor("rules", VERSION, tuple(LAYERS), rules.extract)


def _empty() -> Extractor:
    from goldwire.eval.extractors import controls

    return Extractor("empty", VERSION, tuple(LAYERS), controls.empty)


def _oracle() -> Extractor:
    from goldwire.eval.extractors import controls

    return Extractor("oracle", VERSION, tuple(LAYERS), controls.oracle, sees_gold=True)


BUILT_IN: dict[str, Callable[[], Extractor]] = {"rules": _rules, "empty": _empty, "oracle": _oracle}


def extractor(name: str) -> Extractor:
    """Return the extractor of that name, or raise UsageError that names the near ones."""
    if name not in BUILT_IN:
        cure = did_you_mean(name, BUILT_IN) or f"use one of {', '.join(BUILT_IN)}"
        raise UsageError("unknown-extractor", f'no extractor is named "{name}"', cure)
    return BUILT_IN[name]()
