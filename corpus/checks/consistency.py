"""Where the layers of gold check each other: names, types, evidence, quotes, values."""

import re
from collections import Counter, defaultdict
from datetime import date

from goldwire.corpus.checks.found import Found
from goldwire.schemas.labels import canonical, implied, inverses
from goldwire.schemas.plain import shorten
from goldwire.schemas.record import Mention, Quote, Record
from goldwire.schemas.spans import extent, occurrences, pieces

_AMOUNT = r"(?:\d+(?:\.\d+)?|X)"
_LENGTH = re.compile(
    rf"P(?!$)(?:{_AMOUNT}Y)?(?:{_AMOUNT}M)?(?:{_AMOUNT}W)?(?:{_AMOUNT}D)?"
    rf"(?:T(?!$)(?:{_AMOUNT}H)?(?:{_AMOUNT}M)?(?:{_AMOUNT}S)?)?"
)
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_CLOCK = r"T(?:(?:[01]\d|2[0-4])(?::[0-5]\d){0,2}|MO|MI|AF|EV|NI|DT)"
_DAY = re.compile(rf"(\d{{4}})(?:-(\d{{2}})(?:-(\d{{2}})(?:{_CLOCK})?)?)?", re.ASCII)
_OTHER = re.compile(
    r"\d{2,3}|\d{4}-(?:W\d{2}(?:-WE)?|SP|SU|FA|WI|Q[1-4]|H[12])|(?:PAST|PRESENT|FUTURE)_REF",
    re.ASCII,
)


def _surface(record: Record, mention: Mention) -> str:
    return (record.text or "")[slice(*(extent(mention) or (0, 0)))]


def entity_types(record: Record) -> Found:
    """An entity's mentions have its type; a NORP adjective may belong to a GPE."""
    types = {entity.id: entity.type for entity in record.entities or ()}
    for index, mention in enumerate(record.mentions or ()):
        wanted = types.get(mention.entity or "")
        if wanted and mention.type != wanted and (mention.type, wanted) != ("NORP", "GPE"):
            found = f'type {mention.type} in entity "{mention.entity}" of type {wanted}'
            yield f"mentions[{index}].type", found, "mend the type or the entity"


def unannotated_name(record: Record) -> Found:
    """A name that is annotated once is annotated wherever it stands."""
    names = [m for m in record.mentions or () if m.level == "NAM"]
    covered = [ends for mention in names for ends in pieces(mention)]
    for surface in sorted({_surface(record, m) for m in names if not m.parts} - {""}):
        for start, end in occurrences(record.text or "", surface):
            if not any(left <= start and end <= right for left, right in covered):
                found = f'"{shorten(surface)}" at {start} is in no name'
                yield "mentions", found, "annotate it, or the name that it is part of"


def crossing_mentions(record: Record) -> Found:
    """Mentions that overlap are nested, those in pieces apart."""
    whole = [(i, m) for i, m in enumerate(record.mentions or ()) if not m.parts]
    ends = [(extent(mention) or (0, 0), index) for index, mention in whole]
    for (start, end), index in sorted(ends):
        for (left, right), other in ends:
            if start < left < end < right:
                found = f"crosses mentions[{other}]"
                yield f"mentions[{index}]", found, "mend one of the two spans"


def stored_implication(record: Record) -> Found:
    """A relation has no inverse name, and none that another relation implies is stored."""
    triples = {canonical(r.head, r.type, r.tail) for r in record.relations or ()}
    stored = {
        canonical(head, other, tail) for head, label, tail in triples for other in implied(label)
    }
    for index, relation in enumerate(record.relations or ()):
        if relation.type in inverses():
            cure = f"write {inverses()[relation.type]} the other way round"
            yield f"relations[{index}].type", f"{relation.type} is an inverse name", cure
        elif canonical(relation.head, relation.type, relation.tail) in stored:
            yield f"relations[{index}]", "another relation implies it", "remove it"


def evidence_arguments(record: Record) -> Found:
    """Each group of a relation's evidence holds a mention of both arguments."""
    mentions = defaultdict(list)
    for mention in record.mentions or ():
        mentions[mention.entity or mention.id].append(pieces(mention))
    for index, relation in enumerate(record.relations or ()):
        groups = defaultdict(list)
        for span in relation.evidence:
            groups[span.group].append(extent(span) or (0, 0))
        for number, spans in groups.items():
            for name in (relation.head, relation.tail):
                if not any(_inside(mine, spans) for mine in mentions[name]):
                    found = f'group {number} holds no mention of "{name}"'
                    yield f"relations[{index}].evidence", found, "widen the evidence"


