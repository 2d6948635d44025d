"""Agreement: swapping passes swaps precision and recall; optional on either side counts."""

import copy
import json
import subprocess
import sys

import jsonschema
import msgspec
import pytest

from goldwire.annotate.agree import Agreement, agree
from goldwire.annotate.compare import disagreements
from goldwire.corpus.load import PACKAGED, load
from goldwire.schemas.errors import DataError
from goldwire.schemas.record import Annotation

PASSES = next((PACKAGED / "articles").iterdir()) / "passes"
STRICT = "mentions.strict[zone=all]"


@pytest.fixture
def passes():
    return [load(PASSES / f"{name}.json")[0] for name in ("a", "b")]


TEXT = "Ann and Bo met in Oslo on Monday."
ANN = {"text": "Ann", "type": "PERSON", "level": "NAM", "entity": "e1"}
BO = {"text": "Bo", "type": "PERSON", "level": "NAM", "entity": "e2"}
OSLO = {"text": "Oslo", "type": "GPE", "level": "NAM", "entity": "e3"}


def made(record, *mentions, who="a", kind="language model"):
    entities = [{"id": name} for name in sorted({m["entity"] for m in mentions})]
    found = record(TEXT, mentions=list(mentions), entities=entities, quotes=[], relations=[])
    found.boilerplate, found.zones = [], []
    found.annotation = Annotation(who=who, kind=kind, when="2026-01-01", status="pass")
    return found


def test_the_figures_by_hand(record):
    # A has Ann, Bo, Oslo; B has Ann, Oslo as ORG: 1 in both, of 3 and of 2.
    a = made(record, ANN, BO, OSLO)
    b = made(record, ANN, {**OSLO, "type": "ORG"}, who="b")
    row = agree(a, b).rows[STRICT]
    assert (row.a, row.b, row.both) == (3, 2, 1)
    assert (row.precision, row.recall, row.f1) == (1 / 2, 1 / 3, 2 / 5)
    back = agree(b, a).rows[STRICT]
    assert (back.precision, back.recall, back.f1) == (1 / 3, 1 / 2, 2 / 5)


def test_kappa_and_alpha_by_hand(record):
    # Equal spans Ann, Bo, Oslo: labels P P G against P P O. Observed 2/3; by chance
    # 2/3 * 2/3 + 1/3 * 0 + 0 * 1/3 = 4/9: kappa (2/3 - 4/9) / (5/9) = 0.4.
    a = made(record, ANN, BO, OSLO)
    b = made(record, ANN, BO, {**OSLO, "type": "ORG"})
    found = agree(a, b)
    assert found.kappa["mentions.type"] == pytest.approx(0.4)
    assert found.kappa["mentions.level"] is None  # one label only
    # 33 characters: 4 of them (Oslo) differ. Values of both sides: 48 none, 10 PERSON, 4 GPE,
    # 4 ORG of 66. Expected disagreement 1 - (48*47 + 10*9 + 4*3 + 4*3) / (66*65) = 1920/4290;
    # observed 4/33: alpha 1 - (4/33) / (1920/4290).
    assert found.alpha["mentions"] == pytest.approx(1 - (4 / 33) / (1920 / 4290))
    assert found.alpha["quote cue"] is None


def test_optional_on_either_side_is_honoured(record):
    maybe = {**OSLO, "optional": True}
    plain = made(record, ANN)
    for a, b in ((made(record, ANN, maybe), plain), (plain, made(record, ANN, maybe))):
        row = agree(a, b).rows[STRICT]
        assert (row.a, row.b, row.both) == (1, 1, 1)
    both = agree(made(record, ANN, OSLO), made(record, ANN, maybe)).rows[STRICT]
    assert (both.a, both.b, both.both) == (1, 1, 1)


def test_swapping_passes_swaps_every_row(passes):
    forth, back = agree(*passes), agree(*passes[::-1])
    assert list(forth.rows) == list(back.rows)
    for name, row in forth.rows.items():
        other = back.rows[name]
        assert (row.a, row.b, row.both) == (other.b, other.a, other.both), name
        assert (row.precision, row.recall) == (other.recall, other.precision)
    assert forth.kappa == pytest.approx(back.kappa)
    assert forth.alpha == pytest.approx(back.alpha)
    assert len(forth.disagreements) == len(back.disagreements)


def test_a_pass_agrees_with_itself_whatever_its_ids(passes):
    one = passes[0]
    text = msgspec.json.encode(one).decode()
    for entity in one.entities:
        text = text.replace(f'"{entity.id}"', f'"x-{entity.id}"')
    other = msgspec.json.decode(text, type=type(one))
    assert list(disagreements(one, other)) == []
    for row in agree(one, other).rows.values():
        assert row.f1 in (1.0, None)


def test_every_difference_in_any_field_is_listed(passes):
    one = passes[0]
    other = copy.deepcopy(one)
    other.mentions[0].level = "NOM"
    other.quotes[0].cue = []
    other.relations[0].certainty = "hedged"
    dropped = other.zones.pop()
    found = [(each.layer, each.a is None, each.b is None) for each in disagreements(one, other)]
    assert found == [
        ("zones", False, True),
        ("mentions", False, False),
        ("relations", False, False),
        ("quotes", False, False),
    ]
    assert dropped.type == "paragraph"


@pytest.mark.parametrize(
    ("kinds", "statuses", "name"),
    [
        (("language model", "language model"), ("pass", "pass"), "self-consistency"),
        (("language model", "student"), ("pass", "pass"), "inter-annotator agreement"),
        (("student", "student"), ("adjudicated", "pass"), "reproducibility of the guidelines"),
    ],
)
def test_the_name_says_no_more_than_it_may(record, kinds, statuses, name):
    sides = [made(record, ANN, kind=kind) for kind in kinds]
    for side, status in zip(sides, statuses, strict=True):
        side.annotation.status = status
    assert agree(*sides).name.startswith(name)


def test_passes_over_two_articles_are_refused(record):
    a, b = made(record, ANN), made(record, ANN)
    b.text = TEXT + " "
    with pytest.raises(DataError, match="other-text"):
        agree(a, b)


def run(*arguments):
    command = [sys.executable, "-m", "goldwire", "annotate", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_prints_the_table_and_json():
    done = run("agree", PASSES / "a.json", PASSES / "b.json")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("self-consistency: A is a (language model")
    assert "Krippendorff's alpha on characters" in done.stdout
    done = run("agree", PASSES / "a.json", PASSES / "b.json", "--json")
    assert msgspec.json.decode(done.stdout, type=Agreement).rows[STRICT].f1 == 1.0
    schema = PACKAGED.parent / "schemas" / "json" / "agreement.schema.json"
    jsonschema.validate(json.loads(done.stdout), json.loads(schema.read_text("utf-8")))
    done = run("agree", PASSES / "a.json", "absent.json")
    assert done.returncode == 2
    assert done.stderr.endswith("[no-file]\n")
