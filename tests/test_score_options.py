"""Label maps, training facts, names of measures, and what is refused."""

import hashlib

import pytest
from small_documents import (
    HEADLINE,
    SAME,
    answer,
    clustered,
    doc,
    json_of,
    named,
    one,
    predictions,
    quoted,
    refused,
    related,
    scored,
)

from goldwire.corpus.load import load, prepare
from goldwire.eval.lookup import measure, measures
from goldwire.eval.measure import Measure
from goldwire.eval.score import score
from goldwire.eval.table import MEASURES
from goldwire.schemas.errors import UsageError
from goldwire.schemas.label_map import label_map
from goldwire.schemas.reading import read_run


def test_foreign_labels_are_accepted_because_a_map_names_them(command, mapped):
    gold, run_file = mapped
    name = "mentions.strict[map=conll4]"
    found = json_of(command(run_file, "--gold", gold, "-m", name, "--json"))
    # Gold has 7 without the date; of 7 predicted, word 9 and MISC for ORG are wrong: 5 match.
    figures = found["scores"][name]
    assert (figures["gold"], figures["predicted"], figures["matched"]) == (7, 7, 5)
    assert figures["f1"] == 10 / 14
    assert figures["kept"] == 7 / 8
    assert found["receipt"]["maps"] == {"conll4": label_map("conll4").sha256}


def test_foreign_labels_without_a_map_are_unknown(command, mapped):
    gold, run_file = mapped
    for more in ([], ["-m", "mentions.strict"], ["-m", "mentions.exact"]):
        message = refused(command(run_file, "--gold", gold, *more), "unknown-label")
        assert f'{run_file}:1, record "a", mentions[0].type: unknown label "PER"' in message
        assert 'did you mean "PERSON"' in message
    # A map that does not have them does not let them in.
    message = refused(
        command(run_file, "--gold", gold, "-m", "mentions.strict[map=ontonotes18]"), "unknown-label"
    )
    assert '"PER"' in message


def test_the_types_of_a_map_are_values_of_type(command, mapped):
    gold, run_file = mapped
    name = "mentions.strict[map=conll4,type=LOC]"
    found = json_of(command(run_file, "--gold", gold, "-m", name, "--json"))["scores"][name]
    assert (found["gold"], found["predicted"], found["matched"]) == (3, 3, 3)
    message = refused(
        command(run_file, "--gold", gold, "-m", "mentions.strict[type=PERSON,map=conll4]"),
        "unknown-option",
    )
    assert 'type has no value "PERSON"; did you mean "PER"?' in message
    message = refused(command(run_file, "-m", "mentions.strict[type=PER]"), "unknown-option")
    assert 'did you mean "PERSON"' in message


def test_a_map_of_ones_own(command, mapped, tmp_path):
    gold, run_file = mapped
    own = tmp_path / "mine.tsv"
    own.write_text(
        SAME.replace("PERSON PERSON", "PERSON PER").replace("GPE GPE", "GPE LOC") + "MISC -\n"
    )
    name = "mentions.strict[map=mine]"
    found = json_of(command(run_file, "--gold", gold, "--map", own, "-m", name, "--json"))
    # MISC is dropped; FAC stays itself, so of PER 0, 9 and LOC 2, 3, 4 three are right, of 8.
    figures = found["scores"][name]
    assert (figures["gold"], figures["predicted"], figures["matched"]) == (8, 5, 3)
    digest = hashlib.sha256(own.read_bytes()).hexdigest()
    assert found["receipt"]["maps"] == {"mine": digest}
    shown = command(run_file, "--gold", gold, "--map", own, "-m", name)[1]
    assert f"map mine {digest[:12]}" in shown


def test_under_foreign_labels_the_headline_is_undefined_and_a_note_says_why(
    command, mapped, tmp_path
):
    gold, run_file = mapped
    own = tmp_path / "mine.tsv"
    own.write_text(SAME + "PER PERSON\nMISC ORG\n")
    found = json_of(command(run_file, "--gold", gold, "--map", own, "--json"))
    assert found["headline"]["entities"] is found["mean"] is None
    assert found["scores"][HEADLINE]["f1"] is None
    assert any("MISC, PER are not ours" in note for note in found["notes"])
    # What compares no types, or compares them under the map, is defined.
    names = ("mentions.exact", "mentions.partial", "mentions.strict[map=mine]", "mentions.strict")
    asked = [word for name in names for word in ("-m", name)]
    found = json_of(command(run_file, "--gold", gold, "--map", own, *asked, "--json"))["scores"]
    assert [found[name]["f1"] is None for name in names] == [False, False, False, True]


