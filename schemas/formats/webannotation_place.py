"""Where the selectors of an annotation say that it is in a text."""

from typing import Any

import msgspec

from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.formats.held import Ends
from goldwire.schemas.formats.json_items import shaped
from goldwire.schemas.plain import shorten

_CURE = "give a TextPositionSelector (start, end), a TextQuoteSelector (exact), or both"
_LENIENT = "correct one of them, or leave out the position of words that stand only once"


class Selector(msgspec.Struct):
    """What selects a stretch; of the kinds that there are two are of text."""

    type: str
    start: int | None = None
    end: int | None = None
    exact: str | None = None
    prefix: str = ""
    suffix: str = ""
    refinedBy: Any = None  # noqa: N815


def placed(value: Any, text: str, place: Place) -> Ends:
    """Return the start and end that selectors give, or raise DataError.

    Positions count code points, as the recommendation has it. Position and quotation must agree,
    and so must what stands before and after; a quotation alone must stand once in the text.
    """
    found = [
        shaped(each, Selector, place, _CURE)
        for each in (value if isinstance(value, list) else [value])
    ]
    positions = [each for each in found if each.type == "TextPositionSelector"]
    quotes = [each for each in found if each.type == "TextQuoteSelector"]
    if any(each.refinedBy is not None for each in (*positions, *quotes)):
        what, cure = "a selector is refined by another", "give the stretch itself"
        raise DataError("no-place", what, cure, place)
    if len({(each.start, each.end) for each in positions}) > 1:
        what, cure = "it has several positions", "give each stretch an annotation of its own"
        raise DataError("no-place", what, cure, place)
    if positions:
        return _at(positions[0], quotes, text, place)
    if quotes and quotes[0].exact:
        return _once(quotes[0], text, place)
    raise DataError("no-place", "nothing says where in the text it is", _CURE, place)


def _at(position: Selector, quotes: list[Selector], text: str, place: Place) -> Ends:
    start, end = position.start, position.end
    if start is None or end is None or not 0 <= start < end <= len(text):
        what = f"its position [{start}, {end}) is not in the text ({len(text)} characters)"
        raise DataError("outside-text", what, "count code points from the start", place)
    for each in quotes:
        around = text[max(start - len(each.prefix), 0) : start], text[end : end + len(each.suffix)]
        if (text[start:end], *around) != (each.exact, each.prefix, each.suffix):
            seen = shorten(text[start:end])
            what = (
                f'at its position stands "{seen}", its quotation is "{shorten(each.exact or "")}"'
            )
            if text[start:end] == each.exact:
                what = "what stands before or after its position is not what it quotes"
            elif _in_units(text, start, end) == each.exact:
                what += " (the position counts UTF-16 units, not code points)"
            raise DataError("disagree", what, _LENIENT, place)
    return start, end


def _in_units(text: str, start: int, end: int) -> str:
    return text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le", "replace")


def _once(quote: Selector, text: str, place: Place) -> Ends:
    exact = quote.exact or ""
    whole = quote.prefix + exact + quote.suffix
    first = text.find(whole)
    if first < 0 or text.find(whole, first + 1) >= 0:
        how = "not" if first < 0 else "more than once"
        what = f'"{shorten(whole)}" stands {how} in the text'
        raise DataError("no-place", what, "add a TextPositionSelector", place)
    start = first + len(quote.prefix)
    return start, start + len(exact)
