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

BRAT = named("brat")
TEXT = "Ann Lee left.\r\nShe met 🎁 Bo\u2028in Oslo."


def read(path, texts=None):
    return [record for _, record in BRAT.read(path, texts or {})]


def trip(*given_records):
    with tempfile.TemporaryDirectory() as folder:
        BRAT.write(given_records, Path(folder, "out"))
        return read(Path(folder, "out"))


def document(tmp_path, ann, text=TEXT, name="a"):
    (tmp_path / f"{name}.txt").write_bytes(text.encode())
    (tmp_path / f"{name}.ann").write_bytes(ann if isinstance(ann, bytes) else ann.encode())
    return tmp_path


def one(tmp_path, ann, text=TEXT):
    (record,) = read(document(tmp_path, ann, text))
    return record


def copy(record):
    return msgspec.json.decode(msgspec.json.encode(record), type=Record)


def left(record):
    """Return what brat should leave of a random record, and what should be said of the rest."""
    record, lost = copy(record), set()
    clusters = {m.entity for m in record.mentions if m.entity}
    new = {m.id: f"T{n}" for n, m in enumerate(record.mentions, 1)}
    held = [e for e in record.entities if e.id in clusters]
    lost |= {f"entities without a mention ({n})" for n in [len(record.entities) - len(held)] if n}
    new |= {e.id: f"e{n}" for n, e in enumerate(held, 1)}
    lost |= {f"ids of mentions ({n})" for n in [len(record.mentions)] if n}
    lost |= {f"ids of entities ({n})" for n in [sum(new[e.id] != e.id for e in held)] if n}
    for mention in record.mentions:
        mention.id, mention.entity = new[mention.id], new.get(mention.entity)
    for entity in held:
        entity.id = new[entity.id]
    record.entities = held
    lost |= {"that relations were not attempted"} if record.relations is None else set()
    every = record.relations or []
    record.relations = [each for each in every if each.head in new and each.tail in new]
    away = len(every) - len(record.relations)
    lost |= {f"relations whose head or tail has no mention ({away})"} if away else set()
    lost |= {f"ids of relations ({n})" for n in [len(record.relations)] if n}
    spans = sum(len(each.evidence) for each in record.relations)
    lost |= {f"evidence of relations ({spans})"} if spans else set()
    for number, each in enumerate(record.relations, 1):
        each.id, each.head, each.tail, each.evidence = (
            f"R{number}",
            new[each.head],
            new[each.tail],
            [],
        )
    mute = 0
    for number, each in enumerate(record.quotes or [], 1):
        mute += each.speaker is not None and each.speaker not in new
        each.id, each.speaker = f"E{number}", new.get(each.speaker)
    lost |= {f"ids of quotes ({n})" for n in [len(record.quotes or [])] if n}
    lost |= {f"speakers and addressees without a mention ({mute})"} if mute else set()
    for layer in ("zones", "boilerplate", "quotes"):
        if getattr(record, layer) == []:
            lost.add(f"that {layer} were attempted and none found")
            setattr(record, layer, None)
    return record, lost


@settings(max_examples=80, deadline=None)
@given(records())
def test_a_random_record_comes_back_but_for_what_was_said(record):
    wanted, lost = left(record)
    assert set(BRAT.losses(record)) == lost
    assert trip(record) == [wanted]
    assert BRAT.losses(wanted) == []
    assert trip(wanted) == [wanted]


@settings(max_examples=20, deadline=None)
@given(records("a-b"), records("b"))
def test_documents_of_a_folder_do_not_meet(first, second):
    assert trip(first, second) == [left(first)[0], left(second)[0]]


