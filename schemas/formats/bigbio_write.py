"""From a record to a document of BigBIO's KB schema, and what of the record it can't hold."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import count, pairwise

from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.formats.bigbio_read import check
from goldwire.schemas.formats.bigbio_types import (
    WHOLE,
    WIKIDATA,
    Coreference,
    Document,
    Event,
    KbEntity,
    KbRelation,
    Kept,
    KeptOfRecord,
    Normalized,
    Passage,
    common_link,
    from_meta,
    link_of,
)
from goldwire.schemas.formats.lost import Losses
from goldwire.schemas.formats.names import article_id
from goldwire.schemas.formats.stretches import Ends, fault, joined, within
from goldwire.schemas.record import AnySpan, Entity, Mention, Record, Relation, Remarks, Zone


class Draft(Losses):
    """One document as it is made, and what is lost on the way."""

    def __init__(self, record: Record) -> None:
        super().__init__(record)
        self.text = record.text or ""
        self._fields(record)
        kept = self._kept_of_record(record)
        name = kept.name or record.id
        self.prefix = f"{name}_"
        self.mentions = list(self._placed(record.mentions or ()))
        self.groups: dict[str, list[int]] = {}
        self._group(record.entities or ())
        self.names = self._ids("m", "mentions", [each.id for each, _ in self.mentions])
        self.by_id = {each.id: n for n, (each, _) in enumerate(self.mentions) if each.id}
        self.links = [self._kept(each).normalized for each, _ in self.mentions]
        self._link({each.id: each for each in record.entities or ()})
        self.document = Document(
            id=kept.id or name,
            document_id=name,
            passages=self._passages(record.zones or ()),
            entities=[self._entity(index) for index in range(len(self.mentions))],
            events=[],
            coreferences=list(self._coreferences()),
            relations=self._relations(record.relations or ()),
        )
        self._events(kept.events)

    def _fields(self, record: Record) -> None:
        self.lose("quotes", len(record.quotes or ()))
        self.lose("boilerplate", len(record.boilerplate or ()))

    def _kept_of_record(self, record: Record) -> KeptOfRecord:
        found = from_meta(record.meta, KeptOfRecord)
        sound = found and "" not in (found.name, found.id)
        if found and sound and article_id(found.name or record.id, {}, Place()) == record.id:
            return found
        self.flags.add("meta of the record")
        return KeptOfRecord()

    def _kept(self, item: Remarks, ends: bool = False) -> Kept:
        """Return what an item's meta keeps; only a relation has a head and tail there."""
        found = from_meta(item.meta, Kept)
        if found is None or ((found.head or found.tail) and not ends):
            self.lose("meta of items")
            return Kept()
        return found

    def _remarks(self, item: Remarks, what: str) -> None:
        self.lose(f"notes of {what}", item.note is not None)
        self.lose(
            f"that {what} are optional or alternatives", item.optional or bool(item.alternatives)
        )

    def _placed(self, mentions: Iterable[Mention]) -> Iterator[tuple[Mention, list[Ends]]]:
        for mention in mentions:
            spans: list[AnySpan] = [*mention.parts] or [mention]
            found = [ends for each in spans if (ends := within(each, self.text))]
            if len(found) < len(spans):
                self.lose("mentions without a place")
                continue
            if fault(found):
                self.lose("parts of mentions that overlap, written joined")
                found = joined(found)
            for field in ("level", "value", "mod"):
                self.lose(f"{field}s of mentions", getattr(mention, field) is not None)
            self._remarks(mention, "mentions")
            yield mention, found

    def _ids(self, letter: str, what: str, given: Sequence[str | None]) -> list[str]:
        """Return ids that stand once: those given that do, else new ones."""
        taken = set(self.groups) if letter == "m" else set()
        found: list[str | None] = []
        for name in given:
            found.append(None if name in taken else name)
            self.lose(f"ids of {what}", name in taken)
            taken |= {name} if name else set()
        fresh = (name for number in count(1) if (name := f"{letter}{number}") not in taken)
        return [name or next(fresh) for name in found]

    def _group(self, entities: Iterable[Entity]) -> None:
        self.groups = {each.id: [] for each in entities}
        for index, (mention, _) in enumerate(self.mentions):
            if mention.entity is not None:
                alone = mention.entity not in self.groups
                self.lose("entities that only mentions name, read as entities", alone)
                self.groups.setdefault(mention.entity, []).append(index)

    def _link(self, entities: dict[str, Entity]) -> None:
        """Give mentions the link of their entity; note what else of entities is lost."""
        for name, group in self.groups.items():
            entity = entities.get(name) or Entity(id=name)
            link = entity.wikidata.id if entity.wikidata else None
            self._without_links(group, link is not None)
            for each in group if link else ():
                self.links[each].insert(0, Normalized(db_name=WIKIDATA, db_id=link or ""))
            self.lose("links of entities without a mention", bool(link) and not group)
            self._of_entity(entity, {self._type(each) for each in group})
        for index, (mention, _) in enumerate(self.mentions):
            if mention.entity is None:
                self._without_links([index], False)

    def _without_links(self, group: Sequence[int], linked: bool) -> None:
        """Drop links of mentions that would be read as their entity's, or against it."""
        if linked or common_link([self.links[each] for each in group]):
            for each in group:
                rest = [row for row in self.links[each] if not link_of(row)]
                self.lose("meta of items", len(rest) != len(self.links[each]))
                self.links[each] = rest

    def _of_entity(self, entity: Entity, types: set[str]) -> None:
        derived = types.pop() if len(types) == 1 else None
        self.lose("types of entities where their mentions have others", entity.type != derived)
        self.lose("names of entities", entity.name is not None)
        nil = entity.wikidata is not None and entity.wikidata.id is None
        self.lose("reasons why entities have no link", nil)
        self.lose("members of entities", len(entity.members))
        self.lose("meta of items", entity.meta is not None)
        self._remarks(entity, "entities")

    def _entity(self, index: int) -> KbEntity:
        mention, spans = self.mentions[index]
        self.lose("mentions without a type, written as Mention", mention.type is None)
        return KbEntity(
            id=self._name(index),
            type=self._type(index),
            text=[self.text[start:end] for start, end in spans],
            offsets=spans,
            normalized=self.links[index],
        )

    def _type(self, index: int) -> str:
        label = self.mentions[index][0].type
        return "Mention" if label is None else label

    def _name(self, index: int) -> str:
        return self.prefix + self.names[index]

    def _coreferences(self) -> Iterator[Coreference]:
        for name, group in self.groups.items():
            ids = [self._name(each) for each in group]
            yield Coreference(id=self.prefix + name, entity_ids=ids)

    def _passages(self, zones: Sequence[Zone]) -> list[Passage]:
        """Return the zones as passages if the text can be built of them, else the whole text."""
        spans = [ends for each in zones if (ends := within(each, self.text))]
        if not zones or len(spans) < len(zones) or not self._tile(spans):
            self.lose("zones", len(zones))
            return [self._passage(1, WHOLE, (0, len(self.text)))]
        if len(zones) == 1 and (zones[0].type, spans[0]) == (WHOLE, (0, len(self.text))):
            self.lose("zones")
        for zone in zones:
            self._remarks(zone, "zones")
            self.lose("meta of items", zone.meta is not None)
        pairs = zip(zones, spans, strict=True)
        return [self._passage(n, zone.type, ends) for n, (zone, ends) in enumerate(pairs, 1)]

    def _tile(self, spans: Sequence[Ends]) -> bool:
        gaps = [(0, spans[0][0]), *((one[1], other[0]) for one, other in pairwise(spans))]
        tight = all(one <= other and self.text[one:other] in ("", " ") for one, other in gaps)
        return tight and spans[-1][1] == len(self.text)

    def _passage(self, number: int, kind: str, ends: Ends) -> Passage:
        text = self.text[ends[0] : ends[1]]
        return Passage(id=f"{self.prefix}passage-{number}", type=kind, text=[text], offsets=[ends])

    def _relations(self, relations: Sequence[Relation]) -> list[KbRelation]:
        held = []
        for item in relations:
            kept = self._kept(item, ends=True)
            head, tail = self._target(item.head, kept.head), self._target(item.tail, kept.tail)
            if head and tail:
                held.append((item, kept, head, tail))
        self.lose("relations whose head or tail has no mention", len(relations) - len(held))
        for item, *_ in held:
            self.lose("evidence of relations", len(item.evidence))
            self.lose("certainty of relations", item.certainty is not None)
            self._remarks(item, "relations")
        return [
            KbRelation(
                id=self.prefix + name,
                type=item.type,
                arg1_id=head,
                arg2_id=tail,
                normalized=kept.normalized,
            )
            for (item, kept, head, tail), name in zip(
                held, self._ids("r", "relations", [each.id for each, *_ in held]), strict=True
            )
        ]

    def _target(self, name: str, instead: str | None) -> str | None:
        """Return the mention that stands for an entity or mention, None if there is none."""
        if group := self.groups.get(name):
            others = [self._name(each) for each in group[1:] if self.names[each] == instead]
            self.lose("meta of items", instead is not None and not others)
            return others[0] if others else self._name(group[0])
        self.lose("meta of items", instead is not None)
        if name in self.groups or name not in self.by_id:
            return None
        index = self.by_id[name]
        owner = self.mentions[index][0].entity
        self.lose("names of mentions, read as their entity", owner is not None)
        return self._name(index)

    def _events(self, events: list[Event]) -> None:
        """Add the events, if they still fit the rest."""
        for event in events:
            event.id = self.prefix + event.id
            for each in event.arguments:
                each.ref_id = self.prefix + each.ref_id
        self.document.events = events
        try:
            check(self.document, self.text, Place())
        except DataError:
            self.lose("events that no longer fit", len(events))
            self.document.events = []
