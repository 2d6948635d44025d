"""Intervals of a score over many articles, and what is said where there are too few."""

import itertools
import json
from math import sqrt

import pytest
from small_documents import answer, doc, json_of, named, predictions, scored, words

from goldwire.corpus.load import prepare
from goldwire.eval.render import as_text
from goldwire.eval.resample import bootstrap, interval
from goldwire.eval.score import score
from goldwire.eval.statistic import f1
from goldwire.schemas.record import Zone

STRICT = "mentions.strict"


def many(number, variants=0):
    """Articles of 10 words in gold, of which the nth system answer has n % 4 wrong."""
    gold = [doc(f"d{n:03}", mentions=named(range(10), "PERSON")) for n in range(number)]
    for one in gold[:variants]:
        one.variant_of = gold[-1].id
    given = [
        answer(f"d{n:03}", mentions=named(range(n % 4, 10 + n % 4), "PERSON"))
        for n in range(number)
    ]
    return gold, given


def figures(number, variants=0, **options):
    gold, given = many(number, variants)
    return scored(gold, *given, wanted=[STRICT], **options).scores[STRICT]


def test_twenty_articles_have_an_interval_and_nineteen_have_none():
    found = figures(20)
    assert found.low < found.f1 < found.high
    assert found.interval == "percentile bootstrap over source articles"
    found = figures(19)
    assert (found.low, found.high) == (None, None)
    assert found.interval == "fewer than 20 source articles (19)"


def test_variants_count_as_their_article():
    # 25 documents; 5 are variants of the last one, so there are 20 articles; 6 leave 19.
    assert figures(25, variants=5).low is not None
    assert figures(25, variants=6).interval == "fewer than 20 source articles (19)"
    gold, given = many(25, variants=5)
    receipt = scored(gold, *given, wanted=[STRICT]).receipt
    assert (receipt.articles, receipt.documents) == (20, 25)


@pytest.mark.parametrize("chain", [("a", "b", "c"), ("a", "b", "a"), ("a", "a", "x")])
def test_variants_of_variants_and_circles_end(chain):
    gold = [doc(name) for name in sorted({*chain, "z"})]
    for one, other in itertools.pairwise(chain):
        next(each for each in gold if each.id == one).variant_of = other
    sources = dict(zip([each.id for each in gold], prepare(gold).sources.tolist(), strict=True))
    assert sources["a"] == sources[chain[1]] != sources["z"]


def test_the_interval_is_that_of_the_counts_by_article():
    gold, given = many(40)
    found = scored(gold, *given, wanted=[STRICT], seed=7, resamples=200)
    right = [10.0 - n % 4 for n in range(40)]
    cells = {"x": bootstrap_cells(right)}
    low, high = interval(f1(bootstrap(cells, 200, 7)["x"]))
    assert (found.scores[STRICT].low, found.scores[STRICT].high) == (low, high)
    assert (found.receipt.resamples, found.receipt.seed) == (200, 7)


def bootstrap_cells(right):
    import numpy as np

    return np.array([[10, 10, each, each] for each in right], dtype=np.float64)


def test_the_seed_decides_and_zero_is_one():
    by_default = figures(40)
    zero, one, again = (figures(40, seed=seed) for seed in (0, 1, 1))
    assert zero == by_default
    assert one == again
    assert (zero.low, zero.high) != (one.low, one.high)


def test_no_resamples_no_interval():
    gold, given = many(40)
    found = scored(gold, *given, wanted=[STRICT], resamples=0)
    assert found.scores[STRICT].interval == "not computed"
    assert (found.receipt.resamples, found.receipt.seed) == (None, None)


def test_the_order_of_documents_changes_no_end():
    gold, given = many(40)
    forth, back = (scored(gold[::step], *given[::step], wanted=[STRICT]) for step in (1, -1))
    assert forth.scores == back.scores


def test_no_interval_where_a_resample_has_none_or_nothing_varies():
    gold, given = many(40)
    gold[0].mentions[0].type = "LAW"
    found = scored(gold, *given, wanted=["mentions.strict[type=LAW]", "mentions.strict[type=GPE]"])
    rare, absent = found.scores.values()
    # One article of 40 has the type: a resample lacks it with (39/40)**40 = .36.
    assert rare.f1 == 0
    assert rare.low is rare.high is None
    assert rare.interval.startswith("undefined in ")
    assert rare.interval.endswith(" of 1000 resamples: too rare")
    assert absent.interval == "F1 is undefined"
    perfect = scored(gold, *gold, wanted=[STRICT]).scores[STRICT]
    assert (perfect.f1, perfect.low, perfect.high) == (1, None, None)
    assert perfect.interval == "the same in every resample"


