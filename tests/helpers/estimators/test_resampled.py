"""Many logistic fits at once, against R, statsmodels and a general optimiser, one after the other."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from reference import FIGURES, MORE, data
from scipy.optimize import minimize
from scipy.special import expit

from helpers.estimators import resampled
from helpers.estimators.separation import separated

pytestmark = pytest.mark.filterwarnings("error")
SETS = {
    "endometrial79": ("HG", ["PI", "EH"]),
    "birthwt189": ("low", ["age", "lwt", "smoke"]),
    "mtcars32": ("am", ["mpg", "qsec"]),
}


@pytest.fixture(params=SETS)
def study(request):
    """Give the name of a data set, the outcome and the covariates."""
    outcome, covariates = SETS[request.param]
    frame = data(request.param)
    return request.param, frame[outcome], frame[covariates]


def per_unit(fits, covariates):
    """Take coefficients of standardised covariates back to their units, intercept first."""
    slopes = fits.coefficients[:, 1:] / covariates.std(ddof=0).to_numpy()
    return np.column_stack([fits.coefficients[:, 0] - slopes @ covariates.mean(), slopes])


def repeated(outcome, covariates, counts):
    places = np.repeat(np.arange(len(outcome)), counts.astype(int))
    return outcome.to_numpy()[places], covariates.iloc[places]


def test_a_resample_draws_as_many_patients_as_there_are():
    counts = resampled.draw(20, 4000, 7)
    assert (counts.sum(axis=1) == 20).all()
    assert counts.mean(axis=0) == pytest.approx(np.ones(20), abs=0.08)
    # With replacement, a patient is missed with probability (1 - 1/20) ** 20.
    assert (counts == 0).mean() == pytest.approx(0.95**20, abs=0.01)
    assert (counts == resampled.draw(20, 4000, 7)).all()
    assert (counts != resampled.draw(20, 4000, 8)).any()


def test_maximum_likelihood_agrees_with_statsmodels_in_every_resample(study):
    _, outcome, covariates = study
    numbers, design = resampled.standardised_design(outcome, covariates)
    counts = resampled.draw(len(numbers), 12, 5)
    fits, separations = resampled.fit(numbers, design, counts), []
    for drawn, known in (repeated(outcome, covariates, one) for one in counts):
        separations.append(bool(separated(drawn, known)))
    assert fits.finite.tolist() == [not one for one in separations]
    for place in np.flatnonzero(fits.finite):
        drawn, known = repeated(outcome, covariates, counts[place])
        other = sm.GLM(drawn, sm.add_constant(known), family=sm.families.Binomial()).fit(tol=1e-12)
        assert fits.deviance[place] == pytest.approx(other.deviance, abs=1e-7)
        assert per_unit(fits, covariates)[place] == pytest.approx(other.params.to_numpy(), rel=1e-5, abs=1e-5)


def penalised(outcome, design):
    """Maximise Firth's likelihood without a derivative: libraries give up in separated resamples."""

    def loss(coefficients):
        linear = design @ coefficients
        fitted = expit(linear)
        information = design.T @ (design * (fitted * (1 - fitted))[:, None])
        return -(outcome * linear - np.logaddexp(0, linear)).sum() - np.linalg.slogdet(information)[1] / 2

    start = minimize(loss, np.zeros(design.shape[1]), method="BFGS", options={"gtol": 1e-4}).x
    precise = {"xatol": 1e-9, "fatol": 1e-13, "maxiter": 4000, "maxfev": 4000}
    return minimize(loss, start, method="Nelder-Mead", options=precise)


def test_firth_maximises_the_penalised_likelihood_in_every_resample(study):
    _, outcome, covariates = study
    numbers, design = resampled.standardised_design(outcome, covariates)
    counts = resampled.draw(len(numbers), 12, 5)
    fits = resampled.fit(numbers, design, counts, penalised=True)
    assert fits.finite.all()
    for place, one in enumerate(counts.astype(int)):
        other = penalised(np.repeat(numbers, one), np.repeat(design, one, axis=0))
        assert fits.coefficients[place] == pytest.approx(other.x, abs=1e-5)
        assert fits.deviance[place] == pytest.approx(2 * other.fun, abs=1e-7)


