"""What is around the measures: means, options, maps, training facts, faults, and what is printed.

All spans are given by the numbers of words: the text is ``w00 w01 w02 ...``.
"""

import hashlib
import json
import math
import sys

import jsonschema
import msgspec
import pytest
from sklearn.metrics import precision_recall_fscore_support

import goldwire
from goldwire.corpus.load import load, prepare
from goldwire.eval.lookup import measure, measures
from goldwire.eval.measure import Measure
from goldwire.eval.render import as_text, markdown
from goldwire.eval.run import run
from goldwire.eval.score import score
from goldwire.eval.table import MEASURES
from goldwire.main import main
from goldwire.schemas.errors import DataError, Place, UsageError
from goldwire.schemas.json_schema import score_schema
from goldwire.schemas.label_map import label_map, read_label_map
from goldwire.schemas.labels import labels
from goldwire.schemas.reading import Lines, Predictions, read_run
from goldwire.schemas.record import Record, Run

TEXT = " ".join(f"w{n:02}" for n in range(40))
HEADLINE = "mentions.strict[level=NAM,VALUE]"


EVERY_LAYER = {"mentions": [], "relations": [], "quotes": [], "boilerplate": []}


def words(first, last=None):
    """The offsets of some words, each of three characters and a space."""
    return {"start": 4 * first, "end": 4 * (first if last is None else last) + 3}


def named(numbers, label, **more):
    return [{**words(n), "type": label, **more} for n in numbers]


def quoted(numbers, label):
    return [{"content": [words(n)], "type": label} for n in numbers]


def doc(name="a", **layers):
    return msgspec.convert({"id": name, "text": TEXT, **layers}, Record)


def answer(name="a", **layers):
    return msgspec.convert({"id": name, **layers}, Record)


def predictions(*records, **line):
    found = [(Place("run", n), each) for n, each in enumerate(records, 1)]
    return Predictions(found, Run(extractor="x", **line) if line else None)


def scored(gold, *given, wanted=(), **options):
    gold = gold if isinstance(gold, list) else [gold]
    return score(gold, predictions(*given), [*map(measure, wanted)], **options)


def one(name, gold, *given, **options):
    return scored(gold, *given, wanted=[name], **options).scores[str(measure(name))]


def ratios(figures):
    return figures.precision, figures.recall, figures.f1


# Means over types.

MACRO_GOLD = (
    *named(range(5), "PERSON", level="NAM"),
    *named(range(5, 11), "GPE", level="NAM"),
    *named(range(11, 16), "ORG", level="NAM"),
)
MACRO_GIVEN = (
    *named((*range(4), 5), "PERSON"),
    *named(range(6, 11), "GPE"),
    *named((16,), "LAW"),
)


def test_macro_is_the_mean_over_the_types_that_gold_has():
    # PERSON 4 of 5 predicted and 5 gold: P .8, R .8, F .8. GPE 5 of 5 and 6: P 1, R 5/6, F 10/11.
    # ORG 0 of 0 and 5: P counts 0, R 0, F 0. LAW is a type that gold has not.
    found = one(
        "mentions.strict[average=macro]", doc(mentions=MACRO_GOLD), doc(mentions=MACRO_GIVEN)
    )
    expected = 1.8 / 3, (0.8 + 5 / 6) / 3, (0.8 + 10 / 11) / 3
    assert ratios(found) == pytest.approx(expected, abs=1e-15)
    assert found.gold is found.predicted is found.matched is found.correct is None


def test_macro_equals_scikit_learn_over_the_labels_of_gold():
    true, guess = (
        [{m["start"]: m["type"] for m in side}.get(4 * n, "O") for n in range(40)]
        for side in (MACRO_GOLD, MACRO_GIVEN)
    )
    expected = precision_recall_fscore_support(
        true, guess, labels=["PERSON", "GPE", "ORG"], average="macro", zero_division=0
    )
    found = one(
        "mentions.strict[average=macro]", doc(mentions=MACRO_GOLD), doc(mentions=MACRO_GIVEN)
    )
    assert ratios(found) == pytest.approx(expected[:3], abs=1e-12)


