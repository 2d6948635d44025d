"""A quick yes for records without any fault: what all the checks together would say."""

from collections.abc import Sequence
from operator import lt
from typing import Any

from goldwire.schemas.labels import Labels, own_labels
from goldwire.schemas.record import AnySpan, Record

_NONE: frozenset[str | None] = frozenset((None,))


def sound(records: Sequence[Record], allowed: Labels | None = None) -> bool:
    """Whether all of some records surely pass every check; False only says: ask the checks.

    ``allowed`` are the labels that they may have, goldwire's if not given. Labels are looked up
    once for all records, so it pays to ask for many.
    """
    return (
        _labelled(records, allowed or own_labels())
        and all(map(_within, records))
        and all(map(_linked, records))
    )


def _labelled(records: Sequence[Record], allowed: Labels) -> bool:
    """Whether all labels are known; parts of mentions and hashes are left to the checks."""
    mentions = [each for record in records for each in record.mentions or ()]
    entities = [each for record in records for each in record.entities or ()]
    relations = [each for record in records for each in record.relations or ()]
    found: dict[str, set[str | None]] = {
        "mention": {m.type for m in mentions} | {e.type for e in entities},
        "level": {m.level for m in mentions},
        "mod": {m.mod for m in mentions},
        "relation": {r.type for r in relations},
        "certainty": {r.certainty for r in relations},
        "quote": {q.type for record in records for q in record.quotes or ()},
        "boilerplate": {b.type for record in records for b in record.boilerplate or ()},
        "zone": {z.type for record in records for z in record.zones or ()},
    }
    return (
        all(allowed[name].issuperset(known - _NONE) for name, known in found.items())
        and all(record.sha256 is None for record in records)
        and not any(m.parts for m in mentions)
    )


def _within(record: Record) -> bool:
    """Whether all spans have offsets inside the text, and only words that stand there."""
    spans, text = _spans(record), record.text or ""
    starts: list[Any] = [span.start for span in spans]
    ends: list[Any] = [span.end for span in spans]
    if not spans:
        return True
    if None in starts or None in ends or max(ends) > len(text) or not all(map(lt, starts, ends)):
        return False
    words = [span.text for span in spans]
    return words.count(None) == len(words) or all(
        given is None or text[start:end] == given
        for start, end, given in zip(starts, ends, words, strict=True)
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


def _linked(record: Record) -> bool:
    """Whether ids are unique, those that are named exist, and none bypasses an entity."""
    mentions, relations = record.mentions or (), record.relations or ()
    entities, quotes = record.entities or (), record.quotes or ()
    own = [mention.id for mention in mentions]
    quoted = [quote.id for quote in quotes]
    groups: set[str | None] = {entity.id for entity in entities}
    joined = {mention.id for mention in mentions if mention.entity is not None}
    ids = groups.union(own)
    arguments = {q.speaker for q in quotes} | {q.addressee for q in quotes}
    arguments.update([r.head for r in relations], [r.tail for r in relations])
    for names in (arguments, joined, ids):
        names.discard(None)
    return (
        len(ids) == len(entities) + len(own) - own.count(None)
        and _unlike(quoted)
        and _unlike([relation.id for relation in relations])
        and groups.issuperset({mention.entity for mention in mentions} - _NONE)
        and all(groups.issuperset(entity.members) for entity in entities if entity.members)
        and set(quoted).issuperset({quote.within for quote in quotes} - _NONE)
        and ids.issuperset(arguments)
        and arguments.isdisjoint(joined)
    )


def _unlike(ids: list[str | None]) -> bool:
    return len(set(ids)) + max(ids.count(None) - 1, 0) == len(ids)
