"""The results of one annotation: regions with their fields, arrows, and the two lists."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from goldwire.schemas.decoding import mismatch
from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.formats.label_studio_controls import ARROWS, NAMED, TEXT
from goldwire.schemas.near import did_you_mean
from goldwire.schemas.plain import shorten

_MISTAKEN = "count code points, as the editor does; not bytes or UTF-16 units"


class Value(msgspec.Struct):
    """What a result says: where, and by its type labels, choices or text.

    A region's text is one string, a text area's is one or several.
    """

    start: int | None = None
    end: int | None = None
    text: str | list[str] | None = None
    labels: list[str] | None = None
    choices: list[str] | None = None


class Result(msgspec.Struct):
    """One result of an annotation; keys that say nothing of a record are passed over."""

    type: str
    id: str | None = None
    from_name: str | None = None
    to_name: str | None = None
    value: Value | None = None
    from_id: str | None = None
    to_id: str | None = None
    direction: str | None = None
    labels: list[str] | None = None
    meta: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """A task's text, its name for messages, and the place of its record."""

    name: str
    text: str
    place: Place

    def fault(self, code: str, what: str, cure: str, region: str | None = None) -> DataError:
        """Return an error that names the task and, where there is one, the region."""
        where = self.name if region is None else f'{self.name}, region "{shorten(region, 40)}"'
        return DataError(code, what, cure, Place(self.place.file, None, self.place.record, where))

    def convert(self, value: Any, wanted: Any, region: str | None = None) -> Any:
        """Return a value as a record type, or raise what is wrong with it, and where."""
        try:
            return msgspec.convert(value, wanted)
        except msgspec.ValidationError as error:
            found = mismatch(str(error), wanted, Place())
            where = f"{found.place.field}: " if found.place.field else ""
            raise self.fault(found.code, where + found.message, found.cure, region) from None


@dataclass(slots=True)
class Region:
    """A stretch of the text with a control's label, and what further controls say of it."""

    id: str
    control: str
    label: str
    start: int
    end: int
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def span(self) -> dict[str, Any]:
        """Its offsets, as a record has them."""
        return {"start": self.start, "end": self.end}


@dataclass(frozen=True, slots=True)
class Arrow:
    """A relation between two regions, of one of its labels."""

    label: str
    start: Region
    end: Region


@dataclass(frozen=True, slots=True)
class Results:
    """All that an annotation has: regions in their order, arrows, and entries of the lists."""

    regions: list[Region]
    arrows: list[Arrow]
    lists: dict[str, list[str]]


def read_results(task: Task, raw: list[dict[str, Any]]) -> Results:
    """Return the results of an annotation, each checked by itself."""
    by_region: dict[str, list[Result]] = defaultdict(list)
    relations: list[Result] = []
    lists: dict[str, list[str]] = {}
    for number, each in enumerate(raw, 1):
        name = str(each.get("id") or f"result {number}")
        result: Result = task.convert(each, Result, name)
        if result.type == "relation":
            relations.append(result)
            continue
        _check_names(task, result, name)
        if result.from_name in ("entity_list", "relation_list"):
            lists.setdefault(result.from_name, []).extend(_entries(task, result, name))
        elif result.id:
            by_region[name].append(result)
        else:
            raise task.fault("no-id", "has no id", "give each region an id of its own", name)
    regions = [_region(task, name, results) for name, results in by_region.items()]
    named = {region.id: region for region in regions}
    arrows = [arrow for each in relations for arrow in _arrows(task, each, named)]
    return Results(regions, arrows, lists)


def _check_names(task: Task, result: Result, name: str) -> None:
    """Refuse a result of a control that is not in the table, of another tag or object."""
    control = NAMED.get(result.from_name or "")
    if control is None:
        cure = did_you_mean(result.from_name or "", NAMED) or f"known are {', '.join(NAMED)}"
        what = f'no control is named "{shorten(result.from_name or "")}"'
        raise task.fault("unknown-control", what, cure, name)
    if result.type != control.tag.lower():
        what = f'{control.name} is a {control.tag}, found "{shorten(result.type)}"'
        raise task.fault("unknown-control", what, "use goldwire's labelling configuration", name)
    if result.to_name != TEXT:
        what = f'expected an annotation of "{TEXT}", found "{shorten(result.to_name or "")}"'
        raise task.fault("unknown-control", what, "use goldwire's labelling configuration", name)


def _entries(task: Task, result: Result, name: str) -> list[str]:
    """Return what was typed into a text area; one string may as well be the region's own text."""
    text = result.value.text if result.value else None
    if isinstance(text, str):
        what = f"{result.from_name} has a string, expected a list of them"
        raise task.fault("wrong-type", what, "give what was typed as a list", name)
    return list(text or ())


def _region(task: Task, name: str, results: list[Result]) -> Region:
    """Return the region of all results with one id: one of them makes it, the others say more."""
    makers = [result for result in results if NAMED[result.from_name or ""].tag == "Labels"]
    if len(makers) != 1:
        found = ", ".join(str(result.from_name) for result in makers)
        if len({result.from_name for result in makers}) < len(makers):
            raise task.fault("same-id", "several regions have this id", "give each its own", name)
        what = f"has labels of several layers ({found})" if makers else "has no label"
        raise task.fault("label-count", what, "give one label to one region", name)
    maker = makers[0]
    region = _made(task, name, maker)
    for result in results:
        if _ends(result) not in ((region.start, region.end), (None, None)):
            what = f"{result.from_name} stands at {_ends(result)}, not at {_ends(maker)}"
            cure = "regions with one id, or shifted offsets: give each region an id of its own"
            raise task.fault("same-id", what, cure, name)
        if result is not maker:
            _set_field(task, region, result)
    for note in {_note(result.meta) for result in results} - {""}:
        if region.fields.setdefault("note", note) != note:
            what = f'a second note, "{shorten(note)}"'
            raise task.fault("repeated-value", what, "keep one", name)
    return region


