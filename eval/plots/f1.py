"""F1 by layer and system: dots, with intervals where they are valid."""

from typing import TYPE_CHECKING

from goldwire.eval.plots.data import Data
from goldwire.eval.plots.sheet import Sheet, rows, rules_of
from goldwire.eval.plots.style import BLUE, FAINT, INK, label, wide
from goldwire.schemas.score import Figures

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NUMBER = "0.0000"


def draw_f1(data: Data[dict[str, dict[str, Figures]]], names: list[str], sheet: Sheet) -> list[str]:
    """Draw one panel for each layer, one line for each system; return what must be said."""
    per_row = len(data.values) if sheet.width == "page" else 2
    for number, axes, width in rows(sheet, names, list(data.values), per_row, below=0.22):
        row = data.values[list(data.values)[number]]
        _frame(axes, width)
        for place, name in enumerate(names):
            _dot(axes, place, row.get(name))
    drawn = [each for row in data.values.values() for each in row.values()]
    hows = sorted({each.interval for each in drawn if each.low is not None})
    said = [f"Lines through dots are 95 % intervals ({label(how)})." for how in hows]
    return [*said, *(f"–: {why}." for why in data.left_out)]


def _frame(axes: "Axes", width: float) -> None:
    """Scale a panel from 0 to 1, with room at its right for a figure."""
    room = wide(NUMBER) + 0.08
    most = 1 + (room + 0.04) / (width - room - 0.04) if width > room else 1.0
    low, high = -0.05, most
    axes.set_xlim(low, high)
    rules_of(axes, (0, 0.25, 0.5, 0.75, 1))
    axes.set_xticks([0, 0.5, 1], ["0", ".5", "1"])


def _dot(axes: "Axes", place: int, found: Figures | None) -> None:
    end = axes.get_xlim()[1]
    axes.plot([0, 1], [place, place], color=FAINT, linewidth=0.3, zorder=0)
    given = "–" if found is None else f"{found.f1:.4f}"
    axes.text(end, place, given, ha="right", va="center_baseline")
    if found is None or found.f1 is None:
        return
    if found.low is not None and found.high is not None:
        axes.plot([found.low, found.high], [place, place], color=INK, linewidth=1, marker="|")
    axes.plot(
        [found.f1], [place], "o", color=BLUE, markersize=5, markeredgecolor=INK, clip_on=False
    )
