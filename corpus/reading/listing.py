"""The items of each layer as lines of a terminal."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence, Sized

from rich.text import Text

from goldwire.corpus.reading.marks import style
from goldwire.corpus.reading.view import View
from goldwire.schemas.plain import plain
from goldwire.schemas.record import Entity, Mention, Quote, Record, Relation, Remarks
from goldwire.schemas.spans import extent

Line = tuple[Text, Text]
"""What stands at the left, and what is wrapped beside it."""
_DIM = "dim"
_LONGEST = 36


def line(head: str, body: str | Text = "", look: str = "", body_look: str = "") -> Line:
    """Return a line of plain strings."""
    return Text.styled(head, look), Text.styled(body, body_look) if isinstance(body, str) else body


def heading(name: str, what: str = "") -> Iterator[Line]:
    """Yield a heading, and beside it what is to be known of what follows."""
    yield line("")
    yield line(name, f"  {what}" if what else "", "bold underline", _DIM)


def _counted(name: str, items: Sized | None, more: str = "") -> Iterator[Line]:
    said = "not annotated" if items is None else f"{len(items)}{more}" if items else "none"
    yield from heading(name, said)


def _boilerplate(view: View) -> Iterator[Line]:
    for name in ("zones", "boilerplate"):
        items = getattr(view.record, name)
        yield from _counted(name.capitalize(), items)
        for each in items or ():
            start, end = extent(each) or (0, 0)
            where, offsets = _where(view, start, end), f"{start}-{end}"
            head = f"  {where:11} {offsets:>11}  {plain(each.type or '?'):12} "
            yield line(head, _cut(view.words(each)))
            yield from _remarks(each)


def _where(view: View, start: int, end: int) -> str:
    first, last = view.line(start), view.line(max(start, end - 1))
    return f"line {first}" if first == last else f"lines {first}-{last}"


def _cut(words: str) -> str:
    half = _LONGEST // 2
    if len(words) > _LONGEST:
        return f"“{plain(words[:half])} … {plain(words[-half:])}”"
    return f"“{plain(words)}”"


def _remarks(item: Remarks, indent: str = "      ") -> Iterator[Line]:
    said = ["optional"] if item.optional else []
    said += [f"one of the alternatives “{plain(item.alternatives)}”"] if item.alternatives else []
    said += [plain(item.note)] if item.note else []
    if said:
        yield line(f"{indent}note  ", "; ".join(said), _DIM)


def _entities(view: View) -> Iterator[Line]:
    record, mentions = view.record, view.record.mentions
    many = (
        "" if mentions is None else f"; {len(mentions)} mentions, with the lines where they stand"
    )
    items = record.entities if record.entities is not None else mentions and []
    yield from _counted("Entities", items, many)
    width = len(str(len(view.entities)))
    for number, entity in enumerate(view.entities, 1):
        yield _entity(view, number, entity, width)
        if entity.members:
            names = ", ".join(_named(view, each) for each in entity.members)
            yield line(f"{'':{width}}  members  ", names, _DIM)
        yield from _remarks(entity, f"{'':{width}}  ")
        yield from _mentions(view, view.by_entity.get(entity.id, []), width)
    if alone := view.by_entity.get(None):
        yield line("", "mentions of no entity")
        yield from _mentions(view, alone, width)


def _entity(view: View, number: int, entity: Entity, width: int) -> Line:
    shown = Text.styled(plain(view.named(entity.id).words), "bold")
    shown.append("  ").append(plain(entity.type or "no type"), style(entity.type))
    shown.append(f"  {plain(entity.id)}", _DIM)
    if link := entity.wikidata:
        shown.append(f"  wikidata {link.id or plain(f'none: {link.nil_reason}')}", _DIM)
    return Text(f"{number:{width}}  "), shown


def _mentions(view: View, mentions: list[Mention], width: int) -> Iterator[Line]:
    """Yield the mentions of an entity by level; those of the same words stand together."""
    found: dict[str, dict[str, list[Mention]]] = {}
    for each in mentions:
        alike = found.setdefault(each.level or each.type or "", {})
        alike.setdefault(_said(view, each), []).append(each)
    for level, by_words in found.items():
        lines = (f"{words}: {_lines(view, some)}" for words, some in by_words.items())
        yield line(f"{'':{width}}  {plain(level):5} ", " | ".join(lines), _DIM)
    for each in mentions:
        if each.note or each.alternatives:
            words = f"{'':{width}}  {_said(view, each)}, line {_line(view, each)}: "
            yield from ((head, words_ + body) for words_, (head, body) in _with(words, each))


def _with(words: str, item: Remarks) -> Iterator[tuple[Text, Line]]:
    for each in _remarks(item):
        yield Text(words.strip() + " "), each


def _said(view: View, mention: Mention) -> str:
    """Return a mention's words, and its value if it has one."""
    words = view.mention_words(mention)
    value = " ".join(filter(None, (mention.mod, mention.value)))
    optional = "?" if mention.optional else ""
    return plain(words) + optional + (f" ({plain(value)})" if value not in ("", words) else "")


