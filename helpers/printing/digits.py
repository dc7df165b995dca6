"""Printing: the digits and the unit of one value, by what the number is."""

import math
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

from helpers.ground.results import DIFFERENCE, RATIO, STATISTIC, TIME

_SUFFIX = {"months": " months", "days": " days", "years": " years", "percent_points": "%"}
MOST_DECIMALS = 4
_LARGEST_RATIO = 1_000_000  # a larger one says no more
# Unit of a difference: its factor in print, its decimals, and the words after it.
_PLACES = {"fraction": (100, 0, " points"), "percent_points": (1, 1, " points"), "statistic": (1, 2, "")}


def fixed(value: float, decimals: int) -> str:
    """Print a number with halves rounded away from zero, as by hand; floating noise makes no half.

    Parameters
    ----------
    value : float
    decimals : int

    Returns
    -------
    str
    """
    return str(Decimal(f"{value:.12g}").quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def percentage(share: float) -> str:
    """Print a share; what is neither nobody nor everybody does not print as if it were: < 1%, > 99%.

    Parameters
    ----------
    share : float
        From 0 to 1.

    Returns
    -------
    str
    """
    text = fixed(100 * share, 0)
    return {"0": "< 1%", "100": "> 99%"}.get(text, f"{text}%") if 0 < share < 1 else f"{text}%"


def apart(low: float, high: float) -> tuple[str, str]:
    """Print two shares with as many decimals as tell them apart, at most `MOST_DECIMALS`.

    Parameters
    ----------
    low, high : float
        From 0 to 1.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> apart(0.5503, 0.5541)
    ('55.0%', '55.4%')
    """
    for decimals in range(MOST_DECIMALS + 1):
        ends = fixed(100 * low, decimals), fixed(100 * high, decimals)
        if ends[0] != ends[1]:
            break
    return f"{ends[0]}%", f"{ends[1]}%"


def how_many(share: float) -> str:
    """Print a share of the cohorts as it stands in a sentence: none of them, all, or so many per cent.

    Parameters
    ----------
    share : float
        From 0 to 1.

    Returns
    -------
    str

    Examples
    --------
    >>> how_many(0), how_many(0.0004), how_many(0.62), how_many(1)
    ('none', '< 1%', '62%', 'all')
    """
    return "none" if share == 0 else "all" if share == 1 else percentage(share)


def in_unit(result: pd.Series, value: float) -> str:
    """Print a value in the unit of a result, as its estimate or an end of its interval prints.

    Parameters
    ----------
    result : Series
        A row of the results table.
    value : float
        NaN and infinite where there is no end.

    Returns
    -------
    str
    """
    if pd.isna(value):
        return "not reached"
    if math.isinf(value):
        return "not reached" if result["kind"] == TIME else "no limit"
    unit, kind = result["unit"], result["kind"]
    if kind == RATIO:
        return _ratio(value)
    if kind == DIFFERENCE and unit in _PLACES:
        factor, decimals, words = _PLACES[unit]
        return _signed(factor * value, decimals) + words
    if unit == "fraction":
        return percentage(value)
    if kind == TIME or unit in _SUFFIX:
        text = beside(value, 0, 0 if value == round(value) else 1)
        text = "0" if float(text) == 0 else text
        return _minus(text) + (_SUFFIX[unit].removesuffix("s") if text in ("1", "-1") else _SUFFIX[unit])
    if unit == "count" or (kind == STATISTIC and value == round(value)) or abs(value) >= 100:
        return _minus(fixed(value, 0))
    return _minus(fixed(value, 2))


def _minus(text: str) -> str:
    """Print a minus sign; a zero has none."""
    return text.replace("-", "\N{MINUS SIGN}" if text.strip("-0.") else "")


def _ratio(value: float) -> str:
    """Print a ratio with two decimals, and with more where these would show 0 or the null value."""
    if abs(value) >= 100:
        return fixed(value, 0) if abs(value) < _LARGEST_RATIO else f"> {_LARGEST_RATIO}"
    if 0 < value < 0.01:
        return f"{value:.2g}" if value >= 0.0001 else "< 0.0001"
    return beside(value, 1, 2)


def beside(value: float, null: float, decimals: int, most: int = MOST_DECIMALS) -> str:
    """Print a number with enough decimals to show on which side of its null value it lies.

    Parameters
    ----------
    value, null : float
    decimals, most : int
        Decimals without need, and at most; beyond these a number beside its null is taken for floating noise.

    Returns
    -------
    str
    """
    for places in range(decimals, most + 1):
        text = fixed(value, places)
        if float(text) != null:
            return text
    return fixed(value, decimals)


def _signed(value: float, decimals: int) -> str:
    """Print a difference with its sign; what is no difference to the last decimal is a plain 0."""
    size = beside(abs(value), 0, decimals)
    if float(size) == 0:
        return "0"
    return ("\N{MINUS SIGN}" if value < 0 else "+") + size