def test_macro_sums_each_type_over_documents_first():
    gold = [doc("a", mentions=MACRO_GOLD[::2]), doc("b", mentions=MACRO_GOLD[1::2])]
    places = {each["start"]: n % 2 for n, each in enumerate(MACRO_GOLD)}
    given = [[m for m in MACRO_GIVEN if places.get(m["start"], 0) == n] for n in (0, 1)]
    found = one(
        "mentions.strict[average=macro]",
        gold,
        *(answer(k, mentions=m) for k, m in zip("ab", given, strict=True)),
    )
    expected = 1.8 / 3, (0.8 + 5 / 6) / 3, (0.8 + 10 / 11) / 3
    assert ratios(found) == pytest.approx(expected, abs=1e-15)


def test_macro_under_type_level_and_map_is_over_what_they_leave():
    gold = doc(mentions=[*MACRO_GOLD, *named(range(20, 29), "FAC", level="NOM")])
    given = [*MACRO_GIVEN, *named(range(20, 23), "FAC", level="NOM")]

    def macro(options, mentions=given, **more):
        return one(
            f"mentions.strict[average=macro{options}]", gold, answer(mentions=mentions), **more
        )

    two = 1.8 / 2, (0.8 + 5 / 6) / 2, (0.8 + 10 / 11) / 2
    assert ratios(macro(",type=PERSON,GPE")) == pytest.approx(two, abs=1e-15)
    assert ratios(macro(",type=PERSON")) == pytest.approx((0.8, 0.8, 0.8), abs=1e-15)
    # level=NAM leaves FAC out; without it FAC has P 3/3, R 3/9, F 6/12.
    three = 1.8 / 3, (0.8 + 5 / 6) / 3, (0.8 + 10 / 11) / 3
    assert ratios(macro(",level=NAM")) == pytest.approx(three, abs=1e-15)
    four = 2.8 / 4, (0.8 + 5 / 6 + 3 / 9) / 4, (0.8 + 10 / 11 + 0.5) / 4
    assert ratios(macro("")) == pytest.approx(four, abs=1e-15)
    # Under conll4 GPE and FAC are one type LOC: 8 of 8 predicted and 15 gold, R 8/15, F 16/23.
    foreign = {"PERSON": "PER", "GPE": "LOC", "FAC": "LOC", "LAW": "MISC"}
    mapped = [{**each, "type": foreign[each["type"]]} for each in given]
    conll = 1.8 / 3, (0.8 + 8 / 15) / 3, (0.8 + 16 / 23) / 3
    assert ratios(macro(",map=conll4")) == pytest.approx(conll, abs=1e-15)
    assert ratios(macro(",map=conll4", mapped)) == pytest.approx(conll, abs=1e-15)


@pytest.mark.parametrize(
    ("sizes", "middle"),
    [
        ((4, 4, 9), "4"),
        ((4, 5), "4.5"),
        ((1,), "1"),
        ((5, 5, 1), None),
        ((4, 6), None),
        ((5,), None),
    ],
)
def test_macro_is_shown_from_a_median_of_five_gold_items_per_type(sizes, middle):
    starts = [sum(sizes[:n]) for n in range(len(sizes))]
    mentions = [
        each
        for label, start, size in zip(("PERSON", "GPE", "ORG"), starts, sizes, strict=False)
        for each in named(range(start, start + size), label)
    ]
    name = "mentions.strict[average=macro]"
    found = scored(doc(mentions=mentions), answer(mentions=mentions), wanted=[name])
    said = [note for note in found.notes if note.startswith(name)]
    assert ratios(found.scores[name]) == ((1.0,) * 3 if middle is None else (None,) * 3)
    reason = f"{name}: not shown, gold has a median of {middle} per type, 5 are needed"
    assert said == ([] if middle is None else [reason])


def test_macro_without_gold_says_so_and_in_a_layer_that_is_not_attempted_the_layer_says_it():
    name = "mentions.strict[average=macro]"
    found = scored(doc(mentions=[]), answer(mentions=[]), wanted=[name])
    assert f"{name}: not shown, gold has no item" in found.notes
    found = scored(doc(mentions=MACRO_GOLD), answer(quotes=[]), wanted=[name])
    assert ratios(found.scores[name]) == (None, None, None)
    assert not any("not shown" in note for note in found.notes)
    assert any(note.startswith("entities: not attempted") for note in found.notes)


def related(pairs, label):
    return [{"head": f"e{head}", "type": label, "tail": f"e{tail}"} for head, tail in pairs]


