"""Kaplan-Meier curves of a group that patients enter during follow-up (Simon and Makuch)."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from helpers.estimators.common import CURVE, complete, curve_at, no_rows
from helpers.estimators.transformed import log_log_limits
from helpers.ground.results import Estimate


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
    start, stop, event = _with_length(*complete(start, stop, event))
    if len(stop) == 0:
        return no_rows(*CURVE)
    months = np.unique(np.append(start.min(), stop))
    at = stop == months[:, None]
    at_risk = number_at_risk_after_entry(start, stop, months)
    events = (at & (event == 1)).sum(axis=1)
    # Own product limit, as lifelines refuses a curve whose risk set is empty before others enter.
    estimate = np.cumprod(1 - events / np.maximum(at_risk, 1))
    # Where all at risk have the event the curve is 0 from then on, and needs no variance.
    greenwood = np.cumsum(events / np.maximum(at_risk * (at_risk - events), 1))
    low, high = log_log_limits(estimate, estimate * np.sqrt(greenwood))
    censored = (at & (event == 0)).sum(axis=1)
    values = (months, estimate, low, high, at_risk, events, censored)
    return pd.DataFrame(dict(zip(CURVE, values, strict=True)))


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
    curve = delayed_entry_curve(start, stop, event)
    n = int(curve[["n_events", "n_censored"]].to_numpy().sum())
    left, everybody = curve["estimate"].min() > 0, "everybody at risk had the event"
    return curve_at(curve, time, n, "Kaplan-Meier with delayed entry", left=left, everybody=everybody)


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
    times = np.asarray(times, float)[:, None]
    return ((start < times) & (stop >= times)).sum(axis=1)


def _with_length(*columns: np.ndarray) -> list[np.ndarray]:
    """Leave out the rows that end when they start; the first two columns are start and stop."""
    kept = columns[0] < columns[1]
    return [column[kept] for column in columns]
