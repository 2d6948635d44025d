"""From a record to the lines of a brat document, and what of the record they can't hold."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import count

from goldwire.schemas.errors import DataError
from goldwire.schemas.formats import brat_meta as names
from goldwire.schemas.formats.brat_clusters import is_link
from goldwire.schemas.formats.brat_lines import one_line, parse
from goldwire.schemas.formats.brat_meta import Kept, kept_of_record
from goldwire.schemas.formats.brat_read import Document
from goldwire.schemas.formats.lost import Losses
from goldwire.schemas.formats.stretches import Ends, joined, ordered, within
from goldwire.schemas.record import AnySpan, Entity, Mention, Quote, Record, Relation, Remarks

_BREAKS = r"[\s:]"
"""What can't stand in the type of an event."""


class Draft(Losses):
    """The lines of one document as they are made, and what is lost on the way."""

    def __init__(self, record: Record) -> None:
        super().__init__(record)
        self.text = record.text or ""
        self.found: dict[str, list[str]] = {kind: [] for kind in "T*REAN#"}
        self.raw = self._fields(record)
        self.taken = {line.partition("\t")[0] for line in self.raw}
        self.numbers = {kind: count(1) for kind in self.found}
        self.mentions = list(self._placed(record.mentions or ()))
        self.marks = self.ids("T", "mentions", [each.id for each, _ in self.mentions])
        self.of_mention = {
            each.id: (mark, each.entity)
            for (each, _), mark in zip(self.mentions, self.marks, strict=True)
            if each.id
        }
        self.labels = self._labels()
        self.groups: dict[str, list[int]] = {}
        self._entities(record)
        self._mentions({each.id: each for each in record.entities or ()})
        self._zones(record)
        self._relations(record.relations or ())
        self._members(record.entities or ())
        self._quotes(record.quotes or ())

    def lines(self) -> list[str]:
        """Return the lines; those kept from brat are left out if they no longer fit the rest."""
        made = [line for lines in self.found.values() for line in lines]
        if self.raw and not self._fit([*made, *self.raw]):
            self.lose("lines kept from brat that no longer fit", len(self.raw))
            self.raw = []
        return [*made, *self.raw]

    def _fit(self, lines: list[str]) -> bool:
        try:
            document = Document(list(parse("\n".join(lines), self.text, "")))
        except DataError:
            return False
        return self.raw == [each.raw for each in document.lines if id(each) in document.kept]

    def add(self, kind: str, rest: str) -> None:
        """Add a line with an id of its own."""
        self.found[kind].append(f"{self.fresh(kind)}\t{rest}")

    def fresh(self, kind: str) -> str:
        """Return the next id of a kind of line that is not taken."""
        made = next(made for n in self.numbers[kind] if (made := f"{kind}{n}") not in self.taken)
        self.taken.add(made)
        return made

    def ids(self, kind: str, what: str, given: Sequence[str | None]) -> list[str]:
        """Return ids as brat has them: those given that are such, else new ones."""
        found: list[str | None] = []
        for name in given:
            fits = name and re.fullmatch(rf"{kind}[0-9]+", name) and name not in self.taken
            found.append(name if fits else None)
            self.taken |= {name} if fits and name else set()
            self.lose(f"ids of {what}", bool(name and not fits))
        return [name or self.fresh(kind) for name in found]

    def _fields(self, record: Record) -> list[str]:
        """Return the lines that a record keeps from brat; note other meta, which has no place."""
        kept = kept_of_record(record.meta)
        self.flags |= {"meta of the record"} if kept is None else set()
        return kept.lines if kept else []

    def token(self, label: str, banned: str = r"\s") -> str:
        """Return a label that can stand in a line."""
        made = re.sub(banned, "_", label) or "_"
        self.lose("white space and colons in labels, written as _", made != label)
        return made

    def flat(self, text: str) -> str:
        """Return a text that can stand at the end of a line."""
        made = one_line(text)
        self.lose("line ends in notes, names and values, written as spaces", made != text)
        return made

    def all_ends(self, spans: Iterable[AnySpan], what: str) -> list[Ends]:
        """Return the extents of those spans that have one."""
        given = list(spans)
        found = [ends for each in given if (ends := within(each, self.text))]
        self.lose(f"{what} without a place", len(given) - len(found))
        return found

    def mark(self, mark: str, label: str, spans: Sequence[Ends]) -> None:
        """Add a text-bound line."""
        places = ";".join(f"{start} {end}" for start, end in spans)
        text = one_line(" ".join(self.text[start:end] for start, end in spans))
        self.found["T"].append(f"{mark}\t{label} {places}\t{text}")

    def _placed(self, mentions: Iterable[Mention]) -> Iterator[tuple[Mention, list[Ends]]]:
        for mention in mentions:
            spans: list[AnySpan] = [*mention.parts] or [mention]
            found = [ends for each in spans if (ends := within(each, self.text))]
            if len(found) < len(spans):
                self.lose("mentions without a place")
                continue
            if not ordered(found):
                self.lose("parts of mentions that overlap or are out of order, written joined")
                found = joined(found)
            yield mention, found

    def _labels(self) -> list[str]:
        """Return the types of mentions as they are written."""
        found = []
        for mention, _ in self.mentions:
            self.lose("mentions without a type, written as Mention", mention.type is None)
            label = "Mention" if mention.type is None else self.token(mention.type)
            found.append(self._other(label) if names.RESERVED.fullmatch(label) else label)
        plain = {
            tuple(spans)
            for (_, spans), label in zip(self.mentions, found, strict=True)
            if not names.CLUSTER.fullmatch(label)
        }
        return [
            self._other(label)
            if names.CLUSTER.fullmatch(label) and tuple(spans) in plain
            else label
            for (_, spans), label in zip(self.mentions, found, strict=True)
        ]

    def _other(self, label: str) -> str:
        """Return a label that can't be taken for one of ours, or for a cluster's name."""
        self.lose("labels that would be read as something else, written with _")
        return f"_{label}_"

    def _entities(self, record: Record) -> None:
        """Group the mentions, and write the groups."""
        self.groups = {each.id: [] for each in record.entities or ()}
        for index, (mention, _) in enumerate(self.mentions):
            if mention.entity is not None:
                alone = mention.entity not in self.groups
                self.lose("entities that only mentions name, read as entities", alone)
                self.groups.setdefault(mention.entity, []).append(index)
        self.lose("entities without a mention", sum(not each for each in self.groups.values()))
        self.groups = {name: group for name, group in self.groups.items() if group}
        for number, (name, group) in enumerate(self.groups.items(), 1):
            self.lose("ids of entities", name != f"e{number}")
            self.found["*"].append("*\tEquiv " + " ".join(self.marks[each] for each in group))

    def _mentions(self, entities: dict[str, Entity]) -> None:
        leads = {group[0]: name for name, group in self.groups.items()}
        for index, (mention, spans) in enumerate(self.mentions):
            mark = self.marks[index]
            self.mark(mark, self.labels[index], spans)
            entity = entities.get(mention.entity or "")
            if index in leads and entity:
                self._entity(entity, mark, self.groups[leads[index]])
            self.attribute(names.LEVEL, mark, mention.level)
            self.attribute(names.MOD, mark, mention.mod)
            self.note(names.VALUE, mark, mention.value)
            link = entity.wikidata.id if entity and entity.wikidata else None
            self.remarks(mention, mark, self.kept(mention, link=link))

    def _entity(self, entity: Entity, mark: str, group: list[int]) -> None:
        """Write what is said of an entity at its first mention."""
        types = {self.labels[each] for each in group}
        derived = types.pop() if len(types) == 1 else None
        if entity.type != derived:
            typeless = entity.type is None
            self.lose("entities without a type, read with that of their mentions", typeless)
            self.attribute(names.ENTITY_TYPE, mark, entity.type)
        link = entity.wikidata
        name = None if entity.name is None else self.flat(entity.name)
        if link and link.id:
            rest = f"Reference {mark} {names.WIKIDATA}:{link.id}"
            self.add("N", rest if name is None else f"{rest}\t{name}")
        else:
            self.note(names.ENTITY_NAME, mark, name)
            self.attribute(names.ENTITY_NIL, mark, link.nil_reason if link else None)
        self.note(names.ENTITY_NOTE, mark, entity.note)
        self.lose("optional and alternative entities", entity.optional or bool(entity.alternatives))
        self.lose("meta of items", entity.meta is not None)

    def attribute(self, name: str, target: str, value: str | None) -> None:
        """Add an attribute with a value, if there is one."""
        if value is not None:
            kept = names.INLINE.fullmatch(value)
            self.add("A", f"{name} {target} {value if kept else self.token(value)}")

    def note(self, kind: str, target: str, text: str | None) -> None:
        """Add a note, if there is one."""
        if text is not None:
            self.add("#", f"{kind} {target}\t{self.flat(text)}")

    def kept(self, item: Remarks, fields: Iterable[str] = (), link: str | None = None) -> Kept:
        """Return what an item's meta keeps for brat, ``fields`` being those that it can have.

        A link to another Wikidata item than the entity's (``link``) would be read as one.
        """
        found = names.kept(item.meta)
        if found is not None and names.writable(found, fields, item.note is not None):
            links = [row for row in found.normalised if is_link(*row[:3])]
            if all(row[2] == link for row in links):
                return found
        self.lose("meta of items")
        return Kept()

    def remarks(self, item: Remarks, target: str, kept: Kept) -> None:
        """Write what any item may carry, and what its meta keeps."""
        if item.optional:
            self.add("A", f"{names.OPTIONAL} {target}")
        self.attribute(names.ALTERNATIVES, target, item.alternatives)
        self.note(names.NOTE, target, item.note)
        for name, value in kept.attributes:
            self.add("A", f"{name} {target}" + ("" if value is None else f" {value}"))
        for kind, text in kept.notes:
            self.add("#", f"{kind} {target}" + ("" if text is None else f"\t{text}"))
        for kind, base, number, text in kept.normalised:
            self.add(
                "N", f"{kind} {target} {base}:{number}" + ("" if text is None else f"\t{text}")
            )

    def _zones(self, record: Record) -> None:
        for word, items in ((names.ZONE, record.zones), (names.BOILERPLATE, record.boilerplate)):
            for item in items or ():
                if not (ends := within(item, self.text)):
                    self.lose(f"{word.lower()} without a place")
                    continue
                mark = self.fresh("T")
                label = word if item.type is None else f"{word}_{self.token(item.type)}"
                self.mark(mark, label, [ends])
                self.remarks(item, mark, self.kept(item))

    def target(self, name: str, instead: str | None) -> str | None:
        """Return the mention that stands for an entity or mention, None if there is none."""
        if name in self.groups:
            group = [self.marks[each] for each in self.groups[name]]
            fits = instead in group[1:]
            self.lose("meta of items", instead is not None and not fits)
            return instead if fits else group[0]
        self.lose("meta of items", instead is not None)
        mark, owner = self.of_mention.get(name, (None, None))
        self.lose("names of mentions, read as their entity", owner is not None)
        return mark

    def _relations(self, relations: Sequence[Relation]) -> None:
        held = []
        for item in relations:
            kept = self.kept(item, ("roles", "head", "tail"))
            head, tail = self.target(item.head, kept.head), self.target(item.tail, kept.tail)
            if head and tail:
                held.append((item, kept, head, tail))
        self.lose("relations whose head or tail has no mention", len(relations) - len(held))
        made = self.ids("R", "relations", [each.id for each, *_ in held])
        for (item, kept, head, tail), name in zip(held, made, strict=True):
            label = self.token(item.type)
            label = self._other(label) if label == names.MEMBER else label
            one, other = kept.roles or ("Arg1", "Arg2")
            self.found["R"].append(f"{name}\t{label} {one}:{head} {other}:{tail}")
            self.attribute(names.CERTAINTY, name, item.certainty)
            self.lose("evidence of relations", len(item.evidence))
            self.remarks(item, name, kept)

    def _members(self, entities: Iterable[Entity]) -> None:
        for entity in entities:
            for member in entity.members:
                if entity.id not in self.groups or member not in self.groups:
                    self.lose("members of entities, where either has no mention")
                    continue
                ends = self.target(entity.id, None), self.target(member, None)
                self.add("R", f"{names.MEMBER} Arg1:{ends[0]} Arg2:{ends[1]}")

    def _quotes(self, quotes: Sequence[Quote]) -> None:
        held = [
            (each, found) for each in quotes if (found := self.all_ends(each.content, "content"))
        ]
        self.lose("quotes without a place", len(quotes) - len(held))
        made = self.ids("E", "quotes", [each.id for each, _ in held])
        of_quote = {each.id: name for (each, _), name in zip(held, made, strict=True) if each.id}
        for (item, content), name in zip(held, made, strict=True):
            label = names.QUOTE
            if item.type is not None:
                label = f"{label}_{self.token(item.type, _BREAKS)}"
            roles = list(self._parts(item, label, content))
            kept = self.kept(item, names.PEOPLE.values())
            for role, field in names.PEOPLE.items():
                if (person := getattr(item, field)) is None:
                    continue
                mark = self.target(person, getattr(kept, field))
                self.lose("speakers and addressees without a mention", mark is None)
                roles += [f"{role}:{mark}"] if mark else []
            if item.within is not None:
                self.lose("quotes within one that is not there", item.within not in of_quote)
                outer = of_quote.get(item.within)
                roles += [f"{names.WITHIN}:{outer}"] if outer else []
            self.found["E"].append(f"{name}\t" + " ".join(roles))
            self.remarks(item, name, kept)

    def _parts(self, item: Quote, label: str, content: list[Ends]) -> Iterator[str]:
        """Write the spans of a quote and yield its trigger and roles."""
        source = [item.source] if item.source else []
        for role, spans in (
            ("Content", content),
            ("Cue", self.all_ends(item.cue, "cues")),
            ("Mark", self.all_ends(item.marks, "quotation marks")),
            ("Source", self.all_ends(source, "sources")),
        ):
            groups = [spans] if ordered(spans) else [[each] for each in spans]
            for number, group in enumerate(groups if spans else (), 1):
                mark = self.fresh("T")
                trigger = role == "Content" and number == 1
                self.mark(mark, label if trigger else f"{names.QUOTE}_{role.lower()}", group)
                again = str(number) if number > 1 else ""
                yield f"{label}:{mark}" if trigger else f"{role}{again}:{mark}"
