"""DocRED: what it must become by hand, what is refused, and round trips of random records."""

import json
from pathlib import Path

import pytest
from foreign_heads import HEADS
from foreign_records import records
from hypothesis import given
from hypothesis import strategies as st

from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.formats import named
from goldwire.schemas.formats.tokens import BUILT, found
from goldwire.schemas.record import Entity, Evidence, Mention, Record, Relation, Span

DOCRED = named("docred")


def mention(name, sent_id, start, end, label="PER", **other):
    return {"name": name, "sent_id": sent_id, "pos": [start, end], "type": label, **other}


PLAIN = {
    "title": "Ann & Bo",
    "sents": [["Ann", "Lee", "left", "U.N.", "."], ["She", "met", "Bo", "'s", "son", "."]],
    "vertexSet": [
        [mention("Ann Lee", 0, 0, 2), mention("She", 1, 0, 1)],
        [mention("Bo's", 1, 2, 4)],
        [mention("U.N.", 0, 3, 4, "ORG", global_pos=[3, 4], index="2_0")],
    ],
    "labels": [
        {"h": 0, "t": 1, "r": "P26", "evidence": [1, 0]},
        {"h": 0, "t": 2, "r": "P108", "evidence": []},
    ],
}
RECORD = Record(
    id="ann-bo",
    text="Ann Lee left U.N. .\nShe met Bo 's son .",
    mentions=[
        Mention(start=0, end=7, type="PER", entity="e0"),
        Mention(start=20, end=23, type="PER", entity="e0"),
        Mention(start=28, end=33, type="PER", entity="e1", meta={"docred": {"name": "Bo's"}}),
        Mention(
            start=13,
            end=17,
            type="ORG",
            entity="e2",
            meta={"docred": {"other": {"global_pos": [3, 4], "index": "2_0"}}},
        ),
    ],
    entities=[Entity(id=f"e{n}", type=t) for n, t in enumerate(("PER", "PER", "ORG"))],
    relations=[
        Relation(
            head="e0",
            type="P26",
            tail="e1",
            evidence=[Evidence(start=20, end=39), Evidence(start=0, end=19)],
        ),
        Relation(head="e0", type="P108", tail="e2"),
    ],
    meta={"docred": {"name": "Ann & Bo", "text": BUILT}},
)


def read(path, texts=None):
    return [record for _, record in DOCRED.read(path, texts or {})]


def read_value(tmp_path, *documents, texts=None):
    path = tmp_path / "in.json"
    path.write_text(json.dumps(list(documents)), "utf-8")
    return read(path, texts)


def written(tmp_path, *found_records):
    path = tmp_path / "out.json"
    DOCRED.write(list(found_records), path)
    return json.loads(path.read_text("utf-8"))


def test_a_document_becomes_this_record_and_is_written_as_it_was(tmp_path):
    found_records = read_value(tmp_path, PLAIN)
    assert found_records == [RECORD]
    assert list(DOCRED.losses(RECORD)) == []
    assert written(tmp_path, RECORD) == [PLAIN]


def test_over_its_own_text_it_has_the_texts_offsets(tmp_path):
    text = "Ann Lee left\u00a0U.N..  She met Bo's son.\n"
    [record] = read_value(tmp_path, PLAIN, texts={"ann-bo": text})
    assert record.text == text
    assert [text[m.start : m.end] for m in record.mentions] == ["Ann Lee", "She", "Bo's", "U.N."]
    evidence = record.relations[0].evidence
    assert [text[e.start : e.end] for e in evidence] == ["She met Bo's son.", text[:18]]
    assert "text" not in record.meta["docred"]
    assert list(DOCRED.losses(record)) == ["spacing of the text"]
    assert written(tmp_path, record) == [PLAIN]


def test_another_text_is_refused(tmp_path):
    with pytest.raises(DataError, match=r'in.json:1.*"Lee" is not what the text has.*other-text'):
        read_value(tmp_path, PLAIN, texts={"ann-bo": "Ann Li left U.N. ."})


def test_an_entity_with_several_names_and_types_keeps_each(tmp_path):
    vertex = [mention("Oslo", 0, 0, 1, "LOC"), mention("it", 0, 2, 3, "ORG")]
    document = {"title": "t", "sents": [["Oslo", "says", "it"]], "vertexSet": [vertex]}
    [record] = read_value(tmp_path, document)
    assert [m.type for m in record.mentions] == ["LOC", "ORG"]
    assert record.entities == [Entity(id="e0", type="LOC")]
    assert record.relations is None  # there were no labels, as in a test file
    assert written(tmp_path, record) == [document]


