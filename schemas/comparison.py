"""The comparison as it is written in JSON: its schema is generated from these types."""

from typing import Annotated

from msgspec import Meta, Struct

from goldwire.schemas.score import Number, Ratio, Receipt

Signed = Annotated[float, Meta(ge=-1, le=1)]


class Cell(Struct, forbid_unknown_fields=True, kw_only=True):
    """A system's F1 under one measure, with its 95 % interval.

    ``interval`` says how the interval was made, or why there is none. ``best`` is whether no
    system has more, ``tied`` whether the test can't tell the system from a best one. Both are
    null where nothing may be said of other articles, ``tied`` where nothing could be tested.
    """

    f1: Ratio | None
    low: Ratio | None = None
    high: Ratio | None = None
    interval: str = ""
    best: bool | None = None
    tied: bool | None = None


class System(Struct, forbid_unknown_fields=True, kw_only=True):
    """One system: what its run says of itself, and its cells by measure."""

    name: str
    extractor: str | None
    extractor_version: str | None
    cells: dict[str, Cell]


class Difference(Struct, forbid_unknown_fields=True, kw_only=True):
    """How far system ``a`` is above ``b`` under one measure.

    ``low`` and ``high`` are the ends of the paired bootstrap's 95 % interval; ``p`` is the
    test's, ``p_holm`` adjusted for all differences of the comparison. ``only_a`` counts gold
    items that ``a`` finds and ``b`` misses, ``spurious_a`` what ``a`` alone finds and gold has
    not; null where a measure counts no items, or a saved score does not list its errors.
    """

    measure: str
    a: str
    b: str
    difference: Signed | None
    low: Signed | None = None
    high: Signed | None = None
    interval: str = ""
    p: Ratio | None = None
    p_holm: Ratio | None = None
    only_a: Number | None = None
    only_b: Number | None = None
    spurious_a: Number | None = None
    spurious_b: Number | None = None


class OneSided(Struct, forbid_unknown_fields=True, kw_only=True):
    """One item that ``system`` has and ``other`` has not: found, or spurious."""

    measure: str
    system: str
    other: str
    kind: str
    document: str
    start: int | None
    end: int | None
    type: str | None
    item: str


class Comparison(Struct, forbid_unknown_fields=True, kw_only=True):
    """All that ``goldwire compare --json`` prints.

    ``systems`` are sorted by their first cell where a rank is valid, else by name. ``interval``
    says how intervals were made, or why there are none. ``items`` are null where they were not
    asked for. The receipt is what all systems share.
    """

    measures: list[str]
    systems: list[System]
    differences: list[Difference]
    interval: str
    test: str
    alpha: float
    receipt: Receipt
    notes: list[str]
    items: list[OneSided] | None = None
