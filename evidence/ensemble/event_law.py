"""Craft of the block of event times, compiled: the law of the times, and the densities that the moves weigh.

Times are Weibull with a common shape: their powers are exponential with a rate that depends on the kind of
time and on the arm. The parameters are the logs of the three medians of monotherapy, in days, and the effect.
"""

import numpy as np
from numba import njit

from evidence.ensemble.event_times import LONGEST, RESPONSE, course

Times = tuple[np.ndarray, np.ndarray, np.ndarray]  # last contact, first and after: of one cohort or of many

DEATH, RELAPSE, AFTER, EFFECT = range(4)  # parameters; the first three are kinds of time, too
PARAMETERS = 4
LOG_2 = np.log(2.0)


@njit(cache=True)
def log_rates(parameters: np.ndarray, shape: float) -> np.ndarray:
    """Return the logs of the rates of the powers of the times.

    Parameters
    ----------
    parameters : array, (4,)
    shape : float

    Returns
    -------
    array, (3, 2)
        By kind of time and arm, the combination last.
    """
    logs = np.empty((3, 2))
    for kind in range(3):
        for arm in range(2):
            logs[kind, arm] = np.log(LOG_2) - shape * parameters[kind] + arm * parameters[EFFECT]
    return logs


@njit(cache=True)
def _power(time: float, shape: float) -> float:
    return time if shape == 1.0 else time**shape  # several times as fast, and the usual case


@njit(cache=True)
def beyond(bound: float, log_rate: float, shape: float, rng: np.random.Generator) -> float:
    """Draw a time given that it is longer than a bound: its power is exponential, without memory.

    Parameters
    ----------
    bound, log_rate, shape : float
    rng : Generator

    Returns
    -------
    float
    """
    unit = rng.standard_exponential()
    return _power(_power(bound, shape) + unit * np.exp(-log_rate), 1 / shape)


@njit(cache=True)
def log_density(time: float, log_rate: float, shape: float) -> float:
    """Return the log density of a time, but for the shape, which never changes.

    Parameters
    ----------
    time, log_rate, shape : float

    Returns
    -------
    float
    """
    return log_rate + (shape - 1) * np.log(time) - np.exp(log_rate) * _power(time, shape)


@njit(cache=True)
def log_shown(
    end: float, dies: bool, relapse: float, relapses: bool, responds: bool, logs: np.ndarray, shape: float
) -> float:
    """Return the log density of the end of a course, given relapse, but for what no end enters.

    Parameters
    ----------
    end : float
    dies : bool
    relapse : float
    relapses, responds : bool
        As `evidence.ensemble.event_times.course` tells them.
    logs : array, (3,)
        Of the rates of the patient's arm.
    shape : float

    Returns
    -------
    float
    """
    kind, time = (DEATH, end) if not responds else (RELAPSE, end - RESPONSE)
    if relapses:
        kind, time = AFTER, end - relapse
    if dies:  # last contact, hidden, lies anywhere beyond
        return log_density(time, logs[kind], shape) + np.log(LONGEST - max(end, RESPONSE))
    return -np.exp(logs[kind]) * _power(time, shape)


@njit(cache=True)
def shown(
    times: Times, responds: np.ndarray, combination: np.ndarray, shape: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return what the courses of a cohort show.

    Parameters
    ----------
    times : tuple of three arrays, (patients,)
    responds, combination : array of bool, (patients,)
    shape : float

    Returns
    -------
    tuple of two arrays, (3, 2)
        Events and powers of times at risk, by kind of time and arm.
    """
    last, first, after = times
    events, exposure = np.zeros((3, 2)), np.zeros((3, 2))
    for one in range(len(last)):
        arm = int(combination[one])
        end, dies, relapse, relapses = course(last[one], first[one], after[one], responds[one])
        if not responds[one]:
            events[DEATH, arm] += dies
            exposure[DEATH, arm] += _power(end, shape)
            continue
        events[RELAPSE, arm] += relapses
        exposure[RELAPSE, arm] += _power((relapse if relapses else end) - RESPONSE, shape)
        if relapses:
            events[AFTER, arm] += dies
            exposure[AFTER, arm] += _power(end - relapse, shape)
    return events, exposure


@njit(cache=True)
def log_likelihood(events: np.ndarray, exposure: np.ndarray, logs: np.ndarray) -> float:
    """Return the log likelihood of what the courses show, but for what no parameter enters.

    Parameters
    ----------
    events, exposure : array, (3, 2)
        As `shown` counts them.
    logs : array, (3, 2)
        As of `log_rates`.

    Returns
    -------
    float
    """
    return (events * logs - exposure * np.exp(logs)).sum()


@njit(cache=True)
def log_prior(parameters: np.ndarray, centre: np.ndarray, spread: np.ndarray) -> float:
    """Return the log prior of the parameters, but for a constant.

    Parameters
    ----------
    parameters, centre, spread : array, (4,)

    Returns
    -------
    float
    """
    return -0.5 * (((parameters - centre) / spread) ** 2).sum()


@njit(cache=True)
def refresh_one(
    times: Times, logs: np.ndarray, one: int, responds: bool, arm: int, shape: float, rng: np.random.Generator
) -> None:
    """Draw what the course of one patient hides from the prior given the parameters and what it shows.

    Parameters
    ----------
    times : tuple of three arrays, (patients,)
        Changed in place.
    logs : array, (3, 2)
        As of `log_rates`.
    one : int
        Which patient.
    responds : bool
    arm : int
    shape : float
    rng : Generator
    """
    last, first, after = times
    end, dies, relapse, relapses = course(last[one], first[one], after[one], responds)
    if dies:
        least = max(end, RESPONSE)
        last[one] = least + rng.random() * (LONGEST - least)
    elif not responds:
        first[one] = beyond(end, logs[DEATH, arm], shape, rng)
    elif relapses:
        after[one] = beyond(end - relapse, logs[AFTER, arm], shape, rng)
    else:
        first[one] = beyond(end - RESPONSE, logs[RELAPSE, arm], shape, rng)
        after[one] = beyond(0.0, logs[AFTER, arm], shape, rng)


@njit(cache=True)
def refresh(
    times: Times,
    logs: np.ndarray,
    responds: np.ndarray,
    combination: np.ndarray,
    shape: float,
    rng: np.random.Generator,
) -> None:
    """Draw what the courses of all patients hide, each as `refresh_one` does.

    Parameters
    ----------
    times : tuple of three arrays, (patients,)
        Changed in place.
    logs : array, (3, 2)
        As of `log_rates`.
    responds, combination : array of bool, (patients,)
    shape : float
    rng : Generator
    """
    for one in range(len(responds)):
        refresh_one(times, logs, one, responds[one], int(combination[one]), shape, rng)
