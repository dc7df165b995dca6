"""Standardised differences: how far two groups lie apart at entry, in units of the spread within them."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from tableone import TableOne

from helpers.estimators.common import complete, remembered
from helpers.ground.results import Estimate, not_estimable


def standardised_difference(x: ArrayLike, y: ArrayLike) -> Estimate:
    """Give the standardised difference of two samples of numbers.

    Parameters
    ----------
    x, y : array-like
        The samples, of any sizes; missing values are left out.

    Returns
    -------
    Estimate
        ``estimate`` is the mean of ``x`` minus the mean of ``y``, over the root of the mean of both
        variances. Not estimable with fewer than two values in a sample, or when neither sample varies.

    Raises
    ------
    ValueError
        If a value is infinite.

    References
    ----------
    Austin PC (2009). Statistics in Medicine 28, 3083-3107.

    Examples
    --------
    Means 4 and 7, variances 4 and 14:

    >>> round(standardised_difference([2, 4, 6], [3, 6, 12, 7]).estimate, 3)
    -1.0
    """
    x, y = *complete(x), *complete(y)
    n = len(x) + len(y)
    if min(len(x), len(y)) < 2:
        return not_estimable("fewer than two values in an arm", n=n)
    if np.ptp(x) == 0 and np.ptp(y) == 0:
        return not_estimable("no variation within the arms", n=n)
    method = "standardised difference of means, root of the mean variance"
    spread = np.sqrt((x.var(ddof=1) + y.var(ddof=1)) / 2)
    return Estimate(estimate=float((x.mean() - y.mean()) / spread), n=n, method=method)


def standardised_difference_of_shares(x: ArrayLike, y: ArrayLike) -> Estimate:
    """Give the standardised difference of two samples of categories.

    Parameters
    ----------
    x, y : array-like
        The samples, of any sizes; missing values are left out.

    Returns
    -------
    Estimate
        ``estimate`` is the Mahalanobis distance between the two vectors of shares, without a sign. Not
        estimable when a sample is empty, when all values are equal, or when the samples have no category in
        common: the mean covariance of the shares is singular then.

    References
    ----------
    Yang D, Dalton JE (2012). A unified approach to measuring the effect size between two groups using SAS.
    SAS Global Forum 2012, paper 335.

    Examples
    --------
    Shares of 1/2 and 3/4, mean variance (1/4 + 3/16) / 2:

    >>> x, y = pd.Series(["yes", "no"]), pd.Series(["yes", "yes", "yes", "no"])
    >>> round(standardised_difference_of_shares(x, y).estimate, 3)
    0.535
    """
    x, y = ([str(value) for value in np.asarray(values, object) if not pd.isna(value)] for values in (x, y))
    n = len(x) + len(y)
    if not (x and y):
        return not_estimable("an arm has no values", n=n)
    if len(set(x) | set(y)) == 1:
        return not_estimable("all values are equal", n=n)
    if not set(x) & set(y):
        return not_estimable("the arms have no category in common", n=n)
    method = "standardised difference of shares (Mahalanobis distance, no sign)"
    return Estimate(_distance(tuple(sorted(x)), tuple(sorted(y))), n=n, method=method)


@remembered
def _distance(x: tuple[str, ...], y: tuple[str, ...]) -> float:
    """Return the distance between two vectors of shares, the values in any order."""
    frame = pd.DataFrame({"measure": [*x, *y], "sample": ["x"] * len(x) + ["y"] * len(y)})
    options = {"categorical": ["measure"], "overall": False, "smd": True, "include_null": False}
    table = TableOne(frame, columns=["measure"], groupby="sample", **options)
    return float(table.smd_table.loc["measure"].iloc[0])
