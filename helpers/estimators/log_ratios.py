"""Shifts on the log scale, turned back into ratios: how many times as large, and between two groups."""

import math
from dataclasses import replace

import numpy as np

from helpers.estimators import ranks
from helpers.estimators.common import complete
from helpers.ground.results import Estimate, not_estimable


def fold_change(before, after):
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

    References
    ----------
    Hodges JL, Lehmann EL (1963). Annals of Mathematical Statistics 34, 598-611;
    Keene ON (1995). Statistics in Medicine 14, 811-819 (why ratios are analysed by their logarithms).
    """
    before, after = complete(before, after)
    positive = (before > 0) & (after > 0)
    if len(before) and not positive.any():
        return not_estimable("no pair of positive values", n=0)
    shift = ranks.hodges_lehmann_paired(np.log(before[positive]), np.log(after[positive]))
    return exponentiated(shift)


def ratio_of_ratios(x, y):
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

    References
    ----------
    As for :func:`fold_change`.
    """
    (x,), (y,) = complete(x), complete(y)
    return exponentiated(ranks.hodges_lehmann_two_sample(np.log(x[x > 0]), np.log(y[y > 0])))


def exponentiated(value: Estimate) -> Estimate:
    """Turn a shift of logarithms into a ratio: estimate and limits by the exponential, method told."""
    if math.isnan(value.estimate):
        return value
    return replace(
        value,
        estimate=math.exp(value.estimate),
        ci_low=math.exp(value.ci_low),
        ci_high=math.exp(value.ci_high),
        method=f"{value.method}; computed on logarithms, printed as a ratio",
    )
