"""One pass over a run: blocks of lines become parts of counts, here or in worker processes.

A part says which documents it is of and what it counted; parts are put together in the order
of the file, so digits and messages are the same for any block size and number of workers.
"""

import atexit
import gc
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from itertools import islice
from multiprocessing import get_context

import numpy as np

from goldwire.corpus.records import Indexed, Records
from goldwire.eval.columns import Given, Gold, Side, pack, read
from goldwire.eval.count import Rows, Sums, count
from goldwire.eval.items import Pair
from goldwire.eval.match import Outcome
from goldwire.eval.packed import judge_all, split
from goldwire.eval.pairing import paired
from goldwire.eval.part import Job, Part, added
from goldwire.eval.place import tally as tally_placements
from goldwire.eval.plan import Plan
from goldwire.eval.table import ITEMS
from goldwire.eval.taxonomy import kinds, listed, tally, told_apart
from goldwire.eval.variation import by_zone
from goldwire.schemas.errors import DataError, Place, UsageError
from goldwire.schemas.labels import labels_of
from goldwire.schemas.reading import Block, Lines, Predictions
from goldwire.schemas.record import LAYERS, Record
from goldwire.schemas.score import Kinds

_GROUP = 256
Group = Block | list[tuple[Place, Record]]


Progress = Callable[[int], object]
"""Called with the number of documents that have been judged since the last call."""


def silent(number: int) -> None:
    """Show no progress."""


def count_run(
    gold: Records,
    predictions: Predictions,
    plan: Plan,
    workers: int = 1,
    progress: Progress = silent,
) -> Part:
    """Count a whole run; gold documents that it lacks are missed.

    Raises DataError for a document that gold has not, or that stands twice.
    """
    with _no_collector():
        return _count_run(gold, predictions, plan, workers, progress)


