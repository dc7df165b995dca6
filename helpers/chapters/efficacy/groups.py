"""Chapter 2, efficacy: the ids, populations and counts behind all its results."""

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from helpers.estimators import proportions
from helpers.estimators.common import numbers
from helpers.ground.kept import kept
from helpers.ground.results import Estimate, ResultId, Row, row
from helpers.ground.rounding import multiple
from helpers.ground.study import CONTRAST, Study

result_id = partial(ResultId, "efficacy")


def places(study: Study) -> list[tuple[str, str]]:
    """List every question of the chapter.

    Parameters
    ----------
    study : Study

    Returns
    -------
    list of tuple
        Each outcome with each population in which it is asked.
    """
    return [(outcome.id, stratum) for outcome in study.outcomes for stratum in outcome.populations]


def joined(study: Study) -> str | None:
    """Find the population that joins several disease statuses.

    Parameters
    ----------
    study : Study

    Returns
    -------
    str or None
        The first such population, by id.
    """
    return next((population.id for population in study.populations if len(population.levels) > 1), None)


def tally(patients: pd.DataFrame, study: Study, outcome: str, group: str, stratum: str) -> tuple[int, int]:
    """Count the patients with an outcome.

    Parameters
    ----------
    patients : DataFrame
        The cohort's patients with their endpoints.
    study : Study
    outcome, group, stratum : str

    Returns
    -------
    tuple of int
        With the outcome, and all those of the group and stratum in whom it is recorded.
    """
    return _tallied(patients, study, study.outcome(outcome).column, group, stratum)


@kept
def _tallied(patients: pd.DataFrame, study: Study, column: str, group: str, stratum: str) -> tuple[int, int]:
    known = answers(patients, column)[study.chosen(patients, stratum, group)]
    known = known[~np.isnan(known)]
    return int(known.sum()), len(known)


@kept
def answers(patients: pd.DataFrame, column: str) -> np.ndarray:
    """Return a column of the patients as floats.

    Parameters
    ----------
    patients : DataFrame
    column : str

    Returns
    -------
    ndarray of float
        Missing values are NaN. Not to be written into.
    """
    return numbers(patients[column])


def counts(
    patients: pd.DataFrame, study: Study, outcome: str, stratum: str, base: int = 0
) -> tuple[int, int, int, int]:
    """Count the same in both arms, as every estimator of a two-by-two table wants it.

    Parameters
    ----------
    patients : DataFrame
    study : Study
    outcome, stratum : str
    base : int
        Rounds the counts, as in `helpers.ground.rounding.multiple`.

    Returns
    -------
    tuple of int
        Patients with the outcome and all, in the first arm and in the second.
    """
    first, second = (tally(patients, study, outcome, arm, stratum) for arm in study.arm_ids)
    reached_1, n_1, reached_0, n_0 = (multiple(count, base) for count in (*first, *second))
    return reached_1, n_1, reached_0, n_0


def share(events: int, n: int, base: int = 0) -> Estimate:
    """Give the share of patients with an outcome.

    Parameters
    ----------
    events, n : int
        They stand in the estimate as they are.
    base : int
        To whose multiples they are rounded for share and interval, which would tell them otherwise.

    Returns
    -------
    Estimate
    """
    return replace(proportions.wilson(multiple(events, base), multiple(n, base)), n=n, events=events)


def contrast_row(
    study: Study,
    outcome: str,
    stratum: str,
    statistic: str,
    words: str,
    value: Estimate,
    unit: str = "fraction",
    kind: str | None = None,
) -> Row:
    """Make the row of a number that compares the arms.

    Parameters
    ----------
    study : Study
    outcome, stratum, statistic : str
        Of the id.
    words : str
        What the number is: the label after the outcome.
    value, unit, kind
        As in `helpers.ground.results.row`.

    Returns
    -------
    dict
    """
    id = result_id(outcome, statistic, CONTRAST, stratum)
    return row(id, f"{study.label(outcome)}, {words}", study.label(stratum), unit, value, kind)
