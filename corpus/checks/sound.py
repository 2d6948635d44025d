"""A quick yes for records without any fault: what all the checks together would say."""

from collections.abc import Iterable
from functools import cache

from goldwire.schemas.labels import inverses, labels, relation_types
from goldwire.schemas.record import AnySpan, Record

NO_LABELS: frozenset[str] = frozenset()


def sound(record: Record, types: frozenset[str] = NO_LABELS) -> bool:
    """Whether a record surely passes every check; False only says that they must be asked.

    ``types`` are mention types that are allowed beside the closed list.
    """
    text = record.text or ""
    return (
        record.sha256 is None
        and _labelled(record, types)
        and _within(_spans(record), text)
        and _known(record)
    )


@cache
def _allowed(name: str) -> frozenset[str | None]:
    known = [*relation_types(), *inverses()] if name == "relation" else labels()[name]
    return frozenset(known) if name in ("relation", "zone") else frozenset((None, *known))


def _labelled(record: Record, types: frozenset[str]) -> bool:
    mentions, relations = record.mentions or (), record.relations or ()
    known = _allowed("mention") | types if types else _allowed("mention")
    return (
        {m.type for m in mentions} <= known
        and {m.level for m in mentions} <= _allowed("level")
        and {m.mod for m in mentions} <= _allowed("mod")
        and {e.type for e in record.entities or ()} <= known
        and {r.type for r in relations} <= _allowed("relation")
        and {r.certainty for r in relations} <= _allowed("certainty")
        and {q.type for q in record.quotes or ()} <= _allowed("quote")
        and {b.type for b in record.boilerplate or ()} <= _allowed("boilerplate")
        and {z.type for z in record.zones or ()} <= _allowed("zone")
    )


def _spans(record: Record) -> list[AnySpan]:
    found: list[AnySpan] = [
        *(record.mentions or ()),
        *(record.boilerplate or ()),
        *(record.zones or ()),
    ]
    for relation in record.relations or ():
        found += relation.evidence
    for quote in record.quotes or ():
        found += quote.content
        found += quote.cue
        found += quote.marks
        if quote.source:
            found.append(quote.source)
    return found


def _within(spans: Iterable[AnySpan], text: str) -> bool:
    length = len(text)
    for span in spans:
        start, end = span.start, span.end
        if start is None or end is None or not start < end <= length:
            return False
        if span.text is not None and text[start:end] != span.text:
            return False
    return True


def _known(record: Record) -> bool:
    """Whether ids are unique, and those that are named exist; parts are left to the checks."""
    mentions, relations = record.mentions or (), record.relations or ()
    quotes, entities = record.quotes or (), {entity.id for entity in record.entities or ()}
    own = [m.id for m in mentions if m.id is not None]
    within = [q.id for q in quotes if q.id is not None]
    named = [r.id for r in relations if r.id is not None]
    ids = entities.union(own)
    if len(ids) != len(own) + len(record.entities or ()) or any(m.parts for m in mentions):
        return False
    if len(set(within)) != len(within) or len(set(named)) != len(named):
        return False
    arguments: set[str | None] = {r.head for r in relations}
    arguments.update(r.tail for r in relations)
    arguments.update(q.speaker for q in quotes)
    arguments.update(q.addressee for q in quotes)
    owned = {m.id for m in mentions if m.entity is not None}
    return (
        {m.entity for m in mentions} - {None} <= entities
        and {each for e in record.entities or () for each in e.members} <= entities
        and {q.within for q in quotes} - {None} <= set(within)
        and arguments - {None} <= ids - owned
    )
