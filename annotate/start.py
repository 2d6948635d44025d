"""The beginning of ``decisions.json``: of which passes gold is made, by whom, by which rules."""

from datetime import date
from pathlib import Path
from typing import NamedTuple

import msgspec

from goldwire.annotate.adjudicate import with_open
from goldwire.annotate.decisions import Decisions, path_of, read_decisions, read_pass, write
from goldwire.annotate.names import require_name
from goldwire.schemas.errors import DataError, Place, UsageError
from goldwire.schemas.plain import shorten
from goldwire.schemas.record import Annotation, Record

_OPTIONS = "--passes A B --who WHO --kind KIND"


class Asked(NamedTuple):
    """What an adjudication is asked to be of; None is not said.

    ``passes`` are the names of two files in ``passes/``; ``who`` and ``kind`` say who made gold
    and what kind of annotator that is, ``when`` is a day (YYYY-MM-DD); ``guidelines`` is the
    version that gold follows, if it is not that of both passes.
    """

    passes: tuple[str, str] | None = None
    who: str | None = None
    kind: str | None = None
    when: str | None = None
    guidelines: str | None = None


def start(folder: Path, asked: Asked) -> None:
    """Write the ``decisions.json`` of an article with all disagreements of two passes open.

    One that is there stays as it is. Raises UsageError if it says something else than is asked,
    or if it is not there and something is missing.
    """
    path = path_of(folder)
    if path.exists():
        _require_equal(read_decisions(folder), asked, path)
    else:
        decisions = _begun(folder, asked)
        a, b = (read_pass(folder, name) for name in decisions.passes)
        write(folder, with_open(decisions, a, b))


def taken_up(folder: Path, asked: Asked) -> Decisions:
    """Return the decisions of an article, or new ones, under the annotation that is asked."""
    path = path_of(folder)
    if not path.exists():
        return _begun(folder, asked)
    known = read_decisions(folder)
    _require_equal(known, Asked(passes=asked.passes), path)
    version = asked.guidelines or known.guidelines_version
    note = _annotation(asked, path)
    return msgspec.structs.replace(known, annotation=note, guidelines_version=version)


def _require_equal(known: Decisions, asked: Asked, path: Path) -> None:
    note = known.annotation
    stated = Asked(known.passes, note.who, note.kind, note.when, known.guidelines_version)
    for name, has, wanted in zip(Asked._fields, stated, asked, strict=True):
        if wanted is not None and wanted != has:
            both = (" ".join(x) if isinstance(x, tuple) else x for x in (has, wanted))
            has, wanted = (shorten(x or "") for x in both)
            what = f'the decisions there have {name} "{has}", not "{wanted}"'
            cure = "leave the option out, or change what the file says"
            raise UsageError("other-decisions", what, cure, Place(str(path)))


def _begun(folder: Path, asked: Asked) -> Decisions:
    """Return decisions without any, for two passes that say who made them."""
    place = Place(str(path_of(folder)))
    if asked.passes is None:
        what, cure = "there are no decisions yet", f"start them with {_OPTIONS}"
        raise UsageError("no-decisions", what, cure, place)
    for name in asked.passes:
        require_name(name)
    if len(set(asked.passes)) == 1:
        what = "a pass can't be adjudicated with itself"
        raise UsageError("unknown-pass", what, "give two passes", place)
    note = _annotation(asked, path_of(folder))
    a, b = (_attributed(folder, name) for name in asked.passes)
    version = asked.guidelines or _version(a, b, place)
    return Decisions(passes=asked.passes, guidelines_version=version, annotation=note)


def _attributed(folder: Path, name: str) -> Record:
    """Read a pass; DataError if it does not say by whom and by what kind of annotator it is."""
    record = read_pass(folder, name)
    if not (record.annotation and record.annotation.who and record.annotation.kind):
        where = Place(str(folder / "passes" / f"{name}.json"), field="annotation")
        what = "the pass does not say who made it, and of what kind that is"
        raise DataError("missing-field", what, "give it an annotation", where)
    return record


def _version(a: Record, b: Record, place: Place) -> str:
    """Return the version of the guidelines by which both passes were made."""
    one, other = a.guidelines_version, b.guidelines_version
    if one != other or not one:
        what = f"the passes follow the guidelines {one or 'unknown'} and {other or 'unknown'}"
        cure = (
            f"start it by one: goldwire annotate adjudicate ARTICLE --guidelines VERSION {_OPTIONS}"
        )
        raise UsageError("guidelines", what, cure, place)
    return one


def _annotation(asked: Asked, path: Path) -> Annotation:
    """Return what gold says of itself; UsageError for what is missing or can't be written."""
    for name, value in (("who", asked.who), ("kind", asked.kind)):
        if not (value or "").strip() or not (value or "").isprintable():
            what = f"--{name} is missing" if not value else f'--{name} is "{shorten(value)}"'
            cure = 'say it in words, such as --who "a, b; adjudicated by c" --kind person'
            raise UsageError("no-annotator", what, cure, Place(str(path)))
    when = asked.when or date.today().isoformat()
    try:
        if date.fromisoformat(when).isoformat() != when:
            raise ValueError
    except ValueError:
        what = f'"{shorten(when)}" is no day'
        raise UsageError("no-day", what, "give it as 2026-01-31", Place(str(path))) from None
    return Annotation(who=asked.who or "", kind=asked.kind or "", when=when, status="adjudicated")
