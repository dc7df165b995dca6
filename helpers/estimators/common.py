"""What the estimators share: the confidence level, the handling of missing values, forms of an estimate."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache, wraps
from math import nan
from typing import ParamSpec, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import chdtrc, ndtri

from helpers.ground.results import Estimate, not_estimable
from helpers.ground.study_parts import ALPHA

P = ParamSpec("P")
T = TypeVar("T")

LEVEL = 1 - ALPHA
Z = float(ndtri(0.5 + LEVEL / 2))
REMEMBERED = 10_000  # answers of each estimator that `remembered` keeps
_WANTED = ContextVar("intervals wanted", default=True)


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
    with _intervals(False):
        yield


@contextmanager
def with_intervals() -> Iterator[None]:
    """Compute these intervals all the same, of a number that many cohorts share.

    Yields
    ------
    None

    Examples
    --------
    >>> with without_intervals(), with_intervals():
    ...     intervals_wanted()
    True
    """
    with _intervals(True):
        yield


@contextmanager
def _intervals(wanted: bool) -> Iterator[None]:
    token = _WANTED.set(wanted)
    try:
        yield
    finally:
        _WANTED.reset(token)


def intervals_wanted() -> bool:
    """Tell whether intervals that take long are to be computed.

    Returns
    -------
    bool
        False inside `without_intervals`, unless `with_intervals` is inside it.

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
