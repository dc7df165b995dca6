"""Chapter 4: what the estimates owe to two choices, the start of the clock and the fate of who left early."""

from dataclasses import replace
from typing import Any

from helpers.chapters.survival.times import OUTCOMES, in_first_arm, line, result_id, times
from helpers.estimators.cox import cox_hazard_ratio
from helpers.estimators.proportions import newcombe_difference, wilson
from helpers.estimators.survival import kaplan_meier_at
from helpers.ground.cohort import Cohort
from helpers.ground.endpoints import DAYS_PER_MONTH
from helpers.ground.results import DIFFERENCE, NOT_ESTIMABLE, Estimate, not_estimable
from helpers.ground.study import CONTRAST, EVERYBODY, LeadIn, Study

CLOCKED = ("os", "dfs")  # a non-response at half a day has no meaning on the other clock
CASES = ("worst", "best")


def rows(cohort: Cohort) -> list[dict[str, Any]]:
    """Give the rows of this subject; those of the other clock where an arm has a lead-in.

    Parameters
    ----------
    cohort : Cohort

    Returns
    -------
    list of dict
        As `helpers.ground.results.row` makes them.
    """
    found = []
    for outcome in OUTCOMES:
        for group in cohort.study.groups:
            found += _bound_rows(cohort, outcome, group)
        found += _difference_rows(cohort, outcome)
    lead_in = cohort.study.lead_in
    return found + [row for outcome in CLOCKED if lead_in for row in _clock_rows(cohort, outcome, lead_in)]


def clocked(statistic: str, lead_in: LeadIn) -> str:
    """Name a statistic on the clock that starts with the lead-in.

    Parameters
    ----------
    statistic : str
        On the usual clock.
    lead_in : LeadIn

    Returns
    -------
    str
    """
    return f"{statistic}_{lead_in.id}_clock"


def clock_start(study: Study) -> str:
    """Name what the usual clock starts with: the treatment, where time zero is its first day.

    Parameters
    ----------
    study : Study

    Returns
    -------
    str
    """
    return study.time_zero.removeprefix("the first day of ")


def _by_horizon(cohort: Cohort, outcome: str, group: str) -> tuple[int, int, int]:
    """Count patients, events by the horizon, and those who left before it without the event."""
    months, event = times(cohort, outcome, group)
    horizon = cohort.study.horizon
    return len(months), int((event & (months <= horizon)).sum()), int((~event & (months < horizon)).sum())


def _bound_rows(cohort: Cohort, outcome: str, group: str) -> list[dict[str, Any]]:
    """Give the unknown the worst and the best fate: an event, or none, by the horizon."""
    study, label = cohort.study, OUTCOMES[outcome].label
    month = study.horizon
    n, events, unknown = _by_horizon(cohort, outcome, group)
    value = Estimate(estimate=unknown, n=n, events=events, method="count")
    id = result_id(outcome, f"censored_before_{month}m", group)
    found = [line(study, id, f"{label}: left before {month} months without event", "count", value)]
    for case in CASES:
        lost = events + unknown if case == "worst" else events
        value = replace(wilson(n - lost, n), events=lost)
        id = result_id(outcome, f"{case}_case_{month}m", group)
        found.append(line(study, id, f"{label} at {month} months, {case} case", "fraction", value))
    return found


def _difference_rows(cohort: Cohort, outcome: str) -> list[dict[str, Any]]:
    """Give the arms opposite fates: one its worst case, the other its best."""
    study, label = cohort.study, OUTCOMES[outcome].label
    (n_1, events_1, unknown_1), (n_0, events_0, unknown_0) = (
        _by_horizon(cohort, outcome, arm) for arm in study.arm_ids
    )
    found = []
    for case in CASES:
        lost_1 = events_1 + (unknown_1 if case == "worst" else 0)
        lost_0 = events_0 + (unknown_0 if case == "best" else 0)
        value = replace(newcombe_difference(n_1 - lost_1, n_1, n_0 - lost_0, n_0), events=lost_1 + lost_0)
        id = result_id(outcome, f"{case}_case_difference_{study.horizon}m", CONTRAST)
        words = f"{label} at {study.horizon} months, difference, {case} case for {study.arms[0].phrase}"
        found.append(line(study, id, words, "fraction", value, kind=DIFFERENCE))
    return found


def _clock_rows(cohort: Cohort, outcome: str, lead_in: LeadIn) -> list[dict[str, Any]]:
    """Start the clock of one arm with its lead-in, and leave that of the other as it is."""
    study, label = cohort.study, OUTCOMES[outcome].label
    months, event = times(cohort, outcome, EVERYBODY)
    later = months + study.members(cohort.patients, group=lead_in.arm) * (lead_in.days / DAYS_PER_MONTH)
    timed = f"{study.arm(lead_in.arm).short} timed from {lead_in.label}"
    found = []
    for group in (EVERYBODY, lead_in.arm):
        chosen = study.members(cohort.patients, group=group)
        value = kaplan_meier_at(later[chosen], event[chosen], study.horizon)
        id = result_id(outcome, clocked(f"km_{study.horizon}m", lead_in), group)
        found.append(line(study, id, f"{label} at {study.horizon} months, {timed}", "fraction", value))
    usual = cox_hazard_ratio(months, event, in_first_arm(cohort))
    value = cox_hazard_ratio(later, event, in_first_arm(cohort))
    id = result_id(outcome, clocked("hazard_ratio", lead_in), CONTRAST)
    found.append(line(study, id, f"{label}, hazard ratio, {timed}", "hazard_ratio", value))
    id = result_id(outcome, clocked("hazard_ratio_shift", lead_in), CONTRAST)
    words = f"{label}, hazard ratio timed from {lead_in.label} over that timed from {clock_start(study)}"
    return [*found, line(study, id, words, "ratio", _shift(value, usual))]


def _shift(value: Estimate, usual: Estimate) -> Estimate:
    for found in (value, usual):
        if found.method.startswith(NOT_ESTIMABLE):
            return not_estimable("a hazard ratio does not exist", n=found.n, events=found.events)
    ratio = value.estimate / usual.estimate
    return Estimate(estimate=ratio, n=value.n, events=value.events, method="ratio of two hazard ratios")
