"""Agreement: swapping passes swaps precision and recall; optional on either side counts."""

import copy
import json
import subprocess
import sys

import jsonschema
import msgspec
import pytest

from goldwire.annotate.agree import Agreement, agree
from goldwire.annotate.compare import common_names, disagreements, keyed
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


def both_ways(a, b, name):
    forth, back = agree(a, b).rows[name], agree(b, a).rows[name]
    assert (forth.a, forth.b, forth.both) == (back.b, back.a, back.both)
    return forth.a, forth.b, forth.both


def test_optional_boilerplate_is_honoured_on_either_side(record):
    a, b = made(record, ANN), made(record, ANN)
    a.boilerplate = record(TEXT, boilerplate=[{"text": "Monday"}]).boilerplate
    b.boilerplate = record(TEXT, boilerplate=[{"text": "Monday", "optional": True}]).boilerplate
    assert both_ways(a, b, "boilerplate.char") == (0, 0, 0)


def test_what_either_pass_implies_is_ignored_both_ways(record):
    a, b = made(record, ANN, OSLO), made(record, ANN, OSLO)
    a.relations = record(
        TEXT, relations=[{"head": "e1", "type": "leader_of", "tail": "e3"}]
    ).relations
    b.relations = record(
        TEXT, relations=[{"head": "e1", "type": "works_for", "tail": "e3"}]
    ).relations
    # works_for is implied by A's leader_of and leaves; leader_of is missed by B.
    assert both_ways(a, b, "relations.strict[zone=all]") == (1, 0, 0)


def test_fragments_are_not_joined_between_annotators(record):
    a, b = made(record, ANN), made(record, ANN)
    whole = [{"content": [{"text": "met in"}, {"text": "on Monday"}], "speaker": "e1"}]
    parts = [{"content": [{"text": w}], "speaker": "e1"} for w in ("met in", "on Monday")]
    a.quotes = record(TEXT, quotes=whole).quotes
    b.quotes = record(TEXT, quotes=parts).quotes
    assert both_ways(a, b, "quotes.exact[zone=all]") == (1, 2, 0)


def test_a_layer_that_one_pass_leaves_out_has_no_figures(record):
    a, b = made(record, ANN), made(record, ANN)
    a.quotes = None
    b.quotes = record(TEXT, quotes=[{"content": [{"text": "met"}]}]).quotes
    found = agree(a, b)
    assert "quotes.exact[zone=all]" not in found.rows
    assert found.alpha["quote content"] is None


def test_kappa_does_not_depend_on_order_and_knows_pieces(record):
    org = {**ANN, "type": "ORG", "entity": "e9"}
    a, b = made(record, ANN, org, BO, OSLO), made(record, org, ANN, BO, OSLO)
    assert agree(a, b).kappa["mentions.type"] == pytest.approx(1.0)
    pieces = {"text": "Ann and Bo", "type": "PERSON", "entity": "e4", "level": "NAM"}
    apart = {**pieces, "type": "ORG", "parts": [{"text": "Ann"}, {"text": "Bo"}]}
    found = agree(made(record, pieces, BO, OSLO), made(record, apart, BO, OSLO))
    assert found.kappa["mentions.type"] == pytest.approx(1.0)  # of Bo and Oslo alone


def test_quotes_of_one_content_are_told_apart_by_who_speaks(record):
    quotes = [
        {"id": "q1", "content": [{"text": "met in"}], "speaker": "e1"},
        {"id": "q2", "content": [{"text": "met in"}], "speaker": "e2", "within": "q1"},
    ]
    a = made(record, ANN, BO)
    a.quotes = record(TEXT, quotes=quotes).quotes
    one, _ = keyed(a, copy.deepcopy(a))
    inner = next(
        item for (_, key), item in one.items.items() if key.endswith("e2") and "within" in item
    )
    assert inner["within"] == "11-17 e1"


def test_an_item_that_stands_twice_is_refused(record):
    twice = made(record, ANN, {**ANN, "level": "NOM"})
    with pytest.raises(DataError, match="stands twice: 0-3 PERSON"):
        agree(twice, made(record, ANN))


def test_entities_without_a_partner_keep_their_own_names(record):
    a = made(record, {**ANN, "entity": "x"})
    b = made(record, {**BO, "entity": "x"}, {**OSLO, "entity": "x-b"})
    names = common_names(a, b)
    assert len(set(names.values()) | {"x"}) == 3


def test_two_articles_in_a_file_are_refused(tmp_path):
    path = tmp_path / "two.jsonl"
    path.write_text('{"id": "a", "text": "x"}\n{"id": "b", "text": "x"}\n')
    done = run("agree", path, path)
    assert done.returncode == 2
    assert done.stderr.endswith("[one-article]\n")
