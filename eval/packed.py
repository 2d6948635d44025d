"""Mentions of whole blocks at once, where no special rule applies.

Where a rule beyond equality or overlap could matter (optional gold, alternatives, parts, a
prediction that reaches into boilerplate, a span that a level filter may excuse, an assignment
with a choice), the document is left to ``eval.match``. So both paths give the same counts, and
this one never decides anything that is not plain.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from goldwire.eval import clusterings
from goldwire.eval.columns import TYPES, Columns, Floats, Kept, Side, isin
from goldwire.eval.measure import Measure
from goldwire.eval.plan import Plan

_MEASURES = ("mentions.strict", "mentions.exact", "mentions.type", "mentions.partial")
_TOUCHING = _MEASURES[2:]
_OPTIONS = {"type", "level", "zone"}


def split(plan: Plan) -> tuple[Plan, Plan]:
    """Return what of a plan can be counted by columns, and the rest of it."""
    if plan.listed or plan.zoned or plan.maps:
        return replace(plan, counted=(), typed=(), listed=(), zoned=(), sized=(), layers=()), plan
    sides = []
    for wanted in (True, False):
        groups = (plan.counted, plan.typed, plan.sized)
        counted, typed, sized = (
            tuple(each for each in group if _by_columns(each) == wanted) for group in groups
        )
        layers = tuple(each for each in plan.layers if (each == "entities") == wanted)
        sides.append(replace(plan, counted=counted, typed=typed, sized=sized, layers=layers))
    return sides[0], sides[1]


def _by_columns(measure: Measure) -> bool:
    known = {key for key, _ in measure.options}
    if measure.name in clusterings.NAMES:
        return known <= clusterings.OPTIONS
    return measure.name in _MEASURES and known <= _OPTIONS


def judge(side: Side, measure: Measure) -> Floats:
    """Return gold, predicted and matched of each document, shape (documents, 3).

    ``side.special`` gains the documents whose counts must come from ``eval.match``.
    """
    zone = measure.option("zone")
    kept = side.kept(measure)
    matched, left = _MATCH[measure.name](side, kept)
    predicted = np.bincount(kept.given.doc, minlength=side.size)
    if zone != ("all",):
        touching = measure.name in _TOUCHING
        out = side.outside(left, touching, zone == ("boilerplate",))
        predicted = predicted - np.bincount(left.doc[out], minlength=side.size)
    if len(kept.other):
        excused = (left.level == 0) & isin(left.span, kept.other)
        side.special[left.doc[excused]] = True
    return np.stack((np.bincount(kept.gold.doc, minlength=side.size), predicted, matched), axis=1)


def judge_all(side: Side, plan: Plan) -> dict[str, Floats]:
    """Return the counts of all that a plan wants, shape (documents, 6) each, by measure."""
    tables: dict[object, clusterings.Cells] = {}
    typed: list[Measure] = []
    if plan.typed:
        names = list(side.codes)
        codes = np.union1d(side.gold.type, side.given.type).tolist()
        known = [name for code in codes if (name := names[code])]
        typed = [measure.where(type=name) for measure in plan.typed for name in known]
    return {str(each): _judge(side, each, tables) for each in (*plan.counted, *plan.sized, *typed)}


def _judge(side: Side, measure: Measure, tables: dict[object, clusterings.Cells]) -> Floats:
    if measure.name in clusterings.NAMES:
        if measure.options not in tables:
            tables[measure.options] = clusterings.Cells(side, measure)
        columns = clusterings.judge(measure, tables[measure.options])
    else:
        columns = tuple(judge(side, measure).T)
    gold, predicted, matched, correct = (*columns, columns[2])[:4]
    none = np.zeros(side.size)
    return np.stack((gold, predicted, matched, correct, none, none), axis=1)


Matched = tuple[Floats, Columns]
"""How much of each document matched, and the predictions that (may) have not."""


def _strict(side: Side, kept: Kept) -> Matched:
    given, hit = kept.given, kept.equal
    return np.bincount(given.doc[hit], minlength=side.size).astype(float), given.only(~hit)


def _exact(side: Side, kept: Kept) -> Matched:
    given, (first, common) = kept.given, kept.common
    matched = np.bincount(given.doc[first], common, minlength=side.size).astype(np.float64)
    once = np.zeros(len(given.doc), dtype=np.bool_)
    once[first] = True
    doubled = np.zeros(len(given.doc), dtype=np.bool_)
    doubled[1:] = given.span[1:] == given.span[:-1]
    doubled[:-1] |= doubled[1:]
    return matched, given.only(doubled | ~once)


def _overlap(side: Side, kept: Kept, typed: bool) -> Matched:
    """Match what overlaps; a component with a choice between pairs is not plain.

    A component is a run of mentions that overlap one after another. It matches fully if one
    side has one mention, or if as many pairs are equal as the smaller side has mentions.
    """
    gold, given = kept.gold, kept.given
    sides = np.concatenate((gold.doc, given.doc)), np.concatenate((gold.type, given.type))
    group = sides[0] * TYPES + sides[1] if typed else sides[0]
    start = group * side.base + np.concatenate((gold.start, given.start))
    end = group * side.base + np.concatenate((gold.end, given.end))
    order = np.argsort(start, kind="stable")
    reach = np.maximum.accumulate(end[order])
    fresh = np.ones(len(order), dtype=np.bool_)
    fresh[1:] = start[order][1:] >= reach[:-1]
    part = np.empty(len(order), dtype=np.int64)
    part[order] = np.cumsum(fresh) - 1
    size = int(fresh.sum())
    mine, theirs = part[: len(gold.doc)], part[len(gold.doc) :]
    ours, others = np.bincount(mine, minlength=size), np.bincount(theirs, minlength=size)
    if typed:
        equal = np.bincount(theirs[kept.equal], minlength=size)
    else:
        first, common = kept.common
        equal = np.bincount(theirs[first], common, minlength=size).astype(np.int64)
    least = np.minimum(ours, others)
    doc = np.empty(size, dtype=np.int64)
    doc[part] = sides[0]
    side.special[doc[(least > 1) & (equal != least)]] = True
    worth = least if typed else np.where(equal > 0, least, least / 2)
    return np.bincount(doc, worth, minlength=side.size).astype(np.float64), given


_MATCH: dict[str, Callable[[Side, Kept], Matched]] = {
    "mentions.strict": _strict,
    "mentions.exact": _exact,
    "mentions.type": partial(_overlap, typed=True),
    "mentions.partial": partial(_overlap, typed=False),
}
