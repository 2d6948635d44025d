"""Mentions as items: equal or overlapping spans, types in any scheme, levels as a facet."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace

from goldwire.eval.entities import spans_of
from goldwire.eval.items import Item, Pair, Sides, overlapping, same_key, same_spans, touching
from goldwire.eval.match import Admit, Outcome, joined, match
from goldwire.eval.measure import Measure
from goldwire.schemas.label_map import LabelMap
from goldwire.schemas.plain import shorten
from goldwire.schemas.record import Mention

VALUES = frozenset(("DATE", "TIME", "PERCENT", "MONEY", "QUANTITY", "ORDINAL", "CARDINAL"))
Schemes = dict[tuple[str, ...], Sides]


def mention_items(pair: Pair, measure: Measure) -> Sides:
    """Return the mentions of both sides under the measure's label map.

    Predictions of equal span and type collapse; one that declares a level stands for all.
    A label that the map drops is dropped on both sides; if it is one of several readings,
    the others become optional, since by that reading there is nothing to find.
    """
    made = pair.once(_schemes)
    scheme = measure.option("map")
    if scheme not in made:
        made[scheme] = _sides(pair, pair.maps[scheme[0]] if scheme else None)
    return made[scheme]


def _schemes(pair: Pair) -> Schemes:
    return {}


def _sides(pair: Pair, scheme: LabelMap | None) -> Sides:
    gold, given = (
        _items(_of_layer(record.mentions or (), pair), pair, scheme)
        for record in (pair.gold, pair.predicted)
    )
    unique = _collapsed(given)
    one_each = _collapsed(gold) if pair.mutual or scheme else gold
    return Sides(one_each, unique, len(given) - len(unique))


def _of_layer(mentions: Sequence[Mention], pair: Pair) -> Sequence[Mention]:
    """Return the mentions; under another scheme those without a type are coreference's alone."""
    return mentions if pair.gold.scheme is None else [each for each in mentions if each.type]


def _items(mentions: Iterable[Mention], pair: Pair, scheme: LabelMap | None) -> list[Item]:
    if scheme is None:
        return [_item(mention, mention.type, pair) for mention in mentions]
    mapped = [(mention, mention.type and scheme.get(mention.type)) for mention in mentions]
    lost = [mention for mention, label in mapped if label is None and mention.type]
    silent = {mention.alternatives for mention in lost if not mention.optional} - {None}
    made = [_item(m, label, pair) for m, label in mapped if label is not None or not m.type]
    for item in made:
        item.optional |= item.alternatives in silent
    return made


def _collapsed(items: list[Item]) -> list[Item]:
    groups: dict[Hashable, list[Item]] = {}
    for item in items:
        groups.setdefault(item.key or id(item), []).append(item)
    if len(groups) == len(items):
        return items
    remarks = joined([[(i.optional, i.alternatives) for i in found] for found in groups.values()])
    return [
        replace(min(found, key=_declared), optional=optional, alternatives=alternatives)
        for found, (optional, alternatives) in zip(groups.values(), remarks, strict=True)
    ]


def _declared(item: Item) -> tuple[bool, str]:
    return item.facets["level"] is None, item.facets["level"] or ""


def _item(mention: Mention, label: str | None, pair: Pair) -> Item:
    spans = spans_of(mention)

    def words() -> str:
        surface = " … ".join(pair.text[start:end] for start, end in spans)
        return f'"{shorten(surface or mention.text or "")}"'

    return Item(
        spans=spans,
        words=words,
        facets={"type": label, "level": mention.level},
        inside=pair.inside(spans),
        key=(spans, label) if spans else None,
        optional=mention.optional,
        alternatives=mention.alternatives,
        sources=(mention,),
    )


def matching(admit: Admit) -> Callable[[Pair, Measure], Outcome]:
    """Return a judge of mentions; one without a level is excused by a span, whatever its type."""

    def judge(pair: Pair, measure: Measure) -> Outcome:
        return match(mention_items(pair, measure), measure, admit, same_spans, pair.mutual)

    return judge


strict = matching(same_key)
"""Mentions of equal span and type: CoNLL-2003's F1, "strict" of SemEval-2013 task 9.1.

Equal to seqeval on valid BIO tags. On others its default mode repairs (a lone I- begins an
entity) and ``mode="strict"`` drops, so it has two figures; spans need no repair. Equal to
nervaluate where spans of a side do not overlap. Where they do, its first overlap takes a gold
item from a later equal span: it gives less, by up to all of it, or another figure under
another order. It also counts repeated predictions each, drops labels that are not in its
``tags``, and takes ends as inclusive (give it end - 1). All of them give 0 for 0/0.
"""
exact = matching(same_spans)
"""Mentions of equal span, whatever the type: "exact" of SemEval-2013; nervaluate as for strict."""
overlap = matching(overlapping)
"""Mentions of equal type that share a character: "type" of SemEval-2013, as many as can be.

nervaluate gives less even where spans of a side do not overlap: a prediction takes the gold
item of nearest edges, or one of wrong type, from another that has no other. It also needs
1% of the gold span to be shared, so one character of a span above 100 is no overlap to it.
"""


def partial(pair: Pair, measure: Measure) -> Outcome:
    """Credit an equal span with 1 and an overlapping one with 1/2, whatever the types.

    The "partial" scheme of SemEval-2013 task 9.1 (Segura-Bedmar et al.), with the assignment
    of most credit, not of most pairs. nervaluate gives the same where spans of a side do not
    overlap and stand in the order of the text. Else it may give less, since the first
    overlap that it meets takes the gold item, and its figure depends on the order of both
    sides; it also needs 1% of the gold span to be shared.
    """
    sides = mention_items(pair, measure)
    outcome = match(sides, measure, touching, same_spans, pair.mutual, _halves)
    outcome.matched = sum(_halves(*each) for each in outcome.pairs) / 2
    return outcome


def _halves(one: Item, other: Item) -> int:
    return 2 if one.spans == other.spans else 1


def values(pair: Pair, measure: Measure) -> Outcome:
    """Match values whose span, type, TIMEX3 or number value, and modifier are equal.

    Only the level VALUE counts; a prediction without a level counts if its type is one of
    values, and leaves the count otherwise: it claims no value. An item that gives no value
    agrees with one that has none. Predictions of equal span and type but other values are
    different answers, so at most one of them is right.
    """
    made = pair.once(_valued)
    return match(made, measure.where(level="VALUE"), same_key, same_spans, pair.mutual)


def _valued(pair: Pair) -> Sides:
    gold, given = (
        [_item(mention, mention.type, pair) for mention in record.mentions or ()]
        for record in (pair.gold, pair.predicted)
    )
    for item in (*gold, *given):
        mention = item.sources[0]
        item.key = (item.spans, mention.type, mention.value, mention.mod) if item.spans else None
        if mention.level is None:
            item.facets["level"] = None if mention.type in VALUES else "undeclared"
    return Sides(_collapsed(gold) if pair.mutual else gold, _collapsed(given))
