"""Label Studio's JSON: every field there and back, what annotators draw, and what is refused."""

import json
import re
from dataclasses import dataclass

import foreign_records
import pytest
from hypothesis import given
from label_studio_results import (
    ANN,
    BO,
    FORMAT,
    HERE,
    OSLO,
    PEOPLE,
    SAID,
    SHE,
    STAY,
    TEXT,
    arrow,
    field,
    listed,
    read,
    region,
    task,
)
from rich_records import normal, rich_records, without

import goldwire
from goldwire.schemas.errors import DataError, UsageError
from goldwire.schemas.formats.label_studio_controls import ARROWS, CONTROLS, ITEMS
from goldwire.schemas.formats.label_studio_task import task_of
from goldwire.schemas.labels import labels, relation_types
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


def there_and_back(record, path):
    FORMAT.write([record], path)
    ((place, found),) = FORMAT.read(path, {})
    assert place.file == str(path)
    return found


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("label-studio") / "tasks.json"


def sound_round_trip(record, path):
    found = there_and_back(record, path)
    written = path.read_bytes()
    if list(FORMAT.losses(record)):
        assert normal(found) == without(normal(record)) != normal(record)
    else:
        assert normal(found) == normal(record)
    assert not list(FORMAT.losses(found))
    assert there_and_back(found, path) == found
    assert path.read_bytes() == written or normal(record) != record != found


def test_the_gold_article_comes_back_equal(path):
    for record in goldwire.load():
        assert there_and_back(record, path) == record
        assert not list(FORMAT.losses(record))


@given(foreign_records.records())
def test_random_records_come_back_equal(path, record):
    sound_round_trip(record, path)


@given(rich_records())
def test_every_field_comes_back_equal(path, record):
    sound_round_trip(record, path)


@given(rich_records())
def test_what_is_written_survives_the_editor(record):
    """The editor keeps one arrow per pair, one result per region and control, and plain ids."""
    (annotation,) = task_of(record)["annotations"]
    pairs, results, ends, seen = set(), set(), {}, set()
    for result in annotation["result"]:
        if result["type"] == "relation":
            pair = (result["from_id"], result["to_id"])
            assert pair not in pairs
            assert set(pair) <= seen
            pairs.add(pair)
            continue
        key = (result["id"], result["from_name"], result["type"])
        assert key not in results
        assert re.fullmatch("[A-Za-z0-9_-]+", result["id"])
        if result["id"] not in seen:  # the first result of a region makes it
            assert result["type"] == "labels" or result["from_name"].endswith("_list")
        where = (result["value"].get("start"), result["value"].get("end"))
        assert ends.setdefault(result["id"], where) == where
        results.add(key)
        seen.add(result["id"])
        if result["from_name"].endswith("_list"):
            assert all(line.isprintable() for line in result["value"]["text"])


def test_what_is_written():
    ann, bo = Mention(start=0, end=3, entity="ann"), Mention(id="m#2", start=9, end=11, level="NAM")
    again = Mention(
        id="m3",
        start=16,
        end=19,
        entity="ann",
        parts=[Span(start=16, end=17), Span(start=18, end=19)],
    )

    def related(label, tail="m#2", **more):
        return Relation(head="ann", type=label, tail=tail, **more)

    relations = [
        related("met"),
        related("saw"),
        related("met"),
        related("head"),
        related("is", "ann"),
    ]
    relations += [
        related("met", id="r1"),
        related("met", evidence=[Evidence(start=0, end=11, group=2)]),
    ]
    record = Record(
        id="d",
        text="Ann  met Bo and Ann.",
        mentions=[ann, bo, again],
        entities=[Entity(id="ann")],
        relations=relations,
    )
    whole = {"record": {}, "layers": ["mentions", "entities", "relations"], "meta": {}}
    made = task_of(record)
    assert made["data"] == {"id": "d", "text": record.text, "goldwire": whole}
    (annotation,) = made["annotations"]
    assert (annotation["was_cancelled"], annotation["ground_truth"]) == (False, False)
    evidence = (0, 11)
    assert annotation["result"] == [
        as_written("unnamed-mention-1", "mention", "untyped", (0, 3), "Ann"),
        as_said("unnamed-mention-1", "entity", "ann", (0, 3), "Ann"),
        as_written("mention-m_23_2", "mention", "untyped", (9, 11), "Bo"),
        as_said("mention-m_23_2", "level", "NAM", (9, 11), "Bo", "choices"),
        as_written("mention-m3", "mention", "untyped", (16, 17), "A"),
        as_said("mention-m3", "entity", "ann", (16, 17), "A"),
        as_written("piece-1-mention-m3", "mention", "untyped", (18, 19), "n"),
        as_written("unnamed-relation-7", "relation", "met", evidence, "Ann  met Bo"),
        as_said("unnamed-relation-7", "head", "ann", evidence, "Ann  met Bo"),
        as_said("unnamed-relation-7", "tail", "m#2", evidence, "Ann  met Bo"),
        as_said("unnamed-relation-7", "group", "2", evidence, "Ann  met Bo"),
        listed("entity_list", "id=ann") | {"id": "entity_list"},
        listed(
            "relation_list",
            "type=met head=ann tail=m#2",  # an arrow has each label once
            "type=head head=ann tail=m#2",  # this arrow would say something else
            "type=is head=ann tail=ann",  # there is no arrow from a region to itself
            "id=r1 type=met head=ann tail=m#2",
        )
        | {"id": "relation_list"},
        arrow("piece-1-mention-m3", "belongs to", "mention-m3"),
        {**arrow("unnamed-mention-1", "", "mention-m_23_2"), "labels": ["met", "saw"]},
    ]


