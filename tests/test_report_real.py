"""The report page in Chromium, opened from disk: clicked, filtered, tabbed through, read back."""

import json
import random
import time

import hostile_runs
import pytest
from chromium import chromium as started
from chromium import expect
from small_documents import answer, doc, named, predictions

from goldwire.corpus.load import PACKAGED, load
from goldwire.eval.report.page import report
from goldwire.eval.score import How
from goldwire.schemas.reading import read_run

pytestmark = pytest.mark.real

SYSTEMS = ("rules", "spacy", "textacy")
ROLES = "(all) => all.map((each) => each.dataset.role)"
RULES = "Shown: 122 of 122 items of rules"
SEGMENTS = """
() => [...document.querySelectorAll(".text *")].map((each) =>
  [each.className, each.dataset.mark ?? "", each.getAttribute("aria-label") ?? ""].join("|"))
"""
CONTRASTS = """
() => {
  const parse = (colour) => {
    const found = colour.match(/[\\d.]+/g).map(Number);
    return found.length > 3 ? found : [...found, 1];
  };
  const light = (colour) => {
    const [r, g, b] = colour.slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, other) => {
    const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  const grounds = (element, pseudo) => {
    const found = [];
    let style = getComputedStyle(element, pseudo);
    for (let each = element; each; each = each.parentElement) {
      for (const colour of style.backgroundImage.match(/rgba?\\([^)]*\\)/g) ?? []) {
        if (parse(colour)[3] === 1) found.push(parse(colour));
      }
      const back = parse(style.backgroundColor);
      if (back[3] === 1) return [...found, back];
      if (back[3] !== 0) throw new Error(`half-transparent ${style.backgroundColor}`);
      style = getComputedStyle(pseudo && each === element ? each : each.parentElement ?? each);
      if (pseudo && each === element) { pseudo = null; each = { parentElement: element }; }
    }
    return [...found, parse(getComputedStyle(document.body).backgroundColor)];
  };
  const worst = {};
  const note = (element, pseudo, name) => {
    const colour = parse(getComputedStyle(element, pseudo).color);
    for (const ground of grounds(element, pseudo)) {
      const found = ratio(colour, ground);
      if (!(name in worst) || found < worst[name]) worst[name] = found;
    }
  };
  for (const element of document.querySelectorAll("body *")) {
    if (!element.checkVisibility() || element.closest("script")) continue;
    const own = [...element.childNodes].some((each) => each.nodeType === 3 && each.data.trim());
    const name = `${element.tagName}.${element.className}`;
    if (own) note(element, null, name);
    for (const pseudo of ["::before", "::after"]) {
      const content = getComputedStyle(element, pseudo).content;
      if (content !== "none" && content !== "normal" && content !== '""') {
        note(element, pseudo, name + pseudo);
      }
    }
  }
  return worst;
}
"""


@pytest.fixture(scope="module")
def chromium():
    with started() as made:
        yield made


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    folder = PACKAGED.parent / "eval" / "baselines"
    runs = {name: read_run(folder / f"{name}.jsonl") for name in SYSTEMS}
    path.write_text(report(load(), runs), "utf-8", newline="")
    return path


@pytest.fixture
def open_page(chromium):
    """Return a function that opens a file; in the end nothing may have been asked for or said."""
    contexts, asked, said, files = [], [], [], set()

    def opened(path, place="", **options):
        options = {"viewport": {"width": 1280, "height": 900}, **options}
        contexts.append(chromium.new_context(**options))
        page = contexts[-1].new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: asked.append(request.url))
        files.add(path.as_uri())
        page.goto(path.as_uri() + place)
        return page

    yield opened
    for each in contexts:
        each.close()
    assert said == []
    assert {url.partition("#")[0] for url in asked if not url.startswith("data:")} <= files


@pytest.fixture
def page(open_page, file):
    return open_page(file)


def shown(page):
    return page.locator("#shown").inner_text()


def focused(page):
    return page.evaluate("document.activeElement.id")


def in_view(page, selector):
    return page.evaluate(
        "(s) => { const b = document.querySelector(s).getBoundingClientRect();"
        " return b.bottom > 0 && b.top < innerHeight; }",
        selector,
    )


