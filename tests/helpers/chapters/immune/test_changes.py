"""Changes within the arms and between them: rows against hand counts and scipy."""

import math

import numpy as np
import pytest
from made_up_panel import CELLS, COMBINATION, MONOTHERAPY
from scipy import stats

from helpers.chapters.immune.panel import result_id
from helpers.ground.results import DIFFERENCE, RATIO, STATISTIC, get


def of(rows, cell: str, statistic: str, group: str = "combination"):
    return get(rows, result_id(cell, statistic, group))


def test_a_missing_value_leaves_the_pair_out_of_every_paired_number(rows):
    median = of(rows, "treg", "median_baseline", "monotherapy")
    assert (median["estimate"], median["n"]) == (8.5, 4)  # 6, 8, 9, 11
    assert of(rows, "treg", "increased", "monotherapy")["estimate"] == 2
    assert of(rows, "treg", "decreased", "monotherapy")["estimate"] == 1


def test_medians_by_hand(rows):
    assert of(rows, "treg", "median_baseline")["estimate"] == 8.5
    assert of(rows, "treg", "median_day28")["estimate"] == 6.5
    assert of(rows, "treg", "median_change")["estimate"] == -3.5
    ratio = np.median([7 / 8, 7 / 9, 3 / 6, 6 / 10, 7 / 12, 1 / 7])
    assert of(rows, "treg", "median_ratio")["estimate"] == pytest.approx(ratio)


@pytest.mark.parametrize("cell", CELLS)
def test_paired_tests_agree_with_scipy(rows, cell):
    before, after = np.array(COMBINATION[cell]).T
    approximate = stats.wilcoxon(after - before, correction=False, method="asymptotic").pvalue
    assert of(rows, cell, "signed_rank")["p_value"] == pytest.approx(approximate)
    exact = stats.wilcoxon(after - before, method="exact").pvalue
    assert of(rows, cell, "signed_rank_exact")["p_value"] == pytest.approx(exact)


def test_all_changes_in_one_direction_have_the_smallest_exact_p(rows):
    assert of(rows, "t_cells", "signed_rank_exact")["p_value"] == pytest.approx(2 / 2**6)


def test_hodges_lehmann_shift_by_hand(rows):
    # Changes 1 to 6: the 21 Walsh averages have their middle at 3.5, and 95% needs their whole range.
    shift = of(rows, "t_cells", "hodges_lehmann")
    assert (shift["estimate"], shift["ci_low"], shift["ci_high"]) == (3.5, 1, 6)
    assert shift["unit"] == "percent_points"


def test_tests_between_arms_agree_with_scipy(rows):
    one, other = (
        np.array([after / before for before, after in values["cd8_cd45ra"]])
        for values in (COMBINATION, MONOTHERAPY)
    )
    expected = stats.mannwhitneyu(one, other, method="asymptotic", use_continuity=False)
    found = of(rows, "cd8_cd45ra", "ratio_mann_whitney", "arm")
    assert (found["estimate"], found["p_value"]) == pytest.approx((expected.statistic, expected.pvalue))
    exact = of(rows, "cd8_cd45ra", "ratio_mann_whitney_exact", "arm")
    assert exact["p_value"] == pytest.approx(stats.mannwhitneyu(one, other, method="exact").pvalue)
    shift = of(rows, "cd8_cd45ra", "ratio_hodges_lehmann", "arm")
    assert shift["estimate"] == pytest.approx(np.median(np.subtract.outer(one, other)))


def test_fold_changes_and_their_ratio_by_hand(rows):
    one, other = (
        np.array([after / before for before, after in values["cd8_cd45ro"]])
        for values in (COMBINATION, MONOTHERAPY)
    )
    quotient = np.exp(np.median(np.subtract.outer(np.log(one), np.log(other))))
    found = of(rows, "cd8_cd45ro", "ratio_of_ratios", "arm")
    assert (found["estimate"], found["n"], found["unit"]) == (pytest.approx(quotient), 11, "ratio")
    means = [math.sqrt(a * b) for i, a in enumerate(one) for b in one[i:]]
    fold_change = of(rows, "cd8_cd45ro", "fold_change")
    assert fold_change["estimate"] == pytest.approx(np.exp(np.median(np.log(means))))
    # A first value of 0 leaves five of the six NKT pairs.
    assert of(rows, "nkt", "fold_change")["n"] == 5


def test_a_row_says_what_its_number_is(rows):
    signed = {
        "median_change",
        "hodges_lehmann",
        "ratio_hodges_lehmann",
        "log_change_hodges_lehmann",
        "baseline_hodges_lehmann",
    }
    assert set(rows.loc[rows["kind"] == DIFFERENCE, "statistic"]) == signed
    kinds = {"signed_rank": STATISTIC, "change_spearman": STATISTIC, "fold_change": RATIO}
    for statistic, kind in kinds.items():
        assert set(rows.loc[rows["statistic"] == statistic, "kind"]) == {kind}
