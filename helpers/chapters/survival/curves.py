"""Chapter 4: the curves of its figures, and the numbers at risk under them."""

from collections.abc import Iterable
from itertools import product

import numpy as np
import pandas as pd

from helpers.chapters.survival import coarse
from helpers.chapters.survival.horizons import curve_rows, incidence_rows, untold
from helpers.chapters.survival.times import CAUSES, OUTCOMES, times
from helpers.estimators.competing import cumulative_incidence_curve
from helpers.estimators.survival import kaplan_meier_curve, number_at_risk
from helpers.ground.cohort import Cohort
from helpers.ground.endpoints import tick_step
from helpers.ground.results import pick
from helpers.ground.standing import FOLLOWS, PRINTED
from helpers.ground.study import EVERYBODY, Study
from helpers.ground.study_parts import inside


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
        `helpers.estimators.survival.kaplan_meier_curve`, as `coarse.drawn` leaves them.
    """
    hidden = untold(cohort, curve_rows, outcome)
    courses = {
        group: coarse.Course(
            kaplan_meier_curve(months, event),
            months,
            untold=hidden.get(("km", group, EVERYBODY), ()),
            of_all=group == EVERYBODY,
        )
        for group in (cohort.study.groups if cohort.threshold else groups)
        for months, event in [times(cohort, outcome, group)]
    }
    drawn = coarse.drawn(cohort, courses)
    return stacked(
        named(drawn[group], group, cohort.study.label(group), coarse.size(cohort, len(courses[group].stop)))
        for group in groups
    )


def fans(cohort: Cohort, outcomes: tuple[str, ...], groups: tuple[str, ...]) -> pd.DataFrame:
    """Give how far curves range over the cohorts that agree with the print.

    Parameters
    ----------
    cohort : Cohort
    outcomes : tuple of str
        Of `helpers.chapters.survival.times.OUTCOMES`.
    groups : tuple of str
        Of the study's groups.

    Returns
    -------
    DataFrame
        `helpers.ground.standing.CURVES` and ``label`` (outcome, group and its size), curve by curve; one row
        without a range for each curve where none of them is known.
    """
    known, found = cohort.fans, []
    for outcome, group in product(outcomes, groups):
        own = known[known["outcome"].eq(outcome) & known["group"].eq(group)]
        size = cohort.study.members(cohort.patients, group=group).sum()
        whom = f"{inside(cohort.study.label(group))} (n = {size})".replace(
            "n = ", "n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}"
        )
        label = f"{OUTCOMES[outcome].label}: {whom}"
        unknown = pd.DataFrame(
            {"outcome": [outcome], "group": group, "month": 0, "low": np.nan, "high": np.nan}
        )
        found.append((own if len(own) else unknown).assign(label=label))
    return stacked([curve for curve in found if curve["low"].notna().any()] or found)


def points(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Pick the points of the curves that the print determines.

    Parameters
    ----------
    rows : DataFrame
        The chapter's results, with their standing.
    study : Study

    Returns
    -------
    DataFrame
        As of `at_horizons`.
    """
    found = at_horizons(rows, study)
    return found[found["standing"].isin([PRINTED, FOLLOWS]) & found["estimate"].notna()]


def at_horizons(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Pick the results that are read from the curves at the months of the study.

    Parameters
    ----------
    rows : DataFrame
        The chapter's results, with their standing.
    study : Study

    Returns
    -------
    DataFrame
        Rows of `rows`, with ``month``.
    """
    months = {f"km_{month}m": month for month in study.horizons}
    found = pick(rows, outcome=OUTCOMES, statistic=months)
    return found.assign(month=found["statistic"].map(months))


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
        month 0), up to the end of the longest of `curves`, as `coarse.counts` leaves them.
    """
    axis, study = ticks(curves(cohort, outcome, groups)["month"]), cohort.study
    hidden = untold(cohort, curve_rows, outcome)
    hidden_at = {month for (kind, *_), months in hidden.items() for month in months if kind == "at_risk"}
    everybody = study.groups if cohort.threshold else groups
    left = [number_at_risk(times(cohort, outcome, group)[0], axis) for group in everybody]
    axis, told = coarse.counts(cohort, axis, left, hidden_at)
    by_group = dict(zip(everybody, told, strict=True))
    return stacked(counted(axis, by_group[group], group, study.label(group)) for group in groups)


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
        columns of `helpers.estimators.competing.cumulative_incidence_curve`, as
        `helpers.chapters.survival.coarse.drawn` leaves them.
    """
    study, found = cohort.study, []
    is_known = cohort.patients["disease_free_months"].notna()
    for cause in causes:
        level, words, *_ = CAUSES[cause]
        hidden, courses = untold(cohort, incidence_rows, cause), {}
        for group in study.groups if cohort.threshold else groups:
            own = cohort.patients[study.members(cohort.patients, group=group) & is_known]
            months = own["disease_free_months"].to_numpy()
            courses[group] = coarse.Course(
                cumulative_incidence_curve(months, own["first_event"], level),
                months,
                untold=hidden.get(("cumulative_incidence", group, EVERYBODY), ()),
                of_all=group == EVERYBODY,
            )
        drawn = coarse.drawn(cohort, courses)
        for group in groups:
            key, label = (level, words) if len(groups) == 1 else (group, study.label(group))
            found.append(named(drawn[group], key, label, coarse.size(cohort, len(courses[group].stop))))
    return stacked(found)


def ticks(months: pd.Series) -> np.ndarray:
    """Return the months at which the axis of some curves has its ticks.

    Parameters
    ----------
    months : Series of float
        Of the curves; there may be none.

    Returns
    -------
    ndarray of float
    """
    longest = months.max() if len(months) else 0.0
    return np.arange(0, longest + 1e-9, tick_step(longest))


def named(curve: pd.DataFrame, key: str, label: str, size: int) -> pd.DataFrame:
    """Mark a curve with its key in the palette and its label, which ends in its size.

    Parameters
    ----------
    curve : DataFrame
    key, label : str
    size : int
        Patients, or courses, behind the curve.

    Returns
    -------
    DataFrame
        With ``curve`` and ``label``.
    """
    return curve.assign(curve=key, label=f"{label} (n = {size})")


def counted(months: np.ndarray, counts: np.ndarray, key: str, label: str) -> pd.DataFrame:
    """Lay out the numbers at risk under one curve.

    Parameters
    ----------
    months, counts : ndarray of shape (n,)
    key, label : str
        As in `named`, without a size.

    Returns
    -------
    DataFrame
        ``curve``, ``label``, ``month``, ``n_at_risk``.
    """
    return pd.DataFrame({"curve": key, "label": label, "month": months, "n_at_risk": counts})


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
