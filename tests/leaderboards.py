"""Folders of runs over articles of ten names each, for leaderboards."""

import msgspec
from small_documents import answer, doc, named, words

from goldwire.corpus.load import prepare
from goldwire.schemas.reading import Predictions
from goldwire.schemas.record import Run
from goldwire.schemas.writing import encode_run

TIME = "2026-01-02T03:04:05+00:00"


def gold_of(number):
    """Articles with ten names and one span of boilerplate each; relations and quotes: none."""
    layers = {"relations": [], "quotes": [], "boilerplate": [words(39)]}
    names = named(range(10), "PERSON", level="NAM")
    return [doc(f"d{n:03}", mentions=names, **layers) for n in range(number)]


def lines(gold, right, extractor="x", version="1", **line):
    """A run that finds ``right(n)`` of the names of article n, and one wrong one, as bytes."""
    found = [
        answer(one.id, mentions=named([*range(right(n)), 30], "PERSON", level="NAM"))
        for n, one in enumerate(gold)
    ]
    given = {"layers": ["entities"], "corpus": prepare(gold).identity.corpus, "time": TIME}
    run = Run(extractor=extractor, version=version, **{**given, **line})
    return encode_run(Predictions([(None, each) for each in found], run))


SYSTEMS = {
    "a": lambda n: 9 - n % 2,
    "c": lambda n: 8 + n % 2,
    "b": lambda n: 3 + n % 3,
}
"""A and C are equal but for chance, B is clearly worse."""


def place(folder, number=40, systems=SYSTEMS):
    """Write gold and a folder of runs; return both paths."""
    gold = gold_of(number)
    (folder / "gold.jsonl").write_bytes(
        b"".join(msgspec.json.encode(each) + b"\n" for each in gold)
    )
    (folder / "runs").mkdir()
    for name, right in systems.items():
        (folder / "runs" / f"{name}.jsonl").write_bytes(lines(gold, right, extractor=f"my:{name}"))
    return folder / "gold.jsonl", folder / "runs"
