"""Walking over the spans of a record."""

import re
from collections.abc import Iterator

from goldwire.schemas.record import AnySpan, Mention, Placed, Record


def spans(record: Record) -> Iterator[tuple[str, AnySpan]]:
    """Yield every span of a record with its field path."""
    for layer in ("zones", "boilerplate", "mentions", "relations", "quotes"):
        for index, item in enumerate(getattr(record, layer) or ()):
            path = f"{layer}[{index}]"
            if isinstance(item, Placed):
                yield path, item
            for name in ("parts", "evidence", "content", "cue", "marks"):
                for number, span in enumerate(getattr(item, name, ())):
                    yield f"{path}.{name}[{number}]", span
            if source := getattr(item, "source", None):
                yield f"{path}.source", source


def extent(span: AnySpan) -> tuple[int, int] | None:
    """Return a span's start and end, or None if it has none (yet)."""
    if span.start is None or span.end is None:
        return None
    return span.start, span.end


def pieces(mention: Mention) -> list[tuple[int, int]]:
    """Return the extents of a mention's parts, or its own if it has none; unplaced ones not."""
    spans: list[AnySpan] = [*mention.parts] or [mention]
    return [ends for span in spans if (ends := extent(span))]


def occurrence(text: str, surface: str, start: int = 0) -> tuple[int, int] | None:
    """Return where ``surface`` next occurs as whole words from ``start``, or None.

    >>> occurrence("Iranian and Iran", "Iran")
    (12, 16)
    """
    if len(surface) > len(text):
        return None
    head = r"(?<!\w)" if surface[:1].isalnum() else ""
    tail = r"(?!\w)" if surface[-1:].isalnum() else ""
    found = re.compile(head + re.escape(surface) + tail).search(text, start)
    return found.span() if found else None


def occurrences(text: str, surface: str) -> Iterator[tuple[int, int]]:
    """Yield every place where ``surface`` occurs as whole words."""
    found = occurrence(text, surface)
    while found:
        yield found
        found = occurrence(text, surface, found[1])
