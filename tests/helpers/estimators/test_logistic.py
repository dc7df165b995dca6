"""Logistic regression against R, statsmodels, and the closed forms of a 2x2 table."""

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from reference import FIGURES, data
from scipy import optimize, stats
from scipy.special import expit, logit

from helpers.estimators import logistic, resampled
from helpers.estimators.common import without_intervals
from helpers.estimators.separation import separated

pytestmark = pytest.mark.filterwarnings("error")
R = FIGURES["logistic"]["endometrial"]
Z = stats.norm.ppf(0.975)


@pytest.fixture
def endometrial():
    frame = data("endometrial79")
    return frame["HG"], frame[["NV", "PI", "EH"]]


@pytest.fixture
def table():
    """Lay out 7 of 12 against 5 of 21 with the outcome, patient by patient."""
    arm = np.repeat([1, 0], [12, 21])
    outcome = np.concatenate([np.repeat([1, 0], [7, 5]), np.repeat([1, 0], [5, 16])])
    return outcome, pd.DataFrame({"arm": arm})


@pytest.mark.parametrize("name", ["NV", "PI", "EH"])
def test_firth_agrees_with_r(endometrial, name):
    result = logistic.firth_logistic(*endometrial)[name]
    r = R["logistf"]
    assert math.log(result.estimate) == pytest.approx(r["coef"][name], abs=1e-6)
    assert math.log(result.ci_low) == pytest.approx(r["lower"][name], abs=1e-6)
    assert math.log(result.ci_high) == pytest.approx(r["upper"][name], abs=1e-6)
    assert result.p_value == pytest.approx(r["p"][name], abs=1e-6)
    assert (result.n, result.events) == (79, 30)


def test_separation_is_found_and_named(endometrial):
    # R's glm runs NV off to 18 with a standard error of 1716.
    outcome, covariates = endometrial
    assert separated(outcome, covariates) == ["NV"]
    for result in logistic.logistic(outcome, covariates).values():
        assert result.method == "not estimable: separation (NV)"
        assert math.isnan(result.estimate)
    assert separated(outcome, covariates[["PI", "EH"]]) == []


def test_maximum_likelihood_agrees_with_statsmodels(endometrial):
    outcome, covariates = endometrial[0], endometrial[1][["PI", "EH"]]
    other = sm.Logit(outcome, sm.add_constant(covariates)).fit(disp=0, tol=1e-12)
    results = logistic.logistic(outcome, covariates)
    for name in covariates:
        assert math.log(results[name].estimate) == pytest.approx(other.params[name], abs=1e-9)
        assert results[name].p_value == pytest.approx(other.pvalues[name], abs=1e-9)


@pytest.mark.parametrize("name", ["PI", "EH"])
def test_profile_limits_lose_the_likelihood_that_they_should(endometrial, name):
    outcome, covariates = endometrial[0], endometrial[1][["PI", "EH"]]
    result = logistic.logistic(outcome, covariates)[name]
    best = sm.GLM(outcome, sm.add_constant(covariates), family=sm.families.Binomial()).fit().llf
    for limit in (result.ci_low, result.ci_high):
        fixed = math.log(limit) * covariates[name]
        others = sm.add_constant(covariates.drop(columns=name))
        held = sm.GLM(outcome, others, family=sm.families.Binomial(), offset=fixed).fit().llf
        assert 2 * (best - held) == pytest.approx(stats.chi2.ppf(0.95, 1), abs=1e-8)


def test_one_binary_covariate_has_the_odds_ratio_of_its_table(table):
    result = logistic.logistic(*table)["arm"]
    error = math.sqrt(1 / 7 + 1 / 5 + 1 / 5 + 1 / 16)
    log_ratio = math.log(7 * 16 / (5 * 5))
    assert math.log(result.estimate) == pytest.approx(log_ratio, abs=1e-11)
    assert result.p_value == pytest.approx(2 * stats.norm.sf(log_ratio / error), abs=1e-11)


def test_firth_of_one_binary_covariate_adds_one_half_to_each_cell(table):
    result = logistic.firth_logistic(*table)["arm"]
    assert result.estimate == pytest.approx(7.5 * 16.5 / (5.5 * 5.5), rel=1e-11)


