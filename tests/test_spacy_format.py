"""spaCy's documents as JSON, which needs no spaCy: records by hand, refusals, round trips."""

import json
import sys
from pathlib import Path

import pytest
from foreign_heads import HEADS
from foreign_records import records
from hypothesis import given
from spacy_losses import in_order, kept

from goldwire.schemas.errors import DataError, UsageError
from goldwire.schemas.formats import named
from goldwire.schemas.record import Entity, Link, Mention, Quote, Record, Span

SPACY = named("spacy")
TEXT = "Ann Lee of Oslo\u00a0FC \U0001f381 left.\r\nShe won."


def span(start, end, label, kb_id=""):
    return {"start": start, "end": end, "label": label, "kb_id": kb_id}


DOCUMENT = {
    "id": "A/1",
    "text": TEXT,
    "ents": [
        {"start": 0, "end": 7, "label": "PERSON", "kb_id": "Q5"},
        {"start": 11, "end": 18, "label": "ORG"},
    ],
    "cats": {"SPORT": 1.0},
    "spans": {
        "sc": [span(0, 7, "PERSON"), span(11, 15, "GPE"), span(11, 18, "ORG")],
        "mine": [span(11, 18, "ORG", "OSLO-FC")],
        "coref_clusters_1": [span(0, 7, ""), span(28, 31, "")],
        "coref_head_clusters_1": [span(4, 7, ""), span(28, 31, "")],
    },
}
RECORD = Record(
    id="a-1",
    text=TEXT,
    mentions=[
        Mention(start=0, end=7, type="PERSON", entity="1"),
        Mention(
            start=11, end=18, type="ORG", meta={"spacy": {"groups": ["mine"], "kb_id": "OSLO-FC"}}
        ),
        Mention(start=11, end=15, type="GPE"),
        Mention(start=28, end=31, entity="1"),
    ],
    entities=[Entity(id="1", type="PERSON", wikidata=Link(id="Q5"))],
    meta={"spacy": {"name": "A/1", "cats": {"SPORT": 1.0}}},
)


def read(path, texts=None):
    return [record for _, record in SPACY.read(path, texts or {})]


def read_value(tmp_path, value, texts=None):
    path = tmp_path / "in.json"
    path.write_text(json.dumps(value), "utf-8")
    return read(path, texts)


def written(tmp_path, *given_records):
    path = tmp_path / "out.json"
    SPACY.write(list(given_records), path)
    return json.loads(path.read_text("utf-8"))


def test_a_document_becomes_this_record(tmp_path):
    assert read_value(tmp_path, DOCUMENT) == [RECORD]
    assert read_value(tmp_path, [DOCUMENT], {"a-1": TEXT}) == [RECORD]
    assert list(SPACY.losses(RECORD)) == []


def test_it_is_written_with_all_overlapping_spans_in_one_group(tmp_path):
    [value] = written(tmp_path, RECORD)
    tokens = [TEXT[each["start"] : each["end"]] for each in value.pop("tokens")]
    assert tokens == [
        *("Ann", "Lee", "of", "Oslo", "\u00a0", "FC", "\U0001f381"),
        *("left", ".", "\r\n", "She", "won", "."),
    ]
    ann, club = span(0, 7, "PERSON", "Q5"), span(11, 18, "ORG", "OSLO-FC")
    she = span(28, 31, "", "Q5")
    assert value == {
        "id": "A/1",
        "text": TEXT,
        "ents": [ann, club],
        "cats": {"SPORT": 1.0},
        "spans": {
            "sc": [ann, club, span(11, 15, "GPE") | {"kb_id": ""}, she],
            "mine": [club],
            "coref_clusters_1": [ann, she],
        },
    }
    assert read(tmp_path / "out.json") == [RECORD]


def test_flat_mentions_are_entities_alone(tmp_path):
    record = Record(id="a", text="Ann left", mentions=[Mention(start=0, end=3, type="P")])
    [value] = written(tmp_path, record)
    assert value["ents"] == [{"start": 0, "end": 3, "label": "P"}]
    assert "spans" not in value


def test_the_same_span_in_two_clusters_is_two_mentions(tmp_path):
    mentions = [Mention(start=0, end=3, type="P", entity=each) for each in ("a", "b")]
    entities = [Entity(id=each, type="P") for each in ("a", "b")]
    record = Record(id="d", text="Ann", mentions=mentions, entities=entities)
    [value] = written(tmp_path, record)
    assert (len(value["ents"]), len(value["spans"]["sc"])) == (1, 2)
    assert read(tmp_path / "out.json") == [record]
    value["spans"].pop("sc")
    assert read_value(tmp_path, value) == [record]


