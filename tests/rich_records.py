"""Sound records in which every field may be set, with odd ids and words."""

import hashlib

import foreign_records
import msgspec
from hypothesis import strategies as st

from goldwire.schemas.record import (
    Annotation,
    Boilerplate,
    Entity,
    Evidence,
    Link,
    Mention,
    Quote,
    Record,
    Relation,
    Source,
    Span,
    Zone,
)
from goldwire.schemas.spans import spans

ODD = st.text(st.sampled_from('a b"\\\n\r\t\u2028\u200b\u00a0#:=%_{é\U0001f381'), max_size=6)
NAMES = st.text(st.sampled_from('ab1 #:=%_-"\\/\n\u2028é\U0001f381'), min_size=1, max_size=4)


GROUPS = st.integers(1, 3) | st.just(2**31 - 1)


def _plain(text):
    return {}


def _full(text):
    return {
        "variant_of": "other",
        "schema_version": "1",
        "guidelines_version": "1.1",
        "language": "en",
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "source": Source(publisher="P", url="u", published="2020-01-02", title="T", rights="r"),
        "annotation": Annotation(who="a", kind="person", when="2020-01-02", status="draft"),
        "meta": {"mine": [1.5, None], "label-studio": {"data": {"url": "u"}}},
    }


def _opaque(text):
    return {"meta": {"label-studio": {"name": "of another's making"}}}


WHOLE = st.sampled_from((_plain, _full, _opaque))


def normal(record):
    """What the docstring of the format says that it makes equal."""
    record = msgspec.convert(msgspec.to_builtins(record), Record)
    for _, span in spans(record):
        span.text = None
    for mention in record.mentions or ():
        mention.parts = mention.parts if len(mention.parts) > 1 else []
    if record.relations:
        record.relations.sort(key=lambda each: msgspec.json.encode(each, order="sorted"))
    return record


def without(record):
    """What ``losses`` says is lost."""
    for item in [*(record.boilerplate or ()), *(record.mentions or ()), *(record.quotes or ())]:
        item.type = None if item.type == "untyped" else item.type
    return record


@st.composite
def remarks(draw):
    return {
        "optional": draw(st.booleans()),
        "alternatives": draw(st.none() | NAMES),
        "note": draw(st.none() | ODD),
        "meta": draw(st.none() | st.dictionaries(ODD, st.integers() | ODD, max_size=1)),
    }


@st.composite
def rich_records(draw):
    """A sound record in which every field that there is may be set, with odd ids and words."""
    text = draw(foreign_records.texts())
    words = st.none() | ODD
    kinds = st.sampled_from((None, "PERSON", "GPE", "untyped", ""))

    def several(make, most):
        return [make() for _ in range(draw(st.integers(0, most)))]

    def place(kind=Span, **fields):
        start, end = draw(foreign_records.ends(text))
        own = text[start:end] if draw(st.booleans()) else None
        return kind(start=start, end=end, text=own, **fields)

    ids = iter(draw(st.lists(NAMES, min_size=11, max_size=11, unique=True)))
    owners = [next(ids) for _ in range(draw(st.integers(0, 3)))]
    joined = st.sampled_from((None, *owners))

    def mention():
        fields = {name: draw(words) for name in ("level", "value", "mod")} | draw(remarks())
        fields |= {"id": draw(st.sampled_from((None, next(ids)))), "type": draw(kinds)}
        parts = several(place, 3)
        fields["entity"] = draw(joined)
        if not parts or parts[0].start >= parts[-1].end:
            return place(Mention, **fields)
        return Mention(start=parts[0].start, end=parts[-1].end, parts=parts, **fields)

    def entity(owner):
        link = draw(st.none() | st.builds(Link, id=st.sampled_from((None, "Q1")), nil_reason=words))
        members = draw(st.lists(st.sampled_from(owners), max_size=2))
        fields = {"type": draw(words), "name": draw(words), **draw(remarks())}
        return Entity(id=owner, wikidata=link, members=members, **fields)

    mentions = several(mention, 4)
    names = owners + [each.id for each in mentions if each.id and not each.entity]
    who = st.sampled_from((None, *names))

    def relation(number):
        bare = draw(st.booleans())
        fields = {} if bare else {"certainty": draw(words), **draw(remarks())}
        if not bare:
            fields["evidence"] = several(lambda: place(Evidence, group=draw(GROUPS)), 3)
            fields["id"] = draw(st.sampled_from((None, f"r{number}", f"#{number}")))
        label = draw(st.sampled_from(("visited", "met_with", "belongs to", "head", "")))
        return Relation(
            head=draw(st.sampled_from(names)), type=label, tail=draw(who) or names[0], **fields
        )

    def quote(number, numbers):
        return Quote(
            id=f"q {number}" if draw(st.booleans()) or number in numbers else None,
            type=draw(kinds),
            content=[place(), *several(place, 2)],
            cue=several(place, 2),
            source=draw(st.sampled_from((None, place()))),
            marks=several(place, 2),
            speaker=draw(who),
            addressee=draw(who),
            within=f"q {draw(st.sampled_from(numbers))}"
            if numbers and draw(st.booleans())
            else None,
            **draw(remarks()),
        )

    count, numbers = draw(st.integers(0, 3)), draw(st.sampled_from(((), (0,))))
    layers = {
        "zones": several(lambda: place(Zone, type=draw(ODD), **draw(remarks())), 2),
        "boilerplate": several(lambda: place(Boilerplate, type=draw(kinds), **draw(remarks())), 2),
        "relations": [
            relation(number) for number in range(draw(st.integers(0, 4)) if names else 0)
        ],
        "quotes": [quote(number, numbers if count else ()) for number in range(count)],
    }
    return Record(
        id=draw(st.sampled_from(("d", "a--b-"))),
        text=text,
        mentions=mentions,
        entities=[entity(owner) for owner in owners],
        **{name: draw(st.sampled_from((None, layer))) for name, layer in layers.items()},
        **draw(WHOLE)(text),
    )
