"""Systems that find mentions and give them no type: scored where no type is compared."""

import json

import pytest
from small_documents import json_of, refused

TEXT = "Ann met Bo in Oslo on Monday."
GOLD = [
    {"id": "m1", "start": 0, "end": 3, "type": "PERSON", "level": "NAM", "entity": "a"},
    {"id": "m2", "start": 8, "end": 10, "type": "PERSON", "level": "NAM", "entity": "b"},
    {"id": "m3", "start": 14, "end": 18, "type": "GPE", "level": "NAM", "entity": "o"},
    {"id": "m4", "start": 22, "end": 28, "type": "DATE", "level": "VALUE", "entity": "d"},
]
NOTE = "entities: no mention has a type: mentions.strict is out of reach; see mentions.exact"


def run_of(folder, mentions):
    path = folder / "run.jsonl"
    path.write_text(json.dumps({"id": "a", "mentions": mentions}))
    return path


@pytest.fixture
def gold(tmp_path):
    path = tmp_path / "gold.jsonl"
    entities = [{"id": each["entity"], "type": each["type"]} for each in GOLD]
    path.write_text(json.dumps({"id": "a", "text": TEXT, "mentions": GOLD, "entities": entities}))
    return path


@pytest.fixture
def untyped(tmp_path):
    """Three of gold's spans, one of them the date, and "in"."""
    places = [(0, 3), (8, 10), (22, 28), (11, 13)]
    return run_of(tmp_path, [{"start": start, "end": end} for start, end in places])


def test_spans_are_scored_and_types_are_not(command, gold, untyped):
    names = ["mentions.exact", "mentions.strict", "mentions.partial", "coref.b3"]
    options = [word for name in names for word in ("-m", name)]
    found = json_of(command(untyped, "--gold", gold, *options, "--json"))
    counts = {
        name: tuple(each[key] for key in ("gold", "predicted", "matched"))
        for name, each in found["scores"].items()
    }
    assert counts["mentions.exact"] == (4, 4, 3)
    assert counts["mentions.strict"] == (4, 4, 0)
    # SemEval's partial: three exact spans, whatever the type; "in" touches nothing.
    assert counts["mentions.partial"] == (4, 4, 3)
    # Values are out: three names in gold; the date declares nothing and stands on one, "in" stays.
    assert counts["coref.b3"] == (3, 3, 2)
    assert NOTE in found["notes"]


def test_rows_by_type_hold_what_may_be_of_any_type(command, gold, untyped):
    found = json_of(command(untyped, "--gold", gold, "--json"))
    row = found["scores"]["mentions.strict[level=NAM,VALUE,type=PERSON]"]
    # Both persons are missed. The date and no other prediction equals gold of another type.
    assert (row["gold"], row["predicted"], row["matched"]) == (2, 3, 0)


def test_one_typed_mention_is_enough_for_no_note(command, gold, tmp_path):
    found = [{"start": 0, "end": 3, "type": "PERSON"}, {"start": 8, "end": 10}]
    run = run_of(tmp_path, found)
    made = json_of(command(run, "--gold", gold, "-m", "mentions.strict", "--json"))
    assert made["scores"]["mentions.strict"]["matched"] == 1
    assert NOTE not in made["notes"]


def test_gold_must_have_types(command, tmp_path, untyped):
    path = tmp_path / "untyped.jsonl"
    path.write_text(json.dumps({"id": "a", "text": TEXT, "mentions": [{"start": 0, "end": 3}]}))
    message = refused(command(untyped, "--gold", path), "missing-field")
    assert 'record "a", mentions[0].type: gold must have this; fill it in' in message
