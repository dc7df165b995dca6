"""Gray's test against R, and beside the log-rank test."""

import math

import numpy as np
import pytest
from reference import data
from reference.survival_comparisons import CAUSES, COMPETING, R
from two_arms import two_arms

from helpers.estimators.gray import gray_test
from helpers.estimators.log_rank import weighted_log_rank


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


def test_missing_rows_are_left_out():
    months, group = [1, 2, 3, 4, 5], [1, 0, 1, 0, 1]
    causes = ["relapse", "death", "censored", "relapse", None]
    short = [column[:4] for column in (months, causes, group)]
    assert gray_test(months, causes, group, "relapse") == gray_test(*short, "relapse")
