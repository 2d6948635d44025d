"""Label maps: what each mention type becomes in another scheme.

A map lets an extractor with fewer types, or with types of other names, be scored: gold
and predicted types both go through it, and a label that maps to ``-`` is dropped on both
sides. It is a text file in UTF-8 with one ``SOURCE TARGET`` a line, between them tabs or
spaces; ``#`` starts a comment. Chains are followed to their end (A to B and B to C makes
A become C); a label that maps to itself ends one. All types that gold may have must be given,
our 18 or those of another scheme; other sources may be, for labels that only predictions have.

What a map can't do fairly:

- It changes labels, not spans and not what is annotated at all. CoNLL-2003 has no
  descriptions, pronouns or nested names; an extractor trained on it misses those under
  ``map=conll4`` too. A level, such as ``level=NAM``, takes part of that away.
- It can't split a type. Where one type of ours is two of the other scheme's (NORP is GPE
  or PER in ACE), an extractor that is right by its own scheme is wrong in the smaller part.
- Merged types forgive confusions among them, and dropped ones forgive what was found
  there: LOC for a GPE is right under ``map=conll4``, and a number predicted where there is
  none costs nothing. A predicted label that is dropped where gold's is kept is only a miss,
  not a spurious mention as well. Figures under two maps, or with and without one, are
  therefore not comparable.
- A mistyped target is a label of its own, which no extractor predicts: ``labels`` shows it.

>>> label_map("conll4").get("GPE"), label_map("conll4").get("DATE")
('LOC', None)
>>> label_map("conll4").labels
('LOC', 'MISC', 'ORG', 'PER')
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

from goldwire.schemas.errors import DataError, Place, UsageError
from goldwire.schemas.labels import labels
from goldwire.schemas.near import did_you_mean
from goldwire.schemas.plain import shorten
from goldwire.schemas.reading import read_text

_MAPS = Path(__file__).parent / "data" / "maps"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
_FIELD = re.compile(r"[^ \t]+")
_NOT_IN_A_LABEL = re.compile(r"[^A-Za-z0-9_.:/+-]")
_DROP = "-"
_GIVE_ALL = f"the map goes from gold's types to others: give each a target, or {_DROP} to drop it"


@dataclass(frozen=True, slots=True)
class LabelMap:
    """A map by its name, with the SHA-256 of the file that it was read from.

    ``targets`` has what each known label becomes, None if it is dropped: every source,
    and every target, which becomes itself.
    """

    name: str
    targets: dict[str, str | None] = field(hash=False, repr=False)
    sha256: str

    def get(self, label: str) -> str | None:
        """Return what a label becomes, or None if it is dropped.

        A label that the map does not know is DataError ``unknown-label``, never dropped in
        silence: dropping what an extractor found would raise its precision.
        """
        if label not in self.targets:
            cure = did_you_mean(label, self.known) or f"known are {', '.join(self.known)}"
            what = f'unknown label "{shorten(label)}" under map={self.name}'
            raise DataError("unknown-label", what, cure)
        return self.targets[label]

    def require(self, types: Iterable[str]) -> None:
        """Raise DataError unless the map has all types that gold may have."""
        if missing := sorted(set(types) - self.targets.keys()):
            what = f"map={self.name} has no line for {', '.join(missing)}"
            raise DataError("missing-label", what, _GIVE_ALL)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the other scheme, sorted: what gold and predictions have after it."""
        return tuple(sorted({end for end in self.targets.values() if end is not None}))

    @property
    def known(self) -> tuple[str, ...]:
        """The labels that a prediction may have under this map, sorted."""
        return tuple(sorted(self.targets))


class _Given(NamedTuple):
    """What a source is given as its target, None to drop it, and in which line."""

    target: str | None
    line: int


@cache
def shipped() -> tuple[str, ...]:
    """Return the names of the maps that come with the package."""
    return tuple(sorted(path.stem for path in _MAPS.glob("*.tsv")))


@cache
def label_map(name: str) -> LabelMap:
    """Return a shipped map; UsageError names the near ones if there is none of that name."""
    if name not in shipped():
        cure = did_you_mean(name, shipped()) or f"use one of {', '.join(shipped())}"
        raise UsageError("unknown-map", f'no label map is named "{shorten(name)}"', cure)
    return _read(_MAPS / f"{name}.tsv", name, list(labels()["mention"]))


def read_label_map(path: Path | str, types: Iterable[str] | None = None) -> LabelMap:
    """Read a map of the user's own; its name in measures is the file's, without the ending.

    ``types`` are those that gold may have, goldwire's if not given: each must have its line.
    Raises DataError, with the line where there is one, for whatever is no such map.
    """
    path = Path(path)
    place = Place(str(path))
    if not _NAME.fullmatch(path.stem):
        what = f'"{_ascii(path.stem)}" can\'t be the name of a map'
        cure = "name the file by a-z, 0-9, _ and -, with a letter or digit first: my-map.tsv"
        raise DataError("map-name", what, cure, place)
    if path.stem in shipped():
        what = f'"{path.stem}" is the name of a map that comes with goldwire'
        cure = f"rename the file, or use map={path.stem} without a file"
        raise DataError("taken-name", what, cure, place)
    return _read(path, path.stem, list(labels()["mention"]) if types is None else sorted(types))


