"""Aligning a prediction with its gold: same text, sound spans and ids, every span placed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from goldwire.corpus.checks import NO_LABELS, require
from goldwire.corpus.checks.sound import sound
from goldwire.eval.items import Pair
from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.record import Record
from goldwire.schemas.spans import occurrence, spans

_INDEX = re.compile(r"\[\d+\]")


@dataclass(slots=True)
class Aligned:
    """An aligned pair, and the field paths of the spans that could not be placed."""

    pair: Pair
    unplaced: list[str]


def align(
    gold: Record, predicted: Record, place: Place, types: frozenset[str] = NO_LABELS
) -> Aligned:
    """Return the prediction over the gold's text, or raise DataError.

    A span that comes by its text alone is placed at an exact occurrence of whole words:
    the first span of that text in a field of a layer (mentions, content, cue, ...) at the first
    occurrence, the second at the second, and so on. One that occurs nowhere (any more)
    stays unplaced, so its item is spurious. The prediction is changed in place. ``types``
    are mention types that are allowed beside the closed list.
    """
    where = Place(place.file, place.line, predicted.id)
    if predicted.text is not None and predicted.text != gold.text:
        raise DataError(
            "other-text",
            "the text differs from the article's",
            "predict over the article as the corpus has it, and leave text out",
            Place(where.file, where.line, where.record, "text"),
        )
    predicted.text = gold.text
    if sound(predicted, types):
        return Aligned(Pair(gold, predicted), [])
    require(predicted, where, types)
    return Aligned(Pair(gold, predicted), list(_place(predicted)))


def _place(record: Record) -> Iterator[str]:
    """Place what has text only; yield the path of each span that occurs nowhere."""
    text = record.text or ""
    searched: dict[tuple[str, str], int] = {}
    for path, span in spans(record):
        if span.start is None and span.text:
            key = _INDEX.sub("", path), span.text
            found = occurrence(text, span.text, searched.get(key, 0))
            if found is None:
                yield path
            else:
                span.start, span.end = found
                searched[key] = found[1]
