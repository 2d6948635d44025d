"""What is pushed: drafts, passes, or any records, each with the place that it was read from."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from goldwire.annotate.decide import proposals
from goldwire.annotate.decisions import read_pass
from goldwire.annotate.draft import read_draft
from goldwire.annotate.task import (
    Start,
    Task,
    check_all,
    check_labels,
    ill_drawn_spans,
    made,
    proposed,
)
from goldwire.corpus.load import DRAFT, load_places
from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.record import Record

Records = list[tuple[Place, Record]]


def records(paths: Sequence[Path], articles: Path) -> Records:
    """Read article folders and files of records; without any, all drafts that have no gold."""
    return [each for path in paths or waiting(articles) for each in _read(path)]


def waiting(articles: Path) -> list[Path]:
    """Return the article folders that have a draft and no gold; DataError if there is none."""
    drafts = [path.parent for path in sorted(articles.glob(f"*/{DRAFT}"))]
    found = [folder for folder in drafts if not (folder / "gold.json").exists()]
    if not found:
        what, cure = "no draft waits for annotation", "make one: goldwire annotate draft FILE"
        raise DataError("no-draft", what, cure, Place(str(articles)))
    return found


def tasks(found: Records, start: Start) -> list[Task]:
    """Return the tasks of records; DataError for one that would not come back as it is."""
    check_all(found)
    tasks = [made(record, start) for _, record in found]
    for (place, _), task in zip(found, tasks, strict=True):
        check_labels(place, task)
    return tasks


def adjudications(folders: Sequence[Path], passes: tuple[str, str]) -> list[Task]:
    """Return tasks that show two passes of each article, under the same names of entities."""
    sides: list[Records] = []
    for name in passes:
        sides.append([(_of_pass(folder, name), read_pass(folder, name)) for folder in folders])
        check_all(sides[-1])
    return [
        proposed(list(zip(passes, proposals(a, b), strict=True)))
        for (_, a), (_, b) in zip(*sides, strict=True)
    ]


def ill_drawn(found: Records) -> Iterator[str]:
    """Yield a note for each record with spans that the editor draws wrongly."""
    for place, record in found:
        if fields := [*ill_drawn_spans(record)]:
            some = ", ".join(fields[:3]) + (" …" if len(fields) > 3 else "")
            yield (
                f"{place}: {len(fields)} spans begin or end on a line end, where the editor "
                f"draws them wrongly; their offsets are kept ({some})"
            )


def _read(path: Path) -> Records:
    if (path / DRAFT).is_file():
        return [(Place(str(path / DRAFT)), read_draft(path))]
    return load_places(path)


def _of_pass(folder: Path, name: str) -> Place:
    return Place(str(folder / "passes" / f"{name}.json"))
