"""Kaplan-Meier estimates and the numbers at risk behind them.

Times are in months from time zero; ``event`` is 1 (or True) for the event and 0 for a censoring. Someone
whose time is exactly t is still at risk at t, and at equal times events come before censorings.
"""

from dataclasses import replace
from functools import lru_cache
from math import nan

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from helpers.estimators.common import complete, interval, without_events, yes_or_no
from helpers.estimators.curves import BEFORE, CURVE, at_risk, curve_at, log_log_limits, tally
from helpers.ground.results import NOT_REACHED, Estimate, not_estimable

#: A probability within this of one half counts as one half: products of fractions carry rounding error.
TOLERANCE = 1e-9
CURVES = 128  # that are kept


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

    Raises
    ------
    ValueError
        If months are below 0, or an event indicator is neither 0 nor 1.

    References
    ----------
    Kalbfleisch JD, Prentice RL (2002). The Statistical Analysis of Failure Time Data, 2nd edition, section
    1.4.

    Examples
    --------
    >>> kaplan_meier_curve([1, 2, 3, 4], [1, 0, 1, 0])["estimate"].round(3).tolist()
    [1.0, 0.75, 0.75, 0.375, 0.375]
    """
    return pd.DataFrame(kaplan_meier_columns(months, event))


def kaplan_meier_columns(months: ArrayLike, event: ArrayLike) -> dict[str, np.ndarray]:
    """Give the columns of :func:`kaplan_meier_curve` as arrays, which are quick to read.

    Parameters
    ----------
    months, event
        As there.

    Returns
    -------
    dict of ndarray
        By `helpers.estimators.curves.CURVE`; empty arrays without patients.

    Raises
    ------
    ValueError
        As there.

    References
    ----------
    As there.

    Examples
    --------
    >>> kaplan_meier_columns([1, 2], [1, 0])["n_at_risk"].tolist()
    [2, 2, 1]
    """
    months, event = complete(months, event)
    if (months < 0).any():
        raise ValueError("months of follow-up must be 0 or more")
    return _product_limit(np.full(len(months), BEFORE), months, event)


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
    curve = kaplan_meier_columns(months, event)
    return curve_at(curve, time, _size(curve), "Kaplan-Meier", left=_somebody_left(curve))


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
    curve = kaplan_meier_columns(months, event)
    n, events = int(curve["n_at_risk"].max(initial=0)), int(curve["n_events"].sum())
    if problem := without_events(n, events):
        return problem
    median, low, high = (_first_at_half(curve, column) for column in ("estimate", "ci_low", "ci_high"))
    method = "Kaplan-Meier median, Brookmeyer-Crowley log-log interval"
    found = interval(median, low, high, f"{method}{NOT_REACHED}" if np.isnan(median) else method, n, events)
    return replace(found, ci_level=nan) if np.isnan(low) and np.isnan(high) else found


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
    return number_at_risk_after_entry(np.full(np.shape(months), BEFORE), months, times)


def delayed_entry_curve(start: ArrayLike, stop: ArrayLike, event: ArrayLike) -> pd.DataFrame:
    """Give the Kaplan-Meier curve of patients who are at risk from their entry on.

    Parameters
    ----------
    start, stop : array-like of shape (m,)
        The interval of each row, open at ``start`` and closed at ``stop``.
    event : array-like of shape (m,)
        Whether the row ends with the event. Rows with a missing value, and rows that end when they start
        (nobody is at risk in them), are left out.

    Returns
    -------
    DataFrame
        One row for the first entry and each distinct ``stop``: ``month, estimate, ci_low, ci_high,
        n_at_risk`` (entered before the month, and not left before it), ``n_events, n_censored`` (at the
        month). The limits (log-log) are missing where survival is 0 or 1. No rows without patients. A curve
        that reaches 0 while few have entered stays there, although others enter later.

    References
    ----------
    Simon R, Makuch RW (1984). Statistics in Medicine 3, 35-44.

    Examples
    --------
    >>> curve = delayed_entry_curve(start=[0, 2], stop=[1, 3], event=[1, 0])
    >>> curve[["month", "estimate", "n_at_risk"]].to_numpy().tolist()
    [[0.0, 1.0, 0.0], [1.0, 0.0, 1.0], [3.0, 0.0, 1.0]]
    """
    return pd.DataFrame(_product_limit(*complete(start, stop, event)))


def _product_limit(start: np.ndarray, stop: np.ndarray, event: np.ndarray) -> dict[str, np.ndarray]:
    """Return the columns of a curve; one curve is often read at several times."""
    return _columns(start.tobytes(), stop.tobytes(), event.tobytes())


@lru_cache(maxsize=CURVES)
def _columns(*rows: bytes) -> dict[str, np.ndarray]:
    start, stop, event = (np.frombuffer(row) for row in rows)
    yes_or_no(event)
    start, stop, event = np.array([start, stop, event])[:, start < stop]
    if len(stop) == 0:
        return dict.fromkeys(CURVE, np.empty(0))
    months = np.unique(np.append(max(start.min(), 0), stop))
    entered = at_risk(start, stop, months)
    events = tally(months, stop[event == 1])
    # Own product limit, as lifelines refuses a curve whose risk set is empty before others enter.
    estimate = np.cumprod(1 - events / np.maximum(entered, 1))
    # Where all at risk have the event the curve is 0 from then on, and needs no variance.
    greenwood = np.cumsum(events / np.maximum(entered * (entered - events), 1))
    low, high = log_log_limits(estimate, estimate * np.sqrt(greenwood))
    censored = tally(months, stop[event == 0])
    values = (months, estimate, low, high, entered, events, censored)
    return dict(zip(CURVE, values, strict=True))


def delayed_entry_at(start: ArrayLike, stop: ArrayLike, event: ArrayLike, time: float) -> Estimate:
    """Read the curve of :func:`delayed_entry_curve` at a time.

    Parameters
    ----------
    start, stop, event
        As in :func:`delayed_entry_curve`.
    time : float
        The month asked about.

    Returns
    -------
    Estimate
        ``estimate`` (a fraction) with its log-log interval, ``n`` rows, ``events`` up to and including
        ``time``. Not estimable without patients, before the first entry, or past the last follow-up. No
        interval where the curve is 0 or 1.

    Examples
    --------
    >>> found = delayed_entry_at([0, 2, 4], [3, 5, 6], [1, 1, 0], time=4)
    >>> found.estimate, found.events
    (0.5, 1)
    """
    curve = _product_limit(*complete(start, stop, event))
    left, everybody = _somebody_left(curve), "everybody at risk had the event"
    method = "Kaplan-Meier with delayed entry"
    return curve_at(curve, time, _size(curve), method, left=left, everybody=everybody)


def number_at_risk_after_entry(start: ArrayLike, stop: ArrayLike, times: ArrayLike) -> np.ndarray:
    """Count who has entered before each time and not left before it.

    Parameters
    ----------
    start, stop : array-like of shape (m,)
        The interval of each row, open at ``start`` and closed at ``stop``.
    times : array-like of shape (k,)
        The months asked about.

    Returns
    -------
    ndarray of int, shape (k,)

    Examples
    --------
    >>> number_at_risk_after_entry([0, 2, 4], [3, 5, 6], [1, 3, 5]).tolist()
    [1, 2, 2]
    """
    start, stop = complete(start, stop)
    return at_risk(start, stop, np.asarray(times, float))


def _size(curve: dict[str, np.ndarray]) -> int:
    """Return how many rows a curve stands on: each ends with the event or without."""
    return int(curve["n_events"].sum() + curve["n_censored"].sum())


def _somebody_left(curve: dict[str, np.ndarray]) -> bool:
    return bool(curve["estimate"].min(initial=1) > 0)


def _first_at_half(curve: dict[str, np.ndarray], column: str) -> float:
    """Return where a column first reaches one half; the middle of a stretch at exactly one half that ends."""
    reached = curve[column] <= 0.5 + TOLERANCE  # not where a limit is missing
    months, values = curve["month"][reached], curve[column][reached]
    if len(months) == 0:
        return nan
    below = months[values < values[0]]
    if abs(values[0] - 0.5) <= TOLERANCE and len(below):
        return float(months[0] + below[0]) / 2
    return float(months[0])
