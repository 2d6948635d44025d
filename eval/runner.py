"""Running an extractor over many articles: each is asked for in a process that may fail alone.

An extractor that raises, hangs, exits or answers rubbish costs that document and no other. What
is answered is appended to a journal beside the output at once, so a run that was killed goes on
where it stopped; when all is there, the output is written whole, in the order of gold.
"""

from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec

from goldwire.corpus.records import Records
from goldwire.eval.journal import Journal
from goldwire.eval.pool import Pool
from goldwire.schemas.record import Record


@dataclass(frozen=True, slots=True)
class Way:
    """How to run: ``timeout`` in seconds for one document, ``retries`` after the first try.

    ``command`` starts a worker, of which there are ``workers`` at the most.
    """

    command: Sequence[str]
    workers: int = 1
    timeout: float = 300
    retries: int = 0


def complete(
    name: str,
    gold: Records,
    journal: Journal,
    way: Way,
    progress: Callable[[int], object],
    stopped: Callable[[], object],
) -> None:
    """Ask for every article that the journal lacks or that failed, and note each answer.

    Raises KeyboardInterrupt between two answers when ``stopped`` says so.
    """
    todo, failures = deque(journal.left(gold)), Counter[int]()
    with Pool(way.command, name, way.workers, way.timeout) as pool:
        while todo or pool.busy:
            if stopped():
                raise KeyboardInterrupt
            while todo and not pool.full:
                row = todo.popleft()
                pool.ask(row, gold[row])
            for row, (raw, reason) in pool.answers():
                failures[row] += bool(reason)
                if reason and failures[row] <= way.retries:
                    todo.appendleft(row)
                else:
                    document = gold[row].id
                    journal.add(document, raw or _failed(document, reason), reason)
                    progress(1)


def _failed(name: str, reason: str) -> bytes:
    return msgspec.json.encode(Record(id=name, failed=reason))
