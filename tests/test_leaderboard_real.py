"""The leaderboard's pages in a real browser, opened from disk."""

import pytest
from chromium import chromium
from leaderboards import gold_of, lines, place
from test_leaderboard import HOSTILE, PAGES

pytestmark = pytest.mark.real
_CONTRASTS = """
() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => {
    const [r, g, b] = channels(colour).map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      const [, , , alpha = 1] = channels(colour);
      if (alpha) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const found = {};
  for (const node of document.body.querySelectorAll("*")) {
    const own = [...node.childNodes].some((each) => each.nodeType === 3 && each.data.trim());
    if (!own || node.tagName === "SCRIPT") continue;
    const pair = [getComputedStyle(node).color, behind(node)];
    const [low, high] = pair.map(light).sort((a, b) => a - b);
    found[pair.join(" on ")] = (high + 0.05) / (low + 0.05);
  }
  return found;
}
"""


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.fixture
def visit(browser):
    """Return a function that opens a page; nothing may be asked for but the files themselves."""
    said, asked, contexts = [], [], []

    def open_page(path, **options):
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        for event in ("console", "pageerror", "dialog"):
            page.on(event, lambda each: said.append(str(each)))
        page.on("request", lambda each: asked.append(each.url))
        page.goto(path.as_uri())
        return page

    open_page.said = said
    yield open_page
    for each in contexts:
        each.close()
    assert said == []
    assert asked
    assert all(url.startswith("file://") and ".html" in url for url in asked)


@pytest.fixture
def folder(goldwire, tmp_path):
    """The pages of three good runs and one with hostile names, over 40 articles."""
    gold, runs = place(tmp_path)
    bad = lines(gold_of(40), lambda n: 5, extractor=HOSTILE, layers=["entities", "boilerplate"])
    (runs / "<img src=x onerror=alert(1)>\u202e.jsonl").write_bytes(bad)
    options = ["--gold", gold, "-o", tmp_path / "out", "--resamples", "1000"]
    status, _, err = goldwire("leaderboard", runs, *options, "--dataset", "me/goldwire")
    assert status == 0, err
    return tmp_path / "out"


def column(page, number):
    """The texts of a column of the first table."""
    cells = page.locator("table >> nth=0").locator(f"tbody tr > :nth-child({number})")
    return [" ".join(each.split()) for each in cells.all_inner_texts()]


def test_a_click_on_a_head_sorts_and_so_does_the_keyboard(visit, folder):
    page = visit(folder / "entities.html")
    first = column(page, 1)
    assert first[:2] == ["a", "c"]
    assert first[3] == "b"
    head = page.locator("table >> nth=0 >> th", has_text="matched")
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    assert column(page, 9) == ["340", "340", "200", "159"]
    head.get_by_role("button").press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    assert column(page, 9) == ["159", "200", "340", "340"]
    page.locator("table >> nth=0 >> th", has_text="system").get_by_role("button").press("Space")
    assert column(page, 1)[1:] == ["a", "b", "c"]
    assert head.get_attribute("aria-sort") is None


def test_systems_without_a_figure_stay_last(visit, folder):
    page = visit(folder / "index.html")
    for _ in range(2):
        page.get_by_role("button", name="boilerplate").click()
        assert [each.startswith("–") for each in column(page, 7)] == [False, True, True, True]


def test_a_row_leads_to_its_receipt_and_pages_to_each_other(visit, folder):
    page = visit(folder / "index.html")
    receipt = page.locator("#receipt-3")
    assert not receipt.is_visible()
    page.get_by_role("link", name="receipt of b").click()
    assert "my:b" in page.locator("dl:visible").inner_text()
    assert page.locator("dl:visible").count() == 1
    for name in PAGES:
        link = page.locator(f"nav a[href='{name}']")
        link.press("Enter")
        assert page.url.endswith(name)


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_read_without_a_script(visit, folder, name):
    page = visit(folder / name, java_script_enabled=False)
    assert page.locator("button").count() == 0
    assert column(page, 1)[-1] in ("b", "c")
    page.get_by_role("link", name="receipt of b").click()
    assert "my:b" in page.locator("dl:visible").inner_text()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_text_stands_out_in_both_themes(visit, folder, name, theme):
    page = visit(folder / name, color_scheme=theme)
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
    found = page.evaluate(_CONTRASTS)
    assert len(found) >= 4
    assert min(found.values()) >= 4.5, found
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(255, 255, 255)") == (theme == "light")


def test_a_narrow_page_does_not_scroll_sideways_but_its_tables_do(visit, folder):
    page = visit(folder / "index.html", viewport={"width": 400, "height": 800})
    wide, seen = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert wide <= seen


def test_nothing_but_the_page_s_own_script_runs(visit, folder):
    page = visit(folder / "index.html")
    blocked = page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "window.ran = true";
          const seen = new Promise((done) => {
            document.addEventListener("securitypolicyviolation", (each) =>
              done(each.effectiveDirective));
            setTimeout(() => done("nothing"), 2000);
          });
          document.body.append(script);
          return seen;
        }"""
    )
    assert blocked == "script-src-elem"
    assert page.evaluate("window.ran") is None
    assert "Content Security Policy" in visit.said.pop()


def test_every_part_is_reached_by_the_tab_key(visit, folder):
    page = visit(folder / "index.html")
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.innerText.trim()"))
    heads = ["system", "extractor", "version", "entities", "relations", "quotes", "boilerplate"]
    for each in (*heads, "mean", "documents", "made", "all layers", "receipt of b", "b"):
        assert each in [" ".join(text.split()) for text in reached], each


def test_receipts_are_printed_whole(visit, folder):
    page = visit(folder / "index.html", java_script_enabled=False, color_scheme="dark")
    shown = page.locator("main").bounding_box()["height"]
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator("main").bounding_box()["height"] > shown + 500
    assert page.locator("nav").is_hidden()
    assert page.locator("#receipt-1").bounding_box()["height"] > 200
