"""The labelling configuration: all of the closed lists, no hotkey twice, colours one can read."""

import itertools
from collections import Counter
from xml.etree import ElementTree as Xml

import pytest

from goldwire.annotate.config import allowed, labelling_config
from goldwire.annotate.config_keys import EDITOR, hotkeys
from goldwire.annotate.config_looks import luminance
from goldwire.corpus.load import load
from goldwire.schemas.errors import UsageError
from goldwire.schemas.formats.label_studio_controls import ARROWS, CONTROLS, ITEMS
from goldwire.schemas.formats.label_studio_task import task_of
from goldwire.schemas.labels import labels, relation_types

ROOT = Xml.fromstring(labelling_config())
PARENT = {child: parent for parent in ROOT.iter() for child in parent}
NAMED = {each.get("name"): each for each in ROOT.iter() if each.get("name")}
DRAWN = list(ROOT.iter("Label"))
PAGES = {"light": ("#fdfdfc", "#262522"), "dark": ("#262522", "#f9f8f6")}
"""Background and text of the editor's two themes; the browser's test finds the same."""
FILL, SELECTED = 0.3, 0.8
"""How strongly the editor fills a region with its colour, and one that is selected."""
INKS = {"light": "#000000", "dark": "#f9f8f6"}
"""The colour of the text of a selected region."""


def values(control):
    closed = relation_types() if control.closed == "relation" else labels().get(control.closed, {})
    return [*closed, *control.also]


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def laid(colour, page, fill=FILL):
    """A colour on a page, not wholly covering it."""
    pairs = [(int(colour[at : at + 2], 16), int(page[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(fill * c + (1 - fill) * p):02x}" for c, p in pairs)


def test_every_control_stands_once_with_its_tag():
    names = [each.get("name") for each in ROOT.iter() if each.get("name")]
    assert Counter(names) == Counter([control.name for control in CONTROLS] + ["text"])
    assert {name: each.tag for name, each in NAMED.items()} == {
        "text": "Text",
        **{control.name: control.tag for control in CONTROLS},
    }


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.name)
def test_a_control_has_its_closed_list_and_stands_on_its_layers(control):
    made = NAMED[control.name]
    assert made.get("toName") == "text"
    assert [each.get("value") for each in made] == values(control)
    assert all(each.get("hint") for each in made)
    assert (made.get("perRegion") == "true") == bool(control.on)
    on = [
        value
        for name in control.on
        for value in values(next(c for c in CONTROLS if c.name == name))
    ]
    assert made.get("whenLabelValue") == (",".join(dict.fromkeys(on)) or None)
    wrapper = PARENT[made]
    if control.on:
        assert wrapper.get("visibleWhen") == "region-selected"
        assert wrapper.get("whenTagName") in (control.on[0] if len(control.on) == 1 else None, None)
        assert (wrapper.get("whenTagName") or wrapper.get("whenLabelValue")) is not None


def test_what_is_allowed_is_what_stands_in_it():
    assert allowed() == {
        name: {each.get("value") for each in made} for name, made in NAMED.items() if len(made)
    }


def test_the_fields_of_items_are_not_shown_for_parts_of_quotes():
    shared = next(control for control in CONTROLS if control.on == ITEMS)
    shown = PARENT[NAMED[shared.name]].get("whenLabelValue").split(",")
    assert not {"cue", "source", "mark"} & set(shown)
    assert len(set(shown)) == len(shown) == 53 - 3 - 2 - 3 + 4


def test_relations_are_the_arrows_and_the_types():
    (made,) = ROOT.iter("Relations")
    assert [each.get("value") for each in made] == [*ARROWS, *relation_types()]


def test_the_text_is_selected_by_characters_and_keeps_its_spaces():
    assert NAMED["text"].attrib == {"name": "text", "value": "$text", "granularity": "symbol"}
    assert ".lsf-richtext__line { white-space: pre-wrap; }" in ROOT.find("Style").text


def test_no_hotkey_is_given_twice_or_is_the_editors():
    keys = [each.get("hotkey") for each in ROOT.iter() if each.tag in ("Label", "Choice")]
    assert all(keys)
    assert {key: count for key, count in Counter(keys).items() if count > 1} == {}
    assert not set(keys) & EDITOR


def test_a_list_that_outgrows_the_keyboard_is_refused():
    with pytest.raises(UsageError, match=r'no hotkey left for "x10" of level; .*\[no-hotkey\]'):
        hotkeys({"level": [f"x{number}" for number in range(11)]})


@pytest.mark.parametrize("theme", PAGES)
@pytest.mark.parametrize("each", DRAWN, ids=lambda each: each.get("value"))
def test_text_on_a_colour_can_be_read(each, theme):
    """WCAG's 4.5: on the selected button and region, one region, and four in one another."""
    page, ink = PAGES[theme]
    colour = each.get("background")
    assert contrast(colour, "#ffffff") >= 4.5
    assert contrast(laid(colour, page, SELECTED), INKS[theme]) >= 4.5
    assert contrast(colour, page) >= 3  # in the list of regions
    on = list(itertools.accumulate([page] * 5, lambda below, _: laid(colour, below)))
    assert all(contrast(below, ink) >= 4.5 for below in on[1:])


@pytest.mark.parametrize(("page", "ink"), [("#fdfdfc", "#45433e"), ("#262522", "#cac5b8")])
def test_text_in_the_list_of_arrows_can_be_read(page, ink):
    for each in ROOT.iter("Relation"):
        colour, alpha = each.get("background")[:7], each.get("background")[7:]
        assert int(alpha, 16) / 255 == pytest.approx(FILL, abs=0.01)
        assert contrast(laid(colour, page), ink) >= 4.5


def test_labels_of_a_layer_differ_in_colour():
    for control in CONTROLS:
        found = [each.get("background") for each in NAMED[control.name] if each.tag == "Label"]
        assert len(set(found)) == len(found)


def test_config_is_printed(goldwire):
    assert goldwire("annotate", "config") == (0, labelling_config(), "")


@pytest.mark.real
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the SDK itself
def test_label_studio_sdk_takes_it_and_the_article():
    from label_studio_sdk.label_interface import LabelInterface

    interface = LabelInterface(labelling_config())
    interface.validate()
    for record in load():
        (given,) = task_of(record)["annotations"]
        found = interface.validate_prediction({"result": given["result"]}, return_errors=True)
        assert found == []
        given["result"][0]["value"]["labels"] = ["nonsense"]
        assert interface.validate_prediction({"result": given["result"]}, return_errors=True)