NAMES = ("Zone_x", "Zone_", "Boilerplate", "Boilerplate_", "Quote", "Quote_cue", "Group_member")
METAS = (
    {"brat": {"head": "T2", "tail": "T2"}},
    {"brat": {"speaker": "T2"}},
    {"brat": {"roles": ["A", "A"]}},
    {"brat": {"roles": ["Arg2", "Arg1"]}},
    {"brat": {"roles": ["A b", "c"]}},
    {"brat": {"attributes": [["Odd", None], ["Sure", "a b"]]}},
    {"brat": {"attributes": [["Mention_level", "x"]]}},
    {"brat": {"attributes": [["Odd", ""]]}},
    {"brat": {"notes": [["AnnotatorNotes", "x"]]}},
    {"brat": {"notes": [["Other", None], ["Other", "\tx "]]}},
    {"brat": {"notes": [["Other", "a\nT1\tX 0 1\tA"]]}},
    {"brat": {"normalised": [["Reference", "Wikidata", "Q1", "n"]]}},
    {"brat": {"normalised": [["Reference", "Wikidata", "P1", None]]}},
    {"brat": {"normalised": [["Reference", "a:b", "1", None]]}},
    {"brat": 5},
)
WHOLES = (
    {"brat": {"name": "D"}},
    {"brat": {"lines": ["E7\tFoo:T9", "T9\tX 0 1\tA"]}},
    {"brat": {"lines": ["E7\tFoo:T1", "A9\tOdd E7"]}},
    {"brat": {"lines": ["A1\tOdd T1"]}},
    {"brat": {"lines": ["", "x\ny"]}},
    {"brat": {"lines": ["E1\tQuote_x:T1 Foo:T2", "T1\tQuote_x 0 1\tA"]}},
)


@settings(max_examples=60, deadline=None)
@given(odd_records(NAMES, METAS, WHOLES))
def test_of_any_record_something_is_left_and_that_stays(record):
    before = copy(record)
    BRAT.losses(record)
    (back,) = trip(record)
    assert copy(record) == before
    assert BRAT.losses(back) == []
    assert trip(back) == [back]


def test_the_article_keeps_all_but_evidence_and_ids_and_whence_it_is():
    (gold,) = load()
    assert BRAT.losses(gold) == [
        "annotation",
        "guidelines version",
        "language",
        "schema version",
        "source",
        "evidence of relations (60)",
        "ids of entities (47)",
        "ids of mentions (125)",
        "ids of quotes (15)",
        "ids of relations (42)",
    ]
    (back,) = trip(gold)
    assert BRAT.losses(back) == []
    assert [each.content for each in back.quotes] == [each.content for each in gold.quotes]
    assert [each.wikidata for each in back.entities] == [each.wikidata for each in gold.entities]
    assert [each.note for each in back.mentions] == [each.note for each in gold.mentions]


def test_everything_that_brat_holds():
    record = Record(
        id="all",
        text=TEXT,
        zones=[Zone(start=0, end=13, type="headline", note="a\tb ")],
        boilerplate=[
            Boilerplate(start=0, end=3, optional=True),
            Boilerplate(start=4, end=7, type="appeal", alternatives="x y"),
        ],
        mentions=[
            Mention(
                id="T1",
                start=0,
                end=7,
                type="PERSON",
                level="NAM",
                entity="e1",
                value="a  b ",
                mod="MID",
                note="",
                optional=True,
            ),
            Mention(
                id="T2",
                start=0,
                end=12,
                parts=[Span(start=0, end=3), Span(start=8, end=12)],
                type="X",
                entity="e1",
            ),
            Mention(id="T5", start=25, end=27, type="PERSON", entity="e2"),
            Mention(id="T9", start=31, end=35, type="GPE"),
        ],
        entities=[
            Entity(id="e1", type="ORG", name="Lee", wikidata=Link(id="Q42"), members=["e2"]),
            Entity(
                id="e2", type="PERSON", name="Bo", wikidata=Link(nil_reason="no-item"), note="n"
            ),
        ],
        relations=[
            Relation(id="R1", head="e1", type="met", tail="e2", certainty="hedged", note="why"),
            Relation(
                id="R7",
                head="T9",
                type="near",
                tail="e1",
                meta={"brat": {"roles": ["Inner", "Outer"], "tail": "T2"}},
            ),
        ],
        quotes=[
            Quote(
                id="E1",
                type="direct",
                content=[Span(start=0, end=3), Span(start=4, end=7)],
                cue=[Span(start=8, end=12)],
                marks=[Span(start=13, end=15), Span(start=0, end=1)],
                source=Span(start=0, end=7),
                speaker="e1",
                addressee="T9",
                within="E3",
                meta={"brat": {"attributes": [["Sure", None]], "speaker": "T2"}},
            ),
            Quote(id="E3", content=[Span(start=1, end=9), Span(start=0, end=2)], optional=True),
        ],
    )
    assert BRAT.losses(record) == []
    assert trip(record) == [record]


