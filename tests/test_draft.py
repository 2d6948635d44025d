"""Drafts: bytes stay, what is missing or in the way is said, and nothing is half-written."""

import hashlib
import json
import os
import re
import shutil

import msgspec
import pytest

from goldwire.annotate.draft import GUIDELINES_VERSION, read_draft
from goldwire.corpus.load import PACKAGED, in_progress, load
from goldwire.schemas.errors import DataError
from goldwire.schemas.record import Record, Relation, Source

ODD = "One\r\nTwo \u00a0\u2009x\tMira Holt 😀 said “no’ \x0cend".encode()
SAID = {
    "publisher": "The Harbour Post",
    "url": "https://harbour.example/a",
    "published": "2024-05-01",
    "title": "Café says no",
    "rights": "the publisher's",
}
OPTIONS = [part for name, value in SAID.items() for part in (f"--{name}", value)]
SHARED = [part for name in ("publisher", "published", "rights") for part in (f"--{name}", "x")]


@pytest.fixture
def desk(tmp_path, monkeypatch, goldwire):
    """A folder outside a checkout, in which files are made and drafted into ``articles``."""
    monkeypatch.chdir(tmp_path)
    return Desk(tmp_path, goldwire)


class Desk:
    def __init__(self, root, goldwire):
        self.root = root
        self.goldwire = goldwire
        self.articles = root / "articles"

    def file(self, name, content=b"A text.\n"):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return name

    def draft(self, *arguments, options=OPTIONS):
        return self.goldwire("annotate", "draft", *arguments, *options, "--articles", "articles")

    def refused(self, *arguments, options=OPTIONS):
        """Return the message of a draft that must be refused, and change nothing."""
        before = self.state()
        status, out, error = self.draft(*arguments, options=options)
        assert (status, out) == (2, "")
        assert error.count("\n") == 1
        assert self.state() == before
        return error

    def state(self):
        found = [path for path in self.root.rglob("*") if path.is_file()]
        return {path: path.read_bytes() for path in found if os.access(path, os.R_OK)}

    def made(self, name):
        return json.loads((self.articles / name / "draft.json").read_bytes())


def test_the_bytes_of_a_text_and_all_that_is_said_of_it_are_kept(desk):
    status, out, error = desk.draft(
        desk.file("story.txt", ODD), options=[*OPTIONS, "--agency", "AP"]
    )
    assert (status, out) == (
        0,
        'drafted: story "Café says no", The Harbour Post, 2024-05-01, https://harbour.example/a, '
        f"{len(ODD.decode())} characters\n",
    )
    assert "story.txt: 1 control characters, the first U+000C in line 2" in error
    assert sorted(os.listdir(desk.articles / "story")) == ["article.txt", "draft.json"]
    assert (desk.articles / "story" / "article.txt").read_bytes() == ODD
    assert desk.made("story") == {
        "id": "story",
        "schema_version": "1",
        "guidelines_version": GUIDELINES_VERSION,
        "language": "en",
        "sha256": hashlib.sha256(ODD).hexdigest(),
        "source": {**SAID, "agency": "AP"},
    }
    record = read_draft(desk.articles / "story")
    assert record.text == ODD.decode()
    assert record.source == Source(**SAID, agency="AP")


def test_the_version_is_that_of_the_guidelines():
    page = (PACKAGED.parent / "annotate" / "GUIDELINES.md").read_text("utf-8")
    assert re.search(r"^Version (.+)$", page, re.MULTILINE)[1] == GUIDELINES_VERSION


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (" \n\u00a0\t", "nothing but white space"),
        ("Café".encode("latin-1"), "story.txt:1: holds bytes that are not UTF-8"),
        (b"\xef\xbb\xbfA text.", "starts with a byte order mark"),
        ("A text.".encode("utf-16"), "the mark of UTF-16"),
        (b"A text\nwith \0 in it", "story.txt:2: holds a NUL character"),
    ],
)
def test_what_can_not_be_annotated_is_refused(desk, content, message):
    assert message in desk.refused(desk.file("story.txt", content))


