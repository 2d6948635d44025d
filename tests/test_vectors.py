"""Prediction files as data: the valid ones score, each invalid one gives the code in its name."""

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from goldwire.corpus.load import load
from goldwire.eval.score import score
from goldwire.schemas.errors import DataError
from goldwire.schemas.json_schema import prediction_schema
from goldwire.schemas.reading import read_run

VECTORS = Path(__file__).parent / "vectors"
VALID = sorted((VECTORS / "valid").glob("*.jsonl"))
INVALID = sorted((VECTORS / "invalid").glob("*.jsonl"))
NEEDS_THE_TEXT = {
    "dangling-id",
    "duplicate-id",
    "mention-of-entity",
    "other-corpus",
    "other-text",
    "parts-hull",
    "repeated-document",
    "repeated-key",
    "span-order",
    "span-past-end",
    "span-text",
    "text-hash",
    "unknown-document",
}
NOT_JSON = {
    "byte-order-mark",
    "empty-file",
    "lone-surrogate",
    "not-json",
    "not-utf-8",
    "too-deep",
    "truncated",
}


def scored(path):
    return score(load(VECTORS / "gold.jsonl"), read_run(path), errors=True)


def test_there_are_vectors():
    assert len(VALID) > 15
    assert len(INVALID) > 60


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_valid(path):
    assert scored(path).receipt.articles == 2
    for line in filter(str.strip, path.read_text("utf-8").splitlines()):
        jsonschema.validate(json.loads(line), prediction_schema())


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_invalid(path):
    with pytest.raises(DataError) as caught:
        scored(path)
    error = caught.value
    assert error.code == path.name.partition(".")[0]
    assert str(path) in str(error)
    assert error.message
    assert error.cure
    assert str(error).isprintable()
    assert len(str(error)) < 600


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_the_json_schema_refuses_what_it_can_see(path):
    if path.name.partition(".")[0] in NEEDS_THE_TEXT | NOT_JSON or "brackets" in path.name:
        return
    if path.name.startswith("wrong-type.float"):  # to JSON Schema 0.0 is an integer
        return
    validator = jsonschema.Draft202012Validator(prediction_schema())
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert not all(validator.is_valid(line) for line in lines)


def test_every_line_and_record_is_named():
    """The place of a fault in the last of three lines is that line."""
    path = VECTORS / "invalid" / "repeated-document.twice.jsonl"
    with pytest.raises(DataError, match=r'twice\.jsonl:3, record "one".*line 1'):
        scored(path)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("unknown-key.label-for-type", 'mentions[0]: unknown key "label"; '),
        ("unknown-key.layer", 'did you mean "mentions" or'),
        ("unknown-label.mention-type", 'unknown label "PER"; '),
        ("unknown-label.lower-case", 'did you mean "PERSON" or'),
        ("unknown-document.misspelt", 'did you mean "one"?'),
        (
            "wrong-type.boolean-offset",
            "mentions[0].start: expected a whole number, got true or false",
        ),
        ("wrong-type.negative-offset", "mentions[0].start: expected a whole number >= 0"),
        ("span-past-end.counted-in-bytes", "count code points, not bytes or UTF-16 units"),
        ("mention-of-entity.head", 'name the entity, "e"'),
        ("truncated.last-line", "last-line.jsonl:2: the JSON object is cut off"),
        ("empty-file.nothing", "the file is empty"),
    ],
)
def test_messages(name, words):
    with pytest.raises(DataError) as caught:
        scored(VECTORS / "invalid" / f"{name}.jsonl")
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "name", ["not-json.prose", "too-deep.brackets-in-meta", "not-utf-8.utf-16"]
)
def test_the_command_says_it_in_one_line_and_exits_2(name):
    path, gold = f"{VECTORS}/invalid/{name}.jsonl", f"{VECTORS}/gold.jsonl"
    done = subprocess.run(
        [sys.executable, "-m", "goldwire", "score", path, "--gold", gold],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert f"[{name.partition('.')[0]}]" in done.stderr
