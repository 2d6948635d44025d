"""An article with its findings as HTML and as the data of the page's script.

What a mark looks like is said by classes alone: the page's policy forbids style attributes. A
segment has the numbers of its marks, by which the script finds what they are of; its classes are
those of the first system, so that the page is whole without the script.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup, escape

from goldwire.eval.items import Spans
from goldwire.eval.report.layout import DEEPEST, Segment, segments
from goldwire.eval.report.overlay import KINDS, RIGHT, SPURIOUS, Finding, Overlay
from goldwire.eval.report.trails import Side, Trail
from goldwire.schemas.plain import shorten
from goldwire.schemas.record import LAYERS

LETTERS = {"entities": "", "relations": "R", "quotes": "Q", "boilerplate": "B"}
"""What stands before the sign of a tag."""
SIGNS = dict(zip(KINDS, ("✓", "≠", "↔", "≠↔", "−", "+"), strict=True))
CODES = dict(zip(KINDS, "rtbxms", strict=True))
"""The end of a class for each kind."""
WORST = "mxtbsr"
"""Codes in the order in which one is shown where several would stand in one place."""
_SAID = ("triple", "level")
"""What the list need not say again."""
MOST_SPANS = 200
"""Spans of one part of a trail, such as the mentions of a speaker, that are shown."""


@dataclass(slots=True)
class Row:
    """A line of the list under an article."""

    finding: Finding
    words: str
    where: str
    says: list[tuple[str, str]]
    cells: list[tuple[str, str, str]]
    placed: bool


@dataclass(slots=True)
class Article:
    """One article as the page shows it; ``data`` is what the script knows of its findings.

    ``deep``: some place has as many marks as are drawn.
    """

    overlay: Overlay
    html: Markup
    rows: list[Row]
    data: list[dict[str, Any]]
    deep: bool = False

    @property
    def silent(self) -> list[int]:
        """The numbers of the systems that have no answer for this article."""
        fields = LAYERS.values()
        given = enumerate(self.overlay.predicted)
        return [n for n, each in given if all(getattr(each, name) is None for name in fields)]


@dataclass(slots=True)
class Numbers:
    """What has been numbered on the page so far: findings and marks."""

    findings: int = 0
    marks: int = 0


@dataclass(slots=True)
class _Marks:
    """The marks of one article: the number of each set of spans that anything stands on."""

    first: int
    known: dict[Spans, int] = field(default_factory=dict)

    def of(self, spans: Spans) -> int | None:
        return self.known.setdefault(spans, self.first + len(self.known)) if spans else None


def article(overlay: Overlay, numbers: Numbers) -> Article:
    """Return an article for the page; its findings are numbered on from those before."""
    marks = _Marks(numbers.marks)
    gold = Side(overlay.gold, overlay.text)
    sides = [Side(each, overlay.text) for each in overlay.predicted]
    data, rows = [], []
    for finding in overlay.findings:
        finding.number = numbers.findings
        numbers.findings += 1
        trail = _trail(finding, gold, sides)
        data.append(_data(finding, trail, marks))
        if finding.layer in ("quotes", "relations") or finding.kinds != {RIGHT}:
            rows.append(_row(finding, trail))
    numbers.marks += len(marks.known)
    cut = segments(len(overlay.text), {number: spans for spans, number in marks.known.items()})
    html = Markup("").join(_pieces(overlay, cut, data))
    return Article(overlay, html, rows, data, any(len(each.marks) >= DEEPEST for each in cut))


def _trail(finding: Finding, gold: Side, sides: Sequence[Side]) -> Trail:
    if finding.gold:
        return gold.trail(finding.item)
    number = next(n for n, each in enumerate(finding.verdicts) if each)
    return sides[number].trail(finding.item)


def _data(finding: Finding, trail: Trail, marks: _Marks) -> dict[str, Any]:
    """Return what the script knows of a finding, under short names: there may be thousands."""
    verdicts: list[Any] = []
    for each in finding.verdicts:
        if each is None:
            verdicts.append(None)
            continue
        item = each.item
        verdicts.append([KINDS.index(each.kind), item and marks.of(item.spans)])
        if item and each.kind not in (RIGHT, SPURIOUS):
            verdicts[-1].append(f"{item.facets.get('type') or 'no type'} {item.shown}")
    parts = {
        part: list(dict.fromkeys(marks.of(each) for each in spans[:MOST_SPANS]))
        for part, spans in trail.parts.items()
    }
    return {
        "n": finding.number,
        "l": finding.layer,
        "t": shorten(finding.type),
        "w": finding.item.shown,
        "g": marks.of(finding.item.spans) if finding.gold else None,
        "o": int(finding.shown.counted),
        "v": verdicts,
        "p": parts,
        "s": trail.words,
    }


def _row(finding: Finding, trail: Trail) -> Row:
    extent = finding.item.extent
    where = "nowhere"
    if extent:
        where = f"{extent[0]}–{extent[1]}"
    cells = []
    for each in finding.verdicts:
        instead = ""
        if each and each.item and each.kind not in (RIGHT, SPURIOUS):
            instead = f"{each.item.facets.get('type') or 'no type'} {each.item.shown}"
        kind = each.kind if each else ""
        cells.append((kind, SIGNS.get(kind, "–"), shorten(instead, 100)))
    says = [each for each in trail.words if each[0] not in _SAID]
    return Row(finding, finding.item.shown, where, says, cells, extent is not None)


def _pieces(
    overlay: Overlay, cut: Sequence[Segment], data: Sequence[Mapping[str, Any]]
) -> Iterator[Markup]:
    """Yield the text in segments, and after each the tags of the findings that end there."""
    text = overlay.text
    uses = _uses(data)
    tags: dict[int, list[Finding]] = {}
    for finding in overlay.findings:
        if finding.item.extent:
            tags.setdefault(finding.item.extent[1], []).append(finding)
    for each in cut:
        shown = _shown(text[each.start : each.end])
        if each.marks:
            names = _classes(use for mark in each.marks for use in uses.get(mark, ()))
            numbers = " ".join(map(str, each.marks))
            yield Markup('<span class="{}" data-m="{}">{}</span>').format(names, numbers, shown)
        else:
            yield shown
        for finding in tags.get(each.end, ()):
            yield _tag(finding)


def _shown(text: str) -> Markup:
    """Return text for the page; what HTML would change or drop is kept or stands as a sign."""
    return Markup(str(escape(text)).replace("\r", "&#13;").replace("\0", "␀"))


def _uses(data: Sequence[Mapping[str, Any]]) -> dict[int, list[tuple[str, str]]]:
    """Return what each mark is for the first system: a slot (layer and side) and a code."""
    found: dict[int, list[tuple[str, str]]] = {}
    for each in data:
        verdict = each["v"][0]
        if verdict is None or each["l"] == "relations":
            continue
        code, slot = "rtbxms"[verdict[0]], each["l"][0]
        if each["g"] is not None:
            found.setdefault(each["g"], []).append((f"{slot}g", code))
        if verdict[1] is not None:
            found.setdefault(verdict[1], []).append((f"{slot}p", code))
    return found


def _classes(uses: Iterable[tuple[str, str]]) -> str:
    best: dict[str, str] = {}
    for slot, code in uses:
        if slot not in best or WORST.index(code) < WORST.index(best[slot]):
            best[slot] = code
    return " ".join(f"{slot}-{code}" for slot, code in sorted(best.items()))


def _tag(finding: Finding) -> Markup:
    """Return the sign behind a finding; it has no text, so that the article keeps its own."""
    verdict = finding.verdicts[0]
    kind = verdict.kind if verdict else ""
    quiet = not kind or (kind == RIGHT and finding.layer in ("entities", "boilerplate"))
    said = f"{kind or 'not judged'}: {finding.layer}, {shorten(finding.type)} {finding.item.shown}"
    return Markup(
        '<a class="tag {}" id="f{}" href="#e{}" data-n="{}" data-mark="{}" aria-label="{}"{}></a>'
    ).format(
        "quiet" if quiet else f"k-{CODES[kind]}",
        finding.number,
        finding.number,
        finding.number,
        "" if quiet else LETTERS[finding.layer] + SIGNS[kind],
        said,
        Markup(' tabindex="-1"') if quiet else "",
    )
