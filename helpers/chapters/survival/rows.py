"""Chapter 4: how long patients lived, how long without relapse, and how long they were followed."""

from functools import partial
from itertools import product

import pandas as pd

from helpers.chapters.survival import arms, horizons, sensitivity, transplant
from helpers.chapters.survival.times import CAUSES, OUTCOMES, line, times
from helpers.estimators import quantiles
from helpers.estimators import survival as kaplan_meier
from helpers.estimators.common import numbers
from helpers.ground.cohort import Cohort
from helpers.ground.results import Estimate, Row, Rows, recorded, table
from helpers.ground.study import EVERYBODY

# Statistic of follow-up in the ids: its words in print, and the share of patients followed no longer.
FOLLOWUP = {
    "quartile_1": ("first quartile", 0.25),
    "median": ("median", 0.5),
    "quartile_3": ("third quartile", 0.75),
    "maximum": ("longest", 1.0),
}
QUARTILES = ("quartile_1", "quartile_3")
# Columns without which an outcome is not known.
NEEDS = dict.fromkeys(("dfs", *CAUSES), ("relapse",)) | {
    "dfs_nonresponse": ("relapse", "best_response"),
    "no_response": ("best_response",),
    "neither": ("relapse", "best_response"),
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
    return table(recorded(result_rows(cohort), cohort.absent, NEEDS))


def result_rows(cohort: Cohort) -> Rows:
    """Give the rows of `results`.

    Parameters
    ----------
    cohort : Cohort

    Yields
    ------
    dict
        As `helpers.ground.results.row` makes it.
    """
    groups = cohort.study.groups
    for group in groups:
        yield from _followup_rows(cohort, group)
    for outcome in OUTCOMES:
        for group in groups:
            yield from horizons.curve_rows(cohort, outcome, group)
        yield from arms.comparison_rows(cohort, outcome)
    for cause in CAUSES:
        for group in groups:
            yield from horizons.incidence_rows(cohort, cause, group)
    remission = {"death_without_relapse": ("best_response",)}
    yield from recorded([_never_in_remission_row(cohort)], cohort.absent, remission)
    yield from _died_rows(cohort)
    yield from arms.rows(cohort)
    yield from recorded(transplant.rows(cohort), cohort.absent, {"os": ("transplant",)})
    yield from sensitivity.rows(cohort)


def _followup_rows(cohort: Cohort, group: str) -> Rows:
    """Describe follow-up: every patient's own time, dead or alive, and the reverse Kaplan-Meier median."""
    made = partial(line, cohort.study, "followup")
    months, died = times(cohort, "os", group)
    for name, (words, share) in FOLLOWUP.items():
        yield made(name, f"Follow-up, {words}", "months", quantiles.quantile(months, share), group)
    for name, kind in product(QUARTILES if group == EVERYBODY else (), quantiles.OTHERS):
        words, share = FOLLOWUP[name]
        value = quantiles.quantile(months, share, kind)
        yield made(f"{name}_type_{kind}", f"Follow-up, {words}, type {kind}", "months", value)
    value = kaplan_meier.reverse_kaplan_meier_median(months, died)
    yield made(REVERSE, "Follow-up, reverse Kaplan-Meier median", "months", value, group)


def _never_in_remission_row(cohort: Cohort) -> Row:
    """Count the deaths without relapse of those who never reached a remission to relapse from."""
    study = cohort.study
    died = (cohort.patients["first_event"] == "death").to_numpy()
    without = (numbers(cohort.patients["complete_remission"]) == 0) & study.chosen(
        cohort.patients, study.assessed
    )
    never = int((without & died).sum())
    value = Estimate(estimate=never, n=int(died.sum()), events=never, method="count")
    patients = f"{study.assessed_name} patients"
    label = f"Deaths without relapse in {patients} with no complete remission"
    return line(study, "death_without_relapse", "never_in_remission", label, "count", value)


def _died_rows(cohort: Cohort) -> Rows:
    """Count the deaths of those who relapsed, of those without response, and of all others."""
    patients = cohort.patients
    death, relapsed = (patients[name].to_numpy(bool) for name in ("death", "relapse"))
    lacking = numbers(patients["no_response"]) == 1
    parts = {
        "relapse": ("relapsed", relapsed),
        "no_response": ("had no response", lacking),
        "neither": ("responded and did not relapse", ~(relapsed | lacking)),
    }
    for outcome, (words, chosen) in parts.items():
        died = death[chosen]
        value = Estimate(estimate=int(died.sum()), n=len(died), events=int(died.sum()), method="count")
        label, whom = f"Died, of those who {words}", f"Patients who {words}"
        yield line(cohort.study, outcome, "died", label, "count", value, population=whom)
