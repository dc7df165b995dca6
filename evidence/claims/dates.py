"""Evidence: dates as an abstract prints them, to the day, month or year, as spans of days."""

import re
from calendar import monthrange
from datetime import date

AS_PRINTED = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", re.ASCII)
Span = tuple[date, date]


def span(text: str) -> Span:
    """Return the first and the last day that a printed date may be.

    Parameters
    ----------
    text : str
        As in ``2021``, ``2021-10``, ``2021-10-05``.

    Returns
    -------
    date, date

    Raises
    ------
    ValueError
        If the text is no such date, or the calendar does not have it.
    """
    read = AS_PRINTED.fullmatch(text.strip())
    if not read:
        raise ValueError(f"{text!r} is no date as YYYY, YYYY-MM or YYYY-MM-DD")
    year, month, day = read.groups()
    try:
        first = date(int(year), int(month or 1), int(day or 1))
    except ValueError as error:
        raise ValueError(f"{text!r} is not in the calendar: {error}") from None
    last = first if month else first.replace(month=12)
    return first, last if day else last.replace(day=monthrange(last.year, last.month)[1])


def is_date(text: str) -> bool:
    """Tell whether a text is a date as `span` reads it.

    Parameters
    ----------
    text : str

    Returns
    -------
    bool
    """
    try:
        span(text)
    except ValueError:
        return False
    return True
