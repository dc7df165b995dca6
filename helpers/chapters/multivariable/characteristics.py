"""Chapter 3: the primary model with what else the study knows of its patients at entry."""

import numpy as np
import pandas as pd

from helpers.chapters.multivariable.model import (
    COMPOSITE,
    columns,
    complete,
    model_data,
    primary,
    term_labels,
    terms,
)
from helpers.estimators.logistic import logistic
from helpers.ground.cohort import Cohort
from helpers.ground.results import Rows
from helpers.ground.study import Study

PREFIX = "with_characteristics_odds_ratio_"  # begins the statistic in the ids


def rows(cohort: Cohort) -> Rows:
    """Give the odds ratios of the primary model with the characteristics that the study takes into it.

    Parameters
    ----------
    cohort : Cohort

    Yields
    ------
    dict
        A result row a term, of the patients with every value known; none where the study takes in none.
    """
    study = cohort.study
    labels = term_labels(study) | _labels(study)
    if not _labels(study):
        return
    data = model_data(cohort, COMPOSITE, study.assessed)
    known = complete(data.join(_values(cohort).loc[data.index]))
    covariates = columns(study, known) | {name: known[name].to_numpy(float) for name in _labels(study)}
    for term, value in logistic(known["event"].to_numpy(), covariates).items():
        yield primary(study, f"{PREFIX}{term}", labels[term], "odds_ratio", value)


def names(study: Study) -> list[str]:
    """Name the statistics of `rows`.

    Parameters
    ----------
    study : Study

    Returns
    -------
    list of str
        In the model's order; none where the study takes in no characteristic.
    """
    return [f"{PREFIX}{term}" for term in (*terms(study), *_labels(study))] if _labels(study) else []


def _labels(study: Study) -> dict[str, str]:
    """Name the terms: one a number, and for levels one for each but the first, which it is compared with."""
    found = {}
    for one in study.characteristics:
        if one.in_model and not one.levels:
            found[one.id] = f"{one.label}, per {one.unit or 'unit'}"
        elif one.in_model:
            first, *others = one.levels
            words = {level: f"{one.label}, {level} against {first}" for level in others}
            found |= {one.level_id(place): words[level] for place, level in enumerate(others, 2)}
    return found


def _values(cohort: Cohort) -> pd.DataFrame:
    """Give the terms of the characteristics in every patient; missing where the characteristic is."""
    patients, found = cohort.patients, {}
    for one in cohort.study.characteristics:
        if one.in_model and not one.levels:
            found[one.id] = patients[one.column]
        elif one.in_model:
            known = patients[one.column]
            for place, level in enumerate(one.levels[1:], 2):
                found[one.level_id(place)] = np.where(known.isna(), np.nan, known.eq(level))
    return pd.DataFrame(found, index=patients.index)
