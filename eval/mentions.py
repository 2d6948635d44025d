"""Mentions as items: equal or overlapping spans, types in any scheme, levels as a facet."""

from collections.abc import Callable, Iterable

from goldwire.eval.entities import spans_of
from goldwire.eval.items import Item, Pair, Sides, overlapping, same_key, same_spans, touching
from goldwire.eval.match import Admit, Outcome, match
from goldwire.eval.measure import Measure
from goldwire.schemas.label_map import LabelMap
from goldwire.schemas.plain import shorten
from goldwire.schemas.record import Mention

VALUES = frozenset(("DATE", "TIME", "PERCENT", "MONEY", "QUANTITY", "ORDINAL", "CARDINAL"))
Schemes = dict[tuple[str, ...], Sides]


def mention_items(pair: Pair, measure: Measure) -> Sides:
    """Return the mentions of both sides under the measure's label map.

    Predictions of equal span and type collapse; one that declares a level stands for all.
    A label that the map drops is dropped on both sides.
    """
    made = pair.once(_schemes)
    scheme = measure.option("map")
    if scheme not in made:
        made[scheme] = _sides(pair, pair.maps[scheme[0]] if scheme else None)
    return made[scheme]


def _schemes(pair: Pair) -> Schemes:
    return {}


def _sides(pair: Pair, scheme: LabelMap | None) -> Sides:
    gold = _items(pair.gold.mentions or (), pair, scheme)
    given = _items(pair.predicted.mentions or (), pair, scheme)
    unique = _collapsed(given)
    one_each = _collapsed(gold) if pair.mutual or scheme else gold
    return Sides(one_each, unique, len(given) - len(unique))


def _items(mentions: Iterable[Mention], pair: Pair, scheme: LabelMap | None) -> list[Item]:
    if scheme is None:
        return [_item(mention, mention.type, pair) for mention in mentions]
    mapped = ((mention, scheme.get(mention.type)) for mention in mentions)
    return [_item(mention, label, pair) for mention, label in mapped if label is not None]


def _collapsed(items: list[Item]) -> list[Item]:
    keys = {item.key or id(item) for item in items}
    if len(keys) == len(items):
        return items
    items = sorted(
        items, key=lambda i: (i.optional, i.facets["level"] is None, i.facets["level"] or "")
    )
    return list({item.key or id(item): item for item in reversed(items)}.values())


def _item(mention: Mention, label: str, pair: Pair) -> Item:
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
exact = matching(same_spans)
overlap = matching(overlapping)


def partial(pair: Pair, measure: Measure) -> Outcome:
    """Credit an equal span with 1 and an overlapping one with 1/2, whatever the types.

    The "partial" scheme of SemEval-2013 task 9.1 (Segura-Bedmar et al.). The assignment is
    of maximum credit; nervaluate takes the first overlap that it meets, so its figure may be
    lower and depends on the order of the predictions.
    """
    sides = mention_items(pair, measure)
    outcome = match(sides, measure, touching, same_spans, pair.mutual, _halves)
    outcome.matched = sum(_halves(*each) for each in outcome.pairs) / 2
    return outcome


def _halves(one: Item, other: Item) -> int:
    return 2 if one.spans == other.spans else 1


def values(pair: Pair, measure: Measure) -> Outcome:
    """Match values whose span, type, TIMEX3 or number value, and modifier are equal.

    Only the level VALUE counts, by SCORING's rule for levels. An item that gives no value
    agrees with one that has none.
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
