"""Two-by-two tables that agree with what is printed of two groups, and with the P value between them."""

from collections.abc import Collection, Iterable
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy import stats

from evidence.claims.printed import Figure
from evidence.forensics.taken import NEAREST, UNCONDITIONAL
from evidence.forensics.two_by_two import COLUMNS, EVERY, p_values
from helpers.estimators.score_intervals import suissa_shuster

MOST_TABLES = 600_000  # of two groups: more are too many to search
MOST_EXACT = 60  # tables of which unconditional tests are computed
NAMES = EVERY | {"barnard": "Suissa-Shuster's exact test", "boschloo": "Boschloo's exact test"}
Pairs = frozenset[tuple[int, int]]  # events and patients of a group


@lru_cache(maxsize=64)
def tables(first: Pairs, second: Pairs) -> pd.DataFrame:
    """List every table of two groups with its P values.

    Parameters
    ----------
    first, second : frozenset of (int, int)
        What the events and patients of each group can be.

    Returns
    -------
    DataFrame
        `COLUMNS` and a column for each test of `evidence.forensics.two_by_two.EVERY`; remembered, so not to
        be changed in place.
    """
    one, other = (np.array(sorted(pairs)).reshape(-1, 2) for pairs in (first, second))
    index, across = np.divmod(np.arange(len(one) * len(other)), max(len(other), 1))
    found = pd.DataFrame(np.hstack([one[index], other[across]]), columns=COLUMNS)
    return found.join(p_values(found)) if len(found) else found


def printing(first: Pairs, second: Pairs, p_value: Figure, tests: Iterable[str]) -> list[tuple[int, ...]]:
    """List the tables whose P value under one of several tests prints as the figure.

    Parameters
    ----------
    first, second : frozenset of (int, int)
    p_value : Figure
    tests : iterable of str

    Returns
    -------
    list of tuple of int
        As `COLUMNS`, each once, in ascending order.
    """
    found, tests = tables(first, second), list(tests)
    if found.empty:
        return []
    usual = [test for test in tests if test not in UNCONDITIONAL]
    kept = np.zeros(len(found), dtype=bool)
    for test in usual:
        kept |= p_value.prints(found[test].to_numpy())
    if len(found) <= MOST_EXACT:
        for test in set(tests) & set(UNCONDITIONAL):
            kept |= p_value.prints([unconditional(test, *row) for row in found[COLUMNS].to_numpy()])
    return [tuple(map(int, row)) for row in found.loc[kept, COLUMNS].to_numpy()]


def by_test(
    found: Collection[tuple[int, ...]], p_value: Figure, tests: Iterable[str]
) -> tuple[list[str], list[str]]:
    """Tell which tests print a P value of some tables, and what the others give.

    Parameters
    ----------
    found : collection of tuple of int
        As `COLUMNS`; at least one.
    p_value : Figure
    tests : iterable of str

    Returns
    -------
    list of str, list of str
        Names of those that print it; and of the others, with the P value of the first table.
    """
    frame = pd.DataFrame(list(found), columns=COLUMNS)
    values = p_values(frame)
    printing, others = [], []
    for test in tests:
        name = NAMES[test]
        numbers = [unconditional(test, *row) for row in found] if test in UNCONDITIONAL else values[test]
        if p_value.prints(numbers).any():
            printing.append(name)
        else:
            others.append(f"{name}: {np.asarray(numbers)[0]:.2g}")
    return printing, others


def lie_apart(found: Collection[tuple[int, ...]], tests: Iterable[str], alpha: float) -> bool:
    """Tell whether tests of one table lie on both sides of a level of significance.

    Parameters
    ----------
    found : collection of tuple of int
        As `COLUMNS`; at least one.
    tests : iterable of str
    alpha : float

    Returns
    -------
    bool
        For any of the tables.
    """
    values = p_values(pd.DataFrame(list(found), columns=COLUMNS))
    below = values[[test for test in tests if test not in UNCONDITIONAL]].lt(alpha)
    return bool((below.any(axis=1) & ~below.all(axis=1)).any())


@lru_cache(maxsize=256)
def unconditional(test: str, *table: int) -> float:
    """Return the P value of an unconditional exact test.

    Parameters
    ----------
    test : {"barnard", "boschloo"}
    *table : int
        As `COLUMNS`.

    Returns
    -------
    float
    """
    events_first, first, events_second, second = map(int, table)
    if test == "barnard":
        return float(suissa_shuster(events_first, first, events_second, second).p_value)
    cells = [[events_first, events_second], [first - events_first, second - events_second]]
    return float(stats.boschloo_exact(cells).pvalue)


def pairs(sizes: Iterable[int], figures: tuple[tuple[Figure, str, str], ...]) -> Pairs:
    """List the events and patients of a group that print its own figures.

    Parameters
    ----------
    sizes : iterable of int
        What the number of patients can be.
    figures : tuple of (Figure, str, str)
        A count or a percentage, which of the two it is, and the rule by which a percentage is rounded.

    Returns
    -------
    frozenset of (int, int)
    """
    found: set[tuple[int, int]] = set()
    for size in sizes:
        events = np.arange(size + 1)
        for figure, quantity, rounding in figures:
            if quantity == "count":
                events = events[figure.prints(events)]
            else:
                events = events[_print_share(figure, events, size, rounding)]
        found |= {(int(event), size) for event in events}
    return frozenset(found)


def _print_share(figure: Figure, events: np.ndarray, size: int, rounding: str) -> np.ndarray:
    """Tell which events print a percentage, in whole numbers throughout."""
    if figure.bound != "=":
        return np.asarray(figure.prints(100 * events / size))
    scale = 10**figure.decimals
    value, share = round(figure.value * scale), 100 * scale * events
    if rounding == NEAREST:
        return (2 * share >= (2 * value - 1) * size) & (2 * share <= (2 * value + 1) * size)
    return (share >= value * size) & (share < (value + 1) * size)
