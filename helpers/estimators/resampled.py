"""Logistic regressions of many bootstrap resamples at once.

A resample is a row of counts: how often it draws each patient. Fits of all resamples advance together, as
arrays, which is what makes a thousand refits of every model affordable. One model is a single resample in
which every patient stands once.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numba import njit
from numpy.typing import ArrayLike, NDArray

from helpers.estimators.common import complete

Floats = NDArray[np.float64]

MOST_STEPS = 500
#: What a Newton step may still promise of log-likelihood when it is taken as the last one.
LAST_GAIN = 1e-14
#: A last step longer than this, in log odds of a patient, goes on for ever: Newton's steps towards an
#: infinite coefficient keep a length near 1, while those towards a finite one have shrunk to nothing.
ENDLESS = 0.01
#: Of a penalised step, in log odds of a patient. Longer ones leap to where the information is lost in
#: rounding. Without a penalty the likelihood is concave, and a far outlier makes long steps right.
LONGEST = 10.0
ROUNDING = 1e-10  # of a log-likelihood
SHORTEST = 1e-9  # share of a step: where no more is uphill, the likelihood is lost in rounding
LEAST = 1e-18  # eigenvalue of an information of zeros; lost in the rounding of every other
FAR_BELOW = 1e-8  # share of a diagonal: a pivot below it is no sign of a positive matrix
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
    settled : ndarray of bool, shape (b,)
        Whether the deviance has come to its minimum or its limit.
    finite : ndarray of bool, shape (b,)
        Whether the coefficients have, too; not so under separation by maximum likelihood.
    """

    coefficients: Floats
    deviance: Floats
    settled: NDArray[np.bool_]
    finite: NDArray[np.bool_]


def draw(patients: int, resamples: int, seed: int) -> Floats:
    """Draw bootstrap resamples of patients, with replacement.

    Parameters
    ----------
    patients, resamples, seed : int

    Returns
    -------
    ndarray of float, shape (resamples, patients)
        How often each resample holds each patient; the same for the same arguments.

    References
    ----------
    Efron B (1979). Annals of Statistics 7, 1-26.

    Examples
    --------
    >>> draw(5, 2, seed=1).sum(axis=1).tolist()
    [5.0, 5.0]
    """
    random = np.random.default_rng(seed)
    return random.multinomial(patients, np.full(patients, 1 / patients), size=resamples).astype(float)


def standardised_design(outcome: ArrayLike, covariates: pd.DataFrame) -> tuple[Floats, Floats]:
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

    Examples
    --------
    >>> standardised_design([1, 0, 1], pd.DataFrame({"age": [30, 50, None]}))[1].tolist()
    [[1.0, -1.0], [1.0, 1.0]]
    """
    outcome, known = known_rows(outcome, covariates)
    if len(outcome) == 0:
        return outcome, np.empty((0, known.shape[1] + 1))
    columns = [(column - column.mean()) / (column.std() or 1.0) for column in known.to_numpy().T]
    return outcome, np.column_stack([np.ones(len(outcome)), *columns])


def known_rows(outcome: ArrayLike, covariates: pd.DataFrame) -> tuple[Floats, pd.DataFrame]:
    """Leave out the rows in which the outcome or a covariate is missing.

    Parameters
    ----------
    outcome, covariates
        As in :func:`standardised_design`.

    Returns
    -------
    outcome : ndarray of float, shape (m,)
    covariates : DataFrame of float, shape (m, k)

    Examples
    --------
    >>> known_rows([1, 0, 1], pd.DataFrame({"age": [30, 50, None]}))[1]["age"].tolist()
    [30.0, 50.0]
    """
    outcome, *columns = complete(outcome, *(covariates[name] for name in covariates))
    return outcome, pd.DataFrame(dict(zip(covariates.columns, columns, strict=True)))


def can_be_modelled(outcome: Floats, design: Floats, counts: Floats) -> NDArray[np.bool_]:
    """Tell in which resamples the outcome varies and no column of the design hangs on the others.

    Parameters
    ----------
    outcome, design, counts
        As in :func:`fit`.

    Returns
    -------
    ndarray of bool, shape (b,)

    Examples
    --------
    >>> design = np.array([[1.0, -1], [1, 1], [1, 0]])
    >>> can_be_modelled(np.array([1.0, 0, 0]), design, np.array([[1.0, 1, 1], [0, 3, 0]])).tolist()
    [True, False]
    """
    patients = counts.sum(axis=1)
    events = counts @ outcome
    varied = np.linalg.eigvalsh(_grams(design, counts))[:, 0] > LEAST_VARIATION * patients
    return varied & (events > 0) & (events < patients) & (patients > 0)


def why_no_model(outcome: Floats, design: Floats, names: Iterable[str]) -> str:
    """Say why the patients themselves have no model; an empty text when they have one.

    Separation is no reason: Firth's likelihood does without, and so does the likelihood itself.

    Parameters
    ----------
    outcome, design
        As in :func:`standardised_design`.
    names : iterable of str
        Of the covariates, the columns of the design after the first.

    Returns
    -------
    str

    Examples
    --------
    >>> why_no_model(*standardised_design([1, 0, 1], pd.DataFrame({"age": [30, 30, 30]})), ["age"])
    'age does not vary'
    """
    if len(outcome) == 0:
        return "no patients"
    if outcome.min() == outcome.max():
        return "every patient has the event" if outcome.all() else "no events"
    constant = [name for name, column in zip(names, design.T[1:], strict=True) if not column.any()]
    if constant:
        return f"{', '.join(constant)} does not vary"
    if len(outcome) <= design.shape[1]:
        return "no more patients than coefficients"
    if not can_be_modelled(outcome, design, np.ones((1, len(outcome)))).all():
        return "the covariates are collinear"
    return ""


def fit(
    outcome: Floats,
    design: Floats,
    counts: Floats,
    *,
    penalised: bool = False,
    start: ArrayLike = 0.0,
    free: ArrayLike = True,
) -> Fits:
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
    start : array-like that fills (b, k)
        Coefficients at which the search begins.
    free : array-like of bool that fills (b, k)
        Which coefficients move; the others are held at their start. The penalty is that of all columns.

    Returns
    -------
    Fits

    References
    ----------
    Firth D (1993). Biometrika 80, 27-38 (the penalty). Heinze G, Schemper M (2002). Statistics in Medicine
    21, 2409-2419 (the modified score, and the penalty where a coefficient is held).

    Examples
    --------
    One of four has the event: log odds of -log 3.

    >>> once = np.ones((1, 4))
    >>> fit(np.array([1.0, 0, 0, 0]), np.ones((4, 1)), once).coefficients.round(6).tolist()
    [[-1.098612]]
    """
    shape = (len(counts), design.shape[-1])
    begin, moving = np.broadcast_to(start, shape).astype(float), np.broadcast_to(free, shape)
    designs = np.ascontiguousarray(design, dtype=float).reshape(-1, *design.shape[-2:])
    arrays = (np.ascontiguousarray(outcome, float), designs, np.ascontiguousarray(counts, float), begin)
    return Fits(*_fit_all(*arrays, np.ascontiguousarray(moving), penalised, MOST_STEPS))


