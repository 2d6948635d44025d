"""Names as a set: distinct pairs of surface and type, for systems that name each thing once."""

from collections import defaultdict
from collections.abc import Hashable, Iterator

from goldwire.eval.entities import spans_of
from goldwire.eval.items import Edges, Item, Pair, Sides, Spans, same_key
from goldwire.eval.match import Outcome, joined, match
from goldwire.eval.measure import Measure
from goldwire.eval.mentions import VALUES
from goldwire.schemas.plain import shorten
from goldwire.schemas.record import Record

Given = tuple[str | None, Spans, bool, str | None]
"""Of one mention: its level, where it stands, whether it is optional, its alternatives."""


def names(pair: Pair, measure: Measure) -> Outcome:
    """Match distinct (surface, type) pairs of names, wherever and however often they stand.

    White space inside a surface is one space. An entity that is given by name alone counts as
    a name; if its type is one of values it declares no level. What has another level than NAM
    leaves the count, and so does a prediction without a level whose surface gold has at
    other levels only. A name that stands only inside boilerplate is inside. Of alternatives
    one surface is to be found, however often they stand; if one of them is certain
    elsewhere, it is that one.
    """
    sides = pair.once(_sides)
    return match(sides, measure.where(level="NAM"), same_key, _same_surface, pair.mutual)


def _sides(pair: Pair) -> Sides:
    gold, given = (list(_items(record, pair)) for record in (pair.gold, pair.predicted))
    return Sides(gold, given)


def _items(record: Record, pair: Pair) -> Iterator[Item]:
    """Yield one item per surface and type; what declares another level is an item apart."""
    groups: dict[tuple[str, str | None, bool], list[Given]] = defaultdict(list)
    for surface, label, given in _given(record, pair.text):
        groups[surface, label, given[0] in ("NAM", None)].append(given)
    remarks = joined([[each[2:] for each in found] for found in groups.values()])
    for ((surface, label, named), found), (optional, alternatives) in zip(
        groups.items(), remarks, strict=True
    ):
        places = sorted(spans for _, spans, _, _ in found if spans)
        levels = {level for level, _, _, _ in found}
        yield Item(
            spans=places[0] if places else (),
            words=f'"{shorten(surface)}"',
            facets={"type": label, "level": ("NAM" if "NAM" in levels else None) if named else "-"},
            inside=bool(places) and all(map(pair.inside, places)),
            key=(surface, label),
            optional=optional,
            alternatives=alternatives,
        )


def _given(record: Record, text: str) -> Iterator[tuple[str, str | None, Given]]:
    mentioned = set()
    for mention in record.mentions or ():
        spans = spans_of(mention)
        surface = " ".join(text[start:end] for start, end in spans) or mention.text or ""
        mentioned.add(mention.entity)
        given = mention.level, spans, mention.optional, mention.alternatives
        yield " ".join(surface.split()), mention.type, given
    for entity in record.entities or ():
        if entity.id not in mentioned and entity.name and entity.type:
            level = None if entity.type in VALUES else "NAM"
            given = level, (), entity.optional, None
            yield " ".join(entity.name.split()), entity.type, given


def _same_surface(gold: list[Item], predicted: list[Item]) -> Edges:
    rows: dict[Hashable, list[int]] = defaultdict(list)
    for row, item in enumerate(gold):
        rows[_surface(item)].append(row)
    return [
        (row, column)
        for column, item in enumerate(predicted)
        for row in rows.get(_surface(item), ())
    ]


def _surface(item: Item) -> Hashable:
    return item.key[0] if isinstance(item.key, tuple) else None
