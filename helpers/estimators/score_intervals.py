"""Intervals of a risk difference that invert the score test: asymptotic and exact unconditional.

Arm 1 is the one named first (combination), arm 0 the reference (monotherapy): differences are arm 1 minus arm
0.
"""

import numpy as np
from scipy import stats
from scipy.optimize import brentq
from scipy.special import gammaln, xlog1py, xlogy

from helpers.estimators.common import LEVEL, Z
from helpers.estimators.proportions import no_test
from helpers.ground.results import Estimate, not_estimable

EDGE = 1e-9  # how near to -1 and 1 a root is sought
STEP = 0.02  # of the differences among which the exact limit is bracketed
TIE = 1e-9  # statistics nearer than this are one
ACCURACY = 1e-7  # of an exact limit
NUISANCE = np.linspace(0, 1, 301)  # where the common rate is tried, between its ends
MOST_TABLES = 20_000  # beyond, enumeration takes minutes and the score interval is as good
SAMPLES = 64  # of the common rate, from which scipy starts to maximise


def miettinen_nurminen(events_1, n_1, events_0, n_0):
    """Give the difference of two proportions with Miettinen and Nurminen's score interval.

    Parameters
    ----------
    events_1, n_1, events_0, n_0 : int
        Patients with the event and all patients, in arm 1 and in arm 0.

    Returns
    -------
    Estimate
        The interval holds every difference that the score test, with the variance enlarged by n / (n - 1),
        doesn't reject; not estimable when an arm is empty.

    References
    ----------
    Miettinen O, Nurminen M (1985). Statistics in Medicine 4, 213-226.
    """
    problem = _empty_arm(events_1, n_1, events_0, n_0)
    if problem:
        return problem
    enlarged = np.sqrt((n_1 + n_0 - 1) / (n_1 + n_0))

    def excess(difference, limit):
        return enlarged * float(score(events_1, n_1, events_0, n_0, difference)) - limit

    estimate = events_1 / n_1 - events_0 / n_0
    ends = -1 + EDGE, 1 - EDGE
    low = -1.0 if excess(ends[0], Z) <= 0 else brentq(excess, *ends, args=(Z,), xtol=1e-13)
    high = 1.0 if excess(ends[1], -Z) >= 0 else brentq(excess, *ends, args=(-Z,), xtol=1e-13)
    method = "difference of proportions, Miettinen-Nurminen score interval"
    return _difference(estimate, low, high, n_1 + n_0, events_1 + events_0, method)


def exact_difference(events_1, n_1, events_0, n_0):
    """Give the difference of two proportions with Chan and Zhang's exact unconditional interval.

    Parameters
    ----------
    events_1, n_1, events_0, n_0 : int
        Patients with the event and all patients, in arm 1 and in arm 0.

    Returns
    -------
    Estimate
        Two one-sided exact tests are inverted, each at half the error. Tables are ordered by the score
        statistic at the difference that is tested, and the tail probability is the largest over the rate that
        stays free. The interval covers at least as often as its level says. Not estimable when an arm is
        empty, or when there are more than `MOST_TABLES` possible tables.

    References
    ----------
    Chan ISF, Zhang Z (1999). Biometrics 55, 1202-1209.
    """
    problem = _empty_arm(events_1, n_1, events_0, n_0)
    if problem:
        return problem
    if (n_1 + 1) * (n_0 + 1) > MOST_TABLES:
        return not_estimable("too many patients to enumerate", n=n_1 + n_0, events=events_1 + events_0)
    low = _exact_lower_limit(events_1, n_1, events_0, n_0)
    # The upper limit is the lower one of the arms exchanged.
    high = -_exact_lower_limit(events_0, n_0, events_1, n_1)
    estimate = events_1 / n_1 - events_0 / n_0
    method = "difference of proportions, exact unconditional interval (Chan-Zhang, score statistic)"
    return _difference(estimate, low, high, n_1 + n_0, events_1 + events_0, method)


def barnard(events_1, n_1, events_0, n_0):
    """Test two proportions with Barnard's exact unconditional test, two-sided.

    Parameters
    ----------
    events_1, n_1, events_0, n_0 : int
        Patients with the event and all patients, in arm 1 and in arm 0.

    Returns
    -------
    Estimate
        ``estimate`` is the z statistic with pooled variance, arm 1 minus arm 0, by whose size the tables are
        ordered; not estimable when a margin of the table is zero.

    References
    ----------
    Barnard GA (1947). Biometrika 34, 123-138.
    """
    problem = no_test(events_1, n_1, events_0, n_0)
    if problem:
        return problem
    n, events = n_1 + n_0, events_1 + events_0
    # scipy holds the sums of the columns fixed.
    table = [[int(events_1), int(events_0)], [int(n_1 - events_1), int(n_0 - events_0)]]
    result = stats.barnard_exact(table, pooled=True, n=SAMPLES)
    return Estimate(
        estimate=float(result.statistic),
        p_value=min(1.0, float(result.pvalue)),
        n=n,
        events=events,
        method="Barnard exact unconditional test, pooled z, two-sided",
    )


