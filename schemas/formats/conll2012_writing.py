"""Writing CoNLL-2012; what it can hold and what is written is said in ``conll2012``."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from goldwire.schemas.errors import Place
from goldwire.schemas.formats import brackets, columns, lost
from goldwire.schemas.formats.names import article_id
from goldwire.schemas.record import Record
from goldwire.schemas.writing import write_bytes

NAME = "conll2012"
_NUMBER = re.compile("0|[1-9][0-9]*")
_LOST_OF_MENTIONS = ("id", "level", "value", "mod", *lost.REMARKS)
_LOST_OF_ENTITIES = ("type", "name", "wikidata", "members", *lost.REMARKS)
_MOST_PARTS = 10**9
_KNOWN_META = ("name", "part", "text")


class _Held(NamedTuple):
    """A mention that is written: in the column of names, that of chains, or both."""

    start: int
    end: int
    type: str | None
    entity: str | None


def label(name: str, part: int) -> str:
    """Return what a part of a document is called; its id is made of it.

    >>> label("cnn_0001", 0), label("cnn_0001", 2)
    ('cnn_0001', 'cnn_0001 002')
    """
    return f"{name} {part:03}" if part else name


def _kept(record: Record, gone: Counter[str]) -> list[_Held]:
    """Return the mentions that are written, outer ones first, and count what is lost."""
    fit: list[_Held] = []
    for start, end, mention in columns.held(record, gone):
        if mention.type is not None and not brackets.LABEL.fullmatch(mention.type):
            gone["mentions whose type is empty or holds brackets, stars or white space"] += 1
        elif mention.type is None and mention.entity is None:
            gone["mentions with neither type nor entity"] += 1
        else:
            fit.append(_Held(start, end, mention.type, mention.entity))
    fit.sort(key=lambda each: (each.start, -each.end))
    alike = groupby(fit, key=lambda each: each[:2])
    return _uncrossed([each for _, group in alike for each in _told_apart(list(group), gone)], gone)


def _told_apart(alike: list[_Held], gone: Counter[str]) -> list[_Held]:
    """Return of mentions equal in span those that a reader can tell apart, as it pairs them.

    Types and entities are each there once, and if a mention has no entity, none is without type:
    the two would be taken for one.
    """
    kept: list[_Held] = []
    for each in sorted(alike, key=_pairing):
        known = {other.entity for other in kept}
        if each.type in {other.type for other in kept if other.type} or (
            each.type is None and (None in known or each.entity in known)
        ):
            gone["mentions equal in span"] += 1
        elif each.entity is not None and each.entity in known:
            gone["entities of mentions equal in span"] += 1
            kept.append(each._replace(entity=None))
        else:
            kept.append(each)
    return sorted(kept, key=_pairing)


def _pairing(mention: _Held) -> tuple[bool, bool]:
    """Order mentions equal in span so that the first chain is of the first name."""
    return mention.type is None, mention.entity is None


def _uncrossed(found: list[_Held], gone: Counter[str]) -> list[_Held]:
    """Return those of which no two names cross, nor two mentions of one chain."""
    kept: list[_Held] = []
    ordered = sorted(found, key=lambda each: each.start - each.end)
    longest = ordered[0].end - ordered[0].start if ordered else 0
    for one in ordered:
        low = bisect_left(kept, one.start - longest, key=lambda each: each.start)
        high = bisect_left(kept, one.end, key=lambda each: each.start)
        if any(_cross(one, other) for other in kept[low:high]):
            gone["mentions crossing others"] += 1
        else:
            here = (one.start, -one.end)
            number = bisect_left(kept, (*here, 1), key=lambda each: (each.start, -each.end, 0))
            kept.insert(number, one)
    return kept


def _cross(one: _Held, other: _Held) -> bool:
    first, second = sorted((one, other), key=lambda each: each[:2])
    if not first.start < second.start < first.end < second.end:
        return False
    same = one.entity is not None and one.entity == other.entity
    return same or (one.type is not None and other.type is not None)


def losses(record: Record) -> Iterable[str]:
    """Yield what a file can't hold of a record."""
    gone: Counter[str] = Counter()
    text, kept = columns.text_of(record), _kept(record, gone)
    written = _written_name(record)
    if article_id(label(*written), {}, Place()) != record.id:
        yield "id"
    yield from lost.of_record(record, ("text", "mentions", "entities"))
    yield from lost.of_meta(record, NAME, _KNOWN_META)
    own = (record.meta or {}).get(NAME)
    if isinstance(own, dict) and written != (own.get("name", record.id), own.get("part", 0)):
        yield "name of the document"
    for layer in ("mentions", "entities"):
        if getattr(record, layer) is None:
            yield f"{layer} (that they were not attempted)"
    yield from columns.counted(gone)
    yield from lost.of_items(record.mentions or (), _LOST_OF_MENTIONS, "mentions")
    yield from _lost_of_entities(record, {each.entity for each in kept if each.entity})
    if not columns.is_built(text, columns.cut(text, [each[:2] for each in kept])):
        yield columns.SPACING


