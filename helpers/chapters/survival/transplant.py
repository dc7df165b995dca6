"""Chapter 4: transplant and survival, with transplant counted from its day, and once counted wrongly."""

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from helpers.chapters.survival.curves import named, stacked, ticks
from helpers.chapters.survival.times import line, result_id
from helpers.estimators.cox import cox_hazard_ratio, time_dependent_hazard_ratio
from helpers.estimators.delayed_entry import (
    delayed_entry_at,
    delayed_entry_curve,
    number_at_risk_after_entry,
)
from helpers.estimators.log_rank import mantel_byar
from helpers.estimators.survival import kaplan_meier_at, kaplan_meier_curve, log_rank
from helpers.ground.cohort import Cohort
from helpers.ground.results import Estimate
from helpers.ground.study import Study


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
WRONG = "wrong, as it counts immortal time"


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


def rows(cohort: Cohort) -> list[dict[str, Any]]:
    """Give the rows of this subject.

    Parameters
    ----------
    cohort : Cohort

    Returns
    -------
    list of dict
        As `helpers.ground.results.row` makes them.
    """
    landmarks = [row for start in starts(cohort.study) for row in _landmark_rows(cohort, start)]
    return [*_time_dependent_rows(cohort), *landmarks, *_naive_rows(cohort)]


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
    columns = ["patient_id", "start", "stop", "event", "transplanted"]
    later = patients["transplant_months"] < patients["overall_months"]
    before = patients.assign(
        start=0.0,
        stop=patients["transplant_months"].where(later, patients["overall_months"]),
        event=patients["overall_event"] & ~later,
        transplanted=False,
    )
    # Its own columns and not those of all patients: a longer column would make an empty frame grow.
    after = patients[later]
    after = after.assign(
        start=after["transplant_months"],
        stop=after["overall_months"],
        event=after["overall_event"],
        transplanted=True,
    )
    return pd.concat([before[columns], after[columns]], ignore_index=True)


def curves(cohort: Cohort) -> pd.DataFrame:
    """Give Simon and Makuch's curves of overall survival: from transplant on, and without it so far.

    Parameters
    ----------
    cohort : Cohort

    Returns
    -------
    DataFrame
        ``curve`` (key of the palette), ``label`` and the columns of
        `helpers.estimators.delayed_entry.delayed_entry_curve`, whose months count from time zero in both
        curves.
    """
    found = []
    for state, courses in _states(cohort).items():
        curve = delayed_entry_curve(courses["start"], courses["stop"], courses["event"])
        label = f"{STATES[state].curve} (n = {len(courses)})"
        found.append(curve.assign(curve=STATES[state].key, label=label))
    return stacked(found)


def at_risk(cohort: Cohort) -> pd.DataFrame:
    """Count who is in each state, still under observation and alive, at every tick of the axis.

    Parameters
    ----------
    cohort : Cohort

    Returns
    -------
    DataFrame
        ``curve``, ``label``, ``month``, ``n_at_risk``.
    """
    months = ticks(cohort.patients["overall_months"])
    found = []
    for state, courses in _states(cohort).items():
        # At month 0 itself nobody has been at risk yet; a moment later everybody is.
        counts = number_at_risk_after_entry(courses["start"], courses["stop"], np.maximum(months, 1e-9))
        frame = {"label": STATES[state].so_far.capitalize(), "month": months, "n_at_risk": counts}
        found.append(pd.DataFrame({"curve": STATES[state].key, **frame}))
    return stacked(found)


def naive_curves(cohort: Cohort) -> pd.DataFrame:
    """Give the curves that are wrong: ever against never transplanted, both from the first day.

    Parameters
    ----------
    cohort : Cohort

    Returns
    -------
    DataFrame
        ``curve``, ``label`` and the columns of `helpers.estimators.survival.kaplan_meier_curve`.
    """
    found = []
    for state, chosen in _ever(cohort.patients).items():
        curve = kaplan_meier_curve(chosen["overall_months"], chosen["overall_event"])
        found.append(named(curve, STATES[state].key, STATES[state].ever))
    return stacked(found)


def _states(cohort: Cohort) -> dict[str, pd.DataFrame]:
    courses = counting_process(cohort.patients)
    after = courses["transplanted"]
    return {"transplanted": courses[after], "not_transplanted": courses[~after]}


def _ever(patients: pd.DataFrame) -> dict[str, pd.DataFrame]:
    ever = patients["transplant_months"].notna()
    return {"transplanted": patients[ever], "not_transplanted": patients[~ever]}


