"""What a language model is asked: instructions, an example, an article, and a form of answer.

The words are in prompt.md beside this module. The form is a JSON Schema made from that of
predictions, without offsets: a model counts no characters, so each span comes as its words.
"""

import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from goldwire.schemas.json_schema import prediction_schema
from goldwire.schemas.reading import read_text

Schema = dict[str, Any]
_PROMPT = Path(__file__).with_name("prompt.md")
_MARK = re.compile(r"<!--.*-->")
_ROLES = ("system", "user", "assistant", "user")
FIELDS = {
    "entities": ("Entity", ("id", "type", "name")),
    "mentions": ("Mention", ("text", "type", "id", "entity")),
    "relations": ("Relation", ("head", "type", "tail")),
    "quotes": ("Quote", ("content", "speaker")),
    "boilerplate": ("Boilerplate", ("text",)),
}
"""What is asked for, each with its record type and keys, in the order easiest to answer in."""
_MAY_BE_NULL = ("entity", "speaker")


def messages(text: str) -> list[dict[str, str]]:
    """Return what is sent: the instructions, an article and its answer, and this article."""
    parts = [part.strip() for part in _MARK.split(read_text(_PROMPT))]
    pairs = zip(_ROLES, [*parts, text], strict=True)
    return [{"role": role, "content": content} for role, content in pairs]


def answer_schema() -> Schema:
    """Return the schema of an answer, as strict servers take it: all required, nothing else.

    Lengths of strings are left out, which not every server takes; the record's own checks follow.
    """
    types = prediction_schema()["$defs"]
    return _closed({name: _list(_object(types, *item)) for name, item in FIELDS.items()})


def request_hash() -> str:
    """Return 12 digits that change when the words or the form of what is asked do."""
    return sha256(msgspec.json.encode([messages(""), answer_schema()])).hexdigest()[:12]


def _closed(fields: dict[str, Schema]) -> Schema:
    shape = {"type": "object", "properties": fields}
    return {**shape, "required": list(fields), "additionalProperties": False}


def _list(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def _object(types: dict[str, Schema], name: str, keys: tuple[str, ...]) -> Schema:
    found = types[name]["properties"]
    return _closed({key: _field(types, key, found[key]) for key in keys})


def _field(types: dict[str, Schema], key: str, field: Schema) -> Schema:
    """Return the schema of a field: an enum or a string, or null where that has a meaning."""
    if field.get("type") == "array":
        return _list(_object(types, "Span", ("text",)))
    string = next(each for each in field.get("anyOf", [field]) if each["type"] == "string")
    made = {name: string[name] for name in ("type", "enum") if name in string}
    return {"anyOf": [made, {"type": "null"}]} if key in _MAY_BE_NULL else made
