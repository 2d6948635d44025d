"""Predictions of a block beside their gold: rows found, ids compared, spans placed."""

from collections.abc import Iterable, Iterator
from itertools import takewhile

from goldwire.corpus.records import Indexed, Records
from goldwire.eval.align import align_all
from goldwire.eval.items import Article
from goldwire.eval.part import Job
from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.labels import Labels
from goldwire.schemas.near import did_you_mean
from goldwire.schemas.record import Record


def paired(gold: Records, found: Iterable[tuple[Place, Record]], allowed: Labels) -> Iterator[Job]:
    """Yield each prediction with its gold; DataError for the first that has none or is unsound.

    What can't be read comes after what stands before it: so faults come in the file's order.
    """
    given, failure = _until_failure(found)
    places, records = [place for place, _ in given], [record for _, record in given]
    rows = _known(gold, [record.id for record in records])
    golds = gold.take(rows)
    if (number := _alike(golds, records)) < len(records):
        failure = _unknown(gold, records[number].id, places[number])
    pairs = align_all(golds[:number], records[:number], places, allowed)
    for row, one, place, aligned in zip(rows, golds, places, pairs, strict=False):
        aligned.pair.article = _article(gold, row, one)
        yield Job(row, place.line or 0, aligned.pair, aligned.placements)
    if failure:
        raise failure


def _known(gold: Records, names: list[str]) -> list[int]:
    """Return the rows of documents up to the first that gold has not."""
    rows = gold.rows(names)
    if rows is None:
        found = takewhile(lambda row: row is not None, map(gold.row, names))
        rows = [row for row in found if row is not None]
    return rows


def _alike(golds: list[Record], records: list[Record]) -> int:
    """Return how many records from the first on are of the gold beside them."""
    pairs = enumerate(zip(golds, records, strict=False))
    return next((n for n, (one, other) in pairs if one.id != other.id), len(golds))


def _unknown(gold: Records, name: str, place: Place) -> DataError:
    where, ids = Place(place.file, place.line, name), gold.ids
    cure = did_you_mean(name, ids) or f"gold has {', '.join(ids[:3])}"
    return DataError("unknown-document", "gold has no such document", cure, where)


def _article(gold: Records, row: int, record: Record) -> Article:
    """Return gold of a row as an article; what is in memory is kept for the next run."""
    if isinstance(gold, Indexed):
        return Article(record)
    articles = gold.memo.setdefault("articles", {})
    if row not in articles:
        articles[row] = Article(record)
    found: Article = articles[row]
    return found


def _until_failure(
    found: Iterable[tuple[Place, Record]],
) -> tuple[list[tuple[Place, Record]], DataError | None]:
    """Return the records before the first that can't be read, and why it can't."""
    given = []
    try:
        for each in found:
            given.append(each)
    except DataError as error:
        return given, error
    return given, None
