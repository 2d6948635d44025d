"""Agreement of two annotators: eval's own path with one pass as gold, and chance-corrected figures.

Everything is over the whole text (``zone=all``), and what either pass marks as optional or
alternative is honoured. Precision and recall swap when the passes do, but for one thing: the
entities of B map many to one to those of A, as any system's do, so where a pass splits an
entity of the other, relations and speakers may count differently in the two directions.
"""

from collections.abc import Callable, Iterator
from typing import Annotated, Any

from msgspec import Meta, Struct

from goldwire.annotate.compare import Disagreement, disagreements
from goldwire.eval.count import count
from goldwire.eval.entities import spans_of
from goldwire.eval.items import Pair, Spans, placed
from goldwire.eval.match import Outcome
from goldwire.eval.measure import Measure
from goldwire.eval.table import MEASURES as ROWS
from goldwire.schemas.extras import needs
from goldwire.schemas.record import LAYERS, Mention, Record
from goldwire.schemas.score import Number, Ratio

_ROWS = (
    "mentions.strict",
    "mentions.type",
    "coref.muc",
    "coref.ceafm",
    "relations.strict",
    "relations.entity",
    "quotes.exact",
    "quotes.attributed",
    "quotes.content",
)
MEASURES = (
    *(Measure.of(name, zone="all") for name in _ROWS),
    Measure("boilerplate.span"),
    Measure("boilerplate.char"),
)
TYPED = tuple(each for each in MEASURES if not each.name.startswith(("coref.", "quotes.content")))
"""The measures that are shown by type too: exact and overlap of each layer."""


class Row(Struct, forbid_unknown_fields=True, kw_only=True):
    """One measure with A as gold: items of A, of B, in both, and the ratios."""

    precision: Ratio | None
    recall: Ratio | None
    f1: Ratio | None
    a: Number
    b: Number
    both: Number


Coefficient = Annotated[float, Meta(le=1)]


class Agreement(Struct, forbid_unknown_fields=True, kw_only=True):
    """What ``goldwire annotate agree --json`` prints.

    ``name`` says what the figures are. ``alpha`` is Krippendorff's over characters, by
    layer; ``kappa`` is Cohen's over the labels of items of equal span. Both are null where
    they are undefined: with one label only there is nothing that chance could confuse.
    ``disagreements`` are all items that differ in any field, whatever the measures say.
    """

    name: str
    a: str
    b: str
    rows: dict[str, Row]
    alpha: dict[str, Coefficient | None]
    kappa: dict[str, Coefficient | None]
    disagreements: list[Disagreement]


def agree(a: Record, b: Record) -> Agreement:
    """Compare two passes over one text; DataError if the texts differ."""
    differing = list(disagreements(a, b))
    pair = Pair(a, b, mutual=True)
    outcomes = count(pair, _both_have(a, b, MEASURES), _both_have(a, b, TYPED))
    return Agreement(
        name=name_of(a, b),
        a=_who(a),
        b=_who(b),
        rows={name: _row(outcome) for name, outcome in outcomes.items()},
        alpha={
            name: _alpha(a, b, covers)
            if getattr(a, layer) is not None and getattr(b, layer) is not None
            else None
            for name, (layer, covers) in _SPAN_LAYERS.items()
        },
        kappa=_kappas(a, b),
        disagreements=differing,
    )


def _both_have(a: Record, b: Record, measures: tuple[Measure, ...]) -> list[Measure]:
    """Return the measures of layers that both passes attempted."""
    names = {each: LAYERS[ROWS[each.name].layer] for each in measures}
    return [
        each
        for each, name in names.items()
        if getattr(a, name) is not None and getattr(b, name) is not None
    ]


