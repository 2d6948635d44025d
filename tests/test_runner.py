"""`goldwire run` as its user types it: extractors that misbehave, runs that stop, and resuming.

Every run here is a process of its own. ``Workplace.run`` also looks that no traceback was
printed and that no process of the run is left, whatever else a test is about.
"""

import base64
import json
import os
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from textwrap import dedent
from types import SimpleNamespace

import pytest

IDS = [f"d{number:02}" for number in range(30)]
MARK = "GOLDWIRE_TEST_RUN"
COMMON = """
    import itertools, json, os, signal, sys, time
    from pathlib import Path

    def right(article):
        assert article.mentions is None, "an extractor must not see gold"
        start = article.text.index("Ann")
        return {"mentions": [{"start": start, "end": start + 3, "type": "PERSON"}]}

    def note(article):
        with open("calls", "a") as stream:
            stream.write(article.id + chr(10))

    def seen(article):
        note(article)
        return Path("calls").read_text().split().count(article.id) > 1
"""
COUNTED = (
    COMMON + "    def extract(article):\n        note(article)\n        return right(article)\n"
)
SLOW = COUNTED.replace("note(article)\n        return", "note(article); time.sleep(0.05); return")
COMMAND = """
    import json, os, signal, subprocess, sys, time

    def answer(article):
        start = article["text"].index("Ann")
        mention = {"start": start, "end": start + 3, "type": "PERSON"}
        return json.dumps({"id": article["id"], "mentions": [mention]})

    for line in sys.stdin:
        article = json.loads(line)
        assert article.keys() <= {"id", "language", "text"}
        print(reply(article, answer(article)), flush=True)
"""


def text_of(number):
    return "So " * number + f"Ann met Bob in Łódź 𝒳, {number} times."


def mentions_of(number):
    return [{"start": 3 * number, "end": 3 * number + 3, "type": "PERSON"}]


RIGHT = {name: {"id": name, "mentions": mentions_of(n)} for n, name in enumerate(IDS)}


def write_gold(path, ids=IDS):
    records = [
        {"id": name, "text": text_of(int(name[1:])), "mentions": mentions_of(int(name[1:]))}
        for name in ids
    ]
    path.write_text("".join(json.dumps(each) + "\n" for each in records))


