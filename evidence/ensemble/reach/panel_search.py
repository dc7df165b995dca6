"""Reach: the immune panel searched, one patient's value after the other, for extreme shifts and ratios."""

from dataclasses import dataclass

import numpy as np
from numba import njit

from evidence.annealing.anneal import State
from evidence.ensemble.chances import below, step
from evidence.ensemble.immune_figures import FAMILIES, POPULATIONS, Printed
from evidence.ensemble.immune_kernels import (
    BIG,
    EITHER,
    direction,
    doubled_median,
    mann_whitney_z,
    ratio_shift,
    signed_rank_z,
)
from evidence.ensemble.reach.cooling import BEST, FARTHEST, judged, start
from evidence.ensemble.reach.limits import WHOLE, Limits
from evidence.this_abstract.abstract import ARMS, VISITS
from helpers.ground.results import ResultId

HOPELESS = 6.0  # a distance beyond that of the start at which nothing is asked further
LONGEST = 6  # units of a small step
MISSED, PER_UNIT, PER_DEVIATE = 0.3, 0.1, 1.0  # what being off costs: at all, a unit of a median, a deviate
MOST_CHANGED = 3


@dataclass(frozen=True)
class Goal:
    """What is sought of the panel.

    Attributes
    ----------
    population : int
    arm : int
        -1 for the shift of the ratios between the arms.
    """

    population: int
    arm: int

    @property
    def family(self) -> tuple[int, ...]:
        """The populations of its parent.

        Returns
        -------
        tuple of int
        """
        return next(members for members in FAMILIES if self.population in members)


def goal(id: ResultId) -> Goal | None:
    """Say what of the panel a result is.

    Parameters
    ----------
    id : ResultId

    Returns
    -------
    Goal or None
        None where it is of something else.
    """
    if id.chapter != "immune" or id.outcome not in POPULATIONS:
        return None
    arm = {"ratio_hodges_lehmann": -1, "hodges_lehmann": ARMS.index(id.group) if id.group in ARMS else -2}
    return Goal(POPULATIONS.index(id.outcome), arm[id.statistic])


def value(state: State, sought: Goal, first: int) -> np.ndarray:
    """Return what is sought of many panels.

    Parameters
    ----------
    state : State
        An array a visit, (members, populations, patients), the first arm first.
    sought : Goal
    first : int
        Patients of the first arm.

    Returns
    -------
    array, (members,)
    """
    pairs = np.stack([state[visit][:, sought.population] for visit in VISITS], axis=1)
    return np.array([_sought(pair, sought.arm, first) for pair in pairs])


def search(
    state: State,
    printed: Printed,
    sought: Goal,
    weight: float,
    limits: Limits,
    steps: int,
    rng: np.random.Generator,
) -> State | None:
    """Look for a panel with a value as small, or as large, as can be.

    Parameters
    ----------
    state : State
        Of one member; the populations of other parents stay as they are.
    printed : Printed
    sought : Goal
    weight : float
        Of a unit of what is sought; negative for the smallest.
    limits : Limits
    steps : int
    rng : Generator

    Returns
    -------
    State or None
        Of one member; None where none within the limits was met.
    """
    members = list(sought.family)
    family = np.stack([state[visit][0, members] for visit in VISITS], axis=1).astype(np.int64)
    windows = tuple(
        np.ascontiguousarray(of[members])
        for of in (printed.medians, printed.paired, printed.changes, printed.between, printed.shifts)
    )
    asked = (limits.together, float(limits.fold), float(limits.centre))
    place = members.index(sought.population)
    best, found = _climb(family, printed.sizes[0], place, sought.arm, weight, windows, asked, steps, rng)
    if best == -np.inf:
        return None
    changed = {visit: state[visit][:1].copy() for visit in VISITS}
    for number, visit in enumerate(VISITS):
        changed[visit][0, members] = found[:, number]
    return changed


