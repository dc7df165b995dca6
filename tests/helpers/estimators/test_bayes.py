"""The posterior difference against adaptive quadrature, against closed forms and against mirrored data."""

from itertools import pairwise
from math import comb

import numpy as np
import pytest
from scipy import integrate, special, stats

from helpers.estimators.bayes import posterior_difference
from helpers.ground.results import NOT_ESTIMABLE

pytestmark = pytest.mark.filterwarnings("error")
CASES = [
    ((15, 20, 9, 25), (1, 1), (1, 1)),
    ((0, 10, 4, 12), (0.5, 0.5), (0.5, 0.5)),
    ((6, 6, 0, 9), (0.5, 0.5), (0.5, 0.5)),
    ((7, 34, 1, 34), (3, 1), (1, 3)),
    ((300, 600, 200, 550), (5, 5), (5, 5)),
    ((16500, 30000, 15000, 30000), (1, 1), (1, 1)),
    ((16500, 30000, 3, 7), (1, 1), (1, 1)),
    ((3, 7, 15000, 30000), (0.5, 0.5), (0.5, 0.5)),
]


def quadrature(difference, one, zero):
    """Integrate the probability that rate 1 lies less than the difference above rate 0, in narrow pieces."""
    low, high = max(0, -difference), min(1, 1 - difference)
    spread = np.arange(-8, 9, 4)
    bends = [zero.mean() + spread * zero.std(), one.mean() - difference + spread * one.std()]
    places = np.unique(np.clip([low, *np.concatenate(bends), high], low, high))
    (a, b), constant = zero.args, special.betaln(*zero.args)

    def density(p):
        log = special.xlogy(a - 1, p) + special.xlog1py(b - 1, -p) - constant
        return np.exp(log) * special.betainc(*one.args, p + difference)

    parts = [integrate.quad(density, *ends, epsabs=1e-12, limit=900)[0] for ends in pairwise(places)]
    return sum(parts) + zero.sf(high)


@pytest.mark.parametrize(("counts", "prior_1", "prior_0"), CASES)
def test_posterior_agrees_with_quadrature(counts, prior_1, prior_0):
    events_1, n_1, events_0, n_0 = counts
    one = stats.beta(prior_1[0] + events_1, prior_1[1] + n_1 - events_1)
    zero = stats.beta(prior_0[0] + events_0, prior_0[1] + n_0 - events_0)
    mean, higher = posterior_difference(*counts, prior_1, prior_0)
    assert mean.estimate == pytest.approx(one.mean() - zero.mean(), abs=1e-12)
    assert quadrature(mean.ci_low, one, zero) == pytest.approx(0.025, abs=1e-7)
    assert quadrature(mean.ci_high, one, zero) == pytest.approx(0.975, abs=1e-7)
    assert higher.estimate == pytest.approx(1 - quadrature(0, one, zero), abs=1e-8)
    assert (mean.n, mean.events, mean.ci_level) == (n_1 + n_0, events_1 + events_0, 0.95)


def test_many_patients_leave_a_narrow_posterior():
    mean, higher = posterior_difference(16500, 30000, 15000, 30000, (1, 1), (1, 1))
    # Two normal posteriors: 0.05 with the root of 0.55 * 0.45 / 30000 + 0.5 * 0.5 / 30000.
    assert (mean.ci_low, mean.ci_high) == pytest.approx((0.042, 0.058), abs=5e-5)
    assert higher.estimate == pytest.approx(1, abs=1e-12)


def test_a_hardly_informed_prior_has_mass_at_the_end():
    # Beta(0.01, 10.01) has a density near 0 that no polynomial follows; its quantiles have.
    mean, higher = posterior_difference(0, 10, 2, 6, (0.01, 0.01), (1, 1))
    one, zero = stats.beta(0.01, 10.01), stats.beta(3, 5)
    below, _ = integrate.quad(lambda share: zero.sf(one.ppf(share)), 0, 1, epsabs=1e-11)
    assert higher.estimate == pytest.approx(1 - below, abs=1e-8)
    assert mean.ci_low == pytest.approx(-zero.ppf(0.975), abs=1e-3)


@pytest.mark.parametrize("counts", [(3, 8, 2, 7), (0, 4, 3, 5), (9, 9, 4, 12)])
def test_probability_agrees_with_the_sum_for_whole_parameters(counts):
    events_1, n_1, events_0, n_0 = counts
    a, b, c, d = events_1 + 1, n_1 - events_1 + 1, events_0 + 1, n_0 - events_0 + 1

    def whole_beta(x, y):
        return 1 / ((x + y - 1) * comb(x + y - 2, x - 1))

    # Rate 0 lies below rate 1: sum over the distribution function of a Beta with whole parameters.
    exact = sum(
        comb(c + d - 1, k) * whole_beta(a + k, b + c + d - 1 - k) / whole_beta(a, b) for k in range(c, c + d)
    )
    assert posterior_difference(*counts, (1, 1), (1, 1))[1].estimate == pytest.approx(exact, abs=1e-12)


def test_arms_exchanged_turn_the_posterior():
    one = posterior_difference(5, 6, 3, 9, (3, 1), (1, 3))
    other = posterior_difference(3, 9, 5, 6, (1, 3), (3, 1))
    assert one[0].ci_low == pytest.approx(-other[0].ci_high, abs=1e-8)
    assert one[1].estimate == pytest.approx(1 - other[1].estimate, abs=1e-10)


def test_the_method_names_the_priors():
    assert posterior_difference(5, 6, 3, 9, (1, 1), (1, 1))[0].method.endswith("prior Beta(1, 1)")
    method = posterior_difference(5, 6, 3, 9, (3, 1), (1, 3))[1].method
    assert method == "posterior probability, priors Beta(3, 1) and Beta(1, 3)"


@pytest.mark.parametrize("counts", [(0, 0, 3, 9), (3, 9, 0, 0)])
def test_an_empty_arm_is_not_its_prior(counts):
    for result in posterior_difference(*counts, (1, 1), (1, 1)):
        assert result.method == f"{NOT_ESTIMABLE}an arm has no patients"


def test_an_improper_prior_is_refused():
    for least in (0, 0.0099, float("nan")):
        with pytest.raises(ValueError, match=r"must be 0\.01 or more"):
            posterior_difference(5, 6, 3, 9, (1, least), (1, 1))