def test_macro_over_relations():
    people = {
        "mentions": [{**m, "entity": f"e{n}"} for n, m in enumerate(named(range(12), "PERSON"))],
        "entities": [{"id": f"e{n}"} for n in range(12)],
    }
    leads = related([(0, n) for n in range(1, 6)], "leader_of")
    owns = related([(6, n) for n in range(7, 12)], "owner_of")
    given = related([(0, 1), (0, 2), (0, 3), (1, 0)], "leader_of")
    # leader_of: 3 of 4 predicted and 5 gold, F 6/9; owner_of 0 of 0 and 5.
    found = one(
        "relations.strict[average=macro]",
        doc(**people, relations=leads + owns),
        answer(**people, relations=given),
    )
    assert ratios(found) == pytest.approx((0.75 / 2, 0.6 / 2, 6 / 9 / 2), abs=1e-15)


def test_macro_over_quotes():
    gold = quoted(range(5), "direct") + quoted(range(5, 10), "indirect")
    given = quoted(range(5), "direct") + quoted(range(5, 8), "indirect")
    found = one("quotes.attributed[average=macro]", doc(quotes=gold), answer(quotes=given))
    # direct is right; indirect 3 of 3 predicted and 5 gold, F 6/8.
    assert ratios(found) == pytest.approx((1, 0.8, 1.75 / 2), abs=1e-15)


# Means over measures.


def clustered(*groups, label="PERSON"):
    """Mentions by the words of each entity."""
    return {
        "mentions": [
            {**words(n), "type": label, "level": "NAM", "entity": f"e{number}"}
            for number, group in enumerate(groups)
            for n in group
        ],
        "entities": [{"id": f"e{number}"} for number in range(len(groups))],
    }


def test_blanc_is_the_mean_of_links_and_nonlinks():
    gold, given = doc(**clustered((0, 1), (2,))), answer(**clustered((0, 1, 2)))
    # Links: gold 1, predicted 3, matched 1: P 1/3, R 1, F 1/2. Nonlinks: gold 2, predicted 0:
    # P counts 0, R 0, F 0.
    found = one("coref.blanc", gold, given)
    assert ratios(found) == pytest.approx((1 / 6, 1 / 2, 1 / 4), abs=1e-15)


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ([(0, 1, 2)], 1.0),  # no side has a nonlink: links alone
        ([(0,), (1,)], 1.0),  # no side has a link: nonlinks alone
        ([(0,)], None),  # neither
    ],
)
def test_blanc_leaves_out_what_neither_side_has_any_of(groups, expected):
    found = one("coref.blanc", doc(**clustered(*groups)), answer(**clustered(*groups)))
    assert ratios(found) == (expected,) * 3


def test_conll_is_the_mean_of_three_f1():
    gold, given = doc(**clustered((0, 1), (2,))), answer(**clustered((0, 1, 2)))
    # MUC: R 1/1, P 1/2, F 2/3. B3: R 1, P (2/3 + 2/3 + 1/3) / 3 = 5/9, F 5/7.
    # CEAFe: phi4 of (2, 3) is 4/5, R .8/2, P .8/1, F 1.6/3.
    found = one("coref.conll", gold, given)
    assert found.f1 == pytest.approx((2 / 3 + 5 / 7 + 1.6 / 3) / 3, abs=1e-15)
    assert found.precision is found.recall is None


def test_conll_is_undefined_if_one_part_is():
    lone = clustered((0,), (1,))
    found = scored(
        doc(**lone), answer(**lone), wanted=["coref.conll", "coref.muc", "coref.b3"]
    ).scores
    assert (found["coref.muc"].f1, found["coref.b3"].f1, found["coref.conll"].f1) == (None, 1, None)


def test_means_have_null_counts_in_json():
    groups = clustered((0, 1), (2, 3))
    names = ["coref.blanc", "coref.conll", "mentions.strict[average=macro]"]
    found = scored(doc(**groups), answer(**groups), wanted=names)
    written = json.loads(msgspec.json.encode(found))["scores"]
    for name in names:
        for key in ("gold", "predicted", "matched", "correct", "distance", "low", "high"):
            assert written[name][key] is None


# What options keep, and what stands inside boilerplate.

APPEAL = [{**words(30, 39), "type": "appeal"}]


def kept_gold():
    return doc(
        boilerplate=APPEAL,
        mentions=[
            *named((0, 1), "PERSON", level="NAM"),
            *named((2,), "DATE", level="VALUE"),
            *named((3,), "PERSON", level="NOM"),
            *named((31,), "ORG", level="NAM"),
            *named((4,), "PERSON", level="NAM", optional=True),
        ],
    )


