"""Proportions of one arm and comparisons of two.

Arm 1 is the one named first, arm 0 the reference: differences are arm 1 minus arm 0.
"""

from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep

from helpers.estimators.common import LEVEL, interval, remembered
from helpers.ground.results import Estimate, not_estimable

MOST_TABLES = 100_000  # beyond, a test takes seconds and more, and the asymptotic ones are as good


@remembered
def wilson(events: int, n: int) -> Estimate:
    """Give a proportion with its Wilson score interval.

    Parameters
    ----------
    events, n : int
        Patients with the event, and all patients.

    Returns
    -------
    Estimate
        ``estimate`` is the fraction ``events / n``; not estimable for an empty group.

    Raises
    ------
    ValueError
        If there are more events than patients, or fewer than none.

    References
    ----------
    Wilson EB (1927). Journal of the American Statistical Association 22, 209-212.

    Examples
    --------
    >>> rate = wilson(5, 6)
    >>> [round(number, 3) for number in (rate.estimate, rate.ci_low, rate.ci_high)]
    [0.833, 0.436, 0.97]
    """
    _check(events, n)
    if n == 0:
        return not_estimable("no patients", n=0, events=0)
    low, high = stats.binomtest(int(events), int(n)).proportion_ci(LEVEL, method="wilson")
    return interval(events / n, low, high, "Wilson score interval", n, events)


@remembered
def newcombe_difference(events_1: int, n_1: int, events_0: int, n_0: int) -> Estimate:
    """Give the difference of two proportions with Newcombe's hybrid score interval.

    Parameters
    ----------
    events_1, n_1, events_0, n_0 : int
        Patients with the event and all patients, in arm 1 and in arm 0.

    Returns
    -------
    Estimate
        ``estimate`` is ``events_1 / n_1 - events_0 / n_0``; not estimable when an arm is empty.

    Raises
    ------
    ValueError
        If an arm has more events than patients, or fewer than none.

    References
    ----------
    Newcombe RG (1998). Statistics in Medicine 17, 873-890, method 10.

    Examples
    --------
    >>> apart = newcombe_difference(5, 6, 3, 9)
    >>> [round(number, 3) for number in (apart.estimate, apart.ci_low, apart.ci_high)]
    [0.5, -0.005, 0.753]
    """
    if problem := no_difference(events_1, n_1, events_0, n_0):
        return problem
    low, high = confint_proportions_2indep(
        events_1, n_1, events_0, n_0, method="newcomb", compare="diff", alpha=1 - LEVEL
    )
    low, high = max(-1.0, low), min(1.0, high)  # which rounding error can leave
    method = "difference of proportions, Newcombe hybrid score interval"
    return interval(events_1 / n_1 - events_0 / n_0, low, high, method, n_1 + n_0, events_1 + events_0)


@remembered
def pearson_chi_square(events_1: int, n_1: int, events_0: int, n_0: int) -> Estimate:
    """Test two proportions with Pearson's chi-square, without continuity correction.

    Parameters
    ----------
    events_1, n_1, events_0, n_0 : int
        Patients with the event and all patients, in arm 1 and in arm 0.

    Returns
    -------
    Estimate
        ``estimate`` is chi-square with one degree of freedom; not estimable when a margin of the table is
        zero. R's ``chisq.test`` corrects for continuity unless told not to.

    Raises
    ------
    ValueError
        If an arm has more events than patients, or fewer than none.

    References
    ----------
    Pearson K (1900). Philosophical Magazine 50, 157-175.

    Examples
    --------
    >>> test = pearson_chi_square(5, 6, 3, 9)
    >>> round(test.estimate, 3), round(test.p_value, 4)
    (3.616, 0.0572)
    """
    if problem := no_test(events_1, n_1, events_0, n_0):
        return problem
    table = _table(events_1, n_1, events_0, n_0)
    result = stats.chi2_contingency(table, correction=False)
    return _test(result.statistic, result.pvalue, table, "Pearson chi-square, no continuity correction")


