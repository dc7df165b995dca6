"""Chapter 3: what goes with complete remission and MRD negativity, blasts, arm and age taken together."""

import pandas as pd

from helpers.chapters.multivariable import influence, prediction, selection, shape
from helpers.chapters.multivariable.model import analysed, analyses, model_data, primary, terms
from helpers.chapters.multivariable.odds_ratios import model_rows, primary_rows
from helpers.estimators.logistic import logistic
from helpers.estimators.quantiles import median
from helpers.ground.cohort import Cohort
from helpers.ground.results import table


def results(cohort: Cohort) -> pd.DataFrame:
    """Compute every result of the chapter.

    Parameters
    ----------
    cohort : Cohort

    Returns
    -------
    DataFrame
        The results table; the same ids for every cohort of one study and the same centres.
    """
    study, data = cohort.study, analysed(cohort)
    blasts = logistic(data["event"], data[list(terms(study))])["blasts"]
    rows = [
        row
        for outcome, stratum in analyses(study)
        for row in model_rows(study, model_data(cohort, outcome, stratum), outcome, stratum)
    ]
    rows += primary_rows(study, data)
    rows += influence.patient_rows(study, data, blasts)
    age = median(data["age"])
    rows.append(primary(study, "median_age", "Age at which the curves are drawn", "years", age))
    rows += shape.probability_rows(study, data, blasts)
    rows += shape.shape_rows(study, data)
    rows += prediction.rows(study, data)
    rows += influence.centre_rows(cohort)
    return table(rows + selection.rows(study, data))
