"""Ground: counts of tests, of those alone whose P values are shown; one that is hidden is not counted."""

import re
from math import nan

import numpy as np
import pandas as pd

from helpers.ground.results import FOLLOWS, NOT_ESTIMABLE, NUMBERS

_COMPARED = "pearson_chi_square"  # the test that each comparison of the arms has
_FAMILY = re.compile(r"(.*)_family")
_BELOW = re.compile(r"below_[\d_]*\d((?:_exact)?(?:_bh|_holm)?)")  # ends as the statistic of the tests


def recounted(shown: pd.DataFrame, alpha: float) -> pd.DataFrame:
    """Count the tests, and those with a small P value, among those that are shown.

    Parameters
    ----------
    shown : DataFrame
        Of the results table, with what is hidden hidden.
    alpha : float
        The study's level.

    Returns
    -------
    DataFrame
        The same rows; a count of tests none of which is shown is hidden.
    """
    found = shown.copy()
    for place, row in shown.iterrows():
        if row["method"].startswith(NOT_ESTIMABLE) or (numbers := _counted(shown, row, alpha)) is None:
            continue
        if numbers.pop("tests"):
            found.loc[place, list(numbers)] = list(numbers.values())
        else:
            found.loc[place, NUMBERS] = nan
            found.loc[place, "method"] = NOT_ESTIMABLE + FOLLOWS
    return found


def _counted(shown: pd.DataFrame, row: pd.Series, alpha: float) -> dict[str, float] | None:
    """Give what a row counts; None for a row that counts no tests."""
    if row["outcome"] == "comparisons":
        p = _p_values(shown, row["chapter"], _COMPARED)
        counted = len(p) if row["statistic"] == "count" else (p < alpha).sum()
        return {"tests": len(p), "estimate": counted}
    if not (family := _FAMILY.fullmatch(row["outcome"])):
        return None
    if row["statistic"] == "smallest_bh":
        p = _p_values(shown, row["chapter"], f"{family[1]}_bh")
        return {"tests": len(p), "p_value": p.min(), "n": len(p)}
    if row["statistic"] == "exact_differs":
        both = [_p_values(shown, row["chapter"], family[1] + version) for version in ("", "_exact")]
        p = pd.concat(both, axis=1, join="inner")
        met = np.logical_xor(*(p.to_numpy() < alpha).T).sum()
    elif below := _BELOW.fullmatch(row["statistic"]):
        p = _p_values(shown, row["chapter"], family[1] + below[1])
        met = (p < alpha).sum()
    else:
        return None
    return {"tests": len(p), "estimate": met, "events": met, "n": len(p)}


def _p_values(shown: pd.DataFrame, chapter: str, statistic: str) -> pd.Series:
    tests = shown[shown["chapter"].eq(chapter) & shown["statistic"].eq(statistic)]
    return tests.set_index(["outcome", "group", "stratum"])["p_value"].dropna()
