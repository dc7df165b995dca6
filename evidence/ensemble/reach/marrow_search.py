"""Reach: blasts and ages searched for the smallest and the largest value of a result of theirs.

A P value tells how far the rank sum of the blasts is from its mean, not to which side. Between the two sides
nothing prints, so a search is told its side, and crosses over while it is warm if it starts from the other.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numba import njit

from evidence.annealing.anneal import State
from evidence.ensemble.chances import below, step
from evidence.ensemble.marrow import Marrow, possible
from evidence.ensemble.marrow_ages import fits_ages
from evidence.ensemble.marrow_moves import PER_RANK, distances
from evidence.ensemble.people import People
from evidence.ensemble.reach import marrow_values as values
from evidence.ensemble.reach.cooling import BEST, FARTHEST, judged, start
from evidence.ensemble.reach.limits import Limits
from evidence.reconstruction.targets import Targets
from evidence.this_abstract.abstract import CUT
from helpers.ground.results import ResultId

HOPELESS = 3.0  # a distance beyond that of the start at which nothing is asked further
LONGEST = 5  # percentage points, or years, of a small step
MOST_CHANGED = 3
SIDES = (1, -1)  # on which the rank sum of the first arm's blasts can lie: high, or low


@dataclass(frozen=True)
class Goal:
    """What is sought of blasts and ages.

    Attributes
    ----------
    what : int
        As of `evidence.ensemble.reach.marrow_values`.
    group : str
        An arm, or another group.
    """

    what: int
    group: str

    def compiled(self, people: People) -> tuple[int, np.ndarray]:
        """Return the goal as compiled code takes it.

        Parameters
        ----------
        people : People

        Returns
        -------
        tuple of int and array of bool
            What, and whose: of all patients for an age, else of the relapsed/refractory ones.
        """
        chosen = people.of(self.group)
        return self.what, chosen if self.what == values.YEARS else chosen[people.refractory]


def goal(id: ResultId) -> Goal | None:
    """Say what of blasts and ages a result is.

    Parameters
    ----------
    id : ResultId

    Returns
    -------
    Goal or None
        None where it depends on something else.
    """
    known = {
        ("multivariable", "odds_ratio_combination"): values.ARM,
        ("multivariable", "odds_ratio_age"): values.AGE,
        ("multivariable", "ratio_of_odds_ratios_blasts_per_10"): values.RATIO,
        ("blasts", "hodges_lehmann"): values.SHIFT,
        ("blasts", "minimum"): values.LEAST,
        ("blasts", "maximum"): values.MOST,
        ("age", "median"): values.YEARS,
    }
    what = known.get((id.outcome if id.chapter == "cohort" else id.chapter, id.statistic))
    return None if what is None else Goal(what, id.group)


@dataclass(frozen=True)
class Search:
    """The relapsed/refractory patients and all ages, as a search changes them.

    Attributes
    ----------
    people : People
    targets : Targets
    limits : Limits
    side : int
        One of `SIDES`, on which the rank sum has to lie; 0 for either.
    """

    people: People
    targets: Targets
    limits: Limits
    side: int = 0

    @cached_property
    def fixed(self) -> tuple[np.ndarray, ...]:
        """What the counts fix, as of `evidence.ensemble.marrow.Marrow`, with the bounds of the limits.

        Returns
        -------
        tuple of array

        Raises
        ------
        ValueError
            If the limits leave what no share of cells can be.
        """
        known = Marrow(self.people, self.targets).fixed
        low = known[4]
        high, (least, most) = low > CUT, self.limits.blasts
        bounds = np.where(high, CUT + 1, least), np.where(high, most, CUT)
        return *known[:4], *possible(*bounds), *known[6:]

    def value(self, state: State, sought: Goal) -> np.ndarray:
        """Return what is sought of many cohorts.

        Parameters
        ----------
        state : State
            blasts and ages, members first.
        sought : Goal

        Returns
        -------
        array, (members,)
        """
        compiled, fixed = sought.compiled(self.people), self.fixed[:2]
        pairs = zip(state["blasts"], state["ages"], strict=True)
        return np.array([values.sought(compiled, *pair, *fixed) for pair in pairs])

    def extreme(
        self, state: State, sought: Goal, weight: float, steps: int, rng: np.random.Generator
    ) -> State | None:
        """Look for blasts and ages with a value as small, or as large, as can be.

        Parameters
        ----------
        state : State
            Of one member.
        sought : Goal
        weight : float
            Of a unit of what is sought; negative for the smallest.
        steps : int
        rng : Generator

        Returns
        -------
        State or None
            Of one member; None where none within the limits was met.
        """
        block = Marrow(self.people, self.targets)
        best, blasts, ages = _climb(
            np.clip(state["blasts"].astype(np.int64), *self.fixed[4:6]),
            state["ages"].astype(np.int64),
            self.fixed,
            block.printed,
            block.law,
            self.people.combination,
            (float(self.limits.years), self.side),
            sought.compiled(self.people),
            weight,
            steps,
            rng,
        )
        return None if best == -np.inf else {"blasts": blasts, "ages": ages}


@njit(cache=True)
def _climb(
    blasts: np.ndarray,
    ages: np.ndarray,
    fixed: tuple,
    printed: tuple,
    law: tuple,
    combination: np.ndarray,
    asked: tuple[float, int],
    goal: tuple[int, np.ndarray],
    weight: float,
    steps: int,
    rng: np.random.Generator,
) -> tuple[float, np.ndarray, np.ndarray]:
    """Anneal in place; return the best value that prints, with its blasts and ages."""
    blasts, ages = blasts.reshape(1, -1), ages.reshape(1, -1)
    chain, kept, kept_ages = start(), blasts.copy(), ages.copy()
    for done in range(steps):
        tried, years = blasts.copy(), ages.copy()
        if done and not _change(tried[0], years[0], fixed, law, rng):
            continue
        away = distances(tried, years, fixed, printed)[0] + _apart(years[0], combination, asked[0])
        away += _across(tried[0], fixed[0], printed[1][0], asked[1])
        if away > chain[FARTHEST]:
            continue
        found = weight * values.sought(goal, tried[0], years[0], fixed[0], fixed[1])
        is_best, goes = judged(chain, found, away, done / steps, HOPELESS, rng)
        if is_best:
            kept, kept_ages = tried, years
        if goes:
            blasts, ages = tried, years
    return chain[BEST], kept, kept_ages


@njit(cache=True)
def _apart(ages: np.ndarray, combination: np.ndarray, most: float) -> float:
    """Return by how many decades the arms' median ages differ more than they may."""
    if most == np.inf:
        return 0.0
    return max(abs(np.median(ages[combination]) - np.median(ages[~combination])) - most, 0.0) / 10