def test_a_file_that_is_none_is_refused_and_so_are_the_others(desk):
    good = desk.file("good.txt")
    (desk.root / "folder").mkdir()
    for name, message in (("folder", "is a directory"), ("absent.txt", "no such file")):
        assert f"{name}: {message}" in desk.refused(good, name, options=SHARED)


def test_a_file_that_can_not_be_read_is_refused(desk):
    (desk.root / "loop.txt").symlink_to("loop.txt")
    for name in ("loop.txt", f"{desk.file('story.txt')}/inner.txt"):
        assert re.match(f"goldwire: {name}: .*; check the path", desk.refused(name))


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("Story_Of 2024.txt", "story-of-2024"),
        ("a.b.txt", "a-b"),
        ("x" * 90 + ".txt", "x" * 64),
        ("-lead.txt", "lead"),
    ],
)
def test_an_id_is_made_of_a_name(desk, name, made):
    assert desk.draft("--", desk.file(name), options=[])[0] == 2  # no provenance, but no crash
    assert desk.draft(f"./{desk.file(name)}")[0] == 0
    assert desk.made(made)["id"] == made


def test_ids_must_be_ids_and_of_one_article(desk):
    story = desk.file("story.txt")
    for wrong in ("Story", "a_b", "-a", "a" * 65, "../a", "a\nb"):
        assert "is no article id" in desk.refused(story, "--id", wrong)
    assert "no id can be made" in desk.refused(desk.file("日本.txt"))
    assert desk.draft("日本.txt", "--id", "japan-1")[0] == 0
    one, other = desk.file("a/Story.txt"), desk.file("b/story.txt")
    table = desk.file("t.jsonl", rows({"file": one}, {"file": other}))
    error = desk.refused(one, other, "--provenance", table, options=[])
    assert 'b/story.txt: a/Story.txt has the id "story" too' in error
    for option in ("--id", "--url", "--title"):
        error = desk.refused(one, other, option, "https://a.example", options=SHARED)
        assert f"{option} would be the same for 2 files" in error


def rows(*given):
    return "".join(json.dumps({**SAID, **row}) + "\n" for row in given)


def test_all_that_is_missing_is_said_at_once(desk):
    one, other = desk.file("one.txt"), desk.file("two.txt")
    error = desk.refused(one, options=["--publisher", "P", "--title", " "])
    assert "one.txt: no url, published, title, rights; give --url --published --title" in error
    table = desk.file("t.jsonl", rows({"file": "one.txt"}))
    error = desk.refused(one, other, "--provenance", table, options=["--rights", "R"])
    what = "two.txt: no publisher, url, published, title; give a line for each file in t.jsonl"
    assert what in error
    error = desk.refused(one, other, options=["--rights", "R", "--published", "2024-05-01"])
    assert "one.txt, two.txt: no publisher, url, title; give a table with --provenance" in error


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--published", "2024-02-30", '"2024-02-30" is no date; write it as YYYY-MM-DD'),
        ("--published", "20240201", "is no date"),
        ("--published", "1 May 2024", "is no date"),
        ("--url", "harbour.example/a", "is no web address"),
        ("--url", "file:///etc/passwd", "is no web address"),
        ("--url", "https://me:secret@harbour.example/", "holds a name or password"),
        ("--language", "english!", "is no language tag"),
        ("--title", "Caf\udce9", "title: holds bytes that are not UTF-8"),
    ],
)
def test_what_is_said_must_be_of_its_form(desk, option, value, message):
    error = desk.refused(desk.file("story.txt"), options=[*OPTIONS, option, value])
    assert message in error
    assert "secret" not in error