class TestWithoutScript:
    def test_all_of_it_can_be_read(self, open_page, file):
        page = open_page(file, java_script_enabled=False)
        expect(page.locator("#controls")).to_be_hidden()
        for each in ("#t-layers", "#t-kinds", "#t-types", ".text", ".items", "#receipts"):
            expect(page.locator(each).first).to_be_visible()
        (gold,) = load()
        assert page.locator(".text").inner_text() == gold.text
        expect(page.locator(".still")).to_contain_text("are those of rules")
        assert page.locator(".items tbody tr:visible").count() > 60

    def test_links_lead_from_list_to_text_and_back(self, open_page, file):
        page = open_page(file, java_script_enabled=False)
        row = page.locator(".items tbody tr", has_text="Revolutionary Guard").first
        number = row.get_attribute("data-n")
        row.locator("a").click()
        assert page.url.endswith(f"#f{number}")
        box = page.locator(f"#f{number}").bounding_box()
        assert 0 <= box["y"] < 900

    def test_its_marks_are_those_that_the_script_draws(self, open_page, file, page):
        without = open_page(file, java_script_enabled=True)
        raw = file.read_text("utf-8")
        page.evaluate(
            "(html) => { window.raw = new DOMParser().parseFromString(html, 'text/html'); }", raw
        )
        mine = SEGMENTS.replace("document", "window.raw")
        assert page.evaluate(mine) == without.evaluate(SEGMENTS)
        assert len(page.evaluate(mine)) > 200


class TestGoing:
    def test_a_row_of_a_table_leads_to_the_text_and_back(self, page):
        row = page.locator("#t-kinds tbody tr", has_text="spacy").first
        row.locator("td").first.click()
        assert page.locator("#view").input_value() == "1"
        number = focused(page)[1:]
        assert focused(page).startswith("f")
        assert in_view(page, f"#f{number}")
        expect(page.locator("#detail")).to_contain_text("entities")
        assert page.url.partition("#")[2] == f"f{number}&v=1"
        page.keyboard.press("b")
        assert page.evaluate("document.activeElement.closest('table').id") == "t-kinds"

    def test_each_number_of_the_kinds_leads_to_its_kind(self, page):
        links = page.locator("#t-kinds tbody td.n a")
        assert links.count() > 8
        heads = page.locator("#t-kinds th").all_inner_texts()
        for number in range(links.count()):
            cell = links.nth(number).locator("..")
            kind = heads[cell.evaluate("(each) => each.cellIndex")]
            links.nth(number).click()
            expect(page.locator("#detail .head").first).to_contain_text(f"{kind}: ")

    def test_a_sign_leads_to_its_line_and_the_line_to_the_sign(self, page):
        tag = page.locator(".text .k-t").first
        number = tag.get_attribute("data-n")
        tag.click()
        row = page.locator(f"#e{number}")
        expect(row).to_have_class("goes here")
        assert in_view(page, f"#e{number}")
        row.locator("td").nth(3).click()
        assert focused(page) == f"f{number}"
        page.go_back()
        assert page.url.endswith(f"#e{number}")

    def test_next_and_previous_error(self, page):
        page.keyboard.press("n")
        first = focused(page)
        page.keyboard.press("n")
        second = focused(page)
        assert first != second
        page.keyboard.press("p")
        assert focused(page) == first
        errors = page.locator(".text .tag:not(.quiet):not(.k-r)")
        seen = {first}
        for _ in range(errors.count() - 1):
            page.keyboard.press("n")
            seen.add(focused(page))
        assert len(seen) == errors.count()
        page.keyboard.press("n")
        assert focused(page) == first


