"""Chapter 5: blood immune cells at the first and the last visit; a cohort in, result rows out."""

from dataclasses import asdict

import pandas as pd

from helpers.chapters.immune import balance, changes, correlations, families, outcomes, panel, samples
from helpers.ground.cohort import Cohort
from helpers.ground.results import Row, not_estimable, table

NO_PANEL = "the cohort has no immune panel"


def results(cohort: Cohort) -> pd.DataFrame:
    """Compute every result of the chapter.

    Parameters
    ----------
    cohort : Cohort

    Returns
    -------
    DataFrame
        The results table. The same ids for every cohort of a study; without an immune panel each is not
        estimable.
    """
    return table(result_rows(cohort))


def result_rows(cohort: Cohort) -> list[Row]:
    """Give the rows of `results`.

    Parameters
    ----------
    cohort : Cohort

    Returns
    -------
    list of dict
        As `helpers.ground.results.row` makes them.
    """
    study, pairs = cohort.study, panel.pairs(cohort.immune, cohort.study)
    declared = families.families(study)
    paired, between = [*changes.paired_rows(pairs, study)], [*changes.between_rows(pairs, study)]
    by_outcome = [*outcomes.outcome_rows(cohort, pairs)]
    rows = [
        *samples.patient_rows(cohort),
        *samples.value_rows(pairs, study),
        *paired,
        *between,
        *families.family_rows(paired, declared["paired"], study),
        *families.family_rows(between, declared["between"], study),
        *balance.balance_rows(pairs, study),
        *changes.fold_change_rows(pairs, study),
        *by_outcome,
        *families.family_rows(by_outcome, declared["outcomes"], study),
        *correlations.correlation_rows(pairs, study),
    ]
    if cohort.immune.empty:
        rows = [entry | asdict(not_estimable(NO_PANEL)) for entry in rows]
    return rows
