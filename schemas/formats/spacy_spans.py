"""What a spaCy document says of a text, and the layers of a record that it becomes."""

import re
from collections import Counter

import msgspec

from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.formats.held import kept, meta
from goldwire.schemas.record import Entity, Link, Mention, Record

CLUSTER = "coref_clusters_"
HEADS = "coref_head_clusters"
ALL = "sc"
"""The name that spaCy's span categoriser gives to its group of spans."""
_ITEM = re.compile(r"Q[1-9][0-9]*")


class Marked(msgspec.Struct, frozen=True):
    """A span in characters with its label and what it is linked to, both empty if not said."""

    start: int
    end: int
    label: str = ""
    kb_id: str = ""

    @property
    def key(self) -> tuple[int, int, str]:
        """What tells it from other spans."""
        return self.start, self.end, self.label


class Document(msgspec.Struct):
    """A document: its entities, None if none were looked for, and its groups of spans."""

    text: str
    ents: list[Marked] | None = None
    spans: dict[str, list[Marked]] = {}
    cats: dict[str, float] = {}


Made = list[tuple[Marked, Mention]]
"""Mentions, each with the span that it was made of."""


def fill(record: Record, document: Document, place: Place) -> None:
    """Give a record the mentions and entities of a document; DataError for a span outside."""
    for name, group in [("ents", document.ents or []), *document.spans.items()]:
        for index, span in enumerate(group):
            if not 0 <= span.start < span.end <= len(document.text):
                what = f"[{span.start}, {span.end}) is not in the text"
                where = Place(place.file, place.line, place.record, f"{name}[{index}]")
                cure = "count characters (code points) from the start of the text"
                raise DataError("outside-text", what, cure, where)
    if document.ents is None and not document.spans:
        return
    made = _mentions(document)
    clusters = {
        key.removeprefix(CLUSTER): _cluster(key, group, made, place)
        for key, group in document.spans.items()
        if key.startswith(CLUSTER) and key != CLUSTER
    }
    record.entities = [_entity(name, group) for name, group in clusters.items()]
    made.sort(key=lambda each: order(each[1]))
    _link(record.entities, made)
    record.mentions = [mention for _, mention in made]


def order(mention: Mention) -> tuple[int, int, str]:
    """Return what mentions are sorted by: where they begin, longer ones first, then type."""
    return mention.start or 0, -(mention.end or 0), mention.type or ""


def _mentions(document: Document) -> Made:
    """Return a mention for each span, one for a span that stands in several places."""
    counts = Counter(span.key for span in document.ents or ())
    links = {span.key: span.kb_id for span in document.ents or () if span.kb_id}
    groups: dict[tuple[int, int, str], list[str]] = {}
    for name, group in document.spans.items():
        if not name.startswith((CLUSTER, HEADS)):
            counts |= Counter(span.key for span in group)
            links |= {span.key: span.kb_id for span in group if span.kb_id}
            for key in dict.fromkeys(span.key for span in group):
                groups.setdefault(key, []).extend([name] if name != ALL else [])
    return [
        _made(Marked(*key, kb_id=links.get(key, "")), groups.get(key)) for key in counts.elements()
    ]


def _made(span: Marked, groups: list[str] | None = None) -> tuple[Marked, Mention]:
    said = meta("spacy", groups=groups)
    return span, Mention(start=span.start, end=span.end, type=span.label or None, meta=said)


def _cluster(key: str, group: list[Marked], found: Made, place: Place) -> Made:
    """Return the mentions of a cluster; those that are not there yet are added."""
    cluster: Made = []
    for span in group:
        free = [each for each in found if not each[1].entity]
        same = [each for each in free if each[0].key == span.key]
        if not same and not span.label:
            same = [each for each in free if each[0].key[:2] == span.key[:2]]
        if len(same) > 1 and same[0][0].key != span.key:
            what = f"[{span.start}, {span.end}) could be any of {len(same)} mentions"
            where = Place(place.file, place.line, place.record, f"spans.{key}")
            raise DataError("ambiguous", what, "label the cluster's spans as the mentions", where)
        if not same:
            same = [_made(span)]
            found.append(same[0])
        old, mention = same[0]
        mention.entity = key.removeprefix(CLUSTER)
        cluster.append((msgspec.structs.replace(old, kb_id=span.kb_id or old.kb_id), mention))
    return cluster


def _entity(name: str, group: Made) -> Entity:
    """Return an entity with its first mention's type, linked if what is linked agrees."""
    links = {span.kb_id for span, _ in group if span.kb_id}
    entity = Entity(id=name, type=min((m for _, m in group), key=order).type if group else None)
    if len(links) == 1 and _ITEM.fullmatch(min(links)):
        entity.wikidata = Link(id=links.pop())
    for span, mention in group:
        if span.kb_id and not entity.wikidata:
            _say(mention, span.kb_id)
    return entity


def _link(entities: list[Entity], found: Made) -> None:
    """Make the mentions in no cluster that are linked to one Wikidata item one entity."""
    known = {entity.id: entity for entity in entities}
    for span, mention in found:
        if not mention.entity and _ITEM.fullmatch(span.kb_id):
            link = Link(id=span.kb_id)
            entity = Entity(id=span.kb_id, type=mention.type, wikidata=link)
            if span.kb_id not in known:
                known[span.kb_id] = entity
                entities.append(entity)
            if known[span.kb_id].wikidata == link:
                mention.entity = span.kb_id
        if not mention.entity and span.kb_id:
            _say(mention, span.kb_id)


def _say(mention: Mention, kb_id: str) -> None:
    mention.meta = meta("spacy", **kept(mention, "spacy") | {"kb_id": kb_id})