def test_curve_of_one_binary_covariate_is_the_rate_of_each_arm(table):
    curve = logistic.predicted_probability(*table, over="arm", values=[0, 1], held={})
    rates, sizes = np.array([5 / 21, 7 / 12]), np.array([21, 12])
    width = Z / np.sqrt(sizes * rates * (1 - rates))
    assert curve["arm"].tolist() == [0, 1]
    assert curve["estimate"].to_numpy() == pytest.approx(rates, abs=1e-6)
    assert curve["ci_low"].to_numpy() == pytest.approx(expit(logit(rates) - width), abs=1e-6)
    assert curve["ci_high"].to_numpy() == pytest.approx(expit(logit(rates) + width), abs=1e-6)


def test_curve_with_another_covariate_held_agrees_with_statsmodels(endometrial):
    outcome, covariates = endometrial[0], endometrial[1][["PI", "EH"]]
    curve = logistic.predicted_probability(outcome, covariates, over="EH", values=[1, 2], held={"PI": 17})
    other = sm.Logit(outcome, sm.add_constant(covariates)).fit(disp=0, tol=1e-12)
    points = np.array([[1, 17, 1], [1, 17, 2]])
    linear = points @ other.params.to_numpy()
    width = Z * np.sqrt(np.diag(points @ other.cov_params().to_numpy() @ points.T))
    expected = np.column_stack([expit(linear), expit(linear - width), expit(linear + width)])
    assert curve["EH"].tolist() == [1, 2]
    assert curve[["estimate", "ci_low", "ci_high"]].to_numpy() == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("fit", [logistic.logistic, logistic.firth_logistic])
@pytest.mark.parametrize(
    ("rows", "outcome", "reason"),
    [
        (0, [], "no patients"),
        (8, [0] * 8, "no events"),
        (8, [1] * 8, "every patient has the event"),
        (3, [0, 1, 0], "no more patients than coefficients"),
    ],
)
def test_no_model_without_a_design(fit, rows, outcome, reason):
    covariates = pd.DataFrame({"age": np.arange(rows) ** 2, "arm": np.arange(rows) % 2})
    results = fit(outcome, covariates)
    assert set(results) == {"age", "arm"}
    assert {result.method for result in results.values()} == {f"not estimable: {reason}"}
    assert separated(outcome, covariates) == []
    assert logistic.predicted_probability(outcome, covariates, "age", [1, 2], {"arm": 1}).empty


@pytest.mark.parametrize("fit", [logistic.logistic, logistic.firth_logistic])
def test_no_model_of_a_useless_covariate(fit, table):
    outcome, covariates = table
    one_arm = fit(outcome, covariates.assign(centre=1.0))["arm"]
    assert one_arm.method == "not estimable: centre does not vary"
    twice = fit(outcome, covariates.assign(other=1 - covariates["arm"]))["arm"]
    assert twice.method == "not estimable: the covariates are collinear"


def test_complete_separation_leaves_firth_finite():
    outcome, covariates = [0, 0, 0, 0, 1, 1, 1, 1], pd.DataFrame({"blasts": [1, 2, 3, 4, 60, 70, 80, 90]})
    assert logistic.logistic(outcome, covariates)["blasts"].method.startswith("not estimable: separation")
    result = logistic.firth_logistic(outcome, covariates)["blasts"]
    assert 1 < result.estimate < math.inf
    assert logistic.predicted_probability(outcome, covariates, "blasts", [50], {}).empty


def test_missing_rows_are_left_out(table):
    outcome, covariates = table
    longer = pd.concat([covariates, pd.DataFrame({"arm": [math.nan, 1]})], ignore_index=True)
    with_missing = pd.array([*outcome.astype(bool), True, pd.NA], dtype="boolean")
    assert logistic.logistic(with_missing, longer) == logistic.logistic(outcome, covariates)


def penalised_likelihood(others, slope, outcome, design):
    """Return minus Firth's penalised log-likelihood."""
    linear = design @ [*others, slope]
    fitted = expit(linear)
    information = design.T @ (design * (fitted * (1 - fitted))[:, None])
    return -(outcome * linear - np.logaddexp(0, linear)).sum() - np.linalg.slogdet(information)[1] / 2


