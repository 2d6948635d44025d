"""Tasks for a server: what an annotator is shown of a record, and what they start from."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Literal

import msgspec

from goldwire.annotate.config import allowed
from goldwire.corpus.checks import require_placed
from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.formats.label_studio_controls import ARROWS
from goldwire.schemas.formats.label_studio_task import LAYERS, OURS, task_of
from goldwire.schemas.formats.label_studio_write import check
from goldwire.schemas.labels import relation_types
from goldwire.schemas.near import did_you_mean
from goldwire.schemas.plain import shorten
from goldwire.schemas.record import Record
from goldwire.schemas.spans import extent, spans

Task = dict[str, Any]
Start = Literal["nothing", "prediction", "annotation"]
"""What an annotator starts from: the text alone, a prediction to correct, or a submitted pass."""


def blank(record: Record) -> Task:
    """Return a task with the text alone, all layers to be annotated; who annotated is left out."""
    fields = dict.fromkeys([*LAYERS, "annotation"])
    return _open(msgspec.structs.replace(record, **fields))[0]


def proposed(records: Sequence[tuple[str, Record]]) -> Task:
    """Return a task that shows each record as a prediction under its name.

    All are of one text; what is of the whole article is the first one's.
    """
    made = [(name, *_open(record)) for name, record in records]
    task = made[0][1]
    metas = [other["data"][OURS]["meta"] for _, other, _ in reversed(made)]
    task["data"][OURS]["meta"] = {key: value for each in metas for key, value in each.items()}
    task["predictions"] = [{"model_version": name, "result": results} for name, _, results in made]
    return task


def finished(record: Record) -> Task:
    """Return a task with the record as its submitted annotation: pulling gives the record again."""
    return task_of(record)


def made(record: Record, start: Start) -> Task:
    """Return the task of a record."""
    if start == "nothing":
        return blank(record)
    if start == "prediction":
        who = record.annotation.who if record.annotation else "draft"
        return proposed([(who, record)])
    return finished(record)


def _open(record: Record) -> tuple[Task, list[Task]]:
    """Return a record's task without any annotation, and what its annotation would hold."""
    task = task_of(msgspec.structs.replace(record, annotation=None))
    task["data"][OURS]["layers"] = list(LAYERS)
    (given,) = task.pop("annotations", None) or task.pop("predictions")
    return task, given["result"]


def check_all(records: Sequence[tuple[Place, Record]]) -> None:
    """Refuse records that a server would lose or spoil something of, before any reaches it."""
    for name, count in Counter(record.id for _, record in records).items():
        if count > 1:
            what, cure = f'"{name}" is given {count} times', "give each article once"
            raise DataError("same-id", what, cure)
    for place, record in records:
        if record.scheme is not None:
            what = f'its labels are of "{record.scheme}"; the project has goldwire\'s'
            cure = "map them with goldwire convert, or push the text alone"
            raise DataError("other-scheme", what, cure, place)
        require_placed(record, place)
        check(record, place)


def check_labels(place: Place, task: Task) -> None:
    """Refuse a label that the configuration lacks: the editor would drop what is said beside it."""
    known = allowed()
    arrows = {*ARROWS, *relation_types()}
    given = [*task.get("annotations", ()), *task.get("predictions", ())]
    for result in (each for one in given for each in one["result"]):
        if result["type"] == "relation":
            _require("relation", result["labels"], arrows, place)
            continue
        control, value = result["from_name"], result["value"]
        if control in known:
            said = value.get("labels", []) + value.get("choices", [])
            _require(control, said, known[control], place)


def _require(control: str, labels: list[str], known: Collection[str], place: Place) -> None:
    for label in labels:
        if label not in known:
            cure = did_you_mean(label, known) or f"known are {', '.join(sorted(known)[:10])} …"
            what = f'the project has no {control} "{shorten(label)}"'
            raise DataError("unknown-label", what, cure, place)


def ill_drawn_spans(record: Record) -> Iterator[str]:
    """Yield the fields of spans that the editor draws wrongly: they begin or end on a line end."""
    text = record.text or ""
    for path, span in spans(record):
        if (ends := extent(span)) and "\n" in (text[ends[0]], text[ends[1] - 1]):
            yield path
