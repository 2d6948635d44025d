"""The article's text with its layers laid over it, as what a page's elements are made of."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from goldwire.corpus.reading.view import DEEPEST, KINDS, Ends, Stretch, View
from goldwire.schemas.plain import plain, shorten
from goldwire.schemas.record import Mention, Quote
from goldwire.schemas.segments import Segment, segments, steps
from goldwire.schemas.spans import extent, pieces


@dataclass(frozen=True, slots=True)
class Over:
    """One span over the text: its element's class, id, key, label and what is said of it.

    Elements of one ``key`` belong together: the mentions of an entity, the parts of a quote, the
    evidence of a relation. Only a span with something ``said`` of it can be focused.
    """

    ends: Ends
    look: str
    name: str
    key: str
    label: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Token:
    """What comes next in a line: a run of text, the begin of a span's element, or its end.

    ``whole``: the span itself begins or ends here, not only its element.
    """

    text: str = ""
    begin: Over | None = None
    end: Over | None = None
    whole: bool = False
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One stretch of the text with its tokens; ``zone`` is "" where it is that of the row above."""

    stretch: Stretch
    zone: str
    tokens: list[Token]


_LONGEST = 300
"""Characters of what is said of a span: it stands in the page once for each."""


def shown(text: str) -> str:
    """Return text as a page has it: control characters as escapes, but for line ends and tabs."""
    return "".join(
        plain(char) if unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t" else char
        for char in text
    )


def overs(view: View) -> list[Over]:
    """Return all spans to lay over the text; of two alike the mention is the inner one."""
    return [*_quotes(view), *_evidence(view), *_mentions(view)]


def key_of(view: View, name: str | None) -> str:
    """Return the key of what an id names: an entity, or a mention that has none."""
    if name in view.numbers:
        return f"e{view.numbers[name]}"
    number = view.mention_numbers.get(name or "")
    return f"x{number}" if number else ""


def _quotes(view: View) -> Iterator[Over]:
    for number, quote in enumerate(view.record.quotes or (), 1):
        name, key = quote.id or f"#{number}", f"q{number}"
        for part, each in enumerate(quote.content):
            if ends := extent(each):
                said = shorten(f"{name}, {quote.type or 'quote'}: {_way(view, quote)}", _LONGEST)
                yield Over(ends, "q said", f"{key}-{part}", key, name, said)
        for part, each in enumerate(quote.cue):
            if ends := extent(each):
                yield Over(ends, "q cue", f"{key}-cue{part}", key, f"{name} cue")
        if quote.source and (ends := extent(quote.source)):
            yield Over(ends, "q source", f"{key}-source", key, f"{name} source")


def _way(view: View, quote: Quote) -> str:
    """Return through whom the article has a quote, the speaker last."""
    links = []
    for each in view.chain(quote):
        cue = f" “{view.words(*each.cue)}”" if each.cue else ""
        links.append(view.named(each.speaker).words + cue)
    return " → ".join(links)


def _evidence(view: View) -> Iterator[Over]:
    for number, relation in enumerate(view.record.relations or (), 1):
        places = (ends for group in view.reasons(relation) for ends in group)
        for part, ends in enumerate(places):
            label = relation.id or f"#{number}"
            yield Over(ends, "evidence", f"r{number}-{part}", f"r{number}", label)


def _mentions(view: View) -> Iterator[Over]:
    for number, mention in enumerate(view.mentions, 1):
        entity = view.numbers.get(mention.entity or "")
        look = f"mention {KINDS.get(mention.type or '', 'thing')}"
        label = (mention.type or "?") + (f" {entity}" if entity else "")
        label += " ?" if mention.optional else ""
        for part, ends in enumerate(pieces(mention)):
            key = f"e{entity}" if entity else f"x{number}"
            yield Over(ends, look, f"m{number}-{part}", key, label, _said(view, mention))


def _said(view: View, mention: Mention) -> str:
    facts = [view.mention_words(mention), mention.type, mention.level]
    facts += [" ".join(filter(None, (mention.mod, mention.value)))]
    facts += ["optional" if mention.optional else "", mention.note]
    whose = view.named(mention.entity).words if mention.entity else "no entity"
    mine = len(view.by_entity[mention.entity]) if mention.entity else 1
    times = f", mentioned {mine} times" if mine > 1 else ""
    about = shorten(", ".join(filter(None, facts)), _LONGEST)
    return f"{about}. {shorten(whose, _LONGEST)}{times}."


def rows(view: View, spans: list[Over]) -> Iterator[Row]:
    """Yield the text row by row, each with elements that are properly nested."""
    found = segments(len(view.text), [each.ends for each in spans], DEEPEST)
    zone, first = "", 0
    for stretch in view.stretches():
        while first < len(found) and found[first][1] <= stretch.start:
            first += 1
        inside = _clipped(found, first, stretch)
        new = stretch.zone if stretch.zone != zone else ""
        zone = stretch.zone
        yield Row(stretch, new, list(_tokens(view.text, spans, inside)))


def _clipped(found: list[Segment], first: int, stretch: Stretch) -> Iterator[Segment]:
    for start, end, covering in found[first:]:
        if start >= stretch.end:
            return
        yield max(start, stretch.start), min(end, stretch.end), covering


def _tokens(text: str, spans: list[Over], found: Iterator[Segment]) -> Iterator[Token]:
    stack: list[int] = []
    for closed, opened, (start, end) in steps(found):
        for _ in range(closed):
            over = spans[stack.pop()]
            yield Token(end=over, whole=over.ends[1] == start)
        for number in opened:
            depth = sum(spans[each].look.startswith("mention") for each in stack)
            stack.append(number)
            over = spans[number]
            yield Token(begin=over, whole=over.ends[0] == start, depth=min(depth, 2))
        if start < end:
            yield Token(shown(text[start:end]))
