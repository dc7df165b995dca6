"""Two-by-two tables: every pair of counts that prints two percentages and a P value, and under which test."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy import special

from evidence.claims.printed import Figure
from evidence.forensics import percentages

TESTS = {  # column: its name in print
    "pearson": "Pearson's chi-square without continuity correction",
    "n_minus_1": "N\N{MINUS SIGN}1 chi-square",
    "yates": "chi-square with Yates' continuity correction",
    "likelihood_ratio": "likelihood-ratio chi-square",
    "fisher": "Fisher's exact test",
    "mid_p": "Fisher's mid-P",
    "unpooled_z": "unpooled z test",
}
SIDE = "_one_sided"  # ends the column of the same test against the side on which the observed difference lies
ONE_SIDED = {f"{test}{SIDE}": f"one-sided {name}" for test, name in TESTS.items()}
EVERY = TESTS | ONE_SIDED
TRUNCATED = "down"  # the rule of rounding that is tried last
TRIED = (  # in words: all that a verdict rests on
    f"{len(TESTS)} tests ({', '.join(TESTS.values())}), each two-sided and one-sided, with percentages "
    "rounded to the nearest (halves up, down or to even) and truncated"
)
COLUMNS = ["events_first", "patients_first", "events_second", "patients_second"]
# Tables this close in probability to the observed one are as extreme as it, as in R and scipy: two that are
# equal by symmetry differ in their last bits when computed.
TIE = 1 + 1e-7
FEW = 1_000_000  # chances that are computed to the last digit; more are computed to twelve


def p_values(tables: pd.DataFrame) -> pd.DataFrame:
    """Compute the P values of many two-by-two tables under all tests at once.

    Parameters
    ----------
    tables : DataFrame
        `COLUMNS`, whole numbers.

    Returns
    -------
    DataFrame
        One column for each of `EVERY`, on the same index. Where a margin is empty every P value is 1; so is
        that of the unpooled z test where it has no variance and no difference.

    References
    ----------
    Yates F (1934). Supplement to the Journal of the Royal Statistical Society 1, 217-235. Campbell I (2007).
    Statistics in Medicine 26, 3661-3675 (N-1). Lydersen S, Fagerland MW, Laake P (2009). Statistics in
    Medicine 28, 1159-1175 (mid-P: Fisher's P value less half of the probability of the observed table).
    """
    found = smooth(tables)
    first, size_first, second, size_second = (tables[name].to_numpy(dtype=float) for name in COLUMNS)
    empty = ((first + second) == 0) | ((first + second) == size_first + size_second)
    exact = _exact(first, size_first, second, size_second)
    return found.assign(**{name: np.where(empty, 1.0, value) for name, value in exact.items()})[[*EVERY]]


def smooth(tables: pd.DataFrame) -> pd.DataFrame:
    """Compute the P values of many two-by-two tables under all tests that are not exact.

    Parameters
    ----------
    tables : DataFrame
        As of `p_values`.

    Returns
    -------
    DataFrame
        As of `p_values`, without the columns of Fisher's test and its mid-P.
    """
    first, size_first, second, size_second = (tables[name].to_numpy(dtype=float) for name in COLUMNS)
    observed = np.stack([first, size_first - first, second, size_second - second])
    total, events = size_first + size_second, first + second
    rows, columns = np.stack([size_first, size_second]), np.stack([events, total - events])
    expected = (rows[:, None] * columns[None]).reshape(4, -1) / total
    empty = (expected == 0).any(axis=0)
    expected = np.where(empty, 1, expected)
    apart = np.abs(observed - expected)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(observed > 0, observed * np.log(observed / expected), 0)
    pearson = (apart**2 / expected).sum(axis=0)
    statistics = {
        "pearson": pearson,
        "n_minus_1": pearson * (total - 1) / total,
        "yates": (np.maximum(apart - 0.5, 0) ** 2 / expected).sum(axis=0),
        "likelihood_ratio": 2 * logs.sum(axis=0),
        "unpooled_z": _unpooled(first, size_first, second, size_second),
    }
    # With one degree of freedom a chi-square is a squared deviate, whose tails are found ten times as fast.
    found = {name: special.erfc(np.sqrt(np.maximum(value, 0) / 2)) for name, value in statistics.items()}
    found |= {f"{name}{SIDE}": p_value / 2 for name, p_value in found.items()}
    return pd.DataFrame(
        {name: np.where(empty, 1.0, value) for name, value in found.items()}, index=tables.index
    )


def _unpooled(
    first: np.ndarray, size_first: np.ndarray, second: np.ndarray, size_second: np.ndarray
) -> np.ndarray:
    """Return the square of the difference over its standard error, each group with a variance of its own."""
    rates = first / size_first, second / size_second
    variance = sum(
        rate * (1 - rate) / size for rate, size in zip(rates, (size_first, size_second), strict=True)
    )
    apart = rates[0] - rates[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(apart == 0, 0, apart**2 / variance)


def _exact(
    first: np.ndarray, size_first: np.ndarray, second: np.ndarray, size_second: np.ndarray
) -> dict[str, np.ndarray]:
    """Return Fisher's P values, two-sided by ordering of probabilities, and their mid-P versions."""
    possible = np.arange(int(size_first.max(initial=0)) + 1)
    chance = _hypergeometric(possible, size_first, size_second, first + second)
    observed = np.take_along_axis(chance, first.astype(int)[:, None], axis=1)
    lower, upper = possible <= first[:, None], possible >= first[:, None]
    more = (first / size_first > second / size_second)[:, None]
    sided = np.where(np.where(more, upper, lower), chance, 0).sum(axis=1)
    found = {"fisher": np.where(chance <= observed * TIE, chance, 0).sum(axis=1), f"fisher{SIDE}": sided}
    found |= {test.replace("fisher", "mid_p"): value - observed[:, 0] / 2 for test, value in found.items()}
    return {test: np.minimum(value, 1) for test, value in found.items()}


def _hypergeometric(
    possible: np.ndarray, size_first: np.ndarray, size_second: np.ndarray, events: np.ndarray
) -> np.ndarray:
    """Return the chance of each number of events in the first group, a row for each table's margins.

    Of large groups there are so many tables that computing factorials takes minutes: they are looked up.
    """
    if len(events) * len(possible) <= FEW:
        # Takes longer to import than an abstract takes to be judged, which comes without it.
        from scipy import stats

        both = (size_first + size_second)[:, None]
        return stats.hypergeom.pmf(possible, both, events[:, None], size_first[:, None])
    one, other, found = (each.astype(int)[:, None] for each in (size_first, size_second, events))
    logs = special.gammaln(np.arange((one + other).max(initial=0) + 1) + 1.0)
    cells = (possible, one - possible, found - possible, other - found + possible)
    there = (cells[1] >= 0) & (cells[2] >= 0) & (cells[3] >= 0)
    margins = logs[one] + logs[other] + logs[found] + logs[one + other - found] - logs[one + other]
    inside = sum(logs[np.where(there, cell, 0)] for cell in cells)
    return np.exp(np.where(there, margins - inside, -np.inf))


@lru_cache(maxsize=64)
def candidates(first: Figure, second: Figure, largest: tuple[int, int], rule: str = "") -> pd.DataFrame:
    """List every pair of counts that prints two percentages, with the P value under each test.

    The search is exhaustive over all denominators from 1 to `largest` in each arm and all counts, under the
    three rules of rounding to the nearest.

    Parameters
    ----------
    first, second : Figure
        The percentages printed for the two arms.
    largest : (int, int)
        The largest denominator of each arm.
    rule : str
        One of `evidence.forensics.percentages.ROUNDINGS`; without it the three to the nearest.

    Returns
    -------
    DataFrame
        `COLUMNS` and one column for each of `EVERY`; remembered, so not to be changed in place.
    """
    arms = [
        percentages.printed_by(figure, most, rule) if rule else percentages.nearest(figure, most)
        for figure, most in zip((first, second), largest, strict=True)
    ]
    tables = arms[0].merge(arms[1], how="cross", suffixes=("_first", "_second"))[COLUMNS]
    return tables.join(p_values(tables))


def solutions(tables: pd.DataFrame, p_value: Figure, tests: Mapping[str, str] = TESTS) -> pd.DataFrame:
    """Keep, of the tables of `candidates`, those whose P value under some test prints as the figure.

    Parameters
    ----------
    tables : DataFrame
    p_value : Figure
    tests : mapping of str to str
        `TESTS`, `ONE_SIDED` or `EVERY`.

    Returns
    -------
    DataFrame
        Rows of `each_test`.
    """
    long = each_test(tables, tests)
    return long[p_value.prints(long["p_value"])].reset_index(drop=True)


def stages(
    first: Figure, second: Figure, p_value: Figure, largest: tuple[int, int]
) -> Iterator[pd.DataFrame]:
    """Find the tables that print two percentages and a P value, the usual conventions first.

    Whoever has more to ask of a table takes the first stage of which one is left: what a later stage allows
    is no fault of the print.

    Parameters
    ----------
    first, second, p_value : Figure
    largest : (int, int)
        As of `candidates`.

    Yields
    ------
    DataFrame
        As `solutions`, with ``rule``: percentages rounded to the nearest (empty) and two-sided tests,
        one-sided ones, then the same with percentages that are cut off (`TRUNCATED`).
    """
    for rule in ("", TRUNCATED):
        tables = candidates(first, second, largest, rule)
        for tests in (TESTS, ONE_SIDED):
            yield solutions(tables, p_value, tests).assign(rule=rule)


def first_left(found: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return the first table that has rows, or else the last one.

    Parameters
    ----------
    found : iterable of DataFrame
        At least one.

    Returns
    -------
    DataFrame
    """
    for table in found:
        if len(table):
            break
    return table


def search(first: Figure, second: Figure, p_value: Figure, largest: tuple[int, int]) -> pd.DataFrame:
    """Find the tables that print two percentages and a P value under the first of the `stages` that has any.

    Parameters
    ----------
    first, second, p_value, largest
        As of `stages`.

    Returns
    -------
    DataFrame
        One of the `stages`.
    """
    return first_left(stages(first, second, p_value, largest))


def each_test(tables: pd.DataFrame, tests: Mapping[str, str] = TESTS) -> pd.DataFrame:
    """Give the tables of `candidates` a row for each test.

    Parameters
    ----------
    tables : DataFrame
    tests : mapping of str to str
        `TESTS`, `ONE_SIDED` or `EVERY`.

    Returns
    -------
    DataFrame
        `COLUMNS`, ``test`` (a key of `tests`) and ``p_value``.
    """
    return tables.melt(id_vars=COLUMNS, value_vars=list(tests), var_name="test", value_name="p_value")


def in_words(table: Mapping[str, float]) -> str:
    """Print a table as two fractions: 5/6 v 3/9.

    Parameters
    ----------
    table : mapping of str to number
        `COLUMNS`.

    Returns
    -------
    str
    """
    return "{}/{} v {}/{}".format(*(int(table[name]) for name in COLUMNS))
