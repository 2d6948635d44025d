"""`goldwire annotate push` and `pull` with a real Label Studio: nothing lost or doubled."""

import json
import shutil
import signal
import subprocess
import sys
import time
from itertools import count

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from rich_records import normal, rich_records, without
from studios import ENVIRONMENT, ROOT, fingerprint, people

from goldwire.annotate.pull import pull
from goldwire.annotate.push import push
from goldwire.annotate.serve import serving
from goldwire.annotate.source import records, tasks
from goldwire.annotate.task import finished
from goldwire.corpus.load import load
from goldwire.schemas.errors import Place
from goldwire.schemas.formats.label_studio_task import Entry, record_of, task_of

pytestmark = pytest.mark.real

ARTICLE = "independent-2022-05-08-assad-tehran"
ODD = "Mira Holt 👩‍🚀 left\tOslo.\r\n\r\n“No,”  she\u00a0said <b>twice</b> &amp; went.\r\n"
FACTS = (
    *("--publisher", "Dagen", "--url", "https://example.org/1", "--published", "2026-11-01"),
    *("--title", "Holt leaves", "--rights", "invented for a test"),
)
TITLES = (f"project {number}" for number in count(1))


@pytest.fixture(scope="module")
def staff(server):
    with people(server) as made:
        yield made


@pytest.fixture
def title():
    return next(TITLES)


@pytest.fixture
def articles(tmp_path, goldwire):
    """Article folders with one draft, ``odd``, and the corpus's own article without its passes."""
    where = tmp_path / "articles"
    where.mkdir()
    (tmp_path / "odd.txt").write_bytes(ODD.encode())
    made = goldwire("annotate", "draft", tmp_path / "odd.txt", "--articles", where, *FACTS)
    assert made[0] == 0, made
    source = ROOT / "corpus" / "articles" / ARTICLE
    (where / ARTICLE).mkdir()
    for name in ("article.txt", "gold.json"):
        shutil.copy(source / name, where / ARTICLE)
    return where


@pytest.fixture
def verb(goldwire, articles, server, title):
    """Return a function that runs push or pull for an annotator, by their own credentials."""

    def call(name, who, *arguments, credentials=None):
        file = credentials or server.log.parent / "credentials" / f"{who}.json"
        options = ("--articles", articles, "--project", title, "--credentials", file)
        return goldwire("annotate", name, who, *arguments, *options)

    return call


def mention(name, start, end, label="PERSON", text=None):
    """A region as a browser makes one: what it says of its text is not to be trusted."""
    value = {"start": start, "end": end, "labels": [label], "text": text or "as the browser says"}
    return {
        "id": name,
        "from_name": "mention",
        "to_name": "text",
        "type": "labels",
        "value": value,
        "origin": "manual",
    }


def field(name, control, start, end, value):
    return {
        "id": name,
        "from_name": control,
        "to_name": "text",
        "type": "textarea",
        "value": {"start": start, "end": end, "text": [value]},
    }


ENTITIES = {
    "id": "list",
    "from_name": "entity_list",
    "to_name": "text",
    "type": "textarea",
    "value": {"text": ['id=holt type=PERSON name="Mira Holt"']},
}
LEVEL = {
    "id": "r1",
    "from_name": "level",
    "to_name": "text",
    "type": "choices",
    "value": {"start": 0, "end": 9, "choices": ["NAM"]},
}
RESULT = [mention("r1", 0, 9), LEVEL, field("r1", "entity", 0, 9, "holt"), ENTITIES]


def test_what_is_pushed_is_pulled_again(staff, title):
    """Gold and each pass of the corpus come back equal, in every field and order."""
    folder = ROOT / "corpus" / "articles" / ARTICLE
    for path in (folder / "gold.json", *sorted((folder / "passes").glob("*.json"))):
        (record,) = load(path)
        name = f"{title} {path.stem}"
        pushed = push(staff["a"].studio, name, [finished(record)], prelabel=False)
        (found,) = pull(staff["a"].studio, pushed.project, staff["a"].studio.me, {})
        assert found.record == record
        assert found.in_order


