"""Reach: of each declared result a whole cohort with the smallest value met, and one with the largest."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from evidence.annealing.anneal import State
from evidence.ensemble import immune_figures
from evidence.ensemble.reach import event_search, marrow_search, marrow_values, panel_search, transplants
from evidence.ensemble.reach.limits import Limits
from evidence.ensemble.reach.starts import Rows, Starts
from evidence.ensemble.tempering import take
from helpers.ground.results import ResultId

# The coefficients of a model cost most of all.
STEPS = {"survival": 30_000, "marrow": 120_000, "model": 60_000, "immune": 45_000}
RUNS = 3  # of each branch: from the most extreme member, from one at random, from the best that was met
ENDS = {"low": -1, "high": 1}

Search = Callable[[State, float, Limits, int, np.random.Generator], State | None]


@dataclass(frozen=True)
class Branch:
    """A part of what prints that small steps, each of which nearly prints, do not leave.

    Attributes
    ----------
    pool : callable
        Takes limits, returns a state of many cohorts that lie in the branch.
    search : callable
        Takes a state of one cohort, a weight, limits, steps and a generator; returns a state or None.
    """

    pool: Callable[[Limits], State]
    search: Search


@dataclass(frozen=True)
class Seeker:
    """How one result is sought.

    Attributes
    ----------
    block : str
        The part of a cohort that it depends on.
    value : callable
        Takes a state of many members, returns the value of each.
    steps : int
    branches : tuple of Branch
    """

    block: str
    value: Callable[[State], np.ndarray]
    steps: int
    branches: tuple[Branch, ...]


def seeker(id: ResultId, starts: Starts) -> Seeker:
    """Say how a result is sought.

    Parameters
    ----------
    id : ResultId
    starts : Starts

    Returns
    -------
    Seeker

    Raises
    ------
    ValueError
        If nobody knows on what it depends.
    """
    people, targets = starts.people, starts.targets
    if course := event_search.goal(id):
        return Seeker(
            "survival",
            lambda state: event_search.value(state, people, course),
            STEPS["survival"],
            _whole_print(
                starts,
                "survival",
                lambda state, *how: event_search.search(state, people, targets, course, *how),
            ),
        )
    if marrow := marrow_search.goal(id):
        return Seeker(
            "marrow",
            lambda state: marrow_search.Search(people, targets, Limits("")).value(state, marrow),
            STEPS["model" if marrow.what in marrow_values.MODEL else "marrow"],
            tuple(_side(starts, marrow, side) for side in marrow_search.SIDES),
        )
    if panel := panel_search.goal(id):
        printed = immune_figures.read(targets.claims)
        return Seeker(
            "immune",
            lambda state: panel_search.value(state, panel, printed.sizes[0]),
            STEPS["immune"],
            _whole_print(
                starts, "immune", lambda state, *how: panel_search.search(state, printed, panel, *how)
            ),
        )
    raise ValueError(f"{id}: it is not known on what part of a cohort it depends")


def _whole_print(starts: Starts, block: str, search: Search) -> tuple[Branch, ...]:
    """Return the one branch of a block whose printed tests are all told with their direction."""
    return (Branch(lambda limits: take(starts.blocks[block], starts.inside[limits.name]), search),)


def _side(starts: Starts, sought: marrow_search.Goal, side: int) -> Branch:
    """Return the cohorts of one side of the printed rank test."""

    def search(
        state: State, weight: float, limits: Limits, steps: int, rng: np.random.Generator
    ) -> State | None:
        block = marrow_search.Search(starts.people, starts.targets, limits, side)
        return block.extreme(state, sought, weight, steps, rng)

    return Branch(lambda limits: starts.sides[limits.name, side], search)


def extreme(
    starts: Starts, id: ResultId, end: str, limits: Limits, rng: np.random.Generator, share: float = 1.0
) -> Rows | None:
    """Look for a whole cohort at one end of a result.

    Parameters
    ----------
    starts : Starts
    id : ResultId
    end : str
        One of `ENDS`.
    limits : Limits
    rng : Generator
    share : float
        Of the usual steps.

    Returns
    -------
    tuple of DataFrame or None
        Patients and immune panel; None where no whole cohort within the limits was met.
    """
    sign = ENDS[end]
    if transplants.concerns(id):
        return transplants.extreme(starts, id, sign, limits, rng)
    seek = seeker(id, starts)
    values = sign * seek.value(starts.blocks[seek.block])
    weight = sign / max(float(np.nanstd(values)), 1e-6)
    how = weight, limits, int(share * seek.steps), rng
    met = [found for branch in seek.branches for found in _met(seek, branch, sign, *how)]
    for _, state in sorted(met, key=lambda found: found[0], reverse=True):
        whole = _whole(starts, int(rng.choice(starts.inside[limits.name])), {seek.block: state}, rng)
        if whole is not None:
            return whole
    return None


def _met(
    seek: Seeker,
    branch: Branch,
    sign: int,
    weight: float,
    limits: Limits,
    steps: int,
    rng: np.random.Generator,
) -> list[tuple[float, State]]:
    """Search one branch; return the states that were met, each with how far out it is."""
    pool = branch.pool(limits)
    values = sign * seek.value(pool)
    met: list[tuple[float, State]] = []
    if not len(values):
        return met
    begin = take(pool, np.array([np.nanargmax(values)]))
    for run in range(RUNS):
        found = branch.search(begin, weight, limits, steps, rng)
        if found is not None:
            met.append((float(sign * seek.value(found)[0]), found))
        again = run == RUNS - 2 and met
        begin = max(met, key=lambda one: one[0])[1] if again else take(pool, rng.choice(len(values), 1))
    return met


def _whole(starts: Starts, member: int, changed: dict[str, State], rng: np.random.Generator) -> Rows | None:
    try:
        return starts.whole(member, changed, rng)
    except ValueError:  # too few patients are left for a printed number of transplants, say
        return None


def numbered(wholes: list[Rows]) -> Rows:
    """Put whole cohorts one after the other, each under its number.

    Parameters
    ----------
    wholes : list of tuple of DataFrame

    Returns
    -------
    tuple of DataFrame
    """
    parts = [[rows.assign(member=number) for rows in whole] for number, whole in enumerate(wholes)]
    patients, immune = (pd.concat(tables, ignore_index=True) for tables in zip(*parts, strict=True))
    return patients, immune
