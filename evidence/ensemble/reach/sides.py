"""Reach: where a search of blasts and ages starts, on each side of the printed rank test.

A two-sided P value prints on both sides. The drawn members lie where the prior puts nearly all of them, and
that may be one side alone; cohorts of the other are then met by a search of their own, before any is sought
that is extreme.
"""

from dataclasses import replace

import numpy as np

from evidence.annealing.anneal import State
from evidence.ensemble.reach import marrow_search, marrow_values
from evidence.ensemble.reach.limits import BOTH, Limits
from evidence.ensemble.reach.starts import Starts
from evidence.ensemble.tempering import take

ENOUGH = 12  # cohorts of a side
TRIES, STEPS = 60, 30_000  # to meet as many: about every third try does
ANY = marrow_search.Goal(marrow_values.ANY, "")


def sided(starts: Starts, rng: np.random.Generator) -> Starts:
    """Add cohorts of each side to the members.

    Parameters
    ----------
    starts : Starts
    rng : Generator

    Returns
    -------
    Starts
        With `sides`; without rows for a side on which none was met.
    """
    sides = {
        (limits.name, side): _of_side(starts, limits, side, rng)
        for limits in BOTH
        for side in marrow_search.SIDES
    }
    return replace(starts, sides=sides)


def side_of(state: State, starts: Starts) -> np.ndarray:
    """Say of many cohorts on which side of its mean the rank sum of the first arm's blasts lies.

    Parameters
    ----------
    state : State
        blasts, cohorts first.
    starts : Starts

    Returns
    -------
    array of int, (cohorts,)
    """
    first = starts.people.combination[starts.people.refractory]
    return np.sign([marrow_values.deviate(blasts, first) for blasts in state["blasts"]]).astype(int)


def _of_side(starts: Starts, limits: Limits, side: int, rng: np.random.Generator) -> State:
    """Return the members of a side and, where they are few, cohorts that a search led there from others."""
    marrow = take(starts.blocks["marrow"], starts.inside[limits.name])
    own = take(marrow, np.flatnonzero(side_of(marrow, starts) == side))
    search = marrow_search.Search(starts.people, starts.targets, limits, side)
    for _ in range(TRIES):
        if len(own["blasts"]) >= ENOUGH:
            break
        begin = take(marrow, rng.choice(len(marrow["blasts"]), 1))
        met = search.extreme(begin, ANY, 1.0, STEPS, rng)
        if met is not None:
            own = {name: np.concatenate([own[name], met[name]]) for name in own}
    return own