def as_written(name, control, label, ends, text):
    made = region(name, control, label, ends, text)
    return {key: value for key, value in made.items() if key != "origin"}


def as_said(name, control, given, ends, text, tag="textarea"):
    made = field(name, control, given, ends, tag)
    return {**made, "value": {"text": text, **made["value"]}}


def test_what_has_no_id_gets_one_only_if_an_arrow_needs_it(path):
    """A mention that stands for its entity needs none."""
    ann = Mention(start=0, end=3, entity="ann")
    bo = Mention(start=8, end=10, entity="bo")
    relation = Relation(head="ann", type="met", tail="bo")
    people = [Entity(id="ann"), Entity(id="bo")]
    record = Record(
        id="d", text="Ann met Bo", mentions=[ann, bo], entities=people, relations=[relation]
    )
    assert there_and_back(record, path) == record
    whole = task_of(
        Record(id="d", text="Ann met Bo", mentions=[Mention(start=0, end=3), bo], entities=people)
    )
    whole["annotations"][0]["result"].append(arrow("unnamed-mention-1", "met", "unnamed-mention-2"))
    (found,) = read(path, whole)
    assert [mention.id for mention in found.mentions] == ["unnamed-mention-1", None]
    assert found.relations == [Relation(head="unnamed-mention-1", type="met", tail="bo")]
    assert there_and_back(found, path) == found


@pytest.mark.parametrize(
    "name", ["mention-a_b", "mention-_61_", "mention-_d800_", "mention-_ffffff_", "quote-x", "m 1"]
)
def test_ids_of_another_making_are_kept(path, name):
    (found,) = read(path, task(region(name, "mention", "GPE", OSLO)))
    assert found.mentions[0].id == (name if name != "quote-x" else "x")
    assert there_and_back(found, path) == found


def test_a_prediction_is_written_as_one_again(path):
    kept = {"name": "d!", "prediction": {"model_version": "m", "score": 0.5}}
    record = Record(id="d", text="Bo left.", mentions=[], meta={"label-studio": kept})
    assert there_and_back(record, path) == record
    (task,) = json.loads(path.read_bytes())
    assert task["data"]["id"] == "d!"
    assert task["predictions"] == [{"model_version": "m", "score": 0.5, "result": []}]
    with pytest.raises(DataError, match=r"write them to two files \[mixed\]"):
        FORMAT.write([record, Record(id="e", text="x")], path)
    assert len(json.loads(path.read_bytes())) == 1


def test_the_table_of_controls():
    names = [control.name for control in CONTROLS]
    assert len(set(names)) == len(names) > 20
    assert [c.name for c in CONTROLS if c.tag == "Labels"] == [*ITEMS, "part"]
    for control in CONTROLS:
        assert control.closed in (None, "relation", *labels())
        assert set(control.on) <= set(ITEMS)
        assert (control.closed or control.also) or control.tag == "TextArea"
    assert not set(ARROWS) & set(relation_types())


# What an annotator draws


