"""Finding and reading the corpus: article folders, and any file that holds gold."""

from collections.abc import Iterator
from pathlib import Path

from goldwire.schemas.errors import DataError, Place, UsageError
from goldwire.schemas.reading import read_record, read_run, read_text
from goldwire.schemas.record import Record

PACKAGED = Path(__file__).parent


def checkout(folder: Path | None = None) -> Path:
    """Return the checkout that holds ``folder`` (default: the working directory).

    For verbs that write: they never write beside the installed package. Raises
    UsageError if no folder upward has ``corpus/articles``.
    """
    start = (folder or Path.cwd()).resolve()
    for candidate in (start, *start.parents):
        if (candidate / "corpus" / "articles").is_dir():
            return candidate
    raise UsageError(
        "no-checkout",
        "no folder from here upward has corpus/articles",
        "change into a checkout or give --corpus DIR",
        Place(str(start)),
    )


def load(path: Path | str | None = None) -> list[Record]:
    """Return gold records with their texts, sorted by id.

    ``path`` is a corpus folder (with ``articles/``), an article folder, a ``gold.json``
    with its ``article.txt`` beside it, a JSONL or a Parquet file; default is the corpus
    that comes with the package. Raises DataError for what can't be read.
    """
    return [record for _, record in load_places(path)]


def load_places(path: Path | str | None = None) -> list[tuple[Place, Record]]:
    """Return what ``load`` does, each record with the place that it was read from."""
    given = Path(path) if path is not None else PACKAGED
    if (given / "articles").is_dir():
        given = given / "articles"
    return sorted(_read(given), key=lambda found: found[1].id)


def articles(folder: Path) -> list[Path]:
    """Return the article folders in ``folder``, sorted by name."""
    return sorted(each for each in folder.iterdir() if each.is_dir())


def _read(path: Path) -> Iterator[tuple[Place, Record]]:
    if path.is_dir() and not (path / "gold.json").exists() and path.name == "articles":
        for folder in articles(path):
            yield from _read(folder)
    elif path.is_dir():
        yield _read_article(path / "gold.json")
    elif path.suffix == ".json":
        yield _read_article(path)
    else:
        yield from _read_stream(path)


def _read_article(gold: Path) -> tuple[Place, Record]:
    """Read a stand-off ``gold.json`` and join it with the ``article.txt`` beside it."""
    record = read_record(gold)
    if record.text is None:
        text = gold.parent / "article.txt"
        if not text.exists():
            cure = f"put the article's text there (SHA-256 {record.sha256})"
            raise DataError("no-text", "the text of the record is missing", cure, Place(str(text)))
        record.text = read_text(text)
    return Place(str(gold), record=record.id), record


def _read_stream(path: Path) -> Iterator[tuple[Place, Record]]:
    seen: dict[str, Place] = {}
    for place, record in read_run(path).records:
        where = Place(place.file, place.line, record.id)
        if record.id in seen:
            cure = f"keep one; the first is on line {seen[record.id].line}"
            raise DataError("repeated-document", "the document stands twice", cure, where)
        if record.text is None:
            raise DataError("no-text", 'key "text" is missing', "give gold with its text", where)
        seen[record.id] = where
        yield where, record
