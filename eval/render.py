"""A score as a person reads it: the terminal's table, the list of errors, Markdown."""

from collections import Counter
from collections.abc import Iterable, Mapping
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
from goldwire.schemas.score import ErrorItem, Figures, Score

UNDEFINED = "–"
_AMPLE = 1000


def ratio(value: float | None) -> str:
    """Return a ratio with four digits, or a dash where it is undefined."""
    return UNDEFINED if value is None else f"{value:.4f}"


def _row(figures: Figures) -> tuple[str, ...]:
    ratios = (figures.precision, figures.recall, figures.f1)
    counts = (figures.gold, figures.predicted, figures.matched)
    kept = UNDEFINED if figures.kept is None else f"{figures.kept:.0%}"
    return (*map(ratio, ratios), *map(_number, counts), kept)


def _number(value: float | None) -> str:
    """Return a sum of counts: whole, or with two digits of its fraction."""
    if value is None:
        return UNDEFINED
    return str(value) if isinstance(value, int) else f"{value:.2f}"


def table(score: Score) -> Table:
    """Return the table of a score: each headline, and below it what narrows or widens it."""
    shown = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    shown.add_column("measure", no_wrap=True)
    for name in ("precision", "recall", "F1", "gold", "predicted", "matched", "kept"):
        shown.add_column(name, justify="right", no_wrap=True)
    for layer, headline in HEADLINES.items():
        mine = [name for name in score.scores if MEASURES[name.partition("[")[0]].layer == layer]
        whole = str(headline) in mine
        for name in sorted(mine, key=lambda name: name != str(headline)):
            label = f"  {_difference(name, headline)}" if whole and name != str(headline) else name
            style = "bold" if name == str(headline) else None
            shown.add_row(Text(label), *_row(score.scores[name]), style=style)
        if mine:
            shown.add_section()
    if all(str(headline) in score.scores for headline in HEADLINES.values()):
        shown.add_row(Text("mean of the four"), "", "", ratio(score.mean), style="bold")
    return shown


def _difference(name: str, headline: Measure) -> str:
    """Return the options in which a measure differs from a headline, or its whole name."""
    measure = Measure.parse(name)
    if measure.name != headline.name:
        return name
    keys = dict(measure.options).keys() | dict(headline.options).keys()
    changed = [key for key in sorted(keys) if measure.option(key) != headline.option(key)]
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
    return "\n".join([*lines, receipt(score), *error_lines(score)])


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


def receipt(score: Score) -> str:
    """Return the receipt as one line."""
    given = score.receipt
    extractor = " ".join(filter(None, (given.extractor, given.extractor_version)))
    parts = {
        "goldwire": given.goldwire,
        "extractor": extractor or None,
        "gold": given.gold[:12],
        "corpus": given.corpus[:12],
        "articles": given.articles,
        "guidelines": given.guidelines,
        "status": given.status,
        "train": (given.train or "")[:12],
        **{f"map {name}": digest[:12] for name, digest in (given.maps or {}).items()},
    }
    return " | ".join(f"{key} {plain(str(value))}" for key, value in parts.items() if value)


def error_lines(score: Score) -> Iterable[str]:
    """Yield the errors, one line each, under a heading per measure that tells their kinds."""
    for name, found in groupby(score.errors or (), lambda each: each.measure):
        errors = list(found)
        kinds = Counter(each.kind for each in errors)
        if score.kinds and name in score.kinds:
            kinds = Counter({"right": score.kinds[name].right}) + kinds
        yield f"{name}: {', '.join(f'{kind} {number}' for kind, number in kinds.items())}"
        width = max(map(len, kinds))
        yield from (_error_line(each, width) for each in errors)


def _error_line(each: ErrorItem, width: int) -> str:
    where = f"{each.document}:{each.line}" if each.line else f"{each.document}: not placed"
    span = "" if each.start is None else f"{each.start}-{each.end}"
    line = f"  {each.kind:{width}}  {where}  {span:>11}  {each.type or '':14}  {each.item}"
    if not each.found:
        return line
    return f"{line}  found {each.found.start}-{each.found.end} {each.found.type} {each.found.item}"


def markdown(scores: Mapping[str, Score]) -> str:
    """Return the F1 of each headline by system as a Markdown table with its receipt."""
    lines = [
        "| | " + " | ".join(HEADLINES) + " | mean |",
        "|---" * (len(HEADLINES) + 2) + "|",
    ]
    for name, score in scores.items():
        values = [score.scores[str(each)].f1 for each in HEADLINES.values()]
        cells = " | ".join(map(ratio, [*values, score.mean]))
        lines.append(f"| `{name}` | {cells} |")
    first = next(iter(scores.values())).receipt
    what = ", ".join(f"`{measure}`" for measure in HEADLINES.values())
    lines += [
        "",
        f"F1 of {what}. Receipt: goldwire {first.goldwire}, gold {first.gold[:12]}, "
        f"{first.articles} article, guidelines {first.guidelines}, status {first.status}.",
    ]
    return "\n".join(lines) + "\n"
