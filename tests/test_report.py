"""The report page: its figures are the score's, its marks the findings, and it lets nothing in."""

import base64
import hashlib
import json
import re
from collections import Counter

import hostile_runs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import shown
from report_page import Page
from small_documents import answer, doc, named, predictions, quoted, refused

from goldwire.corpus.load import PACKAGED, load
from goldwire.eval.plots.draw import PLOTS
from goldwire.eval.render import ratio
from goldwire.eval.report.html import Choice
from goldwire.eval.report.layout import DEEPEST, segments
from goldwire.eval.report.overlay import KINDS, RIGHT
from goldwire.eval.report.page import MOST_FINDINGS, report
from goldwire.eval.report.tables import MOST_ROWS
from goldwire.eval.score import How, score
from goldwire.eval.table import HEADLINES
from goldwire.schemas.errors import DataError
from goldwire.schemas.reading import read_run

BASELINES = PACKAGED.parent / "eval" / "baselines"
SYSTEMS = ("rules", "spacy", "textacy")
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 30">{}</svg>'
FILES = [BASELINES / f"{name}.jsonl" for name in SYSTEMS]


@pytest.fixture(scope="module")
def gold():
    return load()


@pytest.fixture(scope="module")
def page(gold):
    """The page of three systems over the corpus."""
    runs = {name: read_run(path) for name, path in zip(SYSTEMS, FILES, strict=True)}
    return Page(report(gold, runs))


@pytest.fixture(scope="module")
def scores(gold):
    return {
        name: score(gold, read_run(path), errors=True)
        for name, path in zip(SYSTEMS, FILES, strict=True)
    }


def made(gold, **runs):
    given = {name: predictions(*records) for name, records in runs.items()}
    return Page(report([gold] if not isinstance(gold, list) else gold, given))


