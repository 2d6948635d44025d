"""Resampling against SciPy, sacrebleu, scikit-learn and all swaps, over one table of counts."""

import itertools
from types import SimpleNamespace

import numpy as np
import pytest
from sacrebleu import significance
from scipy import stats
from sklearn.utils import resample as resampled_rows

from goldwire.eval.resample import bootstrap, interval, p_value, randomised
from goldwire.eval.statistic import f1, mean_of_all
from goldwire.eval.table import HEADLINES

SEEDS = pytest.mark.parametrize("seed", range(6))
BATCHES = pytest.mark.parametrize(
    "more", [{"vectorized": True}, {"vectorized": True, "batch": 10}, {"vectorized": False}]
)


def counts(articles, seed, share=0.7, parts=1):
    """Counts of a system that finds ``share`` of one gold; ``parts`` of 3 make them thirds."""
    rng, gold = np.random.default_rng((seed, 1)), np.random.default_rng(articles)
    gold = gold.integers(0, 12, size=articles) * parts
    matched = rng.binomial(gold, share)
    predicted = matched + rng.integers(0, 4 * parts, size=articles)
    correct = np.minimum(predicted, matched + rng.integers(0, 2, size=articles))
    return np.stack([gold, predicted, matched, correct], axis=1) / parts


def whole(cells):
    """The F1 of all articles together."""
    return f1(cells.sum(axis=0)[None]).item()


def f1_along(*columns, axis=-1):
    """F1 of columns of counts that are summed along an axis, from precision and recall."""
    gold, predicted, matched, correct = (np.sum(each, axis=axis) for each in columns)
    precision, recall = correct / predicted, matched / gold
    return 2 * precision * recall / (precision + recall)


def same_f1_along(*columns, axis=-1):
    """The same by our own formula, so that no digit may differ."""
    sums = np.stack([np.sum(each, axis=axis) for each in columns], axis=-1)
    return f1(sums.reshape(-1, 4)).reshape(sums.shape[:-1])[()]


def scipy_bootstrap(columns, statistic, resamples, seed, **more):
    options = {"n_resamples": resamples, "paired": True, "method": "percentile", **more}
    random = np.random.default_rng(seed)
    return stats.bootstrap(tuple(columns), statistic, random_state=random, **options)


# SciPy's bootstrap. Its draws are ours. Its ends are interpolated by another formula, so they may
# differ in the last digit.


@BATCHES
@SEEDS
def test_bootstrap_is_scipys(seed, more):
    cells = counts(20 + 7 * seed, seed)
    found = f1(bootstrap({"a": cells}, 499, seed)["a"])
    expected = scipy_bootstrap(cells.T, same_f1_along, 499, seed, **more)
    assert np.array_equal(found, expected.bootstrap_distribution)
    assert interval(found) == pytest.approx(tuple(expected.confidence_interval), abs=1e-15)


@SEEDS
@pytest.mark.parametrize("confidence", [0.8, 0.95])
def test_bootstrap_of_fractions_is_scipys(seed, confidence):
    cells = counts(20 + 7 * seed, seed, parts=3)
    found = f1(bootstrap({"a": cells}, 999, seed)["a"])
    expected = scipy_bootstrap(cells.T, f1_along, 999, seed, confidence_level=confidence)
    assert found == pytest.approx(expected.bootstrap_distribution, abs=1e-14)
    ends = tuple(expected.confidence_interval)
    assert interval(found, confidence) == pytest.approx(ends, abs=1e-14)


@SEEDS
def test_the_interval_of_a_difference_of_means_is_scipys_paired_one(seed):
    """Four measures of two systems are 32 columns, whose rows are drawn together."""
    names = list(map(str, HEADLINES.values()))
    one, other = (
        {name: counts(40, 8 * seed + n + 4 * side, 0.6 + side / 10) for n, name in enumerate(names)}
        for side in (0, 1)
    )

    def mean(columns, axis):
        parts = [f1_along(*columns[n : n + 4], axis=axis) for n in (0, 4, 8, 12)]
        return sum(parts) / 4

    def gap(*columns, axis=-1):
        return mean(columns[:16], axis) - mean(columns[16:], axis)

    columns = np.concatenate([*one.values(), *other.values()], axis=1).T
    expected = scipy_bootstrap(columns, gap, 499, seed)
    ours = [mean_of_all([*HEADLINES.values()], bootstrap(t, 499, seed)) for t in (one, other)]
    ends = tuple(expected.confidence_interval)
    assert interval(ours[0] - ours[1]) == pytest.approx(ends, abs=1e-14)


# scikit-learn draws by another generator, so the figures are those of another simulation.