def drawn():
    return task(
        region("z", "zone", "paragraph", (0, 26)),
        *PEOPLE,
        region("met", "relation", "met_with", (2, 16)),
        arrow("met", "head", "aNN_1"),
        arrow("bO-2", "tail", "met", "left"),
        region("met2", "relation", "met_with", SHE),
        arrow("met2", "belongs to", "met"),
        field("met2", "group", "2", SHE),
        field("met", "certainty", "stated", (2, 16), "choices"),
        arrow("she", "visited", "os3"),
        region("qh", "quote", "direct", HERE),
        region("qs", "quote", "direct", STAY),
        arrow("qs", "belongs to", "qh"),
        arrow("qh", "speaker", "she"),
        region("say", "part", "cue", SAID),
        region("src", "part", "source", SHE),
        arrow("say", "belongs to", "qh"),
        arrow("src", "belongs to", "qh"),
        region("q2", "quote", "indirect", HERE),
        arrow("q2", "within", "qh"),
        arrow("say", "belongs to", "q2"),
        field("q2", "speaker", "ann", HERE),
        listed("relation_list", "id=r9 type=ally_of head=ann tail=bO-2 certainty=hedged"),
    )


def test_what_annotators_draw(path):
    def span(ends):
        return Span(start=ends[0], end=ends[1])

    def mention(name, ends, label="PERSON", **more):
        return Mention(id=name, start=ends[0], end=ends[1], type=label, **more)

    (found,) = read(path, drawn())
    assert found == Record(
        id="d",
        text=TEXT,
        zones=[Zone(start=0, end=26, type="paragraph")],
        boilerplate=[],
        mentions=[
            mention("aNN_1", (2, 9), level="NAM", entity="ann"),
            mention("bO-2", (14, 16)),
            mention("os3", (20, 24), "GPE", note="a city", optional=True),
            mention("she", (34, 37), entity="ann", note="who?"),
        ],
        entities=[
            Entity(id="ann", type="PERSON", name='Ann "A" Lee', wikidata=Link(id="Q1")),
            Entity(
                id="all",
                members=["ann"],
                wikidata=Link(nil_reason="generic"),
                note="all of them",
                optional=True,
            ),
        ],
        relations=[
            Relation(
                id="met",
                head="ann",
                type="met_with",
                tail="bO-2",
                evidence=[Evidence(start=2, end=16), Evidence(start=34, end=37, group=2)],
                certainty="stated",
            ),
            Relation(head="ann", type="visited", tail="os3"),
            Relation(id="r9", head="ann", type="ally_of", tail="bO-2", certainty="hedged"),
        ],
        quotes=[
            Quote(
                id="qh",
                type="direct",
                content=[span(STAY), span(HERE)],  # drawn by hand: in the order of the text
                cue=[span(SAID)],
                source=span(SHE),
                speaker="ann",
            ),
            Quote(
                id="q2",
                type="indirect",
                content=[span(HERE)],
                cue=[span(SAID)],
                speaker="ann",
                within="qh",
            ),
        ],
    )
    assert TEXT[2:9] == "Ann Lee"
    assert TEXT[34:37] == "she"
    assert normal(there_and_back(found, path)) == normal(found)


def test_the_rest_of_a_task_is_kept(path):
    one = task(data={"id": "Story No. 1", "text": "x", "url": "u"})
    (found,) = read(path, one)
    assert found.id == "story-no-1"
    assert found.meta == {"label-studio": {"name": "Story No. 1", "data": {"url": "u"}}}
    assert there_and_back(found, path) == found
    (written,) = json.loads(path.read_bytes())
    assert {"id": "Story No. 1", "url": "u"}.items() <= written["data"].items()
    assert read(path, task(data={"text": "x"}))[0].id == "task-12"
    assert read(path, task(data={"text": "x", "id": 7}))[0].meta == {"label-studio": {"name": 7}}


def test_layers_that_were_attempted(path):
    empty = {"record": {}, "layers": ["quotes"], "meta": {}}
    mention = region("a", "mention", "untyped", ANN)
    (found,) = read(path, task(mention, data={"id": "d", "text": TEXT, "goldwire": empty}))
    assert (found.quotes, found.zones, found.relations) == ([], None, None)
    assert found.mentions == [Mention(id="a", start=2, end=9)]
    assert read(path, task())[0].relations == []


def test_the_one_annotation_that_was_not_cancelled(path):
    cancelled = {"id": 33, "was_cancelled": True, "result": [{"type": "nonsense"}]}
    whole = task(region("a", "mention", "GPE", OSLO))
    (found,) = read(path, {**whole, "annotations": [cancelled, *whole["annotations"]]})
    assert len(found.mentions) == 1


