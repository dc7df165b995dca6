"""Automatic selection, against R's step and against elimination step by step with statsmodels."""

import warnings

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from reference import MORE, data
from scipy.stats import chi2

from helpers.estimators import resampled
from helpers.estimators.selection import RULES, covariate_sets, selection
from tests.helpers.estimators.test_resampled import repeated

SETS = {
    "endometrial79": ("HG", ["NV", "PI", "EH"]),  # separated by NV
    "birthwt189": ("low", ["age", "lwt", "smoke"]),
    "mtcars32": ("am", ["mpg", "qsec"]),  # separated in many resamples
}


def deviance(outcome, covariates):
    known = np.column_stack([np.ones(len(outcome)), covariates.to_numpy(float)])
    with warnings.catch_warnings(action="ignore"):  # of separation
        return sm.GLM(outcome, known, family=sm.families.Binomial()).fit(tol=1e-9, maxiter=60).deviance


def costs(outcome, covariates):
    """Return what the deviance gains when a covariate is left out."""
    full = deviance(outcome, covariates)
    return {name: deviance(outcome, covariates.drop(columns=name)) - full for name in covariates}


def chosen_by_hand(rule, outcome, covariates):
    if rule == "full_model":
        return tuple(name for name, cost in costs(outcome, covariates).items() if chi2.sf(cost, 1) < 0.05)
    while len(covariates.columns):
        found = costs(outcome, covariates)
        least = min(found, key=found.get)
        keep = chi2.sf(found[least], 1) < 0.05 if rule == "p_value" else found[least] > 2
        if keep:
            break
        covariates = covariates.drop(columns=least)
    return tuple(covariates.columns)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", ["endometrial79", "birthwt189", "mtcars32"])
def test_aic_keeps_what_r_keeps(name):
    outcome, covariates = SETS[name]
    frame, r = data(name), MORE["prediction"][name]["selection"]
    known = frame[[column for column in covariates if column in r["p"]]]
    found = selection(frame[outcome], known, 2, 1)
    (kept,) = found.loc[found["chosen"] & found["rule"].eq("aic"), "covariates"]
    assert kept == tuple(r["kept"])
    (significant,) = found.loc[found["chosen"] & found["rule"].eq("full_model"), "covariates"]
    assert significant == tuple(column for column, p in r["p"].items() if p < 0.05)


@pytest.mark.parametrize("name", SETS)
def test_shares_are_those_of_elimination_step_by_step(name):
    outcome, covariates = (data(name)[columns] for columns in SETS[name])
    found = selection(outcome, covariates, 25, 11)
    counts = resampled.draw(len(outcome), 25, 11)
    drawn = [repeated(outcome, covariates, one) for one in counts]
    usable = [(y, x) for y, x in drawn if np.linalg.matrix_rank(sm.add_constant(x)) == x.shape[1] + 1]
    assert found["resamples"].eq(len(usable)).all()
    for rule in RULES:
        own = found[found["rule"] == rule].set_index("covariates")
        choices = [chosen_by_hand(rule, y, x) for y, x in usable]
        for names, share in own["share"].items():
            assert share == pytest.approx(choices.count(names) / len(usable), abs=1e-12)
        assert own.index[own["chosen"]].tolist() == [chosen_by_hand(rule, outcome, covariates)]


def test_a_chi_square_between_the_rules_parts_them():
    # 17 of 24 against 10 of 24: the chi-square of the likelihood ratio is 4.2; 9 of 24: above; 12 of 24: 2.2.
    for events, kept in ((10, {"p_value", "aic", "full_model"}), (12, {"aic"}), (14, set())):
        outcome = np.r_[np.ones(17), np.zeros(7), np.ones(events), np.zeros(24 - events)]
        found = selection(outcome, pd.DataFrame({"arm": np.repeat([1, 0], 24)}), 2, 1)
        rates = [17 / 24, events / 24, (17 + events) / 48]
        logs = [p * np.log(p) + (1 - p) * np.log(1 - p) for p in rates]
        statistic = 48 * (logs[0] + logs[1] - 2 * logs[2])
        assert kept == {"p_value", "aic", "full_model"} - (
            {"p_value", "full_model"} if statistic < chi2.ppf(0.95, 1) else set()
        ) - ({"aic"} if statistic < 2 else set())
        arm = found[found["covariates"] == ("arm",)]
        assert set(arm.loc[arm["chosen"], "rule"]) == kept


def test_every_set_stands_once_in_each_rule():
    assert covariate_sets(["a", "b"]) == [("a", "b"), ("a",), ("b",), ()]
    frame = data("birthwt189")
    found = selection(frame["low"], frame[["age", "lwt", "smoke"]], 20, 1)
    assert found.groupby("rule").size().to_dict() == dict.fromkeys(RULES, 8)
    assert found.groupby("rule")["share"].sum().tolist() == pytest.approx([1, 1, 1])
    assert found.groupby("rule")["chosen"].sum().tolist() == [1, 1, 1]


@pytest.mark.parametrize("outcome", [[], [0] * 6, [1] * 6, [1, 0]])
def test_no_selection_without_a_model(outcome):
    assert selection(outcome, pd.DataFrame({"age": np.arange(len(outcome)) ** 2.0}), 5, 1).empty
