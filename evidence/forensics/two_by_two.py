"""Two-by-two tables: every pair of counts that prints two percentages and a P value, and under which test."""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy import special, stats

from evidence.claims.printed import Figure
from evidence.forensics import percentages

TESTS = {  # column: its name in print
    "pearson": "Pearson's chi-square without continuity correction",
    "yates": "chi-square with Yates' continuity correction",
    "likelihood_ratio": "likelihood-ratio chi-square",
    "fisher": "Fisher's exact test",
    "mid_p": "Fisher's mid-P",
}
COLUMNS = ["events_first", "patients_first", "events_second", "patients_second"]
# Tables this close in probability to the observed one are as extreme as it, as in R and scipy: two that are
# equal by symmetry differ in their last bits when computed.
TIE = 1 + 1e-7


def p_values(tables: pd.DataFrame) -> pd.DataFrame:
    """Compute the two-sided P value of many two-by-two tables under five tests at once.

    Parameters
    ----------
    tables : DataFrame
        `COLUMNS`, whole numbers.

    Returns
    -------
    DataFrame
        One column for each of `TESTS`, on the same index. Where a margin is empty every P value is 1.

    References
    ----------
    Yates F (1934). Supplement to the Journal of the Royal Statistical Society 1, 217-235. Lydersen S,
    Fagerland MW, Laake P (2009). Statistics in Medicine 28, 1159-1175 (mid-P: Fisher's P value less half of
    the probability of the observed table).
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
    statistics = {
        "pearson": (apart**2 / expected).sum(axis=0),
        "yates": (np.maximum(apart - 0.5, 0) ** 2 / expected).sum(axis=0),
        "likelihood_ratio": 2 * logs.sum(axis=0),
    }
    found = {name: special.chdtrc(1, np.maximum(value, 0)) for name, value in statistics.items()}
    found["fisher"], found["mid_p"] = _exact(first, size_first, second, size_second)
    return pd.DataFrame({name: np.where(empty, 1.0, found[name]) for name in TESTS}, index=tables.index)


def _exact(
    first: np.ndarray, size_first: np.ndarray, second: np.ndarray, size_second: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return Fisher's two-sided P values, by ordering of probabilities, and their mid-P versions."""
    possible = np.arange(size_first.max(initial=0) + 1)
    both, events = (size_first + size_second)[:, None], (first + second)[:, None]
    chance = stats.hypergeom.pmf(possible, both, events, size_first[:, None])
    observed = np.take_along_axis(chance, first.astype(int)[:, None], axis=1)
    fisher = np.where(chance <= observed * TIE, chance, 0).sum(axis=1)
    return np.minimum(fisher, 1), np.minimum(fisher - observed[:, 0] / 2, 1)


@lru_cache(maxsize=64)
def candidates(first: Figure, second: Figure, largest: tuple[int, int]) -> pd.DataFrame:
    """List every pair of counts that prints two percentages, with the P value under each test.

    The search is exhaustive over all denominators from 1 to `largest` in each arm and all counts, under the
    three rules of rounding to the nearest.

    Parameters
    ----------
    first, second : Figure
        The percentages printed for the two arms.
    largest : (int, int)
        The largest denominator of each arm.

    Returns
    -------
    DataFrame
        `COLUMNS` and one column for each of `TESTS`; remembered, so not to be changed in place.
    """
    arms = [percentages.nearest(figure, most) for figure, most in zip((first, second), largest, strict=True)]
    tables = arms[0].merge(arms[1], how="cross", suffixes=("_first", "_second"))[COLUMNS]
    return tables.join(p_values(tables))


def solutions(tables: pd.DataFrame, p_value: Figure) -> pd.DataFrame:
    """Keep, of the tables of `candidates`, those whose P value under some test prints as the figure.

    Parameters
    ----------
    tables : DataFrame
    p_value : Figure

    Returns
    -------
    DataFrame
        Rows of `each_test`.
    """
    long = each_test(tables)
    return long[p_value.prints(long["p_value"])].reset_index(drop=True)


def each_test(tables: pd.DataFrame) -> pd.DataFrame:
    """Give the tables of `candidates` a row for each test.

    Parameters
    ----------
    tables : DataFrame

    Returns
    -------
    DataFrame
        `COLUMNS`, ``test`` (a key of `TESTS`) and ``p_value``.
    """
    return tables.melt(id_vars=COLUMNS, value_vars=list(TESTS), var_name="test", value_name="p_value")


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


def each_in_words(tables: pd.DataFrame) -> list[str]:
    """Print tables as `in_words`, each once.

    Parameters
    ----------
    tables : DataFrame
        `COLUMNS`; a table may stand once for each of several tests.

    Returns
    -------
    list of str
    """
    return [in_words(table) for table in tables[COLUMNS].drop_duplicates().to_dict("records")]
