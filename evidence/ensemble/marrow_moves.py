"""Craft of the marrow block, compiled: how far blasts and ages are from the print, and the moves.

Every move but one leaves the prior as it is: it redraws from it, exchanges patients who are exchangeable
under it, or goes a step that is as likely as the step back. The exception, a small step of two ages, returns
the ratio of their prior chances.
"""

from math import log

import numpy as np
from numba import njit

from evidence.ensemble.chances import below, beyond, step
from evidence.ensemble.marrow_ages import draw_age, fits_ages
from evidence.ensemble.marrow_statistics import TERMS, logistic, ordered, quantile, rank_z

SHARES = (0.25, 0.5, 0.75)
# How much a unit of each distance counts: a percentage point of a quartile; a unit of the rank test's z; a
# hundredth of the log odds ratio; a unit of a Wald z.
PER_QUARTILE, PER_RANK, PER_SLOPE, PER_WALD = 0.25, 4.0, 1.0, 2.0
NO_MAXIMUM = 50.0  # the distance of a cohort whose model has no maximum
DECIMALS = 9  # of a distance; its last bits, which differ between processors, must not steer a chain

REDRAW, SHIFT, ANCHORS, EXCHANGE, TRADE = range(5)
EXCHANGE_AGES, SHUFFLE_AGES, REDRAW_AGES, SHIFT_AGES, REVERSE_AGES = range(5, 10)
# The last move takes the rest.
MIX = np.cumsum(np.array([0.1, 0.13, 0.17, 0.2, 0.15, 0.1, 0.05, 0.05, 0.03]))
MOST_CHANGED, MOST_EXCHANGED, MOST_SHUFFLED, LONGEST_SHIFT, LONGEST_ANCHOR_SHIFT = 3, 3, 8, 4, 6


@njit(cache=True)
def distances(blasts: np.ndarray, ages: np.ndarray, fixed: tuple, print_: tuple) -> np.ndarray:
    """Return how far each cohort is from the print, without limit.

    Parameters
    ----------
    blasts : array of int, (particles, refractory patients)
    ages : array of int, (particles, patients)
        Relapsed/refractory patients first.
    fixed, print_ : tuple
        As of `evidence.ensemble.marrow.Marrow`.

    Returns
    -------
    array, (particles,)
    """
    fit = np.zeros((2, TERMS))
    found = np.empty(len(blasts))
    for p in range(len(blasts)):
        fit[:] = 0.0
        found[p] = _distance(blasts[p], ages[p], fixed, print_, fit, np.inf)
    return found


@njit(cache=True)
def _distance(
    blasts: np.ndarray, years: np.ndarray, fixed: tuple, print_: tuple, fit: np.ndarray, limit: float
) -> float:
    """Return the distance, or a part of it that is above the limit already.

    Where every P value of the odds ratio fits, none is asked for, and no model is fitted.
    """
    first, outcome, covariate = fixed[0], fixed[1], fixed[6]
    quartiles, rank, slope, wald, critical, significant = print_
    n = first.sum()
    one, other = np.empty(n, np.int64), np.empty(len(first) - n, np.int64)
    ordered(blasts, first, one)
    ordered(blasts, ~first, other)
    total = PER_RANK * beyond(abs(rank_z(one, other)), rank[0], rank[1])
    for k in range(len(SHARES)):
        total += _from_quartile(quantile(one, SHARES[k]), quartiles[0, k])
        total += _from_quartile(quantile(other, SHARES[k]), quartiles[1, k])
    if total > limit or wald[1] - wald[0] == np.inf:
        return round(total, DECIMALS)
    if not logistic(blasts, covariate, years, outcome, fit):
        return total + NO_MAXIMUM
    total += PER_SLOPE * beyond(fit[0, 1], slope[0], slope[1])
    total += PER_WALD * beyond(abs(fit[1, 1]), wald[0], wald[1])
    if significant >= 0:
        total += _from_number(abs(fit[1, 1]), abs(fit[1, 2]), abs(fit[1, 3]), critical, significant)
    return round(total, DECIMALS)


@njit(cache=True)
def _from_quartile(value: float, window: np.ndarray) -> float:
    """Return the distance; just outside it is that of a quarter point, as quartiles go in such steps."""
    off = beyond(value, window[0], window[1])
    return PER_QUARTILE * (off + 0.25) if off > 0 else 0.0


