"""Chapter 1, the cohort: every result row of its subjects."""

import pandas as pd

from helpers.chapters.cohort import course, entry, missing, sizes
from helpers.chapters.cohort.groups import with_answers
from helpers.ground.cohort import Cohort
from helpers.ground.results import Rows, recorded, table

IMMUNE = "immune.csv"
# Columns, or files, without which an outcome is not known.
NEEDS = {
    **{outcome: (column,) for outcome, (column, *_) in entry.QUANTITIES.items()},
    **{name: (name,) for name in ("disease_status", "transplant", "relapse", "on_chemotherapy")},
    **dict.fromkeys(("centres", "centres_with_both_arms"), ("centre",)),
    **dict.fromkeys((f"cycles_{number}" for number in range(1, course.FEWEST + 1)), ("cycles",)),
    "immune_panel": (IMMUNE,),
    "death_after_relapse_or_no_response": ("relapse", "best_response"),
}


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
    gaps = {outcome: (column,) for outcome, (column, _) in missing.columns(cohort.study).items()}
    own = {
        outcome: (one.column,)
        for one in cohort.study.characteristics
        for outcome in (one.id, *(one.level_id(place) for place in range(1, len(one.levels) + 1)))
    }
    absent = (*cohort.absent, IMMUNE) if cohort.immune.empty else cohort.absent
    return table(recorded(result_rows(cohort), absent, NEEDS | gaps | own))


def result_rows(cohort: Cohort) -> Rows:
    """Give the rows of `results`.

    Parameters
    ----------
    cohort : Cohort

    Yields
    ------
    dict
        As `helpers.ground.results.row` makes it.
    """
    study, patients = cohort.study, with_answers(cohort)
    yield from sizes.rows(patients, study)
    yield from entry.rows(patients, study, cohort.threshold)
    yield from course.rows(patients, study)
    yield from missing.rows(patients, cohort.immune, study)
