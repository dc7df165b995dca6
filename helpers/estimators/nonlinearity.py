"""Whether the log odds are a straight line over a covariate."""

import numpy as np
import pandas as pd
from scipy.special import chdtrc, expit

from helpers.estimators.common import complete
from helpers.estimators.logistic import separated
from helpers.estimators.resampled import fit, standardised_design, why_no_model
from helpers.ground.results import Estimate, not_estimable

KNOTS = (0.1, 0.5, 0.9)  # quantiles, after Harrell for three knots
BENDS = ("spline", "quadratic")
SHAPES = ("line", *BENDS)


def spline_term(values, knots):
    """Give the one non-linear term of a restricted cubic spline with three knots.

    Parameters
    ----------
    values : array-like of shape (n,)
    knots : sequence of three rising numbers

    Returns
    -------
    ndarray of shape (n,)
        Zero up to the first knot, a straight line beyond the last, in the unit of ``values``.

    References
    ----------
    Harrell FE (2015). Regression Modeling Strategies, 2nd ed., section 2.4.5.
    """
    values = np.asarray(values, float)
    first, second, third = knots

    def cube(knot):
        return np.maximum(values - knot, 0) ** 3

    middle = cube(second) * (third - first) / (third - second)
    last = cube(third) * (second - first) / (third - second)
    return (cube(first) - middle + last) / (third - first) ** 2


def knots_of(values):
    """Give the three knots of ``values``: their 10 %, 50 % and 90 % quantiles (type 7)."""
    return np.quantile(values, KNOTS)


def nonlinearity(outcome, covariates, over, shape):
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
        Chi-square on one degree of freedom and its P value; not estimable without two different models.
    """
    covariates, outcome, knots, problem = _bent(outcome, covariates, over, shape)
    size = {"n": len(outcome), "events": int(outcome.sum())}
    if problem:
        return not_estimable(problem, **size)
    values, design = standardised_design(outcome, covariates)
    once = np.ones((1, len(values)))
    straight = fit(values, design[:, :-1], once).deviance[0]
    chi_square = max(straight - fit(values, design, once).deviance[0], 0.0)
    return Estimate(
        estimate=float(chi_square),
        p_value=float(chdtrc(1, chi_square)),
        method=f"likelihood-ratio test, 1 degree of freedom: {_words(shape, knots)}",
        **size,
    )


def shaped_curve(outcome, covariates, over, values, held, shape):
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
        ``over`` and ``estimate`` (maximum-likelihood probability); no rows without a model.
    """
    bent, outcome, knots, problem = _bent(outcome, covariates, over, "spline" if shape == "line" else shape)
    if problem:
        return pd.DataFrame(columns=[over, "estimate"], dtype=float)
    points = pd.DataFrame({**held, over: np.asarray(values, float)})
    points["bend"] = _bend(values, shape, knots)
    names = [name for name in bent if shape != "line" or name != "bend"]
    known, points = bent[names], points[names].astype(float)
    _, design = standardised_design(outcome, known)
    fitted = fit(outcome, design, np.ones((1, len(outcome))))
    scaled = (points - known.mean()) / known.std(ddof=0)
    linear = fitted.coefficients[0, 0] + scaled.to_numpy() @ fitted.coefficients[0, 1:]
    return pd.DataFrame({over: np.asarray(values, float), "estimate": expit(linear)})


def _bent(outcome, covariates, over, shape):
    """Return complete covariates with the added term, the outcome, the knots and why there is no model."""
    outcome, *columns = complete(outcome, *(covariates[name] for name in covariates))
    covariates = pd.DataFrame(dict(zip(covariates.columns, columns, strict=True)))
    if len(outcome) == 0:
        return covariates, outcome, None, "no patients"
    knots = knots_of(covariates[over])
    if len(np.unique(knots)) < len(KNOTS):
        return covariates, outcome, knots, f"{over} takes too few values"
    covariates = covariates.assign(bend=_bend(covariates[over], shape, knots))
    problem = why_no_model(*standardised_design(outcome, covariates))
    if not problem and (infinite := separated(outcome, covariates)):
        problem = f"separation ({', '.join(infinite)})"
    return covariates, outcome, knots, problem


def _bend(values, shape, knots):
    """Return the term that bends a line into ``shape``: the spline's, or the square from the median."""
    if shape == "spline":
        return spline_term(values, knots)
    return (np.asarray(values, float) - knots[1]) ** 2


def _words(shape, knots):
    if shape == "quadratic":
        return "a square added to the line"
    places = ", ".join(f"{knot:g}" for knot in knots)
    return f"restricted cubic spline (knots at {places}) against the line"