def test_predictions_are_read_where_there_is_no_annotation(path):
    prediction = {"model_version": "m", "result": [region("a", "mention", "GPE", OSLO)]}
    (found,) = read(path, task(annotations=[], predictions=[prediction]))
    assert found.meta == {"label-studio": {"prediction": {"model_version": "m"}}}
    assert len(found.mentions) == 1
    assert there_and_back(found, path) == found
    with pytest.raises(DataError, match=r"task 12: no annotation \(1 predicted\); submit one"):
        read(
            path,
            task(data={"id": "e", "text": "x"}),
            task(annotations=[], predictions=[prediction]),
        )


def test_the_text_that_a_region_says_is_not_trusted(path):
    (found,) = read(path, task(region("a", "mention", "GPE", BO, "Bo in Oslo\\n")))
    assert (found.mentions[0].start, found.mentions[0].text) == (14, None)


@dataclass
class File:
    raw: bytes
    match: str


SOUND = json.dumps([task()], ensure_ascii=False)
FILES = {
    "nothing": File(b" ", r"there is no task; .* \[empty-file\]"),
    "no task": File(b"[]", r"there is no task; .* \[empty-file\]"),
    "cut": File(SOUND.encode()[:-9], r"cut off; .* \[truncated\]"),
    "not JSON": File(SOUND.encode() + b"}", r"\[not-json\]"),
    "several lines": File(b"{}\n{}", r"\[not-json\]"),
    "UTF-16": File(SOUND.encode("utf-16"), r"\[not-utf-8\]"),
    "UTF-16 without a mark": File(SOUND.encode("utf-16-le"), r"\[not-utf-8\]"),
    "mark": File(SOUND.encode("utf-8-sig"), r"\[byte-order-mark\]"),
    "Latin-1": File(b'[{"data": {"text": "\xe9"}}]', r"\[not-utf-8\]"),
    "NUL": File(b"\0" + SOUND.encode(), r"\[not-utf-8\]"),
    "key twice": File(b'[{"id": 1, "id": 2}]', r"\[repeated-key\]"),
    "deep": File(b'[{"data": {"x": ' + b"[" * 100_000, r"\[too-deep\]"),
    "JSON-MIN": File(
        b'[{"id": 1, "text": "x", "mention": []}]', r"task 1: .* JSON-MIN, CSV .*\[no-data\]"
    ),
    "gold": File(b'{"id": "d", "mentions": []}', r"\[no-data\]"),
    "no text": File(
        b'[{"data": {"id": "d"}}]', r"task number 1: the task has no text;.*\[no-text\]"
    ),
    "no id": File(b'[{"data": {"text": "d"}}]', r"task number 1: the task has no id.*\[no-id\]"),
    "no list": File(
        b'[{"data": {"text": "d", "id": "d"}, "annotations": {}}]',
        r"\[0\].annotations: expected a list",
    ),
    "not annotated": File(
        b'[{"data": {"text": "d", "id": "d"}, "drafts": [{}]}]',
        r'"d", task number 1: no annotation \(1 as a draft\)',
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_files_that_are_refused(path, name):
    path.write_bytes(FILES[name].raw)
    with pytest.raises(DataError, match=FILES[name].match):
        list(FORMAT.read(path, {}))


def test_tasks_that_are_refused(path):
    several = task(annotations=[{"id": 1, "result": []}, {"id": 9, "result": []}])
    with pytest.raises(DataError, match=r"task 12: 2 annotations \(1, 9\); cancel all but one"):
        read(path, several)
    cancelled = {"id": 1, "was_cancelled": True, "result": []}
    with pytest.raises(DataError, match=r"no annotation \(1 cancelled, 1 predicted\)"):
        read(path, task(annotations=[cancelled], predictions=[{"result": []}]))
    with pytest.raises(DataError, match=r"no annotation \(2 predicted\)"):
        read(path, task(annotations=[], predictions=[{"result": []}] * 2))
    with pytest.raises(DataError, match=r"no annotation \(1 cancelled\)"):
        read(path, task(annotations=[{"id": 1, "was_cancelled": True, "result": []}]), task())
    for name, other, code in (
        ("d", "d", "repeated-document"),
        ("a--b", "a--b", "repeated-document"),
        ("D.1", "d-1", "same-id"),
    ):
        pair = [task(data={"id": each, "text": "x"}) for each in (name, other)]
        with pytest.raises(DataError, match=code):
            read(path, *pair)


def test_another_text(path):
    ours = {"record": {"sha256": "0" * 64}}
    with pytest.raises(DataError, match=r"not the one that was annotated.*\[other-text\]"):
        read(path, task(data={"id": "d", "text": TEXT, "goldwire": ours}))
    with pytest.raises(DataError, match=r"task 12: the task's text is not .*\[other-text\]"):
        read(path, task(), texts={"d": TEXT + "\n"})
    assert read(path, task(), texts={"d": TEXT, "e": ""})


@pytest.mark.parametrize(
    ("ours", "match"),
    [
        ({"record": {"text": "x"}}, '"text" stands in data.goldwire.record'),
        ({"record": {"quotes": []}}, '"quotes" stands in data.goldwire.record'),
        ({"record": {"lang": "x"}}, 'unknown key "lang"'),
        ({"layers": ["quote"]}, 'unknown layer "quote"; known are zones'),
        ({"meta": {"a": 1}}, "expected an object"),
        ([], "expected an object"),
    ],
)
def test_what_the_task_keeps_of_the_record_is_checked(path, ours, match):
    with pytest.raises(DataError, match=match):
        read(path, task(data={"id": "d", "text": TEXT, "goldwire": ours}))


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(DataError, match=r"\[no-file\]"):
        list(FORMAT.read(tmp_path / "none.json", {}))
    with pytest.raises(DataError, match=r"\[no-file\]"):
        list(FORMAT.read(tmp_path, {}))
    with pytest.raises(UsageError, match=r"\[cannot-write\]"):
        FORMAT.write([], tmp_path / "none" / "x.json")


ONE = Span(start=0, end=1)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"text": None}, "no-text"),
        ({"mentions": [Mention(text="Bo")]}, "span-incomplete"),
        ({"mentions": [Mention(start=3, end=99)]}, "span-past-end"),
        ({"mentions": [Mention(start=3, end=3)]}, "span-past-end"),
        ({"mentions": [Mention(start=0, end=2, text="No")]}, "span-text"),
        ({"mentions": [Mention(start=0, end=5, parts=[ONE, ONE])]}, "parts-hull"),
        ({"mentions": [Mention(id="m", start=0, end=1)] * 2}, "duplicate-id"),
        ({"mentions": [Mention(start=0, end=1, entity="e")]}, "dangling-id"),
        ({"entities": [Entity(id="e", members=["f"])]}, "dangling-id"),
        ({"relations": [Relation(head="e", type="x", tail="e")]}, "dangling-id"),
        ({"quotes": [Quote(content=[ONE], within="q")]}, "dangling-id"),
        ({"quotes": [Quote(content=[ONE], addressee="q")]}, "dangling-id"),
    ],
)
def test_records_that_are_refused(path, fields, code):
    path.write_bytes(b"before")
    with pytest.raises(DataError, match=rf'record "d".*\[{code}\]'):
        FORMAT.write([Record(**{"id": "d", "text": "Bo left.", **fields})], path)
    assert path.read_bytes() == b"before"