class Workplace:
    """A folder with gold, in which `goldwire run` is started; its processes carry a mark."""

    def __init__(self, base):
        self.base, self.folder, self.number = base, base / "work", 0
        self.output, self.part = self.folder / "r.jsonl", self.folder / "r.jsonl.part"
        self.folder.mkdir()
        write_gold(self.folder / "gold.jsonl")

    def module(self, name, source):
        (self.folder / f"{name}.py").write_text(dedent(source))
        shutil.rmtree(self.folder / "__pycache__", ignore_errors=True)

    def command(self, source, *arguments):
        """Write a command; ``source`` defines what it replies to an article."""
        (self.folder / "command.py").write_text(dedent(source) + dedent(COMMAND))
        words = [sys.executable, "-I", "-S", str(self.folder / "command.py"), *arguments]
        return "cmd:" + shlex.join(words)

    def start(self, *arguments, **options):
        self.number += 1
        environment = {**os.environ, MARK: str(self.base), "PYTHONDONTWRITEBYTECODE": "1"}
        environment |= options.pop("env", {})
        streams = [self.base / f"{name}.{self.number}" for name in ("out", "err")]
        with streams[0].open("wb") as out, streams[1].open("wb") as err:
            return subprocess.Popen(
                [sys.executable, "-m", "goldwire", *map(str, arguments)],
                cwd=self.folder,
                stdout=out,
                stderr=err,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                env=environment,
                **options,
            )

    def run_command(self, name, *more):
        return ["run", name, "-o", "r.jsonl", "--gold", "gold.jsonl", *more]

    def begin(self, name, *more, **options):
        return self.start(*self.run_command(name, *more), **options)

    def run(self, name, *more, limit=30, **options):
        return self.ended(self.begin(name, *more, **options), limit)

    def ended(self, process, limit=30):
        """Wait for a run; it leaves no process and prints no traceback."""
        try:
            status = process.wait(limit)
        except subprocess.TimeoutExpired:
            self.clear()
            process.wait(5)
            pytest.fail(f"the run did not end within {limit} seconds: {self.said('err')}")
        assert self.left_alive() == [], "processes of the run are left"
        found = SimpleNamespace(status=status, out=self.said("out"), err=self.said("err"))
        assert "Traceback" not in found.err
        return found

    def said(self, name):
        return (self.base / f"{name}.{self.number}").read_text("utf-8", "replace")

    def alive(self):
        """Return the ids of living processes that carry the mark, whatever their parent."""
        wanted, found = f"{MARK}={self.base}".encode(), []
        for path in Path("/proc").glob("[0-9]*/environ"):
            with suppress(OSError):
                if wanted in path.read_bytes().split(b"\0"):
                    found.append(int(path.parent.name))
        return found

    def left_alive(self, seconds=2.5):
        """Return the processes that are still there after so many seconds."""
        until = time.monotonic() + seconds
        while (found := self.alive()) and time.monotonic() < until:
            time.sleep(0.05)
        return found

    def clear(self):
        for process in self.alive():
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def lines(self):
        """Return the documents of the output; all of gold is there, once and in order."""
        head, *found = map(json.loads, self.output.read_text("utf-8").splitlines())
        assert head.keys() == {"goldwire_run"}
        assert [each["id"] for each in found] == IDS
        assert not self.part.exists()
        return {each["id"]: each for each in found}

    def body(self):
        """Return the output without its first line, which holds the time."""
        return self.output.read_bytes().partition(b"\n")[2]

    def all_right_but(self, *failed):
        found = self.lines()
        assert [name for name, each in found.items() if "failed" in each] == sorted(failed)
        for name in failed:
            assert found[name].keys() == {"id", "failed"}
        assert {n: each for n, each in found.items() if n not in failed} == {
            name: each for name, each in RIGHT.items() if name not in failed
        }
        return found

    def calls(self):
        path = self.folder / "calls"
        return path.read_text().split() if path.exists() else []

    def noted(self):
        """Return the ids of whole lines of the journal."""
        raw = self.part.read_bytes() if self.part.exists() else b""
        return [json.loads(line)["id"] for line in raw[: raw.rfind(b"\n") + 1].splitlines()[1:]]

    def until_noted(self, number):
        until = time.monotonic() + 20
        while len(self.noted()) < number:
            assert time.monotonic() < until
            time.sleep(0.01)


@contextmanager
def workplace(base):
    if not Path("/proc/self/environ").exists():
        pytest.skip("needs /proc to see which processes are left")
    made = Workplace(base)
    try:
        yield made
    finally:
        made.clear()


@pytest.fixture
def place(tmp_path):
    with workplace(tmp_path) as made:
        yield made


def refused(done, *codes):
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("goldwire: ")
    assert done.err.count("\n") == 1
    assert done.err.endswith(tuple(f"[{code}]\n" for code in codes or ("",))) or not codes
    return done.err


def told(done):
    """Return the reasons on stderr, by document."""
    lines = done.err.splitlines()
    assert lines[0].startswith("goldwire: ")
    assert lines[0].endswith(" of 30 documents failed:")
    return dict(line.removeprefix("  ").split(": ", 1) for line in lines[1:])


# A Python function.

BAD = {
    "d01": ('raise ValueError("no\\x1b[31m verb")', r"ValueError: no\x1b[31m verb"),
    "d02": ("time.sleep(1000)", "no answer within 1 seconds"),
    "d03": ("os._exit(7)", "status 7"),
    "d04": ('return "I am sorry, I cannot."', "not JSON"),
    "d05": ("return None", "got null"),
    "d07": ('return {"id": "d08", **right(article)}', 'the answer is for "d08"'),
    "d08": (
        'return {"mentions": [{"start": 0, "end": 5000, "type": "PERSON"}]}',
        "mentions[0]",
    ),
    "d09": ('return {"mentions": [{"start": 0, "end": 2, "type": "PERSN"}]}', "PERSN"),
    "d10": ("return object()", "object"),
    "d29": ('return {"text": "Another text.", **right(article)}', "[other-text]"),
}
NOISE = {
    "d12": 'print("loading ..."); print({}); return right(article)',
    "d13": 'os.write(1, b"noise" * 20000); return right(article)',
    "d14": "os.close(1); return right(article)",
}


ONCE = "if seen(article): return right(article)\n            "


