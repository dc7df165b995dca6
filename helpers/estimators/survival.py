"""Kaplan-Meier estimates, the numbers at risk behind them, and the log-rank test.

Times are in months from time zero; ``event`` is 1 (or True) for the event and 0 for a censoring. Someone
whose time is exactly t is still at risk at t, and at equal times events come before censorings.
"""

from dataclasses import replace
from math import nan

import numpy as np
import pandas as pd
from lifelines import KaplanMeierFitter
from lifelines.statistics import logrank_test
from numpy.typing import ArrayLike

from helpers.estimators.common import LEVEL, complete, no_rows
from helpers.ground.results import Estimate, not_estimable

#: A probability within this of one half counts as one half: products of fractions carry rounding error.
TOLERANCE = 1e-9


def kaplan_meier_curve(months: ArrayLike, event: ArrayLike) -> pd.DataFrame:
    """Give the Kaplan-Meier curve with its pointwise log-log interval.

    Parameters
    ----------
    months, event : array-like of shape (n,)
        Follow-up and event indicator; rows with a missing value are left out.

    Returns
    -------
    DataFrame
        One row for month 0 and each distinct time: ``month, estimate, ci_low, ci_high, n_at_risk`` (just
        before the month), ``n_events, n_censored`` (at the month). The limits are missing where the log-log
        transformation has none (survival 0 or 1). No rows without patients.

    References
    ----------
    Kalbfleisch JD, Prentice RL (2002). The Statistical Analysis of Failure Time Data, 2nd edition, section
    1.4.

    Examples
    --------
    >>> kaplan_meier_curve([1, 2, 3, 4], [1, 0, 1, 0])["estimate"].round(3).tolist()
    [1.0, 0.75, 0.75, 0.375, 0.375]
    """
    months, event = complete(months, event)
    if len(months) == 0:
        return no_rows("month", "estimate", "ci_low", "ci_high", "n_at_risk", "n_events", "n_censored")
    fitter = KaplanMeierFitter(alpha=1 - LEVEL).fit(months, event)
    counts, limits = fitter.event_table, fitter.confidence_interval_.to_numpy()
    curve = pd.DataFrame(
        {
            "month": counts.index.to_numpy(float),
            "estimate": fitter.survival_function_.to_numpy()[:, 0],
            "ci_low": limits[:, 0],
            "ci_high": limits[:, 1],
            "n_at_risk": counts["at_risk"].to_numpy(int),
            "n_events": counts["observed"].to_numpy(int),
            "n_censored": counts["censored"].to_numpy(int),
        }
    )
    # At 0 and 1 lifelines repeats the estimate, which would read as certainty.
    bounded = curve["estimate"].between(0, 1, inclusive="neither")
    curve[["ci_low", "ci_high"]] = curve[["ci_low", "ci_high"]].where(bounded)
    return curve


def kaplan_meier_at(months: ArrayLike, event: ArrayLike, time: float) -> Estimate:
    """Give the Kaplan-Meier probability of no event up to a time.

    Parameters
    ----------
    months, event : array-like of shape (n,)
        Follow-up and event indicator; rows with a missing value are left out.
    time : float
        The month asked about.

    Returns
    -------
    Estimate
        ``estimate`` (a fraction) with its log-log interval (Greenwood variance), ``n`` patients, ``events``
        up to and including ``time``. Not estimable without patients, or past the last follow-up unless the
        curve has reached zero. No interval where the curve is 0 or 1.

    Examples
    --------
    >>> found = kaplan_meier_at([1, 2, 3, 4], [1, 0, 1, 0], time=3)
    >>> round(found.estimate, 3), round(found.ci_low, 3), round(found.ci_high, 3)
    (0.375, 0.011, 0.808)
    """
    curve = kaplan_meier_curve(months, event)
    if curve.empty:
        return not_estimable("no patients", n=0, events=0)
    n = int(curve["n_at_risk"].iloc[0])
    reached = curve[curve["month"] <= time]
    events = int(reached["n_events"].sum())
    last = reached.iloc[-1]
    if time > curve["month"].iloc[-1] and last["estimate"] > 0:
        return not_estimable("follow-up ends before that time", n=n, events=events)
    if np.isnan(last["ci_low"]):
        level, method = nan, f"Kaplan-Meier, no interval ({'no event' if events == 0 else 'nobody left'})"
    else:
        level, method = LEVEL, "Kaplan-Meier, log-log interval"
    estimate, low, high = (float(last[column]) for column in ("estimate", "ci_low", "ci_high"))
    return Estimate(estimate, low, high, level, n=n, events=events, method=method)