def test_the_corrected_intercept_is_that_of_r(study):
    name, outcome, covariates = study
    numbers, design = resampled.standardised_design(outcome, covariates)
    fits = resampled.firth_with_exact_mean(numbers, design, np.ones((1, len(numbers))))
    r = MORE["prediction"][name]["flic"]
    expected = [r["intercept"], *(r[column] for column in covariates)]
    assert per_unit(fits, covariates)[0] == pytest.approx(expected, rel=1e-5)
    fitted = 1 / (1 + np.exp(-design @ fits.coefficients[0]))
    assert fitted.mean() == pytest.approx(numbers.mean(), abs=1e-8)


def test_the_corrected_intercept_survives_separation():
    frame = data("endometrial79")
    covariates = frame[["NV", "PI", "EH"]]
    numbers, design = resampled.standardised_design(frame["HG"], covariates)
    once = np.ones((1, len(numbers)))
    fits = resampled.firth_with_exact_mean(numbers, design, once)
    r = FIGURES["logistic"]["endometrial"]["flic"]["coef"]
    assert per_unit(fits, covariates)[0] == pytest.approx(list(r.values()), rel=1e-5)
    # Maximum likelihood has a deviance (R's, twice 27.6966), and no finite coefficients.
    plain = resampled.fit(numbers, design, once)
    assert not plain.finite[0]
    assert plain.deviance[0] == pytest.approx(
        -2 * FIGURES["logistic"]["endometrial"]["glm"]["loglik"], abs=1e-6
    )


def test_a_held_coefficient_and_a_design_of_each_resample():
    frame = data("birthwt189")
    outcome, held = frame["low"].to_numpy(float), np.array([0.01, -0.02])
    columns = [frame[[name, "lwt"]].to_numpy(float) for name in ("smoke", "age")]
    designs = np.stack([sm.add_constant(known) for known in columns])
    start = np.zeros((2, 3))
    start[:, 2] = held
    fits = resampled.fit(outcome, designs, np.ones((2, 189)), start=start, free=[True, True, False])
    assert fits.coefficients[:, 2].tolist() == held.tolist()
    for place in range(2):
        offset = held[place] * frame["lwt"]
        other = sm.GLM(outcome, designs[place][:, :2], family=sm.families.Binomial(), offset=offset)
        assert fits.coefficients[place, :2] == pytest.approx(other.fit(tol=1e-12).params, abs=1e-9)


def test_a_held_coefficient_out_of_all_reach_is_no_fit():
    design, start = np.column_stack([np.ones(6), [1.0, -1, 1, -1, 1, -1]]), [[0, 1e9]]
    for penalised in (False, True):
        outcome = np.array([1.0, 0, 1, 0, 0, 1])
        fits = resampled.fit(
            outcome, design, np.ones((1, 6)), penalised=penalised, start=start, free=[True, False]
        )
        assert fits.coefficients[0, 1] == 1e9
        assert not fits.finite[0] or fits.deviance[0] > 1e9


def test_no_resample_is_no_fit():
    fits = resampled.fit(np.ones(4), np.ones((4, 1)), np.empty((0, 4)), penalised=True)
    assert fits.coefficients.shape == (0, 1)


def test_resamples_without_a_model_are_told():
    outcome, arm = np.array([1.0, 0, 1, 0]), pd.DataFrame({"arm": [1, 1, 0, 0], "age": [4.0, 1, 3, 7]})
    numbers, design = resampled.standardised_design(outcome, arm)
    counts = np.array([[1, 1, 1, 1], [2, 0, 2, 0], [0, 2, 0, 2], [2, 2, 0, 0], [2, 1, 1, 0], [0, 0, 0, 0]])
    told = resampled.can_be_modelled(numbers, design, counts.astype(float))
    # Two distinct patients (of one outcome, of one arm) are too few for three columns; three are enough.
    assert told.tolist() == [True, False, False, False, True, False]