def test_what_can_not_be_held_is_said():
    long = Span(start=0, end=999)
    record = Record(
        id="all",
        text=TEXT,
        language="en",
        failed="no",
        meta={"seen": 1},
        entities=[Entity(id="e1", optional=True, meta={"a": 1}, members=["e9"])],
        mentions=[
            Mention(id="T1", text="Ann"),
            Mention(id="T2", start=0, end=3, entity="e1", note="a\r\nb"),
            Mention(id="T2", start=0, end=3, type="Zone_a b", entity="new", meta={"b": 1}),
            Mention(
                start=0,
                end=7,
                parts=[Span(start=2, end=7), Span(start=0, end=3)],
                type="a-1",
                meta={"brat": {"attributes": [["Mention_level", "a"]]}},
            ),
            Mention(start=0, end=7, type="a"),
        ],
        relations=[Relation(head="T2", type="Group_member", tail="new")],
        quotes=[
            Quote(content=[long], id="q"),
            Quote(content=[Span(start=0, end=1), long], cue=[long], source=long, within="q"),
        ],
        zones=[Zone(text="Ann", type="x")],
    )
    assert BRAT.losses(record) == [
        "failed",
        "language",
        "meta of the record",
        "content without a place (2)",
        "cues without a place (1)",
        "entities that only mentions name, read as entities (1)",
        "entities without a type, read with that of their mentions (1)",
        "ids of entities (1)",
        "ids of mentions (1)",
        "labels that would be read as something else, written with _ (3)",
        "line ends in notes, names and values, written as spaces (1)",
        "members of entities, where either has no mention (1)",
        "mentions without a place (1)",
        "mentions without a type, written as Mention (1)",
        "meta of items (3)",
        "names of mentions, read as their entity (1)",
        "optional and alternative entities (1)",
        "parts of mentions that overlap or are out of order, written joined (1)",
        "quotes within one that is not there (1)",
        "quotes without a place (1)",
        "sources without a place (1)",
        "white space and colons in labels, written as _ (1)",
        "zone without a place (1)",
    ]
    (back,) = trip(record)
    assert [each.type for each in back.mentions] == ["Mention", "_Zone_a_b_", "_a-1_", "a"]
    assert BRAT.losses(back) == []


