"""Columns, blocks, workers and gold that is not held give the digits that matching gives."""

import copy
import random

import msgspec
import pytest
from random_documents import pair, random_record

from goldwire.corpus import load as load_module
from goldwire.corpus.load import prepare
from goldwire.corpus.records import Indexed
from goldwire.eval import stream
from goldwire.eval.count import count
from goldwire.eval.measure import Measure
from goldwire.eval.score import score
from goldwire.eval.table import BESIDE, HEADLINES, MEASURES
from goldwire.schemas.errors import Place
from goldwire.schemas.reading import Lines, Predictions, read_run
from goldwire.schemas.record import Mention, Record

EVERY = [*HEADLINES.values(), *BESIDE, *map(Measure, MEASURES)]
TRAIN = prepare([random_record(4), random_record(8, "other")])
COLUMNS = [
    Measure.of(f"mentions.{name}", zone=zone, **options)
    for name in ("strict", "exact", "type", "partial")
    for zone in ("all", "article", "boilerplate")
    for options in ({}, {"level": ("NAM", "VALUE")}, {"type": ("GPE", "ORG")}, {"level": "NOM"})
] + [
    Measure.of(f"coref.{name}", zone=zone, singletons=singletons)
    for name in ("muc", "b3", "ceafm", "ceafe", "lea", "links", "nonlinks", "blanc", "conll")
    for zone in ("all", "article", "boilerplate")
    for singletons in ("keep", "drop")
]


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Many documents, and runs of mentions over them: lean, with ids, in entities, in disorder."""
    folder = tmp_path_factory.mktemp("many")
    gold, runs = [], {"lean": [], "full": [], "clusters": []}
    for seed in range(300):
        one, predicted = pair(seed)
        one.id = f"doc-{seed:03}"
        found = predicted.mentions[: -1 if seed % 3 else None]
        found += [msgspec.structs.replace(m, type="LAW", id=f"l{m.id}") for m in found[:1]]
        for each in found:
            each.level = each.level if seed % 2 else None
        once = list({(m.start, m.end): msgspec.structs.replace(m) for m in found}.values())
        given = Record(id=one.id, mentions=once, entities=predicted.entities)
        runs["clusters"].append(given)
        for each in found:
            each.entity = None
        lean = [Mention(type=m.type, start=m.start, end=m.end, level=m.level) for m in found]
        full = [msgspec.structs.replace(m) for m in found]
        if seed % 4:
            for each in one.mentions:
                each.optional, each.alternatives = False, None
        gold.append(one)
        runs["lean"].append(Record(id=one.id, mentions=lean))
        runs["full"].append(Record(id=one.id, mentions=full))
    runs["disorder"] = random.Random(0).sample(runs["lean"], 200)
    runs["mixed"] = random.Random(0).sample(runs["clusters"], 200)
    for name, records in runs.items():
        lines = b"".join(msgspec.json.encode(each) + b"\n" for each in records)
        (folder / f"{name}.jsonl").write_bytes(lines)
    return prepare(gold), folder, runs


@pytest.mark.parametrize("name", ["lean", "full", "disorder", "clusters", "mixed"])
def test_columns_count_what_matching_counts(many, name, monkeypatch):
    """A file goes by columns; the same records from memory are made to go one by one."""
    gold, folder, runs = many
    found = score(gold, read_run(folder / f"{name}.jsonl"), COLUMNS)
    records = [(Place(), copy.deepcopy(each)) for each in runs[name]]
    monkeypatch.setattr(stream, "_by_columns", lambda *_: None)
    expected = score(gold, Predictions(records), COLUMNS)
    assert found.scores == expected.scores
    assert found.notes == expected.notes


@pytest.mark.parametrize(
    ("name", "measure"), [("lean", "mentions.strict"), ("clusters", "coref.ceafe")]
)
def test_columns_are_in_use(many, monkeypatch, name, measure):
    gold, folder, _ = many
    asked = []
    monkeypatch.setattr(stream, "count", lambda *given: asked.append(given) or count(*given))
    score(gold, read_run(folder / f"{name}.jsonl"), [Measure(measure)])
    assert 0 < len(asked) < 0.9 * len(gold)


@pytest.mark.parametrize("size", [1, 1000, 2**22])
def test_digits_do_not_depend_on_the_size_of_blocks(many, monkeypatch, size):
    gold, folder, _ = many
    expected = score(gold, read_run(folder / "full.jsonl"), train=TRAIN)
    monkeypatch.setattr(Lines.blocks, "__defaults__", (size,))
    assert score(gold, read_run(folder / "full.jsonl"), train=TRAIN) == expected


def test_digits_do_not_depend_on_the_number_of_workers(many):
    gold, folder, _ = many
    path = folder / "full.jsonl"
    expected = score(gold, read_run(path), EVERY, errors=True, train=TRAIN)
    assert score(gold, read_run(path), EVERY, errors=True, train=TRAIN, workers=3) == expected


def test_gold_that_is_not_held_in_memory_gives_the_same_score(many, monkeypatch):
    gold, folder, _ = many
    lines = b"".join(msgspec.json.encode(each) + b"\n" for each in reversed(gold))
    (folder / "gold.jsonl").write_bytes(lines)
    monkeypatch.setattr(load_module, "LARGE", 0)
    indexed = prepare(folder / "gold.jsonl")
    assert isinstance(indexed, Indexed)
    assert list(indexed) == list(gold)
    for wanted in ([], COLUMNS):
        expected = score(gold, read_run(folder / "lean.jsonl"), wanted)
        for workers in (1, 2):
            found = score(indexed, read_run(folder / "lean.jsonl"), wanted, workers=workers)
            assert found == expected