@njit(cache=True)
def _from_number(one: float, two: float, three: float, critical: float, significant: int) -> float:
    """Return how far three deviates are from so many of them being beyond the critical one."""
    ascending = np.sort(np.array([one, two, three]))
    total = 0.0
    for k in range(3):
        if k >= 3 - significant:
            total += max(critical - ascending[k], 0.0)
        else:
            total += max(ascending[k] - critical, 0.0)
    return total


@njit(cache=True)
def move(
    blasts: np.ndarray,
    ages: np.ndarray,
    distance: np.ndarray,
    pressure: float,
    moves: int,
    fixed: tuple,
    print_: tuple,
    law: tuple,
    rng: np.random.Generator,
) -> int:
    """Move every cohort in place by Metropolis and Hastings' rule.

    The random number that decides is drawn before the distance is computed: a proposal that is too far by its
    blasts alone needs no fit.

    Parameters
    ----------
    blasts : array of int, (particles, refractory patients)
    ages : array of int, (particles, patients)
    distance : array, (particles,)
    pressure : float
        With infinity no cohort ever gets farther from the print.
    moves : int
        Proposals a particle.
    fixed, print_, law : tuple
        As of `evidence.ensemble.marrow.Marrow`.
    rng : Generator

    Returns
    -------
    int
        How many proposals were taken.
    """
    taken = 0
    fit, tried = np.zeros((2, TERMS)), np.zeros((2, TERMS))
    new_blasts, new_ages = np.empty_like(blasts[0]), np.empty_like(ages[0])
    for p in range(len(blasts)):
        fit[:] = 0.0
        for _ in range(moves):
            new_blasts[:], new_ages[:] = blasts[p], ages[p]
            ratio = _propose(new_blasts, new_ages, fixed, law, rng)
            if ratio == -np.inf:
                continue
            room = ratio - np.log1p(-rng.random())
            if pressure == np.inf and room < 0:  # divided by infinity it would be no more than a 0
                continue
            limit = distance[p] + room / pressure
            tried[0] = fit[0]
            proposed = _distance(new_blasts, new_ages, fixed, print_, tried, limit)
            if proposed <= limit:
                blasts[p], ages[p], distance[p] = new_blasts, new_ages, proposed
                fit[0] = tried[0]
                taken += 1
    return taken


@njit(cache=True)
def _propose(
    blasts: np.ndarray, years: np.ndarray, fixed: tuple, law: tuple, rng: np.random.Generator
) -> float:
    """Change one cohort; return the log of prior ratio times proposal ratio."""
    kind = np.searchsorted(MIX, rng.random(), side="right")
    one = below(len(blasts), rng)
    if kind == REDRAW:
        for _ in range(1 + below(MOST_CHANGED, rng)):
            someone = below(len(blasts), rng)
            blasts[someone] = fixed[4][someone] + below(fixed[5][someone] - fixed[4][someone] + 1, rng)
        return 0.0
    if kind == SHIFT:
        if rng.random() < 0.5:  # of two, so that their sum stays
            change = step(2 * LONGEST_SHIFT, rng)
            blasts[one] += change
            blasts[below(len(blasts), rng)] -= change
            return _inside(blasts, fixed)
        for _ in range(1 + below(MOST_CHANGED, rng)):
            blasts[below(len(blasts), rng)] += step(LONGEST_SHIFT, rng)
        return _inside(blasts, fixed)
    if kind == ANCHORS:
        return _shift_anchors(blasts, fixed, rng)
    if kind == EXCHANGE:
        return _exchange(blasts, fixed, rng)
    if kind == TRADE:
        return _trade(blasts, fixed, rng)
    return _propose_ages(int(kind), one, years, len(blasts), law, rng)


@njit(cache=True)
def _propose_ages(
    kind: int, one: int, years: np.ndarray, refractory: int, law: tuple, rng: np.random.Generator
) -> float:
    patients = len(years)
    if kind == EXCHANGE_AGES:
        other = below(patients, rng)
        years[one], years[other] = years[other], years[one]
        return 0.0
    if kind == SHUFFLE_AGES:
        _shuffle(years, 2 + below(MOST_SHUFFLED - 1, rng), rng)
        return 0.0
    if kind == REVERSE_AGES:
        _reverse(years[:refractory], rng)
        return 0.0
    ratio = 0.0
    for _ in range(1 + below(MOST_CHANGED, rng) if kind == REDRAW_AGES else 2):
        someone = below(patients, rng)
        if kind == REDRAW_AGES:
            years[someone] = draw_age(law, rng)
            continue
        before, after = years[someone], years[someone] + step(LONGEST_SHIFT, rng)
        if after < law[0] or after > law[1]:
            return -np.inf
        ratio += log(law[4][after - law[0]] / law[4][before - law[0]])
        years[someone] = after
    return ratio if fits_ages(years, law) else -np.inf


