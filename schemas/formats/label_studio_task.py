"""One task and one record: what the task's data says, and which of its annotations is read."""

import hashlib
from collections import defaultdict
from typing import Any

import msgspec

from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.formats import Texts
from goldwire.schemas.formats.label_studio_controls import TEXT
from goldwire.schemas.formats.label_studio_read import Reader
from goldwire.schemas.formats.label_studio_regions import Task, read_results
from goldwire.schemas.formats.label_studio_write import Writer
from goldwire.schemas.formats.names import article_id
from goldwire.schemas.record import Record, Relation

NAME, OURS = "label-studio", "goldwire"
"""The key of what ``meta`` keeps of a task, and that of what the task's data keeps of a record."""
LAYERS = ("zones", "boilerplate", "mentions", "entities", "relations", "quotes")


class _Given(msgspec.Struct):
    """An annotation, or a prediction."""

    id: int | str | None = None
    was_cancelled: bool | None = None
    result: list[dict[str, Any]] | None = None
    model_version: str | None = None
    score: float | None = None


class Entry(msgspec.Struct):
    """A task as it is exported."""

    data: dict[str, Any] | None = None
    id: int | str | None = None
    annotations: list[_Given] | None = None
    predictions: list[Any] | None = None
    drafts: list[Any] | None = None


Named = tuple[str, str, str, str | None, bool, bool]
"""By what a relation is found again: head, type, tail, id, if it has evidence, if nothing else."""


class _Ours(msgspec.Struct, forbid_unknown_fields=True):
    """What the task's data has under ``goldwire``."""

    record: dict[str, Any] = {}
    layers: tuple[str, ...] = LAYERS
    meta: dict[str, dict[str, Any]] = {}
    order: list[Named] = []


