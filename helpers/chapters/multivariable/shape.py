"""Chapter 3: the primary model over blasts: its curves, its fitted probabilities, and whether a line fits."""

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd

from helpers.chapters.multivariable.model import CURVE_POINTS, analysed, columns, is_missing, primary, terms
from helpers.estimators.grouping import least, round_ends
from helpers.estimators.logistic import predicted_probability
from helpers.estimators.nonlinearity import BENDS, SHAPES, nonlinearity, shaped_curve
from helpers.ground.cohort import Cohort
from helpers.ground.results import Estimate, Rows, not_estimable
from helpers.ground.study import Study

BLASTS_SHOWN = (20, 50, 80)  # % of marrow cells: low, middle and high burden
GRID, PLACES = 5, 2  # of curves without patients: points of blasts between two places; digits of fractions
SHAPE_LABELS = {"spline": "restricted cubic spline", "quadratic": "square"}


def fitted_curves(cohort: Cohort) -> pd.DataFrame:
    """Give the fitted probability of the primary outcome over blasts, by arm, at the median age.

    Parameters
    ----------
    cohort : Cohort

    Returns
    -------
    DataFrame
        ``arm``, ``blasts`` (of `_places`), ``estimate``, ``ci_low``, ``ci_high`` (pointwise, 95 %); no rows
        where the model is not estimable.
    """
    study, data = cohort.study, analysed(cohort)
    curves = [
        _probability(study, data, arm, _places(cohort, data, arm)).assign(arm=arm) for arm in study.arm_ids
    ]
    return _coarse(pd.concat(curves, ignore_index=True), cohort)


def shape_curves(cohort: Cohort, arm: str) -> pd.DataFrame:
    """Give one arm's fitted probability over blasts as a line, a spline and a parabola, at the median age.

    Parameters
    ----------
    cohort : Cohort
    arm : str
        The id of one.

    Returns
    -------
    DataFrame
        ``shape`` (of `helpers.estimators.nonlinearity.SHAPES`), ``blasts``, ``estimate``; no rows without a
        model.
    """
    data, names = analysed(cohort), terms(cohort.study)
    values = _places(cohort, data, arm)
    if not len(values):
        return pd.DataFrame(columns=["blasts", "estimate", "shape"])
    held = _held(cohort.study, data, arm)
    curves = [
        shaped_curve(data["event"], data[names], "blasts", values, held, shape).assign(shape=shape)
        for shape in SHAPES
    ]
    found = pd.concat([curve for curve in curves if len(curve)] or curves[:1], ignore_index=True)
    return _coarse(found, cohort)


def probability_rows(study: Study, data: pd.DataFrame, fit: Estimate) -> Rows:
    """Give the fitted probabilities of both arms at a few values of the blasts.

    Parameters
    ----------
    study : Study
    data : DataFrame
        Of the primary model, complete.
    fit : Estimate
        The model's odds ratio of blasts.

    Yields
    ------
    dict
        As `helpers.ground.results.row` makes it.
    """
    values = {
        arm: dict(zip(BLASTS_SHOWN, _probabilities(study, data, arm, fit), strict=True))
        for arm in study.arm_ids
    }
    for blasts, arm in product(BLASTS_SHOWN, study.arm_ids):
        value = values[arm][blasts]
        yield primary(study, f"probability_blasts_{blasts}", f"{blasts}% blasts", "fraction", value, arm)


def shape_rows(study: Study, data: pd.DataFrame) -> Rows:
    """Test the straight line over blasts against each bend.

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
    for shape in BENDS:
        value = nonlinearity(data["event"], data[terms(study)], "blasts", shape)
        label = f"Blasts as a {SHAPE_LABELS[shape]} against the line"
        yield primary(study, f"nonlinearity_blasts_{shape}", label, "statistic", value)


def _places(cohort: Cohort, data: pd.DataFrame, arm: str) -> np.ndarray:
    """Return the blasts at which a curve is read: from the lowest to the highest of the arm's patients.

    Where single patients are not drawn, from one round number to another, with enough patients at or beyond
    either.
    """
    own = data.loc[data["arm"].eq(arm), "blasts"]
    if cohort.draws_patients:
        return np.linspace(own.min(), own.max(), CURVE_POINTS) if len(own) else np.empty(0)
    low, high = round_ends(own, GRID, least(cohort.threshold))
    return np.arange(low, high + GRID / 2, GRID) if low < high else np.empty(0)


def _coarse(fractions: pd.DataFrame, cohort: Cohort) -> pd.DataFrame:
    """Round fitted probabilities, where nobody may be found out by them."""
    return fractions.round(PLACES) if cohort.threshold else fractions


def _held(study: Study, data: pd.DataFrame, arm: str) -> dict[str, float]:
    return {study.arms[0].id: arm == study.arms[0].id, "age": data["age"].median()}


def _probability(study: Study, data: pd.DataFrame, arm: str, blasts: np.ndarray) -> pd.DataFrame:
    held = _held(study, data, arm)
    return predicted_probability(data["event"].to_numpy(), columns(study, data), "blasts", blasts, held)


def _probabilities(study: Study, data: pd.DataFrame, arm: str, fit: Estimate) -> list[Estimate]:
    """Give the fitted probability at each of `BLASTS_SHOWN` that lies within the blasts of the arm."""
    own = data["blasts"].to_numpy(float)[(data["arm"] == arm).to_numpy()]
    if is_missing(fit):
        return [fit] * len(BLASTS_SHOWN)
    curve = _probability(study, data, arm, np.array(BLASTS_SHOWN))
    outside = not_estimable("outside the blasts of the arm's patients", n=fit.n, events=fit.events)
    method = "logistic regression at the median age, Wald interval on the logit scale"
    points = zip(*(curve[name].tolist() for name in ("estimate", "ci_low", "ci_high")), strict=True)
    value = replace(fit, p_value=np.nan, method=method)
    return [
        replace(value, estimate=estimate, ci_low=low, ci_high=high)
        if own.min(initial=np.inf) <= blasts <= own.max(initial=-np.inf)
        else outside
        for blasts, (estimate, low, high) in zip(BLASTS_SHOWN, points, strict=True)
    ]
