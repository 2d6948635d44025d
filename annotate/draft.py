"""From raw files to articles that wait for annotation.

A draft is a folder with ``article.txt``, the bytes as they were delivered, and ``draft.json``,
a record without text, annotation and, unless an extractor went first, layers. All files are
read and checked before the first is written.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from goldwire.annotate.page import ENDINGS, is_page, main_text
from goldwire.annotate.prelabel import prelabel
from goldwire.annotate.provenance import Facts, merged, require_whole, source
from goldwire.corpus.checks import require
from goldwire.corpus.load import DRAFT
from goldwire.eval.extractors import extractor as named
from goldwire.schemas.errors import DataError, Place, UsageError
from goldwire.schemas.formats.folders import write_folder
from goldwire.schemas.formats.names import article_id
from goldwire.schemas.plain import plain, shorten
from goldwire.schemas.reading import read_bytes, read_record, read_text
from goldwire.schemas.record import SCHEMA_VERSION, ArticleId, Record
from goldwire.schemas.writing import cannot_write, encode_gold, write_bytes

GUIDELINES_VERSION = "1.1"
"""The version of ``annotate/GUIDELINES.md`` by which drafts are to be annotated."""
TEXT = "article.txt"
_ONE_ONLY = ("id", "url", "title")
"""What can't be the same for several files."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


@dataclass(slots=True)
class Delivered:
    """A file as it was read: its text, what its page says of it, and what must be told."""

    file: Path
    text: str
    facts: Facts = field(default_factory=Facts)
    meta: dict[str, Any] | None = None
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Draft:
    """A record with its text, the file that it was made from, and what must be told of it."""

    file: Path
    record: Record
    notes: list[str]

    def files(self) -> dict[str, bytes]:
        """Return what its folder is to hold, by name."""
        return {TEXT: (self.record.text or "").encode(), DRAFT: encode_gold(self.record)}


def deliver(file: Path) -> Delivered:
    """Read a file of raw text or a saved web page; DataError if it can't be annotated as it is.

    A page is told by its ending, or else, but for .txt, by its first bytes.
    """
    place, ending = Place(str(file)), file.suffix.lower()
    raw = read_bytes(file)
    if ending in ENDINGS or (ending != ".txt" and is_page(raw)):
        found = Delivered(file, *main_text(raw, place))
    else:
        found = Delivered(file, read_text(file))
        if is_page(raw):
            found.notes.append("looks like a web page, and is taken as text as it ends in .txt")
    if not found.text.strip():
        what = "there is nothing but white space" if found.text else "the file is empty"
        raise DataError("empty-file", what, "give a file with an article's text", place)
    found.notes += _odd(found.text, place)
    return found


def _odd(text: str, place: Place) -> Iterator[str]:
    """Tell of control characters; DataError for NUL, which no browser shows or counts."""
    found = [*_CONTROL.finditer(text)]
    if nul := next((each for each in found if each[0] == "\0"), None):
        line = text.count("\n", 0, nul.start()) + 1
        cure = "remove it; the editor would drop it, and all offsets after it would be wrong"
        raise DataError("nul-character", "holds a NUL character", cure, Place(place.file, line))
    if found:
        line = text.count("\n", 0, found[0].start()) + 1
        code = f"U+{ord(found[0][0]):04X}"
        yield (
            f"{len(found)} control characters, the first {code} in line {line}: "
            "kept, but annotators will not see them"
        )


def drafts(
    files: Sequence[Path],
    options: Facts,
    rows: tuple[Path, dict[Path, Facts]] | None = None,
) -> list[Draft]:
    """Return a draft of each file; what its row says goes before the options, then its page.

    ``rows`` are a table's path and what it says. Raises UsageError or DataError.
    """
    if len(files) > 1 and (shared := [f"--{n}" for n in _ONE_ONLY if getattr(options, n)]):
        what = f"{', '.join(shared)} would be the same for {len(files)} files"
        cure = "draft one file at a time, or give a table with --provenance"
        raise UsageError("one-file", what, cure)
    table, said = rows or (None, {})
    read = [deliver(file) for file in files]
    facts = [merged(said.get(each.file.resolve()), options, each.facts) for each in read]
    require_whole(zip(files, facts, strict=True), table)
    owners: dict[str, Path] = {}
    return [
        Draft(each.file, _record(each, about, owners), each.notes)
        for each, about in zip(read, facts, strict=True)
    ]