def test_discontinuous_spans_attributes_notes_and_equivalences(tmp_path):
    ann = (
        "T1\tPER 0 3;8 12\tAnn left\n"
        "T2\tPER 15 18\tShe\r\n"
        "\n"
        "T3\tPER 25 27\tBo\n"
        "*\tEquiv T1 T2\n"
        "A1\tNegation T1\n"
        "M2\tSure T1 very much\n"
        "#1\tAnnotatorNotes T1\tnot\ta name\n"
        "#2\tAnnotatorNotes T1\tagain\n"
        "#3\tSTATUS T2\n"
        "N1\tReference T2 Wikidata:Q7\tAnn Lee\n"
        "N2\tReference T1 UMLS:C01:2\tx\n"
        "N3\tReference T3 Wikidata:P5\n"
        "#4\tEntity_name T3\tx\n"
        "#5\tMention_value R1\tx\n"
        "R1\tmet Arg2:T3 Arg1:T2\t\n"
        "R2\tsaw Agent:T3 Seen:T1\n"
        "T4\tLOC 31 35\tOslo"
    )
    assert one(tmp_path, ann) == Record(
        id="a",
        text=TEXT,
        mentions=[
            Mention(
                id="T1",
                start=0,
                end=12,
                parts=[Span(start=0, end=3), Span(start=8, end=12)],
                type="PER",
                entity="e1",
                note="not\ta name",
                meta={
                    "brat": {
                        "attributes": [["Negation", None], ["Sure", "very much"]],
                        "notes": [["AnnotatorNotes", "again"]],
                        "normalised": [["Reference", "UMLS", "C01:2", "x"]],
                    }
                },
            ),
            Mention(
                id="T2",
                start=15,
                end=18,
                type="PER",
                entity="e1",
                meta={
                    "brat": {
                        "notes": [["STATUS", None]],
                        "normalised": [["Reference", "Wikidata", "Q7", "Ann Lee"]],
                    }
                },
            ),
            Mention(
                id="T3",
                start=25,
                end=27,
                type="PER",
                meta={
                    "brat": {
                        "notes": [["Entity_name", "x"]],
                        "normalised": [["Reference", "Wikidata", "P5", None]],
                    }
                },
            ),
            Mention(id="T4", start=31, end=35, type="LOC"),
        ],
        entities=[Entity(id="e1", type="PER", name="Ann Lee", wikidata=Link(id="Q7"))],
        relations=[
            Relation(
                id="R1",
                head="e1",
                type="met",
                tail="T3",
                meta={"brat": {"notes": [["Mention_value", "x"]], "head": "T2"}},
            ),
            Relation(
                id="R2",
                head="T3",
                type="saw",
                tail="e1",
                meta={"brat": {"roles": ["Agent", "Seen"]}},
            ),
        ],
    )
    assert BRAT.losses(one(tmp_path, ann)) == ["meta of items (2)"]
    plain = "\n".join(each for each in ann.split("\n") if each[:2] not in ("#4", "#5"))
    assert trip(one(tmp_path, plain)) == [one(tmp_path, plain)]


def test_equivalences_that_share_a_mention_are_one(tmp_path):
    ann = "".join(f"T{n}\tX {n} {n + 1}\t{TEXT[n]}\n" for n in range(1, 7) if n != 3)
    record = one(tmp_path, ann + "*\tEquiv T1 T2\n*\tEquiv T4 T5\n*\tEquiv T6 T5 T2\n")
    assert {each.entity for each in record.mentions} == {"e1"}
    assert record.entities == [Entity(id="e1", type="X")]


def test_a_link_makes_an_entity_of_a_mention_that_has_none(tmp_path):
    ann = "T1\tX 0 3\tAnn\nN1\tReference T1 Wikidata:Q5\nT2\tY 4 7\tLee\n"
    record = one(tmp_path, ann)
    assert [each.entity for each in record.mentions] == ["e1", None]
    assert record.entities == [Entity(id="e1", type="X", wikidata=Link(id="Q5"))]
    assert trip(record) == [record]


@pytest.mark.parametrize("column", ["left.  She", "left.\r\nShe"])
def test_line_ends_inside_a_span_are_spaces_or_themselves(tmp_path, column):
    record = one(tmp_path, f"T1\tX 8 18\t{column}\nT2\tY 0 3\tAnn\n")
    assert [(each.start, each.end) for each in record.mentions] == [(8, 18), (0, 3)]
    assert BRAT.losses(record) == []
    assert "T1\tX 8 18\tleft.  She\n" in written(tmp_path, record)


def written(tmp_path, record):
    BRAT.write([record], tmp_path / "again")
    return next((tmp_path / "again").rglob("*.ann")).read_bytes().decode()


def test_lines_are_counted_over_a_raw_line_end(tmp_path):
    with pytest.raises(DataError, match=r"a\.ann:4: there is no T9;"):
        one(tmp_path, "T1\tX 8 18\tleft.\r\nShe\nT2\tY 0 3\tAnn\nA1\tOdd T9\n")


