"""Placing what an extractor said on the source text, where its offsets can't be taken as given.

An answer may have no offsets, count them in bytes or UTF-16, or be over a text that was cleaned,
spaced or quoted anew, or shortened. A span is then sought by its words: as they stand, then with
spaces, quotation marks and dashes made alike, then by likeness within a bound. Where words occur
more than once, the place nearest to where the answer points counts, else the next in order.
Every placement says how it was made; what occurs nowhere is not placed.
"""

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel, LCSseq

from goldwire.schemas.record import AnySpan, Record
from goldwire.schemas.spans import occurrences, spans

EXACT, NORMALISED, FUZZY, NOWHERE = "exact", "normalised", "fuzzy", "nowhere"
INEXACT = frozenset((NORMALISED, FUZZY))
_LEAST_ALIKE = 90.0
"""Likeness in percent (normalised Indel similarity) below which words are not the same."""
_SHORTEST = 10
"""Characters without spaces below which words are not sought by likeness."""
_SAME_TEXT = 0.8
"""Share of an answer's own text that must be in the source, in order, to be of it."""
_LARGEST = 10**8
"""Product of two texts' lengths above which they are not aligned character by character."""
_INDEX = re.compile(r"\[\d+\]")
_ALIKE = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‘’‚‛‹›′`´", "'"),
        **dict.fromkeys("‐‑‒–—―−", "-"),
    }
)


class Placement(NamedTuple):
    """The field path of a span, and how it was placed."""

    path: str
    how: str


class Source:
    """A text to place words on; what is made alike is made once."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def alike(self) -> tuple[str, list[int]]:
        """The text made alike, and where each of its characters stands in the text."""
        return alike(self.text)

    def places(self, surface: str) -> tuple[str, list[tuple[int, int]]]:
        """Return where words stand, in order, and how they were found."""
        if found := list(occurrences(self.text, surface)):
            return EXACT, found
        wanted, _ = alike(surface)
        if wanted and (found := list(self._normalised(wanted))):
            return NORMALISED, found
        if len(wanted) >= _SHORTEST and (found := self._fuzzy(wanted)):
            return FUZZY, found
        return NOWHERE, []

    def _normalised(self, wanted: str) -> Iterator[tuple[int, int]]:
        text, offsets = self.alike
        start = text.find(wanted)
        while start >= 0:
            place = offsets[start], offsets[start + len(wanted) - 1] + 1
            if self._is_whole(*place):
                yield place
            start = text.find(wanted, start + 1)

    def _fuzzy(self, wanted: str) -> list[tuple[int, int]]:
        text, offsets = self.alike
        if len(wanted) > len(text):
            return []
        found = fuzz.partial_ratio_alignment(wanted, text, score_cutoff=_LEAST_ALIKE)
        if found is None or found.dest_start >= found.dest_end:
            return []
        blocks = Indel.opcodes(wanted, text[found.dest_start : found.dest_end])
        same = [each for each in blocks if each.tag == "equal"]
        first, last = (found.dest_start + n for n in (same[0].dest_start, same[-1].dest_end - 1))
        return [self._to_words(offsets[first], offsets[last] + 1)]

    def _is_whole(self, start: int, end: int) -> bool:
        """Whether a place neither begins nor ends inside a word."""
        return not (self._inside_word(start) or self._inside_word(end))

    def _inside_word(self, offset: int) -> bool:
        return self.text[offset - 1 : offset].isalnum() and self.text[offset : offset + 1].isalnum()

    def _to_words(self, start: int, end: int) -> tuple[int, int]:
        while start > 0 and self._inside_word(start):
            start -= 1
        while end < len(self.text) and self._inside_word(end):
            end += 1
        return start, end


def alike(text: str) -> tuple[str, list[int]]:
    """Return a text without spaces, its marks, dashes and forms of letters made alike.

    With it come the offsets at which its characters stand in ``text``.

    >>> alike("“A – b”")
    ('"A-b"', [0, 1, 3, 5, 6])
    """
    made: list[str] = []
    offsets: list[int] = []
    for offset, char in enumerate(text):
        if char.isascii():
            same = "" if char.isspace() else char.translate(_ALIKE)
        elif unicodedata.category(char) == "Cf":
            same = ""
        else:
            same = "".join(unicodedata.normalize("NFKD", char.translate(_ALIKE)).split())
        made.append(same)
        offsets += [offset] * len(same)
    return "".join(made), offsets


def is_of(own: str, source: Source) -> bool:
    """Whether an answer's own text was made from the source: most of it is there, in order."""
    mine, _ = alike(own)
    return bool(mine) and LCSseq.similarity(mine, source.alike[0]) >= _SAME_TEXT * len(mine)


def place_spans(record: Record, text: str) -> list[Placement]:
    """Place, in the record, every span that its offsets do not; return how each was placed.

    Raises nothing: offsets without words that lie outside the text are left to the checks.
    """
    source, own = Source(text), record.text
    found = list(spans(record))
    if own is not None and own != text:
        return list(_moved(found, own, source))
    wrong = [each for each in found if _is_off(each[1], text)]
    if wrong:
        for unit, units in _UNITS.items():
            if to := _by_unit(found, text, units):
                return [Placement(path, unit) for path, span in found if _shift(span, to)]
    seek = [each for each in found if each[1].start is None or _is_off(each[1], text)]
    return list(_sought(seek, source))


def _is_off(span: AnySpan, text: str) -> bool:
    given = span.text is not None and span.start is not None and span.end is not None
    return given and text[span.start : span.end] != span.text


def _moved(found: Iterable[tuple[str, AnySpan]], own: str, source: Source) -> Iterator[Placement]:
    """Place spans that stand in an answer's own text; where they stand there is a hint."""
    pairs, hint = [], _hints(own, source.text)
    for path, span in found:
        if span.start is not None and span.end is not None and span.end <= len(own):
            span.text = own[span.start : span.end]
            span.start = hint(span.start)
        pairs.append((path, span))
    yield from _sought(pairs, source)


def _hints(own: str, text: str) -> Callable[[int], int]:
    """Return about where in the source an offset of an answer's own text is."""
    if len(own) * len(text) > _LARGEST:
        return lambda offset: round(offset * len(text) / max(1, len(own)))
    blocks = [each for each in Indel.opcodes(own, text) if each.tag != "insert"]
    starts = [each.src_start for each in blocks]

    def hint(offset: int) -> int:
        block = blocks[bisect_right(starts, offset) - 1]
        return block.dest_start + (offset - block.src_start if block.tag == "equal" else 0)

    return hint


def _sought(found: Iterable[tuple[str, AnySpan]], source: Source) -> Iterator[Placement]:
    """Place spans by their words; the next of equal words in a field stands after the last."""
    last: dict[tuple[str, str], int] = {}
    for path, span in found:
        if not span.text:
            continue
        key = _INDEX.sub("", path), span.text
        how, places = source.places(span.text)
        hint = span.start
        if hint is not None:
            places = sorted(places, key=lambda each: abs(each[0] - hint))
        else:
            places = [each for each in places if each[0] >= last.get(key, 0)]
        span.start = span.end = None
        if places:
            span.start, span.end = places[0]
            last[key] = places[0][1]
            span.text = source.text[span.start : span.end]
        yield Placement(path, how if places else NOWHERE)


_UNITS: dict[str, Callable[[str], int]] = {
    "utf-16": lambda char: 1 + (ord(char) > 0xFFFF),
    "bytes": lambda char: len(char.encode("utf-8", "surrogatepass")),
}


def _by_unit(
    found: Iterable[tuple[str, AnySpan]], text: str, size: Callable[[str], int]
) -> dict[int, int]:
    """Return code points by offsets in another unit, if all words then stand where they should."""
    to = {unit: number for number, unit in enumerate(accumulate(map(size, text), initial=0))}
    for _, span in found:
        if span.text is not None and span.start is not None and span.end is not None:
            start, end = to.get(span.start), to.get(span.end)
            if start is None or end is None or text[start:end] != span.text:
                return {}
    return to


def _shift(span: AnySpan, to: dict[int, int]) -> bool:
    start, end = to.get(span.start or 0), to.get(span.end or 0)
    if span.start is None or span.end is None or start is None or end is None:
        return False
    span.start, span.end = start, end
    return True


def tally(placements: Iterable[Placement]) -> "Counter[str]":
    """Return how many spans were placed in each way."""
    return Counter(each.how for each in placements)