class TestFigures:
    def test_every_figure_is_the_scores(self, page, scores):
        shown = {(row[0], row[1]): row[2:] for row in page.table("every")}
        expected = {}
        for name, found in scores.items():
            for measure, each in found.scores.items():
                counts = ["–" if n is None else f"{n:g}" for n in (each.gold, each.predicted)]
                matched = "–" if each.matched is None else f"{each.matched:g}"
                ratios = map(ratio, (each.precision, each.recall, each.f1))
                expected[measure, name] = [*ratios, "–", *counts, matched]
        assert shown == expected
        assert len(shown) > 100

    def test_the_first_table_has_the_headlines(self, page, scores):
        rows = page.table("layers")
        for row, (part, measure) in zip(rows, HEADLINES.items(), strict=False):
            assert row[:2] == [part, str(measure)]
            f1 = [ratio(found.scores[str(measure)].f1) for found in scores.values()]
            assert row[5::3] == f1
        assert rows[4][0::5][0] == "mean"
        assert rows[4][5::3] == [ratio(found.mean) for found in scores.values()]

    def test_the_kinds_are_those_of_the_errors(self, page, scores):
        rows = {(row[0], row[1]): row[2:] for row in page.table("kinds")}
        kinds = scores["rules"].kinds[str(HEADLINES["entities"])]
        assert rows["entities", "rules"] == [
            str(getattr(kinds, kind.replace(" ", "_"))) for kind in KINDS
        ]
        assert rows["relations", "rules"] == ["3", "–", "–", "–", "17", "1"]
        assert ("relations", "spacy") not in rows
        assert ("entities", "textacy") not in rows

    def test_the_marks_add_up_to_the_score(self, page, scores):
        for number, (name, found) in enumerate(scores.items()):
            for part, measure in HEADLINES.items():
                mine = [f for f in page.data["findings"] if f["l"] == part and f["o"]]
                counts = Counter(KINDS[f["v"][number][0]] for f in mine if f["v"][number])
                if part not in found.layers:
                    assert not counts
                elif part != "boilerplate":
                    figures = found.scores[str(measure)]
                    assert counts[RIGHT] == figures.matched, (name, part)
                    assert counts.total() - counts["spurious"] == figures.gold
                    assert counts.total() - counts["missed"] == figures.predicted

    def test_many_systems_have_one_column_each(self, gold, scores):
        runs = {f"{name}{n}": read_run(FILES[n]) for n in range(3) for name in "ab"}
        page = Page(report(gold, runs))
        expected = [ratio(s.scores["quotes.attributed"].f1) for s in scores.values() for _ in "ab"]
        assert page.table("layers")[2] == ["quotes", "quotes.attributed", "13", *expected]
        heads = [e.text for e in page.root.one("table", id="t-types").all("th")]
        assert heads == ["layer", "type", "gold", *runs]
        assert "a0 and b0 have the same counts in every document" in page.root.text

    def test_it_says_what_the_figures_can_not(self, page):
        (box,) = (e for e in page.root.all("div") if e.classes == ["cannot"])
        assert "One article can't rank systems." in box.text
        assert "No interval: fewer than 20 source articles (1)." in box.text
        assert "relations: not attempted, so its figures and the mean are undefined" in box.text
        assert "(spacy, textacy)" in box.text

    @pytest.mark.parametrize(("one", "other"), [("spacy", "rules"), ("rules", "spacy")])
    def test_what_one_has_and_another_has_not_is_that_of_compare(self, goldwire, page, one, other):
        status, out, _ = goldwire(
            "compare", *FILES[:2], "-m", str(HEADLINES["entities"]), "--items", "--json"
        )
        assert status == 0
        items = [i for i in json.loads(out)["items"] if i["system"] == one]
        named = f"{one} has, {other} has not"
        (details,) = (e for e in page.root.all("details") if named in e.text)
        rows = [[td.text for td in tr.all("td")] for tr in details.one("tbody").all("tr")]
        assert [row[4] for row in rows] == [each["item"] for each in items]
        kinds = Counter(each["kind"] for each in items)
        assert f"{kinds['found']} right, {kinds['spurious']} spurious" in details.text

    def test_a_run_in_memory_is_read_twice_as_it_was_given(self):
        gold = doc(mentions=named([1], "GPE", level="NAM"))
        again = [{"text": "w01", "type": "GPE"}, {"text": "w01", "type": "ORG"}]
        given = predictions(answer(mentions=again))
        page = Page(report([gold], {"one": given}))
        rows = [f["v"][0][1] is None for f in page.data["findings"]]
        assert page.table("kinds")[0][2:] == ["1", "0", "0", "0", "0", "1"]
        assert rows == [False, True]

    def test_intervals_stand_beside_f1_where_they_are_valid(self):
        golds = [doc(f"d{n}", mentions=named([1, 2], "GPE", level="NAM")) for n in range(20)]
        given = [answer(f"d{n}", mentions=named([1] if n % 3 else [3], "GPE")) for n in range(20)]
        found = score(golds, predictions(*given))
        page = Page(report(golds, {"one": predictions(*given)}))
        figures = found.scores[str(HEADLINES["entities"])]
        row = page.table("layers")[0]
        assert row[5] == f"{figures.f1:.4f}{figures.low:.4f} – {figures.high:.4f}"
        assert "can't rank" not in page.root.one("main").text

    def test_measures_that_are_asked_for(self, gold):
        runs = {"rules": read_run(FILES[0])}
        page = Page(report(gold, runs, ["mentions.strict", "coref.conll"]))
        found = score(gold, read_run(FILES[0]), ["mentions.strict", "coref.conll"])
        assert [row[:2] for row in page.table("layers")] == [
            ["entities", "mentions.strict"],
            ["entities", "coref.conll"],
        ]
        counts = Counter(f["v"][0][0] for f in page.data["findings"])
        assert counts[0] == found.scores["mentions.strict"].matched
        assert {f["l"] for f in page.data["findings"]} == {"entities"}


