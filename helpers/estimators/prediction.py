"""How well a logistic model predicts: discrimination and calibration, apparent and corrected for optimism."""

from dataclasses import asdict, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit

from helpers.estimators.common import LEVEL, complete, interval, no_rows
from helpers.estimators.proportions import wilson
from helpers.estimators.resampled import (
    can_be_modelled,
    draw,
    firth_with_exact_mean,
    fit,
    standardised_design,
    why_no_model,
)
from helpers.ground.results import Estimate, not_estimable

Floats = NDArray[np.float64]

MEASURES = ("c_statistic", "brier", "calibration_intercept", "calibration_slope")
METHOD = "Firth logistic regression with corrected intercept"
LEAST_SHARE = 0.5  # of the resamples must be usable
CERTAIN = 1e-12


def c_statistic(outcome: ArrayLike, probability: ArrayLike) -> Estimate:
    """Give the share of pairs, one with and one without the event, that the probability puts in order.

    Parameters
    ----------
    outcome : array-like of shape (n,)
        Yes/no.
    probability : array-like of shape (n,)
        Any score that rises with the risk. Rows with a missing value are left out.

    Returns
    -------
    Estimate
        In [0, 1], ties one half (the area under the ROC curve); not estimable without a pair.

    References
    ----------
    Harrell FE, Califf RM, Pryor DB, Lee KL, Rosati RA (1982). JAMA 247, 2543-2546.

    Examples
    --------
    >>> c_statistic([1, 0, 1, 0], [0.9, 0.2, 0.4, 0.4]).estimate
    0.875
    """
    return _measured(outcome, probability, "c_statistic", "concordance of all pairs, ties one half")


def brier(outcome: ArrayLike, probability: ArrayLike) -> Estimate:
    """Give the mean squared distance of the probability from the outcome (0 or 1).

    Parameters
    ----------
    outcome, probability
        As in :func:`c_statistic`.

    Returns
    -------
    Estimate
        0 is perfect; not estimable when the outcome does not vary.

    References
    ----------
    Brier GW (1950). Monthly Weather Review 78, 1-3.

    Examples
    --------
    >>> brier([1, 0], [0.5, 0.5]).estimate
    0.25
    """
    return _measured(outcome, probability, "brier", "mean squared error of the probabilities")


def calibration(outcome: ArrayLike, probability: ArrayLike) -> tuple[Estimate, Estimate]:
    """Regress the outcome on the log odds of the probability.

    Parameters
    ----------
    outcome, probability
        As in :func:`c_statistic`; probabilities in (0, 1).

    Returns
    -------
    intercept, slope : Estimate
        0 and 1 for perfect calibration; not estimable where the probability tells the outcomes apart without
        error or does not vary.

    References
    ----------
    Cox DR (1958). Biometrika 45, 562-565.

    Examples
    --------
    >>> intercept, slope = calibration([1, 1, 0, 1, 0, 0], [0.75, 0.75, 0.75, 0.25, 0.25, 0.25])
    >>> round(slope.estimate, 4)
    0.6309
    """
    method = "logistic regression of the outcome on the log odds of the probability"
    intercept = _measured(outcome, probability, "calibration_intercept", method)
    return intercept, _measured(outcome, probability, "calibration_slope", method)


