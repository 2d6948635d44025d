"""Ranks that a paired test allows."""

from goldwire.schemas.comparison import Comparison


def ranks(comparison: Comparison, measure: str) -> dict[str, int]:
    """Return the rank of each system with a defined F1: 1 + the systems that are surely above.

    Surely above is one whose F1 is larger with p < alpha after Holm's correction. So systems that
    the test can't separate do not push each other down, and a chain of such ties (A and B, B and
    C, but A above C) needs no rule: A 1, B 1, C 2.
    """
    found = {s.name: 1 for s in comparison.systems if s.cells[measure].f1 is not None}
    for each in comparison.differences:
        sure = each.p_holm is not None and each.p_holm < comparison.alpha
        if each.measure == measure and each.difference and sure:
            found[each.b if each.difference > 0 else each.a] += 1
    return found
