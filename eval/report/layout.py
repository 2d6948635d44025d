"""A text cut wherever a mark begins or ends, so that marks may overlap and nest in any way.

A mark is a tuple of spans with a number. Segments follow one another without a gap, so that
together they are the text; each has the numbers of the marks that cover it, the shortest first.
"""

from collections.abc import Mapping
from heapq import nsmallest
from itertools import pairwise
from typing import NamedTuple

from goldwire.eval.items import Spans

DEEPEST = 40
"""Marks of one segment; of more than that the longest are not drawn there."""


class Segment(NamedTuple):
    """A stretch of text with the marks that cover it, and those that end at its end."""

    start: int
    end: int
    marks: tuple[int, ...]


def segments(size: int, marks: Mapping[int, Spans]) -> list[Segment]:
    """Return the segments of a text of ``size`` characters.

    >>> [(s.start, s.end, s.marks) for s in segments(9, {1: ((0, 6),), 2: ((4, 8),)})]
    [(0, 4, (1,)), (4, 6, (2, 1)), (6, 8, (2,)), (8, 9, ())]
    """
    opens: dict[int, list[int]] = {}
    closes: dict[int, list[int]] = {}
    for number, spans in marks.items():
        for start, end in spans:
            if start < end:
                opens.setdefault(start, []).append(number)
                closes.setdefault(end, []).append(number)
    edges = sorted({0, size, *opens, *closes})
    length = {number: sum(end - start for start, end in each) for number, each in marks.items()}
    depth: dict[int, int] = {}
    found = []
    for start, end in pairwise(edges):
        for number in closes.get(start, ()):
            depth[number] -= 1
            if not depth[number]:
                del depth[number]
        for number in opens.get(start, ()):
            depth[number] = depth.get(number, 0) + 1
        shortest = nsmallest(DEEPEST, depth, key=lambda number: (length[number], number))
        found.append(Segment(start, end, tuple(shortest)))
    return found
