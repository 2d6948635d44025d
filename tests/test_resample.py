"""Resampling of counts and F1 of its sums, against worked cases, exact draws and definitions."""

import itertools
from math import fsum

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_documents import answer, doc, named, predictions

from goldwire.eval import resample
from goldwire.eval.count import CountTable
from goldwire.eval.figures import mean_of, over_types, ratios
from goldwire.eval.measure import Measure
from goldwire.eval.plan import components
from goldwire.eval.resample import bootstrap, holm, interval, p_value, randomised
from goldwire.eval.score import How, judged
from goldwire.eval.statistic import f1, f1_of, mean_of_all
from goldwire.eval.table import HEADLINES, MEASURES

EVERY_CHUNK = pytest.mark.parametrize("held", [1, 40, 700, 2**13, 2**20])
SHAPES = pytest.mark.parametrize(("resamples", "articles"), [(1, 1), (31, 7), (97, 20), (64, 33)])


def counts(articles, seed=0, parts=1):
    """Random counts by article; ``parts`` of 3 make thirds, which no sum has exactly."""
    rng = np.random.default_rng(seed)
    gold, predicted = rng.integers(0, 9 * parts, size=(2, articles))
    matched, correct = (rng.integers(0, 1 + np.minimum(gold, predicted)) for _ in range(2))
    return np.stack([gold, predicted, matched, correct], axis=1) / parts


def mixed(articles, seed=0):
    return {
        name: counts(articles, 4 * seed + n, parts)
        for n, (name, parts) in enumerate({"whole": 1, "half": 2, "third": 3, "ninth": 9}.items())
    }


def equal(one, other, names=None):
    return all(np.array_equal(one[name], other[name]) for name in names or one)


# Draws.


@EVERY_CHUNK
@SHAPES
def test_bootstrap_sums_the_articles_that_are_drawn(monkeypatch, held, resamples, articles):
    monkeypatch.setattr(resample, "_AT_ONCE", held)
    table = mixed(articles)
    drawn = np.random.default_rng(5).integers(articles, size=(resamples, articles))
    found = bootstrap(table, resamples, 5)
    for name, cells in table.items():
        expected = cells[drawn].sum(axis=1)
        assert found[name] == pytest.approx(expected, abs=1e-12)
        assert name not in ("whole", "half") or np.array_equal(found[name], expected)


@EVERY_CHUNK
@SHAPES
def test_randomised_keeps_where_the_draw_is_true(monkeypatch, held, resamples, articles):
    monkeypatch.setattr(resample, "_AT_ONCE", held)
    one, other = mixed(articles), mixed(articles, 1)
    kept = np.random.default_rng(5).integers(2, size=(resamples, articles), dtype=bool)
    first, second = randomised(one, other, resamples, 5)
    for name in one:
        for found, (stays, comes) in ((first, (one, other)), (second, (other, one))):
            rows = np.where(kept[:, :, None], stays[name], comes[name])
            expected = rows.sum(axis=1)
            assert found[name] == pytest.approx(expected, abs=1e-12)
            assert name not in ("whole", "half") or np.array_equal(found[name], expected)


def test_a_large_table_is_drawn_in_chunks_of_the_usual_size():
    """40,000 articles and 40 resamples are 1.6 million draws, more than are held at once."""
    one, other = ({"a": counts(40_000, seed)} for seed in (1, 2))
    drawn = np.random.default_rng(5).integers(40_000, size=(40, 40_000))
    assert np.array_equal(bootstrap(one, 40, 5)["a"], one["a"][drawn].sum(axis=1))
    kept = np.random.default_rng(5).integers(2, size=(40, 40_000), dtype=bool)
    first, _ = randomised(one, other, 40, 5)
    assert np.array_equal(first["a"], kept @ one["a"] + ~kept @ other["a"])


def test_a_seed_gives_its_own_digits_again_and_0_is_a_seed():
    one, other = mixed(25), mixed(25, 1)
    for draw in (lambda seed: bootstrap(one, 50, seed), lambda s: randomised(one, other, 50, s)[0]):
        assert equal(draw(0), draw(0))
        assert equal(draw(1), draw(1))
        assert not equal(draw(0), draw(1), ["whole"])
        assert not equal(draw(0), draw(2), ["whole"])


