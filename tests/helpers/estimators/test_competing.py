"""Cumulative incidence against R, hand-worked values, its identity with Kaplan-Meier, and Gray's test."""

import math

import numpy as np
import pytest
from reference import FIGURES, data
from reference.survival_comparisons import CAUSES, COMPETING
from reference.survival_comparisons import R as SURVIVAL
from scipy import stats
from two_arms import two_arms

from helpers.estimators import competing, survival
from helpers.estimators.competing import gray_test
from helpers.estimators.log_rank import weighted_log_rank

pytestmark = pytest.mark.filterwarnings("error")
R = FIGURES["bmt35"]


@pytest.fixture
def bmt():
    frame = data("bmt35")
    return frame["ftime"], frame["status"].map(CAUSES), frame["dis"]


@pytest.mark.parametrize(("place", "cause"), [(1, "relapse"), (2, "death")])
def test_incidence_and_variance_agree_with_r(bmt, place, cause):
    months, causes, _ = bmt
    result = competing.cumulative_incidence_at(months, causes, R["tau"], cause)
    incidence = R["cuminc_all"]["est"][f"1 {place}"]
    assert result.estimate == pytest.approx(incidence, abs=1e-12)
    # R prints the standard error of the Aalen-Johansen estimate; the limits follow from it by hand.
    width = stats.norm.ppf(0.975) * R["survfit_aj"]["se"][place] / (incidence * abs(math.log(incidence)))
    assert result.ci_low == pytest.approx(incidence ** math.exp(width), abs=1e-10)
    assert result.ci_high == pytest.approx(incidence ** math.exp(-width), abs=1e-10)


@pytest.mark.parametrize("group", [0, 1])
@pytest.mark.parametrize(("place", "cause"), [(1, "relapse"), (2, "death")])
def test_incidence_in_groups_agrees_with_r(bmt, group, place, cause):
    months, causes, disease = bmt
    chosen = disease == group
    result = competing.cumulative_incidence_at(months[chosen], causes[chosen], R["tau"], cause)
    assert result.estimate == pytest.approx(R["cuminc_grp"]["est"][f"{group} {place}"], abs=1e-12)


def test_incidences_and_event_free_survival_add_up_to_one(bmt):
    months, causes, _ = bmt
    curves = [competing.cumulative_incidence_curve(months, causes, cause) for cause in ("relapse", "death")]
    free = survival.kaplan_meier_curve(months, causes != "censored")
    assert curves[0]["month"].tolist() == free["month"].tolist()
    assert curves[0]["n_at_risk"].tolist() == free["n_at_risk"].tolist()
    total = sum(curve["estimate"] for curve in curves) + free["estimate"]
    assert total.to_numpy() == pytest.approx(np.ones(len(free)))


def test_curve_by_hand():
    # 4 patients: relapse at 1, death at 2, censoring at 3, relapse at 4 (of the last).
    curve = competing.cumulative_incidence_curve(
        [1, 2, 3, 4], ["relapse", "death", "censored", "relapse"], "relapse"
    )
    assert curve["month"].tolist() == [0, 1, 2, 3, 4]
    assert curve["estimate"].to_numpy() == pytest.approx([0, 1 / 4, 1 / 4, 1 / 4, 3 / 4])
    assert curve["n_at_risk"].tolist() == [4, 4, 3, 2, 1]
    assert curve["n_events"].tolist() == [0, 1, 0, 0, 1]
    # One event among four: the variance is the binomial one, 3 / 4^3.
    width = stats.norm.ppf(0.975) * math.sqrt(3 / 64) / (0.25 * math.log(4))
    assert curve["ci_low"][1] == pytest.approx(0.25 ** math.exp(width))
    assert curve["ci_low"].isna().tolist() == [True, False, False, False, False]


def test_an_interval_once_the_last_at_risk_has_an_event():
    # R 4.2, survfit with two causes and conf.type "log-log": the term of the last time is 0 and not 0 / 0.
    causes = ["relapse", "death", "censored", "death"]
    found = competing.cumulative_incidence_at([1, 2, 3, 4], causes, 4, "relapse")
    assert [found.estimate, found.ci_low, found.ci_high] == pytest.approx(
        [0.25, 0.008947824, 0.6653253], abs=5e-8
    )
    death = competing.cumulative_incidence_at([1, 2, 3, 4], causes, 4, "death")
    assert [death.estimate, death.ci_low, death.ci_high] == pytest.approx(
        [0.75, 0.127946918, 0.9605486], abs=5e-8
    )


