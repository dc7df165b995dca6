"""Log-rank tests: the plain one, weighted in time, and for a group entered during follow-up."""

import numpy as np
from numpy.typing import ArrayLike

from helpers.estimators.common import chi_square, complete, without_events, yes_or_no
from helpers.estimators.curves import BEFORE, at_risk, tally
from helpers.ground.results import Estimate, not_estimable

Powers = tuple[float, float]  # of the pooled curve and of what is missing to 1


def log_rank(months: ArrayLike, event: ArrayLike, group: ArrayLike) -> Estimate:
    """Compare two survival curves by the log-rank test.

    Parameters
    ----------
    months, event : array-like of shape (n,)
        Follow-up and event indicator.
    group : array-like of shape (n,)
        1 (or True) for one group and 0 for the other. Rows with a missing value are left out.

    Returns
    -------
    Estimate
        ``estimate`` is chi-square with one degree of freedom. Not estimable when a group is empty, without
        events, or when no event falls where both groups are at risk and somebody survives it.

    References
    ----------
    Mantel N (1966). Cancer Chemotherapy Reports 50, 163-170.

    Examples
    --------
    >>> round(log_rank([1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 0, 0], [1, 1, 0, 1, 0, 0]).p_value, 3)
    0.11
    """
    return _test(np.full(np.shape(months), BEFORE), months, event, group, (0, 0), "log-rank test")


def weighted_log_rank(
    months: ArrayLike, event: ArrayLike, group: ArrayLike, early: float, late: float
) -> Estimate:
    """Compare two survival curves, weighting early or late differences more.

    Parameters
    ----------
    months, event : array-like of shape (n,)
        Follow-up and event indicator.
    group : array-like of shape (n,)
        1 (or True) for one group and 0 for the other. Rows with a missing value are left out.
    early, late : float
        Powers of the pooled Kaplan-Meier curve S just before each event and of 1 - S: 1 and 0 weigh early
        events more (Peto and Prentice's form of the Wilcoxon test), 0 and 1 late ones, 0 and 0 all alike.

    Returns
    -------
    Estimate
        ``estimate`` is chi-square with one degree of freedom (hypergeometric variance). Not estimable when a
        group is empty, without events, or when no event with a weight falls where both groups are at risk and
        somebody survives it.

    References
    ----------
    Harrington DP, Fleming TR (1982). Biometrika 69, 553-566. Fleming TR, Harrington DP (1991). Counting
    Processes and Survival Analysis, section 7.2 (the family with two powers).

    Examples
    --------
    >>> found = weighted_log_rank([1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 0, 0], [1, 1, 0, 1, 0, 0], early=1, late=0)
    >>> round(found.estimate, 3), round(found.p_value, 3)
    (2.45, 0.118)
    """
    method = f"Fleming-Harrington test, weights ({early:g}, {late:g})"
    return _test(np.full(np.shape(months), BEFORE), months, event, group, (early, late), method)


def mantel_byar(start: ArrayLike, stop: ArrayLike, event: ArrayLike, exposed: ArrayLike) -> Estimate:
    """Compare survival between two states, the second of which is entered during follow-up.

    Parameters
    ----------
    start, stop : array-like of shape (m,)
        The interval of each row, open at ``start`` and closed at ``stop``; a patient who changes state has
        two rows.
    event, exposed : array-like of shape (m,)
        Whether the row ends with the event, and whether it is spent in the second state (1 or True). Rows
        with a missing value are left out.

    Returns
    -------
    Estimate
        ``estimate`` is chi-square with one degree of freedom (hypergeometric variance). ``n`` counts the rows
        that start at 0, one for each patient. Not estimable as in :func:`weighted_log_rank`, or when a row
        ends when or before it starts.

    References
    ----------
    Mantel N, Byar DP (1974). Journal of the American Statistical Association 69, 81-86.

    Examples
    --------
    >>> start, stop = [0, 0, 0, 2, 0], [3, 5, 2, 6, 4]
    >>> found = mantel_byar(start, stop, event=[1, 1, 0, 1, 0], exposed=[0, 0, 0, 1, 0])
    >>> found.n, round(found.p_value, 3)
    (4, 0.257)
    """
    return _test(start, stop, event, exposed, (0, 0), "Mantel-Byar test")


def _test(
    start: ArrayLike, stop: ArrayLike, event: ArrayLike, group: ArrayLike, powers: Powers, method: str
) -> Estimate:
    """Sum observed minus expected events of group 1 over the event times, each with its weight."""
    start, stop, event, group = complete(start, stop, event, group)
    yes_or_no(event, group)
    n, events, one = int((start <= 0).sum()), int(event.sum()), group == 1
    if (stop <= start).any():
        return not_estimable("a row ends when or before it starts", n=n, events=events)
    if one.all() or not one.any():
        return not_estimable("a group has no patients", n=n, events=events)
    if problem := without_events(n, events):
        return problem
    times = np.unique(stop[event == 1])
    whole, deaths = at_risk(start, stop, times), tally(times, stop[event == 1])
    share = at_risk(start[one], stop[one], times) / whole
    curve = np.append(1.0, np.cumprod(1 - deaths / whole)[:-1])
    weight = curve ** powers[0] * (1 - curve) ** powers[1]
    difference = (weight * (tally(times, stop[(event == 1) & one]) - deaths * share)).sum()
    chance = deaths * share * (1 - share) * (whole - deaths) / np.maximum(whole - 1, 1)
    variance = (weight**2 * chance).sum()
    if variance == 0:
        return not_estimable("no event at which the groups can be compared", n=n, events=events)
    return chi_square(difference**2 / variance, method, n, events)