def test_mentions_linked_to_one_item_are_an_entity(tmp_path):
    ents = [span(0, 3, "P", "Q5"), span(4, 6, "P", "Q5"), span(7, 9, "P", "NIL")]
    [record] = read_value(tmp_path, {"text": "Ann Bo Cy", "ents": ents})
    assert record.entities == [Entity(id="Q5", type="P", wikidata=Link(id="Q5"))]
    assert [m.entity for m in record.mentions] == ["Q5", "Q5", None]
    assert record.mentions[2].meta == {"spacy": {"kb_id": "NIL"}}
    written(tmp_path, record)
    assert read(tmp_path / "out.json") == [Record(**fields(record) | {"id": "in-1"})]


def fields(record):
    return {name: getattr(record, name) for name in record.__struct_fields__}


def test_a_cluster_whose_links_differ_is_not_linked(tmp_path):
    group = [span(0, 3, "P", "Q5"), span(4, 6, "P", "Q6")]
    value = {"id": "a", "text": "Ann Bo", "spans": {"coref_clusters_x": group}}
    [record] = read_value(tmp_path, value)
    assert record.entities == [Entity(id="x", type="P")]
    assert [m.meta["spacy"]["kb_id"] for m in record.mentions] == ["Q5", "Q6"]
    written(tmp_path, record)
    assert read(tmp_path / "out.json") == [record]


def test_old_training_pairs_are_read(tmp_path):
    pairs = [["Ann left", {"entities": [[0, 3, "PERSON"]]}], ["Oslo", {"entities": []}]]
    first, second = read_value(tmp_path, pairs)
    assert (first.id, second.id) == ("in-1", "in-2")
    assert first.mentions == [Mention(start=0, end=3, type="PERSON")]
    assert (second.mentions, second.meta) == ([], None)
    path = tmp_path / "in.jsonl"
    path.write_text("\n".join(json.dumps(each) for each in pairs))
    assert [(place.line, record) for place, record in SPACY.read(path, {})] == [
        (1, first),
        (2, second),
    ]


def test_names_come_from_the_document_or_the_order(tmp_path):
    values = [{"text": "a", "_": {"id": 7}}, {"text": "b", "id": "x"}, {"text": "c", "ents": []}]
    found = read_value(tmp_path, values)
    assert [record.id for record in found] == ["7", "x", "in-3"]
    assert [record.mentions for record in found] == [None, None, []]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"ents": []}, 'in.json:1: key "text" is missing; give what Doc.to_json'),
        ({"text": "a", "ents": [[0, 1, "P"]]}, r"ents\[0\]: expected an object"),
        ({"text": "a", "spans": [span(0, 1, "P")]}, "spans: expected an object, got a list"),
        ({"text": "a", "ents": [span(0, 2, "P")]}, r"ents\[0\]: \[0, 2\) is not in the text"),
        ({"text": "a", "ents": [span(1, 1, "P")]}, r"\[1, 1\) is not in the text; count charac"),
        ({"text": "a", "spans": {"x": [span(-1, 1, "P")]}}, r"x\[0\]: \[-1, 1\) is not in the"),
        ([["a", {"entities": ["U-P"]}]], r"entities\[0\]: expected a list"),
        ([["a", {"entities": [], "links": {}}]], 'unknown key "links"; only entities and cats'),
        ([{"id": "x", "text": "a"}, {"id": "X", "text": "b"}], r'both be the record "x".*same-id'),
        (
            {
                "text": "a",
                "ents": [span(0, 1, "P")],
                "spans": {"sc": [span(0, 1, "O")], "coref_clusters_1": [span(0, 1, "")]},
            },
            r"spans.coref_clusters_1: \[0, 1\) could be any of 2 mentions",
        ),
    ],
)
def test_what_is_no_document_is_refused_with_its_place(tmp_path, value, message):
    with pytest.raises(DataError, match=message) as raised:
        read_value(tmp_path, value)
    assert raised.value.place.line == 1


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "empty-file"),
        (b"[]", "empty-file"),
        (b'{"text": "a", "ents": [', "truncated"),
        (b'{"text": "a"}\n{"text": "b"', r"in.json:2.*truncated"),
        (b'{"text": "a", "text": "b"}', "repeated-key"),
        ('{"text": "a"}'.encode("utf-16"), "not-utf-8"),
        ('{"text": "\xe9"}'.encode("latin-1"), "not-utf-8"),
        (b'\xef\xbb\xbf{"text": "a"}', "byte-order-mark"),
    ],
)
def test_broken_files_are_one_readable_message(tmp_path, raw, message):
    (tmp_path / "in.json").write_bytes(raw)
    with pytest.raises(DataError, match=message):
        read(tmp_path / "in.json")


