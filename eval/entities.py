"""Which gold entity a predicted one stands for: for the arguments of relations and speakers.

A predicted entity maps to the gold entity that most of its mentions match; several may
map to one. A mention without an entity is an entity of its own, on both sides. The maps
differ in what it is to match: ``strict``, ``exact`` and ``overlap``. The votes of exact
spans are looked up, those of overlaps found among the mentions that reach that far, so a
map takes time in proportion to the mentions and not to the product of both sides.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cached_property
from itertools import accumulate

from goldwire.eval.items import Pair, Spans, covered, placed
from goldwire.schemas.record import Entity, Mention, Record
from goldwire.schemas.spans import occurrence

Standing = tuple[Spans, str | None, str | None]
"""Where a mention stands: its spans, type and level (None if not declared)."""
Clusters = dict[str, list[Standing]]
EntityMap = dict[str, str | None]
"""From the id of each predicted entity to that of a gold one, None if no mention matches."""
Matches = Callable[[Pair], EntityMap]

_VOTE = 1 << 32
"""The weight of a mention; one that is a name adds 1, so names only decide between equals."""
Votes = Iterable[tuple[str, int]]


def clusters(record: Record, text: str) -> Clusters:
    """Return the mentions of each entity by its id, or by the mention's if it has none.

    An entity given by name alone stands at that name's first occurrence in the text.
    """
    found: Clusters = defaultdict(list)
    for mention in record.mentions or ():
        if owner := mention.entity or mention.id:
            found[owner].append((spans_of(mention), mention.type, mention.level))
    for entity in record.entities or ():
        if entity.id not in found:
            found[entity.id] = _by_name(entity, text)
    return dict(found)


def gold_clusters(pair: Pair) -> Clusters:
    """Return the clusters of gold; ask for them through ``pair.once``."""
    return clusters(pair.gold, pair.text)


def predicted_clusters(pair: Pair) -> Clusters:
    """Return the clusters of the prediction; ask for them through ``pair.once``."""
    return clusters(pair.predicted, pair.text)


def spans_of(mention: Mention) -> Spans:
    """Return the parts of a discontinuous mention, else its one span; () if unplaced."""
    if mention.parts:
        return placed(*mention.parts)
    start, end = mention.start, mention.end
    return () if start is None or end is None else ((start, end),)


def _by_name(entity: Entity, text: str) -> list[Standing]:
    found = occurrence(text, entity.name) if entity.name else None
    return [((found,), entity.type, "NAM")] if found else []


def entity_map(pair: Pair, matches: Matches) -> EntityMap:
    """Map each predicted entity's id to a gold entity's id, or None if no mention matches.

    ``matches`` is one of this module's. Ties go to the gold entity with more names among
    the matched mentions, then to the one that stands earlier in the text. Mentions equal
    in span and type vote once. The map is made once per pair.
    """
    return pair.once(matches)


def strict(pair: Pair) -> EntityMap:
    """Vote for the gold entities that have a mention of equal span and type.

    An entity given by name alone need not declare a type; its name then decides.
    """
    return _map(pair, _Gold.same_span_and_type)


def exact(pair: Pair) -> EntityMap:
    """Vote for the gold entities that have a mention of equal span, whatever the type."""
    return _map(pair, _Gold.same_span)


def overlap(pair: Pair) -> EntityMap:
    """Vote for the gold entity of the mention that this one overlaps best.

    Best is an equal span, then an equal type, then more shared characters, then the
    smaller start, end and type: the ladder of all matching.
    """
    return _map(pair, _Gold.best_overlap)


def _map(pair: Pair, vote: "Callable[[_Gold, Spans, str | None], Votes]") -> EntityMap:
    gold = pair.once(_Gold)
    answer: EntityMap = {}
    for name, mentions in pair.once(predicted_clusters).items():
        votes: dict[str, int] = {}
        for spans, label in {(spans, label) for spans, label, _ in mentions if spans}:
            for owner, weight in vote(gold, spans, label):
                votes[owner] = votes.get(owner, 0) + weight
        answer[name] = gold.first(votes)
    return answer


class _Gold:
    """Gold's mentions, by what a predicted one could match."""

    def __init__(self, pair: Pair) -> None:
        self.clusters = pair.once(gold_clusters)
        self.typed: dict[tuple[Spans, str | None], dict[str, int]] = {}
        for owner, mentions in self.clusters.items():
            for spans, label, level in mentions:
                if spans:
                    voted = self.typed.setdefault((spans, label), {})
                    weight = _VOTE + (level == "NAM")
                    if voted.get(owner, 0) < weight:
                        voted[owner] = weight

    @cached_property
    def labels(self) -> dict[Spans, list[str | None]]:
        """The types of the mentions at each span, in their order."""
        found: dict[Spans, list[str | None]] = defaultdict(list)
        for spans, label in sorted(self.typed, key=lambda key: key[1] or ""):
            found[spans].append(label)
        return dict(found)

    @cached_property
    def hulls(self) -> list[tuple[int, int, Spans]]:
        """First start and last end of each span, sorted."""
        return sorted((spans[0][0], max(end for _, end in spans), spans) for spans in self.labels)

    @cached_property
    def reach(self) -> list[int]:
        """How far the hulls up to each one reach, so that a search may end early."""
        return list(accumulate((end for _, end, _ in self.hulls), max))

    @cached_property
    def place(self) -> dict[str, int]:
        """The order of entities in the text, whatever their ids: by all of their mentions."""
        found = {
            name: sorted((spans, label or "", level or "") for spans, label, level in mentions)
            for name, mentions in self.clusters.items()
        }
        return {name: number for number, name in enumerate(sorted(found, key=found.__getitem__))}

    def same_span_and_type(self, spans: Spans, label: str | None) -> Votes:
        if label is None:
            return self.same_span(spans, label)
        return self.typed.get((spans, label), {}).items()

    def same_span(self, spans: Spans, label: str | None) -> Votes:
        best: dict[str, int] = {}
        for other in self.labels.get(spans, ()):
            for owner, weight in self.typed[spans, other].items():
                best[owner] = max(weight, best.get(owner, 0))
        return best.items()

    def best_overlap(self, spans: Spans, label: str | None) -> Votes:
        found = self.typed.get((spans, label))
        if found is None:
            best = self._best(spans, label)
            if best is None:
                return ()
            found = self.typed[best]
        if len(found) == 1:
            return found.items()
        owner = min(found, key=self.place.__getitem__)
        return ((owner, found[owner]),)

    def _best(self, spans: Spans, label: str | None) -> tuple[Spans, str | None] | None:
        """Return span and type of the mention that overlaps best where none equals both."""
        if spans in self.labels:
            return spans, self.labels[spans][0]
        start, end = spans[0][0], max(end for _, end in spans)
        ranked = []
        number = bisect_left(self.hulls, (end,))
        while number and self.reach[number - 1] > start:
            number -= 1
            low, high, other = self.hulls[number]
            if high <= start:
                continue
            shared = min(end, high) - max(start, low)
            if len(spans) > 1 or len(other) > 1:
                shared = (covered(spans) & covered(other)).bit_count()
            if shared:
                labels = self.labels[other]
                chosen = label if label in labels else labels[0]
                ranked.append(((chosen != label, -shared, other), chosen))
        if not ranked:
            return None
        (*_, other), chosen = min(ranked, key=lambda each: each[0])
        return other, chosen

    def first(self, votes: dict[str, int]) -> str | None:
        """Return who has most votes; of equals, who stands first in the text."""
        if len(votes) < 2:
            return next(iter(votes), None)
        most = max(votes.values())
        best = [owner for owner, weight in votes.items() if weight == most]
        return best[0] if len(best) == 1 else min(best, key=self.place.__getitem__)
