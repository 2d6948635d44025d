"""What one of two systems has and the other has not: items found, and spurious ones."""

from collections import Counter
from collections.abc import Iterator

from goldwire.eval.entrants import Entrant
from goldwire.eval.measure import Measure
from goldwire.eval.plan import is_macro
from goldwire.eval.table import ITEMIZED
from goldwire.schemas.comparison import OneSided
from goldwire.schemas.score import ErrorItem


def lists_items(name: str, *systems: Entrant) -> bool:
    """Whether a measure counts items, each right or not, and the systems list their errors."""
    measure = Measure.parse(name) if "." in name else None
    itemized = measure is not None and measure.name in ITEMIZED and not is_macro(measure)
    return itemized and all(each.score.errors is not None for each in systems)


def one_sided(name: str, a: Entrant, b: Entrant) -> Iterator[OneSided]:
    """Yield what one of two systems finds, right or spurious, and the other does not."""
    if not lists_items(name, a, b):
        return
    for one, other in ((a, b), (b, a)):
        for kind, have, lack in (
            ("found", _missed(other, name), _missed(one, name)),
            ("spurious", _spurious(one, name), _spurious(other, name)),
        ):
            for document, start, end, label, item in (have - lack).elements():
                yield OneSided(
                    measure=name,
                    system=one.name,
                    other=other.name,
                    kind=kind,
                    document=document,
                    start=start,
                    end=end,
                    type=label,
                    item=item,
                )


_Key = tuple[str, int | None, int | None, str | None, str]


def _missed(each: Entrant, name: str) -> "Counter[_Key]":
    return Counter(_key(error) for error in _errors(each, name) if error.kind != "spurious")


def _spurious(each: Entrant, name: str) -> "Counter[_Key]":
    keys = Counter(_key(error) for error in _errors(each, name) if error.kind == "spurious")
    for error in _errors(each, name):
        if (found := error.found) is not None:
            keys[error.document, found.start, found.end, found.type, found.item] += 1
    return keys


def _key(error: ErrorItem) -> _Key:
    return error.document, error.start, error.end, error.type, error.item


def _errors(each: Entrant, name: str) -> Iterator[ErrorItem]:
    return (error for error in each.score.errors or () if error.measure == name)
