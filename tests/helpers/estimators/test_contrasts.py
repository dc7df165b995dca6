"""The difference of two estimates, worked by hand."""

import math

import pytest
from reference import FIGURES

from helpers.estimators.contrasts import difference
from helpers.estimators.proportions import wilson
from helpers.ground.results import Estimate, not_estimable

FIRST = Estimate(0.5, 0.2, 0.9, 0.95, n=30, events=12)
NOTHING = not_estimable("no patients")
ONE_SIDED = Estimate(0.1, -math.inf, 0.4, 0.95)
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


def test_newcombe_is_the_difference_of_two_wilson_intervals():
    # Newcombe's method 10 is this recovery of two Wilson intervals (here of R's newcombe and prop.test).
    r = FIGURES["twobytwo"]["fagerland_7_34_1_34"]
    events_1, n_1, events_0, n_0 = r["v"]
    found = difference(wilson(events_1, n_1), wilson(events_0, n_0))
    assert [found.ci_low, found.ci_high] == pytest.approx(r["newcombe"], abs=1e-12)


def test_intervals_of_different_levels_are_refused():
    with pytest.raises(ValueError, match="different levels: 0.95 and 0.9"):
        difference(FIRST, Estimate(0.1, -0.3, 0.4, 0.9))


@pytest.mark.parametrize("pair", [(FIRST, NOTHING), (NOTHING, FIRST), (FIRST, ONE_SIDED)])
def test_no_difference_from_what_does_not_exist(pair):
    found = difference(*pair)
    assert found.method == "not estimable: one of the two differences has no interval"
    assert math.isnan(found.estimate)
