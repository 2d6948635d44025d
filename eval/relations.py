"""Relations as items: document-level triples between mapped entities."""

from collections import defaultdict
from dataclasses import replace
from functools import cache, partial
from typing import NamedTuple

from goldwire.eval.entities import (
    Clusters,
    EntityMap,
    Matches,
    Standing,
    entity_map,
    exact,
    gold_clusters,
    overlap,
    predicted_clusters,
    strict,
)
from goldwire.eval.items import Article, Item, Pair, Sides, Spans, placed
from goldwire.schemas.labels import canonical, family, implied, plain_type
from goldwire.schemas.plain import shorten
from goldwire.schemas.record import Evidence, Record, Relation

Triple = tuple[str, str, str]


def relation_items(pair: Pair) -> Sides:
    """Return the triples of both sides, predicted arguments mapped by exact span and type."""
    return _items(pair, strict)


def relation_items_by_span(pair: Pair) -> Sides:
    """Return the triples of both sides, predicted arguments mapped by exact span alone."""
    return _items(pair, exact)


def relation_items_by_overlap(pair: Pair) -> Sides:
    """Return the triples of both sides, predicted arguments mapped by overlap."""
    return _items(pair, overlap)


def _items(pair: Pair, matches: Matches) -> Sides:
    """Return the triples of both sides.

    Triples are canonical and without repetition. What gold implies beyond what it
    stores is added as optional: such predictions are ignored. A predicted triple with
    an argument that maps to nothing has no key: it is spurious.

    A gold relation is inside boilerplate if all its evidence is, a predicted one if an
    argument stands nowhere else: its own evidence is a claim, and would excuse anything.
    """
    relations = pair.predicted.relations or ()
    owners = entity_map(pair, matches) if relations else {}
    if matches is not strict and (not relations or owners == entity_map(pair, strict)):
        return pair.once(relation_items)
    gold, mine = pair.article.once(_gold_side), pair.once(_predicted_side)

    def seen(name: str) -> _Argument:
        owner = owners.get(name)
        side, own = (mine, name) if owner is None else (gold, owner)
        return side.argument(pair.article, own)

    given: dict[object, list[Item]] = defaultdict(list)
    for relation in relations:
        triple = _triple(relation, owners, pair.gold.scheme)
        item = mine.item(relation, triple, seen(relation.head), seen(relation.tail))
        given[triple or _unmapped(relation, owners, pair.gold.scheme)].append(item)
    every = [item for items in given.values() for item in items]
    found = [_one(items) for items in given.values()]
    if pair.mutual:
        found += [each for item in every for each in _implied(item, pair.gold.scheme)]
    stored, implications = pair.article.once(_gold_items)
    said = {plain_type(each.type) for each in relations} if implications else set()
    met = [each for each in implications if each.facets["type"] in said]
    return Sides([*stored, *met], found, len(every) - len(given))


def _gold_items(article: Article) -> tuple[list[Item], list[Item]]:
    """Return gold's triples, and those that they imply."""
    side = article.once(_gold_side)
    gold: dict[object, list[Item]] = defaultdict(list)
    implications = []
    for relation in article.record.relations or ():
        scheme = article.record.scheme
        triple = canonical(relation.head, relation.type, relation.tail, scheme)
        head, tail = (side.argument(article, name) for name in (triple[0], triple[2]))
        item = side.item(relation, triple, head, tail)
        if article.boilerplate and (evidence := placed(*relation.evidence)):
            item.inside = article.inside(evidence)
        gold[triple, item.alternatives].append(item)
        implications += _implied(item, scheme)
    return [_one(items) for items in gold.values()], implications


class _Argument(NamedTuple):
    """An entity as an argument: whether it has a name (None if no level says so), is inside."""

    named: str | None
    inside: bool


def _argument(article: Article, mentions: list[Standing]) -> _Argument:
    levels = [mention[2] for mention in mentions]
    silent = None in levels or not levels
    named = "named" if "NAM" in levels else None if silent else "unnamed"
    if not (article.boilerplate and mentions):
        return _Argument(named, False)
    return _Argument(named, all(article.inside(mention[0]) for mention in mentions))


