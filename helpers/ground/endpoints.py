"""Ground: endpoints, derived once from the columns of a cohort."""

from collections import Counter

import numpy as np
import pandas as pd

from helpers.ground.study import Study

DAYS_PER_MONTH = 30.4375
EARLIEST_DAY = 0.5  # an event on day 0 would otherwise have no time at risk
TICK_STEPS = (6, 12, 24, 60, 120)  # months between two ticks of an axis of follow-up
MOST_TICKS = 8
SEVERAL = 5  # events that all end their patients' follow-up: of fewer it may be chance
RESPONSES = {  # from best to none
    "CR": "Complete remission (CR)",
    "CRi": "CR with incomplete recovery (CRi)",
    "PR": "Partial remission (PR)",
    "NR": "No response (NR)",
}
MILESTONES = {  # what the course of a patient shows
    "transplant": "Transplant",
    "relapse": "Relapse",
    "death": "Death",
    "alive": "Alive at last contact",
}


def ends_follow_up(days: pd.Series, followup_days: pd.Series, dead: pd.Series) -> bool:
    """Tell whether follow-up ends with an event: of several who had it, nothing is known afterwards.

    Parameters
    ----------
    days : Series of float
        Of the event, missing where it did not happen.
    followup_days : Series of float
    dead : Series of bool

    Returns
    -------
    bool
    """
    had = days.notna()
    return had.sum() >= SEVERAL and not (had & (dead | days.lt(followup_days))).any()


def tick_step(longest: float) -> int:
    """Return the months between two ticks, and two counts at risk, of an axis as long as the follow-up.

    Parameters
    ----------
    longest : float
        Months.

    Returns
    -------
    int
    """
    return next((step for step in TICK_STEPS if longest <= MOST_TICKS * step), TICK_STEPS[-1])


def centres_by_size(patients: pd.DataFrame) -> list[str]:
    """Name the centres; their places here are their numbers in print.

    Parameters
    ----------
    patients : DataFrame
        With ``centre``.

    Returns
    -------
    list of str
        The largest first, those of one size by name.
    """
    centres = patients["centre"]
    sizes = Counter(centres[centres.notna()].tolist())
    return sorted(sizes, key=lambda centre: (-sizes[centre], centre))


def derive(patients: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Add the endpoints to validated patients.

    Parameters
    ----------
    patients : DataFrame
        The columns of ``patients.csv`` after reading: times in days from time zero.
    study : Study
        Says where the cut-off of the blasts lies.

    Returns
    -------
    DataFrame
        With response, complete_remission and complete_remission_mrd_negative (nullable booleans, missing
        where there is no best response, though the last is false for whoever is not MRD negative), burden,
        transplant_months, and months and event of overall survival, of disease-free survival (relapse or
        death from any cause; not responding is no event by itself) and of disease-free survival in which a
        non-responder has the event at `EARLIEST_DAY`; first_event is censored, relapse or death. no_response
        (nullable boolean) is true where the outcome by which a patient responds (`Study.responds_by`) is a
        no, missing where it is not recorded.
    """
    followup = patients["followup_days"].clip(lower=EARLIEST_DAY)
    relapse = patients["relapse_days"].clip(lower=EARLIEST_DAY)
    disease_free = relapse.where(patients["relapse"], followup)
    no_response = patients["best_response"].eq("NR").fillna(False).astype(bool)
    no_response &= study.members(patients, study.assessed)
    remission = _among(patients, ["CR", "CRi"])
    event = patients["relapse"] | patients["death"]
    derived = patients.assign(
        response=_among(patients, ["CR", "CRi", "PR"]),
        complete_remission=remission,
        complete_remission_mrd_negative=remission & patients["mrd_negative"],
        burden=_burden(patients, study),
        overall_months=followup / DAYS_PER_MONTH,
        overall_event=patients["death"],
        disease_free_months=disease_free / DAYS_PER_MONTH,
        disease_free_event=event,
        disease_free_nonresponse_months=disease_free.mask(no_response, EARLIEST_DAY) / DAYS_PER_MONTH,
        disease_free_nonresponse_event=event | no_response,
        first_event=_first_event(patients),
        transplant_months=patients["transplant_days"].clip(lower=EARLIEST_DAY) / DAYS_PER_MONTH,
    )
    return derived.assign(no_response=_no_response(derived, study))


def _no_response(derived: pd.DataFrame, study: Study) -> pd.Series:
    """Say who has no response in the sense of the population that the patient entered with."""
    lacking = pd.Series(False, index=derived.index, dtype="boolean")
    for population, outcome in study.responds_by.items():
        answer = derived[study.outcome(outcome).column].astype("boolean")
        lacking = lacking.mask(study.members(derived, population), ~answer)
    return lacking


def _among(patients: pd.DataFrame, levels: list[str]) -> pd.Series:
    found = patients["best_response"].isin(levels).astype("boolean")
    return found.mask(patients["best_response"].isna())


def _burden(patients: pd.DataFrame, study: Study) -> pd.Series:
    """Say on which side of the cut-off each patient lies; missing where there is none or no blasts."""
    burden = pd.Series(index=patients.index, dtype=pd.CategoricalDtype(["high", "low"]))
    for side, population in zip(("high", "low"), study.burden or (), strict=False):
        burden[study.members(patients, population.id)] = side
    return burden


def _first_event(patients: pd.DataFrame) -> pd.Series:
    first = np.select([patients["relapse"], patients["death"]], ["relapse", "death"], default="censored")
    return pd.Series(pd.Categorical(first, ["censored", "relapse", "death"]), index=patients.index)
