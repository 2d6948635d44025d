"""Finding and reading the corpus: article folders, and any file that holds gold."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from goldwire.corpus.checks import require_placed
from goldwire.corpus.records import Indexed, Records, repeated
from goldwire.schemas.errors import DataError, Place, UsageError
from goldwire.schemas.formats import located, read
from goldwire.schemas.reading import (
    PARQUET_ENDINGS,
    read_own,
    read_places,
    read_record,
    read_text,
)
from goldwire.schemas.record import Record

PACKAGED = Path(__file__).parent
DRAFT = "draft.json"
"""The record of an article that waits for annotation; one without ``gold.json`` is in progress."""
_ARTICLES = ("corpus/articles", "articles")


def checkout(folder: Path | None = None, option: str = "--corpus") -> Path:
    """Return the checkout that holds ``folder`` (default: the working directory).

    For verbs that write: they never write beside the installed package. Raises
    UsageError if no folder upward has ``corpus/articles``; ``option`` is the one that names it.
    """
    start = (folder or Path.cwd()).resolve()
    for candidate in (start, *start.parents):
        if (candidate / "corpus" / "articles").is_dir():
            return candidate
    raise UsageError(
        "no-checkout",
        "no folder from here upward has corpus/articles",
        f"change into a checkout or give {option} DIR",
        Place(str(start)),
    )


LARGE = 64 * 2**20
"""Bytes above which a JSONL file is not held in memory."""


def load(path: Path | str | None = None) -> list[Record]:
    """Return gold records with their texts, sorted by id; all spans, labels and ids are sound.

    ``path`` is a checkout or corpus folder (with ``articles/``), an article folder, a
    ``gold.json`` with its ``article.txt`` beside it, a JSONL or a Parquet file, or what another
    format has (see ``schemas.formats``), told by its looks or given as ``FORMAT:PATH``; default is
    the corpus that comes with the package. Of a corpus, articles in progress are passed over:
    those with ``draft.json`` and no ``gold.json``. Raises DataError for what can't be used.
    """
    found = load_places(path)
    for place, record in found:
        require_placed(record, place)
    return [record for _, record in found]


def prepare(gold: Sequence[Record] | Path | str | None = None) -> Records:
    """Return gold that is checked, hashed and packed once, to score many runs against it.

    ``gold`` are records, which must not be changed afterwards, or what ``load`` takes. Of a
    JSONL file above 64 MiB only an index is held.
    """
    if isinstance(gold, Records):
        return gold
    if gold is None or isinstance(gold, str | Path):
        foreign, path = (None, PACKAGED) if gold is None else located(gold)
        large = path.is_file() and not _whole(path) and path.stat().st_size > LARGE
        if large and not foreign:
            return Indexed(path, _sound(path))
        return Records(load(gold))
    if not gold:
        raise DataError("empty-file", "gold has no document", "give at least one")
    for record in gold:
        require_placed(record, Place("gold", record=record.id))
    return Records(sorted(gold, key=lambda record: record.id))


def _whole(path: Path) -> bool:
    return path.suffix.lower() in (".json", *PARQUET_ENDINGS)


def _sound(path: Path) -> Iterator[tuple[Place, int, Record]]:
    for place, offset, record in read_places(path):
        where = Place(place.file, place.line, record.id)
        require_placed(_with_text(record, where), where)
        yield place, offset, record


def load_places(
    path: Path | str | None = None,
) -> list[tuple[Place, Record]]:
    """Return what ``load`` does, unchecked, each record with the place that it was read from."""
    foreign, given = located(path) if path is not None else (None, PACKAGED)
    if foreign:
        found = read(foreign, given, {})
    else:
        inner = _articles(given)
        found = list(_read_folder(inner) if inner else _read(given))
    if not found:
        cure, what = "give a folder with articles/<id>/gold.json", "there is no article"
        if count := len(in_progress(path)):
            what = f"there is no article with gold, only {count} in progress"
            cure = "adjudicate one first"
        raise DataError("empty-file", what, cure, Place(str(given)))
    seen: dict[str, Place] = {}
    for place, record in found:
        if record.id in seen:
            raise repeated(place, seen[record.id])
        seen[record.id] = place
    return sorted(found, key=lambda each: each[1].id)


def _articles(given: Path) -> Path | None:
    """Return the folder of article folders in a checkout or corpus folder, if there is one."""
    return next((given / each for each in _ARTICLES if (given / each).is_dir()), None)


def in_progress(path: Path | str | None = None) -> list[Path]:
    """Return the folders of articles in progress in what ``load`` takes, sorted."""
    foreign, given = located(path) if path is not None else (None, PACKAGED)
    folder = None if foreign else _articles(given)
    return [each for each in _folders(folder) if _is_draft(each)] if folder else []


def _folders(folder: Path) -> list[Path]:
    return sorted(
        each for each in folder.iterdir() if each.is_dir() and not each.name.startswith(".")
    )


def _is_draft(article: Path) -> bool:
    return (article / DRAFT).exists() and not (article / "gold.json").exists()


def _read_folder(folder: Path) -> Iterator[tuple[Place, Record]]:
    """Read the article folders of a corpus but drafts; each has the name of its record."""
    for article in _folders(folder):
        if not _is_draft(article):
            place, record = _read_article(article / "gold.json")
            if record.id != article.name:
                what = f'the record\'s id is "{record.id}"'
                cure = "name the folder as the record"
                raise DataError("folder-name", what, cure, Place(str(article)))
            yield place, record


def _read(path: Path) -> Iterator[tuple[Place, Record]]:
    if path.is_dir():
        if _is_draft(path):
            what, cure = "the article is in progress", "make its gold.json first"
            raise DataError("no-gold", what, cure, Place(str(path)))
        if not (path / "gold.json").exists():
            what = "expected articles/ or gold.json in this folder"
            cure = "give a corpus or article folder, a gold.json, JSONL or Parquet"
            raise DataError("no-file", what, cure, Place(str(path)))
        yield _read_article(path / "gold.json")
    elif path.suffix.lower() == ".json":
        yield _read_article(path)
    else:
        yield from _read_stream(path)


def _read_article(gold: Path) -> tuple[Place, Record]:
    """Read a stand-off ``gold.json`` and join it with the ``article.txt`` beside it.

    A pass stands in ``passes/``, one folder below its article.
    """
    record = read_record(gold)
    if record.text is None:
        text = gold.parent / "article.txt"
        if gold.parent.name == "passes":
            text = gold.parent.parent / "article.txt"
        if not text.exists():
            cure = f"put the article's text there (SHA-256 {record.sha256})"
            raise DataError("no-text", "the text of the record is missing", cure, Place(str(text)))
        record.text = read_text(text)
    return Place(str(gold), record=record.id), record


def _read_stream(path: Path) -> Iterator[tuple[Place, Record]]:
    for place, record in read_own(path).records:
        where = Place(place.file, place.line, record.id)
        yield where, _with_text(record, where)


def _with_text(record: Record, place: Place) -> Record:
    if record.text is None:
        raise DataError("no-text", 'key "text" is missing', "give gold with its text", place)
    return record
