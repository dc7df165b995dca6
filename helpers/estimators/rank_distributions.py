"""Distributions of rank sums where nothing differs, and the limits of a shift that they give."""

from functools import cache

import numpy as np
from numba import njit

from helpers.estimators.common import LEVEL, Z


@njit(cache=True)
def signed_rank_distribution(ranks: np.ndarray) -> np.ndarray:
    """Give the distribution of a sum of whole-numbered ranks, each of them counted with probability one half.

    Parameters
    ----------
    ranks : ndarray of int, shape (n,)

    Returns
    -------
    ndarray of float
        The probabilities of the sums 0, 1, ….

    Examples
    --------
    >>> signed_rank_distribution(np.array([1, 2])).tolist()
    [0.25, 0.25, 0.25, 0.25]
    """
    probability = np.zeros(ranks.sum() + 1)
    probability[0] = 1.0
    for rank in ranks:
        for total in range(len(probability) - 1, rank - 1, -1):  # falling, so that each rank is used once
            probability[total] += probability[total - rank]
        probability /= 2
    return probability


def rank_sum_distribution(ranks: np.ndarray, size: int) -> np.ndarray:
    """Give the distribution of the sum of some whole-numbered ranks, drawn without replacement.

    Parameters
    ----------
    ranks : ndarray of int, shape (n,)
    size : int
        How many are drawn.

    Returns
    -------
    ndarray of float
        The probabilities of the sums 0, 1, ….

    Examples
    --------
    >>> rank_sum_distribution(np.array([1, 3]), 1).tolist()
    [0.0, 0.5, 0.0, 0.5, 0.0]
    """
    count = _rank_sum_counts(ranks.astype(np.int64), size)
    return count / count.sum()


@njit(cache=True)
def _rank_sum_counts(ranks: np.ndarray, size: int) -> np.ndarray:
    """Return how many choices of ``size`` ranks have each sum."""
    count, reached = np.zeros((size + 1, ranks.sum() + 1)), 0
    count[0, 0] = 1.0
    for place, rank in enumerate(ranks):
        reached += rank
        for chosen in range(min(size, place + 1), 0, -1):  # falling, so that each rank is used once
            for total in range(rank, reached + 1):
                count[chosen, total] += count[chosen - 1, total - rank]
    return count[size]


def two_sided(probability: np.ndarray, observed: int, doubled_mean: int) -> float:
    """Give the probability of a whole-numbered sum at least as far from its mean as the observed one.

    Parameters
    ----------
    probability : ndarray of float
        Of the sums 0, 1, ….
    observed, doubled_mean : int
        The sum, and twice the mean.

    Returns
    -------
    float

    Examples
    --------
    >>> two_sided(np.array([0.25, 0.5, 0.25]), 0, 2)
    0.5
    """
    # Twice the sum against twice the mean: whole numbers, so that distances compare exactly.
    distance = np.abs(2 * np.arange(len(probability)) - doubled_mean)
    return min(1.0, float(probability[distance >= abs(2 * observed - doubled_mean)].sum()))


@cache
def signed_rank_limit(n: int) -> int:
    """Say which Walsh average of n differences is a limit at the project's level, by the exact distribution.

    Parameters
    ----------
    n : int

    Returns
    -------
    int
        From below, from 1; 0 where none is far enough out.

    Examples
    --------
    >>> signed_rank_limit(5), signed_rank_limit(6)
    (0, 1)
    """
    return _critical_rank(signed_rank_distribution(np.arange(1, n + 1)))


@cache
def rank_sum_limit(first: int, second: int) -> int:
    """Say which difference between two samples is a limit, in the same way.

    Parameters
    ----------
    first, second : int
        Their sizes.

    Returns
    -------
    int
        As of `signed_rank_limit`.

    Examples
    --------
    >>> rank_sum_limit(3, 3), rank_sum_limit(4, 4)
    (0, 1)
    """
    rank_sums = rank_sum_distribution(np.arange(1, first + second + 1), first)
    return _critical_rank(rank_sums[first * (first + 1) // 2 :])


def normal_limit(mean: float, variance: float) -> int:
    """Say which of many ordered values is a limit, where the normal distribution stands for the exact one.

    Parameters
    ----------
    mean, variance : float
        Of the statistic that counts values below a shift.

    Returns
    -------
    int
        As of `signed_rank_limit`.

    Examples
    --------
    >>> normal_limit(100, 25)
    90
    """
    return int(np.floor(mean - Z * np.sqrt(variance)))


def _critical_rank(probability: np.ndarray) -> int:
    """Return the largest k with P(statistic < k) <= 2.5 %, for a null distribution over 0, 1, …."""
    return int(np.searchsorted(np.cumsum(probability), (1 - LEVEL) / 2, side="right"))
