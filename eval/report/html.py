"""The page as HTML: one file that needs nothing else, and lets nothing else in."""

import base64
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from markupsafe import Markup

from goldwire.corpus.records import Records
from goldwire.eval.entrants import Entrant
from goldwire.eval.measure import Measure
from goldwire.eval.render import receipt_line
from goldwire.eval.report import tables
from goldwire.eval.report.layout import DEEPEST
from goldwire.eval.report.overlay import KINDS, RIGHT, Shown
from goldwire.eval.report.svg import inlined
from goldwire.eval.report.view import CODES, LETTERS, SIGNS, Article
from goldwire.eval.uncertainty import sources, too_few
from goldwire.schemas.plain import plain, shorten
from goldwire.schemas.reading import read_text
from goldwire.schemas.record import LAYERS
from goldwire.schemas.version import VERSION

if TYPE_CHECKING:
    import jinja2

DOCUMENTS = 20
"""Articles that are shown if not told otherwise."""
_TEMPLATES = Path(__file__).parent / "templates"
Plot = tuple[str, str]
"""A title, which stands below it, and an SVG without styles, scripts and references outside."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which articles are shown: those named, or so many of those with most errors."""

    number: int = DOCUMENTS
    names: Sequence[str] = ()


def _targets(articles: Sequence[Article]) -> tables.Targets:
    """Return where the first error of each layer, type, and kind of a system is in the text."""
    found: dict[tuple[str, ...], int] = {}
    for each in (finding for one in articles for finding in one.overlay.findings):
        if not each.shown.counted or not each.item.extent:
            continue
        if each.kinds - {RIGHT}:
            found.setdefault((each.layer,), each.number)
            found.setdefault((each.layer, each.type), each.number)
        for number, verdict in enumerate(each.verdicts):
            if verdict and verdict.kind != RIGHT:
                found.setdefault((each.layer, "", str(number)), each.number)
                found.setdefault((each.layer, verdict.kind, str(number)), each.number)
    return found


def _places(articles: Sequence[Article]) -> dict[object, int]:
    """Return the number of each finding by what a list of one-sided items says of it."""
    found: dict[object, int] = {}
    for one in articles:
        for each in one.overlay.findings:
            start, end = each.item.extent or (None, None)
            key = start, end, each.item.facets.get("type"), each.item.shown
            if each.item.extent:
                measure = str(each.shown.measure)
                found.setdefault((measure, one.overlay.gold.id, *key), each.number)
    return found


@dataclass(frozen=True, slots=True)
class View:
    """What the page shows beside the figures: what is marked in which articles, and plots.

    ``ids`` are all documents, those with most errors first, ``counts`` each system's errors in
    them; ``wanted`` articles were to be shown.
    """

    first: Sequence[Measure]
    marked: Sequence[Shown]
    articles: Sequence[Article]
    ids: Sequence[str]
    counts: Sequence[Counter[str]]
    plots: Sequence[Plot]
    choice: Choice
    wanted: int


def render(gold: Records, entrants: Sequence[Entrant], view: View) -> str:
    """Return the page."""
    articles, first = view.articles, view.first
    style, script = _own("report.css"), _own("report.js")
    return (
        _environment()
        .get_template("report.html")
        .render(
            title=f"{', '.join(map(tables.called, entrants[:4]))}: goldwire report",
            policy=_policy(style, script),
            style=Markup(style),
            script=Markup(script),
            entrants=entrants,
            names=[*map(tables.called, entrants)],
            **_tables(gold, entrants, view),
            articles=articles,
            total=len(gold),
            chosen=bool(view.choice.names),
            wanted=view.wanted,
            deepest=DEEPEST,
            few=too_few(sources(gold)),
            reasons=tables.reasons(entrants, first),
            notes=tables.notes(entrants),
            marked=view.marked,
            receipts=[receipt_line(each.score.receipt) for each in entrants],
            signs=SIGNS,
            codes=CODES,
            letters=LETTERS,
            data=_data(articles, entrants),
            plots=[(name, inlined(svg)) for name, svg in view.plots],
            version=VERSION,
        )
    )


def _tables(gold: Records, entrants: Sequence[Entrant], view: View) -> dict[str, Any]:
    articles, first = view.articles, view.first
    to = _targets(articles)
    where = {one.overlay.gold.id: number for number, one in enumerate(articles)}
    main = [make(entrants, first, to) for make in (tables.headlines, tables.kinds, tables.types)]
    places = _places(articles)
    several = len(entrants) * (len(entrants) - 1)
    most = min(tables.MOST_ITEMS, tables.MOST_SIDED // max(several, 1))
    sided = [
        tables.one_sided_table(number, *each, places, most)
        for number, each in enumerate(tables.sided(entrants, first))
    ]
    by_document = None
    if len(gold) > 1:
        by_document = tables.documents(view.ids, view.counts, entrants, where)
    return {
        "main": [each for each in main if each.rows],
        "sided": [each for each in sided if each.rows],
        "every": tables.every(entrants),
        "documents": by_document,
    }


def _data(articles: Sequence[Article], entrants: Sequence[Entrant]) -> Markup:
    """Return what the script reads: JSON in which nothing can end the element that holds it."""
    found = {
        "systems": [*map(tables.called, entrants)],
        "kinds": KINDS,
        "codes": "".join(CODES.values()),
        "signs": [*SIGNS.values()],
        "letters": LETTERS,
        "layers": [each.score.layers for each in entrants],
        "order": LAYERS,
        "findings": [each for one in articles for each in one.data],
    }
    text = msgspec.json.encode(found).decode("utf-8")
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)


def _policy(style: str, script: str) -> str:
    def digest(content: str) -> str:
        return f"'sha256-{base64.b64encode(sha256(content.encode()).digest()).decode()}'"

    rules = {
        "default-src": "'none'",
        "script-src": digest(script),
        "style-src": digest(style),
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


@cache
def _own(name: str) -> str:
    return read_text(_TEMPLATES / name)


@cache
def _environment() -> "jinja2.Environment":
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(short=shorten, clean=plain)
    return made
