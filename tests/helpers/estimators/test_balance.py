"""Standardised differences against their formulas, worked by hand and in other algebra."""

from math import sqrt

import numpy as np
import pandas as pd
import pytest

from helpers.estimators.balance import standardised_difference, standardised_difference_of_shares
from helpers.ground.results import NOT_ESTIMABLE

pytestmark = pytest.mark.filterwarnings("error")


def test_difference_of_numbers_by_hand():
    # Means 4 and 7, sample variances 4 and 10: (4 - 7) / sqrt(7).
    found = standardised_difference([2, 4, 6, None], [3, 6, 7, 8, 11, 7])
    assert found.estimate == pytest.approx((4 - 7) / sqrt((4 + 6.8) / 2))
    assert found.n == 9


def test_difference_changes_sign_with_the_order():
    low, high = [1, 2, 3], [4, 5, 9]
    assert standardised_difference(low, high).estimate == -standardised_difference(high, low).estimate < 0


def test_difference_of_two_shares_by_hand():
    x = pd.Series([True] * 6 + [False] * 6)
    y = pd.Series([True] * 9 + [False] * 12 + [pd.NA], dtype="boolean")
    share_x, share_y = 6 / 12, 9 / 21
    spread = sqrt((share_x * (1 - share_x) + share_y * (1 - share_y)) / 2)
    found = standardised_difference_of_shares(x, y)
    assert found.estimate == pytest.approx((share_x - share_y) / spread)
    assert found.n == 33
    assert standardised_difference_of_shares(y, x).estimate == pytest.approx(found.estimate)


def test_difference_of_three_shares_is_the_mahalanobis_distance():
    x, y = pd.Series(list("aaaaabbbcc")), pd.Series(list("aabbbbbbccccc"))
    shares = np.array([[sample.eq(level).mean() for level in "abc"] for sample in (x, y)])
    covariance = sum(np.diag(share) - np.outer(share, share) for share in shares) / 2
    apart = shares[0] - shares[1]
    # The pseudo-inverse keeps all three levels, where tableone leaves one out.
    expected = sqrt(apart @ np.linalg.pinv(covariance) @ apart)
    assert standardised_difference_of_shares(x, y).estimate == pytest.approx(expected)


@pytest.mark.parametrize(
    ("x", "y", "reason"),
    [
        ([], [1, 2], "fewer than two values"),
        ([1], [1, 2], "fewer than two values"),
        ([3, 3], [5, 5], "no variation"),
    ],
)
def test_difference_of_numbers_that_does_not_exist(x, y, reason):
    found = standardised_difference(x, y)
    assert np.isnan(found.estimate)
    assert found.method.startswith(NOT_ESTIMABLE + reason)


@pytest.mark.parametrize(
    ("x", "y", "reason"),
    [
        ([], ["a"], "an arm has no values"),
        (["a"], ["a", "a"], "all values are equal"),
        (["a", "a"], ["b", "c", "b"], "the arms have no category in common"),
    ],
)
def test_difference_of_shares_that_does_not_exist(x, y, reason):
    found = standardised_difference_of_shares(pd.Series(x, dtype=object), pd.Series(y))
    assert np.isnan(found.estimate)
    assert found.method == NOT_ESTIMABLE + reason
