"""Chapter 4: how long patients lived, how long without relapse, and how long they were followed."""

from typing import Any

import pandas as pd

from helpers.chapters.survival import arms, sensitivity, transplant
from helpers.chapters.survival.times import CAUSES, OUTCOMES, line, result_id, times
from helpers.estimators import quantiles
from helpers.estimators import survival as kaplan_meier
from helpers.estimators.competing import cumulative_incidence_at
from helpers.ground.cohort import Cohort
from helpers.ground.results import Estimate, table
from helpers.ground.study import EVERYBODY

# Statistic of follow-up in the ids: its words in print, and the share of patients followed no longer.
FOLLOWUP = {
    "quartile_1": ("first quartile", 0.25),
    "median": ("median", 0.5),
    "quartile_3": ("third quartile", 0.75),
    "maximum": ("longest", 1.0),
}
REVERSE = "reverse_km_median"


def results(cohort: Cohort) -> pd.DataFrame:
    """Compute every result of the chapter.

    Parameters
    ----------
    cohort : Cohort

    Returns
    -------
    DataFrame
        The results table; the same ids for every cohort of one study.
    """
    groups = cohort.study.groups
    rows = [row for group in groups for row in _followup_rows(cohort, group)]
    for outcome in OUTCOMES:
        rows += [row for group in groups for row in _curve_rows(cohort, outcome, group)]
        rows += arms.comparison_rows(cohort, outcome)
    rows += [row for cause in CAUSES for group in groups for row in _incidence_rows(cohort, cause, group)]
    rows.append(_never_in_remission_row(cohort))
    return table([*rows, *arms.rows(cohort), *transplant.rows(cohort), *sensitivity.rows(cohort)])


def _followup_rows(cohort: Cohort, group: str) -> list[dict[str, Any]]:
    """Describe follow-up: every patient's own time, dead or alive, and the reverse Kaplan-Meier median."""
    months, died = times(cohort, "os", group)
    values = {name: (words, quantiles.quantile(months, share)) for name, (words, share) in FOLLOWUP.items()}
    if group == EVERYBODY:
        values |= {
            f"{name}_type_{kind}": (f"{words}, type {kind}", quantiles.quantile(months, share, kind))
            for name, (words, share) in FOLLOWUP.items()
            if name.startswith("quartile")
            for kind in quantiles.OTHERS
        }
    values[REVERSE] = ("reverse Kaplan-Meier median", kaplan_meier.reverse_kaplan_meier_median(months, died))
    return [
        line(cohort.study, result_id("followup", name, group), f"Follow-up, {words}", "months", value)
        for name, (words, value) in values.items()
    ]


def _curve_rows(cohort: Cohort, outcome: str, group: str) -> list[dict[str, Any]]:
    """Read one Kaplan-Meier curve at the horizons and at one half, with how many are still at risk."""
    study = cohort.study
    months, event = times(cohort, outcome, group)
    label = OUTCOMES[outcome].label
    rows = []
    for month in study.horizons:
        value = kaplan_meier.kaplan_meier_at(months, event, month)
        id = result_id(outcome, f"km_{month}m", group)
        rows.append(line(study, id, f"{label} at {month} months", "fraction", value))
        left = int(kaplan_meier.number_at_risk(months, [month])[0])
        count = Estimate(estimate=left, n=value.n, events=value.events, method="count")
        id = result_id(outcome, f"at_risk_{month}m", group)
        rows.append(line(study, id, f"{label}: at risk at {month} months", "count", count))
    value = kaplan_meier.median_time(months, event)
    return [*rows, line(study, result_id(outcome, "median", group), f"{label}, median", "months", value)]


def _incidence_rows(cohort: Cohort, cause: str, group: str) -> list[dict[str, Any]]:
    study = cohort.study
    chosen = cohort.patients[study.members(cohort.patients, group=group)]
    level, label, *_ = CAUSES[cause]
    rows = []
    for month in study.horizons:
        value = cumulative_incidence_at(chosen["disease_free_months"], chosen["first_event"], month, level)
        id = result_id(cause, f"cumulative_incidence_{month}m", group)
        rows.append(line(study, id, f"{label} within {month} months", "fraction", value))
    return rows


def _never_in_remission_row(cohort: Cohort) -> dict[str, Any]:
    """Count the deaths without relapse of those who never reached a remission to relapse from."""
    study = cohort.study
    stratum = study.outcome("response").main
    died = cohort.patients[cohort.patients["first_event"].eq("death")]
    never = study.members(died, stratum) & ~died["complete_remission"].fillna(True).astype(bool)
    value = Estimate(estimate=int(never.sum()), n=len(died), events=int(never.sum()), method="count")
    name = study.label(stratum)
    label = f"Deaths without relapse in {name[0].lower()}{name[1:]} patients with no complete remission"
    id = result_id("death_without_relapse", "never_in_remission")
    return line(study, id, label, "count", value)
