"""Spearman's correlation against R and by hand."""

import math

import pytest
from reference import MORE, data
from reference.samples import paired

from helpers.estimators import correlation

pytestmark = pytest.mark.filterwarnings("error")
R = MORE["immune"]


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
