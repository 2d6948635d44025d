"""The systems of a comparison, and whether their figures may stand side by side."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from goldwire.corpus.records import Records
from goldwire.eval.measure import Measure
from goldwire.eval.score import LISTS_NONE, How, Judged, judged
from goldwire.eval.table import layer
from goldwire.schemas.errors import UsageError
from goldwire.schemas.reading import Predictions
from goldwire.schemas.score import Score

_SHARED = (
    "goldwire",
    "gold",
    "corpus",
    "articles",
    "documents",
    "guidelines",
    "status",
    "tokens",
    "maps",
    "train",
)
"""What must be equal in receipts that are compared."""


@dataclass(frozen=True)
class Entrant:
    """One system of a comparison; ``judged`` is None for a score that was saved."""

    name: str
    score: Score
    judged: Judged | None = None


def entrant(
    name: str, run: Predictions | Score, gold: Records, wanted: Sequence[Measure], how: How
) -> Entrant:
    """Return a run as it enters a comparison: scored, unless it is a score already."""
    if isinstance(run, Score):
        return Entrant(name, run)
    found = judged(gold, run, wanted, True, replace(how, resamples=0))
    return Entrant(name, found.score, found)


def require_comparable(entrants: Sequence[Entrant], wanted: Sequence[Measure]) -> None:
    """Raise UsageError, with the first difference named, if figures rest on different things."""
    for each in entrants:
        for name in map(str, wanted):
            if name not in each.score.scores:
                what = f"measures differ: {each.name} has no {name}"
                raise UsageError("not-comparable", what, _SCORE_ALIKE)
    first = entrants[0]
    for other in entrants[1:]:
        for part, mine, theirs in _facts(first, other, wanted):
            if mine != theirs:
                what = (
                    f"{part} differ: {first.name} has {_short(mine)}, "
                    f"{other.name} has {_short(theirs)}"
                )
                raise UsageError("not-comparable", what, _CURES.get(part, _SCORE_ALIKE))


_SCORE_ALIKE = "score both with one goldwire over the same gold, with the same options"
_CURES = {"layers": "name measures of layers that all attempt, as in -m mentions.strict"}


def _facts(
    one: Entrant, other: Entrant, wanted: Sequence[Measure]
) -> Iterator[tuple[str, object, object]]:
    """Yield what must be equal, the name of each thing first."""
    for field in _SHARED:
        yield field, getattr(one.score.receipt, field), getattr(other.score.receipt, field)
    asked = {layer(each) for each in wanted}
    mine, theirs = ([x for x in each.score.layers if x in asked] for each in (one, other))
    yield "layers", mine, theirs


def _short(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return str(value)[:12] if isinstance(value, str) and len(value) == 64 else str(value or "none")


def notes_of(entrants: Sequence[Entrant]) -> Iterator[str]:
    """Yield what must be said beside a comparison: of all systems, then of each."""
    shared = [n for n in entrants[0].score.notes if all(n in e.score.notes for e in entrants)]
    yield from (note for note in shared if not note.endswith(LISTS_NONE))
    for each in entrants:
        if each.score.receipt.extractor is None:
            yield f"{each.name}: no line goldwire_run, so what made it is not known"
        if each.judged is None:
            yield f"{each.name}: a saved score, without counts by article"
        own = (note for note in each.score.notes if note not in shared)
        yield from (f"{each.name}: {note}" for note in own)
    saved = any(each.judged is None for each in entrants)
    what, key = ("figures", _figures) if saved else ("counts in every document", _print)
    for _, same in groupby(sorted(entrants, key=key), key=key):
        names = [each.name for each in same]
        if len(names) > 1:
            yield f"{' and '.join(names)} have the same {what}: the same run?"


def _figures(each: Entrant) -> str:
    found = each.score.scores
    return repr([(n, f.f1, f.gold, f.predicted, f.matched) for n, f in sorted(found.items())])


def _print(each: Entrant) -> str:
    assert each.judged
    table = each.judged.table.by_source(np.arange(len(each.judged.gold)))
    return repr([(name, cells.tobytes()) for name, cells in sorted(table.items())])
