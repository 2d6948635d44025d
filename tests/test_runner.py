"""`goldwire run`: extractors that misbehave, runs that stop, and resuming.

Every run here is a process of its own; what is refused before a worker starts is tried inside
this one. ``Workplace.run`` also looks that no traceback was printed and that no process is left.
"""

import json
import os
import re
import sys
from pathlib import Path

import pytest
from workplace import (
    BODY,
    COMMON,
    COUNTED,
    IDS,
    ONCE,
    RIGHT,
    SLOW,
    by_id,
    doing,
    interrupted,
    paid,
    refused,
    reply,
    shown_on,
)

BAD = {
    "d01": ('raise ValueError("no\\x1b[31m verb")', r"ValueError: no\x1b[31m verb"),
    "d02": ("time.sleep(1000)", "no answer within 0.6 seconds"),
    "d03": ("os._exit(7)", "the process ended with status 7"),
    "d04": ('return "I am sorry, I cannot."', "not JSON"),
    "d05": ("return None", "got null"),
    "d06": ("os._exit(0)", "the process ended with status 0"),
    "d07": ('return {"id": "d08", **right(article)}', 'the answer is for "d08"'),
    "d08": ('return {"mentions": [{"start": 0, "end": 5000, "type": "PERSON"}]}', "mentions[0]"),
    "d09": ('return {"mentions": [{"start": 0, "end": 2, "type": "PERSN"}]}', "PERSN"),
    "d29": ('return {"text": "Another text.", **right(article)}', "[other-text]"),
}
NOISE = {
    "d12": 'print("loading ..."); print({}); return right(article)',
    "d13": 'os.write(1, b"noise" * 20000); return right(article)',
    "d14": "os.close(1); return right(article)",
    "d15": "assert sys.stdin.read() == ''; return right(article)",
}
BAD_COMMAND = {
    "d03": ('return "Loading ..."', "not JSON"),
    "d05": ("sys.exit(3)", "status 3"),
    "d11": ('os.write(1, b"\\xff\\xfe\\n"); return right', "UTF"),
    "d15": ('return "a\\n\\nb\\n" + right', "not JSON"),
    "d17": ("os.close(1); time.sleep(1000)", "without an answer"),
    "d19": (
        'subprocess.Popen(["sleep", "1000"]); time.sleep(1000)',
        "no answer within 0.6 seconds",
    ),
}


def test_a_function_that_misbehaves_costs_those_documents_alone(place):
    place.module("bad", by_id(doing(BAD) | NOISE))
    paid(place, place.run("bad:extract", "--timeout", "0.6"), BAD)


def test_a_command_that_misbehaves_costs_those_documents_alone(place):
    """It is run with its arguments, and they are not written."""
    given = ["two words", "it's", "", "--key=s3cret", "$HOME", "*.py", 'say "x"', "Łódź"]
    keep = "import sys, json\njson.dump(sys.argv[1:], open('arguments', 'w'))\n"
    done = place.run(place.command(keep + reply(doing(BAD_COMMAND)), *given), "--timeout", "0.6")
    paid(place, done, BAD_COMMAND)
    assert json.loads((place.folder / "arguments").read_text()) == given
    assert place.said_of_run()["extractor"] == f"cmd:{Path(sys.executable).name}"
    for word in ("s3cret", "command.py"):
        assert word not in place.output.read_text("utf-8")


def test_one_more_try_is_for_what_failed(place, whole):
    """Several workers answer in any order, which changes no byte of the output."""
    cases = {"d03": ONCE + 'raise ValueError("busy")', "d04": "time.sleep(0.2)"}
    place.module("mine", by_id(cases))
    done = place.run("mine:extract", "--retries", "1", "--workers", "2")
    assert (done.status, done.out, done.err) == (0, "", "")
    assert place.body() == whole.partition(b"\n")[2]
    assert place.calls() == ["d03", "d03"]


