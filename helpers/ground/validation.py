"""Ground: the rules a cohort's files must keep, checked all at once, without ever printing a value."""

import re
from collections.abc import Callable, Iterator
from itertools import repeat
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from helpers.ground import dictionary
from helpers.ground.study import Study

Broken = Iterator[tuple[tuple[str, str], pd.Series]]  # column and rule, and in which rows it is broken


def read(path: Path) -> tuple[pd.DataFrame, list[str]]:
    """Read a CSV file as text, one column per name, empty cells missing.

    Parameters
    ----------
    path : Path

    Returns
    -------
    tuple of DataFrame and list of str
        The rows, indexed by their line in the file (the header is line 1; blank lines are dropped), and the
        problems that kept the file from being read, in which case there are no rows.
    """
    try:
        rows = _parsed(path)
    except _UnreadableError as error:
        return pd.DataFrame(), [f"{path.name}: {problem}" for problem in error.args]
    rows.index = rows.index + 2
    rows.columns = rows.columns.str.strip()
    rows = rows.apply(lambda column: column.fillna("").str.strip())
    rows = rows.where(rows != "")
    return rows.dropna(how="all"), []


class _UnreadableError(Exception):
    """A file that cannot be read: each argument is a problem."""


def _parsed(path: Path) -> pd.DataFrame:
    try:
        rows = pd.read_csv(
            path, dtype=str, keep_default_na=False, skip_blank_lines=False, encoding="utf-8-sig"
        )
    except FileNotFoundError:
        raise _UnreadableError("the file is missing; put it into the cohort's folder") from None
    except OSError:
        raise _UnreadableError("cannot be read; it must be a file that you may open") from None
    except UnicodeDecodeError:
        raise _UnreadableError("the text is not UTF-8; save the file as UTF-8 CSV") from None
    except pd.errors.EmptyDataError:
        raise _UnreadableError("the file is empty; it needs a header and one row per patient") from None
    except pd.errors.ParserError as error:
        line = re.search(r"in line (\d+)", str(error))
        place = f"row {line[1]}" if line else "a row"
        raise _UnreadableError(
            f"{place}: more fields than the header; quote or remove stray commas"
        ) from None
    if not isinstance(rows.index, pd.RangeIndex):
        raise _UnreadableError("every row has more fields than the header; name each column")
    if len(rows.columns) == 1 and ";" in rows.columns[0]:
        raise _UnreadableError("the separator is a semicolon; save the file with commas")
    # pandas renames the second of two columns with one name: arm, arm.1.
    given = {column: re.sub(r"\.\d+$", "", column) for column in rows.columns}
    if twice := sorted({name for column, name in given.items() if name in given and name != column}):
        raise _UnreadableError(*(f"column {column}: stands more than once; keep one" for column in twice))
    return rows


def problems(rows: pd.DataFrame, file: str, study: Study, patient_ids: pd.Series | None = None) -> list[str]:
    """List every rule that the text of a file breaks.

    Parameters
    ----------
    rows : DataFrame
        As `read` returns it.
    file : {"patients", "immune"}
        Which part of the dictionary holds.
    study : Study
        Gives the levels of arms, disease statuses, visits and populations of cells.
    patient_ids : Series of str, optional
        The identifiers of ``patients.csv``, which those of ``immune.csv`` must be among.

    Returns
    -------
    list of str
        One line a problem: file, row, column, rule, what to do. The value itself is never shown.
    """
    columns = dictionary.of(file, study)
    absent = [column for column in columns["column"] if column not in rows.columns]
    found = [
        f"{file}.csv: column {name}: missing; add it (an unknown value is an empty cell)" for name in absent
    ]
    if rows.empty:
        return [*found, f"{file}.csv: there is a header but no row; add one row per patient"]
    present = columns[~columns["column"].isin(absent)]
    schema = pa.DataFrameSchema({row["column"]: _column(row) for _, row in present.iterrows()})
    try:
        schema.validate(rows, lazy=True)
    except pa.errors.SchemaErrors as error:
        failures = error.failure_cases.sort_values(["index", "column"], kind="stable")
        found += map(_line, repeat(file), failures["index"], failures["column"], failures["check"])
    if not found:
        across = _across_patients(rows) if file == "patients" else _across_immune(rows, study, patient_ids)
        found += [_line(file, index, *rule) for rule, broken in across for index in rows.index[broken]]
    return found