def test_a_table_says_for_each_file_what_the_options_do_not(desk):
    desk.file("in/one.txt", "One.")
    desk.file("in/two.txt", "Two.")
    table = desk.file(
        "in/t.jsonl",
        rows({"file": "one.txt", "title": "The first", "id": "first"}, {"file": "two.txt"}),
    )
    options = ["--provenance", table, "--agency", "AP"]
    assert desk.draft("in/one.txt", "in/two.txt", options=options)[0] == 0
    assert desk.made("first")["source"] == {**SAID, "title": "The first", "agency": "AP"}
    assert desk.made("two")["source"] == {**SAID, "agency": "AP"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"file": "a.txt", "titel": "x"}', 't.jsonl:1: unknown key "titel"'),
        ('\n{"title": "x"}', 't.jsonl:2: key "file" is missing'),
        ('{"file": "a.txt", "title": 3}', "t.jsonl:1, title: expected a string"),
        ('{"file": "a.txt"}\n{"file": "./a.txt"}', 't.jsonl:2: "./a.txt" stands twice'),
        ("file,title\na.txt,x", "not JSON"),
    ],
)
def test_a_table_is_read_strictly(desk, content, message):
    table = desk.file("t.jsonl", content)
    assert message in desk.refused(desk.file("a.txt"), "--provenance", table)


def test_to_draft_again_changes_nothing(desk):
    story = desk.file("story.txt", ODD)
    desk.draft(story)
    before = desk.state()
    times = {path: path.stat().st_mtime_ns for path in before}
    status, out, _ = desk.draft(story)
    assert status == 0
    assert out.startswith("left as it is: story ")
    assert desk.state() == before
    assert {path: path.stat().st_mtime_ns for path in before} == times


def test_a_draft_that_was_cut_off_is_finished(desk):
    story = desk.file("story.txt", ODD)
    desk.draft(story)
    whole = desk.state()
    (desk.articles / "story" / "draft.json").unlink()
    status, out, _ = desk.draft(story)
    assert (status, out[:8]) == (0, "drafted:")
    assert desk.state() == whole


def test_another_text_or_other_provenance_is_not_written_over(desk):
    story, other = desk.file("story.txt"), desk.file("other.txt")
    desk.draft(story)
    desk.file("story.txt", "Another text.\n")
    assert "articles/story: an article with another text is there" in desk.refused(story)
    assert "another text" in desk.refused(
        other,
        story,
        "--provenance",
        desk.file("t.jsonl", rows({"file": story}, {"file": other})),
        options=[],
    )
    assert not (desk.articles / "other").exists()
    desk.file("story.txt")
    error = desk.refused(story, options=[*OPTIONS, "--title", "Another"])
    assert "draft.json: it was drafted before, with other provenance" in error


def test_an_article_that_is_gold_or_annotated_is_left_alone(desk):
    story, folder = desk.file("story.txt"), desk.articles / "story"
    desk.file("articles/story/article.txt")
    for name in ("gold.json", "passes/a.json"):
        desk.file(f"articles/story/{name}", "{}")
        error = desk.refused(story)
        assert f"the article has {name.partition('/')[0]} already" in error
        (folder / "gold.json").unlink(missing_ok=True)
    shutil.rmtree(folder)
    desk.draft(story)
    desk.file("articles/story/passes/a.json", "{}")
    before = desk.state()
    assert desk.draft(story)[0] == 0
    assert desk.state() == before
    desk.refused(story, options=[*OPTIONS, "--title", "Another"])
    shutil.rmtree(folder)
    desk.file("articles/story", "a file")
    assert "this is no folder" in desk.refused(story)


def test_drafts_go_to_the_checkout_or_where_they_are_sent(desk):
    story = desk.file("story.txt")
    status, _, error = desk.goldwire("annotate", "draft", story, *OPTIONS)
    assert status == 2
    assert "give --articles DIR" in error
    (desk.root / "corpus" / "articles").mkdir(parents=True)
    assert desk.goldwire("annotate", "draft", story, *OPTIONS)[0] == 0
    assert (desk.root / "corpus" / "articles" / "story" / "draft.json").exists()
    status, _, error = desk.goldwire("annotate", "draft", story, *OPTIONS, "--articles", story)
    assert (status, error.count("\n")) == (2, 1)
    assert "story.txt: " in error


