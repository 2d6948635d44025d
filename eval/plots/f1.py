"""F1 by layer and system: dots, with intervals where they are valid."""

from typing import TYPE_CHECKING

from goldwire.eval.plots.data import Data
from goldwire.eval.plots.sheet import Sheet, left_out, rows, rules_of
from goldwire.eval.plots.style import BLUE, FAINT, INK, label, wide
from goldwire.schemas.score import Figures

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NUMBER = "0.0000"


def draw_f1(data: Data[dict[str, dict[str, Figures]]], names: list[str], sheet: Sheet) -> list[str]:
    """Draw one panel for each layer, one line for each system; return what must be said."""
    layers = [layer for layer, row in data.values.items() if row]
    per_row = max(1, min(len(layers), 4 if sheet.width == "page" else 2))
    for number, axes, width in rows(sheet, names, layers, per_row, below=0.22):
        row = data.values[layers[number]]
        _frame(axes, width)
        for place, name in enumerate(names):
            _dot(axes, place, row.get(name))
    drawn = [each for row in data.values.values() for each in row.values()]
    hows = sorted({each.interval for each in drawn if each.low is not None})
    said = [f"Lines through dots are 95 % intervals ({label(how)})." for how in hows]
    dashes, absent = [], {}
    for why, found in data.left_out.items():
        if any(layer in layers for layer in found):
            dashes.append(f"–: {why}.")
        if gone := {layer: each for layer, each in found.items() if layer not in layers}:
            absent[why] = gone
    return [*said, *dashes, *left_out(absent, names)]


def _frame(axes: "Axes", width: float) -> None:
    """Scale a panel from 0 to 1, with room at its right for a figure."""
    room, margin = wide(NUMBER) + 0.1, 0.06
    inches = max(width - room - margin, 0.1)
    axes.set_xlim(-margin / inches, 1 + room / inches)
    rules_of(axes, (0, 0.25, 0.5, 0.75, 1))
    axes.set_xticks([0, 0.5, 1], ["0", ".5", "1"])


def _dot(axes: "Axes", place: int, found: Figures | None) -> None:
    end = axes.get_xlim()[1]
    axes.plot([0, 1], [place, place], color=FAINT, linewidth=0.3, zorder=0)
    given = "–" if found is None else f"{found.f1:.4f}"
    axes.text(end, place, given, ha="right", va="center_baseline")
    if found is None or found.f1 is None:
        return
    size = 5.0
    if found.low is not None and found.high is not None:
        size = 3.5  # so that a short interval is seen on both sides
        axes.plot(
            [found.low, found.high],
            [place, place],
            "|-",
            color=INK,
            linewidth=1,
            markersize=7,
            markeredgewidth=0.8,
        )
    axes.plot(
        [found.f1], [place], "o", color=BLUE, markersize=size, markeredgecolor=INK, clip_on=False
    )
