"""DocRED's JSON: documents of tokens, entities as sets of mentions, relations with evidence.

A file is a list of documents, or has one per line. Each vertex becomes an entity, ``e0``, ``e1``
and so on, with the type of its first mention; every mention keeps its own. A position that stands
in two vertices becomes two mentions. A label is a relation whose evidence are the sentences that
it names, each a span; they are one group, since DocRED doesn't say that one of them suffices. A
document without labels has relations that were not looked for; a label without evidence has none.

Spacing is not recorded: the text is ``texts``', where the tokens must stand exactly, or is built
and ``meta`` says so. What of a document would not be written again by the rules below is kept in
``meta``: its title, its tokens, a mention's name that is not its tokens with spaces between, and
every key that is not DocRED's own (Re-DocRED has ``global_pos``).

Written are tokens as ``meta`` has them, else words and single signs cut where mentions begin and
end, and sentences that end with lines; a line end within a mention ends none. A mention without
an entity is a vertex of its own. White space at the ends of a mention is no part of it. Evidence
is the sentences that it touches. Entities without mentions are left out, for programs take the
first mention's type. No library reads this format; it is plain JSON.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import msgspec

from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.formats import Format, Texts
from goldwire.schemas.formats.docred_write import lost_of, tokens_of, value_of
from goldwire.schemas.formats.held import meta
from goldwire.schemas.formats.json_items import items, others, shaped
from goldwire.schemas.formats.names import article_id
from goldwire.schemas.formats.tokens import BUILT, built, found
from goldwire.schemas.record import Entity, Evidence, Mention, Record, Relation
from goldwire.schemas.writing import write_bytes

_CURE = "a document has title, sents, vertexSet and, unless it is to be predicted, labels"
_KEYS = re.compile(rb'"(?:vertexSet|h_idx)"\s*:')


class Vertex(msgspec.Struct):
    """One mention of an entity, at tokens of one sentence."""

    name: str
    sent_id: int
    pos: tuple[int, int]
    type: str


class Label(msgspec.Struct):
    """One relation between two entities by their numbers, with the sentences that show it."""

    h: int
    t: int
    r: str
    evidence: list[int] = []


class Document(msgspec.Struct):
    """One document; its mentions and labels are looked at one by one, for their other keys."""

    title: str
    sents: list[list[str]]
    vertexSet: list[list[dict[str, Any]]]  # noqa: N815
    labels: list[dict[str, Any]] | None = None


def _looks(_path: Path, head: bytes) -> bool:
    return head.lstrip()[:1] in (b"[", b"{") and _KEYS.search(head) is not None


def _read(path: Path, texts: Texts) -> Iterator[tuple[Place, Record]]:
    taken: dict[str, str] = {}
    for place, value in items(path):
        if isinstance(value, dict) and "h_idx" in value:
            what = "these are answers that name entities by their numbers in another file"
            cure = "put them as labels (h, t, r, evidence) into the documents with their vertexSet"
            raise DataError("answers-alone", what, cure, place)
        document = shaped(value, Document, place, _CURE)
        record = Record(id=article_id(document.title, taken, place))
        place = Place(place.file, place.line, record.id)
        _fill(record, document, texts, place)
        record.meta = meta(
            "docred",
            name=document.title if document.title != record.id else None,
            **(record.meta or {}),
            other=others(value, Document),
        )
        yield place, record


def _fill(record: Record, document: Document, texts: Texts, place: Place) -> None:
    """Give a record its text and layers, and ``meta`` what is said of its tokens."""
    sents = document.sents
    full = [any(sentence) for sentence in sents]
    if not all(full):
        cure = "remove it, and count sent_id and evidence anew"
        what = f"sentence {full.index(False)} has no tokens, or only empty ones"
        raise DataError("empty-sentence", what, cure, place)
    flat = [token for sentence in sents for token in sentence]
    record.text, ends = built(sents)
    if given := texts.get(record.id):
        record.text, ends = given, found(flat, given, [place] * len(flat))
    starts = accumulate([0, *(len(sentence) for sentence in sents)])
    cuts = [ends[at : at + len(each)] for at, each in zip(starts, sents, strict=False)]
    record.mentions = list(_mentions(document, cuts, place))
    record.entities = [
        Entity(id=f"e{n}", type=vertex[0]["type"] or None) if vertex else Entity(id=f"e{n}")
        for n, vertex in enumerate(document.vertexSet)
    ]
    if document.labels is not None:
        record.relations = list(_relations(document, cuts, place))
    record.meta = {"docred": {} if given else {"text": BUILT}}
    by_rule = tokens_of(record, record.text) == cuts
    tokens = None if by_rule else [[each for pair in sent for each in pair] for sent in cuts]
    record.meta = {**record.meta["docred"], "tokens": tokens}


def _mentions(
    document: Document, cuts: list[list[tuple[int, int]]], place: Place
) -> Iterator[Mention]:
    for number, vertex in enumerate(document.vertexSet):
        for index, value in enumerate(vertex):
            where = Place(place.file, place.line, place.record, f"vertexSet[{number}][{index}]")
            made = shaped(value, Vertex, where, "a mention has name, sent_id, pos and type")
            start, end = made.pos
            sentence = cuts[made.sent_id] if 0 <= made.sent_id < len(cuts) else []
            if not 0 <= start < end <= len(sentence):
                what = f'"{made.name}" is at {list(made.pos)} of sentence {made.sent_id}'
                what += f", which has {len(sentence)} tokens"
                cure = "count pos in tokens from the start of the sentence"
                raise DataError("outside-sentence", what, cure, where)
            first, last = sentence[start][0], sentence[end - 1][1]
            if first == last:
                what = f'"{made.name}" is at empty tokens'
                raise DataError("empty-mention", what, "remove it", where)
            words = " ".join(document.sents[made.sent_id][start:end])
            yield Mention(
                start=first,
                end=last,
                type=made.type or None,
                entity=f"e{number}",
                meta=meta(
                    "docred",
                    name=made.name if made.name != words else None,
                    other=others(value, Vertex),
                ),
            )


def _relations(
    document: Document, cuts: list[list[tuple[int, int]]], place: Place
) -> Iterator[Relation]:
    for index, value in enumerate(document.labels or ()):
        where = Place(place.file, place.line, place.record, f"labels[{index}]")
        made = shaped(value, Label, where, "a label has h, t, r and evidence")
        for number, size, what in (
            (made.h, len(document.vertexSet), "entity"),
            (made.t, len(document.vertexSet), "entity"),
            *((each, len(cuts), "sentence") for each in made.evidence),
        ):
            if not 0 <= number < size:
                message = f"there is no {what} {number}, they count from 0 to {size - 1}"
                raise DataError("no-such-number", message, "correct or remove the label", where)
        yield Relation(
            head=f"e{made.h}",
            type=made.r,
            tail=f"e{made.t}",
            evidence=[
                Evidence(start=cuts[each][0][0], end=cuts[each][-1][1])
                for each in dict.fromkeys(made.evidence)
            ],
            meta=meta("docred", other=others(value, Label)),
        )


def _write(records: Sequence[Record], path: Path) -> None:
    write_bytes(path, msgspec.json.encode([value_of(record) for record in records]) + b"\n")


FORMAT = Format("docred", _looks, _read, lost_of, _write)
