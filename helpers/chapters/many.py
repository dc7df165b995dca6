"""Chapters: the results of many cohorts of one study, each by the chapters' own functions.

What makes this affordable is in the estimators: what depends on counts alone is remembered, as it is the same
in many cohorts, and profile-likelihood intervals, which nobody reads of a number that differs from one cohort
to the next, are left out.
"""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from sys import intern

import pandas as pd
from joblib import Parallel, delayed

from helpers.chapters.book import CHAPTERS, all_results
from helpers.estimators.common import without_intervals
from helpers.ground.cohort import Cohort
from helpers.ground.kept import unchanged
from helpers.ground.many import NUMBERS, Many, gathered, why_missing

CHUNK = 20  # cohorts that a worker is given at once


def results_of_many(cohorts: Sequence[Cohort], workers: int = 2) -> Many:
    """Compute every result of the book in every cohort.

    Parameters
    ----------
    cohorts : sequence of Cohort
        Of one study, at least one; `helpers.ground.cohort.split` makes them from long tables.
    workers : int
        Processes; any number gives the same.

    Returns
    -------
    Many
    """
    chunks = [cohorts[start : start + CHUNK] for start in range(0, len(cohorts), CHUNK)]
    parts = Parallel(n_jobs=workers)(delayed(_tables)(chunk) for chunk in chunks)
    return gathered(all_results(cohorts[0]), [table for part in parts for table in part])


def _tables(cohorts: Sequence[Cohort]) -> list[pd.DataFrame]:
    with without_intervals(), _uncollected():
        return [_table(cohort) for cohort in cohorts]


def _table(cohort: Cohort) -> pd.DataFrame:
    with unchanged():
        rows = [row for chapter in CHAPTERS for row in chapter.result_rows(cohort)]
    # What many cohorts have in common travels between processes once.
    words = {"id": [intern(row["id"]) for row in rows], "reason": [intern(why_missing(row)) for row in rows]}
    return pd.DataFrame(words | {name: [row[name] for row in rows] for name in NUMBERS})


@contextmanager
def _uncollected() -> Iterator[None]:
    """Leave the search for garbage until afterwards: there is little, and each cohort would pay for it."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