class TestText:
    def test_the_article_is_there_character_by_character(self, page, gold):
        assert page.texts == [gold[0].text]

    def test_each_finding_covers_its_spans(self, page, gold):
        (text,) = (e for e in page.root.all("div") if e.classes == ["text"])
        covered, offset = {}, 0
        for each in text.inside:
            size = len(each if isinstance(each, str) else each.text)
            for mark in () if isinstance(each, str) else each.attributes.get("data-m", "").split():
                covered.setdefault(int(mark), set()).update(range(offset, offset + size))
            offset += size
        mentions = {(m.start, m.end) for m in gold[0].mentions if m.level in ("NAM", "VALUE")}
        found = [f for f in page.data["findings"] if f["l"] == "entities" and f["g"] is not None]
        stretches = {(min(covered[f["g"]]), max(covered[f["g"]]) + 1) for f in found}
        assert stretches == mentions
        quotes = {tuple((s.start, s.end) for s in q.content) for q in gold[0].quotes}
        for f in (f for f in page.data["findings"] if f["l"] == "quotes" and f["g"] is not None):
            mine = {o for spans in quotes for o in spans if o[0] in covered[f["g"]]}
            assert any(covered[f["g"]] == set().union(*(range(*s) for s in q)) for q in quotes), (
                mine
            )

    def test_a_quote_has_its_way_in_words_and_in_the_text(self, page, gold):
        (found,) = (f for f in page.data["findings"] if f["w"].startswith('"Strategic'))
        assert ["speaker ← relays", "Bashar Assad ← Nour News"] in found["s"]
        assert set(found["p"]) == {"cue", "source", "speaker", "relay", "relay source"}
        row = page.root.one("tr", id=f"e{found['n']}")
        assert "Bashar Assad ← Nour News" in row.text

    def test_a_relation_has_its_triple_and_its_arguments(self, page):
        (found,) = (f for f in page.data["findings"] if f["t"] == "met_with" and "Raisi" in f["w"])
        assert ["triple", "Bashar Assad — met_with — Ebrahim Raisi"] in found["s"]
        assert set(found["p"]) == {"head", "tail", "evidence"}

    def test_without_the_script_errors_and_text_lead_to_each_other(self, page):
        ids = {e.attributes["id"] for e in page.root.all() if "id" in e.attributes}
        links = [e.attributes["href"] for e in page.root.all("a")]
        assert len(ids) == sum("id" in e.attributes for e in page.root.all())
        quiet = {e.attributes["href"] for e in page.root.all("a") if "quiet" in e.classes}
        assert {link[1:] for link in links if link not in quiet} <= ids
        rows = [e for e in page.root.all("tr") if "data-n" in e.attributes]
        assert len(rows) > 60
        for row in rows:
            number = row.attributes["data-n"]
            assert row.one("a").attributes["href"] == f"#f{number}"
            assert any(kind in row.text for kind in KINDS)

    def test_signs_and_words_say_the_kind_not_colour_alone(self, page):
        tags = [e for e in page.root.all("a") if "tag" in e.classes and "quiet" not in e.classes]
        assert len(tags) > 50
        for tag in tags:
            assert tag.attributes["data-mark"]
            assert tag.attributes["aria-label"].split(":")[0] in KINDS

    @given(st.integers(0, 60), st.data())
    def test_segments_are_the_text_and_marks_their_spans(self, size, data):
        spans = st.tuples(st.integers(0, size), st.integers(0, size)).map(
            lambda ends: (min(ends), max(ends))
        )
        several = st.lists(spans, max_size=3).map(tuple)
        marks = data.draw(st.dictionaries(st.integers(0, 99), several, max_size=DEEPEST))
        found = segments(size, marks)
        assert [o for s in found for o in range(s.start, s.end)] == [*range(size)]
        for number, each in marks.items():
            covered = {o for s in found if number in s.marks for o in range(s.start, s.end)}
            assert covered == {o for start, end in each for o in range(start, end)}

    def test_too_deep_a_place_keeps_its_shortest_marks(self):
        marks = {n: ((0, n + 1),) for n in range(DEEPEST + 5)}
        assert segments(60, marks)[0].marks == tuple(range(DEEPEST))


