"""Craft of the block of event times, compiled: results of many cohorts that no figure prints."""

import numpy as np
from numba import njit

from helpers.ground.endpoints import DAYS_PER_MONTH

STEPS, LARGEST = 12, 8.0  # of Newton's iteration; of a log hazard ratio, where the likelihood has no maximum
HALF = 0.5 + 1e-9  # products of fractions carry rounding error


@njit(cache=True)
def survival_at(days: np.ndarray, event: np.ndarray, among: np.ndarray, months: float) -> np.ndarray:
    """Return the Kaplan-Meier probability of each cohort at a time.

    Parameters
    ----------
    days, event : array, (particles, patients)
        Whole days; events come before censorings of their day.
    among : array of bool, (patients,)
        Who is counted.
    months : float

    Returns
    -------
    array, (particles,)
        Beyond the last time the curve stays as it is.
    """
    found = np.ones(len(days))
    for p in range(len(days)):
        for one in range(days.shape[1]):
            if among[one] and event[p, one] and days[p, one] <= months * DAYS_PER_MONTH:
                # Tied events one after the other multiply to the usual factor.
                tied = (among & event[p] & (days[p] == days[p, one]))[:one].sum()
                found[p] *= 1 - 1 / ((among & (days[p] >= days[p, one])).sum() - tied)
    return found


@njit(cache=True)
def reverse_median(days: np.ndarray, death: np.ndarray) -> np.ndarray:
    """Return the reverse Kaplan-Meier median of follow-up of each cohort.

    Parameters
    ----------
    days, death : array, (particles, patients)

    Returns
    -------
    array, (particles,)
        In months, the first at which the curve is at or below one half; missing where it stays above.
    """
    found = np.full(len(days), np.nan)
    for p in range(len(days)):
        curve = 1.0
        for day in np.unique(days[p]):
            censored = (~death[p] & (days[p] == day)).sum()
            curve *= 1 - censored / (days[p] >= day).sum()
            if curve <= HALF:
                found[p] = day / DAYS_PER_MONTH
                break
    return found


@njit(cache=True)
def log_hazard_ratio(days: np.ndarray, event: np.ndarray, treated: np.ndarray) -> np.ndarray:
    """Return the log hazard ratio of each cohort: Cox's model, Efron's method for ties.

    Parameters
    ----------
    days, event : array, (particles, patients)
    treated : array of bool, (patients,)

    Returns
    -------
    array, (particles,)
        No further than `LARGEST` from 0, also where the likelihood has no maximum.
    """
    found = np.zeros(len(days))
    for p in range(len(days)):
        for _ in range(STEPS):
            score, information = _score(days[p], event[p], treated, np.exp(found[p]))
            step = score / max(information, 1e-9)
            found[p] = min(max(found[p] + min(max(step, -2.0), 2.0), -LARGEST), LARGEST)
    return found


@njit(cache=True)
def _score(days: np.ndarray, event: np.ndarray, treated: np.ndarray, ratio: float) -> tuple[float, float]:
    """Return score and information of the log hazard ratio."""
    score, information = 0.0, 0.0
    for day in np.unique(days[event]):
        dead, at_risk = event & (days == day), days >= day
        deaths, treated_deaths = dead.sum(), (dead & treated).sum()
        treated_risk = (at_risk & treated).sum()
        other_risk, other_deaths = at_risk.sum() - treated_risk, deaths - treated_deaths
        score += treated_deaths
        for place in range(deaths):
            share = place / deaths
            one = ratio * (treated_risk - share * treated_deaths)
            part = one / (one + other_risk - share * other_deaths)
            score -= part
            information += part * (1 - part)
    return score, information
