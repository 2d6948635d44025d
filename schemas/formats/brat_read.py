"""From the lines of a brat document to a record."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TypeVar

from goldwire.schemas.errors import DataError
from goldwire.schemas.formats import brat_meta as names
from goldwire.schemas.formats.brat_clusters import cluster_lines, links, merged
from goldwire.schemas.formats.brat_lines import Line
from goldwire.schemas.formats.brat_meta import Kept
from goldwire.schemas.record import (
    Boilerplate,
    Entity,
    Link,
    Mention,
    Quote,
    Record,
    Relation,
    Remarks,
    Span,
    Zone,
)

_R = TypeVar("_R", bound=Remarks)


class Document:
    """The annotations of one document, as they are turned into a record."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.by_id: dict[str, Line] = {}
        self.about: dict[str, list[Line]] = defaultdict(list)
        self._index()
        self.quoted: dict[str, Line] = {}
        self.kept = self._foreign()
        self.clusters = cluster_lines([each for each in lines if self._may_be_mention(each)])
        for line, mention in self.clusters.items():
            self.about[mention] += self.about[line]
        self.notes: dict[str, Kept] = defaultdict(Kept)
        self.mentions = {
            each.id: _mention(each)
            for each in lines
            if self._may_be_mention(each) and each.id not in self.clusters
        }
        self.entities: dict[str, Entity] = {}
        self.first: dict[str, str] = {}
        self._cluster()

    def _index(self) -> None:
        for line in self.lines:
            if line.kind != "*" and self.by_id.setdefault(line.id, line) is not line:
                raise _error("repeated-id", line, f"{line.id} stands twice", "give each id once")
        for line in self.lines:
            for _, target in line.args:
                if target not in self.by_id:
                    cure = f"add the line {target}, or remove this one"
                    raise _error("unknown-id", line, f"there is no {target}", cure)
                if line.kind in "AMN#" and self.by_id[target].kind not in "TRE":
                    what = f"{target} is neither text, relation nor event"
                    raise _error("wrong-target", line, what, "say it of one of these")
                self.about[target].append(line)

    def _foreign(self) -> set[int]:
        """Return the lines that a record has no field for: what is not ours and all about it."""
        quotes = {each.id: each for each in self.lines if each.kind == "E" and self._is_quote(each)}
        kept = {id(each) for each in self.lines if each.kind == "E" and each.id not in quotes}
        kept |= {id(each) for each in self.lines if each.kind == "*" and each.type != "Equiv"}
        while more := [
            each for each in self.lines if id(each) not in kept and self._tied(each, kept)
        ]:
            kept |= {id(each) for each in more}
        for quote in quotes.values():
            if id(quote) not in kept:
                self.quoted |= {name: quote for role, name in quote.args if _is_part(role)}
        return kept

    def _tied(self, line: Line, kept: set[int]) -> bool:
        if line.kind == "T":
            users = [each for each in self.about[line.id] if id(each) in kept and each.kind == "E"]
            return any(role == "" and name == line.id for each in users for role, name in each.args)
        return any(id(self.by_id[name]) in kept for _, name in line.args)

    def _is_quote(self, event: Line) -> bool:
        """Return whether an event is a quote as we write it, every part of it used only there."""
        if not (event.type == names.QUOTE or event.type.startswith(f"{names.QUOTE}_")):
            return False
        return (
            event.args[:1] != []
            and event.args[0][0] == ""
            and all(self._fits(event, _role(role), self.by_id[name]) for role, name in event.args)
        )

    def _fits(self, event: Line, role: str, target: Line) -> bool:
        if role == names.WITHIN:
            return target.kind == "E"
        if role in names.PEOPLE:
            return target.kind == "T"
        wanted = event.type if role == "" else f"{names.QUOTE}_{role.lower()}"
        known = role == "" or role in names.PARTS
        fits = known and target.kind == "T" and target.type == wanted
        return fits and len(self.about[target.id]) == 1

    def _may_be_mention(self, line: Line) -> bool:
        ours = names.RESERVED.fullmatch(line.type) or line.id in self.quoted
        return line.kind == "T" and not ours and id(line) not in self.kept

    def mention_of(self, name: str, line: Line) -> Mention:
        """Return the mention that an id of a line names (a cluster's line names its mention)."""
        found = self.mentions.get(self.clusters.get(name, name))
        if found is None:
            raise _error("not-a-mention", line, f"{name} is not a mention", "name one")
        return found

    def _cluster(self) -> None:
        """Give mentions their entities: Equiv lines, cluster lines, and links to Wikidata."""
        groups = list(merged(each for each in self.lines if self._equates(each)))
        if groups and self.clusters:
            what = "clusters are written as Equiv lines and as lines of their own"
            raise _error("mixed-clusters", groups[0][0], what, "keep one of the two")
        found = [(f"e{number}", group) for number, (_, group) in enumerate(groups, 1)]
        owners = {each: name for name, group in found for each in group}
        owners |= {made: self.by_id[line].type for line, made in self.clusters.items()}
        count = len(set(owners.values()))
        for line in self.lines:
            for _, name in line.args:
                if id(line) not in self.kept and line.kind == "*":
                    self.mention_of(name, line)
                elif links(line) and (name := self.clusters.get(name, name)) in self.mentions:
                    count += name not in owners
                    owners.setdefault(name, f"e{count}")
        grouped: dict[str, list[str]] = {name: [] for name in owners.values()}
        for each in self.mentions:
            if each in owners:
                grouped[owners[each]].append(each)
        for name, group in grouped.items():
            self._entity(name, group)

    def _equates(self, line: Line) -> bool:
        return line.kind == "*" and id(line) not in self.kept

    def _entity(self, name: str, group: list[str]) -> None:
        types = {self.mentions[each].type for each in group}
        self.entities[name] = Entity(id=name, type=types.pop() if len(types) == 1 else None)
        self.first[name] = group[0]
        for each in group:
            self.mentions[each].entity = name

    def named(self, line: Line, mention: str, kept: Kept, field: str) -> str:
        """Return the entity of a mention or the mention; note it if it is not the first."""
        found = self.mention_of(mention, line)
        if found.entity is None:
            return str(found.id)
        if self.first[found.entity] != found.id:
            setattr(kept, field, found.id)
        return found.entity

    def zones(self) -> list[Zone] | None:
        """Return the zones, None if there are none."""
        return [
            self.remarked(Zone(start=start, end=end, type=label or ""), line.id)
            for line, start, end, label in self._stretches(names.ZONE)
        ] or None

    def boilerplate(self) -> list[Boilerplate] | None:
        """Return the boilerplate, None if there is none."""
        return [
            self.remarked(Boilerplate(start=start, end=end, type=label), line.id)
            for line, start, end, label in self._stretches(names.BOILERPLATE)
        ] or None

    def _stretches(self, word: str) -> Iterator[tuple[Line, int, int, str | None]]:
        for line in self.lines:
            head, _, label = line.type.partition("_")
            if line.kind != "T" or not names.RESERVED.fullmatch(line.type) or head != word:
                continue
            if id(line) in self.kept or len(line.spans) > 1:
                what = f"a {word} is one stretch and no event"
                raise _error("bad-span", line, what, "give each stretch a line of its own")
            start, end = line.spans[0]
            yield line, start, end, label or None

    def relations(self) -> list[Relation]:
        """Return the relations; members of entities are no relations, and noted."""
        found: list[Relation] = []
        for line in self.lines:
            if line.kind != "R" or id(line) in self.kept:
                continue
            (one, head), (other, tail) = sorted(line.args) if _plain(line) else line.args
            kept = self.notes[line.id]
            ends = self.named(line, head, kept, "head"), self.named(line, tail, kept, "tail")
            if line.type == names.MEMBER:
                self._member(line, *ends)
                continue
            kept.roles = None if _plain(line) else (one, other)
            made = Relation(id=line.id, head=ends[0], type=line.type, tail=ends[1])
            found.append(self.remarked(made, line.id))
        return found

    def _member(self, line: Line, group: str, member: str) -> None:
        if not {group, member} <= set(self.entities) or self.about[line.id]:
            what = f"{names.MEMBER} joins two clusters, and nothing is said of it"
            raise _error("not-a-cluster", line, what, "put both into Equiv lines")
        self.entities[group].members.append(member)

    def quotes(self) -> list[Quote] | None:
        """Return the quotes, None if there are none."""
        return [
            self.remarked(self._quote(each), each.id)
            for each in self.lines
            if each.kind == "E" and id(each) not in self.kept
        ] or None

    def _quote(self, line: Line) -> Quote:
        spans: dict[str, list[Span]] = defaultdict(list)
        item = Quote(id=line.id, type=line.type.partition("_")[2] or None, content=[])
        for full, name in line.args:
            role = _role(full) or "Content"
            if role in names.PARTS:
                spans[role] += [Span(start=a, end=b) for a, b in self.by_id[name].spans]
            elif role == names.WITHIN:
                _set(line, item, "within", name)
            else:
                field = names.PEOPLE[role]
                _set(line, item, field, self.named(line, name, self.notes[line.id], field))
        item.content, item.cue, item.marks = (spans[each] for each in ("Content", "Cue", "Mark"))
        for source in spans["Source"]:
            _set(line, item, "source", source)
        return item

    def remarked(self, item: _R, name: str) -> _R:
        """Return an item with what attributes, notes and links say of it."""
        for line in self.about[name]:
            if line.kind in "AM":
                self._attribute(item, line, self.notes[name])
            elif line.kind == "#":
                self._note(item, line, self.notes[name])
            elif line.kind == "N":
                self._link(item, line, self.notes[name])
        item.meta = self.notes[name].meta()
        return item

    def _attribute(self, item: Remarks, line: Line, kept: Kept) -> None:
        entity = self._entity_of(item)
        if line.type == names.OPTIONAL and line.text is None:
            item.optional = True
        elif line.type == names.ALTERNATIVES and line.text:
            _set(line, item, "alternatives", line.text)
        elif line.type in (names.LEVEL, names.MOD) and isinstance(item, Mention) and line.text:
            _set(line, item, "level" if line.type == names.LEVEL else "mod", line.text)
        elif line.type == names.CERTAINTY and isinstance(item, Relation) and line.text:
            _set(line, item, "certainty", line.text)
        elif line.type == names.ENTITY_TYPE and entity and line.text:
            entity.type = line.text
        elif line.type == names.ENTITY_NIL and entity and line.text:
            _set(line, entity, "wikidata", Link(nil_reason=line.text))
        else:
            kept.attributes.append((line.type, line.text))

    def _note(self, item: Remarks, line: Line, kept: Kept) -> None:
        entity = self._entity_of(item)
        if line.type == names.NOTE and item.note is None and line.text is not None:
            item.note = line.text
        elif line.type == names.VALUE and isinstance(item, Mention):
            _set(line, item, "value", line.text or "")
        elif line.type == names.ENTITY_NAME and entity:
            _set(line, entity, "name", line.text or "")
        elif line.type == names.ENTITY_NOTE and entity:
            _set(line, entity, "note", line.text or "")
        else:
            kept.notes.append((line.type, line.text))

    def _entity_of(self, item: Remarks) -> Entity | None:
        """Return a mention's entity if the mention is the entity's first."""
        if not isinstance(item, Mention) or item.entity is None:
            return None
        return self.entities[item.entity] if self.first[item.entity] == item.id else None

    def _link(self, item: Remarks, line: Line, kept: Kept) -> None:
        base, _, number = (line.db or "").partition(":")
        if links(line) and isinstance(item, Mention) and item.entity:
            entity = self.entities[item.entity]
            if entity.wikidata and entity.wikidata.id != number:
                what = f"one cluster has two Wikidata items, one of them {number}"
                raise _error("two-items", line, what, "keep one, or take the mention out of Equiv")
            fresh = entity.wikidata is None
            entity.wikidata = Link(id=number)
            entity.name = line.text if entity.name is None else entity.name
            if fresh and self.first[item.entity] == item.id:
                return
        kept.normalised.append((line.type, base, number, line.text))


