"""W3C Web Annotations: records by hand, what is refused, and round trips of random records."""

import json
from pathlib import Path

import pytest
from foreign_heads import HEADS
from foreign_records import records
from hypothesis import given

import goldwire
from goldwire.schemas.errors import DataError, UsageError
from goldwire.schemas.formats import named
from goldwire.schemas.record import (
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

ANNOTATION = named("webannotation")
PAGE = "http://example.org/News/1.txt"
TEXT = "\U0001f381 Ann Lee left Oslo.\r\nAnn won."


def read(path, texts=None):
    return [record for _, record in ANNOTATION.read(path, texts or {})]


def read_value(tmp_path, value, texts=None):
    path = tmp_path / "in.json"
    path.write_text(json.dumps(value), "utf-8")
    return read(path, {"http-example-org-news-1-txt": TEXT} if texts is None else texts)


def written(tmp_path, *given_records):
    path = tmp_path / "out.json"
    ANNOTATION.write(list(given_records), path)
    return json.loads(path.read_text("utf-8"))


def position(start, end):
    return {"type": "TextPositionSelector", "start": start, "end": end}


def quotation(exact, prefix="", suffix=""):
    return {"type": "TextQuoteSelector", "exact": exact, "prefix": prefix, "suffix": suffix}


def target(*selectors, source=PAGE):
    return {"source": source, "selector": list(selectors)}


def tag(value, purpose="tagging"):
    return {"type": "TextualBody", "value": value, "purpose": purpose}


def annotation(name, where, *bodies, **keys):
    return {"id": name, "type": "Annotation", "body": list(bodies), "target": where, **keys}


FOREIGN = [
    annotation(
        "#a",
        target(position(2, 9), quotation("Ann Lee", "\U0001f381 ", " left")),
        tag("PERSON"),
        {"source": "https://www.wikidata.org/wiki/Q5", "purpose": "identifying"},
        creator={"name": "Kim"},
    ),
    {
        "id": "#b",
        "type": ["Annotation"],
        "motivation": ["classifying"],
        "body": {"type": "TextualBody", "value": "GPE"},
        "target": {"source": {"id": PAGE}, "selector": quotation("Oslo")},
    },
    annotation(
        "#c",
        target(quotation("Ann", "\n", " won")),
        tag("PERSON", "classifying"),
        tag("who?", "commenting"),
    ),
    annotation("#d", [{"id": "#a"}, {"id": "#b"}], tag("left"), motivation="linking"),
    annotation(
        "#e", ["#c", "#b"], {"value": "won_in", "type": "TextualBody"}, motivation="linking"
    ),
]


def kept(name, **other):
    return {"webannotation": {"id": name} | ({"other": other} if other else {})}


RECORD = Record(
    id="http-example-org-news-1-txt",
    text=TEXT,
    mentions=[
        Mention(
            id="#a",
            start=2,
            end=9,
            type="PERSON",
            entity="Q5",
            meta=kept("#a", creator={"name": "Kim"}),
        ),
        Mention(id="#b", start=15, end=19, type="GPE", meta=kept("#b")),
        Mention(id="#c", start=22, end=25, type="PERSON", note="who?", meta=kept("#c")),
    ],
    entities=[Entity(id="Q5", type="PERSON", wikidata=Link(id="Q5"))],
    relations=[
        Relation(id="#d", head="Q5", type="left", tail="#b", meta=kept("#d")),
        Relation(id="#e", head="#c", type="won_in", tail="#b", meta=kept("#e")),
    ],
    meta={"webannotation": {"name": PAGE}},
)


@pytest.mark.parametrize(
    "wrapped",
    [
        FOREIGN,
        {"type": "AnnotationPage", "items": FOREIGN},
        {"type": ["AnnotationCollection"], "first": {"type": "AnnotationPage", "items": FOREIGN}},
        {"@context": [], "@graph": FOREIGN},
        {
            "type": "AnnotationPage",
            "items": FOREIGN[:2],
            "next": {"type": "AnnotationPage", "items": FOREIGN[2:]},
        },
    ],
)
def test_annotations_of_others_become_this_record(tmp_path, wrapped):
    assert read_value(tmp_path, wrapped) == [RECORD]


def test_it_comes_back_with_its_names_and_creators(tmp_path):
    assert list(ANNOTATION.losses(RECORD)) == []
    value = written(tmp_path, RECORD)
    assert read(tmp_path / "out.json") == [RECORD]
    found = value["first"]["items"]
    assert [each["id"] for each in found] == [
        f"{PAGE}#document",
        *("#a", "#b", "#c", f"{PAGE}#entities/Q5", "#d", "#e"),
    ]
    assert found[1]["creator"] == {"name": "Kim"}
    assert found[5]["target"] == [f"{PAGE}#entities/Q5", "#b"]


FULL = Record(
    id="a",
    language="en",
    text="Ann said: \u201cYes,\u201d Bo Lee of NATO said.",
    zones=[Zone(start=0, end=37, type="paragraph", optional=True)],
    boilerplate=[],
    mentions=[
        Mention(id="m 1", start=0, end=3, type="PERSON", level="NAM", entity="e/1", note="x"),
        Mention(start=18, end=32, parts=[Span(start=18, end=20), Span(start=28, end=32)]),
        Mention(id="~2", start=28, end=32, type="ORG", value="v", mod="m", alternatives="k"),
    ],
    entities=[
        Entity(id="e/1", type="PERSON", name="Ann \u00c4", wikidata=Link(id="Q5")),
        Entity(id="g", members=["e/1"], wikidata=Link(nil_reason="none")),
    ],
    relations=[
        Relation(
            id="r",
            head="e/1",
            type="knows",
            tail="~2",
            certainty="stated",
            evidence=[Evidence(start=0, end=8), Evidence(start=18, end=20, group=12)],
        )
    ],
    quotes=[
        Quote(
            id="q",
            type="direct",
            content=[Span(start=11, end=14), Span(start=14, end=15)],
            cue=[Span(start=4, end=8)],
            source=Span(start=0, end=3),
            marks=[Span(start=10, end=11), Span(start=15, end=16)],
            speaker="e/1",
            addressee="~2",
        ),
        Quote(id="p", content=[Span(start=11, end=14)], within="q", speaker="nobody"),
    ],
)


def test_every_layer_is_held(tmp_path):
    assert list(ANNOTATION.losses(FULL)) == []
    value = written(tmp_path, FULL)
    assert read(tmp_path / "out.json") == [FULL]
    assert ANNOTATION.looks(Path("x"), (tmp_path / "out.json").read_bytes()[:100])
    found = {each["id"]: each for each in value["first"]["items"]}
    assert value["total"] == len(found) == 10
    assert found["urn:goldwire:a#mentions/m%201"] == {
        "id": "urn:goldwire:a#mentions/m%201",
        "type": "Annotation",
        "motivation": "tagging",
        "body": [
            {"type": "TextualBody", "purpose": "tagging", "value": "PERSON"},
            {"type": "TextualBody", "purpose": "commenting", "value": "x"},
            {"type": "TextualBody", "purpose": "urn:goldwire:level", "value": "NAM"},
            {
                "type": "SpecificResource",
                "purpose": "identifying",
                "source": "urn:goldwire:a#entities/e%2F1",
            },
        ],
        "target": {
            "type": "SpecificResource",
            "source": "urn:goldwire:a",
            "selector": [
                {"type": "TextPositionSelector", "start": 0, "end": 3},
                {
                    "type": "TextQuoteSelector",
                    "exact": "Ann",
                    "prefix": "",
                    "suffix": " said: \u201cYes,\u201d Bo Lee",
                },
            ],
        },
    }
    assert found["urn:goldwire:a#document"]["body"][0] == {
        "type": "TextualBody",
        "purpose": "describing",
        "value": FULL.text,
        "format": "text/plain",
        "language": "en",
    }
    assert "urn:goldwire:a#mentions/~1" in found
    assert found["urn:goldwire:a#relations/r"]["target"] == [
        "urn:goldwire:a#entities/e%2F1",
        "urn:goldwire:a#mentions/%7E2",
    ]


def test_the_article_comes_back_but_for_what_is_said(tmp_path):
    gold = goldwire.load()[0]
    losses = list(ANNOTATION.losses(gold))
    whole = ("schema version", "guidelines version", "sha256", "source", "annotation")
    assert losses == list(whole)
    for field in whole:
        setattr(gold, field.replace(" ", "_"), None)
    written(tmp_path, gold)
    [found] = read(tmp_path / "out.json")
    for _, span in goldwire.schemas.spans.spans(gold):
        span.text = None
    assert found == gold


def test_several_documents_and_the_same_text(tmp_path):
    second = Record(id="b", text="Bo", mentions=[], entities=None)
    written(tmp_path, FULL, second)
    assert read(tmp_path / "out.json", {"a": FULL.text}) == [FULL, second]
    with pytest.raises(DataError, match=r'record "b": it is of another text.*other-text'):
        read(tmp_path / "out.json", {"b": "Bo\n"})


def test_without_a_source_the_one_text_is_meant(tmp_path):
    found = [annotation("#a", {"selector": [position(2, 5)]}, tag("P"))]
    [record] = read_value(tmp_path, found, {"x": TEXT})
    mention = Mention(id="#a", start=2, end=5, type="P", meta=kept("#a"))
    assert record == Record(id="x", text=TEXT, mentions=[mention], entities=[])
    with pytest.raises(DataError, match=r'annotation "#a": it names no document; name one'):
        read_value(tmp_path, found, {"x": TEXT, "y": TEXT})


def one(where, *bodies, **keys):
    return [annotation("#a", where, *(bodies or [tag("P")]), **keys)]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (one(target(position(2, 5), quotation("Lee"))), 'stands "Ann", its quotation is "Lee"; co'),
        (one(target(position(3, 10), quotation("Ann Lee"))), "counts UTF-16 units, not code poi"),
        (one(target(position(2, 5), quotation("Ann", "x"))), "before or after its position is n"),
        (one(target(position(2, 5), quotation("Ann", suffix=" won"))), "before or after its pos"),
        (one(target(position(2, 99))), r"\[2, 99\) is not in the text \(30 characters\)"),
        (one(target(position(2, 2))), "count code points"),
        (one(target({"type": "TextPositionSelector"})), r"\[None, None\) is not in the text"),
        (one(target(position("2", 5))), "start: expected a whole number"),
        (one(target(position(2, 5), position(2, 6))), "several positions"),
        (one(target(position(2, 5) | {"refinedBy": {}})), "refined by another"),
        (one(target(quotation("Ann"))), '"Ann" stands more than once in the text; add a Text'),
        (one(target(quotation("Ann", suffix="X"))), '"AnnX" stands not in the text'),
        (one(target({"type": "XPathSelector", "value": "/p"})), "nothing says where in the text"),
        (one(PAGE), "nothing says where in the text"),
        (one(target(position(2, 5)), tag("P"), tag("Q")), "it has 2 tags: P, Q; give it one"),
        (one(target(position(2, 5)), tag("so?", "commenting")), "it has no type; give it one Te"),
        (one(target(position(2, 5)), tag("so?", "replying")), 'purpose "replying" says nothing'),
        (one(target(position(2, 5)), tag("x", "urn:goldwire:cue")), "says nothing that a record"),
        (one(target(position(2, 5)), tag("x", "")), 'purpose "" says nothing'),
        (one(target(position(2, 5)), tag("", "identifying")), "names nothing"),
        (one([target(position(2, 5))] * 2), "2 targets, each of which would be a mention"),
        (one([]), "it has no target"),
        (one(target(position(2, 5)), motivation="linking"), "it links 1 things; give two targets"),
        (one(["#a", "#a"], motivation="linking"), "links what is no annotation of a text"),
        (one(["#x", "#a"], motivation="linking"), 'names "#x", which is no annotation'),
        ([*FOREIGN, annotation("#x", ["#a", "#y"], tag("y"), motivation="linking")], '"#y", which'),
        (FOREIGN[:1] + FOREIGN[:1], "another annotation has the same id"),
        ([*FOREIGN, annotation("#x", "#d", tag("y"))], "links what is no annotation"),
        ([{"type": "Annotation", "target": PAGE}], 'key "id" is missing; an annotation has id'),
        ([{"type": "Annotation", "id": "#a"}], 'key "target" is missing'),
        (one(target(position(2, 5)), 3), "expected an object"),
        ([{"id": "#a"}], "this is no Annotation, AnnotationPage"),
        ({"type": "AnnotationCollection", "first": "http://x/1"}, '"http://x/1" is not in this fi'),
        ({"type": "AnnotationPage", "items": [], "next": "http://x/2"}, "and is not fetched"),
        ({"type": "AnnotationPage", "items": {}}, "expected a list of annotations"),
        ({"type": "AnnotationPage", "items": []}, r"no annotation in it.*\[empty-file\]"),
    ],
)
def test_what_can_not_be_read_is_refused_with_the_annotation(tmp_path, value, message):
    with pytest.raises(DataError, match=message) as raised:
        read_value(tmp_path, value)
    assert str(raised.value).startswith(str(tmp_path / "in.json"))
    if isinstance(value, list) and value[0].get("id") == "#a" and "target" in value[0]:
        assert raised.value.place.field.startswith("annotation")


