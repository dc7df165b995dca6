"""Chapter 1, the cohort: the values that are missing where one is due."""

from functools import cache

import pandas as pd

from helpers.chapters.cohort.groups import count, result_id
from helpers.ground import dictionary
from helpers.ground.results import UNRECORDED, Estimate, Row, Rows, not_estimable, pick, row
from helpers.ground.study import EVERYBODY, Study

PANEL, NO_PANEL = "missing_immune_percent", "no immune panel"


def rows(patients: pd.DataFrame, immune: pd.DataFrame, study: Study) -> Rows:
    """Count, column by column, the values that are missing where one is due.

    Parameters
    ----------
    patients, immune : DataFrame
        Of the cohort.
    study : Study

    Yields
    ------
    dict
        A result row. A day of transplant or relapse is due where the event happened, a best response where a
        response is assessed (the others entered in remission), a percentage for every visit and population
        of the panel.
    """
    due = {
        "best_response": (study.chosen(patients, study.assessed), study.label(study.assessed)),
        "transplant_days": (patients["transplant"].to_numpy(bool), "Transplanted patients"),
        "relapse_days": (patients["relapse"].to_numpy(bool), "Patients who relapsed"),
    }
    everybody = (study.chosen(patients), study.label(EVERYBODY))
    for outcome, (column, label) in columns(study).items():
        where, population = due.get(column, everybody)
        value = count(patients[column].isna().to_numpy()[where])
        yield row(result_id(outcome, "count"), label, population, "count", value)
    yield _immune_row(immune)


@cache
def columns(study: Study) -> dict[str, tuple[str, str]]:
    """Name the columns of the patients whose gaps are counted.

    Parameters
    ----------
    study : Study

    Returns
    -------
    dict
        By outcome of the id the column and its label.
    """
    listed = dictionary.of("patients", study).set_index("column")["label"]
    listed = listed.drop(["patient_id", "synthetic"])
    return {f"missing_{column}": (column, label) for column, label in listed.items()}


def known(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Pick the counts of missing values in what the cohort has: of its columns, and of a panel if it has one.

    Parameters
    ----------
    rows : DataFrame
        The chapter's results.
    study : Study

    Returns
    -------
    DataFrame
    """
    found = pick(rows, outcome=[*columns(study), PANEL])
    return found[~found["method"].str.match(UNRECORDED)]


def _immune_row(immune: pd.DataFrame) -> Row:
    """Count the percentages that the panel lacks; a row that was left out is missing like an empty cell."""
    levels = [len(immune[column].cat.categories) for column in ("visit", "population")]
    due = immune["patient_id"].nunique() * levels[0] * levels[1]
    lacking = due - int(immune["percent"].notna().sum())
    value = Estimate(estimate=lacking, n=due, events=lacking, method="count")
    if not due:
        value = not_estimable(NO_PANEL, n=0)
    population = "Immune panel: patients × visits × populations"
    id = result_id(PANEL, "count")
    return row(id, "Share of the parent population", population, "count", value)
