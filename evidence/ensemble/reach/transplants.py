"""Reach: as few or as many of an arm's patients transplanted as can be; no search is needed."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from evidence.ensemble.courses import CYCLE_DAYS, INFUSION_DAYS
from evidence.ensemble.people import People
from evidence.ensemble.reach.limits import Limits
from evidence.ensemble.reach.starts import Starts
from evidence.this_abstract.abstract import TRANSPLANTS, TREATED
from helpers.ground.results import ResultId


def concerns(id: ResultId) -> bool:
    """Tell whether a result is the number of transplants of an arm.

    Parameters
    ----------
    id : ResultId

    Returns
    -------
    bool
    """
    return (id.chapter, id.outcome, id.statistic) == ("cohort", "transplant", "count")


def possible(state: dict[str, np.ndarray], people: People, limits: Limits) -> np.ndarray:
    """Mark who can have been transplanted.

    Parameters
    ----------
    state : dict of str to array
        As `evidence.ensemble.survival.draws` returns it.
    people : People
    limits : Limits

    Returns
    -------
    array of bool, (members, patients)
        Who is followed beyond the first infusion; within limits only responders, before they relapse.
    """
    until = np.where(state["relapse"], state["relapse_days"], state["followup"])
    if limits.transplant:
        return people.responded & (until > INFUSION_DAYS + 2)
    return state["followup"] > INFUSION_DAYS + 2


def extreme(
    starts: Starts, id: ResultId, sign: int, limits: Limits, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give a whole cohort with as few or as many transplants in an arm as can be.

    Parameters
    ----------
    starts : Starts
    id : ResultId
    sign : int
        -1 for as few, 1 for as many.
    limits : Limits
    rng : Generator

    Returns
    -------
    tuple of DataFrame
        As of `evidence.ensemble.reach.starts.Starts.whole`.
    """
    can = possible(starts.blocks["survival"], starts.people, limits)
    of_arm = starts.people.arm == id.group
    wanted = of_arm if sign > 0 else ~of_arm
    inside = starts.inside[limits.name]
    member = inside[(can & wanted)[inside].sum(axis=1).argmax()]
    patients, immune = starts.whole(int(member), {}, rng)
    return _transplanted(patients, id.group, sign, limits, starts.targets.figures.count), immune


def _transplanted(
    patients: pd.DataFrame, arm: str, sign: int, limits: Limits, count: Callable[[ResultId], int]
) -> pd.DataFrame:
    """Transplant the printed number, those of the arm first, or last; give chemotherapy to others."""
    until = patients["followup_days"]
    can = until > INFUSION_DAYS + 2
    if limits.transplant:
        until = patients["relapse_days"].fillna(until)
        can = (until > INFUSION_DAYS + 2) & ~(patients["death"] & ~patients["relapse"])
    first = patients["arm"].eq(arm) if sign > 0 else patients["arm"].ne(arm)
    order = np.lexsort([until, ~first, ~can])
    transplant = np.zeros(len(patients), bool)
    transplant[order[: count(TRANSPLANTS)]] = True
    earliest = (patients["cycles"] - 1) * CYCLE_DAYS + INFUSION_DAYS + 1
    days = np.minimum(earliest + 1, until - 1).where(transplant)
    treated = ~patients["death"] & ~transplant
    treated &= treated.cumsum() <= count(TREATED)
    return patients.assign(transplant=transplant, transplant_days=days, on_chemotherapy=treated)
