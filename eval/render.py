"""A score as a person reads it: the terminal's table, the list of errors, Markdown."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO
from itertools import groupby

import msgspec
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from goldwire.eval.measure import Measure
from goldwire.eval.table import HEADLINES, MEASURES
from goldwire.schemas.plain import plain
from goldwire.schemas.score import ErrorItem, Figures, Found, Receipt, Score

UNDEFINED = "–"
_AMPLE = 1000
_KINDS = (
    "right",
    "wrong type",
    "wrong boundary",
    "wrong type and boundary",
    "missed",
    "spurious",
)


def ratio(value: float | None) -> str:
    """Return a ratio with four digits, or a dash where it is undefined."""
    return UNDEFINED if value is None else f"{value:.4f}"


def _row(figures: Figures) -> tuple[str, ...]:
    ratios = (figures.precision, figures.recall, figures.f1)
    counts = (figures.gold, figures.predicted, figures.matched)
    kept = UNDEFINED if figures.kept is None else f"{figures.kept:.0%}"
    ends = between(figures.low, figures.high)
    return (*map(ratio, ratios), ends, *map(_number, counts), kept)


def between(low: float | None, high: float | None) -> str:
    """Return the ends of an interval, "" if there is none."""
    return "" if low is None or high is None else f"{low:.4f} – {high:.4f}"


def _number(value: float | None) -> str:
    """Return a sum of counts: whole, a half with one digit, another fraction with two."""
    if value is None:
        return UNDEFINED
    if isinstance(value, int):
        return str(value)
    return f"{value:.1f}" if (2 * value).is_integer() else f"{value:.2f}"


def table(score: Score) -> Table:
    """Return the table of a score: each headline, below it what narrows or widens it, then more."""
    shown = Table(box=SIMPLE_HEAD, pad_edge=False, padding=0)
    shown.add_column("measure", no_wrap=True)
    sure = any(each.low is not None for each in score.scores.values())
    names = ["precision", "recall", "F1", "95 % of F1", "gold", "pred", "matched", "kept"]
    for name in names if sure else (each for each in names if each != "95 % of F1"):
        shown.add_column(name, justify="right", no_wrap=True)
    headlines = {str(each) for each in HEADLINES.values()}
    for layer in HEADLINES:
        rows = list(_rows(score, layer))
        if score.headline and layer not in score.layers:
            rows = rows[:1]  # all others are as undefined as the headline
        for label, name in rows:
            style = "bold" if name in headlines else None
            cells = _row(score.scores[name])
            shown.add_row(Text(label), *(cells if sure else cells[:3] + cells[4:]), style=style)
        if rows:
            shown.add_section()
    if score.headline:
        ends = [between(score.mean_low, score.mean_high)] if sure else []
        shown.add_row(Text("mean of the four"), "", "", ratio(score.mean), *ends, style="bold")
    return shown


def _rows(score: Score, layer: str) -> Iterator[tuple[str, str]]:
    """Yield the measures of a layer, each with what its row says, the headline's own first.

    Below a headline, or a measure without options, stand those that differ in options alone.
    """
    headline = HEADLINES[layer]
    parsed = {name: Measure.parse(name) for name in score.scores}
    mine = [each for each in parsed.values() if MEASURES[each.name].layer == layer]
    names = dict.fromkeys(each.name for each in mine)
    for name in sorted(names, key=lambda name: name != headline.name):
        group = [each for each in mine if each.name == name]
        head = next((each for each in (headline, Measure(name)) if each in group), None)
        for each in sorted(group, key=lambda each: each != head):
            below = head is not None and each != head
            yield f"  {_difference(each, head)}" if head and below else str(each), str(each)


def _difference(measure: Measure, head: Measure) -> str:
    """Return the options in which a measure differs from another one of its name."""
    keys = dict(measure.options).keys() | dict(head.options).keys()
    changed = [key for key in sorted(keys) if measure.option(key) != head.option(key)]
    return ", ".join(f"{key}={','.join(measure.option(key)) or 'any'}" for key in changed)


def as_text(score: Score, colour: bool = False) -> str:
    """Return a score for people: the table, notes, receipt, and errors if they were asked for.

    Lines are as long as they need to be: a narrow terminal wraps them, nothing is cut off.
    """
    options = {"markup": False, "highlight": False, "emoji": False, "legacy_windows": False}
    console = Console(file=StringIO(), force_terminal=colour, width=_AMPLE, **options)  # type: ignore[arg-type]
    with console.capture() as captured:
        console.print(table(score))
    lines = "\n".join(line.rstrip() for line in captured.get().splitlines()).strip("\n").split("\n")
    lines += ["", *_beside(score), *(f"note: {plain(note)}" for note in score.notes)]
    return "\n".join([*lines, receipt_line(score.receipt), *error_lines(score)])


def _beside(score: Score) -> Iterable[str]:
    """Yield what is said beside the ratios: predictions inside boilerplate, distances."""
    if score.leakage:
        leaks = msgspec.to_builtins(score.leakage)
        shown = ", ".join(f"{layer} {n}" for layer, n in leaks.items() if n is not None)
        if shown:
            yield f"predictions inside boilerplate: {shown}"
    for name, found in score.scores.items():
        if found.distance is not None:
            yield f"{name}: mean distance of an edge {found.distance:.2f} characters"
    for each in score.variation:
        yield (
            f"variation within the article, which says nothing about other articles: "
            f"{each.measure} {ratio(each.f1)} ± {each.standard_error:.4f} over {each.zones} zones"
        )


def receipt_line(given: Receipt) -> str:
    """Return a receipt as one line."""
    extractor = " ".join(filter(None, (given.extractor, given.extractor_version)))
    parts = {
        "goldwire": given.goldwire,
        "extractor": extractor or None,
        "gold": given.gold[:12],
        "corpus": given.corpus[:12],
        "articles": given.articles,
        "documents": given.documents if given.documents != given.articles else None,
        "guidelines": given.guidelines,
        "status": given.status,
        "train": (given.train or "")[:12],
        **{f"map {name}": digest[:12] for name, digest in (given.maps or {}).items()},
    }
    if given.resamples:
        parts |= {"resamples": given.resamples, "seed": str(given.seed)}
    return " | ".join(f"{key} {plain(str(value))}" for key, value in parts.items() if value)


def error_lines(score: Score) -> Iterator[str]:
    """Yield the errors, one line each, under a heading per measure that counts their kinds."""
    if score.errors == []:
        yield from ("", "no errors")
    for name, found in groupby(score.errors or (), lambda each: each.measure):
        errors = list(found)
        kinds = Counter(each.kind for each in errors)
        if score.kinds and name in score.kinds:
            kinds["right"] = score.kinds[name].right
        counted = (f"{kind} {kinds[kind]}" for kind in _KINDS if kind in kinds)
        yield from ("", f"errors of {name}: {', '.join(counted)}")
        cells = [_cells(each) for each in errors]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        for kind, where, span, type_, item in cells:
            first = f"  {kind:{widths[0]}}  {where:{widths[1]}}  {span:>{widths[2]}}"
            yield f"{first}  {type_:{widths[3]}}  {item}"


def _cells(each: ErrorItem) -> tuple[str, ...]:
    where = f"{each.document}:{each.line}" if each.line else f"{each.document}: not placed"
    item = f"{each.item}  found as {_instead(each, each.found)}" if each.found else each.item
    return each.kind, where, _span(each), each.type or "", item


def _instead(each: ErrorItem, found: Found) -> str:
    """Return in what a prediction differs from the gold item in whose place it stands."""
    parts = [found.type or ""] if found.type != each.type else []
    parts += [found.item, _span(found)] if _span(found) != _span(each) else []
    return " ".join(parts)


def _span(each: ErrorItem | Found) -> str:
    return "" if each.start is None else f"{each.start}-{each.end}"


def markdown(scores: Mapping[str, Score], seconds: Mapping[str, float], folder: str) -> str:
    """Return the F1 of each headline by system as a Markdown table with its receipt.

    Each name is a link to the run of that name in ``folder``; ``seconds`` are what it took.
    """
    names = ("system", "version", *HEADLINES, "mean", "seconds")
    lines = [f"| {' | '.join(names)} |", "|---|---|" + "---:|" * (len(HEADLINES) + 2)]
    for name, score in scores.items():
        values = [score.scores[str(each)].f1 for each in HEADLINES.values()]
        link = f"[`{score.receipt.extractor}`]({folder}/{name}.jsonl)"
        cells = [*map(ratio, [*values, score.mean]), f"{seconds[name]:.1f}"]
        lines.append(f"| {' | '.join([link, score.receipt.extractor_version or '', *cells])} |")
    first = next(iter(scores.values())).receipt
    what = ", ".join(f"`{measure}`" for measure in HEADLINES.values())
    articles = f"{first.articles} article{'' if first.articles == 1 else 's'}"
    lines += [
        "",
        f"F1 of {what}; – is not attempted. Receipt: goldwire {first.goldwire}, "
        f"gold {first.gold[:12]}, corpus {first.corpus[:12]}, {articles}, "
        f"guidelines {first.guidelines}, status {first.status}.",
    ]
    return "\n".join(lines) + "\n"
