"""Chapter 4: curves of patients who may not be told from each other, or are too many to draw one by one.

A step of a curve is a patient's day. Where patients may not be told from each other a curve is therefore
read at whole months only, between which enough of them have had the event; where they are many it is read as
finely as a figure can show.
"""

from collections.abc import Collection
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from helpers.estimators.competing import cumulative_incidence_at
from helpers.estimators.curves import BEFORE
from helpers.estimators.survival import kaplan_meier_at, number_at_risk_after_entry
from helpers.ground.cohort import Cohort
from helpers.ground.results import Estimate
from helpers.ground.rounding import ROUNDED, multiple

READ = ["month", "estimate", "ci_low", "ci_high", "n_at_risk"]  # of a curve
PERCENT = 2  # decimals of a share in whole percent
HALF, HALF_PERCENT = 0.5, 0.005
ROUND, HALF_ROUND = 6, 3  # months: a curve ends at a multiple, of the latter where it is short
STEPS = 500  # along the axis of months: each is narrower than a line


def drawn(
    cohort: Cohort,
    curve: pd.DataFrame,
    stop: ArrayLike,
    start: ArrayLike | None = None,
    untold: Collection[int] = (),
) -> pd.DataFrame:
    """Take from a curve what a figure may show of it.

    Parameters
    ----------
    cohort : Cohort
    curve, stop, start, untold
        As in `coarse`.

    Returns
    -------
    DataFrame
        The curve itself where single patients are drawn, else `coarse`, read as `in_multiples` says, or
        `thinned`.
    """
    if least := cohort.threshold:
        told = [month for month in cohort.study.horizons if month not in untold]
        read = coarse(curve, stop, least, start, told, untold)
        return read if start is not None else _in_multiples(read, curve, len(np.asarray(stop)), least)
    return curve if cohort.draws_patients else thinned(curve)


def offered(cohort: Cohort, curve: pd.DataFrame) -> pd.DataFrame | None:
    """Let a figure offer its curves as its data, if no step of theirs is a patient's day.

    Parameters
    ----------
    cohort : Cohort
    curve : DataFrame
        As `drawn` returns it, or several of these.

    Returns
    -------
    DataFrame or None
    """
    return curve if cohort.threshold else cohort.own_rows(curve)


def coarse(
    curve: pd.DataFrame,
    stop: ArrayLike,
    least: int,
    start: ArrayLike | None = None,
    horizons: Collection[int] = (),
    untold: Collection[int] = (),
) -> pd.DataFrame:
    """Read a curve at whole months between which at least some number of patients have had the event.

    Parameters
    ----------
    curve : DataFrame
        ``month, estimate, ci_low, ci_high, n_events``: its value from each of its months on.
    stop : array-like of shape (n,)
        The months up to which its patients are followed.
    least : int
        Patients who may not be told from each other.
    start : array-like of shape (n,), optional
        The months at which they enter; without it all are at risk from the first day.
    horizons : collection of int
        Months at which tables read the curve too, so that it is read there if anywhere near.
    untold : collection of int
        Months at which tables may not tell it, so that it is not read there; after the last of `horizons` it
        ends before them.

    Returns
    -------
    DataFrame
        `READ` at month 0 and at the months at which at least `least` events have happened since the one
        before, and will have up to the next horizon, and at least `least` patients are at risk. Events after
        the last of these, up to the last round month with that many at risk, go with its own, unless it is a
        horizon: the curve ends there. Shares are in whole percent, numbers at risk multiples of `least`. No
        rows where there is no such month.
    """
    end = min((month for month in untold if month > max(horizons, default=0)), default=np.inf)
    whole = np.arange(min(last_month(stop, least, start) + 1, end), dtype=int)
    at_risk = _at_risk(whole, stop, start)
    # Before the first entry a curve with delayed entry is what it is at it.
    rows = np.maximum(np.searchsorted(curve["month"], whole, side="right") - 1, 0)
    had_it = np.append(curve["n_events"].cumsum(), 0)[rows]
    kept = [0]
    for month in whole[1:]:
        ahead = [had_it[end] - had_it[month] for end in horizons if month < end < len(whole)]
        enough = had_it[month] - had_it[kept[-1]] >= least and all(events >= least for events in ahead)
        if at_risk[month] >= least and enough and month not in untold:
            kept.append(month)
    if len(kept) == 1:
        return pd.DataFrame(columns=READ, dtype=float)
    # Where a table reads the curve, or may not read it afterwards, few events after it would show.
    if kept[-1] not in horizons and len(whole) < end:
        kept[-1] = whole[-1]
    read = curve.iloc[rows[kept]][READ[1:-1]].round(PERCENT).reset_index(drop=True)
    return read.assign(month=np.array(kept, float), n_at_risk=multiple(at_risk[kept], least))[READ]


