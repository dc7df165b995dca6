"""Chapter 1, the cohort: the ids, groups of patients and counts that all its subjects use."""

from collections.abc import Callable
from functools import partial

import pandas as pd

from helpers.ground.cohort import Cohort
from helpers.ground.results import Estimate, ResultId, Row, Rows, not_estimable, row
from helpers.ground.study import EVERYBODY, Study

result_id = partial(ResultId, "cohort")


def entry_strata(study: Study) -> tuple[str, ...]:
    """Name the populations within which the arms are described: everybody, and each disease status.

    Parameters
    ----------
    study : Study

    Returns
    -------
    tuple of str
        Of `Study.strata`.
    """
    return (EVERYBODY, *study.statuses)


def with_answers(cohort: Cohort) -> pd.DataFrame:
    """Add to the patients the yes/no answers that this chapter counts beside their own.

    Parameters
    ----------
    cohort : Cohort

    Returns
    -------
    DataFrame
        One row per patient, with in_panel (the immune panel has a row of the patient), alive, and
        above_cut (missing where no burden is defined).
    """
    burden = cohort.patients["burden"]
    return cohort.patients.assign(
        in_panel=cohort.patients["patient_id"].isin(cohort.immune["patient_id"]),
        alive=~cohort.patients["death"],
        above_cut=burden.eq("high").astype("boolean").mask(burden.isna()),
    )


def values(
    patients: pd.DataFrame, study: Study, column: str, group: str, stratum: str = EVERYBODY
) -> pd.Series:
    """Select a column in the patients of a group within a population.

    Parameters
    ----------
    patients : DataFrame
    study : Study
    column : str
    group, stratum : str
        Of `Study.groups` and `Study.strata`.

    Returns
    -------
    Series
    """
    return patients[column][study.members(patients, stratum, group)]


def make(study: Study, id: ResultId, label: str, unit: str, value: Estimate, kind: str | None = None) -> Row:
    """Make a result row whose population is named after the group and the stratum of its id.

    Parameters
    ----------
    study : Study
    id, label, unit, value, kind
        As in `helpers.ground.results.row`.

    Returns
    -------
    dict
    """
    names = [study.label(part) for part in (id.stratum, id.group) if part != EVERYBODY]
    return row(id, label, ", ".join(names) or study.label(EVERYBODY), unit, value, kind)


def count(answers: pd.Series) -> Estimate:
    """Count the patients with a yes among those with an answer.

    Parameters
    ----------
    answers : Series of bool or boolean
        One per patient; missing answers leave the denominator.

    Returns
    -------
    Estimate
        ``n`` the answers; not estimable without one.
    """
    known = answers.dropna().astype(bool)
    if known.empty:
        return not_estimable("no patients" if answers.empty else "not recorded", n=0)
    return size(known)


def answer_rows(
    patients: pd.DataFrame,
    study: Study,
    outcome: str,
    label: str,
    answers: pd.Series,
    strata: tuple[str, ...] = (EVERYBODY,),
    counted: Callable[[pd.Series], Estimate] = count,
) -> Rows:
    """Count the patients with a yes in every group.

    Parameters
    ----------
    patients : DataFrame
    study : Study
    outcome, label : str
        Of the rows.
    answers : Series of bool or boolean
        One per patient.
    strata : tuple of str
        Of `Study.strata`: within which the groups are counted.
    counted : callable
        `count` or `size`.

    Yields
    ------
    dict
        A result row.
    """
    for group in study.groups:
        for stratum in strata:
            value = counted(answers[study.members(patients, stratum, group)])
            yield make(study, result_id(outcome, "count", group, stratum), label, "count", value)


def size(chosen: pd.Series) -> Estimate:
    """Count the members of a group, where a group of nobody is a finding and counts 0 of 0.

    Parameters
    ----------
    chosen : Series of bool
        One per patient.

    Returns
    -------
    Estimate
    """
    return Estimate(estimate=int(chosen.sum()), n=len(chosen), events=int(chosen.sum()), method="count")
