"""An annotator at a real Label Studio in a real browser: what is drawn is what the record has."""

import re

import msgspec
import pytest
from studio_page import StudioPage, browser
from studio_server import of
from test_config import FILL, INKS, PAGES, ROOT, SELECTED, values

from goldwire.annotate.config import labelling_config
from goldwire.annotate.config_keys import EDITOR
from goldwire.corpus.load import load
from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.formats.label_studio_controls import CONTROLS
from goldwire.schemas.formats.label_studio_task import Entry, record_of, task_of
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

pytestmark = pytest.mark.real

FAMILY, FLAG = "👩\u200d👩\u200d👧", "🇳🇴"
ODD = (
    f"{FAMILY} Ann\u00a0Lee\r\nmet  Bo\tin <b>Oslo</b> &amp; {FLAG} more 🎁🎁x,  \r\n"
    "\r\n\tsaid “é” and e\u0301a.\nEnd 💡"
)
DRAWN = (
    *(FAMILY, "Ann", "Lee", "Ann\u00a0Lee", "met", "Bo", "in", "<b>", "Oslo", "</b>", "&amp;"),
    *("amp", FLAG, "more", "🎁", "🎁x", "x", "said", "é", "e\u0301", "a.", "End", "💡"),
    *("Lee\r\nmet", "met  Bo\tin", "Oslo</b> &amp; ", f"{FLAG} more 🎁🎁x,", "End 💡"),
)
"""Stretches of the text; each stands at its first place there."""
PLAIN = "Ann Lee met Bo in Oslo.\nShe said: “Stay here”, and left early in May."


@pytest.fixture(scope="module")
def studio(server):
    return of(server.credentials["a"])


@pytest.fixture(scope="module")
def page(studio):
    with browser() as made:
        yield StudioPage(made, studio)


@pytest.fixture
def opened(studio, page, request):
    """Return a function that makes a project of one task, opens it, and returns its number."""

    def make(task):
        project, (number,) = studio.project(request.node.name[:50], labelling_config(), [task])
        page.open(project, number)
        return project

    return make


def bare(text, name="odd"):
    return {"data": {"id": name, "text": text}}


def pulled(studio, project):
    """Return the record of a project's one task, and its results as they are exported."""
    (task,) = studio.export(project)
    entry = msgspec.convert(task, Entry)
    record = record_of(Place("export", field="task"), entry, {}, {}, False)[1]
    (annotation,) = task["annotations"]
    return record, annotation["result"]


def at(text, words):
    start = text.index(words)
    return start, start + len(words)


def test_regions_are_where_the_mouse_drew_them_in_an_odd_text(studio, page, opened):
    project = opened(bare(ODD))
    for number, words in enumerate(DRAWN):
        page.region("mention", "ORG" if number % 2 else "PERSON", *at(ODD, words))
    page.send()
    record, _ = pulled(studio, project)
    assert record.text == ODD
    found = [(each.start, each.end, each.type) for each in record.mentions]
    assert [ODD[start:end] for start, end, _ in found] == list(DRAWN)
    assert [kind for *_, kind in found] == [("PERSON", "ORG")[n % 2] for n in range(len(DRAWN))]


def test_regions_are_where_the_mouse_drew_them_in_the_article(studio, page, opened):
    (gold,) = load()
    project = opened(bare(gold.text, "article"))
    wanted = gold.mentions[::6]
    for number, mention in enumerate(wanted):
        if number % 2:
            page.region("mention", mention.type, mention.start, mention.end)
        else:
            page.press(key("mention", mention.type))
            page.is_chosen("mention", mention.type)
            page.drag(mention.start, mention.end)
    for zone in gold.zones:
        page.region("zone", zone.type, zone.start, zone.end)
    page.send()
    record, _ = pulled(studio, project)
    assert record.text == gold.text
    places = [(each.start, each.end, each.type) for each in record.mentions]
    assert places == [(each.start, each.end, each.type) for each in wanted]
    assert record.zones == [Zone(start=z.start, end=z.end, type=z.type) for z in gold.zones]


def key(control, value):
    """The hotkey of a label or choice."""
    (made,) = (each for each in ROOT.iter() if each.get("name") == control)
    return next(each.get("hotkey") for each in made if each.get("value") == value)