class _Kept(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What ``meta`` keeps of a task, to write it back: its own name, more data, whose answer."""

    name: str | int | None = None
    data: dict[str, Any] = {}
    prediction: dict[str, Any] | None = None


def live(entry: Entry) -> list[_Given]:
    """Return a task's annotations but those that were cancelled."""
    return [each for each in entry.annotations or () if not each.was_cancelled]


def record_of(
    place: Place, entry: Entry, texts: Texts, taken: dict[str, str], predicted: bool
) -> tuple[Place, Record]:
    """Return the record of a task, and its place; ``place.field`` is the task's name in messages.

    ``taken`` has the ids so far; ``predicted`` is whether to read the task's one prediction.
    """
    data = _data(entry, place)
    name = data.get("id", None if entry.id is None else f"task-{entry.id}")
    if not isinstance(name, str | int) or isinstance(name, bool):
        what = "the task has no id, or none that is a name or number"
        raise DataError("no-id", what, "give the article's id in data", place)
    own = article_id(str(name), taken, place)
    task = Task(place.field or "", data[TEXT], Place(place.file, record=own))
    given = _chosen(task, entry, predicted)
    ours: _Ours = task.convert(data.get(OURS, {}), _Ours)
    record = _base(task, own, ours, texts)
    layers = Reader(task, read_results(task, given.result or []), ours.meta).layers()
    layers["relations"] = _in_order(layers["relations"], ours.order)
    for layer in LAYERS:
        if layers[layer] or layer in ours.layers:
            setattr(record, layer, layers[layer])
    kept = _Kept(
        name=None if name == own else name,
        data={key: value for key, value in data.items() if key not in ("id", TEXT, OURS)},
        prediction=_facts(given) if predicted else None,
    )
    if kept != _Kept():
        record.meta = {**(record.meta or {}), NAME: msgspec.to_builtins(kept)}
    return task.place, record


def _data(entry: Entry, place: Place) -> dict[str, Any]:
    if entry.data is None:
        cure = "export the project as JSON; JSON-MIN, CSV and others leave things out"
        raise DataError("no-data", 'the task has no "data"', cure, place)
    if not isinstance(entry.data.get(TEXT), str) or not entry.data[TEXT]:
        cure = f'give the article\'s text in data, as "{TEXT}"'
        raise DataError("no-text", "the task has no text", cure, place)
    return entry.data


def _chosen(task: Task, entry: Entry, predicted: bool) -> _Given:
    """Return the one annotation of a task, or its one prediction."""
    predictions = entry.predictions or []
    if predicted and len(predictions) == 1 and not entry.annotations:
        found: _Given = task.convert(predictions[0], _Given)
        return found
    annotations = live(entry)
    if len(annotations) == 1:
        return annotations[0]
    if annotations:
        ids = ", ".join(str(each.id) for each in annotations)
        cure = "cancel all but one, or export each annotator's project by itself"
        raise task.fault("several-annotations", f"{len(annotations)} annotations ({ids})", cure)
    beside = {
        "cancelled": len(entry.annotations or ()),
        "as a draft": len(entry.drafts or ()),
        "predicted": len(predictions),
    }
    others = ", ".join(f"{count} {kind}" for kind, count in beside.items() if count)
    what = "no annotation" + (f" ({others})" if others else "")
    raise task.fault("no-annotation", what, "submit one, or export without this task")


def _facts(given: _Given) -> dict[str, Any]:
    facts = {"model_version": given.model_version, "score": given.score}
    return {key: value for key, value in facts.items() if value is not None}


def _base(task: Task, own: str, ours: _Ours, texts: Texts) -> Record:
    """Return the record without its layers, its text and hash checked."""
    for key in {*LAYERS, "id", TEXT} & ours.record.keys():
        raise task.fault("unknown-key", f'"{key}" stands in data.{OURS}.record', "remove it")
    for layer in set(ours.layers) - set(LAYERS):
        cure = f"known are {', '.join(LAYERS)}"
        raise task.fault("unknown-label", f'unknown layer "{layer}"', cure)
    record: Record = task.convert({**ours.record, "id": own, TEXT: task.text}, Record)
    given = texts.get(own, task.text)
    found = hashlib.sha256(task.text.encode("utf-8")).hexdigest()
    if given != task.text or record.sha256 not in (None, found):
        what = "the task's text is not the one that was annotated"
        raise task.fault("other-text", what, "restore the text in the task, byte for byte")
    return record


def task_of(record: Record) -> dict[str, Any]:
    """Return a record as a task with one annotation, or one prediction if it came as one."""
    writer = Writer(record)
    kept = _kept(record) or _Kept()
    fields = msgspec.to_builtins(record)
    whole = {key: value for key, value in fields.items() if key not in (*LAYERS, "id", TEXT)}
    if kept != _Kept():
        whole["meta"] = {key: value for key, value in whole["meta"].items() if key != NAME}
        whole = {key: value for key, value in whole.items() if key != "meta" or value}
    layers = [layer for layer in LAYERS if getattr(record, layer) is not None]
    ours = {"record": whole, "layers": layers, "meta": writer.metas}
    if any(not relation.evidence for relation in record.relations or ()):
        ours["order"] = [_named(relation) for relation in record.relations or ()]
    name = record.id if kept.name is None else kept.name
    data = {"id": name, TEXT: record.text, **kept.data, OURS: ours}
    if kept.prediction is not None:
        return {"data": data, "predictions": [{**kept.prediction, "result": writer.results()}]}
    given = {"was_cancelled": False, "ground_truth": False, "result": writer.results()}
    return {"data": data, "annotations": [given]}


def _named(relation: Relation) -> Named:
    head, label, tail = relation.head, relation.type, relation.tail
    bare = relation == Relation(head=head, type=label, tail=tail)
    return head, label, tail, relation.id, bool(relation.evidence), bare


def _in_order(relations: list[Relation], order: list[Named]) -> list[Relation]:
    """Return relations as they stood, those that an annotator made last."""
    places: dict[Named, list[int]] = defaultdict(list)
    for place, name in reversed([*enumerate(order)]):
        places[name].append(place)
    last = len(order)
    return sorted(relations, key=lambda each: (places[_named(each)] or [last]).pop())


def _kept(record: Record) -> _Kept | None:
    """Return what reading kept of a task, if ``meta`` has just that."""
    raw = (record.meta or {}).get(NAME)
    try:
        kept = msgspec.convert(raw, _Kept)
        given = msgspec.convert(kept.prediction or {}, _Given)
        same = (
            kept.name is None or article_id(str(kept.name), {}, Place()) == record.id != kept.name
        )
    except msgspec.ValidationError:
        return None
    facts = kept.prediction is None or kept.prediction == _facts(given)
    free = not kept.data.keys() & {"id", TEXT, OURS}
    return kept if facts and free and same and msgspec.to_builtins(kept) == raw else None
