"""Random records that no one should write: what a format must survive, and say what it drops."""

from hypothesis import strategies as st

from goldwire.schemas.record import (
    Boilerplate,
    Entity,
    Evidence,
    Link,
    Mention,
    Quote,
    Record,
    Relation,
    Span,
    Zone,
)

TEXT = "Ann met\r\n🎁 Bo\u2028in O\u0301slo"
IDS = st.sampled_from(("T1", "T2", "e1", "R1", "E1", "m1", "r1", "a b", "d_x", "x"))
WORDS = st.none() | st.sampled_from(("", "a", " a b ", "a\tb", "a\nb", "a\r", "é\u2028"))
LINKS = (None, Link(id="Q1"), Link(id="Q2"), Link(nil_reason="no item"))


def labels(*names: str) -> st.SearchStrategy[str]:
    """Return types, some of which mean something else in a format (``names``)."""
    return st.sampled_from(("PER", "", "a b", "a:b", "a\u2028b", "x-1", "y-2", "document", *names))


@st.composite
def placed(draw: st.DrawFn, kind: type, **fields: object) -> object:
    """Return a span or item, at times without a place, reversed, or beyond the text."""
    if draw(st.integers(0, 9)) == 0:
        return kind(text="Ann", **fields)
    start, end = draw(st.integers(0, len(TEXT))), draw(st.integers(0, len(TEXT) + 1))
    upright = draw(st.integers(0, 9)) > 0
    return kind(start=min(start, end) if upright else start, end=max(start, end), **fields)


Fields = st.SearchStrategy[dict[str, object]]


def remarks(metas: tuple[object, ...]) -> Fields:
    """Return what any item may carry; ``metas`` are some that mean something in a format."""
    return st.fixed_dictionaries(
        {
            "optional": st.booleans(),
            "alternatives": st.none() | IDS,
            "note": WORDS,
            "meta": st.sampled_from((None, {"seen": 1}, {}, *metas)),
        }
    )


@st.composite
def mentions(draw: st.DrawFn, label: st.SearchStrategy[str], rest: Fields) -> object:
    fields = {"level": label, "mod": label, "id": IDS, "entity": IDS, "type": label}
    given = {name: draw(st.none() | each) for name, each in fields.items()}
    parts = draw(st.lists(placed(Span), max_size=3))
    return draw(placed(Mention, value=draw(WORDS), parts=parts, **given, **draw(rest)))


@st.composite
def entities(draw: st.DrawFn, label: st.SearchStrategy[str], rest: Fields) -> Entity:
    return Entity(
        id=draw(IDS),
        type=draw(st.none() | label),
        name=draw(WORDS),
        wikidata=draw(st.sampled_from(LINKS)),
        members=draw(st.lists(IDS, max_size=2)),
        **draw(rest),
    )


@st.composite
def relations(draw: st.DrawFn, label: st.SearchStrategy[str], rest: Fields) -> Relation:
    return Relation(
        head=draw(IDS),
        type=draw(label),
        tail=draw(IDS),
        id=draw(st.none() | IDS),
        certainty=draw(st.none() | label),
        evidence=draw(st.lists(placed(Evidence), max_size=1)),
        **draw(rest),
    )


@st.composite
def quotes(draw: st.DrawFn, label: st.SearchStrategy[str], rest: Fields) -> Quote:
    names = ("id", "speaker", "addressee", "within")
    return Quote(
        content=draw(st.lists(placed(Span), min_size=1, max_size=3)),
        type=draw(st.none() | label),
        cue=draw(st.lists(placed(Span), max_size=2)),
        marks=draw(st.lists(placed(Span), max_size=2)),
        source=draw(st.none() | placed(Span)),
        **{name: draw(st.none() | IDS) for name in names},
        **draw(rest),
    )


@st.composite
def stretches(draw: st.DrawFn, kind: type, label: st.SearchStrategy[str], rest: Fields) -> object:
    return draw(placed(kind, type=draw(label), **draw(rest)))


@st.composite
def odd_records(
    draw: st.DrawFn, names: tuple[str, ...], metas: tuple[object, ...], wholes: tuple[object, ...]
) -> Record:
    """Return a record with any field set to anything; ``metas`` are of items, ``wholes`` of it."""
    label, rest = labels(*names), remarks(metas)

    def some(of: st.SearchStrategy[object], most: int, **unique: object) -> list[object] | None:
        return draw(st.none() | st.lists(of, max_size=most, **unique))

    return Record(
        id="d",
        text=TEXT,
        mentions=some(mentions(label, rest), 4),
        entities=some(entities(label, rest), 3, unique_by=lambda each: each.id),
        relations=some(relations(label, rest), 3),
        quotes=some(quotes(label, rest), 2),
        zones=some(stretches(Zone, label, rest), 2),
        boilerplate=some(stretches(Boilerplate, st.none() | label, rest), 2),
        meta=draw(st.sampled_from((None, {"seen": 1}, *wholes))),
    )