@pytest.mark.parametrize(
    ("layer", "bodies", "message"),
    [
        ("zones", [], "it has no type"),
        ("relations", [], "it links 1 things"),
        (
            "relations",
            [target(position(2, 5)) | {"purpose": "urn:goldwire:evidence/x"}],
            '"x" is n',
        ),
        ("mentions", [tag("x", "urn:goldwire:evidence")], "says nothing that a record holds"),
        (
            "quotes",
            [target(position(2, 5), source="x") | {"purpose": "urn:goldwire:cue"}],
            'of "x"',
        ),
        ("quotes", [{"id": "#z", "purpose": "urn:goldwire:speaker"}], 'names "#z", which is no'),
    ],
)
def test_broken_annotations_in_our_form_are_refused_too(tmp_path, layer, bodies, message):
    value = [annotation(f"{PAGE}#{layer}/x", target(position(2, 5)), *bodies)]
    with pytest.raises(DataError, match=message):
        read_value(tmp_path, value)


def test_a_text_that_is_not_there_is_asked_for(tmp_path):
    with pytest.raises(DataError, match=r'text is not in the file; give the text of "http-ex'):
        read_value(tmp_path, FOREIGN, {})


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "empty-file"),
        (b"[]", "empty-file"),
        (json.dumps(FOREIGN).encode()[:-4], "truncated"),
        (json.dumps(FOREIGN).encode("utf-16"), "not-utf-8"),
        (json.dumps(FOREIGN).encode("utf-8-sig"), "byte-order-mark"),
        (b'{"type": "Annotation", "id": "\xe9"}', "not-utf-8"),
        (b'{"id": "a", "id": "b"}', "repeated-key"),
        (b'{"type":"AnnotationPage","items":[' * 150 + b"]}" * 150, "too-deep"),
        (b"[" * 9999, "too-deep"),
    ],
)
def test_broken_files_are_one_readable_message(tmp_path, raw, message):
    (tmp_path / "in.json").write_bytes(raw)
    with pytest.raises(DataError, match=message):
        read(tmp_path / "in.json")


