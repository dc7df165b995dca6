"""The search for a cut-off: a test at every one, and how often chance alone finds one as good."""

import numpy as np
from numpy.typing import ArrayLike

from helpers.estimators.common import complete
from helpers.ground.results import Estimate, not_estimable

RESAMPLES = 4999
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
        Random reallocations of the arms (seed `SEED`), together with the observed one.

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
    above = measured[:, None] > np.unique(measured)
    allocations = np.tile(arm, (resamples, 1))
    np.random.default_rng(SEED).permuted(allocations, axis=1, out=allocations)
    observed = _chi_squares(answers, arm[None, :], above).max(initial=-1)
    if observed < 0:
        return not_estimable("no cut-off leaves both arms and both outcomes", n=n, events=events)
    by_chance = _chi_squares(answers, allocations, above).max(axis=1, initial=-1)
    # Equal up to rounding error counts as equal.
    as_large = (by_chance >= observed * (1 - 1e-9)).sum()
    p_value = float((1 + as_large) / (1 + resamples))
    method = f"largest Pearson chi-square over the cut-offs, {resamples} random reallocations of the arms"
    return Estimate(float(observed), p_value=p_value, n=n, events=events, method=method)


def _chi_squares(outcome: np.ndarray, allocations: np.ndarray, above: np.ndarray) -> np.ndarray:
    """Return Pearson's chi-square by allocation (rows) and cut-off (columns), -1 where there is none."""
    size, found = above.sum(axis=0), outcome @ above
    treated, treated_found = allocations @ above, (allocations * outcome) @ above
    margins = treated * (size - treated) * found * (size - found)
    product = (treated_found * size - treated * found) ** 2 * size
    return np.where(margins > 0, product / np.where(margins > 0, margins, 1), -1.0)
