"""The record: one JSON object per article, for gold and for predictions alike.

Offsets are Unicode code points, half-open, into ``text``, which is the source byte for
byte. A prediction is the same object with any subset of layers: a layer that is absent
or null was not attempted, ``[]`` was attempted and is empty.

These types are the one source: JSON Schema, Parquet and ``datasets`` features are
generated from them.
"""

from typing import Annotated, Any

from msgspec import Meta, Struct, field

Id = Annotated[str, Meta(min_length=1, max_length=256)]
ArticleId = Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9-]{0,63}$(?!\n)")]
Offset = Annotated[int, Meta(ge=0, le=2**31 - 1, description="code points from the start")]
Words = Annotated[str, Meta(min_length=1)]
Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$(?!\n)")]


class Base(Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True, gc=False):
    """What every object of a record shares: unknown keys are errors, defaults unwritten.

    A record is a tree, so the garbage collector need not look for cycles in it: with many
    records in memory that would cost more than reading them.
    """


class Span(Base, kw_only=True):
    """A stretch of the text: start and end, or its text alone; with both, they must agree."""

    start: Offset | None = None
    end: Offset | None = None
    text: Words | None = None


class Remarks(Base, kw_only=True):
    """What any annotated item may carry beside its own fields."""

    optional: bool = False
    alternatives: Id | None = None
    note: str | None = None
    meta: dict[str, Any] | None = None


class Placed(Remarks, kw_only=True):
    """An annotated item that is itself a span (a second base with fields is not possible)."""

    start: Offset | None = None
    end: Offset | None = None
    text: Words | None = None


class Zone(Placed, kw_only=True):
    """One stretch of the layout: headline, dek, boilerplate or paragraph."""

    type: str


class Boilerplate(Placed, kw_only=True):
    """A maximal run of boilerplate zones, with its kind."""

    type: str | None = None


class Mention(Placed, kw_only=True):
    """A name, nominal, pronoun or value; start and end are its hull if it has parts."""

    type: str | None = None
    id: Id | None = None
    parts: list[Span] = field(default_factory=list)
    level: str | None = None
    entity: Id | None = None
    value: str | None = None
    mod: str | None = None


class Link(Base, kw_only=True):
    """A Wikidata item, or the reason why there is none: exactly one of the two."""

    id: Annotated[str, Meta(pattern="^Q[1-9][0-9]*$(?!\n)")] | None = None
    nil_reason: str | None = None


class Entity(Remarks, kw_only=True):
    """What mentions refer to; members are the entities of which a group consists."""

    id: Id
    type: str | None = None
    name: str | None = None
    wikidata: Link | None = None
    members: list[Id] = field(default_factory=list)


class Evidence(Span, kw_only=True):
    """A span that shows a relation; each group suffices alone, its spans only together."""

    group: Annotated[int, Meta(ge=1, le=2**31 - 1)] = 1


class Relation(Remarks, kw_only=True):
    """A typed pair; head and tail are ids of an entity, or of a mention without one."""

    head: Id
    type: str
    tail: Id
    id: Id | None = None
    evidence: list[Evidence] = field(default_factory=list)
    certainty: str | None = None


class Quote(Remarks, kw_only=True):
    """One source-cue-content triple; within is the id of the quote that relays this one."""

    content: Annotated[list[Span], Meta(min_length=1)]
    id: Id | None = None
    type: str | None = None
    cue: list[Span] = field(default_factory=list)
    source: Span | None = None
    speaker: Id | None = None
    addressee: Id | None = None
    marks: list[Span] = field(default_factory=list)
    within: Id | None = None


AnySpan = Span | Placed
"""Whatever has start, end and text."""


class Source(Base, kw_only=True):
    """Where the article was published, and who may do what with its text."""

    publisher: str
    url: str
    published: Annotated[str, Meta(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$(?!\n)")]
    title: str
    rights: str
    agency: str | None = None


class Annotation(Base, kw_only=True):
    """Who made the annotations, of what kind the annotator is, when, and how final they are."""

    who: str
    kind: str
    when: Annotated[str, Meta(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$(?!\n)")]
    status: str


class Record(Base, kw_only=True):
    """One article with any subset of its layers; ``variant_of`` names what it is a variant of.

    ``scheme`` names the scheme of gold's labels where it is another than goldwire's, to whose
    closed lists they are then not held. ``failed`` says why an extractor gave no answer for an
    article; then it has no layer.
    """

    id: ArticleId
    variant_of: ArticleId | None = None
    schema_version: str | None = None
    guidelines_version: str | None = None
    scheme: Words | None = None
    language: str | None = None
    text: str | None = None
    sha256: Sha256 | None = None
    source: Source | None = None
    annotation: Annotation | None = None
    zones: list[Zone] | None = None
    boilerplate: list[Boilerplate] | None = None
    mentions: list[Mention] | None = None
    entities: list[Entity] | None = None
    relations: list[Relation] | None = None
    quotes: list[Quote] | None = None
    meta: dict[str, Any] | None = None
    failed: str | None = None


class Run(Base, kw_only=True):
    """Where a run file comes from: its first line, under the key ``goldwire_run``."""

    extractor: str
    version: str | None = None
    layers: list[str] | None = None
    corpus: Sha256 | None = None
    time: str | None = None


class RunLine(Base, kw_only=True):
    """The optional first line of a prediction file."""

    goldwire_run: Run


SCHEMA_VERSION = "1"

LAYERS = {
    "entities": "mentions",
    "relations": "relations",
    "quotes": "quotes",
    "boilerplate": "boilerplate",
}
"""Each scored layer and the field of the record that says whether it was attempted."""

REQUIRED_IN_GOLD: dict[str, tuple[str, ...]] = {
    "Record": (
        "schema_version",
        "guidelines_version",
        "language",
        "sha256",
        "source",
        "annotation",
        "zones",
        "boilerplate",
        "mentions",
        "entities",
        "relations",
        "quotes",
    ),
    "Zone": ("start", "end"),
    "Boilerplate": ("start", "end", "type"),
    "Mention": ("start", "end", "id", "type", "level", "entity"),
    "Entity": ("type", "name", "wikidata"),
    "Relation": ("id", "evidence", "certainty"),
    "Evidence": ("start", "end"),
    "Quote": ("id", "type", "cue"),
    "Span": ("start", "end"),
}
"""What a gold record must have beyond what every record must have."""
