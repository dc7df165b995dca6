"""Chapter 4: curves of patients who may not be told from each other, or are too many to draw one by one.

A step of a curve is a patient's day. Where patients may not be told from each other curves are therefore
read at whole months only, between which enough of them have had the event, and at the same ones for all
patients and for the arms; where they are many they are read as finely as a figure can show.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

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
SPANS = (1, 2, 3, 6, 12, 24, 60)  # months: a reading ends one of them
STEPS = 500  # along the axis of months: each is narrower than a line


@dataclass(frozen=True)
class Course:
    """A curve of some patients, and when they are watched.

    Attributes
    ----------
    curve : DataFrame
        ``month, estimate, ci_low, ci_high, n_events``: its value from each of its months on.
    stop : ndarray of shape (n,)
        The months up to which its patients are followed.
    start : ndarray of shape (n,), optional
        The months at which they enter; without it all are at risk from the first day.
    untold : collection of int
        Months at which tables may not tell it, so that it is not read there; after the last at which they do
        it ends before them.
    of_all : bool
        Whether it is of all patients: where the others have too few events, such curves are read alone.
    """

    curve: pd.DataFrame
    stop: np.ndarray
    start: np.ndarray | None = None
    untold: Collection[int] = ()
    of_all: bool = False


def drawn(cohort: Cohort, courses: Mapping[str, Course]) -> dict[str, pd.DataFrame]:
    """Take from curves that hang together, as of all patients and of the arms, what a figure may show.

    Parameters
    ----------
    cohort : Cohort
    courses : mapping of str to Course

    Returns
    -------
    dict of str to DataFrame
        The curves themselves where single patients are drawn, else `coarse`, read as `in_multiples` says, or
        `thinned`.
    """
    if least := cohort.threshold:
        read = coarse([*courses.values()], least, cohort.study.horizons)
        return {
            key: one
            if course.start is not None
            else _in_multiples(one, course.curve, len(course.stop), least)
            for one, (key, course) in zip(read, courses.items(), strict=True)
        }
    return {
        key: course.curve if cohort.draws_patients else thinned(course.curve)
        for key, course in courses.items()
    }


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


def coarse(courses: Sequence[Course], least: int, horizons: Collection[int] = ()) -> list[pd.DataFrame]:
    """Read curves at the ends of round spans of months, in each of which enough patients have had the event.

    Were a curve read as soon as enough of them have had it since the reading before, an event would have
    happened in the very month of each reading: one patient's, where it is the only one. Were curves that hang
    together read at different months, their differences would tell of the few of one of them.

    Parameters
    ----------
    courses : sequence of Course
    least : int
        Patients who may not be told from each other.
    horizons : collection of int
        Months at which tables read the curves too, if they may.

    Returns
    -------
    list of DataFrame
        `READ` of each at month 0 and at `_months` at which at least `least` of its patients are at risk.
        Events after the last of these, up to the last round month with that many at risk, go with its own,
        unless it is a horizon: the curve ends there. Shares are in whole percent, numbers at risk multiples
        of `least`. No rows where there is no such month, and of all but `Course.of_all` where one of them has
        too few events.
    """
    told = {month for course in courses for month in horizons if month not in course.untold}
    untold = {month for course in courses for month in course.untold}
    tallies = [_tally(course, least, horizons) for course in courses]
    enough = all(tally.had_it.max(initial=0) >= least for tally in tallies)
    months = of_parts = _months(tallies, least, told, untold) if enough else [0]
    if len(of_parts) == 1:  # beside the curve of all that of one part would give the other away
        of_all = [tally for course, tally in zip(courses, tallies, strict=True) if course.of_all]
        months = _months(of_all, least, told, untold)
    return [
        _read(tally, months if course.of_all else of_parts, least, told)
        for course, tally in zip(courses, tallies, strict=True)
    ]


class _Tally(NamedTuple):
    """What stands at each whole month up to the end of a curve: the at risk, the events so far, the row."""

    curve: pd.DataFrame
    at_risk: np.ndarray
    had_it: np.ndarray
    rows: np.ndarray
    is_cut: bool  # before the end of follow-up


def _tally(course: Course, least: int, horizons: Collection[int]) -> _Tally:
    last = max((month for month in horizons if month not in course.untold), default=0)
    end = min((month for month in course.untold if month > last), default=np.inf)
    whole = np.arange(min(last_month(course.stop, least, course.start) + 1, end), dtype=int)
    # Before the first entry a curve with delayed entry is what it is at it.
    rows = np.maximum(np.searchsorted(course.curve["month"], whole, side="right") - 1, 0)
    had_it = np.append(course.curve["n_events"].cumsum(), 0)[rows]
    at_risk = _at_risk(whole, course.stop, course.start)
    return _Tally(course.curve, at_risk, had_it, rows, is_cut=len(whole) >= end)


def _months(
    tallies: Sequence[_Tally], least: int, told: Collection[int], untold: Collection[int]
) -> list[int]:
    """Find the months that end the first of `SPANS` since the one before in which enough had the event.

    A span begins at a multiple of itself, and holds enough events of every curve that goes on; as many follow
    up to the next month at which a table reads one.
    """
    kept = [0]
    for month in range(1, max((len(tally.had_it) for tally in tallies), default=0)):
        going_on = (tally for tally in tallies if month < len(tally.had_it) and tally.at_risk[month] >= least)
        here = [tally.had_it for tally in going_on]
        begun = [month - span for span in SPANS if month % span == 0 and month - span >= kept[-1]]
        within = max((min(had[month] - had[first] for had in here) for first in begun if here), default=0)
        ahead = [had[end] - had[month] for had in here for end in told if month < end < len(had)]
        if within >= least and min(ahead, default=least) >= least and month not in untold:
            kept.append(month)
    return kept


def _read(tally: _Tally, months: Sequence[int], least: int, told: Collection[int]) -> pd.DataFrame:
    """Read one curve at those of some months at which enough of its patients are at risk."""
    at_risk, rows = tally.at_risk, tally.rows
    kept = [month for month in months if month < len(rows) and (month == 0 or at_risk[month] >= least)]
    if len(kept) < 2:
        return pd.DataFrame(columns=READ, dtype=float)
    # Where a table reads the curve, or may not read it afterwards, few events after it would show.
    if kept[-1] not in told and not tally.is_cut:
        kept[-1] = len(rows) - 1
    read = tally.curve.iloc[rows[kept]][READ[1:-1]].round(PERCENT).reset_index(drop=True)
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
        without it; else the same, as where a percent is that many patients.
    """
    if not base or not value.events > 0 or np.isnan(value.estimate) or value.n >= 100 * base:
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


def counts(
    cohort: Cohort, months: np.ndarray, at_risk: Sequence[np.ndarray], untold: Collection[int] = ()
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Take from numbers at risk of groups that hang together what may be told.

    Parameters
    ----------
    cohort : Cohort
    months : ndarray of shape (k,)
    at_risk : sequence of ndarray of shape (k,)
        One a group.
    untold : collection of int
        Months at which tables may not tell one of them.

    Returns
    -------
    months : ndarray
    at_risk : list of ndarray
        As they are where nobody is to be hidden. Else the numbers are texts: multiples of the cohort's
        threshold, at months at which in every group at least as many patients have left since the one
        before; a smaller one says only that it is.
    """
    if not (least := cohort.threshold):
        return months, [*at_risk]
    kept: list[int] = []
    known: dict[int, int] = {}
    for place, month in enumerate(months):
        enough = {group: own[place] for group, own in enumerate(at_risk) if own[place] >= least}
        apart = all(abs(number - known[group]) >= least for group, number in enough.items() if group in known)
        if apart and month not in untold:
            kept.append(place)
            known |= enough
    told = [
        np.array([f"{multiple(each, least)}" if each >= least else f"<{least}" for each in own[kept]], object)
        for own in at_risk
    ]
    return months[kept], told


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
