"""Chapter 4: what the estimates owe to two choices, the start of the clock and the fate of who left early."""

from dataclasses import replace
from functools import partial

from helpers.chapters.survival.coarse import in_multiples
from helpers.chapters.survival.times import OUTCOMES, contrast, line, times
from helpers.estimators.cox import cox_hazard_ratio
from helpers.estimators.proportions import newcombe_difference, wilson
from helpers.estimators.survival import kaplan_meier_at
from helpers.ground.cohort import Cohort
from helpers.ground.endpoints import DAYS_PER_MONTH
from helpers.ground.results import DIFFERENCE, NOT_ESTIMABLE, Estimate, Rows, not_estimable
from helpers.ground.rounding import ROUNDED, multiple
from helpers.ground.study import CONTRAST, EVERYBODY, LeadIn, Study

CLOCKED = ("os", "dfs")  # a non-response at half a day has no meaning on the other clock
CASES = ("worst", "best")


def rows(cohort: Cohort) -> Rows:
    """Give the rows of this subject; those of the other clock where an arm has a lead-in.

    Parameters
    ----------
    cohort : Cohort

    Yields
    ------
    dict
        As `helpers.ground.results.row` makes it.
    """
    study = cohort.study
    for outcome in OUTCOMES:
        for group in study.groups:
            yield from _bound_rows(cohort, outcome, group)
        yield from _difference_rows(cohort, outcome)
    if study.lead_in:
        for outcome in CLOCKED:
            yield from _clock_rows(cohort, outcome, study.lead_in)


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


def _left(n: int, lost: int, base: int) -> tuple[int, int]:
    """Count those without the event, and all, by the rounded counts where there is a base."""
    return multiple(n, base) - multiple(lost, base), multiple(n, base)


def _marked(value: Estimate, base: int) -> Estimate:
    return replace(value, method=f"{value.method}, {ROUNDED}") if base else value


def _bound_rows(cohort: Cohort, outcome: str, group: str) -> Rows:
    """Give the unknown the worst and the best fate: an event, or none, by the horizon."""
    made = partial(line, cohort.study, outcome, group=group)
    month, label = cohort.study.horizon, OUTCOMES[outcome].label
    n, events, unknown = _by_horizon(cohort, outcome, group)
    count = Estimate(estimate=unknown, n=n, events=events, method="count")
    words = f"{label}: left before {month} months without event"
    yield made(f"censored_before_{month}m", words, "count", count)
    for case, lost in zip(CASES, (events + unknown, events), strict=True):
        value = replace(wilson(*_left(n, lost, cohort.threshold)), n=n, events=lost)
        value = _marked(value, cohort.threshold)
        yield made(f"{case}_case_{month}m", f"{label} at {month} months, {case} case", "fraction", value)


def _difference_rows(cohort: Cohort, outcome: str) -> Rows:
    """Give the arms opposite fates: one its worst case, the other its best."""
    study = cohort.study
    (n_1, events_1, unknown_1), (n_0, events_0, unknown_0) = (
        _by_horizon(cohort, outcome, arm) for arm in study.arm_ids
    )
    fates = ((events_1 + unknown_1, events_0), (events_1, events_0 + unknown_0))
    for case, (lost_1, lost_0) in zip(CASES, fates, strict=True):
        arms = (*_left(n_1, lost_1, cohort.threshold), *_left(n_0, lost_0, cohort.threshold))
        value = replace(newcombe_difference(*arms), n=n_1 + n_0, events=lost_1 + lost_0)
        value = _marked(value, cohort.threshold)
        name, words = f"{case}_case_difference_{study.horizon}m", f"{case} case for {study.arms[0].phrase}"
        label = f"{OUTCOMES[outcome].label} at {study.horizon} months, difference, {words}"
        yield line(study, outcome, name, label, "fraction", value, CONTRAST, kind=DIFFERENCE)


def _clock_rows(cohort: Cohort, outcome: str, lead_in: LeadIn) -> Rows:
    """Start the clock of one arm with its lead-in, and leave that of the other as it is."""
    study, label = cohort.study, OUTCOMES[outcome].label
    made = partial(line, study, outcome)
    months, event, first_arm = contrast(cohort, outcome)
    later = months + study.chosen(cohort.patients, group=lead_in.arm) * (lead_in.days / DAYS_PER_MONTH)
    timed = f"{study.arm(lead_in.arm).short} timed from {lead_in.label}"
    name, words = clocked(f"km_{study.horizon}m", lead_in), f"{label} at {study.horizon} months, {timed}"
    for group in (EVERYBODY, lead_in.arm):
        chosen = study.chosen(cohort.patients, group=group)
        value = kaplan_meier_at(later[chosen], event[chosen], study.horizon)
        value = in_multiples(value, cohort.threshold)
        yield made(name, words, "fraction", value, group)
    usual, value = (cox_hazard_ratio(clock, event, first_arm) for clock in (months, later))
    name, words = clocked("hazard_ratio", lead_in), f"{label}, hazard ratio, {timed}"
    yield made(name, words, "hazard_ratio", value, CONTRAST)
    words = f"{label}, hazard ratio timed from {lead_in.label} over that timed from {clock_start(study)}"
    yield made(clocked("hazard_ratio_shift", lead_in), words, "ratio", _shift(value, usual), CONTRAST)


def _shift(value: Estimate, usual: Estimate) -> Estimate:
    for found in (value, usual):
        if found.method.startswith(NOT_ESTIMABLE):
            return not_estimable("a hazard ratio does not exist", n=found.n, events=found.events)
    ratio = value.estimate / usual.estimate
    return Estimate(estimate=ratio, n=value.n, events=value.events, method="ratio of two hazard ratios")
