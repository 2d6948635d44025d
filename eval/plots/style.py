"""How plots look: colours that most eyes tell apart, sizes of a paper's columns, safe labels."""

from functools import cache
from typing import Any, Literal

from goldwire.schemas.extras import needs
from goldwire.schemas.plain import shorten

Width = Literal["column", "page"]
INCHES: dict[Width, float] = {"column": 3.3, "page": 6.9}
SIZE = 8.0
"""Points of all text: what journals ask for at least."""
LINE = 0.155
"""Inches from one line of text to the next."""
INK, FAINT, ON_TINT = "#000000", "#808080", "#101010"
"""Lines and text, which on a page take its colour; grid lines; text on a tint, on any page."""
BLUE, ORANGE, GREEN, VERMILION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
COLOURS = (BLUE, ORANGE, GREEN, "#CC79A7", "#56B4E9", VERMILION, "#F0E442")
"""The palette of Okabe and Ito, without black."""
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*", "<", ">")
FONT = "DejaVu Sans"
"""It comes with matplotlib, so that a figure is the same on every machine."""

SETTINGS: dict[str, Any] = {
    "axes.edgecolor": INK,
    "axes.linewidth": 0.6,
    "axes.titlesize": SIZE,
    "axes.labelsize": SIZE,
    "font.family": "sans-serif",
    "font.sans-serif": [FONT],
    "font.size": SIZE,
    "lines.markeredgewidth": 0.6,
    "hatch.linewidth": 0.5,
    "pdf.fonttype": 42,  # publishers refuse Type 3
    "svg.fonttype": "none",
    "svg.hashsalt": "goldwire",
    "text.parse_math": False,  # a name may have a $
    "text.usetex": False,
    "xtick.labelsize": SIZE,
    "ytick.labelsize": SIZE,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
}


@cache
def _glyphs() -> frozenset[int]:
    manager = needs("matplotlib.font_manager", "plots")
    return frozenset(manager.get_font(manager.findfont(FONT)).get_charmap())


def label(text: str, longest: int = 60) -> str:
    r"""Return a name on one line, cut in its middle; what the font can't show is escaped.

    >>> print(label("a\x1b中"))
    a\x1b\u4e2d
    """
    shown = shorten(text, longest)
    return "".join(char if ord(char) in _glyphs() else ascii(char)[1:-1] for char in shown)


@cache
def wide(text: str) -> float:
    """Return the width of a line of text in inches."""
    path, manager = (needs(f"matplotlib.{n}", "plots") for n in ("textpath", "font_manager"))
    font = manager.FontProperties(family=FONT, size=SIZE)
    width, _, _ = path.text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(width) / 72


def fitting(text: str, inches: float) -> str:
    """Return a name, cut until it is at most so wide."""
    longest = 60
    while wide(shown := label(text, longest)) > inches and longest > 3:
        longest -= 1
    return shown


def labels_of(names: list[str], inches: float) -> list[str]:
    """Return names cut to a width; those that became alike are numbered."""
    made: list[str] = []
    for name in names:
        shown, number = fitting(name, inches), 2
        while shown in made:
            tail = f" ({number})"
            shown, number = fitting(name, inches - wide(tail)) + tail, number + 1
        made.append(shown)
    return made


def wrapped(text: str, inches: float) -> list[str]:
    """Return text in lines of at most a width, broken between words."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if wide(longer) <= inches or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