class TestSafety:
    def test_only_its_own_script_and_style_may_run(self, page):
        (policy,) = (
            e.attributes["content"] for e in page.root.all("meta") if "http-equiv" in e.attributes
        )
        rules = dict(each.split(" ", 1) for each in policy.split("; "))
        for rule, element in (("script-src", "script"), ("style-src", "style")):
            own = page.root.all(element)[-1]
            digest = base64.b64encode(hashlib.sha256(own.text.encode()).digest()).decode()
            assert rules[rule] == f"'sha256-{digest}'"
        assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
        assert "unsafe" not in policy
        assert not re.search(r"https?:", page.html.replace("https://", "", 0).split("<main>")[0])
        for each in page.root.all():
            names = set(each.attributes)
            assert "style" not in names
            assert not [name for name in names if name.startswith("on")]
            assert not {"src", "action", "formaction"} & names
            assert each.attributes.get("href", "#").startswith("#")

    def test_hostile_words_are_words(self, tmp_path, goldwire):
        gold, run = hostile_runs.write(tmp_path)
        output = tmp_path / "out.html"
        status, _, err = goldwire("report", run, "--gold", gold, "-o", output, "--no-plots")
        assert (status, err) == (0, "")
        raw = output.read_bytes()
        assert len(raw) < 200_000
        assert b"\r" not in raw
        page = Page(raw.decode("utf-8"))
        assert page.texts == [hostile_runs.TEXT.replace("\0", "␀")]
        assert len(page.root.all("script")) == 2
        assert len(page.root.all("style")) == 1
        assert not page.root.all("img")
        outside = raw.decode("utf-8")
        for each in page.texts:
            outside = outside.replace(each, "")
        text = [e for e in page.root.all("div") if e.classes == ["text"]]
        rest = page.root.text.replace(text[0].text, "")
        for char in "\x1b\u202e\u2066\0\x07":
            assert char not in rest
        (circle,) = (f for f in page.data["findings"] if f["p"].get("relay"))
        assert circle["s"][0][1].count("←") == 1
        assert "49" not in page.root.one("tr", id="e0").text
        attributes = " ".join(v or "" for e in page.root.all() for v in e.attributes.values())
        assert not set("\x1b\u202e\u2066\0\x07") & set(attributes)

    def test_plots_are_drawn_of_the_scores_and_part_of_the_page(self, gold):
        runs = {"rules": read_run(FILES[0])}

        def draw(systems):
            f1 = systems["rules"].scores["quotes.attributed"].f1
            return [("F1 & <more>", SVG.format(f"<text>{f1:.4f} &lt;script&gt;</text>"))]

        page = Page(report(gold, runs, plots=draw))
        figure = page.root.one("figure")
        assert figure.one("figcaption").text == "F1 & <more>"
        assert figure.one("svg").text == "0.2222 <script>"

    @pytest.mark.parametrize(
        "inside",
        [
            "<script>alert(1)</script>",
            "<style>*{display:none}</style>",
            '<image href="https://example.org/x.png"/>',
            '<use href="https://example.org/x.svg#a"/>',
            '<rect onload="alert(1)"/>',
            '<rect style="fill: red"/>',
            '<rect fill="url(https://example.org/#a)"/>',
            '<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject>',
            '<script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script>',
            "<g>",
        ],
    )
    def test_a_plot_that_could_do_anything_is_refused(self, gold, inside):
        runs = {"rules": read_run(FILES[0])}
        with pytest.raises(DataError, match="unsafe-plot"):
            report(gold, runs, plots=lambda systems: [("x", SVG.format(inside))])


def test_every_plot_stands_in_the_report(goldwire, tmp_path):
    output = tmp_path / "report.html"
    assert goldwire("report", *FILES, "-o", output)[0] == 0
    text = output.read_text("utf-8")
    captions = [each.text for each in Page(text).root.all("figcaption")]
    assert captions == [plot.title for plot in PLOTS.values()]
    assert text.count("<svg") == len(PLOTS)
    f1 = text.partition("<svg")[2].partition("</svg>")[0]
    assert f">{shown()['systems']['rules']['entities']:.4f}<" in f1
    assert output.stat().st_size < 1_000_000