def test_old_stretches_are_joined_by_nothing(tmp_path):
    record = one(tmp_path, "T1\tX 0 3;4 7\tAnnLee\n")
    assert record.mentions[0].parts == [Span(start=0, end=3), Span(start=4, end=7)]


def test_clusters_as_second_lines_over_the_same_span(tmp_path):
    ann = (
        "T1\tPROP_PER 0 7\tAnn Lee\n"
        "T2\tPRON_PER 15 18\tShe\n"
        "T3\tPROP_PER 25 27\tBo\n"
        "T4\tANN_LEE-3 0 7\tAnn Lee\n"
        "T5\tANN_LEE-3 15 18\tShe\n"
        "T6\tNOM_LOC 31 35\tOslo\n"
        "R1\tcop Arg1:T6 Arg2:T5\n"
        "T7\tnew-803 25 27\tBo\n"
        "#1\tAnnotatorNotes T5\tsure\n"
    )
    record = one(tmp_path, ann)
    assert record.mentions == [
        Mention(id="T1", start=0, end=7, type="PROP_PER", entity="ANN_LEE-3"),
        Mention(id="T2", start=15, end=18, type="PRON_PER", entity="ANN_LEE-3", note="sure"),
        Mention(id="T3", start=25, end=27, type="PROP_PER", entity="new-803"),
        Mention(id="T6", start=31, end=35, type="NOM_LOC"),
    ]
    assert record.entities == [Entity(id="ANN_LEE-3"), Entity(id="new-803", type="PROP_PER")]
    assert record.relations == [
        Relation(id="R1", head="T6", type="cop", tail="ANN_LEE-3", meta={"brat": {"tail": "T2"}})
    ]
    assert BRAT.losses(record) == ["ids of entities (2)"]


def test_types_that_end_in_a_number_are_types_where_none_is_a_second_line(tmp_path):
    record = one(tmp_path, "T1\tCOVID-19 0 7\tAnn Lee\nT2\tX 0 3\tAnn\n")
    assert [each.type for each in record.mentions] == ["COVID-19", "X"]


def test_events_stand_as_they_are_and_their_triggers_are_no_mentions(tmp_path):
    lines = [
        "T2\tLeave 8 12\tleft",
        "E1\tLeave:T2 Agent:T1 Then:E2",
        "E2\tQuote_direct:T4 Speaker:T1 Manner:T1",
        "T4\tQuote_direct 15 18\tShe",
        "E3\tLocalization Thing:T1",
        "A1\tSpeculation E1",
        "#9\tAnnotatorNotes T2\tnote",
        "*\tOverlap T1 T5",
        "R1\tSince Arg1:E1 Arg2:T5",
    ]
    ann = "\n".join(["T1\tPER 0 7\tAnn Lee", *lines, "T5\tLOC 31 35\tOslo", "A2\tOdd T1"])
    record = one(tmp_path, ann)
    assert [each.id for each in record.mentions] == ["T1", "T5"]
    assert record.mentions[0].meta == {"brat": {"attributes": [["Odd", None]]}}
    assert (record.quotes, record.relations) == (None, [])
    assert record.meta == {"brat": {"lines": lines}}
    assert BRAT.losses(record) == []
    assert trip(record) == [record]
    record.mentions.pop()
    assert BRAT.losses(record) == ["lines kept from brat that no longer fit (9)"]
    assert trip(record)[0].meta is None


def test_bionlp_pairs_are_one_document(tmp_path):
    (tmp_path / "a.txt").write_bytes(TEXT.encode())
    (tmp_path / "a.a1").write_text("T1\tX 0 3\tAnn\n")
    (tmp_path / "a.a2").write_text("T2\tY 4 7\tLee\n*\tEquiv T1 T2\n")
    for path in (tmp_path, tmp_path / "a.a1"):
        (record,) = read(path)
        assert [each.id for each in record.mentions] == ["T1", "T2"]
    (tmp_path / "a.a2").write_text("T2\tY 4 7\tLee\nA1\tOdd T3\n")
    with pytest.raises(DataError, match=r"a\.a2:2: there is no T3"):
        read(tmp_path)
    (tmp_path / "a.ann").touch()
    (tmp_path / "a.a2").unlink()
    with pytest.raises(DataError, match=r"a has annotations with both \.ann and \.a1"):
        read(tmp_path)


