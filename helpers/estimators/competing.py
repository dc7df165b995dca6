"""Cumulative incidence of one cause among competing causes."""

from math import nan

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from helpers.estimators.common import LEVEL, complete, no_rows
from helpers.estimators.transformed import log_log_limits
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
    months, code = _coded(months, cause, of)
    if len(months) == 0:
        return no_rows("month", "estimate", "ci_low", "ci_high", "n_at_risk", "n_events")
    month = np.unique(np.append(0.0, months))
    at = months == month[:, None]
    at_risk = (months >= month[:, None]).sum(axis=1)
    of_cause, of_any = (at & (code == 1)).sum(axis=1), (at & (code > 0)).sum(axis=1)
    before = np.append(1.0, np.cumprod(1 - of_any / at_risk)[:-1])
    estimate = np.cumsum(before * of_cause / at_risk)
    low, high = log_log_limits(estimate, _standard_error(estimate, before, at_risk, of_cause, of_any))
    return pd.DataFrame(
        {
            "month": month,
            "estimate": estimate,
            "ci_low": low,
            "ci_high": high,
            "n_at_risk": at_risk,
            "n_events": of_cause,
        }
    )


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
        level, method = nan, f"{method}, no interval ({'no event' if events == 0 else 'everybody had it'})"
    else:
        level, method = LEVEL, f"{method}, log-log interval"
    estimate, low, high = (float(last[column]) for column in ("estimate", "ci_low", "ci_high"))
    return Estimate(estimate, low, high, level, n=n, events=events, method=method)


def _coded(months: ArrayLike, cause: ArrayLike, of: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the complete rows, with cause 1 for the one asked about, 2 for any other and 0 for censored."""
    causes = pd.Series(np.asarray(cause, dtype=object))
    code = pd.Series(np.select([causes == of, causes == CENSORED], [1.0, 0.0], 2.0)).where(causes.notna())
    kept, known = complete(months, code)
    return kept, known.astype(int)