def corpus(desk):
    """Draft an article beside the corpus's own."""
    own = next((PACKAGED / "articles").glob("*/gold.json")).parent
    shutil.copytree(own, desk.articles / own.name)
    desk.draft(desk.file("story.txt"))
    return own.name


def test_articles_in_progress_are_passed_over(desk):
    name = corpus(desk)
    assert [record.id for record in load(desk.root)] == [name]
    assert in_progress(desk.root) == [desk.articles / "story"]
    assert desk.goldwire("score", "--run", "oracle", "--gold", desk.root)[0] == 0
    status, out, _ = desk.goldwire("corpus", "check", desk.root)
    assert (status, out) == (0, "articles: 1, in progress: 1, checks: 32, problems: 0\n")
    _, out, _ = desk.goldwire("corpus", "check", desk.root, "--json")
    assert json.loads(out)["in_progress"] == 1


def test_gold_counts_as_soon_as_it_is_there_and_nothing_else_is_passed_over(desk):
    name = corpus(desk)
    shutil.copy(desk.articles / "story" / "draft.json", desk.articles / name)
    assert in_progress(desk.root) == [desk.articles / "story"]
    assert [record.id for record in load(desk.root)] == [name]
    (desk.articles / "story" / "draft.json").unlink()
    with pytest.raises(DataError, match="no such file"):
        load(desk.root)
    shutil.rmtree(desk.articles / "story")
    (desk.articles / name / "gold.json").unlink()
    with pytest.raises(DataError, match="no article with gold, only 1 in progress"):
        load(desk.root)
    with pytest.raises(DataError, match="the article is in progress"):
        load(desk.articles / name)


def test_a_draft_whose_text_was_changed_is_not_read(desk):
    desk.draft(desk.file("story.txt", ODD))
    folder = desk.articles / "story"
    (folder / "article.txt").write_bytes(ODD + b"\n")
    with pytest.raises(DataError, match="restore the text byte for byte"):
        read_draft(folder)
    (folder / "article.txt").write_bytes(ODD)
    folder.rename(desk.articles / "other")
    with pytest.raises(DataError, match="folder-name"):
        read_draft(desk.articles / "other")
    with pytest.raises(DataError, match="no-file"):
        read_draft(folder)


EXTRACTORS = """
def some(article):
    quote = {"content": [{"text": "no"}], "speaker": "lost", "cue": [{"text": "gone words"}]}
    return {
        "mentions": [
            {"text": "Mira Holt", "type": "PERSON"},
            {"text": "One", "type": "PER", "id": "m1"},
            {"text": "nowhere at all", "type": "GPE", "id": "lost"},
        ],
        "relations": [
            {"head": "m1", "type": "visited", "tail": "lost"},
            {"head": "m1", "type": "visited", "tail": "m1", "evidence": [{"text": "Two"}]},
        ],
        "quotes": [quote, {"content": [{"text": "never said by anybody"}]}],
    }

def loose(article):
    mentions = [
        {"start": 3, "end": 8, "type": "PERSON", "id": "a"},
        {"start": 3, "end": 5, "type": "PERSON", "id": "b"},
        {"text": "Mira Holt", "type": "ORG", "id": "c"},
    ]
    return {"mentions": mentions, "relations": [{"head": "a", "type": "led_by", "tail": "c"}]}

def fails(article):
    raise ValueError("no \\x1b[31mluck")

def leaves(article):
    raise SystemExit(3)

def dangling(article):
    return {"mentions": [{"text": "Mira Holt", "type": "PERSON", "entity": "e9"}]}
"""


@pytest.fixture
def mine(desk, monkeypatch):
    """A desk with a module of extractors, ``draft_extractors``."""
    desk.file("draft_extractors.py", EXTRACTORS)
    monkeypatch.syspath_prepend(desk.root)
    desk.file("story.txt", ODD)
    return desk


