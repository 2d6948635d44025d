"""`goldwire run` that is killed or stopped at any moment, and goes on as if it had not been."""

import fcntl
import itertools
import os
import random
import re
import signal
import termios
import time
from contextlib import suppress
from functools import partial

import pytest
from workplace import (
    BODY,
    COUNTED,
    IDS,
    SLOW,
    STOPPED,
    STUCK,
    by_id,
    interrupted,
    refused,
    reply,
    shown_on,
)

pytestmark = pytest.mark.real
SLOW_REPLY = "def reply(article, right):\n    time.sleep(0.05)\n    return right\n"
IN_MAIN = re.compile(r"goldwire/main\.py\", line \d+, in main")


# Kills.


def ended_by(process, place, number=signal.SIGKILL):
    process.send_signal(number)
    process.wait(60)
    assert place.left_alive(2) == [], "a killed run left processes"


def check_journal(place, before, since):
    """What was noted stays noted; nothing that was noted before is asked for again."""
    now = place.noted()
    assert now[: len(before)] == before
    assert len(set(now)) == len(now)
    assert not set(place.calls()[since:]) & set(before)
    return now


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("kind", ["function", "command"])
def test_a_run_killed_again_and_again_ends_as_one_that_was_not(place, whole, workers, kind):
    place.module("mine", SLOW)
    name = "mine:extract" if kind == "function" else place.command(SLOW_REPLY)
    noted, since = [], 0
    for _ in range(8):
        since, there = len(place.calls()), place.part.exists()
        process = place.begin(name, "--workers", workers, *["--resume"] * there)
        time.sleep(random.uniform(0, 1.2))
        ended_by(process, place)
        if place.output.exists():
            break
        noted = check_journal(place, noted, since)
        since = len(place.calls())
    place.finished(name, whole, "--workers", workers)
    assert not set(place.calls()[since:]) & set(noted)


@pytest.mark.parametrize("do", ["time.sleep(1000)", STUCK])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_run_that_is_killed_while_nothing_in_python_goes_on_leaves_no_process(place, do, number):
    place.module("hangs", by_id({"d03": do}))
    process = place.begin("hangs:extract")
    place.until_noted(3, process)
    ended_by(process, place, number)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_run_that_is_ended_while_its_command_hangs_leaves_no_process(place, whole, number):
    hang = "trap '' TERM INT HUP; sleep 1000 & sleep 1000"
    ends = f'subprocess.run(["sh", "-c", {hang!r}])'
    name = place.command(reply({"d03": f"if not os.path.exists('mended'): {ends}"}))
    process = place.begin(name, "--workers", "2")
    place.until_noted(3, process)
    time.sleep(0.3)
    ended_by(process, place, number)
    (place.folder / "mended").touch()
    place.finished(name, whole)


@pytest.mark.parametrize("part", range(8))
def test_a_journal_torn_anywhere_is_resumed(place, whole, part):
    """Cut it at the ends of a line, or inside; what is whole is kept, the rest asked for."""
    cuts = random.Random(part)
    head, *lines = whole.splitlines(keepends=True)
    kept = cuts.randrange(30)
    torn = lines[kept][: cuts.choice([0, 1, len(lines[kept]) - 1, cuts.randrange(1, 60)])]
    place.module("mine", COUNTED)
    place.part.write_bytes(head + b"".join(lines[:kept][::-1]) + torn)
    place.finished("mine:extract", whole, "--workers", cuts.choice([1, 2]))
    assert place.output.read_bytes() == whole
    assert sorted(place.calls()) == IDS[kept:]


@pytest.mark.parametrize("length", [1, 40])
def test_a_journal_torn_in_its_first_line_is_not_taken(place, whole, length):
    """No kill does this, for the first line is there whole or not at all."""
    place.module("mine", COUNTED)
    place.part.write_bytes(whole[:length])
    refused(place.tried("mine:extract", "--resume"), "other-run")


def test_a_run_killed_between_its_last_two_steps_is_resumed(place, whole):
    """The output is written before the journal is taken away."""
    place.module("mine", COUNTED)
    place.output.write_bytes(whole)
    place.part.write_bytes(whole)
    place.finished("mine:extract", whole)
    assert place.calls() == []


