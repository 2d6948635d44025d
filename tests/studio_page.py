"""Label Studio's editor in a real browser, used as an annotator does: by mouse and keyboard.

Places in the text are code points. What is read of the editor's own state serves to wait for it.
"""

import contextlib
import re

from chromium import chromium, expect

_PLACE = """
([start, end]) => {
  const root = document.querySelector(".lsf-richtext__container");
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ALL);
  const at = (wanted) => {
    let seen = 0;
    walker.currentNode = root;
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (node.nodeName === "BR") seen += 1;
      if (node.nodeType !== Node.TEXT_NODE) continue;
      const points = [...node.data];
      if (wanted < seen + points.length) {
        const before = points.slice(0, wanted - seen).join("").length;
        return [node, before, points[wanted - seen].length];
      }
      seen += points.length;
    }
    throw new Error(`no character at ${wanted}`);
  };
  const range = document.createRange();
  const [first, from] = at(start);
  const [last, to, width] = at(end - 1);
  range.setStart(first, from);
  range.setEnd(last, to + width);
  first.parentElement.scrollIntoView({ block: "center" });
  const all = [...range.getClientRects()];
  const boxes = all.some((box) => box.width > 0) ? all.filter((box) => box.width > 0) : all;
  const [one, other] = [boxes[0], boxes.at(-1)];
  return [one.left, one.top + one.height / 2, other.right, other.top + other.height / 2];
}
"""
_COUNT = (
    "() => window.Htx.annotationStore.selected.regionStore"
    ".regions.filter((each) => each.type === 'richtextregion').length"
)
_DRAWN = """
() => {
  const store = window.Htx.annotationStore?.selected?.regionStore;
  return store && store.regions.every((each) => each._hasSpans ?? true);
}
"""
_COLOURS = """
(part) => {
  const hex = (colour) => {
    const [red, green, blue, alpha] = colour.match(/[\\d.]+/g).map(Number);
    const whole = [red, green, blue].map((each) => each.toString(16).padStart(2, "0")).join("");
    return "#" + whole + (alpha === undefined ? "" : "/" + alpha);
  };
  let behind = document.querySelector(part);
  const ink = getComputedStyle(behind).color;
  while (getComputedStyle(behind).backgroundColor === "rgba(0, 0, 0, 0)") {
    behind = behind.parentElement;
  }
  return [hex(getComputedStyle(behind).backgroundColor), hex(ink)];
}
"""
_SCRIPTS = """
async () => {
  const all = performance.getEntriesByType("resource").map((each) => each.name);
  const own = [...new Set(all)].filter((name) => new URL(name).pathname.endsWith(".js"));
  return (await Promise.all(own.map(async (name) => (await fetch(name)).text()))).join("\\n");
}
"""
_ARROWS = "() => window.Htx.annotationStore.selected.relationStore.relations.length"


@contextlib.contextmanager
def browser():
    """Start Chromium with a new profile; yield a page."""
    with chromium() as started:
        yield started.new_page(viewport={"width": 1280, "height": 800})


