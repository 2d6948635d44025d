"""The reading copy: one page with the article's text, all layers over it, and lists of their items.

It needs no network and no script, and lets nothing but its own style and script act. All text of
the record is escaped by the template; outside the article control and direction characters are
made visible too.
"""

import base64
import hashlib
import re
from collections.abc import Collection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from goldwire.corpus.reading.laid import key_of, overs, rows
from goldwire.corpus.reading.view import KINDS, View
from goldwire.schemas.plain import plain
from goldwire.schemas.record import Entity, Mention, Quote, Record, Relation
from goldwire.schemas.spans import extent
from goldwire.schemas.version import VERSION

_HERE = Path(__file__).parent
SHOWN = ("boilerplate", "entities", "quotes")
"""The layers that are laid over the text when the page is opened; a box adds evidence."""


def page(record: Record, layers: Collection[str] = SHOWN) -> bytes:
    """Return the page of a record, equal bytes for equal records; ``layers`` are shown at first."""
    view = View(record)
    style, script = (_part(name) for name in ("page.css", "page.js"))
    spans = overs(view)
    made = list(rows(view, spans))
    drawn = {token.begin for row in made for token in row.tokens if token.begin}
    text = (
        _environment()
        .get_template("page.html")
        .render(
            view=view,
            record=record,
            url=_address(record),
            rows=made,
            left_out=len(set(spans) - drawn),
            drawn={each.name for each in drawn},
            layers=layers,
            entities=[_entity(view, each) for each in view.entities],
            alone=[_mention(view, each) for each in view.by_entity.get(None, [])],
            relations=[_relation(view, *each) for each in enumerate(record.relations or (), 1)],
            quotes=[_quote(view, *each) for each in enumerate(record.quotes or (), 1)],
            style=style,
            script=script,
            hashes={"style": _hash(style), "script": _hash(script)},
            version=VERSION,
        )
    )
    return text.encode("utf-8", "backslashreplace")


def _environment() -> Environment:
    found = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_visible,
    )
    found.filters["as_it_is"] = Markup.escape
    return found


def _visible(value: Any) -> Any:
    """Make control and direction characters visible in every string that is not markup yet."""
    return plain(value) if type(value) is str else value


def _part(name: str) -> Markup:
    """Return the page's own style or script without its comments, which explain the source."""
    text = (_HERE / name).read_text("utf-8")
    return Markup(re.sub(r"/\*.*?\*/\n?", "", text, flags=re.DOTALL))


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _address(record: Record) -> str | None:
    """Return where the article was published if that can be a link: of the web, not a script."""
    url = record.source.url if record.source else ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


def _named(view: View, name: str | None) -> dict[str, Any]:
    named = view.named(name)
    return {"words": named.words, "number": named.number, "key": key_of(view, name)}


def _mention(view: View, mention: Mention) -> dict[str, Any]:
    number = view.places[id(mention)]
    start, _ = extent(mention) or (0, 0)
    value = " ".join(filter(None, (mention.mod, mention.value)))
    about = filter(None, (mention.level, value, "optional" if mention.optional else ""))
    words = view.mention_words(mention)
    return {
        "anchor": f"m{number}-0",
        "words": words,
        "about": ", ".join(about),
        "line": view.line(start),
    }


def _entity(view: View, entity: Entity) -> dict[str, Any]:
    return {
        "number": view.numbers[entity.id],
        "name": view.named(entity.id).words,
        "item": entity,
        "look": KINDS.get(entity.type or "", "thing"),
        "members": [_named(view, each) for each in entity.members],
        "mentions": [_mention(view, each) for each in view.by_entity.get(entity.id, [])],
    }


def _relation(view: View, number: int, relation: Relation) -> dict[str, Any]:
    head, tail = _named(view, relation.head), _named(view, relation.tail)
    groups, count = [], 0
    for group in view.reasons(relation):
        groups.append(
            [
                {
                    "anchor": f"r{number}-{count + n}",
                    "words": view.text[start:end],
                    "line": view.line(start),
                }
                for n, (start, end) in enumerate(group)
            ]
        )
        count += len(group)
    keys = f"{head['key']} {tail['key']} r{number}"
    shown = {"number": number, "item": relation, "head": head, "tail": tail}
    return {**shown, "groups": groups, "on": keys}


def _quote(view: View, number: int, quote: Quote) -> dict[str, Any]:
    speaker = _named(view, quote.speaker)
    start, _ = extent(quote.content[0]) or (0, 0)
    return {
        "number": number,
        "item": quote,
        "content": view.words(*quote.content),
        "cue": view.words(*quote.cue),
        "source": view.words(quote.source) if quote.source else "",
        "speaker": speaker,
        "addressee": _named(view, quote.addressee) if quote.addressee else None,
        "chain": [
            {**_named(view, each.speaker), "cue": view.words(*each.cue)}
            for each in view.chain(quote)
        ],
        "line": view.line(start),
        "on": f"q{number} {speaker['key']}".strip(),
    }