def _record(given: Delivered, facts: Facts, owners: dict[str, Path]) -> Record:
    place = Place(str(given.file))
    name = _id(given.file, facts.id)
    if name in owners:
        what = f'{owners[name]} has the id "{name}" too'
        cure = "rename one of them, or give ids in a table with --provenance"
        raise DataError("same-id", what, cure, place)
    owners[name] = given.file
    return Record(
        id=name,
        schema_version=SCHEMA_VERSION,
        guidelines_version=GUIDELINES_VERSION,
        language=facts.language or "en",
        text=given.text,
        sha256=hashlib.sha256(given.text.encode()).hexdigest(),
        source=source(facts, place),
        meta=given.meta,
    )


def _id(file: Path, given: str | None) -> str:
    """Return the id that is given, or one made of the file's name."""
    place = Place(str(file))
    if given is not None:
        try:
            return msgspec.convert(given, ArticleId)
        except msgspec.ValidationError:
            cure = "use up to 64 of a-z, 0-9 and -, the first no -"
            raise DataError("wrong-id", f'"{given}" is no article id', cure, place) from None
    if not re.search("[a-z0-9]", file.stem.lower()):
        what = "no id can be made of the file's name"
        raise DataError("no-id", what, "give --id, or an id in a table with --provenance", place)
    return article_id(file.stem, {}, place)


def check_texts(found: Sequence[Draft], articles: Path) -> None:
    """Raise DataError if an article's folder has another text, or is no draft any more."""
    for each in found:
        folder = articles / each.record.id
        place = Place(str(folder))
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            raise DataError("article-exists", "this is no folder", "give another --id", place)
        if (folder / TEXT).exists() and read_bytes(folder / TEXT) != each.files()[TEXT]:
            cure = f"give {each.file} another --id, or name, if it is another article"
            raise DataError("other-text", "an article with another text is there", cure, place)
        for name in ("gold.json", "passes"):
            if (folder / name).exists() and not (folder / DRAFT).exists():
                what, cure = f"the article has {name} already", "give another --id"
                raise DataError("article-exists", what, cure, place)


def pre_annotate(found: Sequence[Draft], name: str, articles: Path) -> None:
    """Let an extractor go first: add its layers, and a note of what can't be drafted of them.

    What can be refused is refused before, as it may be slow.
    """
    check_texts(found, articles)
    extractor = named(name)
    try:
        for each in found:
            lost = prelabel(each.record, extractor)
            each.notes.extend(f"{extractor.name}: {what}" for what in lost)
    finally:
        extractor.close()


def write(found: Sequence[Draft], articles: Path) -> Iterator[tuple[Draft, bool]]:
    """Write what is not there yet; yield each draft, and whether anything of it was written.

    Raises DataError before anything is written if a folder has another ``draft.json``.
    """
    check_texts(found, articles)
    for each in found:
        path = articles / each.record.id / DRAFT
        if path.exists() and read_bytes(path) != each.files()[DRAFT]:
            what = "it was drafted before, with other provenance or another pre-annotation"
            cure = "leave it out, or remove draft.json if nobody annotates it yet"
            raise DataError("other-draft", what, cure, Place(str(path)))
    try:
        articles.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(articles, error) from None
    for each in found:
        yield each, _write(articles / each.record.id, each.files())


def _write(folder: Path, files: dict[str, bytes]) -> bool:
    missing = {name: raw for name, raw in files.items() if not (folder / name).exists()}
    if not folder.exists():
        write_folder(folder, files)
    else:
        for name, raw in missing.items():
            write_bytes(folder / name, raw)
    return bool(missing)


def summary(record: Record) -> str:
    """Return on one line what a person should look at: id, provenance, how long the text is."""
    known = msgspec.to_builtins(record.source)
    said = ", ".join(known[name] for name in ("publisher", "published", "url"))
    title = shorten(known["title"])
    return f'{record.id} "{title}", {plain(said)}, {len(record.text or "")} characters'


def read_draft(folder: Path) -> Record:
    """Read an article's draft with its text; DataError if they do not belong together."""
    path = folder / DRAFT
    record = read_record(path)
    place = Place(str(path), record=record.id)
    if record.id != folder.resolve().name:
        what = f'the record\'s id is "{record.id}"'
        raise DataError("folder-name", what, "name the folder as the record", place)
    if record.text is not None or record.sha256 is None:
        what = "a draft has the text's hash, and no text"
        raise DataError("draft-form", what, "draft the article anew", place)
    record.text = read_text(folder / TEXT)
    require(record, place)
    return record