@given(record=rich_records())
@settings(max_examples=15, phases=[Phase.generate], suppress_health_check=[*HealthCheck])
def test_every_field_survives_the_server(staff, record):
    title = next(TITLES)
    pushed = push(staff["a"].studio, title, [finished(record)], prelabel=False)
    assert pushed.added == [finished(record)["data"]["id"]]
    (task,) = staff["a"].tasks(title)
    _, found = record_of(Place(), msgspec.convert(task, Entry), {}, {}, False)
    assert normal(found) == without(normal(record))


def test_a_second_push_changes_nothing(verb, staff, title):
    status, out, _ = verb("push", "a")
    assert (status, out.splitlines()[-1]) == (0, "added 1, there already 0")
    before = staff["a"].tasks(title)
    status, out, _ = verb("push", "a")
    assert (status, out.splitlines()[-1]) == (0, "added 0, there already 1")
    assert staff["a"].tasks(title) == before


def test_what_an_annotator_did_stays_when_it_is_pushed_again(verb, staff, title):
    verb("push", "a")
    (task,) = staff["a"].tasks(title)
    staff["a"].submit(task["id"], RESULT)
    assert verb("push", "a")[0] == 0
    (after,) = staff["a"].tasks(title)
    assert after["annotations"][0]["result"] == RESULT


def test_a_blind_pass_shows_the_text_alone(verb, staff, articles, title):
    """Even where the pushed file has annotations, and says who made them."""
    verb("push", "a", articles / ARTICLE / "gold.json")
    (task,) = staff["a"].tasks(title)
    assert (task["annotations"], task["predictions"]) == ([], [])
    ours = task["data"].pop("goldwire")
    assert set(task["data"]) == {"id", "text"}
    assert not {"annotation", "mentions", "quotes"} & ours["record"].keys()


def test_a_drawn_pass_is_pulled(verb, staff, articles, title):
    verb("push", "a")
    (task,) = staff["a"].tasks(title)
    assert task["data"]["text"] == ODD
    start = ODD.index("she")
    quote = {
        **mention("q1", ODD.index("No"), ODD.index(",”"), "direct"),
        "from_name": "quote",
    }
    she = mention("r2", start, start + 3)
    arrow = {
        "type": "relation",
        "from_id": "q1",
        "to_id": "r2",
        "direction": "right",
        "labels": ["speaker"],
    }
    entity = field("r2", "entity", start, start + 3, "holt")
    staff["a"].submit(task["id"], [*RESULT, she, entity, quote, arrow])
    status, out, err = verb("pull", "a")
    assert status == 2
    assert "give --kind" in err
    assert not (articles / "odd" / "passes").exists()
    status, out, err = verb("pull", "a", "--kind", "person")
    assert (status, out, err) == (0, "submitted 1 of 1; files written: 1\n", "")
    (record,) = load(articles / "odd" / "passes" / "a.json")
    words = [ODD[each.start : each.end] for each in record.mentions]
    assert words == ["Mira Holt", "she"]
    assert [ODD[s.start : s.end] for s in record.quotes[0].content] == ["No"]
    assert record.quotes[0].speaker == "holt"
    assert record.relations == []
    note = record.annotation
    assert (note.who, note.kind, note.status) == ("a", "person", "pass")
    assert note.when == time.strftime("%Y-%m-%d", time.gmtime())
    assert verb("pull", "a")[:2] == (0, "submitted 1 of 1; files written: 0\n")


def test_two_annotators_do_not_meet(goldwire, articles, server, staff):
    for who, words in (("a", RESULT), ("b", [mention("x", 0, 4)])):
        options = (
            "--articles",
            articles,
            "--credentials",
            server.log.parent / "credentials" / f"{who}.json",
        )
        assert goldwire("annotate", "push", who, *options)[0] == 0
        (task,) = staff[who].tasks(f"goldwire pass {who}")
        staff[who].submit(task["id"], words)
        assert goldwire("annotate", "pull", who, "--kind", "person", *options)[0] == 0
    passes = articles / "odd" / "passes"
    assert sorted(path.name for path in passes.iterdir()) == ["a.json", "b.json"]
    status, out, _ = goldwire("annotate", "agree", passes / "a.json", passes / "b.json")
    assert status == 0
    assert out.startswith("self-consistency: A is a (person")


