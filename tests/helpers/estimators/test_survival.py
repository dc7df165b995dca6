"""Kaplan-Meier and log-rank against R and against hand-worked curves, also of groups entered later."""

import math

import numpy as np
import pytest
from reference import FIGURES, data
from reference.survival_comparisons import COURSES, courses
from reference.survival_comparisons import R as R_OF_COURSES
from two_arms import two_arms

from helpers.estimators import log_rank, survival

pytestmark = pytest.mark.filterwarnings("error")
R = FIGURES["bmt35"]


@pytest.fixture
def bmt():
    frame = data("bmt35")
    return frame["ftime"], frame["status"] > 0, frame["dis"]


@pytest.mark.parametrize(
    ("group", "key"), [(None, "km_log-log"), (0, "km_loglog_grp_0"), (1, "km_loglog_grp_1")]
)
def test_kaplan_meier_agrees_with_r(bmt, group, key):
    months, event, disease = bmt
    chosen = disease.notna() if group is None else disease == group
    result = survival.kaplan_meier_at(months[chosen], event[chosen], R["tau"])
    expected = [R[key][column] for column in ("surv", "lower", "upper")]
    assert [result.estimate, result.ci_low, result.ci_high] == pytest.approx(expected, abs=1e-12)
    assert survival.number_at_risk(months[chosen], [R["tau"]]).tolist() == [R[key]["n_risk"]]


def test_medians_agree_with_r(bmt):
    months, event, _ = bmt
    for function, key in [
        (survival.median_time, "median"),
        (survival.reverse_kaplan_meier_median, "reverse_km_median_fu"),
    ]:
        result = function(months, event)
        expected = [R[key][column] for column in ("median", "0.95LCL", "0.95UCL")]
        assert [result.estimate, result.ci_low, result.ci_high] == expected


def test_log_rank_agrees_with_r(bmt):
    result = log_rank.log_rank(*bmt)
    assert result.estimate == pytest.approx(R["survdiff_rho0"]["chisq"], abs=1e-12)
    assert result.p_value == pytest.approx(R["survdiff_rho0"]["p"], abs=1e-12)
    gehan = data("gehan42")
    result = log_rank.log_rank(gehan["time"], gehan["cens"], gehan["mp6"])
    assert result.estimate == pytest.approx(FIGURES["gehan42"]["logrank"]["chisq"], abs=1e-12)
    assert result.p_value == pytest.approx(FIGURES["gehan42"]["logrank"]["p"], abs=1e-12)


def test_curve_by_hand():
    # 5 patients: event at 1, event and censoring at 2 (the event first), censoring at 3, event at 4.
    curve = survival.kaplan_meier_curve([2, 1, 2, 4, 3], [1, 1, 0, 1, 0])
    assert curve["month"].tolist() == [0, 1, 2, 3, 4]
    assert curve["estimate"].to_numpy() == pytest.approx([1, 4 / 5, 4 / 5 * 3 / 4, 3 / 5, 0])
    assert curve["n_at_risk"].tolist() == [5, 5, 4, 2, 1]
    assert curve["n_events"].tolist() == [0, 1, 1, 0, 1]
    assert curve["n_censored"].tolist() == [0, 0, 1, 1, 0]
    assert curve["ci_low"].isna().tolist() == [True, False, False, False, True]
    # log-log: Greenwood's sum at month 2 is 1 / (5 * 4) + 1 / (4 * 3).
    width = 1.959963984540054 * math.sqrt(1 / 20 + 1 / 12) / abs(math.log(0.6))
    assert curve["ci_low"][2] == pytest.approx(0.6 ** math.exp(width))
    assert curve["ci_high"][2] == pytest.approx(0.6 ** math.exp(-width))


def test_numbers_at_risk_are_those_just_before():
    assert survival.number_at_risk([1, 2, 2, 5, math.nan], [0, 1, 2, 2.5, 6]).tolist() == [4, 4, 3, 1, 0]


def test_no_probability_past_the_follow_up():
    result = survival.kaplan_meier_at([1, 2, 3], [1, 0, 0], 4)
    assert result.method == "not estimable: follow-up ends before that time"
    assert (math.isnan(result.estimate), result.n, result.events) == (True, 3, 1)
    assert survival.kaplan_meier_at([1, 2, 3], [1, 0, 0], 3).estimate == pytest.approx(2 / 3)