def test_digits_of_a_measure_do_not_depend_on_the_other_measures_or_their_order():
    one, other = mixed(37), mixed(37, 1)
    every = bootstrap(one, 300, 0), *randomised(one, other, 300, 0)
    names = list(one)
    for size in (1, 2, 3, 4):
        for chosen in itertools.permutations(names, size):
            some, others = ({name: side[name] for name in chosen} for side in (one, other))
            found = bootstrap(some, 300, 0), *randomised(some, others, 300, 0)
            assert list(found[0]) == list(chosen)
            assert all(equal(a, b) for a, b in zip(found, every, strict=True))


def test_sides_are_drawn_together():
    """Both measures and both systems get the same articles, so equal counts stay equal."""
    a, b = counts(30, parts=3), counts(30, 1)
    found = bootstrap({"x": a, "y": b, "z": a}, 100, 0)
    assert np.array_equal(found["x"], found["z"])
    first, second = randomised({"x": a, "y": b}, {"x": a, "y": counts(30, 2)}, 100, 0)
    assert np.array_equal(first["x"], second["x"])
    total = b.sum(axis=0) + counts(30, 2).sum(axis=0)
    assert (first["y"] + second["y"] == total).all()


def test_one_article_is_always_drawn():
    cells = np.array([[3.0, 2, 1, 1]])
    assert np.array_equal(bootstrap({"a": cells}, 5, 0)["a"], np.repeat(cells, 5, axis=0))


# Intervals.


def test_interval_interpolates_between_order_statistics():
    # 2.5 % and 97.5 % of the way from 0 to 1000, and of the way from 10 to 12.
    assert interval(np.arange(1001.0)[::-1]) == pytest.approx((25, 975), abs=1e-12)
    assert interval(np.array([12.0, 10.0])) == pytest.approx((10.05, 11.95), abs=1e-15)
    assert interval(np.arange(11.0), confidence=0.8) == pytest.approx((1, 9), abs=1e-15)


# p-values.


def test_p_value_counts_the_observed_difference_and_those_as_large():
    # As large as .25 are .25, -.25 and -.5: (3 + 1) / (6 + 1).
    drawn = np.array([0.0, 0.125, 0.25, -0.25, -0.125, -0.5])
    assert p_value(drawn, 0.25) == p_value(drawn, -0.25) == 4 / 7
    assert p_value(drawn, 0.75) == 1 / 7
    assert p_value(drawn, 0.0) == 1


def test_p_value_takes_differences_for_equal_that_only_rounding_tells_apart():
    assert p_value(np.array([0.1 + 0.2, 0.3, -0.3]), 0.1 + 0.2) == 1
    assert p_value(np.array([0.3 - 1e-9]), 0.3) == 1 / 2


def test_p_value_counts_undefined_differences_as_large():
    # NaN, NaN and .5 of four: (3 + 1) / (4 + 1).
    assert p_value(np.array([np.nan, 0.5, 0.0, np.nan]), 0.5) == 4 / 5


@given(st.lists(st.floats(-1, 1), max_size=30), st.floats(-1, 1))
def test_p_value_is_never_0_nor_above_1_and_sign_does_not_matter(drawn, observed):
    drawn = np.array(drawn)
    found = p_value(drawn, observed)
    assert 1 / (1 + len(drawn)) <= found <= 1
    assert p_value(-drawn, observed) == p_value(drawn, -observed) == found


def test_equal_systems_have_a_p_value_of_1():
    for parts in (1, 3):
        table = {"a": counts(30, parts=parts)}
        one, other = randomised(table, table, 200, 0)
        assert p_value(f1(one["a"]) - f1(other["a"]), 0.0) == 1


# Holm's correction.


def test_holm_by_hand():
    # In order: .005 * 4, .01 * 3, .03 * 2, and .04 * 1, which is raised to .06.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02], abs=1e-15)
    # Of ties the first to be met has the larger factor, and the other is raised to it.
    assert holm([0.02, 0.01, 0.02]) == pytest.approx([0.04, 0.03, 0.04], abs=1e-15)
    assert holm([0.5, 0.4, 1.0]) == [1, 1, 1]
    assert holm([0.2]) == [0.2]
    assert holm([]) == []


P_VALUES = st.lists(st.integers(1, 60).map(lambda n: n / 60) | st.floats(1e-6, 1), max_size=12)


@given(P_VALUES)
def test_holm_equals_its_definition(given_):
    """The most that p-values no larger have, each times the number of those no smaller."""
    expected = [
        max(min(1.0, q * sum(r >= q for r in given_)) for q in given_ if q <= p) for p in given_
    ]
    assert holm(given_) == expected