class _Side:
    """One side's entities by id, and how its relations become items.

    It does not keep the article, which keeps it: a circle would wait for garbage collection.
    """

    def __init__(self, text: str, record: Record, known: Clusters, scheme: str | None) -> None:
        self.text = text
        self.scheme = scheme
        self.record = record
        self.clusters = known
        self.arguments: dict[str, _Argument] = {}

    def argument(self, article: Article, name: str) -> _Argument:
        found = self.arguments.get(name)
        if found is None:
            found = self.arguments[name] = _argument(article, self.clusters.get(name, []))
        return found

    def item(
        self, relation: Relation, triple: Triple | None, head: _Argument, tail: _Argument
    ) -> Item:
        """Return a relation's item; the triple and the arguments are what they are in gold."""
        label = triple[1] if triple else plain_type(relation.type, self.scheme)
        named = head.named, tail.named
        args = "unnamed" if "unnamed" in named else None if None in named else "named"
        return Item(
            spans=_shown(relation.evidence) or self._first(relation),
            words=partial(self._words, relation),
            facets={"type": label, "family": family(label, self.scheme), "args": args},
            inside=head.inside or tail.inside,
            key=triple,
            optional=relation.optional,
            alternatives=relation.alternatives,
            sources=(relation,),
        )

    def _first(self, relation: Relation) -> Spans:
        """Return where the first mention of either argument begins."""
        mentions = (self.clusters.get(name, ()) for name in (relation.head, relation.tail))
        return min([each[0] for found in mentions for each in found if each[0]], default=())[:1]

    def _words(self, relation: Relation) -> str:
        triple = relation.head, relation.type, relation.tail
        head, label, tail = canonical(*triple, self.scheme)
        return f"{self._name(head)} {label} {self._name(tail)}"

    def _name(self, argument: str) -> str:
        """Return an entity's name, else its longest mention, the first of equally long ones."""
        names = (e.name for e in self.record.entities or () if e.id == argument and e.name)
        spans = [spans[0] for spans, _, _ in self.clusters.get(argument, ()) if spans]
        start, end = max(spans, key=lambda span: (span[1] - span[0], -span[0]), default=(0, 0))
        return f'"{shorten(next(names, "") or self.text[start:end] or argument, 40)}"'


def _gold_side(article: Article) -> _Side:
    record = article.record
    return _Side(article.text, record, article.once(gold_clusters), record.scheme)


def _predicted_side(pair: Pair) -> _Side:
    return _Side(pair.text, pair.predicted, pair.once(predicted_clusters), pair.gold.scheme)


def _triple(relation: Relation, owners: EntityMap, scheme: str | None) -> Triple | None:
    """Return a prediction's triple of gold ids, None if an argument maps to nothing."""
    head, tail = owners.get(relation.head), owners.get(relation.tail)
    if head is None or tail is None:
        return None
    return canonical(head, relation.type, tail, scheme)


def _unmapped(relation: Relation, owners: EntityMap, scheme: str | None) -> tuple[str, Triple]:
    """Return what is equal for relations that say the same though they map to nothing."""
    names = [
        f"?{name}" if owners.get(name) is None else f"={owners[name]}"
        for name in (relation.head, relation.tail)
    ]
    return "unmapped", canonical(names[0], relation.type, names[1], scheme)


def _one(items: list[Item]) -> Item:
    """Return one item for relations that say the same, whatever their order."""
    if len(items) == 1:
        return items[0]
    return replace(
        min(items, key=lambda item: item.identity),
        inside=all(item.inside for item in items),
        sources=tuple(source for item in items for source in item.sources),
    )


def _shown(evidence: list[Evidence]) -> Spans:
    """Return the first group of a relation's evidence: enough to show where it stands."""
    if len(evidence) > 1:
        first = min([span.group for span in evidence])
        evidence = [span for span in evidence if span.group == first]
    return placed(*evidence)


@cache
def _implications(label: str, scheme: str | None) -> tuple[str, ...]:
    return tuple(sorted(implied(label, scheme)))


def _implied(item: Item, scheme: str | None) -> list[Item]:
    """Return what a triple implies, never required."""
    if not isinstance(item.key, tuple):
        return []
    head, label, tail = item.key
    return [
        replace(
            item,
            facets={**item.facets, "type": other, "family": family(other)},
            key=canonical(head, other, tail),
            optional=True,
            alternatives=None,
        )
        for other in _implications(label, scheme)
    ]
