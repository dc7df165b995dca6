"""Comparisons of two proportions by the score statistic: asymptotic and exact unconditional.

Arm 1 is the one named first, arm 0 the reference: differences are arm 1 minus arm 0.
"""

from functools import cache, partial
from math import nan

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import gammaln

from helpers.estimators.common import LEVEL, Z, interval, remembered
from helpers.estimators.proportions import no_difference, no_test, too_many
from helpers.ground.results import Estimate

EDGE = 1e-9  # how near to -1 and 1 a root is sought
TIE = 1e-9  # statistics nearer than this are one
ACCURACY = 1e-8  # of an exact limit
MOST_TABLES = 20_000  # of an interval, for which they are ordered a hundred times
TINY = 1e-300  # stands for a rate of 0 in logarithms
# A chance of n patients is a trigonometric polynomial of degree n in twice the angle of the rate. By
# Bernstein's inequality its largest value over GRID * n angles is at least GRID_FINDS of its maximum.
GRID = 4
GRID_FINDS = 0.92
FLAT = 1e-6  # radians, over which a chance is the same to 1e-12


@remembered
def miettinen_nurminen(events_1: int, n_1: int, events_0: int, n_0: int) -> Estimate:
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

    Raises
    ------
    ValueError
        If an arm has more events than patients, or fewer than none.

    References
    ----------
    Miettinen O, Nurminen M (1985). Statistics in Medicine 4, 213-226.

    Examples
    --------
    >>> apart = miettinen_nurminen(5, 6, 3, 9)
    >>> [round(number, 3) for number in (apart.estimate, apart.ci_low, apart.ci_high)]
    [0.5, -0.034, 0.802]
    """
    if problem := no_difference(events_1, n_1, events_0, n_0):
        return problem
    limit = Z * np.sqrt((n_1 + n_0) / (n_1 + n_0 - 1))
    low, high = (_where_score_is(value, events_1, n_1, events_0, n_0) for value in (limit, -limit))
    method = "difference of proportions, Miettinen-Nurminen score interval"
    return interval(events_1 / n_1 - events_0 / n_0, low, high, method, n_1 + n_0, events_1 + events_0)


@remembered
def exact_difference(events_1: int, n_1: int, events_0: int, n_0: int) -> Estimate:
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
        stays free. The tail isn't monotone in the difference: the limits are the outermost differences that
        are not rejected, wherever some nearer to the estimate are. The interval covers at least as often as
        its level says. Not estimable when an arm is empty, or with more than `MOST_TABLES` possible tables.

    Raises
    ------
    ValueError
        If an arm has more events than patients, or fewer than none.

    References
    ----------
    Chan ISF, Zhang Z (1999). Biometrics 55, 1202-1209.

    Examples
    --------
    >>> apart = exact_difference(5, 6, 3, 9)
    >>> [round(number, 3) for number in (apart.estimate, apart.ci_low, apart.ci_high)]
    [0.5, -0.046, 0.843]
    """
    counts = events_1, n_1, events_0, n_0
    if problem := no_difference(*counts) or too_many(*counts, most=MOST_TABLES):
        return problem
    low = _exact_lower_limit(events_1, n_1, events_0, n_0)
    # The upper limit is the lower one of the arms exchanged.
    high = -_exact_lower_limit(events_0, n_0, events_1, n_1)
    method = "difference of proportions, exact unconditional interval (Chan-Zhang, score statistic)"
    return interval(events_1 / n_1 - events_0 / n_0, low, high, method, n_1 + n_0, events_1 + events_0)


