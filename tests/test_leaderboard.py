"""The leaderboard: ranks only where they are valid, bad runs refused, the figures of the JSON."""

import json
from functools import partial
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import msgspec
import pytest
from leaderboards import SYSTEMS, gold_of, lines, place
from small_documents import HEADLINE, no_special_numbers

from goldwire.eval.leaderboard.ranks import ranks
from goldwire.schemas.comparison import Cell, Comparison, Difference, System
from goldwire.schemas.json_schema import leaderboard_schema
from goldwire.schemas.score import Receipt

PAGES = ["boilerplate.html", "entities.html", "index.html", "quotes.html", "relations.html"]


@pytest.fixture
def cli(goldwire):
    return partial(goldwire, "leaderboard")


@pytest.fixture
def made(cli, tmp_path):
    """Return a function that makes a leaderboard and returns its folder and JSON."""

    def make(gold, runs, *options, out="out"):
        # 1,000 resamples: enough for Holm over three pairs.
        given = ["--gold", gold, "-o", tmp_path / out, "--resamples", "1000", *options]
        status, printed, err = cli(runs, *given)
        assert (status, printed) == (0, ""), err
        return tmp_path / out, json.loads((tmp_path / out / "leaderboard.json").read_bytes())

    return make


def board_ranks(found, layer="entities"):
    return [(each["name"], each["rank"]) for each in found["layers"][layer]["standings"]]


class Cells(HTMLParser):
    """The tables of a page, as lists of the texts of their cells."""

    def __init__(self, page):
        super().__init__()
        self.tables, self.tags = [], []
        self.cell = None
        self.feed(page.read_text("utf-8"))

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.cell = []

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.tables[-1][-1].append(" ".join("".join(self.cell).split()))
            self.cell = None

    def handle_data(self, data):
        if self.cell is not None:
            self.cell.append(data)


# Ranks.


def test_equal_systems_share_a_rank_and_the_third_is_third(made, tmp_path):
    folder, found = made(*place(tmp_path))
    assert board_ranks(found) == [("a", 1), ("c", 1), ("b", 3)]
    assert found["layers"]["entities"]["unranked"] == ""
    # A and C find 17 of 20 in two articles, with two wrong ones; B 3, 4 or 5 with one wrong one.
    values = [each["f1"] for each in found["layers"]["entities"]["standings"]]
    matched = sum(3 + n % 3 for n in range(40))
    assert values == [34 / 39, 34 / 39, 2 * matched / (400 + matched + 40)]
    table = Cells(folder / "entities.html").tables[0]
    assert [row[0] for row in table[1:]] == ["a", "c", "b"]
    assert table[1][3].startswith("1. 0.8718 ")
    assert table[3][3].startswith("3.")
    bold = [tag for tag, _ in Cells(folder / "index.html").tags if tag == "b"]
    assert len(bold) == 2
    text = (folder / "leaderboard.md").read_text("utf-8")
    assert "| 1\\. **0.8718 \\[" in text
    assert "| 3\\. 0." in text


def test_below_20_articles_no_ranks_intervals_or_bold_and_the_reason(made, tmp_path):
    folder, found = made(*place(tmp_path, 19))
    assert board_ranks(found) == [("a", None), ("b", None), ("c", None)]
    assert found["layers"]["entities"]["unranked"] == "fewer than 20 source articles (19)"
    for each in found["layers"]["entities"]["standings"]:
        assert each["low"] is each["high"] is None
    assert all(d["p"] is None for d in found["layers"]["entities"]["comparison"]["differences"])
    for name in PAGES:
        tags = [tag for tag, _ in Cells(folder / name).tags]
        assert not {"b", "strong"} & set(tags)
        assert "fewer than 20 source articles (19)" in (folder / name).read_text("utf-8")
    text = (folder / "leaderboard.md").read_text("utf-8")
    assert "**" not in text
    assert "no intervals, no tests and no ranks; systems are sorted by name" in text


def test_20_articles_are_enough(made, tmp_path):
    assert board_ranks(made(*place(tmp_path, 20))[1])[0] == ("a", 1)


def test_one_system_and_no_resamples_give_no_ranks(made, tmp_path):
    (tmp_path / "one").mkdir()
    one = place(tmp_path / "one", systems={"a": SYSTEMS["a"]})
    found = made(*one)[1]
    assert board_ranks(found) == [("a", None)]
    assert found["layers"]["entities"]["unranked"] == "one system attempts this layer"
    found = made(*place(tmp_path), "--resamples", "0", out="none")[1]
    assert board_ranks(found) == [("a", None), ("b", None), ("c", None)]
    assert found["layers"]["entities"]["unranked"] == "the test was left out"


