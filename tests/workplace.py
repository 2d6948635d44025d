"""A folder in which `goldwire run` is started as its user types it, and extractors for it."""

import io
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from textwrap import dedent
from types import SimpleNamespace
from unittest.mock import patch

import pytest

from goldwire.main import main

IDS = [f"d{number:02}" for number in range(30)]
MARK = "GOLDWIRE_TEST_RUN"
COMMON = """
    import asyncio, itertools, json, os, signal, sys, time
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
BODY = "        return right(article)\n"
COUNTED = f"{COMMON}    def extract(article):\n        note(article)\n{BODY}"
SLOW = COUNTED.replace(BODY, "        time.sleep(0.05)\n" + BODY)
ONCE = "if seen(article): return right(article)\n            "
STUCK = "sum(itertools.repeat(1, 10**15))"
"""What no other thread and no signal handler of Python can interrupt."""
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
STOPPED = re.compile(r"goldwire: stopped; (\d+) documents are left, --resume goes on")


def text_of(number):
    return "So " * number + f"Ann met Bob in Łódź 𝒳, {number} times."


def mentions_of(number):
    return [{"start": 3 * number, "end": 3 * number + 3, "type": "PERSON"}]


RIGHT = {name: {"id": name, "mentions": mentions_of(n)} for n, name in enumerate(IDS)}


def by_id(cases, before=""):
    """Return the source of a module whose function does a thing for each document named."""
    lines = [
        f"        if article.id == '{name}':\n            {do}\n" for name, do in cases.items()
    ]
    return f"{COMMON}    def extract(article):\n{before}{''.join(lines)}{BODY}"


def reply(cases):
    """Return the source of a reply of a command: a thing for each document named."""
    lines = [f"    if article['id'] == '{name}':\n        {do}\n" for name, do in cases.items()]
    return "def reply(article, right):\n" + "".join(lines) + "    return right\n"


def doing(cases):
    return {name: do for name, (do, _) in cases.items()}


def shown_on(reading):
    """Return all that is written to a terminal until nobody holds it open."""
    shown = b""
    with suppress(OSError):
        while more := os.read(reading, 10_000):
            shown += more
    os.close(reading)
    return shown.decode()


def body_of(raw):
    """Return a run without its first line, which holds the time."""
    return raw.partition(b"\n")[2]


def _heeding_all() -> None:
    """Let the run heed signals that whoever started the tests ignores, as nohup does."""
    for number in (signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)


class Workplace:
    """A folder with gold; the processes that are started in it carry a mark."""

    def __init__(self, base):
        self.base, self.folder, self.number = base, base / "work", 0
        self.output, self.part = self.folder / "r.jsonl", self.folder / "r.jsonl.part"
        self.folder.mkdir()
        self.gold(IDS)

    def gold(self, ids):
        records = [
            {"id": name, "text": text_of(int(name[1:])), "mentions": mentions_of(int(name[1:]))}
            for name in ids
        ]
        lines = "".join(json.dumps(each) + "\n" for each in records)
        (self.folder / "gold.jsonl").write_text(lines)

    def module(self, name, source):
        (self.folder / f"{name}.py").write_text(dedent(source))
        shutil.rmtree(self.folder / "__pycache__", ignore_errors=True)

    def command(self, source, *arguments):
        """Write a command; ``source`` defines what it replies to an article."""
        (self.folder / "command.py").write_text(dedent(source) + dedent(COMMAND))
        words = [sys.executable, "-I", "-S", str(self.folder / "command.py"), *arguments]
        return "cmd:" + shlex.join(words)

    def arguments(self, name, *more):
        return ["run", name, "-o", "r.jsonl", "--gold", "gold.jsonl", *map(str, more)]

    def begin(self, name, *more, env=None, **options):
        """Start a run, as the leader of a session, with its output in files."""
        self.number += 1
        marked = {MARK: str(self.base), "PYTHONDONTWRITEBYTECODE": "1", **(env or {})}
        streams = [self.base / f"{stream}.{self.number}" for stream in ("out", "err")]
        with streams[0].open("wb") as out, streams[1].open("wb") as err:
            given = {"stdin": subprocess.DEVNULL, "stdout": out, "stderr": err}
            given |= {"preexec_fn": _heeding_all, **options}
            return subprocess.Popen(
                [sys.executable, "-m", "goldwire", *self.arguments(name, *more)],
                cwd=self.folder,
                start_new_session=True,
                env=os.environ | marked,
                **given,
            )

    def run(self, name, *more, limit=30, **options):
        return self.ended(self.begin(name, *more, **options), limit)

    def ended(self, process, limit=30):
        """Wait for a run; it leaves no process and prints no traceback."""
        done = self.waited(process, limit)
        assert "Traceback" not in done.err
        return done

    def waited(self, process, limit=30):
        try:
            status = process.wait(limit)
        except subprocess.TimeoutExpired:
            self.clear()
            process.wait(5)
            pytest.fail(f"the run did not end within {limit} seconds: {self.said('err')}")
        assert self.left_alive() == [], "processes of the run are left"
        return SimpleNamespace(status=status, out=self.said("out"), err=self.said("err"))

    def said(self, name):
        return (self.base / f"{name}.{self.number}").read_text("utf-8", "replace")

    def inside(self, *arguments):
        """Run a command inside this process, for what starts no worker."""
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
        known = set(sys.modules)
        argv = ["goldwire", *map(str, arguments)]
        with (
            chdir(self.folder),
            patch.object(sys, "argv", argv),
            patch.object(sys, "path", ["", *sys.path]),
            patch.object(sys, "dont_write_bytecode", True),
            redirect_stdout(out),
            redirect_stderr(err),
            pytest.raises(SystemExit) as ended,
        ):
            main()
        for name in set(sys.modules) - known:
            if str(getattr(sys.modules[name], "__file__", "")).startswith(str(self.folder)):
                del sys.modules[name]
        said = [(stream.flush(), stream.buffer.getvalue().decode())[1] for stream in (out, err)]
        return SimpleNamespace(status=ended.value.code or 0, out=said[0], err=said[1])

    def tried(self, name, *more):
        """Begin a run that is refused; the folder is as it was, and nothing was called."""

        def content():
            return {path: path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}

        before = content()
        done = self.inside(*self.arguments(name, *more))
        assert content() == before
        return done

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

    def said_of_run(self):
        """Return what the first line of the output says."""
        return json.loads(self.output.read_text("utf-8").partition("\n")[0])["goldwire_run"]

    def body(self):
        return body_of(self.output.read_bytes())

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

    def until_noted(self, number, process):
        """Wait for a journal with so many answers."""
        until = time.monotonic() + 20
        while not self.part.exists() or len(self.noted()) < number:
            assert time.monotonic() < until
            assert process.poll() is None, self.said("err")
            time.sleep(0.01)

    def finished(self, name, whole, *more):
        """Go on with a run, if there is one; it ends as one that was not disturbed."""
        there = self.part.exists() or self.output.exists()
        done = self.run(name, *more, *["--resume"] * there)
        assert (done.status, done.out, done.err) == (0, "", "")
        assert self.body() == body_of(whole)
        self.all_right_but()


@contextmanager
def workplace(base):
    if not Path("/proc/self/environ").exists():
        pytest.skip("needs /proc to see which processes are left")
    made = Workplace(base)
    try:
        yield made
    finally:
        made.clear()


def refused(done, *codes):
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("goldwire: ")
    assert done.err.count("\n") == 1
    assert done.err.endswith(tuple(f"[{code}]\n" for code in codes or ("",))) or not codes
    return done.err


def told(done):
    """Return the reasons on stderr, by document; of many, the first ten are told."""
    head, *lines = done.err.splitlines()
    assert re.fullmatch(r"goldwire: \d+ of 30 documents failed:", head)
    if len(lines) > 10:
        assert lines.pop() == "  … and more: the file has each reason"
        assert len(lines) == 10
    return dict(line.removeprefix("  ").split(": ", 1) for line in lines)


def paid(place, done, cases):
    """See that the documents named failed, each with its reason told and kept, and no others."""
    found = place.all_right_but(*cases)
    for name, (_, reason) in cases.items():
        assert reason in found[name]["failed"], name
    assert told(done) == {name: found[name]["failed"] for name in sorted(cases)[:10]}
    assert done.status == 1


def interrupted(place, process):
    """Send what Ctrl-C sends to a run that has begun; return how many are said to be left."""
    os.killpg(process.pid, signal.SIGINT)
    done = place.ended(process, 8)
    assert (done.status, done.out) == (130, "")
    left = STOPPED.fullmatch(done.err.strip())
    assert left, done.err
    assert not place.output.exists()
    return int(left[1])