def test_a_mention_in_two_entities_becomes_two(tmp_path):
    vertices = [[mention("Ann", 0, 0, 1)], [mention("Ann", 0, 0, 1)]]
    document = {"title": "t", "sents": [["Ann", "left"]], "vertexSet": vertices, "labels": []}
    [record] = read_value(tmp_path, document)
    assert record.mentions == [
        Mention(start=0, end=3, type="PER", entity="e0"),
        Mention(start=0, end=3, type="PER", entity="e1"),
    ]
    assert written(tmp_path, record) == [document]


def test_odd_tokens_are_written_as_they_were(tmp_path):
    sents = [["", "Ann", "New York", "\u00a0", "\U0001f381"], ["a\nb", "."]]
    vertices = [[mention("Ann", 0, 1, 2)], [mention("a\nb", 1, 0, 1)]]
    document = {"title": "t", "sents": sents, "vertexSet": vertices, "labels": []}
    [record] = read_value(tmp_path, document)
    assert record.text == " Ann New York \u00a0 \U0001f381\na\nb ."
    assert list(DOCRED.losses(record)) == []
    assert written(tmp_path, record) == [document]
    assert read(tmp_path / "out.json") == [record]


def test_one_document_per_line_and_one_alone(tmp_path):
    path = tmp_path / "in.jsonl"
    second = {"title": "b", "sents": [["Hi"]], "vertexSet": []}
    path.write_text(f"{json.dumps(PLAIN)}\r\n\n{json.dumps(second)}\n", "utf-8")
    assert [(str(place), record.id) for place, record in DOCRED.read(path, {})] == [
        (f'{path}:1, record "ann-bo"', "ann-bo"),
        (f'{path}:3, record "b"', "b"),
    ]
    path.write_text("\n" + json.dumps(PLAIN, indent=1), "utf-8")
    assert [(place.line, record) for place, record in DOCRED.read(path, {})] == [(2, RECORD)]
    path.write_text(json.dumps([second, PLAIN], indent=1), "utf-8")
    assert [place.line for place, _ in DOCRED.read(path, {})] == [2, 11]


def changed(**keys):
    return PLAIN | keys


def test_answers_alone_are_refused(tmp_path):
    answers = {"title": "Ann & Bo", "h_idx": 0, "t_idx": 1, "r": "P26", "evidence": []}
    with pytest.raises(DataError, match=r"numbers in another file; put them as labels .*alone\]"):
        read_value(tmp_path, answers)


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([1], "expected an object, got a list"),
        ({"title": "t", "sents": []}, 'key "vertexSet" is missing; a document has title'),
        (changed(sents=[["a", 1]]), r"sents\[0\]\[1\]: expected a string"),
        (changed(sents=[["a"], []]), "sentence 1 has no tokens"),
        (changed(sents=[["a"], [""]]), "sentence 1 has no tokens, or only empty ones"),
        (changed(labels=[{"h": 0, "t": 3, "r": "P1"}]), r"labels\[0\]: there is no entity 3"),
        (changed(labels=[{"h": 0, "t": -1, "r": "P1"}]), "there is no entity -1"),
        (changed(labels=[{"h": 0, "t": 1, "r": "P1", "evidence": [2]}]), "no sentence 2.*0 to 1"),
        (changed(labels=[{"h": 0, "t": 1}]), r'labels\[0\]: key "r" is missing; a label has h'),
        (changed(vertexSet=[[mention("Ann", 1, 12, 14)]]), r"\[12, 14\].*has 6 tokens.*sentence\]"),
        (changed(vertexSet=[[mention("Ann", 2, 0, 1)]]), "of sentence 2, which has 0 tokens"),
        (changed(vertexSet=[[mention("Ann", 0, 2, 2)]]), r"vertexSet\[0\]\[0\].*pos in tokens"),
        (changed(vertexSet=[[mention("Ann", 0, 2, "3")]]), r"pos\[1\]: expected a whole number"),
        (changed(sents=[["", "a"]], vertexSet=[[mention("", 0, 0, 1)]]), "at empty tokens"),
    ],
)
def test_what_is_no_document_is_refused_with_its_place(tmp_path, document, message):
    with pytest.raises(DataError, match=message) as raised:
        read_value(tmp_path, document)
    assert raised.value.place.file == str(tmp_path / "in.json")
    assert raised.value.place.line == 1


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", r"nothing in the file.*\[empty-file\]"),
        (b" []\n", r"nothing in the file.*\[empty-file\]"),
        (json.dumps([PLAIN]).encode()[:-9], r"is cut off.*\[truncated\]"),
        (json.dumps([PLAIN]).encode("utf-16"), r"\[not-utf-8\]"),
        (json.dumps([PLAIN]).encode("utf-8-sig"), r"\[byte-order-mark\]"),
        (json.dumps(PLAIN).replace("Lee", "L\xe9").encode("latin-1"), r"\[not-utf-8\]"),
        (json.dumps([PLAIN]).encode() + b"\0", r"\[not-json\]"),
        (json.dumps([PLAIN, PLAIN]).encode(), r'"Ann & Bo" stands twice.*\[repeated-document\]'),
        (b'[{"title": "t",\n "title": "t", "sents": [], "vertexSet": []}]', r"\[repeated-key\]"),
        (b'{"title": "t", "sents": [], "vertexSet": []}\n{"title"\n', r":2: .*\[truncated\]"),
        (b"[" * 9999, r"\[too-deep\]"),
        (b'[{"title": "\\ud800", "sents": [], "vertexSet": []}]', r"\[lone-surrogate\]"),
        (b"\x80\x04\x95pickle", r"\[not-utf-8\]"),
    ],
)
def test_broken_files_are_one_readable_message(tmp_path, raw, message):
    path = tmp_path / "in.json"
    path.write_bytes(raw)
    with pytest.raises(DataError, match=message):
        read(path)


