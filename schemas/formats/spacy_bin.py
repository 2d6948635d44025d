"""spaCy's binary documents (``DocBin``), read and written by spaCy itself.

A file is msgpack within zlib, and so is user data; no pickle is ever loaded. No model is run: the
tokens are those of the file, or our own.
"""

import gc
import struct
import warnings
import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import msgspec

from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.extras import needs
from goldwire.schemas.formats.held import name_of
from goldwire.schemas.formats.spacy_spans import Document, Marked
from goldwire.schemas.formats.spacy_write import document_of, tokens_of
from goldwire.schemas.formats.tokens import built
from goldwire.schemas.record import Record

_T = TypeVar("_T")
_LARGEST = 2**31
"""Bytes of a file when unpacked: a small one can be made to fill any memory."""
_CURE = "write it anew with spaCy 3: DocBin(docs=docs).to_disk(path)"
_INSIDE = 1


class Packed(msgspec.Struct):
    """What must fit together in a file; spaCy drops what is beyond the lengths."""

    lengths: bytes
    spaces: bytes


class Opened(msgspec.Struct):
    """A document of a file: its tokens, whether their spacing is known, and what it is called."""

    document: Document
    words: list[str]
    known_spaces: bool
    name: str | None = None


def opened(raw: bytes, place: Place) -> Iterator[Opened]:
    """Yield the documents of a file's bytes; DataError ``damaged`` if spaCy can't read them."""
    spacy = needs("spacy", "spacy")
    _guarded(place, lambda: _check(raw, place))
    packed = _guarded(place, lambda: spacy.tokens.DocBin().from_bytes(raw))
    docs = packed.get_docs(spacy.vocab.Vocab())
    while (doc := _guarded(place, lambda: next(docs, None))) is not None:
        yield _guarded(place, lambda doc=doc: _opened(doc, place))  # type: ignore[misc]


def _guarded(place: Place, step: Callable[[], _T]) -> _T:
    """Take a step of spaCy's; whatever it fails or warns of is DataError.

    It has errors of many kinds for damaged files, and leaves the garbage collector off then.
    """
    collecting = gc.isenabled()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            return step()
    except DataError:
        raise
    except Exception as error:
        kind = f"{type(error).__module__}.{type(error).__name__}".removeprefix("builtins.")
        what = f"spaCy can't read it as a DocBin ({kind})"
        raise DataError("damaged", what, _CURE, place) from None
    finally:
        if collecting:
            gc.enable()


def _check(raw: bytes, place: Place) -> None:
    opener = zlib.decompressobj()
    inside = opener.decompress(raw, _LARGEST)
    if opener.unconsumed_tail:
        raise DataError("too-large", "unpacked it has over 2 GiB", "split the file", place)
    if not opener.eof:
        raise DataError("damaged", "the file is cut off", "copy it again", place)
    packed = msgspec.msgpack.decode(inside, type=Packed)
    lengths = struct.unpack(f"<{len(packed.lengths) // 4}i", packed.lengths)
    if min(lengths, default=0) < 0 or sum(lengths) != len(packed.spaces):
        raise ValueError


def _opened(doc: Any, place: Place) -> Opened:
    words = [token.text for token in doc]
    known = not doc.has_unknown_spaces
    said = doc.user_data.get("id", doc.user_data.get(("._.", "id", None, None)))
    document = Document(
        text=doc.text if known else built([words])[0],
        ents=_entities(doc, place),
        spans={name: [_marked(span) for span in group] for name, group in doc.spans.items()},
        cats=msgspec.convert(doc.cats, dict[str, float]),
    )
    return Opened(document, words, known, str(said) if isinstance(said, str | int) else None)


def _entities(doc: Any, place: Place) -> list[Marked] | None:
    """Return entities; None if no token has a tag. DataError for an "I" without its "B".

    spaCy itself lets an "I" go on with an entity of another type.
    """
    before = 0  # the type of the entity that the token before is in
    for index, token in enumerate(doc, 1):
        if token.ent_iob == _INSIDE and (not before or token.ent_type != before):
            what = f'token {index} ("I") goes on with an entity that did not begin'
            raise DataError("invalid-sequence", what, 'let it begin with "B"', place)
        before = token.ent_type
    if len(doc) and not any(token.ent_iob for token in doc):
        return None
    return [_marked(each) for each in doc.ents]


def _marked(span: Any) -> Marked:
    return Marked(span.start_char, span.end_char, span.label_, span.kb_id_)


def packed_bytes(records: Sequence[Record]) -> bytes:
    """Return records as a DocBin, written by spaCy from tokens of our own."""
    spacy = needs("spacy", "spacy")
    vocabulary = spacy.vocab.Vocab()
    attributes = ("ENT_IOB", "ENT_TYPE", "ENT_KB_ID")
    packed = spacy.tokens.DocBin(attrs=attributes, store_user_data=True)
    for record in records:
        document = document_of(record)
        tokens, spaces = tokens_of(document)
        words = [document.text[start:end] for start, end in tokens]
        doc = spacy.tokens.Doc(vocabulary, words=words, spaces=spaces)
        doc.user_data["id"] = name_of(record, "spacy")
        doc.cats = document.cats
        if document.ents is not None:
            doc.set_ents([_span(doc, each) for each in document.ents])
        for name, group in document.spans.items():
            doc.spans[name] = [_span(doc, each) for each in group]
        packed.add(doc)
    made: bytes = packed.to_bytes()
    return made


def _span(doc: Any, marked: Marked) -> Any:
    return doc.char_span(marked.start, marked.end, label=marked.label, kb_id=marked.kb_id)
