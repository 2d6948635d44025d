"""Aligning a prediction with its gold: same text, sound spans and ids, every span placed."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from goldwire.corpus.checks import require
from goldwire.corpus.checks.sound import sound
from goldwire.eval.items import Pair
from goldwire.eval.place import INEXACT, Placement, Source, is_of, place_spans
from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.labels import Labels
from goldwire.schemas.record import Record

_ITEM = re.compile(r"(\w+)\[(\d+)\]")


@dataclass(slots=True)
class Aligned:
    """An aligned pair, and how each span was placed whose offsets could not be taken as given."""

    pair: Pair
    placements: list[Placement] = field(default_factory=list)


def align_all(
    golds: Sequence[Record],
    predicted: Sequence[Record],
    places: Iterable[Place],
    allowed: Labels | None = None,
) -> Iterator[Aligned]:
    """Yield what ``align`` makes of each prediction; where none has a fault, it is soon known."""
    if all(record.text is None for record in predicted):
        for gold, record in zip(golds, predicted, strict=True):
            record.text = gold.text or ""
        if sound(predicted, allowed):
            yield from map(Aligned, map(Pair, golds, predicted))
            return
    for gold, record, place in zip(golds, predicted, places, strict=True):
        yield align(gold, record, place, allowed)


def align(gold: Record, predicted: Record, place: Place, allowed: Labels | None = None) -> Aligned:
    """Return the prediction over the gold's text, or raise DataError.

    A span that has no offsets, or offsets that are not those of its text, is placed by its
    words (see ``eval.place``): the first span of that text in a field of a layer (mentions,
    content, cue, ...) at the first occurrence, the second at the second, and so on. One that
    occurs nowhere (any more) stays unplaced, so its item is spurious. If the prediction comes
    with a text of its own, its spans are placed on gold's. The prediction is changed in place.
    ``allowed`` are the labels that it may have, goldwire's if not given.
    """
    where = Place(place.file, place.line, predicted.id)
    own, text = predicted.text, gold.text or ""
    if own is None or own == text:
        predicted.text = text
        if sound([predicted], allowed):
            return Aligned(Pair(gold, predicted))
    elif not is_of(own, Source(text)):
        raise DataError(
            "other-text",
            "the text is not the article's, nor made from it",
            "predict over the article as the corpus has it, and leave text out",
            Place(where.file, where.line, where.record, "text"),
        )
    placements = place_spans(predicted, text)
    predicted.text = text
    require(predicted, where, allowed)
    inexact = (_ITEM.match(path) for path, how in placements if how in INEXACT)
    items = {id(getattr(predicted, each[1])[int(each[2])]) for each in inexact if each}
    return Aligned(Pair(gold, predicted, inexact=frozenset(items)), placements)
