"""Starting an adjudication: which passes, by whom, by which guidelines; all else is refused."""

import hashlib
import json
import shutil

import pytest
from small_documents import refused

from goldwire.annotate.decide import adopted
from goldwire.annotate.decisions import read_decisions, write
from goldwire.corpus.load import PACKAGED, load

ARTICLE = next((PACKAGED / "articles").iterdir())
BY = ("--who", "a, b; adjudicated by c", "--kind", "person", "--when", "2026-01-31")
START = ("--passes", "a", "b", *BY)


@pytest.fixture
def folder(tmp_path):
    """An article with passes alone."""
    copy = tmp_path / "corpus" / "articles" / ARTICLE.name
    shutil.copytree(ARTICLE, copy)
    (copy / "decisions.json").unlink()
    (copy / "gold.json").unlink()
    return copy


@pytest.fixture
def adjudicate(goldwire, folder):
    def call(*arguments):
        return goldwire("annotate", "adjudicate", folder, *arguments)

    return call


def edit(folder, name, **changed):
    path = folder / "passes" / f"{name}.json"
    content = json.loads(path.read_text("utf-8")) | changed
    kept = {key: value for key, value in content.items() if value is not None}
    path.write_text(json.dumps(kept), "utf-8")


def names(folder):
    return sorted(path.name for path in folder.iterdir() if path.name != "reading.html")


def test_it_starts_with_all_disagreements_open(adjudicate, folder):
    status, out, err = adjudicate(*START)
    assert (status, err) == (1, "")
    found = read_decisions(folder)
    assert (found.passes, found.guidelines_version, found.links) == (("a", "b"), "0.2", {})
    assert found.annotation.who == "a, b; adjudicated by c"
    assert (found.annotation.kind, found.annotation.when) == ("person", "2026-01-31")
    assert found.annotation.status == "adjudicated"
    assert {each.choice for each in found.decisions} == {None}
    lines = [f"undecided: {each.layer} {each.key}\n" for each in found.decisions]
    assert len(lines) == 13
    assert out == "".join(lines)
    assert names(folder) == ["article.txt", "decisions.json", "passes"]


def test_starting_again_changes_nothing(adjudicate, folder):
    first = adjudicate(*START)
    content = (folder / "decisions.json").read_bytes()
    assert adjudicate(*START) == adjudicate() == first
    assert (folder / "decisions.json").read_bytes() == content
    for options in (("--passes", "a", "c"), ("--who", "d"), ("--guidelines", "2")):
        refused(adjudicate(*options), "other-decisions")
    assert (folder / "decisions.json").read_bytes() == content


def test_the_version_of_the_guidelines_and_today_may_be_said_or_not(adjudicate, folder):
    from datetime import date

    edit(folder, "b", guidelines_version="0.3")
    message = refused(adjudicate(*START), "guidelines")
    assert "follow the guidelines 0.2 and 0.3; start it by one" in message
    assert names(folder) == ["article.txt", "passes"]
    assert adjudicate(*START[:-2], "--guidelines", "0.3")[0] == 1
    assert read_decisions(folder).guidelines_version == "0.3"
    assert abs((date.today() - date.fromisoformat(read_decisions(folder).annotation.when)).days) < 2


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ((), "no-decisions"),
        (BY, "no-decisions"),
        (("--passes", "a", "b"), "no-annotator"),
        (("--passes", "a", "b", "--who", "c"), "no-annotator"),
        (("--passes", "a", "b", "--kind", "person"), "no-annotator"),
        (("--passes", "a", "d", *BY), "unknown-pass"),
        (("--passes", "a", "../gold", *BY), "annotator-name"),
        (("--passes", "a", "a", *BY), "unknown-pass"),
        (("--passes", "a", "", *BY), "annotator-name"),
        ((*START[:-1], "2026-02-30"), "no-day"),
        ((*START, "--check"), "start"),
        (("--passes", "a"), "usage"),
        (("--check",), "no-file"),
    ],
)
def test_what_can_not_be_started_is_one_message(adjudicate, folder, options, code):
    refused(adjudicate(*options), code)
    assert names(folder) == ["article.txt", "passes"]


def test_options_are_of_one_article(goldwire, folder, monkeypatch):
    monkeypatch.chdir(folder)
    refused(goldwire("annotate", "adjudicate", *START), "start")


def test_passes_over_two_texts_are_refused(adjudicate, folder):
    layers = dict.fromkeys(("zones", "boilerplate", "mentions", "entities", "relations", "quotes"))
    edit(folder, "b", text="X", sha256=hashlib.sha256(b"X").hexdigest(), **layers)
    assert "two texts of" in refused(adjudicate(*START), "other-text")
    assert names(folder) == ["article.txt", "passes"]


def test_a_pass_by_nobody_is_refused(adjudicate, folder):
    edit(folder, "b", annotation=None)
    assert "b.json, annotation: " in refused(adjudicate(*START), "missing-field")
    assert names(folder) == ["article.txt", "passes"]


def test_a_pass_whose_name_decisions_can_not_hold_is_refused(adjudicate, folder):
    (folder / "passes" / "b.json").rename(folder / "passes" / "B 2.json")
    message = refused(adjudicate("--passes", "a", "B 2", *BY), "annotator-name")
    assert '"B 2" is no name of an annotator' in message
    assert names(folder) == ["article.txt", "passes"]


def test_a_pass_that_says_a_thing_twice_starts_nothing(adjudicate, folder):
    content = json.loads((folder / "passes" / "b.json").read_text("utf-8"))
    edit(folder, "b", zones=[*content["zones"], content["zones"][0]])
    refused(adjudicate(*START), "repeated-item")
    assert names(folder) == ["article.txt", "passes"]


def test_an_adopted_adjudication_makes_gold(adjudicate, folder):
    (result,) = load(ARTICLE)
    note = (BY[1], BY[3], BY[5])
    found = adopted(folder, result, *note, passes=("a", "b"), guidelines="1.1")
    assert names(folder) == ["article.txt", "passes"]
    write(folder, found)
    assert names(folder) == ["article.txt", "decisions.json", "passes"]
    assert adjudicate() == (0, "", "")
    made, shipped = (json.loads((f / "gold.json").read_text("utf-8")) for f in (folder, ARTICLE))
    assert made.pop("annotation")["kind"] == "person"
    del shipped["annotation"]
    assert made == shipped