@pytest.mark.parametrize(
    ("options", "share"),
    [
        # Of five required mentions in every zone.
        ("zone=all", 5 / 5),
        ("zone=article", 4 / 5),
        ("zone=boilerplate", 1 / 5),
        ("level=NAM", 2 / 5),
        ("level=NAM,zone=all", 3 / 5),
        ("level=NAM,VALUE", 3 / 5),
        ("level=PRO", 0 / 5),
        ("type=PERSON", 3 / 5),
        ("type=PERSON,level=NAM", 2 / 5),
        ("map=conll4", 3 / 5),  # drops the date; one is inside boilerplate
        ("map=conll4,type=ORG,zone=all", 1 / 5),
        ("average=macro,level=NAM", 2 / 5),
    ],
)
def test_kept_is_the_share_of_all_gold(options, share):
    for given in ([], named((0, 7, 31), "PERSON")):
        found = one(f"mentions.strict[{options}]", kept_gold(), answer(mentions=given))
        assert found.kept == share


def test_kept_is_undefined_where_gold_has_nothing():
    assert one("mentions.strict", doc(mentions=[]), answer(mentions=[])).kept is None


def test_kept_is_never_above_one():
    # The longer reading stands, so gold counts 3 words where by itself it counts 1.
    readings = [
        {**words(0), "type": "ORG", "alternatives": "k"},
        {**words(2, 4), "type": "ORG", "alternatives": "k"},
    ]
    longer = answer(mentions=[{**words(2, 4), "type": "ORG"}], boilerplate=[])
    found = one("mentions.token", doc(mentions=readings), longer)
    assert (found.gold, found.kept) == (3, 1.0)
    # The longer of two texts counts: 40 words kept where gold keeps 30.
    found = one("text.edit", doc(boilerplate=APPEAL), longer)
    assert (found.gold, found.matched, found.kept) == (40, 30, 1.0)


def test_leakage_counts_predictions_inside_boilerplate_by_layer():
    groups = clustered((31,), (32,), (0,))
    gold = doc(boilerplate=APPEAL, **groups, relations=[], quotes=[])
    given = answer(
        **groups,
        relations=related([(0, 1), (0, 2)], "leader_of"),
        quotes=[*quoted((33, 34, 1), "direct")],
        boilerplate=[],
    )
    # A relation is inside if the mentions of one argument all are: both are.
    leakage = scored(gold, given).leakage
    assert (leakage.entities, leakage.relations, leakage.quotes) == (2, 2, 2)
    assert scored(gold, answer(**groups)).leakage.quotes is None
    assert scored(gold, given, wanted=["quotes.attributed"]).leakage is None
    gold.boilerplate = None
    assert scored(gold, given).leakage is None


def test_distance_is_the_mean_over_the_edges_of_matched_spans():
    # Starts at words 30 and 31, three characters apart; ends are equal; the other span is alone.
    given = [{**words(31, 39), "type": "appeal"}, {**words(0), "type": "appeal"}]
    found = scored(doc(boilerplate=APPEAL), answer(boilerplate=given), wanted=["boilerplate.edge"])
    figures = found.scores["boilerplate.edge"]
    assert (figures.gold, figures.predicted, figures.matched) == (2, 4, 1)
    assert figures.distance == 1.5
    assert "boilerplate.edge: mean distance of an edge 1.50 characters" in as_text(found)


def test_named_measures_have_no_headline_mean_or_leakage():
    gold, given = doc(**EVERY_LAYER), answer(**EVERY_LAYER)
    names = [HEADLINE, "relations.strict[args=named]", "quotes.attributed", "boilerplate.char"]
    found = scored(gold, given, wanted=names)
    assert found.headline is found.mean is found.leakage is None
    assert "mean" not in as_text(found)


def test_a_typed_row_beside_the_headlines_is_the_measure_of_its_name():
    """A prediction without a type is one of every type, wherever gold has none of it."""
    gold = [
        doc("a", quotes=quoted((0,), "direct"), boilerplate=APPEAL),
        doc("b", quotes=[], boilerplate=[]),
    ]
    untyped = {"quotes": [{"content": [words(0)]}], "boilerplate": [words(4)]}
    given = [answer("a", quotes=[], boilerplate=[]), answer("b", **untyped)]
    beside = scored(gold, *given).scores
    for name in ("quotes.attributed[type=direct]", "boilerplate.char[type=appeal]"):
        assert beside[name] == one(name, gold, *given), name


