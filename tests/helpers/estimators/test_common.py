"""Missing values, curves read at a month, and the shared forms of an estimate."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.estimators import common
from helpers.estimators.common import LEVEL, Z, complete, interval, log_log_limits, no_rows


def test_a_row_with_a_missing_value_is_left_out_of_all_columns():
    yes = pd.array([True, False, pd.NA, True], dtype="boolean")
    numbers, events = complete([1, None, 3, 4.5], yes)
    assert numbers.tolist() == [1, 4.5] and events.tolist() == [1, 1]


def test_columns_of_unequal_length_are_refused():
    with pytest.raises(ValueError, match=r"unequal length: \[2, 3\]"):
        complete([1, 2], [1, 2, 3])


@pytest.mark.parametrize("infinite", [math.inf, -math.inf])
def test_an_infinite_value_is_refused(infinite):
    with pytest.raises(ValueError, match="infinite"):
        complete([1, 2], [1, infinite])


def test_an_interval_has_the_level_of_the_project():
    found = interval(1, 0, 2, "by hand", n=3)
    assert (found.estimate, found.ci_low, found.ci_high, found.ci_level) == (1, 0, 2, LEVEL)
    assert found.n == 3 and math.isnan(found.events) and math.isnan(found.p_value)
    # Two-sided 95 %: the root of the chi-square quantile 3.841459.
    assert pytest.approx(3.841458820694124) == Z**2


def test_a_curve_without_rows_has_numeric_columns():
    assert no_rows("month", "estimate").dtypes.eq(float).all() and no_rows("month").empty


def test_chi_square_has_the_p_value_of_a_normal_square():
    found = common.chi_square(1.3**2, "a test", n=9, events=4)
    assert found.p_value == pytest.approx(2 * stats.norm.sf(1.3), rel=1e-12)
    assert (found.n, found.events, found.method) == (9, 4, "a test")


def test_without_events_says_whether_there_are_patients():
    assert common.without_events(0, 0).method == "not estimable: no patients"
    assert common.without_events(3, 0).method == "not estimable: no events"
    assert common.without_events(3, 1) is None


def test_a_curve_is_read_from_its_first_month_to_its_last():
    curve = pd.DataFrame([[2, 0.5, 0.2, 0.7, 4, 2, 0], [3, 0, np.nan, np.nan, 2, 2, 0]], columns=common.CURVE)
    read = [common.curve_at(curve, month, 4, "curve", left=False) for month in (1, 2, 9)]
    assert [found.method for found in read] == [
        "not estimable: nobody has entered by that time",
        "curve, log-log interval",
        "curve, no interval (nobody left)",
    ]
    assert (read[1].estimate, read[1].ci_high, read[2].events) == (0.5, 0.7, 4)
    assert common.curve_at(curve, 9, 4, "curve", left=True).method.endswith("follow-up ends before that time")


def test_log_log_limits_are_symmetric_where_they_exist():
    low, high = log_log_limits(np.array([0.25, 0.0, 1.0, 0.5]), np.array([0.1, 0.1, 0.1, 0.0]))
    assert np.isnan([low[1:], high[1:]]).all()
    centre, half = math.log(math.log(4)), Z * 0.1 / (0.25 * math.log(4))
    assert [math.log(-math.log(end)) for end in (low[0], high[0])] == pytest.approx(
        [centre + half, centre - half]
    )


def test_who_is_at_risk_and_what_happens_is_counted_as_by_hand():
    rng = np.random.default_rng(3)
    start, stop = rng.integers(0, 8, 60).astype(float), rng.integers(0, 12, 60).astype(float)
    times = np.arange(-1, 14, 0.5)
    by_hand = [sum(1 for a, b in zip(start, stop, strict=True) if a < time <= b) for time in times]
    assert common.at_risk(start, stop, times).tolist() == by_hand
    assert common.tally(times, stop).tolist() == [int((stop == time).sum()) for time in times]
