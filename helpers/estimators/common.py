"""What the estimators share: the confidence level, the handling of missing values, the curve without rows."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache, wraps
from math import nan
from typing import ParamSpec, TypeAlias, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import chdtrc, ndtri

from helpers.ground.results import Estimate, not_estimable
from helpers.ground.study_parts import ALPHA

Curve: TypeAlias = Mapping[str, np.ndarray] | pd.DataFrame
P = ParamSpec("P")
T = TypeVar("T")

LEVEL = 1 - ALPHA
Z = float(ndtri(0.5 + LEVEL / 2))
#: An entry before month 0: who leaves at 0 was at risk there.
BEFORE = -1.0
REMEMBERED = 10_000  # answers of each estimator that `remembered` keeps
_WANTED = ContextVar("intervals wanted", default=True)
#: Columns of a curve.
CURVE = ("month", "estimate", "ci_low", "ci_high", "n_at_risk", "n_events", "n_censored")


def complete(*columns: ArrayLike) -> list[np.ndarray]:
    """Leave out the rows in which any column is missing.

    Parameters
    ----------
    *columns : array-like of shape (n,)
        Numbers or yes/no values (bool, 0/1 or pandas ``boolean`` with ``<NA>``).

    Returns
    -------
    list of ndarray of float
        One array a column, aligned, without missing values.

    Raises
    ------
    ValueError
        If the columns differ in length, or one holds an infinite value: sums and ranks of such values would
        turn into results that are missing without a reason.

    Examples
    --------
    >>> import math
    >>> ages, responded = complete([50, math.nan, 61], [True, False, None])
    >>> ages.tolist(), responded.tolist()
    ([50.0], [1.0])
    """
    arrays = [numbers(column) for column in columns]
    if len(arrays) == 1 and np.isfinite(arrays[0]).all():  # the most common case
        return [arrays[0].copy()]
    if len({len(array) for array in arrays}) > 1:
        raise ValueError(f"columns of unequal length: {[len(array) for array in arrays]}")
    whole = np.array(arrays)
    if np.isfinite(whole).all():
        return list(whole)
    if np.isinf(whole).any():
        raise ValueError("a column holds an infinite value")
    return list(whole[:, ~np.isnan(whole).any(axis=0)])


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


def yes_or_no(*columns: np.ndarray) -> None:
    """Refuse what is no yes or no, such as a third group, which would count as the other of two.

    Parameters
    ----------
    *columns : ndarray
        Without missing values.

    Raises
    ------
    ValueError
        If a value is neither 0 nor 1.

    Examples
    --------
    >>> yes_or_no(np.array([0.0, 1.0]))
    """
    if not all(np.isin(column, (0, 1)).all() for column in columns):
        raise ValueError("events and groups must be 0 or 1")


@contextmanager
def without_intervals() -> Iterator[None]:
    """Leave out intervals that take long (profile likelihoods), as nobody will read them.

    Estimates and P values stay as they are. Where many cohorts are compared, a number shows as its range.

    Yields
    ------
    None

    Examples
    --------
    >>> with without_intervals():
    ...     intervals_wanted()
    False
    """
    token = _WANTED.set(False)
    try:
        yield
    finally:
        _WANTED.reset(token)


def intervals_wanted() -> bool:
    """Tell whether intervals that take long are to be computed.

    Returns
    -------
    bool
        False inside `without_intervals`.

    Examples
    --------
    >>> intervals_wanted()
    True
    """
    return _WANTED.get()


def remembered(estimator: Callable[P, T]) -> Callable[P, T]:
    """Keep what an estimator of a few counts returned: many cohorts, and many rows, have the same counts.

    Parameters
    ----------
    estimator : callable
        Its arguments are numbers, or sequences of them.

    Returns
    -------
    callable

    Examples
    --------
    >>> halved = remembered(lambda count: Estimate(count / 2))
    >>> halved(4) is halved(4)
    True
    """
    kept = lru_cache(maxsize=REMEMBERED)(estimator)

    @wraps(estimator)
    def _called(*counts: P.args, **more: P.kwargs) -> T:
        # A list cannot be a key of what is kept.
        fixed = (tuple(each) if isinstance(each, list) else each for each in counts)
        named = {name: tuple(each) if isinstance(each, list) else each for name, each in more.items()}
        return kept(*fixed, **named)

    return _called


def numbers(column: ArrayLike) -> np.ndarray:
    """Return a column as floats; columns of numpy's own types, and of pandas' yes and no, are quick.

    Parameters
    ----------
    column : array-like of shape (n,)
        As in :func:`complete`.

    Returns
    -------
    ndarray of float, shape (n,)
        Missing values are NaN. Not to be written into: it may be the column itself.

    Examples
    --------
    >>> numbers([True, None]).tolist()
    [1.0, nan]
    """
    known = getattr(column, "dtype", None)
    if isinstance(known, np.dtype) and known.kind in "bif":
        column = column.to_numpy() if isinstance(column, pd.Series) else column
        return np.asarray(column, dtype=float)
    if isinstance(known, pd.BooleanDtype):
        return column.to_numpy(float, na_value=np.nan)  # type: ignore[union-attr]
    return pd.Series(column).astype("Float64").to_numpy(float, na_value=np.nan)


def doubled_ranks(values: np.ndarray) -> np.ndarray:
    """Give twice the midranks, which are whole numbers.

    Parameters
    ----------
    values : ndarray of shape (n,)

    Returns
    -------
    ndarray of int, shape (n,)

    Examples
    --------
    >>> doubled_ranks(np.array([3, 1, 3])).tolist()
    [5, 2, 5]
    """
    rising = np.sort(values)
    return np.searchsorted(rising, values, "left") + np.searchsorted(rising, values, "right") + 1


def interval(
    estimate: float, low: float, high: float, method: str, n: float, events: float = nan, p_value: float = nan
) -> Estimate:
    """Return an estimate with its two limits at the project's level.

    Parameters
    ----------
    estimate, low, high : float
        The estimate and its limits.
    method : str
        The interval by name.
    n, events : float
        Patients (or pairs) that it uses, and events among them.
    p_value : float
        Where there is a test, too.

    Returns
    -------
    Estimate
        With `LEVEL` as its level.

    Examples
    --------
    >>> interval(0.5, 0.2, 0.8, "Wilson score interval", n=10, events=5).ci_level
    0.95
    """
    return Estimate(float(estimate), float(low), float(high), LEVEL, float(p_value), n, events, method)


def chi_square(statistic: float, method: str, n: float, events: float) -> Estimate:
    """Return a chi-square on one degree of freedom with its P value.

    Parameters
    ----------
    statistic : float
    method : str
        The test by name.
    n, events : float
        Patients that it uses, and events among them.

    Returns
    -------
    Estimate

    Examples
    --------
    >>> round(chi_square(3.841, "log-rank test", n=10, events=5).p_value, 3)
    0.05
    """
    return Estimate(float(statistic), p_value=float(chdtrc(1, statistic)), n=n, events=events, method=method)


def without_events(n: int, events: int) -> Estimate | None:
    """Say why there are no events to estimate from.

    Parameters
    ----------
    n, events : int
        Patients, and events among them.

    Returns
    -------
    Estimate or None
        The reason, as an estimate that doesn't exist; None when there are events.

    Examples
    --------
    >>> without_events(5, 0).method
    'not estimable: no events'
    >>> without_events(5, 1)
    """
    if events:
        return None
    return not_estimable("no events" if n else "no patients", n=n, events=0)


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
