"""Evidence: dates as an abstract prints them, a year, a month or a day, as spans of days."""

import calendar
import datetime
import re

DAYS_IN_MONTH = 30.4375
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
Span = tuple[datetime.date, datetime.date]


def read(text: str) -> Span | None:
    """Read a printed date.

    Parameters
    ----------
    text : str
        ``2021``, ``2021-10`` or ``2021-10-05``.

    Returns
    -------
    tuple of date, or None
        The first and the last day that it can mean; None where it is no date.
    """
    found = _DATE.fullmatch(text.strip())
    if not found:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    try:
        first = datetime.date(year or 0, month or 1, day or 1)
        last_month = month or 12
        last_day = day or calendar.monthrange(first.year, last_month)[1]
        return first, datetime.date(first.year, last_month, last_day)
    except ValueError:
        return None
