"""Ground: rounding of result rows, so that two books one patient apart do not tell of that patient.

Counts are rounded to multiples of a base before shares are computed from them, as is usual where few patients
are published.

References
----------
NHS Digital (2018). Disclosure control methodology for Hospital Episode Statistics.
"""

import re
from typing import TypeVar

import numpy as np
import pandas as pd

from helpers.ground.results import COUNT, NULLS, SHARE
from helpers.ground.study_parts import ALPHA

Number = TypeVar("Number", int, np.ndarray, pd.Series)
ROUNDED = "from rounded counts"  # ends a method
DIGITS = 2  # significant ones, of what is rounded to no place
PLACES = 2  # decimals of a ratio or a statistic of middling size
MIDDLING = (0.1, 10)
P_PLACES = 3
# What is counted is no patient: tests, terms of a model, resamples, centres.
_NO_PATIENTS = re.compile(r"low_p_count|significant_terms|separated_terms|selection_.*_keeps_.*")
_TESTS = re.compile(r".*_family|comparisons")
CENTRES = re.compile(r"centres(_with_both_arms)?")
# Of a method: numbers that come from the patients.
_TELLING = re.compile(r" \(knots at [^)]*\)|(?<=of )\d+ (?=fits)")
_PLACES = {"fraction": 2, **dict.fromkeys(("percent_points", "months", "days", "years"), 0)}
_MEANS = re.compile(r"rmst_.*")  # in time, and yet no patient's
_MEAN_PLACES = 1
_STANDARDISED = re.compile(r"(weighted_)?standardised_(difference|distance)")
_QUARTILES = re.compile(r"quartile_1|median|quartile_3")
_ENDS = ("ci_low", "ci_high")
_MOST_PLACES = 6
_BRIER = "brier_without_covariates"  # the share with the event, times that without it


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
        counts; other shares to whole percent, times and percentages to whole units, mean times to a tenth,
        ratios and statistics to `PLACES` or, where these are very small or large and not standardised, to
        `DIGITS`; quartiles of the study's own numbers to `DIGITS` of their spread, so that years of the
        calendar stay years. No end of an interval, and no P value, moves to the other side of what it is
        judged by: an interval that ends close to it is told to more places.
    """
    shown = rows.copy()
    for column in ("n", "events"):
        shown[column] = rows[column].mask(of_patients(rows), multiple(rows[column], threshold))
    places = rows["unit"].map(_PLACES).mask(fits(rows["statistic"], _MEANS), _MEAN_PLACES)
    # From digits of a small one the values of a patient more or less could be computed.
    places = places.mask(fits(rows["statistic"], _STANDARDISED), PLACES)
    places = places.where(places.notna(), _of_quartiles(rows))
    nulls = rows["kind"].map(NULLS)
    places = _beside(rows, nulls, places)
    for column in ("estimate", *_ENDS):
        shown[column] = _digits(rows[column], places)
    for column in _ENDS:
        shown[column] = _on_its_side(shown[column], rows[column], nulls, places)
    shown["estimate"] = shown["estimate"].mask(rows["unit"].eq(COUNT), rows["estimate"])
    shown["estimate"] = shown["estimate"].mask(counts_patients(rows), multiple(rows["estimate"], threshold))
    shares = rows["kind"].eq(SHARE) & (rows["events"] / rows["n"] - rows["estimate"]).abs().lt(1e-9)
    shown["estimate"] = shown["estimate"].mask(shares, shown["events"] / shown["n"])
    per_variable = rows["estimate"] * _fewer(shown) / _fewer(rows)
    known = rows["statistic"].eq("events_per_variable")
    shown["estimate"] = shown["estimate"].mask(known, per_variable)
    share = shown["events"] / shown["n"]
    known = rows["statistic"].eq(_BRIER)
    shown["estimate"] = shown["estimate"].mask(known, _digits(share * (1 - share), places))
    p_values = rows["p_value"]
    told = p_values.round(P_PLACES).where(p_values >= 10.0**-P_PLACES, significant(p_values))
    level = pd.Series(ALPHA, index=rows.index)
    shown["p_value"] = _on_its_side(told, p_values, level, pd.Series(P_PLACES, index=rows.index))
    shown["method"] = rows["method"].str.replace(_TELLING, "", regex=True)
    return shown


def _of_quartiles(rows: pd.DataFrame) -> pd.Series:
    """Give quartiles without a place of their own the decimals that tell them apart; others have none."""
    of_column = rows.loc[fits(rows["statistic"], _QUARTILES) & rows["unit"].eq("statistic")]
    by_outcome = of_column.groupby("outcome")["estimate"]
    spread = by_outcome.transform("max") - by_outcome.transform("min")
    places = DIGITS - 1 - np.floor(np.log10(spread.where(spread > 0)))
    return places.fillna(0).reindex(rows.index)


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
    # As many patients as weighted ones are worth: more digits than their own number would tell that.
    weighted = rows["statistic"].eq("effective_sample_size")
    return (rows["unit"].eq(COUNT) & of_patients(rows) & ~others) | weighted


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


def multiple(number: Number, base: int) -> Number:
    """Round whole numbers to the nearest multiple of a base; a half goes up.

    Parameters
    ----------
    number : int, ndarray or Series
    base : int
        0 leaves them as they are.

    Returns
    -------
    int, ndarray or Series
        Of the same kind.

    Examples
    --------
    >>> [multiple(number, 5) for number in (2, 3, 12)], multiple(np.array([5, 6]), 4), multiple(7, 0)
    ([0, 5, 10], array([4, 8]), 7)
    """
    return (2 * number + base) // (2 * base) * base if base else number


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


def _digits(numbers: pd.Series, places: pd.Series) -> pd.Series:
    """Round to decimals; what has no places of its own by its size."""
    scale = 10.0 ** places.fillna(PLACES)
    middling = numbers.abs().between(*MIDDLING, inclusive="left") | numbers.eq(0)
    return ((numbers * scale).round() / scale).where(places.notna() | middling, significant(numbers))


def _beside(rows: pd.DataFrame, limit: pd.Series, places: pd.Series) -> pd.Series:
    """Give the rows whose intervals end close to a limit as many places as show on which side they do."""
    for _ in range(_MOST_PLACES):
        turned = pd.Series(False, index=rows.index)
        for end in _ENDS:
            shown, exact = _digits(rows[end], places), rows[end]
            turned |= (exact > limit) & (shown <= limit) | (exact < limit) & (shown >= limit)
        places = places.mask(turned & (places.fillna(PLACES) < _MOST_PLACES), places.fillna(PLACES) + 1)
    return places


def _on_its_side(shown: pd.Series, exact: pd.Series, limit: pd.Series, places: pd.Series) -> pd.Series:
    """Keep a rounded number on that side of a limit on which the exact one lies."""
    step = 10.0 ** -places.fillna(PLACES)
    shown = shown.mask((exact > limit) & (shown <= limit), limit + step)
    return shown.mask((exact < limit) & (shown >= limit), limit - step)
