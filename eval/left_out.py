"""Placing a text that was kept back on its source: what of the source was left out.

A content extractor gives plain text, in which spaces, line ends, quotation marks and dashes
may differ from the source's. What it left out are the characters of the source that have no
place in it. White space never counts, on either side, and nor do characters that show nothing.

Lines that are equal on both sides are placed first. Between them each kept line is sought as it
stands, in order and in pieces as long as can be. Only where one does not stand in the source, in
pieces of some length, are the two texts aligned character by character, with as much in common as
there can be, in as few stretches as equal characters allow. Text that the extractor moved, so
that it stands in another order, is left out.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from rapidfuzz.distance import LCSseq

from goldwire.eval.place import alike
from goldwire.schemas.errors import DataError

_LARGEST = 2**31
"""Product of two lengths above which texts are not aligned: it takes as many bits of memory."""
_CHANGED = 3
"""Characters that may stand for others between what was kept: a change of them, not a cut."""
_SHORTEST = 4
"""Characters below which what two texts share is taken for chance where they are aligned."""

Ends = tuple[int, int]
Block = tuple[int, int, int, int]
"""Start and end in one text, start and end in the other."""


class _Text(NamedTuple):
    """A text made alike: its characters, where they stand in it, and its lines that have any."""

    chars: str
    offsets: list[int]
    lines: list[str]
    starts: list[int]

    @classmethod
    def of(cls, text: str) -> "_Text":
        lines = [line for each in text.splitlines() if (line := alike(each)[0])]
        return cls(*alike(text), lines, [0, *accumulate(map(len, lines))])


def left_out(source: str, kept: str) -> list[Ends]:
    r"""Return the stretches of the source that are not in the kept text, in order.

    They begin and end on characters that are no white space, and between two of them there is
    such a character that was kept. What the kept text has beside the source counts for nothing.
    Raises DataError ``too-long`` for texts that can't be aligned in a quarter of a gigabyte.

    >>> left_out("Give now! It helps.Rome fell.\nBy Ann", "Rome  fell.")
    [(0, 19), (30, 36)]
    """
    mine, other = _Text.of(source), _Text.of(kept)
    stays = set[int]()
    for start, end in _kept(mine, other):
        stays.update(mine.offsets[start:end])
    return list(_stretches(source, stays, set(mine.offsets)))


def _stretches(source: str, stays: set[int], counted: set[int]) -> Iterator[Ends]:
    """Yield what does not stay; a character that shows nothing goes with the one before it."""
    start = end = -1
    for offset, char in enumerate(source):
        if char.isspace():
            continue
        if offset in stays and start >= 0:
            yield start, end
            start = -1
        elif offset in counted and offset not in stays and start < 0:
            start = offset
        end = offset + 1
    if start >= 0:
        yield start, end


def _kept(mine: _Text, other: _Text) -> Iterator[Ends]:
    """Yield the stretches of the source's characters that are kept, in order."""
    done = before = 0
    for block in LCSseq.opcodes(mine.lines, other.lines):
        if block.tag == "equal":
            lines = mine.lines[done : block.src_start]
            yield from _between(mine, done, lines, other.lines[before : block.dest_start])
            yield mine.starts[block.src_start], mine.starts[block.src_end]
            done, before = block.src_end, block.dest_end
    yield from _between(mine, done, mine.lines[done:], other.lines[before:])


def _between(mine: _Text, first: int, lines: list[str], kept: list[str]) -> Iterable[Ends]:
    """Yield what is kept of some lines of the source, none of which is kept as it is."""
    if not (lines and kept):
        return ()
    start, text = mine.starts[first], "".join(lines)
    borders = _borders(mine, start, len(text))
    found = _pieces(text, kept, borders)
    if not found:
        found = _aligned(text, "".join(kept), borders)
    return [(start + begin, start + end) for begin, end in found]


def _pieces(text: str, kept: list[str], borders: Sequence[int]) -> list[Ends]:
    """Return where all kept lines stand, in order and in long pieces, or nothing.

    Of several places the first counts that begins or ends with a line, else the first.
    """
    found: list[Ends] = []
    for line in kept:
        done = 0
        while done < len(line):
            start = found[-1][1] if found else 0
            size = _longest(text, line[done:], start)
            if size == 0 or size < min(_SHORTEST, len(line) - done):
                return []
            places = list(_places(text, line[done : done + size], start))
            edges = (each for each in places if 2 in (borders[each[0]], borders[each[1]]))
            found.append(next(edges, places[0]))
            done += size
    return _others(_slid(_others(found, len(text)), text, borders), len(text))