def performance(
    outcome: ArrayLike, covariates: pd.DataFrame, resamples: int, seed: int
) -> dict[str, Estimate]:
    """Give discrimination and calibration of a logistic model, and both corrected for optimism.

    The model is Firth's with the intercept of :func:`helpers.estimators.resampled.firth_with_exact_mean`: it
    exists in separated resamples, too. Leaving these out would take away the most optimistic ones. For the
    c-statistic and the Brier score the optimism is the mean, over resamples, of what the refitted model
    reaches in its own resample less what it reaches in the patients; it is taken off the apparent value.
    The corrected intercept and slope are the means of what the refitted models have in the patients
    (their own would be infinite in a separated resample).

    Parameters
    ----------
    outcome : array-like of shape (n,)
        Yes/no.
    covariates : DataFrame of shape (n, k)
        Numbers or yes/no. Rows with a missing value are left out.
    resamples, seed : int

    Returns
    -------
    dict of str to Estimate
        ``<measure>_apparent`` and ``<measure>_corrected`` for each of `MEASURES`. The corrected c-statistic
        and Brier score have the percentile interval of the apparent value, moved by the optimism. The method
        says how many resamples were used, and how many of them because a fit did not converge.

    References
    ----------
    Harrell FE, Lee KL, Mark DB (1996). Statistics in Medicine 15, 361-387. Noma H, Shinozaki T, Iba K,
    Teramukai S, Furukawa TA (2021). Statistics in Medicine 40, 5691-5701 (the moved interval).

    Examples
    --------
    >>> known = pd.DataFrame({"age": [30, 60, 40, 50, 20, 70, 35, 65]})
    >>> found = performance([1, 0, 1, 0, 0, 1, 1, 0], known, resamples=50, seed=1)
    >>> found["c_statistic_apparent"].estimate, found["c_statistic_corrected"].estimate < 0.6
    (0.5625, True)
    """
    numbers, design = standardised_design(outcome, covariates)
    size = {"n": len(numbers), "events": int(numbers.sum())}
    once = np.ones((1, len(numbers)))
    model, problem = _model(numbers, design, covariates)
    if problem:
        names = (f"{name}_{kind}" for name in MEASURES for kind in ("apparent", "corrected"))
        return dict.fromkeys(names, not_estimable(problem, **size))
    apparent = _measures(numbers, model @ design.T, once)
    own, in_patients, lost = _refitted(numbers, design, resamples, seed)
    found = {}
    for name in MEASURES:
        found[f"{name}_apparent"] = _or_reason(apparent[name][0], f"{METHOD}, in its own patients", size)
        used = int(np.isfinite(in_patients[name]).sum())
        if used < max(1, LEAST_SHARE * resamples):
            reason = f"only {used} of {resamples} resamples have a model"
            found[f"{name}_corrected"] = not_estimable(reason, **size)
            continue
        said = f"{METHOD}, optimism taken off by {used} of {resamples} bootstrap resamples"
        said = f"{said} ({lost} did not converge)" if lost else said
        corrected = _corrected(name, apparent[name][0], own[name], in_patients[name], said)
        found[f"{name}_corrected"] = replace(corrected, n=size["n"], events=size["events"])
    return found


def calibration_groups(outcome: ArrayLike, covariates: pd.DataFrame, groups: int) -> pd.DataFrame:
    """Set the observed share beside the mean fitted probability, in equal groups of the fitted probability.

    Parameters
    ----------
    outcome, covariates
        As in :func:`performance`; the model is the same.
    groups : int

    Returns
    -------
    DataFrame of shape (groups, 6)
        ``fitted`` (mean), ``estimate, ci_low, ci_high`` (observed share, Wilson), ``n, events``; no rows
        without a model.

    References
    ----------
    Hosmer DW, Lemeshow S (1980). Communications in Statistics A 9, 1043-1069 (the groups).

    Examples
    --------
    >>> known = pd.DataFrame({"age": [30, 60, 40, 50, 20, 70]})
    >>> calibration_groups([1, 0, 1, 0, 0, 1], known, groups=2)["n"].tolist()
    [3, 3]
    """
    columns = ("fitted", "estimate", "ci_low", "ci_high", "n", "events")
    outcome, design = standardised_design(outcome, covariates)
    model, problem = _model(outcome, design, covariates)
    if problem or len(outcome) < groups:
        return no_rows(*columns)
    fitted = expit(design @ model[0])
    parts = np.array_split(np.argsort(fitted, kind="stable"), groups)
    shares = pd.DataFrame([asdict(wilson(int(outcome[part].sum()), len(part))) for part in parts])
    return shares.assign(fitted=[fitted[part].mean() for part in parts])[list(columns)]


def _model(outcome: Floats, design: Floats, covariates: pd.DataFrame) -> tuple[Floats, str]:
    """Return the coefficients of the model, as one row, and why there is none."""
    if problem := why_no_model(outcome, design, covariates.columns):
        return np.empty((0, design.shape[1])), problem
    model = firth_with_exact_mean(outcome, design, np.ones((1, len(outcome))))
    return model.coefficients, "" if model.finite.all() else "the fit did not converge"


