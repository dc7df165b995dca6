"""Shifts on the log scale against R and against their definition."""

import math
from functools import cache

import numpy as np
import pytest
from reference import MORE
from reference.samples import paired, two_samples
from scipy import stats

from helpers.estimators import log_ratios
from helpers.ground.results import Estimate, not_estimable

pytestmark = pytest.mark.filterwarnings("error")
R = MORE["immune"]


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
