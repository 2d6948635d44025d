"""JSON Schema (2020-12), generated from the record types and the closed lists."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from goldwire.schemas.comparison import Comparison
from goldwire.schemas.derived import Derived, whole
from goldwire.schemas.labels import LABELLED, inverses, labels, relation_types
from goldwire.schemas.leaderboard import Leaderboard
from goldwire.schemas.record import LAYERS, REQUIRED_IN_GOLD, Record, RunLine
from goldwire.schemas.score import Score

_SPANS = ("Zone", "Boilerplate", "Mention", "Span", "Evidence")

Schema = dict[str, Any]


def record_schema() -> Schema:
    """Return the schema of a gold record: every field that gold must have is required."""
    schema = _with_labels(msgspec.json.schema(Record))
    for name, required in REQUIRED_IN_GOLD.items():
        entry = schema["$defs"][name]
        entry["required"] = sorted({*entry.get("required", ()), *required})
        for key in required:
            entry["properties"][key] = _without_null(entry["properties"][key])
    return titled(schema, "record", "A gold record; its text is in article.txt beside it.")


def prediction_schema() -> Schema:
    """Return the schema of one line of a prediction file."""
    (record, run), definitions = msgspec.json.schema_components(
        [Record, RunLine], ref_template="#/$defs/{name}"
    )
    schema = _with_labels({"$defs": definitions, "anyOf": [record, run]})
    for choice in schema["$defs"]["Run"]["properties"]["layers"]["anyOf"]:
        if choice.get("type") == "array":
            choice["items"]["enum"] = list(LAYERS)
    types = [*relation_types(), *inverses()]
    schema["$defs"]["Relation"]["properties"]["type"]["enum"] = types
    for name in _SPANS:
        schema["$defs"][name]["anyOf"] = [{"required": ["start", "end"]}, {"required": ["text"]}]
    about = "One line of a prediction file: a record, or the run's own line, which comes first."
    return titled(schema, "prediction", about)


def score_schema() -> Schema:
    """Return the schema of what ``goldwire score --json`` prints."""
    return titled(msgspec.json.schema(Score), "score", "The output of goldwire score --json.")


def comparison_schema() -> Schema:
    """Return the schema of what ``goldwire compare --json`` prints."""
    about = "The output of goldwire compare --json."
    return titled(msgspec.json.schema(Comparison), "comparison", about)


def leaderboard_schema() -> Schema:
    """Return the schema of ``leaderboard.json``, which ``goldwire leaderboard`` writes."""
    about = "The figures of goldwire leaderboard, as it writes them in leaderboard.json."
    return titled(msgspec.json.schema(Leaderboard), "leaderboard", about)


def _with_labels(schema: Schema) -> Schema:
    for _, name, key, closed in (*LABELLED, ("", "Link", "nil_reason", "nil")):
        entry = schema["$defs"][name]["properties"][key]
        for choice in entry.get("anyOf", [entry]):
            if choice.get("type") == "string":
                choice["enum"] = list(labels()[closed])
    schema["$defs"]["Relation"]["properties"]["type"]["enum"] = list(relation_types())
    return schema


def _without_null(entry: Schema) -> Schema:
    choices = [each for each in entry.get("anyOf", ()) if each != {"type": "null"}]
    rest = {key: value for key, value in entry.items() if key not in ("anyOf", "default")}
    return entry if not choices else {**rest, **choices[0]}


def _normal(node: Any) -> Any:
    """Return a schema as every version of Python and msgspec makes it.

    They differ in where null stands among choices and in the indent of docstrings.
    """
    if isinstance(node, list):
        return [_normal(each) for each in node]
    if not isinstance(node, dict):
        return node
    made = {key: _normal(each) for key, each in node.items()}
    if "anyOf" in made:
        made["anyOf"].sort(key=lambda choice: choice == {"type": "null"})
    if isinstance(made.get("description"), str):
        made["description"] = " ".join(made["description"].split())
    return made


def titled(schema: Schema, name: str, about: str) -> Schema:
    """Return a schema with its dialect, title and description, the same on every version."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"goldwire {name}",
        "description": about,
        **_normal(schema),
    }


def derived(root: Path) -> Iterator[Derived]:
    """Yield the schema files of a checkout."""
    for name, make in (
        ("record", record_schema),
        ("prediction", prediction_schema),
        ("score", score_schema),
        ("comparison", comparison_schema),
        ("leaderboard", leaderboard_schema),
    ):
        yield schema_file(root, name, make())


def schema_file(root: Path, name: str, schema: Schema) -> Derived:
    """Return the file of one schema."""
    content = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    return whole(root / "schemas" / "json" / f"{name}.schema.json", content.encode())