def _refitted(
    outcome: Floats, design: Floats, resamples: int, seed: int
) -> tuple[dict[str, Floats], dict[str, Floats], int]:
    """Return the measures of the refitted models in their own resample and in the patients, and fits lost."""
    counts = draw(len(outcome), resamples, seed)
    counts = counts[can_be_modelled(outcome, design, counts)]
    fits = firth_with_exact_mean(outcome, design, counts)
    counts, linear = counts[fits.finite], fits.coefficients[fits.finite] @ design.T
    measures = [_measures(outcome, linear, of) for of in (counts, np.ones_like(counts))]
    return measures[0], measures[1], int((~fits.finite).sum())


def _measures(outcome: Floats, linear: Floats, counts: Floats) -> dict[str, Floats]:
    """Return the measures of linear predictors (b, n) in patients counted (b, n): arrays of shape (b,)."""
    squared = (outcome - expit(linear)) ** 2
    intercept, slope = _recalibrated(outcome, linear, counts)
    return {
        "c_statistic": _concordance(outcome, linear, counts),
        "brier": (counts * squared).sum(axis=1) / counts.sum(axis=1),
        "calibration_intercept": intercept,
        "calibration_slope": slope,
    }


def _concordance(outcome: Floats, linear: Floats, counts: Floats) -> Floats:
    event = outcome.astype(bool)
    with_event, without = linear[:, event, None], linear[:, None, ~event]
    ordered = (with_event > without) + 0.5 * (with_event == without)
    pairs = counts[:, event, None] * counts[:, None, ~event]
    return (pairs * ordered).sum(axis=(1, 2)) / pairs.sum(axis=(1, 2))


def _recalibrated(outcome: Floats, linear: Floats, counts: Floats) -> tuple[Floats, Floats]:
    """Return intercept and slope of the outcome on the linear predictor; missing where there is none."""
    total = counts.sum(axis=1, keepdims=True)
    mean = (counts * linear).sum(axis=1, keepdims=True) / total
    spread = np.sqrt((counts * (linear - mean) ** 2).sum(axis=1, keepdims=True) / total)
    varies = spread > CERTAIN
    spread = np.where(varies, spread, 1)
    fits = fit(outcome, np.stack([np.ones_like(linear), (linear - mean) / spread], axis=-1), counts)
    slope = fits.coefficients[:, 1] / spread[:, 0]
    intercept = fits.coefficients[:, 0] - slope * mean[:, 0]
    usable = varies[:, 0] & fits.finite
    return np.where(usable, intercept, np.nan), np.where(usable, slope, np.nan)


def _corrected(name: str, apparent: float, own: Floats, in_patients: Floats, method: str) -> Estimate:
    """Return the corrected value, with an interval where the apparent one exists in every resample."""
    if name.startswith("calibration"):
        return Estimate(float(in_patients[np.isfinite(in_patients)].mean()), method=method)
    optimism = (own - in_patients).mean()
    low, high = np.quantile(own, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]) - optimism
    method = f"{method}, percentile interval moved by the optimism"
    return interval(apparent - optimism, max(low, 0.0), min(high, 1.0), method, n=len(own))


def _or_reason(
    value: float, method: str, size: dict[str, int], reason: str = "the probability separates the outcome"
) -> Estimate:
    if np.isnan(value):
        return not_estimable(reason, **size)
    return Estimate(float(value), method=method, **size)


def _measured(outcome: ArrayLike, probability: ArrayLike, name: str, method: str) -> Estimate:
    outcome, probability = complete(outcome, probability)
    size = {"n": len(outcome), "events": int(outcome.sum())}
    if size["events"] in (0, size["n"]):
        return not_estimable("the outcome does not vary", **size)
    linear = logit(np.clip(probability, CERTAIN, 1 - CERTAIN))[None]
    value = _measures(outcome, linear, np.ones((1, len(outcome))))[name][0]
    return _or_reason(value, method, size, "the probability separates the outcome or does not vary")
