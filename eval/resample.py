"""Resampling of counts: the bootstrap, paired approximate randomisation, Holm's correction.

What is drawn are source articles, whole: a table has one row for each, with the counts of all
of its documents. Nothing here looks at a text again. The same seed gives the same draws, for
any number of measures and systems, so systems are compared over the same resamples.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import ceil, fsum, log2

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Counts = Floats | npt.NDArray[np.int32]
Table = Mapping[str, Counts]
"""By measure, shape (articles, 4): gold, predicted, matched, correct."""
_AT_ONCE = 2**19
"""How many draws are held at once: 4 MB of weights."""
_WORD = 32
"""Random bits are drawn in words, so that many rows at once end where a word ends."""


def bootstrap(table: Table, resamples: int, seed: int) -> dict[str, Floats]:
    """Return the sums of each resample, shape (resamples, 4), by measure.

    A resample has as many articles as the table, drawn with replacement (Efron 1979). The
    draws are those of ``default_rng(seed).integers(n, size=(resamples, n))``, as in
    ``scipy.stats.bootstrap`` and, but for its seed, in sacrebleu (whose paired tests take 0
    for no seed at all).
    """
    articles = _articles(table)
    random = np.random.default_rng(seed)

    def weights(rows: int) -> Floats:
        drawn = random.integers(articles, size=(rows, articles))
        drawn += np.arange(rows)[:, np.newaxis] * articles
        counted = np.bincount(drawn.ravel(), minlength=rows * articles)
        return counted.reshape(rows, articles).astype(np.float64)

    chunks = map(weights, _chunks(resamples, articles, 1))
    return _sums(table, chunks)


def randomised(
    one: Table, other: Table, resamples: int, seed: int
) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Return the sums of two systems whose articles are swapped at random, by measure.

    Under the null hypothesis it is chance which system gave which answers to an article, so
    each article's counts are swapped with probability one half (Noreen 1989). What only one
    system has counted, as a type that it alone predicts, counts 0 for the other. The draws are
    those of ``default_rng(seed).integers(2, size=(resamples, n), dtype=bool)``, as in
    sacrebleu: where one is true, the first system keeps its own.
    """
    articles = _articles(one)
    random = np.random.default_rng(seed)

    def kept(rows: int) -> Iterator[Floats]:
        drawn = random.integers(2, size=(rows, articles), dtype=bool)
        for part in np.array_split(drawn, max(1, drawn.size // _AT_ONCE)):
            yield part.astype(np.float64)

    chunks = (part for rows in _chunks(resamples, articles, _WORD) for part in kept(rows))
    none = np.zeros((articles, 4))
    names = sorted({*one, *other})
    both = [(one.get(name, none), other.get(name, none)) for name in names]
    moved = _sums({n: a - b for n, (a, b) in zip(names, both, strict=True)}, chunks)
    first = {n: _total(b) + moved[n] for n, (_, b) in zip(names, both, strict=True)}
    second = {n: _total(a) - moved[n] for n, (a, _) in zip(names, both, strict=True)}
    return first, second


def _articles(table: Table) -> int:
    return len(next(iter(table.values())))


def _chunks(resamples: int, articles: int, step: int) -> Iterator[int]:
    """Yield numbers of resamples that are drawn together, multiples of ``step`` but the last."""
    size = max(1, _AT_ONCE // max(articles, 1) // step) * step
    for first in range(0, resamples, size):
        yield min(size, resamples - first)


def _sums(table: Table, chunks: Iterator[Floats]) -> dict[str, Floats]:
    """Return the sums of each measure under rows of weights, without any rounding.

    Fractions, as B3 has them, are first taken to so many binary places that every partial sum
    is a whole number of them below 2**53, so no digit depends on the order in which a machine
    adds, nor on the other measures. That moves a cell by less than 2**-52 of the largest sum.
    """
    grains = {name: _grain(cells) for name, cells in table.items()}
    together = np.empty((_articles(table), 4 * len(table)))
    for number, (name, cells) in enumerate(table.items()):
        np.multiply(cells, grains[name], out=together[:, 4 * number : 4 * number + 4])
    np.rint(together, out=together)
    sums = np.concatenate([weights @ together for weights in chunks])
    parts = np.split(sums, len(table), axis=1)
    return {name: part / grains[name] for name, part in zip(table, parts, strict=True)}


def _grain(cells: Counts) -> float:
    """Return how many parts of 1 are told apart, a power of 2, so that sums are exact."""
    most = len(cells) * max(1.0, float(np.abs(cells).max(initial=0)))
    return 2.0 ** (52 - ceil(log2(most)))


def _total(cells: Counts) -> Floats:
    return np.array([fsum(column) for column in cells.T.tolist()])


def interval(values: Floats, confidence: float = 0.95) -> tuple[float, float]:
    """Return the percentile interval of resampled values, by linear interpolation.

    It is ``scipy.stats.bootstrap(method="percentile")`` but for the last digit; sacrebleu
    instead halves the distance of two order statistics and sets it around the mean.
    """
    tail = (1 - confidence) / 2
    low, high = np.quantile(values, (tail, 1 - tail)).tolist()
    return low, high


def p_value(resampled: Floats, observed: float) -> float:
    """Return the share of differences as large as the observed one, itself among them.

    So it is never 0. Differences as large count too, as in ``scipy.stats.permutation_test``
    and unlike sacrebleu, which counts larger ones only: between equal systems it is 1. A
    difference that is undefined counts as large.
    """
    smaller = np.abs(resampled) < abs(observed) - 1e-12
    return (1 + int((~smaller).sum())) / (1 + len(resampled))


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values adjusted for their number, in the order given (Holm 1979).

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    adjusted, least = [0.0] * len(p_values), 0.0
    for rank, number in enumerate(order):
        least = max(least, min(1.0, (len(p_values) - rank) * p_values[number]))
        adjusted[number] = least
    return adjusted