def name_of(a: Record, b: Record) -> str:
    """Return what the figures may be called, from the kinds of the annotators.

    Passes by annotators of one kind are self-consistency; a pass against gold, from the
    guidelines that gold was made by, is how far these are reproducible by that annotator.
    """
    notes = [each.annotation for each in (a, b)]
    kinds = {note.kind if note else "unknown" for note in notes}
    if any(note and note.status != "pass" for note in notes):
        return "reproducibility of the guidelines by that annotator (not a human ceiling)"
    if "unknown" in kinds:
        return "agreement of annotators of unknown kind"
    return "self-consistency" if len(kinds) == 1 else "inter-annotator agreement"


def _who(record: Record) -> str:
    note = record.annotation
    return f"{note.who} ({note.kind}, guidelines {record.guidelines_version})" if note else "?"


def _row(outcome: Outcome) -> Row:
    a, b, both = outcome.gold, outcome.predicted, outcome.matched
    return Row(
        precision=both / b if b else None,
        recall=both / a if a else None,
        f1=2 * both / (a + b) if a + b else None,
        a=a,
        b=b,
        both=both,
    )


Covers = Callable[[Record], Iterator[tuple[str, Spans]]]


def _mentions(record: Record) -> Iterator[tuple[str, Spans]]:
    return ((mention.type or "", spans_of(mention)) for mention in record.mentions or ())


def _quotes(record: Record) -> Iterator[tuple[str, Spans]]:
    return ((quote.type or "", placed(*quote.content)) for quote in record.quotes or ())


def _cues(record: Record) -> Iterator[tuple[str, Spans]]:
    return (("cue", placed(*quote.cue)) for quote in record.quotes or ())


def _sources(record: Record) -> Iterator[tuple[str, Spans]]:
    return (("source", placed(q.source)) for q in record.quotes or () if q.source)


def _zones(record: Record) -> Iterator[tuple[str, Spans]]:
    return ((zone.type, placed(zone)) for zone in record.zones or ())


_SPAN_LAYERS: dict[str, tuple[str, Covers]] = {
    "zones": ("zones", _zones),
    "mentions": ("mentions", _mentions),
    "quote content": ("quotes", _quotes),
    "quote cue": ("quotes", _cues),
    "quote source": ("quotes", _sources),
}


def _alpha(a: Record, b: Record, covers: Covers) -> float | None:
    """Return Krippendorff's alpha; a character's value is the set of labels that cover it."""
    numbers: dict[frozenset[str], int] = {}
    data = []
    for record in (a, b):
        labels: list[set[str]] = [set() for _ in record.text or ""]
        for label, spans in covers(record):
            for start, end in spans:
                for offset in range(start, end):
                    labels[offset].add(label)
        data.append([numbers.setdefault(frozenset(each), len(numbers)) for each in labels])
    if len(numbers) < _CHOICE:
        return None
    krippendorff = needs("krippendorff", "annotate")
    return float(krippendorff.alpha(reliability_data=data, level_of_measurement="nominal"))


_CHOICE = 2


def _kappas(a: Record, b: Record) -> dict[str, float | None]:
    """Return Cohen's kappa for each label of items that have equal spans on both sides."""
    found: dict[str, float | None] = {}
    for layer, names in (
        ("mentions", ("type", "level")),
        ("quotes", ("type",)),
        ("zones", ("type",)),
    ):
        sides = [_by_span([*(getattr(record, layer) or ())]) for record in (a, b)]
        common = sorted(sides[0].keys() & sides[1].keys())
        for name in names:
            labels = [[str(getattr(side[key], name)) for key in common] for side in sides]
            found[f"{layer}.{name}"] = _kappa(labels)
    return found


def _by_span(items: list[Any]) -> dict[Spans, Any]:
    """Return items by their spans, those apart of which several have equal ones."""
    keys = [
        (spans_of(item) if isinstance(item, Mention) else placed(*getattr(item, "content", [item])))
        for item in items
    ]
    return {key: item for key, item in zip(keys, items, strict=True) if keys.count(key) == 1}


def _kappa(labels: list[list[str]]) -> float | None:
    if len({*labels[0], *labels[1]}) < _CHOICE:
        return None
    metrics = needs("sklearn.metrics", "annotate")
    return float(metrics.cohen_kappa_score(*labels))