@njit(cache=True)
def _exchange(blasts: np.ndarray, fixed: tuple, rng: np.random.Generator) -> float:
    """Exchange blasts within cells: quartiles and rank test stay, and two exchanges may keep the slope."""
    changes = False
    for _ in range(1 + below(MOST_EXCHANGED, rng)):
        one = below(len(blasts), rng)
        other = fixed[2][one] + below(int(fixed[3][one]), rng)
        blasts[one], blasts[other] = blasts[other], blasts[one]
        changes |= fixed[1][one] != fixed[1][other]
    return 0.0 if changes else -np.inf  # equal patients: nothing changes


@njit(cache=True)
def _trade(blasts: np.ndarray, fixed: tuple, rng: np.random.Generator) -> float:
    """Redraw a patient, or shift two, and exchange: what one does to the slope the other may undo.

    Either order is as likely, and the way back takes the other one.
    """
    exchange_first, ratio = rng.random() < 0.5, 0.0
    if exchange_first:
        _exchange(blasts, fixed, rng)
    if rng.random() < 0.5:
        ratio = _shift_anchors(blasts, fixed, rng)
    else:
        someone = below(len(blasts), rng)
        blasts[someone] = fixed[4][someone] + below(fixed[5][someone] - fixed[4][someone] + 1, rng)
    if not exchange_first:
        _exchange(blasts, fixed, rng)
    return ratio


@njit(cache=True)
def _inside(blasts: np.ndarray, fixed: tuple) -> float:
    """Return the log of the prior ratio of new blasts: none may leave its cell."""
    for i in range(len(blasts)):
        if blasts[i] < fixed[4][i] or blasts[i] > fixed[5][i]:
            return -np.inf
    return 0.0


@njit(cache=True)
def _shift_anchors(blasts: np.ndarray, fixed: tuple, rng: np.random.Generator) -> float:
    """Move the two patients around a quartile apart or together, and often one more a little.

    The step back is as likely, provided that the same two are around the quartile afterwards.
    """
    first = fixed[0]
    arm, share = rng.random() < 0.5, SHARES[below(len(SHARES), rng)]
    place = share * ((first == arm).sum() - 1)
    rank, weight = int(place), place - int(place)
    if weight == 0:
        return -np.inf
    lower, upper = _holder(blasts, first, arm, rank), _holder(blasts, first, arm, rank + 1)
    change = step(LONGEST_ANCHOR_SHIFT, rng)
    if weight < 0.5:
        blasts[upper] += change
        blasts[lower] += step(1, rng) - round(change * weight / (1 - weight))
    else:
        blasts[lower] += change
        blasts[upper] += step(1, rng) - round(change * (1 - weight) / weight)
    if rng.random() < 0.5:
        blasts[below(len(blasts), rng)] += step(LONGEST_SHIFT, rng)
    same = _holder(blasts, first, arm, rank) == lower and _holder(blasts, first, arm, rank + 1) == upper
    return _inside(blasts, fixed) if same else -np.inf


@njit(cache=True)
def _holder(blasts: np.ndarray, first: np.ndarray, arm: bool, place: int) -> int:
    """Return the patient of an arm with so many before: fewer blasts, or as many and an earlier number."""
    for i in range(len(blasts)):
        if first[i] == arm:
            before = 0
            for j in range(len(blasts)):
                if first[j] == arm and (blasts[j] < blasts[i] or (blasts[j] == blasts[i] and j < i)):
                    before += 1
            if before == place:
                return i
    return 0


@njit(cache=True)
def _shuffle(years: np.ndarray, number: int, rng: np.random.Generator) -> None:
    """Deal the ages of some patients out to them anew: exchanges of pairs among them, drawn blindly."""
    for _ in range(number - 1):
        one, other = below(len(years), rng), below(len(years), rng)
        years[one], years[other] = years[other], years[one]


@njit(cache=True)
def _reverse(years: np.ndarray, rng: np.random.Generator) -> None:
    """Give the oldest the youngest age and so on: from one sign of the age effect to the other.

    Equal ages are ordered at random; each way there has one way back, so the step back is as likely.
    """
    order = np.argsort(years + rng.random(len(years)))
    held = years[order]
    for place in range(len(order)):
        years[order[place]] = held[len(order) - 1 - place]
