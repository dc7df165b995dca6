"""Score and exact comparisons against R, and against their definitions by brute force."""

import numpy as np
import pytest
from enumeration import pooled_z_squared, tables, worst_chance
from reference import FIGURES, MORE
from scipy import stats

from helpers.estimators.score_intervals import (
    exact_difference,
    largest_chance,
    miettinen_nurminen,
    score,
    suissa_shuster,
)
from helpers.ground.results import NOT_ESTIMABLE

pytestmark = pytest.mark.filterwarnings("error")
Z = stats.norm.ppf(0.975)
FIRST = FIGURES["twobytwo"]
SECOND = MORE["efficacy"]["tables"]
BOTH = {**FIRST, **SECOND}
# R gives no exact interval for the largest tables.
EXACT = {
    **{name: (r["v"], r["uncond_score"]["ci"]) for name, r in FIRST.items()},
    **{name: (r["v"], r["uncond_score"]) for name, r in SECOND.items() if r["uncond_score"]},
}
POOLED_Z = {
    **{name: (r["v"], r["Exact_zpooled"]["p"]) for name, r in FIRST.items()},
    **{name: (r["v"], r["zpooled"]) for name, r in SECOND.items() if sum(r["v"][::2])},
}


@pytest.mark.parametrize("name", BOTH)
def test_miettinen_nurminen_agrees_with_r(name):
    r = BOTH[name]
    result = miettinen_nurminen(*r["v"])
    # ratesci stops its search at 1e-8.
    assert [result.ci_low, result.ci_high] == pytest.approx(r["mn"], abs=2e-8)
    assert result.estimate == pytest.approx(r["v"][0] / r["v"][1] - r["v"][2] / r["v"][3], abs=1e-12)


@pytest.mark.parametrize("name", EXACT)
def test_exact_interval_agrees_with_r(name):
    counts, limits = EXACT[name]
    result = exact_difference(*counts)
    # R's limits come from a grid of hypothetical differences and of common rates.
    assert [result.ci_low, result.ci_high] == pytest.approx(limits, abs=5e-5)
    assert result.estimate == pytest.approx(counts[0] / counts[1] - counts[2] / counts[3], abs=1e-12)


@pytest.mark.parametrize("name", POOLED_Z)
def test_suissa_shuster_agrees_with_r(name):
    counts, p_value = POOLED_Z[name]
    events_1, n_1, events_0, n_0 = counts
    result = suissa_shuster(*counts)
    rate = (events_1 + events_0) / (n_1 + n_0)
    error = np.sqrt(rate * (1 - rate) * (1 / n_1 + 1 / n_0))
    assert result.p_value == pytest.approx(p_value, abs=1e-8)
    assert result.estimate == pytest.approx((events_1 / n_1 - events_0 / n_0) / error, abs=1e-12)
    assert (result.n, result.events) == (n_1 + n_0, events_1 + events_0)


@pytest.mark.parametrize(
    ("counts", "p_value"),
    [((3, 3, 3, 9), 0.0649), ((6, 6, 12, 21), 0.0574), ((7, 7, 1, 7), 0.00183)],
)
def test_tables_that_tie_are_counted(counts, p_value):
    # R's; a comparison of z in floating point drops some and gives 0.0444, 0.0472 and 0.00109.
    assert suissa_shuster(*counts).p_value == pytest.approx(p_value, rel=2e-3)


def test_suissa_shuster_of_every_table():
    for arms in [(12, 21), *((n_1, n_0) for n_1 in range(1, 6) for n_0 in range(1, 7))]:
        expected = worst_chance(pooled_z_squared(*arms), *arms)
        for x, n_1, y, n_0 in tables(*arms):
            found = suissa_shuster(x, n_1, y, n_0).p_value
            assert found == pytest.approx(expected[x, y], rel=2e-6), (x, n_1, y, n_0)


def likeliest_score(x, n_1, y, n_0, difference):
    """Halve the range of the rate of arm 0 down to the likeliest one, and give the score statistic there.

    Arrays broadcast; the slope of the log likelihood falls all along the range.
    """
    low, high = np.maximum(0, -difference) + 0.0 * (x + y), np.minimum(1, 1 - difference) + 0.0 * (x + y)
    for _ in range(40):
        rate = (low + high) / 2
        shifted = np.clip(rate + difference, 0, 1)
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = x / shifted - (n_1 - x) / (1 - shifted) + y / rate - (n_0 - y) / (1 - rate)
        low, high = np.where(slope > 0, rate, low), np.where(slope > 0, high, rate)
    error = np.sqrt(shifted * (1 - shifted) / n_1 + rate * (1 - rate) / n_0)
    return (x / n_1 - y / n_0 - difference) / error


@pytest.mark.parametrize("arms", [(7, 9), (12, 21), (14, 5)])
@pytest.mark.parametrize("difference", [-0.999, -0.6, -0.1, 0.0, 0.25, 0.7])
def test_score_agrees_with_a_search_for_the_likeliest_rates(arms, difference):
    n_1, n_0 = arms
    x, y = np.mgrid[0 : n_1 + 1, 0 : n_0 + 1]
    with np.errstate(invalid="ignore"):  # without any event or without any other, under no difference
        expected = np.nan_to_num(likeliest_score(x, n_1, y, n_0, difference))
    assert score(x, n_1, y, n_0, difference) == pytest.approx(expected, abs=1e-5)