def test_an_extractor_goes_first_and_what_is_lost_is_counted(mine):
    status, _, error = mine.draft("story.txt", "--extractor", "draft_extractors:some")
    assert status == 0
    made, text = mine.made("story"), ODD.decode()
    start = text.index("Mira")
    assert made["mentions"] == [
        {"id": "m2", "start": start, "end": start + 9, "type": "PERSON"},
        {"id": "m1", "start": 0, "end": 3},
    ]
    two, no = text.index("Two"), text.index("no")
    evidence = [{"start": two, "end": two + 3}]
    assert made["relations"] == [
        {"id": "r1", "head": "m1", "type": "visited", "tail": "m1", "evidence": evidence}
    ]
    assert made["quotes"] == [{"id": "q1", "content": [{"start": no, "end": no + 2}]}]
    assert "boilerplate" not in made
    left_out = {
        "mentions without a place in the text": 1,
        "quotes without a place in the text": 1,
        "cues, sources and marks without a place": 1,
        "relations of mentions without a place": 1,
        "speakers without a place in the text": 1,
        "mentions lost their type PER, which the guidelines do not have": 1,
    }
    assert made["meta"]["pre_annotation"] == {
        "extractor": "draft_extractors:some",
        "version": None,
        "left_out": left_out,
    }
    for what in left_out:
        assert f"story.txt: draft_extractors:some: {what}: 1\n" in error


def test_spans_are_trimmed_and_relations_take_their_one_direction(mine):
    """One without evidence gets no id, with which it could not be an arrow."""
    status, _, error = mine.draft("story.txt", "--extractor", "draft_extractors:loose")
    assert status == 0
    made = mine.made("story")
    assert [each["id"] for each in made["mentions"]] == ["a", "c"]
    assert made["mentions"][0] == {"id": "a", "start": 5, "end": 8, "type": "PERSON"}
    assert made["relations"] == [{"head": "c", "type": "leader_of", "tail": "a"}]
    assert "spans that lost white space at their ends: 2" in error
    assert "mentions without a place in the text: 1" in error


@pytest.mark.parametrize("name", ["rules", "empty"])
def test_an_extractor_of_our_own_on_odd_characters(mine, name):
    assert mine.draft("story.txt", "--extractor", name)[0] == 0
    read_draft(mine.articles / "story")
    assert mine.made("story")["meta"]["pre_annotation"]["extractor"] == name
    assert mine.draft("story.txt", "--extractor", name)[1].startswith("left as it is")
    assert "by other tools" in mine.refused("story.txt")


def test_rules_on_the_article_give_a_draft_that_label_studio_takes(desk):
    own = next((PACKAGED / "articles").glob("*/article.txt"))
    desk.draft(own, "--id", "own", "--extractor", "rules")
    record = read_draft(desk.articles / "own")
    assert len(record.mentions) > 50
    assert all(each.id for each in record.mentions)
    desk.file("d.jsonl", msgspec.json.encode(record))
    desk.goldwire("convert", "d.jsonl", "t.json", "--to", "label-studio")
    (back,) = desk_read(desk.root / "t.json")
    kind = Relation.__struct_fields__
    for each in (back, record):  # they come back in the order evidence, arrow, list
        each.relations.sort(key=lambda one: [str(getattr(one, name)) for name in kind])
    assert back == record


def desk_read(path) -> list[Record]:
    from goldwire.corpus.convert import read_any

    return read_any(f"label-studio:{path}", {})


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("draft_extractors:fails", r"ValueError: no \\x1b\[31mluck; mend it, or draft without"),
        ("draft_extractors:leaves", "SystemExit: 3"),
        ("draft_extractors:dangling", 'no item has the id "e9"'),
        ("oracle", "answers with gold, and a draft has none"),
        ("ruls", 'did you mean "rules"'),
        ("cmd:false", "the command ended with status 1"),
    ],
)
def test_an_extractor_that_fails_leaves_nothing(mine, name, message):
    assert re.search(message, mine.refused("story.txt", "--extractor", name))


PARAGRAPHS = (
    "The café in the harbour – once a bank – said “no” on Monday to a plan that would have moved "
    "it across the river, its owner told reporters.",
    "Mira Holt, who has run it for 20 years, said the city had never asked her before it drew up "
    "the plans for the new quay and the road behind it.",
    "The council is to vote on the plan in June, and two of its members have already said that "
    "they will not support it as it stands today.",
)
DATE = '<meta property="article:published_time" content="2024-05-03T10:00:00Z">'


