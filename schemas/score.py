"""The score as it is written in JSON: its schema is generated from these types."""

from typing import Annotated

from msgspec import Meta, Struct

Ratio = Annotated[float, Meta(ge=0, le=1)]
TOKENS = r"\w+|[^\w\s]"
"""What a token is, for the measures that count tokens: a regular expression."""
Number = int | float
"""A sum of counts: whole for most measures, halves or fractions for some."""


class Figures(Struct, forbid_unknown_fields=True):
    """One measure's figures; null is undefined, and ``interval`` says why there is none.

    ``gold``, ``predicted``, ``matched`` and ``correct`` are sums over documents: recall is
    matched / gold, precision correct / predicted, F1 their harmonic mean, each null where its
    denominator is 0. ``correct`` equals ``matched`` for most measures. All four are null where
    the figures are means (``coref.conll``, ``coref.blanc``, ``average=macro``). ``kept`` is the
    share of all gold of the measure, in every zone, that its options keep; ``distance`` the
    mean number of characters between two edges, for ``boilerplate.edge``. ``low`` and ``high``
    are the ends of the 95 % interval of F1, and ``interval`` says how it was made.
    """

    precision: Ratio | None = None
    recall: Ratio | None = None
    f1: Ratio | None = None
    gold: Number | None = None
    predicted: Number | None = None
    matched: Number | None = None
    correct: Number | None = None
    distance: Number | None = None
    low: Ratio | None = None
    high: Ratio | None = None
    interval: str = ""
    kept: Ratio | None = None


class Headline(Struct, forbid_unknown_fields=True, kw_only=True):
    """F1 of the one headline measure of each layer; null if the layer was not attempted."""

    entities: Ratio | None
    relations: Ratio | None
    quotes: Ratio | None
    boilerplate: Ratio | None


class Receipt(Struct, forbid_unknown_fields=True, kw_only=True):
    """What the figures rest on; equal receipts make figures comparable.

    ``gold`` is the SHA-256 of the gold records, ``corpus`` that of ids and texts alone.
    ``articles`` are source articles, of which ``documents`` may hold several variants.
    ``maps`` are the label maps in use and ``train`` the training data's gold, by SHA-256.
    ``resamples`` and ``seed`` are those of the intervals, null if there are none.
    """

    goldwire: str
    gold: str
    corpus: str
    articles: int
    documents: int
    guidelines: str
    status: str
    extractor: str | None = None
    extractor_version: str | None = None
    tokens: str = TOKENS
    maps: dict[str, str] | None = None
    train: str | None = None
    resamples: int | None = None
    seed: int | None = None


class Found(Struct, forbid_unknown_fields=True, kw_only=True):
    """What was predicted in place of a gold item: where it stands, and what it is."""

    start: int | None
    end: int | None
    type: str | None
    item: str


class ErrorItem(Struct, forbid_unknown_fields=True, kw_only=True):
    """One error: where it stands in the article, and what it is.

    ``kind`` is missed or spurious, and for ``mentions.strict`` also wrong type, wrong
    boundary, or wrong type and boundary: then the fields are those of the gold item, and
    ``found`` is what was predicted instead. ``line`` counts from 1 in the article's text; it
    and the offsets are null where the item could not be placed.
    """

    measure: str
    kind: str
    document: str
    line: int | None
    start: int | None
    end: int | None
    type: str | None
    item: str
    found: Found | None = None


class Kinds(Struct, forbid_unknown_fields=True, kw_only=True):
    """Items by kind of error, summed over documents.

    gold = right + the three wrong + missed; predicted = right + the three wrong + spurious.
    """

    right: int = 0
    wrong_type: int = 0
    wrong_boundary: int = 0
    wrong_type_and_boundary: int = 0
    missed: int = 0
    spurious: int = 0


class Leakage(Struct, forbid_unknown_fields=True, kw_only=True):
    """Predictions inside gold boilerplate, by layer; null where the layer was not attempted."""

    entities: int | None = None
    relations: int | None = None
    quotes: int | None = None


class Variation(Struct, forbid_unknown_fields=True, kw_only=True):
    """How much a figure moves within the articles: it says nothing about other articles.

    The jackknife over zones leaves out one zone after the other; ``standard_error`` is that of
    F1, over so many zones.
    """

    measure: str
    f1: Ratio
    standard_error: float
    zones: int


class Score(Struct, forbid_unknown_fields=True, kw_only=True):
    """All that ``goldwire score --json`` prints.

    ``headline``, ``mean`` and ``leakage`` are null where measures were asked for by name;
    ``kinds`` and ``errors`` where errors were not. ``mean_low`` and ``mean_high`` are the ends
    of the mean's interval. ``layers`` are those that gold has and the run attempts.
    ``placed`` counts spans that were placed other than by their offsets, by how: exact,
    normalised, fuzzy, bytes, utf-16, nowhere. ``variation`` is given where articles are too few
    for intervals.
    """

    headline: Headline | None
    mean: Ratio | None
    mean_low: Ratio | None
    mean_high: Ratio | None
    leakage: Leakage | None
    scores: dict[str, Figures]
    receipt: Receipt
    layers: list[str]
    placed: dict[str, int]
    notes: list[str]
    variation: list[Variation]
    kinds: dict[str, Kinds] | None = None
    errors: list[ErrorItem] | None = None
