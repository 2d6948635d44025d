"""ROUGE-LSum: the hits of summary-level union-LCS (Lin 2004), with bit-parallel rows."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

Lines = Sequence[Sequence[str]]
"""The tokens of each line."""


def hits(reference: Lines, candidate: Lines) -> int:
    """Return how many reference tokens are in the union of the longest common subsequences.

    Each line of the reference is compared with every line of the candidate; what any of
    the subsequences holds of it counts once, and a token no more often than the candidate
    has it. This is the count of ``rouge_score`` 0.1.2: of several longest subsequences it
    takes the one that its backtrack meets, and so do we. Recall is hits over the tokens of
    the reference, precision over those of the candidate. Not symmetric: with the sides
    swapped it may be another number.
    """
    lines = {tuple(line) for line in candidate}
    found = Counter(
        token for line in reference for token in _union(line, lines, tuple(line) in lines)
    )
    return (found & Counter(token for line in candidate for token in line)).total()


def _union(line: Sequence[str], others: set[tuple[str, ...]], whole: bool) -> Iterator[str]:
    """Yield the tokens of a line that are in a longest common subsequence with any other."""
    if whole:
        yield from line
        return
    masks: dict[str, int] = {}
    for number, token in enumerate(line):
        masks[token] = masks.get(token, 0) | 1 << number
    full = (1 << len(line)) - 1
    union = 0
    for other in others:
        if union != full and not masks.keys().isdisjoint(other):
            union |= _path(masks, full, other)
    yield from (token for number, token in enumerate(line) if union >> number & 1)


def _path(masks: Mapping[str, int], full: int, other: Sequence[str]) -> int:
    """Return the positions of one longest common subsequence, as bits.

    Each column of the table of lengths is an integer, in which a bit is set where the
    length does not grow from the row above (Crochemore et al. 2001, Hyyro 2004). Walking
    back from the corner, a match is taken where there is one, else the walk goes up while
    the length stays, else left; so in each column it stops at the highest row, from where
    it stands, that is a match or where the length grows.
    """
    columns = []
    flat = full
    for token in other:
        match = masks.get(token, 0)
        if match:
            held = flat & match
            flat = ((flat + held) | (flat - held)) & full
        columns.append((match, match | (full ^ flat)))
    path, below = 0, full
    for match, stops in reversed(columns):
        stop = 1 << (stops & below).bit_length() >> 1
        if not stop:
            break
        if stop & match:
            path |= stop
            below = stop - 1
        else:
            below = stop | stop - 1
    return path
