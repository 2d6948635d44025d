"""Boilerplate as characters: each that is no white space counts once."""

import numpy as np
import numpy.typing as npt

from goldwire.eval.items import Item, Pair, Sides, placed
from goldwire.eval.match import Outcome
from goldwire.eval.measure import Measure
from goldwire.schemas.plain import shorten
from goldwire.schemas.record import Boilerplate
from goldwire.schemas.spans import extent

Mask = npt.NDArray[np.bool_]


def boilerplate_characters(pair: Pair, measure: Measure) -> Outcome:
    """Count the characters inside boilerplate on both sides; optional ones on neither.

    Under ``type=``, predicted characters without a declared kind that lie in gold of
    another kind leave the count.
    """
    kinds = measure.option("type")
    items = pair.gold.boilerplate or []
    given = pair.predicted.boilerplate or []
    wanted = [each for each in items if not kinds or each.type in kinds]
    others = [each for each in items if kinds and each.type not in kinds]
    declared = [each for each in given if each.type is not None]
    silent = [each for each in given if each.type is None and not (kinds and pair.mutual)]
    either = [*items, *given] if pair.mutual else items
    counts = _solid(pair.text) & ~_mask(pair, [each for each in either if each.optional])
    gold = _mask(pair, wanted) & counts
    predicted = _mask(pair, [each for each in declared if not kinds or each.type in kinds])
    predicted |= _mask(pair, silent) & ~(_mask(pair, others) & ~gold)
    predicted &= counts
    return Outcome(
        gold=int(gold.sum()),
        predicted=int(predicted.sum()),
        matched=int((gold & predicted).sum()),
        missed=_runs(pair, gold & ~predicted),
        spurious=_runs(pair, predicted & ~gold),
    )


def boilerplate_items(pair: Pair) -> Sides:
    """Return the boilerplate spans of both sides; equal predictions collapse."""
    gold = [_item(each, pair) for each in pair.gold.boilerplate or ()]
    given = [_item(each, pair) for each in pair.predicted.boilerplate or ()]
    unique = {item.key or id(item): item for item in sorted(given, key=lambda item: item.identity)}
    return Sides(gold, list(unique.values()), len(given) - len(unique))


def _item(boilerplate: Boilerplate, pair: Pair) -> Item:
    spans = placed(boilerplate)
    surface = pair.text[slice(*spans[0])] if spans else boilerplate.text or ""
    return Item(
        spans=spans,
        words=f'"{shorten(surface)}"',
        facets={"type": boilerplate.type},
        inside=pair.inside(spans),
        key=spans or None,
        optional=boilerplate.optional,
    )


def _solid(text: str) -> Mask:
    return np.fromiter((not char.isspace() for char in text), dtype=bool, count=len(text))


def _mask(pair: Pair, items: list[Boilerplate]) -> Mask:
    mask = np.zeros(len(pair.text), dtype=bool)
    for item in items:
        if ends := extent(item):
            mask[slice(*ends)] = True
    return mask


def _runs(pair: Pair, mask: Mask) -> list[Item]:
    """Return the stretches of a mask, white space within them bridged."""
    bridged = mask.copy()
    solid = np.flatnonzero(_solid(pair.text))
    joined = mask[solid[:-1]] & mask[solid[1:]] & (np.diff(solid) > 1)
    for left, right in zip(solid[:-1][joined], solid[1:][joined], strict=True):
        bridged[left:right] = True
    edges = np.flatnonzero(np.diff(np.concatenate(([False], bridged, [False])).astype(np.int8)))
    return [
        Item(
            spans=((int(start), int(end)),),
            words=f'"{shorten(pair.text[start:end])}"',
            facets={"type": "characters"},
            inside=False,
        )
        for start, end in edges.reshape(-1, 2)
    ]
