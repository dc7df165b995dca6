"""Proportions against R, against their formulas and against enumeration of every table of 12 v 21."""

import numpy as np
import pytest
from enumeration import one_sided_fisher, tables, two_sided_fisher, worst_chance
from reference import FIGURES
from scipy import stats

from helpers.estimators import proportions

pytestmark = pytest.mark.filterwarnings("error")
TABLES = FIGURES["twobytwo"]
Z = stats.norm.ppf(0.975)
TESTS = [proportions.pearson_chi_square, proportions.fisher_exact, proportions.boschloo]
ALL = tables(12, 21)


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


def wilson_limits(events, n):
    centre, half = events + Z**2 / 2, Z * np.sqrt(events * (n - events) / n + Z**2 / 4)
    return (centre - half) / (n + Z**2), (centre + half) / (n + Z**2)


@pytest.mark.parametrize("n", range(1, 22))
def test_wilson_of_every_count(n):
    for events in range(n + 1):
        found = proportions.wilson(events, n)
        assert found.estimate == events / n
        assert (found.ci_low, found.ci_high) == pytest.approx(wilson_limits(events, n), abs=1e-12)


def test_newcombe_and_pearson_of_every_table():
    for x, n_1, y, n_0 in ALL:
        (low_1, high_1), (low_0, high_0) = wilson_limits(x, n_1), wilson_limits(y, n_0)
        size = x / n_1 - y / n_0
        expected = (
            size,
            size - np.hypot(x / n_1 - low_1, high_0 - y / n_0),
            size + np.hypot(high_1 - x / n_1, y / n_0 - low_0),
        )
        found = proportions.newcombe_difference(x, n_1, y, n_0)
        assert (found.estimate, found.ci_low, found.ci_high) == pytest.approx(expected, abs=1e-12)
        n, events = n_1 + n_0, x + y
        chi_square = n * (x * (n_0 - y) - y * (n_1 - x)) ** 2 / (n_1 * n_0 * events * (n - events))
        test = proportions.pearson_chi_square(x, n_1, y, n_0)
        assert test.estimate == pytest.approx(chi_square, abs=1e-12)
        assert test.p_value == pytest.approx(2 * stats.norm.sf(np.sqrt(chi_square)), abs=1e-12)
        assert (test.n, test.events) == (n, events)


@pytest.mark.parametrize("arms", [(12, 21), (10, 10), (6, 9)])
def test_fisher_of_every_table(arms):
    for table in tables(*arms):
        assert proportions.fisher_exact(*table).p_value == pytest.approx(two_sided_fisher(*table), abs=1e-12)


@pytest.mark.parametrize(("arms", "every"), [((12, 21), 5), ((6, 6), 1), ((3, 8), 1)])
def test_boschloo_of_every_table(arms, every):
    n_1, n_0 = arms
    one_sided = [worst_chance(one_sided_fisher(*arms, side), *arms) for side in (1, -1)]
    # Exchanging event and no event changes no P value, so that half of the tables answer for all.
    for x, _, y, _ in tables(*arms)[: (len(tables(*arms)) + 1) // 2 : every]:
        result = proportions.boschloo(x, n_1, y, n_0)
        assert result.p_value == pytest.approx(min(1, 2 * np.minimum(*one_sided)[x, y]), rel=1e-5)
        assert result.estimate in [
            pytest.approx(float(-one_sided_fisher(*arms, side)(x, y)), abs=1e-12) for side in (1, -1)
        ]


@pytest.mark.parametrize("name", TABLES)
def test_boschloo_agrees_with_enumeration(name):
    events_1, n_1, events_0, n_0 = TABLES[name]["v"]
    p_values = [
        worst_chance(one_sided_fisher(n_1, n_0, side), n_1, n_0)[events_1, events_0] for side in (1, -1)
    ]
    result = proportions.boschloo(events_1, n_1, events_0, n_0)
    assert result.p_value == pytest.approx(2 * min(p_values), rel=1e-5)
    assert "twice the smaller one-sided P" in result.method


def test_boschloo_agrees_with_r_where_both_definitions_coincide():
    # Equal arms make the tables symmetric: ordering by the two-sided P, as R does, changes nothing.
    r = TABLES["fagerland_7_34_1_34"]
    assert proportions.boschloo(*r["v"]).p_value == pytest.approx(r["Exact_boschloo"], abs=1e-9)


def test_lady_tasting_tea():
    # 3 of 4 v 1 of 4: (16 + 1 + 16 + 1) of 70 tables are no more probable.
    result = proportions.fisher_exact(3, 4, 1, 4)
    assert result.p_value == pytest.approx(34 / 70)
    assert result.estimate == 3


def test_difference_without_events_still_has_an_interval():
    result = proportions.newcombe_difference(0, 10, 0, 10)
    limit = Z**2 / (10 + Z**2)
    assert result.estimate == 0
    assert [result.ci_low, result.ci_high] == pytest.approx([-limit, limit], abs=1e-12)


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


def test_very_many_tables_are_not_enumerated():
    reason = "not estimable: too many patients to enumerate"
    assert proportions.boschloo(16500, 30000, 15000, 30000).method == reason
    assert proportions.pearson_chi_square(16500, 30000, 15000, 30000).p_value < 1e-30


@pytest.mark.parametrize("compare", [*TESTS, proportions.newcombe_difference])
@pytest.mark.parametrize("table", [(7, 6, 3, 9), (3, 9, -1, 6)])
def test_impossible_counts_are_refused(compare, table):
    with pytest.raises(ValueError, match=r"events of . patients: there must be 0 to"):
        compare(*table)


def test_an_impossible_count_of_one_arm_is_refused():
    with pytest.raises(ValueError, match="7 events of 6 patients"):
        proportions.wilson(7, 6)


@pytest.mark.parametrize(("events", "n"), [(1.5, 3), (1, 2.5), (float("nan"), 3), (1, float("inf"))])
def test_a_part_of_a_patient_is_refused(events, n):
    with pytest.raises(ValueError, match="in whole numbers"):
        proportions.wilson(events, n)


def test_whole_numbers_may_be_floats():
    assert proportions.wilson(2.0, 3.0) == proportions.wilson(2, 3)
