"""Exploratory: the cells at the first visit of patients with and without an outcome."""

from collections.abc import Iterator
from functools import partial
from itertools import product

import numpy as np
import pandas as pd

from helpers.chapters.immune.panel import Number, in_words, mann_whitney, number_rows, result_id
from helpers.estimators import quantiles, ranks
from helpers.estimators.common import numbers
from helpers.ground.cohort import Cohort
from helpers.ground.results import DIFFERENCE, ResultId, Rows, get
from helpers.ground.study import Study
from helpers.ground.study_parts import Cell, Outcome

VALUES = ["patient_id", "arm", "population", "before"]


def asked(study: Study) -> tuple[Outcome, ...]:
    """Return the outcomes by which the cells are compared.

    Parameters
    ----------
    study : Study

    Returns
    -------
    tuple of Outcome
    """
    return tuple(study.outcome(id) for id in study.panel.outcomes)


def outcome_id(study: Study, cell: Cell, outcome: Outcome, statistic: str) -> ResultId:
    """Name a number about a population of cells at the first visit by outcome.

    Parameters
    ----------
    study : Study
    cell : Cell
    outcome : Outcome
    statistic : str
        Without the visit: median_reached, median_missed, hodges_lehmann, mann_whitney, mann_whitney_exact,
        and the adjusted tests.

    Returns
    -------
    ResultId
    """
    first, _ = study.ends
    return result_id(f"{cell.id}_by_{outcome.id}", f"{first.id}_{statistic}", stratum=outcome.main)


def compared(results: pd.DataFrame, study: Study) -> dict[tuple[str, str], dict[str, pd.Series]]:
    """Return what a figure shows of each outcome and population of cells.

    Parameters
    ----------
    results : DataFrame
        The chapter's results table.
    study : Study

    Returns
    -------
    dict of dict
        By the ids of the outcome and the population: the rows of the medians where the outcome was
        ``reached`` and where it was ``missed``, of the exact ``test`` between them and of the ``approximate``
        one.
    """
    statistics = {
        "reached": "median_reached",
        "missed": "median_missed",
        "test": "mann_whitney_exact",
        "approximate": "mann_whitney",
    }
    return {
        (outcome.id, cell.id): {
            role: get(results, outcome_id(study, cell, outcome, statistic))
            for role, statistic in statistics.items()
        }
        for outcome, cell in product(asked(study), study.cells)
    }


def values_by_outcome(cohort: Cohort, panel: pd.DataFrame) -> pd.DataFrame:
    """Put each patient's values at the first visit beside whether an outcome was reached.

    Parameters
    ----------
    cohort : Cohort
    panel : DataFrame
        As `helpers.chapters.immune.panel.pairs` returns it for the cohort.

    Returns
    -------
    DataFrame
        One row per outcome, patient and population of cells with a value and a known outcome, of the patients
        in whom it can be reached, whether they have a second sample or not: patient_id, arm, population,
        before (percent of the parent population), reached (bool), outcome.
    """
    frames = [pd.DataFrame(columns) for columns in _columns(cohort, panel)]
    empty = pd.DataFrame(columns=[*VALUES, "reached", "outcome"])
    return pd.concat(frames, ignore_index=True) if frames else empty


def _columns(cohort: Cohort, panel: pd.DataFrame) -> Iterator[dict[str, np.ndarray]]:
    """Give the columns of `values_by_outcome` for each outcome."""
    present = ~np.isnan(panel["before"].to_numpy(float))
    columns = {name: panel[name].to_numpy()[present] for name in VALUES}
    ids = cohort.patients["patient_id"].tolist()
    for outcome in asked(cohort.study):
        answers = numbers(cohort.patients[outcome.column])
        answers = np.where(cohort.study.chosen(cohort.patients, outcome.main), answers, np.nan)
        answer = dict(zip(ids, answers.tolist(), strict=True))
        reached = np.array([answer.get(id, np.nan) for id in columns["patient_id"]], dtype=float)
        known = ~np.isnan(reached)
        chosen = {name: values[known] for name, values in columns.items()}
        yield {**chosen, "reached": reached[known] == 1, "outcome": np.full(known.sum(), outcome.id, object)}


def outcome_rows(cohort: Cohort, panel: pd.DataFrame) -> Rows:
    """Compare the values at the first visit by outcome.

    Parameters
    ----------
    cohort : Cohort
    panel : DataFrame
        As `helpers.chapters.immune.panel.pairs` returns it for the cohort.

    Yields
    ------
    dict
    """
    study = cohort.study
    for (outcome, values), cell in product(
        zip(asked(study), _columns(cohort, panel), strict=True), study.cells
    ):
        mine, before, reached = values["population"] == cell.id, values["before"], values["reached"]
        subject = f"{cell.share} {study.ends[0].phrase} by {outcome.label}"
        patients = (
            f"{study.label(outcome.main)}, patients with a {in_words(study)[0]} value and a known outcome"
        )
        yield from number_rows(
            _numbers(before[mine & reached], before[mine & ~reached]),
            subject,
            patients,
            partial(outcome_id, study, cell, outcome),
        )


def _numbers(reached: np.ndarray, missed: np.ndarray) -> Iterator[Number]:
    shift = ranks.hodges_lehmann_two_sample(reached, missed)
    label = "shift, reached against not reached"
    yield Number("median_reached", "median where reached", "percent_points", quantiles.median(reached))
    yield Number("median_missed", "median where not reached", "percent_points", quantiles.median(missed))
    yield Number("hodges_lehmann", label, "percent_points", shift, DIFFERENCE)
    yield from mann_whitney("mann_whitney", reached, missed)
