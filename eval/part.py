"""What some documents of a run give: counts, and what is said beside them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from goldwire.eval.count import CountTable
from goldwire.eval.items import Pair
from goldwire.eval.place import Placement
from goldwire.schemas.score import ErrorItem, Kinds


@dataclass(slots=True)
class Part:
    """What some documents of a run give.

    ``rows`` and ``lines`` say for each document where it stands in gold and in the file.
    ``sizes`` are gold's sizes by measure without options; ``leaks`` predictions inside gold
    boilerplate by layer; ``foreign`` mention types that only a label map knows; ``beyond`` labels
    that gold of another scheme does not have; ``gives`` what
    kinds of things predictions hold, for a note on what is out of a system's reach; ``zones``
    gold, predicted and matched by zone, where the plan asks for them; ``failed`` why documents
    have no answer; ``placed`` how many spans were placed in each way, ``resting`` how many
    matches of a measure rest on spans that were placed inexactly.
    """

    table: CountTable = field(default_factory=CountTable)
    rows: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    attempted: set[str] = field(default_factory=set)
    foreign: set[str] = field(default_factory=set)
    beyond: set[str] = field(default_factory=set)
    gives: set[str] = field(default_factory=set)
    collapsed: int = 0
    placed: Counter[str] = field(default_factory=Counter)
    resting: Counter[str] = field(default_factory=Counter)
    sizes: dict[str, float] = field(default_factory=dict)
    leaks: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, Kinds] = field(default_factory=dict)
    errors: list[ErrorItem] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    zones: dict[str, list[tuple[int, int, int]]] = field(default_factory=dict)

    def merge(self, other: "Part") -> None:
        """Add what other documents give."""
        self.table.merge(other.table)
        self.attempted |= other.attempted
        self.foreign |= other.foreign
        self.beyond |= other.beyond
        self.gives |= other.gives
        self.collapsed += other.collapsed
        self.placed += other.placed
        self.resting += other.resting
        self.errors += other.errors
        self.failed |= other.failed
        for name, rows in other.zones.items():
            self.zones.setdefault(name, []).extend(rows)
        for mine, theirs in ((self.leaks, other.leaks), (self.sizes, other.sizes)):
            for name, number in theirs.items():
                mine[name] = mine.get(name, 0) + number  # type: ignore[assignment]
        for name, found in other.kinds.items():
            self.kinds[name] = added(self.kinds.get(name, Kinds()), found)


@dataclass(slots=True)
class Job:
    """A pair to judge: its row of gold, its line in the file or 0, and how spans were placed."""

    row: int
    line: int
    pair: Pair
    placed: Sequence[Placement] = ()


def added(one: Kinds, other: Kinds) -> Kinds:
    """Return the sums of two tallies."""
    names = one.__struct_fields__
    return Kinds(**{name: getattr(one, name) + getattr(other, name) for name in names})
