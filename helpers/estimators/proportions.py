"""Proportions of one arm and comparisons of two.

Arm 1 is the one named first (combination), arm 0 the reference (monotherapy): differences are arm 1 minus arm
0.
"""

import math

from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep

from helpers.estimators.common import LEVEL
from helpers.ground.results import Estimate, not_estimable


def wilson(events, n):
    """Give a proportion with its Wilson score interval.

    Parameters
    ----------
    events, n : int
        Patients with the event, and all patients.

    Returns
    -------
    Estimate
        ``estimate`` is the fraction ``events / n``; not estimable for an empty group.

    References
    ----------
    Wilson EB (1927). Journal of the American Statistical Association 22, 209-212.
    """
    if n == 0:
        return not_estimable("no patients", n=0, events=0)
    interval = stats.binomtest(int(events), int(n)).proportion_ci(LEVEL, method="wilson")
    return Estimate(
        estimate=float(events / n),
        ci_low=float(interval.low),
        ci_high=float(interval.high),
        ci_level=LEVEL,
        n=n,
        events=events,
        method="Wilson score interval",
    )


def newcombe_difference(events_1, n_1, events_0, n_0):
    """Give the difference of two proportions with Newcombe's hybrid score interval.

    Parameters
    ----------
    events_1, n_1, events_0, n_0 : int
        Patients with the event and all patients, in arm 1 and in arm 0.

    Returns
    -------
    Estimate
        ``estimate`` is ``events_1 / n_1 - events_0 / n_0``; not estimable when an arm is empty.

    References
    ----------
    Newcombe RG (1998). Statistics in Medicine 17, 873-890, method 10.
    """
    n, events = n_1 + n_0, events_1 + events_0
    if n_1 == 0 or n_0 == 0:
        return not_estimable("an arm has no patients", n=n, events=events)
    low, high = confint_proportions_2indep(
        events_1, n_1, events_0, n_0, method="newcomb", compare="diff", alpha=1 - LEVEL
    )
    return Estimate(
        estimate=float(events_1 / n_1 - events_0 / n_0),
        # The hybrid interval cannot leave [-1, 1]; rounding error can.
        ci_low=max(-1.0, float(low)),
        ci_high=min(1.0, float(high)),
        ci_level=LEVEL,
        n=n,
        events=events,
        method="difference of proportions, Newcombe hybrid score interval",
    )


def pearson_chi_square(events_1, n_1, events_0, n_0):
    """Test two proportions with Pearson's chi-square, without continuity correction.

    Parameters
    ----------
    events_1, n_1, events_0, n_0 : int
        Patients with the event and all patients, in arm 1 and in arm 0.

    Returns
    -------
    Estimate
        ``estimate`` is chi-square with one degree of freedom; not estimable when a margin of the table is
        zero.
    """
    problem = no_test(events_1, n_1, events_0, n_0)
    if problem:
        return problem
    table = _table(events_1, n_1, events_0, n_0)
    result = stats.chi2_contingency(table, correction=False)
    return _test(result.statistic, result.pvalue, table, "Pearson chi-square, no continuity correction")


def fisher_exact(events_1, n_1, events_0, n_0):
    """Test two proportions with Fisher's exact test, two-sided.

    Parameters
    ----------
    events_1, n_1, events_0, n_0 : int
        Patients with the event and all patients, in arm 1 and in arm 0.

    Returns
    -------
    Estimate
        ``estimate`` is the number of events in arm 1, the test's statistic; ``p_value`` sums the tables with
        the same margins that are no more probable than this one. Not estimable when a margin of the table is
        zero.
    """
    problem = no_test(events_1, n_1, events_0, n_0)
    if problem:
        return problem
    table = _table(events_1, n_1, events_0, n_0)
    return _test(events_1, stats.fisher_exact(table).pvalue, table, "Fisher exact test, two-sided")


def boschloo(events_1, n_1, events_0, n_0):
    """Test two proportions with Boschloo's exact unconditional test, two-sided.

    Parameters
    ----------
    events_1, n_1, events_0, n_0 : int
        Patients with the event and all patients, in arm 1 and in arm 0.

    Returns
    -------
    Estimate
        ``estimate`` is the smaller one-sided Fisher P value, the test's statistic; ``p_value`` is twice the
        smaller one-sided Boschloo P value (the central two-sided test; ordering the tables by the two-sided
        Fisher P value instead gives a slightly different one). Not estimable when a margin of the table is
        zero.

    References
    ----------
    Boschloo RD (1970). Statistica Neerlandica 24, 1-9.
    """
    problem = no_test(events_1, n_1, events_0, n_0)
    if problem:
        return problem
    table = _table(events_1, n_1, events_0, n_0)
    result = stats.boschloo_exact(table)
    return _test(
        result.statistic,
        result.pvalue,
        table,
        "Boschloo exact unconditional test, twice the smaller one-sided P",
    )


def _table(events_1, n_1, events_0, n_0):
    """Lay out the 2x2 table with the arms as columns: scipy's unconditional tests hold their sums fixed."""
    return [[int(events_1), int(events_0)], [int(n_1 - events_1), int(n_0 - events_0)]]


def no_test(events_1, n_1, events_0, n_0):
    """Return the reason, as an estimate, why no test of the table exists; None when one does."""
    n, events = n_1 + n_0, events_1 + events_0
    if n_1 == 0 or n_0 == 0:
        return not_estimable("an arm has no patients", n=n, events=events)
    if events == 0:
        return not_estimable("no events", n=n, events=events)
    if events == n:
        return not_estimable("every patient has the event", n=n, events=events)
    return None


def _test(statistic, p_value, table, method):
    events = sum(table[0])
    return Estimate(
        estimate=float(statistic),
        # Sums of probabilities can exceed 1 by rounding error.
        p_value=math.nan if math.isnan(p_value) else min(1.0, float(p_value)),
        n=events + sum(table[1]),
        events=events,
        method=method,
    )