class TestFilters:
    def test_kinds_layers_and_types(self, page):
        assert shown(page).startswith(RULES)
        page.locator("#kinds").get_by_label("missed").uncheck()
        assert shown(page).startswith("Shown: 87 of 122")
        assert page.locator(".text .k-m").count() == 0
        rows = page.locator(".items tr[data-n]:visible")
        assert rows.count() > 10
        assert set(rows.locator("td.k:nth-child(5)").all_inner_texts()).isdisjoint({"missed"})
        page.locator("#layers").get_by_label("quotes").uncheck()
        assert page.locator(".text [class*='qg-'], .text [class*='qp-']").count() == 0
        page.locator(".types summary").click()
        page.locator("#types").get_by_label("GPE").uncheck()
        data = page.evaluate("JSON.parse(document.getElementById('data').textContent).findings")
        left = [
            f
            for f in data
            if (v := f["v"][0]) and v[0] != 4 and f["l"] != "quotes" and f["t"] != "GPE"
        ]
        assert shown(page).startswith(f"Shown: {len(left)} of 122")
        page.get_by_role("button", name="show all").click()
        assert shown(page).startswith(RULES)

    def test_a_view_can_be_shared(self, page, open_page, file):
        page.locator("#view").select_option("1")
        page.locator("#kinds").get_by_label("right", exact=False).first.uncheck()
        place = "#" + page.url.partition("#")[2]
        other = open_page(file, place)
        assert shown(other) == shown(page)
        assert shown(other).startswith("Shown: 14 of 79 items of spacy")
        assert not other.locator("#kinds").get_by_label("right").first.is_checked()

    def test_an_address_of_nonsense_does_no_harm(self, open_page, file):
        for place in (
            "#f99999",
            "#x&v=9-9&off=%zz,k.1,<b>",
            "#f-1&&&=",
            "#__proto__&v=constructor",
        ):
            page = open_page(file, place)
            assert " items of rules" in shown(page)

    def test_what_one_gets_and_the_other_misses(self, page):
        page.locator("#view").select_option(label="spacy, where rules differs")
        data = page.evaluate("JSON.parse(document.getElementById('data').textContent).findings")
        differ = [
            f
            for f in data
            if f["l"] == "entities" and f["v"][1] and f["v"][1][0] != (f["v"][0] or [None])[0]
        ]
        assert 5 < len(differ) < 40
        assert shown(page).startswith(f"Shown: {len(differ)} of ")
        rows = page.locator(".items tr[data-n]:visible")
        assert rows.count() == len(differ)
        expect(rows.first).to_contain_text("right")
        page.locator("#sided summary").first.click()
        table = page.locator("#sided table").first
        table.locator("a").first.click()
        assert focused(page).startswith("f")


class TestTables:
    def test_they_sort_by_click_and_key(self, page):
        table = page.locator("#t-types")
        head = table.locator("tr.by th").nth(2)
        head.locator("button").click()
        assert head.get_attribute("aria-sort") == "ascending"
        values = [float(v) for v in table.locator("tbody td:nth-child(3)").all_inner_texts()]
        assert values == sorted(values)
        head.locator("button").press("Enter")
        assert head.get_attribute("aria-sort") == "descending"
        values = [float(v) for v in table.locator("tbody td:nth-child(3)").all_inner_texts()]
        assert values == sorted(values, reverse=True)
        last = table.locator("tr.by th").nth(5)
        last.locator("button").press("Enter")
        assert table.locator("[aria-sort]").count() == 1
        cells = table.locator("tbody td:nth-child(6)").all_inner_texts()
        known = [float(cell) for cell in cells if cell != "–"]
        assert cells == [f"{v:.4f}" for v in sorted(known)] + ["–"] * (len(cells) - len(known))


class TestTrails:
    def test_a_quote_shows_its_way_on_hover(self, page):
        page.get_by_text("is caused by the lack of domination").hover()
        panel = page.locator("#detail")
        expect(panel).to_contain_text("speaker ← relays: Bashar Assad ← Nour News")
        expect(panel).to_contain_text("cue: saying")
        roles = set(page.locator(".text [data-role]").evaluate_all(ROLES))
        assert {"cue", "source", "speaker", "relay source"} <= roles
        expect(page.locator(".text [data-role='cue']")).to_have_text("saying")
        page.locator("h1").hover()
        expect(panel).to_be_hidden()
        assert page.locator(".text [data-role]").count() == 0

    def test_a_quote_and_a_relation_show_theirs_on_focus(self, page):
        for kind, words, roles, said in (
            (
                "quotes, direct",
                "Everybody now",
                {"cue", "source", "speaker", "relay source"},
                "Ali Khamenei ← Tasnim",
            ),
            ("relations", "Ebrahim Raisi", {"head", "tail", "evidence"}, "Ebrahim Raisi"),
        ):
            label = f"[aria-label^='missed: {kind}'][aria-label*='{words}']"
            tag = page.locator(f".text .tag{label}").last
            tag.focus()
            expect(page.locator("#detail")).to_contain_text(said)
            found = page.locator(".text .part[data-role]")
            marked = set(found.evaluate_all(ROLES))
            assert len(marked & roles) >= 2, (words, marked)
            assert tag.get_attribute("aria-describedby") == "detail"
            page.keyboard.press("Escape")
            expect(page.locator("#detail")).to_be_hidden()

    def test_the_article_keeps_its_text_while_it_is_used(self, page):
        (gold,) = load()
        page.keyboard.press("n")
        page.get_by_text("is caused by the lack of domination").hover()
        assert page.locator(".text").evaluate("(each) => each.textContent") == gold.text


