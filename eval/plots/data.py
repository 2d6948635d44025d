"""The numbers that plots draw, as they stand in scores: nothing is scored here.

Each function returns values by system, in the order they are drawn in, and says why what is not
among them was left out. Systems are sorted by name; where ranks are valid, by the F1 of the
first layer that any of them has.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from goldwire.eval.table import HEADLINES
from goldwire.eval.uncertainty import too_few
from goldwire.schemas.score import ErrorItem, Figures, Kinds, Score

T = TypeVar("T")
Systems = Mapping[str, Score]
Counts = dict[str, int]
MENTIONS = str(HEADLINES["entities"])
MISSED, SPURIOUS, UNTYPED = "missed", "spurious", "no type"
KINDS = Kinds.__struct_fields__
PLAIN_KINDS = ("right", "missed", "spurious")
"""The kinds of a layer whose errors are not told apart by span and type."""
COUNTED = ("entities", "relations", "quotes")
"""The layers whose headline counts items; that of boilerplate counts characters."""


@dataclass(frozen=True)
class Data(Generic[T]):
    """What is drawn, and what is left out: systems by reason and layer."""

    values: T
    left_out: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def leave_out(self, name: str, layer: str, why: str) -> None:
        """Note that a system is not drawn."""
        self.left_out.setdefault(why, {}).setdefault(layer, []).append(name)


@dataclass(frozen=True)
class Confusion:
    """Mentions of one system by gold type and predicted type.

    ``right`` and ``edges`` count those of equal type, the span equal or not; ``wrong`` those
    of other types, whatever the span. Rows with ``missed`` add up to gold, columns with
    ``spurious`` to what was predicted.
    """

    right: Counts
    edges: Counts
    wrong: dict[tuple[str, str], int]
    missed: Counts
    spurious: Counts


def order(systems: Systems) -> list[str]:
    """Return the names of systems in the order in which they are drawn."""
    names = sorted(systems)
    receipts = [systems[name].receipt for name in names]
    if any(too_few(each.articles) or each.resamples is None for each in receipts):
        return names
    for layer in HEADLINES:
        f1s = {name: found.f1 for name in names if (found := figures(systems[name], layer))}
        if any(f1 is not None for f1 in f1s.values()):
            return sorted(names, key=lambda name: (-(f1s.get(name) or 0.0), name))
    return names


def figures(score: Score, layer: str) -> Figures | None:
    """Return the figures of a layer's headline, if the score has them."""
    return score.scores.get(str(HEADLINES[layer]))


def _why(score: Score, layer: str, need: str = "f1") -> str:
    """Return why a figure is undefined, "" if it is not."""
    found = figures(score, layer)
    if found is None:
        return "not among the measures of a saved score"
    if layer not in score.layers:
        return "not attempted, or not in gold"
    if found.f1 is None:
        return "undefined, with nothing in gold and nothing predicted"
    if getattr(found, need) is None:
        what = "nothing is predicted" if need == "precision" else "gold has nothing"
        return f"{need} is undefined where {what}"
    return ""


def data_of_f1(systems: Systems) -> Data[dict[str, dict[str, Figures]]]:
    """Return the headline's figures by layer and system, where F1 is defined."""
    return _by_layer(systems, ("f1",))


def data_of_precision_recall(systems: Systems) -> Data[dict[str, dict[str, Figures]]]:
    """Return the headline's figures by layer and system, where both ratios are defined."""
    return _by_layer(systems, ("precision", "recall"))


def _by_layer(systems: Systems, needs: tuple[str, ...]) -> Data[dict[str, dict[str, Figures]]]:
    made: Data[dict[str, dict[str, Figures]]] = Data({layer: {} for layer in HEADLINES})
    for layer, row in made.values.items():
        for name in order(systems):
            found = figures(systems[name], layer)
            reasons = [why for need in needs if (why := _why(systems[name], layer, need))]
            if found and not reasons:
                row[name] = found
            for why in reasons[:1]:
                made.leave_out(name, layer, why)
    return made


