"""Logistic regressions of many bootstrap resamples at once.

A resample is a row of counts: how often it draws each patient. Fits of all resamples advance together, as
arrays, which is what makes a thousand refits of every model affordable. One model is a single resample in
which every patient stands once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from helpers.estimators.common import complete
from helpers.estimators.compiled import Floats, climb

#: Columns by name.
Covariates: TypeAlias = pd.DataFrame | Mapping[str, ArrayLike]
MOST_STEPS = 500
FEW = 1000  # patients, whom a fit takes one by one
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
        How often each resample holds each patient; the same for the same arguments. Not to be written into.

    References
    ----------
    Efron B (1979). Annals of Statistics 7, 1-26.

    Examples
    --------
    >>> draw(5, 2, seed=1).sum(axis=1).tolist()
    [5.0, 5.0]
    """
    return _drawn(patients, resamples, seed)


@lru_cache(maxsize=8)
def _drawn(patients: int, resamples: int, seed: int) -> Floats:
    random = np.random.default_rng(seed)
    counts = random.multinomial(patients, np.full(patients, 1 / patients), size=resamples).astype(float)
    counts.flags.writeable = False
    return counts


def standardised_design(outcome: ArrayLike, covariates: Covariates) -> tuple[Floats, Floats]:
    """Make the outcome and the design of a model, without the rows in which a value is missing.

    Parameters
    ----------
    outcome : array-like of shape (n,)
        Yes/no.
    covariates : DataFrame of shape (n, k), or mapping of its columns
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
    return standardised(*known_columns(outcome, covariates))


def standardised(outcome: Floats, columns: Floats) -> tuple[Floats, Floats]:
    """Do the same as :func:`standardised_design` with columns in which nothing is missing.

    Parameters
    ----------
    outcome : ndarray of float, shape (m,)
    columns : ndarray of float, shape (k, m)
        One row a covariate.

    Returns
    -------
    outcome, design : ndarray
        As there.

    Examples
    --------
    >>> standardised(np.array([1.0, 0.0]), np.array([[30.0, 50.0]]))[1].tolist()
    [[1.0, -1.0], [1.0, 1.0]]
    """
    design = np.ones((len(outcome), len(columns) + 1))
    if len(outcome):
        spread = columns.std(axis=1, keepdims=True)
        design[:, 1:] = ((columns - columns.mean(axis=1, keepdims=True)) / np.where(spread, spread, 1.0)).T
    return outcome, design


def known_rows(outcome: ArrayLike, covariates: Covariates) -> tuple[Floats, pd.DataFrame]:
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
    outcome, columns = known_columns(outcome, covariates)
    return outcome, pd.DataFrame(dict(zip(covariates, columns, strict=True)))


def known_columns(outcome: ArrayLike, covariates: Covariates) -> tuple[Floats, Floats]:
    """Do the same as :func:`known_rows` without a table, which is much quicker.

    Parameters
    ----------
    outcome, covariates
        As in :func:`standardised_design`.

    Returns
    -------
    outcome : ndarray of float, shape (m,)
    columns : ndarray of float, shape (k, m)
        One row a covariate.

    Examples
    --------
    >>> known_columns([1, 0, 1], {"age": [30, 50, None]})[1].tolist()
    [[30.0, 50.0]]
    """
    outcome, *columns = complete(outcome, *(covariates[name] for name in covariates))
    return outcome, np.array(columns).reshape(len(columns), len(outcome))


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
    if design.ndim == 2 and len(outcome) > FEW:
        outcome, design, counts = _each_kind_once(outcome, design, counts)
    shape = (len(counts), design.shape[-1])
    # Copies laid out row by row: what is laid out otherwise, or cannot be written to, is another type, for
    # which everything is compiled once more.
    begin, moving = np.broadcast_to(start, shape).astype(float, "C"), np.broadcast_to(free, shape).copy("C")
    designs = np.ascontiguousarray(design, dtype=float).reshape(-1, *design.shape[-2:])
    arrays = (np.ascontiguousarray(outcome, float), designs, np.ascontiguousarray(counts, float), begin)
    return Fits(*climb(*arrays, moving, penalised, MOST_STEPS))


def _each_kind_once(outcome: Floats, design: Floats, counts: Floats) -> tuple[Floats, Floats, Floats]:
    """Let patients who are alike in all that is modelled count together."""
    kind = np.zeros(len(outcome), dtype=np.int64)
    for column in (outcome, *design.T):
        codes, values = pd.factorize(column)
        kind = pd.factorize(kind * len(values) + codes)[0]
    kinds = int(kind.max()) + 1
    if kinds > len(outcome) / 2:
        return outcome, design, counts
    order = np.argsort(kind, kind="stable")
    first = np.searchsorted(kind[order], np.arange(kinds))
    one = order[first]
    return outcome[one], design[one], np.add.reduceat(counts[:, order], first, axis=1)


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
    >>> from scipy.special import expit
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
    patients, width = design.shape
    pairs = design[:, :, None] * design[:, None, :]
    return (weights @ pairs.reshape(patients, -1)).reshape(-1, width, width)
