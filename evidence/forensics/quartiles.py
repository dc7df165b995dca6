"""Quartiles: all sorted samples of whole numbers that print them, counted, drawn evenly and bounded.

A sample in ascending order is a path from its smallest to its largest value. A printed quantile lies on one
order statistic or between two neighbours, so each step of the path may go to an interval of values that
depends on where it stands, and counting, drawing and optimising are sums over paths, exact at any size.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import combinations
from math import ceil

import numpy as np

from evidence.claims.printed import Figure
from helpers.estimators import quantiles

RULES = tuple(quantiles.RULES)  # Hyndman and Fan's numbers, the usual one first
MOST_RANKS = 2**63  # ranks up to here are machine integers, larger ones Python's


@dataclass(frozen=True)
class Summary:
    """What is printed of a sample of whole numbers.

    Attributes
    ----------
    n : int
        Values in the sample.
    quantiles : tuple of (float, Figure)
        Share below and the printed quantile: (0.25, first quartile).
    rule : int
        How quantiles are computed, one of `RULES`.
    low, high : int
        The range of a value.
    above : (float, int), optional
        A cut and the number of values greater than it.
    """

    n: int
    quantiles: tuple[tuple[float, Figure], ...]
    rule: int
    low: int = 0
    high: int = 100
    above: tuple[float, int] | None = None


def in_tenths(summary: Summary) -> Summary:
    """Return the same print for a sample recorded in tenths: all numbers times ten.

    Parameters
    ----------
    summary : Summary

    Returns
    -------
    Summary
    """
    scaled = [
        (share, Figure(figure.claim, 10 * figure.value, figure.decimals - 1))
        for share, figure in summary.quantiles
    ]
    above = summary.above and (10 * summary.above[0], summary.above[1])
    low, high = 10 * summary.low, 10 * summary.high
    return replace(summary, quantiles=tuple(scaled), low=low, high=high, above=above)


def position(n: int, share: float, rule: int) -> tuple[int, float]:
    """Say where a quantile lies.

    Parameters
    ----------
    n : int
        Values in the sample.
    share : float
        0.25 for the first quartile.
    rule : int
        One of `RULES`.

    Returns
    -------
    int, float
        The order statistic (from 0) and the weight of the next one.

    References
    ----------
    Hyndman RJ, Fan Y (1996). The American Statistician 50, 361-365, definitions 7, 6 and 2.
    """
    if rule == 2:
        place = n * share
        if place != int(place):
            return ceil(place) - 1, 0.0
        return (int(place) - 1, 0.5) if 0 < place < n else (min(int(place), n - 1), 0.0)
    place = (n - 1) * share if rule == 7 else (n + 1) * share - 1
    place = min(max(place, 0.0), n - 1.0)
    return int(place), place - int(place)


def order_statistics(n: int, share: float, rule: int) -> tuple[tuple[int, float], ...]:
    """Say which order statistics make a quantile.

    Parameters
    ----------
    n : int
    share : float
    rule : int
        As of `position`.

    Returns
    -------
    tuple of (place from 0, weight)
        One or two, of weight above 0.
    """
    place, next_weight = position(n, share, rule)
    return ((place, 1 - next_weight), (place + 1, next_weight)) if next_weight else ((place, 1.0),)


def count(summary: Summary) -> int:
    """Count the samples that print a summary, exactly.

    The count is over every multiset of `n` whole numbers from `low` to `high`; a printed quantile admits
    every value that rounds to it.

    Parameters
    ----------
    summary : Summary

    Returns
    -------
    int
        0 proves that no sample prints the summary.
    """
    return _completions(_steps(summary))[1]


def can_print(summary: Summary) -> bool:
    """Tell whether some sample prints a summary; `count` takes many times as long for a large sample.

    Parameters
    ----------
    summary : Summary

    Returns
    -------
    bool
    """
    goes_on = np.ones(summary.high - summary.low + 1, dtype=int)
    for begin, end in _steps(summary)[::-1]:
        ways, _ = _onward(goes_on, begin, end)
        goes_on = (ways > 0).astype(int)  # so that numpy's whole numbers are large enough
    return bool(goes_on[0])


def draw(summary: Summary, size: int, rng: np.random.Generator) -> np.ndarray:
    """Draw samples that print a summary, each with the same probability (with replacement).

    The measure is uniform over multisets: every sorted sample counts once, whatever the number of orders in
    which patients could have its values.

    Parameters
    ----------
    summary : Summary
    size : int
        How many.
    rng : Generator

    Returns
    -------
    array of int, (size, n)
        Each row ascending.

    Raises
    ------
    ValueError
        If no sample prints the summary.
    """
    total = count(summary)
    if not total:
        raise ValueError("no sample prints this summary")
    return unrank(summary, _ranks(total, size, rng))


def unrank(summary: Summary, ranks: np.ndarray) -> np.ndarray:
    """Return the samples at given places of the lexicographic list of all that print a summary.

    Parameters
    ----------
    summary : Summary
    ranks : array of int, (size,)
        From 0 to the count less 1; an object array of Python's whole numbers where 64 bits do not hold them.

    Returns
    -------
    array of int, (size, n)
    """
    intervals = _steps(summary)
    completions, _ = _completions(intervals)
    if max(running[-1] for running in completions) < MOST_RANKS:
        completions = [running.astype(np.int64) for running in completions]
    rest, lowest = ranks, intervals[0][0][np.zeros(len(ranks), dtype=int)]
    found = np.empty((len(ranks), summary.n), dtype=int)
    for place, running in enumerate(completions):
        # The running sums begin with the lowest value; those that may not follow are passed over.
        rest = rest + running[lowest]
        value = np.searchsorted(running, rest, side="right") - 1
        rest = rest - running[value]
        found[:, place] = value
        if place < summary.n - 1:
            lowest = intervals[place + 1][0][value]
    return found + summary.low


def bounds(summary: Summary, score: Callable[[np.ndarray], np.ndarray]) -> tuple[float, float] | None:
    """Return the smallest and largest sum of a score over the samples that print a summary, exactly.

    Parameters
    ----------
    summary : Summary
    score : callable
        From an array of values to what each adds: the values themselves for the sum, ``lambda values: values
        <= 17`` for how many are 17 or less.

    Returns
    -------
    (float, float), optional
        None where no sample prints the summary.
    """
    intervals = _steps(summary)
    each = np.asarray(score(np.arange(summary.low, summary.high + 1)), dtype=float)
    ends = [_least(intervals, sign * each) for sign in (1, -1)]
    return (ends[0], -ends[1]) if np.isfinite(ends).all() else None


def mean_bounds(summary: Summary) -> tuple[float, float] | None:
    """Return the smallest and largest mean of the samples that print a summary; see `bounds`.

    Parameters
    ----------
    summary : Summary

    Returns
    -------
    (float, float), optional
    """
    found = bounds(summary, lambda values: values)
    return found and (found[0] / summary.n, found[1] / summary.n)


def ranges(summary: Summary) -> np.ndarray:
    """Return the smallest and largest value of each order statistic over all samples, exactly.

    Parameters
    ----------
    summary : Summary

    Returns
    -------
    array of int, (n, 2)

    Raises
    ------
    ValueError
        If no sample prints the summary.
    """
    intervals = _steps(summary)
    completions, total = _completions(intervals)
    if not total:
        raise ValueError("no sample prints this summary")
    # A value is possible where a path comes to it from before and some path goes on from it.
    found, before = [], np.ones(1, dtype=bool)
    for (begin, end), running in zip(intervals, completions, strict=True):
        some = before & (end >= begin)
        changes = np.zeros(len(running), dtype=int)
        np.add.at(changes, begin[some], 1)
        np.add.at(changes, end[some] + 1, -1)
        before = (changes.cumsum()[:-1] > 0) & (np.diff(running) > 0)
        found.append(np.flatnonzero(before)[[0, -1]])
    return np.array(found) + summary.low


def conflicts(summary: Summary, names: dict[float, str], cut: str) -> list[tuple[str, ...]]:
    """Name the smallest sets of printed parts that no sample prints together.

    Parameters
    ----------
    summary : Summary
    names : dict of float to str
        A name for each share.
    cut : str
        A name for the number above the cut.

    Returns
    -------
    list of tuple of str
        Single parts, else pairs, else larger sets; empty where the whole summary can be printed.
    """
    labels = [*(names[share] for share, _ in summary.quantiles), *([cut] if summary.above else [])]
    for size in range(1, len(labels) + 1):
        subsets = [
            kept for kept in combinations(range(len(labels)), size) if not can_print(_only(summary, kept))
        ]
        if subsets:
            return [tuple(labels[index] for index in kept) for kept in subsets]
    return []


def _only(summary: Summary, kept: tuple[int, ...]) -> Summary:
    quantiles = tuple(each for index, each in enumerate(summary.quantiles) if index in kept)
    above = summary.above if len(summary.quantiles) in kept else None
    return replace(summary, quantiles=quantiles, above=above)


def _steps(summary: Summary) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return for each value of the path the interval where it may lie, by the value before it.

    All are places from 0 in the range; the interval is empty where its end lies before its beginning. The
    smallest value has none before it and one interval.
    """
    values = np.arange(summary.low, summary.high + 1)
    allowed = np.ones((summary.n, len(values)), dtype=bool)
    between: dict[int, np.ndarray] = {}
    for share, figure in summary.quantiles:
        place, weight = position(summary.n, share, summary.rule)
        if weight:
            pairs = figure.prints((1 - weight) * values[:, None] + weight * values)
            between[place] = between.get(place, True) & pairs
        else:
            allowed[place] &= figure.prints(values)
    if summary.above:
        cut, above = summary.above
        allowed[: max(summary.n - above, 0)] &= values <= cut
        allowed[max(summary.n - above, 0) :] &= values > cut
    ascending = np.triu(np.ones((len(values),) * 2, dtype=bool))
    intervals = [_interval(allowed[:1])]
    known: dict[tuple[bytes, int | None], tuple[np.ndarray, np.ndarray]] = {}
    for place, after in enumerate(allowed[1:]):
        # Most places may hold the same values: their interval is found once.
        key = (after.tobytes(), place if place in between else None)
        if key not in known:
            known[key] = _interval(ascending & after & between.get(place, True))
        intervals.append(known[key])
    return intervals


