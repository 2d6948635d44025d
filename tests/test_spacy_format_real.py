"""spaCy's binary documents, read and written beside spaCy itself."""

import gc
import json
import struct
import zlib

import pytest
from foreign_records import records
from hypothesis import given
from spacy_losses import in_order, kept
from test_spacy_format import DOCUMENT, RECORD, TEXT, read

from goldwire.schemas.errors import DataError
from goldwire.schemas.formats import named
from goldwire.schemas.formats.tokens import BUILT
from goldwire.schemas.record import Entity, Mention, Record

pytestmark = [
    pytest.mark.real,
    # What spaCy's own parts warn of about each other is not ours to mend.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]
SPACY = named("spacy")


@pytest.fixture(scope="module")
def nlp():
    import spacy

    return spacy.blank("en")


def saved(path, *docs, **options):
    from spacy.tokens import DocBin

    DocBin(docs=docs, **options).to_disk(path)
    return path


def test_a_file_of_spacys_own_becomes_this_record(nlp, tmp_path):
    doc = nlp(TEXT)
    doc.user_data["id"] = "A/1"
    doc.cats = {"SPORT": 1.0}
    spans = {(0, 7): "PERSON", (11, 18): "ORG", (11, 15): "GPE"}
    ann, club, oslo = (doc.char_span(*ends, label=label) for ends, label in spans.items())
    doc.ents = [doc.char_span(0, 7, label="PERSON", kb_id="Q5"), club]
    doc.spans["sc"] = [ann, club, oslo]
    doc.spans["mine"] = [doc.char_span(11, 18, label="ORG", kb_id="OSLO-FC")]
    doc.spans["coref_clusters_1"] = [doc.char_span(0, 7), doc.char_span(28, 31)]
    doc.spans["coref_head_clusters_1"] = [doc.char_span(4, 7)]
    path = saved(tmp_path / "in.spacy", doc, store_user_data=True)
    assert read(path) == [RECORD]
    assert read(path, {"a-1": TEXT}) == [RECORD]
    with pytest.raises(DataError, match="other-text"):
        read(path, {"a-1": "Ann"})
    js = tmp_path / "in.json"
    js.write_text(json.dumps({"id": "A/1", **doc.to_json()}))
    from_json = read(js)[0]  # where entities have no links
    assert (from_json.mentions, from_json.meta) == (RECORD.mentions, RECORD.meta)


def test_extensions_are_read_as_names_and_several_groups_by_one_span(nlp, tmp_path):
    from spacy.tokens import Doc

    Doc.set_extension("id", default=None, force=True)
    first, second = nlp("Ann left"), nlp("Bo")
    first._.id = 12
    first.spans["a"] = first.spans["b"] = [first.char_span(0, 3, label="P")]
    path = saved(tmp_path / "in.spacy", first, second, store_user_data=True)
    one, two = read(path)
    assert (one.id, two.id) == ("12", "in-2")
    assert one.mentions == [
        Mention(start=0, end=3, type="P", meta={"spacy": {"groups": ["a", "b"]}})
    ]
    assert two == Record(id="in-2", text="Bo")


def test_spacy_reads_what_is_written(nlp, tmp_path):
    from spacy.tokens import Doc, DocBin

    SPACY.write([RECORD], tmp_path / "out.spacy")
    SPACY.write([RECORD], tmp_path / "out.json")
    assert SPACY.looks(tmp_path / "renamed", (tmp_path / "out.spacy").read_bytes())
    [doc] = DocBin().from_disk(tmp_path / "out.spacy").get_docs(nlp.vocab)
    [value] = json.loads((tmp_path / "out.json").read_text("utf-8"))
    again = Doc(nlp.vocab).from_json(value, validate=True)
    for each in (doc, again):
        assert each.text == TEXT
        assert [(e.text, e.label_) for e in each.ents] == [
            ("Ann Lee", "PERSON"),
            ("Oslo\u00a0FC", "ORG"),
        ]
        assert [s.text for s in each.spans["coref_clusters_1"]] == ["Ann Lee", "She"]
        assert [s.label_ for s in each.spans["sc"]] == ["PERSON", "ORG", "GPE", ""]
        assert each.cats == DOCUMENT["cats"]
    assert [token.text for token in doc] == [token.text for token in again]
    assert ([e.kb_id_ for e in doc.ents], doc.user_data) == (["Q5", "OSLO-FC"], {"id": "A/1"})


@given(record=records())
def test_a_round_trip_is_the_same_in_both_forms_and_to_spacy(record, tmp_path_factory):
    import spacy
    from spacy.tokens import Doc, DocBin

    folder = tmp_path_factory.mktemp("spacy")
    found = []
    for name in ("a.spacy", "a.json"):
        SPACY.write([record], folder / name)
        [first] = read(folder / name)
        assert in_order(first) == kept(record)
        assert list(SPACY.losses(first)) == []
        SPACY.write([first], folder / name)
        assert [in_order(each) for each in read(folder / name)] == [first]
        found.append(first)
    assert found[0] == found[1]
    vocabulary = spacy.vocab.Vocab()
    [doc] = DocBin().from_disk(folder / "a.spacy").get_docs(vocabulary)
    [value] = json.loads((folder / "a.json").read_text("utf-8"))
    assert doc.text == Doc(vocabulary).from_json(value, validate=True).text == record.text
    marked = {(m.start, m.end, m.type) for m in found[0].mentions}
    assert {(e.start_char, e.end_char, e.label_) for e in doc.ents} <= marked
    spans = [*doc.ents, *doc.spans.get("sc", [])]
    assert {(s.start_char, s.end_char, s.label_) for s in spans} == marked


def test_nothing_looked_for_and_nothing_found_stay_apart(tmp_path):
    found = [Record(id="a", text="Ann"), Record(id="b", text="Ann", mentions=[], entities=[])]
    for name in ("out.spacy", "out.jsonl"):
        SPACY.write(found, tmp_path / name)
        assert read(tmp_path / name) == found


def test_unknown_spaces_are_built_or_found(nlp, tmp_path):
    from spacy.tokens import Doc, Span

    doc = Doc(nlp.vocab, words=["Ann", "'s", "\n", "win"])
    doc.ents = [Span(doc, 0, 2, label="P")]
    path = saved(tmp_path / "in.spacy", doc)
    [record] = read(path)
    assert record.text == "Ann 's \n win"
    assert record.meta == {"spacy": {"text": BUILT}}
    assert record.mentions == [Mention(start=0, end=6, type="P")]
    text = "Ann's\u00a0 win\n"
    mention = Mention(start=0, end=5, type="P")
    assert read(path, {"in-1": text}) == [
        Record(id="in-1", text=text, mentions=[mention], entities=[])
    ]
    with pytest.raises(DataError, match=r"\"win\" is not what the text has.*other-text"):
        read(path, {"in-1": "Ann's loss"})


def repacked(path, **changes):
    """Write a file anew with some of its parts changed by functions."""
    import msgspec

    parts = msgspec.msgpack.decode(zlib.decompress(path.read_bytes()))
    for name, change in changes.items():
        parts[name] = change(parts[name])
    path.write_bytes(zlib.compress(msgspec.msgpack.encode(parts)))
    return path


def states(*wanted):
    """Return a change of the tags of a file whose attributes are the word and its tag."""
    return lambda raw: b"".join(
        raw[at : at + 8] + struct.pack("<Q", state)
        for at, state in zip(range(0, len(raw), 16), wanted, strict=True)
    )


@pytest.mark.parametrize("wanted", [(1, 2), (2, 1), (3, 1)])
def test_a_tag_without_a_beginning_is_refused(nlp, tmp_path, wanted):
    """The labels are not stored, so even "B" begins nothing."""
    path = saved(tmp_path / "in.spacy", nlp("Ann left"), attrs=["ENT_IOB"])
    repacked(path, tokens=states(*wanted))
    with pytest.raises(DataError, match=r'goes on with an entity .*"B" \[invalid-sequence\]'):
        read(path)


def test_a_tag_that_goes_on_with_another_type_is_refused(nlp, tmp_path):
    import numpy as np

    doc = nlp("Ann left Oslo")
    types = [nlp.vocab.strings.add(each) for each in ("P", "Q", "P")]
    tags = [*zip((3, 1, 3), types, strict=True)]
    doc.from_array(["ENT_IOB", "ENT_TYPE"], np.array(tags, dtype="uint64"))
    assert [each.text for each in doc.ents] == ["Ann left", "Oslo"]  # spaCy's own repair
    with pytest.raises(DataError, match=r'token 2 \("I"\) goes on .*invalid-sequence'):
        read(saved(tmp_path / "in.spacy", doc))


def a_group(*fields):
    import msgspec

    group = {"name": "sc", "attrs": {}, "spans": [struct.pack(">QQQllll", *fields)]}
    return lambda _: [msgspec.msgpack.encode([msgspec.msgpack.encode(group)])]


def test_a_group_in_the_old_form_is_read(nlp, tmp_path):
    path = saved(tmp_path / "in.spacy", nlp("Ann left"))
    repacked(path, span_groups=a_group(0, 0, 0, 0, 1, 0, 3))
    assert read(path)[0].mentions == [Mention(start=0, end=3)]


@pytest.mark.parametrize(
    "changes",
    [
        {"lengths": lambda raw: struct.pack("<i", 3)},
        {"lengths": lambda raw: struct.pack("<i", -2)},
        {"lengths": lambda raw: raw + b"\0"},
        {"spaces": lambda raw: raw[:-1]},
        {"tokens": lambda raw: raw[:-8]},
        {"tokens": lambda raw: b"\7" * len(raw)},
        {"strings": lambda found: []},
        {"strings": lambda found: 3},
        {"attrs": lambda found: found[1:]},
        {"attrs": lambda found: ["x"]},
        {"attrs": lambda found: []},
        {"cats": lambda found: [{"a": "b"}]},
        {"flags": lambda found: ["x"]},
        {"user_data": lambda found: [b"\x80\x04\x95cposix\nsystem\n"]},
        {"span_groups": lambda found: [b"\xc1"]},
        {"span_groups": lambda found: []} | {"cats": lambda found: [{}, {}, 1]},
        {"span_groups": a_group(0, 0, 0, 0, 99, 0, 3)},
        {"span_groups": a_group(0, 0, 0, -1, 1, 0, 3)},
        {"span_groups": a_group(0, 0, 12345678901, 0, 1, 0, 3)},
    ],
)
def test_a_file_whose_parts_do_not_hold_together_is_refused(nlp, tmp_path, changes):
    path = saved(tmp_path / "in.spacy", nlp("Ann left"), store_user_data=True)
    repacked(path, **changes)
    with pytest.raises(DataError, match=r"in.spacy: spaCy can't read .*spaCy 3: .*\[damaged\]"):
        read(path)
    assert gc.isenabled()  # spaCy leaves it off


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda raw: b"", "empty-file"),
        (lambda raw: raw[:-6], r"cut off.*\[damaged\]"),
        (lambda raw: raw[:20] + b"\0\0\0" + raw[23:], "damaged"),
        (
            lambda raw: b"\x80\x04\x95\x05\x00\x00pickle",
            r"read it as a DocBin.*zlib.error.*\[damaged\]",
        ),
        (lambda raw: zlib.compress(b"\x80\x04\x95pickle"), "damaged"),
        (lambda raw: zlib.compress(b""), "damaged"),
        (lambda raw: b"Ann B-PER\n", r"read it as a DocBin.*zlib.error.*\[damaged\]"),
        (lambda raw: '{"text": "a"}'.encode("utf-16"), "damaged"),
    ],
)
def test_damaged_and_foreign_files_are_one_readable_message(nlp, tmp_path, change, message):
    path = saved(tmp_path / "in.spacy", nlp("Ann left"))
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(DataError, match=message):
        read(path)


