"""The article's text with brackets around its annotations, for a terminal."""

from collections.abc import Iterable
from typing import NamedTuple
from zlib import crc32

from rich.text import Text

from goldwire.corpus.reading.view import DEEPEST, KINDS, Ends, Stretch, View
from goldwire.schemas.plain import plain
from goldwire.schemas.record import Mention
from goldwire.schemas.segments import Segment, segments
from goldwire.schemas.spans import extent, pieces

_HUES = {"person": "magenta", "place": "green", "group": "cyan", "org": "blue", "event": "red"}
_OTHERS = ("cyan", "blue", "red", "green", "magenta")
LABEL = "dim"


class Mark(NamedTuple):
    """A stretch to put between brackets, the label after the closing one, and its style."""

    ends: Ends
    label: str
    style: str


def style(label: str | None) -> str:
    """Return the style of a type; it repeats what the label says, so it may repeat itself."""
    if label in KINDS:
        return f"bold {_HUES.get(KINDS[label], '')}".strip()
    return f"bold {_OTHERS[crc32((label or '').encode('utf-8', 'replace')) % len(_OTHERS)]}"


def of_mentions(view: View) -> list[Mark]:
    """Return the marks of all mentions: their type, and the number of their entity."""
    found = []
    for mention in view.mentions:
        parts = pieces(mention)
        label = _label(view, mention)
        for number, ends in enumerate(parts, 1):
            which = f"({number}/{len(parts)})" if len(parts) > 1 else ""
            found.append(Mark(ends, label + which, style(mention.type)))
    return found


def _label(view: View, mention: Mention) -> str:
    number = view.numbers.get(mention.entity or "")
    shown = plain(mention.type or "?") + (f":{number}" if number else "")
    return f"{shown}?" if mention.optional else shown


def of_quotes(view: View) -> list[Mark]:
    """Return the marks of what is said, the cues and the sources of all quotes."""
    found = []
    for number, quote in enumerate(view.record.quotes or (), 1):
        name = plain(quote.id or f"#{number}")
        spans = [(each, name, "magenta") for each in quote.content]
        spans += [(each, f"{name}.cue", "green") for each in quote.cue]
        spans += [(quote.source, f"{name}.source", "bold cyan")] if quote.source else []
        found += [Mark(e, label, look) for each, label, look in spans if (e := extent(each))]
    return found


class Marked:
    """A text with its marks, to be had line by line."""

    def __init__(self, view: View, marks: list[Mark]) -> None:
        self._text = view.text
        self._marks = marks
        self._segments = segments(len(self._text), [mark.ends for mark in marks], DEEPEST)
        drawn = {number for _, _, covering in self._segments for number in covering}
        self.left_out = len(marks) - len(drawn)
        # Brackets that the text itself does not have, or one could not tell them from its own.
        own = "[" in self._text or "]" in self._text
        self.opening, self.closing = "⟦⟧" if own else "[]"
        self._at = 0

    def line(self, stretch: Stretch, base: str) -> Text:
        """Return one stretch of the text with its marks; stretches are asked for in order."""
        shown = Text()
        while self._at < len(self._segments):
            start, end, covering = self._segments[self._at]
            if start >= stretch.end:
                break
            if start >= stretch.start:
                self._open(shown, start, covering)
            words = self._text[max(start, stretch.start) : min(end, stretch.end)]
            shown.append(plain(words.removesuffix("\n")), self._look(covering) or base)
            if end > stretch.end:
                break
            self._close(shown, self._segments[self._at])
            self._at += 1
        return shown

    def _open(self, shown: Text, start: int, covering: Iterable[int]) -> None:
        for number in covering:
            if self._marks[number].ends[0] == start:
                shown.append(self.opening, self._marks[number].style)

    def _close(self, shown: Text, segment: Segment) -> None:
        for number in reversed(segment[2]):
            mark = self._marks[number]
            if mark.ends[1] == segment[1]:
                shown.append(self.closing, mark.style).append(mark.label, LABEL)

    def _look(self, covering: tuple[int, ...]) -> str:
        return self._marks[covering[-1]].style if covering else ""
