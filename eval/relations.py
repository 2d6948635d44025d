"""Relations as items: document-level triples between mapped entities."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from goldwire.eval.entities import (
    Clusters,
    Matches,
    Standing,
    clusters,
    entity_map,
    overlap,
    strict,
)
from goldwire.eval.items import Item, Pair, Sides, Spans, placed
from goldwire.schemas.labels import canonical, implied, relation_types
from goldwire.schemas.plain import shorten
from goldwire.schemas.record import Record, Relation

Triple = tuple[str, str, str]
_WORST_FIRST = ("unnamed", None, "named")


def relation_items(pair: Pair) -> Sides:
    """Return the triples of both sides, predicted arguments mapped by exact span and type."""
    return _items(pair, strict)


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
    gold_side = _Side(pair, pair.gold)
    gold: dict[object, list[Item]] = defaultdict(list)
    implications = []
    for relation in pair.gold.relations or ():
        item = gold_side.item(relation, gold_side)
        if evidence := placed(*relation.evidence):
            item.inside = pair.inside(evidence)
        gold[_triple(relation), item.alternatives].append(item)
        implications += _implied(_triple(relation), item)

    mapped = _Mapped(_Side(pair, pair.predicted), gold_side, entity_map(pair, matches))
    given: dict[object, list[Item]] = defaultdict(list)
    for relation in pair.predicted.relations or ():
        item = mapped.mine.item(relation, mapped)
        item.key = mapped.triple(relation)
        given[mapped.known(relation)].append(item)
    repeated = len(pair.predicted.relations or ()) - len(given)
    kept = [_one(items) for items in gold.values()]
    found = [_one(items) for items in given.values()]
    if pair.mutual:
        keyed = [
            (mapped.triple(r), mapped.mine.item(r, mapped)) for r in pair.predicted.relations or ()
        ]
        found += [each for triple, item in keyed if triple for each in _implied(triple, item)]
    return Sides([*kept, *implications], found, repeated)


class _Side:
    """One side's entities by id, and how its relations become items."""

    def __init__(self, pair: Pair, record: Record) -> None:
        self.pair = pair
        self.clusters: Clusters = clusters(record, pair.text)
        self.names = {e.id: e.name for e in record.entities or () if e.name}
        self.words = cache(self._words)

    def mentions(self, argument: str) -> list[Standing]:
        return self.clusters.get(argument, [])

    def item(self, relation: Relation, judge: "_Side | _Mapped") -> Item:
        """Return a relation's item; ``judge`` knows what its arguments are in gold."""
        head, label, tail = _triple(relation)
        named = {_named(judge.mentions(argument)) for argument in (head, tail)}
        return Item(
            spans=_shown(relation) or self._first(head, tail),
            words=f"{self.words(head)} {label} {self.words(tail)}",
            facets={
                "type": label,
                "family": relation_types()[label].family,
                "args": next((each for each in _WORST_FIRST if each in named), None),
            },
            inside=any(self._inside(judge.mentions(argument)) for argument in (head, tail)),
            key=(head, label, tail),
            optional=relation.optional,
            alternatives=relation.alternatives,
        )

    def _inside(self, mentions: list[Standing]) -> bool:
        return bool(mentions) and all(self.pair.inside(mention.spans) for mention in mentions)

    def _first(self, head: str, tail: str) -> Spans:
        spans = [m.spans for name in (head, tail) for m in self.mentions(name) if m.spans]
        return min(spans)[:1] if spans else ()

    def _words(self, argument: str) -> str:
        """Return an entity's name, else its longest mention, the first of equally long ones."""
        spans = [mention.spans[0] for mention in self.mentions(argument) if mention.spans]
        start, end = max(spans, key=lambda span: (span[1] - span[0], -span[0]), default=(0, 0))
        return f'"{shorten(self.names.get(argument) or self.pair.text[start:end] or argument, 40)}"'


class _Mapped:
    """The predicted side, its arguments seen as the gold entities that they map to."""

    def __init__(self, mine: _Side, gold: _Side, owners: dict[str, str | None]) -> None:
        self.mine = mine
        self.gold = gold
        self.owners = owners

    def mentions(self, argument: str) -> list[Standing]:
        owner = self.owners.get(argument)
        return self.mine.mentions(argument) if owner is None else self.gold.mentions(owner)

    def triple(self, relation: Relation) -> Triple | None:
        """Return the triple of gold ids, None if an argument maps to nothing."""
        head, tail = self.owners.get(relation.head), self.owners.get(relation.tail)
        return None if head is None or tail is None else canonical(head, relation.type, tail)

    def known(self, relation: Relation) -> Triple:
        """Return a triple that is equal for relations that say the same, mapped or not."""
        names = [
            f"?{name}" if self.owners.get(name) is None else f"={self.owners[name]}"
            for name in (relation.head, relation.tail)
        ]
        return canonical(names[0], relation.type, names[1])


def _named(mentions: Iterable[Standing]) -> str | None:
    """Say whether an entity has a name: "named", "unnamed", or None if undeclared."""
    levels = {mention.level for mention in mentions}
    if "NAM" in levels:
        return "named"
    return None if None in levels or not levels else "unnamed"


def _one(items: list[Item]) -> Item:
    """Return one item for relations that say the same, whatever their order."""
    first = min(items, key=lambda item: item.identity)
    return replace(first, inside=all(item.inside for item in items))


def _shown(relation: Relation) -> Spans:
    """Return the first group of a relation's evidence: enough to show where it stands."""
    first = min((span.group for span in relation.evidence), default=1)
    return placed(*(span for span in relation.evidence if span.group == first))


def _triple(relation: Relation) -> Triple:
    return canonical(relation.head, relation.type, relation.tail)


def _implied(triple: Triple, item: Item) -> list[Item]:
    """Return what a gold triple implies, each as an item that is never required."""
    head, label, tail = triple
    return [
        replace(
            item,
            facets={**item.facets, "type": other, "family": relation_types()[other].family},
            key=canonical(head, other, tail),
            optional=True,
            alternatives=None,
        )
        for other in sorted(implied(label))
    ]
