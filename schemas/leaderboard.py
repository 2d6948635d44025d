"""The leaderboard as it is written in JSON: its schema is generated from these types."""

from msgspec import Struct

from goldwire.schemas.comparison import Comparison
from goldwire.schemas.record import Run
from goldwire.schemas.score import Ratio, Receipt, Score


class Standing(Struct, forbid_unknown_fields=True, kw_only=True):
    """A system under the headline of one layer, with the interval as its score gives it.

    ``rank`` is 1 + the number of systems that the paired test puts above this one; null where
    no rank is valid, or where the F1 is undefined.
    """

    name: str
    rank: int | None
    f1: Ratio | None
    low: Ratio | None
    high: Ratio | None
    interval: str


class Board(Struct, forbid_unknown_fields=True, kw_only=True):
    """One layer: its headline, the systems that attempt it, and how they were told apart.

    ``unranked`` says why there are no ranks, "" if there are: then the standings are sorted by
    rank and F1, else by name. ``comparison`` is what ``goldwire compare --json`` prints for the
    headline and these systems; null if there are fewer than two.
    """

    measure: str
    unranked: str
    standings: list[Standing]
    comparison: Comparison | None


class Entry(Struct, forbid_unknown_fields=True, kw_only=True):
    """One system: its file, what the file's first line says, and its score with its receipt.

    ``score`` is what ``goldwire score --json`` prints for the file.
    """

    name: str
    file: str
    run: Run
    score: Score


class Leaderboard(Struct, forbid_unknown_fields=True, kw_only=True):
    """All that ``goldwire leaderboard`` writes, as ``leaderboard.json``.

    ``layers`` has a board for each layer, ``systems`` all systems by name. ``receipt`` is what
    they share. ``passed_over`` names what is in the folder and is no run file.
    """

    layers: dict[str, Board]
    systems: list[Entry]
    receipt: Receipt
    notes: list[str]
    passed_over: list[str]
