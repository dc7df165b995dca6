"""A value beside what is printed: rounding against whole numbers."""

import pytest

from evidence.ledger.comparison import rounds_to


@pytest.mark.parametrize("decimals", [0, 1, 2, 3])
def test_rounding_agrees_with_whole_numbers(decimals):
    """Tenths of the last printed decimal, divided as whole numbers; a half may go up, or to the even."""
    for tenths in range(1001):
        whole, rest = divmod(tenths, 10)
        allowed = {whole + (rest >= 5)} | ({whole + whole % 2} if rest == 5 else set())
        candidates = range(max(0, whole - 1), whole + 3)
        value = tenths / 10 ** (decimals + 1)
        found = {k for k in candidates if rounds_to(value, k / 10**decimals, decimals)}
        assert found == allowed, value


@pytest.mark.parametrize(
    ("value", "printed", "decimals", "expected"),
    [
        (100 * 0.575, 58, 0, True),  # 57.49999999999999 in floats
        (100 * 0.575, 57, 0, False),
        (100 * 0.145, 14, 0, True),  # 14.499999999999998 in floats; the even one
        (100 * 0.145, 15, 0, True),
        (57.4999, 58, 0, False),
        (0.0009999, 0.001, 3, True),
        (-2.5, -3, 0, True),
        (-2.5, -2, 0, True),
        (-2.6, -2, 0, False),
    ],
)
def test_rounding_at_the_edge(value, printed, decimals, expected):
    assert rounds_to(value, printed, decimals) is expected
