"""Two-by-two tables that agree with what is printed of two groups, and with the P value between them."""

from collections import Counter
from collections.abc import Collection, Iterable
from functools import lru_cache

import numpy as np
import pandas as pd

from evidence.claims.printed import Figure
from evidence.forensics import exact_tests, two_by_two, unconditional
from evidence.forensics.taken import DOUBLED, NEAREST, UNCONDITIONAL
from evidence.forensics.two_by_two import COLUMNS, EVERY

MOST_TABLES = 600_000  # of two groups: more are too many to search
# Of tables with unconditional tests: outcomes of the two groups of the largest one, and of all of them.
MOST_EXACT_SIZE, MOST_EXACT = 100_000, 400_000
FAR = 4  # times smaller or larger than other P values an exact one is hardly ever
EXPECTED = 2  # of so few patients in a cell asymptotic tests say little
FEW = 2_000  # tables, of which all P values are computed at once
EXACT = ("fisher", "mid_p", "fisher_one_sided", "mid_p_one_sided", DOUBLED)
SMALLEST = 1e-12
NAMES = EVERY | {
    DOUBLED: "Fisher's exact test, its one-sided P value doubled",
    "barnard": "Suissa-Shuster's exact test",
    "boschloo": "Boschloo's exact test",
    "boschloo_doubled": "Boschloo's exact test, its one-sided P value doubled",
}
Pairs = frozenset[tuple[int, int]]  # events and patients of a group


def p_values(found: pd.DataFrame) -> pd.DataFrame:
    """Compute the P values of tables under all tests but the unconditional ones.

    Parameters
    ----------
    found : DataFrame
        `COLUMNS`.

    Returns
    -------
    DataFrame
        Those of `evidence.forensics.two_by_two.p_values`, and Fisher's one-sided one doubled.
    """
    events = found["events_first"] + found["events_second"]
    empty = (events == 0) | (events == found["patients_first"] + found["patients_second"])
    exact = _exactly(*(found[name].to_numpy() for name in COLUMNS))
    return two_by_two.smooth(found).assign(
        **{test: np.where(empty, 1, value) for test, value in exact.items()}
    )


def _exactly(*columns: np.ndarray) -> dict[str, np.ndarray]:
    """Return the P values of Fisher's test, and of those that are made of it."""
    two_sided, one_sided, own = exact_tests.fisher(*columns)
    values = {"fisher": two_sided, "mid_p": two_sided - own / 2, DOUBLED: np.minimum(1, 2 * one_sided)}
    return values | {"fisher_one_sided": one_sided, "mid_p_one_sided": one_sided - own / 2}


@lru_cache(maxsize=8)
def tables(first: Pairs, second: Pairs, total: int = 0) -> pd.DataFrame:
    """List every table of two groups with its P values.

    Parameters
    ----------
    first, second : frozenset of (int, int)
        What the events and patients of each group can be.
    total : int
        Patients of both; 0 where that is open.

    Returns
    -------
    DataFrame
        `COLUMNS` and a column for each test of `p_values`, of more than `FEW` for those that are no exact
        tests; remembered, so not to be changed in place.
    """
    one, other = (np.array(sorted(pairs)).reshape(-1, 2) for pairs in (first, second))
    if total:
        frames = (
            pd.DataFrame(each, columns=names) for each, names in ((one, COLUMNS[:2]), (other, COLUMNS[2:]))
        )
        left, right = frames
        matched = left.assign(patients_second=total - left["patients_first"]).merge(
            right, on="patients_second"
        )
        found = matched[COLUMNS]
    else:
        index, across = np.divmod(np.arange(len(one) * len(other)), max(len(other), 1))
        found = pd.DataFrame(np.hstack([one[index], other[across]]), columns=COLUMNS)
    if found.empty:
        return found
    return found.join(p_values(found) if len(found) <= FEW else two_by_two.smooth(found))


def number(first: Pairs, second: Pairs, total: int = 0) -> int:
    """Count the tables of two groups.

    Parameters
    ----------
    first, second, total
        As of `tables`.

    Returns
    -------
    int
    """
    if not total:
        return len(first) * len(second)
    sizes = Counter(patients for _, patients in second)
    return sum(sizes[total - patients] for _, patients in first)


