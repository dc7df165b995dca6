"""Printing: how a number shows whether it is printed, follows from what is printed, or is open.

A mark is an element around the number that says, on hover and focus, what the row is and which. Real rows are
observed and carry no mark. Figures and alternative texts take the words without it.
"""

import re
from html import escape, unescape

import pandas as pd

from helpers.ground.standing import FOLLOWS, OBSERVED, OPEN, PRINTED

WORDS = {
    PRINTED: "printed in the abstract",
    FOLLOWS: "follows from what is printed",
    OPEN: "open: the range of 95% of the cohorts that agree with the abstract",
}
LEGEND = {
    PRINTED: "in the abstract",
    FOLLOWS: "from what is printed",
    OPEN: "the range of 95% of the cohorts that agree with it",
}
_MARK = re.compile(r"<span class=\"standing [^>]*>(.*?)</span>", re.DOTALL)


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
    parts = (result["label"], result["population"], result["method"], WORDS[standing], result["id"])
    return marked(text, standing, "; ".join(filter(None, parts)))


def marked(text: str, standing: str, told: str) -> str:
    """Put a mark around a number that is no row, such as a figure that is printed.

    Parameters
    ----------
    text : str
        The number.
    standing : str
        A key of `WORDS`.
    told : str
        What is said of it on hover and focus.

    Returns
    -------
    str
    """
    return (
        f'<span class="standing {standing}" tabindex="0" data-told="{escape(told, quote=True)}">{text}</span>'
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


def legend() -> str:
    """Explain the marks, each in its own look.

    Returns
    -------
    str
        One line of Markdown.
    """
    looks = (f'<span class="standing {name}">{name}</span> {words}' for name, words in LEGEND.items())
    return f'<p class="standing-legend">{" · ".join(looks)}</p>'
