"""Chapter 2, efficacy: MRD negativity among those who responded, beside MRD negativity among all."""

import pandas as pd

from helpers.chapters.efficacy.groups import counts, result_id, tally
from helpers.estimators import proportions
from helpers.ground.results import DIFFERENCE, Rows, row
from helpers.ground.study import CONTRAST, EVERYBODY, Study

# Segment of the id: the answer that picks who is asked, and the words for it. A response comes after
# treatment, so these are no populations of a study.
RESPONDERS = {
    "responders": ("response", "with a response (CR, CRi or PR)"),
    "complete_responders": ("complete_remission", "in complete remission (CR or CRi)"),
}


def rows(patients: pd.DataFrame, study: Study) -> Rows:
    """Give the rate of MRD negativity among responders, in both arms and together, and the difference.

    Parameters
    ----------
    patients : DataFrame
        The cohort's patients with their endpoints.
    study : Study

    Yields
    ------
    dict
        A result row, with a stratum of `RESPONDERS`.
    """
    mrd = study.outcome("mrd_negativity")
    label = f"{mrd.label} among responders"
    for stratum, (answer, words) in RESPONDERS.items():
        responded = patients[patients[answer].fillna(False).astype(bool)]
        where = f"{study.label(study.assessed)}, {words}"
        for group in study.groups:
            rate = proportions.wilson(*tally(responded, study, mrd.id, group, EVERYBODY))
            yield row(result_id(mrd.id, "rate", group, stratum), f"{label}, rate", where, "fraction", rate)
        difference = proportions.newcombe_difference(*counts(responded, study, mrd.id, EVERYBODY))
        id = result_id(mrd.id, "risk_difference", CONTRAST, stratum)
        yield row(id, f"{label}, risk difference", where, "fraction", difference, DIFFERENCE)