def test_zero_and_one_have_no_interval():
    for event, time, expected, why in [([0, 0, 0], 2, 1, "no event"), ([0, 1, 1], 9, 0, "nobody left")]:
        result = survival.kaplan_meier_at([1, 2, 3], event, time)
        assert result.estimate == expected
        assert np.isnan([result.ci_low, result.ci_high, result.ci_level]).all()
        assert result.method == f"Kaplan-Meier, no interval ({why})"


def test_events_are_counted_up_to_the_time():
    result = survival.kaplan_meier_at([1, 2, 3, 4], [1, 1, 1, 0], 2)
    assert (result.n, result.events) == (4, 2)


def test_median_is_the_first_month_at_one_half():
    # Of seven patients one dies in each of four months: 3/7 at month 4. Of ten, five: 5/10 at month 5.
    assert survival.median_time([1, 2, 3, 4, 9, 9, 9], [1, 1, 1, 1, 0, 0, 0]).estimate == 4
    assert survival.median_time(range(1, 11), [1] * 5 + [0] * 5).estimate == 5


def test_median_of_a_curve_that_runs_at_one_half_is_the_middle_of_that_stretch():
    # R 4.2: print(survfit(Surv(time, event) ~ 1)) gives these medians.
    assert survival.median_time([1, 2, 3, 4], [1, 1, 1, 1]).estimate == 2.5
    assert survival.median_time([1, 2, 3, 4], [1, 1, 0, 0]).estimate == 2
    assert survival.median_time([1, 2, 3, 4, 5, 6], [1, 1, 1, 0, 1, 1]).estimate == 4


def test_median_not_reached():
    result = survival.median_time(range(1, 21), [1, 1, 1, 1] + [0] * 16)
    assert math.isnan(result.estimate)
    assert result.method.endswith("median not reached")
    assert np.isnan([result.ci_low, result.ci_high, result.ci_level]).all()
    assert (result.n, result.events) == (20, 4)


def test_median_with_a_one_sided_interval():
    result = survival.median_time(range(1, 11), [1, 0, 1, 0, 1, 0, 1, 0, 1, 0])
    assert result.ci_low < result.estimate
    assert math.isnan(result.ci_high)
    assert result.ci_level == 0.95


def test_nothing_to_estimate():
    assert survival.kaplan_meier_curve([], []).empty
    assert survival.kaplan_meier_at([], [], 12).method == "not estimable: no patients"
    assert survival.median_time([], []).method == "not estimable: no patients"
    assert survival.median_time([1, 2], [0, 0]).method == "not estimable: no events"
    assert survival.reverse_kaplan_meier_median([], []).method == "not estimable: no patients"
    assert survival.reverse_kaplan_meier_median([1, 2], [1, 1]).method == "not estimable: nobody is censored"


@pytest.mark.parametrize(
    ("months", "event", "group", "reason"),
    [
        ([1, 2], [1, 1], [1, 1], "a group has no patients"),
        ([1, 2], [1, 1], [0, 0], "a group has no patients"),
        ([], [], [], "a group has no patients"),
        ([1, 2], [0, 0], [0, 1], "no events"),
        ([1, 2, 3], [0, 1, 1], [1, 0, 0], "no event at which the groups can be compared"),
        ([2, 2, 2], [1, 1, 1], [1, 0, 0], "no event at which the groups can be compared"),
    ],
)
def test_no_log_rank_test(months, event, group, reason):
    assert log_rank.log_rank(months, event, group).method == f"not estimable: {reason}"


def test_log_rank_by_hand():
    # Event of group 1 at month 1 among 2 + 2, of group 0 at month 2 among 1 + 2; month 3 has one group only.
    result = log_rank.log_rank([1, 4, 2, 3], [1, 0, 1, 0], [1, 1, 0, 0])
    observed_minus_expected = 1 - 2 / 4 - 1 / 3
    variance = 2 / 4 * 2 / 4 + 1 / 3 * 2 / 3
    assert result.estimate == pytest.approx(observed_minus_expected**2 / variance)


