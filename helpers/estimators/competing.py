"""Cumulative incidence of one cause among competing causes."""

from math import nan

import numpy as np
import pandas as pd
from statsmodels.duration.survfunc import CumIncidenceRight

from helpers.estimators.common import LEVEL, Z, complete, no_rows
from helpers.ground.results import Estimate, not_estimable

CENSORED = "censored"


def cumulative_incidence_curve(months, cause, of):
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
        log(-log(incidence)); limits are missing where the incidence or its variance does not allow it. No
        rows without patients.

    References
    ----------
    Marubini E, Valsecchi MG (1995). Analysing Survival Data from Clinical Trials and Observational Studies,
    chapter 10 (the variance, by the delta method). Choudhury JB (2002). Statistics in Medicine 21, 1129-1144
    (the log-log limits).
    """
    months, code = _coded(months, cause, of)
    if len(months) == 0:
        return no_rows("month", "estimate", "ci_low", "ci_high", "n_at_risk", "n_events")
    # Where everybody left has an event at the last time, the variance is 0 / 0: missing, as intended.
    with np.errstate(divide="ignore", invalid="ignore"):
        fit = CumIncidenceRight(months, code)
    # statsmodels lists causes up to the largest code only, and starts at the first time.
    nothing = np.zeros(len(fit.times))
    start = [0.0] if fit.times[0] > 0 else []
    month = np.append(start, fit.times)
    estimate = np.append(start, fit.cinc[0] if fit.cinc else nothing)
    error = np.append(start, fit.cinc_se[0] if fit.cinc else nothing)
    low, high = _log_log_limits(estimate, error)
    return pd.DataFrame(
        {
            "month": month,
            "estimate": estimate,
            "ci_low": low,
            "ci_high": high,
            "n_at_risk": (months >= month[:, None]).sum(axis=1),
            "n_events": ((months == month[:, None]) & (code == 1)).sum(axis=1),
        }
    )


def cumulative_incidence_at(months, cause, time, of):
    """Give the cumulative incidence of one cause at a time.

    Parameters
    ----------
    months, cause, of
        As in :func:`cumulative_incidence_curve`.
    time : float
        The month asked about.

    Returns
    -------
    Estimate
        ``estimate`` (a fraction) with its log-log interval, ``n`` patients, ``events`` of the cause up to and
        including ``time``. Not estimable without patients, or past the last follow-up unless nobody was left
        event-free then. No interval before the first event of the cause, or once nobody is left.
    """
    curve = cumulative_incidence_curve(months, cause, of)
    if curve.empty:
        return not_estimable("no patients", n=0, events=0)
    n = int(curve["n_at_risk"].iloc[0])
    reached = curve[curve["month"] <= time]
    events = int(reached["n_events"].sum())
    months, code = _coded(months, cause, of)
    if time > months.max() and (code[months == months.max()] == 0).any():
        return not_estimable("follow-up ends before that time", n=n, events=events)
    last = reached.iloc[-1]
    method = "Aalen-Johansen cumulative incidence"
    if np.isnan(last["ci_low"]):
        level, method = nan, f"{method}, no interval ({'no event' if events == 0 else 'nobody left'})"
    else:
        level, method = LEVEL, f"{method}, log-log interval"
    estimate, low, high = (float(last[column]) for column in ("estimate", "ci_low", "ci_high"))
    return Estimate(estimate, low, high, level, n=n, events=events, method=method)


def _coded(months, cause, of):
    """Return the complete rows, with cause 1 for the one asked about, 2 for any other and 0 for censored."""
    cause = pd.Series(np.asarray(cause, dtype=object))
    code = pd.Series(np.select([cause == of, cause == CENSORED], [1.0, 0.0], 2.0)).where(cause.notna())
    months, code = complete(months, code)
    return months, code.astype(int)


def _log_log_limits(estimate, error):
    """Return the limits that are symmetric on the log(-log) scale; missing where there are none."""
    inside = (estimate > 0) & (estimate < 1) & (error > 0)
    value = np.where(inside, estimate, 0.5)
    width = Z * np.where(inside, error, np.nan) / (value * np.log(value))
    # The logarithm is negative, so that the positive exponent gives the lower limit.
    return value ** np.exp(-width), value ** np.exp(width)
