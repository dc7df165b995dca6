"""Printing: how a number shows whether it is printed, follows from that, is set by the book, or is open.

A mark is an element around the number that says, on hover, focus and tap, what the row is and which. What
else a row prints beside its number (an interval, a percentage, a share of the cohorts) is a part: it names
its row for whoever checks the pages, and has no look. A tally counts the book's own results. Real rows are
observed and carry no mark. Figures and alternative texts take the words without it.
"""

import re
from html import escape, unescape

import pandas as pd

from helpers.ground.standing import ASSUMED, FOLLOWS, OBSERVED, OPEN, PRINTED, reading

WORDS = {
    PRINTED: "printed in the abstract",
    FOLLOWS: "follows from what is printed",
    ASSUMED: "set by this book: the print does not fix it",
    OPEN: "open: the range of 95% of the cohorts that agree with the abstract",
}
LEGEND = {
    PRINTED: "in the abstract",
    FOLLOWS: "from what is printed",
    ASSUMED: "by this book",
    OPEN: "the range of 95% of made-up cohorts that agree",
}
UNDER = "under a reading"
DRAWN = {
    PRINTED: "Filled: printed in the abstract.",
    FOLLOWS: "Hollow: follows from what is printed.",
    OPEN: "Band without a point: open, the range of 95% of the cohorts that agree with the abstract.",
}
_UNKNOWN = re.compile(rf'<span class="standing ({OPEN}|{ASSUMED})"[^>]*>(.*?)</span>', re.DOTALL)
_MARK = re.compile(r"<span class=\"(?:standing |part|tally)[^>]*>(.*?)</span>", re.DOTALL)


def mark(result: pd.Series, text: str, standing: str | None = None) -> str:
    """Put the mark of its standing around the print of a row.

    Parameters
    ----------
    result : Series
        A row of the results table.
    text : str
        Its number.
    standing : str, optional
        Of this number; without it that of the row.

    Returns
    -------
    str
        The text as it is where the row is observed, or has no standing.
    """
    standing = standing or result.get("standing", OBSERVED)
    if result.get("standing", OBSERVED) == OBSERVED:
        return text
    read = f"{UNDER}: {reading(result)}" if reading(result) else ""
    parts = (result["label"], result["population"], result["method"], WORDS[standing], read, result["id"])
    return marked(text, standing, "; ".join(filter(None, parts)), str(result["id"]))


def part(result: pd.Series, text: str) -> str:
    """Name the row of what stands beside its number: an interval, a percentage, a share of the cohorts.

    Parameters
    ----------
    result : Series
        A row of the results table.
    text : str

    Returns
    -------
    str
        The text as it is where the row is observed, or has no standing.
    """
    if not text or result.get("standing", OBSERVED) == OBSERVED:
        return text
    return f'<span class="part" data-row="{escape(str(result["id"]), quote=True)}">{text}</span>'


def tally(number: int) -> str:
    """Print a count of the book's own results, so that it is not taken for a number of patients.

    Parameters
    ----------
    number : int

    Returns
    -------
    str

    Examples
    --------
    >>> tally(17)
    '<span class="tally">17</span>'
    """
    return f'<span class="tally">{number}</span>'


def marked(text: str, standing: str, told: str, row: str = "") -> str:
    """Put a mark around a number that is no row, such as a figure that is printed.

    Parameters
    ----------
    text : str
        The number.
    standing : str
        A key of `WORDS`.
    told : str
        What is said of it on hover, focus and tap.
    row : str
        The id of the row whose number it is, if it is one's.

    Returns
    -------
    str
    """
    named = f' data-row="{escape(row, quote=True)}"' if row else ""
    said = escape(told, quote=True)
    return (
        f'<span class="standing {standing}" tabindex="0" role="note"{named} data-told="{said}">{text}</span>'
    )


def plain(text: str) -> str:
    """Take the marks out of a text.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Examples
    --------
    >>> plain('alive: <span class="standing open" tabindex="0" data-told="...">40% to 78%</span>')
    'alive: 40% to 78%'
    """
    return _MARK.sub(r"\1", text)


def bracketed(text: str) -> str:
    """Take the marks out of a text for a file, which says in brackets what is open or set by this book.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Examples
    --------
    >>> bracketed('<span class="standing open" tabindex="0" data-told="...">40% to 78%</span> of 12')
    '40% to 78% [open] of 12'
    """
    return plain(_UNKNOWN.sub(r"\2 [\1]", text))


def safe(text: str) -> str:
    """Escape a text for HTML, but for its marks.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Examples
    --------
    >>> safe('P < 0.001')
    'P &lt; 0.001'
    """
    parts = re.split(r"(</?span[^>]*>)", text)
    return "".join(part if part.startswith(("<span", "</span")) else escape(unescape(part)) for part in parts)


def drawing_legend(*parts: pd.DataFrame) -> str | None:
    """Explain how the rows of a figure are drawn, as far as it shows each kind.

    Parameters
    ----------
    *parts : DataFrame
        Rows of the results table.

    Returns
    -------
    str or None
        None where the rows are observed, which are all drawn alike.
    """
    drawn = {standing for rows in parts if "standing" in rows for standing in rows["standing"]}
    return " ".join(words for standing, words in DRAWN.items() if standing in drawn) or None


def legend() -> str:
    """Explain the marks, each in its own look.

    Returns
    -------
    str
        One line of Markdown.
    """
    looks = (f'<span class="standing {name}">{name}</span> {words}' for name, words in LEGEND.items())
    return f'<p class="standing-legend">{" · ".join(looks)}</p>'
