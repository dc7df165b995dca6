"""Curves read at a month, their limits, and who is at risk."""

import math

import numpy as np
import pandas as pd
import pytest

from helpers.estimators import curves
from helpers.estimators.common import Z
from helpers.estimators.curves import log_log_limits, no_rows


def test_a_curve_without_rows_has_numeric_columns():
    assert no_rows("month", "estimate").dtypes.eq(float).all() and no_rows("month").empty


def test_a_curve_is_read_from_its_first_month_to_its_last():
    curve = pd.DataFrame([[2, 0.5, 0.2, 0.7, 4, 2, 0], [3, 0, np.nan, np.nan, 2, 2, 0]], columns=curves.CURVE)
    read = [curves.curve_at(curve, month, 4, "curve", left=False) for month in (1, 2, 9)]
    assert [found.method for found in read] == [
        "not estimable: nobody has entered by that time",
        "curve, log-log interval",
        "curve, no interval (nobody left)",
    ]
    assert (read[1].estimate, read[1].ci_high, read[2].events) == (0.5, 0.7, 4)
    assert curves.curve_at(curve, 9, 4, "curve", left=True).method.endswith("follow-up ends before that time")


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
    assert curves.at_risk(start, stop, times).tolist() == by_hand
    assert curves.tally(times, stop).tolist() == [int((stop == time).sum()) for time in times]