@remembered
def fisher_exact(events_1: int, n_1: int, events_0: int, n_0: int) -> Estimate:
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

    Raises
    ------
    ValueError
        If an arm has more events than patients, or fewer than none.

    References
    ----------
    Fisher RA (1935). The Design of Experiments. Oliver and Boyd, chapter 2.

    Examples
    --------
    The lady who tells three of four cups of tea rightly (34 of 70 orders do as well or as badly):

    >>> round(fisher_exact(3, 4, 1, 4).p_value, 4)
    0.4857
    """
    if problem := no_test(events_1, n_1, events_0, n_0):
        return problem
    table = _table(events_1, n_1, events_0, n_0)
    return _test(events_1, stats.fisher_exact(table).pvalue, table, "Fisher exact test, two-sided")


@remembered
def boschloo(events_1: int, n_1: int, events_0: int, n_0: int) -> Estimate:
    """Test two proportions with Boschloo's exact unconditional test, two-sided by doubling.

    Parameters
    ----------
    events_1, n_1, events_0, n_0 : int
        Patients with the event and all patients, in arm 1 and in arm 0.

    Returns
    -------
    Estimate
        ``estimate`` is the smaller one-sided Fisher P value, the test's statistic; ``p_value`` is twice the
        smaller one-sided Boschloo P value (the central two-sided test). R's package Exact orders the tables
        by the two-sided Fisher P value instead, which gives another value where the arms differ in size. Not
        estimable when a margin of the table is zero, or with more than `MOST_TABLES` possible tables.

    Raises
    ------
    ValueError
        If an arm has more events than patients, or fewer than none.

    References
    ----------
    Boschloo RD (1970). Statistica Neerlandica 24, 1-9.

    Examples
    --------
    >>> round(boschloo(5, 6, 3, 9).p_value, 3)
    0.074
    """
    counts = events_1, n_1, events_0, n_0
    if problem := no_test(*counts) or too_many(*counts):
        return problem
    table = _table(*counts)
    result = stats.boschloo_exact(table)
    method = "Boschloo exact unconditional test, twice the smaller one-sided P"
    return _test(result.statistic, result.pvalue, table, method)


def no_difference(events_1: int, n_1: int, events_0: int, n_0: int) -> Estimate | None:
    """Say why two arms have no difference of proportions.

    Parameters
    ----------
    events_1, n_1, events_0, n_0 : int
        Patients with the event and all patients, in arm 1 and in arm 0.

    Returns
    -------
    Estimate or None
        The reason, as an estimate that doesn't exist; None when the difference does.

    Raises
    ------
    ValueError
        If an arm has more events than patients, or fewer than none.

    Examples
    --------
    >>> no_difference(0, 0, 3, 9).method
    'not estimable: an arm has no patients'
    >>> no_difference(5, 6, 3, 9)
    """
    _check(events_1, n_1)
    _check(events_0, n_0)
    if n_1 == 0 or n_0 == 0:
        return not_estimable("an arm has no patients", n=n_1 + n_0, events=events_1 + events_0)
    return None


def no_test(events_1: int, n_1: int, events_0: int, n_0: int) -> Estimate | None:
    """Say why a two-by-two table has no test.

    Parameters
    ----------
    events_1, n_1, events_0, n_0 : int
        Patients with the event and all patients, in arm 1 and in arm 0.

    Returns
    -------
    Estimate or None
        The reason, as an estimate that doesn't exist; None when the table has a test.

    Raises
    ------
    ValueError
        If an arm has more events than patients, or fewer than none.

    Examples
    --------
    >>> no_test(0, 6, 0, 9).method
    'not estimable: no events'
    """
    n, events = n_1 + n_0, events_1 + events_0
    if problem := no_difference(events_1, n_1, events_0, n_0):
        return problem
    if events in (0, n):
        return not_estimable("every patient has the event" if events else "no events", n=n, events=events)
    return None


def too_many(events_1: int, n_1: int, events_0: int, n_0: int, most: int = MOST_TABLES) -> Estimate | None:
    """Say when there are too many possible tables to enumerate.

    Parameters
    ----------
    events_1, n_1, events_0, n_0 : int
        Patients with the event and all patients, in arm 1 and in arm 0.
    most : int
        How many tables are not too many.

    Returns
    -------
    Estimate or None
        The reason, as an estimate that doesn't exist; None when they can be enumerated.

    Examples
    --------
    >>> too_many(500, 1000, 400, 1000).method
    'not estimable: too many patients to enumerate'
    """
    if (n_1 + 1) * (n_0 + 1) <= most:
        return None
    return not_estimable("too many patients to enumerate", n=n_1 + n_0, events=events_1 + events_0)


def _check(events: int, n: int) -> None:
    if not (0 <= events <= n and events % 1 == n % 1 == 0):
        raise ValueError(f"{events} events of {n} patients: there must be 0 to {n}, in whole numbers")


def _table(events_1: int, n_1: int, events_0: int, n_0: int) -> list[list[int]]:
    """Lay out the 2x2 table with the arms as columns: scipy's unconditional test holds their sums fixed."""
    return [[int(events_1), int(events_0)], [int(n_1 - events_1), int(n_0 - events_0)]]


def _test(statistic: float, p_value: float, table: list[list[int]], method: str) -> Estimate:
    p_value = min(1.0, float(p_value))  # sums of probabilities can exceed 1 by rounding error
    n, events = sum(map(sum, table)), sum(table[0])
    return Estimate(float(statistic), p_value=p_value, n=n, events=events, method=method)
