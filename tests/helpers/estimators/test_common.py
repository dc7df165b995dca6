"""Missing values, and the table of a curve without rows."""

import math

import pandas as pd
import pytest

from helpers.estimators.common import LEVEL, Z, complete, interval, no_rows


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