def test_limits_that_newton_misses_lose_the_likelihood_that_they_should():
    outcome = np.array([1, 0, 1, 0, 1, 1, 0, 1, 1, 0, 0, 0])
    blasts = np.array([0, 65, 40, 60, 25, 10, 60, 10, 10, 65, 65, 85])
    arm = np.array([0, 0, 0, 0, 0, 1, 1, 0, 1, 0, 1, 0])
    result = logistic.firth_logistic(outcome, pd.DataFrame({"blasts": blasts, "arm": arm}))["blasts"]
    design = np.column_stack([np.ones(12), arm, blasts])
    precise = {"method": "Nelder-Mead", "options": {"xatol": 1e-8, "fatol": 1e-10, "maxiter": 5000}}
    best, *held = (
        optimize.minimize(penalised_likelihood, [4, 1], (math.log(ratio), outcome, design), **precise).fun
        for ratio in (result.estimate, result.ci_low, result.ci_high)
    )
    assert 2 * (np.array(held) - best) == pytest.approx([stats.chi2.ppf(0.95, 1)] * 2, abs=1e-5)


def lowest(slope, outcome, design):
    """Return the least of minus Firth's likelihood with the last coefficient held, from many starts."""
    random = np.random.default_rng(1)
    starts = [scale * random.normal(size=design.shape[1] - 1) for scale in (0, 1, 2, 4, 8, 16)]
    precise = {"method": "Nelder-Mead", "options": {"xatol": 1e-9, "fatol": 1e-12, "maxiter": 9000}}
    return min(
        optimize.minimize(penalised_likelihood, start, (slope, outcome, design), **precise).fun
        for start in starts
    )


def statistics_at_limits(outcome, covariates, name):
    """Return the penalised likelihood-ratio statistics at both limits, by a search of our own."""
    result = logistic.firth_logistic(outcome, covariates)[name]
    scale = covariates[name].std()
    others = covariates.drop(columns=name)
    known = (others - others.mean()) / others.std()
    centred = (covariates[name] - covariates[name].mean()) / scale
    design = np.column_stack([np.ones(len(outcome)), known, centred])
    best, *held = (
        lowest(scale * math.log(ratio), np.array(outcome), design)
        for ratio in (result.estimate, result.ci_low, result.ci_high)
    )
    return 2 * (np.array(held) - best)


CRITICAL = stats.chi2.ppf(0.95, 1)


