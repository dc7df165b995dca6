"""Chapter 2, efficacy: its outcomes, the strata in which they are asked, and the counts behind every row."""

import pandas as pd

from helpers.ground.endpoints import STRATA, in_group, in_stratum

COLUMNS = {
    "response": "response",
    "complete_remission": "complete_remission",
    "mrd_negativity": "mrd_negative",
}
# Patients who entered in remission have no response to assess.
RESPONSE_STRATA = ("relapsed_refractory", "high_burden", "low_burden")
OUTCOMES = {"response": RESPONSE_STRATA, "complete_remission": RESPONSE_STRATA, "mrd_negativity": STRATA}
COMPARED = tuple((outcome, stratum) for outcome, strata in OUTCOMES.items() for stratum in strata)


def result_id(outcome: str, statistic: str, group: str, stratum: str) -> str:
    """Name a result of the chapter; everybody (stratum ``all``) has no last segment."""
    place = "" if stratum == "all" else f".{stratum}"
    return f"efficacy.{outcome}.{statistic}.{group}{place}"


def tally(patients: pd.DataFrame, outcome: str, group: str, stratum: str) -> tuple[int, int]:
    """Count the patients with an outcome.

    Returns
    -------
    tuple of int
        With the outcome, and all those of the group and stratum in whom it is recorded.
    """
    chosen = in_group(patients, group) & in_stratum(patients, stratum)
    known = patients.loc[chosen, COLUMNS[outcome]].dropna()
    return int(known.sum()), len(known)
