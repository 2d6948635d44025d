"""What is built from the articles: the Parquet file, and the card's front matter."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from goldwire.corpus.load import load
from goldwire.schemas.derived import Derived
from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.parquet import arrow_schema, encode_parquet, needs, same_parquet
from goldwire.schemas.record import Record
from goldwire.schemas.writing import canonical_bytes

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
    "gold": (
        "all layers",
        ("zones", "boilerplate", "mentions", "entities", "relations", "quotes", "meta"),
    ),
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
"""Each config of the card: what it holds, and the fields beyond those of every config."""

PARQUET = "corpus/data/test.parquet"


def derived(root: Path) -> Iterator[Derived]:
    """Yield the corpus's derived files of a checkout."""
    records = load(root / "corpus")
    content = encode_parquet(records)

    def made(current: bytes) -> bytes:
        return current if current and same_parquet(current, content) else content

    yield Derived(root / PARQUET, made)
    yield Derived(root / "README.md", lambda current: _with_front_matter(current, records))


def _with_front_matter(page: bytes, records: list[Record]) -> bytes:
    body = page.decode("utf-8")
    if body.startswith("---\n"):
        body = body[4:].partition("\n---\n")[2]
    if not body:
        raise DataError("no-section", "the card has no body", "write it", Place("README.md"))
    return f"---\n{_front_matter(records)}---\n{body}".encode()


def _front_matter(records: list[Record]) -> str:
    yaml = needs("yaml", "data")
    return str(yaml.safe_dump(_card(records), sort_keys=False, allow_unicode=True, width=100))


def _card(records: list[Record]) -> dict[str, Any]:
    digest = hashlib.sha256(canonical_bytes(records)).hexdigest()
    features = _features()
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
                "description": f"{about}; records {digest}",
                "data_files": [{"split": "test", "path": PARQUET}],
                "columns": [*_ALWAYS, *fields],
                **({"default": True} if name == "gold" else {}),
            }
            for name, (about, fields) in CONFIGS.items()
        ],
        "dataset_info": [
            {
                "config_name": name,
                "features": [each for each in features if each["name"] in (*_ALWAYS, *fields)],
            }
            for name, (_, fields) in CONFIGS.items()
        ],
    }


def _features() -> list[dict[str, Any]]:
    """Return the record's features as the card writes them."""
    datasets = needs("datasets", "data")
    features = datasets.Features.from_arrow_schema(arrow_schema())
    info = datasets.DatasetInfo(features=features)
    return json.loads(json.dumps(info._to_yaml_dict()["features"]))  # type: ignore[no-any-return]
