"""Craft of the block of event times, compiled: the moves, each with its log ratio of densities and proposals.

Times are Weibull with a common shape: their powers are exponential with a rate that depends on the kind of
time and on the arm. The parameters are the logs of the three medians of monotherapy, in days, and the effect.
"""

import numpy as np
from numba import njit

from evidence.ensemble.event_times import LONGEST, RESPONSE, course

DEATH, RELAPSE, AFTER, EFFECT = range(4)  # parameters; the first three are kinds of time, too
PARAMETERS = 4
REDRAW, SWAP, SHIFT, LEARN, RESCALE = range(5)  # the moves
MOST_REDRAWN = 4  # patients
SHIFT_DAYS, SHIFT_LOG = 60.0, 0.6  # of last contact, and of the log of another time
STEP, RESCALE_STEP = 0.6, 0.15  # of a parameter with the courses as they are, and with times that follow it
LOG_2 = np.log(2.0)


@njit(cache=True)
def propose(
    last: np.ndarray,
    first: np.ndarray,
    after: np.ndarray,
    parameters: np.ndarray,
    responds: np.ndarray,
    combination: np.ndarray,
    order: np.ndarray,
    partners: np.ndarray,
    law: tuple[float, np.ndarray, np.ndarray],
    mix: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Change each cohort in place by one move.

    Parameters
    ----------
    last, first, after : array, (particles, patients)
        Latent times in days.
    parameters : array, (particles, 4)
    responds, combination : array of bool, (patients,)
    order, partners : array of int, (patients,) and (patients, 2)
        Patients by class and arm; where in them those of a patient's class in the other arm begin, and how
        many they are.
    law : tuple of float, array and array
        Weibull shape; prior mean and standard deviation of each parameter.
    mix : array
        Ascending; the cumulated shares of the moves but for the last.
    rng : Generator

    Returns
    -------
    array, (particles,)
        Logs of prior ratio times proposal ratio.
    """
    ratios = np.zeros(len(last))
    n, shape = len(responds), law[0]
    for p in range(len(last)):
        times = (last[p], first[p], after[p])
        logs = _log_rates(parameters[p], shape)
        move, one = np.searchsorted(mix, rng.random(), side="right"), int(rng.random() * n)
        if move == REDRAW:
            for _ in range(1 + int(rng.random() * MOST_REDRAWN)):
                _redraw(times, logs, int(rng.random() * n), responds, combination, shape, rng)
        elif move == SWAP:
            start, number = partners[one]
            other = order[start + int(rng.random() * number)] if number else one
            ratios[p] = _swap(times, logs, one, other, responds, combination, shape)
        elif move == SHIFT:
            ratios[p] = _shift(times, logs, one, responds[one], combination[one], shape, rng)
        elif move == LEARN:
            ratios[p] = _learn(times, parameters[p], responds, combination, law, rng)
        else:
            ratios[p] = _rescale(times, parameters[p], responds, combination, law, rng)
    return ratios


@njit(cache=True)
def _log_rates(parameters: np.ndarray, shape: float) -> np.ndarray:
    """Return the logs of the rates of the powers of the times, by kind and arm."""
    logs = np.empty((3, 2))
    for kind in range(3):
        for arm in range(2):
            logs[kind, arm] = np.log(LOG_2) - shape * parameters[kind] + arm * parameters[EFFECT]
    return logs


@njit(cache=True)
def _power(time: float, shape: float) -> float:
    return time if shape == 1.0 else time**shape  # several times as fast, and the usual case


@njit(cache=True)
def _beyond(bound: float, log_rate: float, shape: float, rng: np.random.Generator) -> float:
    """Draw a time given that it is longer than a bound: its power is exponential, without memory."""
    unit = rng.standard_exponential()
    return _power(_power(bound, shape) + unit * np.exp(-log_rate), 1 / shape)


@njit(cache=True)
def _log_density(time: float, log_rate: float, shape: float) -> float:
    """Return the density of the log of a time at that log, but for the shape, which never changes."""
    return log_rate + shape * np.log(time) - np.exp(log_rate) * _power(time, shape)


@njit(cache=True)
def _redraw(
    times: tuple[np.ndarray, np.ndarray, np.ndarray],
    logs: np.ndarray,
    one: int,
    responds: np.ndarray,
    combination: np.ndarray,
    shape: float,
    rng: np.random.Generator,
) -> None:
    """Draw every latent time of a patient from the prior given the parameters, which keeps their law."""
    last, first, after = times
    arm = int(combination[one])
    last[one] = RESPONSE + rng.random() * (LONGEST - RESPONSE)
    first[one] = _beyond(0.0, logs[RELAPSE if responds[one] else DEATH, arm], shape, rng)
    if responds[one]:
        after[one] = _beyond(0.0, logs[AFTER, arm], shape, rng)


@njit(cache=True)
def _swap(
    times: tuple[np.ndarray, np.ndarray, np.ndarray],
    logs: np.ndarray,
    one: int,
    other: int,
    responds: np.ndarray,
    combination: np.ndarray,
    shape: float,
) -> float:
    """Exchange all latent times of two patients of a class; return the log ratio of densities."""
    last, first, after = times
    ratio = 0.0
    kind = RELAPSE if responds[one] else DEATH
    for here, there in ((one, other), (other, one)):
        old, new = int(combination[here]), int(combination[there])
        ratio += _log_density(first[here], logs[kind, new], shape)
        ratio -= _log_density(first[here], logs[kind, old], shape)
        if responds[one]:
            ratio += _log_density(after[here], logs[AFTER, new], shape)
            ratio -= _log_density(after[here], logs[AFTER, old], shape)
    for each in (last, first, after):
        each[one], each[other] = each[other], each[one]
    return ratio


@njit(cache=True)
def _shift(
    times: tuple[np.ndarray, np.ndarray, np.ndarray],
    logs: np.ndarray,
    one: int,
    responds: bool,
    combination: bool,
    shape: float,
    rng: np.random.Generator,
) -> float:
    """Change one time of a patient a little; return the log ratio of densities, of logs where logs move."""
    last, first, after = times
    which = rng.random() * (3 if responds else 2)
    if which < 1:
        last[one] += SHIFT_DAYS * rng.standard_normal()
        return 0.0 if RESPONSE <= last[one] <= LONGEST else -np.inf
    each, kind = (first, RELAPSE if responds else DEATH) if which < 2 else (after, AFTER)
    log_rate = logs[kind, int(combination)]
    before = _log_density(each[one], log_rate, shape)
    each[one] *= np.exp(SHIFT_LOG * rng.standard_normal())
    return _log_density(each[one], log_rate, shape) - before


@njit(cache=True)
def _learn(
    times: tuple[np.ndarray, np.ndarray, np.ndarray],
    parameters: np.ndarray,
    responds: np.ndarray,
    combination: np.ndarray,
    law: tuple[float, np.ndarray, np.ndarray],
    rng: np.random.Generator,
) -> float:
    """Change one parameter, then redraw what the courses hide; return the log ratio.

    The courses stay. What they hide is drawn from its law given the rest and drops out of the ratio, which is
    that of the parameters' prior and of the likelihood of what the courses show.
    """
    shape, centre, spread = law
    events, exposure = _shown(times, responds, combination, shape)
    before = _log_prior(parameters, centre, spread)
    before += _log_likelihood(events, exposure, _log_rates(parameters, shape))
    which = int(rng.random() * PARAMETERS)
    parameters[which] += min(STEP, spread[which]) * rng.standard_normal()
    logs = _log_rates(parameters, shape)
    _refresh(times, logs, responds, combination, shape, rng)
    return _log_prior(parameters, centre, spread) + _log_likelihood(events, exposure, logs) - before


@njit(cache=True)
def _shown(
    times: tuple[np.ndarray, np.ndarray, np.ndarray],
    responds: np.ndarray,
    combination: np.ndarray,
    shape: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Return events and powers of times at risk that the courses show, by kind of time and arm."""
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
def _log_likelihood(events: np.ndarray, exposure: np.ndarray, logs: np.ndarray) -> float:
    """Return the log likelihood of what the courses show, but for what no parameter enters."""
    return (events * logs - exposure * np.exp(logs)).sum()


@njit(cache=True)
def _log_prior(parameters: np.ndarray, centre: np.ndarray, spread: np.ndarray) -> float:
    """Return the log prior of the parameters, but for a constant."""
    return -0.5 * (((parameters - centre) / spread) ** 2).sum()


@njit(cache=True)
def _refresh(
    times: tuple[np.ndarray, np.ndarray, np.ndarray],
    logs: np.ndarray,
    responds: np.ndarray,
    combination: np.ndarray,
    shape: float,
    rng: np.random.Generator,
) -> None:
    """Draw what the courses hide from the prior given the parameters and what the courses show."""
    last, first, after = times
    for one in range(len(last)):
        arm = int(combination[one])
        end, dies, relapse, relapses = course(last[one], first[one], after[one], responds[one])
        if dies:
            least = max(end, RESPONSE)
            last[one] = least + rng.random() * (LONGEST - least)
        elif not responds[one]:
            first[one] = _beyond(end, logs[DEATH, arm], shape, rng)
        elif relapses:
            after[one] = _beyond(end - relapse, logs[AFTER, arm], shape, rng)
        else:
            first[one] = _beyond(end - RESPONSE, logs[RELAPSE, arm], shape, rng)
            after[one] = _beyond(0.0, logs[AFTER, arm], shape, rng)


@njit(cache=True)
def _rescale(
    times: tuple[np.ndarray, np.ndarray, np.ndarray],
    parameters: np.ndarray,
    responds: np.ndarray,
    combination: np.ndarray,
    law: tuple[float, np.ndarray, np.ndarray],
    rng: np.random.Generator,
) -> float:
    """Change one parameter and every time that depends on it in proportion; return the log ratio.

    The unit exponentials behind the times stay, so that only the prior of the parameter counts.
    """
    shape, centre, spread = law
    _, first, after = times
    before = _log_prior(parameters, centre, spread)
    which, step = int(rng.random() * PARAMETERS), RESCALE_STEP * rng.standard_normal()
    parameters[which] += step
    factor = np.exp(-step / shape if which == EFFECT else step)
    for one in range(len(first)):
        treated = which == EFFECT and combination[one]
        if treated or which == (RELAPSE if responds[one] else DEATH):
            first[one] *= factor
        if treated or which == AFTER:
            after[one] *= factor
    return _log_prior(parameters, centre, spread) - before
