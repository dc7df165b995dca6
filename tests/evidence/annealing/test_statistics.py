"""Statistics of many chains at once against scipy, lifelines and statsmodels."""

import numpy as np
import pytest
import statsmodels.api as sm
from lifelines import KaplanMeierFitter
from scipy import stats

from evidence.annealing import statistics


@pytest.fixture
def rng():
    return np.random.default_rng(20)


def test_signed_rank_is_scipys(rng):
    changes = rng.integers(-6, 9, (40, 11))
    z = statistics.signed_rank_z(changes)
    for change, one in zip(changes, z, strict=True):
        test = stats.wilcoxon(change, zero_method="wilcox", correction=False, method="asymptotic")
        assert 2 * stats.norm.sf(abs(one)) == pytest.approx(test.pvalue, rel=1e-9)
    assert statistics.signed_rank_z(np.array([[0, 0, 0], [1, 2, 3], [-1, -2, -3]])).round(6).tolist() == [
        0,
        1.603567,
        -1.603567,
    ]


def test_mann_whitney_is_scipys(rng):
    first_group = np.arange(21) < 11
    values = rng.integers(0, 12, (40, 21)) / 4
    for row, one in zip(values, statistics.mann_whitney_z(values, first_group), strict=True):
        test = stats.mannwhitneyu(
            row[first_group], row[~first_group], use_continuity=False, method="asymptotic"
        )
        assert 2 * stats.norm.sf(abs(one)) == pytest.approx(test.pvalue, rel=1e-9)
        assert np.sign(one) == np.sign(test.statistic - 55)


def test_survival_is_lifelines(rng):
    days, event = rng.integers(1, 40, (30, 64)), rng.random((30, 64)) < 0.4
    for one, row, happened in zip(statistics.survival_at(days, event, 24.5), days, event, strict=True):
        assert one == pytest.approx(KaplanMeierFitter().fit(row, happened).predict(24.5), rel=1e-9)


def test_kaplan_meier_of_many_rows_is_that_of_lifelines():
    rng = np.random.default_rng(3)
    times, event, inside = rng.random((20, 15)) * 30, rng.random((20, 15)) < 0.5, rng.random((20, 15)) < 0.7
    found = statistics.kaplan_meier(times, event, 24, inside)
    for row, value in enumerate(found):
        mine = inside[row]
        fitted = KaplanMeierFitter().fit(times[row][mine], event[row][mine])
        assert value == pytest.approx(fitted.predict(24))


def test_logistic_is_statsmodels(rng):
    design = np.concatenate([np.ones((12, 33, 1)), rng.normal(size=(12, 33, 3))], axis=2)
    outcome = rng.random((12, 33)) < 0.5
    coefficients, z = statistics.logistic(design, outcome, np.zeros(4), 12)
    for number in range(12):
        fitted = sm.Logit(outcome[number].astype(float), design[number]).fit(disp=0)
        assert coefficients[number] == pytest.approx(fitted.params, abs=1e-6)
        assert z[number] == pytest.approx(fitted.tvalues, abs=1e-5)


def test_tie_sum_counts_cubes():
    values = np.array([[1, 2, 3, 4, 5], [7, 7, 1, 7, 1], [2, 2, 2, 2, 2]])
    assert statistics.tie_sum(values).tolist() == [0, 24 + 6, 120]


def test_median_is_numpys(rng):
    values = rng.integers(0, 99, (20, 10))
    assert np.array_equal(statistics.median(values), np.median(values, axis=1))
