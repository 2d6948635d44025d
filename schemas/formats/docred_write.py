"""Records as DocRED's documents: their tokens, sentences and vertices, and what that loses."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from goldwire.schemas.formats.held import Ends, cut, hulls, kept, lost, name_of, text_of
from goldwire.schemas.formats.tokens import BUILT, built
from goldwire.schemas.record import Entity, Mention, Record, Relation
from goldwire.schemas.spans import extent

_LINE_END = re.compile("[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_HELD = {
    "mentions": ("type", "entity", "parts"),
    "entities": ("id", "type"),
    "relations": ("head", "type", "tail", "evidence"),
}
Sentences = list[list[Ends]]


@dataclass(frozen=True, slots=True)
class Vertices:
    """The entities that are written: name and mentions of each, and their numbers by id."""

    named: list[tuple[Entity | None, list[tuple[Ends, Mention]]]]
    numbers: dict[str, int]
    left_out: int


def vertices_of(record: Record, found: list[tuple[Ends, Mention]]) -> Vertices:
    """Return entities with mentions in their order, then those that only mentions name."""
    groups: dict[tuple[str, object], list[tuple[Ends, Mention]]] = {
        ("entity", entity.id): [] for entity in record.entities or ()
    }
    for index, (ends, mention) in enumerate(found):
        key: tuple[str, object] = ("mention", index)
        if mention.entity:
            key = ("entity", mention.entity)
        groups.setdefault(key, []).append((ends, mention))
    entities = {entity.id: entity for entity in record.entities or ()}
    full = {key: group for key, group in groups.items() if group}
    numbers: dict[str, int] = {}
    for number, ((kind, owner), group) in enumerate(full.items()):
        numbers |= {m.id: number for _, m in group if m.id and m.id not in entities}
        if kind == "entity":
            numbers[str(owner)] = number
    named = [(entities.get(str(key)), group) for (_, key), group in full.items()]
    return Vertices(named, numbers, len(groups) - len(full))


def tokens_of(record: Record, text: str) -> Sentences:
    """Return the tokens of a record by the rules that are in the format's description."""
    spans = [ends for ends, _ in hulls(record, text)[0]]
    said = kept(record, "docred")
    for candidate in (_kept_tokens(said.get("tokens"), text), _split(said.get("text"), text)):
        if candidate and _fit(candidate, spans):
            return candidate
    words = cut(text, {each for ends in spans for each in ends})
    first = {start: index for index, (start, _) in enumerate(words)}
    last = {end: index for index, (_, end) in enumerate(words)}
    joined = {each for start, end in spans for each in range(first[start], last[end])}
    sentences: Sentences = []
    for index, (start, end) in enumerate(words):
        gap = text[words[index - 1][1] : start] if index else "\n"
        if _LINE_END.search(gap) and index - 1 not in joined:
            sentences.append([])
        if not sentences:
            sentences.append([])
        sentences[-1].append((start, end))
    return sentences


def _kept_tokens(value: Any, text: str) -> Sentences | None:
    """Return tokens that ``meta`` holds as lists of offsets, if they are in the text's order."""
    if not isinstance(value, list) or not all(each and isinstance(each, list) for each in value):
        return None
    flat = [offset for sentence in value for offset in sentence]
    if not all(isinstance(each, int) for each in flat) or flat != sorted(flat):
        return None
    if not flat or flat[0] < 0 or flat[-1] > len(text) or any(len(each) % 2 for each in value):
        return None
    return [list(zip(each[::2], each[1::2], strict=True)) for each in value]


def _split(value: Any, text: str) -> Sentences | None:
    """Return the tokens that a text was built of, if it was."""
    if value != BUILT or not text:
        return None
    sentences = [line.split(" ") for line in text.split("\n")]
    ends = iter(built(sentences)[1])
    return [[next(ends) for _ in sentence] for sentence in sentences]


def _fit(sentences: Sentences, spans: list[Ends]) -> bool:
    """Return whether every span begins and ends with a token of one sentence."""
    firsts = {start: n for n, sentence in enumerate(sentences) for start, _ in sentence}
    lasts = {end: n for n, sentence in enumerate(sentences) for _, end in sentence}
    return all(start in firsts and firsts[start] == lasts.get(end) for start, end in spans)


