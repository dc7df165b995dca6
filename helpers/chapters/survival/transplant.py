"""Chapter 4: transplant and survival, with transplant counted from its day, and once counted wrongly."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from helpers.chapters.survival.times import LANDMARKS
from helpers.estimators import cox, delayed_entry
from helpers.estimators import survival as kaplan_meier
from helpers.estimators.log_rank import mantel_byar
from helpers.ground.cohort import Cohort
from helpers.ground.endpoints import LABELS
from helpers.ground.results import Estimate, row
from helpers.plots.survival import tick_step

STARTS = (3, 6)  # months at which the landmark analyses begin
HORIZON = LANDMARKS[-1]
# Stratum in the ids: key of the palette, and the words in print.
STATES = {"transplanted": ("yes", "transplanted"), "not_transplanted": ("no", "not transplanted")}
NAIVE = {"transplanted": "Ever transplanted", "not_transplanted": "Never transplanted"}


def results(patients: pd.DataFrame) -> Iterator[dict]:
    """Give the rows of this subject."""
    courses = counting_process(patients)
    yield from _time_dependent(patients, courses)
    for start in STARTS:
        yield from _from_landmark(patients, start)
    yield from _naive(patients)


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


def curves(study: Cohort) -> pd.DataFrame:
    """Give Simon and Makuch's curves of overall survival: from transplant on, and without it so far.

    Returns
    -------
    DataFrame
        ``curve`` (key of the palette), ``label`` and the columns of
        `helpers.estimators.delayed_entry.delayed_entry_curve`, whose months count from the first day of
        blinatumomab in both curves.
    """
    words = {"transplanted": "After transplant", "not_transplanted": "Before or without transplant"}
    found = []
    for state, rows in _states(counting_process(study.patients)).items():
        curve = delayed_entry.delayed_entry_curve(rows["start"], rows["stop"], rows["event"])
        found.append(curve.assign(curve=STATES[state][0], label=f"{words[state]} (n = {len(rows)})"))
    return pd.concat([curve for curve in found if len(curve)] or found, ignore_index=True)


def at_risk(study: Cohort) -> pd.DataFrame:
    """Count who is in each state, still under observation and alive, at every tick of the axis.

    Returns
    -------
    DataFrame
        ``curve``, ``label``, ``month``, ``n_at_risk``.
    """
    longest = study.patients["overall_months"].max()
    ticks = np.arange(0, longest + 1e-9, tick_step(longest))
    found = []
    for state, rows in _states(counting_process(study.patients)).items():
        # At month 0 itself nobody has been at risk yet; a moment later everybody is.
        counts = delayed_entry.number_at_risk_after_entry(
            rows["start"], rows["stop"], np.maximum(ticks, 1e-9)
        )
        key, words = STATES[state]
        frame = {"curve": key, "label": words.capitalize(), "month": ticks, "n_at_risk": counts}
        found.append(pd.DataFrame(frame))
    return pd.concat(found, ignore_index=True)


def naive_curves(study: Cohort) -> pd.DataFrame:
    """Give the curves that are wrong: ever against never transplanted, both from the first day.

    Returns
    -------
    DataFrame
        ``curve``, ``label`` and the columns of `helpers.estimators.survival.kaplan_meier_curve`.
    """
    found = []
    for state, chosen in _ever(study.patients).items():
        curve = kaplan_meier.kaplan_meier_curve(chosen["overall_months"], chosen["overall_event"])
        found.append(curve.assign(curve=STATES[state][0], label=f"{NAIVE[state]} (n = {len(chosen)})"))
    return pd.concat([curve for curve in found if len(curve)] or found, ignore_index=True)


def _states(courses: pd.DataFrame) -> dict[str, pd.DataFrame]:
    after = courses["transplanted"]
    return {"transplanted": courses[after], "not_transplanted": courses[~after]}


def _ever(patients: pd.DataFrame) -> dict[str, pd.DataFrame]:
    ever = patients["transplant_months"].notna()
    return {"transplanted": patients[ever], "not_transplanted": patients[~ever]}


def _time_dependent(patients: pd.DataFrame, courses: pd.DataFrame) -> Iterator[dict]:
    """Relate death to transplant, which counts from the day it happens."""
    columns = [courses[name] for name in ("start", "stop", "event", "transplanted")]
    # The estimator counts rows; the reader counts patients.
    value = replace(cox.time_dependent_hazard_ratio(*columns), n=len(patients))
    label = "Hazard ratio of death, after transplant against not (yet) transplanted"
    name = "survival.os.transplant_time_dependent_hazard_ratio.all"
    yield row(name, label, LABELS["all"], "hazard_ratio", value)
    after = courses[courses["transplanted"]]
    value = Estimate(estimate=len(after), n=len(patients), events=int(after["event"].sum()), method="count")
    label = "Followed beyond a transplant (events: deaths after it)"
    yield row("survival.os.followed_after_transplant.all", label, LABELS["all"], "count", value)
    label = "Chi-square of death, after transplant against not (yet) transplanted"
    yield row("survival.os.mantel_byar.all", label, LABELS["all"], "statistic", mantel_byar(*columns))
    for state, rows in _states(courses).items():
        for landmark in LANDMARKS:
            value = delayed_entry.delayed_entry_at(rows["start"], rows["stop"], rows["event"], landmark)
            label = f"Overall survival at {landmark} months, {STATES[state][1]} so far (Simon-Makuch)"
            name = f"survival.os.simon_makuch_{landmark}m.all.{state}"
            yield row(name, label, LABELS["all"], "fraction", value)


def _from_landmark(patients: pd.DataFrame, start: int) -> Iterator[dict]:
    """Begin at a month, with those still observed and alive, and sort them by what happened until then."""
    left = patients[patients["overall_months"] > start]
    transplanted = left["transplant_months"] <= start
    months = left["overall_months"] - start
    population = f"Alive and observed at {start} months"
    value = cox.cox_hazard_ratio(months, left["overall_event"], transplanted)
    label = f"Hazard ratio of death after {start} months, transplanted by then against not"
    name = f"survival.os.landmark_{start}m_hazard_ratio.all"
    yield row(name, label, population, "hazard_ratio", value)
    value = kaplan_meier.log_rank(months, left["overall_event"], transplanted)
    label = f"Log-rank chi-square of death after {start} months, transplanted by then against not"
    yield row(f"survival.os.landmark_{start}m_logrank.all", label, population, "statistic", value)
    yield _count(f"landmark_{start}m_transplanted", left, transplanted, population)
    for state, chosen in (("transplanted", transplanted), ("not_transplanted", ~transplanted)):
        value = kaplan_meier.kaplan_meier_at(months[chosen], left["overall_event"][chosen], HORIZON - start)
        label = f"Overall survival at {HORIZON} months of those alive at {start}, {STATES[state][1]} by then"
        name = f"survival.os.landmark_{start}m_km_{HORIZON}m.all.{state}"
        yield row(name, label, population, "fraction", value)


def _naive(patients: pd.DataFrame) -> Iterator[dict]:
    """Compare ever with never transplanted from the first day on, to show the error of doing so."""
    ever = patients["transplant_months"].notna()
    months, died = patients["overall_months"], patients["overall_event"]
    wrong = "wrong, as it counts immortal time"
    value = cox.cox_hazard_ratio(months, died, ever)
    label = f"Hazard ratio of death, ever against never transplanted ({wrong})"
    yield row("survival.os.naive_hazard_ratio.all", label, LABELS["all"], "hazard_ratio", value)
    yield _count("naive_transplanted", patients, ever, LABELS["all"])
    for state, chosen in _ever(patients).items():
        value = kaplan_meier.kaplan_meier_at(chosen["overall_months"], chosen["overall_event"], HORIZON)
        label = f"Overall survival at {HORIZON} months, {NAIVE[state].lower()} ({wrong})"
        yield row(f"survival.os.naive_km_{HORIZON}m.all.{state}", label, LABELS["all"], "fraction", value)


def _count(statistic: str, patients: pd.DataFrame, transplanted: pd.Series, population: str) -> dict:
    deaths = int(patients["overall_event"][transplanted].sum())
    value = Estimate(estimate=int(transplanted.sum()), n=len(patients), events=deaths, method="count")
    label = "Transplanted (events: deaths among them)"
    return row(f"survival.os.{statistic}.all", label, population, "count", value)
