"""Dates printed to the day, the month or the year, and durations between them.

A date is the span of days that it may be, so that an order or a length is denied only where no day of the
spans allows it.
"""

from datetime import date
from math import inf

from evidence.claims.dates import span
from evidence.claims.printed import Figure
from evidence.forensics.ways import Way, meets

TRIED = "every day of a printed month or year; calendar months, and months of 30.4375, 30.4 and 30 days"
DAYS = {  # in a unit: the usual length first, then the shorter ones in use
    "days": (1.0,),
    "weeks": (7.0,),
    "months": (30.4375, 30.4, 30.0),
    "years": (365.25, 365.0, 360.0),
}


def in_order(earlier: str, later: str) -> list[Way]:
    """List the ways by which one printed date is not after another.

    Parameters
    ----------
    earlier, later : str
        As of `span`.

    Returns
    -------
    list of Way
        Empty where every day of the first is after every day of the second.
    """
    return [Way(f"{earlier} not after {later}")] if span(earlier)[0] <= span(later)[1] else []


def no_longer(duration: Figure, unit: str, first: str, last: str) -> list[Way]:
    """List the ways by which a time within two dates, such as a follow-up, is as long as printed.

    Parameters
    ----------
    duration : Figure
    unit : str
        One of `DAYS`.
    first, last : str
        As of `span`: from the first patient to the cut-off or the publication.

    Returns
    -------
    list of Way
        Empty where no days of the two dates are so far apart.
    """
    begin, end = span(first)[0], span(last)[1]
    lengths = _lengths(begin, end, unit) if begin <= end else []
    return [
        Way(f"a time within {first} and {last}{reading}", not reading)
        for reading, length in lengths
        if meets(duration, 0, length)
    ][:1]


def between(duration: Figure, unit: str, first: str, last: str) -> list[Way]:
    """List the ways by which a time lasts from one printed date to another.

    Parameters
    ----------
    duration : Figure
    unit : str
        One of `DAYS`.
    first, last : str
        As of `span`.

    Returns
    -------
    list of Way
        A shorter time may be a part of it, which is not usual; empty for a longer one.
    """
    longest = no_longer(duration, unit, first, last)
    least = max((span(last)[0] - span(first)[1]).days, 0) / DAYS[unit][0]
    if not longest or meets(duration, least, inf):
        return [Way(f"from {first} to {last}", way.usual) for way in longest]
    return [Way(f"a part of the time from {first} to {last}", False)]


def _lengths(begin: date, end: date, unit: str) -> list[tuple[str, float]]:
    """Return how long it is from one day to another, both counted, the greatest in usual reckoning first."""
    days = (end - begin).days + 1
    usual, *shorter = DAYS[unit]
    # Dates count months and years as well, and a piece of a month by the days of the shortest one.
    months = 12 * (end.year - begin.year) + end.month - begin.month + (end.day - begin.day + 1) / 28
    calendar = {"months": months, "years": months / 12}.get(unit, 0.0)
    readings = [("", max(days / usual, calendar))]
    return readings + [(f", {unit} of {each:g} days", days / each) for each in shorter]
