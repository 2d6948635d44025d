"""The leaderboard as a Markdown table, for a README."""

from goldwire.eval.leaderboard.view import Cell, Row, rows
from goldwire.eval.render import receipt_line
from goldwire.eval.render_compare import escaped_markdown, pipes
from goldwire.eval.table import HEADLINES
from goldwire.schemas.leaderboard import Leaderboard

LEGEND = "– not attempted; (–) attempted, but undefined"
RANKS = (
    "a rank is 1 + the number of systems that a paired test puts above (approximate "
    "randomisation, Holm over the pairs of the layer, 0.05); bold: none is put above"
)


def markdown(board: Leaderboard) -> str:
    """Return the table over layers; bold are the systems that none is surely above."""
    head = ["system", "extractor", "version", *HEADLINES, "mean", "documents", "made"]
    table = pipes([head, *map(_cells, rows(board))])
    notes = [*said(board), *board.notes]
    listed = "\n".join(f"- {escaped_markdown(note)}" for note in notes)
    return f"{table}\n\n{listed}\n\n{escaped_markdown(receipt_line(board.receipt))}\n"


def said(board: Leaderboard) -> list[str]:
    """Return what must be said beside the table: what is shown, and what a rank is."""
    names = ", ".join(f"{layer} {measure}" for layer, measure in HEADLINES.items())
    ranked = any(each.rank for every in board.layers.values() for each in every.standings)
    what = f"F1, with its 95 % interval where there is one: {names}; mean of the four"
    return [what, LEGEND, *([f"{RANKS}; the mean is not ranked"] if ranked else [])]


def _cells(row: Row) -> list[str]:
    figures = [_cell(each) for each in row.cells.values()]
    before = [escaped_markdown(each) for each in (row.name, row.extractor, row.version)]
    return [*before, *figures, str(row.documents), escaped_markdown(row.made)]


def _cell(cell: Cell) -> str:
    ends = f" \\[{cell.ends}\\]" if cell.ends else ""
    shown = f"{cell.text}{ends}"
    if cell.rank is None:
        return shown
    return f"{cell.rank}\\. **{shown}**" if cell.best else f"{cell.rank}\\. {shown}"