class TestLarge:
    def test_the_page_of_the_article_is_small(self, page):
        assert len(page.html.encode()) < 500_000

    def test_many_documents_are_sampled_and_it_says_so(self):
        count = MOST_ROWS + 50
        golds = [doc(f"d{n:04}", mentions=named([1, 2], "GPE", level="NAM")) for n in range(count)]
        given = [answer(f"d{n:04}", mentions=named([1], "GPE")) for n in range(7)]
        page = Page(report(golds, {"one": predictions(*given)}, how=How(resamples=10)))
        assert len(page.texts) == 20
        text = " ".join(page.root.one("main").text.split())
        assert f"20 of {count:,} articles are shown here: those with most errors." in text
        assert len(page.table("documents")) == MOST_ROWS
        assert f"{MOST_ROWS:,} documents with most errors of {count:,}" in text
        assert page.table("documents")[0] == ["d0007", "2"]
        found = score(golds, predictions(*given))
        assert page.table("layers")[0][4] == ratio(found.scores[str(HEADLINES["entities"])].recall)
        assert len(page.html) < 500_000

    def test_documents_may_be_chosen(self):
        golds = [doc(f"d{n}", mentions=[]) for n in range(5)]
        choice = Choice(names=["d3", "d1"])
        page = Page(report(golds, {"one": predictions(answer("d0", mentions=[]))}, choice=choice))
        assert [e.one("h3").text for e in page.root.all("article")] == ["d3", "d1"]
        assert "2 of 5 articles are shown here: those asked for" in page.root.text

    def test_what_is_too_much_for_one_article_is_said(self):
        spans = [{"start": n % 150, "end": n % 150 + 1 + n // 150} for n in range(1500)]
        mentions = [{**each, "type": label} for each in spans for label in ("GPE", "ORG")]
        page = made(doc(mentions=named([1], "GPE", level="NAM")), one=[answer(mentions=mentions)])
        assert len(page.data["findings"]) == MOST_FINDINGS
        assert any(f["g"] is not None for f in page.data["findings"])
        total = sum(int(cell) for cell in page.table("kinds")[0][2:])
        assert total == 3000
        assert f"{total - MOST_FINDINGS:,} findings of this article are not shown" in page.root.text

    def test_a_place_of_very_many_marks_is_said(self, page):
        assert "would stand in one place" not in page.root.text
        mentions = [{"start": 0, "end": n + 1, "type": "ORG"} for n in range(DEEPEST + 1)]
        page = made(doc(mentions=named([20], "GPE", level="NAM")), one=[answer(mentions=mentions)])
        assert f"Where more than {DEEPEST} marks would stand in one place" in page.root.text

    def test_a_system_without_an_answer_is_named(self):
        golds = [doc(f"d{n}", mentions=named([1], "GPE", level="NAM")) for n in range(2)]
        page = Page(report(golds, {"one": predictions(answer("d0", mentions=[]))}))
        silent = [e for e in page.root.all("article") if "one has no answer" in e.text]
        assert [e.one("h3").text for e in silent] == ["d1"]


class TestCommand:
    def test_it_writes_the_page_of_the_function(self, goldwire, tmp_path, gold):
        output = tmp_path / "report.html"
        told = goldwire("report", *FILES, "-o", output, "--no-plots")
        assert told == (0, f"3 systems in {output}\n", "")
        runs = {name: read_run(path) for name, path in zip(SYSTEMS, FILES, strict=True)}
        assert output.read_text("utf-8") == report(gold, runs)

    def test_an_existing_output_is_refused(self, goldwire, tmp_path):
        output = tmp_path / "report.html"
        output.write_text("mine")
        refused(goldwire("report", FILES[0], "-o", output), "output-exists")
        assert output.read_text() == "mine"

    @pytest.mark.parametrize(
        ("arguments", "code"),
        [
            ((FILES[0], FILES[0]), "same-file"),
            (("nothing.jsonl",), "no-file"),
            ((FILES[0], "-m", "mentions.exakt"), "unknown-measure"),
            ((FILES[0], "--id", "nobody"), "unknown-document"),
            ((), "usage"),
        ],
    )
    def test_what_can_not_be_is_one_message(self, goldwire, tmp_path, arguments, code):
        refused(goldwire("report", *arguments, "-o", tmp_path / "x.html"), code)
        assert not [*tmp_path.iterdir()]

    def test_a_foreign_format_and_a_run_without_quotes(self, goldwire, tmp_path, write):
        gold = doc(mentions=named([1], "GPE", level="NAM"), quotes=quoted([5], "direct"))
        path = write("gold.jsonl", gold)
        run = write("run.jsonl", answer(mentions=named([1], "GPE")))
        output = tmp_path / "report.html"
        status, _, err = goldwire("report", f"goldwire:{run}", "--gold", path, "-o", output)
        assert (status, err) == (0, "")
        page = Page(output.read_text("utf-8"))
        assert page.table("layers")[0][5] == "1.0000"
