"""Restricted means and their difference against R and by hand."""

import math

import numpy as np
import pytest
from reference import FIGURES
from reference.survival_comparisons import R
from scipy import stats
from two_arms import TWO_ARMS, two_arms

from helpers.estimators.restricted_mean import (
    fisher_limits,
    logit_limits,
    restricted_mean,
    restricted_mean_difference,
)

Z = stats.norm.ppf(0.975)


def on_the_logit_scale(mean, error, horizon):
    """Work out limits by hand: the share of the horizon as log odds, and back."""
    odds = math.log(mean / (horizon - mean))
    width = Z * error * horizon / (mean * (horizon - mean))
    return [horizon * math.exp(end) / (1 + math.exp(end)) for end in (odds - width, odds + width)]


def on_fishers_scale(difference, error, horizon):
    """Work out limits by hand: half the log of (1 + x) / (1 - x), and back."""
    share = difference / horizon
    centre, width = math.log((1 + share) / (1 - share)) / 2, Z * error / horizon / (1 - share**2)
    ends = [math.exp(2 * end) for end in (centre - width, centre + width)]
    return [horizon * (end - 1) / (end + 1) for end in ends]


def test_restricted_means_agree_with_survrm2():
    months, event, disease = two_arms("bmt35")
    for group in (0, 1):
        chosen, expected = disease == group, FIGURES["bmt35"]["rmst"][f"g{group}"]
        found = restricted_mean(months[chosen], event[chosen], 24)
        # R prints Wald limits: its error follows from them.
        error = (expected["upper .95"] - expected["lower .95"]) / 2 / Z
        limits = on_the_logit_scale(expected["Est."], error, 24)
        assert [found.estimate, found.ci_low, found.ci_high] == pytest.approx(
            [expected["Est."], *limits], abs=1e-9
        )
    found = restricted_mean_difference(months, event, disease, 24)
    expected = FIGURES["bmt35"]["rmst"]["diff"]
    error = (expected["upper .95"] - expected["lower .95"]) / 2 / Z
    limits = on_fishers_scale(expected["Est."], error, 24)
    assert [found.estimate, found.ci_low, found.ci_high, found.p_value] == pytest.approx(
        [expected["Est."], *limits, expected["p"]], abs=1e-9
    )


@pytest.mark.parametrize("name", TWO_ARMS)
def test_restricted_means_agree_with_survival(name):
    months, event, group = two_arms(name)
    expected = R[name]["restricted_mean"]
    horizon, squares = expected["tau"], 0
    for value in (0, 1):
        mean, error = expected[f"g{value}"]
        found = restricted_mean(months[group == value], event[group == value], horizon)
        assert found.estimate == pytest.approx(mean, rel=1e-12)
        limits = on_the_logit_scale(mean, error, horizon)
        assert [found.ci_low, found.ci_high] == pytest.approx(limits, rel=1e-9)
        squares += error**2
    found = restricted_mean_difference(months, event, group, horizon)
    difference = expected["g1"][0] - expected["g0"][0]
    assert found.estimate == pytest.approx(difference, rel=1e-9)
    assert found.p_value == pytest.approx(2 * stats.norm.sf(abs(difference) / squares**0.5), rel=1e-9)
    limits = on_fishers_scale(difference, squares**0.5, horizon)
    assert [found.ci_low, found.ci_high] == pytest.approx(limits, rel=1e-8)
    assert (found.n, found.events) == (len(months), (event.astype(bool) & (months <= horizon)).sum())


def test_restricted_mean_by_hand():
    # Four patients, deaths at 1 and 3 of 4 and 2 at risk: S is 1, then 3/4, then 3/8.
    found = restricted_mean([1, 2, 3, 4], [1, 0, 1, 0], 4)
    assert found.estimate == pytest.approx(1 + 2 * 3 / 4 + 3 / 8)
    variance = (2 * 3 / 4 + 3 / 8) ** 2 / (4 * 3) + (3 / 8) ** 2 / (2 * 1)
    limits = on_the_logit_scale(found.estimate, variance**0.5, 4)
    assert [found.ci_low, found.ci_high] == pytest.approx(limits)


