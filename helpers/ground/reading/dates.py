"""Reading: dates where days belong become days from a patient's start, and leave with the door."""

import re

import pandas as pd

DAY_FIRST, MONTH_FIRST = "day first", "month first"
ORDERS = (DAY_FIRST, MONTH_FIRST)
_YEAR_FIRST = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))(?:[ T]\d.*)?")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})(?: \d.*)?")
_NAMED = re.compile(r"(\d{1,2})[-/. ]([A-Za-z]{3,9})[-/. ](\d{4})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def are_dates(text: pd.Series) -> bool:
    """Tell whether a column holds dates: half of its different values or more.

    Parameters
    ----------
    text : Series of str

    Returns
    -------
    bool
    """
    different = text.dropna().unique()
    found = sum(_year(value) is not None for value in different)
    return 0 < len(different) <= 2 * found


def years(text: pd.Series) -> pd.Series:
    """Read the years of dates, whatever the order of their days and months.

    Parameters
    ----------
    text : Series of str

    Returns
    -------
    Series of float
        Missing where a value is no date.
    """
    return text.map({value: _year(value) for value in text.dropna().unique()}).astype(float)


def _year(value: str) -> int | None:
    for pattern, place in ((_YEAR_FIRST, 1), (_YEAR_LAST, 3), (_NAMED, 3)):
        if found := pattern.fullmatch(value):
            return int(found[place])
    return None


def order_of(columns: list[pd.Series]) -> str | None:
    """Find in which order the dates of a file are written, where all of them agree.

    Parameters
    ----------
    columns : list of Series of str

    Returns
    -------
    str or None
        One of `ORDERS`; None where both orders fit, or neither does.
    """
    found = [
        place
        for text in columns
        for value in text.dropna().unique()
        if (place := _YEAR_LAST.fullmatch(value))
    ]
    fits = {
        DAY_FIRST: all(int(place[2]) <= 12 for place in found),
        MONTH_FIRST: all(int(place[1]) <= 12 for place in found),
    }
    if not found:
        return DAY_FIRST  # which decides nothing
    return next((order for order in ORDERS if fits[order]), None) if sum(fits.values()) == 1 else None


def read(text: pd.Series, order: str) -> pd.Series:
    """Read dates.

    Parameters
    ----------
    text : Series of str
    order : {"day first", "month first"}

    Returns
    -------
    Series of datetime64
        Missing where a value is no date.
    """
    known = {value: _iso(value, order) for value in text.dropna().unique()}
    return pd.to_datetime(text.map(known), format="%Y-%m-%d", errors="coerce")


def _iso(value: str, order: str) -> str | None:
    if found := _YEAR_FIRST.fullmatch(value):
        year, month, day = found[1], found[2] or found[4], found[3] or found[5]
    elif found := _YEAR_LAST.fullmatch(value):
        day, month = (found[1], found[2]) if order == DAY_FIRST else (found[2], found[1])
        year = found[3]
    elif (found := _NAMED.fullmatch(value)) and found[2][:3].casefold() in _MONTHS:
        year, month, day = found[3], str(_MONTHS.index(found[2][:3].casefold()) + 1), found[1]
    else:
        return None
    return f"{year}-{int(month):02d}-{int(day):02d}"
