"""Whether the log odds are a straight line over a covariate."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from helpers.estimators.common import chi_square
from helpers.estimators.curves import no_rows
from helpers.estimators.resampled import fit, known_rows, standardised_design, why_no_model
from helpers.estimators.separation import separated
from helpers.ground.results import Estimate, not_estimable

Floats = NDArray[np.float64]

KNOTS = (0.1, 0.5, 0.9)  # quantiles, after Harrell for three knots
BENDS = ("spline", "quadratic")
SHAPES = ("line", *BENDS)


def spline_term(values: ArrayLike, knots: ArrayLike) -> Floats:
    """Give the one non-linear term of a restricted cubic spline with three knots.

    Parameters
    ----------
    values : array-like of shape (n,)
    knots : array-like of shape (3,)
        Rising.

    Returns
    -------
    ndarray of shape (n,)
        Zero up to the first knot, a straight line beyond the last, in the unit of ``values``.

    References
    ----------
    Harrell FE (2015). Regression Modeling Strategies, 2nd ed., section 2.4.5.

    Examples
    --------
    >>> spline_term([0, 1, 2, 3], [0, 1, 2]).tolist()
    [0.0, 0.25, 1.5, 3.0]
    """
    values = np.asarray(values, float)
    first, second, third = np.asarray(knots, float)

    cubes = np.maximum(values - np.asarray(knots, float)[:, None], 0) ** 3
    middle = cubes[1] * (third - first) / (third - second)
    last = cubes[2] * (second - first) / (third - second)
    return (cubes[0] - middle + last) / (third - first) ** 2


def knots_of(values: ArrayLike) -> Floats:
    """Give the three knots of ``values``: their 10 %, 50 % and 90 % quantiles (type 7).

    Parameters
    ----------
    values : array-like of shape (n,)

    Returns
    -------
    ndarray of shape (3,)

    References
    ----------
    Harrell FE (2015). Regression Modeling Strategies, 2nd ed., section 2.4.6.

    Examples
    --------
    >>> knots_of(range(11)).tolist()
    [1.0, 5.0, 9.0]
    """
    return np.quantile(np.asarray(values, float), KNOTS)


def nonlinearity(outcome: ArrayLike, covariates: pd.DataFrame, over: str, shape: str) -> Estimate:
    """Test a straight line against a spline or a parabola by the likelihood ratio.

    Parameters
    ----------
    outcome : array-like of shape (n,)
        Yes/no.
    covariates : DataFrame of shape (n, k)
        Numbers or yes/no. Rows with a missing value are left out.
    over : str
        The covariate whose line is tested.
    shape : {"spline", "quadratic"}

    Returns
    -------
    Estimate
        Chi-square on one degree of freedom and its P value; not estimable without two different models, or
        when a fit does not converge.

    References
    ----------
    Harrell FE (2015). Regression Modeling Strategies, 2nd ed., section 2.4.

    Examples
    --------
    >>> known = pd.DataFrame({"blasts": [5, 12, 20, 33, 41, 52, 60, 74, 80, 95]})
    >>> found = nonlinearity([0, 1, 0, 1, 1, 0, 1, 0, 1, 0], known, "blasts", "quadratic")
    >>> round(found.estimate, 3), round(found.p_value, 3)
    (1.551, 0.213)
    """
    known, numbers, knots, problem = _bent(outcome, covariates, over, shape)
    size = {"n": len(numbers), "events": int(numbers.sum())}
    if problem:
        return not_estimable(problem, **size)
    _, design = standardised_design(numbers, known)
    once = np.ones((1, len(numbers)))
    straight, bent = fit(numbers, design[:, :-1], once), fit(numbers, design, once)
    if not (straight.settled[0] and bent.settled[0]):
        return not_estimable("the fit did not converge", **size)
    gained = max(float(straight.deviance[0] - bent.deviance[0]), 0.0)
    method = f"likelihood-ratio test, 1 degree of freedom: {_words(shape, knots)}"
    return chi_square(gained, method, **size)


def shaped_curve(
    outcome: ArrayLike,
    covariates: pd.DataFrame,
    over: str,
    values: ArrayLike,
    held: dict[str, float],
    shape: str,
) -> pd.DataFrame:
    """Give the fitted probability over one covariate under a shape, the others held.

    Parameters
    ----------
    outcome, covariates, over
        As in :func:`nonlinearity`.
    values : array-like of shape (m,)
        Where the curve is wanted.
    held : dict of str to float
        The value of every other covariate.
    shape : {"line", "spline", "quadratic"}

    Returns
    -------
    DataFrame of shape (m, 2)
        ``over`` and ``estimate`` (maximum-likelihood probability); no rows without a model, or when its fit
        does not converge.

    References
    ----------
    As for :func:`nonlinearity`.

    Examples
    --------
    >>> known = pd.DataFrame({"blasts": [5, 12, 20, 33, 41, 52, 60, 74, 80, 95]})
    >>> curve = shaped_curve([0, 1, 0, 1, 1, 0, 1, 0, 1, 0], known, "blasts", [20, 80], {}, "line")
    >>> curve["estimate"].round(3).tolist()
    [0.533, 0.46]
    """
    bent, numbers, knots, problem = _bent(outcome, covariates, over, "spline" if shape == "line" else shape)
    if problem:
        return no_rows(over, "estimate")
    points = pd.DataFrame({**held, over: np.asarray(values, float)})
    points["bend"] = _bend(values, shape, knots)
    known = bent.drop(columns="bend") if shape == "line" else bent
    points = points[list(known)].astype(float)
    _, design = standardised_design(numbers, known)
    fitted = fit(numbers, design, np.ones((1, len(numbers))))
    if not fitted.finite[0]:
        return no_rows(over, "estimate")
    scaled = (points - known.mean()) / known.std(ddof=0)
    linear = fitted.coefficients[0, 0] + scaled.to_numpy() @ fitted.coefficients[0, 1:]
    return pd.DataFrame({over: np.asarray(values, float), "estimate": expit(linear)})


def _bent(
    outcome: ArrayLike, covariates: pd.DataFrame, over: str, shape: str
) -> tuple[pd.DataFrame, Floats, Floats, str]:
    """Return complete covariates with the added term, the outcome, the knots and why there is no model."""
    numbers, known = known_rows(outcome, covariates)
    if len(numbers) == 0:
        return known, numbers, np.full(len(KNOTS), np.nan), "no patients"
    knots = knots_of(known[over])
    if len(np.unique(knots)) < len(KNOTS):
        return known, numbers, knots, f"{over} takes too few values"
    known = known.assign(bend=_bend(known[over], shape, knots))
    problem = why_no_model(*standardised_design(numbers, known), known.columns)
    if not problem and (infinite := separated(numbers, known)):
        problem = f"separation ({', '.join(infinite)})"
    return known, numbers, knots, problem


def _bend(values: ArrayLike, shape: str, knots: Floats) -> Floats:
    """Return the term that bends a line into ``shape``: the spline's, or the square from the median."""
    if shape == "spline":
        return spline_term(values, knots)
    return (np.asarray(values, float) - knots[1]) ** 2


def _words(shape: str, knots: Floats) -> str:
    if shape == "quadratic":
        return "a square added to the line"
    places = ", ".join(f"{knot:g}" for knot in knots)
    return f"restricted cubic spline (knots at {places}) against the line"
