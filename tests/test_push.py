"""What is refused or told before anything reaches a Label Studio."""

import msgspec
import pytest
from bridge_story import TEXT, whole

from goldwire.annotate.changes import changes
from goldwire.annotate.source import ill_drawn, tasks
from goldwire.annotate.task import blank, finished, proposed
from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.record import Mention

HERE = Place("here.jsonl", 1)


def changed(**fields):
    return msgspec.structs.replace(whole(), **fields)


def spoiled(change):
    record = whole()
    change(record)
    return record


def relate(record):
    record.relations[0].type = "boss_of"
    record.relations[0].evidence = []


REFUSED = {
    "scheme": (lambda r: setattr(r, "scheme", "conll"), 'its labels are of "conll"'),
    "mention type": (lambda r: setattr(r.mentions[0], "type", "PER"), 'unknown label "PER"'),
    "level": (lambda r: setattr(r.mentions[0], "level", "NAME"), '"NAME"'),
    "mod": (lambda r: setattr(r.mentions[0], "mod", "ABOUT"), '"ABOUT"'),
    "certainty": (lambda r: setattr(r.relations[0], "certainty", "sure"), '"sure"'),
    "relation": (relate, '"boss_of"'),
    "speaker": (lambda r: setattr(r.quotes[0], "speaker", "nobody"), '"nobody"'),
    "twice": (lambda r: setattr(r.mentions[1], "id", "m1"), "m1"),
    "beyond": (lambda r: setattr(r.mentions[1], "end", 9999), "9999"),
    "text": (lambda r: setattr(r, "text", None), "(0 code points)"),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("start", ["prediction", "annotation"])
def test_what_would_not_come_back_is_refused(name, start):
    change, message = REFUSED[name]
    with pytest.raises(DataError) as found:
        tasks([(HERE, spoiled(change))], start)
    assert message in str(found.value)
    assert str(found.value).startswith("here.jsonl:1")


def test_one_article_twice_is_refused():
    with pytest.raises(DataError, match='"bridge" is given 2 times'):
        tasks([(HERE, whole()), (HERE, whole())], "nothing")


def test_a_blank_task_has_the_text_and_all_layers_to_annotate():
    task = blank(whole())
    assert task.keys() == {"data"}
    assert task["data"]["text"] == TEXT
    assert len(task["data"]["goldwire"]["layers"]) == 6
    assert "PERSON" not in str(task)


def test_two_passes_are_two_predictions_of_one_task():
    task = proposed([("a", whole()), ("b", changed(quotes=[]))])
    a, b = task["predictions"]
    assert (a["model_version"], b["model_version"]) == ("a", "b")
    assert len(a["result"]) > len(b["result"])
    assert "annotations" not in task


def test_a_finished_task_is_one_annotation_that_is_no_ground_truth():
    (annotation,) = finished(whole())["annotations"]
    assert annotation["ground_truth"] is False


def test_spans_on_line_ends_are_told():
    end = TEXT.index("\n")
    record = changed(mentions=[Mention(start=0, end=end + 1), Mention(start=0, end=end)])
    (note,) = ill_drawn([(HERE, record)])
    assert "here.jsonl:1: 1 spans begin or end on a line end" in note
    assert "(mentions[0])" in note
    assert not list(ill_drawn([(HERE, whole())]))


def test_changes_by_id_and_by_content():
    """Of 17 mentions one is changed and one deleted; a zone without id is deleted and added."""
    after = whole()
    after.mentions[0].type = "LOC"
    gone = after.mentions.pop()
    after.zones[0].type = "dek"
    found = changes(whole(), after)
    assert (found.changed, found.added) == (1, 1)
    assert found.deleted == [
        'zones headline "Bridge closes after flood"',
        f'mentions {gone.id} "The company"',
    ]
    # 6 zones, 1 boilerplate, 17 mentions, 12 entities, 2 relations, 1 quote
    number = 6 + 1 + 17 + len(after.entities) + 2 + 1
    assert found.kept == number - 3
    assert not changes(whole(), whole())
