"""Rank correlation with its interval."""

import math

import numpy as np
from scipy import stats

from helpers.estimators.common import LEVEL, Z, complete
from helpers.estimators.ranks import DECIMALS
from helpers.ground.results import Estimate, not_estimable

FEWEST_FOR_INTERVAL = 4  # the variance of the transformed coefficient divides by n - 3


def spearman(x, y):
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
        freedom. A coefficient of -1 or 1 has neither, and three patients have no interval. Not estimable with
        fewer than three pairs, or when all values of one measurement are equal.

    References
    ----------
    Bonett DG, Wright TA (2000). Psychometrika 65, 23-28.
    """
    x, y = (np.round(values, DECIMALS) for values in complete(x, y))
    n = len(x)
    if n < 3:
        return not_estimable("fewer than three pairs", n=n)
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return not_estimable("all values of one measurement are equal", n=n)
    rho = float(np.corrcoef(stats.rankdata(x), stats.rankdata(y))[0, 1])
    if abs(rho) > 1 - 10**-DECIMALS:
        method = "Spearman's rank correlation; the orders agree wholly, which allows no interval"
        return Estimate(estimate=float(np.sign(rho)), n=n, method=method)
    p_value = 2 * stats.t.sf(abs(rho) * math.sqrt((n - 2) / (1 - rho**2)), n - 2)
    value = Estimate(estimate=rho, p_value=float(p_value), n=n, method="Spearman's rank correlation, t test")
    return value if n < FEWEST_FOR_INTERVAL else _with_interval(value)


def _with_interval(value: Estimate) -> Estimate:
    half = Z * math.sqrt((1 + value.estimate**2 / 2) / (value.n - 3))
    low, high = np.tanh([math.atanh(value.estimate) - half, math.atanh(value.estimate) + half])
    return Estimate(
        estimate=value.estimate,
        ci_low=float(low),
        ci_high=float(high),
        ci_level=LEVEL,
        p_value=value.p_value,
        n=value.n,
        method=f"{value.method}; interval by Fisher's transformation with Bonett and Wright's variance",
    )