def in_multiples(value: Estimate, base: int) -> Estimate:
    """Read a curve from rounded counts, where hardly anybody left before: as a share it would tell them.

    Parameters
    ----------
    value : Estimate
        Read from a Kaplan-Meier or an Aalen-Johansen curve.
    base : int
        0 leaves it as it is.

    Returns
    -------
    Estimate
        That of the rounded counts where it is, in whole percent, the share of the patients with the event, or
        without it; else the same.
    """
    if not base or not value.events > 0 or np.isnan(value.estimate):
        return value
    rises, n, events = "incidence" in value.method, int(value.n), int(value.events)
    if abs(value.estimate - (events / n if rises else 1 - events / n)) > HALF_PERCENT:
        return value
    had_it = np.arange(multiple(n, base)) < multiple(events, base)
    months = np.where(had_it, 1, 2)
    if rises:
        read = cumulative_incidence_at(months, np.where(had_it, "event", "censored"), 1, "event")
    else:
        read = kaplan_meier_at(months, had_it, 1)
    return replace(read, n=value.n, events=value.events, method=f"{value.method}, {ROUNDED}")


def _in_multiples(read: pd.DataFrame, curve: pd.DataFrame, n: int, base: int) -> pd.DataFrame:
    """Read a coarse curve as `in_multiples` does, so that it says what the tables say."""
    if read.empty:
        return read
    rises = curve["estimate"].iloc[0] < HALF
    found = []
    for month in read["month"]:
        before = curve[curve["month"] <= month]
        events = float(before["n_events"].sum())
        # As the tables read it, before any rounding: close to a limit another choice would say another share.
        numbers = {name: float(before[name].iloc[-1]) for name in READ[1:-1]}
        value = Estimate(**numbers, n=n, events=events, method="incidence" if rises else "survival")
        told = in_multiples(value, base)
        found.append([told.estimate, told.ci_low, told.ci_high])
    return read.assign(**dict(zip(READ[1:-1], np.round(np.transpose(found), PERCENT), strict=True)))


def thinned(curve: pd.DataFrame) -> pd.DataFrame:
    """Keep of a curve the steps that a figure can show.

    Parameters
    ----------
    curve : DataFrame
        `READ` and ``n_events``, months rising.

    Returns
    -------
    DataFrame
        `READ`: month 0, of the months at which the curve steps the last in each of `STEPS` parts of the axis,
        and the end of follow-up.
    """
    steps = curve["n_events"].gt(0) | curve.index.isin(curve.index[[0, -1]] if len(curve) else [])
    kept = curve[steps]
    parts = np.ceil(kept["month"] / kept["month"].max() * STEPS) if len(kept) > 1 else kept["month"]
    return kept[~parts.duplicated(keep="last")][READ].reset_index(drop=True)


def last_month(stop: ArrayLike, least: int, start: ArrayLike | None = None) -> int:
    """Find the last round month at which enough patients are at risk.

    Parameters
    ----------
    stop, least, start
        As in `coarse`.

    Returns
    -------
    int
        0 where there is none. The very last whole month would be one patient's time of follow-up.
    """
    whole = np.arange(int(np.max(np.asarray(stop), initial=0)) + 1)
    last = int(whole[_at_risk(whole, stop, start) >= least].max(initial=0))
    return last // ROUND * ROUND if last >= 2 * ROUND else last // HALF_ROUND * HALF_ROUND


def counts(cohort: Cohort, months: np.ndarray, at_risk: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Take from numbers at risk what may be told.

    Parameters
    ----------
    cohort : Cohort
    months, at_risk : ndarray of shape (k,)

    Returns
    -------
    months, at_risk : ndarray
        As they are where nobody is to be hidden. Else the numbers are texts: multiples of the cohort's
        threshold, at months that are at least as many patients apart; a smaller one says only that it is.
    """
    if not (least := cohort.threshold):
        return months, at_risk
    kept, known = [], None
    for place, number in enumerate(at_risk):
        if number >= least and known is not None and abs(number - known) < least:
            continue
        kept.append(place)
        known = number if number >= least else known
    told = [f"{multiple(number, least)}" if number >= least else f"<{least}" for number in at_risk[kept]]
    return months[kept], np.array(told, dtype=object)


def size(cohort: Cohort, patients: int) -> int:
    """Say how many patients stand behind a curve.

    Parameters
    ----------
    cohort : Cohort
    patients : int

    Returns
    -------
    int
        Rounded to a multiple of the cohort's threshold, if it has one.
    """
    return multiple(patients, cohort.threshold)


def _at_risk(months: np.ndarray, stop: ArrayLike, start: ArrayLike | None) -> np.ndarray:
    start = np.full(len(np.asarray(stop)), BEFORE) if start is None else start
    return number_at_risk_after_entry(start, stop, months)
