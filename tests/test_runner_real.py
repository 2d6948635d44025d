"""`goldwire run` with odder functions and commands, each in processes of its own."""

import json
import resource
from functools import partial

import pytest
from workplace import (
    COUNTED,
    IDS,
    ONCE,
    RIGHT,
    STUCK,
    body_of,
    by_id,
    doing,
    paid,
    refused,
    reply,
    told,
)

pytestmark = pytest.mark.real


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
    "d10": ("return object()", "object"),
    "d11": ("sys.exit(0)", "SystemExit: 0"),
    "d12": ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    "d13": ("raise type('E', (Exception,), {'__str__': lambda self: 1 / 0})", "E"),
}
ODDER = {
    "d00": ("raise RecursionError", "RecursionError"),
    "d01": ('raise ValueError("x" * 10**6)', "ValueError: xxx"),
    "d02": ('raise ValueError("\\ud800\\n\\u202e")', "ValueError"),
    "d03": ('return {"mentions": [{"start": 3, "end": 2, "type": "PERSON"}]}', "mentions[0]"),
    "d04": ('return {"mentions": [], "extra": 1}', "extra"),
    "d05": ("raise TimeoutError", "TimeoutError"),
    "d06": ("raise GeneratorExit", "GeneratorExit"),
    "d07": ("raise asyncio.CancelledError", "CancelledError"),
    "d08": ("os.closerange(3, 64)", "the process ended with status 0"),
    "d09": ("os.kill(os.getpid(), signal.SIGKILL); time.sleep(9)", "status -9"),
    "d10": ("os.fork() or time.sleep(1000); os._exit(0)", "the process ended with status 0"),
    "d11": ("os.kill(os.getpid(), signal.SIGINT); time.sleep(9)", "status -2"),
    "d12": ("os.closerange(3, 64); time.sleep(1000)", "the process ended with status -9"),
}


@pytest.mark.parametrize(("cases", "workers"), [(ODD, 1), (ODDER, 1), (ODDER, 3)])
def test_a_function_with_odd_answers_costs_those_documents_alone(place, cases, workers):
    place.module("odd", by_id(doing(cases)))
    paid(place, place.run("odd:extract", "--timeout", "10", "--workers", workers), cases)


@pytest.mark.parametrize("workers", [1, 4])
def test_every_second_document_may_end_the_process(place, workers):
    place.module("ends", by_id(dict.fromkeys(IDS[::2], "os._exit(5)")))
    done = place.run("ends:extract", "--workers", workers, "--timeout", "20", limit=60)
    found = place.all_right_but(*IDS[::2])
    assert done.status == 1
    assert {found[name]["failed"] for name in IDS[::2]} == {"the process ended with status 5"}


@pytest.mark.parametrize("do", ["os._exit(0)", "os._exit(3)", "sys.exit(0)"])
def test_an_end_is_seen_at_once_and_not_when_the_time_is_over(place, do):
    place.module("ends", by_id({"d03": do}))
    done = place.run("ends:extract", "--timeout", "60", limit=10)
    place.all_right_but("d03")
    assert (done.status, list(told(done))) == (1, ["d03"])


def test_a_hang_that_nothing_in_python_can_end_costs_that_document_alone(place):
    place.module("stuck", by_id({"d03": STUCK}))
    done = place.run("stuck:extract", "--timeout", "1")
    found = place.all_right_but("d03")
    assert (done.status, found["d03"]["failed"]) == (1, "no answer within 1 seconds")


def test_one_slow_document_holds_back_no_other(place):
    place.module("slow", by_id({"d00": "time.sleep(1000)"}))
    process = place.begin("slow:extract", "--workers", "2")
    place.until_noted(29, process)
    assert sorted(place.noted()) == IDS[1:]
    process.kill()
    process.wait(60)
    assert place.left_alive(2) == []


def test_what_a_late_worker_started_ends_with_it(place):
    late = "os.system('sleep 1000 & sleep 1000')"
    place.module("mine", by_id({"d03": late, "d20": "time.sleep(1)"}))
    process = place.begin("mine:extract", "--timeout", "2")
    place.until_noted(20, process)
    assert len(place.alive()) == 3  # the run, a worker and its keeper
    assert place.ended(process).status == 1
    place.all_right_but("d03")


def test_more_tries_are_for_what_failed_and_for_nothing_else(place):
    once = {"d03": 'raise ValueError("busy")', "d05": "os._exit(3)", "d07": 'return "busy"'}
    once |= {"d11": "time.sleep(60)"}
    cases = {name: ONCE + do for name, do in once.items()} | {"d20": "note(article); 1 / 0"}
    place.module("flaky", by_id(cases))
    done = place.run("flaky:extract", "--retries", "2", "--timeout", "1", "--workers", "2")
    assert done.status == 1
    assert place.all_right_but("d20")["d20"]["failed"] == "ZeroDivisionError: division by zero"
    counts = {name: place.calls().count(name) for name in cases}
    assert counts == {**dict.fromkeys(once, 2), "d20": 3}