def _line(file: str, index: int, column: str, check: str) -> str:
    rules = {
        "not_nullable": "must not be empty; fill it in",
        "field_uniqueness": "stands more than once; keep one row",
    }
    return f"{file}.csv: row {int(index)}, column {column}: {rules.get(check, check)} (value not shown)"


def _column(row: pd.Series) -> pa.Column:
    """Turn a line of the dictionary into a column schema over text."""
    optional = row["missing"] != "never"
    once = row["unique"] == "yes"
    return pa.Column(nullable=optional, unique=once, report_duplicates="exclude_first", checks=_checks(row))


def _checks(row: pd.Series) -> list[pa.Check]:
    if row["levels"]:
        levels = row["levels"]
        rule = f"must be one of {', '.join(levels)}; correct the spelling"
        return [pa.Check(lambda text: text.isin(levels), error=rule)]
    if row["type"] not in ("number", "whole"):
        return []
    low, high = row["minimum"], row["maximum"]
    span = f"between {low:g} and {high:g}" if pd.notna(high) else f"{low:g} or more"
    rules: dict[str, Callable[[pd.Series], pd.Series]] = {
        "must be a number with a decimal point; remove any text": lambda numbers: numbers.notna(),
        f"must be {span}; correct it": lambda numbers: ~((numbers < low) | (numbers > high)),
    }
    if row["type"] == "whole":
        rules["must be a whole number; correct it"] = lambda numbers: ~(numbers % 1 > 0)
    return [pa.Check(lambda text, met=met: met(_numbers(text)), error=rule) for rule, met in rules.items()]


def _numbers(text: pd.Series) -> pd.Series:
    numbers = pd.to_numeric(text, errors="coerce")
    return numbers.where(numbers.abs() < float("inf"))


def _across_patients(rows: pd.DataFrame) -> Broken:
    """Return rules over several columns of ``patients.csv`` and where each is broken."""
    followup = _numbers(rows["followup_days"])
    for event in ("transplant", "relapse"):
        name, happened = f"{event}_days", rows[event].eq("yes")
        days, late = rows[name], "must not be later than followup_days; correct one of the two"
        yield (name, f"must be filled in where {event} is yes"), happened & days.isna()
        yield (name, f"must be empty where {event} is no"), ~happened & days.notna()
        yield (name, late), _numbers(days) > followup


def _across_immune(rows: pd.DataFrame, study: Study, patient_ids: pd.Series | None) -> Broken:
    """Return rules over several columns of ``immune.csv`` and where each is broken."""
    key = ["patient_id", "visit", "population"]
    stranger = pd.Series(False, rows.index) if patient_ids is None else ~rows["patient_id"].isin(patient_ids)
    other_parent = rows["parent"] != rows["population"].map({cell.id: cell.parent for cell in study.cells})
    yield ("patient_id", "must be a patient of patients.csv; correct it or add the patient"), stranger
    yield ("population", "stands twice for this patient and visit; keep one row"), rows.duplicated(key)
    yield ("parent", "is not the parent of this population; see the data dictionary"), other_parent


def marked_otherwise(provenance: str, files: dict[str, pd.DataFrame | None]) -> list[str]:
    """List rows whose mark would let a rebuilt row pass for a patient's, or the other way round.

    Parameters
    ----------
    provenance : str
        As ``cohort.toml`` says it.
    files : dict of str to DataFrame or None
        By the name of their file.

    Returns
    -------
    list of str
    """
    wanted = "yes" if provenance == "reconstructed" else "no"
    return [
        f"{file}.csv: row {index}, column synthetic: must be {wanted} where cohort.toml says {provenance}"
        for file, rows in files.items()
        if rows is not None
        for index in rows.index[rows["synthetic"] != wanted]
    ]
