"""brat stand-off (brat.nlplab.org): NAME.txt with its annotations in NAME.ann beside it.

**Files.** A folder, sub-folders too, or one NAME.ann. BioNLP's NAME.a1 and NAME.a2 are read as one
NAME.ann. A text without annotations is refused (an empty NAME.ann says that there are none); so is
a link that leaves the folder, or that is a folder. Files whose name begins with a dot, and those
with other endings (``annotation.conf``), are no annotations and left alone. Written is always a
folder. A document's name is its path without the ending.

**Read.** ``T`` lines are mentions, of several stretches too; ``R`` lines relations, Arg1 the head
(with other roles, the first); an ``Equiv`` line is one entity, and two that share a mention are
one, as brat itself has it. An entity has its mentions' type if that is one. A relation's or
speaker's entity stands for its mention; a mention that is not its entity's first is kept in
``meta``. LitBank's clusters, as second lines over the same spans (``ANN_LEE-3``), are entities of
that id. ``N`` lines of Wikidata link their mention's entity (a new one if it has none), and an
``AnnotatorNotes`` is a note. Other attributes, notes and links are in ``meta["brat"]`` of their
item; events that are no quotes, their triggers and what is said of them are no mentions, and
stand as they are in ``meta["brat"]["lines"]``. Ids stay but for those of A, N
and # lines.

A span's text must be what stands there, joined by spaces, line ends as spaces or as they are;
offsets are characters. BOM, other encodings, unknown lines, ids that stand twice or nowhere: all
are refused. Blank lines, and CR LF at the end of lines, are let pass.

**Written beside these.** Zones and boilerplate: T lines ``Zone_paragraph``, ``Boilerplate_appeal``.
Quotes: events ``E1 Quote_direct:T7 Cue:T8 Mark:T9 Source:T10 Speaker:T1 Addressee:T2 Within:E2``,
the trigger being the content. Of entities, at their first mention: ``Entity_type`` if its mentions
don't show it, ``Entity_name``, ``Entity_nil``, ``Entity_note``; their groups by relations
``Group_member``. Attributes ``Mention_level``, ``Mention_mod``, ``Relation_certainty``,
``Is_optional``, ``Alternatives_group``; notes ``Mention_value``. An entity of one mention is an
``Equiv`` of one.

**Layers.** Mentions, entities and relations are always there; zones, boilerplate and quotes if
there is one. SHA-256 and a span's own text say nothing new and are not written.

bioc 2.1 and pybrat 0.1.7 read such files, but drop lines that they don't know, and take offsets
that do not fit the text; so this is our own.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from goldwire.schemas.errors import DataError, Place, UsageError
from goldwire.schemas.formats import Format, Texts
from goldwire.schemas.formats.brat_lines import MARK, parse
from goldwire.schemas.formats.brat_meta import kept_of_record
from goldwire.schemas.formats.brat_read import to_record
from goldwire.schemas.formats.brat_write import Draft
from goldwire.schemas.formats.folders import write_folder
from goldwire.schemas.formats.names import article_id
from goldwire.schemas.reading import read_text
from goldwire.schemas.record import Record

ENDINGS = (".ann", ".a1", ".a2")


@dataclass(frozen=True, slots=True)
class _Files:
    """A document's name, its text and its annotations, and the folder they must be in."""

    name: str
    root: Path
    text: Path
    notes: tuple[Path, ...]


def looks(path: Path, head: bytes) -> bool:
    """Return whether a folder has annotation files, or a file is one."""
    if path.is_dir():
        found = (Path(name).suffix for _, _, files in os.walk(path) for name in files)
        return any(each in ENDINGS[:2] for each in found)
    first = head.decode("utf-8", "replace").partition("\n")[0]
    return path.suffix in ENDINGS or bool(MARK.match(first))


def read(path: Path, texts: Texts) -> Iterator[tuple[Place, Record]]:
    """Yield the documents of a folder in the order of their names, or that of one file."""
    taken: dict[str, str] = {}
    documents = _documents(path) if path.is_dir() else [_beside(path)]
    for each in documents:
        place = Place(str(each.notes[0]))
        name = article_id(each.name, taken, place)
        text = _text(each, texts, name)
        lines = [
            line
            for file in each.notes
            for line in parse(read_text(_inside(file, each.root)), text, str(file))
        ]
        record = to_record(name, text, lines)
        if each.name != name:
            brat = (record.meta or {}).get("brat", {})
            record.meta = {"brat": {"name": each.name, **brat}}
        yield place, record