def test_what_is_not_submitted_is_told(verb, staff, title):
    verb("push", "a")
    (task,) = staff["a"].tasks(title)
    status, out, _ = verb("pull", "a")
    assert status == 1
    assert "odd: not submitted (http://127.0.0.1" in out
    staff["b"].draft(task["id"], RESULT)
    status, out, _ = verb("pull", "a")
    assert status == 1
    assert "odd: not submitted: there is a draft" in out
    staff["a"].submit(task["id"], [], was_cancelled=True)
    assert "submitted 0 of 1; files written: 0" in verb("pull", "a")[1]


def test_a_draft_over_a_submitted_pass_is_told(verb, staff, title):
    verb("push", "a")
    (task,) = staff["a"].tasks(title)
    number = staff["a"].submit(task["id"], RESULT)
    staff["a"].ask(
        "POST", f"/tasks/{task['id']}/annotations/{number}/drafts", {"result": RESULT[:1]}
    )
    status, out, _ = verb("pull", "a", "--kind", "person")
    assert status == 1
    assert "odd: changed after it was submitted, in a draft that is not" in out


def test_another_account_s_edit_is_told(verb, staff, title):
    verb("push", "a")
    (task,) = staff["a"].tasks(title)
    number = staff["a"].submit(task["id"], RESULT)
    staff["b"].change(number, result=[*RESULT, mention("r9", 16, 20, "GPE")])
    status, out, _ = verb("pull", "a", "--kind", "person")
    assert status == 1
    assert "odd: changed by b@goldwire.example, not by a@goldwire.example" in out
    assert verb("pull", "b", "--kind", "person")[1].count("made by a@goldwire.example") == 1


def test_deleted_regions_of_a_prediction_are_told(verb, staff, articles, title):
    gold = articles / ARTICLE / "gold.json"
    verb("push", "a", gold, "--start", "prediction")
    (task,) = staff["a"].tasks(title)
    (prediction,) = task["predictions"]
    result = [each for each in prediction["result"] if each.get("id") != "mention-m125"]
    label = next(e for e in result if e.get("id") == "mention-m1" and e["type"] == "labels")
    label["value"]["labels"] = ["ORG"]
    staff["a"].submit(task["id"], result)
    status, out, _ = verb("pull", "a", "--kind", "person")
    (record,) = load(gold)
    number = sum(
        len(getattr(record, layer))
        for layer in ("zones", "boilerplate", "mentions", "entities", "relations", "quotes")
    )
    last = record.mentions[-1]
    words = record.text[last.start : last.end]
    told = f'{number - 2} kept, 1 changed, 0 added, 1 deleted (mentions m125 "{words}")'
    assert f"{ARTICLE}: since the prediction: {told}" in out
    assert status == 0


def test_a_pass_that_was_changed_here_is_not_written_over(verb, staff, articles, title):
    verb("push", "a")
    (task,) = staff["a"].tasks(title)
    number = staff["a"].submit(task["id"], RESULT)
    verb("pull", "a", "--kind", "person")
    before = fingerprint(articles)
    staff["a"].change(number, result=[*RESULT, mention("r9", 19, 23, "GPE")])
    status, _, err = verb("pull", "a")
    assert status == 2
    assert "passes/a.json: the server has another pass (2 kept, 0 changed, 1 added, 0 del" in err
    assert "--replace writes the server's over it [pass-differs]" in err
    assert fingerprint(articles) == before
    assert verb("pull", "a", "--replace")[0] == 0
    assert len(load(articles / "odd" / "passes" / "a.json")[0].mentions) == 2


