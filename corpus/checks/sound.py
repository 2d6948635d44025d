"""A quick yes for records without any fault: what all the checks together would say."""

from collections.abc import Iterable
from functools import cache
from operator import attrgetter, lt
from typing import Any

from goldwire.schemas.labels import inverses, labels, relation_types
from goldwire.schemas.record import AnySpan, Record

NO_LABELS: frozenset[str] = frozenset()
_NONE: frozenset[str | None] = frozenset((None,))
_MENTION = attrgetter("id", "type", "level", "mod", "entity", "parts")
_ENTITY = attrgetter("id", "type", "members")
_RELATION = attrgetter("id", "type", "certainty", "head", "tail")
_QUOTE = attrgetter("id", "type", "within", "speaker", "addressee")
_SPAN = attrgetter("start", "end", "text")


def sound(record: Record, types: frozenset[str] = NO_LABELS) -> bool:
    """Whether a record surely passes every check; False only says that they must be asked.

    ``types`` are mention types that are allowed beside the closed list.
    """
    return (
        record.sha256 is None
        and _within(_spans(record), record.text or "")
        and _known(record, types)
    )


@cache
def _allowed(name: str) -> frozenset[str | None]:
    known = [*relation_types(), *inverses()] if name == "relation" else labels()[name]
    return frozenset(known) if name in ("relation", "zone") else frozenset((None, *known))


def _columns(get: Any, items: Iterable[object] | None, number: int) -> Iterable[tuple[Any, ...]]:
    """Return what ``get`` gets of each item, one tuple a field."""
    return zip(*map(get, items), strict=True) if items else ((),) * number


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


def _within(spans: list[AnySpan], text: str) -> bool:
    starts, ends, texts = _columns(_SPAN, spans, 3)
    if not spans:
        return True
    if None in starts or None in ends or max(ends) > len(text) or not all(map(lt, starts, ends)):
        return False
    return texts.count(None) == len(texts) or all(
        given is None or text[start:end] == given
        for start, end, given in zip(starts, ends, texts, strict=True)
    )


def _known(record: Record, types: frozenset[str]) -> bool:
    """Whether labels are known, ids unique, and those that are named exist.

    The parts of discontinuous mentions are left to the checks.
    """
    own, kinds, levels, mods, owners, parts = _columns(_MENTION, record.mentions, 6)
    entities, sorts, members = _columns(_ENTITY, record.entities, 3)
    named, labels_, certainties, heads, tails = _columns(_RELATION, record.relations, 5)
    quoted, forms, within, speakers, addressees = _columns(_QUOTE, record.quotes, 5)
    known = _allowed("mention") | types if types else _allowed("mention")
    mentions, groups = set(own) - _NONE, set(entities)
    ids = groups | mentions
    arguments = {*heads, *tails, *speakers, *addressees} - _NONE
    return (
        known.issuperset(kinds)
        and known.issuperset(sorts)
        and _allowed("level").issuperset(levels)
        and _allowed("mod").issuperset(mods)
        and _allowed("relation").issuperset(labels_)
        and _allowed("certainty").issuperset(certainties)
        and _allowed("quote").issuperset(forms)
        and _allowed("boilerplate").issuperset([b.type for b in record.boilerplate or ()])
        and _allowed("zone").issuperset([z.type for z in record.zones or ()])
        and not any(parts)
        and len(ids) == len(entities) + len(own) - own.count(None)
        and len(set(quoted)) + max(quoted.count(None) - 1, 0) == len(quoted)
        and len(set(named)) + max(named.count(None) - 1, 0) == len(named)
        and groups.issuperset(set(owners) - _NONE)
        and all(map(groups.issuperset, members))
        and set(quoted).issuperset(set(within) - _NONE)
        and ids.issuperset(arguments)
        and arguments.isdisjoint(
            [name for name, owner in zip(own, owners, strict=True) if owner is not None]
        )
    )
