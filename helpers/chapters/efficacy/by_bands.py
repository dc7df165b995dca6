"""Chapter 2, efficacy: outcomes over the blasts in groups of patients, where single ones are not drawn."""

from itertools import pairwise

import numpy as np
import pandas as pd

from helpers.chapters.efficacy.burden import asked, over_blasts, over_cutoffs
from helpers.chapters.efficacy.groups import result_id, share
from helpers.estimators.grouping import least, round_edges, round_ends
from helpers.ground.cohort import Cohort
from helpers.ground.results import Rows, row
from helpers.ground.rounding import multiple

STEP, TOP = 10, 100  # % of blasts: the ends of bands and the cut-offs are multiples, up to the highest
GRID = 5  # percentage points between two places of a curve
_PLACES = 2  # of fractions, where nobody may be found out


def edges(cohort: Cohort, outcome: str) -> np.ndarray:
    """Find the ends of bands of blasts that hold enough patients of each arm with and without an outcome.

    Parameters
    ----------
    cohort : Cohort
    outcome : str

    Returns
    -------
    ndarray of float
        As `helpers.estimators.grouping.round_edges` gives them.
    """
    frame = asked(cohort.patients, cohort.study, outcome)
    cells = [
        frame.loc[frame["first"].eq(first) & frame["event"].eq(event), "blasts"]
        for first in (True, False)
        for event in (True, False)
    ]
    return round_edges(cells, STEP, least(cohort.threshold), TOP)


def rates(cohort: Cohort) -> pd.DataFrame:
    """Give the rate of each outcome in each band of the blasts, in both arms.

    Parameters
    ----------
    cohort : Cohort

    Returns
    -------
    DataFrame
        Rows as of the results table, as the cohort tells them, with ``over`` and ``to``, the ends of the band
        in %; no rows of an outcome without a band.
    """
    found = [*_rates(cohort)]
    return cohort.told(pd.DataFrame(found)) if found else pd.DataFrame(columns=["outcome"])


def _rates(cohort: Cohort) -> Rows:
    study = cohort.study
    for outcome in study.outcomes:
        frame, ends = asked(cohort.patients, study, outcome.id), edges(cohort, outcome.id)
        event, first, blasts = (frame[name].to_numpy() for name in ("event", "first", "blasts"))
        for low, high in pairwise(ends):
            inside = (blasts > low) & (blasts <= high) | (low == 0) & (blasts == 0)
            for arm, own in zip(study.arm_ids, (inside & first, inside & ~first), strict=True):
                id = result_id(outcome.id, f"rate_blasts_{low:g}_to_{high:g}", arm, study.assessed)
                value = share(int(event[own].sum()), int(own.sum()), cohort.threshold)
                made = row(id, outcome.label, study.label(study.assessed), "fraction", value)
                yield made | {"over": low, "to": high}


def cutoffs(cohort: Cohort, outcome: str) -> pd.DataFrame:
    """Compare the arms above every cut-off, or those that leave enough patients on either side.

    Parameters
    ----------
    cohort : Cohort
    outcome : str

    Returns
    -------
    DataFrame
        As `helpers.chapters.efficacy.burden.over_cutoffs`; at the inner `edges` where single patients are not
        drawn.
    """
    patients, study = cohort.patients, cohort.study
    if cohort.draws_patients:
        return over_cutoffs(patients, study, outcome)
    found = over_cutoffs(patients, study, outcome, edges(cohort, outcome)[1:-1], cohort.threshold)
    return _coarse(found, cohort).assign(n=multiple(found["n"], cohort.threshold))


def curve(cohort: Cohort, outcome: str) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Give the difference between the arms' Firth logistic curves, and the patients behind it.

    Parameters
    ----------
    cohort : Cohort
    outcome : str

    Returns
    -------
    tuple of DataFrame and (DataFrame or None)
        As `helpers.chapters.efficacy.burden.over_blasts` and `helpers.chapters.efficacy.burden.asked`. Where
        single patients are not drawn None, and the curve ends at round places with enough patients of each
        arm at or beyond them.
    """
    patients, study = cohort.patients, cohort.study
    frame = asked(patients, study, outcome)
    if cohort.draws_patients:
        return over_blasts(patients, study, outcome), frame
    arms = [frame.loc[frame["first"].eq(first), "blasts"] for first in (True, False)]
    ends = np.array([round_ends(blasts, GRID, least(cohort.threshold)) for blasts in arms])
    low, high = ends[:, 0].max(), ends[:, 1].min()
    places = np.arange(low, high + GRID / 2, GRID) if low < high else np.empty(0)
    return _coarse(over_blasts(patients, study, outcome, places), cohort), None


def _coarse(fractions: pd.DataFrame, cohort: Cohort) -> pd.DataFrame:
    return fractions.round(_PLACES) if cohort.threshold else fractions
