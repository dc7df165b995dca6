"""Restricted means, weighted log-rank, Mantel-Byar, delayed entry and Gray's test against R and by hand."""

import math

import numpy as np
import pytest
from reference import FIGURES, data
from reference.survival_comparisons import CAUSES, COMPETING, COURSES, R, courses
from scipy import stats

from helpers.estimators.delayed_entry import delayed_entry_at, delayed_entry_curve, number_at_risk_after_entry
from helpers.estimators.gray import gray_test
from helpers.estimators.log_rank import mantel_byar, weighted_log_rank
from helpers.estimators.restricted_mean import restricted_mean, restricted_mean_difference
from helpers.estimators.survival import kaplan_meier_curve

pytestmark = pytest.mark.filterwarnings("error")
TWO_ARMS = ("bmt35", "gehan42", "veteran137", "pbc312")


def two_arms(name):
    """Return time, event and group as r_survival.R takes them."""
    frame = data(name)
    if name == "bmt35":
        return frame["ftime"], frame["status"] > 0, frame["dis"]
    if name == "gehan42":
        return frame["time"], frame["cens"], frame["mp6"]
    event = frame["status"] == 2 if name == "pbc312" else frame["status"]
    return frame["time"], event, frame["trt"] - 1


# Restricted means


def test_restricted_means_agree_with_survrm2():
    months, event, disease = two_arms("bmt35")
    for group in (0, 1):
        chosen, expected = disease == group, FIGURES["bmt35"]["rmst"][f"g{group}"]
        found = restricted_mean(months[chosen], event[chosen], 24)
        assert [found.estimate, found.ci_low, found.ci_high] == pytest.approx(
            [expected["Est."], expected["lower .95"], expected["upper .95"]], abs=1e-9
        )
    found, expected = (
        restricted_mean_difference(months, event, disease, 24),
        FIGURES["bmt35"]["rmst"]["diff"],
    )
    assert [found.estimate, found.ci_low, found.ci_high, found.p_value] == pytest.approx(
        [expected[key] for key in ("Est.", "lower .95", "upper .95", "p")], abs=1e-9
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
        assert (found.ci_high - found.ci_low) / 2 / stats.norm.ppf(0.975) == pytest.approx(error, rel=1e-10)
        squares += error**2
    found = restricted_mean_difference(months, event, group, horizon)
    difference = expected["g1"][0] - expected["g0"][0]
    assert found.estimate == pytest.approx(difference, rel=1e-9)
    assert found.p_value == pytest.approx(2 * stats.norm.sf(abs(difference) / squares**0.5), rel=1e-9)
    assert found.ci_low == pytest.approx(difference - stats.norm.ppf(0.975) * squares**0.5, rel=1e-9)
    assert (found.n, found.events) == (len(months), (event.astype(bool) & (months <= horizon)).sum())


def test_restricted_mean_by_hand():
    # Four patients, deaths at 1 and 3 of 4 and 2 at risk: S is 1, then 3/4, then 3/8.
    found = restricted_mean([1, 2, 3, 4], [1, 0, 1, 0], 4)
    assert found.estimate == pytest.approx(1 + 2 * 3 / 4 + 3 / 8)
    variance = (2 * 3 / 4 + 3 / 8) ** 2 / (4 * 3) + (3 / 8) ** 2 / (2 * 1)
    assert found.ci_high - found.estimate == pytest.approx(stats.norm.ppf(0.975) * variance**0.5)


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


# Weighted log-rank


@pytest.mark.parametrize("name", TWO_ARMS)
@pytest.mark.parametrize("early", [0, 1])
def test_early_weights_agree_with_survdiff(name, early):
    found = weighted_log_rank(*two_arms(name), early, 0)
    expected = R[name][f"survdiff_rho_{early}"]
    assert found.estimate == pytest.approx(expected["chisq"], rel=1e-10)
    assert found.p_value == pytest.approx(expected["p"], rel=1e-9)


@pytest.mark.parametrize("name", TWO_ARMS)
@pytest.mark.parametrize("early", [0, 1])
def test_late_weights_agree_with_survmisc(name, early):
    months, event, group = two_arms(name)
    found = weighted_log_rank(months + (np.arange(len(months)) + 1) / 1e4, event, group, early, 1)
    expected = R[name][f"ties_broken_p{early}_q1"]
    assert found.estimate == pytest.approx(expected["Z"] ** 2, rel=1e-9)
    assert found.p_value == pytest.approx(expected["pNorm"], rel=1e-9)


def test_late_weights_with_ties_by_hand():
    # Month 1: an event of each group among 2 + 2, weight 0. Month 2: one of group 0 among 1 + 1, weight 1/2.
    found = weighted_log_rank([1, 1, 2, 3], [1, 1, 1, 0], [1, 0, 0, 1], 0, 1)
    assert found.estimate == pytest.approx((0.5 * -0.5) ** 2 / (0.25 * 0.25))


# Groups entered during follow-up


@pytest.mark.parametrize("name", COURSES)
def test_mantel_byar_agrees_with_the_discrete_score_test(name):
    # r_reference.json holds 0.17318 for jasa1: the score test of the Cox model with Efron's ties instead.
    frame = courses(name)
    found = mantel_byar(frame["start"], frame["stop"], frame["event"], frame["x"])
    assert found.estimate == pytest.approx(R[name]["mantel_byar"], rel=1e-9)
    assert found.p_value == pytest.approx(stats.chi2.sf(R[name]["mantel_byar"], 1), rel=1e-8)
    assert found.n == (frame["start"] == 0).sum()


@pytest.mark.parametrize("name", COURSES)
@pytest.mark.parametrize("exposed", [0, 1])
def test_delayed_entry_agrees_with_survfit(name, exposed):
    frame, expected = courses(name), R[name][f"x{exposed}"]
    frame = frame[frame["x"] == exposed]
    for place, time in enumerate(expected["time"]):
        found = delayed_entry_at(frame["start"], frame["stop"], frame["event"], time)
        assert [found.estimate, found.ci_low, found.ci_high] == pytest.approx(
            [expected[key][place] for key in ("surv", "lower", "upper")], rel=1e-10
        )
        assert found.n == len(frame)
    counts = number_at_risk_after_entry(frame["start"], frame["stop"], expected["time"])
    assert counts.tolist() == expected["n.risk"]


def test_entry_at_time_zero_is_the_plain_curve():
    months, event, _ = two_arms("gehan42")
    plain = kaplan_meier_curve(months, event)
    entry = delayed_entry_curve(0 * months, months, event)
    assert entry["month"].tolist() == plain["month"].tolist()
    for column in ("estimate", "ci_low", "ci_high"):
        assert entry[column].to_numpy() == pytest.approx(plain[column].to_numpy(), nan_ok=True)
    assert entry["n_censored"].tolist() == plain["n_censored"].tolist()
    assert entry["n_events"].tolist() == plain["n_events"].tolist()


def test_delayed_entry_by_hand():
    # At month 3 two are at risk, at 5 two: the second entered at 2 and the third at 4.
    start, stop, event = [0, 2, 4], [3, 5, 6], [1, 1, 0]
    curve = delayed_entry_curve(start, stop, event)
    assert curve["month"].tolist() == [0, 3, 5, 6]
    assert curve["estimate"].to_numpy() == pytest.approx([1, 1 / 2, 1 / 4, 1 / 4])
    assert curve["n_at_risk"].tolist() == [0, 2, 2, 1]


def test_no_delayed_entry_estimate():
    assert delayed_entry_at([], [], [], 3).method == "not estimable: no patients"
    assert delayed_entry_at([4], [6], [1], 3).method == "not estimable: nobody has entered by that time"
    assert (
        delayed_entry_at([4, 4], [6, 7], [1, 0], 8).method == "not estimable: follow-up ends before that time"
    )
    assert delayed_entry_at([4], [6], [1], 8).estimate == 0


# Gray's test


@pytest.mark.parametrize(("place", "cause"), [("1", "relapse"), ("2", "death")])
@pytest.mark.parametrize("name", COMPETING)
def test_gray_agrees_with_cmprsk(name, place, cause):
    frame, (months, causes, group) = data(name), COMPETING[name]
    one = frame[group] == frame[group].iloc[0]
    found = gray_test(frame[months], frame[causes].map(CAUSES), one, cause)
    expected = R["gray"][name][place]
    assert found.estimate == pytest.approx(expected["stat"], rel=1e-9)
    assert found.p_value == pytest.approx(expected["pv"], rel=1e-9)
    assert found.events == (frame[causes] == int(place)).sum()


def test_gray_without_competing_events_is_close_to_the_log_rank_test():
    months, event, group = two_arms("veteran137")
    causes = event.map({0: "censored", 1: "relapse"})
    found = gray_test(months, causes, group, "relapse")
    assert found.estimate == pytest.approx(weighted_log_rank(months, event, group, 0, 0).estimate, abs=0.01)


# What does not exist


@pytest.mark.parametrize(
    ("months", "event", "group", "reason"),
    [
        ([1, 2], [1, 1], [1, 1], "a group has no patients"),
        ([], [], [], "a group has no patients"),
        ([1, 2], [0, 0], [0, 1], "no events"),
        ([1, 2, 3], [0, 1, 1], [1, 0, 0], "no event at which the groups can be compared"),
        ([2, 2, 2], [1, 1, 1], [1, 0, 0], "no event at which the groups can be compared"),
    ],
)
def test_no_test(months, event, group, reason):
    start = np.zeros(len(months))
    assert weighted_log_rank(months, event, group, 1, 0).method == f"not estimable: {reason}"
    assert mantel_byar(start, months, event, group).method == f"not estimable: {reason}"


@pytest.mark.parametrize(
    ("months", "causes", "group", "reason"),
    [
        ([], [], [], "a group has no patients"),
        ([1, 2], ["relapse", "death"], [1, 1], "a group has no patients"),
        ([1, 2], ["death", "censored"], [0, 1], "no events"),
        (
            [1, 2, 3],
            ["death", "relapse", "relapse"],
            [1, 0, 0],
            "no event at which the groups can be compared",
        ),
    ],
)
def test_no_gray_test(months, causes, group, reason):
    assert gray_test(months, causes, group, "relapse").method == f"not estimable: {reason}"


def test_small_samples_give_a_finite_number_or_a_reason():
    generator = np.random.default_rng(3)
    for _ in range(40):
        n = generator.integers(2, 7)
        months, group = generator.integers(1, 5, n), generator.integers(0, 2, n)
        causes = generator.choice(["censored", "relapse", "death"], n)
        for found in (
            gray_test(months, causes, group, "relapse"),
            weighted_log_rank(months, causes == "death", group, 0, 1),
            mantel_byar(np.zeros(n), months, causes == "death", group),
            restricted_mean_difference(months, causes == "death", group, 3),
        ):
            assert found.method.startswith("not estimable: ") == math.isnan(found.estimate)
            assert math.isnan(found.estimate) or math.isfinite(found.estimate)


def test_missing_rows_are_left_out():
    months, event, group = [1, 2, 3, 4, math.nan], [1, 1, 0, 1, 1], [1, 0, 1, 0, 1]
    short = [column[:4] for column in (months, event, group)]
    assert weighted_log_rank(months, event, group, 1, 0) == weighted_log_rank(*short, 1, 0)
    assert restricted_mean_difference(months, event, group, 2) == restricted_mean_difference(*short, 2)
    causes = ["relapse", "death", "censored", "relapse", None]
    assert gray_test([1, 2, 3, 4, 5], causes, group, "relapse") == gray_test(
        months[:4], causes[:4], group[:4], "relapse"
    )
