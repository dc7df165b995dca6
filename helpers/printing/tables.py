"""Craft: rows in, a printed table out."""

import re
from typing import Any

import great_tables as gt
import pandas as pd
from IPython import display

from helpers.ground.results import NOT_RECORDED, is_estimable
from helpers.printing import prose
from helpers.printing.exhibits import EXHIBIT, HTML, TABLE, exhibit
from helpers.printing.marks import mark, part, safe


def _p(result: pd.Series) -> str:
    if pd.notna(result["p_value"]):
        return mark(result, prose.p_figure(result["p_value"]))
    return "" if pd.isna(result.get("share_significant")) else prose.tested(result)


# What begins a cell about a column that the cohort does not have, alone or in a sentence of its own.
_SILENT = (NOT_RECORDED, f"not estimable ({NOT_RECORDED}")
# The row that the table's maker puts above the header, instead of a caption.
_HEADING = re.compile(
    r'<thead>\s*<tr class="gt_heading">\s*<td[^>]* id="([^"]*)">(.*?)</td>\s*</tr>', re.DOTALL
)


class Table(display.HTML):
    """A table of the page, which also hands on its name, its title and its rows.

    Parameters
    ----------
    html : str
    said : dict
        As `helpers.printing.exhibits.exhibit` returns it.
    """

    def __init__(self, html: str, said: dict):
        super().__init__(html)
        self.said = said

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {HTML: self.data, EXHIBIT: self.said, "text/plain": self.said["title"]}


PRINTED = {  # header of a column: how a result row is printed in it
    "Result": lambda result: result["label"],
    "Population": lambda result: result["population"],
    "Patients": lambda result: "" if pd.isna(result["n"]) else part(result, f"{result['n']:.0f}"),
    "Events": lambda result: "" if pd.isna(result["events"]) else part(result, f"{result['events']:.0f}"),
    "Estimate": prose.number,
    "Interval": prose.interval,
    "P": _p,
    "Method": lambda result: result["method"] if is_estimable(result) else "",
}


def printed(results: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Print result rows as text.

    Parameters
    ----------
    results : DataFrame
        Rows of the results table.
    columns : list of str
        Keys of `PRINTED`.

    Returns
    -------
    DataFrame of str
        One row per result, in order, on a fresh index.
    """
    rows = [{name: PRINTED[name](result) for name in columns} for _, result in results.iterrows()]
    return pd.DataFrame(rows, columns=columns)


def recorded(frame: pd.DataFrame) -> pd.DataFrame:
    """Leave out the lines whose only word is that the cohort does not have a column.

    Parameters
    ----------
    frame : DataFrame
        Of text.

    Returns
    -------
    DataFrame

    Examples
    --------
    >>> recorded(pd.DataFrame({"Result": ["a", "b"], "Estimate": ["1", "not recorded: relapse"]}))
      Result Estimate
    0      a        1
    """
    silent = frame.apply(lambda cells: cells.str.startswith(_SILENT))
    numbers = silent.columns[silent.any()]  # the other columns hold the names of lines
    says = (frame[numbers].ne("") & ~silent[numbers]).any(axis=1)
    return frame[says | ~silent.any(axis=1)].reset_index(drop=True)


def filled(frame: pd.DataFrame) -> pd.DataFrame:
    """Leave out the columns in which no cell says anything, such as the intervals of open results.

    Parameters
    ----------
    frame : DataFrame
        Of text.

    Returns
    -------
    DataFrame
        A frame without rows keeps its columns.

    Examples
    --------
    >>> list(filled(pd.DataFrame({"Result": ["a", "b"], "Interval": ["", ""], "P": ["", "0.5"]})))
    ['Result', 'P']
    """
    return frame.loc[:, frame.ne("").any()] if len(frame) else frame


def render(
    frame: pd.DataFrame, name: str, title: str, note: str = "", groups: str | None = None
) -> Table | None:
    """Render a table of printed text, with a caption.

    Parameters
    ----------
    frame : DataFrame
        What to print; the column names are the header.
    name : str
        A name unique on the page, for the table's id.
    title : str
        What the table shows, with its population.
    note : str
        Printed below: denominators, methods, and `helpers.ground.cohort_parts.Cohort.note`.
    groups : str, optional
        The column whose values head groups of rows.

    Returns
    -------
    Table or None
        The same bytes for the same frame. What is printed is its data. None where the cohort has nothing of
        what every line asks for.
    """
    told = recorded(frame)
    if told.empty and len(frame):
        return None
    frame = filled(told)
    # Marks stay elements; the group headings, which have none, are escaped by the table itself.
    marked = frame.map(safe) if groups is None else frame.assign(**frame.drop(columns=groups).map(safe))
    table = gt.GT(marked, id=name, groupname_col=groups).fmt(lambda text: text).tab_header(title=title)
    table = table.tab_options(
        table_font_size="0.85rem",
        heading_align="left",
        heading_title_font_size="1rem",
        heading_title_font_weight="bold",
        row_group_font_weight="bold",
        data_row_padding="3px",
        table_width="auto",
    )
    if note:
        table = table.tab_source_note(gt.html(f'<div class="table-note">{safe(note)}</div>'))
    return Table(_captioned(table.as_raw_html()), exhibit(TABLE, name, title, data=frame))


def _captioned(html: str) -> str:
    """Give a table a caption, which readers of the page find by, in place of a row in its head."""
    captioned, times = _HEADING.subn(r'<caption id="\1">\2</caption>\n<thead>', html)
    assert times == 1  # each table has a title
    return captioned
