"""Chapter 4: what compares the arms, by a hazard ratio and without the hazards being proportional."""

from collections.abc import Callable
from typing import Any

from helpers.chapters.survival.times import CAUSES, OUTCOMES, in_first_arm, line, result_id, times
from helpers.estimators.cox import cox_hazard_ratio, proportional_hazards
from helpers.estimators.gray import gray_test
from helpers.estimators.log_rank import weighted_log_rank
from helpers.estimators.restricted_mean import restricted_mean, restricted_mean_difference
from helpers.estimators.survival import log_rank
from helpers.ground.cohort import Cohort
from helpers.ground.results import DIFFERENCE, Estimate
from helpers.ground.study import CONTRAST, EVERYBODY

# Statistic in the ids: its words in print, its unit and its estimator.
COMPARISONS: dict[str, tuple[str, str, Callable[..., Estimate]]] = {
    "logrank": ("log-rank chi-square", "statistic", log_rank),
    "hazard_ratio": ("hazard ratio", "hazard_ratio", cox_hazard_ratio),
    "proportional_hazards": ("test of proportional hazards, chi-square", "statistic", proportional_hazards),
}
# Statistic in the ids: the powers of the pooled curve and of its complement, and the words in print.
WEIGHTS = {
    "weighted_logrank_early": (1, 0, "early differences weighted"),
    "weighted_logrank_late": (0, 1, "late differences weighted"),
}


def comparison_rows(cohort: Cohort, outcome: str) -> list[dict[str, Any]]:
    """Compare the arms: log-rank test, hazard ratio, and whether one ratio can stand for all of follow-up.

    Parameters
    ----------
    cohort : Cohort
    outcome : str
        One of `helpers.chapters.survival.times.OUTCOMES`.

    Returns
    -------
    list of dict
        As `helpers.ground.results.row` makes them.
    """
    label = OUTCOMES[outcome].label
    data = (*times(cohort, outcome, EVERYBODY), in_first_arm(cohort))
    return [
        line(cohort.study, result_id(outcome, name, CONTRAST), f"{label}, {words}", unit, estimator(*data))
        for name, (words, unit, estimator) in COMPARISONS.items()
    ]


def rows(cohort: Cohort) -> list[dict[str, Any]]:
    """Give the rows of this subject: restricted means, weighted log-rank tests and Gray's tests.

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
        for month in cohort.study.horizons:
            found += _restricted_mean_rows(cohort, outcome, month)
        found += _weighted_rows(cohort, outcome)
    return found + [_gray_row(cohort, cause) for cause in CAUSES]


def _restricted_mean_rows(cohort: Cohort, outcome: str, month: int) -> list[dict[str, Any]]:
    study = cohort.study
    label = f"{OUTCOMES[outcome].label}, mean time within {month} months"
    found = []
    for group in study.groups:
        value = restricted_mean(*times(cohort, outcome, group), month)
        found.append(line(study, result_id(outcome, f"rmst_{month}m", group), label, "months", value))
    value = restricted_mean_difference(*times(cohort, outcome, EVERYBODY), in_first_arm(cohort), month)
    id = result_id(outcome, f"rmst_difference_{month}m", CONTRAST)
    return [*found, line(study, id, f"{label}, difference", "months", value, kind=DIFFERENCE)]


def _weighted_rows(cohort: Cohort, outcome: str) -> list[dict[str, Any]]:
    label = OUTCOMES[outcome].label
    data = (*times(cohort, outcome, EVERYBODY), in_first_arm(cohort))
    found = []
    for name, (early, late, words) in WEIGHTS.items():
        words = f"{label}, log-rank chi-square, {words}"
        value = weighted_log_rank(*data, early, late)
        found.append(line(cohort.study, result_id(outcome, name, CONTRAST), words, "statistic", value))
    return found


def _gray_row(cohort: Cohort, cause: str) -> dict[str, Any]:
    level, label, *_ = CAUSES[cause]
    patients = cohort.patients
    value = gray_test(patients["disease_free_months"], patients["first_event"], in_first_arm(cohort), level)
    id = result_id(cause, "gray", CONTRAST)
    return line(cohort.study, id, f"{label}, chi-square of Gray's test", "statistic", value)
