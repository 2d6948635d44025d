"""What an extractor says of an article, as layers that an annotator can correct.

Only what has a place in the text and a label in the closed lists can be shown in the editor;
what can't is left out or loses its label, and is counted.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from goldwire.eval.align import align
from goldwire.eval.answer import ask
from goldwire.eval.extractors import Extractor, said
from goldwire.schemas.errors import DataError, GoldwireError, Place, UsageError
from goldwire.schemas.formats.label_studio_write import check
from goldwire.schemas.labels import canonical, labels, labels_of
from goldwire.schemas.record import Entity, Mention, Quote, Record, Relation
from goldwire.schemas.spans import extent, spans

LAYERS = ("zones", "boilerplate", "mentions", "entities", "relations", "quotes")


def prelabel(draft: Record, extractor: Extractor) -> list[str]:
    """Add an extractor's layers to a draft, which must have its text; return what was left out.

    ``meta`` then says which extractor it was. Raises DataError if it fails, or if what it says
    is not sound.
    """
    place = Place(extractor.name, record=draft.id)
    if extractor.sees_gold:
        what = f"{extractor.name} answers with gold, and a draft has none"
        raise UsageError("needs-gold", what, "name another extractor", place)
    answer = _answer(draft, extractor, place)
    lost = Counter(_mend(answer))
    for layer in LAYERS:
        setattr(draft, layer, getattr(answer, layer))
    check(draft, place)
    made: dict[str, Any] = {"extractor": extractor.name, "version": extractor.version}
    made |= {"left_out": dict(lost)} if lost else {}
    draft.meta = {**(draft.meta or {}), "pre_annotation": made}
    return [f"{what}: {number}" for what, number in lost.items()]


def _answer(draft: Record, extractor: Extractor, place: Place) -> Record:
    """Return the answer with each span placed, if its words are in the text."""
    try:
        found = ask(extractor, draft)
    except GoldwireError:
        raise
    except (Exception, SystemExit) as error:
        raise _failed(said(error), place) from None
    if found.failed:
        raise _failed(found.failed, place)
    align(draft, found, place, labels_of([found]))
    return found


def _failed(reason: str, place: Place) -> DataError:
    cure = "mend it, or draft without --extractor"
    return DataError("extractor-failed", f"the extractor failed: {reason}", cure, place)


def _mend(answer: Record) -> Iterator[str]:
    """Leave out of an answer what can't be shown; yield a word for each thing left out."""
    yield from _unplaced(answer)
    yield from _unnamed(answer)
    yield from _unknown_types(answer)
    for relation in answer.relations or ():
        relation.head, relation.type, relation.tail = canonical(
            relation.head, relation.type, relation.tail
        )
    for _, span in spans(answer):
        span.text = None  # a draft is stand-off
    _give_ids(answer)


def _unplaced(answer: Record) -> Iterator[str]:
    for layer in ("zones", "boilerplate", "mentions"):
        found = getattr(answer, layer) or []
        kept = [each for each in found if extent(each) and all(map(extent, _parts(each)))]
        yield from [f"{layer} without a place in the text"] * (len(found) - len(kept))
        found[:] = kept
    for relation in answer.relations or ():
        evidence = [span for span in relation.evidence if extent(span)]
        yield from ["spans of evidence without a place"] * (len(relation.evidence) - len(evidence))
        relation.evidence = evidence
    found = answer.quotes or []
    kept = [each for each in found if all(map(extent, each.content))]
    yield from ["quotes without a place in the text"] * (len(found) - len(kept))
    found[:] = kept
    for quote in found:
        yield from _unplaced_parts(quote)


def _parts(item: Any) -> Sequence[Any]:
    return item.parts if isinstance(item, Mention) else ()


def _unplaced_parts(quote: Quote) -> Iterator[str]:
    cue, marks = ([each for each in spans if extent(each)] for spans in (quote.cue, quote.marks))
    source = quote.source if quote.source and extent(quote.source) else None
    lost = len(quote.cue) - len(cue) + len(quote.marks) - len(marks)
    lost += quote.source is not None and source is None
    quote.cue, quote.marks, quote.source = cue, marks, source
    yield from ["cues, sources and marks without a place"] * lost


def _unnamed(answer: Record) -> Iterator[str]:
    """Leave out what names a mention or quote that was left out."""
    known = {each.id for each in answer.mentions or ()}
    known |= {each.id for each in answer.entities or ()}
    quotes = {each.id for each in answer.quotes or ()}
    found = answer.relations or []
    kept = [each for each in found if each.head in known and each.tail in known]
    yield from ["relations of mentions without a place"] * (len(found) - len(kept))
    found[:] = kept
    for quote in answer.quotes or ():
        for name, there in (("speaker", known), ("addressee", known), ("within", quotes)):
            if getattr(quote, name) not in (None, *there):
                setattr(quote, name, None)
                yield f"{name}s without a place in the text"


def _unknown_types(answer: Record) -> Iterator[str]:
    """Take from mentions and entities the types that are not of the closed list."""
    found: list[Mention | Entity] = [*(answer.mentions or ()), *(answer.entities or ())]
    for each in found:
        if each.type is not None and each.type not in labels()["mention"]:
            kind = "mentions" if isinstance(each, Mention) else "entities"
            yield f"{kind} lost their type {each.type}, which the guidelines do not have"
            each.type = None


def _give_ids(answer: Record) -> None:
    """Give mentions, quotes, and relations with evidence, ids by which corrections can be told.

    A relation without evidence stays as it is: with an id it could not be shown as an arrow.
    """
    layers = (answer.mentions, answer.entities, answer.relations, answer.quotes)
    taken = {each.id for layer in layers for each in layer or ()}
    for prefix, items in (("m", answer.mentions), ("r", answer.relations), ("q", answer.quotes)):
        fresh = (name for number in count(1) if (name := f"{prefix}{number}") not in taken)
        for each in items or ():
            if each.id is None and not (isinstance(each, Relation) and not each.evidence):
                each.id = next(fresh)
