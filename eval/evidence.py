"""What stands behind relations that are right: evidence, claims, and facts known from training.

All start from the pairs that ``relations.strict`` matches under the same options, so its
directions, symmetric types, implications, alternatives and zones hold here too. Relations
that are one triple have their evidence pooled, whichever of them came first.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from goldwire.eval.entities import (
    Clusters,
    EntityMap,
    clusters,
    entity_map,
    gold_clusters,
    overlap,
)
from goldwire.eval.items import Edges, Facts, Item, Pair, Spans, covered, placed, same_key
from goldwire.eval.match import Outcome, match
from goldwire.eval.measure import Measure
from goldwire.eval.quotes import counting, mapped
from goldwire.eval.relations import relation_items
from goldwire.schemas.labels import canonical, is_symmetric
from goldwire.schemas.plain import shorten
from goldwire.schemas.record import Evidence, Record, Relation
from goldwire.schemas.spans import extent

Asserted = frozenset[str | None]
"""Speakers, None for one whom nobody names; the empty set if the writer says it."""
_UNNAMED = ("NOM", "PRO")
_QuoteBits = list[tuple[int, tuple[object, ...], str | None]]


def evidence(pair: Pair, measure: Measure) -> Outcome:
    """Count the evidence of relations that ``relations.strict`` matches.

    Precision is over predicted spans: one is right if it shares a character with any
    evidence of its gold relation. Recall is over relations: one is found if a group of its
    gold evidence is covered in full, white space aside. A span given twice for a triple is
    one; one that could not be placed is wrong. Where gold gives no evidence for a relation
    nothing is known, so what is predicted for it is not counted.

    DocRED's Evi F1 (Yao et al. 2019) counts whole sentences instead, has one true positive
    for both ratios, and divides precision by the evidence of wrong relations too. So its
    precision is lower by the share of evidence that wrong relations have, and its recall
    lower the more relations are missed.
    """
    found = Outcome(0, 0, 0, correct=0)
    for wanted, given in _matched(pair, measure).pairs:
        groups = _groups(wanted)
        if not groups:
            continue
        spans = {(extent(span) or span.text): span for span in _evidence(given)}.values()
        right = [span for span in spans if _touches(span, groups)]
        covering = placed(*right)
        found.gold += 1
        found.predicted += len(spans)
        found.correct = (found.correct or 0) + len(right)
        found.spurious += [_lone(given, s, pair.text) for s in spans if not _touches(s, groups)]
        if any(_covers(covering, group, pair.text) for group in groups):
            found.matched += 1
            found.pairs.append((wanted, given))
        else:
            found.missed.append(wanted)
    return found


def claim(pair: Pair, measure: Measure) -> Outcome:
    """Count the claims of relations that ``relations.strict`` matches: how sure, and whose.

    A claim is right if certainty and asserted-by are equal. Recall is over matched relations
    whose gold declares a certainty, precision over those whose prediction does, where gold
    does. If several relations are one triple, it is stated if any of them is.

    Asserted-by is derived. Per group of evidence it is the speaker of the innermost quote
    whose content holds the whole group, white space and quotation marks aside; innermost is
    the one with the fewest characters, of equals one that is not optional, then the first;
    equal contents give all their speakers. A relation with a group outside all content is
    the writer's own, a fact. A group half inside says nothing. Predicted quotes and speakers
    are the prediction's own, the speakers mapped by overlap; one who maps to no entity of
    gold is wrong, and no speaker is right only where gold names nobody.

    A prediction without evidence, or without the layer of quotes, asserts by nobody knows
    whom: it agrees only where gold says nothing either. Where gold does not say by whom,
    certainty alone decides; between annotators, where either does not. No other scorer
    has this measure.
    """
    found = Outcome(0, 0, 0)
    wanted_quotes = _quote_bits(pair, pair.gold, None)
    given_quotes = _quote_bits(pair, pair.predicted, entity_map(pair, overlap))
    for wanted, given in _matched(pair, measure).pairs:
        sure, said = _certainty(wanted), _certainty(given)
        whose = _asserted_by(wanted, wanted_quotes, pair)
        whose_said = _asserted_by(given, given_quotes, pair)
        silent = whose is None or (pair.mutual and whose_said is None)
        right = sure is not None and sure == said and (silent or whose == whose_said)
        found.matched += right
        if sure is not None:
            found.gold += 1
            found.missed += [] if right else [wanted]
        if said is not None and (sure is not None or pair.mutual):
            found.predicted += 1
            found.spurious += [] if right else [given]
        if right:
            found.pairs.append((wanted, given))
    return found


def ign(pair: Pair, measure: Measure) -> Outcome:
    """Count as ``relations.strict`` does, but precision without what training data tells.

    This is Ign F1 of DocRED (Yao et al. 2019) as its evaluation script has it: predictions
    that are right and whose fact stands in the training data leave both parts of precision;
    recall stays that of all relations. A fact is known if any name of the head and any name
    of the tail stand there with the type, exactly as written, in either direction if the
    type is symmetric. ``pair.seen`` has the facts; without any the figure is strict's.

    DocRED's entities have names only. So mentions that are NOM or PRO tell no fact here:
    "he leader_of it" would be known of everybody. What a training fact implies is not added.
    """
    strict = _matched(pair, measure)
    known = [(wanted, given) for wanted, given in strict.pairs if _known(pair, wanted)]
    return replace(
        strict, predicted=strict.predicted - len(known), correct=strict.matched - len(known)
    )


def training_facts(records: Iterable[Record]) -> Facts:
    """Return the facts that gold records tell, for ``pair.seen``; they must have their text."""
    facts = set()
    for record in records:
        text = record.text or ""
        known = clusters(record, text)
        for relation in record.relations or ():
            triple = relation.head, relation.type, relation.tail
            head, label, tail = canonical(*triple, record.scheme)
            facts |= {
                (one, label, other)
                for one in _surfaces(known, head, text)
                for other in _surfaces(known, tail, text)
            }
    return frozenset(facts)


def _matched(pair: Pair, measure: Measure) -> Outcome:
    return match(pair.once(relation_items), measure, same_key, _nothing, pair.mutual)


def _nothing(gold: list[Item], predicted: list[Item]) -> Edges:
    return []


def _evidence(item: Item) -> list[Evidence]:
    relations: tuple[Relation, ...] = item.sources
    return [span for relation in relations for span in relation.evidence]


def _groups(item: Item) -> list[Spans]:
    """Return the groups of an item's evidence, those of pooled relations apart."""
    groups: dict[tuple[int, int], list[Evidence]] = defaultdict(list)
    for number, relation in enumerate(item.sources):
        for span in relation.evidence:
            groups[number, span.group].append(span)
    return [spans for group in groups.values() if (spans := placed(*group))]


