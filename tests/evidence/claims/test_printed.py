"""A printed figure: what rounds to it, and the deviates of a P value."""

import numpy as np
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


@pytest.mark.parametrize(
    ("text", "value", "decimals", "bound", "prints"),
    [
        ("66", 66, 0, "=", "66"),
        ("66.0", 66, 1, "=", "66.0"),
        ("1,024", 1024, 0, "=", "1024"),
        ("12,345,678.25", 12345678.25, 2, "=", "12345678.25"),
        (".05", 0.05, 2, "=", "0.05"),
        ("-3.2", -3.2, 1, "=", "-3.2"),
        ("\u22120.50", -0.5, 2, "=", "-0.50"),
        ("<0.001", 0.001, 3, "<", "<0.001"),
        ("< .001", 0.001, 3, "<", "<0.001"),
        (" >80 ", 80, 0, ">", ">80"),
        ("≤5", 5, 0, "<=", "<=5"),
        ("≥ \u22122.5", -2.5, 1, ">=", ">=-2.5"),
        ("<=1,000", 1000, 0, "<=", "<=1000"),
    ],
)
def test_a_figure_is_read_as_printed(text, value, decimals, bound, prints):
    figure = Figure.parse("x", text)
    assert figure == Figure("x", value, decimals, bound)
    assert str(figure) == prints
    assert Figure.parse("x", str(figure)) == figure


@pytest.mark.parametrize(
    "text",
    ["", "-", ".", "~5", "5.", "1,02", "1024,5", "0,05", "5%", "2021-10", "1e3", "4-6", "<>3", "nan", "٣"],
)
def test_what_is_no_printed_number_is_refused(text):
    with pytest.raises(ValueError, match="x: "):
        Figure.parse("x", text)
    with pytest.raises(ValueError, match="x: ~"):
        Figure("x", 1.0, 0, "~")


@pytest.mark.parametrize(
    ("text", "window", "printed"),
    [
        ("<0.05", (-np.inf, 0.05), [True, False, False]),
        ("≤0.05", (-np.inf, 0.05), [True, True, False]),
        (">0.05", (0.05, np.inf), [False, False, True]),
        ("≥0.05", (0.05, np.inf), [False, True, True]),
    ],
)
def test_a_limit_is_not_rounded(text, window, printed):
    figure = Figure.parse("p", text)
    assert figure.window == figure.safe_window == (figure.low, figure.high) == window
    numbers = [0.0499, 0.05, 0.0501]
    assert figure.prints(numbers).tolist() == [figure.takes(number) for number in numbers] == printed
    assert figure.takes(0.1 * 0.5) == figure.takes(0.05)
    with pytest.raises(ValueError, match="whole"):
        Figure.parse("n", text.replace("0.05", "5")).count  # noqa: B018
