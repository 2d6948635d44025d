"""What must hold for a record: one small function and one stable code each.

``EVERY`` holds for predictions as for gold, ``GOLD`` for gold alone; the docstring of a
check is its rule. A record must have its text before it is checked.
"""

from collections.abc import Iterable, Iterator

from goldwire.corpus.checks.consistency import CONSISTENCY
from goldwire.corpus.checks.every import EVERY
from goldwire.corpus.checks.found import Check, code
from goldwire.corpus.checks.gold import COMPLETE
from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.record import Record

GOLD = (*COMPLETE, *CONSISTENCY)

__all__ = ["EVERY", "GOLD", "Check", "code", "problems", "require"]


def problems(record: Record, checks: Iterable[Check], place: Place) -> Iterator[DataError]:
    """Yield every breach in a record, in the order of the checks."""
    for check in checks:
        for path, found, cure in check(record):
            where = Place(place.file, place.line, record.id, path)
            yield DataError(code(check), found, cure, where)


def require(record: Record, place: Place) -> None:
    """Raise the first breach of the checks that hold for every record, if there is one."""
    for problem in problems(record, EVERY, place):
        raise problem
