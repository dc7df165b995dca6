"""Logistic regression by maximum likelihood and by Firth's penalised likelihood.

Covariates are standardised before the fit and the coefficients taken back to their units after it: neither
likelihood changes, and the iterations converge to the last digits.
"""

import warnings
from math import nan

import numpy as np
import pandas as pd
from firthmodels import FirthLogisticRegression, detect_separation
from scipy.optimize import brentq
from scipy.special import expit

from helpers.estimators.common import LEVEL, Z, complete, no_rows
from helpers.ground.results import Estimate, not_estimable

MAXIMUM_LIKELIHOOD, FIRTH = 0.0, 0.5  # weights of Firth's penalty
TOLERANCE = 1e-6
MOST_ITERATIONS = 200
SIDES = np.array([-1, 1])  # of an interval: lower, upper
WIDENING = 2.0 ** np.arange(-1, 8)  # distances to try for a bracket, in standard deviations of the covariate


def logistic(outcome, covariates):
    """Give the odds ratio of each covariate by maximum likelihood.

    Parameters
    ----------
    outcome : array-like of shape (n,)
        Yes/no.
    covariates : DataFrame of shape (n, k)
        Numbers or yes/no, one column each; an intercept is added. Rows with a missing value are left out.

    Returns
    -------
    dict of str to Estimate
        For each column the odds ratio per unit, with profile-likelihood interval and Wald P value. All are
        not estimable when the outcome or a covariate does not vary, covariates are collinear, there are no
        more patients than coefficients, or the outcome is (quasi-)separated.

    References
    ----------
    Venzon DJ, Moolgavkar SH (1988). Applied Statistics 37, 87-94 (the interval).
    """
    outcome, covariates = _complete(outcome, covariates)
    model, problem = _fit(outcome, covariates, MAXIMUM_LIKELIHOOD)
    if problem:
        return _all_not_estimable(problem, outcome, covariates)
    method = "logistic regression, maximum likelihood, Wald P, profile-likelihood interval"
    return _odds_ratios(model, model.pvalues_, outcome, covariates, method)


def firth_logistic(outcome, covariates):
    """Give the odds ratio of each covariate by Firth's penalised likelihood, which separation does not break.

    Parameters
    ----------
    outcome, covariates
        As in :func:`logistic`.

    Returns
    -------
    dict of str to Estimate
        For each column the odds ratio per unit, with profile penalised-likelihood interval and penalised
        likelihood-ratio P value. Not estimable as in :func:`logistic`, except that separation is no obstacle.

    References
    ----------
    Firth D (1993). Biometrika 80, 27-38. Heinze G, Schemper M (2002). Statistics in Medicine 21, 2409-2419.
    """
    outcome, covariates = _complete(outcome, covariates)
    model, problem = _fit(outcome, covariates, FIRTH)
    if problem:
        return _all_not_estimable(problem, outcome, covariates)
    p_values = _likelihood_ratio_p_values(model)
    method = "Firth logistic regression, penalised likelihood-ratio P, profile penalised-likelihood interval"
    return _odds_ratios(model, p_values, outcome, covariates, method)


def separated(outcome, covariates):
    """Name the covariates with infinite maximum-likelihood coefficients, because the outcome is separated.

    Parameters
    ----------
    outcome, covariates
        As in :func:`logistic`.

    Returns
    -------
    list of str
        Column names, and "intercept" if it is infinite; empty when there is no separation, or no design to
        check.

    References
    ----------
    Konis K (2007). Linear programming algorithms for detecting separated data in binary logistic regression
    models. Thesis, University of Oxford.
    """
    outcome, covariates = _complete(outcome, covariates)
    if _no_design(outcome, covariates):
        return []
    return _infinite(outcome, covariates)


def predicted_probability(outcome, covariates, over, values, held, penalty_weight=MAXIMUM_LIKELIHOOD):
    """Give the fitted probability over the values of one covariate, the others held.

    Parameters
    ----------
    outcome, covariates
        As in :func:`logistic`.
    over : str
        The column that takes ``values``.
    values : array-like of shape (m,)
        Where the curve is wanted, in the unit of the column.
    held : dict of str to float
        The value of every other column.
    penalty_weight : float
        `MAXIMUM_LIKELIHOOD` or `FIRTH`.

    Returns
    -------
    DataFrame of shape (m, 4)
        ``over`` under its own name, ``estimate, ci_low, ci_high``: fitted probabilities with a pointwise
        95 % band, Wald on the logit scale. No rows when the model is not estimable.
    """
    outcome, covariates = _complete(outcome, covariates)
    model, problem = _fit(outcome, covariates, penalty_weight)
    if problem:
        return no_rows(over, "estimate", "ci_low", "ci_high")
    values = np.asarray(values, float)
    points = pd.DataFrame({**held, over: values})[list(covariates.columns)]
    points = _with_intercept((points - covariates.mean()) / covariates.std())
    design = _with_intercept(_standardised(covariates))
    coefficients = np.append(model.coef_, model.intercept_)
    fitted = expit(design @ coefficients)
    covariance = np.linalg.inv(design.T @ (design * (fitted * (1 - fitted))[:, None]))
    logit = points @ coefficients
    width = Z * np.sqrt(np.einsum("ij,jk,ik->i", points, covariance, points))
    return pd.DataFrame(
        {
            over: values,
            "estimate": expit(logit),
            "ci_low": expit(logit - width),
            "ci_high": expit(logit + width),
        }
    )