def touched(relation: Relation, sentences: Sentences) -> list[int]:
    """Return the numbers of the sentences that a relation's evidence touches."""
    starts = [sentence[0][0] for sentence in sentences]
    found: dict[int, None] = {}
    for span in relation.evidence:
        if ends := extent(span):
            number = max(bisect_left(starts, ends[0] + 1) - 1, 0)
            while number < len(sentences) and starts[number] < ends[1]:
                if sentences[number][-1][1] > ends[0]:
                    found[number] = None
                number += 1
    return list(found)


def value_of(record: Record) -> dict[str, Any]:
    """Return a record as a document of DocRED."""
    text = text_of(record)
    sentences = tokens_of(record, text)
    vertices = vertices_of(record, hulls(record, text)[0])
    at = {pair[0]: (n, i) for n, each in enumerate(sentences) for i, pair in enumerate(each)}
    value: dict[str, Any] = {
        **_other(record),
        "title": name_of(record, "docred"),
        "sents": [[text[start:end] for start, end in each] for each in sentences],
        "vertexSet": [
            [_mention(mention, at[start], end, sentences, text) for (start, end), mention in group]
            for _, group in vertices.named
        ],
    }
    if record.relations is not None:
        value["labels"] = [
            {
                **_other(relation),
                "h": vertices.numbers[relation.head],
                "t": vertices.numbers[relation.tail],
                "r": relation.type,
                "evidence": touched(relation, sentences),
            }
            for relation in record.relations
            if {relation.head, relation.tail} <= set(vertices.numbers)
        ]
    return value


def _mention(
    mention: Mention, at: tuple[int, int], end: int, sentences: Sentences, text: str
) -> dict[str, Any]:
    number, first = at
    tokens = sentences[number]
    last = next(i for i in range(first, len(tokens)) if tokens[i][1] == end)
    name = kept(mention, "docred").get("name")
    words = " ".join(text[slice(*pair)] for pair in tokens[first : last + 1])
    return {
        **_other(mention),
        "name": name if isinstance(name, str) else words,
        "pos": [first, last + 1],
        "sent_id": number,
        "type": mention.type or "",
    }


def _other(item: Record | Mention | Relation) -> dict[str, Any]:
    other = kept(item, "docred").get("other")
    return other if isinstance(other, dict) else {}


def lost_of(record: Record) -> Iterator[str]:
    """Yield in plain words what DocRED can't hold of a record."""
    text = text_of(record)
    yield from lost(record, "docred", _HELD)
    found, shapes = hulls(record, text)
    yield from shapes
    sentences = tokens_of(record, text)
    if built([[text[slice(*pair)] for pair in each] for each in sentences])[0] != text:
        yield "spacing of the text"
    for layer in ("mentions", "entities"):
        if getattr(record, layer) is None:
            yield f"that {layer} were not looked for"
    vertices = vertices_of(record, found)
    if vertices.left_out:
        yield f"entities without mentions ({vertices.left_out})"
    yield from _changed(record, vertices, sentences)


def _changed(record: Record, vertices: Vertices, sentences: Sentences) -> Iterator[str]:
    named = [(n, entity, group) for n, (entity, group) in enumerate(vertices.named) if entity]
    relations = record.relations or []
    whole = {(each[0][0], each[-1][1]) for each in sentences}
    counts: dict[str, list[Any]] = {
        "ids of entities": [entity for n, entity, _ in named if entity.id != f"e{n}"],
        "types of entities": [e for _, e, group in named if e.type != group[0][1].type],
        "relations of entities without mentions": [
            each for each in relations if not {each.head, each.tail} <= set(vertices.numbers)
        ],
        "groups of evidence": [
            each for each in relations if {span.group for span in each.evidence} - {1}
        ],
        "evidence that is not whole sentences": [
            span for each in relations for span in each.evidence if extent(span) not in whole
        ],
    }
    yield from (f"{what} ({len(each)})" for what, each in counts.items() if each)
