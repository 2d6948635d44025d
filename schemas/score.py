"""The score as it is written in JSON: its schema is generated from these types."""

from typing import Annotated

from msgspec import Meta, Struct

Ratio = Annotated[float, Meta(ge=0, le=1)]


class Figures(Struct, forbid_unknown_fields=True, kw_only=True):
    """One measure's figures; null is undefined, and ``interval`` says why there is none.

    ``gold``, ``predicted`` and ``matched`` are sums over documents; precision is
    matched / predicted, recall matched / gold, F1 2 * matched / (gold + predicted), each
    null where its denominator is 0. ``kept`` is the share of all gold of the layer, in
    every zone, that the measure's options keep.
    """

    precision: Ratio | None
    recall: Ratio | None
    f1: Ratio | None
    gold: int
    predicted: int
    matched: int
    low: Ratio | None
    high: Ratio | None
    interval: str
    kept: Ratio | None


class Headline(Struct, forbid_unknown_fields=True, kw_only=True):
    """F1 of the one headline measure of each layer; null if the layer was not attempted."""

    entities: Ratio | None
    relations: Ratio | None
    quotes: Ratio | None
    boilerplate: Ratio | None


class Receipt(Struct, forbid_unknown_fields=True, kw_only=True):
    """What the figures rest on; equal receipts make figures comparable.

    ``gold`` is the SHA-256 of the gold records, ``corpus`` that of ids and texts alone.
    """

    goldwire: str
    gold: str
    corpus: str
    articles: int
    guidelines: str
    status: str
    extractor: str | None = None
    extractor_version: str | None = None


class ErrorItem(Struct, forbid_unknown_fields=True, kw_only=True):
    """One missed or spurious item: where it stands in the article, and what it is.

    ``line`` counts from 1 in the article's text; it and the offsets are null where the
    item could not be placed.
    """

    measure: str
    kind: str
    document: str
    line: int | None
    start: int | None
    end: int | None
    type: str | None
    item: str


class Score(Struct, forbid_unknown_fields=True, kw_only=True):
    """All that ``goldwire score --json`` prints."""

    headline: Headline
    mean: Ratio | None
    scores: dict[str, Figures]
    receipt: Receipt
    notes: list[str]
    errors: list[ErrorItem] | None = None
