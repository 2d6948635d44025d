"""The table of measures: one row each, from which scores, help and documentation come."""

from collections.abc import Callable
from dataclasses import dataclass

from goldwire.eval.boilerplate import boilerplate_characters, boilerplate_items
from goldwire.eval.coref import ceafm, muc
from goldwire.eval.items import Edges, Item, Pair, Sides, overlapping, same_key, same_spans
from goldwire.eval.match import Admit, Outcome, match
from goldwire.eval.measure import Measure
from goldwire.eval.mentions import mention_items
from goldwire.eval.quotes import attributed, content_items, equal_content, quote_items
from goldwire.eval.relations import relation_items, relation_items_by_overlap
from goldwire.schemas.errors import UsageError
from goldwire.schemas.labels import labels, relation_types
from goldwire.schemas.near import did_you_mean

Judge = Callable[[Pair, Measure], Outcome]
_ZONES = ("all", "article", "boilerplate")


@dataclass(frozen=True, slots=True)
class Row:
    """One measure: its layer, what it judges, the options it takes, and what it means."""

    name: str
    layer: str
    judge: Judge
    options: Callable[[], dict[str, tuple[str, ...]]]
    about: str


def _matching(items: Callable[[Pair], Sides], admit: Admit, excuse: Admit) -> Judge:
    """Return a judge that matches items, which are made once per document."""

    def judge(pair: Pair, measure: Measure) -> Outcome:
        return match(pair.once(items), measure, admit, excuse, pair.mutual)

    return judge


def _everywhere(judge: Judge) -> Judge:
    """Return a judge that has no zones: boilerplate is not measured by where it stands."""
    return lambda pair, measure: judge(pair, measure.where(zone="all"))


def _nothing(gold: list[Item], predicted: list[Item]) -> Edges:
    return []


def _mention_options() -> dict[str, tuple[str, ...]]:
    return {"type": tuple(labels()["mention"]), "level": tuple(labels()["level"]), "zone": _ZONES}


def _relation_options() -> dict[str, tuple[str, ...]]:
    types = tuple(relation_types())
    return {"type": types, "family": ("entity", "event"), "args": ("all", "named"), "zone": _ZONES}


MEASURES = {
    row.name: row
    for row in (
        Row(
            "mentions.strict",
            "entities",
            _matching(mention_items, same_key, same_spans),
            _mention_options,
            "mentions of equal span and equal type",
        ),
        Row(
            "mentions.exact",
            "entities",
            _matching(mention_items, same_spans, same_spans),
            _mention_options,
            "mentions of equal span",
        ),
        Row(
            "mentions.type",
            "entities",
            _matching(mention_items, overlapping, same_spans),
            _mention_options,
            "mentions that overlap and are of equal type",
        ),
        Row(
            "coref.muc",
            "entities",
            muc,
            lambda: {"zone": _ZONES},
            "links between mentions of one entity (MUC); mentions match by exact span",
        ),
        Row(
            "coref.ceafm",
            "entities",
            ceafm,
            lambda: {"zone": _ZONES},
            "mentions in entities that are aligned one to one (CEAFm)",
        ),
        Row(
            "relations.strict",
            "relations",
            _matching(relation_items, same_key, _nothing),
            _relation_options,
            "document-level triples, arguments mapped by exact span and type",
        ),
        Row(
            "relations.entity",
            "relations",
            _matching(relation_items_by_overlap, same_key, _nothing),
            _relation_options,
            "document-level triples, arguments mapped by overlap",
        ),
        Row(
            "quotes.attributed",
            "quotes",
            _matching(quote_items, attributed, attributed),
            lambda: {"type": tuple(labels()["quote"]), "zone": _ZONES},
            "quotes of equal speaker whose contents share at least half of their characters",
        ),
        Row(
            "quotes.content",
            "quotes",
            _matching(content_items, attributed, attributed),
            lambda: {"type": tuple(labels()["quote"]), "zone": _ZONES},
            "quotes whose contents share at least half of their characters, whoever speaks",
        ),
        Row(
            "quotes.exact",
            "quotes",
            _matching(quote_items, equal_content, equal_content),
            lambda: {"type": tuple(labels()["quote"]), "zone": _ZONES},
            "quotes of equal speaker and equal content, white space and marks apart",
        ),
        Row(
            "boilerplate.span",
            "boilerplate",
            _everywhere(_matching(boilerplate_items, same_key, same_key)),
            lambda: {"type": tuple(labels()["boilerplate"])},
            "boilerplate spans of equal start and end",
        ),
        Row(
            "boilerplate.char",
            "boilerplate",
            boilerplate_characters,
            lambda: {"type": tuple(labels()["boilerplate"])},
            "characters inside boilerplate, white space apart",
        ),
    )
}

ITEMS = (mention_items, relation_items, quote_items)
"""The items of each layer that the headlines match; other rows may see the same ones anew."""

HEADLINES = {
    "entities": Measure.of("mentions.strict", level=("NAM", "VALUE")),
    "relations": Measure.of("relations.strict", args="named"),
    "quotes": Measure.of("quotes.attributed"),
    "boilerplate": Measure.of("boilerplate.char"),
}
"""The one measure of each layer that the mean is taken over."""

BESIDE = (
    HEADLINES["entities"].where(zone="all"),
    HEADLINES["entities"].where(zone="boilerplate"),
    HEADLINES["relations"].where(zone="all"),
    HEADLINES["relations"].where(zone="boilerplate"),
    HEADLINES["relations"].where(args="all"),
    HEADLINES["relations"].where(family="event"),
    HEADLINES["quotes"].where(zone="all"),
    HEADLINES["quotes"].where(zone="boilerplate"),
)
"""What is reported beside the headlines, never instead of them."""


def measure(text: str) -> Measure:
    """Return the measure that ``text`` names; UsageError names the near ones if none does.

    >>> str(measure("relations.strict[args=all]"))
    'relations.strict'
    """
    wanted = Measure.parse(text)
    if wanted.name not in MEASURES:
        cure = did_you_mean(wanted.name, MEASURES) or f"use one of {', '.join(MEASURES)}"
        raise UsageError("unknown-measure", f'no measure is named "{wanted.name}"', cure)
    allowed = MEASURES[wanted.name].options()
    for option, values in wanted.options:
        if option not in allowed:
            cure = did_you_mean(option, allowed) or f"it takes {', '.join(allowed)}"
            raise UsageError("unknown-option", f'{wanted.name} has no option "{option}"', cure)
        for value in set(values) - set(allowed[option]):
            near = did_you_mean(value, allowed[option])
            cure = near or f"use one of {', '.join(allowed[option])}"
            raise UsageError("unknown-option", f'{option} has no value "{value}"', cure)
        if option in ("zone", "args") and len(values) > 1:
            cure = f"give one of {', '.join(allowed[option])}"
            raise UsageError("unknown-option", f"{option} takes one value", cure)
    return wanted
