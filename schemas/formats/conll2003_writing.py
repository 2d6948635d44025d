"""Writing CoNLL-2003; what it can hold and what is written is said in ``conll2003``."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from goldwire.schemas.errors import Place
from goldwire.schemas.formats import columns, lost, tags
from goldwire.schemas.formats.names import article_id
from goldwire.schemas.record import Record
from goldwire.schemas.writing import write_bytes

NAME = "conll2003"
START = "-DOCSTART-"
FILLERS = ("-X-", "-", "_", "O")
"""What may stand in a -DOCSTART- line where it says nothing."""
_LOST_OF_MENTIONS = ("id", "level", "entity", "value", "mod", *lost.REMARKS)
_KNOWN_META = ("name", "text")


def _kept(record: Record, gone: Counter[str]) -> list[columns.Held]:
    """Return the mentions that are written, in the text's order, and count what is lost."""
    kept: list[columns.Held] = []
    for one in sorted(columns.held(record, gone), key=lambda each: (each[0] - each[1], each[0])):
        if one[2].type is not None and not columns.is_word(one[2].type):
            gone["mentions whose type is empty or holds white space"] += 1
            continue
        number = bisect_left(kept, one[:2], key=lambda each: each[:2])
        if any(
            one[0] < other[1] and other[0] < one[1]
            for other in kept[max(number - 1, 0) : number + 1]
        ):
            gone["mentions nested in or overlapping others"] += 1
        else:
            kept.insert(number, one)
    return kept


def losses(record: Record) -> Iterable[str]:
    """Yield what a file can't hold of a record."""
    gone: Counter[str] = Counter()
    text, kept = columns.text_of(record), _kept(record, gone)
    if article_id(_written_name(record), {}, Place()) != record.id:
        yield "id"
    yield from lost.of_record(record, ("text", "mentions"))
    yield from lost.of_meta(record, NAME, _KNOWN_META)
    if record.meta and _name_of(record) not in (None, _written_name(record)):
        yield "name of the document"
    if record.mentions is None:
        yield "mentions (that they were not attempted)"
    yield from columns.counted(gone)
    yield from lost.of_items(record.mentions or (), _LOST_OF_MENTIONS, "mentions")
    if not columns.is_built(text, columns.cut(text, [each[:2] for each in kept])):
        yield columns.SPACING


def _name_of(record: Record) -> object:
    own = (record.meta or {}).get(NAME)
    return own.get("name") if isinstance(own, dict) else None


def _written_name(record: Record) -> str:
    """Return the name that ``meta`` has for a document if it gives the record's id, else the id."""
    name = _name_of(record)
    if not isinstance(name, str) or name in FILLERS or not columns.is_word(name):
        return record.id
    return name if article_id(name, {}, Place()) == record.id else record.id


def write(records: Sequence[Record], path: Path) -> None:
    """Write records to a file, as far as it can hold them."""
    taken: dict[str, str] = {}
    written: list[str] = []
    for record in records:
        name = _written_name(record)
        article_id(name, taken, Place(record=record.id))
        written += [f"{START} {name} -X- O\n\n", *_sentences(record)]
    write_bytes(path, "".join(written).encode())


def _sentences(record: Record) -> Iterator[str]:
    text, kept = columns.text_of(record), _kept(record, Counter())
    sentences = columns.cut(text, [each[:2] for each in kept])
    first, last = columns.numbered(sentences)
    spans = [(first[start], last[end] + 1, mention.type) for start, end, mention in kept]
    found = iter(tags.iob2(spans, len(first)))
    for sentence in columns.words(text, sentences):
        yield "".join(f"{word} _ _ {next(found)}\n" for word in sentence) + "\n"
