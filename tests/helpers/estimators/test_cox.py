"""Cox estimates against R, and against a partial likelihood written down here and maximised by scipy."""

import math

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter
from reference import FIGURES, data
from scipy import optimize, stats

from helpers.estimators import cox

pytestmark = pytest.mark.filterwarnings("error")
R = FIGURES["bmt35"]


@pytest.fixture
def bmt():
    frame = data("bmt35")
    return frame["ftime"], frame["status"] > 0, frame["dis"]


@pytest.fixture
def gehan():
    frame = data("gehan42")
    return frame["time"].to_numpy(float), frame["cens"].to_numpy(), frame["mp6"].to_numpy(float)


def log_interval(result):
    """Return the standard error that a Wald interval on the log scale was made with."""
    return (math.log(result.ci_high) - math.log(result.ci_low)) / 2 / stats.norm.ppf(0.975)


def partial_likelihood(coefficients, start, stop, event, covariates):
    """Return minus the log partial likelihood (Efron); covariates is a function of time, or an array."""
    total = 0.0
    for time in np.unique(stop[event == 1]):
        values = covariates(time) if callable(covariates) else covariates
        linear = values @ coefficients
        at_risk, dying = (start < time) & (stop >= time), (stop == time) & (event == 1)
        deaths = dying.sum()
        for earlier in range(deaths):
            left = np.exp(linear[at_risk]).sum() - earlier / deaths * np.exp(linear[dying]).sum()
            total -= linear[dying].sum() / deaths - math.log(left)
    return total


def maximise(*arguments, size):
    return optimize.minimize(
        partial_likelihood, np.zeros(size), arguments, method="BFGS", options={"gtol": 1e-7}
    )


def jasa():
    frame = data("jasa1")
    return (frame[column].to_numpy(float) for column in ("start", "stop", "event")), frame


def test_hazard_ratio_agrees_with_r(bmt):
    result = cox.cox_hazard_ratio(*bmt)
    assert math.log(result.estimate) == pytest.approx(R["cox_efron"]["coef"]["aml"], abs=1e-9)
    assert log_interval(result) == pytest.approx(R["cox_efron"]["se"]["aml"], abs=1e-9)
    assert result.p_value == pytest.approx(R["cox_efron"]["p"][0], abs=1e-9)
    assert (result.n, result.events) == (35, 24)


def test_hazard_ratio_of_gehan_agrees_with_r(gehan):
    result = cox.cox_hazard_ratio(*gehan)
    assert math.log(result.estimate) == pytest.approx(FIGURES["gehan42"]["cox_efron"]["coef"], abs=1e-6)
    assert log_interval(result) == pytest.approx(FIGURES["gehan42"]["cox_efron"]["se"], abs=1e-6)


def test_proportional_hazards_agrees_with_r(bmt):
    result = cox.proportional_hazards(*bmt)
    assert result.estimate == pytest.approx(R["zph_efron_km"]["chisq"]["aml"], abs=1e-8)
    assert result.p_value == pytest.approx(R["zph_efron_km"]["p"]["aml"], abs=1e-8)


def test_proportional_hazards_is_the_score_test_of_a_changing_ratio(gehan):
    months, event, covariate = gehan
    times = np.unique(months[event == 1])
    kept = [1 - ((months == t) & (event == 1)).sum() / (months >= t).sum() for t in times]
    change = dict(zip(times, 1 - np.append(1.0, np.cumprod(kept)[:-1]), strict=True))

    def covariates(time):
        return np.column_stack([covariate, change[time] * covariate])

    null = np.array([math.log(cox.cox_hazard_ratio(*gehan).estimate), 0.0])
    arguments = (np.full(len(months), -1.0), months, event, covariates)
    step = 1e-4
    shifts = step * np.eye(2)
    score = [
        (partial_likelihood(null - s, *arguments) - partial_likelihood(null + s, *arguments)) / (2 * step)
        for s in shifts
    ]
    information = [
        [
            sum(
                sign_a * sign_b * partial_likelihood(null + sign_a * a + sign_b * b, *arguments)
                for sign_a in (1, -1)
                for sign_b in (1, -1)
            )
            / (4 * step**2)
            for a in shifts
        ]
        for b in shifts
    ]
    expected = score @ np.linalg.solve(information, score)
    assert cox.proportional_hazards(*gehan).estimate == pytest.approx(expected, rel=1e-4)


def test_the_likelihood_written_here_agrees_with_r():
    (start, stop, event), frame = jasa()
    r = FIGURES["jasa1_td"]
    names = ["transplant", "age", "surgery"]
    fit = maximise(start, stop, event, frame[names].to_numpy(float), size=3)
    assert fit.x == pytest.approx([r["coef"][name] for name in names], abs=1e-5)


def test_time_dependent_hazard_ratio_maximises_the_likelihood():
    (start, stop, event), frame = jasa()
    result = cox.time_dependent_hazard_ratio(start, stop, event, frame["transplant"])
    covariates = frame[["transplant"]].to_numpy(float)
    fit = maximise(start, stop, event, covariates, size=1)
    step = 1e-3
    around = [partial_likelihood(fit.x + shift, start, stop, event, covariates) for shift in (-step, 0, step)]
    error = step / math.sqrt(around[0] - 2 * around[1] + around[2])
    assert math.log(result.estimate) == pytest.approx(fit.x[0], abs=1e-5)
    assert log_interval(result) == pytest.approx(error, abs=1e-5)
    assert result.p_value == pytest.approx(2 * stats.norm.sf(abs(fit.x[0]) / error), abs=1e-5)
    assert (result.n, result.events) == (103, 75)


