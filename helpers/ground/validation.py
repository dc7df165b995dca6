"""Ground: the rules a cohort's tables must keep, checked all at once, without ever printing a value."""

from collections.abc import Iterator

import pandas as pd

from helpers.ground import dictionary
from helpers.ground.endpoints import ends_follow_up
from helpers.ground.reading.lines import REFUSED, broken_line, spans
from helpers.ground.study import Study

_ESTIMATE = "give the middle of the days between which it must lie, and say so as the source in cohort.toml"
SHORT_FOLLOWUP = 61  # days, which a study in months would have too
Broken = Iterator[tuple[tuple[str, str], pd.Series]]  # column and rule, and in which rows it is broken


def problems(
    rows: pd.DataFrame, file: str, study: Study, patient_ids: pd.Series | None = None, name: str = ""
) -> list[str]:
    """List every rule that the text of a table breaks.

    Parameters
    ----------
    rows : DataFrame of str
        As `helpers.ground.reading.read` returns them.
    file : {"patients", "immune"}
        Which part of the dictionary holds.
    study : Study
        Gives the levels of arms, disease statuses, visits and populations of cells.
    patient_ids : Series of str, optional
        The identifiers of the patients, which those of the immune panel must be among.
    name : str, optional
        Of the file, where it is no CSV.

    Returns
    -------
    list of str
        One line for each column and rule: file, rows, column, rule, what to do. No value is shown.
    """
    name = name or f"{file}.csv"
    columns = dictionary.of(file, study).set_index("column")
    absent = [column for column in dictionary.REQUIRED[file] if column not in rows]
    found = [f"{name}: column {column}: missing; add it{_why(file, column)}" for column in absent]
    found += [
        f"{name}: column {one}: missing beside {other}; add it, or take {other} out too"
        for pair in dictionary.PAIRS
        for one, other in (pair, pair[::-1])
        if file == "patients" and other in rows and one not in rows
    ]
    if rows.empty:
        return [*found, f"{name}: there is a header but no row; add one row per patient"]
    broken = {}
    for column in columns.index.intersection(rows.columns, sort=False):
        for rule, which in _of_column(rows[column], columns.loc[column]):
            broken[column, rule] = which
    if not found:
        across = _across_patients(rows) if file == "patients" else _across_immune(rows, study, patient_ids)
        broken |= dict(across)
    places = ((place, rows.index[which]) for place, which in broken.items() if which.any())
    return found + [broken_line(name, where, *place) for place, where in places]


def _why(file: str, column: str) -> str:
    """Say what is to be known of a column that must be there."""
    if column != "patient_id":
        return " (an unknown value is an empty cell)"
    why = ", as the rows of the immune panel belong to patients" if file == "patients" else ""
    return (
        f"{why}; if it is the column without a name, as of row names, write "
        'patient_id = "" under [columns] in cohort.toml'
    )


def _of_column(text: pd.Series, column: pd.Series) -> Iterator[tuple[str, pd.Series]]:
    """Return the rules of one column, and where each is broken."""
    if column["missing"] == "never":
        more = (
            f"; where the day of a death is not known, {_ESTIMATE}" if column.name == "followup_days" else ""
        )
        yield f"must not be empty; fill it in{more}", text.isna()
    if column["unique"] == "yes":
        yield "stands more than once; keep one row", text.duplicated() & text.notna()
    if column["levels"]:
        rule = f"must be one of {', '.join(column['levels'])}; correct the spelling"
        if column.name == "arm":
            rule += ", or say under [values.arm] of cohort.toml which is which; the book compares two arms: "
            rule += "rows of others go under [leave_out]"
        elif column.name in ("visit", "population"):
            rule += f", or say under [values.{column.name}] of cohort.toml which is which; rows of others go "
            rule += f'under [leave_out], as in {column.name} = ["theirs"]'
        else:
            rule += f", or say under [values.{column.name}] of cohort.toml which is which"
        yield rule, text.notna() & ~text.isin(column["levels"])
    elif column["type"] in ("number", "whole"):
        yield from _of_numbers(text, column)


def _of_numbers(text: pd.Series, column: pd.Series) -> Iterator[tuple[str, pd.Series]]:
    number, low, high = _numbers(text), column["minimum"], column["maximum"]
    rule = "must be a number with a decimal point; leave unknown values empty, remove any other text"
    rule += _limits(column)
    yield rule, text.notna() & number.isna() & text.ne(REFUSED)
    span = f"between {low:g} and {high:g}" if pd.notna(high) else f"{low:g} or more"
    yield f"must be {span}; correct it", (number < low) | (number > high)
    if column["type"] == "whole":
        yield "must be a whole number; correct it", number % 1 > 0