def test_too_few_resamples_for_so_many_systems_give_no_ranks(made, tmp_path):
    """The least p of three after Holm is 3 / (resamples + 1), and 3 / 60 is not below 0.05."""
    gold, runs = place(tmp_path)
    folder, found = made(gold, runs, "--resamples", "59", out="few")
    assert board_ranks(found) == [("a", None), ("b", None), ("c", None)]
    why = "with 59 resamples no test of 3 can tell systems apart: more do"
    assert found["layers"]["entities"]["unranked"] == why
    assert found["notes"] == [f"entities: sorted by name, without ranks: {why}"]
    assert "**" not in (folder / "leaderboard.md").read_text("utf-8")
    assert board_ranks(made(gold, runs, "--resamples", "60")[1])[2] == ("b", 3)


def difference(a, b, value, p):
    return Difference(measure="m", a=a, b=b, difference=value, p=p, p_holm=p)


def test_a_chain_of_ties_ranks_by_what_is_surely_above():
    """A and B, B and C are not told apart, A is above C; D has no F1."""
    comparison = Comparison(
        measures=["m"],
        systems=[
            System(name=n, extractor=None, extractor_version=None, cells={"m": Cell(f1=f1)})
            for n, f1 in {"a": 0.9, "b": 0.8, "c": 0.7, "d": None}.items()
        ],
        differences=[
            difference("a", "b", 0.1, 0.05),
            difference("c", "b", -0.1, 0.2),
            difference("c", "a", -0.2, 0.049),
            difference("a", "d", None, None),
        ],
        interval="",
        test="randomisation",
        alpha=0.05,
        receipt=Receipt(
            goldwire="", gold="", corpus="", articles=20, documents=20, guidelines="", status=""
        ),
        notes=[],
    )
    assert ranks(comparison, "m") == {"a": 1, "b": 1, "c": 2}


def test_a_figure_without_an_interval_says_why(made, tmp_path):
    folder, _ = made(*place(tmp_path, systems={"a": SYSTEMS["a"], "even": lambda n: 5}))
    page = (folder / "entities.html").read_text("utf-8")
    assert "even: no interval: the same in every resample" in page
    assert "a: no interval" not in page


def test_the_runs_that_the_card_shows_can_stand_on_a_board(cli, tmp_path):
    runs = Path(__file__).parent.parent / "eval" / "baselines"
    status, _, err = cli(runs, "-o", tmp_path / "out")
    assert (status, err.count("\n")) == (0, 2)
    found = json.loads((tmp_path / "out" / "leaderboard.json").read_bytes())
    assert len(found["systems"]) == len([*runs.glob("*.jsonl")]) > 5
    assert found["passed_over"] == ["seconds.json"]
    assert all(each["unranked"] for each in found["layers"].values())
    means = {row[0]: row[7] for row in Cells(tmp_path / "out" / "index.html").tables[0][1:]}
    scores = {each["name"]: each["score"] for each in found["systems"]}
    assert means["rules"] == f"{scores['rules']['mean']:.4f}"
    seen = set()
    for layer in found["layers"]:
        for table in Cells(tmp_path / "out" / f"{layer}.html").tables[1:3]:
            for row in table[1:]:
                for name, cell in zip(table[0][1:], row[1:], strict=True):
                    f1 = scores[name]["scores"].get(row[0], {"f1": None})["f1"]
                    assert cell == ("(–) undefined" if f1 is None else f"{f1:.4f}")
                seen.add(row[0])
    assert seen == {name for each in scores.values() for name in each["scores"]}


# The figures are those of score and compare.


def test_figures_equal_those_of_score_and_compare(made, tmp_path, goldwire):
    gold, runs = place(tmp_path)
    folder, found = made(gold, runs)
    options = ["--gold", gold, "--resamples", "1000", "--json"]
    for each in found["systems"]:
        assert each["score"] == json.loads(goldwire("score", runs / each["file"], *options)[1])
    compared = json.loads(goldwire("compare", *runs.iterdir(), *options, "-m", HEADLINE)[1])
    board = found["layers"]["entities"]
    assert board["comparison"] == compared
    cells = {each["name"]: each["cells"][HEADLINE] for each in compared["systems"]}
    for each in board["standings"]:
        assert [each[k] for k in ("f1", "low", "high")] == [
            cells[each["name"]][k] for k in ("f1", "low", "high")
        ]
    shown = {row[0]: row for row in Cells(folder / "entities.html").tables[0][1:]}
    for each in found["systems"]:
        figures = each["score"]["scores"][HEADLINE]
        row = shown[each["name"]]
        assert row[4:6] == [f"{figures[k]:.4f}" for k in ("precision", "recall")]
        assert row[6:9] == [str(figures[k]) for k in ("gold", "predicted", "matched")]
        ends = f"{figures['low']:.4f} – {figures['high']:.4f}"
        assert row[3].endswith(f"{figures['f1']:.4f} {ends}")


