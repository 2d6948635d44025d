"""`openai:MODEL` against a server that speaks the chat completions protocol, and one that doesn't.

The server is real and of this process; what it answers to an article is told by the test.
"""

import json
import os
import re
import subprocess
import sys
import threading
from contextlib import contextmanager, nullcontext, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import jsonschema
import msgspec
import pytest

from goldwire.eval.align import align
from goldwire.eval.answer import ask
from goldwire.eval.extractors import extractor
from goldwire.eval.extractors.openai_model import make
from goldwire.eval.extractors.openai_request import answer_schema, messages
from goldwire.schemas.errors import DataError, Place, UsageError
from goldwire.schemas.labels import inverses, labels, relation_types
from goldwire.schemas.record import Record

KEY = "sk-proj-Tr0ub4dor/and-3-horses-0123456789"
TEXT = "Łódź — “Peace” 𝒳 began, Ann Ray said.\nShe left Łódź on Monday."
SAID = {
    "entities": [
        {"id": "e1", "type": "PERSON", "name": "Ann Ray"},
        {"id": "e2", "type": "GPE", "name": "Łódź"},
    ],
    "mentions": [
        {"text": "Łódź", "type": "GPE", "id": "m1", "entity": "e2"},
        {"text": "Ann Ray", "type": "PERSON", "id": "m2", "entity": "e1"},
        {"text": "Łódź", "type": "GPE", "id": "m3", "entity": "e2"},
        {"text": "Monday", "type": "DATE", "id": "m4", "entity": None},
        {"text": "Warsaw", "type": "GPE", "id": "m5", "entity": None},
    ],
    "relations": [{"head": "e1", "type": "departed_from", "tail": "e2"}],
    "quotes": [{"content": [{"text": "Peace"}, {"text": "began"}], "speaker": "e1"}],
    "boilerplate": [{"text": "She left Łódź on Monday."}],
}
MENTION = SAID["mentions"][0]
GOLD = Record(id="d", language="en", text=TEXT)
TOKENS = {"tokens": {"prompt": 11, "completion": 7}}


def completion(content, *, finish="stop", refusal=None, model="tiny"):
    """Return a chat completion as servers send it."""
    said = content if isinstance(content, str | None) else json.dumps(content, ensure_ascii=False)
    message = {"role": "assistant", "content": said, "refusal": refusal}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": finish, "logprobs": None}],
        "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18},
    }


def but(**layers):
    return completion(SAID | layers)


def error(message, **more):
    return {"error": {"message": message, "type": "x", "param": None, "code": None, **more}}


class Handler(BaseHTTPRequestHandler):
    """Answers by the function that the test gave the server, and notes what was asked."""

    protocol_version = "HTTP/1.1"
    timeout = 20

    def do_POST(self):
        self.body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(
            SimpleNamespace(path=self.path, headers=self.headers, body=self.body)
        )
        with suppress(ConnectionError):
            self.server.answer(self)

    def reply(self, body, status=200, kind="application/json", **headers):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Retry-After-Ms", "1")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def hang_up(self):
        self.close_connection = True
        self.connection.close()

    def log_message(self, *_):
        """Print nothing."""


@contextmanager
def serving(answer):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.answer, server.asked = answer, []
    server.base = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def model_at(base, key=KEY):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_BASE_URL", base)
        patch.setenv("OPENAI_API_KEY", key)
        model = make("tiny")
    try:
        yield model
    finally:
        model.close()


@pytest.fixture(scope="module")
def tiny():
    with serving(None) as server, model_at(server.base) as model:
        yield server, model


@pytest.fixture
def asked(tiny):
    """Return a function that asks about an article, and returns what was answered and asked."""
    server, known = tiny

    def call(answer, gold=GOLD, key=KEY):
        server.answer = answer if callable(answer) else partial(Handler.reply, body=answer)
        server.asked = call.seen = []
        with nullcontext(known) if key == KEY else model_at(server.base, key) as model:
            return ask(model, gold), server.asked

    return call


# What is sent.


def test_the_request_is_as_promised(asked):
    gold = Record(id="secret-id", text=TEXT, mentions=[], entities=[])
    _, [request] = asked(completion(SAID), gold)
    assert request.path == "/v1/chat/completions"
    assert request.headers["Authorization"] == f"Bearer {KEY}"
    body = request.body
    assert (body["model"], body["temperature"], body["seed"]) == ("tiny", 0, 0)
    form = body["response_format"]
    assert (form["type"], form["json_schema"]["strict"]) == ("json_schema", True)
    assert form["json_schema"]["schema"] == answer_schema()
    assert body["messages"] == messages(TEXT)
    assert body["messages"][-1] == {"role": "user", "content": TEXT}
    assert "secret-id" not in json.dumps(body)


