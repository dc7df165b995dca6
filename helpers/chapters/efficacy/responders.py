"""Chapter 2, efficacy: MRD negativity among those who responded, beside MRD negativity among all."""

import numpy as np
import pandas as pd

from helpers.chapters.efficacy.groups import answers, result_id, share
from helpers.estimators import proportions
from helpers.ground.results import DIFFERENCE, Rows, row
from helpers.ground.rounding import multiple
from helpers.ground.study import CONTRAST, Study

# Segment of the id: the answer that picks who is asked, and the words for it. A response comes after
# treatment, so these are no populations of a study.
RESPONDERS = {
    "responders": ("response", "with a response (CR, CRi or PR)"),
    "complete_responders": ("complete_remission", "in complete remission (CR or CRi)"),
}


def rows(patients: pd.DataFrame, study: Study, base: int = 0) -> Rows:
    """Give the rate of MRD negativity among responders, in both arms and together, and the difference.

    Parameters
    ----------
    patients : DataFrame
        The cohort's patients with their endpoints.
    study : Study
    base : int
        As of `helpers.chapters.efficacy.groups.share`.

    Yields
    ------
    dict
        A result row, with a stratum of `RESPONDERS`.
    """
    mrd = study.outcome("mrd_negativity")
    label = f"{mrd.label} among responders"
    for stratum, (answer, words) in RESPONDERS.items():
        asked = answers(patients, answer) == 1
        where = f"{study.label(study.assessed)}, {words}"
        for group in study.groups:
            rate = share(*_tally(patients, study, asked & study.chosen(patients, group=group)), base)
            yield row(result_id(mrd.id, "rate", group, stratum), f"{label}, rate", where, "fraction", rate)
        arms = [asked & study.chosen(patients, group=arm) for arm in study.arm_ids]
        first, second = (_tally(patients, study, chosen) for chosen in arms)
        difference = proportions.newcombe_difference(*(multiple(count, base) for count in (*first, *second)))
        id = result_id(mrd.id, "risk_difference", CONTRAST, stratum)
        yield row(id, f"{label}, risk difference", where, "fraction", difference, DIFFERENCE)


def _tally(patients: pd.DataFrame, study: Study, chosen: np.ndarray) -> tuple[int, int]:
    known = answers(patients, study.outcome("mrd_negativity").column)[chosen]
    known = known[~np.isnan(known)]
    return int(known.sum()), len(known)
