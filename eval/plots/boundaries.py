"""Boundary errors: by how many characters mentions begin and end at the wrong place."""

from typing import TYPE_CHECKING

from goldwire.eval.plots.data import Data
from goldwire.eval.plots.sheet import EDGE, Sheet, left_out, name_width
from goldwire.eval.plots.style import BLUE, INK, LINE, ORANGE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Offsets = dict[int, int]
BINS = ((-(10**9), -10), (-9, -5), (-4, -3), (-2, -2), (-1, -1), (0, 0))
BINS += tuple((-high, -low) for low, high in reversed(BINS[:-1]))
"""The first and last number of characters of each bar."""
HIGH = 0.5
"""Inches of one panel."""


def binned(offsets: Offsets) -> list[int]:
    """Return how many offsets fall into each of the bins."""
    return [sum(n for off, n in offsets.items() if low <= off <= high) for low, high in BINS]


def draw_boundaries(
    data: Data[dict[str, dict[str, Offsets]]], names: list[str], sheet: Sheet
) -> list[str]:
    """Draw for each system how far starts and ends are off; return what must be said."""
    shown, left = name_width(sheet, list(data.values))
    bars = [binned(edge) for edges in data.values.values() for edge in edges.values()]
    most = max(map(max, bars), default=0) or 1
    across = (sheet.right - EDGE - left) / 2
    top = sheet.y + LINE * (1 if data.values else 0)
    for row, edges in enumerate(data.values.values()):
        for column, (edge, offsets) in enumerate(edges.items()):
            x = EDGE + left + column * across
            axes = sheet.axes(x + 0.08 * column, top + row * (HIGH + 0.16), across - 0.08, HIGH)
            _bars(axes, binned(offsets), most)
            if not row:
                sheet.text(x + 0.08 * column, top - LINE / 2, edge)
            if not column:
                sheet.text(EDGE, top + row * (HIGH + 0.16) + HIGH / 2, shown[row])
            if row == len(data.values) - 1:
                _scale(axes)
    if data.values:
        sheet.y = top + len(data.values) * (HIGH + 0.16) + 0.32
    return left_out(data.left_out)


def _bars(axes: "Axes", heights: list[int], most: int) -> None:
    axes.set_xlim(-0.5, len(BINS) - 0.5)
    axes.set_ylim(0, most * 1.45)
    axes.spines["bottom"].set_visible(True)
    for place, number in enumerate(heights):
        right = BINS[place] == (0, 0)
        colour, hatch = (BLUE, "") if right else (ORANGE, "////")
        if number:
            axes.bar(
                [place], [number], 0.8, color=colour, hatch=hatch, edgecolor=INK, linewidth=0.5
            )
            axes.text(place, number + most * 0.06, str(number), ha="center", va="bottom")


def _scale(axes: "Axes") -> None:
    axes.set_xticks(range(len(BINS)), [_span(*each) for each in BINS], rotation=90)


def _span(low: int, high: int) -> str:
    """Return a bin as it stands under its bar, with true minus signs."""
    if low < -(10**8):
        shown = f"≤{high}"
    elif high > 10**8:
        shown = f"≥{low}"
    else:
        shown = str(low) if low == high else f"{low}…{high}"
    return shown.replace("-", "−")
