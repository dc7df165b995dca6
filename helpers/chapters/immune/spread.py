"""What figures show of patients who are not drawn one by one: quartiles of values, and fields of many."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.ground.cohort import Cohort
from helpers.ground.rounding import multiple, significant
from helpers.ground.study_parts import ENDS

LEAST = 5  # patients behind a field, and half of those behind quartiles, whatever the cohort's threshold
MOST_FIELDS, LEAST_FIELDS = 12, 4  # along an axis: more do not show, and fewer say nothing
IN_POINTS = [*ENDS, "change"]


class Fields(NamedTuple):
    """A plane in fields: their edges along both axes, and the patients in each, NaN where these are too few.

    Attributes
    ----------
    across, up : ndarray of shape (k + 1,)
    counts : ndarray of shape (k, k)
        Rows from the bottom up.
    """

    across: np.ndarray
    up: np.ndarray
    counts: np.ndarray


def least(cohort: Cohort) -> int:
    """Say how many patients must stand behind a field of a figure.

    Parameters
    ----------
    cohort : Cohort

    Returns
    -------
    int
    """
    return max(cohort.threshold, LEAST)


def of_panel(cohort: Cohort, panel: pd.DataFrame) -> pd.DataFrame:
    """Take from the immune panel what figures may show of it.

    Parameters
    ----------
    cohort : Cohort
    panel : DataFrame
        As `helpers.chapters.immune.panel.pairs` returns it.

    Returns
    -------
    DataFrame
        The panel itself where single patients are drawn. Else of each population and arm two rows, the lower
        and the upper quartiles of those with both values; where patients may not be told from each other
        percentages are whole and ratios have two digits.
    """
    if cohort.draws_patients:
        return panel
    complete, columns = panel.dropna(subset="change"), [*IN_POINTS, "ratio"]
    found = _quartiles(cohort, complete, ["population", "arm"], columns)
    if not cohort.threshold:
        return found
    return found.assign(**found[IN_POINTS].round(), ratio=significant(found["ratio"]))


def of_log_ratios(cohort: Cohort, log_pairs: pd.DataFrame) -> pd.DataFrame:
    """Take from logarithms of ratios what a figure may show of them.

    Parameters
    ----------
    cohort : Cohort
    log_pairs : DataFrame
        As `helpers.chapters.immune.balance.log_ratio_pairs` returns it.

    Returns
    -------
    DataFrame
        As `of_panel`, by arm.
    """
    if cohort.draws_patients:
        return log_pairs
    found = _quartiles(cohort, log_pairs.dropna(subset=ENDS), ["arm"], ENDS)
    if not cohort.threshold:
        return found
    return found.assign(**{end: np.log(significant(np.exp(found[end]))) for end in ENDS})


def of_outcomes(cohort: Cohort, values: pd.DataFrame) -> pd.DataFrame:
    """Take from values by outcome what a figure may show of them.

    Parameters
    ----------
    cohort : Cohort
    values : DataFrame
        As `helpers.chapters.immune.outcomes.values_by_outcome` returns it.

    Returns
    -------
    DataFrame
        As `of_panel`, by outcome, population, arm and whether it was reached.
    """
    if cohort.draws_patients:
        return values
    found = _quartiles(cohort, values, ["outcome", "population", "arm", "reached"], ["before"])
    return found.round({"before": 0}) if cohort.threshold else found


def of_changes(cohort: Cohort, wide: pd.DataFrame) -> Mapping[tuple[str, str], Fields]:
    """Count the patients whose changes of two populations of cells lie in each field of a plane.

    Parameters
    ----------
    cohort : Cohort
    wide : DataFrame
        As `helpers.chapters.immune.correlations.changes` returns it.

    Returns
    -------
    dict of Fields
        By the ids of the two populations; without the pairs that have too few patients for fields. None where
        single patients are drawn.
    """
    if cohort.draws_patients:
        return {}
    found = {}
    for first, second in combinations([cell.id for cell in cohort.study.cells], 2):
        both = wide[[first, second]].dropna().to_numpy(float)
        if (fields := _fields(both, least(cohort))) is not None:
            found[first, second] = fields._replace(counts=multiple(fields.counts, cohort.threshold))
    return found


def bar_words(cohort: Cohort) -> str:
    """Say what a bar of a figure shows, and why; a sentence.

    Parameters
    ----------
    cohort : Cohort

    Returns
    -------
    str
        Empty where single patients are drawn.
    """
    if cohort.draws_patients:
        return ""
    enough = f"where at least {2 * least(cohort)} patients have a value"
    return f"{cohort.undrawn} Bars: lower to upper quartile, {enough}."


def field_words(cohort: Cohort) -> str:
    """Say what a field of a figure shows.

    Parameters
    ----------
    cohort : Cohort

    Returns
    -------
    str
    """
    rounded = f", in multiples of {cohort.threshold}" if cohort.threshold else ""
    empty = f"a field of fewer than {least(cohort)} is empty, and the outermost patients lie outside"
    return f"the darker a field, the more patients{rounded}; {empty}"


def _quartiles(
    cohort: Cohort, values: pd.DataFrame, by: Sequence[str], columns: Sequence[str]
) -> pd.DataFrame:
    if values.empty:
        return values[[*by, *columns]]
    grouped = values.groupby([*by], sort=False, observed=True)[[*columns]]
    enough = grouped.count() >= 2 * least(cohort)
    ends = [grouped.quantile(share).where(enough).reset_index() for share in (0.25, 0.75)]
    return pd.concat(ends, ignore_index=True).dropna(subset=[*columns], how="all")


def _fields(points: np.ndarray, fewest: int) -> Fields | None:
    """Lay a grid over the patients, but for the outermost ones, and count those in each field."""
    size = min(int(np.sqrt(len(points) / (3 * fewest))), MOST_FIELDS)
    if size < LEAST_FIELDS:
        return None
    # Whole points beyond which some patients lie, so that no edge is one patient's value.
    beyond = max(fewest, len(points) // 100)
    lowest, highest = np.sort(points, axis=0)[[beyond, -beyond - 1]]
    across, up = np.linspace(np.floor(lowest), np.ceil(highest), size + 1).T
    if across[0] == across[-1] or up[0] == up[-1]:
        return None
    counts = np.histogram2d(points[:, 1], points[:, 0], bins=(up, across))[0]
    shown = np.where(counts >= fewest, counts, np.nan)
    return None if np.isnan(shown).all() else Fields(across, up, shown)
