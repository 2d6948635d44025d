"""Names near a mistyped one."""

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """Return a cure that names up to three known names near ``name``, or None.

    >>> did_you_mean("PERSN", ["PERSON", "ORG"])
    'did you mean "PERSON"?'
    """
    folded = {each.casefold(): each for each in known}
    wanted = name[:100].casefold()
    near = get_close_matches(wanted, folded, n=3, cutoff=0.6)
    near = near or [each for each in folded if len(wanted) > 1 and each.startswith(wanted)][:3]
    if not near:
        return None
    return "did you mean " + " or ".join(f'"{folded[each]}"' for each in near) + "?"
