"""Chapter 1, the cohort: what its figures draw of groups of patients, where single ones are not drawn."""

import numpy as np
import pandas as pd

from helpers.chapters.cohort.course import courses
from helpers.chapters.cohort.groups import values
from helpers.estimators.grouping import counted, least, round_edges
from helpers.ground.cohort import Cohort
from helpers.ground.endpoints import tick_step
from helpers.ground.results import NOT_ESTIMABLE
from helpers.ground.rounding import multiple
from helpers.ground.study import EVERYBODY

STEP, TOP = 10, 100  # of the bands' ends, and the last: percentage points of blasts, and years of age
STATES = {  # in each of them a patient is at any month in exactly one
    "free": "Alive without relapse",
    "relapsed": "Alive after relapse",
    "unfollowed": "No longer followed",
    "dead": "Dead",
}
ALIVE = "Alive"  # where no relapse is recorded
TRANSPLANTED = "Transplanted by then"
MOST_CENTRES = 20


def bands(cohort: Cohort, column: str, stratum: str = EVERYBODY) -> pd.DataFrame:
    """Count the patients of each arm in bands of a column.

    Parameters
    ----------
    cohort : Cohort
    column : str
        Of numbers from 0 to `TOP`; higher ones go with the last band.
    stratum : str
        Of `Study.strata`.

    Returns
    -------
    DataFrame
        ``arm``, ``over`` and ``to`` (multiples of `STEP`), ``n`` (a multiple of the cohort's threshold, where
        there is one) and ``share`` of those of the arm. Every band holds enough patients; an arm that has too
        few has none.
    """
    found = []
    for arm in cohort.study.arm_ids:
        own = values(cohort.patients, cohort.study, column, arm, stratum)
        mine = counted(own, round_edges([own], STEP, least(cohort.threshold), TOP))
        counts = multiple(mine["n"], cohort.threshold)
        found.append(mine.assign(arm=arm, n=counts, share=counts / max(counts.sum(), 1)))
    return pd.concat(found, ignore_index=True)[["arm", "over", "to", "n", "share"]]


def drawn_centres(by_centre: pd.DataFrame) -> pd.DataFrame:
    """Pick the centres that are drawn: the largest of those whose patients of every arm may be counted.

    Parameters
    ----------
    by_centre : DataFrame
        Result rows of the arms, the largest centre first.

    Returns
    -------
    DataFrame
        Rows of `by_centre` with ``place``, the number of the centre among all.
    """
    hidden = by_centre.loc[by_centre["method"].str.startswith(NOT_ESTIMABLE), "outcome"]
    known = by_centre[~by_centre["outcome"].isin(hidden)]
    drawn = known[known["outcome"].isin(known["outcome"].unique()[:MOST_CENTRES])]
    return drawn.assign(place=drawn["outcome"].str.removeprefix("centre_").astype(int))


def states(cohort: Cohort) -> pd.DataFrame:
    """Say what had become of the patients of each arm by round months.

    Parameters
    ----------
    cohort : Cohort

    Returns
    -------
    DataFrame
        ``arm``, ``month``, ``look`` (the keys of `STATES`, then ``transplanted``), ``state`` in words, ``n``
        and ``share`` of the arm: at each month those of `STATES` make up the arm. What is not recorded has no
        rows. Where the cohort has a threshold the sums of
        neighbouring states are rounded to its multiples. The months end while enough patients of the cohort
        are followed; an arm of too few has no rows.
    """
    fewest, patients = least(cohort.threshold), courses(cohort.patients, cohort.study)
    months, found = _months(patients["months"], fewest), []
    named = STATES | {"transplanted": TRANSPLANTED}
    absent = {"transplanted"} if "transplant" in cohort.absent else set()
    if "relapse" in cohort.absent:
        named, absent = named | {"free": ALIVE}, absent | {"relapsed"}
    for arm in cohort.study.arm_ids:
        mine = patients[patients["arm"] == arm]
        counts = [_counts(mine, month, cohort.threshold) for month in months if len(mine) >= 2 * fewest]
        found += [
            {
                "arm": arm,
                "month": month,
                "look": look,
                "state": words,
                "n": number,
                "share": number / here[: len(STATES)].sum(),
            }
            for month, here in zip(months, counts, strict=False)
            for (look, words), number in zip(named.items(), here, strict=True)
            if not absent & {look}
        ]
    return pd.DataFrame(found, columns=["arm", "month", "look", "state", "n", "share"])


def _months(followed: pd.Series, fewest: int) -> np.ndarray:
    longest = np.sort(followed)[-fewest] if len(followed) >= fewest else 0.0
    return np.arange(0, longest, tick_step(longest) / 2)


def _counts(patients: pd.DataFrame, month: float, threshold: int) -> np.ndarray:
    """Count the patients in each state, and those transplanted by then."""
    dead = patients["death"].le(month)
    unfollowed = patients["alive"].lt(month)
    alive = ~dead & ~unfollowed
    relapsed = alive & patients["relapse"].le(month)
    # Summed from the dead, whose numbers the text tells.
    sums = np.cumsum([dead.sum(), unfollowed.sum(), relapsed.sum(), (alive & ~relapsed).sum()])
    return np.append(
        np.diff(multiple(sums, threshold), prepend=0)[::-1],
        multiple(patients["transplant"].le(month).sum(), threshold),
    )