@remembered
def suissa_shuster(events_1: int, n_1: int, events_0: int, n_0: int) -> Estimate:
    """Test two proportions with Suissa and Shuster's exact unconditional test, two-sided.

    Parameters
    ----------
    events_1, n_1, events_0, n_0 : int
        Patients with the event and all patients, in arm 1 and in arm 0.

    Returns
    -------
    Estimate
        ``estimate`` is the z statistic with pooled variance, arm 1 minus arm 0. ``p_value`` is the
        probability of the tables whose z is at least as far from 0, the largest over the common rate. Not
        estimable when a margin of the table is zero, or with more than `proportions.MOST_TABLES` possible
        tables.

    Raises
    ------
    ValueError
        If an arm has more events than patients, or fewer than none.

    Notes
    -----
    Programs often call this Barnard's test (scipy's ``barnard_exact``; ``z-pooled`` in R's package Exact).
    Barnard's own test (1947) orders the tables otherwise: it adds them one by one, each the least likely.

    References
    ----------
    Suissa S, Shuster JJ (1985). Journal of the Royal Statistical Society A 148, 317-327.

    Examples
    --------
    All of three against three of nine: at a rate of 1/2, the worst, 266 of 4096 outcomes lie as far out.

    >>> test = suissa_shuster(3, 3, 3, 9)
    >>> round(test.estimate, 3), round(test.p_value, 4)
    (2.0, 0.0649)
    """
    counts = events_1, n_1, events_0, n_0
    if problem := no_test(*counts) or too_many(*counts):
        return problem
    n, events = n_1 + n_0, events_1 + events_0
    x, y = np.mgrid[0 : n_1 + 1, 0 : n_0 + 1]
    apart, spread = x * n_0 - y * n_1, (x + y) * (n - x - y)
    own_apart, own_spread = apart[events_1, events_0], spread[events_1, events_0]
    # z² is n apart² / (n_1 n_0 spread). Compared in whole numbers, so that tables that tie do tie; where the
    # spread is 0, so is the statistic.
    region = (apart**2 * own_spread >= own_apart**2 * spread) & (spread > 0)
    p_value = 1.0 if own_apart == 0 else largest_chance(region, n_1, n_0)
    z = own_apart * np.sqrt(n / (n_1 * n_0 * own_spread))
    method = "exact unconditional test ordered by pooled z (Suissa-Shuster), two-sided"
    return Estimate(float(z), p_value=min(1.0, float(p_value)), n=n, events=events, method=method)


def score(events_1: ArrayLike, n_1: int, events_0: ArrayLike, n_0: int, difference: float) -> np.ndarray:
    """Give the score statistic of a hypothetical difference, without Miettinen and Nurminen's enlargement.

    Parameters
    ----------
    events_1 : array-like of int
        Events in arm 1.
    n_1 : int
        Patients in arm 1.
    events_0 : array-like of int
        Events in arm 0; its shape must broadcast with that of arm 1.
    n_0 : int
        Patients in arm 0.
    difference : float
        Hypothetical rate of arm 1 minus that of arm 0, from -1 to 1.

    Returns
    -------
    ndarray of float
        Observed minus hypothetical difference over its standard error at the rates that are most likely under
        the hypothesis.

    References
    ----------
    Farrington CP, Manning G (1990). Statistics in Medicine 9, 1447-1454 (the closed form).

    Examples
    --------
    Under no difference it is the z statistic with pooled variance, whose square is Pearson's chi-square:

    >>> round(float(score(5, 6, 3, 9, 0.0)) ** 2, 3)
    3.616
    """
    rate_1, rate_0 = np.divide(events_1, n_1), np.divide(events_0, n_0)
    fitted_0 = _constrained_rate(rate_1, n_1, rate_0, n_0, difference)
    fitted_1 = np.clip(fitted_0 + difference, 0, 1)
    variance = fitted_1 * (1 - fitted_1) / n_1 + fitted_0 * (1 - fitted_0) / n_0
    distance = rate_1 - rate_0 - difference
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.abs(distance) < TIE, 0.0, distance / np.sqrt(variance))


def _where_score_is(value: float, events_1: int, n_1: int, events_0: int, n_0: int) -> float:
    """Return the difference at which the score has fallen to a value; -1 or 1 where that is beyond."""

    def excess(difference: float) -> float:
        return float(score(events_1, n_1, events_0, n_0, difference)) - value

    low, high = -1 + EDGE, 1 - EDGE
    if excess(low) <= 0 or excess(high) >= 0:
        return -1.0 if excess(low) <= 0 else 1.0
    return brentq(excess, low, high, xtol=1e-13)


