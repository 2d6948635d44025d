"""The contingency table of two clusterings: how many mentions each two entities share.

All coreference measures are sums over this table, which is made once per document and set of
options. Mentions match by equal span (by equal parts if discontinuous). Values are left out,
optional gold mentions leave both sides, of alternatives one reading stands, and a mention
without an entity is an entity of its own. A mention that could not be placed is on neither
side: no reference scorer has a form for it.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter

from goldwire.eval.entities import spans_of
from goldwire.eval.items import Article, Pair, Spans
from goldwire.eval.measure import Measure
from goldwire.eval.mentions import VALUES
from goldwire.schemas.record import Mention, Record

Cell = tuple[Hashable, Hashable]
"""A gold and a predicted entity that share a mention."""
Claim = tuple[Spans, Hashable, str | None, str | None]
"""A mention: its spans, what tells its entity from others, its type, its level or None."""
Claims = list[Claim]
Component = tuple[int, int, dict[Cell, tuple[int, int]]]
"""How many gold and predicted entities hang together, and the row and column of each cell."""
Doubts = list[tuple[Claim, Mention]]
"""Mentions that are optional or a reading of alternatives."""


@dataclass(eq=False)
class Contingency:
    """The number of mentions of each gold and predicted entity, and of each two in common."""

    gold: dict[Hashable, int]
    predicted: dict[Hashable, int]
    shared: dict[Cell, int]

    @cached_property
    def components(self) -> tuple[list[Cell], list[Component]]:
        """The cells of which a component has but one, and all other components."""
        rows: dict[Hashable, list[Cell]] = {}
        columns: dict[Hashable, list[Cell]] = {}
        for cell in self.shared:
            row, column = cell
            mine, theirs = rows.get(row), columns.get(column)
            if mine is not None and theirs is not None and mine is not theirs:
                if len(mine) < len(theirs):
                    mine, theirs = theirs, mine
                mine += theirs
                for one, other in theirs:
                    rows[one] = columns[other] = mine
            part = mine or theirs or []
            part.append(cell)
            rows[row] = columns[column] = part
        parts = {id(part): part for part in rows.values()}.values()
        return (
            [part[0] for part in parts if len(part) == 1],
            [_numbered(part) for part in parts if len(part) > 1],
        )


def _numbered(cells: list[Cell]) -> Component:
    rows: dict[Hashable, int] = {}
    columns: dict[Hashable, int] = {}
    places = {
        cell: (rows.setdefault(cell[0], len(rows)), columns.setdefault(cell[1], len(columns)))
        for cell in cells
    }
    return len(rows), len(columns), places


def contingency(pair: Pair, measure: Measure) -> Contingency:
    """Return the table of a document under a measure's options.

    ``zone`` keeps the mentions outside or inside gold boilerplate. ``level`` keeps those of
    the given levels; a prediction without a level leaves if gold has its span at other levels
    only. ``singletons=drop`` then takes entities of one mention from each side on its own, as
    corefud-scorer does unless told otherwise.
    """
    tables = pair.once(_tables)
    table = tables.get(measure.options)
    if table is None:
        table = tables[measure.options] = _table(pair, measure)
    return table


def _tables(pair: Pair) -> dict[object, Contingency]:
    return {}


def _table(pair: Pair, measure: Measure) -> Contingency:
    gold, predicted = pair.once(_claims)
    zone, levels = measure.option("zone"), measure.option("level")
    inside = set() if zone == ("all",) else pair.once(_inside)
    if inside or zone == ("boilerplate",):
        wanted = zone == ("boilerplate",)
        gold = [claim for claim in gold if (claim[0] in inside) is wanted]
        predicted = [claim for claim in predicted if (claim[0] in inside) is wanted]
    if levels:
        gold, predicted = (
            _of_levels(gold, predicted if pair.mutual else [], levels),
            _of_levels(predicted, gold, levels),
        )
    drop = measure.option("singletons") == ("drop",)
    mine, rows = _clusters(gold, drop)
    theirs, columns = _clusters(predicted, drop)
    shared: dict[Cell, int] = {}
    for spans, row in mine.items():
        column = theirs.get(spans)
        if column is not None:
            shared[row, column] = shared.get((row, column), 0) + 1
    return Contingency(rows, columns, shared)


def _claims(pair: Pair) -> tuple[Claims, Claims]:
    """Return the mentions of both sides without those that leave under any options."""
    gold, doubts = pair.article.once(_gold_claims)
    predicted, given = _read(pair.predicted)
    predicted = _without_untold_values(predicted, gold)
    lost = _leaving(doubts, gold, predicted) if doubts else set()
    dropped = _leaving(given, predicted, gold) if given and pair.mutual else set()
    if not lost and not dropped:
        return gold, predicted
    mine = [claim for claim in gold if claim not in lost]
    theirs = [claim for claim in predicted if claim not in dropped]
    gone = {claim[0] for claim in lost} - {claim[0] for claim in mine}
    absent = {claim[0] for claim in dropped} - {claim[0] for claim in theirs}
    return (
        [claim for claim in mine if claim[0] not in absent],
        [claim for claim in theirs if claim[0] not in gone],
    )


def _without_untold_values(predicted: Claims, gold: Claims) -> Claims:
    """Drop what declares neither level nor type and has the span of nothing but a gold value."""
    if all(label or level for _, _, label, level in predicted):
        return predicted
    values = {spans for spans, _, _, level in gold if level == "VALUE"}
    values -= {spans for spans, _, _, level in gold if level != "VALUE"}
    return [claim for claim in predicted if claim[2] or claim[3] or claim[0] not in values]


def _gold_claims(article: Article) -> tuple[Claims, Doubts]:
    return _read(article.record)


def _inside(pair: Pair) -> set[Spans]:
    """Return the spans inside gold boilerplate; those far from any are not asked one by one."""
    if not pair.boilerplate:
        return set()
    first = min([start for start, _ in pair.boilerplate])
    last = max([end for _, end in pair.boilerplate])
    near = [c[0] for side in pair.once(_claims) for c in side if first <= c[0][0][0] <= last]
    return set(filter(pair.inside, near))


def _read(record: Record) -> tuple[Claims, Doubts]:
    claims: Claims = []
    doubts: Doubts = []
    for mention in record.mentions or ():
        if spans := spans_of(mention):
            label, level = mention.type, mention.level
            if level is None and label in VALUES:
                level = "VALUE"
            claim = spans, mention.entity or id(mention), label, level
            claims.append(claim)
            if mention.optional or mention.alternatives is not None:
                doubts.append((claim, mention))
    return claims, doubts


def _leaving(doubts: Doubts, mine: Claims, other: Claims) -> set[Claim]:
    """Return the optional mentions, and of alternatives the readings that do not stand.

    The reading stands whose span the other side has, and whose entity has most other mentions
    in common with the entity there; else the first that is not optional.
    """
    owners: dict[Spans, set[Hashable]] = defaultdict(set)
    for spans, entity, _, _ in other:
        owners[spans].add(entity)
    shared = Counter((claim[1], each) for claim in mine for each in owners.get(claim[0], ()))
    place: dict[Hashable, list[Spans]] = defaultdict(list)
    for spans, entity, _, _ in sorted(mine, key=lambda claim: claim[0]):
        place[entity].append(spans)
    leaving = {claim for claim, mention in doubts if mention.optional}
    groups: dict[str, list[tuple[tuple[object, ...], Claim]]] = defaultdict(list)
    for claim, mention in doubts:
        if mention.alternatives is not None:
            spans, entity, label, _ = claim
            common = max((shared[entity, each] for each in owners.get(spans, ())), default=0)
            missing = spans not in owners
            rank = (missing, -common, mention.optional, spans, label or "", place[entity])
            groups[mention.alternatives].append((rank, claim))
    for readings in groups.values():
        standing = min(readings, key=itemgetter(0))[1]
        leaving.update(claim for _, claim in readings if claim != standing)
    return leaving


def _of_levels(claims: Claims, other: Claims, levels: tuple[str, ...]) -> Claims:
    """Drop other levels, and what declares none but has the span of one on the other side."""
    kept = {spans for spans, _, _, level in other if level is None or level in levels}
    blamed = {spans for spans, *_ in other} - kept
    return [
        claim
        for claim in claims
        if claim[3] in levels or (claim[3] is None and claim[0] not in blamed)
    ]


def _clusters(claims: Claims, drop: bool) -> tuple[dict[Spans, Hashable], dict[Hashable, int]]:
    """Return the entity of each span, and the size of each entity."""
    claims = [claim for claim in claims if claim[3] != "VALUE"]
    owner = {claim[0]: claim[1] for claim in claims}
    if len(owner) < len(claims):
        owner = _first_owners(claims)
    sizes: dict[Hashable, int] = {}
    for entity in owner.values():
        sizes[entity] = sizes.get(entity, 0) + 1
    if drop:
        sizes = {entity: size for entity, size in sizes.items() if size > 1}
        owner = {spans: entity for spans, entity in owner.items() if entity in sizes}
    return owner, sizes


def _first_owners(claims: Claims) -> dict[Spans, Hashable]:
    """Give a span that is claimed more than once to the first entity that claims it.

    Entities claim in the order of their mentions, so ids and the order of input are nothing.
    """
    groups: dict[Hashable, list[tuple[Spans, str]]] = defaultdict(list)
    for spans, entity, label, _ in claims:
        groups[entity].append((spans, label or ""))
    owner: dict[Spans, Hashable] = {}
    for entity in sorted(groups, key=lambda entity: sorted(groups[entity])):
        for spans, _ in groups[entity]:
            owner.setdefault(spans, entity)
    return owner
