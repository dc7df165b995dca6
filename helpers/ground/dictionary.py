"""Ground: the data dictionary, which says what each column of a cohort may hold."""

from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parents[2]
PATH = ROOT / "data" / "dictionary.csv"


def load() -> pd.DataFrame:
    """Read the data dictionary.

    Returns
    -------
    DataFrame
        One row per column of ``patients.csv`` and ``immune.csv``: file, column, label, type (text, number,
        whole, category, yes_no), unit, levels, minimum, maximum, unique, missing, source, adam. Empty cells
        are empty text; minimum and maximum are numbers or NaN.
    """
    table = pd.read_csv(PATH, dtype=str, keep_default_na=False)
    return table.assign(
        minimum=pd.to_numeric(table["minimum"]),
        maximum=pd.to_numeric(table["maximum"]),
        levels=table["levels"].str.split("|").map(lambda levels: [level for level in levels if level]),
    )
