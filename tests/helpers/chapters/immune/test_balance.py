"""The balance of two populations: rows by hand and against scipy; shares of 0; the sum."""

import math

import numpy as np
import pytest
from made_up_panel import COMBINATION, MONOTHERAPY, STUDY, with_zero
from scipy import stats

from helpers.chapters.immune.balance import log_ratio_pairs
from helpers.chapters.immune.panel import pairs, result_id
from helpers.chapters.immune.rows import results
from helpers.ground.results import get


def log_ratios(values: dict) -> np.ndarray:
    """Return the logarithms of CD45RA / CD45RO, patients × visits."""
    return np.log(np.array(values["cd8_cd45ra"]) / np.array(values["cd8_cd45ro"]))


def of(rows, statistic: str, group: str = "combination"):
    return get(rows, result_id("cd45_split", statistic, group))


def test_the_balance_in_one_arm_by_hand(rows):
    log = log_ratios(COMBINATION)
    change = log[:, 1] - log[:, 0]
    walsh = [(a + b) / 2 for i, a in enumerate(change) for b in change[i:]]
    found = of(rows, "fold_change")
    assert found["estimate"] == pytest.approx(math.exp(np.median(walsh)))
    assert (found["ci_low"], found["ci_high"]) == pytest.approx(np.exp([min(walsh), max(walsh)]))  # 6 pairs
    assert of(rows, "log_change_hodges_lehmann")["estimate"] == pytest.approx(np.median(walsh))
    exact = stats.wilcoxon(change, method="exact").pvalue
    assert of(rows, "log_change_signed_rank_exact")["p_value"] == pytest.approx(exact)
    approximate = stats.wilcoxon(change, correction=False, method="asymptotic").pvalue
    assert of(rows, "log_change_signed_rank")["p_value"] == pytest.approx(approximate)
    for place, visit in enumerate(STUDY.ends):
        median = np.median(log[:, place])
        assert of(rows, f"log_ratio_{visit.id}")["estimate"] == pytest.approx(median)
        assert of(rows, f"ratio_{visit.id}")["estimate"] == pytest.approx(math.exp(median))


def test_the_balance_between_the_arms_by_hand(rows):
    one, other = (np.diff(log_ratios(values))[:, 0] for values in (COMBINATION, MONOTHERAPY))
    differences = np.median(np.subtract.outer(one, other))
    assert of(rows, "fold_change", "arm")["estimate"] == pytest.approx(math.exp(differences))
    exact = stats.mannwhitneyu(one, other, method="exact").pvalue
    assert of(rows, "log_change_mann_whitney_exact", "arm")["p_value"] == pytest.approx(exact)
    approximate = stats.mannwhitneyu(one, other, method="asymptotic", use_continuity=False).pvalue
    assert of(rows, "log_change_mann_whitney", "arm")["p_value"] == pytest.approx(approximate)


def test_a_share_of_zero_is_left_out_and_then_replaced(cohort):
    found = results(with_zero(cohort))
    used = of(found, "pairs_used")
    assert (used["estimate"], used["n"]) == (5, 6)
    log = log_ratios(COMBINATION | {"cd8_cd45ra": [(40, 0.05), *COMBINATION["cd8_cd45ra"][1:]]})
    change = log[:, 1] - log[:, 0]
    walsh = [(a + b) / 2 for i, a in enumerate(change) for b in change[i:]]
    replaced = of(found, "fold_change_zeros_replaced")
    assert (replaced["estimate"], replaced["n"]) == (pytest.approx(math.exp(np.median(walsh))), 6)
    left_out = get(found, result_id("cd8_cd45ra", "without_logarithm", "combination"))
    assert (left_out["estimate"], left_out["n"]) == (1, 6)


def test_two_shares_of_zero_say_nothing_about_their_ratio(cohort):
    panel = with_zero(cohort).immune
    both = panel["patient_id"].eq("C0") & panel["visit"].eq("day28") & panel["parent"].eq("cd8_t")
    panel.loc[both, "percent"] = 0.0
    logs = log_ratio_pairs(pairs(panel, STUDY), STUDY.balance, replacement=0.05)
    assert logs.set_index("patient_id").loc["C0", "after"] != 0
    assert logs["after"].isna().sum() == 1


def test_parts_of_one_whole_are_counted_by_hand(rows):
    # All eleven patients were made to move in opposite directions, keeping the sum.
    opposite = get(rows, result_id("cd8_cd45_sum", "opposite_changes"))
    assert (opposite["estimate"], opposite["n"]) == (11, 11)
    assert get(rows, result_id("cd8_cd45_sum", "median_baseline"))["estimate"] == 90
