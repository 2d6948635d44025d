"""A plot as part of a page: SVG without styles, which takes the page's own colours.

A page that allows no inline styles drops them, so each becomes the attribute of that name.
"""

import re
from xml.etree import ElementTree

from goldwire.eval.plots.data import Systems
from goldwire.eval.plots.draw import PLOTS, draw, plot_named
from goldwire.eval.plots.style import INK, ON_TINT, Width

_SVG, _LINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"
_DROPPED = {f"{_SVG}{name}" for name in ("metadata", "style")}
_FONT = re.compile(r"(?:(?P<weight>bold|\d+) )?(?P<size>[\d.]+)px .*")
_REFERENCE = re.compile(r'(?:href="|url\()#([^")]+)')
_COLOURED = ("fill", "stroke")


def svg_for_page(name: str, systems: Systems, width: Width = "page") -> str:
    """Return a plot as an SVG element for an HTML page; raises what ``draw`` does.

    Its lines and text are of the page's ``color``, its ids begin with the plot's name, and it
    has no style, script or reference to anything outside. A reader hears its title and what
    it shows.
    """
    drawn = draw(name, systems, "svg", width, background=False).decode()
    root = ElementTree.fromstring(drawn)  # our own bytes, in which names are escaped
    plot = plot_named(name)
    for hatch in root.iter(f"{_SVG}pattern"):
        for each in hatch.iter():  # they lie on our colours, not on the page's
            each.attrib |= {k: v.replace(INK, ON_TINT) for k, v in each.attrib.items()}
    _clean(root, f"plot-{name}-", frozenset(_REFERENCE.findall(drawn)))
    root.attrib |= {
        "class": "plot",
        "role": "img",
        "aria-labelledby": f"plot-{name}-title plot-{name}-desc",
        "fill": "currentColor",
        "font-family": "sans-serif",
        "stroke-linecap": "butt",
        "stroke-linejoin": "round",
    }
    for place, (tag, words) in enumerate((("title", plot.title), ("desc", plot.about))):
        told = ElementTree.Element(f"{_SVG}{tag}", id=f"plot-{name}-{tag}")
        told.text = words
        root.insert(place, told)
    ElementTree.register_namespace("", _SVG[1:-1])
    return ElementTree.tostring(root, encoding="unicode")


def pictures(systems: Systems) -> list[tuple[str, str]]:
    """Return every plot with its title, for an HTML page."""
    return [(plot.title, svg_for_page(name, systems)) for name, plot in PLOTS.items()]


def _clean(parent: ElementTree.Element, prefix: str, used: frozenset[str]) -> None:
    """Make styles attributes, and the ids that are used, and what uses them, the plot's own."""
    for child in list(parent):
        if child.tag in _DROPPED:
            parent.remove(child)
        else:
            _clean(child, prefix, used)
    found = parent.attrib
    for each in found.pop("style", "").split(";"):
        key, _, value = each.partition(":")
        if value.strip():
            found.update(_attributes(key.strip(), value.strip()))
    if (name := found.pop("id", None)) in used:
        found["id"] = f"{prefix}{name}"
    if _LINK in found:
        found["href"] = f"#{prefix}{found.pop(_LINK).removeprefix('#')}"
    for key in found:
        found[key] = " ".join(found[key].split()).replace("url(#", f"url(#{prefix}")
        if key in _COLOURED and found[key].lower() == INK:
            found[key] = "currentColor"


def _attributes(key: str, value: str) -> dict[str, str]:
    """Return a declaration of CSS as attributes; fonts are the page's own but for the size."""
    if key == "font" and (font := _FONT.fullmatch(value)):
        weight = font["weight"]
        return {"font-size": font["size"], **({"font-weight": weight} if weight else {})}
    if key == "font-size":
        return {key: value.removesuffix("px")}
    return {} if key == "font-family" else {key: value}
