"""The built-in extractor: sound records on any text, and what its rules say of simple news."""

from hypothesis import given
from hypothesis import strategies as st

from goldwire.corpus.checks import require
from goldwire.eval.extractors.rules import extract
from goldwire.schemas.errors import Place
from goldwire.schemas.record import Record

STORY = (
    "French President Ann Lee visited Japan on Monday.\n"
    "“It was a good day,” Lee said.\n"
    "Bo Ek said that the first talks failed.\n"
    "Please subscribe to our newsletter."
)


@given(st.text())
def test_any_text_gives_a_sound_record(text):
    record = extract(Record(id="doc", text=text))
    record.text = text
    require(record, Place())


def test_simple_news():
    record = extract(Record(id="doc", text=STORY))
    found = {(STORY[m.start : m.end], m.type) for m in record.mentions}
    assert found >= {
        ("French", "NORP"),
        ("Ann Lee", "PERSON"),
        ("Japan", "GPE"),
        ("Monday", "DATE"),
        ("Lee", "PERSON"),
        ("first", "ORDINAL"),
    }
    names = {entity.id: entity.name for entity in record.entities}
    relations = {(names[r.head], r.type, names[r.tail]) for r in record.relations}
    assert relations == {("France", "led_by", "Ann Lee"), ("Ann Lee", "visited", "Japan")}
    quotes = {
        (STORY[q.content[0].start : q.content[0].end], names[q.speaker]) for q in record.quotes
    }
    assert quotes == {("It was a good day,", "Ann Lee"), ("the first talks failed", "Bo Ek")}
    appeal = [STORY[b.start : b.end] for b in record.boilerplate]
    assert appeal == ["Please subscribe to our newsletter."]