def by_id(cases):
    """Return the source of a function that does a thing for each document named."""
    lines = [
        f"        if article.id == '{name}':\n            {do}\n" for name, do in cases.items()
    ]
    return "    def extract(article):\n" + "".join(lines) + "        return right(article)\n"


def paid(place, done, cases):
    """See that the documents named failed, each with its reason told and kept, and no others."""
    found = place.all_right_but(*cases)
    for name, (_, reason) in cases.items():
        assert reason in found[name]["failed"], name
    assert told(done) == {name: found[name]["failed"] for name in cases}
    assert done.status == 1


def test_a_function_that_misbehaves_costs_those_documents_alone(place):
    cases = {name: do for name, (do, _) in BAD.items()} | NOISE
    place.module("bad", COMMON + by_id(cases))
    paid(place, place.run("bad:extract", "--timeout", "1"), BAD)


def test_a_score_says_how_many_documents_failed_and_why(place):
    failed = {"d01": "ValueError: no verb", "d02": "no answer within 1 seconds", "d05": "?"}
    made = {**RIGHT, **{name: {"id": name, "failed": why} for name, why in failed.items()}}
    place.output.write_text("".join(json.dumps(each) + "\n" for each in made.values()))
    score = ["score", "r.jsonl", "--gold", "gold.jsonl", "-m", "mentions.strict"]
    shown = place.ended(place.start(*score))
    assert (shown.status, shown.err) == (0, "")
    whole = " ".join(shown.out.split())
    result = json.loads(place.ended(place.start(*score, "--json")).out)
    figures = result["scores"]["mentions.strict"]
    assert (figures["gold"], figures["predicted"], figures["matched"]) == (30, 27, 27)
    for notes in (whole, "\n".join(result["notes"])):
        assert "documents that failed, counted as missed: 3 of 30" in notes
        for name, why in failed.items():
            assert f"{name} failed: {why}" in notes


@pytest.mark.parametrize("do", ["sys.exit(0)", "os._exit(3)"])
def test_what_ends_a_program_costs_that_document_alone(place, do):
    costs_one(place, do)


def test_an_end_that_looks_as_if_all_were_well_is_seen_when_its_time_is_over(place):
    place.module("ends", COMMON + by_id({"d03": "os._exit(0)"}))
    done = place.run("ends:extract", "--timeout", "1")
    place.all_right_but("d03")
    assert told(done)["d03"] == "no answer within 1 seconds"


def costs_one(place, do):
    """Run what happens for one document; it must be seen at once, not when its time is over."""
    place.module("ends", COMMON + by_id({"d03": do}))
    done = place.run("ends:extract", "--timeout", "60", limit=6)
    place.all_right_but("d03")
    assert done.status == 1
    assert list(told(done)) == ["d03"]


def test_a_module_that_fails_in_a_worker_alone_is_a_message(place):
    source = "\n    import multiprocessing\n    if multiprocessing.parent_process():\n"
    place.module("half", source + "        raise RuntimeError('no card')\n" + COUNTED)
    done = place.run("half:extract", limit=15)
    assert done.status in (1, 2)
    assert "no card" in done.err
    assert "goldwire: " in done.err


def test_one_more_try_is_for_what_failed(place):
    place.module("flaky", COMMON + by_id({"d03": ONCE + 'raise ValueError("busy")'}))
    done = place.run("flaky:extract", "--retries", "1")
    assert (done.status, done.out, done.err) == (0, "", "")
    place.all_right_but()


def test_the_number_of_workers_changes_no_byte(place):
    place.module("mine", COMMON + by_id({"d04": "raise ValueError", "d05": "time.sleep(0.3)"}))
    assert place.run("mine:extract").status == 1
    one = place.body()
    place.output.unlink()
    assert place.run("mine:extract", "--workers", "3").status == 1
    assert place.body() == one
    place.all_right_but("d04")


# A command.


def test_a_command_is_run_with_its_arguments_and_they_are_not_written(place):
    given = ["two words", "it's", "", "--key=s3cret", "$HOME", "*.py", 'say "x"', "Łódź"]
    keep = "import sys, json\njson.dump(sys.argv[1:], open('arguments', 'w'))\n"
    name = place.command(keep + "reply = lambda article, right: right\n", *given)
    done = place.run(name, "--workers", "2")
    assert (done.status, done.out, done.err) == (0, "", "")
    place.all_right_but()
    assert json.loads((place.folder / "arguments").read_text()) == given
    run = json.loads(place.output.read_text("utf-8").partition("\n")[0])["goldwire_run"]
    assert run["extractor"] == f"cmd:{Path(sys.executable).name}"
    assert "s3cret" not in place.output.read_text("utf-8")
    assert "command.py" not in place.output.read_text("utf-8")


