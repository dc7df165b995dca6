"""P values of the unconditional exact tests of two proportions."""

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from scipy.special import gammaln

from evidence.claims.printed import SLACK, Figure

TIE = 1 + 1e-7  # P values nearer than this are one
FEW_RATES = np.sin(np.linspace(0, np.pi / 2, 18)[1:-1]) ** 2  # at which a P value that is too large shows


def prints(figure: Figure, tests: Iterable[str], *table: int) -> bool:
    """Tell whether one of several unconditional exact tests of a table prints a P value.

    A P value is only computed to its last digit where its largest chance on a grid of rates, and what that
    tells of the largest of all, leave it open.

    Parameters
    ----------
    figure : Figure
    tests : iterable of str
        As of `p_value`.
    *table : int
        As of `p_value`.

    Returns
    -------
    bool
    """
    return any(
        _may_print(figure, test, *table) and bool(figure.prints(p_value(test, *table))) for test in tests
    )


def _may_print(figure: Figure, test: str, *table: int) -> bool:
    """Tell whether bounds of a P value, from some rates and then a grid of them, leave it open."""
    from helpers.estimators.score_intervals import GRID_FINDS, largest_chance

    first, n, second, m = table
    low, high = (min(max(end, 0.0), 1.0) for end in figure.window)
    if first + second in (0, n + m) or high == 1:
        return True
    sides = _regions(test, *table)
    least, most = (low * (1 - SLACK) - SLACK) / len(sides), (high * (1 + SLACK) + SLACK) / len(sides)
    # Boschloo's P value is no greater than Fisher's, by which it orders tables.
    if test != "barnard" and min(values[first, second] for values in _ordering(test, n, m)) < least:
        return False
    first_rates, second_rates = (_binomial(size, FEW_RATES) for size in (n, m))
    if all(((first_rates * (side @ second_rates)).sum(axis=0) > most).any() for side in sides):
        return False
    # Above the level what is found on the grid is a chance that is reached, and below it may not be refined.
    chance = min(largest_chance(side, n, m, level=most) for side in sides)
    return least * GRID_FINDS <= chance <= most


def _binomial(n: int, rates: np.ndarray) -> np.ndarray:
    counts = np.arange(n + 1)[:, None]
    ways = gammaln(n + 1) - gammaln(counts + 1) - gammaln(n - counts + 1)
    return np.exp(ways + counts * np.log(rates) + (n - counts) * np.log1p(-rates))


@lru_cache(maxsize=4096)
def p_value(test: str, *table: int) -> float:
    """Return the P value of an unconditional exact test.

    Parameters
    ----------
    test : {"barnard", "boschloo", "boschloo_doubled"}
    *table : int
        Events and patients of the first group, and of the second.

    Returns
    -------
    float
        1 where a margin is empty. Boschloo's test orders tables by Fisher's P value: the two-sided one, as
        R's package Exact does, or the one-sided one, whose probability is then doubled, as scipy does.

    References
    ----------
    Boschloo RD (1970). Statistica Neerlandica 24, 1-35. Suissa S, Shuster JJ (1985). Journal of the Royal
    Statistical Society A 148, 317-327.

    Examples
    --------
    >>> round(p_value("boschloo_doubled", 7, 15, 12, 14), 4)
    0.0312
    """
    # Takes longer to import than most abstracts take to be judged, and few of them need it.
    from helpers.estimators.score_intervals import largest_chance, suissa_shuster

    first, n, second, m = map(int, table)
    if first + second in (0, n + m):
        return 1.0
    if test == "barnard":
        return float(suissa_shuster(first, n, second, m).p_value)
    regions = _regions(test, first, n, second, m)
    return float(min(1, len(regions) * min(largest_chance(region, n, m) for region in regions)))


def _regions(test: str, first: int, n: int, second: int, m: int) -> list[np.ndarray]:
    """Return which tables are as extreme as one, apart for each side of a test that is doubled."""
    if test == "barnard":
        x, y = np.ogrid[: n + 1, : m + 1]
        apart, spread = x * m - y * n, (x + y) * (n + m - x - y)
        # By the pooled z statistic, in whole numbers.
        return [(apart**2 * spread[first, second] >= apart[first, second] ** 2 * spread) & (spread > 0)]
    return [values <= values[first, second] * TIE for values in _ordering(test, n, m)]


def _ordering(test: str, n: int, m: int) -> list[np.ndarray]:
    """Return Fisher's P values by which Boschloo's test orders tables, for each side where it is doubled."""
    less, greater, two_sided = _fisher(n, m)
    return [two_sided] if test == "boschloo" else [less, greater]


@lru_cache(maxsize=64)
def _fisher(n: int, m: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return Fisher's P values of all tables of two groups, to both sides and two-sided."""
    ways = [
        gammaln(k + 1) - gammaln(np.arange(k + 1) + 1) - gammaln(k - np.arange(k + 1) + 1)
        for k in (n, m, n + m)
    ]
    x, y = np.ogrid[: n + 1, : m + 1]
    # A row for each number of events of both groups, whose tables are those that Fisher's test compares.
    chance = np.zeros((n + m + 1, n + 1))
    chance[x + y, x] = np.exp(ways[0][x] + ways[1][y] - ways[2][x + y])
    less, greater = chance.cumsum(axis=1), chance[:, ::-1].cumsum(axis=1)[:, ::-1]
    order = chance.argsort(axis=1)
    ascending = np.take_along_axis(chance, order, axis=1)
    # Tables that tie have the sum up to the last of them.
    is_last = np.pad(ascending[:, 1:] > ascending[:, :-1] * TIE, ((0, 0), (0, 1)), constant_values=True)
    last = np.minimum.accumulate(np.where(is_last, np.arange(n + 1), n)[:, ::-1], axis=1)[:, ::-1]
    two_sided = np.empty_like(chance)
    np.put_along_axis(two_sided, order, np.take_along_axis(ascending.cumsum(axis=1), last, axis=1), axis=1)
    return less[x + y, x], greater[x + y, x], two_sided[x + y, x]
