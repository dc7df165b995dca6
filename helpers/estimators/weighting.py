"""Overlap weights: two arms that were not allotted by chance, compared where they resemble each other.

A patient counts by the probability of having been given the other treatment.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from helpers.estimators import logistic
from helpers.estimators.common import Z, complete, interval, numbers
from helpers.estimators.resampled import Covariates, fit, standardised_design, why_no_model
from helpers.ground.results import Estimate, not_estimable

METHOD = "overlap-weighted difference of proportions, sandwich interval with the propensity model estimated"
LEAST = 1e-12  # a weighted rate nearer than this to 0 or 1 doesn't vary


@dataclass(frozen=True)
class Weighted:
    """Patients with their weights, or the reason why there are none.

    Attributes
    ----------
    treated, weights, design : ndarray
        One row a patient: in arm 1 or not (1 or 0), the overlap weight, and the standardised covariates of
        the propensity model with a column of ones.
    rows : ndarray of bool
        Which of the patients given are complete and stand in the arrays.
    problem : str
        Why there are no weights; empty when there are.
    """

    treated: np.ndarray
    weights: np.ndarray
    design: np.ndarray
    rows: np.ndarray
    problem: str = ""


def overlap_weights(treated: ArrayLike, covariates: Covariates) -> Weighted:
    """Weight every patient by the probability of the arm that was not given.

    Parameters
    ----------
    treated : array-like of shape (n,)
        In arm 1: yes/no.
    covariates : DataFrame of shape (n, k), or mapping of its columns
        Numbers or yes/no, measured before treatment. Patients with a missing value are left out.

    Returns
    -------
    Weighted
        With a problem instead of weights when an arm is empty, a covariate doesn't vary, covariates are
        collinear, patients are too few, or a covariate separates the arms.

    References
    ----------
    Li F, Morgan KL, Zaslavsky AM (2018). Journal of the American Statistical Association 113, 390-400.

    Examples
    --------
    >>> ages = {"age": [40, 50, 60, 70, 45, 55]}
    >>> weighted = overlap_weights([1, 0, 1, 0, 0, 1], ages)
    >>> weighted.problem, weighted.weights.round(2).tolist()
    ('', [0.39, 0.53, 0.56, 0.36, 0.57, 0.51])
    """
    missing = [np.isnan(numbers(column)) for column in (treated, *(covariates[name] for name in covariates))]
    rows = ~np.any(missing, axis=0)
    arm, design = standardised_design(treated, covariates)
    if len(set(arm)) < 2:
        problem = "an arm has no patients"
    elif not (problem := why_no_model(arm, design, covariates)):
        separating = logistic.separated(treated, covariates)
        problem = f"the arms are separated ({', '.join(separating)})" if separating else ""
    if problem:
        return Weighted(arm, np.full(len(arm), np.nan), design, rows, problem)
    propensity = expit(design @ fit(arm, design, np.ones((1, len(arm)))).coefficients[0])
    return Weighted(arm, np.where(arm == 1, 1 - propensity, propensity), design, rows)


def effective_size(weights: np.ndarray, n: int, problem: str = "") -> Estimate:
    """Give Kish's effective sample size of one arm.

    Parameters
    ----------
    weights : ndarray
        Of the arm's patients.
    n : int
        Patients of the arm.
    problem : str
        Why there are no weights; empty when there are.

    Returns
    -------
    Estimate
        The number of equally weighted patients whose mean would be as uncertain.

    References
    ----------
    Kish L (1965). Survey Sampling. Wiley, New York.

    Examples
    --------
    >>> effective_size(np.array([0.5, 0.5, 0.2]), n=3).estimate.__round__(2)
    2.67
    """
    if problem:
        return not_estimable(problem, n=n)
    size = weights.sum() ** 2 / (weights**2).sum()
    return Estimate(estimate=float(size), n=n, method="effective sample size (Kish)")


def balance(values: ArrayLike, weighted: Weighted) -> tuple[Estimate, Estimate]:
    """Give the standardised difference of a covariate before and after weighting.

    Parameters
    ----------
    values : array-like
        Numbers or yes/no of the patients to whom the weights were given, without missing values.
    weighted : Weighted

    Returns
    -------
    tuple of Estimate
        Mean of arm 1 minus mean of arm 0, over the root of the mean of the arms' variances before weighting
        in both, so that only the difference of means changes.

    References
    ----------
    Austin PC, Stuart EA (2015). Statistics in Medicine 34, 3661-3679.

    Examples
    --------
    >>> ages = {"age": [40, 50, 60, 70, 45, 55]}
    >>> before, after = balance(ages["age"], overlap_weights([1, 0, 1, 0, 0, 1], ages))
    >>> round(before.estimate, 3), abs(after.estimate)
    (-0.28, 0.0)
    """
    (numbers,) = complete(values)
    n, arms = len(numbers), [weighted.treated == 1, weighted.treated == 0]
    if weighted.problem or min(arm.sum() for arm in arms) < 2:
        problem = not_estimable(weighted.problem or "fewer than two patients in an arm", n=n)
        return problem, problem
    spread = np.sqrt(np.mean([numbers[arm].var(ddof=1) for arm in arms]))
    if spread == 0:
        problem = not_estimable("no variation within the arms", n=n)
        return problem, problem
    return (
        _apart(numbers, arms, np.ones(n), spread, "before weighting"),
        _apart(numbers, arms, weighted.weights, spread, "with overlap weights"),
    )


def _apart(
    numbers: np.ndarray, arms: list[np.ndarray], weights: np.ndarray, spread: float, when: str
) -> Estimate:
    """Return the difference of the weighted means of the arms, in units of the spread."""
    one, other = (np.average(numbers[arm], weights=weights[arm]) for arm in arms)
    # Rounding error is no imbalance, and differs from one machine to the next.
    size = round(float((one - other) / spread), 12) + 0.0  # 0 without a sign
    return Estimate(size, n=len(numbers), method=f"standardised difference {when}")


def weighted_difference(outcome: ArrayLike, weighted: Weighted) -> Estimate:
    """Give the difference of two proportions under overlap weights.

    Parameters
    ----------
    outcome : array-like
        Yes/no of the patients to whom the weights were given, without missing values.
    weighted : Weighted

    Returns
    -------
    Estimate
        The weighted rate of arm 1 minus that of arm 0. The variance is the sandwich of the stacked equations
        of propensity model and rates, so it holds the uncertainty of the weights; it is an approximation that
        is somewhat too small in few patients. Not estimable when there are no weights, or when the outcome
        doesn't vary within an arm.

    References
    ----------
    Li F, Thomas LE, Li F (2019). American Journal of Epidemiology 188, 250-257.

    Examples
    --------
    >>> ages = {"age": [40, 50, 60, 70, 45, 55]}
    >>> found = weighted_difference([1, 1, 0, 0, 1, 1], overlap_weights([1, 0, 1, 0, 0, 1], ages))
    >>> round(found.estimate, 3), round(found.ci_low, 3), round(found.ci_high, 3)
    (-0.137, -0.565, 0.29)
    """
    (answers,) = complete(outcome)
    n, events = len(answers), answers.sum()
    if weighted.problem:
        return not_estimable(weighted.problem, n=n, events=events)
    arms = [weighted.treated == 1, weighted.treated == 0]
    rates = [np.average(answers[arm], weights=weighted.weights[arm]) for arm in arms]
    if any(min(rate, 1 - rate) < LEAST for rate in rates):
        return not_estimable("the outcome does not vary within an arm", n=n, events=events)
    difference = rates[0] - rates[1]
    half = Z * np.sqrt((_influence(answers, weighted, rates) ** 2).sum())
    low, high = max(-1.0, difference - half), min(1.0, difference + half)
    return interval(difference, low, high, METHOD, n, int(events))


def _influence(outcome: np.ndarray, weighted: Weighted, rates: list[float]) -> np.ndarray:
    """Return what every patient adds to the error of the difference, the propensity model's part included."""
    treated, weights, design = weighted.treated, weighted.weights, weighted.design
    propensity = np.where(treated == 1, 1 - weights, weights)
    residual = np.where(treated == 1, outcome - rates[0], outcome - rates[1])
    sign = np.where(treated == 1, 1, -1)
    total = np.where(treated == 1, weights[treated == 1].sum(), weights[treated == 0].sum())
    spread = propensity * (1 - propensity)
    # Weights of arm 1 fall and those of arm 0 rise with the propensity, so both signs of the slope are minus.
    slope = -(design * (spread * residual / total)[:, None]).sum(axis=0)
    information = design.T @ (design * spread[:, None])
    scores = design * (treated - propensity)[:, None]
    return sign * weights * residual / total + scores @ np.linalg.solve(information, slope)