COMMAND_CASES = {
    "d03": ('return "Loading ..."', "not JSON"),
    "d05": ("sys.exit(3)", "status 3"),
    "d07": ("os.kill(os.getpid(), signal.SIGKILL)", "status -9"),
    "d09": ('return "{not json"', "not JSON"),
    "d11": ('os.write(1, b"\\xff\\xfe\\n"); return right', "UTF"),
    "d13": ('return right.replace("d13", "d12")', 'the answer is for "d12"'),
    "d15": ('return "a\\n\\nb\\n" + right', "not JSON"),
    "d17": ("os.close(1); time.sleep(1000)", "without an answer"),
    "d19": (
        'subprocess.Popen(["sleep", "1000"]); time.sleep(1000)',
        "no answer within 1 seconds",
    ),
    "d21": ("os.write(1, right.encode()[:20]); sys.exit(0)", "status 0"),
}


def reply(cases):
    """Return the source of a reply of a command: a thing for each document named."""
    lines = [f"    if article['id'] == '{name}':\n        {do}\n" for name, do in cases.items()]
    return "def reply(article, right):\n" + "".join(lines) + "    return right\n"


def test_a_command_that_misbehaves_costs_those_documents_alone(place):
    name = place.command(reply({name: do for name, (do, _) in COMMAND_CASES.items()}))
    paid(place, place.run(name, "--timeout", "1"), COMMAND_CASES)


def test_two_lines_for_one_are_not_taken_for_the_next_answer(place):
    costs_no_other(place, 'return right + "\\n" + right')


def costs_no_other(place, do):
    done = place.run(place.command(reply({"d05": do})))
    found = place.lines()
    assert {name for name in IDS if found[name] != RIGHT[name]} <= {"d05"}
    assert done.status == ("failed" in found["d05"])


def test_a_command_that_ends_after_an_answer_is_started_again(place):
    ends = "os.write(1, right.encode() + b'\\n'); sys.exit(0)"
    done = place.run(place.command(reply({"d05": ends, "d06": ends, "d20": ends})))
    place.all_right_but()
    assert done.status == 0


@pytest.mark.parametrize(
    "name", ["cmd:", "cmd: ", "cmd:no-such-command s3cret", "cmd:python 's3cret", "cmd:."]
)
def test_what_is_no_command_is_refused(place, name):
    message = refused(place.run(name), "no-command", "command-form")
    assert "s3cret" not in message
    assert not place.output.exists()
    assert not place.part.exists()


# An endpoint.


