"""Follow-up, deaths and relapses with the printed quartiles and two-year probabilities.

Follow-up "16 (IQR 11 to 25) months" is read as simple quartiles (type 7) of the days to death or last contact
of all 64 patients, dead or alive. Disease-free survival is relapse or death from any cause, in all 64, from
the first day of blinatumomab: the abstract defines none, this one needs no further choice, and in responders
alone 55 % would need nearly all relapses late and in small risk sets. Enrolment opened in October 2021;
nobody is followed for longer than `LONGEST` days.

The search works on 64 courses in order of their length, without names: which of them end in the death of a
patient without response, in death after relapse, in life after relapse, or in neither. `courses` names them.
"""

import numpy as np
import pandas as pd

from evidence.annealing.anneal import Found, Schedule, State, anneal
from evidence.annealing.statistics import beyond, survival_at
from evidence.forensics import abstract
from evidence.forensics.abstract import DISEASE_FREE, OVERALL, followup
from evidence.reconstruction.targets import Targets
from helpers.estimators.quantiles import QUARTILES
from helpers.ground.endpoints import DAYS_PER_MONTH

ALIVE, ALIVE_RELAPSED, DEAD, DEAD_RELAPSED = range(4)
DEATHS, RELAPSES = (DEAD, DEAD_RELAPSED), (ALIVE_RELAPSED, DEAD_RELAPSED)
LONGEST = 1029  # just under 34 months, from the opening of enrolment to a data cut in summer 2024
SHORTEST_DEATH, SHORTEST_ALIVE = 24, 75
HALF_OF_RELAPSES = 365  # most relapses of this disease fall in the first year
EARLIEST_RELAPSE = 60  # after the marrow of day 28 that shows the remission, and some time in it
SHORTEST_AFTER_RELAPSE = 14
LATE_DEATH = 548  # 18 months
LATE_DEATHS = 2
LATEST_DEATH = 730
EARLY_DEATH = 320  # patients whose leukaemia never went away die soon: half of them by then
AROUND_QUARTILE = 12  # days between a quartile and the two courses beside it
TWO_YEARS = 24 * DAYS_PER_MONTH
SCHEDULE = Schedule(chains=64, steps=400, restarts=6, warm=0.02, cold=0.0002)


def fit(no_response: pd.Series, targets: Targets, rng: np.random.Generator) -> Found:
    """Find lengths and ends of all courses.

    Parameters
    ----------
    no_response : Series of bool
        Of every patient, in the sense of the status on entry (`evidence.reconstruction.margins`). All of them
        die; the other deaths follow a relapse. So read, the printed deaths are all of both.
    targets : Targets
    rng : Generator

    Returns
    -------
    Found
        Its state has ``followup`` (days), ``end`` (one of the four module constants) and ``gap`` (days from
        relapse to the end of the course, meant for relapsed courses), each one entry a course.
    """
    patients, dead = len(no_response), int(no_response.sum())
    relapsed = targets.figures.count(abstract.RELAPSES)
    dead_relapsed = targets.figures.count(abstract.DEATHS) - dead
    ends = np.repeat(
        [DEAD, DEAD_RELAPSED, ALIVE_RELAPSED, ALIVE],
        [dead, dead_relapsed, relapsed - dead_relapsed, patients - dead - relapsed],
    )
    printed = (targets.value(id).safe_window for id in (OVERALL, DISEASE_FREE))
    windows = [[share / 100 for share in window] for window in printed]
    return anneal(
        draw=lambda chains: _draw(ends, targets, rng, chains),
        propose=lambda state: _propose(state, rng),
        penalty=lambda state: _penalty(state, windows),
        rng=rng,
        schedule=SCHEDULE,
    )


def events(state: State) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return who dies, who has a relapse, and until when each is free of disease.

    Parameters
    ----------
    state : State
        As `fit` finds it, of one chain or of many.

    Returns
    -------
    tuple of array of bool, array of bool and array of int
        In the shape of the courses; the last in days, to relapse or to the end of the course.
    """
    dead, relapsed = (np.isin(state["end"], ends) for ends in (DEATHS, RELAPSES))
    return dead, relapsed, state["followup"] - np.where(relapsed, state["gap"], 0)


def _draw(ends: np.ndarray, targets: Targets, rng: np.random.Generator, chains: int) -> State:
    followup = np.stack([_followup(len(ends), targets, rng) for _ in range(chains)])
    end = rng.permuted(np.tile(ends, (chains, 1)), axis=1)
    return {"followup": followup, "end": end, "gap": _gaps(rng, end.shape)}


def _followup(patients: int, targets: Targets, rng: np.random.Generator) -> np.ndarray:
    """Draw ascending days, evenly between the quartiles, with two close to each so that it prints."""
    quartiles = [targets.value(followup(name)).value * DAYS_PER_MONTH for name in QUARTILES]
    edges = [SHORTEST_DEATH, *quartiles, LONGEST]
    quarter = patients // 4
    days = [rng.uniform(low, high, quarter) for low, high in zip(edges, edges[1:], strict=False)]
    for below, quartile, above in zip(days, quartiles, days[1:], strict=False):
        below[0], above[-1] = quartile + AROUND_QUARTILE * np.array([-1, 1]) * rng.random(2)
    return np.sort(np.concatenate(days)).astype(int)


def _gaps(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return SHORTEST_AFTER_RELAPSE + np.floor(400 * rng.beta(1.2, 2.5, shape)).astype(int)


def _propose(state: State, rng: np.random.Generator) -> State:
    """Exchange the ends of two courses, and redraw the gap of a third."""
    chains, patients = state["end"].shape
    rows = np.arange(chains)
    one, other, third = rng.integers(0, patients, (3, chains))
    end, gap = state["end"].copy(), state["gap"].copy()
    end[rows, one], end[rows, other] = end[rows, other], end[rows, one]
    gap[rows, third] = _gaps(rng, (chains,))
    return {"followup": state["followup"], "end": end, "gap": gap}


def _penalty(state: State, windows: list[list[float]]) -> np.ndarray:
    followup, end = state["followup"], state["end"]
    dead, relapsed, free_until = events(state)
    courses = ((followup, dead), (free_until, dead | relapsed))
    shares = [survival_at(days, event, TWO_YEARS) for days, event in courses]
    misplaced = (
        (relapsed & (free_until < EARLIEST_RELAPSE))
        | (~dead & (followup < SHORTEST_ALIVE))
        | ((end == DEAD) & (followup > LATEST_DEATH))
    )
    # Of those without response. The relapsed all die, and some of them have to do so late, as more are alive
    # than free of disease at two years.
    late = ((end == DEAD) & (followup > LATE_DEATH)).sum(axis=1) - LATE_DEATHS
    slow = ((end == DEAD) & (followup > EARLY_DEATH)).sum(axis=1) - (end == DEAD).sum(axis=1) // 2
    slow += (relapsed & (free_until > HALF_OF_RELAPSES)).sum(axis=1) > relapsed.sum(axis=1) // 2
    missed = sum(beyond(share, *window) for share, window in zip(shares, windows, strict=True))
    return missed + 0.05 * (misplaced.sum(axis=1) + np.maximum(late, 0) + np.maximum(slow, 0))
