"""Bringing annotations back from a Label Studio project: records, and what to know of them."""

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from goldwire.annotate.changes import Changes, changes
from goldwire.annotate.client import Studio
from goldwire.annotate.push import require_ours
from goldwire.corpus.checks import require_placed
from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.formats.label_studio_task import Entry, record_of
from goldwire.schemas.record import Annotation, Record

_FIELDS = (
    *("id", "data", "annotations", "predictions", "draft_exists"),
    *("result", "was_cancelled", "completed_by", "updated_by", "updated_at", "model_version"),
)
"""Of tasks, and of their annotations and predictions: the server takes one list for all."""


class _Given(Struct):
    """What a task's annotation says of who made it, and when."""

    completed_by: int | dict[str, Any] | None = None
    updated_by: int | None = None
    updated_at: datetime.datetime | None = None
    was_cancelled: bool | None = None


class Pulled(Struct, frozen=True, kw_only=True):
    """One task: its record, or why there is none yet; ``notes`` are what a person should see.

    ``names`` are those of its predictions, ``when`` is the day of the annotation's last change, and
    ``fault`` is what is wrong with it.
    """

    id: str
    url: str
    record: Record | None = None
    when: str = ""
    names: list[str] = []
    since: Changes | None = None
    notes: list[str] = []
    fault: DataError | None = None

    @property
    def in_order(self) -> bool:
        """Whether it was submitted, and touched by nobody but its annotator."""
        return self.record is not None and not self.notes


def pull(
    studio: Studio,
    project: int,
    account: str,
    texts: Mapping[str, str],
) -> Iterator[Pulled]:
    """Yield a project's tasks as records.

    ``account`` is the address of the annotator: what others made or changed is noted. ``texts``
    are the articles as they are known here, by id. A text that is another now, and an annotation
    that is no sound record, is the fault of its task. A task that is none of ours is DataError.
    """
    addresses = studio.accounts()
    taken: dict[str, str] = {}
    for task in studio.tasks(project, _FIELDS):
        url = studio.task_url(project, task["id"])
        name = require_ours(task["data"], url)
        try:
            yield _pulled(task, url, texts, taken, (account, addresses))
        except DataError as error:
            yield Pulled(id=name, url=url, fault=error)


def _pulled(
    task: dict[str, Any],
    url: str,
    texts: Mapping[str, str],
    taken: dict[str, str],
    people: tuple[str, Mapping[int, str]],
) -> Pulled:
    raw = msgspec.to_builtins(task, enc_hook=_plain)
    predictions = raw.get("predictions") or []
    names = [str(each.get("model_version") or "") for each in predictions]
    given = [msgspec.convert(each, _Given) for each in raw.get("annotations") or ()]
    live = [each for each in given if not each.was_cancelled]
    name = task["data"]["id"]
    if not live:
        empty = msgspec.convert(raw | {"annotations": [{"result": []}]}, Entry)
        _record(Place(url), empty, texts, taken, predicted=False)
        return Pulled(id=name, url=url, names=names, notes=[_waiting(task, given)])
    entry = msgspec.convert(raw, Entry)
    record = _record(Place(url), entry, texts, taken, predicted=False)
    since = None
    if len(predictions) == 1:
        alone = Entry(data=entry.data, id=entry.id, predictions=predictions)
        since = changes(_record(Place(url), alone, texts, {}, predicted=True), record)
    notes = [*_foreign(live[0], *people)]
    if task.get("draft_exists"):
        notes.append("changed after it was submitted, in a draft that is not (Update submits it)")
    when = live[0].updated_at.date().isoformat() if live[0].updated_at else ""
    return Pulled(id=name, url=url, record=record, when=when, names=names, since=since, notes=notes)


def _plain(value: Any) -> Any:
    """Return an object of the SDK as plain values."""
    return value.model_dump() if hasattr(value, "model_dump") else str(value)


def _record(
    place: Place, entry: Entry, texts: Mapping[str, str], taken: dict[str, str], *, predicted: bool
) -> Record:
    where = Place(place.file, field=f"task {entry.id}")
    found, record = record_of(where, entry, texts, taken, predicted)
    if predicted:
        return record
    require_placed(record, found)
    return record


def _waiting(task: dict[str, Any], given: list[_Given]) -> str:
    """Return why there is no annotation."""
    if task.get("draft_exists"):
        return "not submitted: there is a draft"
    return "skipped by its annotator" if given else "not submitted"


def _foreign(given: _Given, account: str, addresses: Mapping[int, str]) -> Iterator[str]:
    """Yield who else made or changed an annotation."""
    maker = given.completed_by
    number = maker.get("id") if isinstance(maker, dict) else maker
    for who, verb in ((number, "made"), (given.updated_by, "changed")):
        if who is not None and addresses.get(who) != account:
            yield f"{verb} by {addresses.get(who, f'account {who}')}, not by {account}"


def signed(pulled: Pulled, who: str, kind: str | None) -> Record:
    """Return a pulled record with its annotator, if it does not say whose pass it is."""
    record = pulled.record
    assert record is not None
    if record.annotation is not None:
        return record
    if kind is None:
        what = f"nothing says of what kind the annotator {who} is"
        raise DataError("no-kind", what, "give --kind person, or what it is", Place(pulled.url))
    made = Annotation(who=who, kind=kind, when=pulled.when, status="pass")
    return msgspec.structs.replace(record, annotation=made)