@pytest.mark.parametrize("seed", range(2))
def test_bootstrap_is_distributed_as_with_scikit_learn(seed):
    cells = counts(30, seed)
    found = f1(bootstrap({"a": cells}, 2000, seed)["a"])
    random = np.random.RandomState(seed)
    sums = [resampled_rows(cells, random_state=random).sum(axis=0) for _ in range(2000)]
    peers = f1(np.array(sums))
    assert stats.ks_2samp(found, peers).pvalue > 0.001
    low, high = interval(found)
    error = 4 * (2 * 0.025 * 0.975 / 2000) ** 0.5
    assert np.mean(peers < low) == pytest.approx(0.025, abs=error)
    assert np.mean(peers > high) == pytest.approx(0.025, abs=error)


# sacrebleu.


class Metric:
    """F1 in the form of sacrebleu's metrics; "hypotheses" are counts by article."""

    def _extract_corpus_statistics(self, hypotheses, _references):
        return hypotheses

    def _compute_score_from_stats(self, sums):
        return SimpleNamespace(score=f1(np.array([sums], dtype=np.float64)).item())

    def _aggregate_and_compute(self, rows):
        return self._compute_score_from_stats(np.sum(rows, axis=0))


def sacrebleu_p(test, one, other, resamples, seed):
    """The p-value of one of sacrebleu's two paired tests; the first system is the baseline."""
    baseline = {"F1": (one, significance.Result(whole(one)))}
    _, found = test(baseline, "other", other, None, {"F1": Metric()}, resamples, seed=seed)
    return found["F1"].p_value


def sacrebleu_scores(cells):
    _, found = significance._bootstrap_resample(cells, Metric(), 1000)
    return np.array([each.score for each in found])


@pytest.mark.parametrize("seed", [None, 0, 7])
def test_bootstrap_is_sacrebleus_but_for_its_default_seed(monkeypatch, seed):
    """It takes its seed, 12345 if none is set, from the environment; it sums 32-bit floats."""
    monkeypatch.delenv("SACREBLEU_SEED", raising=False)
    if seed is not None:
        monkeypatch.setenv("SACREBLEU_SEED", str(seed))
    for parts, digits in ((1, 0), (3, 1e-5)):
        cells = counts(40, 3, parts=parts)
        found = f1(bootstrap({"a": cells}, 1000, 12345 if seed is None else seed)["a"])
        assert found == pytest.approx(sacrebleu_scores(cells), abs=digits, rel=0)


def test_the_interval_is_of_the_order_statistics_that_sacrebleu_takes_but_not_its_own(monkeypatch):
    """Of 1000 it halves the distance of the 26th and the 975th and sets it around their mean."""
    monkeypatch.setenv("SACREBLEU_SEED", "0")
    cells = counts(20, 5, 0.9)
    scores = np.sort(sacrebleu_scores(cells))
    mean, half = significance.estimate_ci(scores)
    assert half == (scores[974] - scores[25]) / 2
    low, high = interval(f1(bootstrap({"a": cells}, 1000, 0)["a"]))
    # Ours are interpolated between neighbours of those two, and keep the skew of the resamples.
    assert scores[24] <= low <= scores[25]
    assert scores[974] <= high <= scores[975]
    assert (high - low) / 2 == pytest.approx(half, abs=1e-3)
    assert mean - half - low > 1e-3


@SEEDS
def test_randomisation_is_sacrebleus_but_for_differences_as_large(seed):
    """With the same draws it counts larger differences only, we those that are as large too."""
    one, other = counts(12, 2 * seed, 0.5), counts(12, 2 * seed + 1)
    first, second = (f1(each["a"]) for each in randomised({"a": one}, {"a": other}, 1000, seed))
    drawn, observed = np.abs(first - second), abs(whole(one) - whole(other))
    theirs = sacrebleu_p(significance._paired_ar_test, one, other, 1000, seed)
    assert theirs == (1 + (drawn > observed).sum()) / 1001
    as_large = (np.abs(drawn - observed) < 1e-12) & (drawn <= observed)
    ours = p_value(first - second, observed)
    assert ours == pytest.approx(theirs + as_large.sum() / 1001, abs=1e-15)


def test_equal_systems_differ_by_chance_for_us_and_not_for_sacrebleu():
    cells = counts(12, 0)
    first, second = randomised({"a": cells}, {"a": cells}, 99, 0)
    assert p_value(f1(first["a"]) - f1(second["a"]), 0.0) == 1
    for test in (significance._paired_ar_test, significance._paired_bs_test):
        assert sacrebleu_p(test, cells, cells, 99, 0) == 1 / 100


