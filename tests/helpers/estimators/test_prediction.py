"""Discrimination, calibration and their optimism, against R, scipy and refits one after the other."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from reference import MORE, data
from scipy.special import expit, logit
from scipy.stats import binomtest, mannwhitneyu

from helpers.estimators import prediction, resampled
from tests.helpers.estimators.test_resampled import SETS, penalised, repeated

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture(params=SETS)
def study(request):
    outcome, covariates = SETS[request.param]
    frame = data(request.param)
    return request.param, frame[outcome], frame[covariates]


@pytest.mark.parametrize("kind", ["fitted", "wrong"])
def test_measures_agree_with_r(study, kind):
    name, outcome, covariates = study
    r = MORE["prediction"][name]
    known = sm.add_constant(covariates[[r["covariate"]]])
    fitted = sm.GLM(outcome, known, family=sm.families.Binomial()).fit(tol=1e-13).fittedvalues
    probability = fitted if kind == "fitted" else expit(0.5 + 2 * logit(fitted))
    found = measured(outcome, probability)
    assert found["c_statistic"] == pytest.approx(r[kind]["c"], abs=1e-12)
    assert found["brier"] == pytest.approx(r[kind]["brier"], abs=1e-9)
    assert found["calibration_intercept"] == pytest.approx(r[kind]["intercept"], abs=1e-6)
    assert found["calibration_slope"] == pytest.approx(r[kind]["slope"], abs=1e-6)


def measured(outcome, probability):
    """Give the measures of one prediction, every patient counted once."""
    linear = logit(np.asarray(probability, float))[None]
    found = prediction.measures(np.asarray(outcome, float), linear, np.ones(linear.shape))
    return {name: value.item() for name, value in found.items()}


def test_ties_count_one_half():
    # Pairs: 0.7 against 0.2, 0.7 and 0.2 against 0.2, 0.7: in order, tied, tied, out of order.
    assert measured([1, 1, 0, 0], [0.7, 0.2, 0.2, 0.7])["c_statistic"] == 0.5


@pytest.mark.parametrize("probability", [[0.1, 0.2, 0.8, 0.9], [0.4] * 4])
def test_no_calibration_of_a_separating_or_constant_probability(probability):
    found = measured([0, 0, 1, 1], probability)
    assert np.isnan([found["calibration_intercept"], found["calibration_slope"]]).all()


def model(outcome, covariates):
    """Fit Firth's model with corrected intercept, by general means; return its linear predictor."""
    centre, scale = covariates.mean(), covariates.std()
    scaled = ((covariates - centre) / scale).to_numpy()
    ones, family, numbers = np.ones(len(outcome)), sm.families.Binomial(), np.asarray(outcome, float)
    slopes = penalised(numbers, np.column_stack([ones, scaled])).x[1:]
    intercept = sm.GLM(numbers, ones, family=family, offset=scaled @ slopes).fit(tol=1e-13).params[0]
    return lambda known: intercept + ((known - centre) / scale).to_numpy() @ slopes


def measures(outcome, linear):
    outcome = np.asarray(outcome)
    event = outcome == 1
    pairs = event.sum() * (~event).sum()
    line = sm.GLM(outcome, sm.add_constant(linear), family=sm.families.Binomial())
    separated = linear[event].min() >= linear[~event].max()
    intercept, slope = (np.nan, np.nan) if separated else line.fit(tol=1e-13).params
    return {
        "c_statistic": mannwhitneyu(linear[event], linear[~event]).statistic / pairs,
        "brier": np.mean((expit(linear) - outcome) ** 2),
        "calibration_intercept": intercept,
        "calibration_slope": slope,
    }


def test_optimism_is_that_of_refits_one_after_the_other(study):
    _, outcome, covariates = study
    found = prediction.performance(outcome, covariates, 14, 3)
    counts = resampled.draw(len(outcome), 14, 3)
    apparent = measures(outcome, model(outcome, covariates)(covariates))
    own, in_patients = [], []
    for one in counts:
        drawn, known = repeated(outcome, covariates, one)
        refitted = model(drawn, known)
        own.append(measures(drawn, refitted(known)))
        in_patients.append(measures(outcome, refitted(covariates)))
    own, in_patients = pd.DataFrame(own), pd.DataFrame(in_patients)
    for name, value in apparent.items():
        assert found[f"{name}_apparent"].estimate == pytest.approx(value, abs=1e-5)
    for name in ("c_statistic", "brier"):
        optimism = own[name].mean() - in_patients[name].mean()
        corrected = found[f"{name}_corrected"]
        assert corrected.estimate == pytest.approx(apparent[name] - optimism, abs=1e-5)
        limits = np.clip(np.percentile(own[name], [2.5, 97.5]) - optimism, 0, 1)
        assert [corrected.ci_low, corrected.ci_high] == pytest.approx(limits, abs=1e-5)
        assert corrected.ci_level == 0.95
    for name in ("calibration_intercept", "calibration_slope"):
        assert found[f"{name}_corrected"].estimate == pytest.approx(
            in_patients[name].mean(), rel=1e-4, abs=1e-4
        )
    assert "14 of 14" in found["brier_corrected"].method


def test_groups_of_the_fitted_probability_hold_every_patient_once(study):
    _, outcome, covariates = study
    groups = prediction.calibration_groups(outcome, covariates, 3)
    fitted = expit(model(outcome, covariates)(covariates))
    order = np.argsort(fitted, kind="stable")
    first = order[: groups["n"].iloc[0]]
    assert groups["n"].sum() == len(outcome) and groups["n"].max() - groups["n"].min() <= 1
    assert groups["events"].sum() == outcome.sum()
    assert groups["fitted"].iloc[0] == pytest.approx(fitted[first].mean(), abs=1e-5)
    events = int(outcome.iloc[first].sum())
    assert (groups["events"].iloc[0], groups["estimate"].iloc[0]) == (events, events / len(first))
    limits = binomtest(events, len(first)).proportion_ci(method="wilson")
    assert [groups["ci_low"].iloc[0], groups["ci_high"].iloc[0]] == pytest.approx(list(limits), abs=1e-9)


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [([], "no patients"), ([0] * 6, "no events"), ([1, 0], "no more patients")],
)
def test_no_performance_without_a_model(outcome, reason):
    covariates = pd.DataFrame({"age": np.arange(len(outcome), dtype=float) ** 2})
    found = prediction.performance(outcome, covariates, 5, 1)
    assert len(found) == 8
    assert all(one.method.startswith(f"not estimable: {reason}") for one in found.values())
    assert prediction.calibration_groups(outcome, covariates, 3).empty


def test_a_separated_outcome_has_no_calibration_of_its_own():
    covariates = pd.DataFrame({"blasts": [1.0, 5, 9, 14, 60, 70, 80, 90]})
    found = prediction.performance([1, 1, 1, 1, 0, 0, 0, 0], covariates, 50, 1)
    assert found["c_statistic_apparent"].estimate == 1
    assert (
        found["calibration_slope_apparent"].method == "not estimable: the probability separates the outcome"
    )
    assert found["calibration_slope_corrected"].method.startswith("not estimable: only 0 of 50")
