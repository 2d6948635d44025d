"""From gold and a run to a score: one pass over the run, then arithmetic on the counts."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import NamedTuple, TypedDict

from goldwire.corpus.load import prepare
from goldwire.corpus.records import Records
from goldwire.eval.count import CountTable
from goldwire.eval.evidence import training_facts
from goldwire.eval.figures import Totals, figures, over_types, typed_names, undefined
from goldwire.eval.lookup import measures as named
from goldwire.eval.measure import Measure
from goldwire.eval.part import Part
from goldwire.eval.place import EXACT, NOWHERE
from goldwire.eval.plan import Plan, is_macro, plan
from goldwire.eval.receipt import receipt
from goldwire.eval.statistic import Sums
from goldwire.eval.stream import MAY_LACK_TYPE, Progress, count_run, silent
from goldwire.eval.table import BESIDE, HEADLINES, ITEMS, layer
from goldwire.eval.uncertainty import (
    RESAMPLES,
    mean_bounds,
    resampled,
    set_intervals,
    sources,
    too_few,
)
from goldwire.eval.variation import variation, varies
from goldwire.schemas.errors import DataError, UsageError
from goldwire.schemas.label_map import LabelMap, label_map, shipped
from goldwire.schemas.reading import Predictions
from goldwire.schemas.record import LAYERS, Record
from goldwire.schemas.score import ErrorItem, Figures, Headline, Kinds, Leakage, Receipt, Score

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


LISTS_NONE = "counts no items, so it lists no errors"
_NO_ITEMS = ("coref.", "mentions.char", "mentions.token", "text.")
"""The measures that count links, characters or tokens and not items."""


def score(
    gold: Sequence[Record],
    predictions: Predictions,
    measures: Sequence[Measure | str] = (),
    errors: bool = False,
    *,
    maps: Mapping[str, LabelMap] | None = None,
    train: Sequence[Record] | None = None,
    workers: int = 1,
    progress: Progress = silent,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Score:
    """Score a run against gold.

    Gold fixes the documents: a missing one counts as all missed, an unknown or repeated
    one raises DataError. The records are read once, in any order, and may be a generator.
    ``measures``, or their names, default to the headlines with their types and what is
    reported beside them; ``errors`` lists what the measures (by default the headlines) find wrong.
    ``maps`` are label maps of the user's own, ``train`` the gold of the data that a system
    was trained on, for ``relations.ign``. ``workers`` above 1 judge in as many processes,
    started anew, so a script must call this under ``if __name__ == "__main__"``; the digits
    do not depend on it. ``progress`` is called with each number of documents that are done.
    ``resamples`` of the articles, drawn from ``seed``, give the 95 % intervals of F1; 0 leaves
    them out. Below 20 source articles there are none.
    """
    how = How(maps or {}, train, workers, progress, resamples, seed)
    return judged(gold, predictions, measures, errors, how).score


@dataclass(frozen=True)
class How:
    """How to score: what ``score`` takes as keywords."""

    maps: Mapping[str, LabelMap] = field(default_factory=dict)
    train: Sequence[Record] | None = None
    workers: int = 1
    progress: Progress = silent
    resamples: int = RESAMPLES
    seed: int = 0


class Judged(NamedTuple):
    """A score, and the gold and the counts behind it."""

    score: Score
    gold: Records
    table: CountTable


def judged(
    gold: Sequence[Record],
    predictions: Predictions,
    measures: Sequence[Measure | str],
    errors: bool,
    how: How,
) -> Judged:
    """Return what ``score`` does, with the counts that it rests on."""
    workers, maps = how.workers, how.maps
    if workers < 1:
        raise UsageError("workers", f"{workers} workers can't judge", "give 1 or more")
    trained = how.train is not None
    records = prepare(gold)
    labels = records.identity.labels
    asked = [each for given in measures for each in named(str(given), maps, trained, labels)]
    train = None if how.train is None else prepare(how.train)
    _same_corpus(records, predictions)
    wanted = asked or [*HEADLINES.values(), *BESIDE]
    planned = _plan(records, wanted, asked, errors, maps, train)
    found = count_run(records, predictions, planned, workers, how.progress)
    for name, size in found.sizes.items():
        records.memo["size", name] = size
    sums = resampled(records, found.table, how.resamples, how.seed)
    drawn = (None, None) if isinstance(sums, str) else (how.resamples, how.seed)
    made = receipt(records, predictions.run, planned.maps, train, *drawn)
    result = _score(records, predictions, wanted, planned, found, made, not asked, sums)
    return Judged(result, records, found.table)


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
    asked: Sequence[Measure],
    errors: bool,
    maps: Mapping[str, LabelMap],
    train: Records | None,
) -> Plan:
    if train is None and any(each.name == "relations.ign" for each in wanted):
        cure = "give the training data's gold (--train)"
        raise UsageError("no-training-facts", "relations.ign needs training facts", cure)
    headlines = [] if asked else [*HEADLINES.values()]
    listed = [each for each in asked or headlines if not is_macro(each)] if errors else []
    few = [each for each in asked or headlines if varies(each) and too_few(sources(gold))]
    used = {name for each in wanted for name in each.option("map")} - set(maps)
    used_maps = {**maps, **{name: label_map(name) for name in used & set(shipped())}}
    for each in used_maps.values():
        each.require(gold.identity.labels["mention"])
    planned = plan(wanted, headlines, listed)
    wholes = dict.fromkeys(each.whole for each in (*planned.counted, *planned.typed))
    return replace(
        planned,
        zoned=tuple(few),
        sized=tuple(each for each in wholes if ("size", str(each)) not in gold.memo),
        layers=tuple(part for part in ITEMS if part in {layer(each) for each in wanted}),
        maps=used_maps,
        seen=training_facts(train) if train is not None else frozenset(),
        labels=gold.identity.labels,
    )


def _score(
    gold: Records,
    predictions: Predictions,
    wanted: Sequence[Measure],
    planned: Plan,
    found: Part,
    made: Receipt,
    whole: bool,
    sums: Sums | str,
) -> Score:
    totals = found.table.totals()
    silent = _undefined(gold, predictions, found)
    scores = {}
    for each in dict.fromkeys((*wanted, *(_typed(totals, found.gives) if whole else ()))):
        unheard = layer(each) in silent and not (
            each.name == "names.set" and "names" in found.gives
        )
        scores[str(each)] = _figures(each, totals, gold, unheard, found)
    set_intervals(scores, sums)
    known = {part: scores[str(each)].f1 for part, each in HEADLINES.items()} if whole else {}
    defined = [value for value in known.values() if value is not None]
    leaks = {
        part: found.leaks.get(part) for part in Leakage.__struct_fields__ if part not in silent
    }
    mean = sum(defined) / len(defined) if len(defined) == len(HEADLINES) else None
    none = None, None
    low, high = none if mean is None else mean_bounds([*HEADLINES.values()], sums)
    return Score(
        headline=Headline(**known) if whole else None,
        mean=mean,
        mean_low=low,
        mean_high=high,
        leakage=Leakage(**leaks) if whole and "boilerplate" in gold.identity.fields else None,
        scores=scores,
        receipt=made,
        layers=[part for part in LAYERS if part not in silent],
        placed=dict(sorted(found.placed.items())),
        notes=[*_notes(gold, wanted, planned, found, silent, totals)],
        variation=variation(scores, found.zones),
        **_listed(planned, found, silent),
    )


def _typed(totals: Totals, gives: Set[str]) -> Iterator[Measure]:
    """Yield the rows by type of the headlines, sorted, that have any item.

    Predictions without a type may be of any; they alone are no reason for a row.
    """
    names = {name for each in HEADLINES.values() for name in typed_names(each, totals)}
    for name in sorted(name for name in names if any(totals[name])):
        found = Measure.parse(name)
        kind = f"{layer(found)}:{found.option('type')[0]}"
        if totals[name][0] or layer(found) not in MAY_LACK_TYPE or kind in gives:
            yield found


def _figures(measure: Measure, totals: Totals, gold: Records, silent: bool, found: Part) -> Figures:
    whole = gold.memo.get(("size", str(measure.whole)))
    made = figures(measure, totals, whole)
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


class _Listed(TypedDict):
    kinds: dict[str, Kinds] | None
    errors: list[ErrorItem] | None


def _listed(planned: Plan, found: Part, silent: Mapping[str, str]) -> _Listed:
    """Return the errors of the measures that have figures."""
    if not planned.listed:
        return {"kinds": None, "errors": None}
    defined = [m for m in planned.listed if layer(m) not in silent and not _foreign(m, found)]
    place = {str(each): number for number, each in enumerate(defined)}
    items = [each for each in found.errors if each.measure in place]
    kinds = {name: each for name, each in found.kinds.items() if name in place}
    items.sort(key=lambda each: (place[each.measure], each.document))
    return {"kinds": kinds, "errors": items}


def _placed(found: Part, wanted: Sequence[Measure], totals: Totals) -> Iterator[str]:
    """Say how spans were placed whose offsets could not be taken, and what rests on guesses."""
    if nowhere := found.placed[NOWHERE]:
        yield f"spans whose text occurs nowhere in their article, as whole words: {nowhere}"
    ways = (f"{how} {n}" for how, n in sorted(found.placed.items()) if how not in (EXACT, NOWHERE))
    if shown := ", ".join(ways):
        yield f"spans whose offsets or words are not the text's, and how they were placed: {shown}"
    for name in map(str, wanted):
        if number := found.resting[name]:
            matched = totals[name][2]
            yield f"{name}: {number} of {matched:g} matches rest on spans placed inexactly"


def _notes(
    gold: Records,
    wanted: Sequence[Measure],
    planned: Plan,
    found: Part,
    silent: Mapping[str, str],
    totals: Totals,
) -> Iterator[str]:
    articles, missing = sources(gold), len(gold) - len(found.rows)
    asked = {layer(each) for each in wanted}
    yield from (note for part, note in silent.items() if part in asked)
    if too_few(articles):
        are = "article says" if articles == 1 else "articles say"
        yield f"{articles} {are} little about others: no intervals, and systems can't be ranked"
    if missing:
        yield f"documents missing, counted as missed: {missing} of {len(gold)}"
    if found.failed:
        yield f"documents that failed, counted as missed: {len(found.failed)} of {len(gold)}"
        yield from (
            f"{name} failed: {why}" for name, why in islice(sorted(found.failed.items()), 3)
        )
    yield from _placed(found, wanted, totals)
    if found.collapsed:
        yield f"predictions that repeat another one, collapsed into it: {found.collapsed}"
    if found.beyond:
        names = ", ".join(sorted(found.beyond)[:5])
        yield f"labels that gold does not have, so nothing of theirs can be right: {names}"
    if "quotes" in found.gives and "speakers" not in found.gives and "quotes" in asked:
        yield "quotes: none has a speaker, so quotes.attributed is out of reach; see quotes.content"
    typed = any(each.name in _BY_TYPE for each in wanted)
    mentions = "mentions" in found.gives and "entities" not in silent
    if typed and mentions and "types" not in found.gives:
        yield "entities: no mention has a type: mentions.strict is out of reach; see mentions.exact"
    coref = any(each.name.startswith("coref.") for each in wanted)
    if coref and mentions and "clusters" not in found.gives:
        yield "entities: no mention has an entity, so for coreference each is a cluster of its own"
    for each in planned.listed:
        if each.name.startswith(_NO_ITEMS):
            yield f"{each}: {LISTS_NONE}"
    for each in wanted:
        if is_macro(each) and layer(each) not in silent and (why := over_types(each, totals)[1]):
            yield f"{each}: not shown, {why}"
    if any(_foreign(each, found) for each in wanted):
        names = ", ".join(sorted(found.foreign)[:3])
        yield f"types such as {names} are not ours: what compares types is defined under map= only"
