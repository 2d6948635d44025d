"""Text from outside, made safe to show on a terminal."""

import unicodedata

_SHOWN_AS_ESCAPE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def plain(text: str) -> str:
    r"""Return ``text`` on one line, with control and direction characters as escapes.

    >>> print(plain("a\x1b[31mb\n"))
    a\x1b[31mb\n
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        repr(char)[1:-1] if unicodedata.category(char) in _SHOWN_AS_ESCAPE else char
        for char in text
    )


def shorten(text: str, width: int = 60) -> str:
    """Return ``text`` made plain and cut in its middle to at most ``width`` characters."""
    half = (width - 1) // 2
    if len(text) > 2 * width:
        text = f"{text[:width]}…{text[-width:]}"
    shown = plain(text)
    return shown if len(shown) <= width else f"{shown[:half]}…{shown[-half:]}"
