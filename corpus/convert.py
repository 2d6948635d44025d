"""Converting files between formats: what would be lost is known before anything is written."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from goldwire.corpus.checks import require
from goldwire.corpus.load import load_places
from goldwire.schemas.errors import DataError, Place, UsageError
from goldwire.schemas.formats import OWN, Texts, located, named, read
from goldwire.schemas.formats.folders import write_folder
from goldwire.schemas.labels import labels_of
from goldwire.schemas.reading import Predictions, read_own
from goldwire.schemas.record import Record
from goldwire.schemas.spans import extent, spans
from goldwire.schemas.writing import encode_gold, encode_run, write_bytes


def read_any(given: Path | str, texts: Texts) -> list[Record]:
    """Return the records of a file or folder of any format, each with its text, checked.

    Predictions of goldwire's own form take their texts from ``texts``. Every span must have its
    offsets: placing words is scoring's work.
    """
    foreign, path = located(given)
    found = read(foreign, path, texts) if foreign else _read_own(path, texts)
    for place, record in found:
        where = Place(place.file, place.line, record.id)
        require(record, where, labels_of([record]))
        _require_offsets(record, where)
    return [record for _, record in found]


def _read_own(path: Path, texts: Texts) -> list[tuple[Place, Record]]:
    if path.is_dir() or path.suffix.lower() == ".json":
        return load_places(f"{OWN}:{path}")
    found = list(read_own(path).records)
    for place, record in found:
        if record.text is None and (text := texts.get(record.id)) is not None:
            record.text = text
        if record.text is None:
            where = Place(place.file, place.line, record.id)
            cure = "give the articles with --texts"
            raise DataError("no-text", "the record has no text", cure, where)
    return found


def _require_offsets(record: Record, place: Place) -> None:
    for field, span in spans(record):
        if extent(span) is None:
            where = Place(place.file, place.line, place.record, field)
            what = "the span has no start and end"
            raise DataError("span-incomplete", what, "give both", where)


def losses(records: Iterable[Record], form: str) -> list[str]:
    """Return what would be lost in a format, in plain words, each with how many records lose it."""
    if form == OWN:
        return []
    lost = Counter(each for record in records for each in named(form).losses(record))
    return [f"{what} in {number} records" if number > 1 else what for what, number in lost.items()]


def write_any(records: Sequence[Record], form: str, path: Path) -> None:
    """Write records in a format to a file or folder that is not there yet."""
    if path.exists():
        cure = "name another file or folder"
        raise UsageError("output-exists", "this is there already", cure, Place(str(path)))
    if form != OWN:
        named(form).write(records, path)
    elif path.suffix.lower() == ".jsonl":
        write_bytes(path, encode_run(Predictions([(Place(), record) for record in records])))
    else:
        _write_articles(records, path)


def _write_articles(records: Sequence[Record], path: Path) -> None:
    """Write a corpus folder, or one ``gold.json`` with its ``article.txt`` beside it."""
    if path.suffix.lower() != ".json":
        each = ((f"articles/{record.id}/", _files(record)) for record in records)
        write_folder(path, {folder + name: raw for folder, files in each for name, raw in files})
        return
    if len(records) > 1:
        what = f"a .json file holds one record, these are {len(records)}"
        raise UsageError("output-form", what, "name a folder or a .jsonl file", Place(str(path)))
    text = path.parent / "article.txt"
    if text.exists():
        cure = "name a file in another folder"
        raise UsageError("output-exists", "an article is there already", cure, Place(str(text)))
    for name, raw in _files(records[0]):
        write_bytes(path.parent / name if name == text.name else path, raw)


def _files(record: Record) -> Iterator[tuple[str, bytes]]:
    text = (record.text or "").encode()
    record.sha256 = sha256(text).hexdigest()
    yield "article.txt", text
    yield "gold.json", encode_gold(record)