def test_names_are_paths_and_come_back(tmp_path):
    (tmp_path / "in" / "Sub").mkdir(parents=True)
    document(tmp_path / "in" / "Sub", "", "x", "Doc 1.v2")
    document(tmp_path / "in", "", "y", "b")
    (tmp_path / "in" / "annotation.conf").write_text("[entities]")
    (tmp_path / "in" / "._b.ann").write_bytes(b"\0\0")
    found = read(tmp_path / "in")
    assert [(each.id, each.text, each.meta) for each in found] == [
        ("sub-doc-1-v2", "x", {"brat": {"name": "Sub/Doc 1.v2"}}),
        ("b", "y", None),
    ]
    assert found[1].mentions == found[1].entities == found[1].relations == []
    BRAT.write(found, tmp_path / "out")
    assert (tmp_path / "out" / "Sub" / "Doc 1.v2.ann").read_bytes() == b""
    assert read(tmp_path / "out") == found
    assert read(tmp_path / "out" / "b.ann") == found[1:]


@pytest.mark.parametrize("name", ["../up", "/etc/up", "a/../up", ".up", "up\0", "other"])
def test_a_name_that_is_no_path_within_is_not_used(tmp_path, name):
    record = Record(id="up", text="x", meta={"brat": {"name": name}})
    assert "meta of the record" in BRAT.losses(record)
    (tmp_path / "in").mkdir()
    BRAT.write([record], tmp_path / "in" / "out")
    assert sorted(each.name for each in tmp_path.rglob("*.*")) == ["up.ann", "up.txt"]