def _interval(allowed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the first and last allowed value of each row; allowed values are neighbours."""
    some = allowed.any(axis=1)
    end = allowed.shape[1] - 1 - allowed[:, ::-1].argmax(axis=1)
    return allowed.argmax(axis=1), np.where(some, end, -1)


def _completions(intervals: list[tuple[np.ndarray, np.ndarray]]) -> tuple[list[np.ndarray], int]:
    """Count the ways to go on from each value, in Python's whole numbers.

    Returns
    -------
    list of array, int
        For each place of the path the running sums of the ways over its values, beginning with 0; and the
        number of all paths.
    """
    begins, ends = intervals[-1]
    ways = np.ones(max(len(begins), int(ends.max()) + 1), dtype=object)
    running: list[np.ndarray] = []
    for begin, end in intervals[::-1]:
        ways, sums = _onward(ways, begin, end)
        running.insert(0, sums)
    return running, int(ways[0])


def _onward(ways: np.ndarray, begin: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Add up the ways between both ends of each interval; return the sums, and the running ones they need."""
    sums = np.concatenate([np.zeros(1, dtype=ways.dtype), ways.cumsum()])
    return np.where(end >= begin, sums[end + 1] - sums[begin], 0), sums


def _least(intervals: list[tuple[np.ndarray, np.ndarray]], each: np.ndarray) -> float:
    """Return the least sum of `each` along a path; infinity where there is none."""
    place, best = np.arange(len(each)), each
    for index in range(len(intervals) - 1, -1, -1):
        begin, end = (edge[:, None] for edge in intervals[index])
        reach = np.where((place >= begin) & (place <= end), best, np.inf).min(axis=1)
        best = each + reach if index else reach
    return float(best[0])


def _ranks(total: int, size: int, rng: np.random.Generator) -> np.ndarray:
    """Draw whole numbers below `total` evenly."""
    if total < MOST_RANKS:
        return rng.integers(total, size=size)
    limbs = total.bit_length() // 62 + 1
    ranks = np.zeros(0, dtype=object)
    while len(ranks) < size:
        each = [rng.integers(2**62, size=size).astype(object) << 62 * limb for limb in range(limbs)]
        drawn = np.sum(each, axis=0) >> 62 * limbs - total.bit_length()
        ranks = np.concatenate([ranks, drawn[drawn < total]])
    return ranks[:size]
