"""P values of the unconditional exact tests of two proportions."""

from functools import lru_cache

import numpy as np
from scipy.special import gammaln

from helpers.estimators.score_intervals import largest_chance, suissa_shuster

TIE = 1 + 1e-7  # P values nearer than this are one


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
    first, n, second, m = map(int, table)
    if first + second in (0, n + m):
        return 1.0
    if test == "barnard":
        return float(suissa_shuster(first, n, second, m).p_value)
    less, greater, two_sided = _fisher(n, m)
    if test == "boschloo":
        return float(min(1, largest_chance(two_sided <= two_sided[first, second] * TIE, n, m)))
    sides = (side <= side[first, second] * TIE for side in (less, greater))
    return float(min(1, 2 * min(largest_chance(side, n, m) for side in sides)))


@lru_cache(maxsize=64)
def _fisher(n: int, m: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return Fisher's P values of all tables of two groups, to both sides and two-sided."""
    ways = [
        gammaln(k + 1) - gammaln(np.arange(k + 1) + 1) - gammaln(k - np.arange(k + 1) + 1)
        for k in (n, m, n + m)
    ]
    x, y = np.ogrid[: n + 1, : m + 1]
    chance = np.exp(ways[0][x] + ways[1][y] - ways[2][x + y])
    less, greater, two_sided = chance.copy(), chance.copy(), np.empty_like(chance)
    for row in range(1, n + 1):
        less[row, :-1] += less[row - 1, 1:]
        greater[n - row, 1:] += greater[n - row + 1, :-1]
    for events in range(n + m + 1):
        rows = np.arange(max(0, events - m), min(n, events) + 1)
        own = chance[rows, events - rows]
        ordered = np.sort(own)
        sums = np.concatenate([[0], np.cumsum(ordered)])
        two_sided[rows, events - rows] = sums[np.searchsorted(ordered, own * TIE, side="right")]
    return less, greater, two_sided
