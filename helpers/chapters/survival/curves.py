"""Chapter 4: the curves of its figures, and the numbers at risk under them."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from helpers.chapters.survival.times import CAUSES, times
from helpers.estimators.competing import cumulative_incidence_curve
from helpers.estimators.survival import kaplan_meier_curve, number_at_risk
from helpers.ground.cohort import Cohort
from helpers.ground.endpoints import tick_step
from helpers.ground.study import EVERYBODY


def curves(cohort: Cohort, outcome: str, groups: tuple[str, ...]) -> pd.DataFrame:
    """Give the Kaplan-Meier curves of one outcome.

    Parameters
    ----------
    cohort : Cohort
    outcome : str
        One of `helpers.chapters.survival.times.OUTCOMES`.
    groups : tuple of str
        Of the study's groups; one without patients has no rows.

    Returns
    -------
    DataFrame
        ``curve`` (the group), ``label`` (its name with its size) and the columns of
        `helpers.estimators.survival.kaplan_meier_curve`.
    """
    return stacked(
        named(kaplan_meier_curve(*times(cohort, outcome, group)), group, cohort.study.label(group))
        for group in groups
    )


def at_risk(cohort: Cohort, outcome: str, groups: tuple[str, ...]) -> pd.DataFrame:
    """Count who is still under observation and free of the event, at every tick of the axis.

    Parameters
    ----------
    cohort, outcome, groups
        As in `curves`.

    Returns
    -------
    DataFrame
        ``curve`` (the group), ``label``, ``month``, ``n_at_risk`` (just before the month; everybody at
        month 0), up to the longest time in the cohort.
    """
    months = ticks(times(cohort, outcome, EVERYBODY)[0])
    return stacked(
        pd.DataFrame(
            {
                "curve": group,
                "label": cohort.study.label(group),
                "month": months,
                "n_at_risk": number_at_risk(times(cohort, outcome, group)[0], months),
            }
        )
        for group in groups
    )


def incidences(
    cohort: Cohort, groups: tuple[str, ...], causes: tuple[str, ...] = tuple(CAUSES)
) -> pd.DataFrame:
    """Give the cumulative incidence of competing events: of several in one group, or of one in several.

    Parameters
    ----------
    cohort : Cohort
    groups : tuple of str
        Of the study's groups.
    causes : tuple of str
        Of `helpers.chapters.survival.times.CAUSES`.

    Returns
    -------
    DataFrame
        ``curve`` (the group, or the level of ``first_event`` where there is one group), ``label`` and the
        columns of `helpers.estimators.competing.cumulative_incidence_curve`.
    """
    found = []
    for cause in causes:
        level, label, *_ = CAUSES[cause]
        for group in groups:
            chosen = cohort.patients[cohort.study.members(cohort.patients, group=group)]
            curve = cumulative_incidence_curve(chosen["disease_free_months"], chosen["first_event"], level)
            name = (level, label) if len(groups) == 1 else (group, cohort.study.label(group))
            found.append(named(curve, *name))
    return stacked(found)


def ticks(months: pd.Series) -> np.ndarray:
    """Return the months at which the axis of these times has its ticks.

    Parameters
    ----------
    months : Series of float

    Returns
    -------
    ndarray of float
    """
    return np.arange(0, months.max() + 1e-9, tick_step(months.max()))


def named(curve: pd.DataFrame, key: str, label: str) -> pd.DataFrame:
    """Mark a curve with its key in the palette and its label, which ends in its size.

    Parameters
    ----------
    curve : DataFrame
        With ``n_at_risk``, the first of which is the size.
    key, label : str

    Returns
    -------
    DataFrame
        With ``curve`` and ``label``.
    """
    size = 0 if curve.empty else curve["n_at_risk"].iloc[0]
    return curve.assign(curve=key, label=f"{label} (n = {size})")


def stacked(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Stack frames; pandas warns about the types of empty ones, so these stay out unless all are empty.

    Parameters
    ----------
    frames : iterable of DataFrame
        Of the same columns; at least one.

    Returns
    -------
    DataFrame
        On a fresh index.
    """
    frames = list(frames)
    return pd.concat([frame for frame in frames if len(frame)] or frames, ignore_index=True)
