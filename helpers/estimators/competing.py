"""Cumulative incidence of one cause among competing causes."""

import numpy as np
import pandas as pd
from statsmodels.duration.survfunc import CumIncidenceRight

from helpers.estimators.common import LEVEL, Z, complete
from helpers.results import Estimate, not_estimable

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
        One row for month 0 and each distinct time: ``month, estimate, ci_low, ci_high, n_at_risk`` (just before the
        month), ``n_events`` (of the cause, at the month). The interval is symmetric on the scale log(-log(incidence));
        limits are missing where the incidence or its variance does not allow it. No rows without patients.

    References
    ----------
    Marubini E, Valsecchi MG (1995). Analysing Survival Data from Clinical Trials and Observational Studies, chapter 10
    (the variance, by the delta method). Choudhury JB (2002). Statistics in Medicine 21, 1129-1144 (the log-log limits).
    """
    months, code = _coded(months, cause, of)
    columns = ["month", "estimate", "ci_low", "ci_high", "n_at_risk", "n_events"]
    if len(months) == 0:
        return pd.DataFrame({column: pd.Series(dtype=float) for column in columns})
    # A last time at which everybody left has an event makes the variance 0 / 0: missing there, and meant to be.
    with np.errstate(divide="ignore", invalid="ignore"):
        fit = CumIncidenceRight(months, code)
    month = fit.times
    estimate, error = (
        (fit.cinc[0], fit.cinc_se[0]) if fit.cinc else (np.zeros(len(month)), np.zeros(len(month)))
    )
    low, high = _log_log_limits(estimate, error)
    curve = pd.DataFrame(
        {
            "month": month,
            "estimate": estimate,
            "ci_low": low,
            "ci_high": high,
            "n_at_risk": [int((months >= time).sum()) for time in month],
            "n_events": [int(((months == time) & (code == 1)).sum()) for time in month],
        }
    )
    if month[0] > 0:
        start = pd.DataFrame(
            {"month": [0.0], "estimate": [0.0], "ci_low": [np.nan], "ci_high": [np.nan]}
        ).assign(n_at_risk=len(months), n_events=0)
        curve = pd.concat([start, curve], ignore_index=True)
    return curve


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
        including ``time``. Not estimable without patients, or past the last follow-up unless nobody was censored last.
        No interval before the first event of the cause.
    """
    curve = cumulative_incidence_curve(months, cause, of)
    if curve.empty:
        return not_estimable("no patients", n=0, events=0)
    n = int(curve["n_at_risk"].iloc[0])
    reached = curve[curve["month"] <= time]
    events = int(reached["n_events"].sum())
    if time > curve["month"].iloc[-1] and _ends_censored(months, cause):
        return not_estimable("no follow-up as long as that", n=n, events=events)
    last = reached.iloc[-1]
    method = "Aalen-Johansen cumulative incidence"
    if np.isnan(last["ci_low"]):
        reason = "no event" if events == 0 else "variance not estimable"
        return Estimate(
            estimate=float(last["estimate"]), n=n, events=events, method=f"{method}, no interval ({reason})"
        )
    return Estimate(
        estimate=float(last["estimate"]),
        ci_low=float(last["ci_low"]),
        ci_high=float(last["ci_high"]),
        ci_level=LEVEL,
        n=n,
        events=events,
        method=f"{method}, log-log interval",
    )


def _coded(months, cause, of):
    """Return the complete rows, with cause 1 for the one asked about, 2 for any other and 0 for censored."""
    cause = pd.Series(np.asarray(cause, dtype=object))
    code = pd.Series(np.select([cause == of, cause == CENSORED], [1.0, 0.0], 2.0)).where(cause.notna())
    months, code = complete(months, code)
    return months, code.astype(int)


def _ends_censored(months, cause):
    """Tell whether anybody is still free of every event at the last time."""
    months, code = _coded(months, cause, CENSORED)
    return bool((code[months == months.max()] == 1).any())


def _log_log_limits(estimate, error):
    """Return the limits that are symmetric on the log(-log) scale; missing where there are none."""
    inside = (estimate > 0) & (estimate < 1) & (error > 0)
    value = np.where(inside, estimate, 0.5)
    width = Z * np.where(inside, error, np.nan) / (value * np.log(value))
    # The logarithm is negative, so that the positive exponent gives the lower limit.
    return value ** np.exp(-width), value ** np.exp(width)