def test_a_folder_and_a_missing_file_are_refused(tmp_path):
    for path in (tmp_path, tmp_path / "none.json"):
        with pytest.raises(DataError, match="no-file"):
            read(path)


def test_it_is_told_from_the_others():
    path = Path("x.json")
    assert DOCRED.looks(path, json.dumps([PLAIN]).encode())
    assert DOCRED.looks(path, b'\n{"vertexSet" : [')
    assert DOCRED.looks(path, b'[{"title": "t", "h_idx": 0, "t_idx": 1, "r": "P1"}]')
    assert not DOCRED.looks(Path("folder"), b"")
    for name, head in HEADS.items():
        assert DOCRED.looks(path, head) == (name == "docred"), name


def test_a_record_without_text_or_with_a_span_outside_is_refused(tmp_path):
    with pytest.raises(DataError, match=r'record "a".*no text.*give the article folder'):
        DOCRED.write([Record(id="a", mentions=[])], tmp_path / "out.json")
    outside = Record(id="a", text="Ann", mentions=[Mention(start=1, end=4)])
    with pytest.raises(DataError, match=r"mentions\[0\].*\[1, 4\) is not in the text"):
        DOCRED.write([outside], tmp_path / "out.json")
    assert list(tmp_path.iterdir()) == []


def test_rules_of_writing(tmp_path):
    record = Record(
        id="a",
        text="Ann\nLee won 3.5%.\r\nBo's win.",
        mentions=[
            Mention(id="m0", start=0, end=7, type="PER"),
            Mention(id="m1", start=19, end=21, type="PER", entity="bo"),
        ],
        entities=[Entity(id="none", type="ORG"), Entity(id="bo", type="ORG", name="Bo")],
        relations=[
            Relation(
                head="bo",
                type="P1",
                tail="m0",
                evidence=[Evidence(start=8, end=11, group=2), Evidence(start=18, end=22)],
            ),
            Relation(head="none", type="P2", tail="bo"),
            Relation(head="bo", type="P3", tail="bo", evidence=[Evidence(start=17, end=20)]),
        ],
    )
    assert written(tmp_path, record) == [
        {
            "title": "a",
            "sents": [
                ["Ann", "Lee", "won", "3", ".", "5", "%", "."],
                ["Bo", "'", "s", "win", "."],
            ],
            "vertexSet": [[mention("Bo", 1, 0, 1)], [mention("Ann Lee", 0, 0, 2)]],
            "labels": [
                {"h": 0, "t": 1, "r": "P1", "evidence": [0, 1]},
                {"h": 0, "t": 0, "r": "P3", "evidence": [1]},
            ],
        }
    ]
    assert list(DOCRED.losses(record)) == [
        "ids of mentions (2)",
        "names of entities (1)",
        "spacing of the text",
        "entities without mentions (1)",
        "ids of entities (1)",
        "types of entities (1)",
        "relations of entities without mentions (1)",
        "groups of evidence (1)",
        "evidence that is not whole sentences (3)",
    ]


def test_meta_that_no_longer_fits_is_not_used(tmp_path):
    for tokens in ([[0, 2, 4, 8]], [[0, 2, 4, 9]], [[0, 99]], [[3, 0]], [[]], [["a", 1]], "x"):
        record = Record(
            id="a",
            text="Ann left",
            mentions=[Mention(start=0, end=3, type="PER", entity="e0")],
            meta={"docred": {"tokens": tokens, "name": "Other"}},
        )
        [document] = written(tmp_path, record)
        assert (document["sents"], document["title"]) == ([["Ann", "left"]], "a")


