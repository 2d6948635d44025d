"""Coreference over exact mentions: MUC and CEAFm, whose counts are whole numbers.

Mentions match by equal span. Values are left out, singletons stay in, optional gold
mentions leave both sides. A mention that the other side lacks is what the CoNLL scorer 8.01
makes of it: an element of its own that agrees with nothing (Pradhan et al. 2014).
"""

from collections import defaultdict

from goldwire.eval.assign import maximum
from goldwire.eval.entities import spans_of
from goldwire.eval.items import Pair, Spans
from goldwire.eval.match import Outcome
from goldwire.eval.measure import Measure
from goldwire.schemas.record import Mention, Record

VALUES = frozenset(("DATE", "TIME", "PERCENT", "MONEY", "QUANTITY", "ORDINAL", "CARDINAL"))
Entities = list[set[Spans]]


def muc(pair: Pair, measure: Measure) -> Outcome:
    """Count links (Vilain et al. 1995): an entity of n mentions has n - 1.

    Matched are the links that both sides need: mentions in common, less the pairs of
    entities that share any. It is the same number from either side. A document of singletons
    has no links, so its F1 is undefined, where the CoNLL scorer prints 0.
    """
    gold, predicted = _sides(pair, measure)
    shared = [len(one & other) for one in gold for other in predicted if one & other]
    return Outcome(
        gold=sum(len(each) - 1 for each in gold),
        predicted=sum(len(each) - 1 for each in predicted),
        matched=sum(shared) - len(shared),
    )


def ceafm(pair: Pair, measure: Measure) -> Outcome:
    """Count mentions in common under the best one-to-one alignment of entities (Luo 2005)."""
    gold, predicted = _sides(pair, measure)
    few, many = sorted((gold, predicted), key=len)
    table = [[len(one & other) for other in many] for one in few]
    best = maximum(table) if table else []
    return Outcome(
        gold=sum(map(len, gold)),
        predicted=sum(map(len, predicted)),
        matched=sum(table[row][column] for row, column in enumerate(best)),
    )


def _sides(pair: Pair, measure: Measure) -> tuple[Entities, Entities]:
    sides = (pair.gold, pair.predicted) if pair.mutual else (pair.gold,)
    optional = {spans_of(m) for side in sides for m in side.mentions or () if m.optional}
    for side in sides:
        other = pair.predicted if side is pair.gold else pair.gold
        optional |= _not_standing(side, {spans_of(m) for m in other.mentions or ()})
    gold, predicted = (
        _entities(record.mentions or [], pair, measure, optional)
        for record in (pair.gold, pair.predicted)
    )
    return gold, predicted


def _not_standing(record: Record, found: set[Spans]) -> set[Spans]:
    """Return the readings of alternatives but one: that which was found, else the first."""
    groups: dict[str, list[Spans]] = defaultdict(list)
    for mention in record.mentions or ():
        if mention.alternatives is not None:
            groups[mention.alternatives].append(spans_of(mention))
    dropped: set[Spans] = set()
    for readings in groups.values():
        standing = min(readings, key=lambda spans: (spans not in found, spans))
        dropped |= set(readings) - {standing}
    return dropped


def _entities(
    mentions: list[Mention], pair: Pair, measure: Measure, optional: set[Spans]
) -> Entities:
    """Return the entities as sets of spans; a span belongs to the first that claims it.

    Entities claim in the order of their mentions, so ids and the order of input are nothing.
    """
    zone = measure.option("zone")
    groups: dict[object, list[tuple[Spans, str]]] = defaultdict(list)
    for mention in mentions:
        spans = spans_of(mention)
        is_value = mention.type in VALUES if mention.level is None else mention.level == "VALUE"
        inside = "boilerplate" if pair.inside(spans) else "article"
        if spans and spans not in optional and not is_value and zone in (("all",), (inside,)):
            groups[mention.entity or id(mention)].append((spans, mention.type))
    seen: set[Spans] = set()
    found = []
    for claims in sorted(sorted(group) for group in groups.values()):
        mine = {spans for spans, _ in claims} - seen
        seen |= mine
        found.append(mine)
    return [each for each in found if each]
