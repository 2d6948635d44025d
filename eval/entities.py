"""Which gold entity a predicted one stands for: for the arguments of relations and speakers.

A predicted entity maps to the gold entity that most of its mentions match; several may
map to one. A mention without an entity is an entity of its own, on both sides.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import NamedTuple

from goldwire.eval.items import Pair, Spans, placed
from goldwire.schemas.record import Entity, Mention, Record
from goldwire.schemas.spans import occurrence


class Standing(NamedTuple):
    """Where a mention stands: its spans, type and level (None if not declared)."""

    spans: Spans
    type: str | None
    level: str | None

    @property
    def characters(self) -> set[int]:
        """The offsets that the mention covers."""
        return {offset for start, end in self.spans for offset in range(start, end)}


Clusters = dict[str, list[Standing]]
Matches = Callable[[Standing, Clusters], dict[str, Standing]]
"""From a predicted mention to the gold entities that it votes for, each with its mention."""


def clusters(record: Record, text: str) -> Clusters:
    """Return the mentions of each entity by its id, or by the mention's if it has none.

    An entity given by name alone stands at that name's first occurrence in the text.
    """
    found: Clusters = defaultdict(list)
    for mention in record.mentions or ():
        if owner := mention.entity or mention.id:
            found[owner].append(_standing(mention))
    for entity in record.entities or ():
        if entity.id not in found:
            found[entity.id] = _by_name(entity, text)
    return dict(found)


def spans_of(mention: Mention) -> Spans:
    """Return the parts of a discontinuous mention, else its one span; () if unplaced."""
    return placed(*mention.parts) if mention.parts else placed(mention)


def _standing(mention: Mention) -> Standing:
    return Standing(spans_of(mention), mention.type, mention.level)


def _by_name(entity: Entity, text: str) -> list[Standing]:
    found = occurrence(text, entity.name) if entity.name else None
    return [Standing((found,), entity.type, "NAM")] if found else []


def strict(mention: Standing, gold: Clusters) -> dict[str, Standing]:
    """Vote for the gold entities that have a mention of equal span and type."""
    return {
        name: standing
        for name, mentions in gold.items()
        for standing in mentions
        if standing.spans and standing[:2] == mention[:2]
    }


def overlap(mention: Standing, gold: Clusters) -> dict[str, Standing]:
    """Vote for the gold entity of the mention that this one overlaps best.

    Best is an equal span, then an equal type, then more shared characters, then the
    earlier one: the ladder of all matching.
    """
    covered = mention.characters
    best: tuple[tuple[int, ...], str, Standing] | None = None
    for name, mentions in gold.items():
        for standing in mentions:
            if shared := len(covered & standing.characters):
                exact, typed = standing.spans == mention.spans, standing.type == mention.type
                start, end = standing.spans[0][0], standing.spans[-1][1]
                rank = (int(exact), int(typed), shared, -start, -end)
                if best is None or rank > best[0]:
                    best = rank, name, standing
    return {best[1]: best[2]} if best else {}


def entity_map(pair: Pair, matches: Matches) -> dict[str, str | None]:
    """Map each predicted entity's id to a gold entity's id, or None if no mention matches.

    Ties go to the gold entity with more names among the matched mentions, then to the
    one that stands earlier in the text.
    """
    gold = clusters(pair.gold, pair.text)
    first = {
        name: min((m.spans[0] for m in mentions if m.spans), default=(2**31, 2**31))
        for name, mentions in gold.items()
    }
    answer: dict[str, str | None] = {}
    for name, mentions in clusters(pair.predicted, pair.text).items():
        votes: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for mention in set(mentions):
            for owner, standing in matches(mention, gold).items():
                votes[owner][0] += 1
                votes[owner][1] += standing.level == "NAM"
        answer[name] = max(
            votes, key=lambda o: (*votes[o], -first[o][0], -first[o][1]), default=None
        )
    return answer
