"""Reach: courses searched for the smallest and the largest value of a result of survival or follow-up."""

from dataclasses import dataclass

import numpy as np
from numba import njit

from evidence.annealing.anneal import State
from evidence.ensemble.chances import below
from evidence.ensemble.event_times import TWO_YEARS
from evidence.ensemble.people import People
from evidence.ensemble.reach import event_values as values
from evidence.ensemble.reach.cooling import BEST, FARTHEST, judged, start
from evidence.ensemble.reach.limits import LAST_DAY, SEEN, Limits, left_at_risk
from evidence.ensemble.survival import windows
from evidence.reconstruction.targets import Targets
from evidence.this_abstract.abstract import STUDY
from helpers.ground.endpoints import DAYS_PER_MONTH
from helpers.ground.results import ResultId

HOPELESS = 4.0  # a distance beyond that of the start at which nothing is asked further
EDGE = 1e-6  # of a window: inside it every rule of rounding prints the figure
NEAR = 40.0  # days
MOST_CHANGED = 3  # patients in one step


@dataclass(frozen=True)
class Goal:
    """What is sought of the courses.

    Attributes
    ----------
    what : int
        As of `evidence.ensemble.reach.event_values`.
    free : bool
        Whether of disease-free survival.
    month : int
    group : str
        An arm, or everybody.
    """

    what: int
    free: bool
    month: int
    group: str

    def compiled(self, people: People) -> tuple[int, bool, float, np.ndarray]:
        """Return the goal as compiled code takes it.

        Parameters
        ----------
        people : People

        Returns
        -------
        tuple
            What, whether of disease-free survival, by which day, and whose.
        """
        return self.what, self.free, self.month * DAYS_PER_MONTH, people.of(self.group)


def goal(id: ResultId) -> Goal | None:
    """Say what of the courses a result is.

    Parameters
    ----------
    id : ResultId

    Returns
    -------
    Goal or None
        None where it depends on something else.
    """
    free, words = id.outcome == "dfs", id.statistic.rsplit("_", 1)
    month = int(words[1].rstrip("m")) if words[-1].rstrip("m").isdigit() else STUDY.horizon
    start = words[0] if words[-1].rstrip("m").isdigit() else id.statistic
    known = {
        **{"km": values.AT, "rmst_difference": values.MEAN, "hazard_ratio": values.RATIO},
        **{"median": values.MEDIAN, "reverse_km_median": values.REVERSE},
        "cumulative_incidence": values.INCIDENCE,
    }
    if id.chapter == "survival" and start in known:
        return Goal(known[start], free, month, id.group)
    if (id.chapter, id.statistic) == ("cohort", "count") and id.outcome in ("relapse", "death"):
        return Goal(values.RELAPSES, free, month, id.group)  # all of them die, and so do all without response
    return None


def value(state: State, people: People, sought: Goal) -> np.ndarray:
    """Return what is sought of many cohorts.

    Parameters
    ----------
    state : State
        followup and relapse_days, (members, patients).
    people : People
    sought : Goal

    Returns
    -------
    array, (members,)
    """
    compiled = sought.compiled(people)
    fixed = people.responded, people.combination
    pairs = zip(state["followup"], state["relapse_days"], strict=True)
    return np.array([values.sought(compiled, *pair, *fixed) for pair in pairs])


def search(
    state: State,
    people: People,
    targets: Targets,
    sought: Goal,
    weight: float,
    limits: Limits,
    steps: int,
    rng: np.random.Generator,
) -> State | None:
    """Look for courses with a value as small, or as large, as can be.

    Parameters
    ----------
    state : State
        Of one member, as `evidence.ensemble.survival.draws` returns it.
    people : People
    targets : Targets
    sought : Goal
    weight : float
        Of a unit of what is sought; negative for the smallest.
    limits : Limits
    steps : int
    rng : Generator

    Returns
    -------
    State or None
        Of one member; None where no courses within the limits were met.
    """
    ends, relapses = state["followup"][0].copy(), state["relapse_days"][0].copy()
    treated = people.combination
    asked = [left_at_risk(limits.at_risk, size) for size in (treated.sum(), (~treated).sum())]
    inside = windows(targets)[: values.FIGURES] + EDGE * np.array([1, -1])
    best, found = _climb(
        ends,
        relapses,
        people.responded,
        treated,
        sought.compiled(people),
        weight,
        (inside, TWO_YEARS, (asked[0], asked[1], float(limits.medians)), limits.survivors),
        steps,
        rng,
    )
    if best == -np.inf:
        return None
    ends, relapses = found[:1], found[1:]
    relapse = relapses > 0
    death = relapse | ~people.responded
    return {"followup": ends, "relapse_days": relapses, "relapse": relapse, "death": death}


