"""From a document of BigBIO's KB schema to a record."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import count

from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.formats import Texts
from goldwire.schemas.formats.bigbio_types import (
    WHOLE,
    Argument,
    Document,
    Event,
    KbEntity,
    Kept,
    KeptOfRecord,
    Normalized,
    common_link,
    link_of,
    to_meta,
)
from goldwire.schemas.formats.stretches import Ends, fault, other_units
from goldwire.schemas.plain import shorten
from goldwire.schemas.record import Entity, Link, Mention, Record, Relation, Span, Zone

_LONGEST = 256
_ITEMS = ("entities", "events", "coreferences", "relations")


def to_record(document: Document, name: str, given: str, texts: Texts, place: Place) -> Record:
    """Return the record of a document: ``name`` is its id, ``given`` the document's own name."""
    text = _text(document, document.text or texts.get(name), place)
    check(document, text, place)
    _shorten_ids(document, f"{given}_", place)
    mentions = [_mention(each) for each in document.entities or ()]
    links = {each.id: each.normalized or [] for each in document.entities or ()}
    entities = _entities(document, mentions, links)
    for mention in mentions:
        mention.meta = to_meta(Kept(normalized=links[str(mention.id)]))
    events = document.events or []
    own = document.id if document.id != given else None
    kept = KeptOfRecord(name=given if given != name else None, id=own, events=events)
    return Record(
        id=name,
        text=text,
        zones=_zones(document, text),
        mentions=None if document.entities is None else mentions,
        entities=None if document.coreferences is None and not entities else entities,
        relations=_relations(document, mentions),
        meta=to_meta(kept),
    )


def _fault(code: str, what: str, cure: str, place: Place, field: str) -> DataError:
    return DataError(code, what, cure, Place(place.file, place.line, place.record, field))


def _text(document: Document, known: str | None, place: Place) -> str:
    """Return the text, known or of the passages; each passage must stand where it says."""
    made = ""
    for index, passage in enumerate(document.passages):
        pieces = [passage.text] if isinstance(passage.text, str) else passage.text
        field = f"passages[{index}]"
        if not (len(pieces) == len(passage.offsets) == 1):
            what = "a passage has one text at one place"
            raise _fault("bad-passage", what, "make it several passages", place, field)
        (start, end), piece = passage.offsets[0], pieces[0]
        if start < 0 or end - start != len(piece):
            what = f"{start} to {end} is not the length of the passage, {len(piece)} characters"
            cure = "count offsets in characters (code points)"
            raise _fault("bad-passage", what, cure, place, field)
        if known is not None:
            if known[start:end] != piece:
                what = f'the text has not "{shorten(piece)}" at {start}'
                raise _fault("other-text", what, "give the text of these passages", place, field)
            continue
        if start - len(made) not in (0, 1):
            what = f"the passage begins at {start}, and the text before it ends at {len(made)}"
            cure = "give the text as well, or passages that follow each other after one space"
            raise _fault("no-text", what, cure, place, field)
        made += " " * (start - len(made)) + piece
    if known is None and not document.passages:
        raise _fault("no-text", "there is no passage", "give the text", place, "passages")
    return made if known is None else known


def _zones(document: Document, text: str) -> list[Zone] | None:
    found = [(each.type, each.offsets[0]) for each in document.passages]
    if found == [(WHOLE, (0, len(text)))]:
        return None
    return [
        Zone(start=start, end=end, type=kind) for kind, (start, end) in found if start < end
    ] or None


def check(document: Document, text: str, place: Place) -> None:
    """Raise DataError if a stretch is not what stands there, or an id stands twice or nowhere."""
    _check_stretches(document, text, place)
    _check_ids(document, place)


def _check_stretches(document: Document, text: str, place: Place) -> None:
    for index, entity in enumerate(document.entities or ()):
        _check(entity.text, entity.offsets, text, place, f"entities[{index}]")
    for index, event in enumerate(document.events or ()):
        if event.trigger.text or event.trigger.offsets:
            _check(
                event.trigger.text, event.trigger.offsets, text, place, f"events[{index}].trigger"
            )


def _check(
    given: Sequence[str], spans: Sequence[Ends], text: str, place: Place, field: str
) -> None:
    """Raise DataError if the pieces are not what stands at the spans, in characters."""
    if not spans or len(given) != len(spans):
        what = f"{len(given)} texts stand at {len(spans)} places"
        raise _fault("bad-span", what, "give each text one place, at least one", place, field)
    if wrong := fault(spans):
        cure = "give each stretch once, with its start first"
        raise _fault("bad-span", wrong, cure, place, field)
    for piece, (start, end) in zip(given, spans, strict=True):
        if text[start:end] != piece or end > len(text):
            what = f'"{shorten(piece)}" is not what stands there ("{shorten(text[start:end])}")'
            cure = _unit(given, spans, text) or "give each stretch its own text"
            raise _fault("other-text", what, cure, place, field)


def _unit(given: Sequence[str], spans: Sequence[Ends], text: str) -> str | None:
    for unit, moved in other_units(text, spans):
        if [text[start:end] for start, end in moved] == list(given):
            return f"it fits if offsets count {unit}: turn them into characters (code points)"
    return None


