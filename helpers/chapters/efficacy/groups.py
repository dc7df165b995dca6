"""Chapter 2, efficacy: the ids, populations and counts behind all its results."""

from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pandas as pd

from helpers.estimators.common import complete, numbers
from helpers.ground.results import Estimate, ResultId, Row, row
from helpers.ground.study import CONTRAST, Study

result_id = partial(ResultId, "efficacy")

RESPONDERS_BY = ("response", "complete_remission")  # answers that pick who is asked for MRD negativity


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
    answers = numbers(patients[study.outcome(outcome).column])
    (known,) = complete(answers[study.chosen(patients, stratum, group)])
    return int(known.sum()), len(known)


@dataclass(frozen=True)
class Counted:
    """What of the patients the chapter counts; equal for cohorts that differ in nothing else.

    Attributes
    ----------
    key : str
        The patients as text.
    patients : DataFrame
        Arm, best response, and the columns of outcomes and populations, in which a number tells only between
        which cut-offs it lies; the patients in the order of their values.
    """

    key: str
    patients: pd.DataFrame = field(compare=False)


def counted(patients: pd.DataFrame, study: Study) -> Counted:
    """Leave of the patients what the chapter counts.

    Parameters
    ----------
    patients : DataFrame
    study : Study

    Returns
    -------
    Counted
    """
    columns = {"arm", "best_response", "bm_blasts_pct", *RESPONDERS_BY}
    columns |= {outcome.column for outcome in study.outcomes}
    columns |= {population.column for population in study.populations if population.column}
    sides = patients[sorted(columns)].copy()
    for column in sides.select_dtypes("number").columns.difference(sides.select_dtypes("boolean").columns):
        sides[column] = _sides(sides[column], study)
    sides = sides.iloc[np.lexsort([sides[name].astype(str) for name in sides])].reset_index(drop=True)
    return Counted(sides.to_csv(index=False), sides)


def _sides(values: pd.Series, study: Study) -> pd.Series:
    """Put numbers between two cut-offs on one place: just above the lower one."""
    mine = [population for population in study.populations if population.column == values.name]
    cutoffs = {bound for one in mine for bound in (one.above, one.at_most) if bound is not None}
    places = np.array([-np.inf, *sorted(cutoffs)])
    found = np.nextafter(places, np.inf)[np.searchsorted(places[1:], values.to_numpy(float))]
    return pd.Series(found, index=values.index).where(values.notna())


def counts(patients: pd.DataFrame, study: Study, outcome: str, stratum: str) -> tuple[int, int, int, int]:
    """Count the same in both arms, as every estimator of a two-by-two table wants it.

    Parameters
    ----------
    patients : DataFrame
    study : Study
    outcome, stratum : str

    Returns
    -------
    tuple of int
        Patients with the outcome and all, in the first arm and in the second.
    """
    first, second = (tally(patients, study, outcome, arm, stratum) for arm in study.arm_ids)
    return *first, *second


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
