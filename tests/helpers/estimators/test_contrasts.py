"""The difference of two estimates, worked by hand."""

import math

import pytest

from helpers.estimators.contrasts import difference
from helpers.ground.results import Estimate, not_estimable

FIRST = Estimate(0.5, 0.2, 0.9, 0.95, n=30, events=12)
NOTHING = not_estimable("no patients")
SECOND = Estimate(0.1, -0.3, 0.4, 0.95, n=20, events=7)


def test_limits_are_recovered_from_both_intervals():
    # Zou and Donner: the lower limit takes the lower arm of the first and the upper arm of the second.
    found = difference(FIRST, SECOND)
    assert found.estimate == pytest.approx(0.4)
    assert found.ci_low == pytest.approx(0.4 - math.sqrt(0.3**2 + 0.3**2))
    assert found.ci_high == pytest.approx(0.4 + math.sqrt(0.4**2 + 0.4**2))
    assert (found.ci_level, found.n, found.events) == (0.95, 50, 19)


def test_two_symmetric_intervals_add_their_variances():
    found = difference(Estimate(3, 1, 5, 0.95), Estimate(1, -0.5, 2.5, 0.95))
    assert [found.ci_low, found.ci_high] == pytest.approx([2 - 2.5, 2 + 2.5])


@pytest.mark.parametrize("pair", [(FIRST, NOTHING), (NOTHING, FIRST)])
def test_no_difference_from_what_does_not_exist(pair):
    found = difference(*pair)
    assert found.method == "not estimable: one of the two differences has no interval"
    assert math.isnan(found.estimate)