def median_time(months: ArrayLike, event: ArrayLike) -> Estimate:
    """Give the median time to the event.

    Parameters
    ----------
    months, event : array-like of shape (n,)
        Follow-up and event indicator; rows with a missing value are left out.

    Returns
    -------
    Estimate
        ``estimate`` is the first month at which the Kaplan-Meier curve is at or below one half, and the
        middle of the stretch where it runs at one half before it falls on (as in R); missing, with a method
        that says "median not reached", where it stays above. The limits are where the log-log band crosses
        one half, read alike; either may be missing (not reached). Not estimable without patients or events.

    References
    ----------
    Brookmeyer R, Crowley J (1982). Biometrics 38, 29-41.

    Examples
    --------
    >>> median_time([1, 2, 3, 4], [1, 1, 1, 1]).estimate
    2.5
    """
    curve = kaplan_meier_curve(months, event)
    if curve.empty:
        return not_estimable("no patients", n=0, events=0)
    n, events = int(curve["n_at_risk"].iloc[0]), int(curve["n_events"].sum())
    if events == 0:
        return not_estimable("no events", n=n, events=0)
    median, low, high = (_first_at_half(curve, column) for column in ("estimate", "ci_low", "ci_high"))
    method = "Kaplan-Meier median, Brookmeyer-Crowley log-log interval"
    return Estimate(
        estimate=median,
        ci_low=low,
        ci_high=high,
        ci_level=nan if np.isnan(low) and np.isnan(high) else LEVEL,
        n=n,
        events=events,
        method=f"{method}; median not reached" if np.isnan(median) else method,
    )


def reverse_kaplan_meier_median(months: ArrayLike, event: ArrayLike) -> Estimate:
    """Give the median follow-up by reverse Kaplan-Meier: censorings are the events, and events censor.

    Parameters
    ----------
    months, event : array-like of shape (n,)
        Follow-up and event indicator; rows with a missing value are left out.

    Returns
    -------
    Estimate
        As :func:`median_time`, with ``events`` the number censored. At equal times a last contact comes
        before a death, as it is the event here; so it does in R's survfit with the indicator turned round,
        but not in packages that keep the plain curve's order. Not estimable without patients or when nobody
        is censored.

    References
    ----------
    Schemper M, Smith TL (1996). Controlled Clinical Trials 17, 343-346.

    Examples
    --------
    >>> reverse_kaplan_meier_median([2, 5, 6, 9], [1, 0, 0, 0]).estimate
    6.0
    """
    months, event = complete(months, event)
    n = len(months)
    if n and event.all():
        return not_estimable("nobody is censored", n=n, events=0)
    value = median_time(months, 1 - event)
    return value if n == 0 else replace(value, method=f"reverse {value.method}")


def number_at_risk(months: ArrayLike, times: ArrayLike) -> np.ndarray:
    """Count the patients at risk just before each time.

    Parameters
    ----------
    months : array-like of shape (n,)
        Follow-up; missing values are left out.
    times : array-like of shape (k,)
        The months asked about.

    Returns
    -------
    ndarray of int, shape (k,)
        Patients whose follow-up is at least that long.

    Examples
    --------
    >>> number_at_risk([1, 2, 3], [0, 2, 4]).tolist()
    [3, 2, 0]
    """
    (months,) = complete(months)
    return (months[None, :] >= np.asarray(times, float)[:, None]).sum(axis=1)


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
    months, event, group = complete(months, event, group)
    n, events = len(months), int(event.sum())
    one = group == 1
    if one.all() or not one.any():
        return not_estimable("a group has no patients", n=n, events=events)
    if events == 0:
        return not_estimable("no events", n=n, events=0)
    times, deaths = np.unique(months[event == 1], return_counts=True)
    at_risk = np.array([number_at_risk(months[one], times), number_at_risk(months[~one], times)])
    if not ((at_risk > 0).all(axis=0) & (deaths < at_risk.sum(axis=0))).any():
        return not_estimable("no event at which the groups can be compared", n=n, events=events)
    result = logrank_test(months[one], months[~one], event[one], event[~one])
    return Estimate(
        estimate=float(result.test_statistic),
        p_value=float(result.p_value),
        n=n,
        events=events,
        method="log-rank test",
    )


def _first_at_half(curve: pd.DataFrame, column: str) -> float:
    """Return where a column first reaches one half; the middle of a stretch at exactly one half that ends."""
    reached = curve[curve[column] <= 0.5 + TOLERANCE]
    if reached.empty:
        return nan
    first = reached.iloc[0]
    below = reached.loc[reached[column] < first[column], "month"]
    if abs(first[column] - 0.5) <= TOLERANCE and len(below):
        return float(first["month"] + below.iloc[0]) / 2
    return float(first["month"])