def _lost_of_entities(record: Record, owners: set[str]) -> Iterator[str]:
    entities = record.entities or []
    if bare := sum(each.id not in owners for each in entities):
        yield f"entities without mentions ({bare})"
    if other := sum(not _NUMBER.fullmatch(each) for each in owners):
        yield f"ids of entities ({other})"
    yield from lost.of_items(entities, _LOST_OF_ENTITIES, "entities")


def _written_name(record: Record) -> tuple[str, int]:
    """Return the name and part that ``meta`` has if they give the record's id, else the id."""
    own = (record.meta or {}).get(NAME)
    found = own if isinstance(own, dict) else {}
    name, part = found.get("name", record.id), found.get("part", 0)
    if not isinstance(name, str) or not columns.is_word(name):
        return record.id, 0
    if type(part) is not int or not 0 <= part < _MOST_PARTS:
        return record.id, 0
    same = article_id(label(name, part), {}, Place()) == record.id
    return (name, part) if same else (record.id, 0)


def write(records: Sequence[Record], path: Path) -> None:
    """Write records to a file, as far as it can hold them."""
    taken: dict[str, str] = {}
    written: list[str] = []
    for record in records:
        name, part = _written_name(record)
        article_id(label(name, part), taken, Place(record=record.id))
        written.append(f"#begin document ({name}); part {part:03}\n")
        written += _sentences(record, f"{name} {part}")
        written.append("#end document\n")
    write_bytes(path, "".join(written).encode())


def _sentences(record: Record, start: str) -> Iterator[str]:
    text, kept = columns.text_of(record), _kept(record, Counter())
    sentences = columns.cut(text, [each[:2] for each in kept])
    names, chains = map(iter, _cells(kept, *columns.numbered(sentences)))
    for sentence in columns.words(text, sentences):
        for number, word in enumerate(sentence):
            parse = "(TOP" * (number == 0) + "*" + ")" * (number == len(sentence) - 1)
            yield f"{start} {number} {word} XX {parse} - - - - {next(names)} {next(chains)}\n"
        yield "\n"


def _cells(
    kept: list[_Held], first: dict[int, int], last: dict[int, int]
) -> tuple[list[str], list[str]]:
    numbers = _numbers(each.entity for each in kept if each.entity)
    spans = [(first[each.start], last[each.end] + 1, each) for each in kept]
    names = [(start, end, each.type) for start, end, each in spans if each.type]
    chains = [(start, end, numbers[each.entity]) for start, end, each in spans if each.entity]
    return brackets.name_cells(names, len(first)), brackets.chain_cells(chains, len(first))


def _numbers(entities: Iterable[str]) -> dict[str, str]:
    """Return the number of each entity's chain: its id if that is one, else the next unused."""
    owners = list(dict.fromkeys(entities))
    found = {each: each for each in owners if _NUMBER.fullmatch(each)}
    free = (str(number) for number in range(2 * len(owners) + 1) if str(number) not in found)
    return {each: found.get(each) or next(free) for each in owners}