def score(events_1, n_1, events_0, n_0, difference):
    """Give the score statistic of a hypothetical difference, without Miettinen and Nurminen's enlargement.

    Parameters
    ----------
    events_1, events_0 : array-like of int
        Events in either arm; shapes must broadcast.
    n_1, n_0 : int
        Patients in either arm.
    difference : float
        Hypothetical rate of arm 1 minus that of arm 0, inside (-1, 1).

    Returns
    -------
    ndarray of float
        Observed minus hypothetical difference over its standard error at the rates that are most likely under
        the hypothesis.

    References
    ----------
    Farrington CP, Manning G (1990). Statistics in Medicine 9, 1447-1454 (the closed form).
    """
    rate_1, rate_0 = np.divide(events_1, n_1), np.divide(events_0, n_0)
    fitted_0 = _constrained_rate(rate_1, n_1, rate_0, n_0, difference)
    fitted_1 = np.clip(fitted_0 + difference, 0, 1)
    variance = fitted_1 * (1 - fitted_1) / n_1 + fitted_0 * (1 - fitted_0) / n_0
    distance = rate_1 - rate_0 - difference
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.abs(distance) < TIE, 0.0, distance / np.sqrt(variance))


def _constrained_rate(rate_1, n_1, rate_0, n_0, difference):
    """Return the most likely rate of arm 0 when arm 1's lies higher by the difference: a root of a cubic."""
    # Farrington and Manning solve for the first arm, and the second lies lower by the difference.
    ratio = n_0 / n_1
    a = 1 + ratio
    b = -(1 + ratio + rate_1 + ratio * rate_0 + difference * (ratio + 2))
    c = difference**2 + difference * (2 * rate_1 + ratio + 1) + rate_1 + ratio * rate_0
    d = -rate_1 * difference * (1 + difference)
    v = b**3 / (27 * a**3) - b * c / (6 * a**2) + d / (2 * a)
    u = np.where(v >= 0, 1, -1) * np.sqrt(np.maximum(b**2 / (9 * a**2) - c / (3 * a), 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        cosine = np.where(u == 0, 0, np.clip(v / u**3, -1, 1))
    fitted_1 = 2 * u * np.cos((np.pi + np.arccos(cosine)) / 3) - b / (3 * a)
    return np.clip(fitted_1 - difference, max(0.0, -difference), min(1.0, 1.0 - difference))


def _exact_lower_limit(events_1, n_1, events_0, n_0):
    """Return the smallest difference under which a table like this or further up is not too rare."""
    error = (1 - LEVEL) / 2
    estimate = events_1 / n_1 - events_0 / n_0

    def accepted(difference):
        return _upper_tail(events_1, n_1, events_0, n_0, difference) > error

    # The tail isn't quite monotone: the outermost bracket is taken, as the interval must not be too short.
    tried = np.append(np.arange(-1 + STEP, estimate, STEP), estimate)
    high = next((place for place in tried if accepted(min(place, 1 - EDGE))), estimate)
    low = max(-1.0, high - STEP)
    while high - low > ACCURACY:
        middle = (low + high) / 2
        low, high = (low, middle) if accepted(middle) else (middle, high)
    return float((low + high) / 2) if low > -1 else -1.0


def _upper_tail(events_1, n_1, events_0, n_0, difference):
    """Return the probability of a score at least as high, the largest over the free rate."""
    x, y = np.mgrid[0 : n_1 + 1, 0 : n_0 + 1]
    scores = score(x, n_1, y, n_0, difference)
    region = (scores >= scores[events_1, events_0] - TIE).astype(float)
    low, high = max(0.0, -difference), min(1.0, 1.0 - difference)
    rates = low + (high - low) * NUISANCE
    inside = _binomial(n_1, np.clip(rates + difference, 0, 1)) * (region @ _binomial(n_0, rates))
    return inside.sum(axis=0).max()


def _binomial(n, rates):
    """Return the probability of every count (rows) at every rate (columns)."""
    counts = np.arange(n + 1)[:, None]
    ways = gammaln(n + 1) - gammaln(counts + 1) - gammaln(n - counts + 1)
    return np.exp(ways + xlogy(counts, rates) + xlog1py(n - counts, -rates))


def _empty_arm(events_1, n_1, events_0, n_0):
    if n_1 == 0 or n_0 == 0:
        return not_estimable("an arm has no patients", n=n_1 + n_0, events=events_1 + events_0)
    return None


def _difference(estimate, low, high, n, events, method):
    return Estimate(
        estimate=float(estimate),
        ci_low=float(low),
        ci_high=float(high),
        ci_level=LEVEL,
        n=n,
        events=events,
        method=method,
    )
