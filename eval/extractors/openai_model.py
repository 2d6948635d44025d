"""A model behind an OpenAI-compatible server, asked for all four layers in one answer.

``openai:MODEL`` speaks the chat completions protocol by the ``openai`` client, which tries again
where a server is busy or out of reach. ``OPENAI_BASE_URL`` names the server, OpenAI's own if it is
not set; ``OPENAI_API_KEY`` is the key, which a server on this machine can do without. What is
asked is in openai_request.py; the answer is bound by its JSON Schema if the server can do that.
Temperature and seed are 0, or the server's own where the model refuses them. Spans are placed by
their words when they are scored.

The tokens that an answer took stand in its ``meta``, also where it was no prediction, and the
server's own name of the model, where that is another than the one asked for. A try that ended
without an answer may have been paid for too and is not counted.
"""

import os
from functools import cached_property
from typing import Any, NoReturn

import msgspec

from goldwire.eval.extractors import Extractor
from goldwire.eval.extractors.late import require, versions
from goldwire.eval.extractors.openai_answer import Completion, cost, said
from goldwire.eval.extractors.openai_request import answer_schema, messages, request_hash
from goldwire.schemas.address import is_loopback, safe_parts
from goldwire.schemas.errors import DataError, Place, UsageError
from goldwire.schemas.extras import needs
from goldwire.schemas.plain import shorten
from goldwire.schemas.reading import read_answer
from goldwire.schemas.record import LAYERS, Record

_OPENAI = "https://api.openai.com/v1"
_NO_KEY = "none"
_SECRET = 8
"""Characters from which on a key is one; shorter ones are fillers that may occur in any text."""
_CURES = {
    401: "check OPENAI_API_KEY",
    404: "check OPENAI_BASE_URL and the name of the model",
}


class Model:
    """A model by its name; the client is made when first asked."""

    def __init__(self, name: str, base: str, key: str) -> None:
        self.name, self.base, self.key = name, base, key
        self.fixed = {"temperature": 0, "seed": 0}

    @cached_property
    def client(self) -> Any:
        """The client; it follows no redirect, and no proxy where the way is in the clear."""
        openai = needs("openai", "llm")
        by_proxy = not self.base.lower().startswith("http:")
        own = openai.DefaultHttpxClient(follow_redirects=False, trust_env=by_proxy)
        return openai.OpenAI(base_url=self.base, api_key=self.key, http_client=own)

    def close(self) -> None:
        """End the connections."""
        if "client" in self.__dict__:
            self.client.close()

    def extract(self, article: Record) -> Record:
        """Return the model's answer as a prediction, or raise DataError that says why not."""
        place = Place(f"openai:{self.name}", record=article.id)
        completion = self._completion(article, place)
        meta = cost(completion, self.name)
        try:
            found = {"id": article.id, **said(completion, place), "meta": meta}
            return read_answer(msgspec.json.encode(found), place)
        except DataError as error:
            error.meta = meta
            raise

    def _completion(self, article: Record, place: Place) -> Completion:
        openai = needs("openai", "llm")
        try:
            raw: bytes = self._asked(article.text or "").content
            plain = msgspec.json.encode(msgspec.json.decode(raw))  # no letter is escaped in it
            return msgspec.json.decode(self._hidden(plain.decode()), type=Completion)
        except openai.APIStatusError as error:
            self._refuse(error, place)
        except openai.APIConnectionError as error:
            reason = shorten(self._hidden(str(error.__cause__ or "") or str(error)), 200)
            what = f"the server gave no answer: {reason}"
            raise DataError("no-answer", what, "see that it is running", place) from None
        except (msgspec.MsgspecError, ValueError):
            what = "the server's answer is no chat completion"
            raise DataError("no-answer", what, "check OPENAI_BASE_URL", place) from None

    def _asked(self, text: str) -> Any:
        """Ask, and once more without each setting that the model refuses, as some do."""
        openai = needs("openai", "llm")
        schema = {"name": "annotations", "strict": True, "schema": answer_schema()}
        while True:
            try:
                return self.client.chat.completions.with_raw_response.create(
                    model=self.name,
                    messages=messages(text),
                    response_format={"type": "json_schema", "json_schema": schema},
                    **self.fixed,
                )
            except openai.BadRequestError as error:
                if str(error.param) not in self.fixed:
                    raise
                del self.fixed[str(error.param)]

    def _refuse(self, error: Any, place: Place) -> NoReturn:
        """Raise DataError for a status other than success."""
        status, body = error.status_code, error.body if isinstance(error.body, dict) else {}
        words = shorten(self._hidden(str(body.get("message") or "")), 200)
        cure = _CURES.get(status, "see what the server says")
        if status == 401:
            words = ""  # where a key is not accepted, servers tell parts of it
        elif 300 <= status < 400:
            words, cure = "redirects are not followed", "check OPENAI_BASE_URL"
        what = f"the server answered with status {status}{words and ': '}{words}"
        raise DataError("no-answer", what, cure, place) from None

    def _hidden(self, text: str) -> str:
        """Return what a server said without the key, which some repeat."""
        return text.replace(self.key, "[key]") if len(self.key) >= _SECRET else text


def _key(host: str) -> str:
    key = os.environ.get("OPENAI_API_KEY", "").strip()
    if not key and not is_loopback(host):
        what = "there is no key for the server"
        raise UsageError("no-key", what, "set OPENAI_API_KEY in the environment")
    if not (key.isascii() and key.isprintable()):
        what = "OPENAI_API_KEY holds characters that a key can't hold"
        raise UsageError("key-form", what, "copy it again")
    return key or _NO_KEY


def make(argument: str) -> Extractor:
    """Return a model as an extractor of all layers; its version is that of what is asked."""
    require("llm", "openai")
    if not argument:
        raise UsageError("no-model", "openai: names no model", "write openai:MODEL")
    base = os.environ.get("OPENAI_BASE_URL", "").strip() or _OPENAI
    parts = safe_parts(base, "OPENAI_BASE_URL")
    if parts.username is not None:
        what = "OPENAI_BASE_URL holds a user name"
        raise UsageError("url-form", what, "put the key in OPENAI_API_KEY")
    model = Model(argument, base, _key(parts.hostname or ""))
    version = f"request {request_hash()}, {versions('openai')}"
    return Extractor(f"openai:{argument}", version, tuple(LAYERS), model.extract, close=model.close)