def test_two_passes_are_adjudicated(goldwire, verb, staff, articles, title):
    """From both passes as predictions to decisions.json, and from it the gold that is shipped."""
    passes = ROOT / "corpus" / "articles" / ARTICLE / "passes"
    shutil.copytree(passes, articles / ARTICLE / "passes")
    (articles / ARTICLE / "gold.json").unlink()
    pushed = verb("push", "c", articles / ARTICLE, "--passes", "a", "b")
    assert (pushed[0], pushed[2]) == (0, "")
    (task,) = staff["c"].tasks(title)
    assert [each["model_version"] for each in task["predictions"]] == ["a", "b"]
    (gold,) = load(ROOT / "corpus" / "articles" / ARTICLE)
    bare = msgspec.structs.replace(gold, annotation=None)
    staff["c"].submit(task["id"], task_of(bare)["annotations"][0]["result"])
    pulled = verb("pull", "c", "--adjudication", "--kind", "person")
    assert pulled[:2] == (0, "submitted 1 of 1; files written: 1\n")
    assert goldwire("annotate", "adjudicate", articles / ARTICLE)[0] == 0
    (made,) = load(articles / ARTICLE)
    assert made.annotation.who == "a, b; adjudicated by c"
    for layer in ("zones", "boilerplate", "mentions", "entities", "relations", "quotes"):
        assert getattr(made, layer) == getattr(gold, layer)


DANGLING = {
    "type": "relation",
    "from_id": "r1",
    "to_id": "gone",
    "direction": "right",
    "labels": ["visited"],
}
SPOILED = {
    "dangling": ([*RESULT, DANGLING], 'region "gone": a relation from "r1" to "gone" lacks'),
    "same-id": ([*RESULT, mention("r1", 20, 24)], 'region "r1": several regions have this id'),
    "unknown-label": ([mention("r1", 0, 9, "WIZARD")], 'mentions[0].type: unknown label "WIZARD"'),
    "unknown-control": ([{**RESULT[0], "from_name": "ner"}], 'no control is named "ner"'),
    "past-the-end": ([mention("r1", 0, 999)], "ends at 999, past the end of the text"),
    "no-entity": ([*RESULT[:3]], 'entity names "holt", which nothing has as its id'),
}


@pytest.mark.parametrize("name", SPOILED)
def test_annotations_that_are_not_sound(verb, staff, articles, title, name):
    result, message = SPOILED[name]
    verb("push", "a")
    (task,) = staff["a"].tasks(title)
    staff["a"].submit(task["id"], result)
    before = fingerprint(articles)
    status, out, err = verb("pull", "a", "--kind", "person")
    assert (status, out) == (2, "")
    assert message in err
    assert f"/data?task={task['id']}" in err
    assert err.count("\n") == 1
    assert fingerprint(articles) == before


def test_a_text_that_was_changed_on_the_server(verb, staff, articles, title):
    verb("push", "a")
    (task,) = staff["a"].tasks(title)
    changed = {**task["data"], "text": ODD.replace("Mira", "Mera")}
    staff["a"].ask("PATCH", f"/tasks/{task['id']}/", {"data": changed})
    for submitted in (False, True):
        if submitted:
            staff["a"].submit(task["id"], RESULT)
        before = fingerprint(articles)
        status, _, err = verb("pull", "a", "--kind", "person")
        assert status == 2
        assert "the task's text is not the one that was annotated" in err
        assert fingerprint(articles) == before
    status, _, err = verb("push", "a")
    assert status == 2
    assert "the task's text is not what would be pushed" in err


def test_a_project_of_another_configuration(verb, staff, title):
    verb("push", "a")
    project = staff["a"].studio.project(title)
    config = staff["a"].ask("GET", f"/projects/{project}/")["label_config"]
    renamed = config.replace('value="LAW"', 'value="LAWS"')
    for other, said in (
        (renamed, "lacks mention/LAW and has also mention/LAWS"),
        ("<View/>", " …;"),
    ):
        staff["a"].ask("PATCH", f"/projects/{project}/", {"label_config": other})
        for name in ("push", "pull"):
            status, _, err = verb(name, "a")
            assert status == 2
            assert "the project's labelling configuration is not goldwire's: it lacks" in err
            assert said in err
            assert "restore what goldwire annotate config prints" in err


