"""Chapter 1, the cohort: who the patients are, where they came from, and what is known of each."""

import pandas as pd

from helpers.cohort import Cohort
from helpers.description import rows
from helpers.results import table


def results(study: Cohort) -> pd.DataFrame:
    """Compute every result row of the chapter.

    Parameters
    ----------
    study : Cohort
        As `helpers.cohort.load` returns it.

    Returns
    -------
    DataFrame
        The results table: sizes, the immune panel, centres, age and blasts with their comparisons,
        standardised differences at entry, cycles, courses, and missing values.
    """
    patients = rows.with_answers(study)
    return table(
        [
            *rows.sizes(patients),
            *rows.subgroups(patients),
            *rows.centres(patients),
            *rows.quantities(patients),
            *rows.comparisons(patients),
            *rows.differences(patients),
            *rows.chance_differences(patients),
            *rows.cycles(patients),
            *rows.courses(patients),
            *rows.missing(study),
        ]
    )
