"""Spans of tokens as brackets in a column: names, ``(PERSON*``, and chains, ``(12|(3)``."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from goldwire.schemas.errors import DataError, Place

Named = tuple[int, int, str]
"""First token, last token + 1, and the label."""
NONE = ("-", "_")
LABEL = re.compile(r"[^()*\s\0]+")
_NAMED = re.compile(r"((?:\([^()*]+)*)\*?(\)*)")
_CHAIN = re.compile(r"(\(?)([0-9]+)(\)?)")
_CURE = "open and close every bracket in one sentence"


def named(cells: Sequence[str], places: Sequence[Place]) -> list[Named]:
    """Return the spans of a sentence's names, in the order in which they open.

    A bracket closes the last one that is open. Raises DataError for a cell that is none, for
    brackets that don't pair, and for a span that has one label twice.
    """
    found: list[Named] = []
    stack: list[int] = []
    for number, (cell, place) in enumerate(zip(cells, places, strict=True)):
        if cell in NONE:
            continue
        parts = _NAMED.fullmatch(cell)
        if not parts:
            what = f'"{cell}" is no cell of names'
            raise DataError("unknown-cell", what, "expected (TYPE*, *, *) or (TYPE)", place)
        for label in parts[1].split("(")[1:]:
            stack.append(len(found))
            found.append((number, -1, label))
        for _ in parts[2]:
            if not stack:
                raise _unopened(cell, place)
            start, _, label = found[stack[-1]]
            found[stack.pop()] = start, number + 1, label
    if stack:
        raise _unclosed(f"({found[stack[-1]][2]}", places[found[stack[-1]][0]])
    return _unlike(found, places)


def chains(cells: Sequence[str], places: Sequence[Place]) -> list[Named]:
    """Return the spans of a sentence's chains, each with its number, in the order of opening.

    ``12)`` closes the last ``(12`` that is open; brackets of different chains may cross. Raises
    DataError for a cell that is none, for brackets that don't pair, for a span that is in one
    chain twice, and for a cell that both ends and begins a mention of one chain: then the two
    share a token, and which bracket belongs to which can't be told.
    """
    found: list[Named] = []
    stacks: dict[str, list[int]] = defaultdict(list)
    for number, (cell, place) in enumerate(zip(cells, places, strict=True)):
        closed: set[str] = set()
        for opens, chain, closes in _numbers(cell, place):
            if opens and chain in closed:
                what = f'in "{cell}" chain {chain} closes and opens: its mentions cross'
                raise DataError("crossing", what, "let them be nested or apart", place)
            if opens:
                stacks[chain].append(len(found))
                found.append((number, -1, chain))
            if closes:
                if not stacks[chain]:
                    raise _unopened(cell, place)
                index = stacks[chain].pop()
                found[index] = found[index][0], number + 1, chain
                if not opens:
                    closed.add(chain)
    if left := [each for stack in stacks.values() for each in stack]:
        raise _unclosed(f"({found[min(left)][2]}", places[found[min(left)][0]])
    return _unlike(found, places)


def _numbers(cell: str, place: Place) -> Iterator[tuple[str, str, str]]:
    for part in () if cell in NONE else cell.split("|"):
        found = _CHAIN.fullmatch(part)
        if not found or not (found[1] or found[3]):
            what = f'"{cell}" is no cell of chains'
            raise DataError(
                "unknown-cell", what, "expected (12), (12, 12) or -, with | between", place
            )
        yield found[1], found[2], found[3]


def _unopened(cell: str, place: Place) -> DataError:
    return DataError("brackets", f'"{cell}" closes what is not open', _CURE, place)


def _unclosed(opened: str, place: Place) -> DataError:
    return DataError("brackets", f'"{opened}" is not closed in its sentence', _CURE, place)


def _unlike(found: list[Named], places: Sequence[Place]) -> list[Named]:
    seen: set[Named] = set()
    for each in found:
        if each in seen:
            what = f'two brackets "{each[2]}" open and close at the same words'
            raise DataError("repeated-span", what, "keep one", places[each[0]])
        seen.add(each)
    return found


def name_cells(spans: Iterable[Named], count: int) -> list[str]:
    """Return the cells of names for so many tokens; spans are nested or apart, outer ones first.

    >>> name_cells([(0, 2, "ORG"), (0, 1, "GPE"), (3, 4, "GPE")], 4)
    ['(ORG(GPE*)', '*)', '*', '(GPE)']
    """
    opens: list[list[str]] = [[] for _ in range(count)]
    closes = [0] * count
    for start, end, label in spans:
        opens[start].append(f"({label}")
        closes[end - 1] += 1
    return [
        "".join((*labels, "" if len(labels) == number == 1 else "*", ")" * number))
        for labels, number in zip(opens, closes, strict=True)
    ]


def chain_cells(spans: Iterable[Named], count: int) -> list[str]:
    """Return the cells of chains for so many tokens.

    >>> chain_cells([(0, 2, "1"), (0, 1, "2"), (1, 2, "1")], 3)
    ['(1|(2)', '(1)|1)', '-']
    """
    opens: list[list[str]] = [[] for _ in range(count)]
    closes: list[list[str]] = [[] for _ in range(count)]
    for start, end, number in spans:
        if end - start == 1:
            opens[start].append(f"({number})")
        else:
            opens[start].append(f"({number}")
            closes[end - 1].append(f"{number})")
    return ["|".join(one + other) or "-" for one, other in zip(opens, closes, strict=True)]
