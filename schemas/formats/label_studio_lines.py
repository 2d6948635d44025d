"""Lines of ``key=value``: what has no place in the text, as people type it into a text area.

An entity is ``id=holt type=PERSON name="Mira Holt" wikidata=Q1 member=ek``; in place of
``wikidata`` it may have ``nil=not-found``, and ``member`` may stand several times. A relation
without evidence is ``id=r1 type=visited head=holt tail=oslo certainty=stated``. Both may have
``optional=yes``, ``alternatives``, ``note`` and ``meta``. A value with spaces or quotation marks
is a JSON string.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from goldwire.schemas.errors import DataError
from goldwire.schemas.near import did_you_mean
from goldwire.schemas.plain import shorten
from goldwire.schemas.record import Entity, Relation, Remarks

Fault = Callable[[str, str, str], DataError]
"""Makes the error at a place known to the caller: of code, what and cure."""
Pairs = list[tuple[str, str]]

REMARKS = ("optional", "alternatives", "note", "meta")
KEYS = {
    "entity_list": ("id", "type", "name", "wikidata", "nil", "member", *REMARKS),
    "relation_list": ("id", "type", "head", "tail", "certainty", *REMARKS),
}
_PAIR = re.compile(r'\s*([a-z]+)=("(?:[^"\\]|\\.)*"|[^\s"]\S*)(?=\s|$)')
_BARE = re.compile(r'[^\s"\\]+')
_YES = "yes"


def joined(pairs: Pairs) -> str:
    r"""Return one line of pairs.

    >>> print(joined([("id", "e1"), ("name", "Mira \"Mi\" Holt")]))
    id=e1 name="Mira \"Mi\" Holt"
    >>> print(joined([("id", "a\u200b")]))
    id="a\u200b"
    """
    return " ".join(f"{key}={_value(value)}" for key, value in pairs)


def _value(value: str) -> str:
    if _BARE.fullmatch(value) and value.isprintable():
        return value
    if value.replace(" ", "").isprintable():
        return msgspec.json.encode(value).decode()
    return '"' + "".join(_escaped(char) for char in value) + '"'


def _escaped(char: str) -> str:
    """Return a character of a JSON string, escaped if it can't be seen in a text area."""
    if char == " " or (char.isprintable() and char not in '"\\'):
        return char
    units = char.encode("utf-16-be").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def split(line: str, keys: tuple[str, ...], fault: Fault) -> Pairs:
    r"""Return the pairs of a line, or raise what ``fault`` makes of it.

    >>> split('id=e1 name="Mira \\"Mi\\" Holt"', ("id", "name"), lambda *_: ValueError())
    [('id', 'e1'), ('name', 'Mira "Mi" Holt')]
    """
    pairs: Pairs = []
    at = 0
    while line[at:].strip():
        if not (found := _PAIR.match(line, at)):
            what = f'expected key=value, found "{shorten(line[at:].strip(), 40)}"'
            raise fault("bad-line", what, 'write a value with spaces as "..."')
        key, value = found.groups()
        if key not in keys:
            cure = did_you_mean(key, keys) or f"known are {', '.join(keys)}"
            raise fault("unknown-key", f'unknown key "{key}"', cure)
        if key != "member" and any(key == other for other, _ in pairs):
            raise fault("repeated-key", f"{key} stands twice in a line", "keep one")
        pairs.append((key, _read(key, value, fault)))
        at = found.end()
    return pairs


def _read(key: str, value: str, fault: Fault) -> str:
    if not value.startswith('"'):
        return value
    try:
        return msgspec.json.decode(value, type=str)
    except msgspec.DecodeError:
        what = f"the value of {key} is no JSON string"
        raise fault("bad-line", what, 'write \\" for a quotation mark, \\\\ for \\') from None


def entity_line(entity: Entity) -> str:
    """Return an entity's line."""
    link = entity.wikidata
    pairs = [
        ("id", entity.id),
        ("type", entity.type),
        ("name", entity.name),
        ("wikidata", (link.id or (None if link.nil_reason is not None else "")) if link else None),
        ("nil", link.nil_reason if link else None),
        *(("member", member) for member in entity.members),
    ]
    return _line(pairs, entity)


def relation_line(relation: Relation) -> str:
    """Return the line of a relation, without its evidence."""
    names = ("id", "type", "head", "tail", "certainty")
    return _line([(name, getattr(relation, name)) for name in names], relation)


def _line(pairs: list[tuple[str, str | None]], item: Remarks) -> str:
    remarks = [
        ("optional", _YES if item.optional else None),
        ("alternatives", item.alternatives),
        ("note", item.note),
        ("meta", None if item.meta is None else msgspec.json.encode(item.meta).decode()),
    ]
    return joined([(key, value) for key, value in [*pairs, *remarks] if value is not None])


def items(name: str, entries: list[str], fault: Fault) -> Iterator[tuple[dict[str, Any], Fault]]:
    """Yield the items of a list's entries as the fields of their records, each with its ``fault``.

    An entry may hold several lines.
    """
    lines = [line for entry in entries for line in entry.split("\n") if line.strip()]
    for number, line in enumerate(lines, 1):

        def here(code: str, what: str, cure: str, number: int = number) -> DataError:
            return fault(code, f"line {number} of {name}: {what}", cure)

        yield _fields(split(line, KEYS[name], here), here), here


def _fields(pairs: Pairs, fault: Fault) -> dict[str, Any]:
    found: dict[str, Any] = {key: value for key, value in pairs if key != "member"}
    if members := [value for key, value in pairs if key == "member"]:
        found["members"] = members
    link = {"id": found.pop("wikidata", None), "nil_reason": found.pop("nil", None)}
    if link != {"id": None, "nil_reason": None}:
        found["wikidata"] = {**link, "id": link["id"] or None}
    if "optional" in found:
        if found["optional"] != _YES:
            raise fault("wrong-type", "optional is not yes", "write optional=yes, or leave it out")
        found["optional"] = True
    if "meta" in found:
        try:
            found["meta"] = msgspec.json.decode(found["meta"], type=dict[str, Any])
        except (msgspec.MsgspecError, RecursionError):
            raise fault("wrong-type", "meta is no JSON object", "remove it") from None
    return found
