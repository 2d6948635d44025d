"""Entity linking: names with the Wikidata item that their entity is linked to.

Items are mentions whose entity has a link: an item, or a reason why there is none, which
is NIL whatever the reason. An entity without ``wikidata`` gives nothing to count: a missing
link is no NIL. Only names count, by the rules of a level filter (SCORING, "Matching").

Both measures are those of GERBIL (Röder et al. 2018) for the task A2KB, micro: strong and
weak annotation match. ``nil=out`` is its InKB. What differs:

- GERBIL takes for each gold annotation, in the order given, the first system annotation
  that fits and is free; ``links.weak`` takes the largest set of pairs, so it is equal or
  higher. ``links.strong`` is the same number, but that repeated predictions are one here
  and false positives there.
- GERBIL makes sets of URIs equal by ``sameAs``; a link is one Wikidata id here.
- GERBIL says 1 if both sides are empty and 0 if one is; what has nothing to divide by is
  undefined here.

In TAC KBP (Hachey et al. 2014, neleval) ``links.strong`` is strong_all_match, in which all
NIL are equal, and with ``nil=out`` strong_link_match. A system's mention without a link is
NIL there and counts against strong_all_match or for it; here it is left out. Their spans
may be nominals, and have neither optional items, alternatives nor zones.
"""

from collections import defaultdict
from dataclasses import replace
from functools import partial

from goldwire.eval.entities import spans_of
from goldwire.eval.items import Edges, Item, Pair, Sides, Spans, same_key, same_spans, touching
from goldwire.eval.match import Admit, Outcome, match
from goldwire.eval.measure import Measure
from goldwire.schemas.plain import shorten
from goldwire.schemas.record import Entity, Mention, Record

NIL = "NIL"


def strong(pair: Pair, measure: Measure) -> Outcome:
    """Count names of equal span and equal link.

    ``nil=out`` leaves NIL out on both sides, so a prediction that links a NIL is spurious.
    """
    return _judge(pair, measure, same_key)


def weak(pair: Pair, measure: Measure) -> Outcome:
    """Count names that share a character and have an equal link, one to one.

    ``nil=out`` leaves NIL out on both sides.
    """
    return _judge(pair, measure, _same_link)


def _judge(pair: Pair, measure: Measure, admit: Admit) -> Outcome:
    sides = pair.once(link_items)
    if measure.option("nil") == ("out",):
        sides = Sides(_in_kb(sides.gold), _in_kb(sides.predicted), sides.collapsed)
    return match(sides, measure.where(level="NAM"), admit, same_spans, pair.mutual)


def link_items(pair: Pair) -> Sides:
    """Return the linked mentions of both sides; those of equal span and link are one.

    Gold mentions of other levels are there without a link too, since they excuse
    predictions that declare no level. Of predictions that collapse, one that declares a
    level stands for all, and the type is undeclared where theirs differ.
    """
    gold = _one_of_each(_items(pair.gold, pair), annotated=True)
    given = [item for item in _items(pair.predicted, pair) if item.facets["link"]]
    found = _one_of_each(given, annotated=pair.mutual)
    return Sides(gold, found, len(given) - len(found))


def _items(record: Record, pair: Pair) -> list[Item]:
    entities = {entity.id: entity for entity in record.entities or ()}
    found = []
    for mention in record.mentions or ():
        entity = entities.get(mention.entity or "")
        link = entity.wikidata if entity else None
        named = (link.id or (NIL if link.nil_reason else None)) if link else None
        if named or mention.level not in ("NAM", None):
            found.append(_item(mention, entity, named, pair))
    return found


def _item(mention: Mention, entity: Entity | None, link: str | None, pair: Pair) -> Item:
    spans = spans_of(mention)
    return Item(
        spans=spans,
        words=partial(_words, mention, spans, link, pair.text),
        facets={"type": mention.type, "level": mention.level, "link": link},
        inside=pair.inside(spans),
        key=(spans, link) if spans and link else None,
        optional=mention.optional or (entity is not None and entity.optional),
        alternatives=mention.alternatives,
        sources=(mention,),
    )


def _words(mention: Mention, spans: Spans, link: str | None, text: str) -> str:
    surface = " … ".join(text[start:end] for start, end in spans) or mention.text or ""
    return f'"{shorten(surface)}" {link or "without a link"}'


def _one_of_each(items: list[Item], annotated: bool) -> list[Item]:
    """Return one item per span and link, and per group of alternatives if ``annotated``."""
    groups: dict[object, list[Item]] = defaultdict(list)
    for item in items:
        groups[item.key or id(item), item.alternatives if annotated else None].append(item)
    return [group[0] if len(group) == 1 else _one(group, annotated) for group in groups.values()]


def _one(group: list[Item], annotated: bool) -> Item:
    first = min(
        group,
        key=lambda item: (
            item.optional and annotated,
            item.facets["level"] is None,
            item.facets["level"] or "",
            item.identity,
        ),
    )
    types = {item.facets["type"] for item in group}
    label = first.facets["type"] if annotated or len(types) == 1 else None
    return replace(first, facets={**first.facets, "type": label})


def _in_kb(items: list[Item]) -> list[Item]:
    """Return items whose link is no NIL; those of other levels stay, as they never count."""
    return [i for i in items if i.facets["link"] != NIL or i.facets["level"] not in ("NAM", None)]


def _same_link(gold: list[Item], predicted: list[Item]) -> Edges:
    return [
        (row, column)
        for row, column in touching(gold, predicted)
        if gold[row].facets["link"] == predicted[column].facets["link"]
    ]
