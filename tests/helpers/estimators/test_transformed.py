"""Limits on another scale, by hand: the distances from the estimate are equal there."""

import math

import numpy as np
import pytest

from helpers.estimators.common import Z
from helpers.estimators.transformed import fisher_limits, log_log_limits, logit_limits


def test_logit_limits_are_symmetric_on_the_logit_scale():
    low, high = logit_limits(9.0, 1.0, 12.0)
    centre, half = math.log(3), Z / 12 / (0.75 * 0.25)
    assert [math.log(end / (12 - end)) for end in (low, high)] == pytest.approx(
        [centre - half, centre + half]
    )


def test_fisher_limits_are_symmetric_on_fishers_scale():
    low, high = fisher_limits(-6.0, 2.0, 12.0)
    half = Z * 2 / 12 / (1 - 0.5**2)
    assert [math.atanh(end / 12) for end in (low, high)] == pytest.approx(
        [math.atanh(-0.5) - half, math.atanh(-0.5) + half]
    )


def test_log_log_limits_are_symmetric_where_they_exist():
    low, high = log_log_limits(np.array([0.25, 0.0, 1.0, 0.5]), np.array([0.1, 0.1, 0.1, 0.0]))
    assert np.isnan([low[1:], high[1:]]).all()
    centre, half = math.log(math.log(4)), Z * 0.1 / (0.25 * math.log(4))
    assert [math.log(-math.log(end)) for end in (low[0], high[0])] == pytest.approx(
        [centre + half, centre - half]
    )