def page(head='<meta charset="utf-8">', date=DATE):
    body = "".join(f"<p>{each}</p>" for each in PARAGRAPHS)
    return (
        f'<!DOCTYPE html><html lang="en-GB"><head>{head}<title>Café says no | Post</title>{date}'
        '<meta property="og:title" content="Café says no">'
        '<meta property="og:site_name" content="The Harbour Post">'
        '<link rel="canonical" href="https://harbour.example/news/cafe"></head>'
        f'<body><nav><a href="/">Home</a></nav><article><h1>Café says no</h1>{body}</article>'
        "<footer>Copyright 2019 Harbour Media</footer></body></html>"
    )


RIGHTS = ["--rights", "R"]


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("utf.html", page().encode()),
        ("none.HTM", page("").encode()),
        ("cp.html", page('<meta charset="windows-1252">').encode("cp1252")),
        ("latin.html", page("<META CHARSET=iso-8859-1>").encode("cp1252")),
        (
            "old.html",
            page(
                '<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">'
            ).encode("cp1252"),
        ),
        ("x.xhtml", b'<?xml version="1.0" encoding="cp1252"?>' + page("").encode("cp1252")),
        ("wide.html", page().encode("utf-16")),
        ("page.php", b"\n<!-- saved -->\n" + page().encode()),
    ],
)
def test_a_page_in_any_charset_gives_its_text_and_provenance(desk, name, raw):
    status, _, error = desk.draft(desk.file(name, raw), "--id", "page", options=RIGHTS)
    assert (status, error) == (0, "")
    record = read_draft(desk.articles / "page")
    assert all(each in record.text for each in PARAGRAPHS)
    assert not {"Home", "Copyright"} & set(record.text.split())
    assert record.language == "en-GB"
    assert record.source == Source(
        publisher="The Harbour Post",
        url="https://harbour.example/news/cafe",
        published="2024-05-03",
        title="Café says no",
        rights="R",
    )
    made = record.meta["text_from"]
    assert made["tool"] == "trafilatura"
    assert made["html_sha256"] == hashlib.sha256(raw).hexdigest()
    again = desk.draft(name, "--id", "page", options=RIGHTS)
    assert again[1].startswith("left as it is")


@pytest.mark.real
@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (page("").encode("cp1252"), "is not UTF-8, and declares no charset"),
        (page().encode("cp1252"), "declares UTF-8, and is not"),
        (page('<meta charset="windows-1252">').encode(), "declares windows-1252, and its bytes"),
        (page('<meta charset="klingon">').encode(), 'unknown charset "klingon"'),
        (page('<meta charset="hex">').encode(), 'unknown charset "hex"'),
        (page(date="").encode(), "no published; give --published"),
        (b"<!doctype html><html><body></body></html>", "no text of an article is found"),
        (b"", "no text of an article is found"),
    ],
)
def test_a_page_that_does_not_say_enough_is_refused(desk, raw, message):
    assert message in desk.refused(desk.file("page.html", raw), options=RIGHTS)


@pytest.mark.real
def test_options_go_before_what_the_page_says(desk):
    desk.file("page.html", page(date=""))
    options = [*RIGHTS, "--published", "2024-05-04", "--title", "Mine", "--language", "en"]
    assert desk.draft("page.html", options=options)[0] == 0
    source = desk.made("page")["source"]
    assert (source["published"], source["title"]) == ("2024-05-04", "Mine")
    assert source["publisher"] == "The Harbour Post"
    assert desk.made("page")["language"] == "en"


def test_a_page_called_txt_is_text_and_that_is_said(desk):
    desk.file("page.txt", page())
    status, _, error = desk.draft("page.txt")
    assert status == 0
    assert "looks like a web page" in error
    assert (desk.articles / "page" / "article.txt").read_bytes() == page().encode()
