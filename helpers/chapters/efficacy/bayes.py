"""Chapter 2, efficacy: the difference between the arms as a Bayesian sees it, under several priors."""

import pandas as pd

from helpers.chapters.efficacy.groups import COMPARED, result_id, tally
from helpers.estimators.bayes import posterior_difference
from helpers.ground.endpoints import ARMS, LABELS
from helpers.ground.results import row

# Beta priors of the rate with combination and with monotherapy: "successes" and "failures" seen beforehand.
PRIORS = {
    "uniform": ((1, 1), (1, 1)),
    "jeffreys": ((0.5, 0.5), (0.5, 0.5)),
    "cautious": ((5, 5), (5, 5)),
    "for_combination": ((3, 1), (1, 3)),
    "for_monotherapy": ((1, 3), (3, 1)),
}
MAIN = "uniform"
# The comparisons over which the prior is varied.
STRIPS = (
    ("response", "relapsed_refractory"),
    ("response", "high_burden"),
    ("mrd_negativity", "measurable_disease"),
    ("mrd_negativity", "high_burden"),
)


def rows(patients: pd.DataFrame) -> list[dict]:
    """Give the posterior difference and the posterior probability that the combination's rate is higher.

    Parameters
    ----------
    patients : DataFrame
        The cohort's patients with their endpoints.

    Returns
    -------
    list of dict
        Result rows: the main prior for every outcome and stratum, the others for `STRIPS`.
    """
    found = []
    for outcome, stratum in COMPARED:
        counts = [number for arm in ARMS for number in tally(patients, outcome, arm, stratum)]
        for prior in PRIORS if (outcome, stratum) in STRIPS else (MAIN,):
            values = posterior_difference(*counts, *PRIORS[prior])
            names = ("difference", "probability"), ("posterior difference", "probability of a higher rate")
            for statistic, words, value in zip(*names, values, strict=True):
                id = result_id(outcome, f"bayes_{prior}_{statistic}", "arm", stratum)
                label = f"{LABELS[outcome]}, {words}"
                found.append(row(id, label, LABELS[stratum], "fraction", value))
    return found
