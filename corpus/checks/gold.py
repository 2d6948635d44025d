"""What holds for gold beyond that: it is complete, its zones tile the text, types fit."""

from collections.abc import Hashable, Sequence
from itertools import chain

import msgspec

from goldwire.corpus.checks.found import Found
from goldwire.schemas.labels import canonical, labels, relation_types
from goldwire.schemas.plain import shorten
from goldwire.schemas.record import REQUIRED_IN_GOLD, Evidence, Record, Span
from goldwire.schemas.spans import extent, spans


def missing_field(record: Record) -> Found:
    """Gold fills every field that it must have."""
    yield from _missing("", record)
    for layer in ("zones", "boilerplate", "mentions", "entities", "relations", "quotes"):
        for index, item in enumerate(getattr(record, layer) or ()):
            yield from _missing(f"{layer}[{index}].", item)
    for path, span in spans(record):
        if type(span) in (Span, Evidence):
            yield from _missing(f"{path}.", span)


def _missing(path: str, item: msgspec.Struct) -> Found:
    for name in REQUIRED_IN_GOLD.get(type(item).__name__, ()):
        layer = isinstance(item, Record)  # a layer may be empty, an item's list may not
        if getattr(item, name) in ((None,) if layer else (None, "", [])):
            yield f"{path}{name}", "gold must have this", "fill it in"


def zone_order(record: Record) -> Found:
    """Zones are ordered and disjoint."""
    last = 0
    for index, zone in enumerate(record.zones or ()):
        if ends := extent(zone):
            if ends[0] < last:
                yield (
                    f"zones[{index}]",
                    "begins before the zone above it ends",
                    "sort and part them",
                )
            last = max(last, ends[1])


def zone_edge(record: Record) -> Found:
    """A zone begins and ends on a character that is no white space."""
    text = record.text or ""
    for index, zone in enumerate(record.zones or ()):
        if (inside := text[slice(*(extent(zone) or (0, 0)))]) and inside.strip() != inside:
            yield f"zones[{index}]", "begins or ends on white space", "leave the space outside"


def zone_gap(record: Record) -> Found:
    """Zones cover every character that is no white space."""
    text = record.text or ""
    ends = [each for zone in record.zones or () if (each := extent(zone))]
    edges = [0, *chain.from_iterable(ends), len(text)]
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        if text[start:end].strip():
            found = f'"{shorten(text[start:end].strip(), 40)}" at {start} is in no zone'
            yield "zones", found, "every character but white space belongs to a zone"


def boilerplate_runs(record: Record) -> Found:
    """Boilerplate spans are exactly the maximal runs of boilerplate zones."""
    runs: list[tuple[int, int]] = []
    open_run = False
    for zone in record.zones or ():
        ends = extent(zone)
        if zone.type == "boilerplate" and ends:
            if open_run:
                runs[-1] = (runs[-1][0], ends[1])
            else:
                runs.append(ends)
        open_run = zone.type == "boilerplate"
    found = [extent(each) for each in record.boilerplate or ()]
    if found != runs:
        cure = "each boilerplate span is a maximal run of boilerplate zones, in order"
        yield "boilerplate", f"the zones give {runs}, found {found}", cure


def argument_type(record: Record) -> Found:
    """A relation's arguments are of the types that its entry allows."""
    kind = {mention.id: mention.type for mention in record.mentions or ()}
    kind |= {entity.id: entity.type or "" for entity in record.entities or ()}
    for index, relation in enumerate(record.relations or ()):
        if entry := relation_types().get(relation.type):
            for name, allowed in (("head", entry.head), ("tail", entry.tail)):
                if (found := kind.get(getattr(relation, name), "")) not in allowed:
                    what = f"{relation.type} takes {', '.join(allowed)} here, found {found}"
                    yield f"relations[{index}].{name}", what, "mend the argument or the type"


def one_link(record: Record) -> Found:
    """An entity has a Wikidata id, or the reason why there is none."""
    for index, entity in enumerate(record.entities or ()):
        if entity.wikidata and bool(entity.wikidata.id) == bool(entity.wikidata.nil_reason):
            yield f"entities[{index}].wikidata", "expected id or nil_reason", "give exactly one"
        elif entity.wikidata and (entity.wikidata.nil_reason or "no-item") not in labels()["nil"]:
            cure = f"use one of {', '.join(labels()['nil'])}"
            yield f"entities[{index}].wikidata.nil_reason", "unknown reason", cure


def entity_mentioned(record: Record) -> Found:
    """An entity has a mention."""
    mentioned = {mention.entity for mention in record.mentions or ()}
    for index, entity in enumerate(record.entities or ()):
        if entity.id not in mentioned:
            yield f"entities[{index}]", f'no mention has the entity "{entity.id}"', "remove it"


def repeated_item(record: Record) -> Found:
    """Gold has each mention, relation and quote once: no other has its span or arguments too."""
    keys: dict[str, list[Hashable]] = {
        "mentions": [(m.start, m.end, m.type, _ends(m.parts)) for m in record.mentions or ()],
        "relations": [canonical(r.head, r.type, r.tail) for r in record.relations or ()],
        "quotes": [(q.speaker, _ends(q.content)) for q in record.quotes or ()],
    }
    for layer, found in keys.items():
        first = {key: index for index, key in reversed(list(enumerate(found)))}
        for index, key in enumerate(found):
            if first[key] != index:
                yield f"{layer}[{index}]", f"repeats {layer}[{first[key]}]", "keep one"


def _ends(spans: Sequence[Span]) -> tuple[tuple[int, int], ...]:
    return tuple(sorted(ends for span in spans if (ends := extent(span))))


def alternative_characters(record: Record) -> Found:
    """Zones and boilerplate have no alternatives."""
    for layer in ("zones", "boilerplate"):
        for index, item in enumerate(getattr(record, layer) or ()):
            if item.alternatives is not None:
                cure = "mark what may be left out as optional"
                yield f"{layer}[{index}]", "characters have no alternatives", cure


COMPLETE = (
    missing_field,
    zone_order,
    zone_edge,
    zone_gap,
    boilerplate_runs,
    argument_type,
    one_link,
    entity_mentioned,
    repeated_item,
    alternative_characters,
)
