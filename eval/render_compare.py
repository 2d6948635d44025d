"""A comparison as people read it: on the terminal, in Markdown, in LaTeX."""

import re
from collections.abc import Callable, Iterator
from io import StringIO

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from goldwire.eval.render import UNDEFINED, receipt_line
from goldwire.schemas.comparison import Cell, Comparison, Difference
from goldwire.schemas.plain import plain

_WIDE = 1000
_BEST, _TIED, _UNTESTED = "*", "=", "?"
_TESTS = {"randomisation": "approximate randomisation", "bootstrap": "bootstrap"}
Rows = list[list[str]]


def as_text(comparison: Comparison, colour: bool = False) -> str:
    """Return a comparison for people: systems, differences, notes and receipt."""
    blocks = [_terminal(_systems(comparison, _plain_cell), colour)]
    blocks.append(_terminal(differences(comparison, plain), colour))
    lines = ["", *_legend(comparison), *(f"note: {plain(note)}" for note in comparison.notes)]
    lines.append(receipt_line(comparison.receipt))
    return "\n".join([*blocks, *lines, *_items(comparison)])


def _terminal(rows: Rows, colour: bool) -> str:
    shown = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for number, name in enumerate(rows[0]):
        shown.add_column(Text(name), justify="left" if number == 0 else "right", no_wrap=True)
    for row in rows[1:]:
        cells = [Text(cell, style="bold" if cell.endswith(_BEST) else "") for cell in row]
        shown.add_row(*cells)
    console = Console(file=StringIO(), force_terminal=colour, width=_WIDE, legacy_windows=False)
    with console.capture() as captured:
        console.print(shown)
    return "\n".join(line.rstrip() for line in captured.get().splitlines()).strip("\n")


def markdown(comparison: Comparison) -> str:
    """Return the tables of a comparison in Markdown; the best are bold."""
    tables = [
        pipes(_systems(comparison, _markdown_cell, escaped_markdown)),
        pipes(differences(comparison, escaped_markdown)),
    ]
    notes = [
        escaped_markdown(plain(each))
        for each in (*_legend(comparison, "bold is"), *comparison.notes)
    ]
    receipt = escaped_markdown(receipt_line(comparison.receipt))
    return "\n\n".join([*tables, "\n".join(f"- {note}" for note in notes), receipt]) + "\n"


def pipes(rows: Rows) -> str:
    """Return rows, whose cells are Markdown, as a table; the first is its head."""
    rule = ["---", *("---:" for _ in rows[0][1:])]
    return "\n".join(f"| {' | '.join(row)} |" for row in [rows[0], rule, *rows[1:]])


def latex(comparison: Comparison) -> str:
    """Return the tables of a comparison for LaTeX's booktabs; the best are bold."""
    tables = [
        _tabular(_systems(comparison, _latex_cell, _escaped_latex)),
        _tabular(differences(comparison, _escaped_latex)),
    ]
    beside = [*_legend(comparison, "bold is"), *comparison.notes, receipt_line(comparison.receipt)]
    return "\n".join([*tables, *(f"% {plain(line)}" for line in beside)]) + "\n"


def _tabular(rows: Rows) -> str:
    lines = [" & ".join(row) + r" \\" for row in rows]
    columns = "l" + "r" * (len(rows[0]) - 1)
    head = [rf"\begin{{tabular}}{{{columns}}}", r"\toprule", lines[0], r"\midrule"]
    return "\n".join([*head, *lines[1:], r"\bottomrule", r"\end{tabular}"])


def _systems(
    comparison: Comparison,
    cell: Callable[[Cell], str],
    escaped: Callable[[str], str] = plain,
) -> Rows:
    rows = [["", *map(escaped, comparison.measures)]]
    for each in comparison.systems:
        rows.append([escaped(each.name), *(cell(each.cells[n]) for n in comparison.measures)])
    return rows


