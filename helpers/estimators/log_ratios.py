"""Shifts on the log scale, turned back into ratios: how many times as large, and between two groups."""

from dataclasses import replace
from math import exp, isnan

import numpy as np
from numpy.typing import ArrayLike

from helpers.estimators import ranks
from helpers.estimators.common import complete
from helpers.ground.results import Estimate, not_estimable


def fold_change(before: ArrayLike, after: ArrayLike) -> Estimate:
    """Say by what factor paired positive values change.

    Parameters
    ----------
    before, after : array-like of shape (n,)
        The pairs. A pair with a missing value, or with one that has no logarithm (0 or less), is left out.

    Returns
    -------
    Estimate
        The Hodges-Lehmann shift of ``log(after)`` against ``log(before)`` and its distribution-free interval,
        exponentiated: 1 where nothing changes, 2 for a doubling. Not estimable without a positive pair.

    Raises
    ------
    ValueError
        If the columns differ in length, or a value is infinite.

    References
    ----------
    Hodges JL, Lehmann EL (1963). Annals of Mathematical Statistics 34, 598-611;
    Keene ON (1995). Statistics in Medicine 14, 811-819 (why ratios are analysed by their logarithms).

    Examples
    --------
    Ratios of 2, 4 and 1, and a pair that has none:

    >>> round(fold_change([1, 2, 4, 0], [2, 8, 4, 5]).estimate, 3)
    2.0
    """
    before, after = complete(before, after)
    positive = (before > 0) & (after > 0)
    if len(before) and not positive.any():
        return not_estimable("no pair of positive values", n=0)
    shift = ranks.hodges_lehmann_paired(np.log(before[positive]), np.log(after[positive]))
    return exponentiated(shift)


def ratio_of_ratios(x: ArrayLike, y: ArrayLike) -> Estimate:
    """Say how many times as large the positive values of one sample are as those of another.

    Parameters
    ----------
    x, y : array-like
        The samples, of any sizes: ratios, or other positive values. Missing ones, and those without a
        logarithm (0 or less), are left out.

    Returns
    -------
    Estimate
        The two-sample Hodges-Lehmann shift of ``log(x)`` against ``log(y)`` with its distribution-free
        interval, exponentiated. Not estimable when a sample has no positive value.

    Raises
    ------
    ValueError
        If a value is infinite.

    References
    ----------
    As for :func:`fold_change`.

    Examples
    --------
    The median of 4/1, 4/2, 9/1 and 9/2, by their logarithms:

    >>> round(ratio_of_ratios([4, 9], [1, 2]).estimate, 3)
    4.243
    """
    (x,), (y,) = complete(x), complete(y)
    return exponentiated(ranks.hodges_lehmann_two_sample(np.log(x[x > 0]), np.log(y[y > 0])))


def exponentiated(value: Estimate) -> Estimate:
    """Turn a shift of logarithms into a ratio.

    Parameters
    ----------
    value : Estimate
        The shift.

    Returns
    -------
    Estimate
        Estimate and limits by the exponential, the rest as it was and the method told; what is not estimable
        stays so.

    Examples
    --------
    >>> round(exponentiated(Estimate(0.693, 0.0, 1.386)).estimate, 2)
    2.0
    """
    if isnan(value.estimate):
        return value
    ratios = {name: exp(getattr(value, name)) for name in ("estimate", "ci_low", "ci_high")}
    return replace(value, **ratios, method=f"{value.method}; computed on logarithms, printed as a ratio")
