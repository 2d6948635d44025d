"""The runs behind the card's table: what is kept is what the systems answer."""

import baselines
import msgspec
import pytest

import goldwire
from goldwire.eval.extractors import OWN, extractor
from goldwire.eval.extractors.openai_request import request_hash
from goldwire.eval.run import run
from goldwire.schemas.reading import Predictions


def answers(found: Predictions) -> list[object]:
    return [record for _, record in found.records]


def kept(name: str) -> Predictions:
    return goldwire.read_run(baselines.FOLDER / f"{name}.jsonl")


def test_each_system_has_a_run_over_this_corpus_and_its_time():
    seconds = msgspec.json.decode((baselines.FOLDER / "seconds.json").read_bytes())
    assert list(seconds) == list(baselines.SYSTEMS)
    assert {path.stem for path in baselines.FOLDER.glob("*.jsonl")} == set(baselines.SYSTEMS)
    corpus = goldwire.prepare().identity.corpus
    for name, system in baselines.SYSTEMS.items():
        made = kept(name).run
        assert made
        assert (made.extractor, made.corpus) == (system, corpus)
        assert made.version
        assert [record.id for record in answers(kept(name))] == goldwire.prepare().ids


@pytest.mark.parametrize("name", OWN)
def test_what_is_built_in_answers_as_it_did(name):
    assert answers(kept(name)) == answers(run(extractor(name), goldwire.prepare()))


def test_the_language_model_was_asked_what_is_asked_now():
    made = kept("smollm2").run
    assert made
    assert (made.version or "").startswith(f"request {request_hash()}")


@pytest.mark.real
@pytest.mark.parametrize("name", sorted(set(baselines.SYSTEMS) - {*OWN, "smollm2"}))
def test_a_system_of_the_same_version_answers_as_it_did(name, tmp_path):
    baselines.run(baselines.SYSTEMS[name], tmp_path / "again.jsonl")
    again, before = goldwire.read_run(tmp_path / "again.jsonl"), kept(name)
    assert again.run
    assert before.run
    assert again.run.layers == before.run.layers
    if again.run.version == before.run.version:
        assert answers(again) == answers(before)
