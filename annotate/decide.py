"""From an adjudicated record to decisions.

The adjudicator sees both passes under common names and leaves one record. What was decided on
each key is read off by comparing that record with the passes; gold is then made as ever, of the
passes and the decisions, and has exactly the items of that record.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import msgspec

from goldwire.annotate.adjudicate import made
from goldwire.annotate.assemble import attempted, fresh_ids, record_of
from goldwire.annotate.compare import (
    LAYERS,
    Item,
    Keyed,
    Layer,
    Name,
    compared,
    fields_of,
    keyed,
    place_of,
    require_same_text,
    shown,
)
from goldwire.annotate.decisions import KINDS, Choice, Decision, Decisions, read_pass
from goldwire.annotate.start import Asked, taken_up
from goldwire.corpus.checks import require_placed
from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.record import Link, Record

_NO_LAYERS: dict[str, None] = dict.fromkeys(LAYERS)


def proposals(a: Record, b: Record) -> tuple[Record, Record]:
    """Return two passes as an adjudicator sees them, so that items can be copied between them.

    Both are under A's names for entities, and items of one key have one id: what the passes
    agree on is equal in both, but for the names and links of entities. Notes are left out: those
    of a pass are its annotator's, those of gold its adjudicator's.
    """
    sides = keyed(a, b)
    ids = fresh_ids(*(side.items for side in sides))
    one, other = (
        record_of(
            msgspec.structs.replace(record, annotation=None, **_NO_LAYERS),
            side.items,
            ids,
            attempted(record),
            Place(record=record.id),
        )
        for record, side in zip((a, b), sides, strict=True)
    )
    return one, other


def adopted(
    folder: Path,
    result: Record,
    who: str,
    kind: str,
    when: str,
    *,
    passes: tuple[str, str] | None = None,
    guidelines: str | None = None,
) -> Decisions:
    """Return the decisions of an article's folder as an adjudicated record has made them.

    ``passes`` and ``guidelines`` are needed as for ``start``, where there is no such file yet.
    Rules and reasons that it already holds are kept where the choice is still the same. Raises
    DataError or UsageError if the file is of other passes, if the record is
    over another text or not sound, or if the gold that it would give is not.
    """
    known = taken_up(folder, Asked(passes, who, kind, when, guidelines))
    a, b = (read_pass(folder, name) for name in known.passes)
    place = Place(f"adjudication of {a.id}")
    if result.text is None and result.sha256 == a.sha256 is not None:
        result = msgspec.structs.replace(result, text=a.text)
    _require_over(a, result, place)
    require_placed(result, place)
    found = decided(a, b, result, known)
    made(found, a, b, place)
    return found


def _require_over(a: Record, result: Record, place: Place) -> None:
    if (result.id, result.text) != (a.id, a.text):
        which = f'article "{result.id}"' if result.id != a.id else "another text"
        cure = "give the adjudication of these passes"
        raise DataError("other-text", f"it is of {which}, not of that of the passes", cure, place)


def decided(a: Record, b: Record, result: Record, known: Decisions) -> Decisions:
    """Return the decisions that make of two passes what a sound record has.

    ``known`` are those made before, none at first; its passes, guidelines and annotation are
    kept, and its links, of entities that the record has, where the record gives none. A link that
    is a pass's own comes with that pass's entity.
    """
    require_same_text(a, result, "passes and adjudication")
    one, other = keyed(a, b)
    final = Keyed(result, {})
    links = _links(one, other, final, known)
    before: dict[Name, Decision] = {(each.layer, each.key): each for each in known.decisions}
    names = one.items.keys() | other.items.keys() | final.items.keys()
    found = []
    for name in (*before, *sorted(names - before.keys(), key=place_of)):
        left, right, wanted = (each.items.get(name) for each in (one, other, final))
        linked = name[0] == "entities" and name[1] in links
        case = _Case(name, left, right, wanted, final.notes.get(name), linked)
        text = shown(a, left or right or wanted or {})
        if decision := case.decision(before.get(name), text):
            found.append(decision)
    return msgspec.structs.replace(known, links=links, decisions=found)


@dataclass(frozen=True, slots=True)
class _Case:
    """One key: what each pass has and what gold is to have there, and gold's note on it.

    ``linked``: gold has the link of this entity from elsewhere, whatever the item says.
    """

    name: Name
    a: Item | None
    b: Item | None
    gold: Item | None
    note: str | None
    linked: bool

    def decision(self, old: Decision | None, text: str) -> Decision | None:
        """Return what was decided, as it stood before if it still holds; None if nothing was."""
        fresh = old if old and (old.a, old.b) == (self.a, self.b) else None
        if fresh and fresh.choice and self._gives(self._plain(fresh)):
            return msgspec.structs.replace(fresh, note=self.note, other=_without_note(fresh.other))
        if compared(self.a) == compared(self.b) and self._gives(self.a) and self.note is None:
            return None
        layer, key = self.name
        made = Decision(layer=cast(Layer, layer), key=key, text=text, a=self.a, b=self.b)
        made.choice, made.note = self._choice(), self.note
        if made.choice == "other":
            made.other = self._unlinked(self.gold)
        if fresh and fresh.choice is None:
            made.text, made.rule, made.why = fresh.text, fresh.rule, fresh.why
        return made

    def _choice(self) -> Choice:
        """Return "a" or "b" where that pass is right, be it in having nothing there."""
        if self._gives(self.a):
            return "a"
        if self._gives(self.b):
            return "b"
        return "neither" if self.gold is None else "other"

    def _gives(self, item: Item | None) -> bool:
        return self._unlinked(item) == self._unlinked(self.gold)

    def _unlinked(self, item: Item | None) -> Item | None:
        if item is None or not self.linked:
            return item
        return {key: value for key, value in item.items() if key != "wikidata"}

    def _plain(self, old: Decision) -> Item | None:
        """Return the item that was chosen, one that was written by hand in the form of all."""
        if old.other is None:
            return old.item()
        kind = KINDS[self.name[0]]
        given = {**old.other, "id": "x"} if "id" in kind.__struct_fields__ else old.other
        return fields_of(msgspec.convert(given, kind))


def _without_note(item: Item | None) -> Item | None:
    """Return an item without a note: the decision has it."""
    if item is None:
        return None
    return {key: value for key, value in item.items() if key != "note"}


def _links(one: Keyed, other: Keyed, final: Keyed, known: Decisions) -> dict[str, Link]:
    """Return the links that the passes do not have: the record's, else the known ones."""
    links: dict[str, Any] = {}
    for name, item in final.items.items():
        layer, key = name
        passed = [side.items.get(name, {}).get("wikidata") for side in (one, other)]
        given = item.get("wikidata") if layer == "entities" else None
        if layer == "entities" and key in known.links:
            links[key] = given or msgspec.to_builtins(known.links[key])
        elif given and given not in passed:
            links[key] = given
    ordered = {key: links[key] for key in known.links if key in links} | links
    return msgspec.convert(ordered, dict[str, Link])