def test_limits_of_a_flat_profile_lose_the_likelihood_that_they_should():
    # Complete separation in twelve patients.
    outcome = [1, 0, 0, 0, 1, 0, 1, 1, 1, 0, 1, 1]
    blasts = [5, 70, 50, 75, 40, 45, 10, 10, 5, 95, 35, 30]
    covariates = pd.DataFrame({"blasts": blasts, "arm": [1, 0, 0, 1, 0, 1, 0, 0, 0, 1, 1, 1]})
    assert statistics_at_limits(outcome, covariates, "blasts") == pytest.approx([CRITICAL] * 2, abs=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_limits_of_random_sets_lose_the_likelihood_that_they_should(seed):
    random = np.random.default_rng(seed)
    rows = int(random.integers(8, 30))
    covariates = pd.DataFrame(
        {
            "blasts": random.exponential(10, rows).round(),
            "arm": np.arange(rows) % 2,
            "age": random.normal(size=rows),
        }
    )
    outcome = (random.random(rows) < expit(covariates["age"] + (covariates["blasts"] - 10) / 3)).astype(int)
    outcome[:2] = [0, 1]
    assert statistics_at_limits(outcome, covariates, "blasts") == pytest.approx([CRITICAL] * 2, abs=1e-5)


@pytest.mark.parametrize("fit", [logistic.logistic, logistic.firth_logistic])
@pytest.mark.parametrize("shift", [1e9, -1e9])
def test_a_covariate_far_from_zero_has_the_same_odds_ratio(fit, shift, table):
    outcome, covariates = table
    near = fit(outcome, covariates.assign(age=np.arange(33) % 7))
    far = fit(outcome, covariates.assign(age=np.arange(33) % 7 + shift))
    for name in ("arm", "age"):
        assert far[name].estimate == pytest.approx(near[name].estimate, rel=1e-6)
        assert far[name].ci_high == pytest.approx(near[name].ci_high, rel=1e-6)


def parts_of(endometrial):
    """Return outcome and covariates, and who belongs to some parts, of which the first have no model."""
    outcome, covariates = endometrial[0].to_numpy(float), endometrial[1][["PI", "EH"]]
    parts = np.random.default_rng(5).random((12, len(outcome))) < 0.6
    parts[0] = outcome == 1  # everybody has the event
    parts[1] = np.isin(
        np.arange(len(outcome)), [0, 1, outcome.argmax()]
    )  # no more patients than coefficients
    parts[2] = (outcome == 1) == (covariates["EH"] < 1.5)  # separated
    return outcome, covariates, parts


def test_several_parts_at_once_have_the_odds_ratios_of_each_alone(endometrial):
    outcome, covariates, parts = parts_of(endometrial)
    with without_intervals():
        found = logistic.logistic_in_parts(outcome, covariates, parts)
    for part, ratios in zip(parts, found, strict=True):
        alone = logistic.logistic(outcome[part], covariates[part])
        for name, ratio in ratios.items():
            assert ratio.method == alone[name].method and np.isnan(ratio.ci_low)
            for number in ("estimate", "p_value", "n", "events"):
                expected = getattr(alone[name], number)
                assert getattr(ratio, number) == pytest.approx(expected, rel=1e-12, nan_ok=True)
    reasons = [found[place]["EH"].method for place in range(3)]
    assert reasons[:2] == [
        "not estimable: every patient has the event",
        "not estimable: no more patients than coefficients",
    ]
    assert reasons[2].startswith("not estimable: separation")
    assert all("Wald" in ratios["EH"].method for ratios in found[3:])


def test_several_parts_have_intervals_where_these_are_wanted(endometrial):
    outcome, covariates, parts = parts_of(endometrial)
    found = logistic.logistic_in_parts(outcome, covariates, parts[2:5])
    assert found == [logistic.logistic(outcome[part], covariates[part]) for part in parts[2:5]]
    assert found[1]["EH"].ci_low < found[1]["EH"].estimate < found[1]["EH"].ci_high


def test_who_asks_about_one_covariate_gets_what_it_has_among_all(endometrial):
    outcome, covariates = endometrial
    assert logistic.firth_logistic(outcome, covariates, of=["EH"]) == {
        "EH": logistic.firth_logistic(outcome, covariates)["EH"]
    }


def test_changes_without_each_patient_are_those_of_statsmodels():
    rng = np.random.default_rng(4)
    age, arm = rng.normal(50, 12, 80), rng.integers(0, 2, 80)
    event = (rng.random(80) < 1 / (1 + np.exp(-(age - 50) / 15))).astype(int)
    design = sm.add_constant(np.column_stack([age, arm]))
    # Those of the patients: how much the coefficient is above that of the others.
    right = sm.GLM(event, design, family=sm.families.Binomial()).fit().get_influence(observed=False).d_params
    found = logistic.changes_without_each(event, {"age": age, "arm": arm})
    assert found == pytest.approx(-right[:, 1:], rel=1e-6)


@pytest.mark.parametrize("penalised", [False, True])
def test_patients_who_are_alike_may_count_together(monkeypatch, penalised):
    rng = np.random.default_rng(8)
    blasts, arm = rng.integers(0, 20, 400), rng.integers(0, 2, 400)
    event = (rng.random(400) < 0.2 + 0.02 * blasts).astype(int)
    model = logistic.firth_logistic if penalised else logistic.logistic
    found = []
    for few in (1000, 10):
        monkeypatch.setattr(resampled, "FEW", few)
        ratio = model(event, {"blasts": blasts, "arm": arm})["blasts"]
        found.append([ratio.estimate, ratio.ci_low, ratio.ci_high, ratio.p_value])
    assert found[0] == pytest.approx(found[1], rel=1e-7)


def test_firth_of_many_patients_has_the_profile_of_a_table_with_one_half_more_in_each_cell():
    with_event, without = np.array([1400.0, 3]), np.array([2600.0, 12])  # few are exposed
    outcome = np.repeat([1, 0, 1, 0], [1400, 2600, 3, 12])
    result = logistic.firth_logistic(outcome, {"arm": np.repeat([0, 1], [4000, 15])})["arm"]

    def likelihood(odds, ratio):
        linear = odds + np.array([0, ratio])
        yes, no = with_event + 0.5, without + 0.5
        return yes @ np.log(expit(linear)) + no @ np.log(expit(-linear))

    def profile(ratio):
        return -optimize.minimize_scalar(
            lambda odds: -likelihood(odds, ratio), bracket=(-1, 0), tol=1e-14
        ).fun

    best = math.log(3.5 * 2600.5 / (12.5 * 1400.5))
    assert math.log(result.estimate) == pytest.approx(best, abs=1e-9)
    critical = stats.chi2.ppf(0.95, 1)
    for limit in (result.ci_low, result.ci_high):
        assert 2 * (profile(best) - profile(math.log(limit))) == pytest.approx(critical, abs=1e-6)
    assert result.p_value == pytest.approx(stats.chi2.sf(2 * (profile(best) - profile(0)), 1), abs=1e-8)
