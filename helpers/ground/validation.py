"""Ground: the rules a cohort's files must keep, checked all at once, without ever printing a value."""

import re
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from helpers.ground import dictionary
from helpers.ground.study import Study


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
    name = path.name
    try:
        rows = pd.read_csv(
            path, dtype=str, keep_default_na=False, skip_blank_lines=False, encoding="utf-8-sig"
        )
    except FileNotFoundError:
        return pd.DataFrame(), [f"{name}: the file is missing; put it into the cohort's folder"]
    except OSError:
        return pd.DataFrame(), [f"{name}: cannot be read; it must be a file that you may open"]
    except UnicodeDecodeError:
        return pd.DataFrame(), [f"{name}: the text is not UTF-8; save the file as UTF-8 CSV"]
    except pd.errors.EmptyDataError:
        return pd.DataFrame(), [f"{name}: the file is empty; it needs a header and one row per patient"]
    except pd.errors.ParserError as error:
        line = re.search(r"in line (\d+)", str(error))
        place = f"row {line[1]}" if line else "a row"
        return pd.DataFrame(), [f"{name}: {place}: more fields than the header; quote or remove stray commas"]
    if not isinstance(rows.index, pd.RangeIndex):
        return pd.DataFrame(), [f"{name}: every row has more fields than the header; name each column"]
    if len(rows.columns) == 1 and ";" in rows.columns[0]:
        return pd.DataFrame(), [f"{name}: the separator is a semicolon; save the file with commas"]
    # pandas renames the second of two columns with one name: arm, arm.1.
    twice = [column for column in rows.columns if re.sub(r"\.\d+$", "", column) in rows.columns.drop(column)]
    if twice:
        names = sorted({re.sub(r"\.\d+$", "", column) for column in twice})
        return pd.DataFrame(), [
            f"{name}: column {column}: stands more than once; keep one" for column in names
        ]
    rows.index = rows.index + 2
    rows.columns = rows.columns.str.strip()
    rows = rows.apply(lambda column: column.fillna("").str.strip())
    rows = rows.where(rows != "")
    return rows.dropna(how="all"), []


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
        found += [
            _line(file, *case) for case in failures[["index", "column", "check"]].itertuples(index=False)
        ]
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
    checks = [
        pa.Check(
            lambda text: _numbers(text).notna(),
            error="must be a number with a decimal point; remove any text",
        ),
        pa.Check(
            lambda text: ~((_numbers(text) < low) | (_numbers(text) > high)),
            error=f"must be {span}; correct it",
        ),
    ]
    if row["type"] == "whole":
        checks.append(
            pa.Check(lambda text: ~(_numbers(text) % 1 > 0), error="must be a whole number; correct it")
        )
    return checks


def _numbers(text: pd.Series) -> pd.Series:
    numbers = pd.to_numeric(text, errors="coerce")
    return numbers.where(numbers.abs() < float("inf"))


def _across_patients(rows: pd.DataFrame) -> list[tuple[tuple[str, str], pd.Series]]:
    """Return rules over several columns of ``patients.csv`` and where each is broken."""
    followup = _numbers(rows["followup_days"])
    rules = []
    for event in ("transplant", "relapse"):
        days = rows[f"{event}_days"]
        happened = rows[event].eq("yes")
        name = f"{event}_days"
        rules += [
            ((name, f"must be filled in where {event} is yes"), happened & days.isna()),
            ((name, f"must be empty where {event} is no"), ~happened & days.notna()),
            (
                (name, "must not be later than followup_days; correct one of the two"),
                _numbers(days) > followup,
            ),
        ]
    return rules


def _across_immune(
    rows: pd.DataFrame, study: Study, patient_ids: pd.Series | None
) -> list[tuple[tuple[str, str], pd.Series]]:
    """Return rules over several columns of ``immune.csv`` and where each is broken."""
    key = ["patient_id", "visit", "population"]
    stranger = pd.Series(False, rows.index) if patient_ids is None else ~rows["patient_id"].isin(patient_ids)
    other_parent = rows["parent"] != rows["population"].map({cell.id: cell.parent for cell in study.cells})
    return [
        (("patient_id", "must be a patient of patients.csv; correct it or add the patient"), stranger),
        (("population", "stands twice for this patient and visit; keep one row"), rows.duplicated(key)),
        (("parent", "is not the parent of this population; see the data dictionary"), other_parent),
    ]