def test_macro_counts_names_that_only_an_entity_gives():
    gold = [doc("a", mentions=named(range(5), "GPE", level="NAM")), doc("b", mentions=[])]
    entity = {"id": "z", "name": "w07", "type": "GPE"}
    given = [
        answer("a", mentions=named(range(5), "GPE")),
        answer("b", mentions=[], entities=[entity]),
    ]
    # One of six predicted names is not there.
    for name in ("names.set[type=GPE]", "names.set[average=macro]"):
        assert ratios(one(name, gold, *given)) == pytest.approx((5 / 6, 1, 10 / 11), abs=1e-15), (
            name
        )


def test_digits_do_not_depend_on_the_order_in_which_types_are_met():
    # Recall is .1, .2 and .3: .1 + .2 + .3 and .3 + .2 + .1 differ in the last digit.
    sides = [
        (doc(f"d{n}", mentions=named(range(10), label)), named(range(n + 1), label))
        for n, label in enumerate(("PERSON", "GPE", "ORG"))
    ]
    gold = [each for each, _ in sides]
    given = [answer(each.id, mentions=mentions) for each, mentions in sides]
    there, back = (one("mentions.strict[average=macro]", gold, *g) for g in (given, given[::-1]))
    assert there == back
    assert there.recall == math.fsum((0.1, 0.2, 0.3)) / 3


# Layers and documents that are not there.


def test_a_run_without_any_record_of_what_it_declares_is_all_missed():
    gold = doc(
        mentions=named((0,), "ORG", level="NAM"), relations=[], quotes=quoted((1,), "direct")
    )
    found = score([gold], predictions(layers=["entities", "quotes"]))
    assert (found.headline.entities, found.headline.quotes, found.headline.relations) == (
        0,
        0,
        None,
    )
    assert "documents missing, counted as missed: 1 of 1" in found.notes
    silent = score([gold], Predictions([]))
    assert silent.headline == msgspec.structs.replace(found.headline, entities=None, quotes=None)


def test_a_layer_that_is_not_attempted_has_no_kinds_of_errors():
    gold = doc(mentions=named((0,), "ORG", level="NAM"), quotes=[])
    found = scored(gold, answer(quotes=[]), errors=True)
    assert found.errors == []
    assert HEADLINE not in (found.kinds or {})


# Label maps.

SAME = "".join(f"{label} {label}\n" for label in labels()["mention"])
MAPPED_GOLD = [
    *named((0, 1), "PERSON", level="NAM"),
    *named((2, 3), "GPE", level="NAM"),
    *named((4,), "FAC", level="NAM"),
    *named((5,), "ORG", level="NAM"),
    *named((6,), "NORP", level="NAM"),
    *named((7,), "DATE", level="VALUE"),
]
FOREIGN = [
    *named((0, 9), "PER"),
    *named((2, 3, 4), "LOC"),
    *named((6,), "MISC"),
    *named((5,), "MISC"),
]


@pytest.fixture
def write(tmp_path):
    def make(name, *records, first=None):
        lines = [first] if first else []
        lines += [msgspec.json.encode(each).decode() for each in records]
        (tmp_path / name).write_text("\n".join(lines) + "\n", "utf-8")
        return tmp_path / name

    return make