def _note(meta: dict[str, Any] | None) -> str:
    """Return the note that an annotator wrote in the editor's own field for it."""
    found = (meta or {}).get("text") or ""
    return found if isinstance(found, str) else "\n".join(str(each) for each in found)


def _ends(result: Result) -> tuple[int | None, int | None]:
    return (result.value.start, result.value.end) if result.value else (None, None)


def _made(task: Task, name: str, maker: Result) -> Region:
    control = NAMED[maker.from_name or ""]
    start, end = _ends(maker)
    if start is None or end is None:
        raise task.fault("span-incomplete", "has no start and end", "give both", name)
    if not 0 <= start < end:
        what = f"expected start < end, found start {start} and end {end}"
        raise task.fault("span-order", what, "offsets are half-open", name)
    if end > len(task.text):
        what = f"ends at {end}, past the end of the text ({len(task.text)} code points)"
        raise task.fault("span-past-end", what, _MISTAKEN, name)
    _check_shift(task, name, maker, start, end)
    found = maker.value.labels if maker.value else None
    if not found or len(found) != 1:
        what = f"expected one label of {control.name}, found {len(found or ())}"
        raise task.fault("label-count", what, "give one label to one region", name)
    if not control.closed and found[0] not in control.also:
        cure = did_you_mean(found[0], control.also) or f"known are {', '.join(control.also)}"
        raise task.fault("unknown-label", f'unknown label "{shorten(found[0])}"', cure, name)
    return Region(name, control.name, found[0], start, end)


def _check_shift(task: Task, name: str, maker: Result, start: int, end: int) -> None:
    """Refuse offsets that count UTF-16 units.

    What a region says of its own text is not trusted: browsers change spaces and line ends. But
    if it is not what stands at the offsets, and is at the same ones in UTF-16, they are shifted.
    """
    said = maker.value.text if maker.value else None
    if not isinstance(said, str) or task.text.isascii() or said == task.text[start:end]:
        return
    units = task.text.encode("utf-16-le")[2 * start : 2 * end]
    if units == said.encode("utf-16-le"):
        what = f'stands at {start} for "{shorten(said, 40)}", which the text has further left'
        raise task.fault("utf-16-offsets", what, _MISTAKEN, name)


def _set_field(task: Task, region: Region, result: Result) -> None:
    """Take what a control says of a region; one that was emptied says nothing."""
    control = NAMED[result.from_name or ""]
    if region.control not in control.on:
        what = f"{control.name} says nothing of a {region.control}"
        cure = f"set it on a {' or '.join(control.on)}, or remove it"
        raise task.fault("unknown-control", what, cure, region.id)
    choices = result.value.choices if result.value else None
    found = choices or [] if control.tag == "Choices" else _entries(task, result, region.id)
    if not found:
        return
    if len(found) > 1 or control.name in region.fields:
        what = f"{control.name} has several values"
        raise task.fault("repeated-value", what, "keep one", region.id)
    if control.tag == "Choices" and not control.closed and found[0] not in control.also:
        cure = f"known are {', '.join(control.also)}"
        raise task.fault("unknown-label", f'unknown choice "{shorten(found[0])}"', cure, region.id)
    region.fields[control.name] = found[0]


def _arrows(task: Task, result: Result, regions: dict[str, Region]) -> Iterator[Arrow]:
    """Yield the arrows that a relation is: one for each of its labels."""
    ends = [result.from_id or "", result.to_id or ""]
    for name in ends:
        if name not in regions:
            what = f'a relation from "{shorten(ends[0])}" to "{shorten(ends[1])}" lacks this region'
            raise task.fault("dangling-id", what, "remove the relation, or draw the region", name)
    if result.direction not in ("right", "left", None):
        what = f'the relation to "{shorten(ends[1])}" goes both ways'
        raise task.fault("both-ways", what, "turn it one way", ends[0])
    if not result.labels:
        what = f'the relation to "{shorten(ends[1])}" has no label (the editor drops unknown ones)'
        raise task.fault("label-count", what, "give it one, or remove it", ends[0])
    if result.direction == "left":
        ends.reverse()
    for label in dict.fromkeys(result.labels):
        arrow = Arrow(label, regions[ends[0]], regions[ends[1]])
        _check_ends(task, arrow)
        yield arrow


def _check_ends(task: Task, arrow: Arrow) -> None:
    known = ARROWS.get(arrow.label, ())
    kinds = (arrow.start.control, arrow.end.control)
    if kinds in known or (kinds == ("mention", "mention") and arrow.label not in ARROWS):
        return
    cure = "; ".join(f"it goes from {start} to {end}" for start, end in known)
    what = f'"{shorten(arrow.label)}" goes from {kinds[0]} to {kinds[1]} ("{arrow.end.id}")'
    cure = cure or f"use one of {', '.join(ARROWS)}"
    raise task.fault("wrong-relation", what, cure, arrow.start.id)