def test_miettinen_nurminen_of_every_table_is_where_the_score_is_the_quantile():
    for x, n_1, y, n_0 in tables(12, 21):
        found = miettinen_nurminen(x, n_1, y, n_0)
        for limit, expected in ((found.ci_low, Z), (found.ci_high, -Z)):
            if abs(limit) < 1:
                assert likeliest_score(x, n_1, y, n_0, limit) * np.sqrt(32 / 33) == pytest.approx(expected)


def tails(n_1, n_0, difference, side):
    """Give the chance of the tables at least as far out as each one, the largest over a grid of rates."""
    x, y = np.mgrid[0 : n_1 + 1, 0 : n_0 + 1].reshape(2, -1)
    scores = side * likeliest_score(x, n_1, y, n_0, difference)
    rates = np.linspace(max(0, -difference), min(1, 1 - difference), 201)
    arm_1 = stats.binom.pmf(np.arange(n_1 + 1)[:, None], n_1, np.clip(rates + difference, 0, 1))
    arm_0 = stats.binom.pmf(np.arange(n_0 + 1)[:, None], n_0, rates)
    beyond = (scores >= scores[:, None] - 1e-6).astype(float)
    return (beyond @ (arm_1[x] * arm_0[y])).max(axis=1).reshape(n_1 + 1, n_0 + 1)


@pytest.mark.parametrize(("arms", "every"), [((3, 7), 1), ((4, 4), 1), ((12, 21), 20)])
def test_exact_limits_are_the_outermost_accepted_differences(arms, every):
    grid = np.linspace(-0.995, 0.995, 80)
    on_grid = {side: np.array([tails(*arms, place, side) for place in grid]) for side in (1, -1)}
    for x, n_1, y, n_0 in tables(*arms)[::every]:
        found = exact_difference(x, n_1, y, n_0)
        for limit, side in ((found.ci_low, 1), (found.ci_high, -1)):
            outside = side * grid < side * limit - 1e-6
            assert (on_grid[side][outside, x, y] <= 0.025).all(), (x, y, side)
            if abs(limit) < 1:
                assert tails(*arms, limit + side * 1e-6, side)[x, y] > 0.02499, (x, y, side)


@pytest.mark.parametrize(
    ("counts", "low"),
    [
        ((10, 10, 10, 30), 0.2624),
        ((11, 12, 6, 21), 0.2102),
        ((12, 12, 10, 21), 0.1470),
        ((12, 38, 29, 99), -0.1436),
    ],
)
def test_no_accepted_pocket_is_jumped_over(counts, low):
    # Below the difference where the tail crosses half the error for good, it does so for a narrow pocket.
    assert exact_difference(*counts).ci_low == pytest.approx(low, abs=5e-5)


@pytest.mark.parametrize("interval", [miettinen_nurminen, exact_difference])
def test_exchanging_the_arms_turns_the_interval(interval):
    one, other = interval(5, 6, 3, 9), interval(3, 9, 5, 6)
    assert one.estimate == pytest.approx(5 / 6 - 3 / 9)
    assert (one.ci_low, one.ci_high) == pytest.approx((-other.ci_high, -other.ci_low), abs=1e-9)


def test_certain_differences_reach_the_end_of_the_scale():
    for interval in (miettinen_nurminen, exact_difference):
        assert interval(8, 8, 0, 11).ci_high == 1 and 0.6 < interval(8, 8, 0, 11).ci_low < 0.7
        assert interval(0, 8, 11, 11).ci_low == -1 and -0.7 < interval(0, 8, 11, 11).ci_high < -0.6


@pytest.mark.parametrize("estimator", [miettinen_nurminen, exact_difference, suissa_shuster])
@pytest.mark.parametrize("counts", [(0, 0, 3, 9), (3, 9, 0, 0), (0, 0, 0, 0)])
def test_an_empty_arm_has_no_comparison(estimator, counts):
    result = estimator(*counts)
    assert result.method == f"{NOT_ESTIMABLE}an arm has no patients"
    assert np.isnan(result.estimate) and result.n == counts[1] + counts[3]


def test_very_many_patients_are_left_to_the_asymptotic_methods():
    reason = f"{NOT_ESTIMABLE}too many patients to enumerate"
    assert exact_difference(90, 200, 80, 210).method == reason
    assert suissa_shuster(90, 200, 80, 210).p_value == pytest.approx(0.1618, abs=2e-3)
    assert suissa_shuster(16500, 30000, 15000, 30000).method == reason
    assert miettinen_nurminen(90, 200, 80, 210).ci_low < 90 / 200 - 80 / 210


@pytest.mark.parametrize(
    ("counts", "reason"), [((0, 4, 0, 6), "no events"), ((4, 4, 6, 6), "every patient has the event")]
)
def test_a_test_needs_both_outcomes(counts, reason):
    assert suissa_shuster(*counts).method == NOT_ESTIMABLE + reason


@pytest.mark.parametrize("estimator", [miettinen_nurminen, exact_difference, suissa_shuster])
def test_impossible_counts_are_refused(estimator):
    with pytest.raises(ValueError, match="7 events of 6 patients"):
        estimator(7, 6, 3, 9)


def test_the_largest_chance_is_that_of_a_fine_grid_of_rates():
    """Both arms without an event but for one of them: a table of which the chance has one top inside."""
    region = np.zeros((6, 4), dtype=bool)
    region[1, 0] = region[2, 3] = True
    rates = np.linspace(0, 1, 200_001)
    first, second = stats.binom.pmf([[1], [2]], 5, rates), stats.binom.pmf([[0], [3]], 3, rates)
    assert largest_chance(region, 5, 3) == pytest.approx((first * second).sum(axis=0).max(), abs=1e-9)
