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
"""A prediction as JSON and "", or nothing and why there is none."""


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
        if isinstance(made, UsageError):
            raise made
        found = ask(made, gold)
        return (b"", found.failed) if found.failed else (msgspec.json.encode(found), "")
    except GoldwireError as error:
        return b"", str(error)
    except BaseException as error:  # sys.exit too costs this document alone
        return b"", said(error)
