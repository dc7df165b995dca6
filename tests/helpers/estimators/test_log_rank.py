"""Weighted log-rank and Mantel-Byar tests against R and by hand."""

import math

import numpy as np
import pytest
from reference.survival_comparisons import COURSES, R, courses
from scipy import stats
from two_arms import TWO_ARMS, two_arms

from helpers.estimators.log_rank import mantel_byar, weighted_log_rank


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


@pytest.mark.parametrize("name", COURSES)
def test_mantel_byar_agrees_with_the_discrete_score_test(name):
    # r_reference.json holds 0.17318 for jasa1: the score test of the Cox model with Efron's ties instead.
    frame = courses(name)
    found = mantel_byar(frame["start"], frame["stop"], frame["event"], frame["x"])
    assert found.estimate == pytest.approx(R[name]["mantel_byar"], rel=1e-9)
    assert found.p_value == pytest.approx(stats.chi2.sf(R[name]["mantel_byar"], 1), rel=1e-8)
    assert found.n == (frame["start"] == 0).sum()


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


def test_a_row_without_length_gives_no_mantel_byar_test():
    found = mantel_byar([0, 2, 0, 1], [2, 2, 3, 4], [0, 1, 1, 0], [0, 1, 0, 1])
    assert found.method == "not estimable: a row ends when or before it starts"


def test_small_samples_give_a_finite_number_or_a_reason():
    generator = np.random.default_rng(3)
    for _ in range(40):
        n = generator.integers(2, 7)
        months, group = generator.integers(1, 5, n), generator.integers(0, 2, n)
        causes = generator.choice(["censored", "relapse", "death"], n)
        for found in (
            weighted_log_rank(months, causes == "death", group, 0, 1),
            mantel_byar(np.zeros(n), months, causes == "death", group),
        ):
            assert found.method.startswith("not estimable: ") == math.isnan(found.estimate)
            assert math.isnan(found.estimate) or math.isfinite(found.estimate)


def test_missing_rows_are_left_out():
    months, event, group = [1, 2, 3, 4, math.nan], [1, 1, 0, 1, 1], [1, 0, 1, 0, 1]
    short = [column[:4] for column in (months, event, group)]
    assert weighted_log_rank(months, event, group, 1, 0) == weighted_log_rank(*short, 1, 0)
