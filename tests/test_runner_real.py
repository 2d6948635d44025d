"""`goldwire run` under what happens seldom: kills at any moment, odder faults, real hangs.

These are the slower companions of test_runner.py, with the same workplace and extractors.
"""

import itertools
import json
import os
import random
import signal
import time
from contextlib import suppress
from functools import partial

import pytest
from test_runner import (
    COMMON,
    COUNTED,
    HTTP_CASES,
    IDS,
    ONCE,
    OTHERS,
    POINTS,
    RIGHT,
    SLOW,
    Handler,
    asked_badly,
    broken,
    broken_point,
    by_id,
    costs_no_other,
    costs_one,
    interrupted,
    keeps_secret,
    not_resumed,
    not_taken,
    paid,
    redirect,
    refused,
    reply,
    resumed,
    serving,
    stopped_and_resumed,
    told,
    too_small,
    unchanged,
    unsafe,
    workplace,
)

pytestmark = pytest.mark.real
SLOW_REPLY = "def reply(article, right):\n    time.sleep(0.05)\n    return right\n"
STUCK = "sum(itertools.repeat(1, 10**15))"
"""What no other thread and no signal handler of Python can interrupt."""


@pytest.fixture
def place(tmp_path):
    with workplace(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The bytes of an undisturbed run of ``mine:extract``."""
    with workplace(tmp_path_factory.mktemp("whole")) as place:
        place.module("mine", COUNTED)
        assert place.run("mine:extract").status == 0
        place.all_right_but()
        return place.output.read_bytes()


def body_of(raw):
    return raw.partition(b"\n")[2]


# A Python function.

ODD = {
    "d00": ('return {"id": "d00", "failed": "the model refused"}', "the model refused"),
    "d01": ('return {"mentions": [{"start": -3, "end": 2, "type": "PERSON"}]}', "start"),
    "d02": ('return [{"mentions": []}]', "list"),
    "d03": ('return b\'{"id": "d03", "language": "\\xe9"}\'', "not UTF-8"),
    "d04": ("os.kill(os.getpid(), signal.SIGSEGV); time.sleep(9)", "status -11"),
    "d05": ('return "\\ud800"', "not UTF-8"),
    "d06": ('return {"mentions": (n for n in range(3))}', "generator"),
    "d07": ('return \'{"id": "d07", "mentions": [\'', "cut off"),
    "d08": ('return \'{"id": "d08", "id": "d08"}\'', "twice"),
    "d09": ('return \'{"id": "d09", "meta": {"a": \' + "[" * 100000', "nested"),
}
ODDER = {
    "d00": ("raise RecursionError", "RecursionError"),
    "d01": ('raise ValueError("x" * 10**6)', "ValueError: xxx"),
    "d02": ('raise ValueError("\\ud800\\n\\u202e")', "ValueError"),
    "d03": ('return {"mentions": [{"start": 3, "end": 2, "type": "PERSON"}]}', "mentions[0]"),
    "d04": ('return {"mentions": [], "extra": 1}', "extra"),
    "d05": ("raise TimeoutError", "TimeoutError"),
    "d06": ("raise GeneratorExit", ""),
    "d07": ("raise asyncio.CancelledError", ""),
    "d08": ("os.closerange(3, 64)", ""),
    "d09": ("os.kill(os.getpid(), signal.SIGKILL); time.sleep(9)", "status -9"),
}


@pytest.mark.parametrize("cases", [ODD, ODDER], ids=["odd", "odder"])
@pytest.mark.parametrize("workers", [1, 3])
def test_a_function_with_odd_answers_costs_those_documents_alone(place, cases, workers):
    source = "    import asyncio\n" + by_id({name: do for name, (do, _) in cases.items()})
    place.module("odd", COMMON + source)
    done = place.run("odd:extract", "--timeout", "10", "--workers", workers)
    paid(place, done, cases)


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_every_second_document_may_end_the_process(place, workers):
    place.module("ends", COMMON + by_id(dict.fromkeys(IDS[::2], "os._exit(5)")))
    done = place.run("ends:extract", "--workers", workers, "--timeout", "20", limit=60)
    found = place.all_right_but(*IDS[::2])
    assert done.status == 1
    assert {found[name]["failed"] for name in IDS[::2]} == {"the process ended with status 5"}


def test_a_hang_that_nothing_in_python_can_end_costs_that_document_alone(place):
    place.module("stuck", COMMON + by_id({"d03": STUCK}))
    done = place.run("stuck:extract", "--timeout", "1")
    found = place.all_right_but("d03")
    assert (done.status, found["d03"]["failed"]) == (1, "no answer within 1 seconds")


def test_more_tries_are_for_what_failed_and_for_nothing_else(place):
    once = {"d03": 'raise ValueError("busy")', "d05": "os._exit(3)", "d07": 'return "busy"'}
    once |= {"d11": "time.sleep(60)"}
    cases = {name: ONCE + do for name, do in once.items()} | {"d20": "note(article); 1 / 0"}
    place.module("flaky", COMMON + by_id(cases))
    done = place.run("flaky:extract", "--retries", "2", "--timeout", "1", "--workers", "2")
    assert done.status == 1
    assert place.all_right_but("d20")["d20"]["failed"] == "ZeroDivisionError: division by zero"
    counts = {name: place.calls().count(name) for name in cases}
    assert counts == {**dict.fromkeys(once, 2), "d20": 3}


def test_a_long_answer_is_whole(place):
    long = 'return {**right(article), "meta": {"words": "x" * 5_000_000}}'
    place.module("long", COMMON + by_id({"d03": long, "d07": long}))
    assert place.run("long:extract", "--workers", "2").status == 0
    found = place.lines()
    assert len(found["d07"].pop("meta")["words"]) == 5_000_000
    assert found["d07"] == RIGHT["d07"]


@pytest.mark.parametrize(
    "do",
    ["raise KeyboardInterrupt", "raise type('E', (Exception,), {'__str__': lambda self: 1 / 0})"],
)
def test_what_ends_a_program_in_other_ways_costs_that_document_alone(place, do):
    costs_one(place, do)


def test_a_document_that_an_extractor_gives_up_is_failed_and_tried_again(place):
    place.module("mine", COMMON + by_id({"d03": "return {'failed': 'no answer today'}"}))
    first = place.run("mine:extract")
    assert place.all_right_but("d03")["d03"]["failed"] == "no answer today"
    second = place.run("mine:extract", "--resume")
    assert (first.status, second.status) == (1, 1)
    assert told(first) == told(second) == {"d03": "no answer today"}


# A command.


@pytest.mark.parametrize("indent", [1, 0])
def test_an_answer_of_many_lines_is_not_taken_for_the_next(place, indent):
    costs_no_other(place, f"return json.dumps(json.loads(right), indent={indent})")


@pytest.mark.parametrize("size", [10, 1_000_000], ids=["short", "long"])
def test_a_command_that_never_reads_is_ended_with_all_that_it_started(place, size):
    gold = [{"id": name, "text": "Ann " * size} for name in ("a", "b")]
    (place.folder / "gold.jsonl").write_text("".join(json.dumps(each) + "\n" for each in gold))
    done = place.run("cmd:sh -c 'trap \"\" TERM INT; sleep 1000 & sleep 1000'", "--timeout", "1")
    assert done.status == 1
    assert done.err.count("no answer within 1 seconds") == 2


def test_a_command_that_says_much_on_stderr_does_not_stop(place):
    noise = "sys.stderr.write('x' * 200_000 + '\\n')"
    done = place.run(place.command(reply({"d03": noise, "d04": noise})))
    place.all_right_but()
    assert done.status == 0


# An endpoint.


def _slowly(handler, right):
    """Send a byte now and then, so that no single read waits for long."""
    handler.send(b"", length=len(right))
    with suppress(OSError):
        while not handler.server.stopping.wait(0.2):
            handler.wfile.write(b" ")


def _cut_chunk(handler, right):
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"fff\r\n" + right)


MORE_HTTP_CASES = {
    "d01": (lambda *_: None, "no answer"),
    "d02": (_cut_chunk, "no answer"),
    "d03": (_slowly, "no answer within 1 seconds"),
    "d04": (lambda h, right: h.send(right.decode().encode("utf-16")), "UTF-16"),
    "d05": (lambda h, _: h.send(b"", status=204), "JSON"),
    "d06": (lambda h, right: h.send(right.replace(b"d06", b"d07")), 'the answer is for "d07"'),
    "d07": (lambda h, _: h.send(b"[]"), "list"),
    "d08": (partial(redirect, status=303), "status 303"),
    "d09": (lambda h, right: h.send(right, kind="application/octet-stream"), "octet-stream"),
    "d10": (partial(Handler.send, status=401), "status 401"),
}


def test_an_endpoint_that_misbehaves_more_costs_those_documents_alone(place):
    asked_badly(place, MORE_HTTP_CASES)


def test_an_endpoint_is_asked_by_several_workers(place):
    asked_badly(place, HTTP_CASES, "--workers", "3")


def test_an_endpoint_that_is_not_there_is_told_for_each_document(place):
    with serving() as server:
        port = server.server_port
    done = place.run(f"http://127.0.0.1:{port}/x")
    place.all_right_but(*IDS)
    assert done.status == 1
    assert "refused" in done.err
    assert "… and more: the file has each reason" in done.err


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/x?key=s3cret\N{LATIN SMALL LETTER E WITH ACUTE}",
        "http://ann:s3cret@127.0.0.1:1/x",
        "http://s3cret@127.0.0.1:1/x",
        "http://127.0.0.1:s3cret/x",
        "http://127.0.0.1:1/x?key=s3cret\x01",
    ],
)
def test_no_secret_of_a_url_is_written(place, url):
    keeps_secret(place, url)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://192.0.2.7:8000/", "insecure-url"),
        ("http://localhost.example.com/", "insecure-url"),
        ("http://127.0.0.1.example.com/", "insecure-url"),
        ("http://127.0.0.1\\@example.com/", "insecure-url"),
        ("http://2130706433/", "insecure-url"),
        ("http://", "url-form"),
        ("https:///s3cret", "url-form"),
        ("https://[::1/s3cret", "url-form"),
    ],
)
def test_more_addresses_that_would_not_be_safe_are_refused(place, url, code):
    unsafe(place, url, code)


# Kills.


def ended_by(process, place, signal_number=signal.SIGKILL):
    process.send_signal(signal_number)
    process.wait()
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
@pytest.mark.parametrize("seed", [1, 2])
def test_a_run_killed_again_and_again_ends_as_one_that_was_not(place, whole, workers, kind, seed):
    place.module("mine", SLOW)
    name = "mine:extract" if kind == "function" else place.command(SLOW_REPLY)
    random_times, noted = random.Random(f"{seed} {workers} {kind}"), []
    for number in range(6):
        more = ["--resume"] if number and (place.part.exists() or place.output.exists()) else []
        since = len(place.calls())
        process = place.begin(name, "--workers", workers, *more)
        time.sleep(random_times.uniform(0.1, 1.1))
        ended_by(process, place)
        if place.output.exists():
            break
        noted = check_journal(place, noted, since)
    more = ["--resume"] if place.part.exists() or place.output.exists() else []
    since = len(place.calls())
    assert place.run(name, "--workers", workers, *more).status == 0
    assert body_of(place.output.read_bytes()) == body_of(whole)
    assert not set(place.calls()[since:]) & set(noted)
    assert not place.part.exists()


def test_a_run_that_is_killed_while_it_hangs_leaves_no_process(place):
    place.module("hangs", COMMON + by_id({"d03": "time.sleep(1000)"}))
    process = place.begin("hangs:extract")
    place.until_noted(3)
    ended_by(process, place)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_run_that_is_ended_while_its_command_hangs_leaves_no_process(place, whole, number):
    hang = "trap '' TERM INT HUP; sleep 1000 & sleep 1000"
    ends = f'subprocess.run(["sh", "-c", {hang!r}])'
    name = place.command(reply({"d03": f"if not os.path.exists('mended'): {ends}"}))
    process = place.begin(name, "--workers", "2")
    place.until_noted(3)
    time.sleep(0.3)
    ended_by(process, place, number)
    (place.folder / "mended").touch()
    assert place.run(name, "--resume").status == 0
    assert body_of(place.output.read_bytes()) == body_of(whole)


@pytest.mark.parametrize("part", range(12))
def test_a_journal_torn_anywhere_is_resumed(place, whole, part):
    """Cut it at the ends of a line, or inside; what is whole is kept, the rest asked for."""
    cuts = random.Random(part)
    lines = whole.splitlines(keepends=True)
    kept = cuts.randrange(30)
    torn = lines[kept + 1][: cuts.choice([0, 1, len(lines[kept + 1]) - 1, cuts.randrange(1, 60)])]
    resumed(place, whole, kept, "--workers", cuts.choice([1, 2]), torn=torn)


@pytest.mark.parametrize("length", [1, 40])
def test_a_journal_torn_in_its_first_line_is_not_taken(place, whole, length):
    """No kill does this, for the first line is there whole or not at all."""
    place.module("mine", COUNTED)
    place.part.write_bytes(whole[:length])
    refused(unchanged(place, "--resume"), "other-run")


def test_a_run_killed_between_its_last_two_steps_is_resumed(place, whole):
    """The output is written before the journal is taken away."""
    place.output.write_bytes(whole)
    resumed(place, whole, 30)


def test_a_run_that_tries_failed_documents_again_may_be_killed_too(place, whole):
    body = "        return right(article)\n"
    failing = "        if not Path('mended').exists() and article.id > 'd04': 1 / 0\n"
    place.module("mine", SLOW.replace("; return right(article)\n", "\n" + failing + body))
    assert place.run("mine:extract").status == 1
    failed = place.output.read_bytes()
    (place.folder / "mended").touch()
    process = place.begin("mine:extract", "--resume")
    until = time.monotonic() + 20
    while not place.part.exists() or place.part.stat().st_size < len(failed) + 200:
        assert time.monotonic() < until
        time.sleep(0.01)
    ended_by(process, place)
    assert place.output.read_bytes() == failed
    since = len(place.calls())
    assert place.run("mine:extract", "--resume").status == 0
    assert body_of(place.output.read_bytes()) == body_of(whole)
    assert len(place.calls()) - since < 25
    assert sorted(place.calls()[since:]) == place.calls()[since:]


@pytest.mark.parametrize("other", OTHERS)
def test_another_unfinished_run_is_not_resumed(place, whole, other):
    place.part.write_bytes(whole[:-300])
    not_resumed(place, place.part, other)


@pytest.mark.parametrize("content", ["precious\n", '{"id": "d00", "mentions": []}\n', "{}\n"])
def test_more_that_is_no_run_is_not_resumed(place, content):
    not_taken(place, content)


@pytest.mark.parametrize("short", [1, 100, 500, 1500])
def test_a_disk_that_is_full_earlier_is_a_message(place, whole, short):
    too_small(place, whole, short)


# Ctrl-C.


@pytest.mark.parametrize("workers", [1, 3])
def test_ctrl_c_while_workers_start_is_one_message(place, whole, workers):
    stopped_and_resumed(place, whole, 0, "--workers", workers)


@pytest.mark.parametrize("do", ["time.sleep(1000)", STUCK])
def test_ctrl_c_ends_a_function_that_hangs(place, do):
    place.module("hangs", COMMON + by_id({"d03": do}))
    process = place.begin("hangs:extract")
    place.until_noted(3)
    assert interrupted(place, process) == 27


def test_ctrl_c_ends_a_command_that_hangs(place):
    hang = "signal.signal(signal.SIGINT, signal.SIG_IGN); time.sleep(1000)"
    process = place.begin(place.command(reply({"d03": hang})))
    place.until_noted(3)
    assert interrupted(place, process) == 27


@pytest.mark.parametrize("pause", [0.0, 0.05, 0.15, 0.3])
def test_ctrl_c_twice_prints_no_traceback(place, whole, pause):
    place.module("mine", SLOW)
    process = place.begin("mine:extract", "--workers", "2")
    place.until_noted(4)
    for _ in itertools.repeat(None, 2):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGINT)
        time.sleep(pause)
    assert place.ended(process, 8).status in (130, -signal.SIGINT)
    assert place.run("mine:extract", "--resume").status == 0
    assert body_of(place.output.read_bytes()) == body_of(whole)


# What can't be started.

BROKEN = {
    "syntax": "def extract(:",
    "needs": "import nowhere_at_all",
    "names": "extract = undefined",
    "no function": "extract = 3",
    "unknown layer": "def extract(a): return {}\nextract.layers = ['mentions']",
    "layers": "def extract(a): return {}\nextract.layers = 7",
    "version": "__version__ = 3, 1\ndef extract(a): return {}",
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_module_that_is_broken_otherwise_is_a_message(place, case):
    broken(place, BROKEN[case])


@pytest.mark.parametrize("name", ["nowhere:extract", ".mine:extract", "mine:", ":extract", "a b"])
def test_a_name_that_is_nothing_is_a_message(place, name):
    place.module("mine", COUNTED)
    refused(unchanged(place, name=name), "unknown-extractor")


@pytest.mark.parametrize("name", sorted(POINTS))
def test_every_entry_point_that_is_broken_is_a_message(place, name):
    broken_point(place, name)
