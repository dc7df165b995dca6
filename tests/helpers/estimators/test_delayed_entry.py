"""Curves of groups entered during follow-up against R and by hand."""

import pytest
from reference.survival_comparisons import COURSES, R, courses
from two_arms import two_arms

from helpers.estimators.delayed_entry import delayed_entry_at, delayed_entry_curve, number_at_risk_after_entry
from helpers.estimators.survival import kaplan_meier_curve


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


def test_a_curve_whose_risk_set_is_empty_before_others_enter():
    # The first patient is alone at risk and dies at 1; the second enters at 2 into a curve that is at 0.
    curve = delayed_entry_curve([0, 2], [1, 3], [1, 0])
    assert curve["month"].tolist() == [0, 1, 3]
    assert curve["estimate"].tolist() == [1, 0, 0]
    assert curve["ci_low"].isna().all()
    assert delayed_entry_at([0, 2], [1, 3], [1, 0], 2.5).estimate == 0


def test_rows_without_length_are_nobody_at_risk():
    plain = delayed_entry_curve([0, 0], [3, 5], [1, 0])
    assert delayed_entry_curve([0, 0, 4], [3, 5, 4], [1, 0, 1]).equals(plain)