@given(P_VALUES, st.floats(0.001, 0.999))
def test_holm_rejects_what_the_step_down_procedure_rejects(given_, alpha):
    """From the smallest on, until the first that is above alpha by the number of those left."""
    left, rejected = sorted(given_), set()
    while left and left[0] * len(left) <= alpha:
        rejected.add(left.pop(0))
    assert {p for p, q in zip(given_, holm(given_), strict=True) if q <= alpha} == rejected


@given(P_VALUES, st.randoms())
def test_holm_keeps_order_and_is_between_plain_and_bonferroni(given_, random):
    found = holm(given_)
    assert all(p <= q <= min(1, p * len(given_)) for p, q in zip(given_, found, strict=True))
    ranked = [q for _, q in sorted(zip(given_, found, strict=True))]
    assert ranked == sorted(ranked)
    order = random.sample(range(len(given_)), len(given_))
    assert holm([given_[n] for n in order]) == [found[n] for n in order]


# F1 of many sums, against the figures of one.


NUMBERS = st.integers(0, 40).map(float) | st.integers(1, 300).map(lambda n: n / 7)
ROW = st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS, st.booleans()).map(
    lambda n: (n[0], n[1], min(n[:3]), min(n[:3]) if n[4] else min(n[1], n[3]))
)
ROWS = st.lists(ROW, min_size=1, max_size=6)


def sums_of(columns):
    """Rows of sums by measure, from names with one row each or several."""
    return {name: np.array(rows, dtype=np.float64).reshape(-1, 4) for name, rows in columns.items()}


def number(value):
    return np.nan if value is None else value


@pytest.mark.parametrize("name", [name for name, row in MEASURES.items() if not row.of])
@settings(max_examples=15)
@given(rows=ROWS)
def test_f1_is_that_of_figures_to_the_last_digit(name, rows):
    expected = [number(ratios((*row, 0, 0))[2]) for row in rows]
    found = f1_of(Measure(name), sums_of({name: rows}))
    assert np.array_equal(found, expected, equal_nan=True)


def test_f1_of_whole_counts_where_nothing_is_there():
    # Nothing on either side, no prediction, no gold, none that match, and the plain case.
    rows = [(0, 0, 0, 0), (5, 0, 0, 0), (0, 5, 0, 0), (5, 5, 0, 0), (4, 6, 3, 3), (4, 6, 2, 3)]
    # In the last P is 3/6 and R 2/4: .5.
    assert f1(np.array(rows, dtype=float))[1:].tolist() == [0, 0, 0, 0.6, 0.5]
    assert np.isnan(f1(np.array(rows[:1], dtype=float))).all()


@pytest.mark.parametrize("name", ["coref.blanc", "coref.conll", "coref.blanc[level=NAM]"])
@settings(max_examples=100)
@given(data=st.data(), size=st.integers(1, 4))
def test_f1_of_means_over_measures_is_that_of_figures(name, data, size):
    measure = Measure.parse(name)
    some = st.lists(ROW | st.just((0.0, 0.0, 0.0, 0.0)), min_size=size, max_size=size)
    columns = {str(part): data.draw(some) for part in components(measure)}
    each = [{part: (*rows[n], 0, 0) for part, rows in columns.items()} for n in range(size)]
    expected = [number(mean_of(measure, totals)[2]) for totals in each]
    found = f1_of(measure, sums_of(columns))
    assert found.tolist() == pytest.approx(expected, abs=1e-15, nan_ok=True)
    if len(columns) == 2:  # a sum of two is rounded once in any order
        assert np.array_equal(found, expected, equal_nan=True)


MACRO = [name for name, row in MEASURES.items() if "macro" in row.options().get("average", ())]
OTHERS = {"mentions.strict[level=NAM,type=GPE]": (9.0, 9.0, 9.0, 9.0), "text.char": (9.0,) * 4}