@pytest.fixture
def command(monkeypatch, capsys):
    """Return a function that runs ``goldwire score`` and returns status, output and message."""

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["goldwire", "score", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        found = capsys.readouterr()
        return ended.value.code or 0, found.out, found.err

    return call


@pytest.fixture
def mapped(write):
    """A gold file and a file of foreign labels."""
    gold = write("gold.jsonl", doc(mentions=MAPPED_GOLD, relations=[], quotes=[], boilerplate=[]))
    return gold, write("conll.jsonl", answer(**{**EVERY_LAYER, "mentions": FOREIGN}))


def no_special_numbers(value):
    if isinstance(value, dict | list):
        return all(map(no_special_numbers, value.values() if isinstance(value, dict) else value))
    return not isinstance(value, float) or math.isfinite(value)


def json_of(done):
    status, out, err = done
    assert (status, err) == (0, "")
    found = json.loads(out)
    assert no_special_numbers(found)
    jsonschema.validate(found, score_schema())
    return found


def refused(done, code):
    """The one line of a refusal."""
    status, out, err = done
    assert (status, out) == (2, "")
    assert err.startswith("goldwire: ")
    assert err.endswith(f"[{code}]\n")
    assert err.count("\n") == 1
    assert "Traceback" not in err
    return err


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


# A file that breaks in its middle.

MANY = 1000
LEAN = '{"id":"d%03d","mentions":[{"start":0,"end":3,"type":"PERSON"}]}'
FULL = '{"id":"d%03d","mentions":[{"start":0,"end":3,"type":"PERSON"}],"quotes":[]}'
NOT_JSON = '{"id": "d%03d", "mentions": [}'
FAULTS = {
    "not-json": NOT_JSON,
    "unknown-document": '{"id":"x%03d","mentions":[]}',
    "repeated-document": '{"id":"d010","mentions":[]}',
    "unknown-label": '{"id":"d%03d","mentions":[{"start":0,"end":3,"type":"PERSN"}]}',
    "span-past-end": '{"id":"d%03d","mentions":[{"start":0,"end":999,"type":"PERSON"}]}',
    "unknown-key": '{"id":"d%03d","mention":[]}',
}


@pytest.fixture(scope="module")
def thousand():
    return prepare(
        [doc(f"d{n:03}", mentions=named((0,), "PERSON", level="NAM")) for n in range(MANY)]
    )


def broken(path, form, faults):
    lines = [form % n for n in range(MANY)]
    for number, line in faults.items():
        lines[number - 1] = line % (number - 1) if "%" in line else line
    path.write_text("\n".join(lines) + "\n")
    return path


def message_of(gold, path, workers=1, wanted=("mentions.strict",)):
    with pytest.raises(DataError) as caught:
        score(gold, read_run(path), [*map(measure, wanted)], workers=workers)
    return caught.value.code, str(caught.value)


@pytest.mark.parametrize("form", [LEAN, FULL], ids=["columns", "records"])
@pytest.mark.parametrize("code", FAULTS)
def test_a_fault_in_the_middle_is_named_by_its_line(thousand, tmp_path, monkeypatch, form, code):
    path = broken(tmp_path / "p.jsonl", form, {700: FAULTS[code]})
    said = []
    for size in (3000, 2**22):
        monkeypatch.setattr(Lines.blocks, "__defaults__", (size,))
        said += [
            message_of(thousand, path, wanted=names)
            for names in (["mentions.strict"], ["mentions.strict", "names.set"])
        ]
    assert said[0][0] == code
    assert f"{path}:700" in said[0][1]
    assert len(set(said)) == 1


def first_of_two(gold, path, monkeypatch, faults, size):
    monkeypatch.setattr(Lines.blocks, "__defaults__", (size,))
    early, late = faults
    code, message = message_of(gold, broken(path, LEAN, {400: FAULTS[early], 420: FAULTS[late]}))
    assert (code, f"{path}:400" in message) == (early, True)


@pytest.mark.parametrize("size", [300, 2**22], ids=["apart", "together"])
@pytest.mark.parametrize(
    "faults",
    [
        ("unknown-document", "not-json"),
        ("unknown-label", "not-json"),
        ("not-json", "unknown-document"),
        ("not-json", "repeated-document"),
    ],
)
def test_the_first_fault_of_the_file_is_named(thousand, tmp_path, monkeypatch, faults, size):
    first_of_two(thousand, tmp_path / "p.jsonl", monkeypatch, faults, size)


@pytest.mark.parametrize(
    "size",
    [
        300,
        2**22,
    ],
    ids=["apart", "together"],
)
@pytest.mark.parametrize("late", ["not-json", "unknown-document", "unknown-label"])
def test_a_repeat_is_named_before_later_faults(thousand, tmp_path, monkeypatch, late, size):
    faults = "repeated-document", late
    first_of_two(thousand, tmp_path / "p.jsonl", monkeypatch, faults, size)


def test_workers_give_the_same_score_and_the_same_message(thousand, tmp_path, monkeypatch):
    monkeypatch.setattr(Lines.blocks, "__defaults__", (5000,))
    path = broken(
        tmp_path / "bad.jsonl", FULL, {400: FAULTS["unknown-document"], 700: FAULTS["not-json"]}
    )
    assert message_of(thousand, path, workers=2) == message_of(thousand, path)
    path = broken(tmp_path / "good.jsonl", FULL, {})
    alone = score(thousand, read_run(path), errors=True)
    assert score(thousand, read_run(path), errors=True, workers=2) == alone


def test_workers_on_the_command_line(command, mapped):
    gold, run_file = mapped
    arguments = (run_file, "--gold", gold, "-m", "mentions.*[map=conll4]", "--json")
    # values.strict and names.set take no map, so the star stands for mentions alone.
    assert json_of(command(*arguments, "--workers", "2")) == json_of(command(*arguments))


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
        assert f" {words_} guidelines" in markdown({"x": found})


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
