"""Chapter 3: what its models ask, of whom and with which covariates; the row that holds a number of them."""

from functools import partial

import numpy as np
import pandas as pd

from helpers.ground.cohort import Cohort
from helpers.ground.kept import kept
from helpers.ground.results import NOT_ESTIMABLE, Estimate, ResultId, Row, row
from helpers.ground.study import CONTRAST, EVERYBODY, Outcome, Study
from helpers.ground.study_parts import inside

result_id = partial(ResultId, "multivariable")

COMPOSITE = "complete_remission_mrd_negative"  # the outcome of the primary model, and its column
CURVE_POINTS = 101


def terms(study: Study) -> list[str]:
    """Return the covariates of the primary model by the names in the ids: blasts, the first arm, age.

    Parameters
    ----------
    study : Study

    Returns
    -------
    list of str
    """
    return ["blasts", study.arms[0].id, "age"]


def outcomes(study: Study) -> dict[str, Outcome]:
    """Return the outcomes of the models: the composite, then those of the study.

    Parameters
    ----------
    study : Study

    Returns
    -------
    dict of Outcome
        By id.
    """
    label = "Complete remission with MRD negativity"
    composite = Outcome(COMPOSITE, label, inside(label), COMPOSITE, (study.assessed,))
    return {outcome.id: outcome for outcome in (composite, *study.outcomes)}


def analyses(study: Study) -> list[tuple[str, str]]:
    """List the models: the primary one, then each outcome in its population and in those that hold it.

    Parameters
    ----------
    study : Study

    Returns
    -------
    list of tuple of str
        Outcome and population, by id.
    """
    narrow = study.population(study.assessed)
    wider = [
        population.id
        for population in study.populations
        if (population.column, population.parent) == (narrow.column, narrow.parent)
        and set(population.levels) > set(narrow.levels)
    ]
    return [
        (outcome.id, stratum)
        for outcome in outcomes(study).values()
        for stratum in dict.fromkeys((narrow.id, *wider, EVERYBODY))
        if stratum in outcome.populations
    ]


@kept
def model_data(cohort: Cohort, outcome: str, stratum: str) -> pd.DataFrame:
    """Give the outcome and the covariates of one model.

    Parameters
    ----------
    cohort : Cohort
    outcome : str
        One of `outcomes`.
    stratum : str
        One of the study's.

    Returns
    -------
    DataFrame
        One row per patient of the stratum, missing values kept: ``arm``, ``event`` (nullable boolean) and
        `terms`: ``blasts`` (% of marrow cells), the first arm (bool) and ``age`` (years).
    """
    study = cohort.study
    column = outcomes(study)[outcome].column
    patients, chosen = cohort.patients, study.chosen(cohort.patients, stratum)
    columns = {covariate.id: patients[covariate.column].array for covariate in study.covariates}
    columns |= {
        "arm": patients["arm"].array,
        "event": patients[column].array.astype("boolean"),
        study.arms[0].id: study.chosen(patients, group=study.arms[0].id),
    }
    unlisted = np.full(len(patients), np.nan)
    frame = {name: columns.get(name, unlisted)[chosen] for name in ("arm", "event", *terms(study))}
    return pd.DataFrame(frame, index=patients.index[chosen])


@kept
def complete(data: pd.DataFrame) -> pd.DataFrame:
    """Leave out patients with a missing value.

    Parameters
    ----------
    data : DataFrame
        Of `model_data`.

    Returns
    -------
    DataFrame
        ``event`` is bool.
    """
    missing = np.any([data[name].isna().to_numpy() for name in data], axis=0)
    known = data[~missing] if missing.any() else data
    return known.assign(event=known["event"].to_numpy(bool))


@kept
def columns(study: Study, data: pd.DataFrame) -> dict[str, np.ndarray]:
    """Give the covariates as arrays, which are quick to read.

    Parameters
    ----------
    study : Study
    data : DataFrame
        Of `model_data`.

    Returns
    -------
    dict of ndarray of float
        By `terms`.
    """
    return {name: data[name].to_numpy(float) for name in terms(study)}


def analysed(cohort: Cohort) -> pd.DataFrame:
    """Give the patients of the primary model with every value known.

    Parameters
    ----------
    cohort : Cohort

    Returns
    -------
    DataFrame
        As `complete` returns it.
    """
    return complete(model_data(cohort, COMPOSITE, cohort.study.assessed))


def primary_id(study: Study, statistic: str, group: str = EVERYBODY) -> ResultId:
    """Name a result of the primary model.

    Parameters
    ----------
    study : Study
    statistic, group : str

    Returns
    -------
    ResultId
    """
    return result_id(COMPOSITE, statistic, group, study.assessed)


def line(study: Study, id: ResultId, label: str, unit: str, value: Estimate) -> Row:
    """Make a row of the chapter, whose label begins with the outcome of its model.

    Parameters
    ----------
    study : Study
    id : ResultId
    label, unit : str
    value : Estimate

    Returns
    -------
    dict
    """
    label = f"{outcomes(study)[id.outcome].label}: {label}"
    return row(id, label, study.label(id.stratum), unit, value)


def primary(
    study: Study, statistic: str, label: str, unit: str, value: Estimate, group: str = EVERYBODY
) -> Row:
    """Make a row of the primary model; as `line`.

    Parameters
    ----------
    study : Study
    statistic, label, unit : str
    value : Estimate
    group : str

    Returns
    -------
    dict
    """
    return line(study, primary_id(study, statistic, group), label, unit, value)


def term_labels(study: Study) -> dict[str, str]:
    """Name the terms of the odds ratios in print.

    Parameters
    ----------
    study : Study

    Returns
    -------
    dict of str
        By `terms`, with ``blasts_per_10`` after ``blasts``.
    """
    return {
        "blasts": "Blasts, per percentage point",
        "blasts_per_10": "Blasts, per 10 percentage points",
        study.arms[0].id: study.label(CONTRAST),
        "age": "Age, per year",
    }


def covariate_choices(study: Study) -> dict[str, tuple[list[str], str]]:
    """List the sets of covariates that the models are fitted with.

    Parameters
    ----------
    study : Study

    Returns
    -------
    dict of tuple
        By the start of the statistic in the ids: the covariates, and their name in print.
    """
    blasts, arm, _ = terms(study)
    return {
        "": (terms(study), "with arm and age"),
        "without_age_": ([blasts, arm], "with arm"),
        "univariate_": ([blasts], "alone"),
    }


def is_missing(value: Estimate) -> bool:
    """Tell whether an estimate does not exist.

    Parameters
    ----------
    value : Estimate

    Returns
    -------
    bool
    """
    return value.method.startswith(NOT_ESTIMABLE)