def kept(record, path):
    """Return a record less what DocRED can't hold, as it comes back over its own text."""
    [document] = json.loads(path.read_text("utf-8"))
    flat = [token for sentence in document["sents"] for token in sentence]
    ends = found(flat, record.text, [Place()] * len(flat))
    sentences = [
        (part[0][0], part[-1][1])
        for n, each in enumerate(document["sents"])
        if (part := ends[sum(map(len, document["sents"][:n])) :][: len(each)])
    ]
    owners = {e.id: [] for e in record.entities}
    names = {}
    for m in record.mentions:
        surface = record.text[m.start : m.end]
        start = m.start + len(surface) - len(surface.lstrip())
        if surface.strip():
            owner = m.entity or f"alone {m.id}"
            names[m.id] = owner
            end = start + len(surface.strip())
            owners.setdefault(owner, []).append(Mention(start=start, end=end, type=m.type))
    owners = {owner: group for owner, group in owners.items() if group}
    numbers = {owner: f"e{n}" for n, owner in enumerate(owners)}
    for owner, group in owners.items():
        for m in group:
            m.entity = numbers[owner]
    relations = record.relations and [
        Relation(
            head=numbers[names.get(each.head, each.head)],
            type=each.type,
            tail=numbers[names.get(each.tail, each.tail)],
            evidence=[
                Evidence(start=start, end=end)
                for start, end in sentences
                for span in each.evidence
                if start < span.end and span.start < end
            ],
        )
        for each in record.relations
        if {names.get(each.head, each.head), names.get(each.tail, each.tail)} <= set(numbers)
    ]
    return Record(
        id=record.id,
        text=record.text,
        mentions=[m for group in owners.values() for m in group],
        entities=[Entity(id=numbers[o], type=group[0].type) for o, group in owners.items()],
        relations=relations,
    )


@given(record=records())
def test_a_round_trip_loses_what_is_said_and_no_more(record, tmp_path_factory):
    path = tmp_path_factory.mktemp("docred") / "out.json"
    losses = list(DOCRED.losses(record))
    DOCRED.write([record], path)
    first = read(path, {"d": record.text})
    assert first == [kept(record, path)]
    held = ("spacing of the text",)
    assert [each for each in DOCRED.losses(first[0]) if each not in held] == []
    DOCRED.write(first, path)
    assert read(path, {"d": record.text}) == first
    if not losses:
        alone = [f"alone {m.id}" for m in record.mentions if not m.entity]
        assert len(first[0].entities) == len(record.entities) + len(alone)


@given(record=records())
def test_without_the_text_one_is_built_that_stays(record, tmp_path_factory):
    path = tmp_path_factory.mktemp("docred") / "out.json"
    DOCRED.write([record], path)
    raw = json.loads(path.read_bytes())
    first = read(path)
    assert first[0].meta["docred"]["text"] == BUILT
    assert list(DOCRED.losses(first[0])) == []
    DOCRED.write(first, path)
    assert json.loads(path.read_bytes()) == raw
    assert read(path) == first


@st.composite
def fitting(draw):
    """Return records that DocRED holds whole: what a round trip leaves of one."""
    record = draw(records())
    record.relations = [
        Relation(head=each.head, type=each.type, tail=each.tail) for each in record.relations or []
    ]
    return record


@given(record=fitting())
def test_what_has_no_losses_comes_back_equal(record, tmp_path_factory):
    path = tmp_path_factory.mktemp("docred") / "out.json"
    DOCRED.write([record], path)
    [record] = read(path)
    record.meta = None
    assert list(DOCRED.losses(record)) in ([], ["spacing of the text"])
    DOCRED.write([record], path)
    assert read(path, {"d": record.text}) == [record]


@given(record=records())
def test_each_loss_is_named(record):
    losses = " ".join(DOCRED.losses(record))
    for layer in ("zones", "boilerplate", "quotes"):
        assert (layer in losses) == (getattr(record, layer) is not None)
    for what, there in {
        "gaps": any(m.parts and record.text[m.start : m.end].strip() for m in record.mentions),
        "levels of mentions": any(m.level for m in record.mentions),
        "ids of relations": bool(record.relations),
        "white space alone": any(record.text[m.start : m.end].isspace() for m in record.mentions),
    }.items():
        assert (what in losses) == there, what


def test_spans_without_a_place_are_said_to_be_lost(tmp_path):
    record = Record(
        id="a",
        text="Ann",
        mentions=[Mention(text="Ann"), Mention(start=0, end=3, parts=[Span(start=0, end=1)])],
        entities=[],
    )
    losses = list(DOCRED.losses(record))
    assert losses == ["gaps in discontinuous mentions (1)", "mentions without a place (1)"]
    assert len(written(tmp_path, record)[0]["vertexSet"]) == 1
