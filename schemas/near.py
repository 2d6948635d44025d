"""Names near a mistyped one."""

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """Return a cure that names up to three known names near ``name``, or None.

    >>> did_you_mean("PERSN", ["PERSON", "ORG"])
    'did you mean "PERSON"?'
    """
    near = get_close_matches(name[:100], list(known), n=3, cutoff=0.6)
    if not near:
        return None
    return "did you mean " + " or ".join(f'"{each}"' for each in near) + "?"
