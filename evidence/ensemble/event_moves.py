"""Craft of the block of event times, compiled: the moves, each with its log ratio of densities."""

import numpy as np
from numba import njit

from evidence.ensemble.event_law import (
    AFTER,
    DEATH,
    EFFECT,
    PARAMETERS,
    RELAPSE,
    Times,
    beyond,
    log_density,
    log_likelihood,
    log_prior,
    log_rates,
    log_shown,
    refresh,
    refresh_one,
    shown,
)
from evidence.ensemble.event_times import LONGEST, RESPONSE, course, distance_of

People = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
Law = tuple[float, np.ndarray, np.ndarray]

REDRAW, SWAP, RESHAPE, LEARN, RESCALE = range(5)  # the moves
MOST_REDRAWN, MOST_RESHAPED = 4, 3  # patients, steps
SHIFT_DAYS = 60.0
# Shares of the steps: trades; of shifts those to anywhere, and those of a patient with an event.
TRADED, ANEW, EVENTFUL = 0.4, 0.5, 0.6
STEP, RESCALE_STEP = 0.6, 0.15  # of a parameter with the courses as they are, and with times that follow it


@njit(cache=True)
def propose(
    times: Times, parameters: np.ndarray, people: People, law: Law, mix: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Change each cohort in place by one move.

    Parameters
    ----------
    times : tuple of three arrays, (particles, patients)
        Last contact, first and after, in days.
    parameters : array, (particles, 4)
    people : tuple of four arrays
        Of each patient: responds; combination; the patients by class and arm; where among these those of the
        patient's class in the other arm begin, and how many they are (patients, 2).
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
    last, first, after = times
    ratios = np.zeros(len(last))
    for p in range(len(last)):
        move = int(np.searchsorted(mix, rng.random(), side="right"))
        ratios[p] = _change(move, (last[p], first[p], after[p]), parameters[p], people, law, rng)
    return ratios


@njit(cache=True)
def walk(
    times: Times,
    parameters: np.ndarray,
    distance: np.ndarray,
    people: People,
    law: Law,
    mix: np.ndarray,
    printed: tuple[int, np.ndarray],
    pressure: float,
    moves: int,
    rng: np.random.Generator,
) -> int:
    """Move each cohort many times in place, by Metropolis and Hastings' rule.

    Parameters
    ----------
    times : tuple of three arrays, (particles, patients)
    parameters : array, (particles, 4)
    distance : array, (particles,)
        Of each cohort, changed with it.
    people, law, mix
        As of `propose`.
    printed : tuple of int and array
        Which disease-free survival, and the windows: as `evidence.ensemble.event_times` takes them.
    pressure : float
    moves : int
    rng : Generator

    Returns
    -------
    int
        How many moves were taken.
    """
    last, first, after = times
    kind, windows = printed
    taken = 0
    for p in range(len(last)):
        own, values = (last[p], first[p], after[p]), parameters[p]
        before = (last[p].copy(), first[p].copy(), after[p].copy(), values.copy())
        for _ in range(moves):
            move = int(np.searchsorted(mix, rng.random(), side="right"))
            ratio = _change(move, own, values, people, law, rng)
            proposed = distance[p]
            # An exchange and what a course hides leave every printed figure as it is.
            if ratio > -np.inf and move != SWAP and move != LEARN:
                proposed = distance_of(own[0], own[1], own[2], people[0], kind, windows)
            if np.log1p(-rng.random()) < ratio - pressure * (proposed - distance[p]):
                _copy(own, values, before)
                distance[p] = proposed
                taken += 1
            else:
                _copy(before[:3], before[3], (own[0], own[1], own[2], values))
    return taken


@njit(cache=True)
def _copy(
    times: Times, parameters: np.ndarray, into: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
) -> None:
    into[0][:], into[1][:], into[2][:], into[3][:] = times[0], times[1], times[2], parameters


@njit(cache=True)
def _change(
    move: int, times: Times, parameters: np.ndarray, people: People, law: Law, rng: np.random.Generator
) -> float:
    """Change one cohort by one move; return the log ratio."""
    responds, combination, order, partners = people
    logs, shape, n = log_rates(parameters, law[0]), law[0], len(responds)
    if move == LEARN:
        return _learn(times, parameters, responds, combination, law, rng)
    if move == RESCALE:
        return _rescale(times, parameters, responds, combination, law, rng)
    if move == REDRAW:
        for _ in range(1 + int(rng.random() * MOST_REDRAWN)):
            _redraw(times, logs, int(rng.random() * n), responds, combination, shape, rng)
        return 0.0
    if move == RESHAPE:
        return _reshape(times, logs, responds, combination, shape, rng)
    one = int(rng.random() * n)
    start, number = partners[one]
    other = order[start + int(rng.random() * number)] if number else one
    return _swap(times, logs, one, other, responds, combination, shape)


@njit(cache=True)
def _eventful(times: Times, responds: np.ndarray, rng: np.random.Generator) -> int:
    """Choose one of the patients who die or relapse; -1 where there is none."""
    last, first, after = times
    chosen, number = -1, 0
    for one in range(len(last)):
        _, dies, _, relapses = course(last[one], first[one], after[one], responds[one])
        if dies or relapses:
            number += 1
            chosen = one if rng.random() * number < 1 else chosen
    return chosen


@njit(cache=True)
def _redraw(
    times: Times,
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
    first[one] = beyond(0.0, logs[RELAPSE if responds[one] else DEATH, arm], shape, rng)
    if responds[one]:
        after[one] = beyond(0.0, logs[AFTER, arm], shape, rng)


@njit(cache=True)
def _swap(
    times: Times,
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
        ratio += log_density(first[here], logs[kind, new], shape)
        ratio -= log_density(first[here], logs[kind, old], shape)
        if responds[one]:
            ratio += log_density(after[here], logs[AFTER, new], shape)
            ratio -= log_density(after[here], logs[AFTER, old], shape)
    for each in (last, first, after):
        each[one], each[other] = each[other], each[one]
    return ratio


@njit(cache=True)
def _reshape(
    times: Times,
    logs: np.ndarray,
    responds: np.ndarray,
    combination: np.ndarray,
    shape: float,
    rng: np.random.Generator,
) -> float:
    """Shift times and trade ends, a few of them at once, and keep all events; return the log ratio.

    The steps back, in reverse order, are chosen as often, so that the ratios of the steps add up.
    """
    ratio = 0.0
    for _ in range(1 + int(rng.random() * MOST_RESHAPED)):
        if rng.random() < TRADED:
            ratio += _trade(times, logs, responds, combination, shape, rng)
        else:
            n = len(responds)
            one = _eventful(times, responds, rng) if rng.random() < EVENTFUL else int(rng.random() * n)
            if one < 0:
                return -np.inf
            ratio += _shift(times, logs, one, responds[one], combination[one], shape, rng)
        if ratio == -np.inf:
            break
    return ratio


@njit(cache=True)
def _shift(
    times: Times,
    logs: np.ndarray,
    one: int,
    responds: bool,
    combination: bool,
    shape: float,
    rng: np.random.Generator,
) -> float:
    """Change one time that the course of a patient shows, but not its events; return the log ratio.

    As the events stay, the way back is chosen as often. What is moved is last contact, the first event, the
    time from relapse to death, or relapse with death as it is.
    """
    last, first, after = times
    _, dies, _, relapses = course(last[one], first[one], after[one], responds)
    choices = np.array([not dies, relapses or (dies and not responds), relapses and dies, relapses and dies])
    which = np.flatnonzero(choices)[int(rng.random() * choices.sum())]
    arm, origin = int(combination), RESPONSE if responds else 0.0
    kind = RELAPSE if responds else DEATH
    ratio = -log_density(first[one], logs[kind, arm], shape)
    ratio -= log_density(after[one], logs[AFTER, arm], shape) if responds else 0.0
    if which == 0:
        last[one] = _moved(last[one], RESPONSE, LONGEST, rng)
    elif which == 1:
        first[one] = _moved(first[one], 0.0, last[one] - origin, rng)
    elif which == 2:
        after[one] = _moved(after[one], 0.0, last[one] - origin - first[one], rng)
    else:
        both = first[one] + after[one]
        first[one] = _moved(first[one], 0.0, both, rng)
        after[one] = both - first[one]
    if first[one] <= 0 or (responds and after[one] <= 0) or not RESPONSE <= last[one] <= LONGEST:
        return -np.inf
    _, still_dies, _, still_relapses = course(last[one], first[one], after[one], responds)
    if dies != still_dies or relapses != still_relapses:
        return -np.inf
    ratio += log_density(first[one], logs[kind, arm], shape)
    return ratio + (log_density(after[one], logs[AFTER, arm], shape) if responds else 0.0)


@njit(cache=True)
def _trade(
    times: Times,
    logs: np.ndarray,
    responds: np.ndarray,
    combination: np.ndarray,
    shape: float,
    rng: np.random.Generator,
) -> float:
    """Exchange when two courses end, each with its events, then redraw what they hide; return the log ratio.

    The days of follow-up stay the same days. One of the two has an event.
    """
    one = _eventful(times, responds, rng)
    other = _eventful(times, responds, rng) if rng.random() < 0.5 else int(rng.random() * len(responds))
    if one < 0 or one == other or other < 0:
        return -np.inf
    last, first, after = times
    here = course(last[one], first[one], after[one], responds[one])
    there = course(last[other], first[other], after[other], responds[other])
    ratio = 0.0
    for who, old, end in ((one, here, there[0]), (other, there, here[0])):
        _, dies, relapse, relapses = old
        if end <= (relapse if relapses else 0.0) or (not dies and end < RESPONSE):
            return -np.inf
        arm = int(combination[who])
        ratio -= log_shown(old[0], dies, relapse, relapses, responds[who], logs[:, arm], shape)
        ratio += log_shown(end, dies, relapse, relapses, responds[who], logs[:, arm], shape)
        _end(times, who, end, dies, relapse, relapses, responds[who])
        refresh_one(times, logs, who, responds[who], arm, shape, rng)
    return ratio


@njit(cache=True)
def _end(
    times: Times, one: int, end: float, dies: bool, relapse: float, relapses: bool, responds: bool
) -> None:
    """Let a course with its events end at another time; what it hides is drawn afterwards."""
    last, first, after = times
    last[one] = LONGEST if dies else end
    if relapses:
        after[one] = end - relapse if dies else LONGEST
    else:
        first[one] = end if dies else LONGEST


@njit(cache=True)
def _moved(time: float, low: float, high: float, rng: np.random.Generator) -> float:
    """Return a time near another one, or anywhere between two bounds; either as likely the other way."""
    if rng.random() < ANEW:
        return low + rng.random() * (high - low)
    return time + SHIFT_DAYS * rng.standard_normal()


@njit(cache=True)
def _learn(
    times: Times,
    parameters: np.ndarray,
    responds: np.ndarray,
    combination: np.ndarray,
    law: Law,
    rng: np.random.Generator,
) -> float:
    """Change one parameter, then redraw what the courses hide; return the log ratio.

    The courses stay. What they hide is drawn from its law given the rest and drops out of the ratio, which is
    that of the parameters' prior and of the likelihood of what the courses show.
    """
    shape, centre, spread = law
    events, exposure = shown(times, responds, combination, shape)
    before = log_prior(parameters, centre, spread)
    before += log_likelihood(events, exposure, log_rates(parameters, shape))
    which = int(rng.random() * PARAMETERS)
    parameters[which] += min(STEP, spread[which]) * rng.standard_normal()
    logs = log_rates(parameters, shape)
    refresh(times, logs, responds, combination, shape, rng)
    return log_prior(parameters, centre, spread) + log_likelihood(events, exposure, logs) - before


@njit(cache=True)
def _rescale(
    times: Times,
    parameters: np.ndarray,
    responds: np.ndarray,
    combination: np.ndarray,
    law: Law,
    rng: np.random.Generator,
) -> float:
    """Change one parameter and every time that depends on it in proportion; return the log ratio.

    The unit exponentials behind the times stay, so that only the prior of the parameter counts.
    """
    shape, centre, spread = law
    _, first, after = times
    before = log_prior(parameters, centre, spread)
    which, step = int(rng.random() * PARAMETERS), RESCALE_STEP * rng.standard_normal()
    parameters[which] += step
    factor = np.exp(-step / shape if which == EFFECT else step)
    for one in range(len(first)):
        treated = which == EFFECT and combination[one]
        if treated or which == (RELAPSE if responds[one] else DEATH):
            first[one] *= factor
        if treated or which == AFTER:
            after[one] *= factor
    return log_prior(parameters, centre, spread) - before
