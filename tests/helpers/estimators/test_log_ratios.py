"""Shifts on the log scale against R and against their definition, Holm against R, Spearman against R."""

import math
from functools import cache

import numpy as np
import pytest
from reference import MORE, data
from scipy import stats

from helpers.estimators import correlation, log_ratios, multiplicity, ranks
from helpers.ground.results import Estimate, not_estimable

pytestmark = pytest.mark.filterwarnings("error")
R = MORE["immune"]


def paired(name):
    if name == "gehan_pairs21":
        frame = data(name)
        return frame["control"], frame["mp6"]
    if name == "sim_treg11":
        frame = data(name)
        return frame["base"], frame["d28"]
    if name == "sleep10":
        frame = data(name)
        return frame["drug_1"], frame["drug_2"]
    frame = data("endometrial79")
    if name == "endometrial79_first12":
        frame = frame.head(12)
    return frame["PI"], frame["EH"]


def two_samples(name):
    if name == "gehan_11v10":
        frame = data("gehan_pairs21")
        return frame["mp6"][:11], frame["control"][11:]
    value, group = {"gehan42": ("time", "mp6"), "endometrial79": ("EH", "HG"), "mtcars32": ("mpg", "am")}[
        name
    ]
    frame = data(name)
    return frame.loc[frame[group] == 1, value], frame.loc[frame[group] == 0, value]


@pytest.mark.parametrize("name", R["fold_change"])
def test_fold_change_agrees_with_r(name):
    found = log_ratios.fold_change(*paired(name))
    assert [found.ci_low, found.ci_high] == pytest.approx(R["fold_change"][name]["ci"], rel=1e-9)
    # R's estimate solves for the root of the asymptotic statistic, which ties and few values leave imprecise.
    assert found.estimate == pytest.approx(R["fold_change"][name]["estimate_asymptotic"], rel=1e-2)
    assert found.n == R["fold_change"][name]["n"]
    assert found.method.endswith("computed on logarithms, printed as a ratio")


@pytest.mark.parametrize("name", R["ratio_of_ratios"])
def test_ratio_of_ratios_agrees_with_r(name):
    found = log_ratios.ratio_of_ratios(*two_samples(name))
    # R's limits are conditional on ties, ours are not: they are the same order statistics without ties, and a
    # few order statistics away with them. Which ones ours must be is counted below.
    low, high = R["ratio_of_ratios"][name]["ci"]
    assert (found.ci_low, found.ci_high) == pytest.approx(
        (low, high), rel=1e-9 if name == "gehan_11v10" else 0.05
    )
    assert found.estimate == pytest.approx(R["ratio_of_ratios"][name]["estimate_asymptotic"], rel=3e-4)
    assert found.n == R["ratio_of_ratios"][name]["n"]


