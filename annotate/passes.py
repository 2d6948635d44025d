"""The article folders of annotators: which are in progress, and the passes that go into them."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from goldwire.annotate.changes import changes
from goldwire.annotate.decide import adopted
from goldwire.annotate.decisions import encode, path_of
from goldwire.annotate.pull import Pulled, signed
from goldwire.corpus.load import load
from goldwire.schemas.errors import DataError, Place, UsageError
from goldwire.schemas.plain import shorten
from goldwire.schemas.reading import Predictions, read_text
from goldwire.schemas.record import Record
from goldwire.schemas.writing import encode_gold, encode_run, write_bytes

_TWO = 2


class Texts(Mapping[str, str]):
    """The texts of article folders by their ids, read when they are asked for."""

    def __init__(self, articles: Path) -> None:
        self.articles = articles

    def __getitem__(self, name: str) -> str:
        path = self.articles / name / "article.txt"
        if not path.is_file():
            raise KeyError(name)
        return read_text(path)

    def __iter__(self) -> Iterator[str]:
        return (path.parent.name for path in sorted(self.articles.glob("*/article.txt")))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def new_passes(
    articles: Path, pulled: Iterable[Pulled], who: str, kind: str | None, *, replace: bool
) -> Iterator[tuple[Path, bytes]]:
    """Yield the files of passes that are to be written, those left out that are there already.

    ``kind`` of annotator is that of the pass that is there, if none is given. UsageError for an
    article without a folder, and for a pass that says something else, unless ``replace``.
    """
    for each in pulled:
        path = _folder(articles, each) / "passes" / f"{who}.json"
        old = load(path)[0] if path.exists() else None
        record = signed(each, who, _kind(old, kind))
        content = encode_gold(record)
        if old is None or path.read_bytes() != content:
            if old is not None and not replace:
                raise _differs(path, old, record)
            yield path, content


def new_decisions(
    articles: Path, pulled: Iterable[Pulled], who: str, kind: str | None
) -> Iterator[tuple[Path, bytes]]:
    """Yield the files of decisions that are to be written, those left out that are there already.

    A task shows two passes; these are the ones that were decided on.
    """
    for each in pulled:
        folder = _folder(articles, each)
        if len(each.names) != _TWO:
            what = f"expected the predictions of two passes, found {len(each.names)}"
            cure = "push them: goldwire annotate push ANNOTATOR --passes A B"
            raise DataError("no-passes", what, cure, Place(each.url))
        a, b = each.names
        note = signed(each, f"{a}, {b}; adjudicated by {who}", kind).annotation
        assert each.record is not None
        assert note is not None
        found = adopted(folder, each.record, note.who, note.kind, note.when, passes=(a, b))
        path, content = path_of(folder), encode(found)
        if not path.exists() or path.read_bytes() != content:
            yield path, content


def as_jsonl(
    path: Path, pulled: Iterable[Pulled], who: str, kind: str | None
) -> Iterator[tuple[Path, bytes]]:
    """Yield one file of records with their texts; UsageError if it is there already."""
    if path.exists():
        raise UsageError("exists", "the file is there already", "give another", Place(str(path)))
    found = [(Place(), signed(each, who, kind)) for each in pulled]
    yield path, encode_run(Predictions(found))


def write_all(files: Iterable[tuple[Path, bytes]]) -> int:
    """Write passes, each whole or not at all, and return how many."""
    number = 0
    for path, content in files:
        path.parent.mkdir(exist_ok=True)  # passes/ of the first pass
        write_bytes(path, content)
        number += 1
    return number


def _folder(articles: Path, pulled: Pulled) -> Path:
    folder = articles / pulled.id
    if not folder.is_dir():
        what = f'no folder for the article "{shorten(pulled.id)}"'
        cure = "give --articles DIR with it, or -o FILE for records with their texts"
        raise UsageError("no-article", what, cure, Place(str(articles)))
    return folder


def _kind(old: Record | None, kind: str | None) -> str | None:
    return kind or (old.annotation.kind if old and old.annotation else None)


def _differs(path: Path, old: Record, new: Record) -> UsageError:
    found = changes(old, new)
    what = (
        f"the server has another pass ({found})" if found else "the server's pass has other facts"
    )
    cure = "--replace writes the server's over it"
    return UsageError("pass-differs", what, cure, Place(str(path)))
