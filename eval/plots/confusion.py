"""Gold types of mentions against predicted types, as counts in cells."""

from collections import Counter
from typing import TYPE_CHECKING

from goldwire.eval.plots.data import MISSED, SPURIOUS, Confusion, Data
from goldwire.eval.plots.sheet import EDGE, Sheet, left_out
from goldwire.eval.plots.style import FAINT, LINE, ON_TINT, fitting, labels_of, wide

if TYPE_CHECKING:
    from matplotlib.axes import Axes

OTHER = "other types"
_HIGH = {False: 0.19, True: 0.3}
"""Inches of a cell's height: with one number, with two."""
_LABEL = 1.0
_RIGHT, _WRONG = ("#d3e6f3", "#9cc7e3"), ("#fbe6c8", "#f3bf77")
"""Tints of few and of many."""
Cells = dict[tuple[str, str], tuple[int, int]]
"""By row and column: how many, and how many more of equal type whose boundary is wrong."""


def cells_of(found: Confusion, kept: set[str]) -> Cells:
    """Return the cells of one matrix; types that are not kept stand together as other."""
    made: Counter[tuple[str, str]] = Counter()
    edges: Counter[tuple[str, str]] = Counter()

    def fold(kind: str) -> str:
        return kind if kind in kept else OTHER

    for kind, number in found.right.items():
        made[fold(kind), fold(kind)] += number
    for kind, number in found.edges.items():
        edges[fold(kind), fold(kind)] += number
    for (gold, predicted), number in found.wrong.items():
        made[fold(gold), fold(predicted)] += number
    for kind, number in found.missed.items():
        made[fold(kind), MISSED] += number
    for kind, number in found.spurious.items():
        made[SPURIOUS, fold(kind)] += number
    return {key: (made[key], edges[key]) for key in made.keys() | edges.keys()}


def types_of(systems: dict[str, Confusion]) -> list[str]:
    """Return all types, those that gold has most often first."""
    gold: Counter[str] = Counter()
    predicted: Counter[str] = Counter()
    for found in systems.values():
        for counts in (found.right, found.edges, found.missed):
            gold.update(counts)
        predicted.update(found.spurious)
        for (kind, other), number in found.wrong.items():
            gold[kind] += number
            predicted[other] += number
    seen = [kind for kind in gold.keys() | predicted.keys() if gold[kind] or predicted[kind]]
    return sorted(seen, key=lambda kind: (-gold[kind], -predicted[kind], kind))


def draw_confusion(data: Data[dict[str, Confusion]], names: list[str], sheet: Sheet) -> list[str]:
    """Draw a matrix for each system; return what must be said."""
    if not data.values:
        return left_out(data.left_out, names)
    types = types_of(data.values)
    left = (
        max([wide(SPURIOUS), wide(OTHER), *(wide(fitting(each, _LABEL)) for each in types)]) + 0.08
    )
    for number in range(len(types), 0, -1):
        kept = types[:number]
        drawn = kept if number == len(types) else [*kept, OTHER]
        matrices = {name: cells_of(found, set(kept)) for name, found in data.values.items()}
        if _need(matrices) * (len(drawn) + 1) <= sheet.right - EDGE - left:
            break
    _matrices(sheet, matrices, drawn, labels_of(drawn, _LABEL), left)
    said = ["Cells: how many; + how many more of equal type whose boundary is wrong."]
    if len(kept) < len(types):
        rest = len(types) - len(kept)
        said.append(f"{rest} rarer types stand together, right or not in their own cell.")
    return [*said, *left_out(data.left_out, names)]


def _need(matrices: dict[str, Cells]) -> float:
    """Return the inches that a cell must be wide."""
    lines = {line for each in matrices.values() for both in each.values() for line in _lines(both)}
    return max([0.18, *(wide(line) + 0.03 for line in lines)])


def _lines(both: tuple[int, int]) -> list[str]:
    number, more = both
    return [str(number), f"+{more}"] if more else [str(number)]


def _matrices(
    sheet: Sheet, matrices: dict[str, Cells], types: list[str], shown: list[str], left: float
) -> None:
    columns = len(types) + 1
    room = sheet.right - EDGE - left
    per_row = (
        2 if (room - 0.15) / 2 / columns >= max(0.24, _need(matrices)) and len(matrices) > 1 else 1
    )
    cell = min(0.42, (room - 0.15 * (per_row - 1)) / per_row / columns)
    two = any(more for cells in matrices.values() for _, more in cells.values())
    high = _HIGH[two]
    head = max(map(wide, [*shown, MISSED])) + 0.06
    for number, (name, cells) in enumerate(matrices.items()):
        column = number % per_row
        if not column:
            top = sheet.y + LINE + head
            sheet.y = top + high * columns + 0.12
        x = EDGE + left + column * (cell * columns + 0.15)
        axes = sheet.axes(x, top, cell * columns, high * columns)
        sheet.text(x, top - head - LINE / 2, fitting(name, cell * columns), fontweight="bold")
        _matrix(axes, cells, types, shown, first=not column)


def _matrix(axes: "Axes", cells: Cells, types: list[str], shown: list[str], first: bool) -> None:
    size = len(types) + 1
    axes.set_xlim(0, size)
    axes.set_ylim(size, 0)
    places = [place + 0.5 for place in range(size)]
    axes.set_xticks(places, [*shown, MISSED], rotation=90)
    axes.tick_params(labeltop=True, labelbottom=False)
    if first:
        axes.set_yticks(places, [*shown, SPURIOUS])
    for line in range(size + 1):
        width = 0.8 if line in (0, size - 1, size) else 0.3
        axes.axvline(line, color=FAINT, linewidth=width, clip_on=False)
        axes.axhline(line, color=FAINT, linewidth=width, clip_on=False)
    rows = {kind: place for place, kind in enumerate([*types, SPURIOUS])}
    columns = {kind: place for place, kind in enumerate([*types, MISSED])}
    most = max((sum(both) for both in cells.values()), default=0)
    for (gold, predicted), both in sorted(cells.items()):
        if any(both):
            _cell(axes, columns[predicted], rows[gold], both, most)


def _cell(axes: "Axes", x: int, y: int, both: tuple[int, int], most: int) -> None:
    from matplotlib.patches import Rectangle

    tints = _RIGHT if x == y else _WRONG
    tint = tints[4 * sum(both) > most]
    axes.add_patch(Rectangle((x, y), 1, 1, facecolor=tint, zorder=0))
    words = "\n".join(_lines(both))
    axes.text(x + 0.5, y + 0.5, words, ha="center", va="center", color=ON_TINT, linespacing=1.0)