def _touches(span: Evidence, groups: list[Spans]) -> bool:
    ends = extent(span)
    return ends is not None and any(
        start < ends[1] and ends[0] < end for group in groups for start, end in group
    )


def _covers(given: Spans, group: Spans, text: str) -> bool:
    """Whether sorted spans hold all of a group's characters but its white space."""
    for start, end in group:
        for first, last in (*given, (end, end)):
            if start < end and start < first and text[start : min(first, end)].strip():
                return False
            start = max(start, last)
    return True


def _lone(item: Item, span: Evidence, text: str) -> Item:
    """Return an item for a span of evidence that is wrong, to list it."""
    spans = placed(span)
    surface = text[slice(*spans[0])] if spans else span.text or ""
    return replace(item, spans=spans, words=partial(_shown, item, surface))


def _shown(item: Item, surface: str) -> str:
    return f'{item.shown}: "{shorten(surface)}"'


def _certainty(item: Item) -> str | None:
    declared = {relation.certainty for relation in item.sources} - {None}
    return max(declared, key=lambda each: (each == "stated", each), default=None)


def _quote_bits(pair: Pair, record: Record, owners: EntityMap | None) -> _QuoteBits | None:
    """Return each quote's characters, its place among equals and its speaker in gold."""
    if record.quotes is None:
        return None
    counts = pair.article.once(counting)
    found: _QuoteBits = []
    for quote in record.quotes:
        spans = placed(*quote.content)
        speaker = quote.speaker if owners is None else mapped(quote.speaker, owners)
        if bits := covered(spans) & counts:
            found.append((bits, (bits.bit_count(), quote.optional, spans), speaker))
    return found


def _asserted_by(item: Item, quotes: _QuoteBits | None, pair: Pair) -> Asserted | None:
    """Return who asserts a relation, the empty set for a fact, None if nothing says it."""
    if quotes is None:
        return None
    speakers: set[str | None] = set()
    for spans in _groups(item):
        group = covered(spans) & pair.article.once(counting)
        if group and not any(group & bits for bits, _, _ in quotes):
            return frozenset()
        around = [quote for quote in quotes if group and not group & ~quote[0]]
        inmost = min((place for _, place, _ in around), default=None)
        speakers |= {speaker for _, place, speaker in around if place == inmost}
    return frozenset(speakers) or None


def _known(pair: Pair, item: Item) -> bool:
    if not pair.seen or not isinstance(item.key, tuple):
        return False
    head, label, tail = item.key
    known = pair.article.once(gold_clusters)
    both = is_symmetric(label, pair.gold.scheme)
    return any(
        (one, label, other) in pair.seen or (both and (other, label, one) in pair.seen)
        for one in _surfaces(known, head, pair.text)
        for other in _surfaces(known, tail, pair.text)
    )


def _surfaces(known: Clusters, entity: str, text: str) -> set[str]:
    """Return how an entity is named in the text."""
    return {
        " ".join(text[start:end] for start, end in spans)
        for spans, _, level in known.get(entity, ())
        if spans and level not in _UNNAMED
    }
