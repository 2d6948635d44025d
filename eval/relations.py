"""Relations as items: document-level triples between mapped entities."""

from collections import defaultdict
from dataclasses import replace
from functools import cache
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
from goldwire.eval.items import Item, Pair, Sides, Spans, placed
from goldwire.schemas.labels import canonical, implied, inverses, relation_types
from goldwire.schemas.plain import shorten
from goldwire.schemas.record import Record, Relation

Triple = tuple[str, str, str]
_WORST_FIRST = ("unnamed", None, "named")


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
    owners = entity_map(pair, matches)
    if matches is not strict and owners == entity_map(pair, strict):
        return pair.once(relation_items)
    given: dict[object, list[Item]] = defaultdict(list)
    for relation in pair.predicted.relations or ():
        item = pair.once(_predicted_side).item(pair, relation, _seen(pair, relation, owners))
        given[item.key or _unmapped(relation, owners)].append(item)
    every = [item for items in given.values() for item in items]
    found = [_one(items) for items in given.values()]
    if pair.mutual:
        found += [each for item in every for each in _implied(item)]
    return Sides(pair.once(_gold_items), found, len(every) - len(given))


def _gold_items(pair: Pair) -> list[Item]:
    """Return gold's triples, and those implied that a prediction of their type could match."""
    side = pair.once(_gold_side)
    said = {inverses().get(each.type, each.type) for each in pair.predicted.relations or ()}
    gold: dict[object, list[Item]] = defaultdict(list)
    implications = []
    for relation in pair.gold.relations or ():
        triple = canonical(relation.head, relation.type, relation.tail)
        seen = triple, side.argument(pair, triple[0]), side.argument(pair, triple[2])
        item = side.item(pair, relation, seen)
        if pair.boilerplate and (evidence := placed(*relation.evidence)):
            item.inside = pair.inside(evidence)
        gold[triple, item.alternatives].append(item)
        implications += _implied(item, said)
    return [*(_one(items) for items in gold.values()), *implications]


class _Argument(NamedTuple):
    """An entity as an argument: whether it has a name, is all inside, and where it begins.

    ``named`` is "named", "unnamed", or None if no level says so.
    """

    named: str | None
    inside: bool
    first: Spans


_Seen = tuple[Triple | None, _Argument, _Argument]


def _argument(pair: Pair, mentions: list[Standing]) -> _Argument:
    spans = [spans for spans, _, _ in mentions if spans]
    levels = {level for _, _, level in mentions}
    silent = None in levels or not levels
    return _Argument(
        named="named" if "NAM" in levels else None if silent else "unnamed",
        inside=bool(pair.boilerplate)
        and bool(mentions)
        and all(pair.inside(spans) for spans, _, _ in mentions),
        first=min(spans)[:1] if spans else (),
    )


class _Side:
    """One side's entities by id, and how its relations become items.

    It does not keep the pair, which keeps it: a circle would wait for garbage collection.
    """

    def __init__(self, pair: Pair, record: Record, known: Clusters) -> None:
        self.text = pair.text
        self.record = record
        self.clusters = known
        self.arguments: dict[str, _Argument] = {}

    def argument(self, pair: Pair, name: str) -> _Argument:
        if name not in self.arguments:
            self.arguments[name] = _argument(pair, self.clusters.get(name, []))
        return self.arguments[name]

    def item(self, pair: Pair, relation: Relation, seen: "_Seen") -> Item:
        """Return a relation's item; ``seen`` is what its triple and arguments are in gold."""
        triple, head, tail = seen
        label = triple[1] if triple else inverses().get(relation.type, relation.type)
        named = (head.named, tail.named)
        return Item(
            spans=(relation.evidence and _shown(relation)) or self._first(pair, relation),
            words=lambda: self._words(relation),
            facets={
                "type": label,
                "family": relation_types()[label].family,
                "args": next(each for each in _WORST_FIRST if each in named),
            },
            inside=head.inside or tail.inside,
            key=triple,
            optional=relation.optional,
            alternatives=relation.alternatives,
            sources=(relation,),
        )

    def _first(self, pair: Pair, relation: Relation) -> Spans:
        head = self.argument(pair, relation.head).first
        tail = self.argument(pair, relation.tail).first
        return min(head, tail) if head and tail else head or tail

    def _words(self, relation: Relation) -> str:
        head, label, tail = canonical(relation.head, relation.type, relation.tail)
        return f"{self._name(head)} {label} {self._name(tail)}"

    def _name(self, argument: str) -> str:
        """Return an entity's name, else its longest mention, the first of equally long ones."""
        names = (e.name for e in self.record.entities or () if e.id == argument and e.name)
        spans = [spans[0] for spans, _, _ in self.clusters.get(argument, ()) if spans]
        start, end = max(spans, key=lambda span: (span[1] - span[0], -span[0]), default=(0, 0))
        return f'"{shorten(next(names, "") or self.text[start:end] or argument, 40)}"'


def _gold_side(pair: Pair) -> _Side:
    return _Side(pair, pair.gold, pair.once(gold_clusters))


def _predicted_side(pair: Pair) -> _Side:
    return _Side(pair, pair.predicted, pair.once(predicted_clusters))


def _seen(pair: Pair, relation: Relation, owners: EntityMap) -> _Seen:
    """Return a prediction's triple of gold ids, None if an argument maps to nothing.

    With it come the arguments: gold's own where they map, else the prediction's.
    """
    gold, mine = pair.once(_gold_side), pair.once(_predicted_side)
    head, tail = owners.get(relation.head), owners.get(relation.tail)
    return (
        None if head is None or tail is None else canonical(head, relation.type, tail),
        mine.argument(pair, relation.head) if head is None else gold.argument(pair, head),
        mine.argument(pair, relation.tail) if tail is None else gold.argument(pair, tail),
    )


def _unmapped(relation: Relation, owners: EntityMap) -> tuple[str, Triple]:
    """Return what is equal for relations that say the same though they map to nothing."""
    names = [
        f"?{name}" if owners.get(name) is None else f"={owners[name]}"
        for name in (relation.head, relation.tail)
    ]
    return "unmapped", canonical(names[0], relation.type, names[1])


def _one(items: list[Item]) -> Item:
    """Return one item for relations that say the same, whatever their order."""
    if len(items) == 1:
        return items[0]
    return replace(
        min(items, key=lambda item: item.identity),
        inside=all(item.inside for item in items),
        sources=tuple(source for item in items for source in item.sources),
    )


def _shown(relation: Relation) -> Spans:
    """Return the first group of a relation's evidence: enough to show where it stands."""
    first = min([span.group for span in relation.evidence])
    return placed(*[span for span in relation.evidence if span.group == first])


@cache
def _implications(label: str) -> tuple[str, ...]:
    return tuple(sorted(implied(label)))


def _implied(item: Item, said: set[str] | None = None) -> list[Item]:
    """Return what a triple implies (of the types ``said``), never required."""
    if not isinstance(item.key, tuple):
        return []
    head, label, tail = item.key
    return [
        replace(
            item,
            facets={**item.facets, "type": other, "family": relation_types()[other].family},
            key=canonical(head, other, tail),
            optional=True,
            alternatives=None,
        )
        for other in _implications(label)
        if said is None or other in said
    ]
