"""Risk ratios by hand, and E-values against R and against their defining equation."""

import math
from math import exp, log, sqrt

import pytest
from reference import MORE
from scipy import stats

from helpers.estimators.confounding import e_values, risk_ratio
from helpers.ground.results import NOT_ESTIMABLE, Estimate

pytestmark = pytest.mark.filterwarnings("error")
Z = stats.norm.ppf(0.975)


@pytest.mark.parametrize("counts", [(15, 20, 9, 25), (7, 34, 1, 34), (8, 8, 3, 11)])
def test_risk_ratio_by_hand(counts):
    a, n_1, c, n_0 = counts
    ratio = (a / n_1) / (c / n_0)
    width = Z * sqrt(1 / a - 1 / n_1 + 1 / c - 1 / n_0)
    result = risk_ratio(*counts)
    assert result.estimate == pytest.approx(ratio, abs=1e-12)
    assert (result.ci_low, result.ci_high) == pytest.approx(
        (exp(log(ratio) - width), exp(log(ratio) + width)), rel=1e-12
    )
    assert (result.n, result.events) == (n_1 + n_0, a + c)


@pytest.mark.parametrize("r", MORE["efficacy"]["e_values"], ids=lambda r: str(r["ratio"]))
def test_e_values_agree_with_r(r):
    point, limit = e_values(Estimate(estimate=r["ratio"], ci_low=r["low"], ci_high=r["high"]))
    assert point.estimate == pytest.approx(r["e_value"], abs=1e-12)
    assert limit.estimate == pytest.approx(r["e_value_limit"], abs=1e-12)


@pytest.mark.parametrize("ratio", [0.2, 0.95, 1.4, 12.0])
def test_a_confounder_of_the_e_value_explains_the_ratio(ratio):
    value = e_values(Estimate(estimate=ratio, ci_low=ratio, ci_high=ratio))[0].estimate
    # The bias of a confounder with both risk ratios equal to the E-value.
    assert value * value / (2 * value - 1) == pytest.approx(max(ratio, 1 / ratio), rel=1e-12)


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        ((0, 0, 3, 9), "an arm has no patients"),
        ((3, 9, 0, 0), "an arm has no patients"),
        ((0, 5, 3, 9), "an arm has no events"),
        ((3, 9, 0, 5), "an arm has no events"),
        ((5, 5, 9, 9), "every patient has the event"),
    ],
)
def test_where_there_is_no_ratio_there_is_no_e_value(counts, reason):
    ratio = risk_ratio(*counts)
    assert ratio.method == NOT_ESTIMABLE + reason
    assert [value.method for value in e_values(ratio)] == [ratio.method] * 2


@pytest.mark.parametrize("ratio", [Estimate(2.0), Estimate(2.0, ci_high=3.0), Estimate(0.5, ci_low=0.3)])
def test_without_an_interval_its_e_value_has_a_reason(ratio):
    point, limit = e_values(ratio)
    # VanderWeele and Ding's formula for 2, and for 1/2 turned round: 2 + root of 2.
    assert point.estimate == pytest.approx(2 + sqrt(2))
    assert limit.method == f"{NOT_ESTIMABLE}the ratio has no interval" and math.isnan(limit.estimate)


@pytest.mark.parametrize("end", [0.0, math.inf])
def test_nothing_explains_an_infinite_ratio_away(end):
    point, limit = e_values(Estimate(end, ci_low=min(end, 2.0), ci_high=max(end, 0.5)))
    assert point.method == f"{NOT_ESTIMABLE}no confounder explains it away"
    assert limit.estimate == pytest.approx(2 + sqrt(2))


def test_a_negative_ratio_is_refused():
    with pytest.raises(ValueError, match="a risk ratio of -0.5"):
        e_values(Estimate(-0.5, ci_low=-1, ci_high=0.8))
