import json
import tempfile
from pathlib import Path

import msgspec
import pytest
from foreign_records import records
from hypothesis import given, settings
from odd_records import odd_records

from goldwire.corpus.load import load
from goldwire.schemas.errors import DataError, UsageError
from goldwire.schemas.formats import named
from goldwire.schemas.record import (
    Boilerplate,
    Entity,
    Link,
    Mention,
    Quote,
    Record,
    Relation,
    Span,
    Zone,
)

BIGBIO = named("bigbio")
TITLE, BODY = "Aspirin in 🎁 mice", "It cured heart and lung pain."
TEXT = f"{TITLE} {BODY}"


def read(path, texts=None):
    return [record for _, record in BIGBIO.read(path, texts or {})]


def trip(*given_records, name="out.json"):
    with tempfile.TemporaryDirectory() as folder:
        BIGBIO.write(given_records, Path(folder, name))
        return read(Path(folder, name))


def kb(**layers):
    passages = [
        {"id": "1", "type": "title", "text": [TITLE], "offsets": [[0, 17]]},
        {"id": "2", "type": "abstract", "text": [BODY], "offsets": [[18, 47]]},
    ]
    empty = {"entities": [], "events": [], "coreferences": [], "relations": []}
    return {"id": "a", "document_id": "a", "passages": passages, **empty, **layers}


def entity(name, *spans, kind="Drug", text=None, links=()):
    return {
        "id": name,
        "type": kind,
        "text": [TEXT[start:end] for start, end in spans] if text is None else text,
        "offsets": [list(each) for each in spans],
        "normalized": [{"db_name": base, "db_id": item} for base, item in links],
    }


def relation(name, head, tail, kind="helps with"):
    return {"id": name, "type": kind, "arg1_id": head, "arg2_id": tail, "normalized": []}


def saved(tmp_path, value, name="in.json"):
    path = tmp_path / name
    path.write_bytes(value if isinstance(value, bytes) else json.dumps(value).encode())
    return path


def one(tmp_path, **layers):
    (record,) = read(saved(tmp_path, [kb(**layers)]))
    return record


def left(record):
    """Return what BigBIO should leave of a random record, and what should be said of the rest."""
    record = msgspec.json.decode(msgspec.json.encode(record), type=Record)
    lost = set()

    def lose(what, times):
        lost.update([f"{what} ({times})"] if times else [])

    lose("levels of mentions", sum(each.level is not None for each in record.mentions))
    for each in record.mentions:
        each.level = None
    held = {each.id: set() for each in record.entities}
    for each in record.mentions:
        held.get(each.entity, set()).add(each.type)
    types = {name: min(found) if len(found) == 1 else None for name, found in held.items()}
    other = sum(each.type != types[each.id] for each in record.entities)
    lose("types of entities where their mentions have others", other)
    for each in record.entities:
        each.type = types[each.id]
    lost |= {"that relations were not attempted"} if record.relations is None else set()
    names = {name for name, found in held.items() if found} | {
        each.id for each in record.mentions if each.entity is None
    }
    every = record.relations or []
    record.relations = [each for each in every if {each.head, each.tail} <= names]
    lose(
        "relations whose head or tail has no mention",
        len(every) - len(record.relations),
    )
    lose("evidence of relations", sum(len(each.evidence) for each in record.relations))
    for each in record.relations:
        each.evidence = []
    for layer in ("zones", "boilerplate", "quotes"):
        items = getattr(record, layer)
        if items == []:
            lost.add(f"that {layer} were attempted and none found")
        if layer == "zones" and tiles(items or [], record.text):
            continue
        lose(layer, len(items or []))
        setattr(record, layer, None)
    return record, lost


def tiles(zones, text):
    if not zones:
        return False
    gaps = zip([0, *(each.end for each in zones)], [each.start for each in zones], strict=False)
    return zones[-1].end == len(text) and all(
        start <= end and text[start:end] in ("", " ") for start, end in gaps
    )


@settings(max_examples=80, deadline=None)
@given(records())
def test_a_random_record_comes_back_but_for_what_was_said(record):
    wanted, lost = left(record)
    assert set(BIGBIO.losses(record)) == lost
    assert trip(record) == [wanted]
    assert BIGBIO.losses(wanted) == []
    assert trip(wanted, name="out.jsonl") == [wanted]


