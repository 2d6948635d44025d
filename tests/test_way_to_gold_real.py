"""The newcomer's page is run as it stands, from a text file to published gold."""

import re
import shlex
import shutil
from contextlib import chdir

import pytest
from bridge_story import TEXT, whole
from studio_page import StudioPage, browser
from studios import ROOT, people

from goldwire.corpus.load import load
from goldwire.schemas.formats.label_studio_task import task_of

pytestmark = pytest.mark.real

PAGE = (ROOT / "annotate" / "README.md").read_text("utf-8")
LINES = [
    line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()
]
NOT_RUN = ("pip install", "goldwire annotate serve")
LAYERS = ("zones", "boilerplate", "mentions", "entities", "relations", "quotes")


@pytest.fixture
def checkout(tmp_path):
    """A checkout of its own, in which a text file waits."""
    folder = tmp_path / "checkout"
    for name in ("corpus", "annotate", "schemas", "eval"):
        kept_out = shutil.ignore_patterns("__pycache__", "studio", "pictures")
        shutil.copytree(ROOT / name, folder / name, ignore=kept_out)
    for name in ("README.md", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    (folder / "story.txt").write_bytes(TEXT.encode())
    with chdir(folder):
        yield folder


def other():
    """What the second annotator has: an organisation for a place, no relation, no newsletter."""
    record = whole()
    record.mentions[6].type = "ORG"
    for entity in record.entities:
        entity.type = "ORG" if entity.id == "harwell" else entity.type
    record.relations = record.relations[1:]
    record.boilerplate = []
    return record


def results(record):
    return task_of(record)["annotations"][0]["result"]


def test_from_a_text_to_published_gold(checkout, server, goldwire):
    assert [line for line in LINES if not line.startswith((*NOT_RUN, "goldwire "))] == []
    with people(server) as staff:
        for line in LINES:
            if line.startswith(NOT_RUN):
                continue
            run(line, server, goldwire)
            after(line, staff)
    (gold,) = (each for each in load(checkout / "corpus") if each.id == "bridge")
    for layer in LAYERS:
        found, wanted = getattr(gold, layer), getattr(whole(), layer)
        if layer == "entities":  # they stand in the order of their first mentions
            found, wanted = ({each.id: each for each in side} for side in (found, wanted))
        assert found == wanted, layer
    assert gold.text == TEXT
    assert gold.annotation.who == "a, b; adjudicated by c"
    assert goldwire("build", "--check")[0] == 0
    assert "| zones | 22 |" in (checkout / "README.md").read_text("utf-8")


def run(line, server, goldwire):
    line = line.replace("../studio/credentials", str(server.log.parent / "credentials"))
    status, out, err = goldwire(*shlex.split(line)[1:])
    assert status == 0, (line, out, err)


def after(line, staff):
    """Do what people do in the browser after a push."""
    found = re.match(r"goldwire annotate push (\w)( --passes)?", line)
    if not found:
        return
    name, kind = found[1], "adjudication" if found[2] else "pass"
    (task,) = staff[name].tasks(f"goldwire {kind} {name}")
    made = {"a": whole(), "b": other(), "c": whole()}[name]
    staff[name].submit(task["id"], results(made))


def test_every_verb_of_annotate_is_on_the_page(goldwire):
    verbs = re.findall(
        r"^  (\w+) ", goldwire("annotate", "--help")[1].split("Commands:")[1], re.MULTILINE
    )
    assert len(verbs) >= 7
    assert [verb for verb in verbs if f"goldwire annotate {verb}" not in PAGE] == []


ODD = "Mira 👩‍👩‍👧 Holt\r\nleft  Oslo\tfor\u00a0<b>Rome</b> &amp; home 🎁.\r\n“Stay,” she said.\r\n"
FACTS = (
    *("--publisher", "Dagen", "--url", "https://example.org/1", "--published", "2026-11-01"),
    *("--title", "Holt leaves", "--rights", "invented for a test"),
)


def test_what_is_drawn_in_the_browser_is_pulled(tmp_path, server, goldwire):
    """By two annotators, each at the own project: by mouse and keyboard, relation and all."""
    articles = tmp_path / "articles"
    articles.mkdir()
    for name, text in (("article", load()[0].text), ("odd", ODD)):
        (tmp_path / f"{name}.txt").write_bytes(text.encode())
        made = goldwire(
            "annotate", "draft", tmp_path / f"{name}.txt", "--articles", articles, *FACTS
        )
        assert made[0] == 0, made
    for who in ("a", "b"):
        file = server.log.parent / "credentials" / f"{who}.json"
        options = ("--articles", articles, "--project", f"drawn by {who}", "--credentials", file)
        assert goldwire("annotate", "push", who, *options)[0] == 0
        with people(server) as staff, browser() as page:
            numbers = {t["data"]["id"]: t["id"] for t in staff[who].tasks(f"drawn by {who}")}
            project = staff[who].studio.project(f"drawn by {who}")
            editor = StudioPage(page, server.credentials[who])
            for name, number in numbers.items():
                editor.open(project, number)
                draw(editor, load_text(articles, name), who)
        status, out, err = goldwire("annotate", "pull", who, "--kind", "person", *options)
        assert (status, out) == (0, "submitted 2 of 2; files written: 2\n"), err
        for name in numbers:
            text = load_text(articles, name)
            (record,) = load(articles / name / "passes" / f"{who}.json")
            check(record, text, who)


def load_text(articles, name):
    return (articles / name / "article.txt").read_bytes().decode()


WANTED = {
    "a": {
        "article": ("Assad", "Tehran", "“", "Ali Khamenei"),
        "odd": ("Mira", "👩‍👩‍👧", "Rome", "🎁", "she"),
    },
    "b": {"article": ("Syria", "Iran"), "odd": ("Holt", "left  Oslo\tfor", "<b>Rome</b> &amp;")},
}


def wanted(text, who):
    return WANTED[who]["odd" if text == ODD else "article"]


def draw(editor, text, who):
    """Draw mentions, the first by mouse alone, the others by their key; relate the first two."""
    words = wanted(text, who)
    for number, each in enumerate(words):
        start = text.index(each)
        if number:
            editor.press("g")
            editor.drag(start, start + len(each))
        else:
            editor.region("mention", "PERSON", start, start + len(each))
    editor.relate(text.index(words[0]), text.index(words[1]), "visited")
    editor.send()


def check(record, text, who):
    words = wanted(text, who)
    assert record.text == text
    found = sorted((each.start, each.end, each.type) for each in record.mentions)
    assert found == sorted(
        (text.index(each), text.index(each) + len(each), "GPE" if number else "PERSON")
        for number, each in enumerate(words)
    )
    ids = {mention.id: text[mention.start : mention.end] for mention in record.mentions}
    assert [(ids[r.head], r.type, ids[r.tail]) for r in record.relations] == [
        (words[0], "visited", words[1])
    ]