FAULTS = {
    "T1\tX 0 3\tBob\n": 'a.ann:1: the line says "Bob", but the text has "Ann" there',
    "T1\tX 0 99\tAnn\n": "but the text ends before",
    "T1\tX 26 28\tBo\n": "it fits if offsets count UTF-16 units",
    "T1\tX 28 30\tBo\n": "it fits if offsets count bytes of UTF-8",
    "T1\tX 24 26\tBo\n": "it fits if offsets count a CR LF as one character",
    "T1\tX 0 3\n": "write T1<tab>Type START END[;START END]<tab>text [malformed-line]",
    "T1\tX 0 3 Ann\n": "[malformed-line]",
    "T1 X 0 3 Ann\n": "[malformed-line]",
    "T1\tX 3 3\t\n": "the span 3 3 is empty or reversed",
    "T1\tX 0 5;4 7\tAnn L Lee\n": "two stretches of the span overlap",
    "T1\tX 0 3\tAnn\nT1\tX 0 3\tAnn\n": "a.ann:2: T1 stands twice",
    "T1\tX 0 3\tAnn\nR1\tsaw Arg1:T1 Ar": 'a.ann:2: the line is cut off or malformed: "R1\\tsaw',
    "T1\tX 0 3\tAnn\nR1\tsaw Arg1:T1 Arg2:T2\n": "a.ann:2: there is no T2",
    "T1\tX 0 3\tAnn\nR1\tsaw Arg1:T1 Arg2:T1\nR2\tsaw Arg1:T1 Arg2:R1\n": "R1 is not a mention",
    "T1\tX 0 3\tAnn\nA1\tOdd T1\nA2\tOdd A1\n": "A1 is neither text, relation nor event",
    "X1\tX 0 3\tAnn\n": 'no annotation of brat begins with "X"; known are T R E * A M N #',
    "Ann NNP B-PER\n": 'the line is cut off or malformed: "Ann NNP B-PER"; write A1',
    "{}": 'no annotation of brat begins with "{"',
    "T1\tX 0 3\tAnn\n*\tEquiv T1 E1\nE1\tQuote:T2\nT2\tQuote 0 3\tAnn\n": "E1 is not a mention",
    "T1\tX 0 3\tAnn\nT2\tN-1 0 3\tAnn\nT3\tN-1 4 7\tLee\n": 'a.ann:3: "N-1" reads as a cluster',
    "T1\tX 0 3\tAnn\nT2\tN-1 0 3\tAnn\nT3\tM-2 0 3\tAnn\n": 'a.ann:2: "N-1" reads as a cluster',
    "T1\tX 0 3\tAnnie\n": 'the line says "Annie", but the text has "Ann" there',
    "T1\tX 0 3\tAnn\nT2\tN-1 0 3\tAnn\n*\tEquiv T1\n": "[mixed-clusters]",
    "T1\tX 0 3\tAnn\nT2\tX 4 7\tLee\n*\tEquiv T1 T2\nN1\tReference T1 Wikidata:Q1\tx\n"
    "N2\tReference T2 Wikidata:Q2\tx\n": "a.ann:5: one cluster has two Wikidata items",
    "T1\tZone_a 0 3;4 7\tAnn Lee\n": "a Zone is one stretch and no event",
    "T1\tX 0 3\tAnn\nA1\tMention_level T1 a\nA2\tMention_level T1 b\n": "a.ann:3: this gives level",
    "T1\tX 0 3\tAnn\nR1\tGroup_member Arg1:T1 Arg2:T1\n": "Group_member joins two clusters",
    "T1\tQuote 0 3\tAnn\nT2\tQuote_source 0 3;4 7\tAnn Lee\nE1\tQuote:T1 Source:T2": "source a s",
    b"\xff\xfeT\x001\x00": "expected UTF-8, found NUL bytes or the mark of UTF-16",
    b"\xef\xbb\xbfT1\tX 0 3\tAnn\n": "a.ann: starts with a byte order mark",
    b"T1\tX 0 3\tAnn\n#1\tNote T1\tcaf\xe9\n": "a.ann:2: holds bytes that are not UTF-8",
    b"\x00": "NUL",
}


@pytest.mark.parametrize("ann", FAULTS, ids=range(len(FAULTS)))
def test_faults_name_file_line_and_cure(tmp_path, ann):
    with pytest.raises(DataError) as error:
        one(tmp_path, ann)
    message = str(error.value).replace(str(tmp_path) + "/", "")
    assert FAULTS[ann] in message
    assert "a.ann" in message


def test_only_the_unit_that_fits_is_named(tmp_path):
    with pytest.raises(DataError, match=r"give the text that was annotated"):
        one(tmp_path, "T1\tX 1 4\tBob\n")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (TEXT.encode("utf-16"), "not-utf-8"),
        (b"caf\xe9", "not-utf-8"),
        (b"\xef\xbb\xbfx", "byte-order-mark"),
    ],
)
def test_texts_are_read_strictly(tmp_path, raw, code):
    document(tmp_path, "", "x")
    (tmp_path / "a.txt").write_bytes(raw)
    with pytest.raises(DataError, match=rf"a\.txt.*\[{code}\]"):
        read(tmp_path)


def test_folders_that_are_not_whole_are_refused(tmp_path):
    with pytest.raises(DataError, match=r"\[empty-folder\]"):
        read(tmp_path)
    document(tmp_path, "", "x", "b")
    (tmp_path / "readme.txt").write_text("x")
    with pytest.raises(DataError, match=r"readme\.txt: the text has no annotations; make an empty"):
        read(tmp_path)
    (tmp_path / "readme.txt").unlink()
    (tmp_path / "b.txt").unlink()
    with pytest.raises(DataError, match=r"b\.ann: there is no b\.txt beside it"):
        read(tmp_path)
    assert read(tmp_path, {"b": "known"})[0].text == "known"
    with pytest.raises(DataError, match=r"\[not-brat\]"):
        read(tmp_path / "b.txt")
    with pytest.raises(DataError, match=r"\[no-file\]"):
        read(tmp_path / "c.ann", {"c": "x"})
    (tmp_path / "B.ann").touch()
    with pytest.raises(DataError, match=r'"b" and "B" would both be the record "b"'):
        read(tmp_path, {"b": "x"})


