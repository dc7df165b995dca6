"""Overlap weights against R, and their variance against equations that are stacked and solved numerically."""

import numpy as np
import pandas as pd
import pytest
from reference import MORE, data
from scipy import optimize, stats
from scipy.special import expit

from helpers.estimators.weighting import (
    Weighted,
    balance,
    effective_size,
    overlap_weights,
    weighted_difference,
)
from helpers.ground.results import NOT_ESTIMABLE

pytestmark = pytest.mark.filterwarnings("error")
# data set: treatment, covariates, outcome
SETS = {
    "pbc_overlap": ("z", ["age", "bili", "albumin", "edema"], "y"),
    "bmt35": ("dis", ["ftime"], "status"),
    "birthwt189": ("smoke", ["age", "lwt"], "low"),
}


def study(name):
    frame = data(name)
    treated, covariates, outcome = SETS[name]
    yes = [(frame[name] == frame[name].max()).astype(int) for name in (treated, outcome)]
    return yes[0], frame[covariates], yes[1]


def test_weights_agree_with_r():
    r = MORE["efficacy"]["overlap"]
    treated, covariates, outcome = study("pbc_overlap")
    weighted = overlap_weights(treated, covariates)
    assert weighted.problem == "" and weighted.rows.all()
    for arm in (1, 0):
        chosen = weighted.weights[treated == arm]
        size = effective_size(chosen, len(chosen))
        assert size.estimate == pytest.approx(r[f"arm_{arm}"]["effective_size"], rel=1e-9)
        assert size.n == (treated == arm).sum()
    result = weighted_difference(outcome, weighted)
    assert result.estimate == pytest.approx(r["difference"], abs=1e-10)
    assert (result.n, result.events) == (len(outcome), outcome.sum())
    linear = r["coef"]["(Intercept)"] + sum(covariates[name] * r["coef"][name] for name in covariates)
    propensity = expit(linear)
    expected = np.where(treated == 1, 1 - propensity, propensity)
    assert weighted.weights == pytest.approx(expected, abs=1e-9)


def stacked_error(treated, covariates, outcome):
    """Solve propensity model and both rates as one set of equations; slopes by differences."""
    design = np.column_stack([np.ones(len(treated)), stats.zscore(covariates.to_numpy(float))])
    z, y = treated.to_numpy(float), outcome.to_numpy(float)

    def equations(parameters):
        *coefficients, rate_1, rate_0 = parameters
        e = expit(design @ coefficients)
        return np.column_stack(
            [design * (z - e)[:, None], z * (1 - e) * (y - rate_1), (1 - z) * e * (y - rate_0)]
        )

    start = np.r_[np.zeros(design.shape[1]), y.mean(), y.mean()]
    solution = optimize.root(lambda p: equations(p).sum(axis=0), start, tol=1e-13).x
    steps = 1e-6 * np.eye(len(solution))
    slopes = np.column_stack(
        [
            (equations(solution + step).sum(axis=0) - equations(solution - step).sum(axis=0)) / 2e-6
            for step in steps
        ]
    )
    inverse = np.linalg.inv(slopes)
    each = equations(solution)
    covariance = inverse @ (each.T @ each) @ inverse.T
    contrast = np.r_[np.zeros(design.shape[1]), 1, -1]
    return contrast @ solution, np.sqrt(contrast @ covariance @ contrast)


@pytest.mark.parametrize("name", SETS)
def test_difference_and_interval_agree_with_stacked_equations(name):
    treated, covariates, outcome = study(name)
    difference, error = stacked_error(treated, covariates, outcome)
    result = weighted_difference(outcome, overlap_weights(treated, covariates))
    limits = difference + np.array([-1, 1]) * stats.norm.ppf(0.975) * error
    assert result.estimate == pytest.approx(difference, abs=1e-9)
    assert [result.ci_low, result.ci_high] == pytest.approx(limits, abs=1e-6)


