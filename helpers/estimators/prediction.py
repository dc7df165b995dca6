"""How well a logistic model predicts: discrimination and calibration, apparent and corrected for optimism."""

from dataclasses import asdict, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from helpers.estimators import resampled
from helpers.estimators.common import LEVEL, interval
from helpers.estimators.curves import no_rows
from helpers.estimators.proportions import wilson
from helpers.ground.results import Estimate, not_estimable

Floats = NDArray[np.float64]

MEASURES = ("c_statistic", "brier", "calibration_intercept", "calibration_slope")
METHOD = "Firth logistic regression with corrected intercept"
LEAST_SHARE = 0.5  # of the resamples must be usable
CERTAIN = 1e-12


def measures(outcome: Floats, linear: Floats, counts: Floats) -> dict[str, Floats]:
    """Give discrimination and calibration of several predictions at once.

    Parameters
    ----------
    outcome : ndarray of shape (n,)
        0 or 1, both of them.
    linear : ndarray of shape (b, n)
        Log odds: each row a prediction.
    counts : ndarray of shape (b, n)
        How often each patient counts in it.

    Returns
    -------
    dict of str to ndarray of shape (b,)
        For each of `MEASURES`: the share of pairs, one with and one without the event, that the prediction
        puts in order (ties one half), the mean squared distance of the probability from the outcome, and
        intercept and slope of a logistic regression of the outcome on the log odds, 0 and 1 for perfect
        calibration. The last two are missing where the prediction tells the outcomes apart without error or
        does not vary.

    References
    ----------
    Harrell FE, Califf RM, Pryor DB, Lee KL, Rosati RA (1982). JAMA 247, 2543-2546. Brier GW (1950). Monthly
    Weather Review 78, 1-3. Cox DR (1958). Biometrika 45, 562-565.

    Examples
    --------
    >>> linear = np.log([[3, 3, 3, 1 / 3, 1 / 3, 1 / 3]])
    >>> found = measures(np.array([1, 1, 0, 1, 0, 0]), linear, np.ones((1, 6)))
    >>> {name: value.round(4).item() for name, value in found.items() if name != "calibration_intercept"}
    {'c_statistic': 0.6667, 'brier': 0.2292, 'calibration_slope': 0.6309}
    """
    squared = (outcome - expit(linear)) ** 2
    intercept, slope = _recalibrated(outcome, linear, counts)
    return {
        "c_statistic": _concordance(outcome, linear, counts),
        "brier": (counts * squared).sum(axis=1) / counts.sum(axis=1),
        "calibration_intercept": intercept,
        "calibration_slope": slope,
    }


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
    numbers, design = resampled.standardised_design(outcome, covariates)
    size = {"n": len(numbers), "events": int(numbers.sum())}
    model, problem = _model(numbers, design, covariates)
    if problem:
        names = (f"{name}_{kind}" for name in MEASURES for kind in ("apparent", "corrected"))
        return dict.fromkeys(names, not_estimable(problem, **size))
    apparent = measures(numbers, model @ design.T, np.ones((1, len(numbers))))
    own, in_patients, lost = _refitted(numbers, design, resamples, seed)
    found = {}
    for name in MEASURES:
        value = float(apparent[name][0])
        found[f"{name}_apparent"] = Estimate(value, method=f"{METHOD}, in its own patients", **size)
        if np.isnan(value):
            found[f"{name}_apparent"] = not_estimable("the probability separates the outcome", **size)
        used = int(np.isfinite(in_patients[name]).sum())
        if used < max(1, LEAST_SHARE * resamples):
            reason = f"only {used} of {resamples} resamples have a model"
            found[f"{name}_corrected"] = not_estimable(reason, **size)
            continue
        said = f"{METHOD}, optimism taken off by {used} of {resamples} bootstrap resamples"
        said = f"{said} ({lost} did not converge)" if lost else said
        corrected = _corrected(name, value, own[name], in_patients[name], said)
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
    outcome, design = resampled.standardised_design(outcome, covariates)
    model, problem = _model(outcome, design, covariates)
    if problem or len(outcome) < groups:
        return no_rows(*columns)
    fitted = expit(design @ model[0])
    parts = np.array_split(np.argsort(fitted, kind="stable"), groups)
    shares = pd.DataFrame([asdict(wilson(int(outcome[part].sum()), len(part))) for part in parts])
    return shares.assign(fitted=[fitted[part].mean() for part in parts])[list(columns)]


def _model(outcome: Floats, design: Floats, covariates: pd.DataFrame) -> tuple[Floats, str]:
    """Return the coefficients of the model, as one row, and why there is none."""
    if problem := resampled.why_no_model(outcome, design, covariates.columns):
        return np.empty((0, design.shape[1])), problem
    model = resampled.firth_with_exact_mean(outcome, design, np.ones((1, len(outcome))))
    return model.coefficients, "" if model.finite.all() else "the fit did not converge"


def _refitted(
    outcome: Floats, design: Floats, resamples: int, seed: int
) -> tuple[dict[str, Floats], dict[str, Floats], int]:
    """Return the measures of the refitted models in their own resample and in the patients, and fits lost."""
    counts = resampled.draw(len(outcome), resamples, seed)
    counts = counts[resampled.can_be_modelled(outcome, design, counts)]
    fits = resampled.firth_with_exact_mean(outcome, design, counts)
    counts, linear = counts[fits.finite], fits.coefficients[fits.finite] @ design.T
    in_patients = measures(outcome, linear, np.ones_like(counts))
    return measures(outcome, linear, counts), in_patients, int((~fits.finite).sum())


def _concordance(outcome: Floats, linear: Floats, counts: Floats) -> Floats:
    event = outcome.astype(bool)
    return np.array([_in_order(event, *row) for row in zip(linear, counts, strict=True)])


def _in_order(event: np.ndarray, linear: Floats, counts: Floats) -> float:
    """Return the share of pairs in order, counted along the ordered predictions and not pair by pair."""
    levels, place = np.unique(linear, return_inverse=True)
    having, lacking = (np.bincount(place[who], counts[who], len(levels)) for who in (event, ~event))
    below = np.cumsum(lacking) - lacking
    return float(having @ (below + lacking / 2) / (having.sum() * lacking.sum()))


def _recalibrated(outcome: Floats, linear: Floats, counts: Floats) -> tuple[Floats, Floats]:
    """Return intercept and slope of the outcome on the linear predictor; missing where there is none."""
    total = counts.sum(axis=1, keepdims=True)
    mean = (counts * linear).sum(axis=1, keepdims=True) / total
    spread = np.sqrt((counts * (linear - mean) ** 2).sum(axis=1, keepdims=True) / total)
    varies = spread > CERTAIN
    spread = np.where(varies, spread, 1)
    fits = resampled.fit(outcome, np.stack([np.ones_like(linear), (linear - mean) / spread], axis=-1), counts)
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
