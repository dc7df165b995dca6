"""A Bayesian risk difference from two independent Beta posteriors, by integration and without sampling."""

import numpy as np
from scipy.optimize import brentq
from scipy.special import betainc, betaln, xlog1py, xlogy

from helpers.estimators.common import LEVEL
from helpers.ground.results import Estimate, not_estimable

POINTS, WEIGHTS = np.polynomial.legendre.leggauss(300)
TINY = 1e-15


def posterior_difference(events_1, n_1, events_0, n_0, prior_1, prior_0):
    """Give the posterior of the difference of two proportions.

    Parameters
    ----------
    events_1, n_1, events_0, n_0 : int
        Patients with the event and all patients, in arm 1 and in arm 0.
    prior_1, prior_0 : tuple of float
        The two parameters of the Beta prior of either arm's rate.

    Returns
    -------
    tuple of Estimate
        The posterior mean with its equal-tailed credible interval, and the posterior probability that the
        rate of arm 1 is the higher. Both are not estimable when an arm is empty: its posterior would be its
        prior.

    References
    ----------
    Nurminen M, Mutanen P (1987). Scandinavian Journal of Statistics 14, 67-77.
    """
    n, events = n_1 + n_0, events_1 + events_0
    if n_1 == 0 or n_0 == 0:
        problem = not_estimable("an arm has no patients", n=n, events=events)
        return problem, problem
    posteriors = [
        (a + found, b + size - found)
        for (a, b), found, size in ((prior_1, events_1, n_1), (prior_0, events_0, n_0))
    ]

    def below(difference, share=0.0):
        return _probability_below(difference, *posteriors) - share

    tail = (1 - LEVEL) / 2
    low, high = (brentq(below, -1, 1, args=(share,), xtol=1e-10) for share in (tail, 1 - tail))
    means = [a / (a + b) for a, b in posteriors]
    prior = f"prior Beta({prior_1[0]:g}, {prior_1[1]:g})"
    if prior_1 != prior_0:
        prior = f"priors Beta({prior_1[0]:g}, {prior_1[1]:g}) and Beta({prior_0[0]:g}, {prior_0[1]:g})"
    mean = Estimate(
        estimate=means[0] - means[1],
        ci_low=low,
        ci_high=high,
        ci_level=LEVEL,
        n=n,
        events=events,
        method=f"posterior mean, equal-tailed credible interval, {prior}",
    )
    higher = Estimate(estimate=1 - below(0.0), n=n, events=events, method=f"posterior probability, {prior}")
    return mean, higher


def _probability_below(difference, posterior_1, posterior_0):
    """Return the probability that rate 1 exceeds rate 0 by less than the difference."""
    a, b = posterior_0
    low, high = max(0.0, -difference), min(1.0, 1.0 - difference)
    # Both densities may be infinite at 0 and 1: the points crowd towards the ends of the range.
    place = (POINTS + 1) / 2
    rates = low + (high - low) * place**4 * (35 - 84 * place + 70 * place**2 - 20 * place**3)
    rates = np.clip(rates, TINY, 1 - TINY)
    steps = (high - low) * 140 * (place * (1 - place)) ** 3 * WEIGHTS / 2
    density = np.exp(xlogy(a - 1, rates) + xlog1py(b - 1, -rates) - betaln(a, b))
    inside = steps @ (density * betainc(*posterior_1, np.clip(rates + difference, 0, 1)))
    return float(inside + 1 - betainc(a, b, high))
