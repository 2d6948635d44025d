"""The main text of a saved web page, and what the page says of itself, by trafilatura.

Nothing is fetched. What the tool delivers is the article from then on; the hash of the page and
the version of the tool are kept, so that it can be made again.
"""

import codecs
import hashlib
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

from goldwire.annotate.provenance import Facts
from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.extras import needs

ENDINGS = (".html", ".htm", ".xhtml", ".xht")
_START = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.I | re.S
)
_DECLARED = re.compile(
    rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]+)|<meta\b[^>]*?\bcharset\s*=\s*["']?([\w.:-]+)""",
    re.I,
)
_HEAD = 4096
"""Bytes in which a page must declare its character set; browsers look at the first 1024."""
_AS_BROWSERS_DO = dict.fromkeys(("ascii", "iso8859-1"), "cp1252") | {"gb2312": "gb18030"}
_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def is_page(raw: bytes) -> bool:
    """Whether bytes begin as a web page does."""
    for mark, charset in _MARKS.items():
        if raw.startswith(mark):
            raw = raw[: _HEAD * 2].decode(charset, "replace").lstrip("\ufeff").encode()
    return bool(_START.match(raw[:_HEAD]))


def main_text(raw: bytes, place: Place) -> tuple[str, Facts, dict[str, Any]]:
    """Return a page's text, what it says of itself, and what made the text, for ``meta``."""
    trafilatura = needs("trafilatura", "html")
    page = decoded(raw, place)
    with _quiet():
        text = trafilatura.extract(page, include_comments=False)
        if not (text or "").strip():
            what = "no text of an article is found in the page"
            cure = "save the article's text as UTF-8 in a .txt file and draft that"
            raise DataError("no-text", what, cure, place)
        # The page's own date alone: one that is guessed from its text may be any.
        about = trafilatura.extract_metadata(
            page, date_config={"original_date": True, "extensive_search": False}
        )
    facts = Facts(
        title=about.title,
        url=about.url,
        publisher=about.sitename,
        published=about.date,
        language=_language(page),
    )
    made = {"tool": "trafilatura", "version": version("trafilatura")}
    return text, facts, {"text_from": {**made, "html_sha256": hashlib.sha256(raw).hexdigest()}}


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the tool's own log off the terminal: what a user must know is an error of ours."""
    last = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(last)


def _language(page: str) -> str | None:
    found = re.search(r"""<html\b[^>]*?\s(?:xml:)?lang\s*=\s*["']?([A-Za-z-]+)""", page, re.I)
    return found[1] if found else None


def decoded(raw: bytes, place: Place) -> str:
    """Return a page as text by the character set that it declares, else as UTF-8.

    Nothing is guessed: where bytes and declaration do not agree, it is DataError.
    """
    name, codec = _declared(raw, place)
    if codec == "utf-8" or name is None:
        if (text := _as(raw, "utf-8")) is None:
            what = "declares UTF-8, and is not" if name else "is not UTF-8, and declares no charset"
            cure = 'save it as UTF-8, or put <meta charset="…"> with the right one in its head'
            raise DataError("not-utf-8", what, cure, place)
        return text.removeprefix("\ufeff")
    if not (_as(raw, "utf-8") or "").isascii():
        what = f"declares {name}, and its bytes are UTF-8"
        raise DataError("wrong-charset", what, "mend the charset in its head", place)
    if (text := _as(raw, codec)) is None:
        what = f"declares {name}, and holds bytes that are not"
        raise DataError("wrong-charset", what, "save it as UTF-8 and declare that", place)
    return text


def _declared(raw: bytes, place: Place) -> tuple[str | None, str]:
    """Return the name of the declared character set, and the codec that browsers take for it."""
    if marked := next((name for mark, name in _MARKS.items() if raw.startswith(mark)), None):
        return marked, marked
    if (found := _DECLARED.search(raw[:_HEAD])) is None:
        return None, "utf-8"
    name = (found[1] or found[2]).decode("ascii", "replace")
    try:
        b" ".decode(name, "replace")
        codec = codecs.lookup(name).name
    except (LookupError, UnicodeError):
        what, cure = f'unknown charset "{name}"', "save it as UTF-8 and declare that"
        raise DataError("wrong-charset", what, cure, place) from None
    return name, "utf-8" if codec.startswith("utf") else _AS_BROWSERS_DO.get(codec, codec)


def _as(raw: bytes, codec: str) -> str | None:
    try:
        return raw.decode(codec)
    except UnicodeError:
        return None