class Handler(BaseHTTPRequestHandler):
    """Answers rightly, or wrongly in the way that the server has for the document."""

    def do_POST(self):
        article = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.seen.append((self.path, dict(self.headers), article))
        do = self.server.cases.get(article["id"], _right)
        do(self, json.dumps({"id": article["id"], **_answer(article)}).encode())

    def do_GET(self):
        self.server.seen.append((self.path, dict(self.headers), {}))
        self.send_error(404)

    def send(self, body, kind="application/json", status=200, length=None, **headers):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Print nothing."""


def _answer(article):
    start = article["text"].index("Ann")
    return {"mentions": [{"start": start, "end": start + 3, "type": "PERSON"}]}


def _right(handler, right):
    handler.send(right)


def redirect(handler, right, status):
    handler.send(right, status=status, Location=f"{handler.server.elsewhere}/target")


def _hang(handler, right):
    handler.server.stopping.wait(60)


HTTP_CASES = {
    "d01": (partial(Handler.send, status=500), "status 500"),
    "d02": (partial(redirect, status=302), "status 302"),
    "d03": (partial(redirect, status=308), "status 308"),
    "d04": (lambda h, _: h.send(b"<html>Log in</html>", "text/html"), "text/html"),
    "d05": (lambda h, right: h.send(right[:-9], length=len(right)), "cut off"),
    "d06": (lambda h, _: h.send(b'"I am sorry, I cannot."'), "got a string"),
    "d07": (lambda h, _: h.send(b"Sure! Here you are: {}"), "not JSON"),
    "d08": (lambda h, _: h.send('{"id": "d08", "language": "é"}'.encode("latin-1")), "UTF-8"),
    "d09": (_hang, "no answer within 1 seconds"),
    "d10": (lambda h, _: h.wfile.write(b"what?\r\n\r\n"), "no answer"),
}


@contextmanager
def serving(cases=None):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.cases = {name: do for name, (do, _) in (cases or {}).items()}
    server.seen, server.stopping = [], threading.Event()
    server.handle_error = lambda *_: None  # a client that was stopped closes its end
    server.elsewhere = ""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        server.shutdown()
        thread.join()
        server.server_close()


def address(server, user=""):
    return f"http://{user}127.0.0.1:{server.server_port}"


def test_an_endpoint_is_asked_for_each_article_without_its_annotations(place):
    with serving() as server:
        dead = {"http_proxy": "http://127.0.0.1:1", "HTTP_PROXY": "http://127.0.0.1:1"}
        done = place.run(address(server) + "/extract", env=dead)
        assert (done.status, done.out, done.err) == (0, "", "")
        place.all_right_but()
        assert [article["id"] for _, _, article in server.seen] == IDS
        for path, headers, article in server.seen:
            assert path == "/extract"
            assert headers["Content-Type"] == "application/json"
            assert article.keys() <= {"id", "language", "text"}
    run = json.loads(place.output.read_text("utf-8").partition("\n")[0])["goldwire_run"]
    assert run["extractor"] == "http://127.0.0.1/extract"


def test_an_endpoint_that_misbehaves_costs_those_documents_alone(place):
    asked_badly(place, HTTP_CASES)


def asked_badly(place, cases, *more):
    """Run an endpoint that does a thing for each document named, and see what it cost."""
    with serving(cases) as server, serving() as other:
        server.elsewhere = address(other)
        done = place.run(address(server), "--timeout", "1", *more)
        assert other.seen == []
        assert [path for path, _, _ in server.seen] == ["/"] * 30
    paid(place, done, cases)


def test_what_is_secret_in_a_url_is_used_and_not_written(place):
    with serving({"d03": HTTP_CASES["d01"], "d05": HTTP_CASES["d04"]}) as server:
        done = place.run(address(server, "ann:s3cret@") + "/x?key=t0ken#part")
        seen = server.seen
    everything = done.out + done.err + place.output.read_text("utf-8")
    for word in ("ann:", "s3cret", "t0ken", base64.b64encode(b"ann:s3cret").decode()):
        assert word not in everything
    place.all_right_but("d03", "d05")
    assert done.status == 1
    assert {path for path, _, _ in seen} == {"/x?key=t0ken"}
    wanted = f"Basic {base64.b64encode(b'ann:s3cret').decode()}"
    assert {headers.get("Authorization") for _, headers, _ in seen} == {wanted}


def test_no_secret_of_a_url_that_can_not_be_asked_is_written(place):
    keeps_secret(place, "http://127.0.0.1:1/x?key=s3cret with spaces")


def keeps_secret(place, url):
    done = place.run(url)
    assert done.status in (1, 2)
    assert "s3cret" not in done.out + done.err
    for path in place.folder.iterdir():
        assert b"s3cret" not in path.read_bytes(), path


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://example.com/x?key=s3cret", "insecure-url"),
        ("http://127.0.0.1@example.com/", "insecure-url"),
        ("http://[::1/s3cret", "url-form"),
    ],
)
def test_an_address_that_would_not_be_safe_is_refused(place, url, code):
    unsafe(place, url, code)


def unsafe(place, url, code):
    assert "s3cret" not in refused(place.run(url), code)
    assert sorted(path.name for path in place.folder.iterdir()) == ["gold.jsonl"]


# Resuming.


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The bytes of an undisturbed run of ``mine:extract``."""
    with workplace(tmp_path_factory.mktemp("whole")) as place:
        place.module("mine", COUNTED)
        assert place.run("mine:extract").status == 0
        place.all_right_but()
        assert place.calls() == IDS
        return place.output.read_bytes()


def resumed(place, whole, kept, *more, torn=b""):
    """Resume with so many documents kept, in another order, and something torn behind them."""
    head, *lines = whole.splitlines(keepends=True)
    place.module("mine", COUNTED)
    place.part.write_bytes(head + b"".join(lines[:kept][::-1]) + torn)
    done = place.run("mine:extract", "--resume", *more)
    assert (done.status, done.out, done.err) == (0, "", "")
    assert place.output.read_bytes() == whole
    assert sorted(place.calls()) == IDS[kept:]
    assert not place.part.exists()


