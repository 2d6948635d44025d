"""Which gold entity a predicted one stands for: for the arguments of relations and speakers.

A predicted entity maps to the gold entity that most of its mentions match; several may
map to one. A mention without an entity is an entity of its own, on both sides.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import NamedTuple

from goldwire.eval.items import Pair, Spans, covered, placed
from goldwire.schemas.record import Entity, Mention, Record
from goldwire.schemas.spans import occurrence


class Standing(NamedTuple):
    """Where a mention stands: its spans, type and level (None if not declared)."""

    spans: Spans
    type: str | None
    level: str | None


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
    """Vote for the gold entities that have a mention of equal span and type.

    An entity given by name alone need not declare a type; its name then decides.
    """
    return {
        name: standing
        for name, mentions in gold.items()
        for standing in mentions
        if standing.spans
        and standing.spans == mention.spans
        and mention.type in (standing.type, None)
    }


def overlap(mention: Standing, gold: Clusters) -> dict[str, Standing]:
    """Vote for the gold entity of the mention that this one overlaps best.

    Best is an equal span, then an equal type, then more shared characters, then the
    smaller start, end and type: the ladder of all matching.
    """
    mine = covered(mention.spans)
    best: tuple[tuple[object, ...], str, Standing] | None = None
    for name, mentions in gold.items():
        for standing in mentions:
            if shared := (mine & covered(standing.spans)).bit_count():
                exact, typed = standing.spans == mention.spans, standing.type == mention.type
                rank = (not exact, not typed, -shared, standing.spans, standing.type or "")
                if best is None or rank < best[0]:
                    best = rank, name, standing
    return {best[1]: best[2]} if best else {}


def entity_map(pair: Pair, matches: Matches) -> dict[str, str | None]:
    """Map each predicted entity's id to a gold entity's id, or None if no mention matches.

    Ties go to the gold entity with more names among the matched mentions, then to the
    one that stands earlier in the text. Mentions equal in span and type vote once.
    """
    found = clusters(pair.gold, pair.text)
    gold = {name: found[name] for name in sorted(found, key=lambda name: _identity(found[name]))}
    place = {name: number for number, name in enumerate(gold)}
    answer: dict[str, str | None] = {}
    for name, mentions in clusters(pair.predicted, pair.text).items():
        votes: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for mention in {each[:2]: each for each in mentions if each.spans}.values():
            for owner, standing in matches(mention, gold).items():
                votes[owner][0] += 1
                votes[owner][1] += standing.level == "NAM"
        ranked = sorted(votes, key=lambda o: (-votes[o][0], -votes[o][1], place[o]))
        answer[name] = ranked[0] if ranked else None
    return answer


def _identity(mentions: list[Standing]) -> list[tuple[Spans, str, str]]:
    """Return what tells an entity from others whatever their ids: its mentions, in order."""
    return sorted((each.spans, each.type or "", each.level or "") for each in mentions)
