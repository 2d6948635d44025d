"""Names as a set: distinct pairs of surface and type, for systems that name each thing once."""

from collections import defaultdict
from collections.abc import Iterator

from goldwire.eval.entities import spans_of
from goldwire.eval.items import Edges, Item, Pair, Sides, Spans, same_key
from goldwire.eval.match import Outcome, match
from goldwire.eval.measure import Measure
from goldwire.schemas.plain import shorten
from goldwire.schemas.record import Record

Given = tuple[str | None, Spans, bool, str | None]
"""Of one mention: its level, where it stands, whether it is optional, its alternatives."""


def names(pair: Pair, measure: Measure) -> Outcome:
    """Match distinct (surface, type) pairs of names, wherever and however often they stand.

    White space inside a surface is one space. An entity that is given by name alone counts as
    a name. What has another level than NAM leaves the count, and so does a prediction
    without a level whose surface gold has at other levels only.
    """
    sides = pair.once(_sides)
    return match(sides, measure.where(level="NAM"), same_key, _same_surface, pair.mutual)


def _sides(pair: Pair) -> Sides:
    gold, given = (list(_items(record, pair)) for record in (pair.gold, pair.predicted))
    return Sides(gold, given)


def _items(record: Record, pair: Pair) -> Iterator[Item]:
    """Yield one item per surface and type; what declares another level is an item apart."""
    groups: dict[tuple[str, str, bool], list[Given]] = defaultdict(list)
    for surface, label, given in _given(record, pair.text):
        groups[surface, label, given[0] in ("NAM", None)].append(given)
    for (surface, label, named), found in groups.items():
        places = sorted(spans for _, spans, _, _ in found if spans)
        levels = {level for level, _, _, _ in found}
        alternatives = {each for _, _, _, each in found}
        yield Item(
            spans=places[0] if places else (),
            words=f'"{shorten(surface)}"',
            facets={"type": label, "level": ("NAM" if "NAM" in levels else None) if named else "-"},
            inside=bool(places) and all(map(pair.inside, places)),
            key=(surface, label),
            optional=all(optional for _, _, optional, _ in found),
            alternatives=alternatives.pop() if len(alternatives) == 1 else None,
        )


def _given(record: Record, text: str) -> Iterator[tuple[str, str, Given]]:
    mentioned = set()
    for mention in record.mentions or ():
        spans = spans_of(mention)
        surface = " ".join(text[start:end] for start, end in spans) or mention.text or ""
        mentioned.add(mention.entity)
        given = mention.level, spans, mention.optional, mention.alternatives
        yield " ".join(surface.split()), mention.type, given
    for entity in record.entities or ():
        if entity.id not in mentioned and entity.name and entity.type:
            given = "NAM", (), entity.optional, None
            yield " ".join(entity.name.split()), entity.type, given


def _same_surface(gold: list[Item], predicted: list[Item]) -> Edges:
    return [
        (row, column)
        for row, one in enumerate(gold)
        for column, other in enumerate(predicted)
        if one.words == other.words
    ]
