"""Chapter 5: blood immune cells at the first and the last visit; a cohort in, result rows out."""

from dataclasses import asdict

import pandas as pd

from helpers.chapters.immune.balance import balance_rows
from helpers.chapters.immune.changes import between_rows, fold_change_rows, paired_rows
from helpers.chapters.immune.correlations import correlation_rows
from helpers.chapters.immune.families import families, family_rows
from helpers.chapters.immune.outcomes import outcome_rows
from helpers.chapters.immune.panel import pairs
from helpers.chapters.immune.samples import patient_rows, value_rows
from helpers.ground.cohort import Cohort
from helpers.ground.results import not_estimable, table

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
    study, panel = cohort.study, pairs(cohort.immune, cohort.study)
    declared = families(study)
    paired, between = [*paired_rows(panel, study)], [*between_rows(panel, study)]
    by_outcome = [*outcome_rows(cohort, panel)]
    rows = [
        *patient_rows(cohort),
        *value_rows(panel, study),
        *paired,
        *between,
        *family_rows(paired, declared["paired"], study),
        *family_rows(between, declared["between"], study),
        *balance_rows(panel, study),
        *fold_change_rows(panel, study),
        *by_outcome,
        *family_rows(by_outcome, declared["outcomes"], study),
        *correlation_rows(panel, study),
    ]
    if cohort.immune.empty:
        rows = [entry | asdict(not_estimable(NO_PANEL)) for entry in rows]
    return table(rows)
