"""Quantiles against hand-worked type 7 values."""

import math

import pytest

from helpers.estimators import quantiles

pytestmark = pytest.mark.filterwarnings("error")


@pytest.mark.parametrize(("q", "expected"), [(0, 1), (0.25, 1.75), (0.5, 2.5), (0.75, 3.25), (1, 4)])
def test_quantiles_interpolate_between_order_statistics(q, expected):
    # Type 7 puts the quantile at place 1 + (n - 1) q of the sorted values.
    result = quantiles.quantile([4, 1, 3, 2], q)
    assert result.estimate == pytest.approx(expected)
    assert result.n == 4


def test_median_leaves_missing_values_out():
    result = quantiles.median([7, math.nan, 1, None, 3])
    assert (result.estimate, result.n) == (3, 3)


def test_no_quantile_without_values():
    result = quantiles.median([math.nan])
    assert result.method == "not estimable: no values"
    assert (math.isnan(result.estimate), result.n) == (True, 0)


@pytest.mark.parametrize(("kind", "expected"), [(7, 1.75), (6, 1.25), (2, 1.5)])
def test_three_rules_by_hand(kind, expected):
    # Of 1 2 3 4 the lower quartile: place 1 + 3/4; place 5/4; between the first two, as 4/4 is whole.
    assert quantiles.quantile([1, 2, 3, 4], 0.25, kind).estimate == pytest.approx(expected)


def test_impossible_questions_are_refused():
    with pytest.raises(ValueError, match="infinite"):
        quantiles.median([1, math.inf])
    with pytest.raises(ValueError, match="range"):
        quantiles.quantile([1, 2], 1.5)
    with pytest.raises(KeyError):
        quantiles.quantile([1, 2], 0.5, kind=9)
