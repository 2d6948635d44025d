"""What holds for every record, prediction or gold: spans, labels and ids are sound."""

import hashlib
from collections.abc import Iterator

from goldwire.corpus.checks.found import Found
from goldwire.schemas.labels import Labels, label_problems, own_labels
from goldwire.schemas.near import did_you_mean
from goldwire.schemas.plain import shorten
from goldwire.schemas.record import Record
from goldwire.schemas.spans import extent, spans


def span_incomplete(record: Record) -> Found:
    """A span has start and end, or its text."""
    for path, span in spans(record):
        if (span.start is None) != (span.end is None):
            yield path, "has only one of start and end", "give both"
        elif span.start is None and not span.text:
            yield path, "has neither start and end nor text", "give start and end, or text"


def span_order(record: Record) -> Found:
    """A span has start < end."""
    for path, span in spans(record):
        if (ends := extent(span)) and ends[0] >= ends[1]:
            found = f"expected start < end, found start {ends[0]} and end {ends[1]}"
            yield path, found, "offsets are half-open: end is one past the last character"


def span_past_end(record: Record) -> Found:
    """A span lies within the text."""
    length = len(record.text or "")
    for path, span in spans(record):
        if (ends := extent(span)) and max(ends) > length:
            found = f"offset {max(ends)} lies past the end of the text ({length} code points)"
            yield path, found, "count code points, not bytes or UTF-16 units"


def span_text(record: Record) -> Found:
    """A span's text is the slice of the article."""
    text = record.text or ""
    for path, span in spans(record):
        ends = extent(span)
        if ends and span.text is not None and text[slice(*ends)] != span.text:
            found = f'the article has "{shorten(text[slice(*ends)], 40)}" there'
            yield path, f'text is "{shorten(span.text, 40)}" but {found}', "mend offsets or text"


def parts_hull(record: Record) -> Found:
    """A mention's start and end are the hull of its parts."""
    for index, mention in enumerate(record.mentions or ()):
        ends = [each for part in mention.parts if (each := extent(part))]
        if ends and (ends[0][0], ends[-1][1]) != extent(mention):
            cure = "start and end are those of the first and the last part"
            yield f"mentions[{index}].parts", "the parts do not span the mention", cure


def unknown_label(record: Record, allowed: Labels | None = None) -> Found:
    """A label is in its closed list; ``allowed`` are the lists if they are not goldwire's."""
    for path, label, known in label_problems(record, allowed or own_labels()):
        cure = did_you_mean(label, known) or f"use one of {', '.join(sorted(known))}"
        yield path, f'unknown label "{shorten(label)}"', cure


def duplicate_id(record: Record) -> Found:
    """An id is given once; mentions and entities share their ids."""
    for layers in (("entities", "mentions"), ("relations",), ("quotes",)):
        seen: dict[str, str] = {}
        for layer in layers:
            for index, item in enumerate(getattr(record, layer) or ()):
                path = f"{layer}[{index}].id"
                if item.id in seen:
                    yield path, f'"{item.id}" is the id of {seen[item.id]} too', "give each its own"
                elif item.id is not None:
                    seen[item.id] = f"{layer}[{index}]"


def _references(record: Record) -> Iterator[tuple[str, str | None]]:
    """Yield each place that must name an entity or a mention without one."""
    for index, relation in enumerate(record.relations or ()):
        yield f"relations[{index}].head", relation.head
        yield f"relations[{index}].tail", relation.tail
    for index, quote in enumerate(record.quotes or ()):
        yield f"quotes[{index}].speaker", quote.speaker
        yield f"quotes[{index}].addressee", quote.addressee


def dangling_id(record: Record) -> Found:
    """An id that is named exists."""
    entities = {entity.id for entity in record.entities or ()}
    mentions = {mention.id for mention in record.mentions or ()}
    quotes = {quote.id for quote in record.quotes or ()}
    to_entity = [(f"mentions[{i}].entity", m.entity) for i, m in enumerate(record.mentions or ())]
    for index, entity in enumerate(record.entities or ()):
        to_entity += [(f"entities[{index}].members", member) for member in entity.members]
    to_quote = [(f"quotes[{i}].within", q.within) for i, q in enumerate(record.quotes or ())]
    for known, places, cure in (
        (entities, to_entity, "add the entity to entities"),
        (entities | mentions, _references(record), "add it to entities or mentions"),
        (quotes, to_quote, "give the id of another quote"),
    ):
        for path, name in places:
            if name is not None and name not in known:
                yield path, f'no item has the id "{name}"', cure


def mention_of_entity(record: Record) -> Found:
    """An argument is named by its entity if it has one."""
    owner = {m.id: m.entity for m in record.mentions or () if m.id and m.entity}
    for path, name in _references(record):
        if name in owner:
            yield path, f'mention "{name}" has an entity', f'name the entity, "{owner[name]}"'


def text_hash(record: Record) -> Found:
    """The text has the SHA-256 that the record states."""
    if record.sha256 is not None and record.text is not None:
        found = hashlib.sha256(record.text.encode("utf-8")).hexdigest()
        if found != record.sha256:
            cure = "restore the text byte for byte, or annotate the new text anew"
            yield "sha256", f"the text's SHA-256 is {found[:12]}…, not {record.sha256[:12]}…", cure


EVERY = (
    span_incomplete,
    span_order,
    span_past_end,
    span_text,
    parts_hull,
    unknown_label,
    duplicate_id,
    dangling_id,
    mention_of_entity,
    text_hash,
)
