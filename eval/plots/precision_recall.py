"""Precision against recall, by layer, with curves of equal F1."""

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from goldwire.eval.plots.data import Data
from goldwire.eval.plots.sheet import EDGE, Sheet, left_out
from goldwire.eval.plots.style import COLOURS, FAINT, INK, LINE, MARKERS, labels_of, wide
from goldwire.schemas.score import Figures

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CURVES = (0.2, 0.4, 0.6, 0.8)
_LEFT, _RIGHT = 0.42, 0.26
"""Inches beside a panel for its scale, and for the values of its curves."""

_WIDEST = 2.2
"""Inches that a panel has at most."""


def draw_precision_recall(
    data: Data[dict[str, dict[str, Figures]]], names: list[str], sheet: Sheet
) -> list[str]:
    """Draw one square for each layer, one marker for each system; return what must be said."""
    drawn = {layer: row for layer, row in data.values.items() if row}
    looks = {name: _look(number) for number, name in enumerate(names)}
    _legend(sheet, looks)
    per_row = max(1, min(len(drawn), 4 if sheet.width == "page" else 2))
    across = min((sheet.right - EDGE) / per_row, _LEFT + _WIDEST + _RIGHT)
    side = across - _LEFT - _RIGHT
    for number, (layer, row) in enumerate(drawn.items()):
        column = number % per_row
        if not column:
            top = sheet.y + LINE
            sheet.y = top + side + 0.36
        left = EDGE + column * across + _LEFT
        axes = sheet.axes(left, top, side, side)
        sheet.text(left, top - LINE / 2, layer)
        _frame(axes, first=not column)
        _curves(axes)
        _points(axes, row, looks)
    return ["Grey curves join points of equal F1.", *left_out(data.left_out, names)]


def _look(number: int) -> tuple[str, str]:
    return MARKERS[number % len(MARKERS)], COLOURS[number % len(COLOURS)]


def _frame(axes: "Axes", first: bool) -> None:
    axes.spines[["left", "bottom"]].set_visible(True)
    axes.tick_params(length=2)
    axes.set_xlim(-0.05, 1.05)
    axes.set_ylim(-0.05, 1.05)
    axes.set_xticks([0, 0.5, 1], ["0", ".5", "1"])
    axes.set_yticks([0, 0.5, 1], ["0", ".5", "1"])
    axes.set_xlabel("recall", labelpad=1)
    if first:
        axes.set_ylabel("precision", labelpad=3)


def _curves(axes: "Axes") -> None:
    for f1 in CURVES:
        recall = np.linspace(f1 / (2 - f1), 1, 60)
        axes.plot(recall, f1 * recall / (2 * recall - f1), color=FAINT, linewidth=0.5, zorder=0)
        end = f1 / (2 - f1)
        axes.text(1.07, end, f"{f1:g}"[1:], va="center_baseline", color=INK, clip_on=False)


def _points(axes: "Axes", row: dict[str, Figures], looks: dict[str, tuple[str, str]]) -> None:
    """Draw the markers; of those at one point all but the innermost are outlines around it."""
    places = {
        name: (found.recall, found.precision)
        for name, found in row.items()
        if found.recall is not None and found.precision is not None
    }
    left = Counter(places.values())
    for name, place in places.items():
        left[place] -= 1
        marker, colour = looks[name]
        size, fill = 5.5 + 4 * left[place], "none" if left[place] else colour
        axes.plot(
            *([each] for each in place),
            marker,
            markersize=size,
            markerfacecolor=fill,
            markeredgecolor=INK,
            clip_on=False,
        )


def _legend(sheet: Sheet, looks: dict[str, tuple[str, str]]) -> None:
    """Write the names with their markers, in as many columns as fit."""
    shown = labels_of(list(looks), 1.45)
    across = max(map(wide, shown), default=1.0) + 0.32
    columns = max(1, int((sheet.right - EDGE) / across))
    lines = -(-len(shown) // columns)
    axes = sheet.axes(EDGE, sheet.y, sheet.right - EDGE, lines * LINE)
    axes.set_xlim(0, sheet.right - EDGE)
    axes.set_ylim(lines, 0)
    for number, ((marker, colour), name) in enumerate(zip(looks.values(), shown, strict=True)):
        x, y = number % columns * across, number // columns + 0.5
        axes.plot([x + 0.09], [y], marker, color=colour, markersize=5.5, markeredgecolor=INK)
        axes.text(x + 0.2, y, name, va="center_baseline")
    sheet.y += lines * LINE + 0.06
