"""Craft of the search of event times, compiled: what is sought of a cohort, and how far it is from the print.

A course is two whole days: the end of follow-up, and the relapse (0 where there is none). Who does not
respond or relapses dies on the last day, as the reading of the deaths has it; nobody else does.
"""

import numpy as np
from numba import njit

from evidence.ensemble.chances import beyond
from evidence.ensemble.event_times import COUNT, MISSED, MONTH, PER_CENT
from helpers.ground.endpoints import DAYS_PER_MONTH

# What is sought: survival at a month; difference of restricted means; log hazard ratio; median of follow-up;
# reverse Kaplan-Meier median; incidence of relapse; number of relapses.
AT, MEAN, RATIO, MEDIAN, REVERSE, INCIDENCE, RELAPSES = range(7)
STEPS, LARGEST = 15, 9.0  # of Newton's method; of a log hazard ratio, where the likelihood has no maximum
HALF = 0.5 + 1e-9
FIGURES = 5  # three quartiles, overall and disease-free survival
UNREACHED = 100.0  # months, of a median


@njit(cache=True)
def in_order(days: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Return the places of the patients by day, on one day those of whom something is true first.

    Parameters
    ----------
    days : array of int, (patients,)
    first : array of bool, (patients,)

    Returns
    -------
    array of int, (patients,)
    """
    return np.argsort(2 * days + (~first))


@njit(cache=True)
def survival(days: np.ndarray, event: np.ndarray, among: np.ndarray, at: float) -> float:
    """Return the Kaplan-Meier probability at a day; NaN where follow-up ends before with somebody left.

    Parameters
    ----------
    days : array of int, (patients,)
    event, among : array of bool, (patients,)
    at : float

    Returns
    -------
    float
    """
    left, curve, last = among.sum(), 1.0, 0
    for one in in_order(days, event):
        if among[one]:
            last = days[one]
            if event[one] and days[one] <= at:
                curve *= 1 - 1 / left
            left -= 1
    return curve if last >= at or curve <= 0 else np.nan


@njit(cache=True)
def mean_within(days: np.ndarray, event: np.ndarray, among: np.ndarray, at: float) -> float:
    """Return the area under the Kaplan-Meier curve up to a day, in months; NaN as of `survival`.

    Parameters
    ----------
    days, event, among, at
        As of `survival`.

    Returns
    -------
    float
    """
    left, curve, last, since, area = among.sum(), 1.0, 0, 0.0, 0.0
    for one in in_order(days, event):
        if among[one]:
            last = days[one]
            if event[one] and days[one] < at:
                area += curve * (days[one] - since)
                since = days[one]
                curve *= 1 - 1 / left
            left -= 1
    if last < at and curve > 0:
        return np.nan
    return (area + curve * (at - since)) / DAYS_PER_MONTH


@njit(cache=True)
def log_ratio(days: np.ndarray, event: np.ndarray, treated: np.ndarray) -> float:
    """Return the log hazard ratio, Breslow's method, no further than `LARGEST` from 0.

    Parameters
    ----------
    days : array of int, (patients,)
    event, treated : array of bool, (patients,)

    Returns
    -------
    float
    """
    order, found = in_order(days, event), 0.0
    for _ in range(STEPS):
        ratio, score, information = np.exp(found), 0.0, 0.0
        ours, theirs = treated.sum(), (~treated).sum()
        for one in order:
            if event[one]:
                part = ratio * ours / (ratio * ours + theirs)
                score += treated[one] - part
                information += part * (1 - part)
            ours -= treated[one]
            theirs -= not treated[one]
        step = score / max(information, 1e-9)
        found = min(max(found + min(max(step, -2.0), 2.0), -LARGEST), LARGEST)
    return found


@njit(cache=True)
def median(days: np.ndarray, among: np.ndarray) -> float:
    """Return the median of follow-up in months.

    Parameters
    ----------
    days : array of int, (patients,)
    among : array of bool, (patients,)

    Returns
    -------
    float
    """
    return np.median(days[among]) / DAYS_PER_MONTH


@njit(cache=True)
def reverse_median(days: np.ndarray, death: np.ndarray, among: np.ndarray) -> float:
    """Return the first month at which the curve of last contacts is at one half; `UNREACHED` where it is not.

    Parameters
    ----------
    days : array of int, (patients,)
    death, among : array of bool, (patients,)

    Returns
    -------
    float
    """
    left, curve = among.sum(), 1.0
    for one in in_order(days, ~death):
        if among[one]:
            if not death[one]:
                curve *= 1 - 1 / left
                if curve <= HALF:
                    return days[one] / DAYS_PER_MONTH
            left -= 1
    return UNREACHED


@njit(cache=True)
def incidence(days: np.ndarray, event: np.ndarray, relapse: np.ndarray, at: float) -> float:
    """Return the cumulative incidence of relapse at a day, other events competing.

    Parameters
    ----------
    days : array of int, (patients,)
        To the first event or last contact.
    event, relapse : array of bool, (patients,)
    at : float

    Returns
    -------
    float
    """
    left, curve, found = len(days), 1.0, 0.0
    for one in in_order(days, event):
        if event[one] and days[one] <= at:
            found += curve / left * relapse[one]
            curve *= 1 - 1 / left
        left -= 1
    return found


@njit(cache=True)
def sought(
    goal: tuple[int, bool, float, np.ndarray],
    ends: np.ndarray,
    relapses: np.ndarray,
    responds: np.ndarray,
    treated: np.ndarray,
) -> float:
    """Return what is sought of one cohort.

    Parameters
    ----------
    goal : tuple of int, bool, float and array of bool
        What; whether of disease-free survival; day; among whom.
    ends, relapses : array of int, (patients,)
    responds, treated : array of bool, (patients,)

    Returns
    -------
    float
        NaN where it does not exist.
    """
    what, free, at, among = goal
    relapsed = relapses > 0
    death = relapsed | ~responds
    days = np.where(relapsed, relapses, ends) if free or what == INCIDENCE else ends
    if what == AT:
        return survival(days, death, among, at)
    if what == MEAN:
        return mean_within(days, death, treated, at) - mean_within(days, death, ~treated, at)
    if what == RATIO:
        return log_ratio(days, death, treated)
    if what == MEDIAN:
        return median(ends, among)
    if what == REVERSE:
        return reverse_median(ends, death, among)
    if what == INCIDENCE:
        return incidence(days, death, relapsed, at)
    return float((relapsed & among).sum())


@njit(cache=True)
def distance(
    ends: np.ndarray,
    relapses: np.ndarray,
    responds: np.ndarray,
    treated: np.ndarray,
    windows: np.ndarray,
    at: float,
    asked: tuple[int, int, float],
) -> float:
    """Return how far one cohort is from the print, and from what else is asked.

    Parameters
    ----------
    ends, relapses : array of int, (patients,)
    responds, treated : array of bool, (patients,)
    windows : array of float, (5, 2)
        Of three quartiles in months and two percentages.
    at : float
        The day at which survival is printed.
    asked : tuple of int, int and float
        Patients of the first and of the other arm left free of events, and the factor between the arms'
        medians.

    Returns
    -------
    float
    """
    ascending, place = np.sort(ends), 0.0
    total = 0.0
    for quarter in range(3):
        place = (quarter + 1) / 4 * (len(ends) - 1)
        low = int(place)
        value = ascending[low] + (place - low) * (ascending[low + 1] - ascending[low])
        total += _missed(MONTH * beyond(value / DAYS_PER_MONTH, windows[quarter, 0], windows[quarter, 1]))
    relapsed, everybody = relapses > 0, np.ones(len(ends), np.bool_)
    death, free = relapsed | ~responds, np.where(relapsed, relapses, ends)
    total += _missed(
        PER_CENT * beyond(100 * survival(ends, death, everybody, at), windows[3, 0], windows[3, 1])
    )
    total += _missed(
        PER_CENT * beyond(100 * survival(free, death, everybody, at), windows[4, 0], windows[4, 1])
    )
    longer = free > at
    total += _missed(COUNT * max(asked[0] - (longer & treated).sum(), 0))
    total += _missed(COUNT * max(asked[1] - (longer & ~treated).sum(), 0))
    if asked[2] < np.inf:
        one, other = median(ends, treated), median(ends, ~treated)
        total += _missed(MONTH * max(max(one, other) - asked[2] * min(one, other), 0.0))
    return total


@njit(cache=True)
def _missed(by: float) -> float:
    return MISSED + by if by > 0 else 0.0