# What it looks like


@pytest.mark.parametrize(
    ("head", "answer"),
    [
        (SOUND.encode(), True),
        (json.dumps(task()).encode(), True),
        (b'[{"id": 1, "annotations": [{"result": [{"id": "a", "from_name": "ment', True),
        (b'\n[\n {"data": {"text": "cut off her', True),
        (b'{"id": "d", "text": "x", "mentions": [], "meta": {"data": {}}}\n', False),
        (b'{"goldwire_run": {"extractor": "x"}}\n{"id": "d"}', False),
        (b'{\n"id": "d",\n"meta": {"label-studio": {"data": {"a": "annotations"}}}}', False),
        (b'[{"vertexSet": [], "sents": [["data", ":"]], "title": "T", "labels": []}]', False),
        (b'[{"id": "1", "document_id": "d", "passages": [], "entities": []}]', False),
        (b'[{"id": 0, "paragraphs": [{"raw": "x", "sentences": []}]}]', False),
        (b'{"text": "x", "ents": [], "tokens": []}', False),
        (b'{"@context": "http://www.w3.org/ns/anno.jsonld", "type": "Annotation"}', False),
        (b'{"images": [], "annotations": [{"bbox": []}]}', False),
        (b"-DOCSTART- -X- -X- O\n\nBo NNP B-NP B-PER\n", False),
        (b"#begin document (d); part 000\n", False),
        (b"T1\tPERSON 0 2\tBo\n", False),
        (b'{"id": "d", "text": "x"}\n{"data": {}}', False),
        (b'[{"text": "x", "ents": []}, {"data": {}}]', False),
        (b"", False),
        (b'[{"a": "' + b'\\"' * 30_000, False),
    ],
)
def test_looks(path, head, answer):
    assert FORMAT.looks(path, head) is answer


def test_looks_at_its_own_file(path):
    FORMAT.write(goldwire.load(), path)
    assert FORMAT.looks(path, path.read_bytes()[: 2**16])
