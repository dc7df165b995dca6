"""Chapter 4: what the estimates owe to two choices, the clock's start and the censoring before two years."""

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from helpers.chapters.survival.times import GROUPS, LANDMARKS, OUTCOMES, times
from helpers.estimators.cox import cox_hazard_ratio
from helpers.estimators.proportions import newcombe_difference, wilson
from helpers.estimators.survival import kaplan_meier_at
from helpers.ground.endpoints import ARMS, DAYS_PER_MONTH, LABELS, in_group
from helpers.ground.results import Estimate, not_estimable, row

HORIZON = LANDMARKS[-1]
LEAD_DAYS = 7  # venetoclax starts so long before blinatumomab
CLOCKED = ("os", "dfs")  # a non-response at half a day has no meaning on the other clock
CASES = ("worst", "best")


def results(patients: pd.DataFrame) -> Iterator[dict]:
    """Give the rows of this subject."""
    for outcome in OUTCOMES:
        for group in GROUPS:
            yield from _bounds(patients, outcome, group)
        yield from _differences(patients, outcome)
    for outcome in CLOCKED:
        yield from _other_clock(patients, outcome)


def _by_horizon(patients: pd.DataFrame, outcome: str, group: str) -> tuple[int, int, int]:
    """Count patients, events by the horizon, and those who left before it without the event."""
    months, event = times(patients, outcome, group)
    return len(months), int((event & (months <= HORIZON)).sum()), int((~event & (months < HORIZON)).sum())


def _bounds(patients: pd.DataFrame, outcome: str, group: str) -> Iterator[dict]:
    """Give the unknown the worst and the best fate: an event, or none, by the horizon."""
    _, label = OUTCOMES[outcome]
    n, events, unknown = _by_horizon(patients, outcome, group)
    value = Estimate(estimate=unknown, n=n, events=events, method="count")
    name = f"survival.{outcome}.censored_before_{HORIZON}m.{group}"
    words = f"{label}: left before {HORIZON} months without event"
    yield row(name, words, LABELS[group], "count", value)
    for case in CASES:
        lost = events + unknown if case == "worst" else events
        value = replace(wilson(n - lost, n), events=lost)
        name = f"survival.{outcome}.{case}_case_{HORIZON}m.{group}"
        yield row(name, f"{label} at {HORIZON} months, {case} case", LABELS[group], "fraction", value)


def _differences(patients: pd.DataFrame, outcome: str) -> Iterator[dict]:
    """Give the arms opposite fates: one its worst case, the other its best."""
    _, label = OUTCOMES[outcome]
    (n_1, events_1, unknown_1), (n_0, events_0, unknown_0) = (
        _by_horizon(patients, outcome, arm) for arm in ARMS
    )
    for case in CASES:
        lost_1 = events_1 + (unknown_1 if case == "worst" else 0)
        lost_0 = events_0 + (unknown_0 if case == "best" else 0)
        value = replace(newcombe_difference(n_1 - lost_1, n_1, n_0 - lost_0, n_0), events=lost_1 + lost_0)
        name = f"survival.{outcome}.{case}_case_difference_{HORIZON}m.arm"
        words = f"{label} at {HORIZON} months, difference, {case} case for the combination"
        yield row(name, words, LABELS["arm"], "fraction", value)


def _other_clock(patients: pd.DataFrame, outcome: str) -> Iterator[dict]:
    """Start the combination's clock with venetoclax, and leave that of the monotherapy as it is."""
    _, label = OUTCOMES[outcome]
    months, event = times(patients, outcome, "all")
    combination = in_group(patients, "combination")
    later = months + combination * (LEAD_DAYS / DAYS_PER_MONTH)
    for group in ("all", "combination"):
        chosen = in_group(patients, group)
        value = kaplan_meier_at(later[chosen], event[chosen], HORIZON)
        name = f"survival.{outcome}.km_{HORIZON}m_venetoclax_clock.{group}"
        words = f"{label} at {HORIZON} months, combination timed from venetoclax"
        yield row(name, words, LABELS[group], "fraction", value)
    usual = cox_hazard_ratio(months, event, combination)
    value = cox_hazard_ratio(later, event, combination)
    name = f"survival.{outcome}.hazard_ratio_venetoclax_clock.arm"
    words = f"{label}, hazard ratio, combination timed from venetoclax"
    yield row(name, words, LABELS["arm"], "hazard_ratio", value)
    name = f"survival.{outcome}.hazard_ratio_shift_venetoclax_clock.arm"
    words = f"{label}, hazard ratio timed from venetoclax over that timed from blinatumomab"
    yield row(name, words, LABELS["arm"], "ratio", _shift(value, usual))


def _shift(value: Estimate, usual: Estimate) -> Estimate:
    for found in (value, usual):
        if pd.isna(found.estimate):
            return not_estimable("a hazard ratio does not exist", n=found.n, events=found.events)
    ratio = value.estimate / usual.estimate
    return Estimate(estimate=ratio, n=value.n, events=value.events, method="ratio of two hazard ratios")
