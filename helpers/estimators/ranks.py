"""Rank tests, asymptotic and exact, and the Hodges-Lehmann shifts that belong to them.

Values are compared after rounding to ten decimals, because floating-point noise (8.3 - 5.1 against 3.2) would
break true ties. The exact tests are permutation tests over the midranks, so that ties cost nothing but the
textbook tables.
"""

import numpy as np
from scipy import stats

from helpers.estimators.common import LEVEL, Z, complete
from helpers.ground.results import Estimate, not_estimable

DECIMALS = 10
#: Beyond so many values the exact distribution takes seconds, and the normal one is as good.
MOST_EXACT_VALUES = 200


def mann_whitney(x, y):
    """Compare two independent samples by the Mann-Whitney test, normal approximation.

    Parameters
    ----------
    x, y : array-like
        The samples, of any sizes; missing values are left out.

    Returns
    -------
    Estimate
        ``estimate`` is U of ``x``: the pairs in which ``x`` exceeds ``y``, ties counting one half. The
        variance is corrected for ties; there is no continuity correction. Not estimable when a sample is
        empty or all values are equal.

    References
    ----------
    Mann HB, Whitney DR (1947). Annals of Mathematical Statistics 18, 50-60.
    """
    x, y, problem = _two_samples(x, y)
    if problem:
        return problem
    result = stats.mannwhitneyu(x, y, method="asymptotic", use_continuity=False)
    return Estimate(
        estimate=float(result.statistic),
        p_value=float(result.pvalue),
        n=len(x) + len(y),
        method="Mann-Whitney test, normal approximation corrected for ties, no continuity correction",
    )


def mann_whitney_exact(x, y):
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

    References
    ----------
    Streitberg B, Röhmel J (1986). Statistical Software Newsletter 12, 10-17 (the shift algorithm).
    """
    x, y, problem = _two_samples(x, y)
    if problem:
        return problem
    n = len(x) + len(y)
    if n > MOST_EXACT_VALUES:
        return not_estimable(f"exact distribution not computed beyond {MOST_EXACT_VALUES} values", n=n)
    doubled_ranks = np.rint(2 * stats.rankdata(np.concatenate([x, y]))).astype(int)
    observed = doubled_ranks[: len(x)].sum()
    probability = _rank_sum_distribution(doubled_ranks, len(x))
    # The mean of the doubled rank sum is len(x) * (n + 1): a whole number, so distances compare exactly.
    distance = np.abs(np.arange(len(probability)) - len(x) * (n + 1))
    p_value = probability[distance >= abs(observed - len(x) * (n + 1))].sum()
    return Estimate(
        estimate=float(observed / 2 - len(x) * (len(x) + 1) / 2),
        p_value=min(1.0, float(p_value)),
        n=n,
        method="Mann-Whitney test, exact permutation distribution of the midranks",
    )


def signed_rank(before, after):
    """Test paired values by the Wilcoxon signed-rank test, normal approximation.

    Parameters
    ----------
    before, after : array-like of shape (n,)
        The pairs; a pair with a missing value is left out.

    Returns
    -------
    Estimate
        ``estimate`` is the rank sum of the increases (``after > before``), ``n`` the pairs. Zero differences
        are dropped, the variance is corrected for ties, there is no continuity correction. Not estimable
        without pairs or when no more than one difference is not zero.

    References
    ----------
    Wilcoxon F (1945). Biometrics Bulletin 1, 80-83.
    """
    differences, problem = _differences(before, after)
    if problem:
        return problem
    if np.count_nonzero(differences) == 1:
        return not_estimable("only one difference is not zero", n=len(differences))
    result = stats.wilcoxon(differences, zero_method="wilcox", correction=False, method="asymptotic")
    return Estimate(
        estimate=_signed_doubled_ranks(differences)[1] / 2,
        p_value=float(result.pvalue),
        n=len(differences),
        method="Wilcoxon signed-rank test, normal approximation, zeros dropped, no continuity correction",
    )


def signed_rank_exact(before, after):
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
    """
    differences, problem = _differences(before, after)
    if problem:
        return problem
    n = len(differences)
    if n > MOST_EXACT_VALUES:
        return not_estimable(f"exact distribution not computed beyond {MOST_EXACT_VALUES} pairs", n=n)
    doubled_ranks, observed = _signed_doubled_ranks(differences)
    probability = _signed_rank_distribution(doubled_ranks)
    # Twice the doubled rank sum against the sum of all: whole numbers, so distances compare exactly.
    distance = np.abs(2 * np.arange(len(probability)) - doubled_ranks.sum())
    p_value = probability[distance >= abs(2 * observed - doubled_ranks.sum())].sum()
    return Estimate(
        estimate=observed / 2,
        p_value=min(1.0, float(p_value)),
        n=n,
        method="Wilcoxon signed-rank test, exact distribution of the midranks, zeros dropped",
    )


