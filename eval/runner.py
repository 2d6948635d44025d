"""Running an extractor over many articles: each is asked for in a process that may fail alone.

An extractor that raises, hangs, exits or answers rubbish costs that document and no other. What
is answered is appended to a journal beside the output at once, so a run that was killed goes on
where it stopped; when all is there, the output is written whole, in the order of gold.
"""

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context, parent_process

import msgspec
from pebble import ProcessExpired, ProcessFuture, ProcessPool

from goldwire.corpus.records import Records
from goldwire.eval.answer import ask
from goldwire.eval.extractors import Extractor, extractor, said
from goldwire.eval.journal import Journal
from goldwire.schemas.errors import GoldwireError, UsageError
from goldwire.schemas.record import Record

Progress = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Way:
    """How to run: ``timeout`` in seconds for one document, ``retries`` after the first try."""

    workers: int = 1
    timeout: float = 300
    retries: int = 0


_HELD: dict[str, Extractor] = {}
_BROKEN: list[str] = []
"""Why this worker's extractor could not be made."""


def _begin(name: str) -> None:
    """Start a worker: it ends with its parent, and then ends what its extractor started."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    threading.Thread(target=_watch, daemon=True).start()
    try:
        _HELD["extractor"] = extractor(name)
    except UsageError as error:
        _BROKEN.append(str(error))


def _leave(*_: object) -> None:
    try:
        if "extractor" in _HELD:
            _HELD["extractor"].close()
    finally:
        os._exit(1)


def _watch() -> None:
    if (parent := parent_process()) is not None:
        parent.join()
    _leave()


def _work(gold: Record) -> tuple[bytes, str]:
    """Return a record as JSON and "" or why it failed; nothing and why if there is none."""
    if _BROKEN:
        return b"", _BROKEN[0]
    try:
        found = _asked(gold)
        return msgspec.json.encode(found), found.failed or ""
    except BaseException as error:  # sys.exit too costs this document alone
        return b"", said(error)


def _asked(gold: Record) -> Record:
    """Return what is answered; of what failed, the reason and ``meta`` alone."""
    try:
        found = ask(_HELD["extractor"], gold)
    except GoldwireError as error:
        return Record(id=gold.id, failed=str(error), meta=error.meta)
    return Record(id=gold.id, failed=found.failed, meta=found.meta) if found.failed else found


def complete(name: str, gold: Records, journal: Journal, way: Way, progress: Progress) -> None:
    """Ask for every article that the journal lacks or that failed, and note each answer."""
    context = get_context("spawn")
    pool = ProcessPool(way.workers, initializer=_begin, initargs=(name,), context=context)
    try:
        for row, raw, reason in _answers(pool, gold, journal.left(gold), way):
            journal.add(gold[row].id, raw or _failed(gold[row].id, reason), reason)
            progress(1)
    finally:
        with _undisturbed():
            pool.stop()  # type: ignore[no-untyped-call]
            pool.join()


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let no second Ctrl-C break off the ending of processes."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    was = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, was)


@contextmanager
def _masked() -> Iterator[None]:
    """Let what is started here never see Ctrl-C, which is this process's to handle."""
    was = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, was)


def _failed(name: str, reason: str) -> bytes:
    return msgspec.json.encode(Record(id=name, failed=reason))


def _answers(
    pool: ProcessPool, gold: Records, rows: list[int], way: Way
) -> Iterator[tuple[int, bytes, str]]:
    """Yield row, answer and "" or the reason of failure; few articles are held at a time."""
    todo = deque((row, way.retries) for row in rows)
    asked: deque[tuple[int, int, ProcessFuture[tuple[bytes, str]]]] = deque()
    while todo or asked:
        while todo and len(asked) < 2 * way.workers:
            row, left = todo.popleft()
            with _masked():
                future = pool.schedule(_work, (gold[row],), timeout=way.timeout)
            asked.append((row, left, future))
        row, left, future = asked.popleft()
        raw, reason = _result(future, way)
        if reason and left:
            todo.appendleft((row, left - 1))
        else:
            yield row, raw, reason


def _result(future: "ProcessFuture[tuple[bytes, str]]", way: Way) -> tuple[bytes, str]:
    try:
        return future.result()
    except TimeoutError:
        return b"", f"no answer within {way.timeout:g} seconds"
    except ProcessExpired as error:
        return b"", f"the process ended with status {error.exitcode}"
    except (CancelledError, BrokenExecutor):
        return b"", "the process could not be started"
