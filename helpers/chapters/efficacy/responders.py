"""Chapter 2, efficacy: MRD negativity among those who responded, beside MRD negativity among all."""

import pandas as pd

from helpers.chapters.efficacy.groups import COLUMNS
from helpers.estimators import proportions
from helpers.ground.endpoints import ARMS, LABELS, in_group
from helpers.ground.results import row

# Segment of the id: who is asked. A response comes after treatment, so these are no groups of a trial's kind.
RESPONDERS = {"responders": "response", "complete_responders": "complete_remission"}
POPULATIONS = {
    "responders": "Relapsed/refractory, with a response (CR, CRi or PR)",
    "complete_responders": "Relapsed/refractory, in complete remission (CR or CRi)",
}


def rows(patients: pd.DataFrame) -> list[dict]:
    """Give the rate of MRD negativity among responders, in both arms and together, and the difference.

    Parameters
    ----------
    patients : DataFrame
        The cohort's patients with their endpoints.

    Returns
    -------
    list of dict
        Result rows with the strata of `RESPONDERS`.
    """
    found = []
    for stratum in RESPONDERS:
        counts = {group: _tally(patients, group, stratum) for group in ("all", *ARMS)}
        values = {("rate", group): proportions.wilson(*count) for group, count in counts.items()}
        both = [number for arm in ARMS for number in counts[arm]]
        values["risk_difference", "arm"] = proportions.newcombe_difference(*both)
        for (statistic, group), value in values.items():
            label = f"{LABELS['mrd_negativity']} among responders, {statistic.replace('_', ' ')}"
            id = f"efficacy.mrd_negativity.{statistic}.{group}.{stratum}"
            found.append(row(id, label, POPULATIONS[stratum], "fraction", value))
    return found


def _tally(patients: pd.DataFrame, group: str, stratum: str) -> tuple[int, int]:
    responded = patients[RESPONDERS[stratum]].fillna(False).astype(bool)
    known = patients.loc[in_group(patients, group) & responded, COLUMNS["mrd_negativity"]].dropna()
    return int(known.sum()), len(known)
