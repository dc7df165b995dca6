"""Ground: rounding of result rows, so that two books one patient apart do not tell of that patient.

Counts are rounded to multiples of a base before shares are computed from them, as is usual where few patients
are published.

References
----------
NHS Digital (2018). Disclosure control methodology for Hospital Episode Statistics.
"""

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd

from helpers.ground.results import COUNT, SHARE

DIGITS = 2  # significant ones, of a ratio, a P value or a statistic
# What is counted is no patient: tests, terms of a model, resamples, centres.
_NO_PATIENTS = re.compile(r"low_p_count|significant_terms|separated_terms|selection_.*_keeps_.*")
_TESTS = re.compile(r".*_family|comparisons")
CENTRES = re.compile(r"centres(_with_both_arms)?")
# Of a method: numbers that come from the patients.
_TELLING = re.compile(r" \(knots at [^)]*\)|(?<=of )\d+ (?=fits)")
_PLACES = {"fraction": 2, **dict.fromkeys(("percent_points", "months", "days", "years"), 0)}


def rounded(rows: pd.DataFrame, threshold: int) -> pd.DataFrame:
    """Round the numbers of rows.

    Parameters
    ----------
    rows : DataFrame
    threshold : int

    Returns
    -------
    DataFrame
        Patients, events and counts to multiples of the threshold; a share of patients is that of the rounded
        counts; other shares to whole percent, times and percentages to whole units, all else to `DIGITS`.
    """
    shown = rows.copy()
    for column in ("n", "events"):
        shown[column] = rows[column].mask(of_patients(rows), multiple(rows[column], threshold))
    for column in ("estimate", "ci_low", "ci_high"):
        shown[column] = _digits(rows[column], rows["unit"])
    shown["estimate"] = shown["estimate"].mask(rows["unit"].eq(COUNT), rows["estimate"])
    shown["estimate"] = shown["estimate"].mask(counts_patients(rows), multiple(rows["estimate"], threshold))
    shares = rows["kind"].eq(SHARE) & (rows["events"] / rows["n"] - rows["estimate"]).abs().lt(1e-9)
    shown["estimate"] = shown["estimate"].mask(shares, shown["events"] / shown["n"])
    per_variable = rows["estimate"] * _fewer(shown) / _fewer(rows)
    known = rows["statistic"].eq("events_per_variable")
    shown["estimate"] = shown["estimate"].mask(known, significant(per_variable))
    shown["p_value"] = significant(rows["p_value"])
    shown["method"] = rows["method"].str.replace(_TELLING, "", regex=True)
    return shown


def to_multiples(numbers: Iterable[int], base: int) -> tuple[int, ...]:
    """Round numbers of patients before anything is computed from them.

    Parameters
    ----------
    numbers : iterable of int
    base : int
        0 leaves them as they are.

    Returns
    -------
    tuple of int

    Examples
    --------
    >>> to_multiples((7, 8, 12), 5), to_multiples((7,), 0)
    ((5, 10, 10), (7,))
    """
    return tuple(int(base * np.floor(number / base + 0.5)) if base else number for number in numbers)


def of_patients(rows: pd.DataFrame) -> pd.Series:
    """Mark rows whose ``n`` and ``events`` are numbers of patients.

    Parameters
    ----------
    rows : DataFrame

    Returns
    -------
    Series of bool
    """
    return ~fits(rows["outcome"], _TESTS)


def counts_patients(rows: pd.DataFrame) -> pd.Series:
    """Mark rows whose estimate is a number of patients.

    Parameters
    ----------
    rows : DataFrame

    Returns
    -------
    Series of bool
    """
    others = fits(rows["statistic"], _NO_PATIENTS) | fits(rows["outcome"], CENTRES)
    return rows["unit"].eq(COUNT) & of_patients(rows) & ~others


def fits(texts: pd.Series, pattern: re.Pattern) -> pd.Series:
    """Mark texts that a pattern fits as a whole.

    Parameters
    ----------
    texts : Series of str
    pattern : Pattern

    Returns
    -------
    Series of bool
    """
    return texts.str.fullmatch(pattern).astype(bool)


def _fewer(rows: pd.DataFrame) -> pd.Series:
    """Give the fewer of events and others."""
    return np.minimum(rows["events"], rows["n"] - rows["events"])


def multiple(numbers: pd.Series, base: int) -> pd.Series:
    """Round to the nearest multiple of a base; a half goes up.

    Parameters
    ----------
    numbers : Series, or ndarray
    base : int

    Returns
    -------
    Series of float, or ndarray
    """
    return base * np.floor(numbers / base + 0.5)


def significant(numbers: pd.Series) -> pd.Series:
    """Round to `DIGITS`.

    Parameters
    ----------
    numbers : Series

    Returns
    -------
    Series of float
    """
    return numbers.map(lambda number: float(f"{number:.{DIGITS}g}"))


def _digits(numbers: pd.Series, unit: pd.Series) -> pd.Series:
    places = unit.map(_PLACES)
    whole = numbers.where(places.ne(2), numbers * 100).round(0)
    return whole.where(places.ne(2), whole / 100).where(places.notna(), significant(numbers))
