"""What stands in a Label Studio project for what stands in a record: one table of all controls.

A labelling configuration for this format has one ``<Text name="text" value="$text"
granularity="symbol"/>``, each control of ``CONTROLS`` under its name, and ``<Relations>`` with
``ARROWS`` and the types of relations.
"""

import re
from dataclasses import dataclass

TEXT = "text"
"""The name of the object that all controls are of, and of the task's key that holds the text."""
UNTYPED = "untyped"
"""The label of an item without a type: the editor has no region without a label."""
OPTIONAL = "optional"
"""The one choice of the control of that name."""
CUE, SOURCE, MARK = "cue", "source", "mark"
"""The labels of the control ``part``: what a span is of the quote that it belongs to."""


@dataclass(frozen=True, slots=True)
class Control:
    """One control: its name, its tag, and the layers on whose regions it stands.

    ``on`` is empty for Labels, which make the regions, and for a TextArea of the whole document;
    with it, the control is ``perRegion`` and takes one value. ``closed`` names the closed list of
    its labels or choices (``relation``: the types of relations), ``also`` are those beside it.
    """

    name: str
    tag: str
    on: tuple[str, ...] = ()
    closed: str | None = None
    also: tuple[str, ...] = ()


ITEMS = ("zone", "boilerplate", "mention", "relation", "quote")
"""The controls whose regions are items of a record; a relation's region is its evidence."""
CONTROLS = (
    Control("zone", "Labels", closed="zone"),
    Control("boilerplate", "Labels", closed="boilerplate", also=(UNTYPED,)),
    Control("mention", "Labels", closed="mention", also=(UNTYPED,)),
    Control("relation", "Labels", closed="relation"),
    Control("quote", "Labels", closed="quote", also=(UNTYPED,)),
    Control("part", "Labels", also=(CUE, SOURCE, MARK)),
    Control("level", "Choices", on=("mention",), closed="level"),
    Control("mod", "Choices", on=("mention",), closed="mod"),
    Control("certainty", "Choices", on=("relation",), closed="certainty"),
    Control("optional", "Choices", on=ITEMS, also=(OPTIONAL,)),
    Control("entity", "TextArea", on=("mention",)),
    Control("value", "TextArea", on=("mention",)),
    Control("head", "TextArea", on=("relation",)),
    Control("tail", "TextArea", on=("relation",)),
    Control("group", "TextArea", on=("relation",)),
    Control("speaker", "TextArea", on=("quote",)),
    Control("addressee", "TextArea", on=("quote",)),
    Control("alternatives", "TextArea", on=ITEMS),
    Control("note", "TextArea", on=ITEMS),
    Control("entity_list", "TextArea"),
    Control("relation_list", "TextArea"),
)
"""All controls but ``<Relations>``, in the order in which an annotator meets them."""
NAMED = {control.name: control for control in CONTROLS}

BELONGS, WITHIN = "belongs to", "within"
ARROWS = {
    BELONGS: (
        ("mention", "mention"),
        ("relation", "relation"),
        ("quote", "quote"),
        ("part", "quote"),
    ),
    WITHIN: (("quote", "quote"),),
    "head": (("relation", "mention"),),
    "tail": (("relation", "mention"),),
    "speaker": (("quote", "mention"),),
    "addressee": (("quote", "mention"),),
}
"""The labels of relations that are no types of relations, and between which regions each may go.

Any other label goes from a mention to a mention and is the type of a relation without evidence.
"""

_NAMED = re.compile(rf"({'|'.join(ITEMS)})-(.+)")
_UNNAMED = re.compile(r"unnamed-[a-z]+-\d+")
_PIECE = re.compile(r"piece-\d+-.+")
_UNSAFE = re.compile("[^A-Za-z0-9-]")
_ESCAPED = re.compile("_([0-9a-f]{1,6})_")


def region_id(control: str, item: str | None, number: int) -> str:
    """Return the id of an item's region: made of the item's id, else of a number.

    The editor cuts an id at ``#`` and makes the name of a CSS class of it, which all characters
    but ASCII letters, digits, ``-`` and ``_`` would break; so these are escaped.

    >>> region_id("mention", "m#1", 7), region_id("zone", None, 7)
    ('mention-m_23_1', 'unnamed-zone-7')
    """
    if item is None:
        return f"unnamed-{control}-{number}"
    return f"{control}-{_UNSAFE.sub(lambda found: f'_{ord(found[0]):x}_', item)}"


def piece_id(main: str, number: int) -> str:
    """Return the id of a further region of the item whose first region has the id ``main``."""
    return f"piece-{number}-{main}"


def item_id(region: str) -> str | None:
    """Return the id of the item of a region; one that an annotator drew has the region's.

    >>> item_id("mention-m_23_1"), item_id("unnamed-zone-7"), item_id("aX3_9")
    ('m#1', None, 'aX3_9')
    """
    if found := _NAMED.fullmatch(region):
        try:
            item = _ESCAPED.sub(lambda code: chr(int(code[1], 16)), found[2])
            item.encode("utf-8")
        except (ValueError, OverflowError):
            return region
        return item if region_id(found[1], item, 0) == region else region
    return None if _UNNAMED.fullmatch(region) else region


def is_written(region: str) -> bool:
    """Whether a region's id was made here, not by an editor or another tool."""
    return any(form.fullmatch(region) for form in (_NAMED, _UNNAMED, _PIECE))
