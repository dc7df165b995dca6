"""Values in groups of patients: bands between round ends."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from helpers.estimators.common import complete

FEWEST = 5  # patients in a group that is drawn, whoever may see it: a share of fewer tells little


def least(threshold: int) -> int:
    """Say how many patients a group has to hold to be drawn.

    Parameters
    ----------
    threshold : int
        `helpers.ground.cohort_parts.Cohort.threshold`.

    Returns
    -------
    int
    """
    return max(threshold, FEWEST)


def round_edges(groups: Sequence[ArrayLike], step: int, fewest: int, top: int) -> np.ndarray:
    """Find the ends of bands in which each of several groups has enough values.

    Parameters
    ----------
    groups : sequence of array-like
        Numbers from 0 up; missing ones are left out.
    step : int
        The ends are its multiples.
    fewest : int
        Values of each group in each band.
    top : int
        The highest end, a multiple of `step`; what lies above belongs to the last band. The lowest end is 0.
        So the ends tell neither the smallest value nor the largest.

    Returns
    -------
    ndarray of float
        Rising; a band holds what lies above its lower and up to its upper end, the first also 0. As many
        bands as there can be; none, and no end, where a group has too few values.

    Examples
    --------
    >>> round_edges([[14, 18, 25, 26, 33, 42]], 10, 2, top=100).tolist()
    [0.0, 20.0, 30.0, 100.0]
    """
    known = [complete(values)[0] for values in groups]
    if min(map(len, known), default=0) < fewest:
        return np.empty(0)
    last = top // step
    places = [np.clip(np.ceil(values / step).astype(int), 1, last) for values in known]
    counts = np.array([np.bincount(place, minlength=last + 1) for place in places])
    ends, held = [0], np.zeros(len(known), dtype=int)
    for place, here in enumerate(counts.T):
        held += here
        if held.min() >= fewest:
            ends.append(place)
            held = np.zeros_like(held)
    ends[-1] = last  # what is left over goes to the last band
    return np.array(ends) * float(step)


def counted(values: ArrayLike, edges: np.ndarray) -> pd.DataFrame:
    """Count the values in each band.

    Parameters
    ----------
    values : array-like
        Numbers from 0 up; missing ones are left out.
    edges : ndarray of float
        As `round_edges` gives them.

    Returns
    -------
    DataFrame
        ``over`` and ``to`` (the ends of the band) and ``n``; no rows without a band.
    """
    (known,) = complete(values)
    places = np.clip(np.searchsorted(edges, known, side="left"), 1, max(len(edges) - 1, 1))
    counts = np.bincount(places, minlength=len(edges))[1 : max(len(edges), 1)]
    return pd.DataFrame({"over": edges[:-1], "to": edges[1:], "n": counts})


def round_ends(values: ArrayLike, step: float, fewest: int) -> tuple[float, float]:
    """Find round numbers between which values lie, with enough of them at or beyond either.

    Parameters
    ----------
    values : array-like
        Missing ones are left out.
    step : float
        The ends are its multiples.
    fewest : int
        Values up to the lower end, and from the upper end on.

    Returns
    -------
    tuple of float
        Missing where there is no such pair.

    Examples
    --------
    >>> round_ends([3, 12, 14, 30, 44, 58, 61], 10, 2)
    (20.0, 50.0)
    """
    rising = np.sort(complete(values)[0])
    if len(rising) < 2 * fewest:
        return np.nan, np.nan
    low, high = np.ceil(rising[fewest - 1] / step) * step, np.floor(rising[-fewest] / step) * step
    return (float(low), float(high)) if low < high else (np.nan, np.nan)