def test_a_layer_that_is_not_attempted_is_a_dash_and_never_0(made, tmp_path):
    folder, found = made(*place(tmp_path))
    assert found["layers"]["boilerplate"]["standings"] == []
    assert found["layers"]["boilerplate"]["unranked"] == "no system attempts this layer"
    for row in Cells(folder / "index.html").tables[0][1:]:
        assert row[4:8] == ["– not attempted"] * 4
    for row in Cells(folder / "boilerplate.html").tables[0][1:]:
        assert row[3] == "– not attempted"
    assert " | – | – | – | – | " in (folder / "leaderboard.md").read_text("utf-8")


def test_a_layer_attempted_without_a_value_is_told_from_one_not_attempted(made, tmp_path):
    gold, runs = place(tmp_path)
    (runs / "d.jsonl").write_bytes(
        lines(gold_of(40), SYSTEMS["b"], layers=["entities", "quotes"], extractor="my:d")
    )
    folder, found = made(gold, runs)
    assert found["layers"]["quotes"]["standings"][0]["f1"] is None
    rows = {row[0]: row for row in Cells(folder / "index.html").tables[0][1:]}
    assert rows["d"][5] == "(–) undefined"
    assert rows["a"][5] == "– not attempted"


def test_the_json_is_as_its_schema_says(made, tmp_path):
    (tmp_path / "few").mkdir()
    for number, folder in ((40, tmp_path), (3, tmp_path / "few")):
        found = made(*place(folder, number), out=f"out{number}")[1]
        jsonschema.validate(found, leaderboard_schema())
        assert no_special_numbers(found)


def test_the_same_folder_gives_the_same_bytes(made, tmp_path):
    gold, runs = place(tmp_path)
    options = ["--dataset", "me/goldwire"]
    one, other = (made(gold, runs, *options, out=out)[0] for out in ("one", "other"))
    names = sorted(str(each.relative_to(one)) for each in one.rglob("*") if each.is_file())
    assert [each for each in names if each.endswith(".html")] == PAGES
    for name in names:
        assert (one / name).read_bytes() == (other / name).read_bytes()


def test_each_row_has_its_receipt(made, tmp_path):
    folder, found = made(*place(tmp_path))
    for name in PAGES:
        page = Cells(folder / name)
        links = [a["href"] for tag, a in page.tags if tag == "a" and a["href"].startswith("#")]
        ids = [a["id"] for _, a in page.tags if "id" in a]
        assert sorted(links) == [f"#{each}" for each in sorted(ids)]
        assert len(ids) == 3
        text = (folder / name).read_text("utf-8")
        for each in ("gold", "corpus", "guidelines", "goldwire"):
            assert f"<dd>{found['receipt'][each]}</dd>" in text
        assert text.count("2026-01-02T03:04:05+00:00</dd>") == 3


def test_two_files_of_one_extractor_are_told_apart_by_their_names(made, tmp_path):
    gold, runs = place(tmp_path)
    (runs / "again.jsonl").write_bytes((runs / "a.jsonl").read_bytes())
    (runs / "a.JSONL").write_bytes((runs / "a.jsonl").read_bytes())
    found = made(gold, runs)[1]
    assert [each["name"] for each in found["systems"]] == ["a.JSONL", "a.jsonl", "again", "b", "c"]
    note = "the same extractor and version (my:a 1), told apart by the names of their files"
    assert f"a.JSONL, a.jsonl, again: {note}" in found["notes"]


# What is refused: then nothing is written.


def refused(cli, tmp_path, gold, runs, *options):
    """The lines of a refusal, after which there is no trace of the output."""
    before = sorted(tmp_path.rglob("*"))
    status, out, err = cli(runs, "--gold", gold, "-o", tmp_path / "out", *options)
    assert (status, out) == (2, "")
    assert sorted(tmp_path.rglob("*")) == before
    assert "Traceback" not in err
    assert all(line.startswith("goldwire: ") for line in err.splitlines())
    return err.splitlines()


