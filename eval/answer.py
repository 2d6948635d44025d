"""What an extractor answers, made a sound prediction over its article or a reason why not."""

from functools import cache
from typing import Any

import msgspec

from goldwire.eval.align import align
from goldwire.eval.extractors import Extractor
from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.label_map import label_map, shipped
from goldwire.schemas.labels import Labels, labels_of, own_labels
from goldwire.schemas.reading import read_answer
from goldwire.schemas.record import Record


def ask(extractor: Extractor, gold: Record) -> Record:
    """Return the extractor's prediction over an article; it sees no annotations.

    Raises DataError if the answer is no sound prediction over this article, with the answer's
    ``meta``, and whatever the extractor raises.
    """
    bare = Record(id=gold.id, language=gold.language, text=gold.text)
    given = extractor.extract(gold if extractor.sees_gold else bare)
    raw, place = _bytes(given, gold), Place(extractor.name, record=gold.id)
    found = read_answer(raw, place)
    if found.id != gold.id:
        what = f'the answer is for "{found.id}"'
        raise DataError("other-document", what, "answer with the id of the article", place)
    try:
        allowed = _allowed() if gold.scheme is None else labels_of([found])
        align(gold, read_answer(raw, place), place, allowed)
    except DataError as error:
        error.meta = found.meta
        raise
    found.text = None
    return found


@cache
def _allowed() -> Labels:
    """Return the closed lists, and the mention types that scoring takes under a shipped map."""
    mapped = (label for name in shipped() for label in label_map(name).known)
    return {**own_labels(), "mention": own_labels()["mention"].union(mapped)}


def _bytes(given: Any, gold: Record) -> bytes:
    if isinstance(given, bytes):
        return given
    if isinstance(given, str):
        return given.encode("utf-8", "surrogatepass")
    if isinstance(given, dict) and "id" not in given:
        given = {"id": gold.id, **given}
    try:
        return msgspec.json.encode(given)
    except (TypeError, ValueError, msgspec.MsgspecError) as error:
        what, cure = str(error), "return a Record, a dict of its fields, or JSON"
        raise DataError("wrong-type", what, cure, Place(record=gold.id)) from None
