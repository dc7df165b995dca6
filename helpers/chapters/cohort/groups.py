"""Chapter 1, the cohort: the ids, groups of patients and counts that all its subjects use."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from helpers.estimators.common import complete, numbers
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
    burden, sampled = cohort.patients["burden"], set(cohort.immune["patient_id"])
    above = pd.array((burden == "high").to_numpy(), dtype="boolean")
    above[burden.isna().to_numpy()] = pd.NA
    return cohort.patients.assign(
        in_panel=[id in sampled for id in cohort.patients["patient_id"]],
        alive=~cohort.patients["death"],
        above_cut=above,
    )


def values(
    patients: pd.DataFrame, study: Study, column: str, group: str, stratum: str = EVERYBODY
) -> np.ndarray | pd.api.extensions.ExtensionArray:
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
    ndarray or ExtensionArray
        Not a Series, whose index would take time.
    """
    known = patients[column]
    array = known.to_numpy() if isinstance(known.dtype, np.dtype) else known.array
    return array[study.chosen(patients, stratum, group)]


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


def count(answers: ArrayLike) -> Estimate:
    """Count the patients with a yes among those with an answer.

    Parameters
    ----------
    answers : array-like of yes or no
        One per patient; missing answers leave the denominator.

    Returns
    -------
    Estimate
        ``n`` the answers; not estimable without one.
    """
    (known,) = complete(answers)
    if len(known) == 0:
        return not_estimable("not recorded" if np.size(answers) else "no patients", n=0)
    return size(known)


def answer_rows(
    patients: pd.DataFrame,
    study: Study,
    outcome: str,
    label: str,
    answers: ArrayLike,
    strata: tuple[str, ...] = (EVERYBODY,),
    counted: Callable[[ArrayLike], Estimate] = count,
) -> Rows:
    """Count the patients with a yes in every group.

    Parameters
    ----------
    patients : DataFrame
    study : Study
    outcome, label : str
        Of the rows.
    answers : array-like of yes or no
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
    known = numbers(answers)
    for group in study.groups:
        for stratum in strata:
            value = counted(known[study.chosen(patients, stratum, group)])
            yield make(study, result_id(outcome, "count", group, stratum), label, "count", value)


def size(chosen: ArrayLike) -> Estimate:
    """Count the members of a group, where a group of nobody is a finding and counts 0 of 0.

    Parameters
    ----------
    chosen : array-like of bool
        One per patient.

    Returns
    -------
    Estimate
    """
    found = int(np.sum(chosen))
    return Estimate(estimate=found, n=np.size(chosen), events=found, method="count")
