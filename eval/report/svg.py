"""Plots as parts of the page: SVG that can run nothing and load nothing, or an error."""

from collections.abc import Iterator
from xml.etree import ElementTree

from markupsafe import Markup

from goldwire.schemas.errors import DataError
from goldwire.schemas.plain import shorten

_SPACE = "{http://www.w3.org/2000/svg}"
_SHAPES = "svg g path rect circle ellipse line polyline polygon text tspan title desc"
_PARTS = "defs clipPath use pattern marker symbol linearGradient radialGradient stop"
_ELEMENTS = frozenset(f"{_SHAPES} {_PARTS}".split())


def inlined(svg: str) -> Markup:
    """Return an SVG as a part of the page, or raise DataError ``unsafe-plot``.

    Elements are those that draw, attributes no styles and no handlers, references within it.
    """
    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError as error:
        raise _unsafe(f"it is no XML: {error}") from None
    for why in _faults(root):
        raise _unsafe(why)
    ElementTree.register_namespace("", _SPACE[1:-1])
    return Markup(ElementTree.tostring(root, encoding="unicode"))


def _faults(root: ElementTree.Element) -> Iterator[str]:
    for each in root.iter():
        name = str(each.tag)
        if name.removeprefix(_SPACE) not in _ELEMENTS or not name.startswith(_SPACE):
            yield f"it has the element {shorten(name)}"
        for key, value in each.attrib.items():
            outside = "url(" in value.lower().replace("url(#", "")
            bare = key.rpartition("}")[2].lower()
            if bare.startswith("on") or bare == "style" or outside:
                yield f"it has the attribute {shorten(key)}"
            if bare in ("href", "src") and not value.startswith("#"):
                yield f"it refers to {shorten(value)}"


def _unsafe(why: str) -> DataError:
    return DataError("unsafe-plot", f"a plot can't be part of the page: {why}", "draw it without")
