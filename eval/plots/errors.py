"""Errors by kind: how many items of each layer are right, and what is wrong with the others."""

from typing import TYPE_CHECKING

from goldwire.eval.plots.data import KINDS, Counts, Data
from goldwire.eval.plots.sheet import Sheet, left_out, rows
from goldwire.eval.plots.style import GREEN, INK, ORANGE, VERMILION, wide

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LOOKS = {
    "right": (GREEN, ""),
    "wrong_type": ("#56B4E9", "////"),
    "wrong_boundary": (ORANGE, "\\\\\\\\"),
    "wrong_type_and_boundary": ("#CC79A7", "xxxx"),
    "missed": ("#F0E442", "||||"),
    "spurious": (VERMILION, "----"),
}
TITLES = {
    "wrong_type": "wrong type",
    "wrong_boundary": "boundary",
    "wrong_type_and_boundary": "both",
}
assert set(LOOKS) == set(KINDS)


def draw_errors(
    data: Data[dict[str, dict[str, Counts]]], names: list[str], sheet: Sheet
) -> list[str]:
    """Draw for each layer a bar for each system and kind; return what must be said."""
    for layer, row in data.values.items():
        if row:
            _layer(sheet, layer, row)
    return left_out(data.left_out, names)


def _layer(sheet: Sheet, layer: str, row: dict[str, Counts]) -> None:
    kinds = [kind for kind in LOOKS if any(kind in counts for counts in row.values())]
    gold = {sum(n for kind, n in counts.items() if kind != "spurious") for counts in row.values()}
    sheet.line(f"{layer}: {' or '.join(map(str, sorted(gold)))} in gold", fontweight="bold")
    titles = [TITLES.get(kind, kind) for kind in kinds]
    most = max((n for counts in row.values() for n in counts.values()), default=0) or 1
    per_row = 6 if sheet.width == "page" and len(kinds) > 3 else 3
    for number, axes, width in rows(sheet, list(row), titles, per_row):
        _bars(axes, width, most, kinds[number], list(row.values()))


def _bars(axes: "Axes", width: float, most: int, kind: str, row: list[Counts]) -> None:
    """Draw one kind; all kinds of a layer have one scale, and room for the number at its end."""
    room = wide(str(most)) + 0.08
    axes.set_xlim(0, most * width / max(width - room, 0.1))
    axes.spines["left"].set_visible(True)
    colour, hatch = LOOKS[kind]
    for place, counts in enumerate(row):
        number = counts[kind]
        axes.barh([place], [number], 0.7, color=colour, hatch=hatch, edgecolor=INK, linewidth=0.5)
        shift = 0.04 / width * axes.get_xlim()[1]
        axes.text(number + shift, place, str(number), va="center_baseline")
