"""Printing: what a figure or a table says of itself, beside its picture: name, title, caption and data.

A notebook hands it on in an output of its own kind. `helpers.printing.numbered` makes from it, page by page,
the figure or the table that the site shows: with a number, an anchor, and links to its data and pictures.
"""

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

import pandas as pd

from helpers.ground.files import for_spreadsheets
from helpers.ground.results import DIGITS
from helpers.printing.marks import bracketed

EXHIBIT = "application/vnd.exhibit+json"  # the kind of output
SVG, PNG, HTML = "image/svg+xml", "image/png", "text/html"
FIGURE, TABLE = "figure", "table"
_NAME = re.compile(r"[a-z][a-z0-9-]*")
_BREAK = re.compile(r",?\s*\n\s*")

Data: TypeAlias = pd.DataFrame | Mapping[str, pd.DataFrame | None] | None


def exhibit(kind: str, name: str, title: str, caption: str = "", data: Data = None, note: str = "") -> dict:
    """Gather what a figure or a table says of itself.

    Parameters
    ----------
    kind : str
        `FIGURE` or `TABLE`.
    name : str
        Unique on its page: small letters, digits and hyphens. Its anchor and its files are called by it.
    title : str
    caption : str
        What the picture shows, for whoever sees nothing else of the page.
    data : DataFrame, or mapping of str to DataFrame, optional
        The rows that are shown, or those of each part of the figure by its name. Nothing is offered without.
    note : str
        Where the numbers come from; each row of the data says it.

    Returns
    -------
    dict
        As JSON takes it.

    Raises
    ------
    ValueError
        If the name cannot be an address.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"not a name of a {kind}, small letters, digits and hyphens: {name!r}")
    rows = _together(data) if isinstance(data, Mapping) else data
    printed = "" if rows is None or rows.empty else as_csv(rows, note)
    return {"kind": kind, "name": name, "title": title, "caption": caption, "data": printed}


def _together(parts: Mapping[str, pd.DataFrame | None]) -> pd.DataFrame | None:
    """Put the rows of several parts below each other; the first column names the part."""
    shown = {name: rows for name, rows in parts.items() if rows is not None and len(rows)}
    if not shown:
        return None
    return pd.concat([rows.assign(part=name) for name, rows in shown.items()]).set_index("part").reset_index()


def as_csv(rows: pd.DataFrame, note: str = "") -> str:
    r"""Print rows as CSV, marks as words in brackets, without columns that are empty throughout.

    Parameters
    ----------
    rows : DataFrame
    note : str
        Where they come from; without it there is no such column.

    Returns
    -------
    str
        Numbers to as many significant digits as in ``results.csv``, lines ended by line feeds.

    Examples
    --------
    >>> rows = pd.DataFrame({"month": [0.0, 1 / 3], "reason": [None, None]})
    >>> as_csv(rows, "rebuilt")
    'month,note\n0,rebuilt\n0.333333333333,rebuilt\n'
    """
    kept = rows.dropna(axis="columns", how="all").map(_without_marks)
    kept = kept.assign(note=note) if note else kept
    return for_spreadsheets(kept).to_csv(index=False, lineterminator="\n", float_format=f"%.{DIGITS}g")


def _without_marks(value: Any) -> Any:
    """Print a text in one line; numbers stay."""
    return _BREAK.sub(", ", bracketed(value)) if isinstance(value, str) else value
