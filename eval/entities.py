"""Which gold entity a predicted one stands for: for the arguments of relations and speakers.

A predicted entity maps to the gold entity that most of its mentions match; several may
map to one. A mention without an entity is an entity of its own, on both sides. The maps
differ in what it is to match: ``strict``, ``exact`` and ``overlap``. The votes of exact
spans are looked up, those of overlaps found among the mentions that reach that far, so a
map takes time in proportion to the mentions and not to the product of both sides.
"""

from bisect import bisect_left
from collections.abc import Callable, Collection, Mapping
from functools import cached_property
from itertools import accumulate
from typing import Any

from goldwire.eval.items import Article, Pair, Spans, covered, placed
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
    found: Clusters = {}
    for mention in record.mentions or ():
        if owner := mention.entity or mention.id:
            standing = spans_of(mention), mention.type, mention.level
            if owner in found:
                found[owner].append(standing)
            else:
                found[owner] = [standing]
    for entity in record.entities or ():
        if entity.id not in found:
            found[entity.id] = _by_name(entity, text)
    return found


def gold_clusters(article: Article) -> Clusters:
    """Return the clusters of gold; ask for them through ``article.once``."""
    return clusters(article.record, article.text)


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
    gold = pair.article.once(_Gold)
    answer: EntityMap = {}
    for name, (votes, open_keys) in pair.once(_polls).items():
        if open_keys and not _decided(votes, len(open_keys)):
            votes = votes.copy()
            for key in open_keys:
                for owner, weight in vote(gold, key).items():
                    votes[owner] = votes.get(owner, 0) + weight
        answer[name] = gold.first(votes) if len(votes) > 1 else next(iter(votes), None)
    return answer


def _decided(votes: Votes, open_: int) -> bool:
    """Whether one entity has so many votes that the open ones can't change who has most."""
    if len(votes) != 1:
        return False
    return next(iter(votes.values())) > open_ * (_VOTE + 1)


def _polls(pair: Pair) -> "dict[str, tuple[dict[str, int], list[Key]]]":
    """Return for each predicted entity the votes that all maps agree on, and what else votes.

    They agree on a mention that equals those of one gold entity in span and type. Mentions
    that are equal vote once.
    """
    sure = pair.article.once(_Gold).sure
    polls = {}
    for name, mentions in pair.once(predicted_clusters).items():
        votes: dict[str, int] = {}
        open_keys = []
        for key in {(spans, label) for spans, label, _ in mentions}:
            vote = sure.get(key)
            if vote is None:
                open_keys.append(key)
            else:
                owner, weight = vote
                votes[owner] = votes.get(owner, 0) + weight
        polls[name] = votes, open_keys
    return polls


class _Gold:
    """Gold's mentions, by what a predicted one could match.

    ``at`` gives for each span and each type there the votes of a mention that has both.
    """

    def __init__(self, article: Article) -> None:
        self.clusters = article.once(gold_clusters)
        self.at: dict[Spans, dict[str | None, dict[str, int]]] = {}
        for owner, mentions in self.clusters.items():
            for spans, label, level in mentions:
                weight = _VOTE + 1 if level == "NAM" else _VOTE
                kinds = self.at.get(spans)
                if kinds is None:
                    self.at[spans] = {label: {owner: weight}}
                elif label not in kinds:
                    kinds[label] = {owner: weight}
                else:
                    kinds[label][owner] = max(weight, kinds[label].get(owner, 0))
        self.at.pop((), None)

    @cached_property
    def sure(self) -> dict[Key, tuple[str, int]]:
        """The vote of each span and type that only one entity has."""
        return {
            (spans, label): next(iter(votes.items()))
            for spans, kinds in self.at.items()
            for label, votes in kinds.items()
            if len(votes) == 1
        }

    @cached_property
    def order(self) -> list[Spans]:
        """The spans of the mentions, sorted."""
        return sorted(self.at)

    @cached_property
    def reach(self) -> list[int]:
        """How far the spans up to each one reach, so that a search may end early."""
        ends = [spans[0][1] if len(spans) == 1 else _last(spans) for spans in self.order]
        return list(accumulate(ends, max))

    def same_span_and_type(self, key: Key) -> Votes:
        spans, label = key
        if label is None:
            return self.same_span(key)
        return self.at.get(spans, _NOBODY).get(label, _NOBODY)

    def same_span(self, key: Key) -> Votes:
        spans, label = key
        kinds = self.at.get(spans, _NOBODY)
        if label in kinds:
            return kinds[label]
        best: dict[str, int] = {}
        for votes in kinds.values():
            for owner, weight in votes.items():
                best[owner] = max(weight, best.get(owner, 0))
        return best

    def best_overlap(self, key: Key) -> Votes:
        spans, label = key
        where = spans if spans in self.at else self.nearest(spans, label)
        if where is None:
            return _NOBODY
        found = self.at[where][_fitting(label, self.at[where])]
        if len(found) < 2:
            return found
        owner = min(found, key=self.place)
        return {owner: found[owner]}

    def nearest(self, spans: Spans, label: str | None) -> Spans | None:
        """Return where the mention is that overlaps best, none having equal spans."""
        if not spans:
            return None
        start, end = spans[0][0], _last(spans)
        best: tuple[bool, int, Spans] | None = None
        order, reach = self.order, self.reach
        number = bisect_left(order, ((end,),))
        while number and reach[number - 1] > start:
            number -= 1
            other = order[number]
            shared = min(end, _last(other)) - max(start, other[0][0])
            if shared > 0 and (len(spans) > 1 or len(other) > 1):
                shared = (covered(spans) & covered(other)).bit_count()
            if shared > 0:
                rank = label not in self.at[other], -shared, other
                if best is None or rank < best:
                    best = rank
        return best[2] if best else None

    def first(self, votes: Votes) -> str:
        """Return who has most votes; of equals, who stands first in the text."""
        most = max(votes.values())
        best = [owner for owner, weight in votes.items() if weight == most]
        return best[0] if len(best) == 1 else min(best, key=self.place)

    def place(self, owner: str) -> list[tuple[Spans, str, str]]:
        """Return what orders entities in the text, whatever their ids: all of their mentions."""
        mentions = self.clusters[owner]
        return sorted([(spans, kind or "", level or "") for spans, kind, level in mentions])


_NOBODY: Mapping[Any, Any] = {}


def _last(spans: Spans) -> int:
    return spans[0][1] if len(spans) == 1 else max(end for _, end in spans)


def _fitting(label: str | None, labels: Collection[str | None]) -> str | None:
    """Return the equal one of some types, else the first in their order."""
    return label if label in labels else min(labels, key=lambda each: each or "")