@njit(cache=True)
def _sought(pair: np.ndarray, arm: int, first: int) -> float:
    """Return the shift of one arm, or of the ratios between the arms."""
    if arm < 0:
        return ratio_shift(pair[:, :first], pair[:, first:])
    change = pair[1, :first] - pair[0, :first] if arm == 0 else pair[1, first:] - pair[0, first:]
    n, place = len(change), 0
    averages = np.empty(n * (n + 1) // 2)
    for i in range(n):
        for j in range(i + 1):
            averages[place] = (change[i] + change[j]) / 2
            place += 1
    return float(np.median(averages))


@njit(cache=True)
def _climb(
    family: np.ndarray,
    first: int,
    place: int,
    arm: int,
    weight: float,
    windows: tuple,
    asked: tuple[bool, float, float],
    steps: int,
    rng: np.random.Generator,
) -> tuple[float, np.ndarray]:
    """Anneal; return the best value that prints, and its family of populations."""
    chain, kept = start(), family.copy()
    for done in range(steps):
        tried = family.copy()
        if done and not _change(tried, rng):
            continue
        away = _distance(tried, first, windows, asked)
        if away > chain[FARTHEST]:
            continue
        found = weight * _sought(tried[place], arm, first)
        is_best, goes = judged(chain, found, away, done / steps, HOPELESS, rng)
        if is_best:
            kept = tried
        if goes:
            family = tried
    return chain[BEST], kept


@njit(cache=True)
def _change(family: np.ndarray, rng: np.random.Generator) -> bool:
    """Change the values of some patients; tell whether they are possible."""
    parts, visits, patients = family.shape
    for _ in range(1 + below(MOST_CHANGED, rng)):
        part, visit, one = below(parts, rng), below(visits, rng), below(patients, rng)
        move = rng.random()
        if move < 0.5:
            family[part, visit, one] += step(LONGEST, rng)
        elif move < 0.6:
            family[part, visit, one] = 1 + below(WHOLE, rng)
        elif move < 0.75:  # a tie with another patient's change
            other = below(patients, rng)
            change = family[part, 1, other] - family[part, 0, other]
            family[part, 1, one] = family[part, 0, one] + (change if rng.random() < 0.5 else -change)
        else:
            other = below(patients, rng)
            kept = family[part, visit, one]
            family[part, visit, one] = family[part, visit, other]
            family[part, visit, other] = kept
    return family.min() >= 1 and family.max() <= WHOLE


@njit(cache=True)
def _distance(family: np.ndarray, first: int, windows: tuple, asked: tuple[bool, float, float]) -> float:
    """Return how far a family of populations is from the print, and from what else is asked."""
    medians, paired, changes, between, shifts = windows
    total = 0.0
    for part in range(len(family)):
        one, other = family[part][:, :first], family[part][:, first:]
        for arm in range(2):
            own = one if arm == 0 else other
            change = own[1] - own[0]
            for visit in range(2):
                total += _median_off(own[visit], medians[part, arm, visit])
            total += _deviate_off(signed_rank_z(change), paired[part, arm])
            if changes[part, arm] != EITHER and direction(doubled_median(change)) != changes[part, arm]:
                total += MISSED
        total += _deviate_off(mann_whitney_z(one, other), between[part])
        if shifts[part] != EITHER and direction(ratio_shift(one, other)) != shifts[part]:
            total += MISSED
    return total + _too_far(family, first, asked)


@njit(cache=True)
def _median_off(values: np.ndarray, window: np.ndarray) -> float:
    if window[1] >= BIG:
        return 0.0
    twice = doubled_median(values)
    off = max(window[0] - twice, twice - window[1] + 1, 0)
    return MISSED + PER_UNIT * off if off > 0 else 0.0


@njit(cache=True)
def _deviate_off(z: float, window: np.ndarray) -> float:
    if window[0] < abs(z) <= window[1]:
        return 0.0
    if z != z:
        return MISSED + PER_DEVIATE * 3
    return MISSED + PER_DEVIATE * max(window[0] - abs(z), abs(z) - window[1], 0.0)


@njit(cache=True)
def _too_far(family: np.ndarray, first: int, asked: tuple[bool, float, float]) -> float:
    """Return how far sums, changes and places of the arms are from what is asked beside the print."""
    together, fold, centre = asked
    parts, visits, patients = family.shape
    total = 0.0
    for one in range(patients):
        for visit in range(visits):
            if together:
                total += max(family[:, visit, one].sum() - WHOLE, 0) * PER_UNIT
        for part in range(parts):
            low, high = family[part, :, one].min(), family[part, :, one].max()
            if high > fold * low:
                total += PER_UNIT * (high - fold * low)
    if centre < np.inf:
        for part in range(parts):
            one, other = doubled_median(family[part, 0, :first]), doubled_median(family[part, 0, first:])
            total += PER_UNIT * max(max(one, other) - centre * min(one, other), 0.0)
    return total