@njit(cache=True)
def _climb(
    ends: np.ndarray,
    relapses: np.ndarray,
    responds: np.ndarray,
    treated: np.ndarray,
    goal: tuple,
    weight: float,
    asked: tuple,
    steps: int,
    rng: np.random.Generator,
) -> tuple[float, np.ndarray]:
    """Anneal; return the best value that prints, and its courses."""
    inside, at, left, survivors = asked
    own = np.stack((ends, relapses))
    chain, kept = start(), own
    for done in range(steps):
        tried = own.copy()
        if done and not _change(tried[0], tried[1], responds, survivors, at, rng):
            continue
        away = values.distance(tried[0], tried[1], responds, treated, inside, at, left)
        away += _too_long(tried[0], tried[1], responds, survivors)
        if away > chain[FARTHEST]:
            continue
        found = weight * values.sought(goal, tried[0], tried[1], responds, treated)
        is_best, goes = judged(chain, found, away, done / steps, HOPELESS, rng)
        if is_best:
            kept = tried
        if goes:
            own = tried
    return chain[BEST], kept


@njit(cache=True)
def _too_long(ends: np.ndarray, relapses: np.ndarray, responds: np.ndarray, survivors: int) -> float:
    """Return by how many months those who die have lived too long."""
    total = 0.0
    for one in range(len(ends)):
        if relapses[one] > 0 or not responds[one]:
            total += max(ends[one] - relapses[one] - survivors, 0) / DAYS_PER_MONTH
    return total


@njit(cache=True)
def _change(
    ends: np.ndarray,
    relapses: np.ndarray,
    responds: np.ndarray,
    survivors: int,
    at: float,
    rng: np.random.Generator,
) -> bool:
    """Change some courses; tell whether they are possible."""
    n = len(ends)
    for _ in range(1 + below(MOST_CHANGED, rng)):
        one, other, move = below(n, rng), below(n, rng), rng.random()
        if move < 0.3:
            ends[one] = _day(ends[one], ends[other], at, rng)
        elif move < 0.45 and relapses[one] > 0:
            relapses[one] = _day(relapses[one], relapses[other], at, rng)
            if relapses[one] <= SEEN:  # a patient who relapses still relapses
                return False
        elif move < 0.7 and responds[one] == responds[other]:
            ends[one], ends[other] = ends[other], ends[one]
            relapses[one], relapses[other] = relapses[other], relapses[one]
        else:
            ends[one], ends[other] = ends[other], ends[one]
        if not (_possible(one, ends, relapses, responds) and _possible(other, ends, relapses, responds)):
            return False
    return True


@njit(cache=True)
def _day(day: int, other: int, at: float, rng: np.random.Generator) -> int:
    """Return a day anywhere, near by, beside that of another patient or beside the printed months."""
    way = rng.random()
    if way < 0.3:
        return 1 + below(LAST_DAY, rng)
    if way < 0.65:
        return day + int(np.rint(NEAR * rng.standard_normal()))
    beside = other if way < 0.85 else int(at * (0.5 if rng.random() < 0.5 else 1.0))
    return beside - 1 + below(3, rng)


@njit(cache=True)
def _possible(one: int, ends: np.ndarray, relapses: np.ndarray, responds: np.ndarray) -> bool:
    if not (SEEN if responds[one] else 1) <= ends[one] <= LAST_DAY:
        return False
    return relapses[one] == 0 or SEEN < relapses[one] < ends[one]