def test_a_long_answer_and_a_long_article_are_whole(place):
    """Longer than what a line between processes holds, also before a worker is ready."""
    lines = (place.folder / "gold.jsonl").read_text().splitlines()
    first = json.loads(lines[0])
    lines[0] = json.dumps(first | {"text": first["text"] + " So." * 1_000_000})
    (place.folder / "gold.jsonl").write_text("\n".join(lines))
    long = 'return {**right(article), "meta": {"words": "x" * 5_000_000}}'
    place.module("long", by_id({"d00": "assert len(article.text) > 10**6", "d07": long}))
    assert place.run("long:extract", "--workers", "2").status == 0
    found = place.lines()
    assert len(found["d07"].pop("meta")["words"]) == 5_000_000
    assert found == RIGHT


def test_a_document_that_an_extractor_gives_up_is_failed_and_tried_again(place):
    place.module("mine", by_id({"d03": "return {'failed': 'no answer today'}"}))
    first = place.run("mine:extract")
    assert place.all_right_but("d03")["d03"]["failed"] == "no answer today"
    second = place.run("mine:extract", "--resume")
    assert (first.status, second.status) == (1, 1)
    assert told(first) == told(second) == {"d03": "no answer today"}


def test_a_module_that_fails_in_a_worker_alone_is_told_for_each_document(place):
    count = "    Path('starts').open('a').write('.')\n"
    fails = "    if len(Path('starts').read_text()) > 1: raise RuntimeError('no card')\n"
    place.module("half", COUNTED + count + fails)
    done = place.run("half:extract")
    assert done.status == 1
    found = place.all_right_but(*IDS)
    assert all("no card" in each["failed"] for each in found.values())
    assert "… and more: the file has each reason" in done.err


# A command.

ODD_COMMAND = {
    "d07": ("os.kill(os.getpid(), signal.SIGKILL)", "status -9"),
    "d09": ('return "{not json"', "not JSON"),
    "d13": ('return right.replace("d13", "d12")', 'the answer is for "d12"'),
    "d21": ("os.write(1, right.encode()[:20]); sys.exit(0)", "status 0"),
}


def test_a_command_that_misbehaves_otherwise_costs_those_documents_alone(place):
    noise = "sys.stderr.write('x' * 200_000 + '\\n')"
    name = place.command(reply(doing(ODD_COMMAND) | {"d03": noise, "d04": noise}))
    done = place.run(name, "--workers", "2")
    done.err = "\n".join(line for line in done.err.splitlines() if not line.startswith("xx"))
    paid(place, done, ODD_COMMAND)


@pytest.mark.parametrize(
    "do",
    [
        'return right + "\\n" + right',
        "return json.dumps(json.loads(right), indent=1)",
        "return json.dumps(json.loads(right), indent=0)",
    ],
)
def test_an_answer_of_many_lines_is_not_taken_for_the_next(place, do):
    done = place.run(place.command(reply({"d05": do})))
    found = place.lines()
    assert {name for name in IDS if found[name] != RIGHT[name]} <= {"d05"}
    assert done.status == ("failed" in found["d05"])


def test_a_command_that_ends_after_an_answer_is_started_again(place):
    ends = "os.write(1, right.encode() + b'\\n'); sys.exit(0)"
    done = place.run(place.command(reply({"d05": ends, "d06": ends, "d20": ends})))
    place.all_right_but()
    assert done.status == 0


@pytest.mark.parametrize("size", [10, 1_000_000], ids=["short", "long"])
def test_a_command_that_never_reads_is_ended_with_all_that_it_started(place, size):
    gold = [{"id": name, "text": "Ann " * size} for name in ("a", "b")]
    (place.folder / "gold.jsonl").write_text("".join(json.dumps(each) + "\n" for each in gold))
    done = place.run("cmd:sh -c 'trap \"\" TERM INT; sleep 1000 & sleep 1000'", "--timeout", "1")
    assert done.status == 1
    assert done.err.count("no answer within 1 seconds") == 2


# A disk.


@pytest.mark.parametrize("short", [1, 9, 500, 1500])
def test_a_disk_that_is_full_is_a_message_and_the_run_goes_on_later(place, whole, short):
    """The last bytes can't be written at first."""
    place.module("mine", COUNTED)
    limit = (len(whole) - short,) * 2
    small = partial(resource.setrlimit, resource.RLIMIT_FSIZE, limit)
    assert "large" in refused(place.run("mine:extract", preexec_fn=small))
    assert not place.output.exists()
    place.finished("mine:extract", whole)
    assert body_of(whole) == place.body()
