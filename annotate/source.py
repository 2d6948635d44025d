"""What is pushed: drafts, passes, or any records, each with the place that it was read from."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from goldwire.annotate.decide import proposals
from goldwire.annotate.decisions import read_pass
from goldwire.annotate.draft import read_draft
from goldwire.annotate.task import Start, Task, check_all, ill_drawn_spans, made, proposed
from goldwire.corpus.load import DRAFT, load_places
from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.record import Record

Records = list[tuple[Place, Record]]


def records(paths: Sequence[Path], articles: Path) -> Records:
    """Read article folders and files of records; without any, all drafts that have no gold."""
    found = [each for path in paths or waiting(articles) for each in _read(path)]
    if not found:
        what, cure = "no draft waits for annotation", "make one: goldwire annotate draft FILE"
        raise DataError("no-draft", what, cure, Place(str(articles)))
    return found


def waiting(articles: Path) -> list[Path]:
    """Return the article folders that have a draft and no gold."""
    drafts = sorted(articles.glob(f"*/{DRAFT}"))
    return [path.parent for path in drafts if not (path.parent / "gold.json").exists()]


def tasks(found: Records, start: Start) -> list[Task]:
    """Return the tasks of records; DataError for one that would not come back as it is."""
    check_all(found)
    return [made(record, start) for _, record in found]


def adjudications(found: Records, passes: tuple[str, str]) -> list[Task]:
    """Return tasks that show two passes of each article, under the same names of entities."""
    made = []
    for place, _ in found:
        folder = Path(place.file or "").parent
        a, b = (read_pass(folder, name) for name in passes)
        check_all([(place, a)])
        check_all([(place, b)])
        made.append(proposed(list(zip(passes, proposals(a, b), strict=True))))
    return made


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
