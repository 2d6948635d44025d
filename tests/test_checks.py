"""Each check has a record that fires it, and it alone, and one close by that does not."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from goldwire.corpus.checks import EVERY, GOLD, code, problems
from goldwire.corpus.checks.consistency import value_form
from goldwire.corpus.load import PACKAGED, load
from goldwire.schemas.errors import Place
from goldwire.schemas.reading import read_record
from goldwire.schemas.record import Mention, Record

VECTORS = Path(__file__).parent / "vectors" / "checks"
CODES = [code(check) for check in (*EVERY, *GOLD)]
ALSO = {
    # A zone that is missing or out of place leaves a gap too; a wrong span a missing field.
    "zone-order": {"zone-gap"},
    "span-incomplete": {"missing-field"},
    # Gold names speakers by entity, and its mentions have one.
    "mention-of-entity": {"speaker-entity"},
    "speaker-entity": {"missing-field"},
}


def fired(name):
    record = read_record(VECTORS / f"{name}.json")
    return {each.code for each in problems(record, (*EVERY, *GOLD), Place())}


def test_no_check_is_without_its_two_records():
    assert len(CODES) == len(set(CODES)) > 15
    assert {path.stem for path in VECTORS.iterdir()} == {
        f"{name}.{kind}" for name in CODES for kind in ("fires", "quiet")
    }


@pytest.mark.parametrize("name", CODES)
def test_fires(name):
    found = fired(f"{name}.fires")
    assert name in found
    assert found - {name} <= ALSO.get(name, set())


@pytest.mark.parametrize("name", CODES)
def test_quiet(name):
    assert fired(f"{name}.quiet") == set()


@pytest.mark.parametrize("check", [*EVERY, *GOLD], ids=code)
def test_each_check_states_its_rule(check):
    assert check.__doc__


def test_the_corpus_is_in_order():
    records = load()
    assert records
    for record in records:
        assert list(problems(record, (*EVERY, *GOLD), Place())) == []


def check(*arguments):
    command = [sys.executable, "-m", "goldwire", "corpus", "check", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_exits_0_on_a_sound_corpus():
    done = check()
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"articles: 1, checks: {len(CODES)}, problems: 0\n"


def test_the_command_exits_1_and_names_file_field_and_cure(tmp_path):
    article = next((PACKAGED / "articles").iterdir())
    copy = tmp_path / article.name
    shutil.copytree(article, copy)
    with (copy / "article.txt").open("ab") as text:
        text.write(b"\n")
    done = check(copy)
    assert done.returncode == 1
    assert f'{copy}/gold.json, record "{article.name}", sha256: ' in done.stdout
    assert "[text-hash]" in done.stdout
    listed = json.loads(check(copy, "--json").stdout)
    assert [each["code"] for each in listed["problems"]] == ["text-hash"]


def test_gold_without_its_text_is_refused_with_the_hash_to_look_for(tmp_path):
    article = next((PACKAGED / "articles").iterdir())
    shutil.copy(article / "gold.json", tmp_path)
    done = check(tmp_path)
    assert done.returncode == 2
    assert "284407d22c2a050376a7bddffe8ad79feda18728c4afc1038f0e97a632d525db" in done.stderr
    assert "[no-text]" in done.stderr


@pytest.mark.parametrize(
    ("label", "value", "sound"),
    [
        ("DATE", "2022-05-08", True),
        ("DATE", "2022-W18", True),
        ("DATE", "2022-SU", True),
        ("DATE", "202", True),
        ("DATE", "PXD", True),
        ("DATE", "P2.5Y", True),
        ("DATE", "PAST_REF", True),
        ("TIME", "2022-05-08TEV", True),
        ("TIME", "2022-05-08T09:30", True),
        ("TIME", "PT2H", True),
        ("MONEY", "3000000 USD", True),
        ("ORDINAL", "2", True),
        ("DATE", "2022-02-30", False),
        ("TIME", "2022-05-08T99:99", False),
        ("DATE", "P2Y2Y", False),
        ("DATE", "P", False),
        ("DATE", "PT", False),
        ("DATE", "٢٠٢٢", False),
        ("CARDINAL", "3 rubbish", False),
        ("ORDINAL", "second", False),
    ],
)
def test_values(label, value, sound):
    mention = Mention(start=0, end=1, type=label, level="VALUE", value=value)
    assert (list(value_form(Record(id="x", mentions=[mention]))) == []) == sound