def data_of_errors(systems: Systems) -> Data[dict[str, dict[str, Counts]]]:
    """Return items by layer, system and kind of error; mentions alone have kinds of wrong."""
    made: Data[dict[str, dict[str, Counts]]] = Data({layer: {} for layer in COUNTED})
    for layer, row in made.values.items():
        for name in order(systems):
            if why := _why_no_errors(systems[name], layer):
                made.leave_out(name, layer, why)
            else:
                row[name] = _kinds(systems[name], layer)
    return made


def _why_no_errors(score: Score, layer: str) -> str:
    missing = score.errors is None or score.kinds is None
    return _why(score, layer) or ("saved without its errors" if missing else "")


def _kinds(score: Score, layer: str) -> Counts:
    measure, found = str(HEADLINES[layer]), figures(score, layer)
    told = (score.kinds or {}).get(measure)
    if told is not None:
        return {kind: getattr(told, kind) for kind in KINDS}
    listed = Counter(each.kind for each in _errors(score, measure))
    right = int(found.matched or 0) if found else 0
    return {"right": right, MISSED: listed[MISSED], SPURIOUS: listed[SPURIOUS]}


def _errors(score: Score, measure: str) -> Iterator[ErrorItem]:
    return (each for each in score.errors or () if each.measure == measure)


def data_of_confusion(systems: Systems) -> Data[dict[str, Confusion]]:
    """Return gold types against predicted types, of names and values, by system."""
    made: Data[dict[str, Confusion]] = Data({})
    for name in order(systems):
        score = systems[name]
        right = _right_by_type(score)
        why = _why_no_errors(score, "entities")
        if not why and sum(right.values()) != (score.kinds or {})[MENTIONS].right:
            why = "saved without its rows by type"
        if why:
            made.leave_out(name, "entities", why)
        else:
            made.values[name] = _confusion(score, right)
    return made


def _right_by_type(score: Score) -> Counts:
    head = f"{MENTIONS[:-1]},type="
    rows = ((name, found) for name, found in score.scores.items() if name.startswith(head))
    return {name[len(head) : -1]: int(found.matched or 0) for name, found in rows}


def _confusion(score: Score, right: Counts) -> Confusion:
    made = Confusion(right, {}, {}, {}, {})
    for each in _errors(score, MENTIONS):
        kind = each.type or UNTYPED
        if each.found is None:
            side = made.missed if each.kind == MISSED else made.spurious
            side[kind] = side.get(kind, 0) + 1
        elif each.kind == "wrong boundary":
            made.edges[kind] = made.edges.get(kind, 0) + 1
        else:
            pair = kind, each.found.type or UNTYPED
            made.wrong[pair] = made.wrong.get(pair, 0) + 1
    return made


def data_of_boundaries(systems: Systems) -> Data[dict[str, dict[str, dict[int, int]]]]:
    """Return how far edges of mentions are off, in characters, by system and edge.

    Of mentions whose boundary is wrong, the type right or not: how many of them start, and
    end, so many characters after gold does; before it where the number is negative.
    """
    made: Data[dict[str, dict[str, dict[int, int]]]] = Data({})
    for name in order(systems):
        why = _why_no_errors(systems[name], "entities")
        off = _off(systems[name])
        if why or not off:
            made.leave_out(name, "entities", why or "no boundary is wrong")
        else:
            starts, ends = (Counter(each) for each in zip(*off, strict=True))
            made.values[name] = {"start": dict(starts), "end": dict(ends)}
    return made


def _off(score: Score) -> list[tuple[int, int]]:
    return [
        (found.start - each.start, found.end - each.end)
        for each in _errors(score, MENTIONS)
        if (found := each.found) and "boundary" in each.kind
        if found.start is not None and found.end is not None
        if each.start is not None and each.end is not None
    ]
