"""Adjudication: gold is what the passes and the decisions give, and nothing else."""

import hashlib
import json
import shutil
import subprocess
import sys

import pytest

from goldwire.annotate.adjudicate import gold, undecided, write_open
from goldwire.corpus.load import PACKAGED
from goldwire.schemas.errors import DataError

ARTICLE = next((PACKAGED / "articles").iterdir())


@pytest.fixture
def folder(tmp_path):
    copy = tmp_path / "corpus" / "articles" / ARTICLE.name
    shutil.copytree(ARTICLE, copy)
    return copy


def edit(folder, change):
    path = folder / "decisions.json"
    content = json.loads(path.read_text("utf-8"))
    change(content)
    path.write_text(json.dumps(content), "utf-8")


def run(folder, *arguments):
    command = [sys.executable, "-m", "goldwire", "annotate", "adjudicate", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)


def test_gold_is_what_the_decisions_give():
    assert gold(ARTICLE) == (ARTICLE / "gold.json").read_bytes()


def test_every_decision_has_a_choice_a_rule_of_the_guidelines_and_a_reason():
    import re

    guidelines = (PACKAGED.parent / "annotate" / "GUIDELINES.md").read_text("utf-8")
    rules = set(re.findall(r"\*\*([A-Z]\d+)\*\*", guidelines))
    content = json.loads((ARTICLE / "decisions.json").read_text("utf-8"))
    assert len(content["decisions"]) > 10
    for each in content["decisions"]:
        assert each["choice"] in ("a", "b", "other", "neither")
        assert each["why"]
        assert set(each["rule"].split(", ")) <= rules, each["key"]


def test_gold_names_the_version_of_the_guidelines_that_are_here():
    page = (PACKAGED.parent / "annotate" / "GUIDELINES.md").read_text("utf-8")
    version = json.loads((ARTICLE / "gold.json").read_text("utf-8"))["guidelines_version"]
    assert f"\nVersion {version}\n" in page


def test_a_changed_pass_makes_its_decision_stale(folder):
    path = folder / "passes" / "a.json"
    text = path.read_text("utf-8")
    assert '"mod": "START"' in text
    path.write_text(text.replace('"mod": "START"', '"mod": "MID"', 1), "utf-8")
    with pytest.raises(DataError, match="stale-decision"):
        gold(folder)
    done = run(folder)
    assert done.returncode == 2
    assert "decisions.json, mentions 1482-1489 DATE" in done.stderr


def test_a_new_disagreement_is_written_as_open_and_gold_stays(folder):
    before = (folder / "gold.json").read_bytes()
    path = folder / "passes" / "b.json"
    text = path.read_text("utf-8")
    path.write_text(text.replace('"type": "LOC"', '"type": "FAC"', 1), "utf-8")
    # One key is now in A alone, one in B alone, and the entity keeps its type.
    assert [(each.layer, each.key) for each in undecided(folder)] == [
        ("mentions", "2071-2082 FAC"),
        ("mentions", "2071-2082 LOC"),
    ]
    done = run(folder)
    assert done.returncode == 1
    assert "undecided: mentions 2071-2082 LOC" in done.stdout
    assert (folder / "gold.json").read_bytes() == before
    content = json.loads((folder / "decisions.json").read_text("utf-8"))
    fresh = [each for each in content["decisions"] if each["choice"] is None]
    assert [each["text"] for each in fresh] == ["Middle East", "Middle East"]
    write_open(folder)
    assert json.loads((folder / "decisions.json").read_text("utf-8")) == content


@pytest.mark.parametrize(("choice", "there"), [("a", True), ("neither", False)])
def test_the_choice_decides(folder, choice, there):
    def change(content):
        for each in content["decisions"]:
            if each["key"] == "331-333 ORG":
                each["choice"] = choice

    edit(folder, change)
    made = json.loads(gold(folder))
    assert any(m["start"] == 331 for m in made["mentions"]) == there


