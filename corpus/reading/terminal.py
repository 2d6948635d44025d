"""The article with its annotations as lines of a terminal, layer by layer.

Colour only repeats what brackets, labels and words say. Text of the record is made plain, so that
nothing in it is taken for an order to the terminal.
"""

from collections.abc import Collection, Iterable, Iterator
from io import StringIO

from rich.console import Console
from rich.text import Text

from goldwire.corpus.reading import listing
from goldwire.corpus.reading.listing import Line, heading, line
from goldwire.corpus.reading.marks import Marked, of_mentions, of_quotes
from goldwire.corpus.reading.view import LAYERS, View
from goldwire.schemas.plain import plain
from goldwire.schemas.record import Record

_NARROWEST = 10
"""Columns that a paragraph has at least, whatever the width of the terminal."""
_WIDE = 80
"""Columns from which on there is room beside every head."""


def as_text(
    record: Record,
    layers: Collection[str] = LAYERS,
    width: int | None = None,
    colour: bool = False,
) -> str:
    """Return a record for people, wrapped at ``width`` columns if one is given.

    ``layers`` are some of ``view.LAYERS``. With ``colour`` the text holds escape sequences.
    """
    return rendered(_lines(View(record), layers), width, colour)


def rendered(lines: Iterable[Line], width: int | None, colour: bool) -> str:
    """Return lines, each of them a head and a body that goes on below itself, as one text."""
    console = Console(
        file=StringIO(),
        force_terminal=colour,
        color_system="standard" if colour else None,
        width=width or 80,
        markup=False,
        highlight=False,
        emoji=False,
        legacy_windows=False,
    )
    laid = (each for head, body in lines for each in _laid(console, head, body, width))
    if not colour:
        return "\n".join(each.plain.rstrip() for each in laid)
    with console.capture() as captured:
        for each in laid:
            each.rstrip()
            console.print(each, soft_wrap=True)
    return captured.get().removesuffix("\n")


def _laid(console: Console, head: Text, body: Text, width: int | None) -> list[Text]:
    if width is None:
        return [head + body]
    if head.cell_len > width // 2 and width < _WIDE:  # no room beside it: go on below it
        first, *more = (head + body).wrap(console, width)
        below = (each for line in more for each in line.wrap(console, width - 4))
        return [first, *(Text("    ") + each for each in below)]
    first, *more = body.wrap(console, max(width - head.cell_len, _NARROWEST)) or [Text()]
    return [head + first, *(Text(" " * head.cell_len) + each for each in more)]


def _lines(view: View, layers: Collection[str]) -> Iterator[Line]:
    yield from _about(view)
    yield from _text(view, layers)
    for name, listed in listing.LAYERS.items():
        if name in layers:
            yield from listed(view)


def _about(view: View) -> Iterator[Line]:
    """Yield what the article is, whose it is, and who annotated it."""
    record, source, made = view.record, view.record.source, view.record.annotation
    yield line("", plain(view.title), body_look="bold")
    lines = f"{view.lines} line{'' if view.lines == 1 else 's'}"
    size = f"{lines}, {len(view.text):,} characters"
    yield line("", ", ".join(filter(None, (record.id, plain(record.language or ""), size))))
    if source:
        who = filter(None, (source.publisher, source.agency, source.published))
        yield line("source   ", plain(", ".join(who)))
        yield line("         ", plain(source.url))
        yield line("rights   ", plain(source.rights))
    if made:
        yield line("gold     ", plain(f"{made.status}; by {made.who} ({made.kind}), {made.when}"))
    guides = {"guidelines": record.guidelines_version, "scheme": record.scheme}
    guides["variant of"] = record.variant_of
    for name, value in guides.items():
        if value:
            yield line(f"{name:9}" if len(name) < 9 else f"{name} ", plain(value))


def _text(view: View, layers: Collection[str]) -> Iterator[Line]:
    """Yield the text with line numbers, the mentions in it marked, else the quotes."""
    marks, what = [], ""
    if "entities" in layers and view.mentions:
        marks, what = of_mentions(view), "[mention]TYPE:number of its entity, ? optional"
    elif "quotes" in layers and view.record.quotes:
        marks, what = of_quotes(view), "[what is said]quote, its cue and source"
    marked, zone = Marked(view, marks), ""
    yield from heading("Text", what.replace("[", marked.opening).replace("]", marked.closing))
    digits = len(str(view.lines))
    for each in view.stretches("boilerplate" in layers):
        if each.zone != zone:
            zone = each.zone
            yield line(f"{'':{digits}} ── ", plain(zone) or "no zone", "dim", "dim italic")
        look = "dim" if each.boilerplate else ""
        yield line(f"{each.line:{digits}}  ", marked.line(each, look), "dim")
    if marked.left_out:
        yield line("", f"{marked.left_out} more marks lie too deep in others to be drawn")
