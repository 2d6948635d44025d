"""The plots by name, and their bytes: the same input gives the same bytes."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Literal, get_args

from goldwire.eval.entrants import Entrant, require_comparable
from goldwire.eval.plots.boundaries import draw_boundaries
from goldwire.eval.plots.confusion import draw_confusion
from goldwire.eval.plots.data import (
    Data,
    Systems,
    data_of_boundaries,
    data_of_confusion,
    data_of_errors,
    data_of_f1,
    data_of_precision_recall,
    order,
)
from goldwire.eval.plots.errors import draw_errors
from goldwire.eval.plots.f1 import draw_f1
from goldwire.eval.plots.precision_recall import draw_precision_recall
from goldwire.eval.plots.sheet import Sheet
from goldwire.eval.plots.style import SETTINGS, Width, label
from goldwire.eval.uncertainty import too_few
from goldwire.schemas.errors import UsageError
from goldwire.schemas.extras import needs
from goldwire.schemas.near import did_you_mean
from goldwire.schemas.score import Receipt

Form = Literal["svg", "pdf", "png"]
FORMS: tuple[Form, ...] = get_args(Form)
DOTS_PER_INCH = 300
_UNDATED: dict[Form, dict[str, None]] = {
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
    "png": {"Software": None},
}
"""What matplotlib would write into a file of when and by what it was made."""


@dataclass(frozen=True)
class Plot:
    """One plot: what it shows, its numbers, and how they are drawn.

    ``lay`` draws the numbers for systems in their order and returns what must be said.
    """

    title: str
    about: str
    data: Callable[[Systems], Data[Any]]
    lay: Callable[[Data[Any], list[str], Sheet], list[str]]


PLOTS: dict[str, Plot] = {
    "f1": Plot(
        "F1 by layer and system",
        "F1 of mentions.strict[level=NAM,VALUE], relations.strict[args=named], "
        "quotes.attributed and boilerplate.char.",
        data_of_f1,
        draw_f1,
    ),
    "confusion": Plot(
        "Confusion of mention types",
        "Names and values, outside boilerplate: the gold type of each in rows, the predicted "
        "type in columns.",
        data_of_confusion,
        draw_confusion,
    ),
    "precision-recall": Plot(
        "Precision against recall",
        "Precision and recall of mentions.strict[level=NAM,VALUE], relations.strict[args=named], "
        "quotes.attributed and boilerplate.char.",
        data_of_precision_recall,
        draw_precision_recall,
    ),
    "errors": Plot(
        "Errors by kind",
        "Items of mentions.strict[level=NAM,VALUE], relations.strict[args=named] and "
        "quotes.attributed; boundary and both are a wrong boundary, alone or with a wrong type. "
        "Gold is all kinds but spurious.",
        data_of_errors,
        draw_errors,
    ),
    "boundaries": Plot(
        "Boundary errors of mentions",
        "Names and values whose boundary is wrong, by how many characters their start and end "
        "are off: − too early, + too late, 0 right.",
        data_of_boundaries,
        draw_boundaries,
    ),
}


def plot_named(name: str) -> Plot:
    """Return a plot by its name; raises UsageError if there is none."""
    if name not in PLOTS:
        cure = did_you_mean(name, PLOTS) or f"name one of {', '.join(PLOTS)}, or all"
        raise UsageError("unknown-plot", f"no plot is called {name}", cure)
    return PLOTS[name]


def draw(
    name: str, systems: Systems, form: Form, width: Width = "page", *, background: bool = True
) -> bytes:
    """Draw a plot of systems: SVG, PDF or PNG, as wide as a column or page of a paper.

    ``systems`` are scores by name, with errors listed. Without ``background`` what is behind
    the figure shows through. Raises UsageError if scores rest on different gold or versions,
    if there is no such plot, or if matplotlib is not installed.
    """
    plot = plot_named(name)
    require_comparable([Entrant(each, systems[each]) for each in sorted(systems)], ())
    require_matplotlib()
    with _settled():
        sheet = Sheet(width)
        names = order(systems)
        said = plot.lay(plot.data(systems), names, sheet)
        basis = [note for each in names[:1] for note in _basis(systems[each].receipt)]
        sheet.notes([" ".join([plot.about, *said]), *basis])
        stream = BytesIO()
        face = "white" if background else "none"
        sheet.finished().savefig(
            stream, format=form, dpi=DOTS_PER_INCH, metadata=_UNDATED[form], facecolor=face
        )
    return stream.getvalue()


def _basis(receipt: Receipt) -> Iterator[str]:
    """Say what a figure rests on, and what it can't say."""
    if few := too_few(receipt.articles):
        yield f"{few[0].upper()}{few[1:]}: no intervals, no ranks; systems stand by name."
    articles = f"{receipt.articles} article{'s' * (receipt.articles != 1)}"
    yield f"goldwire {label(receipt.goldwire)}, gold {label(receipt.gold[:12])}, {articles}."


def require_matplotlib() -> None:
    """Import matplotlib, or raise UsageError with the line that installs it.

    It is kept from telling of its cache where the home can't be written.
    """
    logger = logging.getLogger("matplotlib")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        needs("matplotlib.figure", "plots")
    finally:
        logger.setLevel(before)


@contextmanager
def _settled() -> Iterator[None]:
    """Draw with our settings alone, whatever the user's own matplotlibrc says."""
    matplotlib = needs("matplotlib", "plots")
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(SETTINGS)
        yield
