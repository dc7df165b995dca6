"""A Bayesian risk difference from two independent Beta posteriors, by integration and without sampling."""

import numpy as np
from scipy.optimize import brentq
from scipy.special import betainc, betaincinv

from helpers.estimators.common import LEVEL, interval, remembered
from helpers.estimators.proportions import no_difference
from helpers.ground.results import Estimate

Beta = tuple[float, float]
LEAST = 0.01  # a parameter: with less, a rate's mass lies nearer to 0 and 1 than numbers can tell

# Gauss-Legendre points, which a polynomial crowds towards the ends of the range: quantiles have no bound on
# their slope there.
POINTS, WEIGHTS = np.polynomial.legendre.leggauss(150)
PLACE = (POINTS + 1) / 2
SHARES = PLACE**4 * (35 - 84 * PLACE + 70 * PLACE**2 - 20 * PLACE**3)
STEPS = 140 * (PLACE * (1 - PLACE)) ** 3 * WEIGHTS / 2


@remembered
def posterior_difference(
    events_1: int, n_1: int, events_0: int, n_0: int, prior_1: Beta, prior_0: Beta
) -> tuple[Estimate, Estimate]:
    """Give the posterior of the difference of two proportions.

    Parameters
    ----------
    events_1, n_1, events_0, n_0 : int
        Patients with the event and all patients, in arm 1 and in arm 0.
    prior_1, prior_0 : tuple of float
        The two parameters of the Beta prior of either arm's rate, both 0.01 or more.

    Returns
    -------
    tuple of Estimate
        The posterior mean with its equal-tailed credible interval, and the posterior probability that the
        rate of arm 1 is the higher. Both are not estimable when an arm is empty: its posterior would be its
        prior.

    Raises
    ------
    ValueError
        If an arm has more events than patients, fewer than none or part of one, or a parameter is below 0.01.

    References
    ----------
    Nurminen M, Mutanen P (1987). Scandinavian Journal of Statistics 14, 67-77.

    Examples
    --------
    >>> mean, higher = posterior_difference(5, 6, 3, 9, (1, 1), (1, 1))
    >>> [round(number, 3) for number in (mean.estimate, mean.ci_low, mean.ci_high, higher.estimate)]
    [0.386, -0.039, 0.737, 0.964]
    """
    if not all(parameter >= LEAST for parameter in (*prior_1, *prior_0)):
        raise ValueError(f"parameters of a Beta prior must be {LEAST} or more, not {prior_1} and {prior_0}")
    if problem := no_difference(events_1, n_1, events_0, n_0):
        return problem, problem
    posteriors = [
        (a + found, b + size - found)
        for (a, b), found, size in ((prior_1, events_1, n_1), (prior_0, events_0, n_0))
    ]
    low, high = (
        brentq(lambda place, share: _probability_below(place, *posteriors) - share, -1, 1, (share,), 1e-10)
        for share in ((1 - LEVEL) / 2, (1 + LEVEL) / 2)
    )
    means = [a / (a + b) for a, b in posteriors]
    prior = f"prior Beta({prior_1[0]:g}, {prior_1[1]:g})"
    if prior_1 != prior_0:
        prior = f"priors Beta({prior_1[0]:g}, {prior_1[1]:g}) and Beta({prior_0[0]:g}, {prior_0[1]:g})"
    n, events = n_1 + n_0, events_1 + events_0
    method = f"posterior mean, equal-tailed credible interval, {prior}"
    mean = interval(means[0] - means[1], low, high, method, n, events)
    above = 1 - _probability_below(0.0, *posteriors)
    return mean, Estimate(above, n=n, events=events, method=f"posterior probability, {prior}")


def _probability_below(difference: float, posterior_1: Beta, posterior_0: Beta) -> float:
    """Return the probability that rate 1 exceeds rate 0 by less than the difference."""
    if _variance(*posterior_1) < _variance(*posterior_0):
        # The points follow the narrower posterior, over which the other's distribution is smooth.
        return 1 - _probability_below(-difference, posterior_0, posterior_1)
    if posterior_0[0] > posterior_0[1]:
        # The rates of no event: doubles tell small rates apart, however near to 0, but not those near to 1.
        return 1 - _probability_below(-difference, posterior_1[::-1], posterior_0[::-1])
    # Rate 0 lies between these, or the answer is certain.
    low, high = betainc(*posterior_0, [max(0.0, -difference), min(1.0, 1.0 - difference)])
    # Points at quantiles of rate 0 lie where its mass is, however narrow, and its density is not needed.
    rates = betaincinv(*posterior_0, np.clip(low + (high - low) * SHARES, low, high))
    inside = STEPS @ betainc(*posterior_1, np.clip(rates + difference, 0, 1))
    return float((high - low) * inside + 1 - high)


def _variance(a: float, b: float) -> float:
    return a * b / ((a + b) ** 2 * (a + b + 1))