@pytest.mark.parametrize("name", MACRO)
@settings(max_examples=25)
@given(rows=ROWS, scarce=st.booleans())
def test_f1_of_a_mean_over_types_is_that_of_figures(name, rows, scarce):
    """Types that gold has not, other measures and the measure itself leave it as it is."""
    labels = MEASURES[name].options()["type"][: len(rows)]
    rows = [row if scarce else (row[0] + 5 * (row[0] > 0), *row[1:]) for row in rows]
    typed = {str(Measure.of(name, type=k)): row for k, row in zip(labels, rows, strict=False)}
    measure = Measure.of(name, average="macro")
    sums = sums_of({**OTHERS, name: (9, 9, 9, 9), **typed})
    for kept in (typed, dict([*typed.items()][:2])):
        asked = measure if kept is typed else measure.where(type=tuple(labels[:2]))
        known = [ratios((*row, 0, 0))[2] for row in kept.values() if row[0]]
        expected = fsum(known) / len(known) if known else np.nan
        assert f1_of(asked, sums).item() == pytest.approx(expected, abs=1e-15, nan_ok=True)
        shown = over_types(asked, {key: (*row, 0, 0) for key, row in kept.items()})[0][2]
        assert shown is None or shown == expected


def test_a_mean_over_types_is_over_those_that_gold_has_in_each_resample():
    # F1 is 1 and .5 by type; then gold lacks the second, then both, while both are predicted.
    one = [(4, 4, 4, 4), (4, 4, 4, 4), (0, 3, 0, 0)]
    other = [(4, 4, 2, 2), (0, 4, 0, 0), (0, 3, 0, 0)]
    sums = sums_of({"mentions.strict[type=GPE]": one, "mentions.strict[type=ORG]": other})
    found = f1_of(Measure.of("mentions.strict", average="macro"), sums)
    assert found[:2].tolist() == [0.75, 1]
    assert np.isnan(found[2])


@given(st.data())
def test_mean_of_all_is_the_mean_and_undefined_if_one_part_is(data):
    measures = [*HEADLINES.values()]
    rows = {str(each): data.draw(ROW) for each in measures}
    parts = [ratios((*row, 0, 0))[2] for row in rows.values()]
    expected = np.nan if None in parts else fsum(parts) / 4
    found = mean_of_all(measures, sums_of(rows))
    assert found.tolist() == pytest.approx([expected], abs=1e-15, nan_ok=True)


# Counts by source article.


def test_by_source_sums_the_variants_of_an_article():
    table = CountTable()
    table.add("a", [0, 2, 3], [(1, 2, 1, 1, 0, 0), (4, 4, 3, 3, 0, 0), (5, 6, 4, 4, 2, 1)])
    table.add("a", [1], [(2, 0, 0, 0, 0, 0)])
    table.add("b", [3], [(7, 7, 7, 7, 0, 0)])
    # Documents 0 and 3 are of article 0, 1 of article 1, 2 of article 2; article 3 has none left.
    found = table.by_source(np.array([0, 1, 2, 0, 3]))
    assert found["a"].tolist() == [[6, 8, 5, 5], [2, 0, 0, 0], [4, 4, 3, 3], [0, 0, 0, 0]]
    assert found["b"].tolist() == [[7, 7, 7, 7], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]


@given(st.randoms(use_true_random=False))
def test_by_source_has_the_same_digits_whatever_the_order_and_the_blocks(random):
    sources = np.array([random.randrange(6) for _ in range(30)] + [6])
    cells = np.concatenate([counts(31, parts=7), counts(31, 1, 3)[:, :2]], axis=1)
    tables = []
    for _ in range(2):
        order, table = random.sample(range(31), 31), CountTable()
        while order:
            block = [order.pop() for _ in range(random.randint(1, len(order)))]
            other = CountTable()
            other.add("a", block, cells[block])
            table.merge(other)
        tables.append(table.by_source(sources)["a"])
    assert np.array_equal(*tables)
    assert tables[0].sum(axis=0) == pytest.approx(cells.sum(axis=0)[:4], abs=1e-12)
    for source in range(7):
        assert tables[0][source] == pytest.approx(cells[sources == source, :4].sum(axis=0))


def test_by_source_of_a_run_follows_variants_whatever_the_order():
    gold = [doc(name, mentions=named(range(n), "ORG")) for n, name in enumerate("abcde", 1)]
    gold[1].variant_of, gold[4].variant_of = "d", "b"  # b, d and e are one article
    given_ = [answer(name, mentions=named(range(2), "ORG")) for name in "abcde"]
    for some, run in ((gold, given_), (gold[::-1], given_[::-1])):
        found = judged(some, predictions(*run), ["mentions.strict"], False, How())
        rows = found.table.by_source(found.gold.sources)["mentions.strict"]
        assert rows.tolist() == [[1, 2, 1, 1], [2 + 4 + 5, 6, 6, 6], [3, 2, 2, 2]]
