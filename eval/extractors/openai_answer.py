"""What a language model answered: a chat completion, the layers in it, and what it cost."""

from pathlib import PurePath
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import asdict

from goldwire.eval.extractors.openai_request import FIELDS
from goldwire.schemas.decoding import decode
from goldwire.schemas.errors import DataError, Place
from goldwire.schemas.plain import shorten

_LAYERS = [(name, list[Any]) for name in FIELDS]
_Said = msgspec.defstruct("_Said", _LAYERS, forbid_unknown_fields=True)
"""An answer; what its items hold is judged with the record."""


class _Message(Struct):
    content: str | None = None
    refusal: str | None = None


class _Choice(Struct):
    message: _Message
    finish_reason: str | None = None


class _Usage(Struct):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class Completion(Struct):
    """What is used of a chat completion."""

    choices: list[_Choice] = msgspec.field(default_factory=list)
    usage: _Usage | None = None
    model: str | None = None


def said(completion: Completion, place: Place) -> dict[str, Any]:
    """Return what the model said by layers; DataError if it is not all of an answer."""
    return asdict(decode(_words(completion, place), msgspec.json.Decoder(_Said), place))


def cost(completion: Completion, asked: str) -> dict[str, Any] | None:
    """Return the tokens that were taken, and the server's name of the model if it is another."""
    meta: dict[str, Any] = {}
    if usage := completion.usage:
        meta["tokens"] = {"prompt": usage.prompt_tokens, "completion": usage.completion_tokens}
    if completion.model and completion.model != asked:
        own = PurePath(completion.model)  # a local server may tell where its file is
        meta["model"] = own.name if own.is_absolute() else completion.model
    return meta or None


def _words(completion: Completion, place: Place) -> bytes:
    """Return what the model answered, if it is all of an answer that begins as JSON."""
    choice = completion.choices[0] if completion.choices else _Choice(_Message())
    message, reason, content = choice.message, choice.finish_reason, choice.message.content
    if message.refusal or reason == "content_filter":
        what = f"the model refused: {shorten(message.refusal or 'filtered', 200)}"
        raise DataError("refused", what, "use another model", place)
    if reason == "length":
        what = "the answer was cut off by its greatest length"
        raise DataError("cut-off", what, "use a model or server that answers at length", place)
    if not content:
        raise DataError("no-answer", "the model answered nothing", "ask again", place)
    if not content.lstrip().startswith("{"):
        what = f"the model answered in prose: {shorten(content, 80)}"
        cure = "use a model or server that keeps to a JSON Schema"
        raise DataError("not-json", what, cure, place)
    return content.encode()