@pytest.mark.parametrize("name", R["fold_change"])
def test_fold_change_is_the_median_of_geometric_means(name):
    # Geometric means of the ratios of every two patients, each with itself too.
    ratios = np.divide(*(np.asarray(values) for values in reversed(paired(name))))
    means = [math.sqrt(a * b) for i, a in enumerate(ratios) for b in ratios[i:]]
    expected = stats.gmean(np.sort(means)[[(len(means) - 1) // 2, len(means) // 2]])
    assert log_ratios.fold_change(*paired(name)).estimate == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("name", R["ratio_of_ratios"])
def test_ratio_of_ratios_is_the_median_of_quotients(name):
    x, y = two_samples(name)
    quotients = np.sort([a / b for a in x for b in y])
    expected = stats.gmean(quotients[[(len(quotients) - 1) // 2, len(quotients) // 2]])
    assert log_ratios.ratio_of_ratios(x, y).estimate == pytest.approx(expected, rel=1e-9)


@cache
def arrangements(u, m, n):
    """Count the orders of m and n values with the Mann-Whitney statistic u, by whose value is the largest."""
    if u < 0 or m < 0 or n < 0:
        return 0
    if m == 0 or n == 0:
        return int(u == 0)
    return arrangements(u - n, m - 1, n) + arrangements(u, m, n - 1)


@pytest.mark.parametrize("name", ["gehan_11v10", "gehan42", "mtcars32"])
def test_limits_of_a_ratio_of_ratios_are_the_quotients_that_the_exact_distribution_allows(name):
    x, y = two_samples(name)
    m, n = len(x), len(y)
    tail = np.cumsum([arrangements(u, m, n) for u in range(m * n + 1)]) / math.comb(m + n, m)
    rank = int(np.sum(tail <= 0.025))
    quotients = np.sort([a / b for a in x for b in y])
    found = log_ratios.ratio_of_ratios(x, y)
    assert (found.ci_low, found.ci_high) == pytest.approx((quotients[rank - 1], quotients[-rank]), rel=1e-9)


def test_a_fold_change_by_hand_leaves_out_what_has_no_logarithm():
    before, after = [1, 2, 4, 0, 3, math.nan], [2, 8, 4, 5, 0, 1]  # ratios 2, 4, 1
    found = log_ratios.fold_change(before, after)
    # Geometric means 1, sqrt(2), 2, 2, sqrt(8), 4.
    assert (found.estimate, found.n) == (pytest.approx(2), 3)
    assert math.isnan(found.ci_low) and "too few values for a 95% interval" in found.method


def test_reversing_time_inverts_a_fold_change():
    before, after = paired("sim_treg11")
    there, back = log_ratios.fold_change(before, after), log_ratios.fold_change(after, before)
    assert (1 / back.estimate, 1 / back.ci_high, 1 / back.ci_low) == pytest.approx(
        (there.estimate, there.ci_low, there.ci_high)
    )


def test_no_ratio_of_nothing():
    assert log_ratios.fold_change([], []).method == "not estimable: no pairs"
    assert log_ratios.fold_change([0, 1], [2, 0]).method == "not estimable: no pair of positive values"
    assert log_ratios.ratio_of_ratios([0], [1]).method == "not estimable: a group has no values"
    assert log_ratios.exponentiated(not_estimable("why")) == not_estimable("why")


def test_the_exponential_leaves_everything_but_the_numbers():
    value = Estimate(math.log(2), math.log(0.5), math.log(8), 0.95, n=7, method="a shift")
    ratio = log_ratios.exponentiated(value)
    assert (ratio.estimate, ratio.ci_low, ratio.ci_high) == pytest.approx((2, 0.5, 8))
    assert (ratio.ci_level, ratio.n) == (0.95, 7)


@pytest.mark.parametrize("name", R["p_adjust"])
def test_adjustments_agree_with_r(name):
    raw, holm, bh = (np.array(R["p_adjust"][name][key], dtype=float) for key in ("p", "holm", "BH"))
    np.testing.assert_allclose(multiplicity.holm(raw), holm, rtol=1e-12)
    np.testing.assert_allclose(ranks.benjamini_hochberg(raw), bh, rtol=1e-12)


def test_holm_of_nothing_is_nothing():
    assert np.isnan(multiplicity.holm([math.nan, math.nan])).all()
    assert len(multiplicity.holm([])) == 0


@pytest.mark.parametrize("name", [*R["spearman"]])
def test_spearman_agrees_with_r(name):
    x, y = (data("bmt35")["ftime"], data("bmt35")["dis"]) if name == "bmt35" else paired(name)
    found, r = correlation.spearman(x, y), R["spearman"][name]
    assert found.estimate == pytest.approx(r["rho"], rel=1e-10)
    assert found.p_value == pytest.approx(r["p"], rel=1e-9)
    assert [found.ci_low, found.ci_high] == pytest.approx(r["ci"], rel=1e-9)
    assert (found.n, found.ci_level) == (r["n"], 0.95)


def test_spearman_by_hand():
    # Rank differences 1, 1, 0, 0, 0: 1 - 6 * 2 / (5 * 24).
    assert correlation.spearman([1, 2, 3, 4, 5], [20, 10, 30, 40, 50]).estimate == pytest.approx(0.9)


def test_spearman_where_an_interval_does_not_exist():
    assert correlation.spearman([1, 2], [1, 2]).method == "not estimable: fewer than three pairs"
    equal = "not estimable: all values of one measurement are equal"
    assert correlation.spearman([1, 2, 3], [4, 4, 4]).method == equal
    assert correlation.spearman([0.1 + 0.2, 0.3, 0.3], [1, 2, 3]).method == equal
    three = correlation.spearman([1, 2, 3], [2, 1, 3])
    assert three.estimate == pytest.approx(0.5) and math.isnan(three.ci_low)
    assert three.p_value == pytest.approx(2 / 3)  # t = 1 / sqrt(3) with one degree of freedom: Cauchy
    whole = correlation.spearman([1, 2, 3, 4, math.nan], [9, 7, 5, 1, 2])
    assert (whole.estimate, whole.n) == (-1, 4)
    assert math.isnan(whole.ci_low) and math.isnan(whole.p_value)
