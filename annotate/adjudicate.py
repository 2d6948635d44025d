"""From two passes and the decisions on their disagreements to gold.

What the passes agree on is taken as it is. Each key on which they differ needs a decision in
``decisions.json``; a decision may also be on a key that they agree on, or on a new one, where
a later reading found an error of both. Gold is never edited: it is made by this module.
"""

from pathlib import Path

import msgspec

from goldwire.annotate.assemble import attempted, fresh_ids, record_of
from goldwire.annotate.compare import Disagreement, Items, disagreements, keyed
from goldwire.annotate.decisions import Decision, Decisions, path_of, read, write
from goldwire.corpus.checks import require_placed
from goldwire.schemas.derived import Derived, whole
from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.reading import read_bytes
from goldwire.schemas.record import SCHEMA_VERSION, Record
from goldwire.schemas.writing import encode_gold, write_bytes


def folders(root: Path) -> list[Path]:
    """Return the article folders of a checkout that have decisions."""
    return sorted(path.parent for path in root.glob("corpus/articles/*/decisions.json"))


def finished(root: Path) -> list[Path]:
    """Return those that have gold too: the others are still being adjudicated."""
    return [folder for folder in folders(root) if (folder / "gold.json").exists()]


def derived(root: Path) -> list[Derived]:
    """Return each finished article's gold as its passes and decisions give it."""
    return [whole(folder / "gold.json", gold(folder)) for folder in finished(root)]


def undecided(folder: Path) -> list[Disagreement]:
    """Return the disagreements on which no decision has been made; DataError for a stale one.

    A decision is stale if a side of it is no longer what that pass says.
    """
    return _undecided(*read(folder), Place(str(path_of(folder))))


def _undecided(decisions: Decisions, a: Record, b: Record, place: Place) -> list[Disagreement]:
    known = {(each.layer, each.key): each for each in decisions.decisions}
    one, other = keyed(a, b)
    for name, decision in known.items():
        if (decision.a, decision.b) != (one.items.get(name), other.items.get(name)):
            where = Place(place.file, field=f"{name[0]} {name[1]}")
            cure = "remove the decision and decide anew"
            raise DataError("stale-decision", "the passes say something else now", cure, where)
    fresh = [each for each in disagreements(a, b) if (each.layer, each.key) not in known]
    return [*(each for each in decisions.decisions if each.choice is None), *fresh]


def write_open(folder: Path) -> None:
    """Add the disagreements that ``decisions.json`` lacks to it, as decisions that are open."""
    write(folder, with_open(*read(folder)))


def with_open(decisions: Decisions, a: Record, b: Record) -> Decisions:
    """Return decisions with those added on which two passes differ, still open."""
    known = {(each.layer, each.key) for each in decisions.decisions}
    fresh = [
        Decision(layer=each.layer, key=each.key, text=each.text, a=each.a, b=each.b)
        for each in disagreements(a, b)
        if (each.layer, each.key) not in known
    ]
    return msgspec.structs.replace(decisions, decisions=[*decisions.decisions, *fresh])


def gold(folder: Path) -> bytes:
    """Return ``gold.json`` as the passes and decisions give it; DataError if one is open."""
    return encode_gold(made(*read(folder), Place(str(path_of(folder)))))


def made(decisions: Decisions, a: Record, b: Record, place: Place) -> Record:
    """Return gold as passes and decisions give it, with its text; DataError if it is not sound."""
    open_ones = _undecided(decisions, a, b, place)
    if open_ones:
        what = f"{len(open_ones)} disagreements have no decision"
        cure = "run goldwire annotate adjudicate and decide them"
        raise DataError("undecided", what, cure, place)
    record = together(decisions, a, b, place)
    require_placed(record, place)
    return record


def together(decisions: Decisions, a: Record, b: Record, place: Place) -> Record:
    """Put agreed and decided items together; nothing is checked but links and ``within``."""
    items = _decided(decisions, keyed(a, b)[0].items)
    unknown = {("entities", entity) for entity in decisions.links} - items.keys()
    if unknown:
        names = ", ".join(sorted(entity for _, entity in unknown))
        what = f"links for entities that gold does not have: {names}"
        raise DataError("dangling-id", what, "remove or rename them", place)
    for entity, link in decisions.links.items():
        items["entities", entity]["wikidata"] = msgspec.to_builtins(link)
    head = Record(
        id=a.id,
        schema_version=SCHEMA_VERSION,
        guidelines_version=decisions.guidelines_version,
        language=a.language,
        text=a.text,
        sha256=a.sha256,
        source=a.source,
        annotation=decisions.annotation,
    )
    return record_of(head, items, fresh_ids(items), attempted(a, b), place)


def _decided(decisions: Decisions, agreed: Items) -> Items:
    """Return the items of gold: those of A, changed where a decision says so."""
    items = {name: dict(item) for name, item in agreed.items()}
    for each in decisions.decisions:
        items.pop((each.layer, each.key), None)
        if (item := each.item()) is not None:
            note = {} if each.note is None else {"note": each.note}
            items[each.layer, each.key] = item | note
    return items


def stale(folder: Path) -> bool:
    """Say whether ``gold.json`` is not what the passes and decisions give."""
    path = folder / "gold.json"
    return not path.exists() or read_bytes(path) != gold(folder)


def write_gold(folder: Path) -> None:
    """Write ``gold.json``."""
    write_bytes(folder / "gold.json", gold(folder))
