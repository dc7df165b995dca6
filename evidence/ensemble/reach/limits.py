"""Reach: what a searched cohort may look like, by arithmetic alone and within limits that a clinician sets.

By arithmetic alone a cohort only has to print every figure as it is read, and to be possible: nobody is
followed for longer than from the opening of enrolment to the summer in which the figures were handed in
(our limit: neither the longest follow-up nor the cut of the data is printed), a
responder is seen at the marrow of day 28, shares lie between 0 and 100 %. `PLAUSIBLE` asks for more, and
every number that it asks with stands here.
"""

from dataclasses import dataclass
from math import ceil, inf

import numpy as np
import pandas as pd

from evidence.ensemble.event_times import LONGEST, RESPONSE
from evidence.ensemble.marrow import HIGHEST, LOWEST
from evidence.this_abstract.abstract import AT, REFRACTORY, VISITS
from helpers.ground.endpoints import DAYS_PER_MONTH

LAST_DAY = ceil(LONGEST)  # of follow-up
SEEN = int(RESPONSE)  # the day on which a responder is alive
WHOLE = 100  # percent; shares of the panel are recorded in whole ones, as their medians are printed
MILESTONE = int(AT * DAYS_PER_MONTH)  # the last day that counts within the printed months


@dataclass(frozen=True)
class Limits:
    """What is asked of a cohort beside the print.

    Attributes
    ----------
    name : str
    at_risk : float
        Least share of each arm's patients who are followed, and free of relapse, for longer than the months
        at which survival is printed.
    medians : float
        The most by which the arms' median follow-up may differ, as a factor.
    survivors : int
        Days after which nobody lives who did not respond, or who relapsed, counted from the first
        blinatumomab and from the relapse.
    transplant : bool
        Whether only responders without relapse are transplanted.
    blasts : tuple of int
        Least and greatest percentage in relapsed/refractory disease.
    years : float
        The most by which the arms' median ages may differ.
    together : bool
        Whether two populations of one parent have to fit into it.
    fold : float
        The most by which a patient's share may change, as a factor.
    centre : float
        The most by which the arms' median shares at baseline may differ, as a factor.
    """

    name: str
    at_risk: float = 0.0
    medians: float = inf
    survivors: int = LAST_DAY
    transplant: bool = False
    blasts: tuple[int, int] = (0, WHOLE)
    years: float = inf
    together: bool = False
    fold: float = inf
    centre: float = inf


ARITHMETIC = Limits("arithmetic")
PLAUSIBLE = Limits(
    "plausible",
    at_risk=0.1,  # curves should end where fewer than 10 to 20 % are left: Pocock (2002), Lancet 359:1686
    medians=1.5,
    survivors=MILESTONE,
    transplant=True,
    blasts=(LOWEST, HIGHEST),
    years=20.0,
    together=True,
    fold=5.0,
    centre=5.0,
)
BOTH = (ARITHMETIC, PLAUSIBLE)


def left_at_risk(share: float, patients: int) -> int:
    """Return how many patients are the least share of an arm.

    Parameters
    ----------
    share : float
    patients : int

    Returns
    -------
    int
    """
    return ceil(share * patients - 1e-9)


def within(patients: pd.DataFrame, immune: pd.DataFrame, limits: Limits) -> np.ndarray:
    """Tell of whole cohorts, from their rows, which lie within limits.

    Parameters
    ----------
    patients, immune : DataFrame
        As `evidence.ensemble.assembly.assemble` returns them.
    limits : Limits

    Returns
    -------
    array of bool, (members,)
        In the order of the members' numbers.
    """
    found = _courses(patients, limits) & _marrow(patients, limits) & _panel(patients, immune, limits)
    return found.sort_index().to_numpy()


def _courses(patients: pd.DataFrame, limits: Limits) -> pd.Series:
    of_arm = patients.groupby(["member", "arm"])
    free = patients["relapse_days"].fillna(patients["followup_days"])
    longer = free.gt(MILESTONE).groupby([patients["member"], patients["arm"]]).sum()
    enough = longer >= of_arm.size().map(lambda size: left_at_risk(limits.at_risk, size))
    medians = _by_arm(of_arm["followup_days"].median())
    alike = medians["max"] <= limits.medians * medians["min"]
    without = patients["followup_days"] - patients["relapse_days"].fillna(0)
    soon = ~patients["death"] | (without <= limits.survivors)
    return enough.groupby("member").all() & alike & _all(soon & _transplanted(patients, limits), patients)


def _transplanted(patients: pd.DataFrame, limits: Limits) -> pd.Series:
    """Tell of whom it is possible that they were transplanted, or not."""
    relapsed_before = patients["relapse"] & patients["relapse_days"].le(patients["transplant_days"])
    no_remission = patients["death"] & ~patients["relapse"]  # nobody else dies without a relapse
    return ~patients["transplant"] | ~(relapsed_before | no_remission) | (not limits.transplant)


def _marrow(patients: pd.DataFrame, limits: Limits) -> pd.Series:
    others = patients["disease_status"] != REFRACTORY
    medians = _by_arm(patients.groupby(["member", "arm"])["age_years"].median())
    alike = medians["max"] - medians["min"] <= limits.years
    return _all(others | patients["bm_blasts_pct"].between(*limits.blasts), patients) & alike


def _panel(patients: pd.DataFrame, immune: pd.DataFrame, limits: Limits) -> pd.Series:
    arms = patients[["member", "patient_id", "arm"]]
    keys = ["member", "patient_id", "parent", "population"]
    wide = immune.pivot_table("percent", keys, "visit").reset_index().merge(arms, on=["member", "patient_id"])
    first, last = (wide[visit] for visit in VISITS)
    stays = (last <= limits.fold * first) & (first <= limits.fold * last)
    medians = _by_arm(wide.groupby(["member", "population", "arm"])[VISITS[0]].median(), "population")
    alike = (medians["max"] <= limits.centre * medians["min"]).groupby("member").all()
    sums = wide.groupby(["member", "patient_id", "parent"])[list(VISITS)].sum().max(axis=1)
    fits = (sums <= WHOLE if limits.together else sums >= 0).groupby("member").all()
    return _all(stays, wide) & alike & fits


def _by_arm(medians: pd.Series, *more: str) -> pd.DataFrame:
    """Return the smaller and the larger of the arms' medians."""
    return medians.groupby(["member", *more]).agg(["min", "max"])


def _all(met: pd.Series, rows: pd.DataFrame) -> pd.Series:
    return met.groupby(rows["member"]).all()