def differences(comparison: Comparison, escaped: Callable[[str], str]) -> Rows:
    """Return a row for each pair and measure: by how much, how sure, and who has what alone."""
    tested = any(each.p is not None for each in comparison.differences)
    head = ["", "systems", "difference", *(["95 %", "p", "p (Holm)"] if tested else [])]
    rows = [list(map(escaped, [*head, "only first", "only second"]))]
    for each in comparison.differences:
        sure = [_ends(each.low, each.high), _p(each.p), _p(each.p_holm)] if tested else []
        alone = [_alone(each.only_a, each.spurious_a), _alone(each.only_b, each.spurious_b)]
        names = [escaped(each.measure), escaped(f"{each.a} - {each.b}")]
        rows.append([*names, *map(escaped, [_signed(each), *sure, *alone])])
    return rows


def _alone(found: float | None, spurious: float | None) -> str:
    return UNDEFINED if found is None else f"{found} right, {spurious} wrong"


def _signed(each: Difference) -> str:
    return UNDEFINED if each.difference is None else f"{each.difference:+.4f}"


def _ends(low: float | None, high: float | None) -> str:
    return UNDEFINED if low is None or high is None else f"{low:+.4f} to {high:+.4f}"


def _p(value: float | None) -> str:
    if value is None:
        return UNDEFINED
    return f"{value:.4f}" if value >= 0.00005 else "<0.0001"


def _number(cell: Cell) -> str:
    shown = UNDEFINED if cell.f1 is None else f"{cell.f1:.4f}"
    if cell.low is None or cell.high is None:
        return shown
    return f"{shown} [{cell.low:.4f}, {cell.high:.4f}]"


def _plain_cell(cell: Cell) -> str:
    return _number(cell) + (_BEST if cell.best else _mark(cell) or " " * (cell.best is not None))


def _mark(cell: Cell) -> str:
    """Return what a system that is not best is marked with."""
    if cell.best is not False:
        return ""
    return _UNTESTED if cell.tied is None else _TIED * cell.tied


def _markdown_cell(cell: Cell) -> str:
    shown = escaped_markdown(_number(cell))
    return f"**{shown}**" if cell.best else f"{shown} {_mark(cell)}".rstrip()


def _latex_cell(cell: Cell) -> str:
    shown = _escaped_latex(_number(cell))
    if cell.best:
        return rf"\textbf{{{shown}}}"
    return f"{shown}$^{{{mark}}}$" if (mark := _mark(cell)) else shown


def _legend(comparison: Comparison, best: str = f"{_BEST} is") -> Iterator[str]:
    """Yield what the marks mean; ``best`` says how the best are marked."""
    number = sum(each.p is not None for each in comparison.differences)
    if comparison.receipt.resamples is None:
        yield f"no intervals, tests or ranks: {comparison.interval}; systems are sorted by name"
        return
    if not number:
        yield "no tests: no two systems have an F1 under one measure"
        return
    yield (
        f"{best} best; {_TIED} not told apart from the best at {comparison.alpha:g}, "
        f"{_UNTESTED} not tested: paired {_TESTS[comparison.test]}, Holm over {number} differences"
    )
    yield f"intervals of 95 %, each for itself: {comparison.interval}"


def _items(comparison: Comparison) -> Iterator[str]:
    """Yield what one system has alone, one line an item."""
    for each in comparison.items or ():
        where = each.document if each.start is None else f"{each.document}:{each.start}-{each.end}"
        what = f"{each.kind:8}  {where}  {each.type or ''}  {each.item}"
        yield plain(f"  {each.measure}  {each.system}, not {each.other}: {what}")


def escaped_markdown(text: str) -> str:
    """Return text that is safe and stands as it is in Markdown, in a table too."""
    return re.sub(r"([\\`*_{}\[\]<>|#])", r"\\\1", plain(text))


_LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "–": "--",
    "[": "{[}",
    "*": "{*}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    **{char: f"\\{char}" for char in "&%$#_{}"},
}


def _escaped_latex(text: str) -> str:
    return "".join(_LATEX.get(char, char) for char in plain(text))
