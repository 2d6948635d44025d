"""The command as its user types it: output, messages, exit status, and nothing half-written."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

VECTORS = Path(__file__).parent / "vectors"
ARTICLE = "independent-2022-05-08-assad-tehran"


def goldwire(*arguments, cwd=None, **options):
    command = [sys.executable, "-m", "goldwire", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd, **options)


@pytest.fixture
def answer(tmp_path):
    path = tmp_path / "preds.jsonl"
    mention = {"start": 16, "end": 21, "type": "PERSON"}
    path.write_text(json.dumps({"id": ARTICLE, "mentions": [mention]}) + "\n")
    return path


def test_the_main_job(tmp_path):
    done = goldwire("score", "--run", "rules", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    for words in (
        "precision",
        "recall",
        "F1",
        "mentions.strict[level=NAM,VALUE]",
        "mean of the four",
    ):
        assert words in done.stdout
    for layer in ("relations.strict[args=named]", "quotes.attributed", "boilerplate.char"):
        assert layer in done.stdout
    assert "goldwire 0.1.0 | extractor rules 0.1.0 | gold " in done.stdout
    assert "…" not in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_run_then_score_is_score_run(tmp_path):
    assert goldwire("run", "rules", "-o", "r.jsonl", cwd=tmp_path).returncode == 0
    apart = json.loads(goldwire("score", "r.jsonl", "--json", cwd=tmp_path).stdout)
    at_once = json.loads(goldwire("score", "--run", "rules", "--json", cwd=tmp_path).stdout)
    assert apart == at_once
    assert set(apart) >= {"headline", "mean", "scores", "receipt"}
    assert set(apart["headline"]) == {"entities", "relations", "quotes", "boilerplate"}
    figures = apart["scores"]["mentions.strict[level=NAM,VALUE]"]
    assert set(figures) == {
        "precision",
        "recall",
        "f1",
        "gold",
        "predicted",
        "matched",
        "correct",
        "distance",
        "low",
        "high",
        "interval",
        "kept",
    }


def test_run_refuses_an_output_that_exists_and_leaves_it_as_it_is(tmp_path):
    (tmp_path / "r.jsonl").write_text("precious")
    done = goldwire("run", "rules", "-o", "r.jsonl", cwd=tmp_path)
    assert done.returncode == 2
    assert "[output-exists]" in done.stderr
    assert (tmp_path / "r.jsonl").read_text() == "precious"


def test_run_writes_whole_files_or_none(tmp_path):
    done = goldwire("run", "rules", "-o", tmp_path / "no" / "such" / "r.jsonl")
    assert done.returncode == 2
    assert "[cannot-write]" in done.stderr
    assert goldwire("run", "rulez", "-o", tmp_path / "r.jsonl").returncode == 2
    assert list(tmp_path.iterdir()) == []


def test_errors_lists_each_item_with_its_line(answer):
    done = goldwire("score", answer, "--errors", "-m", "mentions.strict[level=NAM,type=LOC]")
    listed = [line.split() for line in done.stdout.splitlines() if line.startswith("  missed")]
    assert listed == [
        ["missed", f"{ARTICLE}:10", "2071-2082", "LOC", '"Middle', 'East"'],
        ["missed", f"{ARTICLE}:14", "2660-2670", "LOC", '"Arab', 'world"'],
    ]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["score", "absent.jsonl"], "no-file"),
        (["score", "."], "no-file"),
        (["score"], "what-to-score"),
        (["score", "--run", "rulez"], "unknown-extractor"),
        (["score", "--run", "rules", "-m", "mentions.strikt"], "unknown-measure"),
        (["score", "--run", "rules", "--gold", "absent"], "no-file"),
        (["corpus", "check", "absent.json"], "no-file"),
        (["build"], "no-checkout"),
        (["run", "rules", "-o", "."], "output-exists"),
        (["run", "rules", "-o", "r.parquet"], "output-form"),
        (["score", "--run", "rules", "--gold", "."], "no-file"),
        (["score", "x" * 300], "no-file"),
        (["run", "rules", "-o", "x" * 300], "system"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_2(arguments, code, tmp_path):
    done = goldwire(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("goldwire: ")
    assert done.stderr.endswith(f"[{code}]\n")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "arguments", [["skore"], ["score", "--nope"], ["run", "rules"], ["score", "a", "b"]]
)
def test_what_the_command_line_does_not_know_is_one_line_and_exit_2(arguments):
    done = goldwire(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("goldwire: ")
    assert done.stderr.endswith("--help says more [usage]\n")
    assert done.stderr.count("\n") == 1


def test_control_characters_never_reach_the_terminal(tmp_path):
    path = tmp_path / "p.jsonl"
    hostile = "\x1b[31mred\u202e[bold]"
    path.write_text(json.dumps({"id": ARTICLE, "mentions": [{"text": hostile, "type": "ORG"}]}))
    done = goldwire("score", path, "--errors")
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout
    assert r"\x1b[31mred\u202e[bold]" in done.stdout
    path.write_text(json.dumps({"id": ARTICLE, hostile: 1}))
    done = goldwire("score", path)
    assert "\x1b" not in done.stderr
    assert done.stderr.count("\n") == 1


def piped(command):
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    return done


def test_an_output_that_closes_early_is_no_error():
    done = piped(f"{sys.executable} -m goldwire score --run rules --errors | head -1")
    assert done.stdout.startswith(" measure")
    assert done.stderr == ""


def test_a_full_disk_is_one_line():
    done = piped(f"{sys.executable} -m goldwire score --run rules > /dev/full")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "no space left" in done.stderr


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_an_output_that_is_not_utf_8_is_escaped(encoding):
    options = {"env": {"PYTHONIOENCODING": encoding, "PATH": ""}, "errors": "replace"}
    done = goldwire("score", "--run", "empty", **options)
    assert (done.returncode, done.stderr) == (0, "")
    assert "mean of the four" in done.stdout


def test_a_key_of_50_megabytes_is_a_short_message(tmp_path):
    path = tmp_path / "p.jsonl"
    path.write_text(json.dumps({"id": ARTICLE, "k" * 50_000_000: 1}))
    done = goldwire("score", path)
    assert done.returncode == 2
    assert len(done.stderr) < 700
    assert done.stderr.endswith("[unknown-key]\n")


def test_a_narrow_terminal_loses_no_digit(answer):
    wide = goldwire("score", answer).stdout
    narrow = goldwire("score", answer, env={"COLUMNS": "40", "PATH": ""}).stdout
    assert narrow == wide


@pytest.mark.parametrize(
    "verb", [[], ["score"], ["run"], ["build"], ["corpus"], ["corpus", "check"]]
)
def test_every_verb_has_help(verb):
    done = goldwire(*verb, "--help")
    assert done.returncode == 0
    assert "Usage: goldwire" in done.stdout


def test_version():
    assert goldwire("--version").stdout == "goldwire, version 0.1.0\n"


def test_a_long_run_shows_its_progress_on_a_terminal_alone(tmp_path):
    lines = [f'{{"id": "d{n}", "text": "Ann left.", "mentions": []}}' for n in range(2500)]
    (tmp_path / "g.jsonl").write_text("\n".join(lines))
    command = [sys.executable, "-m", "goldwire", "score", "--run", "empty", "--gold", "g.jsonl"]
    command += ["-m", "mentions.strict"]
    master, slave = pty.openpty()
    done = subprocess.run(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=slave, check=True, timeout=60
    )
    os.close(slave)
    assert b"documents" in os.read(master, 10_000)
    os.close(master)
    assert b"documents" not in done.stdout
    assert goldwire(*command[3:], cwd=tmp_path).stderr == ""
