"""What is printed: the table, errors, JSON after its schema, Markdown."""

import json

import jsonschema
import msgspec
import pytest
from small_documents import (
    EVERY_LAYER,
    HEADLINE,
    MAPPED_GOLD,
    SAME,
    answer,
    clustered,
    doc,
    named,
    no_special_numbers,
    predictions,
    scored,
    words,
)

import goldwire
from goldwire.corpus.load import load, prepare
from goldwire.eval.lookup import measure
from goldwire.eval.measure import Measure
from goldwire.eval.render import as_text, markdown
from goldwire.eval.run import run
from goldwire.eval.score import score
from goldwire.eval.table import MEASURES
from goldwire.schemas.json_schema import score_schema
from goldwire.schemas.label_map import read_label_map

# What is printed.


def every_option():
    """Each measure alone, and with each value of each option."""
    yield from (Measure(name) for name in MEASURES)
    for name, row in MEASURES.items():
        for option, values in row.options().items():
            yield from (Measure.of(name, **{option: value}) for value in values)
    for average, zone, scheme in (("macro", "all", "conll4"), ("micro", "boilerplate", "ace")):
        yield Measure.of(
            "mentions.type", average=average, zone=zone, map=scheme, level="NAM", type="ORG"
        )


@pytest.mark.parametrize("name", ["rules", "empty", "oracle"])
def test_the_json_of_all_options_follows_its_schema(name):
    gold = prepare(load())
    wanted = [*every_option()]
    found = score(
        gold, run(goldwire.extractor(name), gold), wanted, errors=name != "empty", train=gold
    )
    written = json.loads(msgspec.json.encode(found))
    assert no_special_numbers(written)
    jsonschema.validate(written, score_schema())
    assert set(written["scores"]) == {*map(str, wanted)}
    for printed in written["scores"]:
        assert str(measure(printed)) == printed
    for line in as_text(found).splitlines():
        assert line.isprintable()


def test_the_table_fits_80_columns_and_rows_stand_below_their_headline(command):
    shown = command("--run", "rules")[1]
    table = shown[: shown.index("mean of the four")].splitlines()
    assert max(map(len, table)) <= 80
    labels_ = [line.split()[0] for line in table[2:] if line.strip()]
    entities = labels_[: labels_.index("relations.strict[args=named]")]
    assert entities[:2] == [HEADLINE, "average=macro"]
    # All that narrows the headline comes before other measures.
    assert entities.index("type=PERSON") < entities.index("coref.conll")
    at = entities.index("coref.conll")
    assert entities[at : at + 3] == ["coref.conll", "singletons=drop", "level=NAM"]
    assert [line[1:3].isspace() for line in table if "singletons=drop" in line] == [True]


def test_measures_that_are_asked_for_are_shown_by_their_names():
    gold, given = doc(mentions=[]), answer(mentions=[])
    names = ["mentions.strict[type=GPE]", "mentions.strict[type=ORG]", "mentions.exact"]
    shown = as_text(scored(gold, given, wanted=names)).splitlines()
    assert [line.split()[0] for line in shown[2:5]] == names
    # A headline comes first in its layer.
    shown = as_text(scored(gold, given, wanted=["mentions.exact", HEADLINE])).splitlines()
    assert [line.split()[0] for line in shown[2:4]] == [HEADLINE, "mentions.exact"]
    # Under a measure without options its others are shown by their options.
    shown = as_text(scored(gold, given, wanted=[names[0], "mentions.strict"])).splitlines()
    assert [line.split()[0] for line in shown[2:4]] == ["mentions.strict", "type=GPE"]


def test_halves_and_fractions_have_few_digits():
    gold = doc(**clustered((0, 1, 2), (3,)))
    given = answer(**clustered((0, 1), (2, 3)))
    given.mentions[0].end += 1
    found = as_text(scored(gold, given, wanted=["mentions.partial", "coref.b3"]))
    rows = {line.split()[0]: line.split() for line in found.splitlines() if line}
    # Three spans are equal, one overlaps.
    assert rows["mentions.partial"][4:7] == ["4", "4", "3.5"]
    matched = rows["coref.b3"][6]
    assert len(matched.partition(".")[2]) <= 2


def test_errors_are_listed_under_their_kinds_in_one_order():
    gold = doc(
        mentions=[
            *named((0, 1, 2, 3), "PERSON", level="NAM"),
            {**words(5, 6), "type": "GPE", "level": "NAM"},
            {**words(8, 9), "type": "GPE", "level": "NAM"},
        ]
    )
    given = [
        *named((0, 1), "PERSON"),
        *named((2,), "ORG"),  # wrong type
        *named((5,), "GPE"),  # wrong boundary
        *named((9,), "LAW"),  # both
        *named((20,), "LAW"),  # spurious
    ]
    shown = as_text(scored(gold, answer(mentions=given), wanted=["mentions.strict"], errors=True))
    assert shown.endswith(
        "\n\nerrors of mentions.strict: right 2, wrong type 1, wrong boundary 1, "
        "wrong type and boundary 1, missed 1, spurious 1\n"
        '  wrong type               a:1   8-11  PERSON  "w02"  found as ORG\n'
        '  missed                   a:1  12-15  PERSON  "w03"\n'
        '  wrong boundary           a:1  20-27  GPE     "w05 w06"  found as "w05" 20-23\n'
        '  wrong type and boundary  a:1  32-39  GPE     "w08 w09"  found as LAW "w09" 36-39\n'
        '  spurious                 a:1  80-83  LAW     "w20"'
    )


def test_no_errors_are_said_to_be_none():
    gold, given = doc(mentions=named((0,), "ORG")), answer(mentions=named((0,), "ORG"))
    shown = as_text(scored(gold, given, wanted=["mentions.strict"], errors=True))
    assert shown.endswith("\n\nno errors")
    assert "errors" not in as_text(scored(gold, given, wanted=["mentions.strict"]))


def test_markdown_says_how_many_articles():
    for number, words_ in ((1, "1 article,"), (2, "2 articles,")):
        gold = [doc(f"d{n}", **EVERY_LAYER) for n in range(number)]
        found = score(gold, predictions(*(answer(f"d{n}", **EVERY_LAYER) for n in range(number))))
        assert f" {words_} guidelines" in markdown({"x": found}, {"x": 1.25}, "runs")


def test_markdown_links_each_system_to_its_run_and_says_what_it_did_not_attempt():
    gold = [doc("d0", mentions=named((0, 1), "ORG", level="NAM"), boilerplate=[])]
    found = score(gold, predictions(answer("d0", mentions=named((0,), "ORG")), version="2"))
    row = "| [`x`](runs/x.jsonl) | 2 | 0.6667 | – | – | – | – | 1.2 |"  # 2 · 1 / (2 + 1)
    assert row in markdown({"x": found}, {"x": 1.25}, "runs")


def test_a_map_is_read_for_the_api(tmp_path):
    path = tmp_path / "mine.tsv"
    path.write_text(SAME.replace("GPE GPE", "GPE LOC"))
    maps = {"mine": read_label_map(path)}
    wanted = [measure("mentions.strict[map=mine,type=LOC]", maps)]
    gold = [doc(mentions=MAPPED_GOLD)]
    given = predictions(answer(mentions=named((2, 3, 4), "LOC")))
    found = score(gold, given, wanted, maps=maps)
    figures = found.scores[str(wanted[0])]
    assert (figures.gold, figures.predicted, figures.matched) == (2, 3, 2)
    assert found.receipt.maps == {"mine": maps["mine"].sha256}