def test_every_bad_run_is_named_in_one_line_and_refuses_all(cli, tmp_path):
    gold, runs = place(tmp_path)
    texts, good = gold_of(40), (runs / "a.jsonl").read_bytes()
    (runs / "foreign.jsonl").write_bytes(good.partition(b"\n")[2])
    (runs / "nowhere.jsonl").write_bytes(lines(texts, SYSTEMS["a"], corpus=None))
    (runs / "other.jsonl").write_bytes(good.replace(b'"d007"', b'"elsewhere"'))
    (runs / "stale.jsonl").write_bytes(lines(texts, SYSTEMS["a"], corpus="0" * 64))
    (runs / "torn.jsonl").write_bytes(good[:-20])
    (runs / "void.jsonl").write_bytes(b"")
    (runs / "folder.jsonl").mkdir()
    (runs / "wrong.parquet").write_bytes(b"no Parquet")
    found = refused(cli, tmp_path, gold, runs)
    codes = {line.partition(".")[0].rpartition("/")[2]: line.rpartition("[")[2] for line in found}
    assert codes["foreign"] == codes["nowhere"] == "foreign-run]"
    assert codes["stale"] == "stale-run]"
    assert codes["other"] == "unknown-document]"
    assert codes.keys() == {
        *("foreign", "nowhere", "other", "stale", "torn", "void", "folder", "wrong")
    }
    assert (codes["void"], codes["folder"]) == ("empty-file]", "no-file]")
    assert "foreign" not in codes["wrong"]
    stale = next(line for line in found if "stale.jsonl" in line)
    assert "stale: it was made over other texts (corpus 000000000000…, gold has " in stale
    assert "run the extractor again" in stale
    assert len(found) == 8


def test_other_formats_are_foreign_and_other_files_are_passed_over(cli, made, tmp_path):
    gold, runs = place(tmp_path)
    (runs / "notes.txt").write_text("seen\x1b[31m")
    (runs / ".hidden.jsonl").write_text("not read")
    (runs / "seconds.json").write_text('{"a": 1}')
    (runs / "more").mkdir()
    assert made(gold, runs, out="first")[1]["passed_over"] == ["more", "notes.txt", "seconds.json"]
    index = (tmp_path / "first" / "index.html").read_text("utf-8")
    assert "in the folder, but no run files: more, notes.txt, seconds.json" in index
    (runs / "x.conll").write_text("-DOCSTART- -X- O O\n\nw00 X X B-PER\n")
    assert "[foreign-run]" in refused(cli, tmp_path, gold, runs)[0]


def test_a_folder_without_runs_and_wrong_options_are_refused(cli, tmp_path):
    gold, runs = place(tmp_path)
    (tmp_path / "empty").mkdir()
    for given, code in (
        ((tmp_path / "empty",), "no-runs"),
        ((tmp_path / "none",), "no-file"),
        ((gold,), "no-file"),
        ((runs, "--dataset", "goldwire"), "dataset-name"),
        ((runs, "--dataset", "a/../b"), "dataset-name"),
        ((runs, "--dataset", "a/b", "--revision", "main"), "revision"),
        ((runs, "--dataset", "a/b", "--url", "javascript:alert(1)"), "link"),
        ((runs, "--dataset", "a/b", "--url", "https://me:key@example.org/"), "link"),
        ((runs, "--url", "https://example.org/"), "unused-option"),
    ):
        (line,) = refused(cli, tmp_path, gold, *given)
        assert line.endswith(f"[{code}]")


def test_an_output_that_is_there_is_left_as_it_is(cli, tmp_path):
    gold, runs = place(tmp_path)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    (runs / "void.jsonl").write_bytes(b"")  # the output is looked at first: scoring takes long
    assert "[folder-exists]" in refused(cli, tmp_path, gold, runs)[0]
    (runs / "void.jsonl").unlink()
    assert "[cannot-write]" in refused(cli, tmp_path, gold, runs, "-o", tmp_path / "no" / "x")[0]


# Text from outside.

HOSTILE = '<script>alert(1)</script>"|*_\x1b[31m\u202e'


