"""Discrimination, calibration and the bend of a covariate beside R; registered with the other comparisons."""

import numpy as np
import statsmodels.api as sm
from scipy.special import expit, logit

from helpers.estimators import nonlinearity, prediction
from helpers.ground.results import Estimate
from reference import MORE, data
from reference.comparisons import FORMULAS, against


def wrong_probabilities():
    """Yield name, outcome, a deliberately wrong probability from one covariate and R's figures for it."""
    for name, (outcome, _) in FORMULAS.items():
        frame, r = data(name), MORE["prediction"][name]
        known = sm.add_constant(frame[[r["covariate"]]])
        fitted = sm.GLM(frame[outcome], known, family=sm.families.Binomial()).fit(tol=1e-13).fittedvalues
        yield name, frame[outcome], expit(0.5 + 2 * logit(fitted)), r["wrong"]


@against("stats::glm and formulas, as rms::val.prob")
def measures():
    for name, outcome, probability, r in wrong_probabilities():
        once, linear = np.ones((1, len(outcome))), logit(probability.to_numpy())[None]
        found = prediction.measures(outcome.to_numpy(float), linear, once)
        for (value,), key in zip(found.values(), ("c", "brier", "intercept", "slope"), strict=True):
            yield name, Estimate(value), {"estimate": r[key]}


@against("Hmisc::rcspline.eval, stats::anova")
def bend():
    for name, (outcome, covariates) in FORMULAS.items():
        frame, r = data(name), MORE["prediction"][name]
        for shape, key in (("spline", "spline"), ("quadratic", "square")):
            result = nonlinearity.nonlinearity(frame[outcome], frame[covariates], r["covariate"], shape)
            yield name, result, {"estimate": r["bent"][key]["deviance"], "p_value": r["bent"][key]["p"]}