class StudioPage:
    """A page on which a user works at one task after the other."""

    def __init__(self, page, studio):
        self.page = page
        self.url = studio.url
        self.ended = None
        page.goto(f"{self.url}/user/login/")
        page.fill("input[name=email]", studio.email)
        page.fill("input[name=password]", studio.password)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/login" not in url)

    def theme(self, name):
        """Show pages that are opened from now on in the theme "light" or "dark"."""
        self.page.evaluate(f"localStorage.setItem('preferred-color-scheme', '{name}')")

    def open(self, project, task):
        """Open a task and wait until its text and regions are drawn."""
        self.page.goto(f"{self.url}/projects/{project}/data?task={task}")
        self.wait()

    def stream(self, project):
        """Open the first task of a project that is not annotated yet, without the list of tasks."""
        self.page.goto(f"{self.url}/projects/{project}/data?labeling=1")
        self.wait()

    def compare(self):
        """Show all annotations and predictions of the task side by side."""
        self.page.get_by_text("Compare All").click()
        self.page.wait_for_selector(".lsf-wrapper_viewAll .lsf-richtext__line .htx-highlight")

    def wait(self):
        """Wait until a text and all its regions are drawn."""
        self.page.wait_for_selector(".lsf-richtext__line")
        self.page.wait_for_function(_DRAWN)

    def press(self, keys):
        """Press hotkeys as Label Studio writes them, such as ``shift+a``."""
        names = {"shift": "Shift", "ctrl": "Control", "alt": "Alt", "minus": "-", "plus": "="}
        self.page.keyboard.press("+".join(names.get(key, key) for key in keys.split("+")))

    def button(self, control, value):
        """Return the label or choice of a control."""
        part = (
            ".lsf-label" if self.control(control).locator(".lsf-label").count() else ".lsf-choice"
        )
        exact = re.compile(rf"^{re.escape(value)}(\[.*\]|\W*(shift\+|ctrl\+alt\+)?\w)?$")
        return self.control(control).locator(part).filter(has_text=exact)

    def control(self, name):
        """Return the element of a control with its title."""
        return self.page.locator(f".goldwire-of-{name}")

    def label(self, control, value):
        """Choose a label by mouse."""
        self.button(control, value).click()
        self.is_chosen(control, value)

    def drag(self, start, end):
        """Draw a region over a stretch of the text, with the label that is chosen."""
        count = self.page.evaluate(_COUNT)
        left, top, right, bottom = self.page.evaluate(_PLACE, [start, end])
        if self.ended and max(abs(right - self.ended[0]), abs(bottom - self.ended[1])) < 6:
            self.page.wait_for_timeout(500)  # sooner the editor takes it for a double click
        self.ended = right, bottom
        mouse = self.page.mouse
        mouse.move(left + 0.5, top)
        mouse.down()
        mouse.move((left + right) / 2, (top + bottom) / 2, steps=3)
        mouse.move(right - 0.5, bottom, steps=3)
        mouse.up()
        self.page.wait_for_function(f"count => ({_COUNT})() === count + 1", arg=count)
        expect(self.page.locator(".lsf-label_selected")).to_have_count(0)

    def region(self, control, value, start, end):
        """Draw a region with a label."""
        self.label(control, value)
        self.drag(start, end)

    def select(self, at):
        """Select the innermost region at a character by a click on it."""
        self.unselect()  # a click on the selected region would unselect it
        self.click(at)
        self.page.wait_for_function("() => window.Htx.annotationStore.selected.highlightedNode")

    def click(self, at):
        """Click on a character of the text."""
        left, top, right, bottom = self.page.evaluate(_PLACE, [at, at + 1])
        self.page.mouse.click((left + right) / 2, (top + bottom) / 2)

    def width(self, at):
        """Return how wide a character is, in pixels."""
        left, _, right, _ = self.page.evaluate(_PLACE, [at, at + 1])
        return right - left

    def unselect(self):
        """Unselect regions and labels by the editor's key for it."""
        self.press("Escape")
        self.page.wait_for_function("() => !window.Htx.annotationStore.selected.highlightedNode")

    def choose(self, control, value):
        """Set a choice of the selected region by mouse."""
        self.button(control, value).locator("input").click()
        self.is_chosen(control, value)

    def is_chosen(self, control, value):
        """Wait until a label or choice is the chosen one of its control."""
        button = self.button(control, value)
        if button.locator("input").count():
            expect(button.locator("input")).to_be_checked()
        else:
            expect(button).to_have_class(re.compile("lsf-label_selected"))

    def scripts(self):
        """Return the source of all scripts that the page has loaded."""
        return self.page.evaluate(_SCRIPTS)

    def regions(self):
        """Return how many regions of the text there are."""
        return self.page.evaluate(_COUNT)

    def colours(self, part):
        """Return the colours behind a part of the page and of its text: #rrggbb, with /alpha."""
        return tuple(self.page.evaluate(_COLOURS, part))

    def has_colours(self, part, *wanted):
        """Wait until a part of the page has these colours, which the editor changes slowly."""
        script = f"([part, wanted]) => String(({_COLOURS})(part)) === String(wanted)"
        from playwright.sync_api import TimeoutError as TooSlow

        with contextlib.suppress(TooSlow):
            self.page.wait_for_function(script, arg=[part, list(wanted)], timeout=3000)
        assert self.colours(part) == wanted

    def write(self, control, text):
        """Type into a text area, as one entry."""
        field = self.control(control).get_by_test_id("textarea-input")
        several = field.evaluate("field => field.tagName") == "TEXTAREA"
        field.fill(text)
        field.press("Shift+Enter" if several else "Enter")
        self.page.evaluate("() => document.activeElement?.blur()")
        expect(self.control(control).get_by_text(text.split("\n")[0])).to_be_visible()

    def arrow(self, start, end):
        """Draw an arrow from the region at one character to that at another; open its labels."""
        count = self.page.evaluate(_ARROWS)
        self.select(start)
        self.press("alt+r")
        self.page.wait_for_function("() => window.Htx.annotationStore.selected.isLinkingMode")
        self.click(end)
        self.page.wait_for_function(f"count => ({_ARROWS})() === count + 1", arg=count)
        self.page.locator("#Relations-draggable").click()
        arrow = self.page.locator(".lsf-relations__item").last
        arrow.hover()
        arrow.get_by_role("button", name="Show Relation Labels").click()
        choice = arrow.get_by_test_id(re.compile("^select-trigger-"))
        choice.click()
        return choice

    def relate(self, start, end, *labels):
        """Draw an arrow from the region at one character to that at another, and label it."""
        choice = self.arrow(start, end)
        for label in labels:
            self.page.get_by_test_id(f"select-option-{label}").click()
        choice.click(force=True)
        expect(self.page.get_by_role("option")).to_have_count(0)
        self.page.locator("#Regions-draggable").click()

    def delete(self, at):
        """Delete the innermost region at a character by keyboard."""
        count = self.page.evaluate(_COUNT)
        self.select(at)
        self.press("Backspace")
        self.page.wait_for_function(f"count => ({_COUNT})() < count", arg=count)

    def send(self, name="Submit"):
        """Submit or update the annotation, and wait for the server's answer."""
        path = re.compile(r"/api/(tasks/\d+/annotations|annotations/\d+)/?(\?|$)")
        with self.page.expect_response(
            lambda answer: path.search(answer.url) and answer.request.method in ("POST", "PATCH")
        ) as answer:
            self.page.locator("button", has_text=re.compile(f"^{name}$")).click()
        assert answer.value.ok, answer.value.text()
        self.page.wait_for_function("() => !window.Htx.isLoading && !window.Htx.isSubmitting")
        self.wait()
        return answer.value.json()
