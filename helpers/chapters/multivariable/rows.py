"""Chapter 3: what goes with complete remission and MRD negativity, blasts, arm and age taken together."""

import pandas as pd

from helpers.chapters.multivariable import characteristics, influence, prediction, selection, shape
from helpers.chapters.multivariable.model import analysed, analyses, columns, model_data, outcomes, primary
from helpers.chapters.multivariable.odds_ratios import model_rows, primary_rows
from helpers.estimators.logistic import logistic
from helpers.estimators.quantiles import median
from helpers.ground.cohort import Cohort
from helpers.ground.results import Rows, recorded, table
from helpers.ground.study_parts import MODELLED


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
    # The words of the chapter are about these columns: without one of them it is not in a book.
    needs = dict.fromkeys(outcomes(cohort.study), MODELLED)
    return table(recorded(result_rows(cohort), cohort.absent, needs))


def result_rows(cohort: Cohort) -> Rows:
    """Give the rows of `results`.

    Parameters
    ----------
    cohort : Cohort

    Yields
    ------
    dict
        As `helpers.ground.results.row` makes it.
    """
    study, data = cohort.study, analysed(cohort)
    ratios = logistic(data["event"].to_numpy(), columns(study, data))
    for outcome, stratum in analyses(study):
        yield from model_rows(study, model_data(cohort, outcome, stratum), outcome, stratum)
    yield from primary_rows(study, data, ratios)
    yield from characteristics.rows(cohort)
    yield from influence.patient_rows(study, data, ratios["blasts"])
    age = median(data["age"])
    yield primary(study, "median_age", "Age at which the curves are drawn", "years", age)
    yield from shape.probability_rows(study, data, ratios["blasts"])
    yield from shape.shape_rows(study, data)
    yield from prediction.rows(study, data)
    yield from influence.centre_rows(cohort)
    yield from selection.rows(study, data)
