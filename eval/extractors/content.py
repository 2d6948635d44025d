"""Extractors of main content from web pages: what they leave out is boilerplate.

``html:justext``, ``html:trafilatura`` and ``html:resiliparse`` get a plain page made of the
article's lines: the first is its title and heading, each other a paragraph. A real page has
menus, links and class names beside the text, by which such tools decide; here they have the
text alone, so the figures say what they know by text, not how good they are on the web. The
plain text that they keep is placed back on the source (see ``eval.left_out``).
"""

import html
from collections.abc import Callable
from functools import partial

from goldwire.eval.extractors import Extractor
from goldwire.eval.extractors.late import require, versions
from goldwire.eval.left_out import left_out
from goldwire.schemas.errors import UsageError
from goldwire.schemas.extras import needs
from goldwire.schemas.near import did_you_mean
from goldwire.schemas.record import Boilerplate, Record

_STOPLISTS = {
    "ar": "Arabic",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fa": "Persian",
    "fr": "French",
    "it": "Italian",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "ru": "Russian",
    "tr": "Turkish",
    "uk": "Ukrainian",
}
"""jusText's lists of frequent words by language; it does without for any other."""


def page(text: str, language: str) -> str:
    """Return an article as an HTML page: title and heading from its first line, then paragraphs."""
    lines = [html.escape(line.strip()) for line in text.splitlines() if line.strip()] or [""]
    paragraphs = "\n".join(f"<p>{line}</p>" for line in lines[1:])
    return (
        f'<!DOCTYPE html>\n<html lang="{html.escape(language)}">\n<head><meta charset="utf-8">'
        f"<title>{lines[0]}</title></head>\n<body>\n<main>\n<article>\n<h1>{lines[0]}</h1>\n"
        f"{paragraphs}\n</article>\n</main>\n</body>\n</html>\n"
    )


def _justext(made: str, language: str) -> str:
    justext = needs("justext", "html")
    name = _STOPLISTS.get(language.partition("-")[0])
    if name is None:  # its own advice for a language without a list
        found = justext.justext(made, frozenset(), stopwords_low=0, stopwords_high=0)
    else:
        found = justext.justext(made, justext.get_stoplist(name))
    return "\n".join(each.text for each in found if not each.is_boilerplate)


def _trafilatura(made: str, language: str) -> str:
    return needs("trafilatura", "html").extract(made) or ""


def _resiliparse(made: str, language: str) -> str:
    extract = needs("resiliparse.extract.html2text", "html").extract_plain_text
    return str(extract(made, main_content=True))


_TOOLS: dict[str, tuple[Callable[[str, str], str], tuple[str, ...]]] = {
    "justext": (_justext, ("justext", "lxml_html_clean")),
    "resiliparse": (_resiliparse, ("resiliparse",)),
    "trafilatura": (_trafilatura, ("trafilatura",)),
}
"""Each tool's function from a page and its language to text, and the modules that it needs."""


def make(argument: str) -> Extractor:
    """Return a content extractor, by its name, as an extractor of boilerplate."""
    if argument not in _TOOLS:
        cure = did_you_mean(argument, _TOOLS) or f"use one of {', '.join(_TOOLS)}"
        raise UsageError("unknown-extractor", f'html: knows no "{argument}"', cure)
    keep, modules = _TOOLS[argument]
    require("html", *modules)
    version = versions(argument)
    return Extractor(f"html:{argument}", version, ("boilerplate",), partial(_prediction, keep))


def _prediction(keep: Callable[[str, str], str], article: Record) -> Record:
    text, language = article.text or "", article.language or "en"
    spans = left_out(text, keep(page(text, language), language))
    return Record(
        id=article.id, boilerplate=[Boilerplate(start=start, end=end) for start, end in spans]
    )
