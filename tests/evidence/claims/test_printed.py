"""A printed figure: what rounds to it, and the deviates of a P value."""

import pytest
from scipy import stats

from evidence.claims.printed import Figure, z_window


def test_a_figure_takes_both_neighbours_of_a_half():
    figure = Figure("x", 63, 0)
    assert figure.prints([62.5, 63.5, 100 * 0.625]).all()
    assert not figure.prints([62.4999, 63.5001]).any()


@pytest.mark.parametrize("decimals", [0, 1, 2, 3])
def test_rounding_agrees_with_whole_numbers(decimals):
    """Tenths of the last printed decimal, divided as whole numbers; a half may go up, or to the even."""
    for tenths in range(1001):
        whole, rest = divmod(tenths, 10)
        allowed = {whole + (rest >= 5)} | ({whole + whole % 2} if rest == 5 else set())
        candidates = range(max(0, whole - 1), whole + 3)
        value = tenths / 10 ** (decimals + 1)
        figures = {k: Figure("x", k / 10**decimals, decimals) for k in candidates}
        assert {k for k, figure in figures.items() if figure.takes(value)} == allowed, value
        either = {whole, whole + 1} if rest == 5 else allowed
        assert {k for k, figure in figures.items() if figure.prints(value)} == either, value


def test_a_window_keeps_the_digit():
    figure = Figure("p", 0.046, 3)
    assert figure.window == pytest.approx((0.0455, 0.0465))
    low, high = figure.safe_window
    assert 0.0455 < low < 0.04551 and 0.04649 < high < 0.0465
    for window in (figure.window, figure.safe_window):
        small, large = z_window(window)
        assert 2 * stats.norm.sf(small) == pytest.approx(window[1])
        assert 2 * stats.norm.sf(large) == pytest.approx(window[0])