def test_tasks_that_are_not_ours_or_stand_twice(verb, staff, title):
    verb("push", "a")
    (task,) = staff["a"].tasks(title)
    project = staff["a"].studio.project(title)
    staff["a"].studio.add(project, [{"data": task["data"]}])
    for name in ("push", "pull"):
        status, _, err = verb(name, "a", *(["--kind", "person"] if name == "pull" else []))
        assert status == 2
        assert "odd" in err
    staff["a"].studio.add(project, [{"data": {"text": "mine", "id": "mine"}}])
    for name in ("push", "pull"):
        status, _, err = verb(name, "a")
        assert status == 2


def test_wrong_addresses_and_tokens(verb, staff, server, tmp_path):
    right = json.loads((server.log.parent / "credentials" / "a.json").read_bytes())
    expired = "eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjEsInRva2VuX3R5cGUiOiJyZWZyZXNoIn0.c2lnbmVk"
    wrong = {
        "refused-token": ({"token": "0" * 40}, "the server refuses the token: Invalid token"),
        "expired": ({"token": expired}, "the server refuses the token: API key has expired"),
        "no-server": ({"url": "http://127.0.0.1:9"}, "no server answers when asked to log in"),
        "no-label-studio": ({"url": right["url"] + "/static"}, "is no Label Studio"),
    }
    for change, message in wrong.values():
        file = tmp_path / "credentials.json"
        file.write_text(json.dumps({**right, **change}))
        file.chmod(0o600)
        for name in ("push", "pull"):
            status, out, err = verb(name, "a", credentials=file)
            assert (status, out) == (2, "")
            assert message in err
            assert err.count("\n") == 1
            assert {**right, **change}["token"] not in err


def test_no_token_is_saved(verb, staff, server, articles, tmp_path, title):
    verb("push", "a")
    (task,) = staff["a"].tasks(title)
    staff["a"].submit(task["id"], RESULT)
    verb("pull", "a", "--kind", "person")
    token = server.credentials["a"].token.encode()
    assert not [p for p in tmp_path.rglob("*") if p.is_file() and token in p.read_bytes()]


def test_a_server_killed_while_tasks_are_pushed(migrated, tmp_path):
    """The push ends with one message; after a new start the next one finishes, nothing doubled."""
    folder = shutil.copytree(migrated, tmp_path / "studio")
    (gold,) = load(ROOT / "corpus" / "articles" / ARTICLE)
    many = [msgspec.structs.replace(gold, id=f"d{number:03}") for number in range(75)]
    run = tmp_path / "many.jsonl"
    run.write_bytes(b"\n".join(map(msgspec.json.encode, many)))
    command = [
        *(sys.executable, "-m", "goldwire", "annotate", "push", "a", run),
        *("--start", "prediction", "--articles", tmp_path, "--credentials"),
        folder / "credentials" / "a.json",
    ]
    with serving(folder, environment=ENVIRONMENT) as server:
        pushing = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE)
        with people(server) as staff:
            while not 25 <= _number(staff["a"]) < 75:
                time.sleep(0.1)
        server.process.send_signal(signal.SIGKILL)
        _, err = pushing.communicate(timeout=60)
        assert pushing.returncode == 2, err
        assert err.count(b"\n") == 1
        assert b"push or pull again: what was done is kept" in err
    with serving(folder, environment=ENVIRONMENT) as server:
        done = subprocess.run(command, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        with people(server) as staff:
            listed = staff["a"].tasks("goldwire pass a")
        assert sorted(task["data"]["id"] for task in listed) == [each.id for each in many]
        whole = tasks(records([run], tmp_path), "prediction")
        sent = {task["data"]["id"]: task["predictions"][0]["result"] for task in whole}
        for task in listed:
            (prediction,) = task["predictions"]
            assert prediction["result"] == sent[task["data"]["id"]]


def _number(person):
    try:
        project = person.studio.project("goldwire pass a")
        return len(list(person.studio.tasks(project, ("id",)))) if project else 0
    except Exception:
        return 0
