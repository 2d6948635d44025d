"""The simulation behind eval/UNCERTAINTY.md: its model is as told, and its tables can be made."""

import re

import numpy as np
import pytest
import simulate
from simulate import (
    ALIKE,
    BEGIN,
    BETWEEN,
    COMMON,
    END,
    KINDS,
    LEVELS,
    MENTIONS,
    MIDDLE,
    NORMAL,
    PAGE,
    QUOTES,
    RARE,
    Sample,
    intervals,
    measure,
    page,
    reached,
    rejected,
    shared,
)

from goldwire.eval.resample import bootstrap
from goldwire.eval.statistic import f1
from goldwire.eval.uncertainty import bounds


def close(values, wanted):
    """Return whether the mean of equal parts of a sample is what is wanted, within its error."""
    return abs(values.mean() - wanted) < 4.5 * values.std() / np.sqrt(len(values))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_true_f1_is_the_level(kind):
    parts, articles = 60, 40_000 // round(kind.mean + 1)
    sample = Sample(kind, (parts, articles), np.random.default_rng(1))
    for level in LEVELS:
        sums = sample.cells(level).sum(axis=1)
        # 2TP - p (gold + predicted) is 0 on average if and only if the F1 of all news is p.
        assert close(2 * sums[:, 2] - level * (sums[:, 0] + sums[:, 1]), 0)
        assert close(sums[:, 0] - sums[:, 1], 0)
        assert f1(sums.sum(axis=0)[None])[0] == pytest.approx(level, abs=0.02)
    assert close((sample.cells(0.5)[:, :, 0] == 0).mean(axis=1), kind.none)


@pytest.mark.parametrize("alike", ALIKE)
def test_two_systems_share_as_many_errors_as_told(alike):
    sample = Sample(MENTIONS, (50, 400), np.random.default_rng(2), 2, alike)
    one, other = sample.hard > NORMAL.inv_cdf(MIDDLE)
    part = sample.owner // 400 % 50
    both, first = (np.bincount(part[errs], minlength=50) for errs in (one & other, one))
    assert close(both - shared(alike) * first, 0)


def test_items_of_an_article_are_as_hard_together_as_told():
    number = 50_000
    sample = Sample(QUOTES, (1, number), np.random.default_rng(3))
    owners, first = np.unique(sample.owner, return_index=True)
    hard = np.full(2 * number, np.nan)
    hard[owners] = sample.hard[0][first]
    gold, absent = hard.reshape(2, number)
    both = ~np.isnan(gold + absent)
    assert np.corrcoef(gold[both], absent[both])[0, 1] == pytest.approx(BETWEEN, abs=0.02)
    assert (np.nanmean(hard), np.nanstd(hard)) == pytest.approx((0, 1), abs=0.02)


def test_an_interval_is_the_one_that_goldwire_gives():
    found = intervals(RARE, 50, 3, 7)
    random = np.random.default_rng([7, KINDS.index(RARE), 50])
    sample = Sample(RARE, (3, 50), random)
    seed = int(random.integers(2**31))
    for level in LEVELS:
        for trial, cells in enumerate(sample.cells(level)):
            drawn = bootstrap({"m": cells}, simulate.RESAMPLES, seed)["m"]
            (low, high), reason = bounds(f1(drawn))
            each = found[level]
            assert each.given[trial] == (low is not None)
            assert each.undefined[trial] == reason.startswith("undefined")
            if low is not None:
                assert (each.low[trial], each.high[trial]) == (low, high)
                assert each.covers[trial] == (low <= level <= high)
            assert each.reach[trial] == (cells[:, 0] + cells[:, 1] > 0).sum()


def test_a_large_difference_is_found_and_none_is_not():
    found = rejected(MENTIONS, 0.85, 200, 40, 1)
    assert found[10] == 1
    assert found[0] < 0.3
    assert found[0] <= found[2] <= found[5]


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ((0.9, 1, 1), "20 or fewer"),
        ((0.1, 0.8, 1), "200"),
        ((0.1, 0.7, 0.9), "630"),  # half way between 200 and 2000, by their ratio
        ((0.1, 0.2, 0.3), "more than 2,000"),
    ],
)
def test_articles_needed_lie_between_those_of_the_grid(values, found):
    assert reached((20, 200, 2000), values, 0.8) == found


def test_a_small_run_fills_all_tables():
    found = page(measure(4, 1, (5, 20, 50), (20, 50)))
    rows = [line for line in found.splitlines() if line.startswith("| ")]
    heads = 4
    intervals_rows, reach_rows = len(KINDS) * 3, len(KINDS) * len(LEVELS)
    tests_rows, needed_rows = len(COMMON) * len(ALIKE) * 2, len(COMMON) * (len(ALIKE) + 1)
    wanted = 2 * heads + intervals_rows + reach_rows + tests_rows + needed_rows
    assert len(rows) == wanted
    assert "nan" not in found
    assert page(measure(4, 1, (5, 20, 50), (20, 50))) == found


def test_the_page_tells_the_numbers_of_the_model():
    text = re.sub(r"\s+", " ", PAGE.read_text("utf-8"))
    for kind in KINDS:
        row = f"| {kind.mean:g} | {kind.shape:g} | {100 * kind.none:.0f} % |"
        assert re.search(rf"\| {kind.name}[^|]* {re.escape(row)}", text), kind.name
    for alike in ALIKE:
        assert f"{alike:g}"[1:] in text
        assert f"{100 * shared(alike):.0f} %" in text
    assert BETWEEN == 1 / 5
    assert "A fifth of the variance" in text
    assert text.count(BEGIN) == text.count(END) == 1
    for step in (1, -1):
        own = NORMAL.inv_cdf(MIDDLE) - step * np.sqrt(BETWEEN)
        assert f"{NORMAL.cdf(own / np.sqrt(1 - BETWEEN)):.2f}"[1:] in text