def _read(path: Path, name: str, types: Sequence[str]) -> LabelMap:
    text = read_text(path)
    given = _sources(text, str(path))
    _require_all(given, types, Place(str(path)))
    targets = _ends(given, str(path))
    if all(targets[label] is None for label in types):
        what = "every type of gold's is dropped, which leaves nothing to score"
        raise DataError("empty-map", what, "give one of them a target", Place(str(path)))
    targets |= {end: end for end in sorted(filter(None, targets.values()))}
    return LabelMap(name, targets, hashlib.sha256(text.encode()).hexdigest())


def _sources(text: str, file: str) -> dict[str, _Given]:
    """Return the sources in the file's order; raise DataError for a line that is none."""
    given: dict[str, _Given] = {}
    for number, line in enumerate(text.split("\n"), 1):
        fields = _FIELD.findall(line.removesuffix("\r").partition("#")[0])
        if not fields:
            continue
        place = Place(file, number)
        source, target = _pair(fields, place)
        if source in given:
            raise _second(source, target, given[source], place)
        given[source] = _Given(None if target == _DROP else target, number)
    return given


def _pair(fields: list[str], place: Place) -> tuple[str, str]:
    if len(fields) != 2:
        shown = _ascii(" ".join(fields))
        what = f'expected a label and its target, found {len(fields)} in "{shown}"'
        one = f"write {_DROP} as the target to drop the label"
        more = "a label has no spaces, and a comment starts with #"
        raise DataError("field-count", what, one if len(fields) == 1 else more, place)
    cure = "a label has A-Z, a-z, 0-9 and _ . : / + -"
    for label in fields:
        if found := _NOT_IN_A_LABEL.search(label):
            what = f'"{_ascii(label)}" has a character that no label has, U+{ord(found[0]):04X}'
            raise DataError("wrong-character", what, cure, place)
    if fields[0] == _DROP:
        what = f"{_DROP} stands as a label, but it is what drops one"
        raise DataError("wrong-character", what, "write it as the target", place)
    return fields[0], fields[1]


def _ascii(text: str) -> str:
    """Return ``text`` so that a character like a Latin letter or a space is told from it."""
    return shorten(text.encode("ascii", "backslashreplace").decode())


def _second(source: str, target: str, first: _Given, place: Place) -> DataError:
    """Return the error for a source that an earlier line has."""
    before = first.target or _DROP
    if before == target:
        what = f'"{shorten(source)}" has this target in line {first.line} already'
        return DataError("repeated-label", what, "keep one of the lines", place)
    what = (
        f'"{shorten(source)}" becomes "{shorten(before)}" in line {first.line}'
        f' and "{shorten(target)}" here'
    )
    cure = "a label has one target: keep one of the lines"
    return DataError("ambiguous-label", what, cure, place)


def _require_all(given: dict[str, _Given], types: Sequence[str], place: Place) -> None:
    """Raise DataError if a type of gold's is not a source; mistyped sources are named."""
    missing = [label for label in types if label not in given]
    if not given:
        raise DataError("empty-map", "no line maps a label", _GIVE_ALL, place)
    if missing:
        others = [label for label in given if label not in types]
        hints = [
            f'line {given[label].line} has "{shorten(label)}", {hint}'
            for label in others
            if (hint := did_you_mean(label, missing))
        ]
        what = "; ".join((f"no line for {', '.join(missing)}", *hints[:2]))
        raise DataError("missing-label", what, _GIVE_ALL, place)


def _ends(given: dict[str, _Given], file: str) -> dict[str, str | None]:
    """Return the end of the chain that starts at each source."""
    ends: dict[str, str | None] = {}
    for label in given:
        trail: dict[str, int] = {}
        here: str | None = label
        while here in given and here not in ends:
            if here in trail:
                raise _loop(list(trail.items()), here, file)
            trail[here] = given[here].line
            if given[here].target == here:
                ends[here] = here
            here = given[here].target
        ends |= dict.fromkeys(trail, ends.get(here, here) if here else None)
    return ends


def _loop(trail: list[tuple[str, int]], closed_at: str, file: str) -> DataError:
    """Return the error for a chain that comes back; it is told from its first line on."""
    loop = trail[[label for label, _ in trail].index(closed_at) :]
    first = min(range(len(loop)), key=lambda n: loop[n][1])
    loop = loop[first:] + loop[:first]
    steps = [f'"{shorten(label)}" (line {line})' for label, line in loop]
    what = f'the targets go in a loop: {" to ".join(steps)} to "{shorten(loop[0][0])}"'
    cure = f"let one of them become itself, {_DROP}, or a label that has no line"
    return DataError("label-loop", what, cure, Place(file, loop[0][1]))