def test_hostile_names_are_text(made, tmp_path):
    gold, runs = place(tmp_path)
    bad = lines(gold_of(40), SYSTEMS["b"], extractor=HOSTILE, version="</style>" + "v" * 200_000)
    (runs / "<img src=x onerror=alert(1)>\x1b|\u202e.jsonl").write_bytes(bad)
    (runs / "\x07 passed <b>over").write_text("x")
    folder, _ = made(gold, runs, "--dataset", "me/goldwire")
    for path in folder.glob("*.html"):
        text, page = path.read_text("utf-8"), Cells(path)
        assert [tag for tag, _ in page.tags].count("script") == 1
        assert "img" not in {tag for tag, _ in page.tags}
        assert not any(name.startswith("on") or name == "style" for _, a in page.tags for name in a)
        assert not {"\x1b", "\u202e", "\x07"} & set(text)
        assert len(text) < 100_000
        assert "&lt;script&gt;alert(1)" in text
        assert r"\x1b" in text
    text = (folder / "leaderboard.md").read_text("utf-8")
    assert not {"\x1b", "\u202e"} & set(text)
    assert r"\<script\>alert(1)" in text
    assert "<" not in text.replace(r"\<", "")


# Results for model cards, read back by the Hub's own library.


def test_results_are_read_back_by_the_hub_s_library(made, tmp_path):
    import yaml
    from huggingface_hub import ModelCard, ModelCardData, parse_eval_result_entries

    revision, url = "a" * 40, "https://example.org/board/"
    options = ["--dataset", "me/goldwire", "--revision", revision, "--url", url]
    folder, found = made(*place(tmp_path), *options)
    figures = found["systems"][0]["score"]["scores"][HEADLINE]
    text = (folder / "results" / "a" / "goldwire.yaml").read_text("utf-8")
    (entry,) = parse_eval_result_entries(yaml.safe_load(text))
    assert (entry.dataset_id, entry.task_id) == ("me/goldwire", "entities")
    assert (entry.dataset_revision, entry.source_url) == (revision, url)
    assert entry.value == figures["f1"] == 34 / 39
    assert entry.date == "2026-01-02T03:04:05+00:00"
    assert f"F1 of {HEADLINE}" in entry.notes
    assert "40 source articles" in entry.notes
    front = (folder / "results" / "a" / "model-index.yaml").read_text("utf-8")
    data = ModelCard(f"---\n{front}---\n# a\n").data
    assert isinstance(data, ModelCardData)
    assert data.model_name == "a"
    assert {each.metric_type: each.metric_value for each in data.eval_results} == {
        kind: figures[kind] for kind in ("f1", "precision", "recall")
    }
    for each in data.eval_results:
        assert (each.dataset_type, each.dataset_config) == ("me/goldwire", "entities")
        assert (each.dataset_revision, each.source_url) == (revision, url)


def test_results_leave_out_what_is_undefined_or_not_known(made, tmp_path):
    import yaml

    gold, runs = place(tmp_path, 3)
    silent = lines(gold_of(3), SYSTEMS["a"], layers=["quotes"], extractor="q", time="yesterday")
    (runs / "q.jsonl").write_bytes(silent)
    odd = lines(gold_of(3), SYSTEMS["a"], extractor=HOSTILE, time="yesterday")
    (runs / "odd.jsonl").write_bytes(odd)
    folder, _ = made(gold, runs, "--dataset", "me/goldwire")
    assert not (folder / "results" / "q").exists()
    (entry,) = yaml.safe_load((folder / "results" / "odd" / "goldwire.yaml").read_text("utf-8"))
    assert set(entry) == {"dataset", "value", "notes"}
    assert set(entry["dataset"]) == {"id", "task_id"}
    assert "no interval: fewer than 20 source articles (3)" in entry["notes"]
    index = (folder / "index.html").read_text("utf-8")
    assert 'href="results/odd/goldwire.yaml"' in index
    assert "results/q/" not in index


def test_without_a_dataset_there_are_no_results_and_it_is_said(cli, tmp_path):
    gold, runs = place(tmp_path, 3)
    status, _, err = cli(runs, "--gold", gold, "-o", tmp_path / "out")
    assert status == 0
    assert err == (
        "goldwire: no results for model cards: --dataset OWNER/NAME names the dataset on the Hub\n"
    )
    assert not (tmp_path / "out" / "results").exists()


def test_the_types_read_what_was_written(made, tmp_path):
    from goldwire.schemas.leaderboard import Leaderboard

    folder, _ = made(*place(tmp_path, 3))
    raw = (folder / "leaderboard.json").read_bytes()
    assert msgspec.json.decode(raw, type=Leaderboard).layers["entities"].measure == HEADLINE