def _line(view: View, mention: Mention) -> int:
    return view.line((extent(mention) or (0, 0))[0])


def _lines(view: View, mentions: list[Mention]) -> str:
    found = Counter(_line(view, each) for each in mentions)
    return ", ".join(f"{number}" + (f"×{n}" if n > 1 else "") for number, n in found.items())


def _named(view: View, name: str | None) -> str:
    named = view.named(name)
    return plain(named.words) + (f" ({named.number})" if named.number else "")


def _relations(view: View) -> Iterator[Line]:
    yield from _counted("Relations", view.record.relations)
    for number, each in enumerate(view.record.relations or (), 1):
        yield _triple(view, number, each)
        for which, spans in enumerate(view.reasons(each)):
            words = " + ".join(f"“{plain(view.text[start:end])}”" for start, end in spans)
            head = (
                f"      line {view.line(spans[0][0])} "
                if not which
                else f"   or line {view.line(spans[0][0])} "
            )
            yield line(head, words, _DIM)
        yield from _remarks(each)


def _triple(view: View, number: int, relation: Relation) -> Line:
    shown = Text.styled(_named(view, relation.head), "bold")
    shown.append(f" ─ {plain(relation.type)} → ", "green")
    shown.append(_named(view, relation.tail), "bold")
    shown.append(f"  {plain(relation.certainty)}" if relation.certainty else "", _DIM)
    return Text(f"{plain(relation.id or f'#{number}'):4}  "), shown


def _quotes(view: View) -> Iterator[Line]:
    yield from _counted("Quotes", view.record.quotes)
    for number, each in enumerate(view.record.quotes or (), 1):
        yield _quote(view, number, each)
        yield line("      content    ", f"“{plain(view.words(*each.content))}”", _DIM)
        for name, spans in (("cue", each.cue), ("source", [each.source] if each.source else [])):
            if spans:
                yield line(f"      {name:9}  ", f"“{plain(view.words(*spans))}”", _DIM)
        yield line("      speaker    ", _named(view, each.speaker), _DIM)
        if each.addressee:
            yield line("      addressee  ", _named(view, each.addressee), _DIM)
        if each.marks:
            yield line("      marks      ", plain(view.words(*each.marks)), _DIM)
        if each.within:
            yield line("      chain      ", _chain(view, each), _DIM)
        yield from _remarks(each)


def _quote(view: View, number: int, quote: Quote) -> Line:
    first = extent(quote.content[0]) or (0, 0)
    shown = Text.styled(plain(quote.type or "quote"), "bold magenta")
    shown.append(f", line {view.line(first[0])}", _DIM)
    if quote.within:
        shown.append(f", relayed by {plain(quote.within)}", _DIM)
    return Text.styled(f"{plain(quote.id or f'#{number}'):4}  ", "bold"), shown


def _chain(view: View, quote: Quote) -> str:
    """Return through whom we know what was said: the article first, the speaker last."""
    links = ["the article"]
    for each in view.chain(quote):
        cue = f" “{plain(view.words(*each.cue))}”" if each.cue else ""
        links.append(_named(view, each.speaker) + cue)
    return " → ".join(links)


LAYERS: dict[str, Callable[[View], Iterator[Line]]] = {
    "boilerplate": _boilerplate,
    "entities": _entities,
    "relations": _relations,
    "quotes": _quotes,
}
"""What lists each layer."""


def articles(records: Sequence[Record]) -> Iterator[str]:
    """Yield a line for each article: its id, how many items each layer has, and its title."""
    rows = [(each.id, _items(each), plain(View(each).title)) for each in records]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for name, items, title in rows:
        yield f"{name:{widths[0]}}  {items:{widths[1]}}  {title if title != name else ''}".rstrip()
    yield f"{len(rows)} articles; goldwire show ID shows one"


def _items(record: Record) -> str:
    names = ("mentions", "entities", "relations", "quotes", "boilerplate")
    counts = ((name, getattr(record, name)) for name in names)
    return ", ".join(f"{name} {'–' if items is None else len(items)}" for name, items in counts)