def test_a_file_without_documents_is_refused(tmp_path):
    with pytest.raises(DataError, match="empty-file"):
        read(saved(tmp_path / "in.spacy"))


def test_every_byte_changed_is_read_or_refused(nlp, tmp_path):
    """What zlib's sum would catch is let through, to see the parts looked at."""
    doc = nlp("Ann left Oslo.")
    doc.spans["sc"] = [doc.char_span(0, 3, label="P")]
    doc.spans["coref_clusters_1"] = [doc.char_span(0, 3, label="P")]
    doc.user_data["id"] = "a"
    path = saved(tmp_path / "in.spacy", doc, store_user_data=True)
    inside = zlib.decompress(path.read_bytes())
    refused = 0
    for at in range(len(inside)):
        change = (0x01, 0x80, 0xFF)[at % 3]
        broken = inside[:at] + bytes([inside[at] ^ change]) + inside[at + 1 :]
        path.write_bytes(zlib.compress(broken))
        try:
            assert all(isinstance(each.text, str) for each in read(path))
        except DataError:
            refused += 1
    assert 100 < refused < len(inside)


def test_entities_that_only_mentions_name_are_clusters_too(tmp_path):
    record = Record(id="a", text="Ann", mentions=[Mention(start=0, end=3, type="P", entity="x")])
    SPACY.write([record], tmp_path / "out.spacy")
    assert read(tmp_path / "out.spacy")[0].entities == [Entity(id="x", type="P")]
