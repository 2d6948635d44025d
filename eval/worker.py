"""The process in which an extractor works: it reads articles and answers with predictions.

It talks over its standard input, a socket, in frames: the extractor's name comes in, and when
the extractor is made an empty frame goes out; then one article in, one answer out. What the
extractor reads is empty, and what it prints goes where goldwire's own output goes.
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.connection import Connection

import msgspec

from goldwire.eval.answer import ask
from goldwire.eval.extractors import Extractor, extractor, said
from goldwire.schemas.errors import GoldwireError, UsageError
from goldwire.schemas.interrupt import unblock
from goldwire.schemas.record import Record

Answer = tuple[bytes, str]
"""A record as JSON and "", or why it failed; no bytes if there is no record at all."""


def command(python: str, path: Sequence[str]) -> list[str]:
    """Return the command that starts a worker, which imports from the same folders."""
    code = "import sys; sys.path[:] = {!r}; from goldwire.eval.worker import serve; serve()"
    return [python, "-c", code.format(list(path))]


def serve() -> None:
    """Answer articles until no more can come."""
    unblock()
    pipe: Connection[bytes, bytes] = Connection(os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    made = _made(os.fsdecode(pipe.recv_bytes()))
    with suppress(EOFError, OSError):
        pipe.send_bytes(b"")
        while True:
            gold = msgspec.msgpack.decode(pipe.recv_bytes(), type=Record)
            pipe.send_bytes(msgspec.msgpack.encode(_answer(made, gold)))
    with suppress(OSError):  # an extractor may have closed all that is open
        pipe.close()
    if isinstance(made, Extractor):
        made.close()


def _made(name: str) -> Extractor | UsageError:
    try:
        return extractor(name)
    except UsageError as error:
        return error


def _answer(made: Extractor | UsageError, gold: Record) -> Answer:
    try:
        found = _asked(made, gold)
        return msgspec.json.encode(found), found.failed or ""
    except BaseException as error:  # sys.exit too costs this document alone
        return b"", said(error)


def _asked(made: Extractor | UsageError, gold: Record) -> Record:
    """Return what is answered; of what failed, the reason and ``meta`` alone."""
    try:
        if isinstance(made, UsageError):
            raise made
        found = ask(made, gold)
    except GoldwireError as error:
        return Record(id=gold.id, failed=str(error), meta=error.meta)
    return Record(id=gold.id, failed=found.failed, meta=found.meta) if found.failed else found
