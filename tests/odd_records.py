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


@st.composite
def odd_records(
    draw: st.DrawFn, names: tuple[str, ...], metas: tuple[object, ...], wholes: tuple[object, ...]
) -> Record:
    """Return a record with any field set to anything; ``metas`` are of items, ``wholes`` of it."""
    label, spans = labels(*names), st.lists(placed(Span), max_size=2)

    def remarks() -> dict[str, object]:
        return {
            "optional": draw(st.booleans()),
            "alternatives": draw(st.none() | IDS),
            "note": draw(WORDS),
            "meta": draw(st.sampled_from((None, {"seen": 1}, {}, *metas))),
        }

    def mention() -> object:
        fields = {"level": label, "mod": label, "id": IDS, "entity": IDS, "type": label}
        given = {name: draw(st.none() | each) for name, each in fields.items()}
        parts = draw(st.lists(placed(Span), max_size=3))
        return draw(placed(Mention, value=draw(WORDS), parts=parts, **given, **remarks()))

    def entity(name: str) -> Entity:
        return Entity(
            id=name,
            type=draw(st.none() | label),
            name=draw(WORDS),
            wikidata=draw(st.sampled_from(LINKS)),
            members=draw(st.lists(IDS, max_size=2)),
            **remarks(),
        )

    def relation() -> Relation:
        return Relation(
            head=draw(IDS),
            type=draw(label),
            tail=draw(IDS),
            id=draw(st.none() | IDS),
            certainty=draw(st.none() | label),
            evidence=draw(st.lists(placed(Evidence), max_size=1)),
            **remarks(),
        )

    def quote() -> Quote:
        given = {name: draw(st.none() | IDS) for name in ("id", "speaker", "addressee", "within")}
        return Quote(
            content=draw(st.lists(placed(Span), min_size=1, max_size=3)),
            type=draw(st.none() | label),
            cue=draw(spans),
            marks=draw(spans),
            source=draw(st.none() | placed(Span)),
            **given,
            **remarks(),
        )

    def some(make: object, most: int) -> list[object] | None:
        number = draw(st.integers(-1, most))
        return None if number < 0 else [make() for _ in range(number)]

    owners = draw(st.none() | st.lists(IDS, max_size=3, unique=True))
    return Record(
        id="d",
        text=TEXT,
        mentions=some(mention, 4),
        entities=None if owners is None else [entity(name) for name in owners],
        relations=some(relation, 3),
        quotes=some(quote, 2),
        zones=some(lambda: draw(placed(Zone, type=draw(label), **remarks())), 2),
        boilerplate=some(lambda: draw(placed(Boilerplate, type=draw(label), **remarks())), 2),
        meta=draw(st.sampled_from((None, {"seen": 1}, *wholes))),
    )
