"""Ground: the data dictionary, which says what each column of a cohort may hold."""

from collections.abc import Iterator
from functools import cache
from math import nan
from typing import TYPE_CHECKING

import pandas as pd

from helpers.ground.broken import BrokenRulesError
from helpers.ground.paths import ROOT

if TYPE_CHECKING:  # a study's own columns are checked against the dictionary
    from helpers.ground.study_record import Study

PATH = ROOT / "data" / "dictionary.csv"
COLUMNS = ("file", "column", "label", "type", "unit", "levels", "minimum", "maximum", "unique", "missing")
COLUMNS += ("source", "adam")
TYPES = ("text", "number", "whole", "category", "yes_no")
# Columns without which there is no cohort; all others may be absent, and what asks for them gives way.
REQUIRED = {
    "patients": ("patient_id", "arm", "death", "followup_days"),
    "immune": ("patient_id", "visit", "population", "parent", "percent"),
}
NEEDED = {column for columns in REQUIRED.values() for column in columns}
NAME = PATH.relative_to(ROOT).as_posix()
LARGEST = 1e9  # of a number that the dictionary does not know: a model squares it
PAIRS = (("transplant", "transplant_days"), ("relapse", "relapse_days"))  # come together or not at all


def load() -> pd.DataFrame:
    """Read the data dictionary.

    Returns
    -------
    DataFrame
        One row per column of ``patients.csv`` and ``immune.csv``: file, column, label, type (text, number,
        whole, category, yes_no), unit, levels, minimum, maximum, unique, missing, source, adam. Empty cells
        are empty text; minimum and maximum are numbers or NaN.

    Raises
    ------
    BrokenRulesError
        With one line for each problem of the file.
    """
    table = _texts()
    return table.assign(
        minimum=pd.to_numeric(table["minimum"]),
        maximum=pd.to_numeric(table["maximum"]),
        levels=table["levels"].str.split("|").map(lambda levels: [level for level in levels if level]),
    )


@cache
def _texts() -> pd.DataFrame:
    """Read and check the file, once: every cohort that is loaded asks for it several times."""
    try:
        table = pd.read_csv(PATH, dtype=str, keep_default_na=False)
    except (OSError, ValueError) as error:
        raise BrokenRulesError([f"{NAME}: cannot be read as CSV in UTF-8: {error}"]) from None
    if problems := [f"{NAME}: {problem}" for problem in _problems(table)]:
        raise BrokenRulesError(problems)
    return table


def _problems(table: pd.DataFrame) -> Iterator[str]:
    """List what of the file no cohort could be read with."""
    if missing := [column for column in COLUMNS if column not in table]:
        yield f"column {', '.join(missing)}: missing; add it, or put its name right"
        return
    for file, needed in REQUIRED.items():
        described = set(table.loc[table["file"] == file, "column"])
        yield from (f"no row for {file}, {column}; add it" for column in needed if column not in described)
    allowed = {"file": (*REQUIRED,), "type": TYPES, "unique": ("yes", "no")}
    for name, words in allowed.items():
        for row in table.index[~table[name].isin(words)]:
            yield f"row {row + 2}, column {name}: must be one of {', '.join(words)}; correct it"
    # The levels of some columns are the study's.
    own = table["column"].isin(("arm", "disease_status", "visit", "population", "parent"))
    for row in table.index[table["type"].isin(("category", "yes_no")) & table["levels"].eq("") & ~own]:
        yield f"row {row + 2}, column levels: is empty; name them with | between them"
    for row, twice in table[table.duplicated(["file", "column"])].iterrows():
        yield f"row {row + 2}: {twice['file']}, {twice['column']} stands there already; remove it"
    limits = table[["minimum", "maximum"]].apply(pd.to_numeric, errors="coerce")
    for row in table.index[limits["minimum"] > limits["maximum"]]:
        yield f"row {row + 2}, column minimum: must not be above maximum; correct it"
    for column in ("minimum", "maximum"):
        is_odd = table[column].ne("") & limits[column].isna()
        yield from (
            f"row {row + 2}, column {column}: must be a number or empty; correct it"
            for row in table.index[is_odd]
        )


def of(file: str, study: "Study") -> pd.DataFrame:
    """Return the columns of one file, with the levels and words that a study gives to its own.

    Parameters
    ----------
    file : {"patients", "immune"}
    study : Study
        Decides what an arm, a disease status, a visit and a population of cells may be, and of what the
        cycles are.

    Returns
    -------
    DataFrame
        As `load` returns it, on a fresh index.
    """
    statuses = [population for population in study.populations if population.column == "disease_status"]
    levels = {
        "arm": study.arm_ids,
        "disease_status": [level for population in statuses for level in population.levels],
        "visit": [visit.id for visit in study.visits],
        "population": [cell.id for cell in study.cells],
        "parent": [cell.parent for cell in study.cells],
    }
    columns = load()
    columns = columns[columns["file"] == file].reset_index(drop=True)
    if file == "patients" and study.characteristics:
        columns = pd.concat([columns, _further(columns, study)], ignore_index=True)
    own = [
        list(dict.fromkeys(levels.get(column, given)))
        for column, given in zip(columns["column"], columns["levels"], strict=True)
    ]
    labels = columns["label"].mask(columns["column"] == "cycles", f"{study.cycles} received")
    return columns.assign(levels=own, label=labels)


def _further(columns: pd.DataFrame, study: "Study") -> pd.DataFrame:
    """Describe the columns of a study's characteristics that the dictionary does not have."""
    own = [
        {
            "file": "patients",
            "column": one.column,
            "label": one.label,
            "type": "category" if one.levels else "number",
            "unit": one.unit,
            "levels": [*one.levels],
            "minimum": nan if one.levels else -LARGEST,
            "maximum": nan if one.levels else LARGEST,
            "unique": "no",
            "missing": "allowed",
            "source": "the cohort's own",
        }
        for one in study.characteristics
        if one.column not in set(columns["column"])
    ]
    texts = columns.columns.difference(["minimum", "maximum"])
    found = pd.DataFrame(own, columns=columns.columns)
    return found.assign(**found[texts].fillna("")).astype({"minimum": float, "maximum": float})


def printed(study: "Study") -> pd.DataFrame:
    """Return the whole dictionary as its file has it, with what a study gives to its own columns.

    Parameters
    ----------
    study : Study

    Returns
    -------
    DataFrame of str
    """
    table = _texts()
    own = pd.concat([of(file, study) for file in table["file"].unique()], ignore_index=True)
    ends = table.set_index(["file", "column"])[["minimum", "maximum"]]  # as the file prints them
    ends = ends.reindex(pd.MultiIndex.from_frame(own[["file", "column"]])).fillna("").reset_index(drop=True)
    return own.assign(levels=own["levels"].map("|".join), **ends)
