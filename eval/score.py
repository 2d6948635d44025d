"""From gold and a run to a score: one pass over the run, then arithmetic on the counts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from goldwire.corpus.checks import require
from goldwire.eval.align import align
from goldwire.eval.count import CountTable, count
from goldwire.eval.items import Item, Pair
from goldwire.eval.match import Outcome
from goldwire.eval.measure import Measure
from goldwire.eval.receipt import corpus_hash, receipt
from goldwire.eval.table import BESIDE, HEADLINES, MEASURES
from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.near import did_you_mean
from goldwire.schemas.reading import Predictions
from goldwire.schemas.record import LAYERS, Record
from goldwire.schemas.score import ErrorItem, Figures, Headline, Score

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
    typed = [] if measures else headlines
    listed = [str(each) for each in measures or headlines] if errors else []
    found = _count(gold, predictions, [*headlines, *wanted], typed, listed)
    undefined = _undefined(gold, predictions, found.attempted)
    figures = {
        name: _figures(sums, len(gold), MEASURES[name.partition("[")[0]].layer not in undefined)
        for name, sums in found.table.totals().items()
        if any(sums) or name in {str(each) for each in (*headlines, *wanted)}
    }
    headline = {layer: figures[str(each)].f1 for layer, each in HEADLINES.items()}
    known = [value for value in headline.values() if value is not None]
    shown = {str(each) for each in wanted} | set(figures) - {str(each) for each in headlines}
    return Score(
        headline=Headline(**headline),
        mean=sum(known) / len(known) if len(known) == len(HEADLINES) else None,
        scores={name: each for name, each in figures.items() if name in shown},
        receipt=receipt(gold, predictions.run),
        notes=list(_notes(found, undefined & {MEASURES[m.name].layer for m in wanted}, len(gold))),
        errors=found.errors if errors else None,
    )


def _check(gold: Sequence[Record], predictions: Predictions) -> None:
    for record in gold:
        require(record, Place("gold", record=record.id))
    claimed = predictions.run.corpus if predictions.run else None
    if claimed and claimed != corpus_hash(gold):
        raise DataError(
            "other-corpus",
            f"the run was made over other texts (corpus {claimed[:12]}…)",
            f"run the extractor again over this corpus ({corpus_hash(gold)[:12]}…)",
            predictions.place,
        )


def _undefined(gold: Sequence[Record], predictions: Predictions, attempted: set[str]) -> set[str]:
    """Return the layers that the run never attempts, or that gold does not have."""
    declared = set(predictions.run.layers or ()) if predictions.run else set()
    return {
        layer
        for layer, name in LAYERS.items()
        if layer not in declared | attempted or all(getattr(g, name) is None for g in gold)
    }


def _count(
    gold: Sequence[Record],
    predictions: Predictions,
    measures: list[Measure],
    typed: list[Measure],
    listed: list[str],
) -> _Pass:
    found = _Pass()
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
    found.collapsed += sum(sides.collapsed for sides in pair.sides.values())
    for name in listed:
        found.errors += _errors(name, pair, outcomes[name])


def _errors(name: str, pair: Pair, outcome: Outcome) -> list[ErrorItem]:
    labelled = [("missed", item) for item in outcome.missed]
    labelled += [("spurious", item) for item in outcome.spurious]
    labelled.sort(key=lambda pair: (pair[1].order, pair[0], pair[1].words))
    return [_error(name, kind, pair, item) for kind, item in labelled]


def _error(name: str, kind: str, pair: Pair, item: Item) -> ErrorItem:
    start, end = (item.spans[0][0], item.spans[-1][1]) if item.spans else (None, None)
    return ErrorItem(
        measure=name,
        kind=kind,
        document=pair.gold.id,
        line=None if start is None else pair.text.count("\n", 0, start) + 1,
        start=start,
        end=end,
        type=item.facets.get("type"),
        item=item.words,
    )


def _figures(sums: tuple[int, int, int], articles: int, defined: bool) -> Figures:
    gold, predicted, matched = sums
    reason = f"fewer than {MIN_ARTICLES} source articles ({articles})"
    return Figures(
        precision=matched / predicted if defined and predicted else None,
        recall=matched / gold if defined and gold else None,
        f1=2 * matched / (gold + predicted) if defined and gold + predicted else None,
        gold=gold,
        predicted=predicted,
        matched=matched,
        low=None,
        high=None,
        interval=reason if articles < MIN_ARTICLES else "not computed",
    )


def _notes(found: _Pass, undefined: set[str], articles: int) -> Iterable[str]:
    if articles < MIN_ARTICLES:
        are = "article says" if articles == 1 else "articles say"
        yield f"{articles} {are} little about others: no intervals, and systems can't be ranked"
    for layer in LAYERS:
        if layer in undefined:
            yield f"{layer}: not attempted, so its figures and the mean of the four are undefined"
    if found.missing:
        yield f"documents missing, counted as missed: {len(found.missing)} of {articles}"
    if found.unplaced:
        yield f"spans that occur nowhere in their article, so spurious: {found.unplaced}"
    if found.collapsed:
        yield f"predictions that repeat another one, collapsed into it: {found.collapsed}"
