"""Adjustment of a declared family of P values, for any false finding or for their share."""

import numpy as np
from numpy.typing import ArrayLike


def holm(p_values: ArrayLike) -> np.ndarray:
    """Adjust the P values of one declared family by Holm's step-down procedure.

    Parameters
    ----------
    p_values : array-like of shape (m,)
        The family; a missing P value (not estimable) stays missing and does not count in its size.

    Returns
    -------
    ndarray of shape (m,)
        Adjusted P values in the same order. Rejecting those below a level keeps the chance of one false
        rejection or more at that level, however the tests depend on each other.

    Raises
    ------
    ValueError
        If a P value lies outside 0 and 1.

    References
    ----------
    Holm S (1979). Scandinavian Journal of Statistics 6, 65-70.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03, None]).round(3).tolist()
    [0.03, 0.06, 0.06, nan]
    """
    adjusted, present = _family(p_values)
    # statsmodels does the same, and collects all garbage at each call: 0.1 s.
    order = present[np.argsort(adjusted[present])]
    steps = adjusted[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1)
    return adjusted


def benjamini_hochberg(p_values: ArrayLike) -> np.ndarray:
    """Adjust the P values of one declared family to control the false discovery rate.

    Parameters
    ----------
    p_values : array-like of shape (m,)
        The family; a missing P value (not estimable) stays missing and does not count in its size.

    Returns
    -------
    ndarray of shape (m,)
        Adjusted P values in the same order. Rejecting those below a level keeps the expected share of false
        rejections at that level, where the tests are independent or positively dependent.

    Raises
    ------
    ValueError
        If a P value lies outside 0 and 1.

    References
    ----------
    Benjamini Y, Hochberg Y (1995). Journal of the Royal Statistical Society B 57, 289-300.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, 0.03, None]).round(3).tolist()
    [0.03, 0.04, 0.04, nan]
    """
    adjusted, present = _family(p_values)
    # scipy's false_discovery_control does the same, and checks more than that takes.
    order = present[np.argsort(adjusted[present])]
    steps = adjusted[order] * (len(order) / np.arange(1, len(order) + 1))
    adjusted[order] = np.minimum(np.minimum.accumulate(steps[::-1])[::-1], 1)
    return adjusted


def _family(p_values: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return a copy of the P values and the places of those that exist."""
    values = np.array(p_values, dtype=float)
    outside = values[(values < 0) | (values > 1)]
    if len(outside):
        raise ValueError(f"P values outside 0 and 1: {', '.join(map(str, outside))}")
    return values, np.flatnonzero(~np.isnan(values))