def test_check_says_what_is_stale_and_writes_nothing(folder):
    path = folder / "gold.json"
    text = path.read_text("utf-8").replace('"LOC"', '"FAC"', 1)
    path.write_text(text, "utf-8")
    done = run(folder, "--check")
    assert done.returncode == 1
    assert "stale: " in done.stdout
    assert path.read_text("utf-8") == text
    assert run(folder).returncode == 0
    assert path.read_bytes() == (ARTICLE / "gold.json").read_bytes()
    assert run(folder, "--check").returncode == 0


def test_broken_decisions_are_one_line(folder):
    (folder / "decisions.json").write_text('{"passes": ["a"]}', "utf-8")
    done = run(folder)
    assert done.returncode == 2
    assert "decisions.json, passes: " in done.stderr
    assert done.stderr.count("\n") == 1


def break_it(content, name, **changed):
    found = [each for each in content["decisions"] if (each["layer"], each["key"]) == name]
    assert len(found) == 1
    found[0].update(changed)


IT = ("mentions", "331-333 ORG")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda c: break_it(c, IT, choice="other"), "decision-form"),
        (lambda c: break_it(c, IT, choice=None), "undecided"),
        (lambda c: c["decisions"].append(c["decisions"][0]), "repeated-decision"),
        (lambda c: c["links"].update(nobody={"id": "Q1"}), "dangling-id"),
        (lambda c: break_it(c, IT, layer="mention"), "wrong-type"),
        (
            lambda c: break_it(
                c, IT, choice="other", other={"start": "0", "end": 3, "type": "ORG"}
            ),
            "wrong-type",
        ),
        (lambda c: c.update(passes=["../gold", "b"]), "wrong-type"),
    ],
)
def test_wrong_decisions_are_refused(folder, change, code):
    edit(folder, change)
    with pytest.raises(DataError) as caught:
        gold(folder)
    assert caught.value.code == code


def agreed(folder, layer, start):
    """The key and item of something that both passes have."""
    from goldwire.annotate.compare import keyed
    from goldwire.annotate.decisions import read

    _, a, b = read(folder)
    one, other = keyed(a, b)
    key = next(key for name, key in one.items if name == layer and key.startswith(start))
    return key, one.items[layer, key], other.items[layer, key]


def test_gold_that_would_dangle_is_not_made(folder):
    for layer, start in (("quotes", "1499-1593"), ("entities", "iran")):
        before = (folder / "decisions.json").read_text("utf-8")
        key, one, other = agreed(folder, layer, start)
        row = {"layer": layer, "key": key, "text": "", "a": one, "b": other, "choice": "neither"}
        edit(folder, lambda content, row=row: content["decisions"].append(row))
        done = run(folder)
        assert done.returncode == 2
        assert done.stderr.endswith("[dangling-id]\n")
        assert (folder / "gold.json").read_bytes() == (ARTICLE / "gold.json").read_bytes()
        (folder / "decisions.json").write_text(before, "utf-8")


def test_an_open_decision_on_what_is_agreed_is_open(folder):
    key, one, other = agreed(folder, "mentions", "0-5")
    row = {"layer": "mentions", "key": key, "text": "", "a": one, "b": other}
    edit(folder, lambda content: content["decisions"].append(row))
    assert [each.key for each in undecided(folder)] == [key]


def test_missing_gold_is_stale_and_made(folder):
    (folder / "gold.json").unlink()
    assert run(folder, "--check").returncode == 1
    assert run(folder).returncode == 0
    assert (folder / "gold.json").read_bytes() == (ARTICLE / "gold.json").read_bytes()


def test_a_pass_over_another_text_is_refused(folder):
    path = folder / "passes" / "b.json"
    content = json.loads(path.read_text("utf-8"))
    content |= {"text": "X", "sha256": hashlib.sha256(b"X").hexdigest()}
    for layer in ("zones", "boilerplate", "mentions", "entities", "relations", "quotes"):
        content[layer] = []
    path.write_text(json.dumps(content), "utf-8")
    with pytest.raises(DataError, match="other-text"):
        gold(folder)
