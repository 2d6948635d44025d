"""From a folder of runs to the leaderboard: scores, comparisons by layer, ranks."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

import msgspec

from goldwire.corpus.load import prepare
from goldwire.corpus.records import Records
from goldwire.eval.compare import ALPHA, RESAMPLES, compare
from goldwire.eval.leaderboard.ranks import ranks
from goldwire.eval.leaderboard.runs import read_runs
from goldwire.eval.score import How
from goldwire.eval.table import HEADLINES
from goldwire.eval.uncertainty import sources, too_few
from goldwire.schemas.comparison import Comparison
from goldwire.schemas.leaderboard import Board, Entry, Leaderboard, Standing
from goldwire.schemas.reading import Predictions
from goldwire.schemas.record import Record

_LEFT_OUT = "the test was left out"


def leaderboard(
    folder: Path, gold: Sequence[Record] | None = None, how: How | None = None
) -> Leaderboard:
    """Return the leaderboard of a folder of run files over one gold (default: the corpus).

    Systems are told apart by the names of their files. In each layer the systems that attempt it
    are compared in pairs under its headline, with Holm's correction over these pairs; with fewer
    than 20 source articles there are no ranks. Raises an ExceptionGroup of one GoldwireError for
    each file that is stale, foreign or can't be read, and UsageError if there is no run file.
    """
    records, how = prepare(gold), how or How(resamples=RESAMPLES)
    runs = read_runs(folder, records, how)
    boards = {
        layer: _board(layer, records, runs.entries, runs.predictions, how) for layer in HEADLINES
    }
    receipt = runs.entries[0].score.receipt
    return Leaderboard(
        layers=boards,
        systems=sorted(runs.entries, key=lambda each: each.name),
        receipt=msgspec.structs.replace(receipt, extractor=None, extractor_version=None),
        notes=[*_notes(records, runs.entries, boards)],
        passed_over=runs.passed_over,
    )


def _board(
    layer: str,
    gold: Records,
    entries: Sequence[Entry],
    predictions: Mapping[str, Predictions],
    how: How,
) -> Board:
    measure = str(HEADLINES[layer])
    attempting = [each for each in entries if layer in each.score.layers]
    given = {each.name: predictions[each.name] for each in attempting}
    comparison = compare(gold, given, [measure], how) if len(given) > 1 else None
    why = _unranked(gold, how, comparison, len(given))
    placed = ranks(comparison, measure) if comparison and not why else {}
    standings = [_standing(each, measure, placed) for each in attempting]
    standings.sort(key=_order)
    return Board(measure=measure, unranked=why, standings=standings, comparison=comparison)


def _unranked(gold: Records, how: How, comparison: Comparison | None, systems: int) -> str:
    """Return why there are no ranks, "" if there can be."""
    if reason := too_few(sources(gold)) or ("" if how.resamples else _LEFT_OUT):
        return reason
    if comparison is None:
        return f"{'one' if systems else 'no'} system attempts this layer"
    tests = sum(each.p is not None for each in comparison.differences)
    if tests / (how.resamples + 1) >= ALPHA:
        return f"with {how.resamples} resamples no test of {tests} can tell systems apart: more do"
    return ""


def _standing(entry: Entry, measure: str, placed: Mapping[str, int]) -> Standing:
    found = entry.score.scores[measure]
    return Standing(
        name=entry.name,
        rank=placed.get(entry.name),
        f1=found.f1,
        low=found.low,
        high=found.high,
        interval=found.interval,
    )


def _order(each: Standing) -> tuple[bool, int, float, str]:
    """Sort by rank and F1, the unranked last; where none has a rank, by name alone."""
    if each.rank is None:
        return True, 0, 0.0, each.name
    return False, each.rank, -(each.f1 or 0.0), each.name


def _notes(gold: Records, entries: Sequence[Entry], boards: Mapping[str, Board]) -> Iterator[str]:
    if reason := too_few(sources(gold)):
        yield (
            f"{reason}: no intervals, no tests and no ranks; systems are sorted by name, "
            "and a higher figure does not show a better system"
        )
    else:
        for layer, each in boards.items():
            if each.unranked and each.comparison:
                yield f"{layer}: sorted by name, without ranks: {each.unranked}"

    def made(each: Entry) -> tuple[str, str]:
        return each.run.extractor, each.run.version or ""

    for (extractor, version), same in groupby(sorted(entries, key=made), key=made):
        names = [each.name for each in same]
        if len(names) > 1:
            yield (
                f"{', '.join(names)}: the same extractor and version ({extractor} {version}), "
                "told apart by the names of their files"
            )
