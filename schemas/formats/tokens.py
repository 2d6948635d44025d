"""Tokens and characters: tokens found in a text exactly, or a text built of them."""

from collections.abc import Sequence
from itertools import accumulate

from goldwire.schemas.errors import DataError, Place

Ends = tuple[int, int]
BUILT = "tokens joined by spaces, sentences by line ends"
"""What ``meta`` says of a text that was built, under ``text``."""


def found(tokens: Sequence[str], text: str, places: Sequence[Place]) -> list[Ends]:
    r"""Return where tokens stand in a text, one after another, nothing but white space between.

    Raises DataError ``other-text`` at the place of the first that does not stand there, or at the
    last token's if the text goes on.

    >>> found(["a", "b"], "a\u00a0b", [Place(), Place()])
    [(0, 1), (2, 3)]
    """
    ends: list[Ends] = []
    offset = 0
    for token, place in zip(tokens, places, strict=True):
        while not text.startswith(token, offset) and text[offset : offset + 1].isspace():
            offset += 1
        if not text.startswith(token, offset):
            rest = text[offset : offset + 20]
            what = f'the token "{token}" is not what the text has there ("{rest}")'
            raise DataError("other-text", what, "give the text that was tokenised", place)
        ends.append((offset, offset + len(token)))
        offset += len(token)
    if text[offset:].strip():
        what = f'the text goes on after the last token ("{text[offset:].strip()[:20]}")'
        place = places[-1] if places else Place()
        raise DataError("other-text", what, "give the text that was tokenised", place)
    return ends


def built(sentences: Sequence[Sequence[str]]) -> tuple[str, list[Ends]]:
    r"""Return a text of tokens joined by spaces and sentences by line ends, and where they stand.

    >>> built([["Bo", "left", "."], [], ["Ann"]])
    ('Bo left .\nAnn', [(0, 2), (3, 7), (8, 9), (10, 13)])
    """
    text = "\n".join(" ".join(sentence) for sentence in sentences if sentence)
    tokens = [token for sentence in sentences for token in sentence]
    starts = accumulate([0, *(len(token) + 1 for token in tokens)])
    return text, [(start, start + len(token)) for start, token in zip(starts, tokens, strict=False)]
