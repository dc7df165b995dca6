"""Craft of the search of blasts and ages, compiled: what is sought in one cohort."""

import numpy as np
from numba import njit

from evidence.ensemble.marrow_statistics import TERMS, logistic, ordered, rank_z

# What is sought: log odds ratio of the arm and of a decade of age; log of the ratio of the odds ratios of
# blasts by arm; shift of blasts; least and most blasts; median age; nothing, as any cohort is wanted.
ARM, AGE, RATIO, SHIFT, LEAST, MOST, YEARS, ANY = range(8)
MODEL = (ARM, AGE, RATIO)
FULL = TERMS + 1  # terms of the model with the product of blasts and arm
STEPS, LONGEST, CONVERGED = 30, 2.0, 1e-5
FAR = 25.0  # of a linear predictor


@njit(cache=True)
def sought(
    goal: tuple[int, np.ndarray],
    blasts: np.ndarray,
    ages: np.ndarray,
    first: np.ndarray,
    negative: np.ndarray,
) -> float:
    """Return what is sought of one cohort.

    Parameters
    ----------
    goal : tuple of int and array of bool
        What, and among whom: relapsed/refractory patients for blasts, all for age.
    blasts : array of int, (refractory patients,)
    ages : array of int, (patients,)
    first, negative : array of bool, (refractory patients,)

    Returns
    -------
    float
        NaN where it does not exist.
    """
    what, among = goal
    if what == ANY:
        return 0.0
    if what == SHIFT:
        return np.median((blasts[first].reshape(-1, 1) - blasts[~first]).ravel())
    if what == LEAST:
        return float(blasts[among].min())
    if what == MOST:
        return float(blasts[among].max())
    if what == YEARS:
        return np.median(ages[among])
    if what == RATIO:
        return interaction(blasts, ages, first, negative)
    fit = np.zeros((2, TERMS))
    if not logistic(blasts, first, ages, negative, fit):
        return np.nan
    return fit[0, 2 if what == ARM else 3]


@njit(cache=True)
def deviate(blasts: np.ndarray, first: np.ndarray) -> float:
    """Return the Mann-Whitney z of the blasts of two arms.

    Parameters
    ----------
    blasts : array of int, (n,)
    first : array of bool, (n,)

    Returns
    -------
    float
        Positive where the first arm tends to have more.
    """
    n = first.sum()
    one, other = np.empty(n, np.int64), np.empty(len(first) - n, np.int64)
    ordered(blasts, first, one)
    ordered(blasts, ~first, other)
    return rank_z(one, other)


@njit(cache=True)
def interaction(blasts: np.ndarray, ages: np.ndarray, first: np.ndarray, outcome: np.ndarray) -> float:
    """Return the coefficient of the product of blasts and arm by Firth's likelihood, per 100 points.

    Parameters
    ----------
    blasts : array of int, (n,)
    ages : array of int, (at least n,)
    first, outcome : array of bool, (n,)

    Returns
    -------
    float
        NaN where the steps do not settle.

    References
    ----------
    Firth D (1993). Biometrika 80, 27-38.
    """
    design = np.ones((len(blasts), FULL))
    design[:, 1], design[:, 2] = blasts / 100 - 0.5, first - 0.4
    design[:, 3] = (ages[: len(blasts)] - 46) / 15
    design[:, 4] = design[:, 1] * design[:, 2]
    turned = np.ascontiguousarray(design.T)
    at = np.zeros(FULL)
    for _ in range(STEPS):
        chances = 1 / (1 + np.exp(-np.minimum(np.maximum(design @ at, -FAR), FAR)))
        weights = chances * (1 - chances)
        inverse = np.linalg.inv((turned * weights) @ design + 1e-9 * np.eye(FULL))
        leverage = weights * ((design @ inverse) * design).sum(axis=1)
        step = inverse @ (turned @ (outcome - chances + leverage * (0.5 - chances)))
        longest = np.abs(step).max()
        at += step * min(1.0, LONGEST / max(longest, 1e-12))
        if longest < CONVERGED:
            return at[4]
    return np.nan
