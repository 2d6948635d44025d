"""Boundary errors: by how many characters mentions begin and end at the wrong place."""

from typing import TYPE_CHECKING

from goldwire.eval.plots.data import Data
from goldwire.eval.plots.sheet import EDGE, Sheet, left_out, name_width
from goldwire.eval.plots.style import BLUE, INK, LINE, ORANGE, wide

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Offsets = dict[int, int]
BINS = ((-(10**9), -10), (-9, -5), (-4, -3), (-2, -2), (-1, -1), (0, 0))
BINS += tuple((-high, -low) for low, high in reversed(BINS[:-1]))
"""The first and last number of characters of each bar."""
HIGH = 0.52
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
    beside = sheet.width == "page"
    across = (sheet.right - EDGE - left + 0.12) / (2 if beside else 1) - 0.12
    for number, edge in enumerate(("start", "end") if data.values else ()):
        x = EDGE + left + beside * number * (across + 0.12)
        top = sheet.y + LINE
        sheet.text(x, top - LINE / 2, edge)
        for row, edges in enumerate(data.values.values()):
            y = top + row * (HIGH + 0.1)
            axes = sheet.axes(x, y, across, HIGH)
            _bars(axes, binned(edges[edge]), most, across)
            if not (beside and number):
                sheet.text(EDGE + left - 0.08, y + HIGH * 0.8, shown[row], ha="right")
        _scale(axes)
        if number or not beside:
            sheet.y = top + len(data.values) * (HIGH + 0.1) + 0.44
    return left_out(data.left_out, names)


def _bars(axes: "Axes", heights: list[int], most: int, width: float) -> None:
    axes.set_xlim(-0.5, len(BINS) - 0.5)
    room = wide(str(most))
    upright = room + 0.03 > width / len(BINS)
    above = (room if upright else LINE) / HIGH + 0.05
    axes.set_ylim(0, most / max(1 - above, 0.3))
    axes.spines["bottom"].set_visible(True)
    for place, number in enumerate(heights):
        right = BINS[place] == (0, 0)
        colour, hatch = (BLUE, "") if right else (ORANGE, "////")
        if number:
            axes.bar(
                [place], [number], 0.8, color=colour, hatch=hatch, edgecolor=INK, linewidth=0.5
            )
            turned = 90 if upright else 0
            y = number + most * 0.06
            axes.text(place, y, str(number), ha="center", va="bottom", rotation=turned)


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