@SEEDS
@pytest.mark.parametrize("share", [0.6, 0.68])
def test_paired_bootstrap_is_sacrebleus_but_for_the_side_of_differences(seed, share):
    """It centres their size and so tests one side, we centre them with their sign and test both.

    So ours is never the smaller.
    """
    one, other = counts(40, 2 * seed, share), counts(40, 2 * seed + 1)
    drawn = [f1(bootstrap({"a": side}, 1000, seed)["a"]) for side in (one, other)]
    moved, observed = drawn[0] - drawn[1], whole(one) - whole(other)
    size = np.abs(moved)
    theirs = sacrebleu_p(significance._paired_bs_test, one, other, 1000, seed)
    assert theirs == (1 + (size - size.mean() > abs(observed)).sum()) / 1001
    assert p_value(moved - moved.mean(), observed) >= theirs


# All swaps, and SciPy's permutation test.


def all_swaps(one, other):
    """The share of 2^n swaps whose difference is as large as the one observed, and that one."""
    kept = np.array(list(itertools.product([True, False], repeat=len(one))))[:, :, None]
    first, second = (np.where(kept, *pair).sum(axis=1) for pair in ((one, other), (other, one)))
    observed = whole(one) - whole(other)
    return (np.abs(f1(first) - f1(second)) >= abs(observed) - 1e-12).mean(), observed


def permutation(one, other, resamples, seed):
    """SciPy's p-value; what it swaps are the numbers of rows."""
    rows, numbers = np.concatenate([one, other]), np.arange(2 * len(one))

    def gap(first, second, axis):
        shape = first.shape[:-1]
        sides = [rows[each.astype(int)].sum(axis=-2).reshape(-1, 4) for each in (first, second)]
        return (f1(sides[0]) - f1(sides[1])).reshape(shape)[()]

    data = numbers[: len(one)].astype(float), numbers[len(one) :].astype(float)
    options = {"permutation_type": "samples", "vectorized": True, "n_resamples": resamples}
    random = np.random.default_rng(seed)
    return stats.permutation_test(data, gap, axis=-1, random_state=random, **options)


def test_all_swaps_by_hand():
    # F1 is 8 / 10 and 4 / 10. The second article alone differs, so any swap leaves .4 or -.4.
    one = np.array([[2.0, 2, 2, 2], [3, 3, 2, 2]])
    other = np.array([[2.0, 2, 2, 2], [3, 3, 0, 0]])
    assert all_swaps(one, other) == (1, pytest.approx(0.4, abs=1e-15))
    # A third like the second: 12 / 16 and 4 / 16; both swapped or none are as large, 4 of 8.
    assert all_swaps(*(np.append(side, side[1:], axis=0) for side in (one, other))) == (0.5, 0.5)


@SEEDS
def test_p_value_approximates_all_swaps(seed):
    """Eight articles have 256 swaps, as in SciPy's exact test; we draw 20,000 at random."""
    one, other = counts(8, 2 * seed, 0.5), counts(8, 2 * seed + 1)
    share, observed = all_swaps(one, other)
    # Every difference has its negative among the swaps, so twice one tail is both tails.
    assert permutation(one, other, np.inf, 0).pvalue == pytest.approx(share, abs=1e-15)
    first, second = randomised({"a": one}, {"a": other}, 20_000, seed)
    found = p_value(f1(first["a"]) - f1(second["a"]), observed)
    error = (share * (1 - share) / 20_000) ** 0.5
    assert found == pytest.approx(share, abs=4 * error + 1 / 20_000)


@SEEDS
def test_p_value_is_scipys_within_simulation_error(seed):
    """With random swaps SciPy doubles the smaller tail, where we count both: twice the error."""
    one, other = counts(30, 2 * seed, 0.62, parts=3), counts(30, 2 * seed + 1, parts=3)
    expected = permutation(one, other, 4000, seed)
    first, second = (f1(each["a"]) for each in randomised({"a": one}, {"a": other}, 4000, seed))
    found = p_value(first - second, expected.statistic)
    error = (found * (1 - found) / 4000) ** 0.5
    assert found == pytest.approx(expected.pvalue, abs=4 * 5**0.5 * error + 1 / 4000)


def test_p_values_of_systems_of_one_quality_are_uniform():
    """Of 400 pairs that differ by chance a tenth, a fourth and a half are below such levels."""
    found = []
    for seed in range(400):
        one, other = ({"a": counts(25, 2 * seed + side)} for side in (0, 1))
        first, second = (f1(each["a"]) for each in randomised(one, other, 199, seed))
        found.append(p_value(first - second, whole(one["a"]) - whole(other["a"])))
    for level in (0.1, 0.25, 0.5):
        error = (level * (1 - level) / 400) ** 0.5
        assert np.mean(np.array(found) <= level) == pytest.approx(level, abs=4 * error)