def to_record(name: str, text: str, lines: Sequence[Line]) -> Record:
    """Return the record of a document."""
    document = Document(lines)
    mentions = [document.remarked(each, str(each.id)) for each in document.mentions.values()]
    relations, quotes = document.relations(), document.quotes()
    raw = [each.raw for each in lines if id(each) in document.kept]
    return Record(
        id=name,
        text=text,
        zones=document.zones(),
        boilerplate=document.boilerplate(),
        mentions=mentions,
        entities=list(document.entities.values()),
        relations=relations,
        quotes=quotes,
        meta={"brat": {"lines": raw}} if raw else None,
    )


def _mention(line: Line) -> Mention:
    starts, ends = [start for start, _ in line.spans], [end for _, end in line.spans]
    parts = [Span(start=start, end=end) for start, end in line.spans] if len(starts) > 1 else []
    return Mention(id=line.id, start=min(starts), end=max(ends), parts=parts, type=line.type)


def _plain(line: Line) -> bool:
    return {role for role, _ in line.args} == {"Arg1", "Arg2"}


def _role(role: str) -> str:
    """Return a role without the number that brat gives to a repeated one."""
    return role.rstrip("0123456789")


def _is_part(role: str) -> bool:
    return role == "" or _role(role) in names.PARTS


def _set(line: Line, item: Remarks, field: str, value: object) -> None:
    if getattr(item, field) is not None:
        raise _error("repeated-field", line, f"this gives {field} a second time", "keep one")
    setattr(item, field, value)


def _error(code: str, line: Line, what: str, cure: str) -> DataError:
    return DataError(code, what, cure, line.place)
