"""Chapters: the whole results table of one cohort, gathered from every chapter."""

import pandas as pd

from helpers.chapters.cohort import rows as description
from helpers.chapters.efficacy import rows as efficacy
from helpers.chapters.immune import rows as immune
from helpers.chapters.multivariable import rows as multivariable
from helpers.chapters.survival import rows as survival
from helpers.ground.cohort import Cohort
from helpers.ground.results import table

CHAPTERS = (description, efficacy, multivariable, survival, immune)


def all_results(study: Cohort) -> pd.DataFrame:
    """Compute every result row of the book.

    Parameters
    ----------
    study : Cohort
        As `helpers.ground.cohort.load` returns it.

    Returns
    -------
    DataFrame
        The results table of all chapters in the book's order, ids unique.
    """
    rows = pd.concat([chapter.results(study) for chapter in CHAPTERS], ignore_index=True)
    return table(rows.to_dict("records"))