def test_under_foreign_labels_no_error_is_listed_of_what_is_undefined(mapped):
    gold, run_file = mapped
    found = score(
        prepare(gold), read_run(run_file), errors=True, maps={"conll4": label_map("conll4")}
    )
    assert HEADLINE not in {each.measure for each in found.errors}
    assert HEADLINE not in (found.kinds or {})


def test_entities_may_have_the_labels_of_a_map(mapped):
    gold, _ = mapped
    given = answer(mentions=named((0,), "PER", entity="e"), entities=[{"id": "e", "type": "PER"}])
    assert one("mentions.strict[map=conll4]", [*load(gold)], given).matched == 1


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        (
            SAME.replace("GPE GPE", "GPE A") + "A B\nB A\n",
            "label-loop",
            ':19: the targets go in a loop: "A" (line 19) to "B" (line 20)',
        ),
        (SAME + "ORG LOC\n", "ambiguous-label", ':19: "ORG" becomes "ORG" in line '),
        (SAME.replace("LAW LAW\n", ""), "missing-label", "no line for LAW"),
        (SAME.replace("LAW", "LAWS"), "missing-label", 'has "LAWS", did you mean "LAW"?'),
        ("", "empty-map", "no line maps a label"),
    ],
)  # fmt: skip
def test_a_bad_map_is_refused_with_its_file_and_line(command, tmp_path, text, code, words):
    path = tmp_path / "mine.tsv"
    path.write_text(text)
    message = refused(
        command("--run", "rules", "--map", path, "-m", "mentions.strict[map=mine]"), code
    )
    assert f"goldwire: {path}" in message
    assert words in message


def test_two_maps_of_one_name_are_refused(command, tmp_path):
    paths = tmp_path / "mine.tsv", tmp_path / "other" / "mine.tsv"
    paths[1].parent.mkdir()
    for path in paths:
        path.write_text(SAME)
    message = refused(command("--run", "rules", "--map", paths[0], "--map", paths[1]), "taken-name")
    assert "two label maps have one name" in message


# Facts of training data.


def test_relations_ign_with_training_facts(command, write):
    people = clustered((0,), (1,), (2,), (3,))
    facts = related([(0, 1), (0, 2)], "leader_of")
    gold = write("gold.jsonl", doc(**people, relations=facts))
    given = write("p.jsonl", answer(**people, relations=[*facts, *related([(2, 3)], "leader_of")]))
    train = write("train.jsonl", doc("t", **people, relations=facts[:1]))
    found = json_of(
        command(given, "--gold", gold, "-m", "relations.ign", "--train", train, "--json")
    )
    # Three predicted, two right, one of the right ones known: P (2 - 1) / (3 - 1), R 2/2.
    figures = found["scores"]["relations.ign"]
    assert [figures[key] for key in ("precision", "recall", "f1")] == pytest.approx([0.5, 1, 2 / 3])
    assert found["receipt"]["train"] == prepare(train).identity.gold != found["receipt"]["gold"]
    assert (
        f"train {prepare(train).identity.gold[:12]}"
        in command(given, "--gold", gold, "-m", "relations.*", "--train", train)[1]
    )
    message = refused(command(given, "--gold", gold, "-m", "relations.ign"), "no-training-facts")
    assert "--train" in message
    message = refused(command(given, "--gold", gold, "--train", train), "unused-option")
    assert "add -m relations.ign" in message


def test_a_star_stands_for_any_letters():
    assert [each.name for each in measures("relations.*")] == [
        f"relations.{name}" for name in ("strict", "boundary", "entity", "evidence", "claim")
    ]
    assert "relations.ign" in {each.name for each in measures("relations.*", trained=True)}
    assert "relations.ign" not in {each.name for each in measures("*")}
    assert len(measures("*", trained=True)) == len(MEASURES)
    assert [*map(str, measures("quotes.c*[type=direct]"))] == [
        f"quotes.{name}[type=direct]" for name in ("content", "char", "cue", "chain")
    ]


