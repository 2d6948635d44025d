"""The plots: their numbers are the score's, and what is drawn is safe and always the same.

Most tests that draw are marked real: matplotlib takes up to a second for a figure.
"""

import os
import re
import subprocess
import sys
from xml.etree import ElementTree

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_documents import pair
from small_documents import EVERY_LAYER, HEADLINE, answer, doc, named, predictions, refused, words

from goldwire.corpus.load import load, prepare
from goldwire.eval.extractors import extractor
from goldwire.eval.plots import data as numbers
from goldwire.eval.plots.boundaries import BINS, binned
from goldwire.eval.plots.confusion import OTHER, cells_of, types_of
from goldwire.eval.plots.draw import PLOTS, draw
from goldwire.eval.plots.page import svg_for_page
from goldwire.eval.run import run
from goldwire.eval.score import score
from goldwire.schemas.errors import UsageError

NAM = {"level": "NAM"}
GOLD = doc(**{**EVERY_LAYER, "mentions": [
    *({"id": f"m{n}", **words(n), "type": "PERSON", **NAM} for n in range(4)),
    {"id": "m4", **words(4, 5), "type": "GPE", **NAM},
    {"id": "m6", **words(6), "type": "ORG", **NAM},
]})  # fmt: skip
FOUND = answer(**{**EVERY_LAYER, "mentions": [
    *named([0, 1], "PERSON"),
    *named([2], "GPE"),
    {**words(3, 4), "type": "PERSON"},
    {**words(5), "type": "ORG"},
    *named([9], "DATE"),
]})  # fmt: skip


@pytest.fixture(scope="module")
def scores():
    """Scores of three systems over the corpus, with their errors."""
    records = prepare(load())
    made = {name: run(extractor(name), records) for name in ("rules", "empty", "oracle")}
    return {name: score(records, each, errors=True) for name, each in made.items()}


def judged(gold, found, **more):
    return score([gold], predictions(found, **more), errors=True)


def hostile(names, scores):
    return dict(zip(names, [*scores.values()] * len(names), strict=False))