@njit(cache=True)
def _across(blasts: np.ndarray, first: np.ndarray, least: float, side: int) -> float:
    """Return how far the rank sum is from the least deviate that prints, on the side that is asked."""
    return PER_RANK * max(max(least, 0.0) - side * values.deviate(blasts, first), 0.0) if side else 0.0


@njit(cache=True)
def _change(blasts: np.ndarray, ages: np.ndarray, fixed: tuple, law: tuple, rng: np.random.Generator) -> bool:
    """Change some blasts or ages; tell whether they are possible."""
    low, high = fixed[4], fixed[5]
    for _ in range(1 + below(MOST_CHANGED, rng)):
        move, one, other = rng.random(), below(len(blasts), rng), below(len(blasts), rng)
        if move < 0.35:
            near = blasts[one] + step(LONGEST, rng)
            blasts[one] = near if rng.random() < 0.8 else low[one] + below(high[one] - low[one] + 1, rng)
        elif move < 0.6:
            blasts[one], blasts[other] = blasts[other], blasts[one]
        else:
            one, other = below(len(ages), rng), below(len(ages), rng)
            if move < 0.85:
                ages[one], ages[other] = ages[other], ages[one]
            else:
                near = ages[one] + step(LONGEST, rng)
                ages[one] = near if rng.random() < 0.5 else law[0] + below(law[1] - law[0] + 1, rng)
    if (blasts < low).any() or (blasts > high).any():
        return False
    return fits_ages(ages, law)
