"""Cutting a text where spans begin and end, to show spans that lie in and over one another."""

from collections.abc import Iterable, Iterator, Sequence
from heapq import heappop, heappush
from itertools import pairwise

Segment = tuple[int, int, tuple[int, ...]]
"""Start, end, and the numbers of the spans that cover all of it, the outermost first."""


def segments(
    length: int, spans: Sequence[tuple[int, int]], deepest: int | None = None
) -> list[Segment]:
    """Return the stretches of a text between any two borders of spans; together they are the text.

    Of two spans that cover a segment the one that begins first comes first, then the longer one,
    then the one of the lower number; so each is in its place whichever segment is looked at. What
    of a span lies outside the text is cut off, and one that covers nothing is in no segment. A span
    that begins where ``deepest`` others are open is left out wholly: with thousands of spans over
    one another a page of all would be as large as the square of their number.

    >>> segments(6, [(0, 4), (0, 2), (3, 6)])
    [(0, 2, (0, 1)), (2, 3, (0,)), (3, 4, (0, 2)), (4, 6, (2,))]
    """
    ends = [(max(start, 0), min(end, length)) for start, end in spans]
    order = [number for number, (start, end) in enumerate(ends) if start < end]
    order.sort(key=lambda number: (ends[number][0], -ends[number][1], number))
    kept = list(_shallow(order, ends, deepest))
    cuts = sorted({0, length, *(each for number in kept for each in ends[number])})
    found: list[Segment] = []
    open_spans: list[int] = []
    done = 0
    for start, end in pairwise(cuts):
        open_spans = [number for number in open_spans if ends[number][1] > start]
        while done < len(kept) and ends[kept[done]][0] == start:
            open_spans.append(kept[done])
            done += 1
        found.append((start, end, tuple(open_spans)))
    return found


def _shallow(order: list[int], ends: list[tuple[int, int]], deepest: int | None) -> Iterator[int]:
    """Yield the spans that do not begin where too many are open."""
    open_ends: list[int] = []
    for number in order:
        start, end = ends[number]
        while open_ends and open_ends[0] <= start:
            heappop(open_ends)
        if deepest is None or len(open_ends) < deepest:
            heappush(open_ends, end)
            yield number


def steps(found: Iterable[Segment]) -> Iterator[tuple[int, tuple[int, ...], tuple[int, int]]]:
    """Yield how many elements to close, which spans to open, and the stretch that then follows.

    So spans become elements that are properly nested: where two cross, the inner one is closed and
    opened again. The last step closes all; its stretch is empty.

    >>> list(steps(segments(6, [(0, 4), (3, 6)])))
    [(0, (0,), (0, 3)), (0, (1,), (3, 4)), (2, (1,), (4, 6)), (1, (), (6, 6))]
    """
    now: tuple[int, ...] = ()
    last = 0
    for start, end, covering in found:
        same = next(
            (n for n, pair in enumerate(zip(now, covering, strict=False)) if pair[0] != pair[1]),
            min(len(now), len(covering)),
        )
        yield len(now) - same, covering[same:], (start, end)
        now, last = covering, end
    yield len(now), (), (last, last)