def objects(schema):
    if schema.get("type") == "object":
        yield schema
    inner = (*schema.get("properties", {}).values(), *schema.get("anyOf", ()))
    for each in (*inner, *([schema["items"]] if "items" in schema else [])):
        yield from objects(each)


def test_the_schema_is_one_that_strict_servers_take():
    found = list(objects(answer_schema()))
    assert len(found) == 7
    for each in found:
        assert each["required"] == list(each["properties"])
        assert each["additionalProperties"] is False
    kept = {"type", "properties", "required", "additionalProperties", "items", "anyOf", "enum"}
    fields = {name for each in found for name in each["properties"]}
    assert set(re.findall(r'"(\w+)": ', json.dumps(answer_schema()))) <= kept | fields


def test_the_schema_holds_the_closed_lists():
    layers = answer_schema()["properties"]
    of = {name: each["items"]["properties"] for name, each in layers.items()}
    assert of["mentions"]["type"]["enum"] == list(labels()["mention"])
    assert of["entities"]["type"]["enum"] == list(labels()["mention"])
    assert of["relations"]["type"]["enum"] == [*relation_types(), *inverses()]
    assert {"type": "null"} in of["mentions"]["entity"]["anyOf"]
    assert {"type": "null"} in of["quotes"]["speaker"]["anyOf"]


def test_the_example_is_right():
    system, article, answer, _ = messages(TEXT)
    said = json.loads(answer["content"])
    jsonschema.validate(said, answer_schema())
    jsonschema.validate(SAID, answer_schema())
    assert set(labels()["mention"]) <= set(re.findall(r"\b[A-Z_]+\b", system["content"]))
    assert all(layer in system["content"] for layer in said)
    record = msgspec.convert({"id": "d", **said}, Record)
    placements = align(Record(id="d", text=article["content"]), record, Place()).placements
    assert [how for _, how in placements] == ["exact"] * 5


# What comes back.


def test_an_answer_is_a_record_and_its_words_are_placed_when_it_is_scored(asked):
    found, _ = asked(completion(SAID))
    assert found.meta == TOKENS
    assert [each.start for each in found.mentions] == [None] * 5
    assert found.relations[0].type == "departed_from"
    assert found.quotes[0].speaker == "e1"
    pair = align(GOLD, found, Place())
    starts = [each.start for each in pair.pair.predicted.mentions]
    assert starts == [0, TEXT.index("Ann"), TEXT.rindex("Łódź"), TEXT.index("Monday"), None]
    assert dict(pair.placements)["mentions[4]"] == "nowhere"


@pytest.mark.parametrize(
    ("model", "kept"),
    [("tiny-2026-01", "tiny-2026-01"), ("org/tiny", "org/tiny"), ("/home/ann/x.gguf", "x.gguf")],
)
def test_what_the_server_calls_the_model_is_kept_but_not_where_it_lies(asked, model, kept):
    found, _ = asked(completion({layer: [] for layer in SAID}, model=model))
    assert found.meta == {**TOKENS, "model": kept}
    assert found.mentions == found.quotes == []


