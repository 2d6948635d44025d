"""Builders that tests share: records by the words of their text, and counts of a measure."""

import itertools
import shutil
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
import pytest
from ann_lee import counted
from hypothesis import settings
from small_documents import EVERY_LAYER, FOREIGN, MAPPED_GOLD, answer, doc
from workplace import COUNTED, IDS, workplace

from goldwire.eval.align import align
from goldwire.eval.count import count
from goldwire.eval.lookup import measure
from goldwire.main import main
from goldwire.schemas.errors import Place
from goldwire.schemas.record import Record

settings.register_profile("steady", deadline=None, max_examples=40)
settings.load_profile("steady")

collect_ignore = ["benchmark.py", "simulate.py", "studio_benchmark.py"]
COUNTS_NO_ITEMS = (
    "boilerplate.char",
    "coref.",
    "mentions.char",
    "mentions.partial",
    "mentions.token",
    "quotes.char",
    "relations.evidence",
    "text.",
)
Counts = Callable[..., tuple[int, int, int]]


def located(value: Any, text: str) -> Any:
    """Give every {"text": words} its first offsets in text; "words#2" is the second."""
    if isinstance(value, list):
        return [located(each, text) for each in value]
    if not isinstance(value, dict):
        return value
    made = {key: located(each, text) for key, each in value.items()}
    if isinstance(made.get("text"), str) and "start" not in made:
        words, _, number = made.pop("text").partition("#")
        start = -1
        for _ in itertools.repeat(None, int(number or 1)):
            start = text.index(words, start + 1)
        made |= {"start": start, "end": start + len(words)}
    return made


@pytest.fixture
def record() -> Callable[..., Record]:
    def make(text: str, **layers: Any) -> Record:
        content = {"id": "doc", **{key: located(each, text) for key, each in layers.items()}}
        return msgspec.convert({**content, "text": text}, Record)

    return make


@pytest.fixture
def counts(record: Callable[..., Record]) -> Counts:
    """Return gold, predicted and matched of a measure for layers given by their words."""

    def make(name: str, text: str, gold: dict[str, Any], predicted: dict[str, Any]) -> Any:
        pair = align(record(text, **gold), record(text, **predicted), Place()).pair
        outcome = count(pair, [measure(name)], [])[str(measure(name))]
        if not name.startswith(COUNTS_NO_ITEMS):
            assert len(outcome.missed) == outcome.gold - outcome.matched
            assert len(outcome.spurious) == outcome.predicted - outcome.counts[3]
        return outcome.gold, outcome.predicted, outcome.matched

    return make


@pytest.fixture
def judged(record):
    """Return a function from a measure and mentions of one text to counts."""
    return partial(counted, record)


@pytest.fixture
def write(tmp_path):
    def make(name, *records, first=None):
        lines = [first] if first else []
        lines += [msgspec.json.encode(each).decode() for each in records]
        (tmp_path / name).write_text("\n".join(lines) + "\n", "utf-8")
        return tmp_path / name

    return make


@pytest.fixture
def command(goldwire):
    """Return a function that runs ``goldwire score`` and returns status, output and message."""
    return partial(goldwire, "score")


@pytest.fixture
def goldwire(monkeypatch, capsys):
    """Return a function that runs ``goldwire`` and returns status, output and message."""

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["goldwire", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        found = capsys.readouterr()
        return ended.value.code or 0, found.out, found.err

    return call


@pytest.fixture
def mapped(write):
    """A gold file and a file of foreign labels."""
    gold = write("gold.jsonl", doc(mentions=MAPPED_GOLD, relations=[], quotes=[], boilerplate=[]))
    return gold, write("conll.jsonl", answer(**{**EVERY_LAYER, "mentions": FOREIGN}))


@pytest.fixture
def place(tmp_path):
    """A folder in which runs are started."""
    with workplace(tmp_path) as made:
        yield made


@pytest.fixture(scope="session")
def whole(tmp_path_factory):
    """The bytes of an undisturbed run of ``mine:extract`` over the articles of a place."""
    with workplace(tmp_path_factory.mktemp("whole")) as made:
        made.module("mine", COUNTED)
        done = made.run("mine:extract")
        assert (done.status, done.out, done.err) == (0, "", "")
        made.all_right_but()
        assert made.calls() == IDS
        return made.output.read_bytes()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory):
    """A folder that Label Studio was served from once, for three annotators: that takes long."""
    from studios import ENVIRONMENT

    from goldwire.annotate.serve import serving

    folder = tmp_path_factory.mktemp("studio") / "migrated"
    with serving(folder, ["a", "b", "c"], environment=ENVIRONMENT, tell=print):
        assert not (folder / "data/goldwire-unfinished").exists()
    return folder


@pytest.fixture(scope="module")
def server(migrated, tmp_path_factory):
    """A Label Studio with the accounts a, b and c, and no project."""
    from studios import ENVIRONMENT

    from goldwire.annotate.serve import serving

    folder = shutil.copytree(migrated, tmp_path_factory.mktemp("studio") / "served")
    with serving(folder, environment=ENVIRONMENT) as made:
        yield made
