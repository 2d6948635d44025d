"""What the pages and the Markdown table show of a leaderboard, made once for both."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from goldwire.eval.measure import Measure
from goldwire.eval.render import UNDEFINED, between, ratio
from goldwire.eval.table import HEADLINES, layer
from goldwire.schemas.leaderboard import Board, Entry, Leaderboard
from goldwire.schemas.plain import shorten

NOT_ATTEMPTED = "not attempted"
_NO_VALUE = "undefined"
WIDEST = 60
"""Characters that are shown of a name or version; a receipt has more."""


class Cell(NamedTuple):
    """One figure as it is shown: with its interval and rank, or with what stands in its place."""

    value: float | None
    low: float | None = None
    high: float | None = None
    rank: int | None = None
    instead: str = ""

    @property
    def text(self) -> str:
        """The figure, a dash if it was not attempted, a dash in brackets if it is undefined."""
        return f"({UNDEFINED})" if self.instead == _NO_VALUE else ratio(self.value)

    @property
    def ends(self) -> str:
        """The interval, "" if there is none."""
        return between(self.low, self.high)

    @property
    def best(self) -> bool:
        """Whether no system is surely above: only then is a figure bold."""
        return self.rank == 1


class Row(NamedTuple):
    """One system of the table over layers; ``anchor`` is where its receipt stands on a page."""

    name: str
    anchor: str
    extractor: str
    version: str
    cells: dict[str, Cell]
    documents: int
    made: str


def rows(board: Leaderboard) -> list[Row]:
    """Return the systems by name, with a cell for each headline and their mean."""
    return [_row(board, each, anchor) for anchor, each in anchored(board)]


def anchored(board: Leaderboard) -> Iterator[tuple[str, Entry]]:
    """Yield the systems, each with the name of its receipt's place."""
    for number, each in enumerate(board.systems, 1):
        yield f"receipt-{number}", each


def _row(board: Leaderboard, each: Entry, anchor: str) -> Row:
    cells = {layer: headline(board.layers[layer], each.name) for layer in HEADLINES}
    score = each.score
    attempted = all(each.instead != NOT_ATTEMPTED for each in cells.values())
    cells["mean"] = figure(score.mean, score.mean_low, score.mean_high, attempted=attempted)
    return Row(
        name=shorten(each.name, WIDEST),
        anchor=anchor,
        extractor=shorten(each.run.extractor, WIDEST),
        version=shorten(each.run.version or UNDEFINED, WIDEST),
        cells=cells,
        documents=score.receipt.documents,
        made=date(each.run.time),
    )


def date(time: str | None) -> str:
    """Return the day of a run's time, or the time itself: the field is free."""
    day = "" if time is None else time[:10]
    return day if is_time(time) else shorten(time or UNDEFINED, WIDEST)


def is_time(time: str | None) -> bool:
    """Whether the free field for a run's time has one in ISO 8601."""
    try:
        return time is not None and bool(datetime.fromisoformat(time))
    except ValueError:
        return False


def headline(board: Board, name: str) -> Cell:
    """Return what a system has under the headline of one layer."""
    for each in board.standings:
        if each.name == name:
            return figure(each.f1, each.low, each.high, each.rank)
    return figure(None, attempted=False)


def figure(
    value: float | None,
    low: float | None = None,
    high: float | None = None,
    rank: int | None = None,
    attempted: bool = True,
) -> Cell:
    """Return a figure as it is shown, with what stands in its place if there is none."""
    instead = "" if value is not None else _NO_VALUE if attempted else NOT_ATTEMPTED
    return Cell(value, low, high, rank, instead)


def measures(systems: list[Entry], of: str, typed: bool) -> list[str]:
    """Return the measures of a layer that any system has, by type or all others, in their order."""
    names = dict.fromkeys(name for each in systems for name in each.score.scores)
    found = [(name, Measure.parse(name)) for name in names]
    kept = [name for name, m in found if layer(m) == of and bool(m.option("type")) == typed]
    return sorted(kept) if typed else kept