def hodges_lehmann_paired(before, after):
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

    References
    ----------
    Hollander M, Wolfe DA, Chicken E (2014). Nonparametric Statistical Methods, 3rd edition, sections 3.2 and
    3.3.
    """
    before, after = complete(before, after)
    if len(before) == 0:
        return not_estimable("no pairs", n=0)
    differences = np.round(after - before, DECIMALS)
    n = len(differences)
    rows, columns = np.triu_indices(n)
    averages = (differences[rows] + differences[columns]) / 2
    if n > MOST_EXACT_VALUES:
        rank = _normal_rank(n * (n + 1) / 4, n * (n + 1) * (2 * n + 1) / 24)
    else:
        rank = _critical_rank(_signed_rank_distribution(np.arange(1, n + 1)))
    return _shift(averages, rank, n, "Hodges-Lehmann shift (median of Walsh averages)", "signed-rank")


def hodges_lehmann_two_sample(x, y):
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

    References
    ----------
    Hollander M, Wolfe DA, Chicken E (2014). Nonparametric Statistical Methods, 3rd edition, sections 4.2 and
    4.3.
    """
    x, y = *complete(x), *complete(y)
    n = len(x) + len(y)
    if len(x) == 0 or len(y) == 0:
        return not_estimable("a group has no values", n=n)
    differences = np.round(np.subtract.outer(x, y).ravel(), DECIMALS)
    if n > MOST_EXACT_VALUES:
        rank = _normal_rank(len(x) * len(y) / 2, len(x) * len(y) * (n + 1) / 12)
    else:
        rank_sums = _rank_sum_distribution(np.arange(1, n + 1), len(x))
        rank = _critical_rank(rank_sums[len(x) * (len(x) + 1) // 2 :])
    return _shift(differences, rank, n, "Hodges-Lehmann shift (median of differences)", "Mann-Whitney")


def benjamini_hochberg(p_values):
    """Adjust the P values of one declared family to control the false discovery rate.

    Parameters
    ----------
    p_values : array-like of shape (m,)
        The family; a missing P value (not estimable) stays missing and does not count in its size.

    Returns
    -------
    ndarray of shape (m,)
        Adjusted P values in the same order.

    References
    ----------
    Benjamini Y, Hochberg Y (1995). Journal of the Royal Statistical Society B 57, 289-300.
    """
    adjusted = np.array(p_values, dtype=float)
    present = ~np.isnan(adjusted)
    if present.any():
        adjusted[present] = stats.false_discovery_control(adjusted[present], method="bh")
    return adjusted


def _two_samples(x, y):
    """Return both samples, rounded, and why no test of them exists (or None)."""
    x, y = (np.round(values, DECIMALS) for values in (*complete(x), *complete(y)))
    n = len(x) + len(y)
    problem = None
    if len(x) == 0 or len(y) == 0:
        problem = not_estimable("a group has no values", n=n)
    elif np.ptp(np.concatenate([x, y])) == 0:
        problem = not_estimable("all values are equal", n=n)
    return x, y, problem


def _differences(before, after):
    """Return the rounded differences of the complete pairs, and why no test of them exists (or None)."""
    before, after = complete(before, after)
    differences = np.round(after - before, DECIMALS)
    problem = None
    if len(differences) == 0:
        problem = not_estimable("no pairs", n=0)
    elif not differences.any():
        problem = not_estimable("all differences are zero", n=len(differences))
    return differences, problem


def _signed_doubled_ranks(differences):
    """Return twice the midranks of the non-zero differences, and their sum over the positive ones."""
    differences = differences[differences != 0]
    doubled_ranks = np.rint(2 * stats.rankdata(np.abs(differences))).astype(int)
    return doubled_ranks, int(doubled_ranks[differences > 0].sum())


def _signed_rank_distribution(ranks):
    """Return P(sum = s), s = 0, 1, …, of the whole-numbered ranks each counted with probability one half."""
    probability = np.zeros(ranks.sum() + 1)
    probability[0] = 1.0
    for rank in ranks:
        shifted = np.zeros_like(probability)
        shifted[rank:] = probability[:-rank]
        probability = (probability + shifted) / 2
    return probability


def _rank_sum_distribution(ranks, size):
    """Return P(sum = s), s = 0, 1, …, of ``size`` of the whole-numbered ranks drawn without replacement."""
    count = np.zeros((size + 1, ranks.sum() + 1))
    count[0, 0] = 1.0
    for rank in ranks:
        # numpy reads the right side whole before it writes, so that each rank is used once.
        count[1:, rank:] += count[:-1, :-rank]
    return count[size] / count[size].sum()


def _critical_rank(probability):
    """Return the largest k with P(statistic < k) <= 2.5 %, for a null distribution over 0, 1, …."""
    return int(np.searchsorted(np.cumsum(probability), (1 - LEVEL) / 2, side="right"))


def _normal_rank(mean, variance):
    return int(np.floor(mean - Z * np.sqrt(variance)))


def _shift(values, rank, n, estimator, distribution):
    """Return the median of ``values`` between their ``rank``-th smallest and ``rank``-th largest."""
    values = np.sort(values)
    median = float(np.median(values))
    if rank < 1:
        return Estimate(estimate=median, n=n, method=f"{estimator}; too few values for a 95% interval")
    approximate = "normal approximation to the " if n > MOST_EXACT_VALUES else "exact "
    return Estimate(
        estimate=median,
        ci_low=float(values[rank - 1]),
        ci_high=float(values[-rank]),
        ci_level=LEVEL,
        n=n,
        method=f"{estimator}, distribution-free interval from the {approximate}{distribution} distribution",
    )