@settings(max_examples=20, deadline=None)
@given(records("b"), records("a-b"))
def test_documents_of_a_file_do_not_meet(first, second):
    assert trip(first, second) == [left(first)[0], left(second)[0]]


def links_of(*items, **more):
    rows = [{"db_name": "Wikidata", "db_id": each} for each in items]
    return {"bigbio": {"normalized": rows, **more}}


METAS = (
    links_of("Q1"),
    links_of("Q1", "Q1"),
    links_of("P1", ""),
    links_of("Q2", head="T2", tail="m1"),
    {"bigbio": 5},
)
BARE = {"id": "E1", "type": "x", "trigger": {"text": [], "offsets": []}, "arguments": []}
WHOLES = (
    {"bigbio": {"name": "D", "id": "5"}},
    {"bigbio": {"id": ""}},
    {"bigbio": {"name": ""}},
    {"bigbio": {"events": [BARE]}},
    {"bigbio": {"events": [{**BARE, "arguments": [{"role": "x", "ref_id": "T1"}]}]}},
)


@settings(max_examples=60, deadline=None)
@given(odd_records((), METAS, WHOLES))
def test_of_any_record_something_is_left_and_that_stays(record):
    before = msgspec.json.encode(record)
    BIGBIO.losses(record)
    (back,) = trip(record)
    assert msgspec.json.encode(record) == before
    assert BIGBIO.losses(back) == []
    assert trip(back) == [back]


def test_the_article_keeps_names_clusters_links_and_relations():
    (gold,) = load()
    lost = BIGBIO.losses(gold)
    assert "quotes (15)" in lost
    assert "evidence of relations (60)" in lost
    assert not [each for each in lost if each.startswith(("ids", "mentions", "parts", "relations"))]
    (back,) = trip(gold)
    assert BIGBIO.losses(back) == []
    places = [
        [(each.id, each.start, each.end, each.type, each.entity) for each in record.mentions]
        for record in (gold, back)
    ]
    assert places[0] == places[1]
    links = [
        {
            each.id: each.wikidata.id
            for each in record.entities
            if each.wikidata and each.wikidata.id
        }
        for record in (gold, back)
    ]
    assert links[0] == links[1]
    triples = [
        [(each.id, each.head, each.type, each.tail) for each in record.relations]
        for record in (gold, back)
    ]
    assert triples[0] == triples[1]


def test_a_whole_document(tmp_path):
    record = one(
        tmp_path,
        entities=[
            entity("4", (0, 7), links=[("MESH", "D1"), ("Wikidata", "Q18216")]),
            entity("5", (27, 32), (42, 46), kind="Disease"),
            entity("6", (18, 20), links=[("Wikidata", "Q18216")]),
            entity("7", (13, 17), kind="Animal", links=[("Wikidata", "Q1")]),
        ],
        coreferences=[{"id": "8", "entity_ids": ["4", "6"]}],
        relations=[relation("4", "6", "5"), relation("10", "4", "7")],
    )
    assert record == Record(
        id="a",
        text=TEXT,
        zones=[Zone(start=0, end=17, type="title"), Zone(start=18, end=47, type="abstract")],
        mentions=[
            Mention(
                id="4",
                start=0,
                end=7,
                type="Drug",
                entity="8",
                meta={"bigbio": {"normalized": [{"db_name": "MESH", "db_id": "D1"}]}},
            ),
            Mention(
                id="5",
                start=27,
                end=46,
                parts=[Span(start=27, end=32), Span(start=42, end=46)],
                type="Disease",
            ),
            Mention(id="6", start=18, end=20, type="Drug", entity="8"),
            Mention(id="7", start=13, end=17, type="Animal", entity="e1"),
        ],
        entities=[
            Entity(id="8", type="Drug", wikidata=Link(id="Q18216")),
            Entity(id="e1", type="Animal", wikidata=Link(id="Q1")),
        ],
        relations=[
            Relation(id="4", head="8", type="helps with", tail="5", meta={"bigbio": {"head": "6"}}),
            Relation(id="10", head="8", type="helps with", tail="e1"),
        ],
    )
    assert BIGBIO.losses(record) == []
    assert trip(record) == [record]


