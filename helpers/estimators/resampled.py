"""Logistic regressions of many bootstrap resamples at once.

A resample is a row of counts: how often it draws each patient. Fits of all resamples advance together, as
arrays, which is what makes a thousand refits of every model affordable.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from helpers.estimators.common import complete

MOST_STEPS = 300  # near separation, Firth steps shrink by an eighth only
SMALL_STEP, SMALL_GAIN = 1e-8, 1e-10
LONGEST_STEP = 2.0  # of a coefficient of a standardised covariate
RIDGE = 1e-12  # on the information: it stays invertible where separation flattens the likelihood
LEAST_VARIATION = 1e-7  # smallest eigenvalue of the design, per patient


@dataclass(frozen=True)
class Fits:
    """Logistic models of ``b`` resamples.

    Attributes
    ----------
    coefficients : ndarray of shape (b, k)
        Log odds per unit of each column of the design.
    deviance : ndarray of shape (b,)
        Minus twice the (penalised) log-likelihood; it has a limit under separation, too.
    finite : ndarray of bool of shape (b,)
        Whether the coefficients converged; not so under separation by maximum likelihood.
    """

    coefficients: np.ndarray
    deviance: np.ndarray
    finite: np.ndarray


def draw(patients, resamples, seed):
    """Draw bootstrap resamples of patients, with replacement.

    Parameters
    ----------
    patients, resamples, seed : int

    Returns
    -------
    ndarray of float, shape (resamples, patients)
        How often each resample holds each patient; the same for the same arguments.
    """
    random = np.random.default_rng(seed)
    return random.multinomial(patients, np.full(patients, 1 / patients), size=resamples).astype(float)


def standardised_design(outcome, covariates):
    """Make the outcome and the design of a model, without the rows in which a value is missing.

    Parameters
    ----------
    outcome : array-like of shape (n,)
        Yes/no.
    covariates : DataFrame of shape (n, k)
        Numbers or yes/no.

    Returns
    -------
    outcome : ndarray of float, shape (m,)
    design : ndarray of float, shape (m, k + 1)
        An intercept, then every covariate less its mean and over its standard deviation; a covariate that
        does not vary is zero.
    """
    outcome, *columns = complete(outcome, *(covariates[name] for name in covariates))
    if len(outcome) == 0:
        return outcome, np.empty((0, len(columns) + 1))
    columns = [(column - column.mean()) / (column.std() or 1.0) for column in columns]
    return outcome, np.column_stack([np.ones(len(outcome)), *columns])


def can_be_modelled(outcome, design, counts):
    """Tell in which resamples the outcome varies and no column of the design hangs on the others.

    Returns
    -------
    ndarray of bool, shape (b,)
    """
    patients = counts.sum(axis=1)
    events = counts @ outcome
    gram = _weighted_products(_products(design), counts)
    varied = np.linalg.eigvalsh(gram)[:, 0] > LEAST_VARIATION * patients
    return varied & (events > 0) & (events < patients) & (patients > 0)


def why_no_model(outcome, design):
    """Say why the patients themselves have no model; an empty text when they have one.

    Separation is no reason: Firth's likelihood does without, and so does the likelihood itself.
    """
    if len(outcome) == 0:
        return "no patients"
    if outcome.min() == outcome.max():
        return "every patient has the event" if outcome.all() else "no events"
    if len(outcome) <= design.shape[1]:
        return "no more patients than coefficients"
    if not can_be_modelled(outcome, design, np.ones((1, len(outcome)))).all():
        return "a covariate does not vary by itself"
    return ""


def fit(outcome, design, counts, *, penalised=False, offset=0.0):
    """Fit one logistic model in every resample, by maximum likelihood or by Firth's penalised likelihood.

    Parameters
    ----------
    outcome : ndarray of shape (n,)
        0 or 1.
    design : ndarray of shape (n, k) or (b, n, k)
        With its intercept; columns near the unit scale (see :func:`standardised_design`).
    counts : ndarray of shape (b, n)
        See :func:`draw`.
    penalised : bool
        Firth's likelihood.
    offset : float or ndarray of shape (b, n)
        Added to the linear predictor.

    Returns
    -------
    Fits

    References
    ----------
    Firth D (1993). Biometrika 80, 27-38 (the penalty). Heinze G, Schemper M (2002). Statistics in Medicine
    21, 2409-2419 (the modified score).
    """
    size, going = np.ones(len(counts)), np.arange(len(counts))
    best = np.zeros((len(counts), design.shape[-1]))
    value, step = _value_and_step(outcome, design, counts, penalised, offset, best)
    offset = np.broadcast_to(offset, counts.shape)
    for _ in range(MOST_STEPS):
        tried = best[going] + size[going, None] * step[going]
        own = design if design.ndim == 2 else design[going]
        new_value, new_step = _value_and_step(outcome, own, counts[going], penalised, offset[going], tried)
        better = new_value >= value[going] - SMALL_GAIN
        gain = np.where(better, np.abs(new_value - value[going]), np.inf)
        moved = going[better]
        best[moved], step[moved], value[moved] = tried[better], new_step[better], new_value[better]
        size[going] = np.where(better, 1.0, size[going] / 2)
        # Under separation steps do not shrink, but the plain likelihood nears its limit.
        done = (np.abs(step[going]).max(axis=1) < SMALL_STEP) | ((gain < SMALL_GAIN) & (not penalised))
        going = going[~done]
        if len(going) == 0:
            break
    return Fits(best, -2 * value, np.abs(step).max(axis=1) < 100 * SMALL_STEP)


def firth_with_exact_mean(outcome, design, counts):
    """Fit by Firth's likelihood, then set the intercept so that the mean fitted probability is the rate.

    Firth's penalty draws probabilities towards one half; predictions need this correction (FLIC).

    Parameters
    ----------
    outcome, design, counts
        As in :func:`fit`; the first column of the design is the intercept.

    Returns
    -------
    Fits
        The deviance is that of the uncorrected fit.

    References
    ----------
    Puhr R, Heinze G, Nold M, Lusa L, Geroldinger A (2017). Statistics in Medicine 36, 2302-2317.
    """
    fits = fit(outcome, design, counts, penalised=True)
    slopes = fits.coefficients.copy()
    slopes[:, 0] = 0
    intercept = fit(outcome, design[:, :1], counts, offset=slopes @ design.T)
    slopes[:, 0] = intercept.coefficients[:, 0]
    return Fits(slopes, fits.deviance, fits.finite & intercept.finite)


def _products(design):
    """Return every patient's products of two columns, flat."""
    pairs = design[..., :, None] * design[..., None, :]
    return pairs.reshape(*design.shape[:-1], design.shape[-1] ** 2)


def _weighted_products(products, weights):
    width = round(products.shape[-1] ** 0.5)
    return (weights[:, None, :] @ products).reshape(len(weights), width, width)


def _value_and_step(outcome, design, counts, penalised, offset, coefficients):
    """Return the log-likelihood of every resample and its (quasi-)Newton step."""
    products = _products(design)
    linear = (design @ coefficients[..., None])[..., 0] + offset
    fitted = expit(linear)
    spread = fitted * (1 - fitted)
    information = _weighted_products(products, counts * spread)
    information = information + RIDGE * np.eye(information.shape[-1])
    value = (counts * (outcome * linear - np.logaddexp(0, linear))).sum(axis=1)
    residual = outcome - fitted
    if penalised:
        value = value + np.linalg.slogdet(information)[1] / 2
        inverse = np.linalg.inv(information).reshape(len(counts), -1, 1)
        residual = residual + spread * (products @ inverse)[..., 0] * (0.5 - fitted)
    score = ((counts * residual)[:, None, :] @ design)[:, 0]
    step = np.linalg.solve(information, score[..., None])[..., 0]
    longest = np.abs(step).max(axis=1, keepdims=True)
    return value, step * np.minimum(1, LONGEST_STEP / np.maximum(longest, LONGEST_STEP))
