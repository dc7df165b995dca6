"""Percentages against decimal arithmetic."""

from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import pytest

from evidence.claims.printed import Figure
from evidence.forensics import percentages

DECIMAL = {
    "half_up": ROUND_HALF_UP,
    "half_even": ROUND_HALF_EVEN,
    "half_down": ROUND_HALF_DOWN,
    "down": ROUND_DOWN,
    "up": ROUND_CEILING,
}


def printed(events, patients, decimals, rule):
    """Round a percentage with decimal arithmetic, which knows all of the rules."""
    share = Decimal(100 * events) / Decimal(patients)
    return float(share.quantize(Decimal(1).scaleb(-decimals), DECIMAL[rule]))


@pytest.mark.parametrize(("percentage", "decimals"), [(83, 0), (12, 0), (62.5, 1), (0, 0), (100, 0), (3, 0)])
def test_fractions_are_those_that_decimal_arithmetic_prints(percentage, decimals):
    found = percentages.fractions(Figure("a", percentage, decimals), 40)
    for rule in percentages.ROUNDINGS:
        wanted = {
            (events, patients)
            for patients in range(1, 41)
            for events in range(patients + 1)
            if printed(events, patients, decimals, rule) == percentage
        }
        assert set(map(tuple, found.loc[found[rule], ["events", "patients"]].to_numpy())) == wanted


def test_several_percentages_share_a_denominator():
    # 83, 67 and 33 % of one group: a multiple of 6 up to 12; 58 % of it too: 12 alone.
    eighty_three, sixty_seven, thirty_three, fifty_eight = (Figure("a", v, 0) for v in (83, 67, 33, 58))
    assert percentages.denominators([eighty_three, sixty_seven, thirty_three], 12) == [6, 12]
    assert percentages.denominators([eighty_three, fifty_eight], 12) == [12]