def test_folders_and_missing_files_are_refused(tmp_path):
    for path in (tmp_path, tmp_path / "none.json"):
        with pytest.raises(DataError, match="no-file"):
            read(path)


def test_two_annotations_of_one_iri_are_not_written(tmp_path):
    other = Record(id="b", text="Ann", mentions=[Mention(start=0, end=3, meta=kept("#a"))])
    with pytest.raises(UsageError, match=r'two annotations would have the IRI "#a".*repeated-id'):
        written(tmp_path, RECORD, other)
    assert list(tmp_path.iterdir()) == []


def test_it_is_told_from_the_others():
    path = Path("x.json")
    assert ANNOTATION.looks(path, json.dumps(FOREIGN, indent=1).encode())
    assert not ANNOTATION.looks(Path("folder"), b"")
    for name, head in HEADS.items():
        assert ANNOTATION.looks(path, head) == (name == "webannotation"), name


def test_all_that_is_lost_is_named(tmp_path):
    record = Record(
        id="a--b",
        text="Ann",
        variant_of="x",
        mentions=[Mention(text="Ann", meta={"other": 1}), Mention(id="m", start=0, end=3)],
        quotes=[Quote(content=[Span(start=0, end=3)], cue=[Span(text="x")])],
        meta={"other": 1},
    )
    assert list(ANNOTATION.losses(record)) == [
        "variant of",
        "meta of the record",
        "meta of mentions (1)",
        "spans without a place (2)",
    ]
    written(tmp_path, record)
    [found] = read(tmp_path / "out.json")
    assert found.id == "a--b"
    assert found.mentions == [Mention(id="m", start=0, end=3)]
    assert found.quotes == [Quote(content=[Span(start=0, end=3)])]


@given(record=records())
def test_a_round_trip_loses_nothing(record, tmp_path_factory):
    path = tmp_path_factory.mktemp("webannotation") / "out.json"
    assert list(ANNOTATION.losses(record)) == []
    ANNOTATION.write([record], path)
    assert read(path) == [record]
    once = path.read_bytes()
    ANNOTATION.write(read(path, {"d": record.text}), path)
    assert path.read_bytes() == once


@given(record=records())
def test_quotations_say_what_stands_at_their_positions(record, tmp_path_factory):
    path = tmp_path_factory.mktemp("webannotation") / "out.json"
    ANNOTATION.write([record], path)
    for each in json.loads(path.read_bytes())["first"]["items"]:
        if "#mentions/" in each["id"]:
            where, words = each["target"]["selector"]
            start, end = where["start"], where["end"]
            assert record.text[start:end] == words["exact"]
            assert record.text[:start].endswith(words["prefix"])
            assert record.text[end:].startswith(words["suffix"])