def test_what_is_written(tmp_path):
    record = Record(
        id="a",
        text="Bo met Al.",
        mentions=[
            Mention(start=0, end=2, type="PER", entity="bo"),
            Mention(start=7, end=9, id="x"),
        ],
        entities=[Entity(id="bo", type="PER", wikidata=Link(id="Q5"))],
        relations=[Relation(head="bo", type="met", tail="x")],
    )
    BIGBIO.write([record], tmp_path / "out.jsonl")
    bo = entity("a_m1", (0, 2), kind="PER", text=["Bo"], links=[("Wikidata", "Q5")])
    assert json.loads((tmp_path / "out.jsonl").read_bytes()) == {
        "id": "a",
        "document_id": "a",
        "passages": [
            {"id": "a_passage-1", "type": "document", "text": ["Bo met Al."], "offsets": [[0, 10]]}
        ],
        "entities": [
            bo,
            {"id": "a_x", "type": "Mention", "text": ["Al"], "offsets": [[7, 9]], "normalized": []},
        ],
        "events": [],
        "coreferences": [{"id": "a_bo", "entity_ids": ["a_m1"]}],
        "relations": [
            {"id": "a_r1", "type": "met", "arg1_id": "a_m1", "arg2_id": "a_x", "normalized": []}
        ],
    }
    BIGBIO.write([record, Record(id="b", text="")], tmp_path / "out.json")
    assert [each["id"] for each in json.loads((tmp_path / "out.json").read_bytes())] == ["a", "b"]
    assert read(tmp_path / "out.json")[1].text == ""


def test_links_that_mentions_do_not_share_stay_theirs(tmp_path):
    record = one(
        tmp_path,
        entities=[
            entity("1", (0, 7), links=[("Wikidata", "Q1")]),
            entity("2", (18, 20), links=[("Wikidata", "Q2")]),
            entity("3", (13, 17), links=[("Wikidata", "Q3"), ("Wikidata", "Q4"), ("x", "Q5")]),
            entity("4", (13, 17), links=[("Wikidata", "P31")]),
        ],
        coreferences=[{"id": "c", "entity_ids": ["1", "2"]}],
    )
    assert record.entities == [Entity(id="c", type="Drug")]
    assert [len(each.meta["bigbio"]["normalized"]) for each in record.mentions] == [1, 1, 3, 1]
    assert BIGBIO.losses(record) == []
    assert trip(record) == [record]


def test_events_are_kept(tmp_path):
    events = [
        {
            "id": "E1",
            "type": "Cure",
            "trigger": {"text": ["cured"], "offsets": [[21, 26]]},
            "arguments": [{"role": "By", "ref_id": "T1"}, {"role": "In", "ref_id": "E2"}],
        },
        {"id": "E2", "type": "Test", "trigger": {"text": [], "offsets": []}, "arguments": []},
    ]
    record = one(tmp_path, entities=[entity("T1", (18, 20))], events=events)
    assert record.meta == {"bigbio": {"events": events}}
    assert BIGBIO.losses(record) == []
    assert trip(record) == [record]
    record.mentions = []
    assert "events that no longer fit (2)" in BIGBIO.losses(record)
    assert trip(record)[0].meta is None


def test_ids_that_begin_with_the_documents_are_read_without_it(tmp_path):
    found = [entity("a_T1", (0, 7)), entity("a_T2", (18, 20))]
    both = {"entities": found, "coreferences": [{"id": "a_1", "entity_ids": ["a_T1", "a_T2"]}]}
    record = one(tmp_path, **both, relations=[relation("a_R1", "a_T2", "a_T1")])
    assert [(each.id, each.entity) for each in record.mentions] == [("T1", "1"), ("T2", "1")]
    assert record.relations[0].meta == {"bigbio": {"head": "T2"}}
    record = one(tmp_path, **both, relations=[relation("R1", "a_T2", "a_T1")])
    assert [(each.id, each.entity) for each in record.mentions] == [
        ("a_T1", "a_1"),
        ("a_T2", "a_1"),
    ]
    assert trip(record) == [record]


