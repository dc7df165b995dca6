"""Chapter 4: the outcomes that it reads, who has them when, and the row that holds a number of theirs."""

from functools import partial
from typing import NamedTuple

import numpy as np

from helpers.ground.cohort import Cohort
from helpers.ground.kept import kept
from helpers.ground.results import Estimate, ResultId, Row, row
from helpers.ground.study import EVERYBODY, Study

result_id = partial(ResultId, "survival")


class Outcome(NamedTuple):
    """What ends the time: where the cohort holds it, its name in print, one event of it and several."""

    key: str
    label: str
    event: str
    events: str


OUTCOMES = {  # by the outcome in the ids; the key begins the names of the cohort's columns
    "os": Outcome("overall", "Overall survival", "death", "deaths"),
    "dfs": Outcome("disease_free", "Disease-free survival", "relapse or death", "relapses or deaths"),
    "dfs_nonresponse": Outcome(
        "disease_free_nonresponse",
        "Disease-free survival with non-response as an event",
        "relapse, death or non-response",
        "relapses, deaths or non-responses",
    ),
}
CAUSES = {  # of competing events, by the outcome in the ids; the key is the level of first_event
    "relapse": Outcome("relapse", "Relapse", "relapse", "relapses"),
    "death_without_relapse": Outcome(
        "death", "Death without relapse", "death without relapse", "deaths without relapse"
    ),
}


@kept
def times(cohort: Cohort, outcome: str, group: str = EVERYBODY) -> tuple[np.ndarray, np.ndarray]:
    """Return months and events of one outcome in one group.

    Parameters
    ----------
    cohort : Cohort
    outcome : str
        One of `OUTCOMES`.
    group : str
        One of the study's groups.

    Returns
    -------
    months : ndarray of float
    event : ndarray of bool
        Without the patients whose event has no known day.
    """
    months, event = _of_all(cohort, outcome)
    chosen = cohort.study.chosen(cohort.patients, group=group) & ~np.isnan(months)
    return months[chosen], event[chosen]


def _of_all(cohort: Cohort, outcome: str) -> tuple[np.ndarray, np.ndarray]:
    column = OUTCOMES[outcome].key
    months, event = (cohort.patients[f"{column}_{end}"].to_numpy() for end in ("months", "event"))
    return months, event


def in_first_arm(cohort: Cohort) -> np.ndarray:
    """Say which patients are in the arm asked about.

    Parameters
    ----------
    cohort : Cohort

    Returns
    -------
    ndarray of bool
    """
    return cohort.study.chosen(cohort.patients, group=cohort.study.arms[0].id)


def contrast(cohort: Cohort, outcome: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what the estimators that compare the arms take.

    Parameters
    ----------
    cohort : Cohort
    outcome : str
        One of `OUTCOMES`.

    Returns
    -------
    months : ndarray of float
        One a patient, missing where an event has no known day; the estimators leave such a patient out.
    event, first_arm : ndarray of bool
    """
    return (*_of_all(cohort, outcome), in_first_arm(cohort))


def line(
    study: Study,
    outcome: str,
    statistic: str,
    label: str,
    unit: str,
    value: Estimate,
    group: str = EVERYBODY,
    stratum: str = EVERYBODY,
    population: str = "",
    kind: str | None = None,
) -> Row:
    """Make a row of the chapter.

    Parameters
    ----------
    study : Study
    outcome, statistic : str
        Parts of the row's id, as ``group`` and ``stratum`` are.
    label, unit : str
    value : Estimate
    group, stratum : str
    population : str, optional
        Without it the label of the row's group.
    kind : str, optional
        As `helpers.ground.results.row` takes it.

    Returns
    -------
    dict
    """
    id = result_id(outcome, statistic, group, stratum)
    return row(id, label, population or study.label(group), unit, value, kind)
