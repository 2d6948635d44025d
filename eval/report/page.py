"""The page: one HTML file that needs nothing else, and lets nothing else in."""

import base64
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from markupsafe import Markup

from goldwire.corpus.load import prepare
from goldwire.corpus.records import Records
from goldwire.eval.entrants import Entrant
from goldwire.eval.measure import Measure
from goldwire.eval.plan import Plan, is_macro
from goldwire.eval.render import receipt_line
from goldwire.eval.report import tables
from goldwire.eval.report.overlay import KINDS, RIGHT, Overlay, Shown, overlay, pairs_of
from goldwire.eval.report.view import CODES, LETTERS, SIGNS, Article, Numbers, article
from goldwire.eval.score import How, judged
from goldwire.eval.table import HEADLINES, ITEMIZED, layer
from goldwire.eval.uncertainty import sources, too_few
from goldwire.schemas.errors import UsageError
from goldwire.schemas.label_map import label_map
from goldwire.schemas.near import did_you_mean
from goldwire.schemas.plain import plain, shorten
from goldwire.schemas.reading import Again, Lines, Predictions, read_text
from goldwire.schemas.record import LAYERS, Record
from goldwire.schemas.version import VERSION

if TYPE_CHECKING:
    import jinja2

DOCUMENTS = 20
MOST_FINDINGS = 2000
"""Articles that are shown if not told otherwise, and findings of one that are."""
MOST_ON_PAGE = 10_000
"""Findings on the page: articles beyond it are left out."""
_TEMPLATES = Path(__file__).parent / "templates"
Plot = tuple[str, str]
"""A title, which is also what is read out in its place, and an SVG."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which articles are shown: those named, or so many of those with most errors."""

    number: int = DOCUMENTS
    names: Sequence[str] = ()


def report(
    gold: Sequence[Record],
    runs: Mapping[str, Predictions],
    measures: Sequence[Measure | str] = (),
    how: How | None = None,
    *,
    choice: Choice | None = None,
    plots: Sequence[Plot] = (),
) -> str:
    """Return the report of one or more systems over one gold, as HTML.

    Its figures are those of ``score`` with the same arguments. Its marks are those of the
    headlines, or of the first measure of each layer that is asked for. ``plots`` are shown as
    pictures. Raises UsageError for an unknown document or no run.
    """
    if not runs:
        raise UsageError("no-run", "there is nothing to report on", "give one run or more")
    how, records, choice = how or How(), prepare(gold), choice or Choice()
    _require_known(choice.names, records)
    again = {name: _repeated(run) for name, run in runs.items()}
    entrants = []
    for name, run in again.items():
        found = judged(records, run, measures, True, how)
        entrants.append(Entrant(name, found.score, found))
    first = tables.first_measures(entrants[0].score)
    marked = _marked(first, asked=bool(measures))
    counts = [_errors(each, [s.measure for s in marked if s.counted]) for each in entrants]
    total = sum(counts, Counter())
    ids = sorted(records.ids, key=lambda name: (-total[name], name))
    shown = [[s for s in marked if _defined(s, each)] for each in entrants]
    plan = Plan(counted=(), maps=_maps(marked, how), labels=records.identity.labels)
    articles, numbers = [], Numbers()
    names = [*dict.fromkeys(choice.names)] or ids[: choice.number]
    for record, pairs in pairs_of(records, [*again.values()], names, plan):
        if numbers.findings >= MOST_ON_PAGE:
            break
        articles.append(article(_capped(overlay(record, pairs, shown)), numbers))
    return _render(
        records, entrants, first, marked, articles, ids, counts, plots, bool(choice.names)
    )


def _require_known(names: Iterable[str], gold: Records) -> None:
    for name in names:
        row = gold.row(name)
        if row is None or gold[row].id != name:
            cure = did_you_mean(name, gold.ids) or f"gold has {', '.join(gold.ids[:3])}"
            raise UsageError("unknown-document", f'gold has no document "{shorten(name)}"', cure)


def _repeated(run: Predictions) -> Predictions:
    """Return a run that can be read twice, each time as it was given."""
    if isinstance(run.records, Lines | Again):
        return run
    held = [(place, msgspec.msgpack.encode(record)) for place, record in run.records]
    fresh = msgspec.msgpack.Decoder(Record).decode
    return replace(run, records=Again(lambda: ((place, fresh(raw)) for place, raw in held)))


