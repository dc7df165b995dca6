"""Chapter 1, the cohort: the cycles that the patients were given, and what followed."""

import numpy as np
import pandas as pd

from helpers.chapters.cohort.groups import answer_rows, count, result_id
from helpers.estimators.common import numbers
from helpers.ground.cohort import Cohort
from helpers.ground.results import Row, Rows, not_estimable, row
from helpers.ground.study import Study

COURSE = {
    "transplant": "Transplanted",
    "relapse": "Relapsed",
    "death": "Died",
    "alive": "Alive at last contact",
    "on_chemotherapy": "On chemotherapy at last follow-up",
}
FEWEST = 4  # cycles up to here have a row in every cohort, so that a claim about them finds its result


def rows(patients: pd.DataFrame, study: Study) -> Rows:
    """Count the patients by cycles received and by what happened, and the deaths by what went before them.

    Parameters
    ----------
    patients : DataFrame
        As `helpers.chapters.cohort.groups.with_answers` gives them.
    study : Study

    Yields
    ------
    dict
        A result row.
    """
    cycles = numbers(patients["cycles"])
    for outcome, number in cycle_numbers(patients).items():
        given = np.where(np.isnan(cycles), np.nan, cycles == number)
        yield from answer_rows(patients, study, outcome, f"{number} cycle{'s' * (number > 1)}", given)
    for outcome, label in COURSE.items():
        yield from answer_rows(patients, study, outcome, label, patients[outcome])
    yield _death_row(patients)


def cycle_numbers(patients: pd.DataFrame) -> dict[str, int]:
    """Give the numbers of cycles that are counted: from 1 to the most that anybody was given.

    Parameters
    ----------
    patients : DataFrame

    Returns
    -------
    dict
        By outcome of the id.
    """
    most = patients["cycles"].max()
    last = FEWEST if pd.isna(most) else max(FEWEST, int(most))
    return {f"cycles_{number}": number for number in range(1, last + 1)}


def courses(patients: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the course of every patient in months, for `helpers.plots.swimmer.plot_swimmer`.

    Parameters
    ----------
    patients : DataFrame
        With their endpoints.
    study : Study

    Returns
    -------
    DataFrame
        ``arm``, ``status`` (the id of the population), ``months`` of follow-up, and the months of
        ``transplant``, ``relapse``, ``death`` and ``alive`` (at last contact), missing where there was none;
        the longest course first.
    """
    months = patients["overall_months"]
    status = pd.Series("", index=patients.index)
    for id in study.statuses:
        status[study.members(patients, id)] = id
    frame = patients[["arm"]].assign(
        status=status,
        months=months,
        transplant=patients["transplant_months"],
        relapse=patients["disease_free_months"].where(patients["relapse"]),
        death=months.where(patients["death"]),
        alive=months.where(~patients["death"]),
    )
    return frame.sort_values("months", ascending=False, kind="stable")


def others(cohort: Cohort) -> dict[int, pd.DataFrame]:
    """Return the courses of the further cohorts that agree with the print.

    Parameters
    ----------
    cohort : Cohort

    Returns
    -------
    dict of int to DataFrame
        By the number of the member, as `courses`; empty where there are none.
    """
    if cohort.others.empty:
        return {}
    return {member: courses(rows, cohort.study) for member, rows in cohort.others.groupby("member")}


def _death_row(patients: pd.DataFrame) -> Row:
    died = patients["death"].to_numpy(bool)
    lacking, relapse = numbers(patients["no_response"])[died], patients["relapse"].to_numpy(bool)[died]
    # Without its answer a death after relapse would count as yes, and one without relapse not at all.
    after = np.where(np.isnan(lacking), np.nan, relapse | (lacking == 1))
    value = count(after) if died.any() else not_estimable("no deaths", n=0)
    label = "Died after relapse or without response"
    id = result_id("death_after_relapse_or_no_response", "count")
    return row(id, label, "Patients who died", "count", value)
