"""What must hold for a record: one small function and one stable code each.

``EVERY`` holds for predictions as for gold, ``GOLD`` for gold alone; the docstring of a
check is its rule. A record must have its text before it is checked.
"""

from collections.abc import Iterable, Iterator

from goldwire.corpus.checks.consistency import CONSISTENCY
from goldwire.corpus.checks.every import EVERY, unknown_label
from goldwire.corpus.checks.found import Check, code
from goldwire.corpus.checks.gold import COMPLETE
from goldwire.corpus.checks.sound import NO_LABELS, sound
from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.record import Record
from goldwire.schemas.spans import extent, spans

GOLD = (*COMPLETE, *CONSISTENCY)

__all__ = ["EVERY", "GOLD", "NO_LABELS", "Check", "code", "problems", "require", "require_placed"]


def problems(
    record: Record, checks: Iterable[Check], place: Place, types: frozenset[str] = NO_LABELS
) -> Iterator[DataError]:
    """Yield every breach in a record, in the order of the checks."""
    for check in checks:
        breaches = unknown_label(record, types) if check is unknown_label else check(record)
        for path, found, cure in breaches:
            where = Place(place.file, place.line, record.id, path)
            yield DataError(code(check), found, cure, where)


def require(record: Record, place: Place, types: frozenset[str] = NO_LABELS) -> None:
    """Raise the first breach of the checks that hold for every record, if there is one.

    ``types`` are mention types that are allowed beside the closed list.
    """
    if sound([record], types):
        return
    for problem in problems(record, EVERY, place, types):
        raise problem


def require_placed(record: Record, place: Place) -> None:
    """Raise the first breach of the checks, or the first span or type that is missing, if any."""
    if not sound([record]):
        require(record, place)
        for path, span in spans(record):
            if extent(span) is None:
                where = Place(place.file, place.line, record.id, path)
                what = "gold must have start and end"
                raise DataError("span-incomplete", what, "give both", where)
    for index, mention in enumerate(record.mentions or ()):
        if mention.type is None:
            where = Place(place.file, place.line, record.id, f"mentions[{index}].type")
            raise DataError("missing-field", "gold must have this", "fill it in", where)
