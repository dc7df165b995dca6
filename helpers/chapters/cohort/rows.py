"""Chapter 1, the cohort: every result row of its subjects."""

import pandas as pd

from helpers.chapters.cohort import course, entry, missing, sizes
from helpers.chapters.cohort.groups import with_answers
from helpers.ground.cohort import Cohort
from helpers.ground.results import table


def results(cohort: Cohort) -> pd.DataFrame:
    """Compute every result row of the chapter.

    Parameters
    ----------
    cohort : Cohort
        As `helpers.ground.cohort.load` returns it.

    Returns
    -------
    DataFrame
        The results table: sizes, the immune panel, centres, age and blasts with their comparisons,
        standardised differences at entry, cycles, courses, and missing values.
    """
    study, patients = cohort.study, with_answers(cohort)
    return table(
        [
            *sizes.rows(patients, study),
            *entry.rows(patients, study),
            *course.rows(patients, study),
            *missing.rows(patients, cohort.immune, study),
        ]
    )