def _marked(first: Sequence[Measure], asked: bool) -> list[Shown]:
    """Return the measures that are marked in the text, one a layer and what it leaves aside."""
    chosen: dict[str, Measure] = {}
    for each in first:
        if (each.name in ITEMIZED or each.name == "boilerplate.char") and not is_macro(each):
            chosen.setdefault(layer(each), each)
    found = [Shown(each) for each in chosen.values()]
    if not asked:
        aside = (each for part, each in HEADLINES.items() if part != "boilerplate")
        found += [Shown(each.where(zone="boilerplate"), False) for each in aside]
    return found


def _defined(shown: Shown, entrant: Entrant) -> bool:
    found = entrant.score.scores.get(str(shown.measure))
    return found is not None and found.f1 is not None


def _maps(marked: Sequence[Shown], how: How) -> Mapping[str, Any]:
    used = {name for each in marked for name in each.measure.option("map")}
    return {**how.maps, **{name: label_map(name) for name in used - set(how.maps)}}


def _errors(entrant: Entrant, measures: Sequence[Measure]) -> Counter[str]:
    """Return how many errors each document has."""
    names = set(map(str, measures))
    return Counter(e.document for e in entrant.score.errors or () if e.measure in names)


def _capped(found: Overlay) -> Overlay:
    """Leave out what is too much for one article: gold stays as long as it can."""
    if len(found.findings) > MOST_FINDINGS:
        kept = sorted(found.findings, key=lambda each: not each.gold)[:MOST_FINDINGS]
        chosen = set(map(id, kept))
        found.left_out = len(found.findings) - MOST_FINDINGS
        found.findings = [each for each in found.findings if id(each) in chosen]
    return found


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


def _render(
    gold: Records,
    entrants: Sequence[Entrant],
    first: Sequence[Measure],
    marked: Sequence[Shown],
    articles: Sequence[Article],
    ids: Sequence[str],
    counts: Sequence[Counter[str]],
    plots: Sequence[Plot],
    chosen: bool,
) -> str:
    to = _targets(articles)
    where = {one.overlay.gold.id: number for number, one in enumerate(articles)}
    main = [tables.headlines(entrants, first, to)]
    main += [tables.kinds(entrants, first, to), tables.types(entrants, first, to)]
    places = _places(articles)
    sided = [
        tables.one_sided_table(number, *each, places)
        for number, each in enumerate(tables.sided(entrants, first))
    ]
    by_document = tables.documents(ids, counts, entrants, where) if len(gold) > 1 else None
    style, script = _own("report.css"), _own("report.js")
    return (
        _environment()
        .get_template("report.html")
        .render(
            title=f"{', '.join(shorten(each.name, 40) for each in entrants[:4])}: goldwire report",
            policy=_policy(style, script),
            style=Markup(style),
            script=Markup(script),
            entrants=entrants,
            names=[shorten(each.name, 40) for each in entrants],
            main=[each for each in main if each.rows],
            sided=[each for each in sided if each.rows],
            every=tables.every(entrants),
            documents=by_document,
            articles=articles,
            total=len(gold),
            chosen=chosen,
            few=too_few(sources(gold)),
            reasons=tables.reasons(entrants, first),
            notes=tables.notes(entrants),
            marked=marked,
            receipts=[receipt_line(each.score.receipt) for each in entrants],
            signs=SIGNS,
            codes=CODES,
            letters=LETTERS,
            data=_data(articles, entrants),
            plots=[(name, _picture(svg)) for name, svg in plots],
            version=VERSION,
        )
    )


def _data(articles: Sequence[Article], entrants: Sequence[Entrant]) -> Markup:
    """Return what the script reads: JSON in which nothing can end the element that holds it."""
    found = {
        "systems": [shorten(each.name, 40) for each in entrants],
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


def _picture(svg: str) -> str:
    """Return an SVG as an address of its own: as a picture it can run and load nothing."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _policy(style: str, script: str) -> str:
    def digest(content: str) -> str:
        return f"'sha256-{base64.b64encode(sha256(content.encode()).digest()).decode()}'"

    rules = {
        "default-src": "'none'",
        "script-src": digest(script),
        "style-src": digest(style),
        "img-src": "data:",
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
