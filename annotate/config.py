"""The labelling configuration of a Label Studio project, made from the controls and closed lists.

Text and controls stand side by side: labels in a column that stays in view, and in it the fields of
the selected region, those of its layer alone.
"""

from collections.abc import Iterator
from xml.etree import ElementTree as Xml

from goldwire.annotate.config_keys import hotkeys
from goldwire.annotate.config_looks import ARROW_COLOUR, CSS, colours, faint
from goldwire.schemas.formats.label_studio_controls import (
    ARROWS,
    CONTROLS,
    NAMED,
    TEXT,
    Control,
)
from goldwire.schemas.labels import Label, labels, relation_types

TITLES = {
    "level": ("Level", "What kind of expression the mention is"),
    "entity": ("Entity", "Its id, as in the list of entities"),
    "value": ("Value", "In TIMEX3 or plain form, as 2022-05-08 or 3"),
    "head": ("Head", "Id of an entity, or draw an arrow 'head'"),
    "tail": ("Tail", "Id of an entity, or draw an arrow 'tail'"),
    "certainty": ("Certainty", "How far the text commits itself"),
    "group": ("Group of evidence", "1, 2, 3 …; empty is 1"),
    "speaker": ("Speaker", "Id of an entity, or draw an arrow 'speaker'"),
    "addressee": ("Addressee", "Id of an entity, or draw an arrow 'addressee'"),
    "optional": ("Neither expected nor wrong", "Neither expected nor wrong"),
    "alternatives": ("Alternatives", "One name for all readings of which one suffices"),
    "note": ("Note", "Anything that the adjudicator should know"),
    "mod": ("Modifier of the value", "What is said about the value"),
    "mention": ("Mentions", "A name, nominal, pronoun or value"),
    "quote": ("Content of quotes", "What is said"),
    "part": ("Parts of quotes", "Draw an arrow 'belongs to' from it to the content"),
    "relation": ("Evidence of relations", "The span that shows it; then set head and tail"),
    "zone": ("Zones", "One for each headline, dek, paragraph or stretch of boilerplate"),
    "boilerplate": ("Boilerplate", "A run of boilerplate zones"),
    "entity_list": ("Entities", 'id=holt type=PERSON name="Mira Holt" wikidata=Q1'),
    "relation_list": (
        "Relations without evidence",
        "id=r1 type=visited head=holt tail=oslo certainty=stated",
    ),
}
"""What an annotator reads over each control and in it, in this order.

Fields of the selected region come first, so that they are in view.
"""


def labelling_config() -> str:
    """Return the configuration as XML that a Label Studio project takes."""
    root = Xml.Element("View", className="goldwire")
    Xml.SubElement(root, "Style").text = CSS
    _relations(root)
    _text(Xml.SubElement(root, "View", className="goldwire-text"))
    side = Xml.SubElement(root, "View", className="goldwire-side")
    keys = hotkeys({control.name: list(_values(control)) for control in CONTROLS})
    for control in sorted(CONTROLS, key=lambda each: [*TITLES].index(each.name)):
        _control(_wrapper(side, control), control, keys[control.name])
    Xml.indent(root)
    return Xml.tostring(root, encoding="unicode") + "\n"


def allowed() -> dict[str, frozenset[str]]:
    """Return the labels or choices of each control that has some, by its name.

    Nothing else may be sent to a project: when a region has another label, the editor drops its
    fields as it submits, without a word.
    """
    found = {control.name: frozenset(_values(control)) for control in CONTROLS}
    return {name: values for name, values in found.items() if values}


def _relations(root: Xml.Element) -> None:
    made = Xml.SubElement(root, "Relations")
    for arrow in ARROWS:
        Xml.SubElement(made, "Relation", value=arrow, background=faint(ARROW_COLOUR))
    drawn = colours("relation", list(relation_types()))
    for name in relation_types():
        Xml.SubElement(made, "Relation", value=name, background=faint(drawn[name]))


def _text(parent: Xml.Element) -> None:
    Xml.SubElement(parent, "Text", name=TEXT, value=f"${TEXT}", granularity="symbol")


def _wrapper(side: Xml.Element, control: Control) -> Xml.Element:
    """Return the element that shows a control, with its title, only where it says something."""
    if not control.on:
        return Xml.SubElement(side, "View", className=f"goldwire-whole goldwire-of-{control.name}")
    one = {"whenTagName": control.on[0]} if len(control.on) == 1 else {}
    when = one or {"whenLabelValue": _labels_on(control)}
    names = f"goldwire-field goldwire-of-{control.name}"
    shown = {"className": names, "visibleWhen": "region-selected", **when}
    return Xml.SubElement(side, "View", shown)


def _labels_on(control: Control) -> str:
    """Return the labels of the layers of whose regions a control says something."""
    names = dict.fromkeys(value for on in control.on for value in _values(NAMED[on]))
    return ",".join(names)


def _control(parent: Xml.Element, control: Control, keys: dict[str, str]) -> None:
    """Add a control under its title, with its labels or choices and their hotkeys."""
    title, hint = TITLES[control.name]
    Xml.SubElement(parent, "Header", value=title, size="5")
    made = Xml.SubElement(parent, control.tag, name=control.name, toName=TEXT)
    if control.on:
        # the editor sets a choice by its hotkey on any region, and keeps it only on these labels
        made.attrib |= {"perRegion": "true", "whenLabelValue": _labels_on(control)}
    if control.tag == "TextArea":
        made.attrib |= {"placeholder": hint, "editable": "true"}
        made.attrib |= {"maxSubmissions": "1"} if control.on else {"rows": "3"}
        return
    single = control.tag == "Labels"
    made.attrib |= {"choice": "single"} if single else {"choice": "single", "showInline": "true"}
    drawn = colours(control.name, list(_values(control)))
    for value, label in _values(control).items():
        attributes = {"value": value, "hotkey": keys[value], "hint": _hint(hint, label)}
        if single:
            attributes["background"] = drawn[value]
        Xml.SubElement(made, "Label" if single else "Choice", attributes)


def _hint(what: str, label: Label | None) -> str:
    return f"{label.definition}. Example: {label.example}" if label else what


def _values(control: Control) -> dict[str, Label | None]:
    """Return the labels or choices of a control with their definitions, where they have one."""
    return dict(_listed(control))


def _listed(control: Control) -> Iterator[tuple[str, Label | None]]:
    if control.closed == "relation":
        yield from relation_types().items()
    elif control.closed:
        yield from labels()[control.closed].items()
    yield from ((value, None) for value in control.also)