def firth_with_exact_mean(outcome: Floats, design: Floats, counts: Floats) -> Fits:
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

    Examples
    --------
    >>> outcome, design = standardised_design([0, 0, 0, 1, 1], pd.DataFrame({"age": [1, 2, 3, 4, 5]}))
    >>> fits = firth_with_exact_mean(outcome, design, np.ones((1, 5)))
    >>> float(expit(design @ fits.coefficients[0]).mean().round(8))
    0.4
    """
    fits = fit(outcome, design, counts, penalised=True)
    only_intercept = np.arange(design.shape[-1]) == 0
    moved = fit(outcome, design, counts, start=fits.coefficients, free=only_intercept)
    return Fits(moved.coefficients, fits.deviance, fits.settled, fits.finite & moved.finite)


def _grams(design: Floats, weights: Floats) -> Floats:
    """Return the weighted sums of products of two columns over patients, as one square matrix a resample."""
    pairs = design[:, :, None] * design[:, None, :]
    return np.tensordot(weights, pairs, axes=1)


@njit(cache=True)
def _fit_all(
    outcome: Floats,
    designs: Floats,
    counts: Floats,
    start: Floats,
    free: NDArray[np.bool_],
    penalised: bool,
    most_steps: int,
) -> tuple[Floats, Floats, NDArray[np.bool_], NDArray[np.bool_]]:
    """Climb to the summit in every resample; return what `Fits` holds."""
    models, width = start.shape
    coefficients, deviance = np.empty((models, width)), np.empty(models)
    settled, finite = np.empty(models, np.bool_), np.empty(models, np.bool_)
    for model in range(models):
        design = designs[model if len(designs) > 1 else 0]
        best, size = start[model].copy(), 1.0
        value, step, gain = _step(outcome, design, counts[model], penalised, best, free[model])
        for _ in range(most_steps):
            # A step that promises next to nothing is the last one: it is taken below, for the last digits.
            if not (gain >= LAST_GAIN and size > SHORTEST):
                break
            tried = best + size * step
            new = _step(outcome, design, counts[model], penalised, tried, free[model])
            if new[0] >= value - ROUNDING:
                best, size = tried, 1.0
                value, step, gain = new
            else:
                size /= 2
        settled[model] = gain < LAST_GAIN
        finite[model] = settled[model] and _length(design, step) < ENDLESS
        coefficients[model] = best + step if settled[model] else best
        deviance[model] = -2 * value
    return coefficients, deviance, settled, finite


@njit(cache=True)
def _length(design: Floats, step: Floats) -> float:
    """Return the length of a step: the largest change of a patient's log odds."""
    longest = 0.0
    for patient in range(len(design)):
        change = 0.0
        for column in range(len(step)):
            change += design[patient, column] * step[column]
        longest = max(longest, abs(change))
    return longest


