"""Survival at a time: the Kaplan-Meier values that a number of events and quartiles of follow-up allow."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy.optimize import linprog

from evidence.claims.printed import Figure
from evidence.forensics.quartiles import order_statistics
from helpers.estimators.quantiles import QUARTILES

TYPE = 7  # Hyndman and Fan's number of the rule by which follow-up is summarised
TOLERANCE = 1e-6  # months; linear programmes are solved in floating point


def numbers_by(
    patients: int, quartiles: Sequence[Figure], at: float, longest: float | None = None
) -> np.ndarray:
    """List how many of the follow-up times can lie at or before a time.

    Exhaustive over all numbers from 0 to `patients`. For each, a linear programme over the ordered times asks
    for the longest possible next time: only the times beside a quartile and beside the time asked about are
    bound by more than their order, so these alone are its variables. No assumption is made on where a
    quartile lies relative to the time.

    Parameters
    ----------
    patients : int
    quartiles : sequence of three Figure
        First quartile, median, third quartile of follow-up in months, each by linear interpolation of the
        order statistics (type 7); a quartile may be anything that rounds to the print, either half included.
    at : float
        Months.
    longest : float, optional
        Nobody is followed for longer; without it there is no limit.

    Returns
    -------
    ndarray of int
        Ascending; empty where no times have these quartiles, so that the figures cannot hold together.

    References
    ----------
    Hyndman RJ, Fan Y (1996). The American Statistician 50, 361-365, definition 7.
    """
    return np.array(_numbers_by(patients, tuple(quartiles), at, longest), dtype=int)


@lru_cache(maxsize=64)
def _numbers_by(patients: int, quartiles: tuple[Figure, ...], at: float, longest: float | None) -> list[int]:
    each = range(patients + 1)
    return [number for number in each if _possible(patients, number, quartiles, at, longest)]


def _possible(
    patients: int, number: int, quartiles: Sequence[Figure], at: float, longest: float | None
) -> bool:
    """Tell whether exactly so many times can lie at or before a time, by the longest possible next one."""
    parts = [order_statistics(patients, share, TYPE) for share in QUARTILES.values()]
    beside = {number - 1, number} & set(range(patients))
    kept = sorted({place for part in parts for place, _ in part} | beside)
    column = {place: index for index, place in enumerate(kept)}
    weights = np.zeros((len(parts), len(kept)))
    for row, part in enumerate(parts):
        for place, weight in part:
            weights[row, column[place]] = weight
    ascending = np.eye(len(kept) - 1, len(kept)) - np.eye(len(kept) - 1, len(kept), 1)
    lows, highs = np.array([figure.window for figure in quartiles]).T
    goal = np.zeros(len(kept))
    if number < patients:
        goal[column[number]] = -1
    found = linprog(
        goal,
        A_ub=np.concatenate([weights, -weights, ascending]),
        b_ub=np.concatenate([highs, -lows, np.zeros(len(ascending))]),
        bounds=[(0, at if place < number else longest) for place in kept],
    )
    if found.status == 3:  # unbounded: the next time may be as long as one likes
        return True
    return found.status == 0 and (number == patients or -found.fun > at + TOLERANCE)


def attainable(patients: int, events: int, numbers: np.ndarray) -> pd.DataFrame:
    """Give the range of the Kaplan-Meier probability at a time, for every split of the events by that time.

    Exhaustive over the `numbers` of patients whose time is at most the one asked about, and over how many of
    the events fall among them (the others must find room among the patients followed for longer).

    Order the patients by their time, events before censorings of the same day. The probability is the product
    of (n - i - 1) / (n - i) over those of the first `number` positions i = 0, 1, ... that are events: tied
    events multiply to the usual factor (n - i - d) / (n - i), so ties need no case of their own. A factor
    falls as i grows; moving an event to a later free position therefore lowers the product, and to an earlier
    one raises it. The extremes are the k earliest positions, (n - k) / n, and the k latest of the first m,
    (n - m) / (n - m + k), both by telescoping. The quartiles bind the times and not who has the event, so the
    positions are free, and both extremes are attained (save where the windows force ties exactly at the time,
    a set without width, in which the range is still an outer bound).

    Parameters
    ----------
    patients, events : int
        All patients; events among them, at any time.
    numbers : array of int
        As `numbers_by` returns them.

    Returns
    -------
    DataFrame
        One row per possible split: ``number`` (followed no longer than the time), ``events_by`` it, ``low``
        and ``high`` as fractions. Beyond the last follow-up the curve is taken as flat. No row where the
        events do not fit.

    References
    ----------
    Kaplan EL, Meier P (1958). Journal of the American Statistical Association 53, 457-481.
    """
    number, by = (axis.ravel() for axis in np.meshgrid(numbers, np.arange(events + 1), indexing="ij"))
    fits = (by <= number) & (events - by <= patients - number)
    number, by = number[fits], by[fits]
    left = patients - number
    low = np.divide(left, left + by, out=np.ones(len(by)), where=by > 0)
    return pd.DataFrame({"number": number, "events_by": by, "low": low, "high": (patients - by) / patients})


def walk(patients: int, number: int, events_by: int) -> np.ndarray:
    """Give the probabilities met on the way from the earliest to the latest positions of the events.

    One event after the other, the last first, moves from position to position. Every value belongs to a data
    set, so that each is attained; the values between them may be attained on other ways.

    Parameters
    ----------
    patients, number, events_by : int
        All patients; those followed no longer than the time; events among these.

    Returns
    -------
    ndarray
        Fractions, from the highest to the lowest, events_by * (number - events_by) + 1 of them.
    """
    positions = np.arange(number)
    factors = (patients - positions - 1) / (patients - positions)
    moved = number - events_by
    steps = [
        factors[first + 1 : first + moved + 1] / factors[first : first + moved]
        for first in reversed(range(events_by))
    ]
    return np.cumprod([(patients - events_by) / patients, *(np.concatenate(steps) if steps else [])])


def needs(patients: int, splits: pd.DataFrame, printed: Figure) -> pd.DataFrame:
    """Keep the splits of the events that can print a probability, each proved by a data set.

    Parameters
    ----------
    patients : int
    splits : DataFrame
        As `attainable` returns it.
    printed : Figure
        In percent.

    Returns
    -------
    DataFrame
        The rows of `splits` whose range meets the window, with ``shown``: True where `walk` meets a value
        that prints so. Where it is False nothing is proved either way.
    """
    inside = splits[compatible(splits, printed)]
    shown = [
        bool(printed.prints(100 * walk(patients, split.number, split.events_by)).any())
        for split in inside.itertuples()
    ]
    return inside.assign(shown=np.array(shown, dtype=bool))


def compatible(splits: pd.DataFrame, printed: Figure) -> pd.Series:
    """Tell which splits have a range that meets the window of a printed percentage.

    Parameters
    ----------
    splits : DataFrame
        As `attainable` returns it.
    printed : Figure
        In percent.

    Returns
    -------
    Series of bool
    """
    # The point of the range that is nearest to the figure decides.
    reaches = printed.prints(np.clip(printed.value, 100 * splits["low"], 100 * splits["high"]))
    return pd.Series(reaches, index=splits.index)
