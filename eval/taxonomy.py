"""Errors by kind: a miss and a spurious find that touch are one error, of type or boundary.

Every gold item is right, of wrong type, of wrong boundary, of both, or missed; every
predicted one is right, one of the same three, or spurious. So the kinds add up to the counts:
gold = right + wrong type + wrong boundary + both + missed, and likewise for predicted.
"""

from collections.abc import Iterator

from goldwire.eval.assign import assign
from goldwire.eval.items import Item, Pair, touching
from goldwire.eval.match import Outcome
from goldwire.schemas.score import ErrorItem, Found, Kinds

Error = tuple[str, Item | None, Item | None]


def told_apart(measure: str) -> bool:
    """Whether a measure's errors are told apart by span and type."""
    return measure.partition("[")[0] == "mentions.strict"


def kinds(measure: str, outcome: Outcome) -> Iterator[Error]:
    """Yield each error: its kind, the gold item if there is one, the prediction if there is one.

    What touches is paired one to one: as many as can be, then equal spans first, then
    equal types, then more shared characters.
    """
    missed, spurious = outcome.missed, outcome.spurious
    pairs: list[tuple[int, int]] = []
    if told_apart(measure):
        pairs = assign(missed, spurious, touching(missed, spurious))
    for row, column in pairs:
        yield _kind(missed[row], spurious[column]), missed[row], spurious[column]
    rows, columns = {row for row, _ in pairs}, {column for _, column in pairs}
    for row, item in enumerate(missed):
        if row not in rows:
            yield "missed", item, None
    for column, item in enumerate(spurious):
        if column not in columns:
            yield "spurious", None, item


def _kind(gold: Item, predicted: Item) -> str:
    if gold.spans == predicted.spans:
        return "wrong type"
    same = gold.facets["type"] == predicted.facets["type"]
    return "wrong boundary" if same else "wrong type and boundary"


def tally(outcome: Outcome, errors: list[Error]) -> Kinds:
    """Return how many items of one document are of each kind."""
    found = [kind for kind, _, _ in errors]
    return Kinds(
        right=len(outcome.pairs),
        wrong_type=found.count("wrong type"),
        wrong_boundary=found.count("wrong boundary"),
        wrong_type_and_boundary=found.count("wrong type and boundary"),
        missed=found.count("missed"),
        spurious=found.count("spurious"),
    )


def listed(measure: str, pair: Pair, errors: list[Error]) -> list[ErrorItem]:
    """Return errors as a score lists them, in text order."""
    made = [_error(measure, pair, *each) for each in errors]
    return sorted(made, key=lambda e: (_last(e.start), _last(e.end), e.type or "", e.kind, e.item))


def _last(offset: int | None) -> int:
    return 2**31 if offset is None else offset


def _error(
    measure: str, pair: Pair, kind: str, gold: Item | None, predicted: Item | None
) -> ErrorItem:
    item = gold or predicted
    assert item is not None
    start, end = item.extent or (None, None)
    return ErrorItem(
        measure=measure,
        kind=kind,
        document=pair.gold.id,
        line=None if start is None else pair.text.count("\n", 0, start) + 1,
        start=start,
        end=end,
        type=item.facets.get("type"),
        item=item.shown,
        found=_found(predicted) if gold and predicted else None,
    )


def _found(item: Item) -> Found:
    start, end = item.extent or (None, None)
    return Found(start=start, end=end, type=item.facets.get("type"), item=item.shown)
