"""Results as Label Studio exports them, made short to write."""

import json

from goldwire.schemas.formats import named

FORMAT = named("label-studio")
TEXT = "🎁 Ann Lee met Bo in Oslo.\n“Stay”, she said, “here”."
ANN, BO, OSLO, SHE = (2, 9), (14, 16), (20, 24), (34, 37)


def at(name):
    start = TEXT.index(name)
    return start, start + len(name)


def region(name, control, label, ends, text="not what stands there", **more):
    value = {"start": ends[0], "end": ends[1], "text": text, "labels": [label]}
    return {
        "id": name,
        "from_name": control,
        "to_name": "text",
        "type": "labels",
        "value": value,
        "origin": "manual",
    } | more


def field(name, control, given, ends, tag="textarea"):
    key = {"textarea": "text", "choices": "choices"}[tag]
    value = {"start": ends[0], "end": ends[1], key: [given]}
    return {"id": name, "from_name": control, "to_name": "text", "type": tag, "value": value}


def arrow(start, label, end, direction="right"):
    return {
        "type": "relation",
        "from_id": start,
        "to_id": end,
        "direction": direction,
        "labels": [label],
    }


def listed(control, *lines):
    return {
        "id": "x1",
        "from_name": control,
        "to_name": "text",
        "type": "textarea",
        "value": {"text": list(lines)},
    }


def task(*results, **more):
    annotation = {"id": 34, "completed_by": 1, "was_cancelled": False, "ground_truth": False}
    whole = {"id": 12, "data": {"id": "d", "text": TEXT}, "predictions": [], "drafts": []}
    return {**whole, "annotations": [{**annotation, "result": list(results)}], **more}


def read(path, *tasks, texts=None):
    path.write_text(json.dumps(list(tasks)), "utf-8")
    return [record for _, record in FORMAT.read(path, texts or {})]


PEOPLE = [
    region("aNN_1", "mention", "PERSON", ANN),
    field("aNN_1", "level", "NAM", ANN, "choices"),
    field("aNN_1", "entity", "ann", ANN),
    region("bO-2", "mention", "PERSON", BO),
    region("os3", "mention", "GPE", OSLO),
    field("os3", "note", "a city", OSLO),
    field("os3", "optional", "optional", OSLO, "choices"),
    region("she", "mention", "PERSON", SHE, meta={"text": ["who?"]}),
    field("she", "entity", "ann", SHE),
    listed(
        "entity_list",
        'id=ann  type=PERSON name="Ann \\"A\\" Lee" wikidata=Q1\n\n'
        'id=all nil=generic member=ann note="all of them" optional=yes',
    ),
]
STAY, HERE, SAID = at("Stay"), at("here"), at("said")
