"""From gold and a run to a score: one pass over the run, then arithmetic on the counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from goldwire.corpus.checks import require
from goldwire.eval.align import align
from goldwire.eval.count import CountTable, count
from goldwire.eval.items import Item, Pair
from goldwire.eval.match import Outcome
from goldwire.eval.measure import Measure
from goldwire.eval.receipt import corpus_hash, receipt
from goldwire.eval.table import BESIDE, HEADLINES, ITEMS, MEASURES
from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.near import did_you_mean
from goldwire.schemas.reading import Predictions
from goldwire.schemas.record import LAYERS, Record
from goldwire.schemas.score import ErrorItem, Figures, Headline, Score
from goldwire.schemas.spans import extent, spans

MIN_ARTICLES = 20
"""Source articles below which no interval is valid (SCORING, "Uncertainty")."""


@dataclass(slots=True)
class _Pass:
    """What one pass over a run gathers."""

    table: CountTable = field(default_factory=CountTable)
    attempted: set[str] = field(default_factory=set)
    collapsed: int = 0
    unplaced: int = 0
    missing: list[str] = field(default_factory=list)
    errors: list[ErrorItem] = field(default_factory=list)


def score(
    gold: Sequence[Record],
    predictions: Predictions,
    measures: Sequence[Measure] = (),
    errors: bool = False,
) -> Score:
    """Score a run against gold.

    Gold fixes the documents: a missing one counts as all missed, an unknown or repeated
    one raises DataError. The records are read once, in any order, and may be a generator.
    ``measures`` default to the headlines with their types and what is reported beside
    them; ``errors`` lists what the measures (by default the headlines) miss or find in
    excess.
    """
    _check(gold, predictions)
    headlines = list(HEADLINES.values())
    wanted = list(measures) or [*headlines, *BESIDE]
    listed = dict.fromkeys(str(each) for each in measures or headlines) if errors else {}
    whole = [_unfiltered(each.name) for each in (*wanted, *headlines)]
    found = _count(
        gold, predictions, [*wanted, *headlines, *whole], [] if measures else headlines, [*listed]
    )
    silent = _undefined(gold, predictions, found)
    figures = _all_figures(found.table, silent, len(gold))
    headline = {layer: figures[str(each)].f1 for layer, each in HEADLINES.items()}
    known = [value for value in headline.values() if value is not None]
    hidden = {str(each) for each in (*headlines, *whole)} - {str(each) for each in wanted}
    place = {name: number for number, name in enumerate(listed)}
    items = [each for each in found.errors if _layer(each.measure) not in silent]
    items.sort(key=lambda each: (place[each.measure], each.document))
    asked = {MEASURES[each.name].layer for each in wanted}
    return Score(
        headline=Headline(**headline),
        mean=sum(known) / len(known) if len(known) == len(HEADLINES) else None,
        scores={name: each for name, each in figures.items() if name not in hidden},
        receipt=receipt(gold, predictions.run),
        notes=[
            *(note for layer, note in silent.items() if layer in asked),
            *_notes(found, len(gold)),
        ],
        errors=items if errors else None,
    )


def _layer(measure: str) -> str:
    return MEASURES[measure.partition("[")[0]].layer


def _all_figures(table: CountTable, silent: Mapping[str, str], articles: int) -> dict[str, Figures]:
    """Return the figures of each measure: those asked for in their order, then types, sorted."""
    totals = table.totals()
    fixed = table.fixed
    names = [*fixed, *sorted(name for name in totals if name not in fixed and any(totals[name]))]
    figures = {}
    for name in names:
        whole = totals[str(_unfiltered(name.partition("[")[0]))][0]
        figures[name] = _figures(totals[name], articles, _layer(name) not in silent)
        figures[name].kept = totals[name][0] / whole if whole else None
    return figures


def _unfiltered(name: str) -> Measure:
    """Return a measure without options, over every zone: what ``kept`` is a share of."""
    zones = {"zone": "all"} if "zone" in MEASURES[name].options() else {}
    return Measure(name).where(**zones)


def _check(gold: Sequence[Record], predictions: Predictions) -> None:
    if not gold:
        raise DataError("empty-file", "gold has no document", "give at least one")
    for record in gold:
        place = Place("gold", record=record.id)
        require(record, place)
        for path, span in spans(record):
            if extent(span) is None:
                where = Place("gold", record=record.id, field=path)
                what = "gold must have start and end"
                raise DataError("span-incomplete", what, "give both", where)
    claimed = predictions.run.corpus if predictions.run else None
    if claimed and claimed != corpus_hash(gold):
        raise DataError(
            "other-corpus",
            f"the run was made over other texts (corpus {claimed[:12]}…)",
            f"run the extractor again over this corpus ({corpus_hash(gold)[:12]}…)",
            predictions.place,
        )


def _undefined(gold: Sequence[Record], predictions: Predictions, found: _Pass) -> dict[str, str]:
    """Return the layers that have no figures, each with a note that says why.

    A run's own line decides which layers it attempts; without one, those that any record has.
    """
    declared = predictions.run.layers if predictions.run else None
    attempted = found.attempted if declared is None else set(declared)
    notes = {}
    for layer, name in LAYERS.items():
        if all(getattr(record, name) is None for record in gold):
            notes[layer] = f"{layer}: gold does not have this layer, so its figures are undefined"
        elif layer not in attempted:
            notes[layer] = f"{layer}: not attempted, so its figures and the mean are undefined"
            if layer in found.attempted and layer != "entities":
                notes[layer] = (
                    f"{layer}: in the file but not among the layers that the run declares"
                )
    return notes


def _count(
    gold: Sequence[Record],
    predictions: Predictions,
    measures: list[Measure],
    typed: list[Measure],
    listed: list[str],
) -> _Pass:
    found = _Pass(CountTable(fixed=list(dict.fromkeys(map(str, measures)))))
    by_id = {record.id: record for record in gold}
    seen: dict[str, Place] = {}
    for place, record in predictions.records:
        where = Place(place.file, place.line, record.id)
        if record.id not in by_id:
            cure = did_you_mean(record.id, by_id) or f"gold has {', '.join(sorted(by_id)[:3])}"
            raise DataError("unknown-document", "gold has no such document", cure, where)
        if record.id in seen:
            first = f"; the first is on line {seen[record.id].line}" if place.line else ""
            raise DataError(
                "repeated-document", "the document stands twice", f"keep one{first}", where
            )
        seen[record.id] = place
        aligned = align(by_id[record.id], record, place)
        found.attempted |= {
            name for name, part in LAYERS.items() if getattr(record, part) is not None
        }
        found.unplaced += len(aligned.unplaced)
        _judge(found, aligned.pair, measures, typed, listed)
    for name, record in by_id.items():
        if name not in seen:
            found.missing.append(name)
            _judge(found, Pair(record, Record(id=name)), measures, typed, listed)
    return found


def _judge(
    found: _Pass, pair: Pair, measures: list[Measure], typed: list[Measure], listed: list[str]
) -> None:
    outcomes = count(pair, measures, typed)
    found.table.add(pair.gold.id, outcomes)
    found.collapsed += sum(pair.made[make].collapsed for make in ITEMS if make in pair.made)
    for name in listed:
        found.errors += error_items(name, pair, outcomes[name])


def error_items(name: str, pair: Pair, outcome: Outcome) -> list[ErrorItem]:
    """Return what a measure misses and finds in excess in one document, in text order."""
    labelled = [("missed", item) for item in outcome.missed]
    labelled += [("spurious", item) for item in outcome.spurious]
    labelled.sort(key=lambda pair: (pair[1].order, pair[0], pair[1].shown))
    return [_error(name, kind, pair, item) for kind, item in labelled]


def _error(name: str, kind: str, pair: Pair, item: Item) -> ErrorItem:
    start, end = item.extent or (None, None)
    return ErrorItem(
        measure=name,
        kind=kind,
        document=pair.gold.id,
        line=None if start is None else pair.text.count("\n", 0, start) + 1,
        start=start,
        end=end,
        type=item.facets.get("type"),
        item=item.shown,
    )


def _figures(sums: tuple[int, int, int], articles: int, defined: bool) -> Figures:
    gold, predicted, matched = sums
    reason = f"fewer than {MIN_ARTICLES} source articles ({articles})"
    return Figures(
        precision=matched / predicted if defined and predicted else None,
        recall=matched / gold if defined and gold else None,
        f1=2 * matched / (gold + predicted) if defined and gold + predicted else None,
        kept=None,
        gold=gold,
        predicted=predicted,
        matched=matched,
        low=None,
        high=None,
        interval=reason if articles < MIN_ARTICLES else "not computed",
    )


def _notes(found: _Pass, articles: int) -> Iterable[str]:
    if articles < MIN_ARTICLES:
        are = "article says" if articles == 1 else "articles say"
        yield f"{articles} {are} little about others: no intervals, and systems can't be ranked"
    if found.missing:
        yield f"documents missing, counted as missed: {len(found.missing)} of {articles}"
    if found.unplaced:
        yield f"spans whose text occurs nowhere in their article, as whole words: {found.unplaced}"
    if found.collapsed:
        yield f"predictions that repeat another one, collapsed into it: {found.collapsed}"
