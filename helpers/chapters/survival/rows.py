"""Chapter 4: how long patients lived, how long without relapse, and how long they were followed.

Every duration starts on the first day of blinatumomab and is in months; venetoclax starts seven days before.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from helpers.chapters.survival import arms as survival_arms
from helpers.chapters.survival import sensitivity as survival_sensitivity
from helpers.chapters.survival import transplant as survival_transplant
from helpers.chapters.survival.times import CAUSES, GROUPS, LANDMARKS, OUTCOMES, times
from helpers.estimators import competing, cox, quantiles
from helpers.estimators import survival as kaplan_meier
from helpers.ground.cohort import Cohort
from helpers.ground.endpoints import ARMS, LABELS, in_group, in_stratum
from helpers.ground.results import Estimate, row, table
from helpers.plots.survival import tick_step


def results(study: Cohort) -> pd.DataFrame:
    """Compute every result of the chapter.

    Returns
    -------
    DataFrame
        The results table; the same ids for every cohort.
    """
    patients = study.patients
    rows = [line for group in GROUPS for line in _followup(patients, group)]
    for outcome in OUTCOMES:
        rows += [line for group in GROUPS for line in _one_curve(patients, outcome, group)]
        rows += _between_arms(patients, outcome)
    rows += [line for cause in CAUSES for group in GROUPS for line in _incidence_at(patients, cause, group)]
    subjects = (survival_arms, survival_transplant, survival_sensitivity)
    rows += _never_in_remission(patients)
    return table([*rows, *(line for subject in subjects for line in subject.results(patients))])


def curves(study: Cohort, outcome: str, groups: tuple[str, ...]) -> pd.DataFrame:
    """Give the Kaplan-Meier curves of one outcome.

    Parameters
    ----------
    study : Cohort
    outcome : str
        One of `OUTCOMES`.
    groups : tuple of str
        Of ``all`` and the arms; one without patients has no rows.

    Returns
    -------
    DataFrame
        ``curve`` (the group), ``label`` (its name with its size) and the columns of
        `helpers.estimators.survival.kaplan_meier_curve`.
    """
    found = {
        group: kaplan_meier.kaplan_meier_curve(*times(study.patients, outcome, group)) for group in groups
    }
    return _stacked(_named(curve, group, LABELS[group]) for group, curve in found.items())


def at_risk(study: Cohort, outcome: str, groups: tuple[str, ...]) -> pd.DataFrame:
    """Count who is still under observation and free of the event, at every tick of the axis.

    Returns
    -------
    DataFrame
        ``curve`` (the group), ``label``, ``month``, ``n_at_risk`` (just before the month; everybody at
        month 0), up to the longest time in the cohort.
    """
    months, _ = times(study.patients, outcome, "all")
    ticks = np.arange(0, months.max() + 1e-9, tick_step(months.max()))
    counts = {
        group: kaplan_meier.number_at_risk(times(study.patients, outcome, group)[0], ticks)
        for group in groups
    }
    return _stacked(
        pd.DataFrame({"curve": group, "label": LABELS[group], "month": ticks, "n_at_risk": count})
        for group, count in counts.items()
    )


def incidence_by_cause(study: Cohort) -> pd.DataFrame:
    """Give the cumulative incidence of each competing event among all patients.

    Returns
    -------
    DataFrame
        ``curve`` (the level of ``first_event``), ``label`` and the columns of
        `helpers.estimators.competing.cumulative_incidence_curve`.
    """
    return _stacked(
        _named(_incidence(study.patients, cause, "all"), level, label)
        for cause, (level, label) in CAUSES.items()
    )


def incidence_by_arm(study: Cohort, cause: str) -> pd.DataFrame:
    """Follow one of `CAUSES` in each arm: as `incidence_by_cause`, with ``curve`` the arm."""
    return _stacked(_named(_incidence(study.patients, cause, arm), arm, LABELS[arm]) for arm in ARMS)


def _named(curve: pd.DataFrame, key: str, label: str) -> pd.DataFrame:
    size = 0 if curve.empty else curve["n_at_risk"].iloc[0]
    return curve.assign(curve=key, label=f"{label} (n = {size})")


def _stacked(frames: Iterator[pd.DataFrame]) -> pd.DataFrame:
    """Stack frames; pandas warns about the types of empty ones, so these stay out unless all are empty."""
    frames = list(frames)
    return pd.concat([frame for frame in frames if len(frame)] or frames, ignore_index=True)


def _followup(patients: pd.DataFrame, group: str) -> Iterator[dict]:
    """Describe follow-up: every patient's own time, dead or alive, and the reverse Kaplan-Meier median."""
    months, died = times(patients, "os", group)
    statistics = {
        "quartile_1": ("first quartile", 0.25),
        "median": ("median", 0.5),
        "quartile_3": ("third quartile", 0.75),
        "maximum": ("longest", 1.0),
    }
    for name, (words, share) in statistics.items():
        value = quantiles.quantile(months, share)
        yield row(f"survival.followup.{name}.{group}", f"Follow-up, {words}", LABELS[group], "months", value)
    if group == "all":
        yield from _followup_quartiles_under_other_rules(months)
    value = kaplan_meier.reverse_kaplan_meier_median(months, died)
    label = "Follow-up, reverse Kaplan-Meier median"
    yield row(f"survival.followup.reverse_km_median.{group}", label, LABELS[group], "months", value)


