"""From regions, arrows and lists to the layers of a record."""

from typing import Any

from goldwire.schemas.errors import DataError
from goldwire.schemas.formats.label_studio_controls import (
    BELONGS,
    CUE,
    MARK,
    OPTIONAL,
    SOURCE,
    UNTYPED,
    WITHIN,
    item_id,
)
from goldwire.schemas.formats.label_studio_items import Item, read_items
from goldwire.schemas.formats.label_studio_lines import items
from goldwire.schemas.formats.label_studio_regions import Arrow, Region, Results, Task
from goldwire.schemas.near import did_you_mean
from goldwire.schemas.plain import shorten
from goldwire.schemas.record import Boilerplate, Entity, Mention, Quote, Relation, Zone

Metas = dict[str, dict[str, Any]]
"""The ``meta`` of items by the ids of their regions."""


class Reader:
    """The items of one annotation, and the layers made of them."""

    def __init__(self, task: Task, results: Results, metas: Metas) -> None:
        self.task = task
        self.results = results
        self.metas = metas
        self.items = {item.main.id: item for item in read_items(task, results)}
        self.owner = {
            region.id: item for item in self.items.values() for region in (item.main, *item.more)
        }
        arrows = [arrow for arrow in results.arrows if arrow.label != BELONGS]
        self.names = self._names(arrows)

    def _names(self, arrows: list[Arrow]) -> dict[str, str]:
        """Return the ids of items by region; one without gets its region's if an arrow needs it."""
        ends = [arrow.end for arrow in arrows] + [arrow.start for arrow in self._drawn()]
        pointed = {self.owner[region.id].main.id for region in ends}
        names: dict[str, str] = {}
        for region, item in self.items.items():
            needed = region in pointed and "entity" not in item.main.fields
            if name := item_id(region) or (region if needed else None):
                names[region] = name
        return names

    def _drawn(self) -> list[Arrow]:
        """Return the arrows between mentions that are relations."""
        return [
            arrow
            for arrow in self.results.arrows
            if arrow.label != BELONGS and arrow.start.control == "mention"
        ]

    def _of(self, control: str) -> list[Item]:
        return [item for item in self.items.values() if item.main.control == control]

    def layers(self) -> dict[str, list[Any]]:
        """Return every layer by its name, those without an item empty."""
        found = {
            "zones": [self._make(item, Zone, {}) for item in self._of("zone")],
            "boilerplate": [self._make(item, Boilerplate, {}) for item in self._of("boilerplate")],
            "mentions": [self._make(item, Mention, _parts(item)) for item in self._of("mention")],
            "entities": self._listed("entity_list", Entity),
        }
        mentions: list[Mention] = found["mentions"]
        self.entity = {
            item.main.id: mention.entity
            for item, mention in zip(self._of("mention"), mentions, strict=True)
        }
        found["relations"] = [self._relation(item) for item in self._of("relation")]
        found["relations"] += [self._arrow(arrow) for arrow in self._drawn()]
        found["relations"] += self._listed("relation_list", Relation)
        found["quotes"] = [self._quote(item) for item in self._of("quote")]
        self._check_ids(found)
        return found

    def _make(self, item: Item, wanted: Any, fields: dict[str, Any]) -> Any:
        """Return an item as its record type: its place, type, own fields and remarks."""
        main = item.main
        free = {key: value for key, value in main.fields.items() if key != "group"}
        made = {**main.span, "type": main.label, **free, **fields}
        if OPTIONAL in free:
            made["optional"] = True
        if main.label == UNTYPED and main.control in ("boilerplate", "mention", "quote"):
            del made["type"]
        if main.control in ("mention", "relation", "quote") and main.id in self.names:
            made["id"] = self.names[main.id]
        if main.control in ("relation", "quote"):
            del made["start"], made["end"]
        if main.id in self.metas:
            made["meta"] = self.metas[main.id]
        return self.task.convert(made, wanted, main.id)

    def _relation(self, item: Item) -> Relation:
        fields = {name: self._argument(item, name) for name in ("head", "tail")}
        evidence = [self._evidence(region) for region in item.spans()]
        for name, value in fields.items():
            if value is None:
                cure = f"draw a relation {name} to a mention, or type the id of an entity"
                raise self.task.fault("missing-key", f"has no {name}", cure, item.main.id)
        relation: Relation = self._make(item, Relation, {**fields, "evidence": evidence})
        return relation

    def _evidence(self, region: Region) -> dict[str, Any]:
        group = region.fields.get("group", "1")
        if not (group.isascii() and group.isdigit() and len(group) < 12):
            what = f'expected a whole number as group, found "{shorten(group)}"'
            raise self.task.fault("wrong-type", what, "write 1, 2, 3 …", region.id)
        return {**region.span, "group": int(group)}

    def _arrow(self, arrow: Arrow) -> Relation:
        head, tail = (self._mentioned(each) for each in (arrow.start, arrow.end))
        return Relation(head=head, type=arrow.label, tail=tail)

    def _mentioned(self, region: Region) -> str:
        """Return what a mention stands for: its entity, or itself if it has none."""
        main = self.owner[region.id].main.id
        return self.entity[main] or self.names[main]

    def _argument(self, item: Item, name: str) -> str | None:
        """Return who is meant by a field of an item: typed as an id, or drawn as an arrow."""
        typed = item.main.fields.get(name)
        found = {self._mentioned(region) for region in item.named[name]}
        found |= set() if typed is None else {typed}
        if len(found) > 1:
            what = f"{name} is {' and '.join(sorted(found))}"
            raise self.task.fault("repeated-value", what, "keep one", item.main.id)
        return found.pop() if found else None

    def _quote(self, item: Item) -> Quote:
        sources = [each.span for each in item.spans(SOURCE)]
        if len(sources) > 1:
            raise self.task.fault("repeated-value", "has two sources", "keep one", item.main.id)
        within = {self.names[self.owner[each.id].main.id] for each in item.named[WITHIN]}
        if len(within) > 1:
            what = f"lies within {' and '.join(sorted(within))}"
            raise self.task.fault("repeated-value", what, "keep one", item.main.id)
        fields = {
            "content": [each.span for each in item.spans()],
            "cue": [each.span for each in item.spans(CUE)],
            "source": sources[0] if sources else None,
            "speaker": self._argument(item, "speaker"),
            "addressee": self._argument(item, "addressee"),
            "marks": [each.span for each in item.spans(MARK)],
            "within": within.pop() if within else None,
        }
        quote: Quote = self._make(item, Quote, fields)
        return quote

    def _listed(self, name: str, wanted: Any) -> list[Any]:
        entries = self.results.lists.get(name, [])
        found = []
        for fields, fault in items(name, entries, self.task.fault):
            try:
                found.append(self.task.convert(fields, wanted))
            except DataError as error:
                raise fault(error.code, error.message, error.cure) from None
        return found

    def _check_ids(self, layers: dict[str, list[Any]]) -> None:
        """Refuse an id that is given twice, and one that is named and not given."""
        entities = _unique(self.task, layers["entities"])
        whole = _unique(self.task, [*layers["entities"], *layers["mentions"]])
        _unique(self.task, layers["relations"])
        _unique(self.task, layers["quotes"])
        for mention in layers["mentions"]:
            self._check(mention.entity, entities, "entity")
        for entity in layers["entities"]:
            for member in entity.members:
                self._check(member, entities, "member")
        for relation in layers["relations"]:
            self._check(relation.head, whole, "head")
            self._check(relation.tail, whole, "tail")
        for quote in layers["quotes"]:
            self._check(quote.speaker, whole, "speaker")
            self._check(quote.addressee, whole, "addressee")

    def _check(self, name: str | None, known: set[str], field: str) -> None:
        """Refuse an id that nothing has, at the region where it was typed."""
        if name is None or name in known:
            return
        regions = self.results.regions
        where = next((each.id for each in regions if each.fields.get(field) == name), None)
        cure = did_you_mean(name, known) or f'add the line "id={name} …" to entity_list'
        what = f'{field} names "{shorten(name)}", which nothing has as its id'
        raise self.task.fault("dangling-id", what, cure, where)


def _parts(item: Item) -> dict[str, Any]:
    """Return the parts of a mention in several pieces, and their hull."""
    spans = [region.span for region in item.spans()]
    if len(spans) == 1:
        return {}
    return {"parts": spans, "start": spans[0]["start"], "end": spans[-1]["end"]}


def _unique(task: Task, layer: list[Any]) -> set[str]:
    seen: set[str] = set()
    for item in layer:
        if item.id in seen:
            what = f'"{shorten(item.id)}" is the id of two items'
            raise task.fault("duplicate-id", what, "give each its own")
        seen |= {item.id} - {None}
    return seen
