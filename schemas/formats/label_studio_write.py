"""From a record to the results of an annotation."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.formats.label_studio_controls import (
    ARROWS,
    BELONGS,
    CUE,
    MARK,
    NAMED,
    OPTIONAL,
    SOURCE,
    TEXT,
    UNTYPED,
    WITHIN,
    piece_id,
    region_id,
)
from goldwire.schemas.formats.label_studio_lines import entity_line, relation_line
from goldwire.schemas.plain import shorten
from goldwire.schemas.record import AnySpan, Mention, Quote, Record, Relation, Remarks
from goldwire.schemas.spans import extent, spans

Results = list[dict[str, Any]]


def check(record: Record, place: Place) -> None:
    """Refuse a record that no annotation can be made of: its text, spans or ids are not sound."""
    if not record.text:
        raise DataError("no-text", "the record has no text", "give records with their text", place)
    for path, span in spans(record):
        ends = extent(span)
        if ends is None:
            raise _unsound(place, "span-incomplete", path, "has no start and end", "place it first")
        if not ends[0] < ends[1] <= len(record.text):
            found = f"{ends[0]} to {ends[1]} is no stretch of the text"
            raise _unsound(place, "span-past-end", path, found, "mend the offsets")
        if span.text is not None and span.text != record.text[slice(*ends)]:
            found = f'the text has "{shorten(record.text[slice(*ends)], 40)}" there'
            raise _unsound(place, "span-text", path, found, "mend offsets or text")
    for index, mention in enumerate(record.mentions or ()):
        if mention.parts and (mention.parts[0].start, mention.parts[-1].end) != extent(mention):
            path, found = f"mentions[{index}].parts", "the parts do not span the mention"
            cure = "start and end are those of the first and the last part"
            raise _unsound(place, "parts-hull", path, found, cure)
    _check_ids(record, place)


def _unsound(place: Place, code: str, path: str, found: str, cure: str) -> DataError:
    return DataError(code, found, cure, Place(place.file, place.line, place.record, path))


def _check_ids(record: Record, place: Place) -> None:
    entities = Counter(entity.id for entity in record.entities or ())
    whole = entities + Counter(each.id for each in record.mentions or () if each.id is not None)
    quotes = Counter(quote.id for quote in record.quotes or () if quote.id is not None)
    relations = Counter(each.id for each in record.relations or () if each.id is not None)
    for twice, count in (whole | quotes | relations).items():
        if count > 1:
            what = f'"{shorten(twice)}" is the id of two items'
            raise DataError("duplicate-id", what, "give each its own", place)
    named: list[tuple[str | None, Counter[str]]] = []
    named += [(mention.entity, entities) for mention in record.mentions or ()]
    named += [(one, entities) for entity in record.entities or () for one in entity.members]
    named += [(one, whole) for each in record.relations or () for one in (each.head, each.tail)]
    named += [
        (one, whole) for each in record.quotes or () for one in (each.speaker, each.addressee)
    ]
    named += [(quote.within, quotes) for quote in record.quotes or ()]
    for name, known in named:
        if name is not None and name not in known:
            what = f'"{shorten(name)}" is named, and nothing has it as its id'
            raise DataError("dangling-id", what, "add what it names", place)


class Writer:
    """The results of one record, which must have passed ``check``."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.text = record.text or ""
        self.regions: Results = []
        self.arrows: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.metas: dict[str, dict[str, Any]] = {}
        self.lists: dict[str, list[str]] = {}
        self.first: dict[str, str] = {}
        self._write()

    def results(self) -> Results:
        """Return regions, lists and arrows, as an annotation or a prediction has them."""
        lists = [
            {"id": name, **_to(name), "value": {"text": lines}}
            for name, lines in self.lists.items()
            if lines
        ]
        arrows = [
            {"type": "relation", "from_id": start, "to_id": end, "direction": "right", "labels": on}
            for (start, end), on in self.arrows.items()
        ]
        return [*self.regions, *lists, *arrows]

    def _write(self) -> None:
        record = self.record
        for number, zone in enumerate(record.zones or (), 1):
            self._item("zone", None, number, [zone], zone.type, zone)
        for number, other in enumerate(record.boilerplate or (), 1):
            self._item("boilerplate", None, number, [other], other.type, other)
        for number, mention in enumerate(record.mentions or (), 1):
            self._mention(mention, number)
        self.lists["entity_list"] = [entity_line(entity) for entity in record.entities or ()]
        for number, relation in enumerate(record.relations or (), 1):
            self._relation(relation, number)
        for number, quote in enumerate(record.quotes or (), 1):
            self._quote(quote, number)

    def _region(self, name: str, control: str, label: str, span: AnySpan) -> dict[str, Any]:
        """Add a region, and return where it is."""
        start, end = extent(span) or (0, 0)
        place = {"start": start, "end": end, "text": self.text[start:end]}
        self.regions.append({"id": name, **_to(control), "value": {**place, "labels": [label]}})
        return place

    def _field(self, name: str, place: dict[str, Any], control: str, value: str | None) -> None:
        """Add what a further control says of a region."""
        if value is not None:
            key = "choices" if NAMED[control].tag == "Choices" else "text"
            self.regions.append({"id": name, **_to(control), "value": {**place, key: [value]}})

    def _item(
        self,
        control: str,
        item: str | None,
        number: int,
        places: Sequence[AnySpan],
        label: str | None,
        remarks: Remarks,
        **fields: str | None,
    ) -> str:
        """Add an item: a region for each of its spans, the first with all that is said of it."""
        main = region_id(control, item, number)
        label = UNTYPED if label is None else label
        for index, span in enumerate(places):
            name = main if index == 0 else piece_id(main, index)
            where = self._region(name, control, label, span)
            if index == 0:
                fields["optional"] = OPTIONAL if remarks.optional else None
                fields |= {"alternatives": remarks.alternatives, "note": remarks.note}
                for key, value in fields.items():
                    self._field(name, where, key, value)
            else:
                self.arrows[name, main].append(BELONGS)
            group = getattr(span, "group", 1)
            self._field(name, where, "group", None if group == 1 else str(group))
        if remarks.meta is not None:
            self.metas[main] = remarks.meta
        return main

    def _mention(self, mention: Mention, number: int) -> None:
        main = self._item(
            "mention",
            mention.id,
            number,
            mention.parts or [mention],
            mention.type,
            mention,
            level=mention.level,
            mod=mention.mod,
            entity=mention.entity,
            value=mention.value,
        )
        if name := mention.entity or mention.id:
            self.first.setdefault(name, main)

    def _relation(self, relation: Relation, number: int) -> None:
        """Add a relation at its evidence; else as an arrow if that says all, else to the list."""
        if relation.evidence:
            self._item(
                "relation",
                relation.id,
                number,
                relation.evidence,
                relation.type,
                relation,
                certainty=relation.certainty,
                head=relation.head,
                tail=relation.tail,
            )
            return
        start, end = self.first.get(relation.head, ""), self.first.get(relation.tail, "")
        bare = relation == Relation(head=relation.head, type=relation.type, tail=relation.tail)
        drawn = self.arrows.get((start, end), ())
        own = relation.type in ARROWS or relation.type in drawn
        if bare and start and end and start != end and not own:
            self.arrows[start, end].append(relation.type)
        else:
            self.lists.setdefault("relation_list", []).append(relation_line(relation))

    def _quote(self, quote: Quote, number: int) -> None:
        speaker, addressee = quote.speaker, quote.addressee
        main = self._item(
            "quote",
            quote.id,
            number,
            quote.content,
            quote.type,
            quote,
            speaker=speaker,
            addressee=addressee,
        )
        for index, (label, span) in enumerate(_parts(quote), len(quote.content)):
            name = piece_id(main, index)
            self._region(name, "part", label, span)
            self.arrows[name, main].append(BELONGS)
        if quote.within is not None:
            self.arrows[main, region_id("quote", quote.within, 0)].append(WITHIN)


def _to(control: str) -> dict[str, str]:
    return {"from_name": control, "to_name": TEXT, "type": NAMED[control].tag.lower()}


def _parts(quote: Quote) -> Iterator[tuple[str, AnySpan]]:
    yield from ((CUE, span) for span in quote.cue)
    yield from ((SOURCE, span) for span in [quote.source] if span)
    yield from ((MARK, span) for span in quote.marks)