def test_a_run_killed_twice_leaves_no_process_and_goes_on_where_it_stopped(place, whole):
    hang = "        if article.id > 'd09' and not Path('mended').exists(): time.sleep(1000)\n"
    place.module("mine", COUNTED.replace(BODY, hang + BODY))
    process = place.begin("mine:extract", "--workers", "2")
    place.until_noted(10, process)
    process.kill()
    process.wait(60)
    assert place.left_alive(2) == []
    assert sorted(place.noted()) == IDS[:10]
    head = place.part.read_bytes().partition(b"\n")[0]
    place.part.write_bytes(place.part.read_bytes() + b'{"id": "d1')
    (place.folder / "calls").unlink()
    (place.folder / "mended").touch()
    place.finished("mine:extract", whole)
    assert place.output.read_bytes().startswith(head)
    assert place.calls() == IDS[10:]


def test_ctrl_c_stops_with_one_message_and_failed_documents_are_tried_again(place, whole):
    failing = "        if article.id == 'd02' and not Path('mended').exists(): 1 / 0\n"
    place.module("mine", SLOW.replace(BODY, failing + BODY))
    process = place.begin("mine:extract", "--workers", "2")
    place.until_noted(6, process)
    left = interrupted(place, process)
    kept = set(place.noted()) - {"d02"}
    assert left == 30 - len(kept)
    (place.folder / "calls").unlink()
    (place.folder / "mended").touch()
    place.finished("mine:extract", whole)
    assert place.calls() == [name for name in IDS if name not in kept]


def test_a_finished_run_resumed_asks_nothing_and_is_the_same(place, whole):
    place.module("mine", COUNTED)
    place.output.write_bytes(whole)
    done = place.inside(*place.arguments("mine:extract", "--resume"))
    assert (done.status, done.out, done.err) == (0, "", "")
    assert place.output.read_bytes() == whole
    assert place.calls() == []


def test_on_a_terminal_the_rate_and_the_time_left_are_shown(place):
    """All other runs here have no terminal, and print nothing when all is well."""
    reading, terminal = os.openpty()
    place.module("mine", SLOW)
    shown = {"TERM": "xterm", "COLUMNS": "100", "NO_COLOR": "1"}
    process = place.begin("mine:extract", stderr=terminal, env=shown)
    os.close(terminal)
    seen = shown_on(reading)
    assert place.ended(process).status == 0
    assert re.search(r" 1\d/30 +\d+\.\d documents/s 0:00:0[1-9]", seen), seen
    assert "30/30" in seen


def test_a_score_says_how_many_documents_failed_and_why(place):
    failed = {"d01": "ValueError: no verb", "d02": "no answer within 1 seconds", "d05": "?"}
    made = {**RIGHT, **{name: {"id": name, "failed": why} for name, why in failed.items()}}
    place.output.write_text("".join(json.dumps(each) + "\n" for each in made.values()))
    score = ["score", "r.jsonl", "--gold", "gold.jsonl", "-m", "mentions.strict"]
    shown = place.inside(*score)
    assert (shown.status, shown.err) == (0, "")
    whole = " ".join(shown.out.split())
    result = json.loads(place.inside(*score, "--json").out)
    figures = result["scores"]["mentions.strict"]
    assert (figures["gold"], figures["predicted"], figures["matched"]) == (30, 27, 27)
    for notes in (whole, "\n".join(result["notes"])):
        assert "documents that failed, counted as missed: 3 of 30" in notes
        for name, why in failed.items():
            assert f"{name} failed: {why}" in notes


# What is refused, before anything is asked or written.


OTHERS = {
    "extractor": ("mine:other", COUNTED + "    other = extract\n"),
    "version": ("mine:extract", COUNTED + "    __version__ = '2'\n"),
    "layers": ("mine:extract", COUNTED + "    extract.layers = ['entities']\n"),
    "gold": ("mine:extract", COUNTED),
}


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("unfinished", [True, False])
def test_another_run_is_not_resumed(place, whole, other, unfinished):
    path = place.part if unfinished else place.output
    path.write_bytes(whole[:-300] if unfinished else whole)
    name, source = OTHERS[other]
    place.module("mine", source)
    if other == "gold":
        place.gold(IDS[:-1])
    assert path.name in refused(place.tried(name, "--resume"), "other-run")


