"""Craft of the block of event times, compiled: courses of many cohorts, and how far they are from the print.

The latent times of a patient are days: last contact; for a patient without response the time to death, for a
responder the time from `RESPONSE` to relapse and the time from relapse to death. All of them are kept, also
the ones that the course hides because something else came first.
"""

import numpy as np
from numba import njit

from helpers.ground.endpoints import DAYS_PER_MONTH

RESPONSE = 28.0  # the day of the marrow that shows a response; nobody relapses or is lost before it
LONGEST = 34 * DAYS_PER_MONTH  # from the opening of enrolment to summer 2024
TWO_YEARS = 24 * DAYS_PER_MONTH
EVERYONE, NON_RESPONSE, RESPONDERS = range(3)  # whose disease-free survival, and what is an event of it
SUMMARY = 7  # three quartiles, overall and disease-free survival, deaths, relapses
EDGE = 1e-9  # a number on the upper end of its window rounds up
MONTH, PER_CENT, COUNT = 1.0, 0.25, 1.0  # what being off by one of them adds to the distance
MISSED = 0.3  # what each figure that does not print adds, so that a near miss counts too
PATIENTS = 4096  # more than there are


def summaries(
    last: np.ndarray, first: np.ndarray, after: np.ndarray, responds: np.ndarray, kind: int
) -> np.ndarray:
    """Return what the figures print of each cohort, before rounding.

    Parameters
    ----------
    last, first, after : array, (particles, patients)
        Latent times in days.
    responds : array of bool, (patients,)
    kind : int
        `EVERYONE`, `NON_RESPONSE` or `RESPONDERS`: the disease-free survival meant.

    Returns
    -------
    array, (particles, 7)
        Quartiles in months, two percentages at two years, deaths and relapses.
    """
    return _summaries(last, first, after, responds, kind)


def distances(found: np.ndarray, windows: np.ndarray) -> np.ndarray:
    """Return how far the summaries of each cohort lie outside their windows.

    Parameters
    ----------
    found : array, (particles, 7)
        As `summaries` returns them.
    windows : array, (7, 2)
        What prints as printed: from the first number up to, and without, the second.

    Returns
    -------
    array, (particles,)
        0 where every figure prints.
    """
    return np.array([_distance(each, windows) for each in found])


@njit(cache=True)
def course(last: float, first: float, after: float, responds: bool) -> tuple[float, bool, float, bool]:
    """Read the course of a patient off the latent times.

    Parameters
    ----------
    last, first, after : float
        Latent times in days.
    responds : bool

    Returns
    -------
    tuple of float, bool, float and bool
        When it ends and whether in death, when relapse comes and whether it does.
    """
    if not responds:
        return min(first, last), first <= last, 0.0, False
    relapse = RESPONSE + first
    if relapse > last:
        return last, False, 0.0, False
    return min(relapse + after, last), relapse + after <= last, relapse, True


@njit(cache=True)
def _key(day: int, event: bool, one: int) -> int:
    """Return a number of its own for each patient, in order of whole days, events before censorings."""
    return (2 * day + (0 if event else 1)) * PATIENTS + one


@njit(cache=True)
def _survival_at(keys: np.ndarray, at: float) -> float:
    """Return the Kaplan-Meier probability; tied events one after the other give the usual factor."""
    survival, end = 1.0, (2 * int(at) + 1) * PATIENTS
    for one in keys:
        if one < end and one // PATIENTS % 2 == 0:
            at_risk = 0
            for other in keys:
                at_risk += other >= one
            survival *= 1 - 1 / at_risk
    return survival


@njit(cache=True)
def _in_order(keys: np.ndarray) -> np.ndarray:
    """Return the days of the keys in ascending order; counting is quicker than sorting here."""
    ordered = np.empty(len(keys), np.int64)
    for one in keys:
        place = 0
        for other in keys:
            place += other < one
        ordered[place] = one // PATIENTS // 2
    return ordered


@njit(cache=True)
def _type_7(ordered: np.ndarray, share: float) -> float:
    """Return a quantile of ascending numbers by linear interpolation."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


@njit(cache=True)
def _summary(
    last: np.ndarray, first: np.ndarray, after: np.ndarray, responds: np.ndarray, kind: int, found: np.ndarray
) -> None:
    """Write the summary of one cohort into `found`."""
    n, members = len(last), 0
    overall, free = np.empty(n, np.int64), np.empty(n, np.int64)
    found[5:] = 0
    for one in range(n):
        ends, dies, relapsed_at, relapses = course(last[one], first[one], after[one], responds[one])
        end, event = int(np.ceil(ends)), dies or relapses
        overall[one] = _key(end, dies, one)
        found[5] += dies
        found[6] += relapses
        day = int(np.ceil(relapsed_at)) if relapses else end
        if kind == NON_RESPONSE and not responds[one]:
            day, event = min(day, int(RESPONSE)), True
        if responds[one] or kind != RESPONDERS:
            free[members] = _key(day, event, one)
            members += 1
    ordered = _in_order(overall)
    for quarter in range(3):
        found[quarter] = _type_7(ordered, (quarter + 1) / 4) / DAYS_PER_MONTH
    found[3] = 100 * _survival_at(overall, TWO_YEARS)
    found[4] = 100 * _survival_at(free[:members], TWO_YEARS)


@njit(cache=True)
def _summaries(
    last: np.ndarray, first: np.ndarray, after: np.ndarray, responds: np.ndarray, kind: int
) -> np.ndarray:
    found = np.empty((len(last), SUMMARY))
    for particle in range(len(last)):
        _summary(last[particle], first[particle], after[particle], responds, kind, found[particle])
    return found


@njit(cache=True)
def distance_of(
    last: np.ndarray,
    first: np.ndarray,
    after: np.ndarray,
    responds: np.ndarray,
    kind: int,
    windows: np.ndarray,
) -> float:
    """Return the distance of one cohort.

    Parameters
    ----------
    last, first, after : array, (patients,)
        Latent times in days.
    responds, kind
        As of `summaries`.
    windows : array, (7, 2)
        As of `distances`.

    Returns
    -------
    float
    """
    found = np.empty(SUMMARY)
    _summary(last, first, after, responds, kind, found)
    return _distance(found, windows)


@njit(cache=True)
def _distance(found: np.ndarray, windows: np.ndarray) -> float:
    total = 0.0
    for figure in range(SUMMARY):
        weight = MONTH if figure < 3 else PER_CENT if figure < 5 else COUNT
        beyond = max(windows[figure, 0] - found[figure], found[figure] - (windows[figure, 1] - EDGE))
        if beyond > 0:
            total += MISSED + weight * beyond
    return total
