"""The search for a cut-off: a test at every one, and how often chance alone finds one as good."""

from functools import lru_cache

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from helpers.estimators.common import complete
from helpers.ground.results import Estimate, not_estimable

RESAMPLES, FEWEST = 4999, 199
DRAWN = 10_000_000  # patients over all reallocations, which are held at once
SEED = 60


def largest_chi_square(
    outcome: ArrayLike, treated: ArrayLike, values: ArrayLike, resamples: int = RESAMPLES
) -> Estimate:
    """Test the strongest difference between two arms above any cut-off of a measurement.

    Parameters
    ----------
    outcome, treated : array-like of shape (n,)
        Yes/no.
    values : array-like of shape (n,)
        The measurement that is cut: patients above a cut-off are compared, for each of its values as cut-off.
    resamples : int
        Random reallocations of the arms (seed `SEED`), together with the observed one; of very many patients
        fewer, as the method then says.

    Returns
    -------
    Estimate
        ``estimate`` is the largest Pearson chi-square over the cut-offs, ``p_value`` the share of
        reallocations in which it is at least as large, which accounts for the choice of the cut-off. Not
        estimable when no cut-off leaves both arms and both outcomes.

    References
    ----------
    Miller R, Siegmund D (1982). Biometrics 38, 1011-1016. Phipson B, Smyth GK (2010). Statistical
    Applications in Genetics and Molecular Biology 9, article 39 (the share counts the observed allocation).

    Examples
    --------
    >>> outcome, treated, blasts = [1, 1, 0, 0, 1, 0], [1, 1, 0, 0, 1, 0], [10, 20, 30, 40, 50, 60]
    >>> found = largest_chi_square(outcome, treated, blasts, resamples=99)
    >>> found.estimate, found.p_value
    (5.0, 0.07)
    """
    answers, arm, measured = complete(outcome, treated, values)
    n, events = len(answers), answers.sum()
    resamples = min(resamples, max(FEWEST, DRAWN // max(n, 1)))
    falling = np.argsort(-measured, kind="stable")
    answers, measured = answers[falling], measured[falling]
    observed = _largest(answers, arm, falling[None], measured).max(initial=-1)
    if observed < 0:
        return not_estimable("no cut-off leaves both arms and both outcomes", n=n, events=events)
    # Laid out row by row, as the one above: another layout would be compiled anew.
    orders = np.ascontiguousarray(_orders(n, resamples)[:, falling])
    by_chance = _largest(answers, arm, orders, measured)
    # Equal up to rounding error counts as equal.
    as_large = (by_chance >= observed * (1 - 1e-9)).sum()
    p_value = float((1 + as_large) / (1 + resamples))
    method = f"largest Pearson chi-square over the cut-offs, {resamples} random reallocations of the arms"
    return Estimate(float(observed), p_value=p_value, n=n, events=events, method=method)


@lru_cache(maxsize=8)
def _orders(patients: int, resamples: int) -> np.ndarray:
    """Return the patients in random orders: who is given the arm of whom in each reallocation."""
    orders = np.tile(np.arange(patients), (resamples, 1))
    np.random.default_rng(SEED).permuted(orders, axis=1, out=orders)
    return orders


@njit(cache=True)
def _largest(outcome: np.ndarray, arm: np.ndarray, orders: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return the largest Pearson's chi-square over the cut-offs for each order, -1 where there is none.

    The patients come with falling values: above the cut-off at one of them are those before it. An order
    says whose arm each of them is given.
    """
    largest = np.full(len(orders), -1.0)
    for row in range(len(orders)):
        size, found, treated, both = 0.0, 0.0, 0.0, 0.0
        for patient in range(len(values)):
            if patient and values[patient] < values[patient - 1]:
                margins = treated * (size - treated) * found * (size - found)
                if margins > 0:
                    chi_square = (both * size - treated * found) ** 2 * size / margins
                    largest[row] = max(largest[row], chi_square)
            size += 1
            found += outcome[patient]
            given = arm[orders[row, patient]]
            treated += given
            both += outcome[patient] * given
    return largest