def _complete(outcome, covariates):
    """Return outcome and covariates as numbers, without the rows in which a value is missing."""
    outcome, *columns = complete(outcome, *(covariates[name] for name in covariates))
    return outcome, pd.DataFrame(dict(zip(covariates.columns, columns, strict=True)))


def _standardised(covariates):
    return ((covariates - covariates.mean()) / covariates.std()).to_numpy()


def _with_intercept(columns):
    return np.column_stack([columns, np.ones(len(columns))])


def _no_design(outcome, covariates):
    """Return why no model can be written down; an empty text when one can."""
    constant = [name for name in covariates if covariates[name].nunique() < 2]
    if len(outcome) == 0:
        return "no patients"
    if not outcome.any():
        return "no events"
    if outcome.all():
        return "every patient has the event"
    if constant:
        return f"{', '.join(constant)} does not vary"
    if len(outcome) <= covariates.shape[1] + 1:
        return "no more patients than coefficients"
    if np.linalg.matrix_rank(_with_intercept(_standardised(covariates))) <= covariates.shape[1]:
        return "the covariates are collinear"
    return ""


def _infinite(outcome, covariates):
    # Scaled but not centred: centring would spread an infinite coefficient to the intercept.
    found = detect_separation((covariates / covariates.std()).to_numpy(), outcome)
    names = [*covariates.columns, "intercept"]
    return [name for name, finite in zip(names, found.is_finite, strict=True) if not finite]


def _fit(outcome, covariates, penalty_weight):
    """Return the model fitted to standardised covariates and the reason why there is none (an empty text)."""
    problem = _no_design(outcome, covariates)
    if problem:
        return None, problem
    if penalty_weight == MAXIMUM_LIKELIHOOD and (infinite := _infinite(outcome, covariates)):
        return None, f"separation ({', '.join(infinite)})"
    model = FirthLogisticRegression(
        backend="numpy",
        gtol=TOLERANCE,
        xtol=TOLERANCE,
        max_iter=MOST_ITERATIONS,
        penalty_weight=penalty_weight,
    )
    try:
        with _no_convergence_warnings():
            model.fit(_standardised(covariates), outcome)
    except np.linalg.LinAlgError:
        return None, "the fit did not converge"
    return (model, "") if model.converged_ else (None, "the fit did not converge")


def _odds_ratios(model, p_values, outcome, covariates, method):
    """Return the odds ratios in the units of the covariates, with profile intervals."""
    design = _standardised(covariates)
    ratios = {}
    for position, (name, scale) in enumerate(covariates.std().items()):
        limits = np.exp(np.divide(_profile_limits(model, design, outcome, position), scale))
        incomplete = np.isnan([*limits, p_values[position]]).any()
        ratios[name] = Estimate(
            estimate=float(np.exp(model.coef_[position] / scale)),
            ci_low=float(limits[0]),
            ci_high=float(limits[1]),
            ci_level=LEVEL,
            p_value=float(p_values[position]),
            n=len(outcome),
            events=int(outcome.sum()),
            method=f"{method}; a limit or P did not converge" if incomplete else method,
        )
    return ratios


def _profile_limits(model, design, outcome, position):
    """Return the profile limits of one standardised coefficient, lower and upper."""
    try:
        with _no_convergence_warnings():
            limits = model.conf_int(1 - LEVEL, "pl", [position], max_iter=MOST_ITERATIONS, tol=TOLERANCE)
    except np.linalg.LinAlgError:
        limits = np.full((position + 1, 2), nan)
    # In small samples Newton's search can fail, or end at the limit of the other side.
    found = limits[position]
    right_side = (found - model.coef_[position]) * SIDES > 0
    return [
        limit if right else _bracketed_limit(model, design, outcome, position, side)
        for limit, right, side in zip(found, right_side, SIDES, strict=True)
    ]


def _bracketed_limit(model, design, outcome, position, side):
    """Return where the likelihood-ratio P value falls to 5 % on one side of the estimate.

    An offset moves the value that is tested from zero to the candidate. Missing where a fit on the way fails.
    """
    centre = model.coef_[position]

    def excess(distance):
        offset = (centre + side * distance) * design[:, position]
        shifted = FirthLogisticRegression(**model.get_params()).fit(design, outcome, offset=offset)
        return shifted.lrt([position]).lrt_pvalues_[position] - (1 - LEVEL)

    try:
        with _no_convergence_warnings():
            far = next((distance for distance in WIDENING if excess(distance) < 0), nan)
            return centre + side * brentq(excess, 0, far) if far > 0 else nan
    except (np.linalg.LinAlgError, ValueError):
        return nan


def _likelihood_ratio_p_values(model):
    positions = list(range(len(model.coef_)))
    try:
        with _no_convergence_warnings():
            return model.lrt(positions).lrt_pvalues_
    except np.linalg.LinAlgError:
        return np.full(len(positions), nan)


def _all_not_estimable(reason, outcome, covariates):
    problem = not_estimable(reason, n=len(outcome), events=int(outcome.sum()))
    return dict.fromkeys(covariates.columns, problem)


def _no_convergence_warnings():
    """Silence what firthmodels warns of; its flag or the missing value says the same and is passed on."""
    return warnings.catch_warnings(action="ignore", category=UserWarning)
