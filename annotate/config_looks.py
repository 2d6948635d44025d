"""Colours and style of the labelling configuration: readable on a light and on a dark page.

The editor fills a region with its label's colour at 30 %, regions in one another several times,
and writes the text in the page's own colour; on a button that is selected it writes white on the
whole colour. So all colours are of one luminance: dark enough for white, and light enough for dark
text on some layers of them. They differ by hue and saturation. In its list of regions the editor
writes names in the colours themselves, for which no colour has 4.5 on both pages; these have 3.
"""

import colorsys

LUMINANCE = 0.17
"""Relative luminance (WCAG) of every colour."""
_TURN = 0.381966  # the golden angle: neighbours in a list get hues far apart
_SATURATION = {"zone": 0.05, "boilerplate": 0.3, "relation": 0.35, "part": 0.5, "quote": 0.55}
_START = {"zone": 0.1, "boilerplate": 0.08, "relation": 0.5, "part": 0.75, "quote": 0.3}

CSS = """
.goldwire { display: flex; gap: 16px; align-items: flex-start; }
.goldwire-text { flex: 1 1 0; min-width: 0; }
.goldwire-text .lsf-richtext__container { line-height: 1.9; }
.lsf-richtext__line { white-space: pre-wrap; }
[data-color-scheme=dark] .goldwire-text .htx-highlight.__active:not(.__hidden) {
  color: #f9f8f6 !important;
}
.relations-overlay { opacity: 0.45; }
.relations-overlay[class*=_highlighting] { opacity: 1; }
.goldwire-side { flex: 0 0 290px; position: sticky; top: 0; max-height: 82vh; overflow-y: auto; }
.goldwire-side h4 { font-size: 13px; line-height: 18px; margin: 6px 0 2px !important; }
.goldwire-field { border-left: 3px solid #6a7382; padding-left: 8px; }
.goldwire-side .lsf-labels { margin: 0; }
.goldwire-side .lsf-label_margins { margin: 0 4px 4px 0; padding: 0 6px; font-size: 13px; }
.goldwire-side .lsf-label__hotkey { margin-left: 6px; font-size: 12px; }
.goldwire-side .lsf-choices { margin: 0; }
.goldwire-side .lsf-choice { line-height: 24px; }
.goldwire-side .lsf-choice__checkbox { padding-left: 0; }
.goldwire-side .ant-form-item { margin-bottom: 0; }
.lsf-wrapper_viewAll .goldwire-whole { display: none; }
.lsf-wrapper_viewAll .goldwire-side { flex: 0 1 auto; max-width: 160px; }
.goldwire-side .lsf-hint { font-size: 11px; }
"""


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour as WCAG defines it.

    >>> luminance("#ffffff"), luminance("#000000")
    (1.0, 0.0)
    """
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4) for c in parts]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def colours(control: str, values: list[str]) -> dict[str, str]:
    """Return the colour of each value of a control."""
    start, saturation = _START.get(control, 0.0), _SATURATION.get(control, 0.55)
    return {
        value: _colour((start + number * _TURN) % 1, saturation)
        for number, value in enumerate(values)
    }


def faint(colour: str) -> str:
    """Return a colour as the editor fills a region with it: in the list of arrows it fills wholly.

    >>> faint("#336699")
    '#3366994d'
    """
    return f"{colour}4d"


def _colour(hue: float, saturation: float) -> str:
    """Return the colour of a hue that has the luminance of all."""
    low, high = 0.0, 1.0
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (
            (low, middle)
            if luminance(_hex(hue, middle, saturation)) > LUMINANCE
            else (
                middle,
                high,
            )
        )
    return _hex(hue, low, saturation)


def _hex(hue: float, lightness: float, saturation: float) -> str:
    parts = colorsys.hls_to_rgb(hue, lightness, saturation)
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)


ARROW_COLOUR = _colour(0.6, 0.1)
"""Of arrows that are no relations."""
