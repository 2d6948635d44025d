"""What a foreign format holds of a record: names, texts, places, and a list of what is lost."""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.formats.names import article_id
from goldwire.schemas.record import Mention, Record
from goldwire.schemas.spans import extent, spans

Ends = tuple[int, int]
_LAYERS = ("zones", "boilerplate", "mentions", "entities", "relations", "quotes")
_PLURALS = {
    "evidence": "evidence",
    "members": "members",
    "alternatives": "alternatives",
    "meta": "meta",
    "optional": "optional marks",
    "wikidata": "links to Wikidata",
    "content": "content",
    "parts": "parts",
    "certainty": "certainties",
    "marks": "marks",
}
_CUT = re.compile(r"[\w\u0300-\u036f\u200d\ufe0f]+|[^\w\s]")


def text_of(record: Record) -> str:
    """Return the text of a record; DataError if it has none, or a span that is not in it."""
    if record.text is None:
        cure = "give the article folder, or a file that holds the text"
        raise DataError("no-text", "the record has no text", cure, Place(record=record.id))
    for path, span in spans(record):
        ends = extent(span)
        if ends and not 0 <= ends[0] < ends[1] <= len(record.text):
            what = f"[{ends[0]}, {ends[1]}) is not in the text ({len(record.text)} characters)"
            raise DataError("outside-text", what, "correct it", Place(record=record.id, field=path))
    return record.text


def name_of(record: Record, form: str) -> str:
    """Return what a record's document was called in that format, or its id."""
    name = kept(record, form).get("name")
    if isinstance(name, str) and article_id(name, {}, Place()) == record.id:
        return name
    return record.id


def kept(item: Any, form: str) -> dict[str, Any]:
    """Return what the ``meta`` of a record or item holds under a format's name."""
    found = (item.meta or {}).get(form)
    return found if isinstance(found, dict) else {}


def meta(form: str, **values: Any) -> dict[str, Any] | None:
    """Return ``meta`` with what is not None or empty under a format's name; None if all is."""
    found = {key: value for key, value in values.items() if value}
    return {form: found} if found else None


def lost(record: Record, form: str, held: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Yield in plain words what has no place in a format.

    ``held`` has the fields that it holds of the items of each layer that it holds, and those of
    the record itself under "record". Its own ``meta`` is held, and so is an id and a text; what
    a span says of its own text is not lost, since the text says it.
    """
    for field in ("variant_of", "schema_version", "guidelines_version", "language", "sha256"):
        if getattr(record, field) is not None and field not in held.get("record", ()):
            yield field.replace("_", " ")
    for field in ("source", "annotation", "failed"):
        if getattr(record, field) is not None:
            yield field
    if set(record.meta or {}) - {form}:
        yield "meta of the record"
    for layer in _LAYERS:
        found = getattr(record, layer)
        if found is not None and layer in held:
            yield from _fields(layer, found, form, held[layer])
        elif found is not None:
            yield f"{layer} ({len(found)})" if found else f"that there are no {layer}"


def _fields(layer: str, found: list[Any], form: str, held: tuple[str, ...]) -> Iterator[str]:
    for field in found[0].__struct_fields__ if found else ():
        if field not in held and field not in ("start", "end", "text"):
            count = sum(map(bool, (_value(item, field, form) for item in found)))
            if count:
                yield f"{_PLURALS.get(field, f'{field}s')} of {layer} ({count})"


def _value(item: Any, field: str, form: str) -> Any:
    return set(item.meta or {}) - {form} if field == "meta" else getattr(item, field)


def hulls(record: Record, text: str) -> tuple[list[tuple[Ends, Mention]], list[str]]:
    """Return mentions with their first and last character that is no space, and what that loses.

    A mention in several parts is its hull; one without a place or of white space alone is left
    out. For formats of whole tokens, which white space is not.
    """
    counts = dict.fromkeys(
        (
            "gaps in discontinuous mentions",
            "white space at the ends of mentions",
            "mentions of white space alone",
            "mentions without a place",
        ),
        0,
    )
    gaps, edges, blank, nowhere = counts
    found = []
    for mention in record.mentions or ():
        ends = extent(mention)
        surface = text[slice(*ends)] if ends else ""
        if ends and surface.strip():
            start = ends[0] + len(surface) - len(surface.lstrip())
            end = start + len(surface.strip())
            found.append(((start, end), mention))
            counts[gaps] += bool(mention.parts)
            counts[edges] += (start, end) != ends
        else:
            counts[blank if ends else nowhere] += 1
    return found, [f"{what} ({count})" for what, count in counts.items() if count]


def cut(text: str, borders: set[int]) -> list[Ends]:
    r"""Return where words and signs stand, cut at borders: runs of letters and digits, else one.

    >>> cut("Bo's e\u0301t\u00e9", {1})
    [(0, 1), (1, 2), (2, 3), (3, 4), (5, 9)]
    """
    edges = sorted({0, len(text), *borders})
    return [
        found.span() for start, end in pairwise(edges) for found in _CUT.finditer(text, start, end)
    ]