@lru_cache(maxsize=512)
def parted(
    first: Pairs, second: Pairs, p_value: Figure, tests: tuple[str, ...], total: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Part the tables whose P value under one of several tests prints as the figure from all others.

    Parameters
    ----------
    first, second : frozenset of (int, int)
    p_value : Figure
    tests : tuple of str
    total : int
        As of `tables`.

    Returns
    -------
    ndarray, ndarray
        Those that print it, and the others: `COLUMNS`, in ascending order; remembered, so not to be changed
        in place.
    """
    found = tables(first, second, total)
    values = found[COLUMNS].to_numpy()
    if found.empty:
        return values, values
    kept = np.zeros(len(found), dtype=bool)
    for test in tests:
        if test in found:
            kept |= p_value.prints(found[test].to_numpy())
    if len(found) > FEW:
        kept |= _printing_exactly(found, p_value, [test for test in tests if test in EXACT], ~kept)
    exact = [test for test in tests if test in UNCONDITIONAL]
    for row in _near(found, p_value) if exact else ():
        table = tuple(map(int, found.loc[row, COLUMNS]))
        kept[row] = kept[row] or unconditional.prints(p_value, exact, *table)
    return values[kept], values[~kept]


def _printing_exactly(
    found: pd.DataFrame, p_value: Figure, tests: list[str], open_still: np.ndarray
) -> np.ndarray:
    """Tell which of very many tables print a P value under Fisher's test or one made of it.

    It is computed where other tests come near the figure, or where so few events are expected that they say
    nothing.
    """
    kept = np.zeros(len(found), dtype=bool)
    first, n, second, m = (found[name].to_numpy() for name in COLUMNS)
    rarer = np.minimum(first + second, n + m - first - second) * np.minimum(n, m)
    rows = np.flatnonzero(open_still & (_may_be(found, p_value) | (rarer < EXPECTED * (n + m))))
    if not tests or not len(rows):
        return kept
    values = _exactly(first[rows], n[rows], second[rows], m[rows])
    for test in tests:
        kept[rows] |= p_value.prints(values[test])
    return kept


def _near(found: pd.DataFrame, p_value: Figure) -> np.ndarray:
    """List the tables whose unconditional P values may print, those of the nearest other ones first.

    They take long: only so many are tried, of groups that are not too large.
    """
    size = _outcomes(found)
    rows = np.flatnonzero(_may_be(found, p_value) & (size <= MOST_EXACT_SIZE))
    middle = min(max(p_value.value, SMALLEST), 1)
    pearson = found["pearson"].to_numpy()[rows]
    order = np.abs(np.log(np.maximum(pearson, SMALLEST) / middle)).argsort(kind="stable")
    rows = rows[order]
    return rows[size[rows].cumsum() <= MOST_EXACT]


def _may_be(found: pd.DataFrame, p_value: Figure) -> np.ndarray:
    """Tell of which tables an exact P value may print a figure, by how far it is from other ones."""
    usual = found[["pearson", "yates"]].to_numpy()
    low, high = p_value.window
    return np.asarray((usual.min(axis=1) / FAR <= high) & (usual.max(axis=1) * FAR >= low))


def _outcomes(found: pd.DataFrame) -> np.ndarray:
    return ((found["patients_first"] + 1) * (found["patients_second"] + 1)).to_numpy()


def exact_outcomes(first: Pairs, second: Pairs, p_value: Figure, total: int = 0) -> int:
    """Count the outcomes that unconditional tests go through, of the tables whose P value may print.

    Parameters
    ----------
    first, second : frozenset of (int, int)
    p_value : Figure
    total : int
        As of `tables`.

    Returns
    -------
    int
    """
    found = tables(first, second, total)
    return 0 if found.empty else int(_outcomes(found)[_may_be(found, p_value)].sum())


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
    values = p_values(pd.DataFrame(list(found), columns=COLUMNS))
    printing, others = [], []
    for test in tests:
        name = NAMES[test]
        numbers = (
            [unconditional.p_value(test, *row) for row in found] if test in UNCONDITIONAL else values[test]
        )
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


def is_turned(p_value: Figure, given: Collection[float], alpha: float) -> bool:
    """Tell whether a printed P value lies on one side of a level of significance, and all others beyond it.

    Parameters
    ----------
    p_value : Figure
    given : collection of float
        What the figures that it is of give instead; at least one.
    alpha : float

    Returns
    -------
    bool
    """
    low, high = p_value.window
    return (high <= alpha <= min(given)) or (low >= alpha > max(given))


def is_beyond(table: tuple[int, ...], p_value: Figure, tests: Iterable[str], alpha: float) -> bool:
    """Tell whether all tests of a table lie across a level of significance from a printed P value.

    Parameters
    ----------
    table : tuple of int
        As `COLUMNS`.
    p_value : Figure
    tests : iterable of str
    alpha : float

    Returns
    -------
    bool
    """
    values = p_values(pd.DataFrame([table], columns=COLUMNS)).iloc[0]
    given = [unconditional.p_value(test, *table) if test in UNCONDITIONAL else values[test] for test in tests]
    return is_turned(p_value, given, alpha)


@lru_cache(maxsize=512)
def pairs(sizes: range, figures: tuple[tuple[Figure, str, str], ...]) -> Pairs:
    """List the events and patients of a group that print its own figures.

    Parameters
    ----------
    sizes : range
        What the number of patients can be.
    figures : tuple of (Figure, str, str)
        A count or a percentage, which of the two it is, and the rule by which a percentage is rounded.

    Returns
    -------
    frozenset of (int, int)
    """
    found: set[tuple[int, int]] = set()
    for size in filter(None, sizes):  # nobody is compared with nobody
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
