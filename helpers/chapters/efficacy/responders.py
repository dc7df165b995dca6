"""Chapter 2, efficacy: MRD negativity among those who responded, beside MRD negativity among all."""

from typing import Any

import pandas as pd

from helpers.chapters.efficacy.groups import result_id
from helpers.estimators import proportions
from helpers.ground.results import DIFFERENCE, row
from helpers.ground.study import CONTRAST, Study

# Segment of the id: the answer that picks who is asked, and the words for it. A response comes after
# treatment, so these are no populations of a study.
RESPONDERS = {
    "responders": ("response", "with a response (CR, CRi or PR)"),
    "complete_responders": ("complete_remission", "in complete remission (CR or CRi)"),
}


def rows(patients: pd.DataFrame, study: Study) -> list[dict[str, Any]]:
    """Give the rate of MRD negativity among responders, in both arms and together, and the difference.

    Parameters
    ----------
    patients : DataFrame
        The cohort's patients with their endpoints.
    study : Study

    Returns
    -------
    list of dict
        Result rows with the strata of `RESPONDERS`.
    """
    found = []
    mrd = study.outcome("mrd_negativity")
    for stratum, (answer, words) in RESPONDERS.items():
        responded = patients[patients[answer].fillna(False).astype(bool)]
        known = {
            group: responded.loc[study.members(responded, group=group), mrd.column].dropna()
            for group in study.groups
        }
        counts = {group: (int(answers.sum()), len(answers)) for group, answers in known.items()}
        both = [number for arm in study.arm_ids for number in counts[arm]]
        values = {("rate", group): proportions.wilson(*count) for group, count in counts.items()}
        values["risk_difference", CONTRAST] = proportions.newcombe_difference(*both)
        for (statistic, group), value in values.items():
            kind = DIFFERENCE if group == CONTRAST else None
            label = f"{mrd.label} among responders, {statistic.replace('_', ' ')}"
            id = result_id(mrd.id, statistic, group, stratum)
            found.append(row(id, label, f"{study.label(study.assessed)}, {words}", "fraction", value, kind))
    return found
