"""Ground: files and folders are written whole; a reader finds the old one or the new one, never a part."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

FORMULAS = ("=", "+", "-", "@", "\t", "\r")  # by which a cell begins that a spreadsheet would compute


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a place beside `path` to write to, and let it take that place once all is written.

    Parameters
    ----------
    path : Path
        A file or a folder, there already or not; folders above it are made.

    Yields
    ------
    Path
        Where to write the file, or to make the folder. After an error inside the block nothing is replaced,
        and nothing is left over.

    Raises
    ------
    IsADirectoryError
        If a file would take the place of a folder, with all that is in it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    old = partial.with_suffix(".old")
    try:
        yield partial
        if path.is_dir() and not partial.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if path.is_dir():  # a folder cannot be replaced in one step, so it is moved aside first
            path.rename(old)
        partial.replace(path)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        if partial.is_file():
            partial.unlink()


def for_spreadsheets(rows: pd.DataFrame) -> pd.DataFrame:
    """Let no cell of a table be taken for a formula, which a spreadsheet would run.

    Parameters
    ----------
    rows : DataFrame

    Returns
    -------
    DataFrame
        A text that begins as formulas do has an apostrophe before it; one that is a number has none.

    References
    ----------
    OWASP Foundation. CSV Injection.

    Examples
    --------
    >>> for_spreadsheets(pd.DataFrame({"label": ["=1+1", "-1", "a=1"]}))["label"].tolist()
    ["'=1+1", '-1', 'a=1']
    """
    return rows.apply(_without_formulas) if len(rows) else rows


def _without_formulas(column: pd.Series) -> pd.Series:
    if pd.api.types.is_numeric_dtype(column):
        return column
    begins = column.map(lambda cell: isinstance(cell, str) and cell.startswith(FORMULAS))
    return column.mask(begins & pd.to_numeric(column, errors="coerce").isna(), "'" + column.astype(str))


def write_table(rows: pd.DataFrame, path: Path, **options: Any) -> None:
    """Write a table as CSV without its index, with line feeds, and without formulas.

    Parameters
    ----------
    rows : DataFrame
    path : Path
    **options
        Of `pandas.DataFrame.to_csv`.
    """
    with replacing(path) as partial:
        for_spreadsheets(rows).to_csv(partial, index=False, lineterminator="\n", **options)
