"""Chapter 3 on a small hand-written cohort, and on cohorts that leave something out."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from models_by_hand import HOSTILE, TERMS, design, fit, frame, primary, relapsed, remitted, separated, written
from scipy.optimize import brentq, minimize
from scipy.stats import chi2
from told import of_another_study, told

from helpers.chapters.multivariable import model, odds_ratios, shape, words
from helpers.chapters.multivariable.rows import results
from helpers.ground import study as studies
from helpers.ground.results import Estimate, ResultId, get, is_estimable

# What each analysis looks at, by hand: its patients and how they are told to have the outcome.
ASKED = {
    ("complete_remission_mrd_negative", "relapsed_refractory"): remitted,
    ("response", "relapsed_refractory"): lambda p: p["best_response"].isin(["CR", "CRi", "PR"]),
    ("complete_remission", "relapsed_refractory"): lambda p: p["best_response"].isin(["CR", "CRi"]),
    ("mrd_negativity", "relapsed_refractory"): lambda p: p["mrd_negative"].eq("yes"),
    ("mrd_negativity", "measurable_disease"): lambda p: p["mrd_negative"].eq("yes"),
    ("mrd_negativity", "all"): lambda p: p["mrd_negative"].eq("yes"),
}
POPULATIONS = {
    "relapsed_refractory": ["relapsed_refractory"],
    "measurable_disease": ["relapsed_refractory", "mrd_positive"],
    "all": ["relapsed_refractory", "mrd_positive", "mrd_negative"],
}


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return written(tmp_path_factory.mktemp("cohorts") / "small", frame())


@pytest.fixture(scope="module")
def rows(small):
    return results(small)


def test_the_models_are_those_of_the_study(small):
    assert model.analyses(small.study) == list(ASKED)
    assert model.analyses(of_another_study(small).study) == [
        analysis for analysis in ASKED if analysis[1] != "measurable_disease"
    ]


def profile_limits(outcome, covariates, term):
    """Find where the deviance, the other coefficients refitted, has risen by the chi-square quantile."""
    best = fit(outcome, covariates)
    signs = np.where(outcome, 1.0, -1.0)
    rest = covariates.drop(columns=term)
    rest = (rest / rest.abs().max()).to_numpy()

    def excess(coefficient):
        held = coefficient * covariates[term].to_numpy()
        least = minimize(lambda others: np.logaddexp(0, -signs * (held + rest @ others)).sum(), np.zeros(3))
        return 2 * (least.fun + best.llf) - chi2.ppf(0.95, 1)

    limits = []
    for step in (-best.bse[term], best.bse[term]):
        inside, outside = best.params[term], best.params[term] + step
        while excess(outside) < 0:
            inside, outside = outside, outside + step
        limits.append(brentq(excess, *sorted((inside, outside))))
    return np.exp(limits)


@pytest.mark.parametrize(("analysis", "outcome"), ASKED.items())
def test_each_model_is_the_one_that_its_id_names(rows, analysis, outcome):
    patients = frame()[frame()["disease_status"].isin(POPULATIONS[analysis[1]])]
    event = outcome(patients)

    def of(statistic):
        return ResultId("multivariable", analysis[0], statistic, stratum=analysis[1])

    for start, terms in {
        "": ("blasts", "combination", "age"),
        "without_age_": ("blasts", "combination"),
        "univariate_": ("blasts",),
    }.items():
        expected = fit(event, design(patients, terms))
        for term in terms:
            found = get(rows, of(f"{start}odds_ratio_{term}"))
            assert found["estimate"] == pytest.approx(np.exp(expected.params[term]), rel=1e-6)
            assert found["p_value"] == pytest.approx(expected.pvalues[term], rel=1e-5)
            assert (found["n"], found["events"]) == (len(patients), event.sum())
    events_per_variable = get(rows, of("events_per_variable"))
    assert events_per_variable["estimate"] == pytest.approx(min(event.sum(), (~event).sum()) / 3)


@pytest.mark.parametrize("term", TERMS)
def test_intervals_are_profiles_of_the_likelihood(rows, term):
    patients, event = relapsed()
    found = get(rows, primary(f"odds_ratio_{term}"))
    assert [found["ci_low"], found["ci_high"]] == pytest.approx(
        profile_limits(event, design(patients), term), rel=1e-4
    )


def test_ten_points_of_blasts_are_a_model_in_tens(rows):
    patients, event = relapsed()
    tens = design(patients).assign(blasts=lambda columns: columns["blasts"] / 10)
    found = get(rows, primary("odds_ratio_blasts_per_10"))
    assert found["estimate"] == pytest.approx(np.exp(fit(event, tens).params["blasts"]), rel=1e-6)
    assert [found["ci_low"], found["ci_high"]] == pytest.approx(
        profile_limits(event, tens, "blasts"), rel=1e-4
    )


def test_a_limit_beyond_all_numbers_is_missing():
    ratio = odds_ratios.per_ten(Estimate(estimate=2.0, ci_low=0.5, ci_high=1e40, method="made up"))
    assert ratio.estimate == 1024
    assert ratio.ci_low == pytest.approx(0.5**10)
    assert np.isnan(ratio.ci_high)


def test_firth_maximises_the_likelihood_with_jeffreys_penalty(rows):
    patients, event = relapsed()
    columns = design(patients)
    scale = columns.std().where(lambda spread: spread > 0, 1.0)
    scaled = (columns / scale).to_numpy()

    def loss(coefficients):
        probability = 1 / (1 + np.exp(-scaled @ coefficients))
        information = scaled.T @ (scaled * (probability * (1 - probability))[:, None])
        likelihood = np.log(np.where(event, probability, 1 - probability)).sum()
        return -likelihood - 0.5 * np.linalg.slogdet(information)[1]

    best = minimize(loss, np.zeros(4), method="BFGS", options={"gtol": 1e-7}).x / scale.to_numpy()
    for term, coefficient in zip(TERMS, best[1:], strict=True):
        found = get(rows, primary(f"firth_odds_ratio_{term}"))
        assert found["estimate"] == pytest.approx(np.exp(coefficient), rel=1e-4)


def test_significant_terms_are_counted_from_wald_tests(rows):
    patients, event = relapsed()
    expected = (fit(event, design(patients)).pvalues.drop("const") < 0.05).sum()
    assert get(rows, primary("significant_terms"))["estimate"] == expected


def test_leave_one_out_range_is_that_of_all_refits(rows):
    patients, event = relapsed()
    fits = [fit(event.drop(index=one), design(patients.drop(index=one))) for one in patients.index]
    ratios = [np.exp(10 * one.params["blasts"]) for one in fits]
    lowest = get(rows, primary("leave_one_out_lowest_odds_ratio_blasts_per_10"))
    highest = get(rows, primary("leave_one_out_highest_odds_ratio_blasts_per_10"))
    largest = get(rows, primary("leave_one_out_largest_p_blasts"))
    assert lowest["estimate"] == pytest.approx(min(ratios), rel=1e-6)
    assert highest["estimate"] == pytest.approx(max(ratios), rel=1e-6)
    assert largest["p_value"] == pytest.approx(max(one.pvalues["blasts"] for one in fits), rel=1e-5)
    assert "17 of 17" in lowest["method"]


def test_fitted_probability_is_that_of_the_model_at_the_median_age(rows):
    patients, event = relapsed()
    at = pd.DataFrame(
        {"const": [1.0], "blasts": [50.0], "combination": [0.0], "age": [patients["age_years"].median()]}
    )
    expected = fit(event, design(patients)).get_prediction(at).summary_frame()
    found = get(rows, primary("probability_blasts_50", "monotherapy"))
    assert found["estimate"] == pytest.approx(expected["predicted"].iloc[0], rel=1e-6)
    linear = fit(event, design(patients))
    place = at.iloc[0].to_numpy()
    half = 1.959964 * np.sqrt(place @ linear.cov_params().to_numpy() @ place)
    limits = 1 / (1 + np.exp(-(place @ linear.params.to_numpy() + np.array([-half, half]))))
    assert [found["ci_low"], found["ci_high"]] == pytest.approx(limits, rel=1e-4)


def test_no_probability_where_an_arm_has_no_blasts(tmp_path):
    patients = frame()
    low = patients["arm"].eq("combination") & (patients["bm_blasts_pct"] < 30)
    found = results(written(tmp_path / "c", patients[~low]))
    result = get(found, primary("probability_blasts_20", "combination"))
    assert result["method"] == "not estimable: outside the blasts of the arm's patients"


def test_curves_end_where_the_blasts_of_the_arm_end(small):
    ends = shape.fitted_curves(small).groupby("arm")["blasts"].agg(["min", "max"])
    assert ends.loc["combination"].tolist() == [12, 95]
    assert ends.loc["monotherapy"].tolist() == [8, 93]


def test_patients_with_a_missing_value_are_left_out_and_counted(tmp_path):
    patients = frame().astype({"age_years": object, "bm_blasts_pct": object})
    patients.loc[0, "age_years"] = ""
    patients.loc[8, "bm_blasts_pct"] = ""
    patients.loc[10, "best_response"] = ""
    found = results(written(tmp_path / "c", patients))
    left_out = get(found, primary("left_out"))
    assert (left_out["estimate"], left_out["n"]) == (3, 17)
    kept = relapsed()[0].drop(index=[0, 8, 10])
    expected = fit(remitted(kept), design(kept))
    assert get(found, primary("odds_ratio_blasts"))["estimate"] == pytest.approx(
        np.exp(expected.params["blasts"]), rel=1e-6
    )


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE.keys())
def test_any_cohort_has_every_result_and_every_text_or_the_reason(tmp_path, rows, change):
    texts, found = told("03_multivariable_modelling", written(tmp_path / "c", change(frame())))
    assert found["id"].tolist() == rows["id"].tolist()
    ratio = get(found, primary("odds_ratio_blasts"))
    assert ratio["method"].startswith("not estimable: ")
    assert np.isnan(ratio["estimate"])
    empty = found[["estimate", "p_value"]].isna().all(axis=1)
    assert found.loc[empty, "method"].str.startswith("not estimable: ").all()
    assert not [text for text in texts if re.search(r"\b(nan|inf)\b", text)]


def test_another_study_has_its_own_arms(small, rows):
    texts, other = told("03_multivariable_modelling", of_another_study(small))
    said = "\n".join(texts)
    assert not re.search(
        r"venetoclax|blinatumomab|the combination\b|monotherapy|abstract", said, re.IGNORECASE
    )
    new = get(other, primary("odds_ratio_new"))["estimate"]
    assert new == get(rows, primary("odds_ratio_combination"))["estimate"]
    assert "Drug A rather than drug B went with" in said


@pytest.mark.parametrize(("estimate", "p_value"), [(0.95, 0.001), (0.9452, 0.00149), (0.9549, 0.00051)])
def test_ten_points_of_the_print_are_the_same_for_all_that_print_alike(estimate, p_value):
    """By hand: z is 3.2905 at P = 0.001 and 3.1746 at 0.0015; log 0.945 = -0.05657, log 0.955 = -0.04604."""
    found = odds_ratios.per_ten_of_print(Estimate(estimate=estimate, p_value=p_value))
    main, least, most = (value for _, value in found.values())
    assert main.estimate == pytest.approx(0.95**10)
    assert (least.estimate, most.estimate) == pytest.approx((0.945**10, 0.955**10))
    assert main.ci_low == pytest.approx(np.exp(-0.56570 * (1 + 1.95996 / 3.17468)), rel=1e-4)
    assert main.ci_high == pytest.approx(np.exp(-0.46044 * (1 - 1.95996 / 3.17468)), rel=1e-4)


def test_the_details_have_every_text_of_another_study_and_of_a_hostile_cohort(tmp_path, small):
    name, change = "03a_multivariable_details", next(iter(HOSTILE.values()))
    texts, _ = told(name, of_another_study(small))
    said = "\n".join(texts)
    assert not re.search(
        r"venetoclax|blinatumomab|the combination\b|monotherapy|abstract", said, re.IGNORECASE
    )
    texts, _ = told(name, written(tmp_path / "c", change(frame())))
    assert not [text for text in texts if re.search(r"\b(nan|inf)\b", text)]


def test_a_covariate_that_the_study_does_not_list_is_missing(small):
    study = replace(small.study, covariates=small.study.covariates[:1])
    assert model.analysed(replace(small, study=study)).empty


def test_separation_is_named_and_firth_stays(tmp_path):
    found = results(written(tmp_path / "c", separated(frame())))
    assert "separation" in get(found, primary("odds_ratio_blasts"))["method"]
    assert get(found, primary("separated_terms"))["estimate"] >= 1
    assert is_estimable(get(found, primary("firth_odds_ratio_blasts")))
    assert "have no finite estimate" in words.separation_sentence(found, studies.load())
    assert "that of maximum likelihood is not estimable" in words.firth_sentence(found, studies.load())
