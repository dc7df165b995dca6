"""Craft of the marrow block, compiled: ages drawn from the prior, and whether they print."""

import numpy as np
from numba import njit


@njit(cache=True)
def fits_ages(years: np.ndarray, ages: tuple) -> bool:
    """Tell whether minimum, maximum and median of ages are as printed.

    Parameters
    ----------
    years : array of int, (patients,)
    ages : tuple
        As of `evidence.ensemble.marrow.Marrow`.

    Returns
    -------
    bool
    """
    youngest, oldest, low, high = ages[0], ages[1], ages[2], ages[3]
    counts = np.zeros(oldest - youngest + 1, np.int64)
    for age in years:
        if age < youngest or age > oldest:
            return False
        counts[age - youngest] += 1
    n = len(years)
    lower, upper, passed = -1, -1, 0
    for k in range(len(counts)):
        passed += counts[k]
        if lower < 0 and passed > (n - 1) // 2:
            lower = youngest + k
        if upper < 0 and passed > n // 2:
            upper = youngest + k
    return counts[0] > 0 and counts[-1] > 0 and low <= (lower + upper) / 2 <= high


@njit(cache=True)
def draw_age(ages: tuple, rng: np.random.Generator) -> int:
    """Draw an age from the prior.

    Parameters
    ----------
    ages : tuple
        As of `evidence.ensemble.marrow.Marrow`.
    rng : Generator

    Returns
    -------
    int
    """
    return ages[0] + np.searchsorted(ages[5], rng.random(), side="right")


@njit(cache=True)
def draw_ages(particles: int, patients: int, ages: tuple, tries: int, rng: np.random.Generator) -> np.ndarray:
    """Draw ages from the prior until the three printed figures fit.

    Parameters
    ----------
    particles, patients : int
    ages : tuple
        As of `evidence.ensemble.marrow.Marrow`.
    tries : int
        At most, for each particle.
    rng : Generator

    Returns
    -------
    array of int, (particles, patients)
        No rows where a particle finds none.
    """
    found = np.empty((particles, patients), np.int64)
    for p in range(particles):
        for _ in range(tries):
            for i in range(patients):
                found[p, i] = draw_age(ages, rng)
            if fits_ages(found[p], ages):
                break
        else:
            return found[:0]
    return found