def _longest(text: str, wanted: str, start: int) -> int:
    """Return how many of the first characters wanted stand together in a text, from a place on."""
    sizes = range(1, len(wanted) + 1)
    return bisect_left(sizes, True, key=lambda n: text.find(wanted[:n], start) < 0)


def _others(stretches: list[Ends], length: int) -> list[Ends]:
    """Return what lies between, before and after some stretches."""
    starts, ends = [0, *(end for _, end in stretches)], [*(start for start, _ in stretches), length]
    return [(a, b) for a, b in zip(starts, ends, strict=True) if a < b]


def _places(text: str, line: str, start: int) -> Iterator[Ends]:
    while (start := text.find(line, start)) >= 0:
        yield start, start + len(line)
        start += 1


def _borders(mine: _Text, start: int, length: int) -> list[int]:
    """Return for each place between characters: 2 between lines, 1 between words, else 0."""
    lines, found = set(mine.starts), []
    for place in range(start, start + length + 1):
        left, right = mine.chars[place - 1 : place], mine.chars[place : place + 1]
        gap = 0 < place < len(mine.offsets) and mine.offsets[place] - mine.offsets[place - 1] > 1
        inside = left.isalnum() and right.isalnum() and not gap
        found.append(2 if place in lines else int(not inside))
    return found


def _aligned(text: str, kept: str, borders: Sequence[int]) -> list[Ends]:
    """Return what two texts have in common, in order, without what they share by chance."""
    if len(text) * len(kept) > _LARGEST:
        what = f"{len(text)} and {len(kept)} characters are too many to align"
        raise DataError("too-long", what, "split the article")
    same = [each for each in LCSseq.opcodes(text, kept) if each.tag == "equal"]
    ends = (len(text), len(text), len(kept), len(kept))
    blocks = [
        (0, 0, 0, 0),
        *((each.src_start, each.src_end, each.dest_start, each.dest_end) for each in same),
        ends,
    ]
    cuts = [
        (left[1], right[0])
        for left, right in pairwise(blocks)
        if left[1] < right[0] and not _is_change(left, right)
    ]
    complete = sum(end - start for start, end, _, _ in blocks) == len(kept)
    return _without_chance(_slid(cuts, text, borders), len(text), complete)


def _is_change(left: Block, right: Block) -> bool:
    """Whether the few characters between two equal blocks, one of some length, were replaced."""
    replaced, by = right[0] - left[1], right[2] - left[3]
    longest = max(left[1] - left[0], right[1] - right[0])
    return by > 0 and replaced <= _CHANGED and longest >= _SHORTEST


def _slid(cuts: list[Ends], text: str, borders: Sequence[int]) -> list[Ends]:
    """Move cuts along equal characters: on to each other where they meet, else to borders."""
    done: list[Ends] = []
    todo = cuts[::-1]
    while todo:
        start, end = todo.pop()
        low, high = (done[-1][1] if done else 0), (todo[-1][0] if todo else len(text))
        left = right = 0
        while start - left > low and text[start - left - 1] == text[end - left - 1]:
            left += 1
        while end + right < high and text[start + right] == text[end + right]:
            right += 1
        if done and start - left == low:
            todo.append((done.pop()[0], end - left))
        elif todo and end + right == high:
            todo.append((start + right, todo.pop()[1]))
        else:
            by = max(range(-left, right + 1), key=lambda n: _worth(start + n, end + n, -n, borders))
            done.append((start + by, end + by))
    return done


def _worth(start: int, end: int, near: int, borders: Sequence[int]) -> tuple[int, int]:
    return borders[start] + borders[end], -abs(near)


def _without_chance(cuts: list[Ends], length: int, complete: bool) -> list[Ends]:
    """Return what lies between cuts; if it is in crumbs, only what is no crumb.

    ``complete``: all of the kept text was found. Then one cut is believed wherever it is.
    """
    runs = _others(cuts, length)
    size = sum(b - a for a, b in runs)
    if complete and (len(runs) <= 2 or size >= _SHORTEST * len(runs)):
        return runs
    return [(a, b) for a, b in runs if b - a >= _SHORTEST]