@njit(cache=True)
def _step(
    outcome: Floats,
    design: Floats,
    counts: Floats,
    penalised: bool,
    coefficients: Floats,
    free: NDArray[np.bool_],
) -> tuple[float, Floats, float]:
    """Return the log-likelihood of one resample, its Newton step, and the gain that the step promises."""
    patients, width = design.shape
    fitted, spread = np.empty(patients), np.empty(patients)
    value, score, information = 0.0, np.zeros(width), np.zeros((width, width))
    for i in range(patients):
        linear = 0.0
        for r in range(width):
            linear += design[i, r] * coefficients[r]
        small = np.exp(-abs(linear))
        fitted[i] = (1 if linear >= 0 else small) / (1 + small)
        spread[i] = small / (1 + small) ** 2
        value += counts[i] * (outcome[i] * linear - max(linear, 0.0) - np.log1p(small))
        for r in range(width):
            score[r] += counts[i] * (outcome[i] - fitted[i]) * design[i, r]
            for s in range(r + 1):
                information[r, s] += counts[i] * spread[i] * design[i, r] * design[i, s]
    _mirror(information)
    if penalised:
        penalty, information = _penalised(design, counts, fitted, spread, information, score)
        value += penalty
    for r in range(width):  # rows and columns of held coefficients become those of the identity
        if not free[r]:
            score[r] = 0.0
            information[r, :], information[:, r] = 0.0, 0.0
            information[r, r] = 1.0
    step = _inverse(information)[0] @ score
    gain = (score * step).sum()
    if penalised:
        step *= LONGEST / max(_length(design, step), LONGEST)
    return value, step, gain


@njit(cache=True)
def _penalised(
    design: Floats, counts: Floats, fitted: Floats, spread: Floats, information: Floats, score: Floats
) -> tuple[float, Floats]:
    """Return Firth's penalty and the curvature of the penalised likelihood; add the penalty's to the score.

    The penalty is half the logarithm of the determinant of the information.
    """
    patients, width = design.shape
    inverse, logarithm = _inverse(information)
    thirds, seconds = np.zeros((width, width, width)), np.zeros((width, width))
    for i in range(patients):
        distance = _quadratic(inverse, design[i])
        slope = counts[i] * spread[i] * (1 - 2 * fitted[i])
        second = counts[i] * spread[i] * (1 - 6 * spread[i]) * distance
        for r in range(width):
            score[r] += counts[i] * spread[i] * distance * (0.5 - fitted[i]) * design[i, r]
            for s in range(width):
                product = design[i, r] * design[i, s]
                seconds[r, s] += second * product
                for q in range(width):
                    thirds[q, r, s] += slope * product * design[i, q]
    for r in range(width):
        thirds[r] = inverse @ thirds[r]
    squares = np.empty((width, width))
    for r in range(width):
        for s in range(width):
            squares[r, s] = (thirds[r] * thirds[s].T).sum()
    return logarithm / 2, information - (seconds - squares) / 2


@njit(cache=True)
def _quadratic(matrix: Floats, vector: Floats) -> float:
    found = 0.0
    for r in range(len(vector)):
        for s in range(len(vector)):
            found += vector[r] * matrix[r, s] * vector[s]
    return found


@njit(cache=True)
def _mirror(matrix: Floats) -> None:
    """Copy what stands below the diagonal above it."""
    for r in range(len(matrix)):
        for s in range(r):
            matrix[s, r] = matrix[r, s]


@njit(cache=True)
def _inverse(matrix: Floats) -> tuple[Floats, float]:
    """Return the inverse of a symmetric matrix with its eigenvalues made positive, and their log product.

    A step by such a curvature is uphill also where the likelihood bends upwards.
    """
    width = len(matrix)
    inverse, logarithm = np.zeros((width, width)), 0.0
    # Gauss and Jordan; where no pivot is far below its diagonal, every eigenvalue is positive already.
    left = matrix.copy()
    for r in range(width):
        inverse[r, r] = 1.0
    for r in range(width):
        pivot = left[r, r]
        if not pivot > FAR_BELOW * matrix[r, r]:
            return _made_positive(matrix)
        logarithm += np.log(pivot)
        for s in range(width):
            left[r, s] /= pivot
            inverse[r, s] /= pivot
        for q in range(width):
            factor = left[q, r]
            if q != r and factor != 0:
                for s in range(width):
                    left[q, s] -= factor * left[r, s]
                    inverse[q, s] -= factor * inverse[r, s]
    return inverse, logarithm


@njit(cache=True)
def _made_positive(matrix: Floats) -> tuple[Floats, float]:
    """Return what `_inverse` does, by the eigenvalues."""
    width = len(matrix)
    if not np.isfinite(matrix).all():
        return np.full((width, width), np.nan), np.nan
    eigenvalues, vectors = np.linalg.eigh(matrix)
    eigenvalues = np.maximum(np.abs(eigenvalues), LEAST)
    return (vectors / eigenvalues) @ vectors.T, np.log(eigenvalues).sum()
