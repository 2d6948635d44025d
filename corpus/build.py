"""What is built from the articles: the Parquet file, the reading copies, parts of the card."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from goldwire.corpus.load import prepare
from goldwire.corpus.reading.page import page
from goldwire.corpus.reading.view import View
from goldwire.corpus.records import Records
from goldwire.schemas.derived import Derived, section, whole
from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.extras import needs
from goldwire.schemas.parquet import encode_parquet, same_parquet
from goldwire.schemas.plain import plain
from goldwire.schemas.record import Record

_ALWAYS = (
    "id",
    "schema_version",
    "guidelines_version",
    "language",
    "text",
    "sha256",
    "source",
    "annotation",
)
CONFIGS: dict[str, tuple[str, tuple[str, ...]]] = {
    "gold": ("all layers", ()),
    "entities": ("mentions and the entities they refer to", ("mentions", "entities")),
    "relations": (
        "relations, with the mentions and entities that they name",
        ("mentions", "entities", "relations"),
    ),
    "quotes": (
        "quotes, with the mentions and entities that they name",
        ("mentions", "entities", "quotes"),
    ),
    "boilerplate": ("zones and boilerplate", ("zones", "boilerplate")),
}
"""Each config of the card: what it holds, and its fields beyond those of all; () is every one.

The features are not repeated in the card: the Parquet file has them, generated from the
record types.
"""

PARQUET = "corpus/data/test.parquet"
READING = "reading.html"
"""The name of the reading copy in an article's folder."""
_LISTED = 10
"""Articles that the card links to; with more it says where the others are."""


def derived(root: Path) -> Iterator[Derived]:
    """Yield the corpus's derived files of a checkout."""
    records = prepare(root / "corpus")
    content = encode_parquet(records)

    def made(current: bytes) -> bytes:
        return current if current and same_parquet(current, content) else content

    yield Derived(root / PARQUET, made)
    yield Derived(root / "README.md", lambda current: _with_front_matter(current, records))
    yield section(root / "README.md", "gold", _census(records))
    for record in records:
        yield whole(root / _reading(record), page(record))
    yield section(root / "README.md", "reading", _readings(records))


def _reading(record: Record) -> str:
    return f"corpus/articles/{record.id}/{READING}"


def _readings(records: Records) -> str:
    """Return the card's links to the reading copies."""
    links = [f"[{_escaped(View(each).title)}]({_reading(each)})" for each in records[:_LISTED]]
    more = len(records) - len(links)
    rest = f" and {more} more in corpus/articles/" if more else ""
    return (
        "Read the gold, all layers laid over the text, in a page to open from the checkout in a\n"
        "browser; `goldwire show` prints the same in the terminal:\n"
        f"{', '.join(links)}{rest}.\n"
    )


def _escaped(title: str) -> str:
    """Return text of the article's source so that Markdown takes it as it stands."""
    return re.sub(r"([\\`*_{}\[\]<>()#+!|&~-])", r"\\\1", plain(title))


def _with_front_matter(page: bytes, records: Records) -> bytes:
    body = page.decode("utf-8")
    if body.startswith("---\n"):
        body = body[4:].partition("\n---\n")[2]
    if not body:
        raise DataError("no-section", "the card has no body", "write it", Place("README.md"))
    return f"---\n{_front_matter(records)}---\n{body}".encode()


def _front_matter(records: Records) -> str:
    yaml = needs("yaml", "data")
    return str(yaml.safe_dump(_card(records), sort_keys=False, allow_unicode=True, width=100))


def _card(records: Records) -> dict[str, Any]:
    return {
        "pretty_name": "goldwire",
        "language": sorted({record.language or "und" for record in records}),
        "license": "other",
        "license_name": "annotations-cc-by-4.0-text-third-party",
        "license_link": "corpus/LICENSE.md",
        "task_categories": ["token-classification", "text-classification"],
        "tags": [
            "named-entity-recognition",
            "coreference-resolution",
            "relation-extraction",
            "quotation-attribution",
            "boilerplate-removal",
            "news",
        ],
        "size_categories": ["n<1K"],
        "annotations_creators": ["machine-generated"],
        "configs": [
            {
                "config_name": name,
                "description": f"{about}; records {records.identity.gold}",
                "data_files": [{"split": "test", "path": PARQUET}],
                **({"columns": [*_ALWAYS, *fields]} if fields else {"default": True}),
            }
            for name, (about, fields) in CONFIGS.items()
        ],
    }


def _census(records: Records) -> str:
    """Return a table of how many items of each layer there are, by type."""
    lines = ["| | items | by type |", "|---|---|---|"]
    for layer in ("zones", "boilerplate", "mentions", "entities", "relations", "quotes"):
        kinds = Counter(item.type for each in records for item in getattr(each, layer) or ())
        types = ", ".join(f"{name} {count}" for name, count in kinds.most_common())
        lines.append(f"| {layer} | {kinds.total()} | {types} |")
    levels = Counter(m.level for each in records for m in each.mentions or ())
    texts = sum(len(each.text or "") for each in records)
    by_level = ", ".join(f"{name} {count}" for name, count in levels.most_common())
    are = "1 article" if len(records) == 1 else f"{len(records)} articles"
    lines += ["", f"{are}, {texts:,} characters. Mentions by level: {by_level}."]
    return "\n".join(lines) + "\n"
