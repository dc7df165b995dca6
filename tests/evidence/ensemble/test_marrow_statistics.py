"""The compiled statistics of one cohort against scipy, numpy and statsmodels."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.discrete.discrete_model import Logit

from evidence.ensemble.marrow_statistics import TERMS, logistic, ordered, quantile, rank_z

RNG = np.random.default_rng(7)


@pytest.mark.parametrize("highest", [4, 30, 99])
def test_rank_z_is_that_of_scipy_with_ties_and_without(highest: int) -> None:
    for n, m in ((3, 4), (12, 21), (9, 2)):
        one, other = RNG.integers(0, highest + 1, n), RNG.integers(0, highest + 1, m)
        test = stats.mannwhitneyu(one, other, use_continuity=False, method="asymptotic")
        z = rank_z(np.sort(one), np.sort(other))
        assert stats.norm.sf(abs(z)) * 2 == pytest.approx(test.pvalue, abs=1e-12)
        assert np.sign(z) == np.sign(test.statistic - n * m / 2)


def test_equal_values_have_no_rank_difference() -> None:
    assert rank_z(np.full(3, 5), np.full(4, 5)) == 0


@pytest.mark.parametrize("n", [5, 12, 21, 64])
def test_order_and_quantiles_are_those_of_numpy(n: int) -> None:
    values, chosen = RNG.integers(0, 101, 2 * n), np.arange(2 * n) % 2 == 0
    ascending = np.empty(n, np.int64)
    ordered(values, chosen, ascending)
    assert ascending.tolist() == np.sort(values[chosen]).tolist()
    for share in (0.25, 0.5, 0.75):
        assert quantile(ascending, share) == pytest.approx(np.quantile(values[chosen], share), abs=1e-12)


@pytest.mark.parametrize("start", [0.0, 2.0, -40.0])
def test_the_logistic_model_is_that_of_statsmodels_from_any_start(start: float) -> None:
    first = np.arange(33) < 12
    for _ in range(20):
        blasts, ages = RNG.integers(5, 99, 33), RNG.integers(17, 75, 64)
        outcome = RNG.random(33) < 1 / (1 + np.exp(0.03 * (blasts - 50)))
        found = np.full((2, TERMS), start)
        assert logistic(blasts, first, ages, outcome, found)
        design = np.column_stack([np.ones(33), blasts / 100, first, (ages[:33] - 46) / 10])
        reference = Logit(outcome.astype(float), design).fit(disp=0, tol=1e-12)
        assert found[0] == pytest.approx(reference.params, abs=1e-6)
        assert found[1] == pytest.approx(reference.tvalues, abs=1e-6)


def test_a_model_of_patients_of_one_arm_is_without_the_arm() -> None:
    blasts, ages = RNG.integers(5, 99, 33), RNG.integers(17, 75, 64)
    outcome = RNG.random(33) < 1 / (1 + np.exp(0.03 * (blasts - 50)))
    found = np.zeros((2, TERMS))
    assert logistic(blasts, np.zeros(33, dtype=bool), ages, outcome, found)
    design = np.column_stack([np.ones(33), blasts / 100, (ages[:33] - 46) / 10])
    reference = Logit(outcome.astype(float), design).fit(disp=0, tol=1e-12)
    assert found[:, 2].tolist() == [0, 0]
    assert np.delete(found[0], 2) == pytest.approx(reference.params, abs=1e-6)
    assert np.delete(found[1], 2) == pytest.approx(reference.tvalues, abs=1e-6)


@pytest.mark.parametrize("start", [0.0, 3.0])
def test_a_separated_outcome_has_no_maximum(start: float) -> None:
    blasts, first = np.arange(33) + 20, np.arange(33) % 2 == 0
    found = np.full((2, TERMS), start)
    assert not logistic(blasts, first, RNG.integers(17, 75, 33), blasts > 36, found)
    assert not found.any()


def test_terms_that_say_the_same_have_no_maximum() -> None:
    first = np.arange(33) < 12
    blasts, outcome = np.where(first, 30, 60), np.arange(33) % 3 == 0
    assert not logistic(blasts, first, RNG.integers(17, 75, 33), outcome, np.zeros((2, TERMS)))
