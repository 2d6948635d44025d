"""Stretches of a text as foreign files give them: whether they are sound, and in which unit."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, pairwise

from goldwire.schemas.record import AnySpan
from goldwire.schemas.spans import extent

Ends = tuple[int, int]
UNITS: dict[str, Callable[[str], int]] = {
    "UTF-16 units": lambda char: 1 + (char > "\uffff"),
    "bytes of UTF-8": lambda char: len(char.encode()),
}
"""Other units in which tools count, and how many of them a character is."""


def fault(spans: Sequence[Ends]) -> str | None:
    """Return what is wrong with the stretches of one span, or None.

    >>> fault([(4, 6), (0, 4)])
    >>> fault([(0, 4), (3, 5)])
    'two stretches of the span overlap'
    """
    for start, end in spans:
        if not 0 <= start < end:
            return f"the span {start} {end} is empty or reversed"
    return None if ordered(sorted(spans)) else "two stretches of the span overlap"


def ordered(spans: Sequence[Ends]) -> bool:
    """Return whether each stretch begins no earlier than the one before ends."""
    return all(one[1] <= other[0] for one, other in pairwise(spans))


def joined(spans: Iterable[Ends]) -> list[Ends]:
    """Return the stretches in order, those that overlap as one.

    >>> joined([(4, 6), (0, 2), (1, 3), (6, 7)])
    [(0, 3), (4, 6), (6, 7)]
    """
    found: list[Ends] = []
    for start, end in sorted(spans):
        if found and start < found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


def within(span: AnySpan, text: str) -> Ends | None:
    """Return a span's extent if it has one that is some of the text."""
    found = extent(span)
    return found if found and found[0] < found[1] <= len(text) else None


def other_units(text: str, spans: Sequence[Ends]) -> Iterator[tuple[str, list[Ends]]]:
    r"""Yield each other unit in which offsets may count, and the spans in characters then.

    >>> dict(other_units("\U0001f381a\r\nb", [(0, 3)]))
    {'UTF-16 units': [(0, 2)], 'a CR LF as one character': [(0, 4)]}
    """
    counted = {unit: list(map(size, text)) for unit, size in UNITS.items()}
    pairs = [int(text[index : index + 2] != "\r\n") for index in range(len(text))]
    counted["a CR LF as one character"] = pairs
    for unit, sizes in counted.items():
        places: dict[int, int] = {}
        for index, place in enumerate([0, *accumulate(sizes)]):
            places.setdefault(place, index)
        if all(start in places and end in places for start, end in spans):
            yield unit, [(places[start], places[end]) for start, end in spans]
