"""Chapter 2 in words: what rests on one reading of a sentence of the print, named beside the number."""

import pandas as pd

from helpers.ground.standing import OBSERVED
from helpers.ground.study import EVERYBODY, Study

UNDER = "under a reading"


def rests_on_reading(study: Study, stratum: str) -> bool:
    """Tell whether a population holds patients of whom one sentence speaks, and in one of its readings alone.

    These are the patients without a disease that could respond, who have nothing to reach but to stay as they
    are: that they did is printed only if the sentence about all patients is about them.
    """
    silent = [status for status in study.statuses if status not in study.responds_by]
    return bool(silent) and stratum in (EVERYBODY, *silent)


def patients(rows: pd.DataFrame, study: Study, stratum: str) -> str:
    """Name a population; with "under a reading" where its rate of an outcome holds under one alone."""
    return _named(study.label(stratum), rows, study, stratum)


def labelled(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Name the population of each row so, for a figure."""
    places = zip(rows["population"], rows["stratum"], strict=True)
    return rows.assign(population=[_named(name, rows, study, stratum) for name, stratum in places])


def _named(name: str, rows: pd.DataFrame, study: Study, stratum: str) -> str:
    observed = "standing" not in rows or rows["standing"].eq(OBSERVED).all()
    return name if observed or not rests_on_reading(study, stratum) else f"{name} ({UNDER})"