def test_an_event_at_time_zero_opens_the_curve():
    curve = competing.cumulative_incidence_curve([0, 2, 3], ["relapse", "censored", "death"], "relapse")
    assert curve["month"].tolist() == [0, 2, 3]
    assert curve["estimate"].to_numpy() == pytest.approx([1 / 3] * 3)


def test_a_cause_that_never_occurs():
    for causes in (["death", "censored", "death"], ["censored"] * 3):
        result = competing.cumulative_incidence_at([1, 2, 3], causes, 2, "relapse")
        assert (result.estimate, result.n, result.events) == (0, 3, 0)
        assert math.isnan(result.ci_high)
        assert result.method == "Aalen-Johansen cumulative incidence, no interval (no event)"


def test_no_incidence_past_the_follow_up():
    result = competing.cumulative_incidence_at([1, 2, 3], ["relapse", "death", "censored"], 4, "relapse")
    assert result.method == "not estimable: follow-up ends before that time"
    assert (math.isnan(result.estimate), result.n, result.events) == (True, 3, 1)


def test_incidence_stands_still_when_nobody_is_left():
    result = competing.cumulative_incidence_at([1, 2, 3], ["relapse", "death", "death"], 4, "relapse")
    assert result.estimate == pytest.approx(1 / 3)
    # R's survfit gives this standard error, and the limits follow from it.
    width = stats.norm.ppf(0.975) * 0.27216552697590868 / (1 / 3 * math.log(3))
    assert result.ci_low == pytest.approx((1 / 3) ** math.exp(width))
    assert result.ci_high == pytest.approx((1 / 3) ** math.exp(-width))


def test_nothing_to_estimate():
    assert competing.cumulative_incidence_curve([], [], "relapse").empty
    assert competing.cumulative_incidence_at([], [], 24, "relapse").method == "not estimable: no patients"


def test_missing_rows_are_left_out():
    longer = competing.cumulative_incidence_at(
        [1, 2, 5, math.nan, 3], ["relapse", "censored", "censored", "death", None], 2, "relapse"
    )
    assert longer == competing.cumulative_incidence_at(
        [1, 2, 5], ["relapse", "censored", "censored"], 2, "relapse"
    )


@pytest.mark.parametrize(("place", "cause"), [("1", "relapse"), ("2", "death")])
@pytest.mark.parametrize("name", COMPETING)
def test_gray_agrees_with_cmprsk(name, place, cause):
    frame, (months, causes, group) = data(name), COMPETING[name]
    one = frame[group] == frame[group].iloc[0]
    found = gray_test(frame[months], frame[causes].map(CAUSES), one, cause)
    expected = SURVIVAL["gray"][name][place]
    assert found.estimate == pytest.approx(expected["stat"], rel=1e-9)
    assert found.p_value == pytest.approx(expected["pv"], rel=1e-9)
    assert found.events == (frame[causes] == int(place)).sum()


def test_gray_without_competing_events_is_close_to_the_log_rank_test():
    months, event, group = two_arms("veteran137")
    causes = event.map({0: "censored", 1: "relapse"})
    found = gray_test(months, causes, group, "relapse")
    assert found.estimate == pytest.approx(weighted_log_rank(months, event, group, 0, 0).estimate, abs=0.01)


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
        for found in (gray_test(months, causes, group, "relapse"),):
            assert found.method.startswith("not estimable: ") == math.isnan(found.estimate)
            assert math.isnan(found.estimate) or math.isfinite(found.estimate)


def test_missing_rows_are_left_out_of_grays_test():
    months, group = [1, 2, 3, 4, 5], [1, 0, 1, 0, 1]
    causes = ["relapse", "death", "censored", "relapse", None]
    short = [column[:4] for column in (months, causes, group)]
    assert gray_test(months, causes, group, "relapse") == gray_test(*short, "relapse")
