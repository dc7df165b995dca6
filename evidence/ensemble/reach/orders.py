"""Reach: what printed quantiles prove of the order statistics of a sample, and of its parts and shifts."""

from collections.abc import Iterable

import numpy as np

Bounds = tuple[np.ndarray, np.ndarray]
Printed = tuple[float, tuple[float, float]]


def ordered(size: int, quantiles: Iterable[Printed], least: float, most: float) -> Bounds:
    """Bound each order statistic of a sample whose type 7 quantiles are printed.

    Parameters
    ----------
    size : int
        Of the sample.
    quantiles : iterable of tuple
        Share, and the numbers that print as its quantile.
    least, most : float
        What no value lies below or above.

    Returns
    -------
    tuple of array, (size,)
        The smallest and the largest that each can be. A quantile lies between two neighbours, so the lower
        one is no larger, and the upper one no smaller, than it may be.
    """
    low, high = np.full(size, float(least)), np.full(size, float(most))
    for share, (smallest, largest) in quantiles:
        place = share * (size - 1)
        below = int(place + 1e-9)
        above = below if abs(place - below) < 1e-9 else below + 1
        low[above:] = np.maximum(low[above:], smallest)
        high[: below + 1] = np.minimum(high[: below + 1], largest)
    return low, high


def part(bounds: Bounds, size: int) -> Bounds:
    """Bound each order statistic of some of the patients, whichever they are.

    Parameters
    ----------
    bounds : tuple of array
        Of the whole sample.
    size : int
        Of the part.

    Returns
    -------
    tuple of array, (size,)
        The k-th smallest of a part is at least the k-th smallest of all, and as many of all lie above it as
        of the part.
    """
    low, high = bounds
    return low[:size], high[len(high) - size :]


def median(bounds: Bounds) -> tuple[float, float]:
    """Bound the median.

    Parameters
    ----------
    bounds : tuple of array

    Returns
    -------
    tuple of float
    """
    low, high = bounds
    middle = [(len(low) - 1) // 2, len(low) // 2]
    return float(low[middle].mean()), float(high[middle].mean())


def shift(one: Bounds, other: Bounds) -> tuple[float, float]:
    """Bound the median of all differences between two samples.

    Parameters
    ----------
    one, other : tuple of array

    Returns
    -------
    tuple of float
        It rises with each value of the first sample and falls with each of the second.
    """
    least, most = np.subtract.outer(one[0], other[1]), np.subtract.outer(one[1], other[0])
    return float(np.median(least)), float(np.median(most))


def paired_shift(before: Bounds, after: Bounds, most: float) -> tuple[float, float]:
    """Bound the median of the Walsh averages of changes, whoever is paired with whom.

    Parameters
    ----------
    before, after : tuple of array
        Of samples between 0 and `most`.
    most : float

    Returns
    -------
    tuple of float
        A change is at least what is there before, taken away, and at least what is there after, less `most`.
    """
    low = max(walsh_median(-before[1]), walsh_median(after[0] - most))
    high = min(walsh_median(after[1]), walsh_median(most - before[0]))
    return low, high


def walsh_median(changes: np.ndarray) -> float:
    """Return the median of the means of each two changes, each with itself too.

    Parameters
    ----------
    changes : array, (n,)

    Returns
    -------
    float
    """
    rows, columns = np.triu_indices(len(changes))
    return float(np.median((changes[rows] + changes[columns]) / 2))


def ratios(before: Bounds, after: Bounds, most: float) -> list[Bounds]:
    """Bound the ratios after to before, whoever is paired with whom.

    Parameters
    ----------
    before, after : tuple of array
        Of samples above 0 and up to `most`.
    most : float

    Returns
    -------
    list of tuple of array
        Two pairs of bounds, both of which hold: from what is known before, and from what is known after.
    """
    with np.errstate(divide="ignore"):
        from_before = np.sort(0 * before[1]), np.sort(most / before[0])
        from_after = np.sort(after[0] / most), np.sort(np.where(after[1] > 0, np.inf, 0.0))
    return [from_before, from_after]
