"""The errors that a user can cause: one family, one readable line each.

Every message says where (file, line, record, field), what was expected, and the cure;
the code in brackets at its end is stable.
"""

from dataclasses import dataclass
from typing import Any

from goldwire.schemas.plain import shorten

LONGEST = 600
"""Characters of a message; a longer one is cut in its middle."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fault is: any of file, line (from 1), record id and field path."""

    file: str | None = None
    line: int | None = None
    record: str | None = None
    field: str | None = None

    def __str__(self) -> str:
        file = self.file or ""
        if self.line is not None:
            file = f"{file}:{self.line}" if file else f"line {self.line}"
        record = f'record "{self.record}"' if self.record else ""
        return ", ".join(part for part in (file, record, self.field) if part)


class GoldwireError(Exception):
    """Base of the family; ``str()`` is one line of plain text, safe for a terminal.

    ``code`` is the stable name of the fault, ``message`` says what was expected and
    found, ``cure`` what to do about it, ``place`` where it is. ``meta`` is what else is to be kept
    where the fault is kept, such as what a useless answer cost.
    """

    def __init__(self, code: str, message: str, cure: str, place: Place | None = None) -> None:
        super().__init__(code, message, cure, place)
        self.code = code
        self.message = message
        self.cure = cure
        self.place = place or Place()
        self.meta: dict[str, Any] | None = None

    def __str__(self) -> str:
        where = str(self.place)
        head = f"{where}: " if where else ""
        return shorten(f"{head}{self.message}; {self.cure} [{self.code}]", LONGEST)


class DataError(GoldwireError):
    """A file or a record that can't be used."""


class UsageError(GoldwireError):
    """A request that can't be met: an unknown name, option or file to write."""