def test_limits_stay_within_what_a_mean_can_be():
    # Nineteen of twenty live through the year: the Wald limit was 12.1 of 12 months.
    months, event = [2] + [20] * 19, [1] + [0] * 19
    found = restricted_mean(months, event, 12)
    error = (12 - found.estimate) * (0.05 * 0.95 / 20) ** 0.5 / 0.05
    assert found.estimate + Z * error > 12
    assert 0 < found.ci_low < found.estimate < found.ci_high < 12
    arms = [1, 1, 1, 0, 0, 0]
    difference = restricted_mean_difference([12, 11, 13, 1, 0.5, 1.5], [0, 1, 0, 1, 1, 1], arms, 12)
    assert -12 < difference.ci_low < difference.ci_high < 12


def test_restricted_means_that_have_no_interval():
    nobody = restricted_mean([5, 9], [0, 0], 4)
    assert (nobody.estimate, nobody.method) == (4, "restricted mean, no interval (no event before then)")
    assert math.isnan(nobody.ci_low)
    at_once = restricted_mean([2, 2], [1, 1], 4)
    assert (at_once.estimate, at_once.method) == (
        2,
        "restricted mean, no interval (everybody has the event at once)",
    )
    one_arm = restricted_mean_difference([1, 2, 9, 9], [1, 0, 0, 0], [1, 1, 0, 0], 2)
    assert one_arm.estimate == pytest.approx(1.5 - 2)
    assert math.isnan(one_arm.p_value)
    assert one_arm.method.endswith("no interval (the variance of a group is unknown)")


@pytest.mark.parametrize(
    ("months", "event", "group", "reason"),
    [
        ([], [], [], "in a group, no patients"),
        ([5, 6], [1, 0], [1, 1], "in a group, no patients"),
        ([1, 2, 9], [1, 0, 0], [1, 1, 0], "in a group, follow-up ends before that time"),
    ],
)
def test_no_restricted_mean_difference(months, event, group, reason):
    assert restricted_mean_difference(months, event, group, 4).method == f"not estimable: {reason}"


def test_a_curve_that_reached_zero_needs_no_further_follow_up():
    assert restricted_mean([1, 3], [1, 1], 10).estimate == pytest.approx(2)


def test_small_samples_give_a_finite_number_or_a_reason():
    generator = np.random.default_rng(3)
    for _ in range(40):
        n = generator.integers(2, 7)
        months, group = generator.integers(1, 5, n), generator.integers(0, 2, n)
        causes = generator.choice(["censored", "relapse", "death"], n)
        for found in (restricted_mean_difference(months, causes == "death", group, 3),):
            assert found.method.startswith("not estimable: ") == math.isnan(found.estimate)
            assert math.isnan(found.estimate) or math.isfinite(found.estimate)


def test_missing_rows_are_left_out():
    months, event, group = [1, 2, 3, 4, math.nan], [1, 1, 0, 1, 1], [1, 0, 1, 0, 1]
    short = [column[:4] for column in (months, event, group)]
    assert restricted_mean_difference(months, event, group, 2) == restricted_mean_difference(*short, 2)


def test_logit_limits_are_symmetric_on_the_logit_scale():
    low, high = logit_limits(9.0, 1.0, 12.0)
    centre, half = math.log(3), Z / 12 / (0.75 * 0.25)
    assert [math.log(end / (12 - end)) for end in (low, high)] == pytest.approx(
        [centre - half, centre + half]
    )


def test_fisher_limits_are_symmetric_on_fishers_scale():
    low, high = fisher_limits(-6.0, 2.0, 12.0)
    half = Z * 2 / 12 / (1 - 0.5**2)
    assert [math.atanh(end / 12) for end in (low, high)] == pytest.approx(
        [math.atanh(-0.5) - half, math.atanh(-0.5) + half]
    )