def test_names_and_layers_that_are_not_there(tmp_path):
    value = kb(entities=None, relations=None, document_id="PMID:1 x")
    del value["coreferences"], value["events"]
    (record,) = read(saved(tmp_path, value))
    assert record.id == "pmid-1-x"
    assert record.meta == {"bigbio": {"name": "PMID:1 x", "id": "a"}}
    assert record.mentions is record.entities is record.relations is None
    assert BIGBIO.losses(record) == [
        "that entities were not attempted",
        "that mentions were not attempted",
        "that relations were not attempted",
    ]
    (back,) = trip(record)
    assert back.mentions == back.entities == back.relations == []
    assert back.meta == record.meta
    assert trip(back) == [back]


def passages(*given_passages):
    return [
        {"id": str(start), "type": kind, "text": text, "offsets": [[start, end]]}
        for kind, text, start, end in given_passages
    ]


def test_passages_make_the_text(tmp_path):
    given_passages = passages(("title", "", 0, 0), ("x", "Ann🎁", 1, 5), ("y", ["b."], 5, 7))
    record = one(tmp_path, passages=given_passages)
    assert record.text == " Ann🎁b."
    assert record.zones == [Zone(start=1, end=5, type="x"), Zone(start=5, end=7, type="y")]
    assert trip(record) == [record]
    whole = passages(("document", "Ann", 0, 3))
    assert one(tmp_path, passages=whole).zones is None
    zone = Zone(start=0, end=3, type="document")
    made = Record(id="a", text="Ann", zones=[zone], mentions=[], entities=[], relations=[])
    assert BIGBIO.losses(made) == ["zones (1)"]
    lines = passages(("x", "Ann", 0, 3), ("y", "left", 5, 9))
    path = saved(tmp_path, [kb(passages=lines)])
    with pytest.raises(DataError, match=r"begins at 5, and the text before it ends at 3"):
        read(path)
    assert read(path, {"a": "Ann\r\nleft"})[0].text == "Ann\r\nleft"
    assert one(tmp_path, passages=lines, text="Ann\r\nleft").text == "Ann\r\nleft"
    with pytest.raises(DataError, match=r'passages\[1\]: the text has not "left" at 5'):
        read(saved(tmp_path, kb(passages=lines)), {"a": "Ann left"})