def test_the_mean_has_an_interval_where_its_parts_have_figures():
    layers = {"relations": [], "quotes": [], "boilerplate": [words(39)]}
    gold, given = [], []
    for number in range(30):
        mentions = named(range(2), "PERSON", level="NAM")
        quotes = [{"content": [words(5, 9)], "type": "direct"}]
        ids = [{**each, "id": f"m{n}"} for n, each in enumerate(mentions)]
        relations = [{"head": "m0", "type": "met_with", "tail": "m1"}]
        whole = {**layers, "mentions": ids, "quotes": quotes, "relations": relations}
        gold.append(doc(f"d{number:02}", **whole))
        given.append(answer(f"d{number:02}", **(whole if number % 3 else {"mentions": []})))
    found = score(gold, predictions(*given))
    assert found.mean_low < found.mean < found.mean_high
    assert found.headline.quotes is not None
    assert "95 % of F1" in as_text(found)
    assert f"{found.mean_low:.4f} – {found.mean_high:.4f}" in as_text(found)
    assert scored(gold, *given, wanted=[STRICT]).mean_low is None


def zoned():
    """One article of four zones with two names each: 2 right, 1 right, 0 right, 2 and a wrong."""
    gold = doc(mentions=named(range(8), "PERSON", level="NAM"))
    gold.zones = [Zone(type="paragraph", **words(2 * n, 2 * n + 1)) for n in range(4)]
    gold.zones[3].end = len(gold.text)
    return gold, answer(mentions=named((0, 1, 2, 6, 7, 20), "PERSON"))


def test_the_jackknife_over_zones():
    gold, given = zoned()
    [found] = scored(gold, given, wanted=["mentions.strict[level=NAM]"]).variation
    # Gold 8, predicted 6, matched 5: F1 10/14. By zone gold 2 each, predicted 2, 1, 0, 3,
    # matched 2, 1, 0, 2. Without each: 6/10, 8/11, 10/12, 6/9.
    left = [6 / 10, 8 / 11, 10 / 12, 6 / 9]
    mean = sum(left) / 4
    assert found.f1 == pytest.approx(10 / 14)
    assert found.standard_error == pytest.approx(sqrt(3 / 4 * sum((x - mean) ** 2 for x in left)))
    assert found.zones == 4


@pytest.mark.parametrize(
    "name",
    [
        "coref.b3",
        "links.strong",
        "relations.strict",
        "boilerplate.char",
        "mentions.partial",
        "mentions.strict[zone=all]",
        "mentions.strict[average=macro]",
    ],
)
def test_no_variation_where_it_means_nothing(name):
    gold, given = zoned()
    gold.relations = gold.boilerplate = []
    assert scored(gold, given, wanted=[name]).variation == []


def test_no_variation_without_zones_nor_beside_intervals():
    gold, given = zoned()
    gold.zones = None
    assert scored(gold, given, wanted=[STRICT]).variation == []
    many_gold, many_given = many(20)
    for one in many_gold:
        one.zones = zoned()[0].zones
    assert scored(many_gold, *many_given, wanted=[STRICT]).variation == []


def test_the_command_takes_resamples_and_seed(command, write):
    gold, given = many(40)
    files = write("gold.jsonl", *gold), write("run.jsonl", *given)
    arguments = [files[1], "--gold", files[0], "-m", STRICT, "--json"]
    found = json_of(command(*arguments, "--resamples", "50", "--seed", "3"))
    assert found["receipt"]["resamples"] == 50
    assert found["receipt"]["seed"] == 3
    status, out, err = command(*arguments[:-1], "--seed", "3")
    assert status == 0
    assert "resamples 1000 | seed 3" in out
    status, _, err = command(*arguments, "--resamples", "-1")
    assert status == 2
    assert "--resamples" in err


def test_the_command_says_variation_by_its_own_name(command):
    status, out, _ = command("--run", "rules")
    lines = [line for line in out.splitlines() if line.startswith("variation")]
    assert status == 0
    assert len(lines) == 2
    for line in lines:
        assert line.startswith(
            "variation within the article, which says nothing about other articles: "
        )
    found = json.loads(command("--run", "rules", "--json")[1])
    assert [each["measure"] for each in found["variation"]] == [
        "mentions.strict[level=NAM,VALUE]",
        "quotes.attributed",
    ]