class TestNumbers:
    def test_f1_is_that_of_the_json(self, scores):
        for layer, row in numbers.data_of_f1(scores).values.items():
            for name, one in scores.items():
                told = msgspec.to_builtins(one)["headline"][layer]
                assert row[name].f1 == told

    def test_precision_and_recall_are_those_of_the_json(self, scores):
        found = numbers.data_of_precision_recall(scores)
        for layer, row in found.values.items():
            assert "empty" not in row
            for name, figures in row.items():
                measure = str(numbers.HEADLINES[layer])
                assert figures == scores[name].scores[measure]
        why = "precision is undefined where nothing is predicted"
        assert found.left_out == {why: {layer: ["empty"] for layer in found.values}}

    def test_kinds_are_those_of_the_json_and_add_up(self, scores):
        found = numbers.data_of_errors(scores).values
        for name, one in scores.items():
            kinds = msgspec.to_builtins(one)["kinds"][HEADLINE]
            assert found["entities"][name] == kinds
            for layer, row in found.items():
                figures = one.scores[str(numbers.HEADLINES[layer])]
                counts = row[name]
                assert sum(counts.values()) - counts["spurious"] == figures.gold
                assert sum(counts.values()) - counts["missed"] == figures.predicted

    def test_confusion_by_hand(self):
        found = numbers.data_of_confusion({"a": judged(GOLD, FOUND)}).values["a"]
        assert found.right == {"DATE": 0, "GPE": 0, "ORG": 0, "PERSON": 2}
        assert found.edges == {"PERSON": 1}
        assert found.wrong == {("PERSON", "GPE"): 1, ("GPE", "ORG"): 1}
        assert (found.missed, found.spurious) == ({"ORG": 1}, {"DATE": 1})

    def test_boundaries_by_hand(self):
        found = numbers.data_of_boundaries({"a": judged(GOLD, FOUND)}).values["a"]
        assert found == {"start": {0: 1, 4: 1}, "end": {4: 1, 0: 1}}

    def test_what_is_not_attempted_is_left_out_and_said(self):
        made = {"a": judged(GOLD, FOUND, layers=["quotes"]), "b": judged(GOLD, FOUND)}
        for find in (numbers.data_of_f1, numbers.data_of_errors, numbers.data_of_confusion):
            left = find(made).left_out
            assert left["not attempted, or not in gold"]["entities"] == ["a"]
        assert [*numbers.data_of_f1(made).values["entities"]] == ["b"]

    def test_a_score_without_errors_or_measures_is_left_out_and_said(self):
        bare = score([GOLD], predictions(FOUND))
        other = score([GOLD], predictions(FOUND), ["mentions.exact"])
        made = {"bare": bare, "other": other}
        assert numbers.data_of_errors(made).left_out["saved without its errors"] == {
            "entities": ["bare"]
        }
        left = numbers.data_of_f1(made).left_out
        assert left["not among the measures of a saved score"]["entities"] == ["other"]

    def test_names_sort_systems_until_there_are_twenty_articles(self):
        def system(articles, right):
            gold = [doc(f"d{n}", mentions=[{"id": "m", **words(0), "type": "GPE", **NAM}])
                    for n in range(articles)]  # fmt: skip
            given = [answer(f"d{n}", mentions=named([0] * (n < right), "GPE"))
                     for n in range(articles)]  # fmt: skip
            return score(gold, predictions(*given), errors=True, resamples=50)

        assert numbers.order({n: system(19, r) for n, r in (("a", 5), ("b", 15))}) == ["a", "b"]
        assert numbers.order({n: system(20, r) for n, r in (("a", 5), ("b", 15))}) == ["b", "a"]

    @given(st.integers(0, 10**6))
    def test_confusion_adds_up_by_row_and_column(self, seed):
        made = judged(*pair(seed))
        systems = {"a": made}
        figures = made.scores[HEADLINE]
        for found in numbers.data_of_confusion(systems).values.values():
            types = types_of({"a": found})
            for kept in (types, types[:1]):
                cells = {key: sum(both) for key, both in cells_of(found, set(kept)).items()}
                missed = sum(n for (_, other), n in cells.items() if other == "missed")
                spurious = sum(n for (kind, _), n in cells.items() if kind == "spurious")
                assert sum(cells.values()) - spurious == figures.gold
                assert sum(cells.values()) - missed == figures.predicted
                assert {kind for pair in cells for kind in pair} <= {
                    *kept, OTHER, "missed", "spurious",
                }  # fmt: skip
        for found in numbers.data_of_boundaries(systems).values.values():
            kinds = made.kinds[HEADLINE]
            wrong = kinds.wrong_boundary + kinds.wrong_type_and_boundary
            assert {sum(edge.values()) for edge in found.values()} == {wrong}

    @given(st.dictionaries(st.integers(-(10**6), 10**6), st.integers(1, 9)))
    def test_every_offset_is_in_one_bin(self, offsets):
        assert sum(binned(offsets)) == sum(offsets.values())
        assert tuple((-high, -low) for low, high in reversed(BINS)) == BINS


def text_of(svg):
    """The words of a figure, whatever line they stand on."""
    return " ".join(" ".join(ElementTree.fromstring(svg).itertext()).split())


NAMES = [
    "$x_1$",
    "a\x1b[31mb",
    "\u202eright",
    "中",
    "<script>alert(1)</script>",
    "]]>&",
    "w" * 10**5,
]