def test_every_field_of_every_layer_is_set_by_hand(studio, page, opened):
    project = opened(bare(PLAIN, "plain"))
    ann, bo, she, may = (at(PLAIN, words) for words in ("Ann Lee", "Bo", "She", "early in May"))
    page.region("mention", "PERSON", *ann)
    page.region("mention", "PERSON", *bo)
    page.region("mention", "PERSON", *she)
    page.region("mention", "DATE", *may)
    page.region("mention", "GPE", *at(PLAIN, "Oslo"))
    page.write("entity_list", 'id=ann type=PERSON name="Ann Lee" wikidata=Q1\nid=bo nil=generic')
    page.select(ann[0])
    page.press(key("level", "NAM"))
    page.write("entity", "ann")
    page.select(bo[0])
    page.choose("level", "NOM")
    page.choose("optional", "optional")
    page.write("entity", "bo")
    page.write("alternatives", "g1")
    page.write("note", "a note, & <b>")
    page.select(she[0])
    page.write("entity", "ann")
    page.choose("level", "PRO")
    page.select(may[0])
    page.press(key("mod", "START"))
    page.write("value", "2022-05")
    page.unselect()
    page.relate(ann[0], bo[0], "met_with", "ally_of")
    content, said, left = (at(PLAIN, words) for words in ("Stay here", "said", "left"))
    page.region("quote", "direct", *content)
    page.region("part", "cue", *said)
    page.relate(said[0], content[0], "belongs to")
    page.relate(content[0], she[0], "speaker")
    page.select(content[0])
    page.write("addressee", "bo")
    page.unselect()
    page.region("relation", "visited", *at(PLAIN, "in Oslo"))
    page.select(PLAIN.index("in Oslo"))
    page.choose("certainty", "hedged")
    page.write("head", "ann")
    page.write("tail", "bo")
    page.write("group", "2")
    page.unselect()
    page.region("part", "source", *left)
    page.delete(left[0])
    page.send()
    record, results = pulled(studio, project)
    assert record == hand_made(
        {each["value"].get("start"): each["id"] for each in results if "id" in each}
    )
    assert {each["origin"] for each in results if each["type"] == "labels"} == {"manual"}


def hand_made(ids):
    """The record that the annotator makes; ``ids`` are those of regions, by where they start."""

    def span(words, kind):
        start, end = at(PLAIN, words)
        return kind(start=start, end=end)

    def mention(words, **fields):
        start, end = at(PLAIN, words)
        return Mention(id=ids[start], start=start, end=end, **fields)

    mentions = [
        mention("Ann Lee", type="PERSON", level="NAM", entity="ann"),
        mention(
            "Bo",
            type="PERSON",
            level="NOM",
            entity="bo",
            optional=True,
            alternatives="g1",
            note="a note, & <b>",
        ),
        mention("She", type="PERSON", level="PRO", entity="ann"),
        mention("early in May", type="DATE", mod="START", value="2022-05"),
        mention("Oslo", type="GPE"),
    ]
    ann = Entity(id="ann", type="PERSON", name="Ann Lee", wikidata=Link(id="Q1"))
    evidence = [Evidence(**msgspec.to_builtins(span("in Oslo", Span)), group=2)]
    relations = [
        Relation(
            id=ids[evidence[0].start],
            head="ann",
            type="visited",
            tail="bo",
            evidence=evidence,
            certainty="hedged",
        ),
        Relation(head="ann", type="met_with", tail="bo"),
        Relation(head="ann", type="ally_of", tail="bo"),
    ]
    content = span("Stay here", Span)
    quote = Quote(
        id=ids[content.start],
        type="direct",
        content=[content],
        cue=[span("said", Span)],
        speaker="ann",
        addressee="bo",
    )
    return Record(
        id="plain",
        text=PLAIN,
        zones=[],
        boilerplate=[],
        mentions=mentions,
        entities=[ann, Entity(id="bo", wikidata=Link(nil_reason="generic"))],
        relations=relations,
        quotes=[quote],
    )


def test_updating_keeps_what_is_not_touched(studio, page, opened):
    project = opened(bare(PLAIN, "plain"))
    page.region("mention", "PERSON", 0, 7)
    page.region("mention", "PERSON", 12, 14)
    page.send()
    before, _ = pulled(studio, project)
    page.select(1)
    page.press(key("level", "NAM"))
    page.delete(12)
    page.region("mention", "GPE", 18, 22)
    page.send("Update")
    after, _ = pulled(studio, project)
    first, second = after.mentions
    before.mentions[0].level = "NAM"
    assert first == before.mentions[0]
    assert (second.start, second.end, second.type) == (18, 22, "GPE")


def test_white_space_between_two_regions_is_left_out_at_the_start_of_a_third(studio, page, opened):
    """And the region's own text says otherwise, for which it is not trusted."""
    project = opened(bare(ODD))
    for words in ("Bo", "in", "\tin <"):
        page.region("mention", "PERSON", *at(ODD, words))
    page.send()
    record, results = pulled(studio, project)
    (*_, drawn) = record.mentions
    assert ODD[drawn.start : drawn.end] == "in <"
    assert results[-1]["value"]["text"] == "\tin <"


def test_predictions_are_shown_and_copied_and_corrections_told(studio, page, opened):
    (gold,) = load()
    task = task_of(gold)
    (given,) = task.pop("annotations")
    task["predictions"] = [{"model_version": "a", "result": given["result"]}]
    project = opened(task)
    assert page.regions() == sum(each["type"] == "labels" for each in given["result"])
    first, second = gold.mentions[0], gold.mentions[-1]
    page.select(first.start)
    page.press(key("level", "PRO"))
    page.send()
    record, results = pulled(studio, project)
    origins = {each["id"]: each["origin"] for each in results if each["type"] == "labels"}
    assert origins.pop(f"mention-{first.id}") == "prediction-changed"
    assert set(origins.values()) == {"prediction"}
    expected = record_of(
        Place(), msgspec.convert({**task, "annotations": [given]}, Entry), {}, {}, False
    )[1]
    expected.mentions[0].level = "PRO"
    assert record == expected
    assert second in record.mentions


