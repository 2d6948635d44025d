"""What must hold for a record: one small function and one stable code each.

``EVERY`` holds for predictions as for gold, ``GOLD`` for gold alone; the docstring of a
check is its rule. A record must have its text before it is checked.
"""

from collections.abc import Iterable, Iterator

from goldwire.corpus.checks.consistency import CONSISTENCY
from goldwire.corpus.checks.every import EVERY, unknown_label
from goldwire.corpus.checks.found import Check, code
from goldwire.corpus.checks.gold import COMPLETE
from goldwire.corpus.checks.sound import sound
from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.labels import Labels, labels_of
from goldwire.schemas.record import Record
from goldwire.schemas.spans import extent, spans

GOLD = (*COMPLETE, *CONSISTENCY)

__all__ = ["EVERY", "GOLD", "Check", "code", "problems", "require", "require_placed"]


def problems(
    record: Record, checks: Iterable[Check], place: Place, allowed: Labels | None = None
) -> Iterator[DataError]:
    """Yield every breach in a record, in the order of the checks."""
    for check in checks:
        breaches = unknown_label(record, allowed) if check is unknown_label else check(record)
        for path, found, cure in breaches:
            where = Place(place.file, place.line, record.id, path)
            yield DataError(code(check), found, cure, where)


def require(record: Record, place: Place, allowed: Labels | None = None) -> None:
    """Raise the first breach of the checks that hold for every record, if there is one.

    ``allowed`` are the labels that it may have, goldwire's if not given.
    """
    if sound([record], allowed):
        return
    for problem in problems(record, EVERY, place, allowed):
        raise problem


def require_placed(record: Record, place: Place) -> None:
    """Raise the first breach of the checks, or the first span or type that is missing, if any.

    Gold of another scheme may have any labels, and mentions without a type.
    """
    allowed = None if record.scheme is None else labels_of([record])
    if not sound([record], allowed):
        require(record, place, allowed)
        for path, span in spans(record):
            if extent(span) is None:
                where = Place(place.file, place.line, record.id, path)
                what = "gold must have start and end"
                raise DataError("span-incomplete", what, "give both", where)
    for index, mention in enumerate(record.mentions or ()):
        if mention.type is None and record.scheme is None:
            where = Place(place.file, place.line, record.id, f"mentions[{index}].type")
            raise DataError("missing-field", "gold must have this", "fill it in", where)
