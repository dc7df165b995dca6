"""Chapter 3: how well the primary model would predict, corrected for optimism."""

from itertools import product

import numpy as np
import pandas as pd

from helpers.chapters.multivariable.model import analysed, primary, terms
from helpers.chapters.multivariable.shape import PLACES
from helpers.estimators.grouping import least
from helpers.estimators.prediction import calibration_groups, performance
from helpers.ground.cohort import Cohort
from helpers.ground.results import Estimate, Rows, not_estimable
from helpers.ground.rounding import multiple
from helpers.ground.study import Study

RESAMPLES, FEWEST = 500, 100
DRAWN = 1_000_000  # patients over all resamples: in many patients each moves little, and fewer are enough
SEED = 20240301  # any number; the same resamples serve prediction and selection
RISK_GROUPS = 3  # of the calibration figure
MEASURES = {  # by the start of the statistic in the ids
    "c_statistic": "c-statistic",
    "brier": "Brier score",
    "calibration_intercept": "Calibration intercept",
    "calibration_slope": "Calibration slope",
}
KINDS = {"apparent": "as it looks", "corrected": "corrected for optimism"}


def resamples(patients: int) -> int:
    """Say how many bootstrap resamples are drawn.

    Parameters
    ----------
    patients : int

    Returns
    -------
    int

    Examples
    --------
    >>> resamples(33), resamples(4000), resamples(100_000)
    (500, 250, 100)
    """
    return max(FEWEST, min(RESAMPLES, DRAWN // max(patients, 1)))


def rows(study: Study, data: pd.DataFrame) -> Rows:
    """Give every measure as it looks and corrected, and the Brier score of a model without covariates.

    Parameters
    ----------
    study : Study
    data : DataFrame
        Of the primary model, complete.

    Yields
    ------
    dict
        As `helpers.ground.results.row` makes it.
    """
    found = performance(data["event"], data[terms(study)], resamples(len(data)), SEED)
    for (name, label), (kind, words) in product(MEASURES.items(), KINDS.items()):
        value = found[f"{name}_{kind}"]
        yield primary(study, f"{name}_{kind}", f"{label}, {words}", "statistic", value)
    n, events = len(data), int(data["event"].sum())
    value = not_estimable("no patients", n=0, events=0)
    if n:
        rate = events / n
        value = Estimate(rate * (1 - rate), n=n, events=events, method="everybody given the overall share")
    label = "Brier score without covariates"
    yield primary(study, "brier_without_covariates", label, "statistic", value)


def risk_groups(cohort: Cohort) -> pd.DataFrame:
    """Give observed shares beside fitted probabilities.

    Parameters
    ----------
    cohort : Cohort

    Returns
    -------
    DataFrame
        As `helpers.estimators.prediction.calibration_groups` returns it. Where single patients are not drawn,
        without groups that hold too few with or without the outcome; the numbers of the others are rounded
        where the cohort has a threshold.
    """
    data = analysed(cohort)
    groups = calibration_groups(data["event"], data[terms(cohort.study)], RISK_GROUPS)
    if cohort.draws_patients:
        return groups
    fewer = np.minimum(groups["events"], groups["n"] - groups["events"])
    known = groups[fewer >= least(cohort.threshold)]
    if not cohort.threshold:
        return known
    counts = {name: multiple(known[name], cohort.threshold) for name in ("n", "events")}
    return known.round(PLACES).assign(**counts, estimate=counts["events"] / counts["n"])
