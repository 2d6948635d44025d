"""What annotators and tools may do in Label Studio that makes no record: each is refused."""

import pytest
from label_studio_results import (
    ANN,
    BO,
    HERE,
    PEOPLE,
    STAY,
    arrow,
    field,
    listed,
    read,
    region,
    task,
)

from goldwire.schemas.errors import DataError

PLACE = region("a", "mention", "GPE", BO)


def region_fault(match, *results):
    return pytest.param(results, match, id=match[:40])


BO_HEAD = [region("met", "relation", "met_with", (2, 16)), field("met", "head", "ann", (2, 16))]
QUOTE = region("q", "quote", "direct", STAY)


@pytest.mark.parametrize(
    ("results", "match"),
    [
        region_fault(
            'region "a": no control is named "mentoin"; did you mean "mention"',
            region("a", "mentoin", "GPE", BO),
        ),
        region_fault('mention is a Labels, found "choices"', {**PLACE, "type": "choices"}),
        region_fault(
            'expected an annotation of "text", found "html"', {**PLACE, "to_name": "html"}
        ),
        region_fault(
            'task 12, region "a": ends at 99, past the end of the text (51 code points)',
            region("a", "mention", "GPE", (2, 99)),
        ),
        region_fault(
            "expected start < end, found start 5 and end 5", region("a", "mention", "GPE", (5, 5))
        ),
        region_fault(
            "expected start < end, found start -1 and end 5", region("a", "mention", "GPE", (-1, 5))
        ),
        region_fault('region "a": value.start: expected', region("a", "mention", "GPE", ("2", 5))),
        region_fault("has no start and end", region("a", "mention", "GPE", (None, None))),
        region_fault(
            'stands at 3 for "Ann Lee", which the text has further left',
            region("a", "mention", "PERSON", (3, 10), "Ann Lee"),
        ),
        region_fault(
            "several regions have this id",
            region("a", "zone", "dek", BO),
            region("a", "zone", "dek", ANN),
        ),
        region_fault(
            "has labels of several layers (mention, quote)",
            PLACE,
            region("a", "quote", "direct", BO),
        ),
        region_fault(
            "level stands at (2, 9), not at (14, 16)",
            PLACE,
            field("a", "level", "NAM", ANN, "choices"),
        ),
        region_fault("has no label", field("a", "level", "NAM", ANN, "choices")),
        region_fault("has no id", region("", "mention", "GPE", BO)),
        region_fault(
            "expected one label of mention, found 0",
            region("a", "mention", "GPE", BO, value={"start": 1, "end": 2, "labels": []}),
        ),
        region_fault(
            "expected one label of mention, found 2",
            region(
                "a", "mention", "GPE", BO, value={"start": 1, "end": 2, "labels": ["GPE", "ORG"]}
            ),
        ),
        region_fault('unknown label "cues"; did you mean "cue"', region("a", "part", "cues", BO)),
        region_fault('unknown choice "yes"', PLACE, field("a", "optional", "yes", BO, "choices")),
        region_fault(
            "speaker says nothing of a mention; set it on a quote",
            PLACE,
            field("a", "speaker", "x", BO),
        ),
        region_fault(
            "level has several values",
            PLACE,
            field("a", "level", "NAM", BO, "choices"),
            field("a", "level", "NOM", BO, "choices"),
        ),
        region_fault(
            "entity has a string, expected a list",
            PLACE,
            {**field("a", "entity", "x", BO), "value": {"start": 14, "end": 16, "text": "Bo"}},
        ),
        region_fault(
            'a second note, "y"',
            region("a", "mention", "GPE", BO, meta={"text": ["y"]}),
            field("a", "note", "x", BO),
        ),
        region_fault("alternatives: expected", PLACE, field("a", "alternatives", "", BO)),
        region_fault(
            'entity names "an", which nothing has as its id; did you mean "ann"',
            *PEOPLE,
            PLACE,
            field("a", "entity", "an", BO),
        ),
        region_fault(
            'speaker names "xyz", which nothing has',
            *PEOPLE,
            QUOTE,
            field("q", "speaker", "xyz", STAY),
        ),
        region_fault(
            'region "gone": a relation from "q" to "gone" lacks this region',
            QUOTE,
            arrow("q", "speaker", "gone"),
        ),
        region_fault(
            "goes both ways; turn it one way", *PEOPLE, arrow("aNN_1", "visited", "os3", "bi")
        ),
        region_fault(
            "has no label (the editor drops unknown ones)",
            *PEOPLE,
            {**arrow("aNN_1", "", "os3"), "labels": []},
        ),
        region_fault(
            '"speaker" goes from mention to mention', *PEOPLE, arrow("aNN_1", "speaker", "os3")
        ),
        region_fault(
            '"visited" goes from quote to mention', *PEOPLE, QUOTE, arrow("q", "visited", "os3")
        ),
        region_fault("a cue without its quote", region("a", "part", "cue", BO)),
        region_fault(
            "is ORG, and belongs to GPE",
            region("a", "mention", "ORG", BO),
            region("b", "mention", "GPE", ANN),
            arrow("a", "belongs to", "b"),
        ),
        region_fault(
            "itself belongs to another",
            *PEOPLE,
            arrow("aNN_1", "belongs to", "bO-2"),
            arrow("bO-2", "belongs to", "she"),
        ),
        region_fault("itself belongs to another", QUOTE, arrow("q", "belongs to", "q")),
        region_fault(
            'level stands at a further region of "bO-2"',
            region("a", "mention", "PERSON", ANN),
            field("a", "level", "NAM", ANN, "choices"),
            *PEOPLE,
            arrow("a", "belongs to", "bO-2"),
        ),
        region_fault(
            "belongs to several regions",
            region("a", "mention", "PERSON", ANN),
            *PEOPLE,
            arrow("a", "belongs to", "bO-2"),
            arrow("a", "belongs to", "she"),
        ),
        region_fault(
            '"within" starts at a further region',
            QUOTE,
            region("p", "quote", "direct", HERE),
            arrow("p", "belongs to", "q"),
            arrow("p", "within", "q"),
        ),
        region_fault(
            "has two sources",
            QUOTE,
            region("x", "part", "source", BO),
            region("y", "part", "source", BO),
            arrow("x", "belongs to", "q"),
            arrow("y", "belongs to", "q"),
        ),
        region_fault("has no tail; draw a relation tail to a mention", *PEOPLE, *BO_HEAD),
        region_fault("head is ann and os3", *PEOPLE, *BO_HEAD, arrow("met", "head", "os3")),
        region_fault(
            'expected a whole number as group, found "two"',
            *PEOPLE,
            *BO_HEAD,
            field("met", "tail", "os3", (2, 16)),
            field("met", "group", "two", (2, 16)),
        ),
        region_fault(
            "lies within q and r",
            QUOTE,
            region("r", "quote", "direct", STAY),
            region("s", "quote", "direct", STAY),
            arrow("s", "within", "q"),
            arrow("s", "within", "r"),
        ),
        region_fault(
            'task 12: "aNN_1" is the id of two items', *PEOPLE, listed("entity_list", "id=aNN_1")
        ),
        region_fault(
            'line 2 of entity_list: expected key=value, found "Lee"',
            listed("entity_list", "id=a", "id=b name=Ann Lee"),
        ),
        region_fault(
            'line 1 of entity_list: unknown key "nmae"; did you mean "name"',
            listed("entity_list", "nmae=a"),
        ),
        region_fault("id stands twice in a line", listed("entity_list", "id=a id=b")),
        region_fault(
            "the value of name is no JSON string", listed("entity_list", 'id=a name="\\q"')
        ),
        region_fault(
            'line 1 of entity_list: key "id" is missing', listed("entity_list", "type=PERSON")
        ),
        region_fault("line 1 of entity_list: ", listed("entity_list", "id=a wikidata=44")),
        region_fault("optional is not yes", listed("entity_list", "id=a optional=no")),
        region_fault("meta is no JSON object", listed("entity_list", "id=a meta=1")),
        region_fault('member names "b", which nothing has', listed("entity_list", "id=a member=b")),
        region_fault(
            'line 1 of relation_list: unknown key "name"', listed("relation_list", "name=x")
        ),
        region_fault(
            'line 1 of relation_list: key "head" is missing', listed("relation_list", "type=x")
        ),
    ],
)
def test_results_that_are_refused(tmp_path, results, match):
    path = tmp_path / "tasks.json"
    with pytest.raises(DataError) as fault:
        read(path, task(*results))
    assert match in str(fault.value)
    assert str(fault.value).startswith(f'{path}, record "d", task 12')