def test_a_file_over_another_text_a_folder_and_an_unknown_ending_are_refused(tmp_path):
    with pytest.raises(DataError, match=r'record "a-1": it is of another text.*other-text'):
        read_value(tmp_path, DOCUMENT, {"a-1": TEXT + "\n"})
    for path in (tmp_path, tmp_path / "none.json"):
        with pytest.raises(DataError, match="no-file"):
            read(path)
    with pytest.raises(UsageError, match=r'ends in ".txt".*\.spacy \(DocBin\), \.json or \.jsonl'):
        SPACY.write([RECORD], tmp_path / "out.txt")
    assert [each.name for each in tmp_path.iterdir()] == ["in.json"]


def test_without_spacy_the_binary_form_names_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "spacy", None)
    (tmp_path / "in.spacy").write_bytes(b"x")
    with pytest.raises(UsageError, match=r"spacy is not installed; .*'\.\[spacy\]'"):
        read(tmp_path / "in.spacy")
    with pytest.raises(UsageError, match="missing-extra"):
        SPACY.write([RECORD], tmp_path / "out.spacy")


def test_it_is_told_from_the_others():
    path = Path("x.json")
    assert SPACY.looks(path, json.dumps(DOCUMENT).encode())
    assert SPACY.looks(path, json.dumps([DOCUMENT], indent=2).encode())
    assert SPACY.looks(path, b'{"text": "a", "tokens": [{"id": 0, "start": 0, "end": 1}]}')
    assert SPACY.looks(path, b' [["Ann \\"x", {"entities": [[0, 3, "P"]]}]]')
    assert SPACY.looks(path, b'["Ann", {"entities": []}]\n["Bo", {"entities": []}]\n')
    assert SPACY.looks(Path("x.spacy"), b"anything")
    assert not SPACY.looks(Path("folder"), b"")
    for name, head in {**HEADS, "zlib": b"x\x9c\x03\x00"}.items():
        assert SPACY.looks(path, head) == (name == "spacy"), name


def test_all_that_is_lost_is_named():
    record = Record(
        id="a--b",
        text="Ann left",
        language="en",
        mentions=[Mention(id="m", start=0, end=4, parts=[Span(start=0, end=1)], level="NAM")],
        entities=[Entity(id="e", type="P", wikidata=Link(nil_reason="unknown"))],
        quotes=[Quote(content=[Span(start=0, end=3)])],
        relations=[],
        meta={"other": 1, "spacy": {}},
    )
    assert list(SPACY.losses(record)) == [
        "language",
        "meta of the record",
        "ids of mentions (1)",
        "levels of mentions (1)",
        "that there are no relations",
        "quotes (1)",
        "gaps in discontinuous mentions (1)",
        "white space at the ends of mentions (1)",
        "types of entities (1)",
        "links of entities, or why they have none (1)",
    ]
    for mentions, entities, loss in (
        (None, None, []),
        (None, [], ["that there are no entities"]),
        (None, [Entity(id="e")], ["that mentions were not looked for"]),
        ([], None, ["that entities were not looked for"]),
        ([], [Entity(id="e")], []),
    ):
        some = Record(id="a", text="Ann", mentions=mentions, entities=entities)
        assert list(SPACY.losses(some)) == loss


@given(record=records())
def test_a_round_trip_loses_what_is_said_and_no_more(record, tmp_path_factory):
    path = tmp_path_factory.mktemp("spacy") / "out.json"
    SPACY.write([record], path)
    [first] = read(path)
    assert in_order(first) == kept(record)
    assert list(SPACY.losses(first)) == []
    SPACY.write([first], path)
    assert [in_order(each) for each in read(path)] == [first]


@given(record=records())
def test_tokens_make_up_the_text(record, tmp_path_factory):
    path = tmp_path_factory.mktemp("spacy") / "out.jsonl"
    SPACY.write([record], path)
    value = json.loads(path.read_text("utf-8"))
    at = 0
    for token in value["tokens"]:
        assert value["text"][at : token["start"]] in ("", " ")
        at = token["end"]
    assert value["text"][at:] in ("", " ")
    starts, ends = ({token[side] for token in value["tokens"]} for side in ("start", "end"))
    spans = [*value["ents"], *(each for group in value.get("spans", {}).values() for each in group)]
    assert all(each["start"] in starts and each["end"] in ends for each in spans)