def test_time_dependent_form_of_a_constant_covariate_is_the_plain_one(gehan):
    months, event, covariate = gehan
    plain = cox.cox_hazard_ratio(months, event, covariate)
    split = cox.time_dependent_hazard_ratio(
        np.append(0 * months, months[months > 8] * 0 + 8),
        np.append(np.minimum(months, 8), months[months > 8]),
        np.append(np.where(months > 8, 0, event), event[months > 8]),
        np.append(covariate, covariate[months > 8]),
    )
    assert split.estimate == pytest.approx(plain.estimate, abs=1e-8)
    assert [split.n, split.events] == [plain.n, plain.events]


FAILURES = [
    ([], [], [], "no patients"),
    ([1, 2, 3], [0, 0, 0], [1, 0, 1], "no events"),
    ([1, 2, 3], [1, 1, 0], [1, 1, 1], "the covariate does not vary"),
    ([1, 2, 3], [0, 1, 1], [1, 0, 0], "the covariate does not vary among those at risk at an event"),
    ([1, 2, 3, 4], [1, 1, 0, 0], [1, 1, 0, 0], "monotone likelihood"),
    ([1, 2, 3, 4], [1, 1, 0, 0], [0, 0, 1, 0], "monotone likelihood"),
    ([1, 2, 3, 4], [1, 1, 1, 1], [5.5, 4, 3, 2], "monotone likelihood"),
]


@pytest.mark.parametrize("function", [cox.cox_hazard_ratio, cox.proportional_hazards])
@pytest.mark.parametrize(("months", "event", "covariate", "reason"), FAILURES)
def test_no_hazard_ratio(function, months, event, covariate, reason):
    result = function(months, event, covariate)
    assert result.method.startswith(f"not estimable: {reason}")
    assert np.isnan([result.estimate, result.p_value]).all()


@pytest.mark.parametrize(("months", "event", "covariate", "reason"), FAILURES)
def test_no_time_dependent_hazard_ratio(months, event, covariate, reason):
    result = cox.time_dependent_hazard_ratio(np.zeros(len(months)), months, event, covariate)
    assert result.method.startswith(f"not estimable: {reason}")


def test_no_test_of_proportionality_at_one_time():
    result = cox.proportional_hazards([2, 2, 3, 4], [1, 1, 0, 0], [1, 0, 1, 0])
    assert result.method == "not estimable: the covariate varies at fewer than two event times"


def test_a_row_without_length_gives_no_time_dependent_hazard_ratio():
    found = cox.time_dependent_hazard_ratio([0, 3], [3, 3], [0, 1], [0, 1])
    assert found.method == "not estimable: a row ends when or before it starts"
    assert (found.n, found.events) == (1, 1)


def test_missing_rows_are_left_out(bmt):
    months, event, disease = (np.asarray(column, float) for column in bmt)
    longer = (np.append(months, 5), np.append(event, 1), np.append(disease, math.nan))
    assert cox.cox_hazard_ratio(*longer) == cox.cox_hazard_ratio(months, event, disease)


def many(patients: int, seed: int, late: bool) -> tuple[np.ndarray, ...]:
    """Make rows with ties, a covariate that matters and, if asked, late entries."""
    rng = np.random.default_rng(seed)
    covariate = rng.normal(50, 10, patients)
    stop = np.ceil(rng.exponential(400 * np.exp(-0.03 * (covariate - 50))) + 1)
    start = (
        np.where(rng.random(patients) < 0.5, np.floor(stop * rng.random(patients)), 0.0) if late else 0 * stop
    )
    return start, stop, (rng.random(patients) < 0.6).astype(int), covariate


@pytest.mark.parametrize("late", [False, True])
def test_risk_sets_that_are_summed_give_what_those_laid_out_give(monkeypatch, late):
    start, stop, event, covariate = many(400, 5, late)
    found = []
    for most in (10**9, 0):
        monkeypatch.setattr(cox, "MOST_CELLS", most)
        ratio = cox.time_dependent_hazard_ratio(start, stop, event, covariate)
        test = cox.proportional_hazards(stop, event, covariate)
        found.append(
            [ratio.estimate, ratio.ci_low, ratio.ci_high, ratio.p_value, test.estimate, test.p_value]
        )
    assert found[0] == pytest.approx(found[1], rel=1e-9)


def test_many_patients_have_the_ratio_of_lifelines():
    _, stop, event, covariate = many(20_000, 6, late=False)
    fitted = CoxPHFitter().fit(
        pd.DataFrame({"stop": stop, "event": event, "covariate": covariate}), "stop", "event"
    )
    found = cox.cox_hazard_ratio(stop, event, covariate)
    assert np.log(found.estimate) == pytest.approx(fitted.params_["covariate"], rel=1e-6)
    assert np.log(found.ci_low) == pytest.approx(fitted.confidence_intervals_.iloc[0, 0], rel=1e-5)
