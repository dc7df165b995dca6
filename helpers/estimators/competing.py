"""Cumulative incidence of one cause among competing causes, and its comparison between two groups."""

import numpy as np
import pandas as pd
import surpyval
from numpy.typing import ArrayLike

from helpers.estimators.common import complete, without_events
from helpers.estimators.curves import CURVE, curve_at, log_log_limits, tally
from helpers.ground.results import Estimate, not_estimable

CENSORED = "censored"


def cumulative_incidence_curve(months: ArrayLike, cause: ArrayLike, of: str) -> pd.DataFrame:
    """Give the Aalen-Johansen cumulative incidence of one cause with its pointwise log-log interval.

    Parameters
    ----------
    months : array-like of shape (n,)
        Time to the first event or censoring.
    cause : array-like of str, shape (n,)
        The first event by name; "censored" for none.
    of : str
        The cause asked about; every other is a competing one.

    Returns
    -------
    DataFrame
        One row for month 0 and each distinct time: ``month, estimate, ci_low, ci_high, n_at_risk`` (just
        before the month), ``n_events`` (of the cause, at the month). The interval is symmetric on the scale
        log(-log(incidence)); limits are missing where the incidence is 0 or 1. No rows without patients.

    References
    ----------
    Marubini E, Valsecchi MG (1995). Analysing Survival Data from Clinical Trials and Observational Studies,
    chapter 10 (the variance, by the delta method, which is that of R's survfit; Gray's in R's cmprsk is
    another). Choudhury JB (2002). Statistics in Medicine 21, 1129-1144 (the log-log limits).

    Examples
    --------
    >>> curve = cumulative_incidence_curve([1, 2, 3], ["relapse", "death", "censored"], "relapse")
    >>> curve["estimate"].round(3).tolist()
    [0.0, 0.333, 0.333, 0.333]
    """
    return pd.DataFrame(_columns(*_coded(months, cause, of)))


def _columns(months: np.ndarray, code: np.ndarray) -> dict[str, np.ndarray]:
    """Return the columns of the curve of cause 1."""
    if len(months) == 0:
        return dict.fromkeys(CURVE[:-1], np.empty(0))
    month = np.unique(np.append(0.0, months))
    at_risk = len(months) - np.searchsorted(np.sort(months), month)
    of_cause, of_any = tally(month, months[code == 1]), tally(month, months[code > 0])
    before = np.append(1.0, np.cumprod(1 - of_any / at_risk)[:-1])
    estimate = np.cumsum(before * of_cause / at_risk)
    low, high = log_log_limits(estimate, _standard_error(estimate, before, at_risk, of_cause, of_any))
    values = (month, estimate, low, high, at_risk, of_cause)
    return dict(zip(CURVE[:-1], values, strict=True))


def _standard_error(
    estimate: np.ndarray, before: np.ndarray, at_risk: np.ndarray, of_cause: np.ndarray, of_any: np.ndarray
) -> np.ndarray:
    """Return the error of a cumulative incidence by the delta method, at every time at once.

    The variance sums (I - I_i)^2 g_i + v_i - 2 (I - I_i) c_i over the times i so far; the squares are
    multiplied out, so that running sums do.
    """
    # Where all at risk have an event nothing follows: I - I_i is 0 from then on, and the term with it.
    g = of_any / np.maximum(at_risk * (at_risk - of_any), 1) * (of_any < at_risk)
    v = before**2 * of_cause * (at_risk - of_cause) / at_risk**3
    c = before * of_cause / at_risk**2
    sums = [np.cumsum(term) for term in (g, g * estimate, g * estimate**2, v, c, c * estimate)]
    variance = estimate**2 * sums[0] - 2 * estimate * sums[1] + sums[2] + sums[3]
    variance -= 2 * (estimate * sums[4] - sums[5])
    return np.sqrt(np.maximum(variance, 0))


def cumulative_incidence_at(months: ArrayLike, cause: ArrayLike, time: float, of: str) -> Estimate:
    """Give the cumulative incidence of one cause at a time.

    Parameters
    ----------
    months, cause
        As in :func:`cumulative_incidence_curve`.
    time : float
        The month asked about.
    of : str
        As there.

    Returns
    -------
    Estimate
        ``estimate`` (a fraction) with its log-log interval, ``n`` patients, ``events`` of the cause up to and
        including ``time``. Not estimable without patients, or past the last follow-up unless nobody was left
        event-free then. No interval before the first event of the cause, or where everybody had one.

    Examples
    --------
    >>> found = cumulative_incidence_at([1, 2, 3, 4], list("abcb"), 4, "a")
    >>> round(found.estimate, 3), round(found.ci_low, 4), round(found.ci_high, 4)
    (0.25, 0.0089, 0.6653)
    """
    months, code = _coded(months, cause, of)
    curve = _columns(months, code)
    left = (code[months == months.max(initial=0)] == 0).any()
    method = "Aalen-Johansen cumulative incidence"
    return curve_at(curve, time, len(months), method, left=left, everybody="everybody had it")


def gray_test(months: ArrayLike, cause: ArrayLike, group: ArrayLike, of: str) -> Estimate:
    """Compare the cumulative incidence of one cause between two groups.

    Parameters
    ----------
    months : array-like of shape (n,)
        Time to the first event or censoring.
    cause : array-like of str, shape (n,)
        The first event by name; "censored" for none.
    group : array-like of shape (n,)
        1 (or True) for one group and 0 for the other. Rows with a missing value are left out.
    of : str
        The cause asked about; every other is a competing one.

    Returns
    -------
    Estimate
        ``estimate`` is chi-square with one degree of freedom, ``events`` counts the cause. Not estimable when
        a group is empty, without an event of the cause, or when none falls where both groups are at risk.

    References
    ----------
    Gray RJ (1988). Annals of Statistics 16, 1141-1154 (R package cmprsk).

    Examples
    --------
    >>> causes = ["relapse", "death", "relapse", "censored", "relapse", "censored"]
    >>> round(gray_test([1, 2, 3, 4, 5, 6], causes, [1, 1, 1, 0, 0, 0], "relapse").p_value, 2)
    0.14
    """
    months, code, group = _coded(months, cause, of, group)
    n, events = len(months), int((code == 1).sum())
    if len(set(group)) < 2:
        return not_estimable("a group has no patients", n=n, events=events)
    if problem := without_events(n, events):
        return problem
    both = min(months[group == 0].max(), months[group == 1].max())
    if not (months[code == 1] <= both).any():
        return not_estimable("no event at which the groups can be compared", n=n, events=events)
    causes = np.array([of_code or None for of_code in code])
    found = surpyval.gray_test(months, causes, group, 1.0)
    return Estimate(float(found.statistic), p_value=found.p_value, n=n, events=events, method="Gray's test")


def _coded(months: ArrayLike, cause: ArrayLike, of: str, *others: ArrayLike) -> list[np.ndarray]:
    """Return the complete rows, with cause 1 for the one asked about, 2 for any other and 0 for censored."""
    causes = np.asarray(cause, dtype=object)
    code = np.select([causes == of, causes == CENSORED, pd.notna(causes)], [1.0, 0.0, 2.0], np.nan)
    return complete(months, code, *others)