def test_a_torn_last_line_is_asked_for_again(place, whole):
    resumed(place, whole, 12, torn=whole.splitlines()[13][:30])


def test_a_killed_run_leaves_no_process_and_goes_on_where_it_stopped(place, whole):
    hang = "        if article.id > 'd09' and not Path('mended').exists(): time.sleep(1000)\n"
    place.module("mine", COUNTED.replace("        return right", hang + "        return right"))
    process = place.begin("mine:extract", "--workers", "2")
    place.until_noted(10)
    process.kill()
    process.wait()
    assert place.left_alive(2) == []
    assert place.noted() == IDS[:10]
    head = place.part.read_bytes().partition(b"\n")[0]
    (place.folder / "calls").unlink()
    (place.folder / "mended").touch()
    done = place.run("mine:extract", "--resume", "--workers", "2")
    assert (done.status, done.err) == (0, "")
    assert place.body() == whole.partition(b"\n")[2]
    assert place.output.read_bytes().startswith(head)
    assert sorted(place.calls()) == IDS[10:]


def test_a_finished_run_resumed_asks_nothing_and_is_the_same(place, whole):
    place.module("mine", COUNTED)
    place.output.write_bytes(whole)
    done = place.run("mine:extract", "--resume")
    assert (done.status, done.out, done.err) == (0, "", "")
    assert place.output.read_bytes() == whole
    assert place.calls() == []


def unchanged(place, *more, name="mine:extract"):
    """Run what must be refused, and see that the folder is as it was."""

    def content():
        return {path: path.read_bytes() for path in place.folder.rglob("*") if path.is_file()}

    before = content()
    done = place.run(name, *more)
    assert content() == before
    return done


OTHERS = {
    "extractor": ("mine:other", COUNTED + "    other = extract\n"),
    "version": ("mine:extract", COUNTED + "    __version__ = '2'\n"),
    "layers": ("mine:extract", COUNTED + "    extract.layers = ['entities']\n"),
    "gold": ("mine:extract", COUNTED),
}


@pytest.mark.parametrize("other", ["extractor", "version", "gold"])
def test_another_run_is_not_resumed(place, whole, other):
    place.output.write_bytes(whole)
    not_resumed(place, place.output, other)


def not_resumed(place, path, other):
    name, source = OTHERS[other]
    place.module("mine", source)
    if other == "gold":
        write_gold(place.folder / "gold.jsonl", IDS[:-1])
    message = refused(unchanged(place, "--resume", name=name), "other-run")
    assert path.name in message
    assert place.calls() == []


def test_an_existing_output_is_refused_without_resume(place, whole):
    place.module("mine", COUNTED)
    for path in (place.output, place.part):
        path.write_bytes(whole)
        message = refused(unchanged(place), "output-exists")
        assert "--resume" in message
        path.unlink()


def test_what_is_no_run_is_not_resumed(place):
    not_taken(place, "precious")


def not_taken(place, content):
    place.module("mine", COUNTED)
    place.output.write_text(content)
    refused(unchanged(place, "--resume"))


def test_failed_documents_are_tried_again_on_resume(place, whole):
    failing = "        if article.id in ('d03', 'd29') and not Path('mended').exists(): 1 / 0\n"
    body = "        return right(article)\n"
    place.module("mine", COUNTED.replace(body, failing + body))
    assert place.run("mine:extract").status == 1
    place.all_right_but("d03", "d29")
    head = place.output.read_bytes().partition(b"\n")[0]
    (place.folder / "calls").unlink()
    (place.folder / "mended").touch()
    done = place.run("mine:extract", "--resume", "--workers", "2")
    assert (done.status, done.err) == (0, "")
    assert sorted(place.calls()) == ["d03", "d29"]
    assert place.output.read_bytes() == head + b"\n" + whole.partition(b"\n")[2]


def test_a_disk_that_is_full_is_a_message_and_the_run_goes_on_later(place, whole):
    too_small(place, whole, 9)