def _walk(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files of a folder, those below it too, each with its name within it."""
    for base, folders, files in os.walk(folder):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        for each in folders:
            if Path(base, each).is_symlink():
                what = "a link to a folder is not followed"
                cure = "put the folder itself there, or take the link away"
                raise DataError("link", what, cure, Place(str(Path(base, each))))
        for each in sorted(files):
            if not each.startswith("."):
                yield str(Path(base, each).relative_to(folder)), Path(base, each)


def _documents(folder: Path) -> list[_Files]:
    files = {name: path for name, path in _walk(folder) if path.suffix in (*ENDINGS, ".txt")}
    bare = {name.removesuffix(path.suffix): path for name, path in files.items()}
    root = folder.resolve()
    found = []
    for name, path in sorted(bare.items()):
        notes = tuple(files[name + end] for end in ENDINGS if name + end in files)
        if not notes:
            cure = f"make an empty {path.stem}.ann if it has none, or put the text elsewhere"
            raise DataError("no-annotations", "the text has no annotations", cure, Place(str(path)))
        found.append(_Files(name, root, _without(path), _one_kind(notes)))
    if not found:
        cure = "give a folder of NAME.txt and NAME.ann"
        raise DataError("empty-folder", "there is no annotation file", cure, Place(str(folder)))
    return found


def _beside(path: Path) -> _Files:
    """Return the document of one annotation file."""
    if path.suffix not in ENDINGS:
        cure = "give a folder of NAME.txt and NAME.ann, or one NAME.ann"
        raise DataError("not-brat", "the file's ending is not .ann", cure, Place(str(path)))
    others = (path.with_suffix(end) for end in ENDINGS)
    notes = tuple(each for each in others if each == path or each.exists())
    return _Files(path.stem, path.parent.resolve(), _without(path), _one_kind(notes))


def _without(path: Path) -> Path:
    return path.with_name(path.name.removesuffix(path.suffix) + ".txt")


def _one_kind(notes: tuple[Path, ...]) -> tuple[Path, ...]:
    endings = {each.suffix for each in notes}
    if ".ann" in endings and len(endings) > 1:
        what = f"{notes[0].stem} has annotations with both .ann and {notes[1].suffix}"
        raise DataError("mixed-files", what, "keep one kind", Place(str(notes[0])))
    return notes


def _text(files: _Files, texts: Texts, name: str) -> str:
    if os.path.lexists(files.text):
        return read_text(_inside(files.text, files.root))
    if name in texts:
        return texts[name]
    what = f"there is no {files.text.name} beside it"
    raise DataError("no-text", what, "put the text there", Place(str(files.notes[0])))


def _inside(file: Path, root: Path) -> Path:
    """Return a file that is one, and in the folder; a link may not lead out of it."""
    if file.is_symlink() and not file.resolve().is_relative_to(root):
        what = "the link leads out of the folder"
        raise DataError("outside", what, "put the file itself there", Place(str(file)))
    if file.exists() and not file.is_file():
        raise DataError("not-a-file", "this is no plain file", "take it away", Place(str(file)))
    return file


def losses(record: Record) -> list[str]:
    """Return what brat can't hold of a record, with its number."""
    draft = Draft(record)
    draft.lines()
    named = {"meta of the record"} if _name(record) is None else set()
    return [
        *sorted(draft.flags | named),
        *(f"{each} ({n})" for each, n in sorted(draft.lost.items())),
    ]


def _name(record: Record) -> str | None:
    """Return the name of a record's files, None if the one in its meta is not one for it."""
    kept = kept_of_record(record.meta)
    name = kept.name if kept else None
    if name is None:
        return record.id
    parts = name.split("/")
    sound = all(each and not each.startswith(".") and "\0" not in each for each in parts)
    return name if sound and article_id(name, {}, Place()) == record.id else None


def write(records: Sequence[Record], path: Path) -> None:
    """Write a folder of texts and annotations, all or nothing; it must not be there, or empty."""
    files: dict[str, bytes] = {}
    for record in records:
        if record.text is None:
            what = "brat's files need the text"
            raise UsageError("no-text", what, "give it", Place(record=record.id))
        name = _name(record) or record.id
        lines = Draft(record).lines()
        for ending, content in (("txt", record.text), ("ann", "".join(_ended(lines)))):
            if f"{name}.{ending}" in files:
                what = f'two records would both be "{name}"'
                raise UsageError("same-name", what, "rename one", Place(record=record.id))
            files[f"{name}.{ending}"] = content.encode()
    write_folder(path, files)


def _ended(lines: Iterable[str]) -> Iterator[str]:
    return (f"{line}\n" for line in lines)


FORMAT = Format("brat", looks, read, losses, write)
