"""Means over types and measures, what options keep, leakage, layers that are not there."""

import json
import math

import msgspec
import pytest
from sklearn.metrics import precision_recall_fscore_support
from small_documents import (
    EVERY_LAYER,
    HEADLINE,
    answer,
    clustered,
    doc,
    named,
    one,
    predictions,
    quoted,
    ratios,
    related,
    scored,
    words,
)

from goldwire.eval.render import as_text
from goldwire.eval.score import score
from goldwire.schemas.reading import Predictions

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