def _constrained_rate(
    rate_1: np.ndarray, n_1: int, rate_0: np.ndarray, n_0: int, difference: float
) -> np.ndarray:
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


def _exact_lower_limit(events_1: int, n_1: int, events_0: int, n_0: int) -> float:
    """Return the smallest difference under which a table like this or further up is not too rare."""
    x, y = np.mgrid[0 : n_1 + 1, 0 : n_0 + 1]
    error, estimate = (1 - LEVEL) / 2, events_1 / n_1 - events_0 / n_0
    scores = cache(partial(score, x, n_1, y, n_0))
    # The leftmost accepted difference, by halving: only what is rejected as a whole is left aside, so that no
    # accepted pocket is too narrow to be seen.
    waiting = [(-1.0, estimate)]
    while waiting:
        low, high = waiting.pop()
        at_low, at_high = scores(low), scores(high)
        own_low, own_high = at_low[events_1, events_0] - TIE, at_high[events_1, events_0] - TIE
        # Scores fall as the hypothetical difference grows: these are all tables that are as far up anywhere
        # between low and high. With a table they hold every one further up, so high makes them most likely.
        region = at_low >= own_high

        def excess(difference: float, region: np.ndarray = region) -> float:
            return largest_chance(region, n_1, n_0, difference, error) - error

        if excess(high) <= 0:
            continue
        if high - low < ACCURACY:
            return low
        if np.array_equal(region, at_low >= own_low) and np.array_equal(region, at_high >= own_high):
            # One set of tables all the way, and its chance grows.
            return low if excess(low) > 0 else brentq(excess, low, high, xtol=1e-12)
        waiting += [((low + high) / 2, high), (low, (low + high) / 2)]
    return estimate


def largest_chance(
    region: np.ndarray, n_1: int, n_0: int, difference: float = 0.0, level: float = nan
) -> float:
    """Return the probability of a set of tables, the largest over the rates that lie the difference apart.

    Parameters
    ----------
    region : ndarray of bool
        By the events of arm 1 (rows) and of arm 0, whether a table is in the set.
    n_1, n_0 : int
        Patients of the arms.
    difference : float
        Of the rates, arm 1 minus arm 0.
    level : float
        Where the caller asks only on which side of it the probability lies: one far from it may be rough.

    Returns
    -------
    float
    """
    low, high = max(0.0, -difference), min(1.0, 1.0 - difference)

    def _chance(angles: np.ndarray) -> np.ndarray:
        rates = low + (high - low) * np.sin(angles) ** 2
        return (_binomial(n_1, rates + difference) * (region @ _binomial(n_0, rates))).sum(axis=0)

    angles = np.linspace(0, np.pi / 2, GRID * (n_1 + n_0) + 1)
    values = _chance(angles)
    rough = values.max()
    if rough > level or rough < GRID_FINDS * level:
        return rough
    inside = values[1:-1]
    tops = angles[1:-1][(inside >= np.maximum(values[:-2], values[2:])) & (inside >= GRID_FINDS * rough)]
    step = angles[1]
    while step > FLAT:
        # Around every top at once, as two may be nearly of one height, and one may part into two.
        places = np.add.outer(np.linspace(-step, step, 17), tops)
        best = _chance(places.ravel()).reshape(places.shape).argmax(axis=0)
        tops = places[best, np.arange(len(tops))]
        step /= 8
    return max(rough, _chance(tops).max(initial=0.0))


def _binomial(n: int, rates: np.ndarray) -> np.ndarray:
    """Return the probability of every count (rows) at every rate (columns)."""
    counts = np.arange(n + 1)[:, None]
    ways = gammaln(n + 1) - gammaln(counts + 1) - gammaln(n - counts + 1)
    logs = (np.log(np.clip(share, TINY, 1)) for share in (rates, 1 - rates))
    return np.exp(ways + counts * next(logs) + (n - counts) * next(logs))