WRONG = {
    "prose": (completion("I’m sorry, I can’t do that."), "in prose: I’m sorry", "not-json"),
    "a list": (completion([SAID]), "in prose", "not-json"),
    "nothing": (completion(None), "answered nothing", "no-answer"),
    "half": (completion(json.dumps(SAID)[:-40]), "cut off", "truncated"),
    "too much": (completion(json.dumps(SAID) + " Done!"), "not JSON", "not-json"),
    "length": (completion(json.dumps(SAID)[:-40], finish="length"), "cut off", "cut-off"),
    "refusal": (completion(None, refusal="I won't\x1b[31m."), r"refused: I won't\x1b", "refused"),
    "filter": (completion("", finish="content_filter"), "refused", "refused"),
    "a layer less": (completion({"mentions": []}), '"entities" is missing', "missing-key"),
    "a layer more": (but(id="other"), 'unknown key "id"', "unknown-key"),
    "no list": (but(mentions={}), "mentions", "wrong-type"),
    "a label": (but(mentions=[{**MENTION, "type": "CITY"}]), "CITY", "unknown-label"),
    "an entity": (but(mentions=[{**MENTION, "entity": "e9"}]), "e9", "dangling-id"),
    "no words": (but(mentions=[{**MENTION, "text": ""}]), "mentions[0].text", "wrong-type"),
    "repeated": (completion(json.dumps(SAID)[:-1] + ', "quotes": []}'), "twice", "repeated-key"),
}
NO_COMPLETION = {
    "no choice": ({**completion(SAID), "choices": []}, "answered nothing"),
    "an error as success": ({"error": {"message": "busy"}}, "answered nothing"),
    "no object": ([1], "no chat completion"),
    "another protocol": ({"choices": [{"text": "x"}]}, "no chat completion"),
    "a surrogate": (rb'{"choices": "\ud800"}', "no chat completion"),
    "latin-1": (b'{"choices": "\xe9"}', "no chat completion"),
    "html": (b"<html>Log in</html>", "no chat completion"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_prediction_is_a_reason_and_its_tokens_are_kept(asked, name):
    answer, words, code = WRONG[name]
    with pytest.raises(DataError) as raised:
        asked(answer)
    assert words in str(raised.value)
    assert str(raised.value).isprintable()
    assert raised.value.code == code
    assert raised.value.meta == TOKENS
    assert len(asked.seen) == 1


@pytest.mark.parametrize("name", NO_COMPLETION)
def test_what_is_no_completion_is_a_reason(asked, name):
    answer, words = NO_COMPLETION[name]
    with pytest.raises(DataError, match=words) as raised:
        asked(lambda handler: handler.reply(answer, kind="text/html; charset=utf-8"))
    assert raised.value.code == "no-answer"


STATUSES = {
    "key": (401, error(f"Incorrect API key: {KEY[:9]}***"), 1, r"401; check OPENAI_API_KEY"),
    "region": (403, error("not in your country"), 1, "403: not in your country"),
    "model": (404, error("no model\ntiny"), 1, r"404: no model\\ntiny; check OPENAI_BASE_URL"),
    "context": (400, error("too many tokens"), 1, "400: too many tokens"),
    "long": (400, error("x" * 9000), 1, "400: xxx"),
    "odd": (400, error(["y"], param={}), 1, r"400: \['y'\]"),
    "list": (400, [1], 1, "400; see"),
    "busy": (429, error("slow down"), 3, "429: slow down"),
    "broken": (502, b"<html>", 3, "502; see"),
    "moved": (302, b"", 1, "302: redirects are not followed; check OPENAI_BASE_URL"),
    "moved for good": (308, b"", 1, "308: redirects are not followed; check OPENAI_BASE_URL"),
}


@pytest.mark.parametrize("name", STATUSES)
def test_a_status_other_than_success_is_a_reason(asked, name):
    status, body, tries, words = STATUSES[name]
    with pytest.raises(DataError, match=f"answered with status {words}"):
        asked(lambda handler: handler.reply(body, status, Location="/v1/elsewhere"))
    assert [each.path for each in asked.seen] == ["/v1/chat/completions"] * tries


def test_a_server_that_hangs_up_is_asked_again_and_then_a_reason(asked):
    with pytest.raises(DataError, match="the server gave no answer: Server disconnected"):
        asked(Handler.hang_up)
    assert len(asked.seen) == 3


def test_a_server_that_is_busy_at_first_is_asked_again(asked):
    def answer(handler):
        first = len(handler.server.asked) == 1
        handler.reply(error("wait") if first else completion(SAID), 429 if first else 200)

    found, requests = asked(answer)
    assert (len(found.mentions), len(requests)) == (5, 2)


def test_settings_that_a_model_refuses_are_left_to_it(asked):
    def answer(handler):
        refused = next((name for name in ("temperature", "seed") if name in handler.body), None)
        bad = error(f"{refused} does not support 0", param=refused)
        handler.reply(bad if refused else completion(SAID), 400 if refused else 200)

    found, requests = asked(answer, key="a key of its own model")
    assert found.mentions
    settings = [{"temperature", "seed"} & each.body.keys() for each in requests]
    assert settings == [{"temperature", "seed"}, {"seed"}, set()]


# What is not sent, and not said.


def test_no_proxy_sees_what_goes_in_the_clear(asked, monkeypatch):
    with serving(lambda handler: handler.reply({}, 400)) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.server_port}")
        found, _ = asked(completion(SAID), key="a key of its own client")
    assert found.mentions
    assert proxy.asked == []


def test_a_server_of_this_machine_needs_no_key(asked):
    found, [request] = asked(but(boilerplate=[{"text": "none"}]), key="")
    assert request.headers["Authorization"] == "Bearer none"
    assert found.boilerplate[0].text == "none"


REFUSED = {
    "remote": ({"OPENAI_BASE_URL": "http://example.org/v1"}, "insecure-url"),
    "unlike": ({"OPENAI_BASE_URL": "HTTP://127.0.0.1.example.org/v1"}, "insecure-url"),
    "file": ({"OPENAI_BASE_URL": "file://127.0.0.1/etc/passwd"}, "url-form"),
    "no host": ({"OPENAI_BASE_URL": "https:///v1"}, "url-form"),
    "no scheme": ({"OPENAI_BASE_URL": "example.org/v1"}, "url-form"),
    "port": ({"OPENAI_BASE_URL": "https://example.org:x/v1"}, "url-form"),
    "user": ({"OPENAI_BASE_URL": f"https://ann:{KEY}@example.org/v1"}, "url-form"),
    "no key": ({"OPENAI_API_KEY": " "}, "no-key"),
    "no key there": ({"OPENAI_API_KEY": "", "OPENAI_BASE_URL": "https://example.org"}, "no-key"),
    "line end": ({"OPENAI_API_KEY": f"{KEY}\nX"}, "key-form"),
    "letters": ({"OPENAI_API_KEY": KEY + "ß"}, "key-form"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_an_environment_that_is_wrong_is_told_before_anything_is_sent(monkeypatch, name):
    environment, code = REFUSED[name]
    default = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": ""}
    for variable, value in (default | environment).items():
        monkeypatch.setenv(variable, value)
    with pytest.raises(UsageError) as raised:
        make("tiny")
    assert raised.value.code == code
    assert KEY not in str(raised.value)


def test_it_comes_by_name_and_says_what_it_is(monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", "https://example.org/v1")
    monkeypatch.setenv("OPENAI_API_KEY", f" {KEY}\n")
    made = extractor("openai:some/model:7b")
    assert made.name == "openai:some/model:7b"
    assert re.fullmatch(r"request [0-9a-f]{12}, openai \d+\.\d+\.\d+", made.version)
    assert set(made.layers) == {"entities", "relations", "quotes", "boilerplate"}
    assert KEY not in repr(made)
    with pytest.raises(UsageError, match="names no model"):
        make("")


ESCAPED = json.dumps(completion(f"Your key is {KEY}")).replace("/", r"\/").encode()
ANSWERS = {
    "good": lambda h: h.reply(completion(SAID)),
    "prose": lambda h: h.reply(completion("I can’t.")),
    "refused": lambda h: h.reply(error(f"bad key {KEY}"), 400),
    "long": lambda h: h.reply(error("x" * 80 + KEY + "y" * 300), 400),
    "key": lambda h: h.reply(error(f"Incorrect API key provided: {KEY}"), 401),
    "text": lambda h: h.reply(KEY.encode(), 400, kind="text/plain"),
    "words": lambda h: h.reply(completion("y" * 60 + KEY)),
    "escaped": lambda h: h.reply(ESCAPED),
    "model": lambda h: h.reply(completion(SAID, model=f"tiny {KEY}")),
    "label": lambda h: h.reply(but(mentions=[{**MENTION, "type": KEY}])),
    "span": lambda h: h.reply(but(boilerplate=[{"text": KEY}])),
}


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """A run over articles of which each is answered in another way, most of them with the key."""
    folder = tmp_path_factory.mktemp("openai")
    gold = [{"id": name, "text": f"{name} {TEXT}", "mentions": []} for name in ANSWERS]
    (folder / "gold.jsonl").write_text("".join(json.dumps(each) + "\n" for each in gold))
    command = ["-m", "goldwire", "run", "openai:tiny", "-o", "r.jsonl", "--gold", "gold.jsonl"]

    def answer(handler):
        ANSWERS[handler.body["messages"][-1]["content"].partition(" ")[0]](handler)

    with serving(answer) as server:
        done = subprocess.run(
            [sys.executable, *command],
            cwd=folder,
            env={**os.environ, "OPENAI_BASE_URL": server.base, "OPENAI_API_KEY": KEY},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    return folder, done


def test_a_run_lists_what_failed_and_keeps_the_rest(ran):
    folder, done = ran
    head, *lines = map(json.loads, (folder / "r.jsonl").read_text("utf-8").splitlines())
    assert head["goldwire_run"]["extractor"] == "openai:tiny"
    found = {each["id"]: each for each in lines}
    assert found.keys() == ANSWERS.keys()
    assert {each for each in found if "failed" not in found[each]} == {"good", "model", "span"}
    assert len(found["good"]["mentions"]) == 5
    assert "in prose: I can’t." in found["prose"]["failed"]
    assert found["good"]["meta"] == found["prose"]["meta"] == TOKENS
    assert (done.returncode, done.stdout) == (1, "")
    assert "8 of 11 documents failed" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_key_is_in_no_message_and_no_file(ran):
    folder, done = ran
    said = [done.stdout, done.stderr]
    said += [path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()]
    parts = [KEY[start : start + 8] for start in range(len(KEY) - 7)]
    assert [part for part in parts for text in said if part in text] == []
    assert "Your key is [key]" in said[1]