class TestDrawing:
    @pytest.mark.real
    @pytest.mark.parametrize("name", PLOTS)
    def test_the_same_input_gives_the_same_bytes(self, name, scores):
        turned = dict(reversed(scores.items()))
        heads = {"svg": b"<?xml", "pdf": b"%PDF-", "png": b"\x89PNG"}
        for form, head in heads.items():
            drawn = draw(name, scores, form, "column")
            assert drawn.startswith(head)
            assert drawn == draw(name, turned, form, "column")
            assert b"20" + b"26-" not in drawn
            assert b"Date" not in drawn

    @pytest.mark.real
    @pytest.mark.parametrize("name", PLOTS)
    @pytest.mark.parametrize("width", ["column", "page"])
    def test_text_is_text_of_eight_points_and_the_width_is_a_papers(self, name, width, scores):
        root = ElementTree.fromstring(draw(name, scores, "svg", width))
        inches = float(root.attrib["width"].removesuffix("pt")) / 72
        assert inches == pytest.approx({"column": 3.3, "page": 6.9}[width])
        texts = [each for each in root.iter() if each.tag.endswith("}text")]
        assert texts
        sizes = {re.search(r"([\d.]+)px", each.attrib["style"])[1] for each in texts}
        assert {float(size) for size in sizes} == {8}

    def test_the_figures_are_written_as_the_json_has_them(self, scores):
        text = text_of(draw("f1", scores, "svg"))
        for layer in ("entities", "relations", "quotes", "boilerplate"):
            assert f"{getattr(scores['rules'].headline, layer):.4f}" in text
        assert "no ranks" in text

    def test_an_undefined_figure_is_a_dash_and_no_dot(self):
        made = {"a": judged(GOLD, FOUND), "b": judged(GOLD, FOUND, layers=["quotes"])}
        drawn = draw("f1", made, "svg").decode()
        root = ElementTree.fromstring(drawn)
        texts = [each.text for each in root.iter() if each.tag.endswith("}text")]
        assert texts.count("–") == 1
        assert "0.0000" not in texts
        assert "not attempted" in text_of(drawn)

    @pytest.mark.real
    @pytest.mark.parametrize("name", PLOTS)
    def test_hostile_names_are_shown_as_text(self, name, scores):
        systems = hostile(NAMES, scores)
        drawn = draw(name, systems, "svg").decode()
        text = "".join(ElementTree.fromstring(drawn).itertext())
        assert "<script" not in drawn
        assert not re.search(r"[\x00-\x08\x0b-\x1f\u202e]", text)
        assert len(drawn) < 300_000
        if name == "f1":
            assert {"$x_1$", r"a\x1b[31mb", r"\u202eright", r"\u4e2d"} <= set(text.split())
        draw(name, systems, "png", "column")

    @pytest.mark.real
    @settings(max_examples=10)
    @given(st.lists(st.text(min_size=1), min_size=1, max_size=10, unique=True))
    def test_any_names(self, scores, names):
        page = svg_for_page("f1", hostile(names, scores))
        ElementTree.fromstring(page)

    @pytest.mark.real
    def test_names_that_are_cut_alike_stay_apart(self, scores):
        head, tail = "h" * 40, "t" * 40
        drawn = draw("f1", hostile([f"{head}{n}{tail}" for n in range(3)], scores), "svg").decode()
        assert drawn.count("(2)</text>") == drawn.count("(3)</text>") == 1

    def test_nothing_to_draw_is_said(self):
        made = {"a": judged(GOLD, FOUND, layers=["quotes"])}
        for name in PLOTS:
            assert "not attempted" in text_of(draw(name, made, "svg"))

    def test_scores_over_other_gold_are_refused(self, scores):
        with pytest.raises(UsageError, match="not-comparable"):
            draw("f1", {**scores, "other": judged(GOLD, FOUND)}, "svg")

    @pytest.mark.real
    def test_the_users_own_settings_change_nothing_and_stay(self, scores):
        import matplotlib

        before = draw("f1", scores, "svg")
        with matplotlib.rc_context({"font.size": 30, "svg.fonttype": "path", "axes.grid": True}):
            assert draw("f1", scores, "svg") == before
            assert matplotlib.rcParams["font.size"] == 30
        assert "matplotlib.pyplot" not in sys.modules


