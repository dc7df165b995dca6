"""Score and exact intervals and Barnard's test against R, and against their definitions by brute force."""

import numpy as np
import pytest
from reference import FIGURES, MORE
from scipy import optimize, stats

from helpers.estimators.score_intervals import barnard, exact_difference, miettinen_nurminen, score
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
BARNARD = {
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


@pytest.mark.parametrize("name", BARNARD)
def test_barnard_agrees_with_r(name):
    counts, p_value = BARNARD[name]
    events_1, n_1, events_0, n_0 = counts
    result = barnard(*counts)
    rate = (events_1 + events_0) / (n_1 + n_0)
    error = np.sqrt(rate * (1 - rate) * (1 / n_1 + 1 / n_0))
    assert result.p_value == pytest.approx(p_value, abs=1e-8)
    assert result.estimate == pytest.approx((events_1 / n_1 - events_0 / n_0) / error, abs=1e-12)
    assert (result.n, result.events) == (n_1 + n_0, events_1 + events_0)


def score_by_search(events_1, n_1, events_0, n_0, difference):
    """Find the most likely rates under a difference by search, and give the score statistic."""

    def minus_log_likelihood(rate_0):
        rate_1 = rate_0 + difference
        return -(stats.binom.logpmf(events_1, n_1, rate_1) + stats.binom.logpmf(events_0, n_0, rate_0))

    bounds = (max(0, -difference) + 1e-12, min(1, 1 - difference) - 1e-12)
    found = optimize.minimize_scalar(
        minus_log_likelihood, bounds=bounds, method="bounded", options={"xatol": 1e-12}
    )
    rate_0, rate_1 = found.x, found.x + difference
    error = np.sqrt(rate_1 * (1 - rate_1) / n_1 + rate_0 * (1 - rate_0) / n_0)
    return (events_1 / n_1 - events_0 / n_0 - difference) / error


@pytest.mark.parametrize("counts", [(3, 7, 5, 9), (0, 6, 2, 11), (13, 14, 4, 21)])
@pytest.mark.parametrize("difference", [-0.6, -0.1, 0.0, 0.25, 0.7])
def test_score_agrees_with_a_search_for_the_likeliest_rates(counts, difference):
    assert score(*counts, difference) == pytest.approx(score_by_search(*counts, difference), abs=1e-5)


def tail(events_1, n_1, events_0, n_0, difference, side):
    """Sum the tables at least as far out, over a fine grid of the free rate, with scores found by search."""
    scores = np.array(
        [[score_by_search(x, n_1, y, n_0, difference) for y in range(n_0 + 1)] for x in range(n_1 + 1)]
    )
    region = side * scores >= side * scores[events_1, events_0] - 1e-6
    rates = np.linspace(max(0, -difference), min(1, 1 - difference), 2001)
    first = stats.binom.pmf(np.arange(n_1 + 1)[:, None], n_1, np.clip(rates + difference, 0, 1))
    second = stats.binom.pmf(np.arange(n_0 + 1)[:, None], n_0, rates)
    x, y = np.nonzero(region)
    return (first[x] * second[y]).sum(axis=0).max()


@pytest.mark.parametrize("counts", [(3, 5, 1, 6), (4, 4, 2, 7), (2, 6, 5, 8)])
def test_exact_limits_are_where_the_tails_cross_half_the_error(counts):
    result = exact_difference(*counts)
    for limit, side in ((result.ci_low, 1), (result.ci_high, -1)):
        if abs(limit) < 1:
            assert (
                tail(*counts, limit - side * 2e-4, side) <= 0.025 < tail(*counts, limit + side * 2e-4, side)
            )
        outside = np.arange(limit - side * 0.03, -side, -side * 0.1)
        assert all(tail(*counts, place, side) <= 0.025 for place in outside if abs(place) < 0.999)


@pytest.mark.parametrize("interval", [miettinen_nurminen, exact_difference])
def test_exchanging_the_arms_turns_the_interval(interval):
    one, other = interval(5, 6, 3, 9), interval(3, 9, 5, 6)
    assert one.estimate == pytest.approx(5 / 6 - 3 / 9)
    assert (one.ci_low, one.ci_high) == pytest.approx((-other.ci_high, -other.ci_low), abs=1e-9)


def test_certain_differences_reach_the_end_of_the_scale():
    for interval in (miettinen_nurminen, exact_difference):
        assert interval(8, 8, 0, 11).ci_high == 1 and 0.6 < interval(8, 8, 0, 11).ci_low < 0.7
        assert interval(0, 8, 11, 11).ci_low == -1 and -0.7 < interval(0, 8, 11, 11).ci_high < -0.6


@pytest.mark.parametrize("estimator", [miettinen_nurminen, exact_difference, barnard])
@pytest.mark.parametrize("counts", [(0, 0, 3, 9), (3, 9, 0, 0), (0, 0, 0, 0)])
def test_an_empty_arm_has_no_comparison(estimator, counts):
    result = estimator(*counts)
    assert result.method == f"{NOT_ESTIMABLE}an arm has no patients"
    assert np.isnan(result.estimate) and result.n == counts[1] + counts[3]


def test_exact_interval_of_very_many_patients_is_left_to_the_score_interval():
    assert exact_difference(90, 200, 80, 210).method == f"{NOT_ESTIMABLE}too many patients to enumerate"
    assert miettinen_nurminen(90, 200, 80, 210).ci_low < 90 / 200 - 80 / 210


@pytest.mark.parametrize(
    ("counts", "reason"), [((0, 4, 0, 6), "no events"), ((4, 4, 6, 6), "every patient has the event")]
)
def test_barnard_needs_both_outcomes(counts, reason):
    assert barnard(*counts).method == NOT_ESTIMABLE + reason
