"""Kaplan-Meier curves of a group that patients enter during follow-up (Simon and Makuch)."""

from math import nan

import numpy as np
import pandas as pd
from lifelines import KaplanMeierFitter

from helpers.estimators.common import LEVEL, complete, no_rows
from helpers.ground.results import Estimate, not_estimable


def delayed_entry_curve(start, stop, event):
    """Give the Kaplan-Meier curve of patients who are at risk from their entry on.

    Parameters
    ----------
    start, stop : array-like of shape (m,)
        The interval of each row, open at ``start`` and closed at ``stop``.
    event : array-like of shape (m,)
        Whether the row ends with the event. Rows with a missing value are left out.

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
    """
    start, stop, event = complete(start, stop, event)
    if len(stop) == 0:
        return no_rows("month", "estimate", "ci_low", "ci_high", "n_at_risk", "n_events", "n_censored")
    months = np.unique(np.append(start.min(), stop))
    fitter = KaplanMeierFitter(alpha=1 - LEVEL).fit(stop, event, entry=start)
    limits = fitter.confidence_interval_
    places = limits.index.searchsorted(months, side="right") - 1
    at = stop == months[:, None]
    curve = pd.DataFrame(
        {
            "month": months,
            "estimate": fitter.survival_function_.to_numpy()[places, 0],
            "ci_low": limits.to_numpy()[places, 0],
            "ci_high": limits.to_numpy()[places, 1],
            "n_at_risk": number_at_risk_after_entry(start, stop, months),
            "n_events": (at & (event == 1)).sum(axis=1),
            "n_censored": (at & (event == 0)).sum(axis=1),
        }
    )
    bounded = curve["estimate"].between(0, 1, inclusive="neither")
    curve[["ci_low", "ci_high"]] = curve[["ci_low", "ci_high"]].where(bounded)
    return curve


def delayed_entry_at(start, stop, event, time):
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
    """
    curve = delayed_entry_curve(start, stop, event)
    if curve.empty:
        return not_estimable("no patients", n=0, events=0)
    n = int(curve[["n_events", "n_censored"]].to_numpy().sum())
    reached = curve[curve["month"] <= time]
    events = int(reached["n_events"].sum())
    if reached.empty:
        return not_estimable("nobody has entered by that time", n=n, events=0)
    last = reached.iloc[-1]
    if time > curve["month"].iloc[-1] and last["estimate"] > 0:
        return not_estimable("follow-up ends before that time", n=n, events=events)
    level, method = LEVEL, "Kaplan-Meier with delayed entry, log-log interval"
    if np.isnan(last["ci_low"]):
        why = "no event" if events == 0 else "everybody at risk had the event"
        level, method = nan, f"Kaplan-Meier with delayed entry, no interval ({why})"
    estimate, low, high = (float(last[column]) for column in ("estimate", "ci_low", "ci_high"))
    return Estimate(estimate, low, high, level, n=n, events=events, method=method)


def number_at_risk_after_entry(start, stop, times):
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
    """
    start, stop = complete(start, stop)
    times = np.asarray(times, float)[:, None]
    return ((start < times) & (stop >= times)).sum(axis=1)