FAULTS = {
    "text": (
        {"entities": [entity("1", (0, 7), text=["Asp"])]},
        'record "a", entities[0]: "Asp" is not what stands there ("Aspirin")',
    ),
    "cut badly": (
        {"entities": [entity("1", (27, 32), (42, 46), text=["heart pain", ""])]},
        '"heart pain" is not what stands there ("heart"); give each stretch its own text',
    ),
    "utf-16": (
        {"entities": [entity("1", (14, 18), text=["mice"])]},
        "it fits if offsets count UTF-16 units",
    ),
    "bytes": (
        {"entities": [entity("1", (16, 20), text=["mice"])]},
        "it fits if offsets count bytes of UTF-8",
    ),
    "beyond": ({"entities": [entity("1", (40, 99))]}, "[other-text]"),
    "nowhere": ({"entities": [entity("1")]}, "0 texts stand at 0 places"),
    "uneven": ({"entities": [entity("1", (0, 7), text=["a", "b"])]}, "2 texts stand at 1 places"),
    "reversed": ({"entities": [entity("1", (7, 0))]}, "the span 7 0 is empty or reversed"),
    "overlap": ({"entities": [entity("1", (0, 7), (5, 9))]}, "two stretches of the span overlap"),
    "twice": (
        {"entities": [entity("1", (0, 7)), entity("1", (0, 2))]},
        'entities[1]: the id "1" is that of entities[0] too',
    ),
    "id of both": (
        {"entities": [entity("1", (0, 7))], "coreferences": [{"id": "1", "entity_ids": []}]},
        'coreferences[0]: the id "1" is that of entities[0] too',
    ),
    "no head": (
        {"entities": [entity("1", (0, 7))], "relations": [relation("2", "9", "1")]},
        'relations[0].arg1_id: there is no entity "9"',
    ),
    "no tail": (
        {"entities": [entity("1", (0, 7))], "relations": [relation("2", "1", "9")]},
        'relations[0].arg2_id: there is no entity "9"',
    ),
    "no member": (
        {"coreferences": [{"id": "1", "entity_ids": ["9"]}]},
        'coreferences[0]: there is no entity "9"',
    ),
    "two clusters": (
        {
            "entities": [entity("1", (0, 7))],
            "coreferences": [{"id": n, "entity_ids": ["1"]} for n in "23"],
        },
        'coreferences[1]: the entity "1" is in coreferences[0] too',
    ),
    "types": (
        {"entities": [entity("1", (0, 7), kind=["Drug", "Name"])]},
        "expected a string, got a list",
    ),
    "event": (
        {
            "events": [
                {
                    "id": "1",
                    "type": "x",
                    "trigger": {"text": ["x"], "offsets": [[0, 1]]},
                    "arguments": [],
                }
            ]
        },
        'events[0].trigger: "x" is not what stands there ("A")',
    ),
    "key": ({"sentences": []}, 'unknown key "sentences"'),
    "long": ({"entities": [entity("x" * 257, (0, 7))]}, "is longer than 256 characters"),
    "passage": (
        {"passages": passages(("x", "Ann", 0, 4))},
        "passages[0]: 0 to 4 is not the length of the passage, 3 characters",
    ),
    "crossed": ({"passages": passages(("x", "Ann", 0, 3), ("x", "n", 2, 3))}, "[no-text]"),
    "two texts": ({"passages": passages(("x", ["A", "b"], 0, 1))}, "[bad-passage]"),
    "none": ({"passages": []}, "there is no passage"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_name_file_record_field_and_cure(tmp_path, fault):
    layers, message = FAULTS[fault]
    with pytest.raises(DataError) as error:
        one(tmp_path, **layers)
    assert message in str(error.value)
    assert "in.json" in str(error.value)


LINE = json.dumps(kb()).encode()
FILES = {
    b"": "[empty-file]",
    b" \n": "[empty-file]",
    LINE[:-9]: "[truncated]",
    b"[" + LINE: "[truncated]",
    LINE + b"\n" + LINE[:-9]: "in.json:2: the JSON object is cut off",
    LINE + b"\n\n" + LINE: 'in.json:3, record "a": "a" stands twice',
    b"[" + LINE + b"," + LINE + b"]": '"a" stands twice',
    LINE.decode().encode("utf-16"): "[not-utf-8]",
    b"\xef\xbb\xbf" + LINE: "[byte-order-mark]",
    LINE.replace(b"title", b"caf\xe9"): "[not-utf-8]",
    LINE.replace(b"{", b'{"id": "b", ', 1): "id: the key stands twice",
    b"T1\tX 0 3\tAnn\n": "[not-json]",
    b"null": "[wrong-type]",
    b'{"id": "a", "mentions": []}\n': 'unknown key "mentions"',
    LINE + b"\n-DOCSTART- -X- O O\n": "in.json",
    LINE.replace(b"title", b"\\ud800"): "[lone-surrogate]",
    b"[" * 100_000: "in.json",
}


@pytest.mark.parametrize("raw", FILES, ids=range(len(FILES)))
def test_files_that_can_not_be_read(tmp_path, raw):
    with pytest.raises(DataError) as error:
        read(saved(tmp_path, raw))
    assert FILES[raw] in str(error.value)


def test_a_document_may_be_one_spread_object(tmp_path):
    path = saved(tmp_path, json.dumps(kb(), indent=1).encode())
    assert [each.id for each in read(path)] == ["a"]
    with pytest.raises(DataError, match=r"\[no-file\]"):
        read(tmp_path / "none.json")


def test_what_can_not_be_held_is_said():
    span = Span(start=0, end=3)
    record = Record(
        id="x",
        text="Ann\nleft",
        language="en",
        meta={"seen": 1},
        zones=[Zone(start=0, end=3, type="a"), Zone(start=4, end=8, type="b")],
        boilerplate=[Boilerplate(start=0, end=3)],
        quotes=[Quote(content=[span])],
        mentions=[
            Mention(text="Ann"),
            Mention(id="m", start=0, end=3, level="NAM", mod="x", value="y", entity="e", note="z"),
            Mention(id="m", start=0, end=3, type="a", entity="f", meta={"bigbio": {"head": "m"}}),
            Mention(
                start=0,
                end=3,
                parts=[Span(start=1, end=3), Span(start=0, end=2)],
                type="a",
                meta={"bigbio": {"normalized": [{"db_name": "Wikidata", "db_id": "Q1"}]}},
            ),
        ],
        entities=[
            Entity(id="e", name="n", members=["g"], wikidata=Link(nil_reason="no-item"), note="x"),
            Entity(id="g", wikidata=Link(id="Q1"), meta={"b": 1}),
        ],
        relations=[
            Relation(head="e", type="x", tail="g"),
            Relation(head="m", type="x", tail="f", certainty="hedged", optional=True, id="r"),
            Relation(head="m", type="x", tail="e", meta={"bigbio": {"tail": "z"}}, id="r"),
        ],
    )
    assert BIGBIO.losses(record) == [
        "language",
        "meta of the record",
        "boilerplate (1)",
        "certainty of relations (1)",
        "entities that only mentions name, read as entities (1)",
        "ids of mentions (1)",
        "ids of relations (1)",
        "levels of mentions (1)",
        "links of entities without a mention (1)",
        "members of entities (1)",
        "mentions without a place (1)",
        "mentions without a type, written as Mention (1)",
        "meta of items (4)",
        "mods of mentions (1)",
        "names of entities (1)",
        "names of mentions, read as their entity (2)",
        "notes of entities (1)",
        "notes of mentions (1)",
        "parts of mentions that overlap, written joined (1)",
        "quotes (1)",
        "reasons why entities have no link (1)",
        "relations whose head or tail has no mention (1)",
        "that relations are optional or alternatives (1)",
        "types of entities where their mentions have others (2)",
        "values of mentions (1)",
        "zones (2)",
    ]
    (back,) = trip(record)
    assert BIGBIO.losses(back) == []
    assert trip(back) == [back]


def test_faults_of_writing(tmp_path):
    with pytest.raises(UsageError, match=r'record "a": BigBIO\'s passages need the text'):
        BIGBIO.write([Record(id="a")], tmp_path / "out.json")
    with pytest.raises(UsageError, match=r'two records would both be "a"'):
        BIGBIO.write([Record(id="a", text="x")] * 2, tmp_path / "out.json")
    with pytest.raises(UsageError, match=r"\[cannot-write\]"):
        BIGBIO.write([], tmp_path / "no" / "out.json")
    assert list(tmp_path.iterdir()) == []
    stale = Record(id="a", text="x", meta={"bigbio": {"name": "other"}})
    assert BIGBIO.losses(stale)[-1:] == ["that relations were not attempted"]
    assert "meta of the record" in BIGBIO.losses(stale)


def test_looks(tmp_path):
    path = tmp_path / "any"
    assert BIGBIO.looks(path, LINE)
    assert BIGBIO.looks(path, b" [\n" + json.dumps(kb(), indent=1).encode())
    others = [
        b"",
        b"-DOCSTART- -X- O O\n\nAnn NNP B-NP B-PER\n",
        b"#begin document (a); part 000\na 0 0 Ann NNP * - - - - * (0)\n",
        b"T1\tX 0 3\tAnn\n",
        b'[{"title": "a", "sents": [["Ann"]], "vertexSet": []}]',
        b'[{"data": {"text": "a"}, "annotations": [{"result": []}]}]',
        b"DOCBIN\x00\x01",
        b'[["Ann left", {"entities": [[0, 3, "PER"]]}]]',
        b'{"@context": "http://www.w3.org/ns/anno.jsonld"}',
        b'{\n"id": "a", "mentions": []}',
        b'{"id": "a", "text": "\\"document_id\\": \\"passages\\": x", "mentions": []}\n',
        b'{"source": "PubTator", "documents": [{"id": "1", "passages": []}]}',
    ]
    assert not any(BIGBIO.looks(path, head) for head in others)
