"""Rank correlation with its interval."""

from math import atanh, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr

from helpers.estimators.common import Z, complete, doubled_ranks, interval
from helpers.estimators.ranks import DECIMALS
from helpers.ground.results import Estimate, not_estimable

FEWEST_FOR_INTERVAL = 4  # the variance of the transformed coefficient divides by n - 3


def spearman(x: ArrayLike, y: ArrayLike) -> Estimate:
    """Correlate the ranks of two measurements of the same patients.

    Parameters
    ----------
    x, y : array-like of shape (n,)
        The measurements; a pair with a missing value is left out.

    Returns
    -------
    Estimate
        ``estimate`` is Spearman's coefficient over the midranks. The interval is Fisher's transformation
        with Bonett and Wright's variance, (1 + r²/2) / (n - 3); ``p_value`` takes t with n - 2 degrees of
        freedom (R's ``cor.test`` with ``exact = FALSE``). A coefficient of -1 or 1 has neither, and three
        patients have no interval. Not estimable with fewer than three pairs, or when all values of one
        measurement are equal.

    Raises
    ------
    ValueError
        If the measurements differ in number, or a value is infinite.

    References
    ----------
    Bonett DG, Wright TA (2000). Psychometrika 65, 23-28.

    Examples
    --------
    >>> found = spearman([1, 2, 3, 4, 5], [20, 10, 30, 40, 50])
    >>> [round(number, 3) for number in (found.estimate, found.ci_low, found.ci_high, found.p_value)]
    [0.9, -0.169, 0.996, 0.037]
    """
    x, y = (np.round(values, DECIMALS) for values in complete(x, y))
    n = len(x)
    if n < 3:
        return not_estimable("fewer than three pairs", n=n)
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return not_estimable("all values of one measurement are equal", n=n)
    rho = _correlated(doubled_ranks(x), doubled_ranks(y))
    if abs(rho) > 1 - 10**-DECIMALS:
        method = "Spearman's rank correlation; the orders agree wholly, which allows no interval"
        return Estimate(estimate=float(np.sign(rho)), n=n, method=method)
    p_value = 2 * stdtr(n - 2, -abs(rho) * sqrt((n - 2) / (1 - rho**2)))
    method = "Spearman's rank correlation, t test"
    if n < FEWEST_FOR_INTERVAL:
        return Estimate(rho, p_value=float(p_value), n=n, method=method)
    half = Z * sqrt((1 + rho**2 / 2) / (n - 3))
    low, high = np.tanh([atanh(rho) - half, atanh(rho) + half])
    method = f"{method}; interval by Fisher's transformation with Bonett and Wright's variance"
    return interval(rho, low, high, method, n, p_value=p_value)


def _correlated(x: np.ndarray, y: np.ndarray) -> float:
    """Return Pearson's coefficient."""
    x, y = x - x.mean(), y - y.mean()
    return float((x @ y) / np.sqrt((x @ x) * (y @ y)))
