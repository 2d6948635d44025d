"""The report of one or more systems: their scores, and what is shown of which articles."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from goldwire.corpus.load import prepare
from goldwire.corpus.records import Records
from goldwire.eval.entrants import Entrant
from goldwire.eval.measure import Measure
from goldwire.eval.plan import Plan, is_macro
from goldwire.eval.report import tables
from goldwire.eval.report.html import Choice, Plot, View, render
from goldwire.eval.report.overlay import Overlay, Shown, overlay, pairs_of
from goldwire.eval.report.view import Numbers, article
from goldwire.eval.score import How, judged
from goldwire.eval.table import HEADLINES, ITEMIZED, layer
from goldwire.schemas.errors import UsageError
from goldwire.schemas.label_map import label_map
from goldwire.schemas.near import did_you_mean
from goldwire.schemas.plain import shorten
from goldwire.schemas.reading import Again, Lines, Predictions
from goldwire.schemas.record import Record
from goldwire.schemas.score import Score

MOST_FINDINGS = 2000
"""Findings of one article that are shown."""
MOST_ON_PAGE = 10_000
"""Findings on the page: articles beyond it are left out."""


Plots = Callable[[Mapping[str, Score]], Sequence[Plot]]
"""What makes plots of scores by the names of their systems."""


def report(
    gold: Sequence[Record],
    runs: Mapping[str, Predictions],
    measures: Sequence[Measure | str] = (),
    how: How | None = None,
    *,
    choice: Choice | None = None,
    plots: Plots | None = None,
) -> str:
    """Return the report of one or more systems over one gold, as HTML.

    Its figures are those of ``score`` with the same arguments. Its marks are those of the
    headlines, or of the first measure of each layer that is asked for. ``plots`` draws
    scores by name. Raises UsageError for an unknown document or no run.
    """
    if not runs:
        raise UsageError("no-run", "there is nothing to report on", "give one run or more")
    how, records, choice = how or How(), prepare(gold), choice or Choice()
    _require_known(choice.names, records)
    again = {name: _repeated(run) for name, run in runs.items()}
    entrants = []
    for name, run in again.items():
        found = judged(records, run, measures, True, how)
        entrants.append(Entrant(name, found.score, found))
    first = tables.first_measures(entrants[0].score)
    marked = _marked(first, asked=bool(measures))
    counts = [_errors(each, [s.measure for s in marked if s.counted]) for each in entrants]
    total = sum(counts, Counter())
    ids = sorted(records.ids, key=lambda name: (-total[name], name))
    shown = [[s for s in marked if _defined(s, each)] for each in entrants]
    plan = Plan(counted=(), maps=_maps(marked, how), labels=records.identity.labels)
    articles, numbers = [], Numbers()
    names = [*dict.fromkeys(choice.names)] or ids[: choice.number]
    for record, pairs in pairs_of(records, [*again.values()], names, plan):
        if numbers.findings >= MOST_ON_PAGE:
            break
        articles.append(article(_capped(overlay(record, pairs, shown)), numbers))
    drawn = plots({each.name: each.score for each in entrants}) if plots else ()
    view = View(first, marked, articles, ids, counts, drawn, choice, len(names))
    return render(records, entrants, view)


def _require_known(names: Iterable[str], gold: Records) -> None:
    for name in names:
        row = gold.row(name)
        if row is None or gold[row].id != name:
            cure = did_you_mean(name, gold.ids) or f"gold has {', '.join(gold.ids[:3])}"
            raise UsageError("unknown-document", f'gold has no document "{shorten(name)}"', cure)


def _repeated(run: Predictions) -> Predictions:
    """Return a run that can be read twice, each time as it was given."""
    if isinstance(run.records, Lines | Again):
        return run
    held = [(place, msgspec.msgpack.encode(record)) for place, record in run.records]
    fresh = msgspec.msgpack.Decoder(Record).decode
    return replace(run, records=Again(lambda: ((place, fresh(raw)) for place, raw in held)))


def _marked(first: Sequence[Measure], asked: bool) -> list[Shown]:
    """Return the measures that are marked in the text, one a layer and what it leaves aside."""
    chosen: dict[str, Measure] = {}
    for each in first:
        if (each.name in ITEMIZED or each.name == "boilerplate.char") and not is_macro(each):
            chosen.setdefault(layer(each), each)
    found = [Shown(each) for each in chosen.values()]
    if not asked:
        aside = (each for part, each in HEADLINES.items() if part != "boilerplate")
        found += [Shown(each.where(zone="boilerplate"), False) for each in aside]
    return found


def _defined(shown: Shown, entrant: Entrant) -> bool:
    found = entrant.score.scores.get(str(shown.measure))
    return found is not None and found.f1 is not None


def _maps(marked: Sequence[Shown], how: How) -> Mapping[str, Any]:
    used = {name for each in marked for name in each.measure.option("map")}
    return {**how.maps, **{name: label_map(name) for name in used - set(how.maps)}}


def _errors(entrant: Entrant, measures: Sequence[Measure]) -> Counter[str]:
    """Return how many errors each document has."""
    names = set(map(str, measures))
    return Counter(e.document for e in entrant.score.errors or () if e.measure in names)


def _capped(found: Overlay) -> Overlay:
    """Leave out what is too much for one article: gold stays as long as it can."""
    if len(found.findings) > MOST_FINDINGS:
        kept = sorted(found.findings, key=lambda each: not each.gold)[:MOST_FINDINGS]
        chosen = set(map(id, kept))
        found.left_out = len(found.findings) - MOST_FINDINGS
        found.findings = [each for each in found.findings if id(each) in chosen]
    return found