@pytest.mark.parametrize("given", ["quots.*", "nothing*"])
def test_a_star_that_stands_for_nothing_is_refused(given):
    with pytest.raises(UsageError, match="no measure"):
        measures(given)


# What is refused.


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["-m", "mentions.strikt"], "unknown-measure", 'did you mean "mentions.strict"'),
        (["-m", "mentions.strict[zoen=all]"], "unknown-option", 'did you mean "zone"?'),
        (["-m", "mentions.strict[zone=al]"], "unknown-option", 'did you mean "all"?'),
        (["-m", "mentions.strict[zone=all,article]"], "unknown-option", "zone takes one value"),
        (["-m", "mentions.strict[type=PERSN]"], "unknown-option", 'did you mean "PERSON"'),
        (["-m", "mentions.strict[level=nam]"], "unknown-option", 'did you mean "NAM"'),
        (["-m", "mentions.strict[map=conl]"], "unknown-option", 'did you mean "conll4"'),
        (["-m", "mentions.strict[map=conll4,ace]"], "unknown-option", "map takes one value"),
        (["-m", "mentions.strict[average=mean]"], "unknown-option", "use one of macro, micro"),
        (["-m", "coref.conll[average=macro]"], "unknown-option", 'no option "average"'),
        (["-m", "boilerplate.edge[type=appeal]"], "unknown-option", "it takes none"),
        (["-m", "boilerplate.char[zone=article]"],
            "unknown-option",
            'no option "zone"'),
        (["-m", ""], "measure-form", "mentions.strict[type=GPE"),
        (["-m", "mentions.strict[type=GPE"], "measure-form", "mentions.strict[type=GPE"),
        (["-m", "mentions.strict[type=GPE]]"], "measure-form", "mentions.strict[type=GPE"),
        (["-m", "\x1b[31m\n"], "measure-form", r"\x1b[31m"),
        (["--workers", "0"], "usage", "'--workers': 0 is not in the range x>=1"),
        (["--workers", "two"], "usage", "'two' is not a valid"),
        (["--map", "absent.tsv"], "no-file", "absent.tsv"),
        (["--train", "absent.jsonl", "-m", "relations.ign"], "no-file", "absent.jsonl"),
    ],
)  # fmt: skip
def test_wrong_usage_names_the_near_ones(command, arguments, code, words):
    assert words in refused(command("--run", "empty", *arguments), code)


def test_the_python_api_refuses_what_the_command_refuses():
    gold, given = [doc(mentions=[])], predictions(answer(mentions=[]))
    for options in ({"measures": [Measure("mentions.strikt")]}, {"workers": 0}):
        with pytest.raises(UsageError):
            score(gold, given, **options)
    for name in ("nope", "mine"):
        with pytest.raises(UsageError, match="map"):
            score(gold, given, [Measure.of("mentions.strict", map=name)])
    with pytest.raises(UsageError, match=r"training facts|--train"):
        score(gold, given, [measure("relations.ign")])


def test_a_note_says_what_is_out_of_a_systems_reach():
    gold = doc(mentions=named((0, 1), "GPE", level="NAM"), quotes=quoted((0,), "direct"))
    given = answer(mentions=named((0,), "GPE"), quotes=quoted((0,), "direct"))
    notes = scored(gold, given).notes
    assert any(
        note.endswith("quotes.attributed is out of reach; see quotes.content") for note in notes
    )
    assert any("each is a cluster of its own" in note for note in notes)


def test_names_alone_have_a_figure():
    gold = doc(mentions=named((0, 1), "GPE", level="NAM"))
    given = answer(entities=[{"id": "x", "name": "w00", "type": "GPE"}])
    found = scored(gold, given, wanted=["names.set", "mentions.strict"]).scores
    # One name of two: P 1/1, R 1/2.
    assert (found["names.set"].precision, found["names.set"].recall) == (1.0, 0.5)
    assert found["mentions.strict"].f1 is None
