"""A figure that is laid out in inches from its top left, so that nothing depends on chance.

Its height is what was laid on it. No part of matplotlib's global state is used.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from goldwire.eval.plots.style import FAINT, INCHES, LINE, Width, label, labels_of, wide, wrapped
from goldwire.schemas.extras import needs

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text

EDGE = 0.04
"""Inches that stay free around all."""
NAMES: dict[Width, float] = {"column": 1.05, "page": 1.5}
"""Inches that the names of systems may take."""
Box = tuple[float, float, float, float]


class Sheet:
    """A figure of a width; ``y`` is how far down it is laid out."""

    def __init__(self, width: Width) -> None:
        self.width, self.inches = width, INCHES[width]
        self.figure: Figure = needs("matplotlib.figure", "plots").Figure(figsize=(self.inches, 1))
        self.y = EDGE
        self._axes: list[tuple[Axes, Box]] = []
        self._texts: list[tuple[Text, float, float]] = []

    @property
    def right(self) -> float:
        """Where the sheet may be laid out to."""
        return self.inches - EDGE

    def axes(self, left: float, top: float, width: float, height: float) -> "Axes":
        """Return axes at a place, without ticks and frame."""
        made = self.figure.add_axes((0, 0, 1, 1), label=str(len(self._axes)))
        made.set_facecolor("none")
        made.spines[:].set_visible(False)
        made.tick_params(length=0, pad=3)
        made.set_xticks([])
        made.set_yticks([])
        self._axes.append((made, (left, top, width, height)))
        return made

    def text(self, x: float, y: float, words: str, **how: object) -> None:
        """Write one line; ``y`` is the middle of its height."""
        given = {"va": "center_baseline", "ha": "left", **how}
        self._texts.append((self.figure.text(0, 0, words, **given), x, y))  # type: ignore[arg-type]

    def line(self, words: str, **how: object) -> None:
        """Write one line at the left, below all else."""
        self.text(EDGE, self.y + LINE / 2, words, **how)
        self.y += LINE

    def notes(self, notes: Sequence[str]) -> None:
        """Write what must be said, each paragraph in as many lines as it takes."""
        self.y += 0.06
        for note in notes:
            for words in wrapped(note, self.right - EDGE):
                self.line(words)

    def finished(self) -> "Figure":
        """Return the figure, as high as it became."""
        high = self.y + EDGE
        self.figure.set_size_inches(self.inches, high)
        for axes, (left, top, width, height) in self._axes:
            place = left / self.inches, 1 - (top + height) / high
            axes.set_position((*place, width / self.inches, height / high))
        for text, x, y in self._texts:
            text.set_position((x / self.inches, 1 - y / high))
        return self.figure


def name_width(sheet: Sheet, names: Sequence[str]) -> tuple[list[str], float]:
    """Return names as they are shown at the left, and the inches that they take."""
    shown = labels_of(list(names), NAMES[sheet.width])
    return shown, max(map(wide, shown), default=0.0) + 0.08


def rows(
    sheet: Sheet,
    names: Sequence[str],
    titles: Sequence[str],
    per_row: int,
    high: float = 0.19,
    below: float = 0.1,
) -> "Iterator[tuple[int, Axes, float]]":
    """Yield panels side by side with the names at the left: number, axes, width in inches.

    Each has one unit of height for a name, the first at the top; ``below`` is free under it.
    """
    shown, left = name_width(sheet, names)
    gap = 0.12
    width = (sheet.right - EDGE - left + gap) / per_row - gap
    for number, title in enumerate(titles):
        column = number % per_row
        if not column:
            top = sheet.y + LINE
            sheet.y = top + high * len(names) + below
        axes = sheet.axes(
            EDGE + left + column * (width + gap), top, width, high * max(len(names), 1)
        )
        axes.set_ylim(len(names) - 0.5, -0.5)
        x = EDGE + left + column * (width + gap)
        sheet.text(x, top - LINE / 2, title)
        if not column:
            axes.set_yticks(range(len(names)), shown)
        yield number, axes, width


def left_out(
    reasons: Mapping[str, Mapping[str, Sequence[str]]], systems: Sequence[str]
) -> list[str]:
    """Return notes of what is not drawn of which systems, and why."""
    notes = []
    for why, layers in reasons.items():
        listed = (f"{layer} of {_of(names, systems)}" for layer, names in layers.items())
        notes.append(f"Not drawn ({why}): {'; '.join(listed)}.")
    return notes


def _of(names: Sequence[str], systems: Sequence[str]) -> str:
    if len(names) == len(systems) > 1:
        return "all"
    return ", ".join(label(name, 24) for name in names)


def rules_of(axes: "Axes", places: Sequence[float]) -> None:
    """Draw thin upright lines behind what is drawn."""
    for place in places:
        axes.axvline(place, color=FAINT, linewidth=0.3, zorder=0)