@pytest.mark.parametrize(
    ("outcome", "covariates", "reason"),
    [
        ([], {"a": []}, "no patients"),
        ([0, 0, 0, 0], {"a": [1, 2, 3, 4]}, "no events"),
        ([1, 1, 1, 1], {"a": [1, 2, 3, 4]}, "every patient has the event"),
        ([1, 0], {"a": [1, 2]}, "no more patients than coefficients"),
        ([1, 0, 1, 0], {"a": [3, 3, 3, 3]}, "a does not vary"),
        (
            [1, 0, 1, 0, 1],
            {"a": [1, 2, 3, 4, 9], "b": [2, 4, 6, 8, 18]},
            "the covariates are collinear",
        ),
        ([1, 0, 1, 0], {"a": [1, 2, 3, 4]}, ""),
    ],
)
def test_the_reason_why_patients_have_no_model(outcome, covariates, reason):
    design = resampled.standardised_design(outcome, pd.DataFrame(covariates))
    assert resampled.why_no_model(*design, covariates) == reason


def test_rows_with_a_missing_value_are_left_out():
    outcome = pd.array([True, None, False, True], dtype="boolean")
    numbers, design = resampled.standardised_design(outcome, pd.DataFrame({"age": [1.0, 2, 3, np.nan]}))
    assert numbers.tolist() == [1, 0]
    assert design.tolist() == [[1, -1], [1, 1]]


def test_known_rows_are_those_of_the_design():
    frame = pd.DataFrame({"age": [1.0, 2, 3, np.nan], "arm": [True, None, False, True]})
    numbers, known = resampled.known_rows([1, 0, 1, 1], frame)
    assert numbers.tolist() == [1, 1] and known.to_numpy().tolist() == [[1, 1], [3, 0]]


def test_the_rounding_of_many_patients_keeps_no_search_from_its_summit():
    rng = np.random.default_rng(3)
    design = np.column_stack([np.ones(100_000), rng.normal(size=100_000)])
    outcome = (rng.random(100_000) < 0.5).astype(float)
    slopes = np.linspace(-0.02, 0.02, 10)
    start, counts = np.column_stack([0 * slopes, slopes]), np.ones((10, 100_000))
    found = resampled.fit(outcome, design, counts, start=start, free=np.array([True, False]))
    assert found.settled.all()
    fitted = expit(design @ found.coefficients.T)
    assert fitted.mean(axis=0) == pytest.approx(outcome.mean(), abs=1e-9)  # so the likelihood is level


def test_an_arm_without_events_has_no_finite_coefficient_however_many_the_patients():
    """The likelihood of a hundred and more is flat to the last digit before its steps are seen to go on."""
    for seed in range(100):
        rng = np.random.default_rng(seed)
        size = int(rng.integers(100, 1500))
        arm, age = rng.random(size) < 0.2, rng.normal(size=size)
        design = np.column_stack([np.ones(size), rng.gamma(2, 1, size), (arm - arm.mean()) / arm.std(), age])
        outcome = (rng.random(size) < expit(0.3 * age - 0.8)) & ~arm
        assert not resampled.fit(outcome.astype(float), design, np.ones((1, size))).finite[0], seed


def test_a_patient_far_out_leaves_the_coefficients_finite():
    """Of forty with events on both sides, one whose log odds are beyond a hundred."""
    rng = np.random.default_rng(7)
    values = np.append(rng.normal(size=39), 200.0)
    outcome = np.append(rng.random(39) < expit(2 * values[:39]), True).astype(float)
    assert not separated(outcome, {"value": values})
    found = resampled.fit(outcome, np.column_stack([np.ones(40), values]), np.ones((1, 40)))
    assert found.finite[0] and found.coefficients[0] @ [1, 200] > 100
    without = resampled.fit(outcome[:39], np.column_stack([np.ones(39), values[:39]]), np.ones((1, 39)))
    assert found.coefficients[0] == pytest.approx(without.coefficients[0], rel=1e-6)