class TestPage:
    @pytest.mark.parametrize("name", PLOTS)
    def test_is_an_element_without_styles_scripts_or_outside(self, name, scores):
        page = svg_for_page(name, scores)
        assert page.startswith("<svg ")
        root = ElementTree.fromstring(page)
        assert (root.attrib["role"], root.attrib["fill"]) == ("img", "currentColor")
        spaces = {each.tag.partition("}")[0] for each in root.iter()}
        assert spaces == {"{http://www.w3.org/2000/svg"}
        ids = [each.attrib["id"] for each in root.iter() if "id" in each.attrib]
        assert len(ids) == len(set(ids))
        assert all(each.startswith(f"plot-{name}-") for each in ids)
        assert set(root.attrib["aria-labelledby"].split()) <= set(ids)
        for each in root.iter():
            assert each.tag.partition("}")[2] not in ("style", "script", "metadata", "a", "image")
            assert not {key for key in each.attrib if key == "style" or key.startswith("on")}
            for value in each.attrib.values():
                assert "#000000" not in value
                for used in re.findall(r"url\(#(.*?)\)|^#(plot.*)", value):
                    assert "".join(used) in ids
        assert "http" not in page.replace("http://www.w3.org/2000/svg", "")

    @pytest.mark.real
    def test_plots_of_one_page_share_no_id(self, scores):
        ids = [
            each for name in PLOTS for each in re.findall(' id="(.*?)"', svg_for_page(name, scores))
        ]
        assert len(ids) == len(set(ids))


class TestCommand:
    @pytest.fixture
    def plot(self, goldwire, write):
        gold = write("gold.jsonl", GOLD)
        return lambda name, *more: goldwire("plot", name, *more, "--gold", gold)

    @pytest.fixture
    def found(self, write):
        return write("a.jsonl", FOUND)

    @pytest.mark.real
    def test_writes_what_the_function_draws(self, plot, found, tmp_path):
        for form in ("svg", "pdf", "png"):
            out = tmp_path / f"figure.{form.upper()}"
            assert plot("errors", found, "-o", out) == (0, "", "")
            assert out.read_bytes() == draw("errors", {"a": judged(GOLD, FOUND)}, form)

    @pytest.mark.real
    def test_all_writes_two_files_each(self, plot, found, tmp_path):
        (tmp_path / "figures").mkdir()
        assert plot("all", found, "-o", tmp_path / "figures", "--width", "column")[0] == 0
        names = sorted(path.name for path in (tmp_path / "figures").iterdir())
        assert names == sorted(f"{name}.{form}" for name in PLOTS for form in ("svg", "pdf"))

    @pytest.mark.real
    def test_a_saved_score_is_drawn_as_its_run(self, plot, found, goldwire, tmp_path):
        saved, gold = tmp_path / "saved" / "a.json", tmp_path / "gold.jsonl"
        saved.parent.mkdir()
        done = goldwire("score", found, "--gold", gold, "--errors", "--json")
        saved.write_text(done[1], "utf-8")
        outs = [tmp_path / "one.svg", tmp_path / "two.svg"]
        for path, out in zip((found, saved), outs, strict=True):
            assert plot("confusion", path, "-o", out)[0] == 0
        assert outs[0].read_bytes() == outs[1].read_bytes()

    def test_wrong_use_is_one_line_and_writes_nothing(self, plot, found, tmp_path):
        refused(plot("f2", found, "-o", tmp_path / "x.svg"), "unknown-plot")
        refused(plot("f1", found, "-o", tmp_path / "x.gif"), "output-form")
        refused(plot("all", found, "-o", tmp_path / "none"), "output-form")
        refused(plot("f1", found, "-o", tmp_path / "none" / "x.svg"), "cannot-write")
        assert {path.name for path in tmp_path.iterdir()} == {"gold.jsonl", "a.jsonl"}


@pytest.mark.real
def test_a_home_that_can_t_be_written_is_no_matter(tmp_path):
    """Matplotlib then builds its list of fonts anew, which takes long."""
    home = tmp_path / "home"
    home.mkdir(mode=0o500)
    out = tmp_path / "x.svg"
    path = tmp_path / "a.jsonl"
    path.write_bytes(msgspec.json.encode(answer("independent-2022-05-08-assad-tehran")) + b"\n")
    blocked = tmp_path / "file"
    blocked.touch()  # root may write into any folder, but no one into a file
    kept = {key: os.environ[key] for key in ("PATH", "LANG") if key in os.environ}
    environment = {**kept, "HOME": str(home), "MPLCONFIGDIR": str(blocked / "x")}
    command = [sys.executable, "-m", "goldwire", "plot", "f1", str(path), "-o", str(out)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert out.read_bytes().startswith(b"<?xml")
    assert list(home.iterdir()) == []
