"""Resampling of counts: the bootstrap, paired approximate randomisation, Holm's correction.

What is drawn are source articles, whole: a table has one row for each, with the counts of all
of its documents. Nothing here looks at a text again. The same seed gives the same draws, for
any number of measures and systems, so systems are compared over the same resamples.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Table = Mapping[str, Floats]
"""By measure, shape (articles, 4): gold, predicted, matched, correct."""
_AT_ONCE = 2**20
"""How many draws are held at once: 8 MB of weights."""
_WORD = 32
"""Random bits are drawn in words, so that many rows at once end where a word ends."""


def bootstrap(table: Table, resamples: int, seed: int) -> dict[str, Floats]:
    """Return the sums of each resample, shape (resamples, 4), by measure.

    A resample has as many articles as the table, drawn with replacement (Efron 1979). The
    draws are those of ``default_rng(seed).integers(n, size=(resamples, n))``, as in
    ``scipy.stats.bootstrap`` and, but for its seed, in sacrebleu.
    """
    articles = _articles(table)
    random = np.random.default_rng(seed)

    def weights(rows: int) -> Floats:
        drawn = [random.integers(articles, size=articles) for _ in range(rows)]
        counted = [np.bincount(each, minlength=articles) for each in drawn]
        return np.array(counted, dtype=np.float64)

    chunks = map(weights, _chunks(resamples, articles, 1))
    return _sums(table, chunks, resamples)


def randomised(
    one: Table, other: Table, resamples: int, seed: int
) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Return the sums of two systems whose articles are swapped at random, by measure.

    Under the null hypothesis it is chance which system gave which answers to an article, so
    each article's counts are swapped with probability one half (Noreen 1989). The draws are
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
    moved = _sums({name: cells - other[name] for name, cells in one.items()}, chunks, resamples)
    first = {name: other[name].sum(axis=0) + sums for name, sums in moved.items()}
    second = {name: one[name].sum(axis=0) - sums for name, sums in moved.items()}
    return first, second


def _articles(table: Table) -> int:
    return len(next(iter(table.values())))


def _chunks(resamples: int, articles: int, step: int) -> Iterator[int]:
    """Yield numbers of resamples that are drawn together, multiples of ``step`` but the last."""
    size = max(1, _AT_ONCE // max(articles, 1) // step) * step
    for first in range(0, resamples, size):
        yield min(size, resamples - first)


def _sums(table: Table, chunks: Iterator[Floats], resamples: int) -> dict[str, Floats]:
    """Return the sums of each measure under rows of weights.

    Whole numbers and halves are summed together, for they are exact in any order; other
    fractions by one product for each measure, so that no digit depends on the others.
    """
    exact = [name for name, cells in table.items() if (2 * cells == np.rint(2 * cells)).all()]
    alone = [name for name in table if name not in exact]
    together = np.concatenate([table[name] for name in exact], axis=1) if exact else None
    found = {name: np.empty((resamples, cells.shape[1])) for name, cells in table.items()}
    first = 0
    for weights in chunks:
        rows = slice(first, first + len(weights))
        first += len(weights)
        if together is not None:
            parts = np.split(weights @ together, len(exact), axis=1)
            for name, part in zip(exact, parts, strict=True):
                found[name][rows] = part
        for name in alone:
            found[name][rows] = weights @ table[name]
    return found


def interval(values: Floats, confidence: float = 0.95) -> tuple[float, float]:
    """Return the percentile interval of resampled values, by linear interpolation.

    It is ``scipy.stats.bootstrap(method="percentile")``; sacrebleu instead halves the distance
    of two order statistics and sets it around the mean of the resamples.
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