def _inside(mine: list[tuple[int, int]], spans: list[tuple[int, int]]) -> bool:
    return all(any(left <= start and end <= right for left, right in spans) for start, end in mine)


def overlapping_cue(record: Record) -> Found:
    """A quote's content, cue and source do not overlap."""
    for index, quote in enumerate(record.quotes or ()):
        source = [quote.source] if quote.source else []
        parts = {"content": quote.content, "cue": quote.cue, "source": source}
        taken = [
            (name, ends) for name, spans in parts.items() for s in spans if (ends := extent(s))
        ]
        for name, (start, end) in taken:
            for other, (left, right) in taken:
                if name < other and start < right and left < end:
                    yield f"quotes[{index}].{name}", f"overlaps the {other}", "part the two"


def speaker_entity(record: Record) -> Found:
    """A speaker and an addressee are entities."""
    entities = {entity.id for entity in record.entities or ()}
    for index, quote in enumerate(record.quotes or ()):
        for name in ("speaker", "addressee"):
            if (found := getattr(quote, name)) is not None and found not in entities:
                yield f"quotes[{index}].{name}", f'"{found}" is no entity', "name an entity"


def within_cycle(record: Record) -> Found:
    """Following ``within`` from a quote ends."""
    quotes: dict[str, Quote] = {quote.id: quote for quote in record.quotes or () if quote.id}
    for index, quote in enumerate(record.quotes or ()):
        seen, here = set(), quote.within
        while here in quotes and here not in seen and here != quote.id:
            seen.add(here)
            here = quotes[here].within
        if here is not None and here == quote.id:
            yield f"quotes[{index}].within", "leads back to the quote itself", "end the chain"


def value_form(record: Record) -> Found:
    """A VALUE has a value: a number, a TIMEX3 point or length, a percentage or an amount."""
    for index, mention in enumerate(record.mentions or ()):
        if mention.level == "VALUE" and not _parses(mention.type or "", mention.value or ""):
            found = f'"{shorten(mention.value or "")}" is no value of a {mention.type}'
            cure = "write 2004-05-03, P2W, or a decimal number"
            yield f"mentions[{index}].value", found, cure


def _parses(label: str, value: str) -> bool:
    if label not in ("DATE", "TIME"):
        number = value if label in ("ORDINAL", "CARDINAL") else value.partition(" ")[0]
        return bool(_NUMBER.fullmatch(number))
    if found := _DAY.fullmatch(value):
        year, month, day = (int(each or 1) for each in found.groups()[:3])
        try:
            return bool(date(year, month, day))
        except ValueError:
            return False
    return bool(_LENGTH.fullmatch(value) or _OTHER.fullmatch(value))


def shared_name(record: Record) -> Found:
    """An entity of one mention does not have the name of another entity of its type."""
    names = [m for m in record.mentions or () if m.level == "NAM"]
    size = Counter(m.entity for m in record.mentions or ())
    for index, mention in enumerate(record.mentions or ()):
        if mention.level == "NAM" and size[mention.entity] == 1:
            for other in names:
                same = _surface(record, other) == _surface(record, mention)
                if same and other.entity != mention.entity and other.type == mention.type:
                    found = f'is named as "{other.entity}", but an entity of its own'
                    yield f"mentions[{index}].entity", found, "join the two, or tell them apart"
                    break


def alternatives_group(record: Record) -> Found:
    """Alternatives are two readings or more."""
    for layer in ("mentions", "relations", "quotes", "entities"):
        items = getattr(record, layer) or ()
        size = Counter(item.alternatives for item in items)
        for index, item in enumerate(items):
            if item.alternatives is not None and size[item.alternatives] == 1:
                cure = "give the other reading, or make it optional"
                yield f"{layer}[{index}].alternatives", "is the only one of its group", cure


def doubt_note(record: Record) -> Found:
    """What is optional or one of several readings has a note that says why."""
    for layer in ("mentions", "relations", "quotes", "entities"):
        for index, item in enumerate(getattr(record, layer) or ()):
            if (item.optional or item.alternatives) and not item.note:
                yield f"{layer}[{index}].note", "says nothing of the doubt", "write a note"


CONSISTENCY = (
    entity_types,
    unannotated_name,
    crossing_mentions,
    stored_implication,
    evidence_arguments,
    overlapping_cue,
    speaker_entity,
    within_cycle,
    value_form,
    shared_name,
    alternatives_group,
    doubt_note,
)