@contextmanager
def _no_collector() -> Iterator[None]:
    """Keep the garbage collector from looking at all gold again and again: nothing is cyclic."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _count_run(
    gold: Records, predictions: Predictions, plan: Plan, workers: int, progress: Progress
) -> Part:
    whole, empty = Part(), True
    first = np.full(len(gold), -1, dtype=np.int64)
    for group, result in _parts(gold, predictions, plan, workers):
        try:
            part = result()
        except DataError as error:
            raise _first_fault(gold, predictions, group, first, error) from None
        for row, line in zip(part.rows, part.lines, strict=True):
            if first[row] >= 0:
                raise _twice(predictions, gold[row].id, line, int(first[row]))
            first[row], empty = line, False
        whole.merge(part)
        progress(len(part.rows))
    if empty and isinstance(predictions.records, Lines):
        raise predictions.records.empty()
    whole.rows = np.flatnonzero(first >= 0).tolist()
    for rows in _chunks(np.flatnonzero(first < 0).tolist()):
        whole.merge(_judged((_missing(gold[row], row) for row in rows), plan))
        progress(len(rows))
    return whole


def _first_fault(
    gold: Records, predictions: Predictions, group: Group, first: Rows, error: DataError
) -> DataError:
    """Return the first fault of a group that has one: a repetition may stand before ``error``.

    So the message is the same whatever the size of blocks.
    """
    found = group.records() if isinstance(group, Block) else iter(group)
    last = error.place.line or 0
    while (each := next(found, None)) and (each[0].line or 0) < last:
        row, line = gold.row(each[1].id), each[0].line or 0
        if row is not None and first[row] >= 0:
            return _twice(predictions, each[1].id, line, int(first[row]))
        if row is not None:
            first[row] = line
    return error


def _missing(record: Record, row: int) -> Job:
    return Job(row, 0, Pair(record, Record(id=record.id)))


def _chunks(rows: list[int]) -> Iterator[list[int]]:
    return (rows[first : first + _GROUP] for first in range(0, len(rows), _GROUP))


def _twice(predictions: Predictions, name: str, line: int, first: int) -> DataError:
    where = Place(predictions.place.file, line or None, name)
    cure = f"keep one; the first is on line {first}" if line else "keep one"
    return DataError("repeated-document", "the document stands twice", cure, where)


def _parts(
    gold: Records, predictions: Predictions, plan: Plan, workers: int
) -> Iterator[tuple[Group, Callable[[], Part]]]:
    """Yield each group of a run, and what gives its part when it is called."""
    groups = _groups(predictions)
    if workers == 1:
        yield from ((group, partial(judge, gold, group, plan)) for group in groups)
        return
    context, start = get_context("spawn"), (gold, plan)
    with ProcessPoolExecutor(workers, context, initializer=_begin, initargs=start) as pool:
        waiting: deque[tuple[Group, Future[Part]]] = deque()
        try:
            for group in groups:
                waiting.append((group, pool.submit(_work, group)))
                if len(waiting) > 2 * workers:
                    done, future = waiting.popleft()
                    yield done, future.result
            yield from ((group, future.result) for group, future in waiting)
        except BrokenProcessPool:
            what = "a worker process ended before its work was done"
            cure = 'in a script, score under if __name__ == "__main__"; or give workers=1'
            raise UsageError("workers", what, cure) from None
        finally:
            pool.shutdown(cancel_futures=True)


_HELD: dict[str, tuple[Records, Plan]] = {}
"""What a worker process was given when it started."""


def _begin(gold: Records, plan: Plan) -> None:
    gc.disable()  # as in the main process: it would look at all gold again and again
    atexit.register(os._exit, 0)  # to free all that is held would take half as long as judging
    _HELD["job"] = gold, plan


def _work(group: Group) -> Part:
    gold, plan = _HELD["job"]
    return judge(gold, group, plan)


def _groups(predictions: Predictions) -> Iterator[Group]:
    source = predictions.records
    if isinstance(source, Lines):
        yield from source.blocks()
        return
    records = iter(source)
    while group := list(islice(records, _GROUP)):
        yield group


def judge(gold: Records, group: Group, plan: Plan) -> Part:
    """Count the documents of one block or group of records."""
    columns, rest = split(plan)
    alone = columns.counted and not (rest.counted or rest.typed)
    if alone and isinstance(group, Block) and (part := _of_lean(gold, group, plan)):
        return part
    found = group.records() if isinstance(group, Block) else group
    jobs = list(paired(gold, found, plan.allowed))
    given = Given([job.pair.predicted for job in jobs])
    given.parted |= np.array([bool(job.pair.inexact) for job in jobs], dtype=np.bool_)
    rows, lines = [job.row for job in jobs], [job.line for job in jobs]
    part = _by_columns(gold, given, jobs.__getitem__, (rows, lines), plan) or _judged(jobs, plan)
    records = (job.pair.predicted for job in jobs)
    part.placed = tally_placements(each for job in jobs for each in job.placed)
    part.failed = {each.id: each.failed for each in records if each.failed is not None}
    return part


def _of_lean(gold: Records, block: Block, plan: Plan) -> Part | None:
    """Count a block of mentions alone, of which few documents need a record; else None."""
    lean = read(block)
    if lean is None:
        return None
    names = [record.id for record in lean.records]
    rows = gold.rows(names)
    if rows is None:
        return None
    lines = list(range(block.line, block.line + len(rows)))

    def job(number: int) -> Job:
        return Job(rows[number], lines[number], Pair(gold[rows[number]], lean.record(number)))

    return _by_columns(gold, lean, job, (rows, lines), plan)


def _by_columns(
    gold: Records,
    given: Given,
    job: Callable[[int], Job],
    places: tuple[list[int], list[int]],
    plan: Plan,
) -> Part | None:
    """Count mentions by columns, and all else one by one; None if the columns can't.

    Documents of which the columns don't say all are judged one by one, whatever is wanted.
    """
    columns, rest = split(plan)
    if not given.records or not (columns.counted or columns.typed or columns.layers):
        return None
    known = np.array(places[0], dtype=np.int64)
    try:
        side = Side(*_packed(gold, known), given)
    except (KeyError, OverflowError, TypeError, ValueError):
        return None
    whole = _column_part(side, known, columns)
    for special, wanted in ((True, plan), (False, rest)):
        if special or wanted.counted or wanted.typed:
            numbers = np.flatnonzero(side.special == special).tolist()
            whole.merge(_judged(map(job, numbers), wanted))
    whole.attempted |= given.layers
    whole.rows, whole.lines = places
    return whole


def _column_part(side: Side, rows: Rows, plan: Plan) -> Part:
    """Return the counts of the documents that are plain."""
    columns = judge_all(side, plan)
    leaks = side.leaks() if plan.layers else side.repeated
    part, plain = Part(), ~side.special
    for name, counts in columns.items():
        part.table.add(name, rows[plain], counts[plain])
    for measure in plan.sized:
        part.sizes[str(measure)] = int(columns[str(measure)][plain, 0].sum())
    for layer in plan.layers:
        part.collapsed = int(side.repeated[plain].sum())
        part.leaks[layer] = int(leaks[plain].sum())
    return part


def _packed(gold: Records, rows: Rows) -> tuple[Gold, Rows]:
    """Return packed gold and where in it the rows stand; what is in memory is packed once."""
    if isinstance(gold, Indexed):
        return pack(gold.take(rows.tolist()), gold.identity.labels), np.arange(len(rows))
    if "packed" not in gold.memo:
        gold.memo["packed"] = pack(gold, gold.identity.labels)
    return gold.memo["packed"], rows


def _judged(jobs: Iterable[Job], plan: Plan) -> Part:
    """Judge documents one by one: the path that knows every rule."""
    part = Part()
    cells: dict[str, tuple[list[int], list[Sums]]] = {}
    wanted = set(map(str, plan.listed))
    for job in jobs:
        job.pair.maps, job.pair.seen, job.pair.labels = plan.maps, plan.seen, plan.labels
        part.rows.append(job.row)
        part.lines.append(job.line)
        _note(part, job.pair, plan)
        outcomes = count(job.pair, plan.counted, plan.typed)
        for name, outcome in outcomes.items():
            rows, counts = cells.setdefault(name, ([], []))
            rows.append(job.row)
            counts.append(outcome.counts)
        for measure in outcomes.keys() & wanted:
            _list(part, measure, job.pair, outcomes[measure])
        if job.pair.inexact:
            part.resting.update(_resting(job.pair, outcomes))
        for measure in map(str, plan.zoned):
            part.zones.setdefault(measure, []).extend(by_zone(job.pair, outcomes[measure]))
        job.pair.made.clear()
    for name, (rows, counts) in cells.items():
        part.table.add(name, rows, counts)
    return part


def _resting(pair: Pair, outcomes: Mapping[str, Outcome]) -> dict[str, int]:
    """Return by measure how many matches rest on items of which a span was placed inexactly."""
    return {
        name: sum(any(id(s) in pair.inexact for s in item.sources) for _, item in outcome.pairs)
        for name, outcome in outcomes.items()
    }


def _note(part: Part, pair: Pair, plan: Plan) -> None:
    """Note what is said of a document beside its counts."""
    record = pair.predicted
    part.attempted |= {layer for layer, name in LAYERS.items() if getattr(record, name) is not None}
    part.gives.update(name for name in GIVEN.keys() - part.gives if GIVEN[name](record))
    for layer in MAY_LACK_TYPE:
        kinds = {each.type for each in getattr(record, layer) or ()}
        part.gives.update(f"{layer}:{kind}" for kind in kinds if kind)
    if plan.maps:
        found = {each.type for each in record.mentions or () if each.type}
        part.foreign |= found - plan.labels["mention"]
    elif pair.gold.scheme is not None:
        theirs = labels_of([record])
        part.beyond |= {label for name in theirs for label in theirs[name] - plan.labels[name]}
    for measure in plan.sized:
        size = count(Pair(pair.gold, Record(id=pair.gold.id)), [measure])[str(measure)].gold
        part.sizes[str(measure)] = part.sizes.get(str(measure), 0) + size
    for layer in plan.layers:
        sides = ITEMS[layer](pair)
        part.collapsed += sides.collapsed
        inside = sum(item.inside for item in sides.predicted)
        part.leaks[layer] = part.leaks.get(layer, 0) + inside


MAY_LACK_TYPE = ("quotes", "boilerplate")
"""Layers in which predictions need no type; which types they have is noted."""
GIVEN: dict[str, Callable[[Record], bool]] = {
    "mentions": lambda record: bool(record.mentions),
    "types": lambda record: any(mention.type for mention in record.mentions or ()),
    "clusters": lambda record: any(mention.entity for mention in record.mentions or ()),
    "names": lambda record: any(each.name and each.type for each in record.entities or ()),
    "quotes": lambda record: bool(record.quotes),
    "speakers": lambda record: any(quote.speaker for quote in record.quotes or ()),
}
"""Whether a record has a kind of thing."""


def _list(part: Part, name: str, pair: Pair, outcome: Outcome) -> None:
    errors = list(kinds(name, outcome))
    part.errors += listed(name, pair, errors)
    if told_apart(name):
        part.kinds[name] = added(part.kinds.get(name, Kinds()), tally(outcome, errors))