def test_links_that_leave_the_folder_are_refused(tmp_path):
    inside = tmp_path / "in"
    inside.mkdir()
    document(tmp_path, "", "secret", "out")
    (inside / "a.ann").touch()
    (inside / "a.txt").symlink_to(tmp_path / "out.txt")
    for path in (inside, inside / "a.ann"):
        with pytest.raises(DataError, match=r"a\.txt: the link leads out of the folder"):
            read(path)
    (inside / "a.txt").unlink()
    document(inside, "", "x", "b")
    (inside / "a.txt").symlink_to("b.txt")
    assert [each.text for each in read(inside)] == ["x", "x"]
    (inside / "sub").symlink_to(tmp_path)
    with pytest.raises(DataError, match=r"sub: a link to a folder is not followed"):
        read(inside)


def test_a_folder_is_written_whole_or_not_at_all(tmp_path):
    record = Record(id="a", text="x")
    (tmp_path / "empty").mkdir()
    BRAT.write([record], tmp_path / "empty")
    assert sorted(each.name for each in (tmp_path / "empty").iterdir()) == ["a.ann", "a.txt"]
    for path in (tmp_path / "empty", tmp_path / "empty" / "a.txt"):
        with pytest.raises(UsageError, match=r"\[folder-exists\]"):
            BRAT.write([record], path)
    with pytest.raises(UsageError, match=r'record "b": brat\'s files need the text'):
        BRAT.write([record, Record(id="b")], tmp_path / "new")
    with pytest.raises(UsageError, match=r'two records would both be "a"'):
        BRAT.write([record, record], tmp_path / "new")
    with pytest.raises(UsageError, match=r"\[cannot-write\]"):
        BRAT.write([record], tmp_path / "no" / "new")
    assert [each.name for each in tmp_path.iterdir()] == ["empty"]


def test_looks(tmp_path):
    (tmp_path / "in").mkdir()
    document(tmp_path / "in", "T1\tX 0 3\tAnn\n")
    assert BRAT.looks(tmp_path, b"")
    assert BRAT.looks(tmp_path / "in" / "a.ann", b"")
    assert BRAT.looks(tmp_path / "in" / "some", b"T1\tX 0 3\tAnn\n")
    others = {
        "a.txt": b"Ann left.",
        "conll2003": b"-DOCSTART- -X- O O\n\nAnn NNP B-NP B-PER\n",
        "conll2012": b"#begin document (a); part 000\na 0 0 Ann NNP * - - - - * (0)\n",
        "bigbio.json": b'[{"id": "0", "document_id": "a", "passages": []}]',
        "docred.json": b'[{"title": "a", "sents": [["Ann"]], "vertexSet": []}]',
        "studio.json": b'[{"data": {"text": "a"}, "annotations": [{"result": []}]}]',
        "a.spacy": b"DOCBIN\x00\x01",
        "spacy.json": b'[["Ann left", {"entities": [[0, 3, "PER"]]}]]',
        "w3c.jsonld": b'{"@context": "http://www.w3.org/ns/anno.jsonld"}',
        "gold.json": b'{\n"id": "a", "mentions": []}',
        "lines.jsonl": b'{"id": "a", "mentions": []}\n',
    }
    for name, head in others.items():
        assert not BRAT.looks(tmp_path / name, head), name
    (tmp_path / "article").mkdir()
    (tmp_path / "article" / "article.txt").touch()
    (tmp_path / "article" / "gold.json").touch()
    (tmp_path / "article" / "link").symlink_to(tmp_path)
    assert not BRAT.looks(tmp_path / "article", b"")
