"""Rank tests, asymptotic and exact, and the Hodges-Lehmann shifts that belong to them.

Values are compared after rounding to ten decimals, because floating-point noise (8.3 - 5.1 against 3.2) would
break true ties. The exact tests are permutation tests over the midranks, so that ties cost nothing but the
textbook tables.
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from helpers.estimators.common import complete, doubled_ranks, interval
from helpers.estimators.rank_distributions import (
    normal_limit,
    rank_sum_distribution,
    rank_sum_limit,
    signed_rank_distribution,
    signed_rank_limit,
    two_sided,
)
from helpers.ground.results import Estimate, not_estimable

DECIMALS = 10
#: Beyond so many values the exact distribution takes seconds, and the normal one is as good.
MOST_EXACT_VALUES = 200
_pairs = lru_cache(maxsize=MOST_EXACT_VALUES)(np.triu_indices)  # of n values, and each with itself
#: Beyond so many pairs their sums are counted below a bound, and not laid out.
MOST_PAIRS = 4_000_000
_STEPS = 10**DECIMALS  # in a unit, of values that are rounded


def mann_whitney(x: ArrayLike, y: ArrayLike) -> Estimate:
    """Compare two independent samples by the Mann-Whitney test, normal approximation.

    Parameters
    ----------
    x, y : array-like
        The samples, of any sizes; missing values are left out.

    Returns
    -------
    Estimate
        ``estimate`` is U of ``x``: the pairs in which ``x`` exceeds ``y``, ties counting one half. The
        variance is corrected for ties; there is no continuity correction (R's ``wilcox.test`` makes one
        unless told not to). Not estimable when a sample is empty or all values are equal.

    Raises
    ------
    ValueError
        If a value is infinite.

    References
    ----------
    Mann HB, Whitney DR (1947). Annals of Mathematical Statistics 18, 50-60.

    Examples
    --------
    >>> test = mann_whitney([3, 5, 6], [1, 2, 4])
    >>> test.estimate, round(test.p_value, 3)
    (8.0, 0.127)
    """
    x, y, problem = _two_samples(x, y)
    if problem:
        return problem
    size, n = len(x), len(x) + len(y)
    ranks = doubled_ranks(np.concatenate([x, y]))
    u = float(ranks[:size].sum() - size * (size + 1)) / 2
    variance = size * len(y) / 12 * (n + 1 - _tied(ranks) / (n * (n - 1)))
    p_value = _normal_p(u - size * len(y) / 2, variance)
    method = "Mann-Whitney test, normal approximation corrected for ties, no continuity correction"
    return Estimate(u, p_value=p_value, n=n, method=method)


def mann_whitney_exact(x: ArrayLike, y: ArrayLike) -> Estimate:
    """Compare two independent samples by the exact Mann-Whitney permutation test, valid with ties.

    Parameters
    ----------
    x, y : array-like
        The samples, of any sizes; missing values are left out.

    Returns
    -------
    Estimate
        ``estimate`` is U of ``x``. ``p_value`` is the share of all allocations of the midranks to the samples
        whose U is at least as far from its mean as the observed one. Not estimable as in
        :func:`mann_whitney`, or with more than ``MOST_EXACT_VALUES`` values.

    Raises
    ------
    ValueError
        If a value is infinite.

    References
    ----------
    Streitberg B, Röhmel J (1986). Statistical Software Newsletter 12, 10-17 (the shift algorithm).

    Examples
    --------
    Two of the twenty allocations give a U of 9 or 0, two more one of 8 or 1:

    >>> round(mann_whitney_exact([3, 5, 6], [1, 2, 4]).p_value, 3)
    0.2
    """
    x, y, problem = _two_samples(x, y)
    if problem:
        return problem
    n = len(x) + len(y)
    if n > MOST_EXACT_VALUES:
        return not_estimable(f"exact distribution not computed beyond {MOST_EXACT_VALUES} values", n=n)
    ranks = doubled_ranks(np.concatenate([x, y]))
    observed = ranks[: len(x)].sum()
    probability = rank_sum_distribution(ranks, len(x))
    p_value = two_sided(probability, observed, 2 * len(x) * (n + 1))
    method = "Mann-Whitney test, exact permutation distribution of the midranks"
    return Estimate(float(observed - len(x) * (len(x) + 1)) / 2, p_value=p_value, n=n, method=method)


def signed_rank(before: ArrayLike, after: ArrayLike) -> Estimate:
    """Test paired values by the Wilcoxon signed-rank test, normal approximation.

    Parameters
    ----------
    before, after : array-like of shape (n,)
        The pairs; a pair with a missing value is left out.

    Returns
    -------
    Estimate
        ``estimate`` is the rank sum of the increases (``after > before``), ``n`` the pairs. Zero differences
        are dropped, the variance is corrected for ties, there is no continuity correction (R's
        ``wilcox.test`` makes one unless told not to). Not estimable without pairs or when no more than one
        difference is not zero.

    Raises
    ------
    ValueError
        If the columns differ in length, or a value is infinite.

    References
    ----------
    Wilcoxon F (1945). Biometrics Bulletin 1, 80-83.

    Examples
    --------
    Increases of 1, 2 and 3 have ranks 1, 2 and 3, the decrease rank 4:

    >>> test = signed_rank([0, 0, 0, 5], [1, 2, 3, 1])
    >>> test.estimate, round(test.p_value, 3)
    (6.0, 0.715)
    """
    differences, problem = _differences(before, after)
    if problem:
        return problem
    if np.count_nonzero(differences) == 1:
        return not_estimable("only one difference is not zero", n=len(differences))
    ranks, doubled_sum = _signed_doubled_ranks(differences)
    n, rank_sum = len(ranks), doubled_sum / 2
    variance = (n * (n + 1) * (2 * n + 1) - _tied(ranks) / 2) / 24
    p_value = _normal_p(rank_sum - n * (n + 1) / 4, variance)
    method = "Wilcoxon signed-rank test, normal approximation, zeros dropped, no continuity correction"
    return Estimate(rank_sum, p_value=p_value, n=len(differences), method=method)


def signed_rank_exact(before: ArrayLike, after: ArrayLike) -> Estimate:
    """Test paired values by the exact Wilcoxon signed-rank test, valid with ties.

    Parameters
    ----------
    before, after : array-like of shape (n,)
        The pairs; a pair with a missing value is left out.

    Returns
    -------
    Estimate
        ``estimate`` is the rank sum of the increases. ``p_value`` is the share of all sign patterns of the
        midranks (zeros dropped) whose rank sum is at least as far from its mean. Not estimable as in
        :func:`signed_rank`, or with more than ``MOST_EXACT_VALUES`` pairs.

    Raises
    ------
    ValueError
        If the columns differ in length, or a value is infinite.

    References
    ----------
    Streitberg B, Röhmel J (1986). Statistical Software Newsletter 12, 10-17 (the shift algorithm).

    Examples
    --------
    One of 2^5 sign patterns is as far up, and one as far down:

    >>> signed_rank_exact([0] * 5, [1, 2, 3, 4, 5]).p_value
    0.0625
    """
    differences, problem = _differences(before, after)
    if problem:
        return problem
    n = len(differences)
    if n > MOST_EXACT_VALUES:
        return not_estimable(f"exact distribution not computed beyond {MOST_EXACT_VALUES} pairs", n=n)
    ranks, observed = _signed_doubled_ranks(differences)
    probability = signed_rank_distribution(ranks)
    p_value = two_sided(probability, observed, ranks.sum())
    method = "Wilcoxon signed-rank test, exact distribution of the midranks, zeros dropped"
    return Estimate(observed / 2, p_value=p_value, n=n, method=method)


def hodges_lehmann_paired(before: ArrayLike, after: ArrayLike) -> Estimate:
    """Give the Hodges-Lehmann shift from before to after, with its distribution-free interval.

    Parameters
    ----------
    before, after : array-like of shape (n,)
        The pairs; a pair with a missing value is left out.

    Returns
    -------
    Estimate
        ``estimate`` is the median of the Walsh averages (mean of each two differences ``after - before``,
        each with itself too; zero differences are kept). The limits are Walsh averages too: the order
        statistics that the exact signed-rank distribution without ties (beyond ``MOST_EXACT_VALUES`` pairs
        its normal approximation) allows at 95 % or more; ties make the interval wider than it need be. Five
        pairs or fewer allow no 95 % interval.

    Raises
    ------
    ValueError
        If the columns differ in length, or a value is infinite.

    References
    ----------
    Hollander M, Wolfe DA, Chicken E (2014). Nonparametric Statistical Methods, 3rd edition, sections 3.2 and
    3.3.

    Examples
    --------
    >>> shift = hodges_lehmann_paired([0] * 6, [1, 2, 3, 4, 5, 9])
    >>> shift.estimate, shift.ci_low, shift.ci_high
    (3.5, 1.0, 9.0)
    """
    before, after = complete(before, after)
    if len(before) == 0:
        return not_estimable("no pairs", n=0)
    differences = np.round(after - before, DECIMALS)
    n = len(differences)
    if n * (n + 1) // 2 > MOST_PAIRS:
        averages = _ordered_averages(differences)
    else:
        rows, columns = _pairs(n)
        averages = np.sort((differences[rows] + differences[columns]) / 2).__getitem__
    if n > MOST_EXACT_VALUES:
        rank = normal_limit(n * (n + 1) / 4, n * (n + 1) * (2 * n + 1) / 24)
    else:
        rank = signed_rank_limit(n)
    estimator = "Hodges-Lehmann shift (median of Walsh averages)"
    return _shift(averages, n * (n + 1) // 2, rank, n, estimator, "signed-rank")


def hodges_lehmann_two_sample(x: ArrayLike, y: ArrayLike) -> Estimate:
    """Give the Hodges-Lehmann shift of ``x`` against ``y``, with its distribution-free interval.

    Parameters
    ----------
    x, y : array-like
        The samples, of any sizes; missing values are left out.

    Returns
    -------
    Estimate
        ``estimate`` is the median of all differences ``x - y``. The limits are differences too: the order
        statistics that the exact Mann-Whitney distribution without ties (beyond ``MOST_EXACT_VALUES`` values
        its normal approximation) allows at 95 % or more; ties make the interval wider than it need be.
        Samples too small for a 95 % interval have none.

    Raises
    ------
    ValueError
        If a value is infinite.

    References
    ----------
    Hollander M, Wolfe DA, Chicken E (2014). Nonparametric Statistical Methods, 3rd edition, sections 4.2 and
    4.3.

    Examples
    --------
    >>> shift = hodges_lehmann_two_sample([6, 7, 8, 9], [1, 2, 3, 4])
    >>> shift.estimate, shift.ci_low, shift.ci_high
    (5.0, 2.0, 8.0)
    """
    x, y = *complete(x), *complete(y)
    n = len(x) + len(y)
    if len(x) == 0 or len(y) == 0:
        return not_estimable("a group has no values", n=n)
    if len(x) * len(y) > MOST_PAIRS:
        differences = _ordered_differences(x, y)
    else:
        differences = np.sort(np.round(np.subtract.outer(x, y).ravel(), DECIMALS)).__getitem__
    if n > MOST_EXACT_VALUES:
        rank = normal_limit(len(x) * len(y) / 2, len(x) * len(y) * (n + 1) / 12)
    else:
        rank = rank_sum_limit(len(x), len(y))
    estimator = "Hodges-Lehmann shift (median of differences)"
    return _shift(differences, len(x) * len(y), rank, n, estimator, "Mann-Whitney")


def _two_samples(x: ArrayLike, y: ArrayLike) -> tuple[np.ndarray, np.ndarray, Estimate | None]:
    """Return both samples, rounded, and why no test of them exists (or None)."""
    x, y = (np.round(values, DECIMALS) for values in (*complete(x), *complete(y)))
    n = len(x) + len(y)
    if len(x) == 0 or len(y) == 0:
        return x, y, not_estimable("a group has no values", n=n)
    same = (x == x[0]).all() and (y == x[0]).all()
    return x, y, not_estimable("all values are equal", n=n) if same else None


def _differences(before: ArrayLike, after: ArrayLike) -> tuple[np.ndarray, Estimate | None]:
    """Return the rounded differences of the complete pairs, and why no test of them exists (or None)."""
    before, after = complete(before, after)
    differences = np.round(after - before, DECIMALS)
    if differences.any():
        return differences, None
    reason = "all differences are zero" if len(differences) else "no pairs"
    return differences, not_estimable(reason, n=len(differences))


def _tied(ranks: np.ndarray) -> int:
    """Return the sum of t³ - t over the groups of t equal (doubled) ranks."""
    sizes = np.bincount(ranks)
    return int((sizes**3 - sizes).sum())


def _normal_p(distance: float, variance: float) -> float:
    """Return the two-sided P value of a distance from the mean."""
    return float(2 * ndtr(-abs(distance) / np.sqrt(variance)))


def _signed_doubled_ranks(differences: np.ndarray) -> tuple[np.ndarray, int]:
    """Return twice the midranks of the non-zero differences, and their sum over the positive ones."""
    differences = differences[differences != 0]
    ranks = doubled_ranks(np.abs(differences))
    return ranks, int(ranks[differences > 0].sum())


def _ordered_differences(x: np.ndarray, y: np.ndarray) -> Callable[[int], float]:
    """Return a function that gives the k-th smallest difference, k = 0, 1, …, without laying them out."""
    above, below = (np.sort(np.rint(values * _STEPS).astype(np.int64)) for values in (x, y))

    def count(bound: int) -> int:
        """Count the differences up to a bound: of each x, the y that lie at most so far below it."""
        return len(x) * len(y) - int(np.searchsorted(below, above - bound, side="left").sum())

    ends = int(above[0] - below[-1]), int(above[-1] - below[0])
    return lambda k: _smallest(count, k, *ends) / _STEPS


def _ordered_averages(differences: np.ndarray) -> Callable[[int], float]:
    """Return a function that gives the k-th smallest Walsh average, k = 0, 1, …, without laying them out."""
    values = np.sort(np.rint(differences * _STEPS).astype(np.int64))

    def count(bound: int) -> int:
        """Count the sums of two values up to a bound, each pair once and each value with itself."""
        each_way = int(np.searchsorted(values, bound - values, side="right").sum())
        return (each_way + int(np.searchsorted(2 * values, bound, side="right"))) // 2

    return lambda k: _smallest(count, k, int(2 * values[0]), int(2 * values[-1])) / (2 * _STEPS)


def _smallest(count: Callable[[int], int], k: int, low: int, high: int) -> int:
    """Return the smallest whole number up to which more than k values lie."""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if count(middle) > k else (middle + 1, high)
    return low


def _shift(
    ordered: Callable[[int], float], count: int, rank: int, n: int, estimator: str, distribution: str
) -> Estimate:
    """Return the median of ``count`` ordered values between their ``rank``-th smallest and largest."""
    middle = count // 2
    median = float(ordered(middle) if count % 2 else (ordered(middle - 1) + ordered(middle)) / 2)
    if rank < 1:
        return Estimate(estimate=median, n=n, method=f"{estimator}; too few values for a 95% interval")
    approximate = "normal approximation to the " if n > MOST_EXACT_VALUES else "exact "
    method = f"{estimator}, distribution-free interval from the {approximate}{distribution} distribution"
    return interval(median, ordered(rank - 1), ordered(count - rank), method, n)