@pytest.mark.parametrize("name", SETS)
def test_weights_balance_every_mean_of_the_model(name):
    treated, covariates, _ = study(name)
    weighted = overlap_weights(treated, covariates)
    for column in covariates:
        one, other = (covariates.loc[treated == arm, column] for arm in (1, 0))
        before, after = balance(covariates[column], weighted)
        spread = np.sqrt((one.var() + other.var()) / 2)
        assert before.estimate == pytest.approx((one.mean() - other.mean()) / spread, abs=1e-11)
        assert after.estimate == pytest.approx(0, abs=1e-8)


def test_balance_and_effective_size_by_hand():
    weighted = Weighted(
        np.array([1, 1, 0, 0, 0]), np.array([1, 3, 1, 1, 2]), np.empty((5, 0)), np.full(5, True)
    )
    # Weighted means 3.5 and 4; variances 2 and 4.333.
    before, after = balance([2, 4, 2, 2, 6], weighted)
    spread = np.sqrt((2 + 16 / 3) / 2)
    assert before.estimate == pytest.approx((3 - 10 / 3) / spread)
    assert after.estimate == pytest.approx((3.5 - 4) / spread)
    assert effective_size(weighted.weights[:2], 2).estimate == pytest.approx(16 / 10)
    assert balance([1, 1, 0, 0, 0], weighted)[0].method == f"{NOT_ESTIMABLE}no variation within the arms"


def test_patients_with_missing_covariates_are_left_out():
    treated, covariates, outcome = study("pbc_overlap")
    covariates = covariates.astype(float)
    covariates.loc[[0, 5, 40], "bili"] = np.nan
    weighted = overlap_weights(treated, covariates)
    kept = covariates["bili"].notna()
    assert weighted.rows.tolist() == kept.tolist()
    found = weighted_difference(outcome[weighted.rows], weighted)
    expected, _ = stacked_error(treated[kept], covariates[kept], outcome[kept])
    assert found.estimate == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("treated", "covariates", "reason"),
    [
        ([1, 1, 1, 1], {"age": [3, 5, 4, 6]}, "an arm has no patients"),
        ([], {"age": []}, "an arm has no patients"),
        ([1, 0, 1, 0], {"age": [5, 5, 5, 5]}, "age does not vary"),
        ([1, 0, 1], {"age": [3, 5, 4], "blasts": [9, 1, 2]}, "no more patients than coefficients"),
        ([1, 0, 1, 0, 1], {"a": [1, 2, 3, 4, 5], "b": [2, 4, 6, 8, 10]}, "the covariates are collinear"),
        ([0, 0, 0, 1, 1, 1], {"age": [1, 2, 3, 4, 5, 6]}, "the arms are separated (age, intercept)"),
    ],
)
def test_where_there_are_no_weights_the_reason_is_passed_on(treated, covariates, reason):
    weighted = overlap_weights(treated, pd.DataFrame(covariates, dtype=float))
    assert weighted.problem == reason
    results = [weighted_difference(treated, weighted), *balance(treated, weighted)]
    results.append(effective_size(weighted.weights, len(treated), weighted.problem))
    assert {result.method for result in results} == {NOT_ESTIMABLE + reason}


def test_an_arm_without_variation_has_no_interval():
    treated, covariates, _ = study("birthwt189")
    result = weighted_difference(treated, overlap_weights(treated, covariates))
    assert result.method == f"{NOT_ESTIMABLE}the outcome does not vary within an arm"


def test_limits_stay_on_the_scale():
    treated = np.array([1, 1, 1, 1, 0, 0, 0, 0])
    weighted = overlap_weights(treated, pd.DataFrame({"age": [1.0, 3, 5, 7, 2, 4, 3, 6]}))
    result = weighted_difference([1, 1, 1, 0, 0, 0, 0, 1], weighted)
    assert -1 <= result.ci_low < result.estimate < result.ci_high == 1
