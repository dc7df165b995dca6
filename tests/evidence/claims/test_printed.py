"""A printed figure: what rounds to it, and the deviates of a P value."""

import pytest
from scipy import stats

from evidence.claims.printed import Figure, z_window


def test_a_figure_takes_both_neighbours_of_a_half():
    figure = Figure("x", 63, 0)
    assert figure.prints([62.5, 63.5, 100 * 0.625]).all()
    assert not figure.prints([62.4999, 63.5001]).any()


def test_a_window_keeps_the_digit():
    figure = Figure("p", 0.046, 3)
    assert figure.window == pytest.approx((0.0455, 0.0465))
    low, high = figure.safe_window
    assert 0.0455 < low < 0.04551 and 0.04649 < high < 0.0465
    for window in (figure.window, figure.safe_window):
        small, large = z_window(window)
        assert 2 * stats.norm.sf(small) == pytest.approx(window[1])
        assert 2 * stats.norm.sf(large) == pytest.approx(window[0])
