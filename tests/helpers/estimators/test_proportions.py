"""Proportions against R, against hand-worked tables and against enumeration of every possible table."""

import numpy as np
import pytest
from reference import FIGURES
from scipy import stats

from helpers.estimators import proportions

pytestmark = pytest.mark.filterwarnings("error")
TABLES = FIGURES["twobytwo"]
Z = stats.norm.ppf(0.975)
TESTS = [proportions.pearson_chi_square, proportions.fisher_exact, proportions.boschloo]


@pytest.mark.parametrize("name", TABLES)
def test_intervals_and_tests_agree_with_r(name):
    r = TABLES[name]
    rate = proportions.wilson(*r["v"][:2])
    difference = proportions.newcombe_difference(*r["v"])
    pearson = proportions.pearson_chi_square(*r["v"])
    assert [rate.ci_low, rate.ci_high] == pytest.approx(r["wilson"], abs=1e-12)
    assert [difference.ci_low, difference.ci_high] == pytest.approx(r["newcombe"], abs=1e-12)
    assert pearson.estimate == pytest.approx(r["chi2"], abs=1e-12)
    assert pearson.p_value == pytest.approx(r["chi2_p"], abs=1e-12)
    assert proportions.fisher_exact(*r["v"]).p_value == pytest.approx(r["fisher_p"], abs=1e-12)


def largest_probability(region, n_1, n_0):
    """Maximise the probability of a region of tables over the common rate, on a fine grid."""
    rate = np.linspace(0, 1, 5001)
    events_1, events_0 = np.nonzero(region)
    density_1 = stats.binom.pmf(np.arange(n_1 + 1)[:, None], n_1, rate)
    density_0 = stats.binom.pmf(np.arange(n_0 + 1)[:, None], n_0, rate)
    return (density_1[events_1] * density_0[events_0]).sum(axis=0).max()


@pytest.mark.parametrize("name", TABLES)
def test_boschloo_agrees_with_enumeration(name):
    events_1, n_1, events_0, n_0 = TABLES[name]["v"]
    x, y = np.mgrid[0 : n_1 + 1, 0 : n_0 + 1]
    below = stats.hypergeom.cdf(x, n_1 + n_0, x + y, n_1)
    above = stats.hypergeom.sf(x - 1, n_1 + n_0, x + y, n_1)
    one_sided = [
        largest_probability(fisher <= fisher[events_1, events_0] * (1 + 1e-9), n_1, n_0)
        for fisher in (below, above)
    ]
    result = proportions.boschloo(events_1, n_1, events_0, n_0)
    assert result.p_value == pytest.approx(2 * min(one_sided), abs=1e-5)
    assert result.estimate == pytest.approx(
        min(below[events_1, events_0], above[events_1, events_0]), abs=1e-12
    )


def test_boschloo_agrees_with_r_where_both_definitions_coincide():
    # Equal arms make the tables symmetric: ordering by the two-sided P, as R does, changes nothing.
    r = TABLES["fagerland_7_34_1_34"]
    assert proportions.boschloo(*r["v"]).p_value == pytest.approx(r["Exact_boschloo"], abs=1e-9)


def test_lady_tasting_tea():
    # 3 of 4 v 1 of 4: (16 + 1 + 16 + 1) of 70 tables are no more probable.
    result = proportions.fisher_exact(3, 4, 1, 4)
    assert result.p_value == pytest.approx(34 / 70)
    assert result.estimate == 3


def test_perfect_association():
    result = proportions.pearson_chi_square(10, 10, 0, 10)
    assert (result.estimate, result.n, result.events) == (pytest.approx(20.0), 20, 10)


@pytest.mark.parametrize(("events", "low", "high"), [(0, 0, Z**2 / (10 + Z**2)), (10, 10 / (10 + Z**2), 1)])
def test_wilson_at_the_ends(events, low, high):
    result = proportions.wilson(events, 10)
    assert result.estimate == events / 10
    assert [result.ci_low, result.ci_high] == pytest.approx([low, high], abs=1e-12)


def test_difference_without_events_still_has_an_interval():
    result = proportions.newcombe_difference(0, 10, 0, 10)
    limit = Z**2 / (10 + Z**2)
    assert result.estimate == 0
    assert [result.ci_low, result.ci_high] == pytest.approx([-limit, limit], abs=1e-12)


def test_difference_is_the_first_arm_minus_the_second():
    one_way = proportions.newcombe_difference(5, 6, 3, 9)
    other_way = proportions.newcombe_difference(3, 9, 5, 6)
    assert one_way.estimate == pytest.approx(5 / 6 - 3 / 9)
    assert [one_way.ci_low, one_way.ci_high] == pytest.approx([-other_way.ci_high, -other_way.ci_low])


def test_an_extreme_difference_stays_within_its_bounds():
    result = proportions.newcombe_difference(10, 10, 0, 10)
    assert result.ci_low < result.estimate == result.ci_high == 1


@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ((0, 0, 3, 9), "an arm has no patients"),
        ((3, 9, 0, 0), "an arm has no patients"),
        ((0, 6, 0, 9), "no events"),
        ((6, 6, 9, 9), "every patient has the event"),
    ],
)
def test_no_test_without_a_table(test, table, reason):
    result = test(*table)
    assert result.method == f"not estimable: {reason}"
    assert np.isnan([result.estimate, result.p_value]).all()
    assert result.n == table[1] + table[3]


def test_no_proportion_without_patients():
    assert proportions.wilson(0, 0).method == "not estimable: no patients"
    assert proportions.newcombe_difference(0, 0, 1, 2).method == "not estimable: an arm has no patients"