def test_missing_rows_are_left_out():
    with_missing = survival.kaplan_meier_at([1, 2, 3, math.nan, 2], [1, 0, 0, 1, None], 2)
    assert with_missing == survival.kaplan_meier_at([1, 2, 3], [1, 0, 0], 2)


@pytest.mark.parametrize("name", COURSES)
@pytest.mark.parametrize("exposed", [0, 1])
def test_delayed_entry_agrees_with_survfit(name, exposed):
    frame, expected = courses(name), R_OF_COURSES[name][f"x{exposed}"]
    frame = frame[frame["x"] == exposed]
    for place, time in enumerate(expected["time"]):
        found = survival.delayed_entry_at(frame["start"], frame["stop"], frame["event"], time)
        assert [found.estimate, found.ci_low, found.ci_high] == pytest.approx(
            [expected[key][place] for key in ("surv", "lower", "upper")], rel=1e-10
        )
        assert found.n == len(frame)
    counts = survival.number_at_risk_after_entry(frame["start"], frame["stop"], expected["time"])
    assert counts.tolist() == expected["n.risk"]


def test_entry_at_time_zero_is_the_plain_curve():
    months, event, _ = two_arms("gehan42")
    plain = survival.kaplan_meier_curve(months, event)
    entry = survival.delayed_entry_curve(0 * months, months, event)
    assert entry["month"].tolist() == plain["month"].tolist()
    for column in ("estimate", "ci_low", "ci_high"):
        assert entry[column].to_numpy() == pytest.approx(plain[column].to_numpy(), nan_ok=True)
    assert entry["n_censored"].tolist() == plain["n_censored"].tolist()
    assert entry["n_events"].tolist() == plain["n_events"].tolist()


def test_delayed_entry_by_hand():
    # At month 3 two are at risk, at 5 two: the second entered at 2 and the third at 4.
    start, stop, event = [0, 2, 4], [3, 5, 6], [1, 1, 0]
    curve = survival.delayed_entry_curve(start, stop, event)
    assert curve["month"].tolist() == [0, 3, 5, 6]
    assert curve["estimate"].to_numpy() == pytest.approx([1, 1 / 2, 1 / 4, 1 / 4])
    assert curve["n_at_risk"].tolist() == [0, 2, 2, 1]


@pytest.mark.parametrize(
    ("columns", "time", "reason"),
    [
        (([], [], []), 3, "no patients"),
        (([4], [6], [1]), 3, "nobody has entered by that time"),
        (([4, 4], [6, 7], [1, 0]), 8, "follow-up ends before that time"),
    ],
)
def test_no_delayed_entry_estimate(columns, time, reason):
    assert survival.delayed_entry_at(*columns, time).method == f"not estimable: {reason}"


def test_a_curve_that_has_reached_0_is_read_after_the_end():
    assert survival.delayed_entry_at([4], [6], [1], 8).estimate == 0


def test_a_curve_whose_risk_set_is_empty_before_others_enter():
    # The first patient is alone at risk and dies at 1; the second enters at 2 into a curve that is at 0.
    curve = survival.delayed_entry_curve([0, 2], [1, 3], [1, 0])
    assert curve["month"].tolist() == [0, 1, 3]
    assert curve["estimate"].tolist() == [1, 0, 0]
    assert curve["ci_low"].isna().all()
    assert survival.delayed_entry_at([0, 2], [1, 3], [1, 0], 2.5).estimate == 0


def test_rows_without_length_are_nobody_at_risk():
    plain = survival.delayed_entry_curve([0, 0], [3, 5], [1, 0])
    assert survival.delayed_entry_curve([0, 0, 4], [3, 5, 4], [1, 0, 1]).equals(plain)


def test_what_is_no_follow_up_and_no_event_is_refused():
    with pytest.raises(ValueError, match="months of follow-up must be 0 or more"):
        survival.kaplan_meier_curve([3, -0.5], [1, 1])
    with pytest.raises(ValueError, match="must be 0 or 1"):
        survival.kaplan_meier_curve([3, 5], [1, 2])
    assert survival.kaplan_meier_curve([0, math.nan], [1, 1])["estimate"].tolist() == [0]


def test_a_third_group_is_no_part_of_the_second():
    with pytest.raises(ValueError, match="must be 0 or 1"):
        log_rank.log_rank([1, 2, 3], [1, 1, 1], [0, 1, 2])
