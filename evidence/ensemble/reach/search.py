"""Reach: of each declared result a whole cohort with the smallest value met, and one with the largest."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from evidence.annealing.anneal import State
from evidence.ensemble import immune_figures
from evidence.ensemble.reach import event_search, marrow_search, panel_search, transplants
from evidence.ensemble.reach.limits import Limits
from evidence.ensemble.reach.starts import Rows, Starts
from evidence.ensemble.tempering import take
from helpers.ground.results import ResultId

STEPS = {"survival": 30_000, "marrow": 30_000, "immune": 45_000}
RUNS = 3  # from the most extreme member, then from what was met and from members at random
ENDS = {"low": -1, "high": 1}


@dataclass(frozen=True)
class Seeker:
    """How one result is sought.

    Attributes
    ----------
    block : str
        The part of a cohort that it depends on.
    value : callable
        Takes a state of many members, returns the value of each.
    search : callable
        Takes a state of one member, a weight, limits, steps and a generator; returns a state or None.
    """

    block: str
    value: Callable[[State], np.ndarray]
    search: Callable[[State, float, Limits, int, np.random.Generator], State | None]


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
            lambda state, *how: event_search.search(state, people, targets, course, *how),
        )
    if marrow := marrow_search.goal(id):
        return Seeker(
            "marrow",
            lambda state: marrow_search.Search(people, targets, Limits("")).value(state, marrow),
            lambda state, weight, limits, steps, rng: marrow_search.Search(people, targets, limits).extreme(
                state, marrow, weight, steps, rng
            ),
        )
    if panel := panel_search.goal(id):
        printed = immune_figures.read(targets.claims)
        return Seeker(
            "immune",
            lambda state: panel_search.value(state, panel, printed.sizes[0]),
            lambda state, *how: panel_search.search(state, printed, panel, *how),
        )
    raise ValueError(f"{id}: it is not known on what part of a cohort it depends")


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
    drawn = starts.blocks[seek.block]
    values = sign * seek.value(drawn)
    weight = sign / max(float(np.nanstd(values)), 1e-6)
    inside, known = starts.inside[limits.name], []
    begin = take(drawn, inside[[np.nanargmax(values[inside])]])
    for run in range(RUNS):
        found = seek.search(begin, weight, limits, int(share * STEPS[seek.block]), rng)
        if found is not None:
            known.append((float(sign * seek.value(found)[0]), run, found))
        again = run == RUNS - 2 and known
        begin = max(known, key=lambda one: one[:2])[2] if again else take(drawn, rng.choice(inside, 1))
    for _, _, state in sorted(known, key=lambda one: one[:2], reverse=True):
        whole = _whole(starts, int(rng.choice(inside)), {seek.block: state}, rng)
        if whole is not None:
            return whole
    return None


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
