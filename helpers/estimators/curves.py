"""Curves of probabilities over time: who is at risk, their limits, and how they are read at a month."""

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
import pandas as pd

from helpers.estimators.common import Z, interval
from helpers.ground.results import Estimate, not_estimable

Curve: TypeAlias = Mapping[str, np.ndarray] | pd.DataFrame

#: An entry before month 0: who leaves at 0 was at risk there.
BEFORE = -1.0
#: Columns of a curve.
CURVE = ("month", "estimate", "ci_low", "ci_high", "n_at_risk", "n_events", "n_censored")


def at_risk(start: np.ndarray, stop: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Count who began before each time and had not ended before it.

    Parameters
    ----------
    start, stop : ndarray of shape (m,)
        The interval of each row, open at ``start`` and closed at ``stop``; an empty one is passed over.
    times : ndarray of shape (k,)

    Returns
    -------
    ndarray of int, shape (k,)

    Examples
    --------
    >>> at_risk(np.array([0, 2, 4]), np.array([3, 5, 6]), np.array([1, 3, 5])).tolist()
    [1, 2, 2]
    """
    real = start < stop
    begun, ended = np.sort(start[real]), np.sort(stop[real])
    return np.searchsorted(begun, times) - np.searchsorted(ended, times)


def tally(times: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Count how often each of some ordered times occurs.

    Parameters
    ----------
    times : ndarray of shape (k,)
    values : ndarray of shape (m,)
        Each of them one of the times.

    Returns
    -------
    ndarray of int, shape (k,)

    Examples
    --------
    >>> tally(np.array([1, 3, 5]), np.array([5, 1, 5])).tolist()
    [1, 0, 2]
    """
    return np.bincount(np.searchsorted(times, values), minlength=len(times))


def curve_at(
    curve: Curve, time: float, n: int, method: str, *, left: bool, everybody: str = "nobody left"
) -> Estimate:
    """Read a curve of probabilities at a time.

    Parameters
    ----------
    curve : DataFrame or dict of ndarray
        Columns as in `CURVE`, months rising.
    time : float
        The month asked about.
    n : int
        Patients.
    method : str
        The curve by name.
    left : bool
        Whether somebody is still free of the event when follow-up ends: then the curve says nothing beyond.
    everybody : str
        Why there is no interval although there are events.

    Returns
    -------
    Estimate
        The fraction at that time with its log-log interval, where it has one, and the events up to and
        including it. Not estimable without patients, before the first month, or past the last one with
        somebody left.

    Examples
    --------
    >>> curve = pd.DataFrame([[0, 1, 1, 1, 4, 0, 0], [3, 0.75, 0.13, 0.96, 4, 1, 3]], columns=CURVE)
    >>> curve_at(curve, 3, 4, "Kaplan-Meier", left=True).method
    'Kaplan-Meier, log-log interval'
    >>> curve_at(curve, 4, 4, "Kaplan-Meier", left=True).method
    'not estimable: follow-up ends before that time'
    """
    months = np.asarray(curve["month"])
    if len(months) == 0:
        return not_estimable("no patients", n=0, events=0)
    reached = int(np.searchsorted(months, time, side="right"))
    events = int(np.asarray(curve["n_events"])[:reached].sum())
    if reached == 0:
        return not_estimable("nobody has entered by that time", n=n, events=0)
    if left and time > months[-1]:
        return not_estimable("follow-up ends before that time", n=n, events=events)
    estimate, low, high = (np.asarray(curve[name])[reached - 1] for name in ("estimate", "ci_low", "ci_high"))
    if np.isnan(low):
        method = f"{method}, no interval ({everybody if events else 'no event'})"
        return Estimate(float(estimate), n=n, events=events, method=method)
    return interval(estimate, low, high, f"{method}, log-log interval", n, events)


def no_rows(*columns: str) -> pd.DataFrame:
    """Return the empty table of a curve that does not exist.

    Parameters
    ----------
    *columns : str
        Names of its columns.

    Returns
    -------
    DataFrame
        No row, and the columns with numeric type.

    Examples
    --------
    >>> no_rows("month", "estimate").dtypes.tolist()
    [dtype('float64'), dtype('float64')]
    """
    return pd.DataFrame(columns=columns, dtype=float)


def log_log_limits(estimate: np.ndarray, error: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give limits of probabilities that are symmetric on the scale log(-log(probability)).

    Parameters
    ----------
    estimate, error : ndarray of shape (n,)
        Probabilities and their standard errors.

    Returns
    -------
    tuple of ndarray of shape (n,)
        Lower and upper limits; missing where the probability is 0 or 1, or its error 0 or missing.

    References
    ----------
    Kalbfleisch JD, Prentice RL (2002). The Statistical Analysis of Failure Time Data, 2nd edition, section
    1.4. Choudhury JB (2002). Statistics in Medicine 21, 1129-1144 (for a cumulative incidence).

    Examples
    --------
    >>> low, high = log_log_limits(np.array([0.5, 1.0]), np.array([0.1, 0.0]))
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.295, nan], [0.675, nan])
    """
    inside = (estimate > 0) & (estimate < 1) & (error > 0)
    value = np.where(inside, estimate, 0.5)
    width = Z * np.where(inside, error, np.nan) / (value * np.log(value))
    # The logarithm is negative, so that the positive exponent gives the lower limit. Close to 0 and 1 the
    # exponent is beyond what a number holds, and the limit is the end itself.
    with np.errstate(over="ignore"):
        return value ** np.exp(-width), value ** np.exp(width)
