"""Which gold entity a predicted one stands for: for the arguments of relations and speakers.

A predicted entity maps to the gold entity that most of its mentions match; several may
map to one. A mention without an entity is an entity of its own, on both sides. The maps
differ in what it is to match: ``strict``, ``exact`` and ``overlap``. The votes of exact
spans are looked up, those of overlaps found among the mentions that reach that far, so a
map takes time in proportion to the mentions and not to the product of both sides.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Mapping
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
Key = tuple[Spans, str | None]
"""Span and type of a mention."""
Votes = Mapping[str, int]
"""The gold entities that a mention votes for, with its weight for each."""


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
    """Vote for the gold entities that have a mention of equal span, whatever the type.

    Where some of them have the mention's own type, only those are voted for.
    """
    return _map(pair, _Gold.same_span)


def overlap(pair: Pair) -> EntityMap:
    """Vote for the gold entity of the mention that this one overlaps best.

    Best is an equal span, then an equal type, then more shared characters, then the
    smaller start, end and type: the ladder of all matching.
    """
    return _map(pair, _Gold.best_overlap)


def _map(pair: Pair, vote: "Callable[[_Gold, Key], Votes]") -> EntityMap:
    gold = pair.once(_Gold)
    answer: EntityMap = {}
    for name, keys in pair.once(_voters).items():
        votes: dict[str, int] = {}
        for key in keys:
            for owner, weight in vote(gold, key).items():
                votes[owner] = votes.get(owner, 0) + weight
        answer[name] = next(iter(votes), None) if len(votes) < 2 else gold.first(votes)
    return answer


def _voters(pair: Pair) -> dict[str, set[Key]]:
    """Return what votes for each predicted entity: its mentions, equal ones once."""
    return {
        name: {(spans, label) for spans, label, _ in mentions}
        for name, mentions in pair.once(predicted_clusters).items()
    }


class _Gold:
    """Gold's mentions, by what a predicted one could match."""

    def __init__(self, pair: Pair) -> None:
        self.clusters = pair.once(gold_clusters)
        self.typed: dict[Key, dict[str, int]] = {}
        for owner, mentions in self.clusters.items():
            for spans, label, level in mentions:
                voted = self.typed.setdefault((spans, label), {})
                weight = _VOTE + 1 if level == "NAM" else _VOTE
                if voted.get(owner, 0) < weight:
                    voted[owner] = weight
        for key in [key for key in self.typed if not key[0]]:
            del self.typed[key]

    @cached_property
    def labels(self) -> dict[Spans, list[str | None]]:
        """The types of the mentions at each span."""
        found: dict[Spans, list[str | None]] = {}
        for spans, label in self.typed:
            found.setdefault(spans, []).append(label)
        return found

    @cached_property
    def hulls(self) -> list[tuple[int, int, Spans]]:
        """First start and last end of each span, sorted."""
        return sorted([(spans[0][0], _last(spans), spans) for spans in self.labels])

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

    def same_span_and_type(self, key: Key) -> Votes:
        return self.same_span(key) if key[1] is None else self.typed.get(key, _NOBODY)

    def same_span(self, key: Key) -> Votes:
        if key in self.typed:
            return self.typed[key]
        best: dict[str, int] = {}
        for label in self.labels.get(key[0], ()):
            for owner, weight in self.typed[key[0], label].items():
                best[owner] = max(weight, best.get(owner, 0))
        return best

    def best_overlap(self, key: Key) -> Votes:
        found: Votes | None = self.typed.get(key)
        if found is None:
            best = self.nearest(*key)
            found = self.typed[best] if best else _NOBODY
        if len(found) < 2:
            return found
        owner = min(found, key=self.place.__getitem__)
        return {owner: found[owner]}

    def nearest(self, spans: Spans, label: str | None) -> Key | None:
        """Return span and type of the mention that overlaps best where none equals both."""
        if spans in self.labels:
            return spans, _fitting(label, self.labels[spans])
        if not spans:
            return None
        start, end = spans[0][0], _last(spans)
        best: tuple[bool, int, Spans] | None = None
        kind: str | None = None
        number = bisect_left(self.hulls, (end,))
        while number and self.reach[number - 1] > start:
            number -= 1
            low, high, other = self.hulls[number]
            shared = min(end, high) - max(start, low)
            if shared > 0 and (len(spans) > 1 or len(other) > 1):
                shared = (covered(spans) & covered(other)).bit_count()
            if shared > 0:
                chosen = _fitting(label, self.labels[other])
                rank = chosen != label, -shared, other
                if best is None or rank < best:
                    best, kind = rank, chosen
        return (best[2], kind) if best else None

    def first(self, votes: Votes) -> str:
        """Return who has most votes; of equals, who stands first in the text."""
        most = max(votes.values())
        best = [owner for owner, weight in votes.items() if weight == most]
        return best[0] if len(best) == 1 else min(best, key=self.place.__getitem__)


_NOBODY: Votes = {}


def _last(spans: Spans) -> int:
    return spans[0][1] if len(spans) == 1 else max(end for _, end in spans)


def _fitting(label: str | None, labels: list[str | None]) -> str | None:
    """Return the equal one of some types, else the first in their order."""
    if len(labels) == 1 or label not in labels:
        return labels[0] if len(labels) == 1 else min(labels, key=lambda each: each or "")
    return label
