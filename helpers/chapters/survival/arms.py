"""Chapter 4: what compares the arms beside the hazard ratio, without the hazards being proportional."""

from collections.abc import Iterator

import pandas as pd

from helpers.chapters.survival.times import CAUSES, GROUPS, LANDMARKS, OUTCOMES, times
from helpers.estimators.gray import gray_test
from helpers.estimators.log_rank import weighted_log_rank
from helpers.estimators.restricted_mean import restricted_mean, restricted_mean_difference
from helpers.ground.endpoints import LABELS, in_group
from helpers.ground.results import row

# Name in the ids: the powers of the pooled curve and of its complement, and the words in print.
WEIGHTS = {"early": (1, 0, "early differences weighted"), "late": (0, 1, "late differences weighted")}


def results(patients: pd.DataFrame) -> Iterator[dict]:
    """Give the rows of this subject: restricted means, weighted log-rank tests and Gray's tests."""
    for outcome in OUTCOMES:
        yield from _restricted_means(patients, outcome)
        yield from _weighted(patients, outcome)
    for cause in CAUSES:
        yield _gray(patients, cause)


def _restricted_means(patients: pd.DataFrame, outcome: str) -> Iterator[dict]:
    _, label = OUTCOMES[outcome]
    for horizon in LANDMARKS:
        words = f"{label}, mean time within {horizon} months"
        for group in GROUPS:
            value = restricted_mean(*times(patients, outcome, group), horizon)
            yield row(f"survival.{outcome}.rmst_{horizon}m.{group}", words, LABELS[group], "months", value)
        months, event = times(patients, outcome, "all")
        value = restricted_mean_difference(months, event, in_group(patients, "combination"), horizon)
        name = f"survival.{outcome}.rmst_difference_{horizon}m.arm"
        yield row(name, f"{words}, difference", LABELS["arm"], "months", value)


def _weighted(patients: pd.DataFrame, outcome: str) -> Iterator[dict]:
    _, label = OUTCOMES[outcome]
    months, event = times(patients, outcome, "all")
    combination = in_group(patients, "combination")
    for name, (early, late, words) in WEIGHTS.items():
        value = weighted_log_rank(months, event, combination, early, late)
        words = f"{label}, log-rank chi-square, {words}"
        yield row(f"survival.{outcome}.weighted_logrank_{name}.arm", words, LABELS["arm"], "statistic", value)


def _gray(patients: pd.DataFrame, cause: str) -> dict:
    level, label = CAUSES[cause]
    combination = in_group(patients, "combination")
    value = gray_test(patients["disease_free_months"], patients["first_event"], combination, level)
    words = f"{label}, chi-square of Gray's test"
    return row(f"survival.{cause}.gray.arm", words, LABELS["arm"], "statistic", value)
