"""Chapter 4: transplant and survival, with transplant counted from its day, and once counted wrongly."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.chapters.survival import coarse
from helpers.chapters.survival.curves import counted, named, stacked, ticks
from helpers.chapters.survival.horizons import untold
from helpers.chapters.survival.times import line
from helpers.estimators import survival
from helpers.estimators.cox import cox_hazard_ratio, time_dependent_hazard_ratio
from helpers.estimators.log_rank import log_rank, mantel_byar
from helpers.ground.cohort import Cohort
from helpers.ground.kept import kept
from helpers.ground.results import Estimate, Rows
from helpers.ground.study import EVERYBODY, Study


class State(NamedTuple):
    """A side of the comparison: its key in the palette, and its words so far, afterwards and all along."""

    key: str
    so_far: str
    curve: str
    ever: str


STATES = {  # by the stratum in the ids
    "transplanted": State("yes", "transplanted", "After transplant", "Ever transplanted"),
    "not_transplanted": State("no", "not transplanted", "Before or without transplant", "Never transplanted"),
}
COURSE = ("overall_months", "overall_event", "transplant_months")
WRONG = "wrong, as it counts immortal time"
COUNTED = "Transplanted (events: deaths among them)"


def starts(study: Study) -> tuple[int, ...]:
    """Return the months at which the landmark analyses begin: before the last horizon.

    Parameters
    ----------
    study : Study

    Returns
    -------
    tuple of int
    """
    return tuple(month for month in (3, 6) if month < study.horizon)


def rows(cohort: Cohort) -> Rows:
    """Give the rows of this subject.

    Parameters
    ----------
    cohort : Cohort

    Yields
    ------
    dict
        As `helpers.ground.results.row` makes it.
    """
    yield from _time_dependent_rows(cohort)
    for start in starts(cohort.study):
        yield from _landmark_rows(cohort, start)
    yield from _naive_rows(cohort)


@kept
def counting_process(patients: pd.DataFrame) -> pd.DataFrame:
    """Split each course at the transplant, so that nobody counts as transplanted before it happened.

    Parameters
    ----------
    patients : DataFrame
        With ``overall_months``, ``overall_event`` and ``transplant_months``.

    Returns
    -------
    DataFrame
        ``patient_id, start, stop, event, transplanted``: one row for each patient, two for one transplanted
        before the end of follow-up. A transplant on the last day leaves no time after it, so makes no row.
    """
    names = ("patient_id", "overall_event", "overall_months", "transplant_months")
    ids, died, end, transplant = (patients[name].to_numpy() for name in names)
    later = transplant < end
    change = np.where(later, transplant, end)
    columns = {  # of the rows before the transplant and of those after it
        "patient_id": (ids, ids[later]),
        "start": (np.zeros(len(ids)), change[later]),
        "stop": (change, end[later]),
        "event": (died & ~later, died[later]),
        "transplanted": (np.full(len(ids), False), np.full(later.sum(), True)),
    }
    return pd.DataFrame({name: np.concatenate(parts) for name, parts in columns.items()})


def curves(cohort: Cohort) -> pd.DataFrame:
    """Give Simon and Makuch's curves of overall survival: from transplant on, and without it so far.

    Parameters
    ----------
    cohort : Cohort

    Returns
    -------
    DataFrame
        ``curve`` (key of the palette), ``label`` and the columns of
        `helpers.estimators.survival.delayed_entry_curve`, whose months count from time zero in both
        curves, as `coarse.drawn` leaves them.
    """
    hidden, states = untold(cohort, rows), [*_states(cohort)]
    courses = {
        stratum: coarse.Course(
            survival.delayed_entry_curve(own["start"], own["stop"], own["event"]),
            own["stop"].to_numpy(),
            own["start"].to_numpy(),
            hidden.get(("simon_makuch", EVERYBODY, stratum), ()),
        )
        for stratum, _, own in states
    }
    drawn = coarse.drawn(cohort, courses)
    return stacked(
        named(drawn[stratum], state.key, state.curve, coarse.size(cohort, len(own)))
        for stratum, state, own in states
    )


def at_risk(cohort: Cohort) -> pd.DataFrame:
    """Count who is in each state, still under observation and alive, at every tick of the axis.

    Parameters
    ----------
    cohort : Cohort

    Returns
    -------
    DataFrame
        ``curve``, ``label``, ``month``, ``n_at_risk``, as `coarse.counts` leaves them.
    """
    months, states = ticks(curves(cohort)["month"]), [*_states(cohort)]
    # At month 0 itself nobody has been at risk yet; a moment later everybody is.
    entered = np.maximum(months, 1e-9)
    left = [survival.number_at_risk_after_entry(own["start"], own["stop"], entered) for *_, own in states]
    months, told = coarse.counts(cohort, months, left)
    return stacked(
        counted(months, numbers, state.key, state.so_far.capitalize())
        for numbers, (_, state, _) in zip(told, states, strict=True)
    )


def naive_curves(cohort: Cohort) -> pd.DataFrame:
    """Give the curves that are wrong: ever against never transplanted, both from the first day.

    Parameters
    ----------
    cohort : Cohort

    Returns
    -------
    DataFrame
        ``curve``, ``label`` and the columns of `helpers.estimators.survival.kaplan_meier_curve`, as
        `helpers.chapters.survival.coarse.drawn` leaves them.
    """
    hidden = untold(cohort, rows)
    sides = [*_sides(cohort.patients, cohort.patients["transplant_months"].notna())]
    courses = {
        stratum: coarse.Course(
            survival.kaplan_meier_curve(own["overall_months"], own["overall_event"]),
            own["overall_months"].to_numpy(),
            untold=hidden.get(("naive_km", EVERYBODY, stratum), ()),
        )
        for stratum, _, own in sides
    }
    drawn = coarse.drawn(cohort, courses)
    return stacked(
        named(drawn[stratum], state.key, state.ever, coarse.size(cohort, len(own)))
        for stratum, state, own in sides
    )


def _sides(frame: pd.DataFrame, transplanted: pd.Series) -> Iterator[tuple[str, State, pd.DataFrame]]:
    """Part a frame by its transplanted rows: the stratum in the ids, the words and the rows of each side."""
    for (stratum, state), chosen in zip(STATES.items(), (transplanted, ~transplanted), strict=True):
        yield stratum, state, frame[chosen]


def _states(cohort: Cohort) -> Iterator[tuple[str, State, pd.DataFrame]]:
    courses = counting_process(cohort.patients)
    return _sides(courses, courses["transplanted"])


def _time_dependent_rows(cohort: Cohort) -> Rows:
    """Relate death to transplant, which counts from the day it happens."""
    made = partial(line, cohort.study, "os")
    courses, n = counting_process(cohort.patients), len(cohort.patients)
    columns = [courses[name] for name in ("start", "stop", "event", "transplanted")]
    sides = "after transplant against not (yet) transplanted"
    # The estimator counts rows; the reader counts patients.
    ratio = replace(time_dependent_hazard_ratio(*columns), n=n)
    name = "transplant_time_dependent_hazard_ratio"
    yield made(name, f"Hazard ratio of death, {sides}", "hazard_ratio", ratio)
    died = courses["event"][courses["transplanted"]]
    count = Estimate(estimate=len(died), n=n, events=int(died.sum()), method="count")
    words = "Followed beyond a transplant (events: deaths after it)"
    yield made("followed_after_transplant", words, "count", count)
    yield made("mantel_byar", f"Chi-square of death, {sides}", "statistic", mantel_byar(*columns))
    for stratum, state, own in _states(cohort):
        for month in cohort.study.horizons:
            value = survival.delayed_entry_at(own["start"], own["stop"], own["event"], month)
            label = f"Overall survival at {month} months, {state.so_far} so far (Simon-Makuch)"
            yield made(f"simon_makuch_{month}m", label, "fraction", value, stratum=stratum)


def _landmark_rows(cohort: Cohort, start: int) -> Rows:
    """Begin at a month, with those still observed and alive, and sort them by what happened until then."""
    made = partial(line, cohort.study, "os", population=f"Alive and observed at {start} months")
    name, month = f"landmark_{start}m", cohort.study.horizon
    courses = {name: cohort.patients[name].to_numpy() for name in COURSE}
    still = courses["overall_months"] > start
    months, event, transplant = (courses[name][still] for name in COURSE)
    months, transplanted = months - start, transplant <= start
    data = (months, event, transplanted)
    sides = f"of death after {start} months, transplanted by then against not"
    yield made(f"{name}_hazard_ratio", f"Hazard ratio {sides}", "hazard_ratio", cox_hazard_ratio(*data))
    yield made(f"{name}_logrank", f"Log-rank chi-square {sides}", "statistic", log_rank(*data))
    yield made(f"{name}_transplanted", COUNTED, "count", _count(event, transplanted))
    for (stratum, state), own in zip(STATES.items(), (transplanted, ~transplanted), strict=True):
        value = survival.kaplan_meier_at(months[own], event[own], month - start)
        value = coarse.in_multiples(value, cohort.threshold)
        label = f"Overall survival at {month} months of those alive at {start}, {state.so_far} by then"
        yield made(f"{name}_km_{month}m", label, "fraction", value, stratum=stratum)


def _naive_rows(cohort: Cohort) -> Rows:
    """Compare ever with never transplanted from the first day on, to show the error of doing so."""
    made = partial(line, cohort.study, "os")
    months, event, transplant = (cohort.patients[name].to_numpy() for name in COURSE)
    month, ever = cohort.study.horizon, ~np.isnan(transplant)
    value = cox_hazard_ratio(months, event, ever)
    label = f"Hazard ratio of death, ever against never transplanted ({WRONG})"
    yield made("naive_hazard_ratio", label, "hazard_ratio", value)
    yield made("naive_transplanted", COUNTED, "count", _count(event, ever))
    for (stratum, state), own in zip(STATES.items(), (ever, ~ever), strict=True):
        value = coarse.in_multiples(
            survival.kaplan_meier_at(months[own], event[own], month), cohort.threshold
        )
        label = f"Overall survival at {month} months, {state.ever.lower()} ({WRONG})"
        yield made(f"naive_km_{month}m", label, "fraction", value, stratum=stratum)


def _count(event: np.ndarray, transplanted: np.ndarray) -> Estimate:
    deaths = int(event[transplanted].sum())
    return Estimate(estimate=int(transplanted.sum()), n=len(event), events=deaths, method="count")