def _time_dependent_rows(cohort: Cohort) -> list[dict[str, Any]]:
    """Relate death to transplant, which counts from the day it happens."""
    study, courses = cohort.study, counting_process(cohort.patients)
    columns = [courses[name] for name in ("start", "stop", "event", "transplanted")]
    after = courses[courses["transplanted"]]
    n = len(cohort.patients)
    # The estimator counts rows; the reader counts patients.
    ratio = replace(time_dependent_hazard_ratio(*columns), n=n)
    count = Estimate(estimate=len(after), n=n, events=int(after["event"].sum()), method="count")
    sides = "after transplant against not (yet) transplanted"
    test, words = mantel_byar(*columns), "Followed beyond a transplant (events: deaths after it)"
    name = result_id("os", "transplant_time_dependent_hazard_ratio")
    found = [
        line(study, name, f"Hazard ratio of death, {sides}", "hazard_ratio", ratio),
        line(study, result_id("os", "followed_after_transplant"), words, "count", count),
        line(study, result_id("os", "mantel_byar"), f"Chi-square of death, {sides}", "statistic", test),
    ]
    for state, courses in _states(cohort).items():
        for month in study.horizons:
            value = delayed_entry_at(courses["start"], courses["stop"], courses["event"], month)
            label = f"Overall survival at {month} months, {STATES[state].so_far} so far (Simon-Makuch)"
            id = result_id("os", f"simon_makuch_{month}m", stratum=state)
            found.append(line(study, id, label, "fraction", value))
    return found


def _landmark_rows(cohort: Cohort, start: int) -> list[dict[str, Any]]:
    """Begin at a month, with those still observed and alive, and sort them by what happened until then."""
    study = cohort.study
    left = cohort.patients[cohort.patients["overall_months"] > start]
    transplanted = left["transplant_months"] <= start
    months, died = left["overall_months"] - start, left["overall_event"]
    population = f"Alive and observed at {start} months"
    name = f"landmark_{start}m"
    sides = f"of death after {start} months, transplanted by then against not"
    ratio, test = cox_hazard_ratio(months, died, transplanted), log_rank(months, died, transplanted)
    ratio_id, test_id = (result_id("os", f"{name}_{statistic}") for statistic in ("hazard_ratio", "logrank"))
    found = [
        line(study, ratio_id, f"Hazard ratio {sides}", "hazard_ratio", ratio, population),
        line(study, test_id, f"Log-rank chi-square {sides}", "statistic", test, population),
        _count_row(study, name, left, transplanted, population),
    ]
    for state, chosen in (("transplanted", transplanted), ("not_transplanted", ~transplanted)):
        value = kaplan_meier_at(months[chosen], died[chosen], study.horizon - start)
        words = f"of those alive at {start}, {STATES[state].so_far} by then"
        label = f"Overall survival at {study.horizon} months {words}"
        id = result_id("os", f"{name}_km_{study.horizon}m", stratum=state)
        found.append(line(study, id, label, "fraction", value, population))
    return found


def _naive_rows(cohort: Cohort) -> list[dict[str, Any]]:
    """Compare ever with never transplanted from the first day on, to show the error of doing so."""
    study, patients = cohort.study, cohort.patients
    ever = patients["transplant_months"].notna()
    value = cox_hazard_ratio(patients["overall_months"], patients["overall_event"], ever)
    label = f"Hazard ratio of death, ever against never transplanted ({WRONG})"
    found = [
        line(study, result_id("os", "naive_hazard_ratio"), label, "hazard_ratio", value),
        _count_row(study, "naive", patients, ever),
    ]
    for state, chosen in _ever(patients).items():
        value = kaplan_meier_at(chosen["overall_months"], chosen["overall_event"], study.horizon)
        label = f"Overall survival at {study.horizon} months, {STATES[state].ever.lower()} ({WRONG})"
        id = result_id("os", f"naive_km_{study.horizon}m", stratum=state)
        found.append(line(study, id, label, "fraction", value))
    return found


def _count_row(
    study: Study, name: str, patients: pd.DataFrame, transplanted: pd.Series, population: str = ""
) -> dict[str, Any]:
    deaths = int(patients["overall_event"][transplanted].sum())
    value = Estimate(estimate=int(transplanted.sum()), n=len(patients), events=deaths, method="count")
    label = "Transplanted (events: deaths among them)"
    return line(study, result_id("os", f"{name}_transplanted"), label, "count", value, population)