def test_every_hotkey_chooses_its_label(studio, page, opened):
    opened(bare(PLAIN))
    for control in CONTROLS:
        for value in values(control) if control.tag == "Labels" else ():
            page.press(key(control.name, value))
            page.is_chosen(control.name, value)
            page.press(key(control.name, value))
    page.region("mention", "PERSON", 0, 7)
    page.region("relation", "visited", 12, 14)
    for control in CONTROLS:
        page.select(12 if control.on == ("relation",) else 0)
        for value in values(control) if control.tag == "Choices" else ():
            page.press(key(control.name, value))
            page.is_chosen(control.name, value)


def test_the_editors_own_keys_are_known(page, opened):
    opened(bare(PLAIN))
    own = re.findall(r'"(?:annotation|region|segment):[\w-]+":\{"key":"([^"]+)"', page.scripts())
    assert len(own) > 10
    assert set(own) <= EDITOR


def test_spaces_and_tabs_are_seen(page, opened):
    opened(bare(ODD))
    blank = [at for at, char in enumerate(ODD) if char in " \t\u00a0"]
    assert all(page.width(each) > 1 for each in blank)


def test_only_the_fields_of_a_regions_layer_are_shown(studio, page, opened):
    opened(bare(PLAIN))
    for number, control in enumerate(each for each in CONTROLS if each.tag == "Labels"):
        start, end = 4 * number, 4 * number + 2
        page.region(control.name, values(control)[-1], start, end)
        page.select(start)
        shown = {each.name for each in CONTROLS if each.on and page.control(each.name).is_visible()}
        assert shown == {each.name for each in CONTROLS if control.name in each.on}
        page.unselect()
        assert not any(page.control(each.name).is_visible() for each in CONTROLS if each.on)


def test_a_choice_of_another_layer_is_not_sent(studio, page, opened):
    project = opened(bare(PLAIN))
    page.region("zone", "paragraph", 0, len(PLAIN))
    page.select(0)
    page.press(key("level", "NAM"))
    page.send()
    record, results = pulled(studio, project)
    assert len(results) == 1
    assert record.zones == [Zone(start=0, end=len(PLAIN), type="paragraph")]


def test_fields_of_a_region_with_an_unknown_label_are_lost(studio, page, opened):
    """For this reason nothing may be pushed but what ``allowed`` has."""
    mention = Mention(id="m1", start=0, end=7, type="PER", level="NAM", note="kept?")
    task = task_of(Record(id="plain", text=PLAIN, mentions=[mention]))
    (given,) = task.pop("annotations")
    project = opened(task | {"predictions": [given]})
    page.send()
    found, _ = pulled(studio, project)
    assert found.mentions == [Mention(id="m1", start=0, end=7, type="PER")]


def test_labels_of_two_layers_on_one_region_are_refused(studio, page, opened):
    """The editor gives a region all labels that are chosen, one of each layer."""
    project = opened(bare(PLAIN))
    page.label("mention", "PERSON")
    page.label("quote", "direct")
    page.drag(0, 7)
    page.send()
    with pytest.raises(DataError, match=r"labels of several layers \(mention, quote\)"):
        pulled(studio, project)


def test_spans_at_line_ends_are_kept_though_drawn_oddly(studio, page, opened):
    ends = [(0, 24), (23, 33), (23, 24), (24, len(PLAIN))]
    record = Record(
        id="plain", text=PLAIN, zones=[Zone(start=s, end=e, type="dek") for s, e in ends]
    )
    task = task_of(record)
    (given,) = task.pop("annotations")
    project = opened(task | {"predictions": [given]})
    page.send()
    found, _ = pulled(studio, project)
    assert [(zone.start, zone.end) for zone in found.zones] == ends


def test_what_was_typed_and_not_entered_is_sent(studio, page, opened):
    project = opened(bare(PLAIN))
    page.region("mention", "PERSON", 0, 7)
    page.select(0)
    page.control("note").get_by_test_id("textarea-input").fill("not entered")
    page.control("entity_list").get_by_test_id("textarea-input").fill("id=ann")
    page.send()
    record, _ = pulled(studio, project)
    assert record.mentions[0].note == "not entered"
    assert record.entities == [Entity(id="ann")]


@pytest.mark.parametrize("theme", PAGES)
def test_the_pages_colours_are_those_that_were_reckoned_with(page, opened, theme):
    page.theme(theme)
    opened(bare(PLAIN))
    assert page.colours(".lsf-richtext__line") == PAGES[theme]
    page.label("mention", "PERSON")
    (colour,) = (
        each.get("background") for each in ROOT.iter("Label") if each.get("value") == "PERSON"
    )
    page.has_colours(".lsf-label_selected", colour, "#ffffff")
    page.drag(0, 7)
    page.has_colours(".htx-highlight", f"{colour}/{FILL}", PAGES[theme][1])
    page.select(0)
    page.has_colours(".htx-highlight", f"{colour}/{SELECTED}", INKS[theme])