def _limits(column: pd.Series) -> str:
    """Say which limits and spans are read in a column."""
    ends = f"from {column['minimum']:g} to {column['maximum']:g}"
    if column["unit"] == "years":
        return f", or write a limit as <18 or a span as 60-69, {ends}; above an age there is no middle"
    if column["unit"].startswith("percent"):
        return f", or write a limit as <5, <=5, >80 or >=80, or a span as 40-60, {ends}"
    return ""


def _numbers(text: pd.Series) -> pd.Series:
    numbers = pd.to_numeric(text, errors="coerce")
    return numbers.where(numbers.abs() < float("inf"))


def _across_patients(rows: pd.DataFrame) -> Broken:
    """Return rules over several columns of the patients and where each is broken."""
    followup = _numbers(rows["followup_days"])
    for event, name in dictionary.PAIRS:
        if event not in rows:
            continue
        days, late = rows[name], "must not be later than followup_days; correct one of the two"
        happened = rows[event].eq("yes")
        undated = happened & days.isna()
        if event != "relapse" or 2 * undated.sum() > happened.sum():
            yield (name, f"must be filled in where {event} is yes; {_ESTIMATE}"), undated
        cure = f"empty it, or, where it is the end of follow-up without a {event}, let it equal followup_days"
        yield (name, f"must be empty where {event} is no; {cure}"), rows[event].eq("no") & days.notna()
        yield (name, late), _numbers(days) > followup


def _across_immune(rows: pd.DataFrame, study: Study, patient_ids: pd.Series | None) -> Broken:
    """Return rules over several columns of the immune panel and where each is broken."""
    key = ["patient_id", "visit", "population"]
    stranger = pd.Series(False, rows.index) if patient_ids is None else ~rows["patient_id"].isin(patient_ids)
    parents = {cell.id: cell.parent for cell in study.cells}
    known = rows["population"].isin(parents) & rows["parent"].isin(parents.values())
    other_parent = known & (rows["parent"] != rows["population"].map(parents))
    yield ("patient_id", "must be a patient of patients.csv; correct it or add the patient"), stranger
    yield ("population", "stands twice for this patient and visit; keep one row"), rows.duplicated(key)
    yield ("parent", "is not the parent of this population; see the data dictionary"), other_parent


def marked_otherwise(rows: pd.DataFrame, provenance: str, name: str) -> list[str]:
    """Find rows whose mark would let a rebuilt row pass for a patient's, or the other way round.

    Parameters
    ----------
    rows : DataFrame of str
    provenance : str
        As ``cohort.toml`` says it.
    name : str
        Of the file.

    Returns
    -------
    list of str
        One line, or none.
    """
    wanted = "yes" if provenance == "reconstructed" else "no"
    if "synthetic" not in rows:
        return [] if rows.empty else [f"{name}: column synthetic: missing; add it"]
    which = rows["synthetic"].isin(["yes", "no"]) & (rows["synthetic"] != wanted)
    rule = f"must be {wanted} where cohort.toml says {provenance}"
    return [broken_line(name, rows.index[which], "synthetic", rule)] if which.any() else []


def remarks(rows: pd.DataFrame) -> list[str]:
    """Say what breaks no rule of the patients' table, and yet is seldom meant.

    Parameters
    ----------
    rows : DataFrame of str
        Without problems.

    Returns
    -------
    list of str
        One line each.
    """
    found = []
    if (_numbers(rows["followup_days"]).median() < SHORT_FOLLOWUP) and not rows["followup_days"].eq(
        "0"
    ).all():
        found.append(
            f"followup_days: half of the patients are followed for less than {SHORT_FOLLOWUP} days; if these "
            'are months, write followup_days = "months" under [units] in cohort.toml'
        )
    if len(set(rows["arm"])) == 1:
        found.append("arm: all patients are in one arm, so that nothing can be compared")
    relapsed = pd.Series(False, index=rows.index)
    if {"relapse", "best_response"} <= set(rows):
        relapsed = rows["relapse"].eq("yes") & rows["best_response"].eq("NR")
    if "relapse" in rows and (undated := rows["relapse"].eq("yes") & rows["relapse_days"].isna()).any():
        found.append(
            f"relapse_days: empty in {spans([*rows.index[undated]])} with a relapse, which count among the "
            "relapses, and are left out wherever its time counts (disease-free survival, the incidence of "
            "relapse), so that these look better than they were"
        )
    followup = _numbers(rows["followup_days"])
    for event, days in dictionary.PAIRS:
        if days in rows and ends_follow_up(_numbers(rows[days]), followup, rows["death"].eq("yes")):
            found.append(
                f"{days}: every {event} is on the last day of follow-up, so that no death after one is known "
                "and overall survival looks better than it was; write the day of death or last contact in "
                "followup_days"
            )
    if relapsed.any():
        found.append(
            f"relapse: yes in {spans([*rows.index[relapsed]])}, although best_response says NR, no response"
        )
    return found
