"""goldwire show where people see it: a terminal with a pager, and a browser."""

import codecs
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from fcntl import ioctl

import pytest
from chromium import chromium, expect

from goldwire.annotate.config_looks import luminance
from goldwire.corpus.load import load
from goldwire.corpus.reading.page import page as made_page
from goldwire.corpus.reading.terminal import as_text
from goldwire.schemas.record import Mention, Record

pytestmark = pytest.mark.real


class Terminal:
    """A pseudo-terminal with a program in it."""

    def __init__(self, *command, columns=80, rows=24, **environment):
        self._reader, writer = pty.openpty()
        ioctl(writer, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        kept = {k: v for k, v in os.environ.items() if k not in ("PAGER", "LESS", "NO_COLOR")}
        for name in ("COLUMNS", "LINES"):
            kept.pop(name, None)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "goldwire", *command],
            stdin=writer,
            stdout=writer,
            stderr=writer,
            env={**kept, "TERM": "xterm-256color", **environment},
            start_new_session=True,
            preexec_fn=lambda: ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(writer)
        self.seen = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def until(self, pattern, seconds=20):
        """Read until what was written matches a pattern."""
        end = time.monotonic() + seconds
        while not re.search(pattern, self.seen):
            assert time.monotonic() < end, self.seen
            self._read(end)
        return self.seen

    def _read(self, end):
        ready, _, _ = select.select([self._reader], [], [], max(end - time.monotonic(), 0))
        if not ready:
            return False
        try:
            found = os.read(self._reader, 2**16)
        except OSError:  # the other side is closed
            return False
        self.seen += self._decoder.decode(found)
        return bool(found)

    def type(self, keys):
        self.seen = ""
        os.write(self._reader, keys.encode())

    def ended(self, seconds=20):
        """Read to the end and return the exit status."""
        end = time.monotonic() + seconds
        while self._read(end):
            pass
        return self.process.wait(max(end - time.monotonic(), 1))

    def close(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        os.close(self._reader)


@pytest.fixture
def terminal():
    opened = []

    def start(*command, **options):
        opened.append(Terminal(*command, **options))
        return opened[-1]

    yield start
    for each in opened:
        each.close()


class TestTerminal:
    def test_less_shows_the_first_screen_in_colour_and_goes_on(self, terminal):
        less = terminal("show")
        seen = less.until(r"\x1b\[[\d;]*m\[.*Syria.*\n")
        assert "ESC[" not in seen  # what less shows of escapes that it does not let through
        assert "Quotes" not in seen
        less.type("G")
        less.until("chain .*was quoted as")
        less.type("q")
        assert less.ended() == 0

    def test_a_search_in_the_pager_finds_a_mention(self, terminal):
        less = terminal("show")
        less.until("Syria")
        less.type("/^r42\n")
        less.until("capital_of")
        less.type("q")
        assert less.ended() == 0

    def test_leaving_early_and_ctrl_c_leave_no_trace(self, terminal):
        for keys in ("", "\x03"):
            less = terminal("show")
            less.until("Syria")
            less.type(keys)
            time.sleep(0.5)  # Ctrl-C throws away what was typed just after it
            less.type("q")
            status = less.ended()
            assert "Traceback" not in less.seen
            assert status in (0, 130)

    @pytest.mark.parametrize("columns", [40, 80, 120])
    def test_lines_wrap_at_the_terminals_width(self, terminal, columns):
        shown = terminal("show", columns=columns, PAGER="cat", NO_COLOR="1")
        assert shown.ended() == 0
        (gold,) = load()
        assert shown.seen.replace("\r\n", "\n").strip() == as_text(gold, width=columns).strip()

    @pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
    def test_without_colour_there_is_no_escape(self, terminal, environment):
        shown = terminal("show", PAGER="cat", **environment)
        assert shown.ended() == 0
        assert "[Syria]GPE:1" in shown.seen
        assert "\x1b" not in shown.seen

    def test_what_fits_is_printed_in_colour_without_a_pager(self, terminal):
        shown = terminal("show", "--layer", "boilerplate", rows=2000, PAGER="false")
        assert shown.ended() == 0
        assert "\x1b[" in shown.seen
        assert "Zones" in shown.seen

    def test_a_pager_that_is_not_there(self, terminal):
        """Old versions of click take less instead, new ones none."""
        shown = terminal("show", PAGER="no-such-pager")
        shown.until("Syria")
        shown.type("q")
        assert shown.ended() == 0
        assert "Traceback" not in shown.seen


def ratio(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


TEXTS = """
() => {
  const hex = (colour) => {
    const [r, g, b, a] = colour.match(/[\\d.]+/g).map(Number);
    return a === 0 ? null : "#" + [r, g, b].map((x) => x.toString(16).padStart(2, "0")).join("");
  };
  const under = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const found = hex(getComputedStyle(e).backgroundColor);
      if (found) return found;
    }
    return "none";
  };
  const found = new Map();
  for (const each of document.querySelectorAll("body *")) {
    const own = [...each.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (each.matches("script, style") || !(own || each.matches(".tag"))) continue;
    const pair = [hex(getComputedStyle(each).color), under(each)];
    found.set(pair.join(), [...pair, each.className || each.tagName]);
  }
  return [...found.values()];
}
"""


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


class Opened:
    """A page opened from disk; whatever it asks for or complains of is kept."""

    def __init__(self, browser, path, **options):
        self.context = browser.new_context(**options)
        self.tab = self.context.new_page()
        self.requests, self.complaints = [], []
        self.tab.on("request", lambda request: self.requests.append(request.url))
        self.tab.on("console", lambda message: self.complaints.append(message.text))
        self.tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.tab.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        self.tab.goto(path.as_uri())

    def quiet(self, path):
        assert self.requests == [path.as_uri()]
        assert self.complaints == []


@pytest.fixture(scope="module")
def reading(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "reading.html"
    path.write_bytes(made_page(load()[0]))
    return path


@pytest.fixture
def opened(browser, reading):
    made = Opened(browser, reading, viewport={"width": 1200, "height": 900})
    yield made
    made.quiet(reading)
    made.context.close()


def lit(tab):
    return tab.eval_on_selector_all(".lit", "all => all.map(e => e.id || e.textContent)")


class TestPage:
    def test_its_text_is_that_of_the_article(self, opened):
        (gold,) = load()
        lines = opened.tab.eval_on_selector_all(".line", "all => all.map(e => e.textContent)")
        assert "".join(lines) == gold.text

    def test_focus_on_a_mention_lights_all_of_its_entity(self, opened):
        (gold,) = load()
        opened.tab.locator("#m2-0").focus()
        wanted = {f"m{n}-0" for n, m in enumerate(gold.mentions, 1) if m.entity == "assad"}
        assert set(lit(opened.tab)) == wanted | {"e2"}
        expect(opened.tab.locator("#about")).to_contain_text("Bashar Assad, mentioned 18 times")
        opened.tab.keyboard.press("Escape")
        assert lit(opened.tab) == []

    def test_the_keyboard_reaches_boxes_mentions_and_lists(self, opened):
        tab = opened.tab
        tab.keyboard.press("Tab")
        expect(tab.locator(".skip")).to_be_focused()
        for _ in range(2):
            tab.keyboard.press("Tab")
        expect(tab.locator("#show-boilerplate")).to_be_focused()
        for _ in range(5):
            tab.keyboard.press("Tab")
        expect(tab.locator("#m1-0")).to_be_focused()
        tab.locator(".skip").focus()
        tab.keyboard.press("Enter")
        tab.keyboard.press("Tab")
        assert tab.evaluate("document.activeElement.closest('#lists') !== null")

    def test_hovering_a_relation_lights_its_two_ends_and_evidence(self, opened):
        opened.tab.locator("#r22 th").hover()
        found = set(lit(opened.tab))
        assert {"r22", "e2", "e27", "r22-0", "r22-1", "m2-0"} <= found
        opened.tab.locator("#q11 th").hover()
        assert {"q11", "q11-0", "q11-1", "q11-cue0", "q11-source", "e26"} <= set(lit(opened.tab))

    def test_a_quote_says_through_whom_it_came(self, opened):
        opened.tab.locator("#q11-1").focus()
        about = "q11, direct: Tasnim “according to” → Ali Khamenei “told”"
        expect(opened.tab.locator("#about")).to_have_text(about)

    @pytest.mark.parametrize(
        ("box", "element", "style", "gone"),
        [
            ("entities", "#m1-0", "borderBottomStyle", "none"),
            ("quotes", "#q1-0", "backgroundColor", "rgba(0, 0, 0, 0)"),
            ("boilerplate", "#line4 + .zone", "visibility", "hidden"),
            ("relations", "#r1-0", "boxShadow", "none"),
            ("labels", "#m1-0 > .tag", "display", "none"),
        ],
    )
    @pytest.mark.parametrize("scripts", [True, False])
    def test_each_layer_has_a_switch_that_needs_no_script(
        self, browser, reading, box, element, style, gone, scripts
    ):
        made = Opened(browser, reading, java_script_enabled=scripts)
        look = f"e => getComputedStyle(e).{style}"
        switch = made.tab.locator(f"#show-{box}")
        switch.check()
        assert made.tab.eval_on_selector(element, look) != gone
        switch.uncheck()
        assert made.tab.eval_on_selector(element, look) == gone
        made.quiet(reading)
        made.context.close()

    def test_without_scripts_all_is_there_and_links_lead_to_it(self, browser, reading):
        made = Opened(browser, reading, java_script_enabled=False)
        expect(made.tab.locator(".line").first).to_contain_text("Syria President Assad visits Iran")
        made.tab.locator("#q11 td a").last.click()
        made.tab.locator("#q11 a", has_text="Everybody").click()
        assert made.tab.url.endswith("#q11-0")
        expect(made.tab.locator("#q11-0")).to_be_in_viewport()
        made.context.close()

    @pytest.mark.parametrize("theme", ["light", "dark"])
    @pytest.mark.parametrize("focused", ["", "#m2-0", "#q11-0", "#r22 a"])
    def test_contrast(self, browser, reading, theme, focused):
        made = Opened(browser, reading, color_scheme=theme)
        made.tab.locator("#show-relations").check()
        if focused:
            made.tab.locator(focused).first.focus()
        found = made.tab.evaluate(TEXTS)
        assert len(found) > 10
        poor = [(*pair, what) for *pair, what in found if ratio(*pair) < 4.5]
        assert poor == []
        backs = {back for _, back, _ in found}
        assert ("#fdfcf9" in backs) == (theme == "light")
        made.context.close()

    def test_it_fits_a_narrow_screen_and_prints(self, browser, reading, tmp_path):
        made = Opened(browser, reading, viewport={"width": 360, "height": 800})
        assert made.tab.evaluate("document.documentElement.scrollWidth") <= 360
        made.tab.emulate_media(media="print")
        expect(made.tab.locator(".layers")).to_be_hidden()
        expect(made.tab.locator(".line").first).to_be_visible()
        made.tab.pdf(path=tmp_path / "r.pdf")
        assert (tmp_path / "r.pdf").stat().st_size > 10_000
        made.context.close()

    def test_nothing_hostile_runs_or_breaks_the_page(self, browser, tmp_path):
        evil = (
            "</script></style><script>alert(1)</script><img src=x onerror=alert(2)>\u202e\x1b[31m"
        )
        found = [
            Mention(start=n % 500, end=500 + n % 400, type=evil, note="x" * 50) for n in range(3000)
        ]
        found.append(Mention(start=0, end=4, type="x" * 200_000))
        made = Record(id="d", text=(evil + "\n") * 20, mentions=found)
        path = tmp_path / "evil.html"
        path.write_bytes(made_page(made))
        shown = Opened(browser, path)
        shown.tab.locator("#m1-0").focus()
        expect(shown.tab.locator("#about")).not_to_be_empty()
        assert shown.tab.locator("script").count() == 1
        assert shown.tab.locator("img").count() == 0
        shown.quiet(path)
        shown.context.close()
