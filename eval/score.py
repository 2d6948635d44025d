"""From gold and a run to a score: one pass over the run, then arithmetic on the counts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from goldwire.corpus.load import prepare
from goldwire.corpus.records import Records
from goldwire.eval.evidence import training_facts
from goldwire.eval.figures import MIN_ARTICLES, Totals, figures, over_types, typed_names, undefined
from goldwire.eval.measure import Measure
from goldwire.eval.plan import Plan, is_macro, plan
from goldwire.eval.receipt import receipt
from goldwire.eval.stream import Part, count_run
from goldwire.eval.table import BESIDE, HEADLINES, ITEMS, MEASURES, layer
from goldwire.schemas.errors import DataError, UsageError
from goldwire.schemas.label_map import LabelMap, label_map, shipped
from goldwire.schemas.reading import Predictions
from goldwire.schemas.record import LAYERS, Record
from goldwire.schemas.score import ErrorItem, Figures, Headline, Leakage, Receipt, Score

_BY_TYPE = (
    "mentions.strict",
    "mentions.type",
    "mentions.token",
    "mentions.char",
    "names.set",
    "values.strict",
    "relations.strict",
    "relations.ign",
    "relations.evidence",
    "relations.claim",
)
"""The measures that compare mention types: undefined for labels that only a map knows."""


def score(
    gold: Sequence[Record],
    predictions: Predictions,
    measures: Sequence[Measure] = (),
    errors: bool = False,
    *,
    maps: Mapping[str, LabelMap] | None = None,
    train: Sequence[Record] | None = None,
    workers: int = 1,
) -> Score:
    """Score a run against gold.

    Gold fixes the documents: a missing one counts as all missed, an unknown or repeated
    one raises DataError. The records are read once, in any order, and may be a generator.
    ``measures`` default to the headlines with their types and what is reported beside
    them; ``errors`` lists what the measures (by default the headlines) find wrong.
    ``maps`` are label maps of the user's own, ``train`` the gold of the data that a system
    was trained on, for ``relations.ign``. ``workers`` above 1 judge in as many processes;
    the digits do not depend on it.
    """
    records = prepare(gold)
    train = None if train is None else prepare(train)
    _same_corpus(records, predictions)
    wanted = list(measures) or [*HEADLINES.values(), *BESIDE]
    planned = _plan(records, wanted, measures, errors, maps or {}, train)
    found = count_run(records, predictions, planned, workers)
    for name, size in found.sizes.items():
        records.memo["size", name] = size
    made = receipt(records, predictions.run, planned.maps, train)
    whole = not measures
    return _score(records, predictions, wanted, planned, found, made, whole)


def _same_corpus(gold: Records, predictions: Predictions) -> None:
    claimed = predictions.run.corpus if predictions.run else None
    if claimed and claimed != gold.identity.corpus:
        raise DataError(
            "other-corpus",
            f"the run was made over other texts (corpus {claimed[:12]}…)",
            f"run the extractor again over this corpus ({gold.identity.corpus[:12]}…)",
            predictions.place,
        )


def _plan(
    gold: Records,
    wanted: Sequence[Measure],
    named: Sequence[Measure],
    errors: bool,
    maps: Mapping[str, LabelMap],
    train: Records | None,
) -> Plan:
    if train is None and any(each.name == "relations.ign" for each in wanted):
        cure = "give the training data's gold (--train)"
        raise UsageError("no-training-facts", "relations.ign needs training facts", cure)
    headlines = [] if named else [*HEADLINES.values()]
    listed = [each for each in named or headlines if MEASURES[each.name].judge] if errors else []
    used = {name for each in wanted for name in each.option("map")} - set(maps)
    planned = plan(wanted, headlines, [each for each in listed if not is_macro(each)])
    wholes = dict.fromkeys(each.whole for each in (*planned.counted, *planned.typed))
    return replace(
        planned,
        sized=tuple(each for each in wholes if ("size", str(each)) not in gold.memo),
        layers=tuple(part for part in ITEMS if part in {layer(each) for each in wanted}),
        maps={**maps, **{name: label_map(name) for name in used & set(shipped())}},
        seen=training_facts(train) if train is not None else frozenset(),
    )


def _score(
    gold: Records,
    predictions: Predictions,
    wanted: Sequence[Measure],
    planned: Plan,
    found: Part,
    made: Receipt,
    whole: bool,
) -> Score:
    totals = found.table.totals()
    silent = _undefined(gold, predictions, found)
    scores = {}
    for each in dict.fromkeys((*wanted, *(_typed(totals) if whole else ()))):
        scores[str(each)] = _figures(each, totals, gold, layer(each) in silent, found)
    known = {part: scores[str(each)].f1 for part, each in HEADLINES.items()} if whole else {}
    defined = [value for value in known.values() if value is not None]
    leaks = {part: found.leaks.get(part) for part in ITEMS if part not in silent}
    return Score(
        headline=Headline(**known) if whole else None,
        mean=sum(defined) / len(defined) if len(defined) == len(HEADLINES) else None,
        leakage=Leakage(**leaks) if whole and "boilerplate" in gold.identity.fields else None,
        scores=scores,
        receipt=made,
        notes=[*_notes(gold, wanted, planned, found, silent, totals)],
        kinds=found.kinds or None,
        errors=_errors(planned, found, silent) if planned.listed else None,
    )


def _typed(totals: Totals) -> Iterator[Measure]:
    """Yield the rows by type of the headlines, sorted, that have any item."""
    names = {name for each in HEADLINES.values() for name in typed_names(each, totals)}
    for name in sorted(name for name in names if any(totals[name])):
        yield Measure.parse(name)


def _figures(measure: Measure, totals: Totals, gold: Records, silent: bool, found: Part) -> Figures:
    whole = gold.memo.get(("size", str(measure.whole)))
    made = figures(measure, totals, len(gold), whole)
    return undefined(made) if silent or _foreign(measure, found) else made


def _foreign(measure: Measure, found: Part) -> bool:
    """Whether a measure compares types that only a label map knows."""
    return bool(found.foreign) and measure.name in _BY_TYPE and not measure.option("map")


def _undefined(gold: Records, predictions: Predictions, found: Part) -> dict[str, str]:
    """Return the layers that have no figures, each with a note that says why.

    A run's own line decides which layers it attempts; without one, those that any record has.
    """
    declared = predictions.run.layers if predictions.run else None
    attempted = found.attempted if declared is None else set(declared)
    notes = {}
    for part, name in LAYERS.items():
        if name not in gold.identity.fields:
            notes[part] = f"{part}: gold does not have this layer, so its figures are undefined"
        elif part not in attempted:
            notes[part] = f"{part}: not attempted, so its figures and the mean are undefined"
            if part in found.attempted and part != "entities":
                notes[part] = f"{part}: in the file but not among the layers that the run declares"
    return notes


def _errors(planned: Plan, found: Part, silent: Mapping[str, str]) -> list[ErrorItem]:
    place = {str(each): number for number, each in enumerate(planned.listed)}
    known = {str(each) for each in planned.listed if layer(each) not in silent}
    items = [each for each in found.errors if each.measure in known]
    return sorted(items, key=lambda each: (place[each.measure], each.document))


def _notes(
    gold: Records,
    wanted: Sequence[Measure],
    planned: Plan,
    found: Part,
    silent: Mapping[str, str],
    totals: Totals,
) -> Iterator[str]:
    articles, missing = len(gold), len(gold) - len(found.rows)
    asked = {layer(each) for each in wanted}
    yield from (note for part, note in silent.items() if part in asked)
    if articles < MIN_ARTICLES:
        are = "article says" if articles == 1 else "articles say"
        yield f"{articles} {are} little about others: no intervals, and systems can't be ranked"
    if missing:
        yield f"documents missing, counted as missed: {missing} of {articles}"
    if found.unplaced:
        yield f"spans whose text occurs nowhere in their article, as whole words: {found.unplaced}"
    if found.collapsed:
        yield f"predictions that repeat another one, collapsed into it: {found.collapsed}"
    for each in wanted:
        if is_macro(each) and layer(each) not in silent and (why := over_types(each, totals)[1]):
            yield f"{each}: not shown, {why}"
    if any(_foreign(each, found) for each in wanted):
        names = ", ".join(sorted(found.foreign)[:3])
        yield f"types such as {names} are not ours: what compares types is defined under map= only"