def test_a_run_that_tries_failed_documents_again_may_be_killed_too(place, whole):
    failing = "        if not Path('mended').exists() and article.id > 'd04': 1 / 0\n"
    place.module("mine", SLOW.replace(BODY, failing + BODY))
    assert place.run("mine:extract").status == 1
    failed = place.output.read_bytes()
    (place.folder / "mended").touch()
    process = place.begin("mine:extract", "--resume")
    place.until_noted(34, process)
    ended_by(process, place)
    assert place.output.read_bytes() == failed
    again = place.noted()[30:]
    since = len(place.calls())
    place.finished("mine:extract", whole)
    assert place.calls()[since:] == [name for name in IDS[5:] if name not in again]


# Ctrl-C.


@pytest.mark.parametrize("number", range(10))
def test_ctrl_c_at_any_moment_is_one_message(place, whole, number):
    """Sent to all that is in the foreground, as a terminal does."""
    place.module("mine", SLOW)
    moment = random.uniform(0, 2)
    process = place.begin("mine:extract", "--workers", 1 + number % 3)
    time.sleep(moment)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGINT)
    done = place.waited(process, 8)
    if done.status == 0:
        assert done.err == ""
    elif moment > 0.5 or done.status == 130:
        assert done.status == 130, (moment, done.err)
        message = done.err.strip()
        assert message == "goldwire: stopped" or STOPPED.fullmatch(message), (moment, done.err)
    else:  # the first that Python does, before any code of goldwire's, can't be guarded
        assert not IN_MAIN.search(done.err), (moment, done.err)
        assert done.status == -signal.SIGINT or "KeyboardInterrupt" in done.err
    assert {path.name for path in place.folder.iterdir()} <= {
        "mine.py",
        "gold.jsonl",
        "calls",
        "r.jsonl",
        "r.jsonl.part",
    }
    place.finished("mine:extract", whole)


@pytest.mark.parametrize("workers", [1, 3])
def test_ctrl_c_while_workers_start_is_one_message(place, whole, workers):
    place.module("mine", SLOW)
    process = place.begin("mine:extract", "--workers", workers)
    place.until_noted(0, process)
    assert interrupted(place, process) == 30 - len(place.noted())
    place.finished("mine:extract", whole)


def test_ctrl_c_typed_on_a_terminal_is_one_message(place, whole):
    """The terminal itself sends the signal, to what it has in the foreground."""
    reading, terminal = os.openpty()
    place.module("mine", SLOW)
    process = place.begin(
        "mine:extract",
        *("--workers", "2"),
        stdin=terminal,
        stderr=terminal,
        preexec_fn=partial(fcntl.ioctl, terminal, termios.TIOCSCTTY, 0),
    )
    os.close(terminal)
    place.until_noted(4, process)
    os.write(reading, b"\x03")
    shown = shown_on(reading)
    assert place.ended(process).status == 130
    assert len(STOPPED.findall(shown)) == 1
    assert "Traceback" not in shown
    place.finished("mine:extract", whole)


@pytest.mark.parametrize("do", ["time.sleep(1000)", STUCK])
def test_ctrl_c_ends_a_function_that_hangs(place, do):
    place.module("hangs", by_id({"d03": do}))
    process = place.begin("hangs:extract")
    place.until_noted(3, process)
    assert interrupted(place, process) == 27


def test_ctrl_c_ends_a_command_that_hangs(place):
    hang = "signal.signal(signal.SIGINT, signal.SIG_IGN); time.sleep(1000)"
    process = place.begin(place.command(reply({"d03": hang})))
    place.until_noted(3, process)
    assert interrupted(place, process) == 27


@pytest.mark.parametrize("pause", [0.0, 0.05, 0.15, 0.3])
def test_ctrl_c_twice_is_one_message_too(place, whole, pause):
    place.module("mine", SLOW)
    process = place.begin("mine:extract", "--workers", "2")
    place.until_noted(4, process)
    for _ in itertools.repeat(None, 2):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGINT)
        time.sleep(pause)
    done = place.ended(process, 8)
    assert done.status == 130
    assert STOPPED.fullmatch(done.err.strip())
    place.finished("mine:extract", whole)