def too_small(place, whole, short):
    """Run where the last bytes can't be written, and then where they can."""
    place.module("mine", COUNTED)
    limit = (len(whole) - short,) * 2
    small = partial(resource.setrlimit, resource.RLIMIT_FSIZE, limit)
    message = refused(place.run("mine:extract", preexec_fn=small))
    assert "large" in message
    assert not place.output.exists()
    assert place.run("mine:extract", "--resume").status == 0
    assert place.body() == whole.partition(b"\n")[2]
    place.all_right_but()


# Ctrl-C.


def interrupted(place, process):
    """Send what Ctrl-C sends; return how many documents are said to be left."""
    os.killpg(process.pid, signal.SIGINT)
    done = place.ended(process, 8)
    assert (done.status, done.out) == (130, "")
    lines = done.err.strip().splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("goldwire: stopped; ")
    assert lines[0].endswith(" documents are left, --resume goes on")
    assert not place.output.exists()
    return int(lines[0].split()[2])


def test_ctrl_c_stops_with_one_message_and_the_run_goes_on(place, whole):
    stopped_and_resumed(place, whole, 6, "--workers", "2")


def stopped_and_resumed(place, whole, noted, *more):
    place.module("mine", SLOW)
    process = place.begin("mine:extract", *more)
    while not place.part.exists():
        assert process.poll() is None
        time.sleep(0.01)
    place.until_noted(noted)
    left = interrupted(place, process)
    kept = place.noted()
    assert left == 30 - len(kept)
    (place.folder / "calls").unlink(missing_ok=True)
    assert place.run("mine:extract", "--resume").status == 0
    assert place.body() == whole.partition(b"\n")[2]
    assert place.calls() == IDS[len(kept) :]


# What can't be started.


@pytest.mark.parametrize("source", ["raise RuntimeError('no model')", "raise SystemExit", ""])
def test_a_module_that_is_broken_is_a_message(place, source):
    broken(place, source)


def broken(place, source):
    place.module("broken", source)
    refused(unchanged(place, name="broken:extract"), "unknown-extractor", "broken-extractor")


POINTS = {
    "absent": "nowhere_at_all:make",
    "unmade": "points:nothing",
    "raising": "points_raising:make",
    "failing": "points:failing",
    "void": "points:void",
}


@pytest.mark.parametrize("name", ["unmade", "failing"])
def test_an_entry_point_that_is_broken_is_a_message(place, name):
    broken_point(place, name)


def broken_point(place, name):
    entry_points(place)
    message = refused(unchanged(place, name=name), "broken-extractor")
    assert name in message


def entry_points(place):
    place.module("points_raising", "raise RuntimeError('no model')")
    source = """
    from goldwire.eval.extractors import Extractor

    def failing(argument):
        raise ValueError("no model")

    def void(argument):
        return None

    def make(argument):
        return Extractor(f"fine {argument}", "2", ("entities",), right)
    """
    place.module("points", COMMON + source)
    folder = place.folder / "points-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: points\nVersion: 1.0\n")
    lines = [f"{name} = {value}" for name, value in {**POINTS, "fine": "points:make"}.items()]
    (folder / "entry_points.txt").write_text("\n".join(["[goldwire.extractors]", *lines, ""]))


def test_an_entry_point_is_found_by_its_name_and_given_its_argument(place):
    entry_points(place)
    done = place.run("fine:as ever:1")
    assert (done.status, done.err) == (0, "")
    place.all_right_but()
    run = json.loads(place.output.read_text("utf-8").partition("\n")[0])["goldwire_run"]
    assert (run["extractor"], run["version"]) == ("fine as ever:1", "2")
    assert run["layers"] == ["entities"]


@pytest.mark.parametrize("output", ["no/such/r.jsonl", "/proc/r.jsonl"])
def test_a_place_that_can_not_be_written_is_a_message_before_any_call(place, output):
    place.module("mine", COUNTED)
    command = ["run", "mine:extract", "-o", output, "--gold", "gold.jsonl"]
    refused(place.ended(place.start(*command)), "cannot-write", "system")
    assert place.calls() == []


@pytest.mark.skipif(os.geteuid() == 0, reason="to root every folder can be written")
def test_a_folder_that_is_read_only_is_a_message_before_any_call(place):
    place.module("mine", COUNTED)
    place.folder.chmod(0o500)
    try:
        refused(place.run("mine:extract"), "cannot-write")
    finally:
        place.folder.chmod(0o700)
    assert place.calls() == []