def _check_ids(document: Document, place: Place) -> None:
    """Raise DataError for an id that stands twice or nowhere; relations count apart."""
    known: dict[tuple[bool, str], str] = {}
    for layer in _ITEMS:
        for index, item in enumerate(getattr(document, layer) or ()):
            key, field = (layer == "relations", item.id), f"{layer}[{index}]"
            if known.setdefault(key, field) != field:
                what = f'the id "{shorten(item.id)}" is that of {known[key]} too'
                raise _fault("repeated-id", what, "give each an id of its own", place, field)
    entities = {each.id for each in document.entities or ()}
    events = {each.id for each in document.events or ()}
    clustered: dict[str, str] = {}
    for field, name in _references(document):
        if name not in entities and not (field.startswith("events") and name in events):
            what = f'there is no entity "{shorten(name)}"'
            raise _fault("unknown-id", what, "add it, or remove this", place, field)
        if field.startswith("coreferences") and clustered.setdefault(name, field) != field:
            what = f'the entity "{shorten(name)}" is in {clustered[name]} too'
            raise _fault("two-clusters", what, "leave it in one of them", place, field)


def _references(document: Document) -> Iterator[tuple[str, str]]:
    for index, cluster in enumerate(document.coreferences or ()):
        yield from ((f"coreferences[{index}]", name) for name in cluster.entity_ids)
    for index, relation in enumerate(document.relations or ()):
        yield f"relations[{index}].arg1_id", relation.arg1_id
        yield f"relations[{index}].arg2_id", relation.arg2_id
    for index, event in enumerate(document.events or ()):
        yield from ((f"events[{index}].arguments", each.ref_id) for each in event.arguments)


def _shorten_ids(document: Document, prefix: str, place: Place) -> None:
    """Take the document's name from the ids of its items, if all of them begin with it."""
    items = [each for layer in _ITEMS for each in getattr(document, layer) or ()]
    cut = (
        len(prefix)
        if all(each.id.startswith(prefix) and each.id != prefix for each in items)
        else 0
    )
    for each in items:
        each.id = each.id[cut:]
        if len(each.id) > _LONGEST:
            what = f'the id "{shorten(each.id)}" is longer than {_LONGEST} characters'
            raise _fault("long-id", what, "shorten it", place, "id")
    for cluster in document.coreferences or ():
        cluster.entity_ids = [name[cut:] for name in cluster.entity_ids]
    for relation in document.relations or ():
        relation.arg1_id, relation.arg2_id = relation.arg1_id[cut:], relation.arg2_id[cut:]
    for argument in _arguments(document.events or ()):
        argument.ref_id = argument.ref_id[cut:]


def _arguments(events: Iterable[Event]) -> Iterator[Argument]:
    for event in events:
        yield from event.arguments


def _mention(entity: KbEntity) -> Mention:
    spans = [Span(start=start, end=end) for start, end in entity.offsets]
    return Mention(
        id=entity.id,
        start=min(start for start, _ in entity.offsets),
        end=max(end for _, end in entity.offsets),
        parts=spans if len(spans) > 1 else [],
        type=entity.type,
    )


def _entities(
    document: Document, mentions: Sequence[Mention], links: dict[str, list[Normalized]]
) -> list[Entity]:
    """Return the entities; a link that is an entity's is taken from those of its mentions."""
    groups: dict[str, list[Mention]] = {each.id: [] for each in document.coreferences or ()}
    owners = {name: each.id for each in document.coreferences or () for name in each.entity_ids}
    taken = {*groups, *links, *(each.id for each in document.events or ())}
    fresh = (name for number in count(1) if (name := f"e{number}") not in taken)
    for mention in mentions:
        owner = owners.get(str(mention.id))
        if owner is None and common_link([links[str(mention.id)]]):
            owner = next(fresh)
        if owner is not None:
            mention.entity = owner
            groups.setdefault(owner, []).append(mention)
    found = []
    for name, group in groups.items():
        link = common_link([links[str(each.id)] for each in group])
        for each in group if link else ():
            links[str(each.id)] = [row for row in links[str(each.id)] if not link_of(row)]
        types = {each.type for each in group}
        made = Entity(id=name, type=types.pop() if len(types) == 1 else None)
        made.wikidata = Link(id=link) if link else None
        found.append(made)
    return found


def _relations(document: Document, mentions: Sequence[Mention]) -> list[Relation] | None:
    if document.relations is None:
        return None
    owners = {str(each.id): each.entity for each in mentions}
    first = {each.entity: str(each.id) for each in reversed(mentions)}
    found = []
    for each in document.relations:
        kept = Kept(normalized=each.normalized or [])
        head, tail = owners[each.arg1_id], owners[each.arg2_id]
        kept.head = each.arg1_id if head and first[head] != each.arg1_id else None
        kept.tail = each.arg2_id if tail and first[tail] != each.arg2_id else None
        made = Relation(
            id=each.id, head=head or each.arg1_id, type=each.type, tail=tail or each.arg2_id
        )
        made.meta = to_meta(kept)
        found.append(made)
    return found
