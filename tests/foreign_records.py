"""Random records for round trips through foreign formats: what real texts and layers may hold."""

from hypothesis import strategies as st

from goldwire.schemas.record import (
    Boilerplate,
    Entity,
    Evidence,
    Mention,
    Quote,
    Record,
    Relation,
    Span,
    Zone,
)

WORDS = (
    "Ann",
    "Bo's",
    "left",
    "Oslo",
    "e\u0301t\u00e9",
    "\U0001f381",
    "\u201cyes\u201d",
    "3.5",
    "x",
    ".",
)
GAPS = (" ", "\n", "\r\n", "  ", "\u00a0", "\u2028", "\n\n", "\t", "")
TYPES = ("PERSON", "ORG", "GPE")


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Return a text of some words, odd gaps between them, with or without a line end."""
    words = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12))
    gaps = draw(st.lists(st.sampled_from(GAPS), min_size=len(words), max_size=len(words)))
    return "".join(word + gap for word, gap in zip(words, gaps, strict=True))


@st.composite
def ends(draw: st.DrawFn, text: str) -> tuple[int, int]:
    """Return a stretch of a text."""
    start = draw(st.integers(0, len(text) - 1))
    return start, draw(st.integers(start + 1, min(len(text), start + 15)))


@st.composite
def mentions(draw: st.DrawFn, text: str, number: int, owners: list[str]) -> Mention:
    """Return a mention, of several parts at times; no two of its parts touch."""
    found = sorted(draw(st.lists(ends(text), min_size=1, max_size=3)))
    parts = [found[0]]
    for start, end in found[1:]:
        if start > parts[-1][1]:
            parts.append((start, end))
    several = [Span(start=start, end=end) for start, end in parts] if len(parts) > 1 else []
    return Mention(
        id=f"m{number}",
        start=parts[0][0],
        end=parts[-1][1],
        parts=several,
        type=draw(st.sampled_from(TYPES)),
        level=draw(st.sampled_from((None, "NAM", "NOM"))),
        entity=draw(st.sampled_from((None, *owners))),
    )


def _maybe(made: st.SearchStrategy[list[object]]) -> st.SearchStrategy[list[object] | None]:
    return st.one_of(st.none(), made)


@st.composite
def records(draw: st.DrawFn, name: str = "d") -> Record:
    """Return a sound record with its text and any layers, some of them empty or not there.

    Mentions may be nested, overlap, touch or be equal but for their type; a relation or speaker
    names an entity, or a mention that has none.
    """
    text = draw(texts())
    owners = [f"e{n}" for n in range(draw(st.integers(0, 3)))]
    numbers = range(draw(st.integers(0, 5)))
    found = {(*_place(m), m.type): m for m in (draw(mentions(text, n, owners)) for n in numbers)}
    alone = [m.id for m in found.values() if m.entity is None and m.id]
    entities = [Entity(id=owner, type=draw(st.sampled_from(TYPES))) for owner in owners]
    names = [*owners, *alone]
    return Record(
        id=name,
        text=text,
        zones=draw(_maybe(st.lists(_zone(text), max_size=2))),
        boilerplate=draw(_maybe(st.lists(_boilerplate(text), max_size=1))),
        mentions=list(found.values()),
        entities=entities,
        relations=draw(_maybe(_relations(text, names))),
        quotes=draw(_maybe(_quotes(text, names))),
    )


def _place(mention: Mention) -> tuple[object, ...]:
    return mention.start, mention.end, *((part.start, part.end) for part in mention.parts)


def _zone(text: str) -> st.SearchStrategy[Zone]:
    return ends(text).map(lambda each: Zone(start=each[0], end=each[1], type="paragraph"))


def _boilerplate(text: str) -> st.SearchStrategy[Boilerplate]:
    return ends(text).map(lambda each: Boilerplate(start=each[0], end=each[1], type="appeal"))


@st.composite
def _relations(draw: st.DrawFn, text: str, names: list[str]) -> list[Relation]:
    if not names:
        return []
    triples = st.tuples(
        st.sampled_from(names), st.sampled_from(("visited", "leader_of")), st.sampled_from(names)
    )
    found = draw(st.lists(triples, max_size=3, unique=True))
    return [
        Relation(
            id=f"r{number}",
            head=head,
            type=label,
            tail=tail,
            evidence=[
                Evidence(start=start, end=end)
                for start, end in draw(st.lists(ends(text), max_size=1))
            ],
        )
        for number, (head, label, tail) in enumerate(found)
    ]


@st.composite
def _quotes(draw: st.DrawFn, text: str, names: list[str]) -> list[Quote]:
    return [
        Quote(
            id=f"q{number}",
            type=draw(st.sampled_from((None, "direct", "indirect"))),
            content=[Span(start=start, end=end) for start, end in draw(_content(text))],
            speaker=draw(st.sampled_from((None, *names))),
        )
        for number in range(draw(st.integers(0, 2)))
    ]


def _content(text: str) -> st.SearchStrategy[list[tuple[int, int]]]:
    return st.lists(ends(text), min_size=1, max_size=2, unique=True).map(sorted)