def _followup_quartiles_under_other_rules(months: pd.Series) -> Iterator[dict]:
    for name, words, share in (("quartile_1", "first", 0.25), ("quartile_3", "third", 0.75)):
        for kind in quantiles.OTHERS:
            value = quantiles.quantile(months, share, kind)
            place = f"survival.followup.{name}_type_{kind}.all"
            label = f"Follow-up, {words} quartile, type {kind}"
            yield row(place, label, LABELS["all"], "months", value)


def _one_curve(patients: pd.DataFrame, outcome: str, group: str) -> Iterator[dict]:
    """Read one Kaplan-Meier curve at the landmarks and at one half, with how many are still at risk."""
    months, event = times(patients, outcome, group)
    _, label = OUTCOMES[outcome]
    for landmark in LANDMARKS:
        value = kaplan_meier.kaplan_meier_at(months, event, landmark)
        name = f"survival.{outcome}.km_{landmark}m.{group}"
        yield row(name, f"{label} at {landmark} months", LABELS[group], "fraction", value)
        left = int(kaplan_meier.number_at_risk(months, [landmark])[0])
        value = Estimate(estimate=left, n=value.n, events=value.events, method="count")
        name = f"survival.{outcome}.at_risk_{landmark}m.{group}"
        yield row(name, f"{label}: at risk at {landmark} months", LABELS[group], "count", value)
    value = kaplan_meier.median_time(months, event)
    yield row(f"survival.{outcome}.median.{group}", f"{label}, median", LABELS[group], "months", value)


def _between_arms(patients: pd.DataFrame, outcome: str) -> Iterator[dict]:
    """Compare the arms: log-rank test, hazard ratio, and whether one ratio can stand for all of follow-up."""
    months, event = times(patients, outcome, "all")
    combination = in_group(patients, "combination")
    _, label = OUTCOMES[outcome]
    for name, words, unit, estimator in (
        ("logrank", "log-rank chi-square", "statistic", kaplan_meier.log_rank),
        ("hazard_ratio", "hazard ratio", "hazard_ratio", cox.cox_hazard_ratio),
        (
            "proportional_hazards",
            "test of proportional hazards, chi-square",
            "statistic",
            cox.proportional_hazards,
        ),
    ):
        value = estimator(months, event, combination)
        yield row(f"survival.{outcome}.{name}.arm", f"{label}, {words}", LABELS["arm"], unit, value)


def _incidence(patients: pd.DataFrame, cause: str, group: str) -> pd.DataFrame:
    chosen = patients[in_group(patients, group)]
    level, _ = CAUSES[cause]
    return competing.cumulative_incidence_curve(chosen["disease_free_months"], chosen["first_event"], level)


def _incidence_at(patients: pd.DataFrame, cause: str, group: str) -> Iterator[dict]:
    chosen = patients[in_group(patients, group)]
    level, label = CAUSES[cause]
    for landmark in LANDMARKS:
        value = competing.cumulative_incidence_at(
            chosen["disease_free_months"], chosen["first_event"], landmark, level
        )
        name = f"survival.{cause}.cumulative_incidence_{landmark}m.{group}"
        yield row(name, f"{label} within {landmark} months", LABELS[group], "fraction", value)


def _never_in_remission(patients: pd.DataFrame) -> Iterator[dict]:
    """Count the relapsed/refractory who died without relapse and never had a remission to relapse from."""
    died = patients[patients["first_event"].eq("death")]
    never = in_stratum(died, "relapsed_refractory") & ~died["complete_remission"].fillna(True).astype(bool)
    value = Estimate(estimate=int(never.sum()), n=len(died), events=int(never.sum()), method="count")
    label = "Deaths without relapse in relapsed/refractory patients with no complete remission"
    yield row("survival.death_without_relapse.never_in_remission.all", label, LABELS["all"], "count", value)