@pytest.mark.parametrize(
    "content", ["", "precious", "precious\n", '{"id": "d00", "mentions": []}\n', "{}\n"]
)
def test_what_is_no_run_is_not_resumed(place, content):
    place.module("mine", COUNTED)
    place.output.write_text(content)
    refused(place.tried("mine:extract", "--resume"), "other-run")


def test_an_existing_output_is_refused_without_resume(place, whole):
    place.module("mine", COUNTED)
    for path in (place.output, place.part):
        path.write_bytes(whole)
        assert "--resume" in refused(place.tried("mine:extract"), "output-exists")
        path.unlink()


@pytest.mark.parametrize(
    "name", ["cmd:", "cmd: ", "cmd:no-such-command s3cret", "cmd:python 's3cret", "cmd:."]
)
def test_what_is_no_command_is_refused(place, name):
    assert "s3cret" not in refused(place.tried(name), "no-command", "command-form")


BROKEN = {
    "raises": "raise RuntimeError('no model')",
    "exits": "raise SystemExit",
    "void": "",
    "syntax": "def extract(:",
    "needs": "import nowhere_at_all",
    "names": "extract = undefined",
    "no function": "extract = 3",
    "unknown layer": "def extract(a): return {}\nextract.layers = ['mentions']",
    "layers": "def extract(a): return {}\nextract.layers = 7",
    "version": "__version__ = 3, 1\ndef extract(a): return {}",
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_module_that_is_broken_is_a_message(place, case):
    place.module("broken", BROKEN[case])
    refused(place.tried("broken:extract"), "unknown-extractor", "broken-extractor")


@pytest.mark.parametrize("name", ["nowhere:extract", ".mine:extract", "mine:", ":extract", "a b"])
def test_a_name_that_is_nothing_is_a_message(place, name):
    place.module("mine", COUNTED)
    refused(place.tried(name), "unknown-extractor")


POINTS = {
    "absent": "nowhere_at_all:make",
    "unmade": "points:nothing",
    "raising": "points_raising:make",
    "failing": "points:failing",
    "void": "points:void",
}


@pytest.fixture
def points(place):
    """A place where a package with entry points is installed."""
    place.module("points_raising", "raise RuntimeError('no model')")
    source = """
    from goldwire.eval.extractors import Extractor

    def failing(argument):
        raise ValueError("no model")

    def void(argument):
        return None

    def make(argument):
        closed = lambda: Path("closed").write_text(argument)
        return Extractor(f"fine {argument}", "2", ("entities",), right, close=closed)
    """
    place.module("points", COMMON + source)
    folder = place.folder / "points-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: points\nVersion: 1.0\n")
    lines = [f"{name} = {value}" for name, value in {**POINTS, "fine": "points:make"}.items()]
    (folder / "entry_points.txt").write_text("\n".join(["[goldwire.extractors]", *lines, ""]))
    return place


@pytest.mark.parametrize("name", POINTS)
def test_an_entry_point_that_is_broken_is_a_message(points, name):
    assert name in refused(points.tried(name), "broken-extractor")


def test_an_entry_point_is_found_by_its_name_given_its_argument_and_closed(points):
    done = points.run("fine:as ever:1")
    assert (done.status, done.err) == (0, "")
    points.all_right_but()
    run = points.said_of_run()
    assert (run["extractor"], run["version"]) == ("fine as ever:1", "2")
    assert run["layers"] == ["entities"]
    assert (points.folder / "closed").read_text() == "as ever:1"


@pytest.mark.parametrize("output", ["no/such/r.jsonl", "/proc/r.jsonl"])
def test_a_place_that_can_not_be_written_is_a_message_before_any_call(place, output):
    place.module("mine", COUNTED)
    refused(place.tried("mine:extract", "-o", output), "cannot-write", "system")


@pytest.mark.skipif(os.geteuid() == 0, reason="to root every folder can be written")
def test_a_folder_that_is_read_only_is_a_message_before_any_call(place):
    place.module("mine", COUNTED)
    place.folder.chmod(0o500)
    try:
        refused(place.tried("mine:extract"), "cannot-write")
    finally:
        place.folder.chmod(0o700)
