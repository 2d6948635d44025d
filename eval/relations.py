"""Relations as items: document-level triples between mapped entities."""

from collections.abc import Callable
from dataclasses import replace

from goldwire.eval.entities import Clusters, clusters, entity_map, strict
from goldwire.eval.items import Item, Pair, Sides, Spans, placed
from goldwire.schemas.labels import canonical, implied, relation_types
from goldwire.schemas.plain import shorten
from goldwire.schemas.record import Record, Relation

Triple = tuple[str, str, str]
Named = Callable[[str], str | None]
_WORST_FIRST = ("unnamed", None, "named")


def relation_items(pair: Pair) -> Sides:
    """Return the triples of both sides, predicted arguments mapped by exact span and type.

    Triples are canonical and without repetition. What gold implies beyond what it
    stores is added as optional: such predictions are ignored. A predicted triple with
    an argument that maps to nothing has no key: it is spurious.
    """
    sides = _Side(pair, pair.gold), _Side(pair, pair.predicted)
    mapped = entity_map(pair, strict)
    gold: dict[tuple[Triple, str | None], Item] = {}
    for relation in pair.gold.relations or ():
        item = sides[0].item(relation, sides[0].named)
        name = _triple(relation), item.alternatives
        if name not in gold or (gold[name].optional and not item.optional):
            gold[name] = item
    implications = [each for (triple, _), item in gold.items() for each in _implied(triple, item)]

    def named(argument: str) -> str | None:
        owner = mapped.get(argument)
        return sides[1].named(argument) if owner is None else sides[0].named(owner)

    given: dict[object, Item] = {}
    for relation in pair.predicted.relations or ():
        item = sides[1].item(relation, named)
        head, tail = mapped.get(relation.head), mapped.get(relation.tail)
        whole = head is not None and tail is not None
        item.key = canonical(head or "", relation.type, tail or "") if whole else None
        apart = canonical(head or f"?{relation.head}", relation.type, tail or f"?{relation.tail}")
        given.setdefault(apart, item)
    repeated = len(pair.predicted.relations or ()) - len(given)
    return Sides([*gold.values(), *implications], list(given.values()), repeated)


class _Side:
    """One side's entities, and how its relations become items."""

    def __init__(self, pair: Pair, record: Record) -> None:
        self.pair = pair
        self.clusters: Clusters = clusters(record, pair.text)
        self.names = {e.id: e.name for e in record.entities or () if e.name}

    def named(self, argument: str) -> str | None:
        """Say whether an entity has a name: "named", "unnamed", or None if undeclared."""
        levels = {mention.level for mention in self.clusters.get(argument, ())}
        if "NAM" in levels:
            return "named"
        return None if None in levels or not levels else "unnamed"

    def item(self, relation: Relation, named: Named) -> Item:
        head, label, tail = _triple(relation)
        arguments = {named(head), named(tail)}
        evidence = placed(*relation.evidence)
        return Item(
            spans=_shown(relation) or self._first(head, tail),
            words=f"{self._words(head)} {label} {self._words(tail)}",
            facets={
                "type": label,
                "family": relation_types()[label].family,
                "args": next((each for each in _WORST_FIRST if each in arguments), None),
            },
            inside=self._inside(evidence, head, tail),
            key=(head, label, tail),
            optional=relation.optional,
            alternatives=relation.alternatives,
        )

    def _inside(self, evidence: Spans, head: str, tail: str) -> bool:
        """All evidence lies in boilerplate; without evidence, all mentions of an argument."""
        if evidence:
            return self.pair.inside(evidence)
        return any(
            bool(mentions) and all(self.pair.inside(mention.spans) for mention in mentions)
            for mentions in (self.clusters.get(head, ()), self.clusters.get(tail, ()))
        )

    def _first(self, head: str, tail: str) -> Spans:
        mentions = [*self.clusters.get(head, ()), *self.clusters.get(tail, ())]
        spans = sorted(mention.spans for mention in mentions if mention.spans)
        return spans[0][:1] if spans else ()

    def _words(self, argument: str) -> str:
        if argument in self.names:
            return f'"{shorten(self.names[argument] or "", 40)}"'
        spans = [mention.spans for mention in self.clusters.get(argument, ()) if mention.spans]
        longest = max(spans, key=lambda each: each[0][1] - each[0][0], default=((0, 0),))
        return f'"{shorten(self.pair.text[slice(*longest[0])] or argument, 40)}"'


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
