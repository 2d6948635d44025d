"""Bringing articles into a Label Studio project: what is there stays, what lacks is added."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from goldwire.annotate.client import Studio
from goldwire.annotate.task import Task
from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.formats.label_studio_controls import TEXT
from goldwire.schemas.formats.label_studio_task import OURS
from goldwire.schemas.plain import shorten

_AT_ONCE = 25
"""Tasks of one request; the server takes all of them or none."""


class Pushed(Struct, frozen=True):
    """What a push did: the project's id, the articles that were added, and those already there."""

    project: int
    added: list[str]
    present: list[str]


def push(
    studio: Studio,
    title: str,
    tasks: Sequence[Task],
    *,
    prelabel: bool,
    advance: Callable[[int], object] = lambda more: None,
) -> Pushed:
    """Add the tasks that a project lacks; make the project if there is none of that title.

    A second push changes nothing, and one that was cut off is finished by the next: what is
    there is compared first, and any difference refused before anything is added (DataError).
    What annotators did is not looked at.
    """
    project = studio.project(title)
    if project is None:
        project = studio.create(title, prelabel=prelabel)
    there = {task["data"]["id"]: (number, task) for number, task in existing(studio, project)}
    present = [task for task in tasks if task["data"]["id"] in there]
    for task in present:
        number, found = there[task["data"]["id"]]
        _compare(task, found, studio.task_url(project, number))
    advance(len(present))
    lacking = [task for task in tasks if task["data"]["id"] not in there]
    for start in range(0, len(lacking), _AT_ONCE):
        batch = lacking[start : start + _AT_ONCE]
        studio.add(project, batch)
        advance(len(batch))
    return Pushed(project, _ids(lacking), _ids(present))


def existing(studio: Studio, project: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield a project's tasks by number; DataError for a foreign one, or an article twice."""
    seen: dict[str, int] = {}
    for task in studio.tasks(project, ("id", "data")):
        number, data = task["id"], task["data"]
        name = require_ours(data, studio.task_url(project, number))
        if name in seen:
            what = f'tasks {seen[name]} and {number} both hold "{shorten(name)}"'
            place = Place(studio.task_url(project, number))
            raise DataError("same-task", what, "delete the one that nobody annotated", place)
        seen[name] = number
        yield number, task


def require_ours(data: Any, url: str) -> str:
    """Return the article's id of a task's data; DataError if goldwire did not make the task."""
    name = data.get("id") if isinstance(data, dict) else None
    if not isinstance(name, str) or not isinstance(data.get(OURS), dict):
        what = "a task that goldwire did not make, or whose data was changed"
        cure = "delete it, or give --project another title"
        raise DataError("foreign-task", what, cure, Place(url))
    return name


def _compare(task: Task, found: dict[str, Any], url: str) -> None:
    """Refuse a task that holds something else than what is to be pushed."""
    ours = task["data"]
    if _same(ours, found["data"]):
        return
    differs = "text" if ours[TEXT] != found["data"].get(TEXT) else "record"
    what = f"the task's {differs} is not what would be pushed"
    cure = "give --project another title, or delete the task with all that was annotated in it"
    raise DataError("other-task", what, cure, Place(url, record=ours["id"]))


def _same(*values: Any) -> bool:
    one, other = (msgspec.json.encode(value, order="deterministic") for value in values)
    return one == other


def _ids(tasks: Sequence[Task]) -> list[str]:
    return [task["data"]["id"] for task in tasks]
