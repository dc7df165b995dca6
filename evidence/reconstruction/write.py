"""The cohort's three files, the same bytes everywhere: UTF-8, line feeds, columns as in the dictionary."""

from pathlib import Path

import pandas as pd

from helpers.ground import dictionary

# The date is the day on which rows or ranges were last drawn otherwise, and not the clock's: the same draws
# have the same bytes.
ABOUT = """\
# Written by `make cohort`: rows of nobody, no evidence about patients.
name = "reconstructed"
title = "Venetoclax plus blinatumomab against blinatumomab alone in B-cell acute lymphoblastic leukaemia"
provenance = "reconstructed"
source = "Rows invented to print the figures of a retrospective study's conference abstract as the methods \
page reads them; none of its 64 patients is among them"
date = "2026-11-29"
disclosure_threshold = 0
"""


def write(patients: pd.DataFrame, immune: pd.DataFrame, folder: Path) -> None:
    """Write ``cohort.toml``, ``patients.csv`` and ``immune.csv`` into a folder.

    Parameters
    ----------
    patients : DataFrame
        The columns of the file but ``synthetic``, and any others; yes/no as bool, missing days as NaN.
    immune : DataFrame
        The same for the immune panel.
    folder : Path
        Exists already.
    """
    (folder / "cohort.toml").write_text(ABOUT, encoding="utf-8", newline="\n")
    for name, rows in (("patients", patients), ("immune", immune)):
        as_text(rows, name).to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")


def as_text(rows: pd.DataFrame, file: str) -> pd.DataFrame:
    """Lay out rows as the file has them, every cell a text.

    Parameters
    ----------
    rows : DataFrame
        As `write` takes them.
    file : str
        ``patients`` or ``immune``.

    Returns
    -------
    DataFrame
    """
    columns = dictionary.load().groupby("file")["column"].agg(list)[file]
    return rows.assign(synthetic=True)[columns].map(_cell)


def _cell(value: object) -> str:
    """Write one value: yes/no, nothing for missing, numbers without needless zeros."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else "" if pd.isna(value) else f"{value:g}"
