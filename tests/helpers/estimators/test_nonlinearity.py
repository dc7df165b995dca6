"""The bend of the log odds over a covariate, against R, patsy's natural spline and statsmodels."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from patsy import cr
from reference import MORE, data

from helpers.estimators import nonlinearity, prediction, resampled
from helpers.estimators.selection import selection
from tests.helpers.estimators.test_resampled import SETS

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture(params=SETS)
def study(request):
    outcome, covariates = SETS[request.param]
    frame = data(request.param)
    return frame[outcome], frame[covariates], MORE["prediction"][request.param]


def test_the_term_of_the_spline_is_that_of_r(study):
    _, covariates, r = study
    values = covariates[r["covariate"]]
    knots = nonlinearity.knots_of(values)
    assert knots == pytest.approx(r["bent"]["knots"], rel=1e-12)
    term = nonlinearity.spline_term(values, knots)[: len(r["bent"]["first_terms"])]
    assert term == pytest.approx(r["bent"]["first_terms"], rel=1e-9)


def test_the_term_is_straight_outside_the_knots():
    below, above = nonlinearity.spline_term([0, 3, 5], [5, 20, 60]), np.linspace(60, 90, 4)
    assert below.tolist() == [0, 0, 0]
    assert np.diff(nonlinearity.spline_term(above, [5, 20, 60]), 2) == pytest.approx([0, 0], abs=1e-9)


@pytest.mark.parametrize(("shape", "key"), [("spline", "spline"), ("quadratic", "square")])
def test_the_test_is_that_of_r(study, shape, key):
    outcome, covariates, r = study
    found = nonlinearity.nonlinearity(outcome, covariates, r["covariate"], shape)
    assert found.estimate == pytest.approx(r["bent"][key]["deviance"], abs=1e-6)
    assert found.p_value == pytest.approx(r["bent"][key]["p"], abs=1e-6)
    assert (found.n, found.events) == (len(outcome), outcome.sum())


@pytest.mark.parametrize("shape", nonlinearity.SHAPES)
def test_curves_agree_with_statsmodels(study, shape):
    outcome, covariates, r = study
    over = r["covariate"]
    values, knots = np.quantile(covariates[over], [0.05, 0.3, 0.6, 0.95]), r["bent"]["knots"]
    held = {name: covariates[name].median() for name in covariates if name != over}
    found = nonlinearity.shaped_curve(outcome, covariates, over, values, held, shape)

    def design(place):
        columns = [place.to_numpy(float)]
        if shape == "spline":  # another basis of the same curves
            inner, outer = [knots[1]], {"lower_bound": knots[0], "upper_bound": knots[2]}
            columns.append(np.asarray(cr(place[over].to_numpy(), knots=inner, **outer))[:, 1:])
        if shape == "quadratic":
            columns.append(place[[over]].to_numpy(float) ** 2)
        return np.column_stack([np.ones(len(place)), *columns])

    points = pd.DataFrame({**held, over: values})[list(covariates)]
    basis = design(covariates)
    if shape == "spline":  # patsy's basis holds the line itself
        keep = [0, *(1 + place for place, name in enumerate(covariates) if name != over), -2, -1]
        basis, at = basis[:, keep], design(points)[:, keep]
    else:
        at = design(points)
    fit = sm.GLM(outcome.to_numpy(), basis, family=sm.families.Binomial()).fit(tol=1e-13, maxiter=100)
    assert found[over].tolist() == values.tolist()
    assert found["estimate"].to_numpy() == pytest.approx(fit.predict(at), abs=1e-6)


@pytest.mark.parametrize(
    ("outcome", "blasts", "reason"),
    [
        ([], [], "no patients"),
        ([1, 0, 1, 0, 1], [1, 1, 1, 1, 1], "blasts takes too few values"),
        ([0] * 6, [1, 2, 3, 4, 5, 6], "no events"),
        ([1, 0, 1], [1, 2, 3], "no more patients than coefficients"),
        ([1, 1, 1, 0, 0, 0], [1, 2, 3, 4, 5, 6], "separation (intercept, blasts)"),
    ],
)
def test_no_test_without_two_models(outcome, blasts, reason):
    covariates = pd.DataFrame({"blasts": np.array(blasts, float)})
    found = nonlinearity.nonlinearity(outcome, covariates, "blasts", "quadratic")
    assert found.method.startswith(f"not estimable: {reason.split(' (')[0]}")
    assert np.isnan(found.p_value)
    assert nonlinearity.shaped_curve(outcome, covariates, "blasts", [1, 2], {}, "line").empty


def test_a_patient_far_out_is_fitted_to_the_end():
    # The steps of a search that are bounded do not come to the end of these. R's glm, on orthogonal columns:
    # deviances 25.05859771537 and 21.22357591232.
    blasts = [3.2, 4, 14.9, 9.4, 4.7, 0.5, 1111.5, 11.7, 11.6, 10.7, 1.7, 0.5, 2.2, 105.3, 13.5, 49.5, 4.3]
    outcome = [1, 1, 1, 0, 0, 0, 1, 0, 0, 1, 1, 1, 0, 1, 0, 1, 1, 0, 1, 1]
    arm = [1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 1]
    covariates = pd.DataFrame({"blasts": [*blasts, 18.7, 3, 4], "arm": arm})
    found = nonlinearity.nonlinearity(outcome, covariates, "blasts", "quadratic")
    assert found.estimate == pytest.approx(3.83502180304, abs=1e-9)


def test_a_fit_that_does_not_converge_is_said(monkeypatch):
    monkeypatch.setattr(resampled, "MOST_STEPS", 1)
    frame = data("birthwt189")
    known = frame[["age", "lwt", "smoke"]]
    found = nonlinearity.nonlinearity(frame["low"], known, "lwt", "spline")
    assert found.method == "not estimable: the fit did not converge"
    held = {"age": 20, "smoke": 0}
    assert nonlinearity.shaped_curve(frame["low"], known, "lwt", [100], held, "line").empty
    assert selection(frame["low"], known, 3, 1).empty
    performance = prediction.performance(frame["low"], known, 3, 1)
    assert performance["brier_corrected"].method == "not estimable: the fit did not converge"


def test_rows_with_a_missing_value_are_left_out():
    frame = data("birthwt189")
    longer = pd.concat([frame, pd.DataFrame({"low": [1], "age": [np.nan], "lwt": [400], "smoke": [0]})])
    columns = ["age", "lwt", "smoke"]
    assert nonlinearity.nonlinearity(longer["low"], longer[columns], "lwt", "spline") == (
        nonlinearity.nonlinearity(frame["low"], frame[columns], "lwt", "spline")
    )
