"""Missing values, and the shared forms of an estimate."""

import math

import pandas as pd
import pytest
from scipy import stats

from helpers.estimators import common
from helpers.estimators.common import LEVEL, Z, complete, interval


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


def test_chi_square_has_the_p_value_of_a_normal_square():
    found = common.chi_square(1.3**2, "a test", n=9, events=4)
    assert found.p_value == pytest.approx(2 * stats.norm.sf(1.3), rel=1e-12)
    assert (found.n, found.events, found.method) == (9, 4, "a test")


def test_without_events_says_whether_there_are_patients():
    assert common.without_events(0, 0).method == "not estimable: no patients"
    assert common.without_events(3, 0).method == "not estimable: no events"
    assert common.without_events(3, 1) is None