class TestAccess:
    def test_every_control_is_reached_by_tab_and_shows_it(self, page):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        wanted = page.evaluate(
            "[...document.querySelectorAll('a[href], button, select, input, summary')]"
            ".filter((e) => e.checkVisibility() && e.tabIndex >= 0 && !e.disabled)"
            ".map((e, n) => { e.dataset.count = n; return String(n); })"
        )
        reached = set()
        for _ in range(len(wanted) + 60):
            found = page.evaluate(
                "(() => { const e = document.activeElement, s = getComputedStyle(e);"
                " const width = parseFloat(s.outlineWidth);"
                " return [e.dataset.count ?? null, s.outlineStyle, width]; })()"
            )
            if found[0] is not None:
                assert found[1] != "none"
                assert found[2] >= 2
            reached.add(found[0])
            page.keyboard.press("Tab")
        assert set(wanted) <= reached
        assert len(wanted) > 150

    def test_the_skip_link_leads_to_the_text(self, page):
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert focused(page) == "articles"

    @pytest.mark.parametrize("theme", ["light", "dark"])
    def test_every_text_stands_out(self, open_page, file, theme):
        page = open_page(file, color_scheme=theme)
        for each in page.locator("summary").all():
            if not each.evaluate("(e) => e.parentElement.open"):
                each.click()
        page.get_by_text("is caused by the lack of domination").hover()
        page.keyboard.press("n")
        found = page.evaluate(CONTRASTS)
        assert len(found) > 40
        assert {name: value for name, value in found.items() if value < 4.5} == {}

    @pytest.mark.parametrize("width", [1280, 390])
    def test_nothing_is_wider_than_the_window(self, open_page, file, width):
        page = open_page(file, viewport={"width": width, "height": 800})
        page.keyboard.press("n")
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    def test_it_prints_the_lists_whole_and_no_controls(self, page):
        page.locator("#kinds").get_by_label("missed").uncheck()
        page.emulate_media(media="print")
        expect(page.locator("#side")).to_be_hidden()
        rows = page.locator(".items tr[data-n]")
        assert rows.count() == page.locator(".items tr[data-n]:visible").count()
        assert len(page.pdf()) > 50_000


