"""Chapter 1, the cohort: what was known at entry, in each arm and between the arms."""

from typing import Any

import pandas as pd

from helpers.chapters.cohort.groups import entry_strata, make, members, result_id
from helpers.estimators import balance, ranks
from helpers.estimators.quantiles import OTHERS, QUANTILES, quantile
from helpers.ground.results import DIFFERENCE, Estimate, not_estimable
from helpers.ground.study import CONTRAST, EVERYBODY, Study

# Outcome: its column, its label, its unit.
QUANTITIES = {
    "age": ("age_years", "Age", "years"),
    "blasts": ("bm_blasts_pct", "Bone-marrow blasts at baseline", "percent_points"),
}
_WORDS = {"quartile_1": "first quartile", "quartile_3": "third quartile"}


def rows(patients: pd.DataFrame, study: Study) -> list[dict[str, Any]]:
    """Give the quantiles of age and blasts, their comparisons, and the standardised differences at entry.

    Parameters
    ----------
    patients : DataFrame
        As `helpers.chapters.cohort.groups.with_answers` gives them.
    study : Study

    Returns
    -------
    list of dict
        Result rows.
    """
    return [
        *_quantile_rows(patients, study),
        *_other_rule_rows(patients, study),
        *_comparison_rows(patients, study),
        *_difference_rows(patients, study),
        *_chance_rows(patients, study),
    ]


def _quantile_rows(patients: pd.DataFrame, study: Study) -> list[dict[str, Any]]:
    return [
        make(study, result_id(outcome, statistic, group, stratum), f"{label}: {words}", unit, value)
        for outcome, (column, label, unit) in QUANTITIES.items()
        for stratum in entry_strata(study)
        for group in study.groups
        for sample in [members(patients, study, group, stratum)[column]]
        for statistic, share in QUANTILES.items()
        for words, value in [(_WORDS.get(statistic, statistic), quantile(sample, share))]
    ]


def _other_rule_rows(patients: pd.DataFrame, study: Study) -> list[dict[str, Any]]:
    """Give the quartiles of the blasts under the other rules, as a report that prints them may name none."""
    column, label, unit = QUANTITIES["blasts"]
    found = []
    for arm in study.arm_ids:
        sample = members(patients, study, arm, study.assessed)[column]
        for statistic, words in _WORDS.items():
            for kind in OTHERS:
                id = result_id("blasts", f"{statistic}_type_{kind}", arm, study.assessed)
                value = quantile(sample, QUANTILES[statistic], kind)
                found.append(make(study, id, f"{label}: {words}, type {kind}", unit, value))
    return found


def _comparison_rows(patients: pd.DataFrame, study: Study) -> list[dict[str, Any]]:
    """Compare age among everybody, and blasts where a response is assessed."""
    found = []
    for outcome, stratum in (("age", EVERYBODY), ("blasts", study.assessed)):
        column, label, unit = QUANTITIES[outcome]
        samples = [members(patients, study, arm, stratum)[column] for arm in study.arm_ids]
        for statistic, own_unit, kind, estimator in (
            ("mann_whitney", "statistic", None, ranks.mann_whitney),
            ("mann_whitney_exact", "statistic", None, ranks.mann_whitney_exact),
            ("hodges_lehmann", unit, DIFFERENCE, ranks.hodges_lehmann_two_sample),
        ):
            id = result_id(outcome, statistic, CONTRAST, stratum)
            found.append(make(study, id, label, own_unit, estimator(*samples), kind))
    return found


def _difference_rows(patients: pd.DataFrame, study: Study) -> list[dict[str, Any]]:
    """Give the standardised differences of what was known at entry, by disease status.

    That of numbers has a sign (first arm minus second); that of shares is a distance, without one.
    """
    strata = entry_strata(study)
    numbers = ("standardised_difference", DIFFERENCE, balance.standardised_difference)
    shares = ("standardised_distance", None, balance.standardised_difference_of_shares)
    at_entry = [
        ("age", "age_years", "Age", numbers, strata),
        ("disease_status", "disease_status", "Disease status", shares, (EVERYBODY,)),
        ("blasts", "bm_blasts_pct", "Bone-marrow blasts", numbers, strata),
    ]
    if study.burden:
        words = f"Blasts > {study.cutoff:g}%"
        at_entry.append((study.burden[0].id, "above_cut", words, shares, (study.assessed,)))
    found = []
    for outcome, column, label, (statistic, kind, estimator), asked in at_entry:
        for stratum in asked:
            samples = [members(patients, study, arm, stratum)[column] for arm in study.arm_ids]
            id = result_id(outcome, statistic, CONTRAST, stratum)
            found.append(make(study, id, label, "statistic", estimator(*samples), kind))
    return found


def _chance_rows(patients: pd.DataFrame, study: Study) -> list[dict[str, Any]]:
    """Give the standard error of a standardised difference between two arms that do not differ.

    References
    ----------
    Hedges LV, Olkin I (1985). Statistical Methods for Meta-Analysis, Academic Press, chapter 5: at a true
    difference of 0 the variance is ``1 / n_1 + 1 / n_0``.
    """
    found = []
    for stratum in entry_strata(study):
        sizes = [len(members(patients, study, arm, stratum)) for arm in study.arm_ids]
        value = not_estimable("an arm has no patients", n=sum(sizes))
        if all(sizes):
            error = sum(1 / size for size in sizes) ** 0.5
            value = Estimate(estimate=error, n=sum(sizes), method="standard error at no difference")
        id = result_id("standardised_difference", "standard_error", CONTRAST, stratum)
        label = "Standardised difference: standard error by chance"
        found.append(make(study, id, label, "statistic", value))
    return found
