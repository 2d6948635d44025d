"""The table of measures: one row each, from which scores, help and documentation come."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from goldwire.eval import coref, coverage, evidence, links, mentions, quote_parts, text
from goldwire.eval.boilerplate import (
    boilerplate_characters,
    boilerplate_edges,
    boilerplate_items,
)
from goldwire.eval.items import Edges, Item, Pair, Sides, same_key
from goldwire.eval.match import Admit, Outcome, match
from goldwire.eval.measure import Measure
from goldwire.eval.names import names
from goldwire.eval.quotes import (
    attributed,
    content_items,
    equal_content,
    quote_items,
    single_items,
)
from goldwire.eval.relations import (
    relation_items,
    relation_items_by_overlap,
    relation_items_by_span,
)
from goldwire.schemas.label_map import shipped
from goldwire.schemas.labels import labels, relation_types

Judge = Callable[[Pair, Measure], Outcome]
LISTS = {
    "entities": "mention",
    "relations": "relation",
    "quotes": "quote",
    "boilerplate": "boilerplate",
}
"""The list that the types of each layer are from."""
Options = dict[str, tuple[str, ...]]
"""The options that a measure takes, each with its values."""
_ZONE = {"zone": ("all", "article", "boilerplate")}
_AVERAGE = {"average": ("macro", "micro")}


@dataclass(frozen=True, slots=True)
class Row:
    """One measure: its layer, what it judges, the options it takes, and what it means.

    A row has a judge, or it is the mean ``of`` other rows.
    """

    name: str
    layer: str
    judge: Judge | None
    options: Callable[[], Options]
    about: str
    of: tuple[str, ...] = ()


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


def _types(name: str) -> Options:
    return {"type": tuple(labels()[name])}


def _level() -> Options:
    return {"level": tuple(labels()["level"])}


def _of_mentions() -> Options:
    return {**_types("mention"), **_level(), "map": shipped(), **_AVERAGE, **_ZONE}


def _of_names() -> Options:
    return {**_types("mention"), **_AVERAGE, **_ZONE}


def _of_links() -> Options:
    return {**_types("mention"), "nil": ("in", "out"), **_ZONE}


def _of_coref() -> Options:
    return {**_level(), "singletons": ("drop", "keep"), **_ZONE}


def _of_relations() -> Options:
    family = {"family": ("entity", "event"), "args": ("all", "named")}
    return {"type": tuple(relation_types()), **family, **_AVERAGE, **_ZONE}


def _of_matched_relations() -> Options:
    return {key: values for key, values in _of_relations().items() if key != "average"}


def _of_quotes() -> Options:
    return {**_types("quote"), **_AVERAGE, **_ZONE}


def _of_matched_quotes() -> Options:
    return {**_types("quote"), **_ZONE}


def _of_boilerplate() -> Options:
    return _types("boilerplate")


def _none() -> Options:
    return {}


_CONLL = ("coref.muc", "coref.b3", "coref.ceafe")
_BLANC = ("coref.links", "coref.nonlinks")
_ROWS: tuple[tuple[Any, ...], ...] = (
    ("mentions.strict", mentions.strict, _of_mentions, "mentions of equal span and equal type"),
    ("mentions.exact", mentions.exact, _of_mentions, "mentions of equal span"),
    (
        "mentions.partial",
        mentions.partial,
        _of_mentions,
        "mentions of equal span, and half of those that only overlap (SemEval 2013)",
    ),
    (
        "mentions.type",
        mentions.overlap,
        _of_mentions,
        "mentions that overlap and are of equal type",
    ),
    ("mentions.token", coverage.tokens, _of_mentions, "tokens inside mentions of equal type"),
    (
        "mentions.char",
        coverage.characters,
        _of_mentions,
        "characters inside mentions of equal type, white space apart",
    ),
    ("names.set", names, _of_names, "distinct names with their types, wherever they stand"),
    (
        "values.strict",
        mentions.values,
        _of_names,
        "values of equal span, type, normalised value and modifier",
    ),
    ("coref.muc", coref.muc, _of_coref, "links between mentions of one entity (MUC)"),
    ("coref.b3", coref.b3, _of_coref, "mentions, by how much of their entity is shared (B³)"),
    (
        "coref.ceafm",
        coref.ceafm,
        _of_coref,
        "mentions in entities that are aligned one to one (CEAFm)",
    ),
    (
        "coref.ceafe",
        coref.ceafe,
        _of_coref,
        "entities that are aligned one to one, by their similarity (CEAFe)",
    ),
    ("coref.lea", coref.lea, _of_coref, "entities by their size and their resolved links (LEA)"),
    ("coref.links", coref.coreferent_links, _of_coref, "pairs of mentions of one entity"),
    (
        "coref.nonlinks",
        coref.noncoreferent_links,
        _of_coref,
        "pairs of mentions of different entities",
    ),
    ("coref.blanc", _BLANC, _of_coref, "mean of links and nonlinks (BLANC)"),
    ("coref.conll", _CONLL, _of_coref, "mean F1 of MUC, B³ and CEAFe (CoNLL 2012)"),
    ("links.strong", links.strong, _of_links, "names of equal span and equal Wikidata item"),
    ("links.weak", links.weak, _of_links, "names that overlap and have an equal Wikidata item"),
    (
        "relations.strict",
        _matching(relation_items, same_key, _nothing),
        _of_relations,
        "document-level triples, arguments mapped by exact span and type",
    ),
    (
        "relations.boundary",
        _matching(relation_items_by_span, same_key, _nothing),
        _of_relations,
        "document-level triples, arguments mapped by exact span",
    ),
    (
        "relations.entity",
        _matching(relation_items_by_overlap, same_key, _nothing),
        _of_relations,
        "document-level triples, arguments mapped by overlap",
    ),
    (
        "relations.ign",
        evidence.ign,
        _of_matched_relations,
        "as strict, precision without the facts of the training data (DocRED's Ign F1)",
    ),
    (
        "relations.evidence",
        evidence.evidence,
        _of_matched_relations,
        "evidence of relations that are right by strict",
    ),
    (
        "relations.claim",
        evidence.claim,
        _of_matched_relations,
        "certainty, and who asserts it, of relations that are right by strict",
    ),
    (
        "quotes.attributed",
        _matching(quote_items, attributed, attributed),
        _of_quotes,
        "quotes of equal speaker whose contents share at least half of their characters",
    ),
    (
        "quotes.content",
        _matching(content_items, attributed, attributed),
        _of_quotes,
        "quotes whose contents share at least half of their characters, whoever speaks",
    ),
    (
        "quotes.exact",
        _matching(quote_items, equal_content, equal_content),
        _of_quotes,
        "quotes of equal speaker and equal content, white space and marks apart",
    ),
    (
        "quotes.char",
        quote_parts.quote_characters,
        _of_matched_quotes,
        "characters inside quotes, each with its speaker",
    ),
    (
        "quotes.cue",
        quote_parts.cue,
        _of_matched_quotes,
        "equal cues of quotes that are right by attributed",
    ),
    (
        "quotes.source",
        quote_parts.source,
        _of_matched_quotes,
        "equal source spans of quotes that are right by attributed",
    ),
    (
        "quotes.type",
        quote_parts.quote_type,
        _of_matched_quotes,
        "equal types of quotes that are right by attributed",
    ),
    (
        "quotes.chain",
        quote_parts.chain,
        _of_matched_quotes,
        "equal chains of relaying sources of quotes that are right by attributed",
    ),
    (
        "boilerplate.span",
        _everywhere(_matching(boilerplate_items, same_key, same_key)),
        _of_boilerplate,
        "boilerplate spans of equal start and end",
    ),
    (
        "boilerplate.char",
        boilerplate_characters,
        _of_boilerplate,
        "characters inside boilerplate, white space apart",
    ),
    (
        "boilerplate.edge",
        boilerplate_edges,
        _none,
        "edges of boilerplate spans that overlap, with their mean distance in characters",
    ),
    ("text.char", text.text_characters, _none, "characters of the kept text, by position"),
    ("text.token", text.text_tokens, _none, "tokens of the kept text, as a bag"),
    ("text.rouge", text.text_rouge, _none, "ROUGE-LSum of the kept text"),
    ("text.edit", text.text_edit, _none, "Levenshtein similarity of the kept text's tokens"),
    ("text.shingle", text.text_shingles, _none, "shingles of four tokens of the kept text"),
)
_LAYER_OF = {
    "mentions": "entities",
    "names": "entities",
    "values": "entities",
    "coref": "entities",
    "links": "entities",
    "text": "boilerplate",
}


def _row(name: str, judge: Any, options: Callable[[], Options], about: str) -> Row:
    group = name.partition(".")[0]
    of = judge if isinstance(judge, tuple) else ()
    return Row(name, _LAYER_OF.get(group, group), None if of else judge, options, about, of)


MEASURES = {each[0]: _row(*each) for each in _ROWS}

HEADLINES = {
    "entities": Measure.of("mentions.strict", level=("NAM", "VALUE")),
    "relations": Measure.of("relations.strict", args="named"),
    "quotes": Measure.of("quotes.attributed"),
    "boilerplate": Measure.of("boilerplate.char"),
}
"""The one measure of each layer that the mean is taken over."""

BESIDE = (
    HEADLINES["entities"].where(average="macro"),
    *(HEADLINES["entities"].where(level=each) for each in ("NAM", "NOM", "PRO", "VALUE")),
    HEADLINES["entities"].where(zone="all"),
    HEADLINES["entities"].where(zone="boilerplate"),
    Measure("coref.conll"),
    Measure.of("coref.conll", singletons="drop"),
    Measure.of("coref.conll", level="NAM"),
    Measure("links.strong"),
    Measure.of("links.strong", nil="out"),
    HEADLINES["relations"].where(zone="all"),
    HEADLINES["relations"].where(zone="boilerplate"),
    HEADLINES["relations"].where(args="all"),
    HEADLINES["relations"].where(family="event"),
    HEADLINES["quotes"].where(zone="all"),
    HEADLINES["quotes"].where(zone="boilerplate"),
)
"""What is reported beside the headlines, never instead of them."""

ITEMS: dict[str, Callable[[Pair], Sides]] = {
    "entities": lambda pair: mentions.mention_items(pair, HEADLINES["entities"]),
    "relations": lambda pair: pair.once(relation_items),
    "quotes": lambda pair: pair.once(single_items),
    "boilerplate": lambda pair: pair.once(boilerplate_items),
}
"""The items of each layer as they were given: which repeat others, and which are inside."""


ITEMIZED = frozenset(
    (
        "mentions.strict",
        "mentions.exact",
        "mentions.type",
        "names.set",
        "values.strict",
        "links.strong",
        "links.weak",
        "relations.strict",
        "relations.boundary",
        "relations.entity",
        "quotes.attributed",
        "quotes.content",
        "quotes.exact",
        "boilerplate.span",
    )
)
"""The measures of which each item is right or not, so that two systems' can be told apart."""


def layer(measure: Measure) -> str:
    """Return the layer that a measure is of."""
    return MEASURES[measure.name].layer
