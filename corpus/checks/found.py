"""What a check is: a function from a record to the breaches of its one rule."""

from collections.abc import Callable, Iterator

from goldwire.schemas.record import Record

Found = Iterator[tuple[str, str, str]]
"""Field path, what was found, and the cure, for each breach."""

Check = Callable[[Record], Found]


def code(check: Check) -> str:
    """Return the stable code of a check: its name with dashes."""
    return check.__name__.replace("_", "-")
