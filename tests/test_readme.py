"""The card tells the truth: its commands and examples run as they stand."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from goldwire.eval.align import align
from goldwire.eval.items import placed
from goldwire.schemas.errors import Place
from goldwire.schemas.record import Record

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```(sh|python)\n(.*?)```", PAGE, re.DOTALL)
COMMANDS = [line for kind, block in BLOCKS if kind == "sh" for line in block.splitlines()]
INSTALLS = [line for line in COMMANDS if "pip install" in line]
OWN = [line for line in COMMANDS if "pip install" not in line]


def test_two_commands_install_and_each_makes_its_environment():
    assert len(INSTALLS) == 2
    assert all(line.startswith("python3 -m venv .venv") for line in INSTALLS)
    assert INSTALLS[0].endswith(".venv/bin/goldwire score --run rules")
    assert INSTALLS[1].endswith("pytest -q -n auto")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder in which the page's own commands ran, in their order."""
    here = tmp_path_factory.mktemp("reader")
    own = next(block for _, block in BLOCKS if block.startswith("# mine.py"))
    (here / "mine.py").write_text(own)
    assert len([line for line in own.splitlines() if line and not line.startswith("#")]) < 10
    outputs = {}
    for line in OWN:
        command = line.replace(".venv/bin/goldwire", f"{shlex.quote(sys.executable)} -m goldwire")
        done = subprocess.run(
            command, shell=True, cwd=here, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, ""), line
        outputs[line] = done.stdout
    return here, outputs


def test_the_example_prints_what_the_page_shows(folder):
    shown = re.search(r"```text\n(.*?)\n```", PAGE, re.DOTALL)[1]
    _, outputs = folder
    printed = next(text for line, text in outputs.items() if "-m 'mentions" in line)
    lines = [line.rstrip() for line in printed.splitlines()]
    assert "\n".join(lines).strip("\n") == shown


def test_python_examples_run(folder):
    here, _ = folder
    examples = [block for kind, block in BLOCKS if kind == "python" and "# mine" not in block]
    assert len(examples) == 3
    for block in examples:
        code = block.replace("path/to/goldwire", str(ROOT))
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=here,
            capture_output=True,
            text=True,
            check=False,
            env={"HF_HUB_OFFLINE": "1", "HF_HOME": str(here / "cache"), "PATH": ""},
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip()


def test_links_of_the_page_exist():
    links = re.findall(r"\]\(([^)#]+)\)", PAGE)
    assert links
    for link in links:
        assert link.startswith("https://") or (ROOT / link).exists(), link


def test_the_line_with_every_layer_is_sound():
    """It is over the sentence that the page gives with it."""
    shown = re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)[1]
    text = re.search(r'invented text: "(.*?)"\)', PAGE)[1]
    record = msgspec.json.decode(shown, type=Record)
    pair = align(Record(id=record.id, text=text), record, Place()).pair
    assert [text[m.start : m.end] for m in pair.predicted.mentions] == ["Ann Lee", "Oslo", "Bo"]
    assert text[slice(*placed(*record.quotes[0].content)[0])] == "Ann Lee left Oslo"
