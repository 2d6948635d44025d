"""Tags of tokens such as ``B-PER``: the scheme that they follow and the spans that they mean.

The schemes are IOB1, IOB2, IOBES and BILOU. Spans are found by one rule, that of conlleval: ``B``
and ``S`` begin one, ``I`` and ``E`` go on with it if the tag before is of its type and did not end
it, and else begin one. On a sequence that a scheme allows the rule gives what the scheme means; one
that it does not allow is read only on request, by the same rule. In BILOU ``L`` is ``E`` and ``U``
is ``S``. A tag without a type (``B``) is of the type None.

seqeval (the tests' oracle) has both rules, but its scheme classes drop what is not allowed without
a word, and it is an extra.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from goldwire.schemas.errors import DataError, Place

_TAG = re.compile(r"([BIESLU])(?:-(.+))?", re.DOTALL)
_AS_IOBES = {"L": "E", "U": "S"}
_SHAPE = "a tag is O, or one of B I E S L U, - and the type, such as B-PER"


class Tag(NamedTuple):
    """A tag: its letter, as in IOBES, its type, how it was written, and where."""

    letter: str
    type: str | None
    written: str
    place: Place


class Scheme(NamedTuple):
    """A scheme by its name, and the tag by which it is told (None if any would do)."""

    name: str
    told_by: Tag | None = None


Spans = list[tuple[int, int, str | None]]
"""First token, last token + 1, type."""


def parse(written: str, place: Place) -> Tag:
    """Return a tag as it is written; DataError ``unknown-tag`` if it is none.

    >>> parse("U-PER", Place())[:3]
    ('S', 'PER', 'U-PER')
    """
    if written == "O":
        return Tag("O", None, written, place)
    found = _TAG.fullmatch(written)
    if not found:
        raise DataError("unknown-tag", f'"{written}" is not a tag', _SHAPE, place)
    return Tag(_AS_IOBES.get(found[1], found[1]), found[2], written, place)


def scheme(sentences: Iterable[Sequence[Tag]]) -> Scheme:
    """Return the scheme of a file, which its tags tell surely.

    E or S are only in IOBES, L or U only in BILOU; DataError ``mixed-schemes`` if there are both.
    Else it is IOB2 if a B stands where no mention of its type goes before, which IOB1 never has,
    and IOB1 if none does: the first tag of any mention decides.
    """
    ending: dict[str, Tag] = {}
    begin: Tag | None = None
    inside: Tag | None = None
    for tags in sentences:
        before: Tag | None = None
        for tag in tags:
            if tag.written[0] in "ESLU":
                ending.setdefault("BILOU" if tag.written[0] in "LU" else "IOBES", tag)
            elif begin is None and tag.letter == "B" and not _goes_on(before, tag):
                begin = tag
            inside = inside or (tag if tag.letter == "I" else None)
            before = tag
    if len(ending) > 1:
        one, other = ending.values()
        what = f"{other.written} is of {_name(ending, other)}, but {one.written} is not"
        raise DataError("mixed-schemes", what, "write all tags in one scheme", other.place)
    if ending:
        return Scheme(*next(iter(ending.items())))
    return Scheme("IOB1", inside) if inside and not begin else Scheme("IOB2", begin)


def _name(ending: dict[str, Tag], tag: Tag) -> str:
    return next(name for name, each in ending.items() if each is tag)


def _goes_on(before: Tag | None, tag: Tag) -> bool:
    """Whether a mention of the tag's type is open before it."""
    return before is not None and before.letter in "BI" and before.type == tag.type


def faults(tags: Sequence[Tag], scheme: Scheme) -> Iterator[DataError]:
    """Yield what a scheme does not allow in a sentence, at most one fault for each tag."""
    before: Tag | None = None
    for tag in tags:
        if scheme.name != "IOB1" and tag.letter in "IE" and not _goes_on(before, tag):
            yield _fault(f"{tag.written} goes on with no mention", scheme, tag.place)
        elif _is_open(before, scheme) and tag.letter not in "IE":
            assert before is not None
            yield _fault(f"{before.written} is not ended before {tag.written}", scheme, tag.place)
        before = tag
    if _is_open(before, scheme):
        assert before is not None
        yield _fault(f"{before.written} is not ended in its sentence", scheme, before.place)


def _is_open(before: Tag | None, scheme: Scheme) -> bool:
    return before is not None and scheme.name in ("IOBES", "BILOU") and before.letter in "BI"


def _fault(what: str, scheme: Scheme, place: Place) -> DataError:
    told = scheme.told_by
    why = f" (line {told.place.line}, {told.written}, shows {scheme.name})" if told else ""
    cure = "correct the tag, or name the format conll2003-repaired"
    return DataError("invalid-tags", f"{what}{why}", cure, place)


def spans(tags: Sequence[Tag]) -> Spans:
    """Return the spans of a sentence's tags.

    >>> spans([parse(tag, Place()) for tag in "I-A B-A I-B O S-A E-A".split()])
    [(0, 1, 'A'), (1, 2, 'A'), (2, 3, 'B'), (4, 5, 'A'), (5, 6, 'A')]
    """
    found: Spans = []
    start: int | None = None
    before: Tag | None = None
    for number, tag in enumerate((*tags, Tag("O", None, "O", Place()))):
        begins = tag.letter in "BS" or (tag.letter in "IE" and not _goes_on(before, tag))
        if start is not None and before is not None and (begins or tag.letter == "O"):
            found.append((start, number, before.type))
            start = None
        start = number if begins else start
        before = tag
    return found


def iob2(spans: Spans, count: int) -> list[str]:
    """Return the IOB2 tags of so many tokens under spans that do not overlap.

    >>> iob2([(1, 3, "PER"), (3, 4, None)], 5)
    ['O', 'B-PER', 'I-PER', 'B', 'O']
    """
    tags = ["O"] * count
    for start, end, label in spans:
        suffix = "" if label is None else f"-{label}"
        tags[start:end] = [f"B{suffix}", *[f"I{suffix}"] * (end - start - 1)]
    return tags
