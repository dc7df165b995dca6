"""Site: the rows of the results table, for the search: an id leads to its number though no page prints it."""

import json

import pandas as pd

from helpers.ground import standing
from helpers.ground.results import UNRECORDED, is_estimable
from helpers.printing import marks, prose

SEARCHED = "search-rows.js"


def line(result: pd.Series) -> str:
    """Say a row in one line: what it is, of whom, its number, how it is known and by which method.

    Parameters
    ----------
    result : Series
        A row of the results table with its standing.

    Returns
    -------
    str
        Without marks.
    """
    known = standing.is_open(result) or is_estimable(result)
    number = marks.plain(prose.with_interval(result)) if known else ""
    words = marks.WORDS.get(result["standing"], "").partition(":")[0]
    parts = (result["label"], result["population"], number, words, result["method"])
    return "; ".join(dict.fromkeys(filter(None, parts)))


def script(results: pd.DataFrame) -> str:
    """Write the rows as a script that the search loads, as a page opened from disk can.

    Parameters
    ----------
    results : DataFrame
        As `helpers.ground.standing.told` returns it; none gives a script for a search without rows.

    Returns
    -------
    str
        The same bytes for the same rows, without those for which the cohort has no column and no panel.
    """
    found = [[row["id"], line(row)] for _, row in results.iterrows() if not UNRECORDED.match(row["method"])]
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in found)
    return f"globalThis.searchRows = [\n{lines}\n];\n"