class TestHostile:
    def test_words_do_not_run(self, open_page, tmp_path, goldwire):
        gold, run = hostile_runs.write(tmp_path)
        path = tmp_path / "out.html"
        assert goldwire("report", run, "--gold", gold, "-o", path)[0] == 0
        page = open_page(path)
        assert page.evaluate("window.hacked") is None
        text = page.locator(".text").evaluate("(each) => each.textContent")
        assert text == hostile_runs.TEXT.replace("\0", "␀")
        count = page.locator(".text .tag:not(.quiet)").count()
        assert count >= 6
        for number in range(count):
            page.locator(".text .tag:not(.quiet)").nth(number).focus()
            expect(page.locator("#detail")).to_be_visible()
        page.keyboard.press("n")
        assert page.evaluate("window.hacked") is None
        assert page.evaluate("document.querySelectorAll('main img, main script').length") == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280

    def test_the_policy_stops_what_is_written_into_the_page(self, chromium, file, tmp_path):
        broken = tmp_path / "broken.html"
        extra = (
            "<script>window.hacked = 1</script><p id=x style='color:red' onclick='hacked=1'>x</p>"
        )
        raw = file.read_text("utf-8").replace(
            "<main>", f"<main>{extra}<img src='http://0.0.0.0/x'>"
        )
        broken.write_text(raw, "utf-8")
        page = chromium.new_page()
        asked = []
        page.on("requestfailed", lambda request: asked.append((request.url, request.failure)))
        page.goto(broken.as_uri())
        page.locator("#x").click()
        assert page.evaluate("window.hacked") is None
        assert page.locator("#x").evaluate("(e) => getComputedStyle(e).color") != "rgb(255, 0, 0)"
        assert asked == [("http://0.0.0.0/x", "csp")]
        page.close()

    def test_a_plot_is_shown_in_the_colours_of_the_page(self, open_page, tmp_path):
        svg = (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 30">'
            '<rect width="40" height="30" fill="currentColor"/></svg>'
        )
        gold = doc(mentions=named([1], "GPE", level="NAM"))
        path = tmp_path / "plot.html"
        run = {"one": predictions(answer(mentions=[]))}
        path.write_text(report([gold], run, plots=lambda systems: [("F1", svg)]), "utf-8")
        for theme, colour in (("light", "rgb(27, 27, 26)"), ("dark", "rgb(236, 236, 234)")):
            page = open_page(path, color_scheme=theme)
            rect = page.locator("figure rect")
            assert rect.evaluate("(each) => getComputedStyle(each).fill") == colour
            assert rect.bounding_box()["width"] > 100


class TestLarge:
    def quick(self, page, seconds=20):
        """What a person does takes its time but never hangs: a generous bound."""
        start = time.monotonic()
        page.keyboard.press("n")
        assert focused(page).startswith("f")
        page.locator("#kinds").get_by_label("spurious").uncheck()
        page.locator("#all").click()
        page.locator(".items th button").nth(2).first.click()
        assert time.monotonic() - start < seconds

    def test_ten_thousand_spans_in_one_text(self, open_page, tmp_path):
        text = " ".join(f"Name{n:05}" for n in range(10_000))
        gold = doc(mentions=[{"start": 0, "end": 9, "type": "GPE", "level": "NAM"}])
        gold.text = text
        apart = [{"start": 10 * n, "end": 10 * n + 9, "type": "ORG"} for n in range(10_000)]
        nested = [{"start": 0, "end": 10 * n + 9, "type": "ORG"} for n in range(10_000)]
        for number, mentions in enumerate((apart, nested)):
            path = tmp_path / f"{number}.html"
            run = {"one": predictions(answer(mentions=mentions))}
            path.write_text(report([gold], run), "utf-8")
            assert path.stat().st_size < 3_000_000
            page = open_page(path)
            expect(page.locator(".doc .cannot").first).to_contain_text("8,000 findings")
            assert page.locator(".text").evaluate("(each) => each.textContent") == text
            self.quick(page)

    def test_a_thousand_documents(self, open_page, tmp_path):
        (gold,) = load()
        golds, given = [], []
        source = PACKAGED.parent / "eval" / "baselines" / "rules.jsonl"
        record = json.loads(source.read_text("utf-8").splitlines()[1])
        chance = random.Random(1)
        for number in range(1000):
            layers = {k: getattr(gold, k) for k in ("text", "mentions", "quotes", "boilerplate")}
            golds.append(doc(f"d{number:04}", **{**layers, "entities": gold.entities}))
            quotes = [q for q in record["quotes"] if chance.random() < 0.8]
            mentions, entities = record["mentions"], record["entities"]
            given.append(
                answer(f"d{number:04}", mentions=mentions, entities=entities, quotes=quotes)
            )
        path = tmp_path / "many.html"
        measures = ["mentions.strict", "quotes.attributed"]
        page = report(golds, {"one": predictions(*given)}, measures, How(resamples=100))
        path.write_text(page, "utf-8")
        assert path.stat().st_size < 5_000_000
        page = open_page(path)
        assert page.locator("article").count() == 20
        assert page.locator("#t-documents tbody tr").count() == 1000
        page.locator("#t-documents tbody a").nth(3).click()
        assert in_view(page, "#d3")
        self.quick(page)
