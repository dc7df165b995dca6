"""Chapter 3 on a small hand-written cohort, and on cohorts that leave something out."""

import re

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.optimize import brentq, minimize
from scipy.stats import chi2

from helpers.chapters.multivariable import rows as multivariable
from helpers.chapters.multivariable import words
from helpers.ground import cohort
from helpers.ground.results import Estimate, get, is_estimable, not_estimable
from helpers.plots.logistic import plot_logistic, stacked_heights
from helpers.printing import tables

pytestmark = pytest.mark.filterwarnings("error")

# arm, status, age, blasts, best response, MRD negative
PATIENTS = [
    ("combination", "relapsed_refractory", 25, 12, "CR", "yes"),
    ("combination", "relapsed_refractory", 61, 35, "NR", "no"),
    ("combination", "relapsed_refractory", 48, 58, "CRi", "yes"),
    ("combination", "relapsed_refractory", 33, 66, "CR", "no"),
    ("combination", "relapsed_refractory", 52, 71, "CR", "yes"),
    ("combination", "relapsed_refractory", 44, 90, "NR", "no"),
    ("combination", "relapsed_refractory", 19, 95, "PR", "no"),
    ("monotherapy", "relapsed_refractory", 30, 8, "CR", "yes"),
    ("monotherapy", "relapsed_refractory", 58, 14, "CR", "yes"),
    ("monotherapy", "relapsed_refractory", 72, 22, "PR", "no"),
    ("monotherapy", "relapsed_refractory", 41, 30, "CRi", "yes"),
    ("monotherapy", "relapsed_refractory", 36, 41, "CR", "yes"),
    ("monotherapy", "relapsed_refractory", 65, 47, "CR", "no"),
    ("monotherapy", "relapsed_refractory", 27, 62, "CR", "yes"),
    ("monotherapy", "relapsed_refractory", 50, 75, "NR", "no"),
    ("monotherapy", "relapsed_refractory", 39, 80, "NR", "no"),
    ("monotherapy", "relapsed_refractory", 22, 93, "NR", "no"),
    ("combination", "mrd_positive", 45, 1, "", "yes"),
    ("combination", "mrd_positive", 31, 3, "", "no"),
    ("monotherapy", "mrd_positive", 63, 0, "", "yes"),
    ("monotherapy", "mrd_positive", 28, 2, "", "yes"),
    ("monotherapy", "mrd_positive", 55, 4, "", "no"),
    ("monotherapy", "mrd_negative", 37, 0, "", "yes"),
]
COLUMNS = ["arm", "disease_status", "age_years", "bm_blasts_pct", "best_response", "mrd_negative"]
# What each analysis looks at, by hand: its patients and how they are told to have the outcome.
ASKED = {
    ("complete_remission_mrd_negative", "relapsed_refractory"): lambda p: (
        p["best_response"].isin(["CR", "CRi"]) & p["mrd_negative"].eq("yes")
    ),
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
ID = "multivariable.complete_remission_mrd_negative.{}.all.relapsed_refractory"


def frame():
    return pd.DataFrame(PATIENTS, columns=COLUMNS)


def study(folder, patients, provenance="patient-level"):
    """Write patients as a cohort's folder, whatever the chapter does not use filled in, and load it."""
    folder.mkdir(exist_ok=True)
    rows = patients.assign(
        patient_id=[f"P{number:02d}" for number in range(len(patients))],
        centre="A",
        cycles=1,
        transplant="no",
        transplant_days="",
        relapse="no",
        relapse_days="",
        death="no",
        followup_days=300,
        on_chemotherapy="no",
        synthetic="yes" if provenance == "reconstructed" else "no",
    )
    rows.to_csv(folder / "patients.csv", index=False)
    about = f'name = "small"\ntitle = "Small"\nprovenance = "{provenance}"\nsource = "by hand"\n'
    (folder / "cohort.toml").write_text(about)
    return cohort.load(folder)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return study(tmp_path_factory.mktemp("cohorts") / "small", frame())


@pytest.fixture(scope="module")
def rows(small):
    return multivariable.results(small)


def design(patients, terms=("blasts", "combination", "age")):
    columns = {
        "blasts": patients["bm_blasts_pct"],
        "combination": patients["arm"].eq("combination"),
        "age": patients["age_years"],
    }
    return sm.add_constant(pd.DataFrame(columns)[list(terms)].astype(float))


def fit(outcome, covariates):
    return sm.Logit(outcome.astype(float), covariates).fit(disp=0, tol=1e-12, maxiter=100)


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


def relapsed():
    patients = frame().query("disease_status == 'relapsed_refractory'")
    return patients, ASKED[multivariable.PRIMARY](patients)


@pytest.mark.parametrize(("analysis", "outcome"), ASKED.items())
def test_each_model_is_the_one_that_its_id_names(rows, analysis, outcome):
    patients = frame()[frame()["disease_status"].isin(POPULATIONS[analysis[1]])]
    event = outcome(patients)
    end = "all" if analysis[1] == "all" else f"all.{analysis[1]}"
    for start, terms in {
        "": ("blasts", "combination", "age"),
        "without_age_": ("blasts", "combination"),
        "univariate_": ("blasts",),
    }.items():
        expected = fit(event, design(patients, terms))
        for term in terms:
            found = get(rows, f"multivariable.{analysis[0]}.{start}odds_ratio_{term}.{end}")
            assert found["estimate"] == pytest.approx(np.exp(expected.params[term]), rel=1e-6)
            assert found["p_value"] == pytest.approx(expected.pvalues[term], rel=1e-5)
            assert (found["n"], found["events"]) == (len(patients), event.sum())
    events_per_variable = get(rows, f"multivariable.{analysis[0]}.events_per_variable.{end}")
    assert events_per_variable["estimate"] == pytest.approx(min(event.sum(), (~event).sum()) / 3)


@pytest.mark.parametrize("term", multivariable.MODEL)
def test_intervals_are_profiles_of_the_likelihood(rows, term):
    patients, event = relapsed()
    found = get(rows, ID.format(f"odds_ratio_{term}"))
    assert [found["ci_low"], found["ci_high"]] == pytest.approx(
        profile_limits(event, design(patients), term), rel=1e-4
    )


def test_ten_points_of_blasts_are_a_model_in_tens(rows):
    patients, event = relapsed()
    tens = design(patients).assign(blasts=lambda columns: columns["blasts"] / 10)
    found = get(rows, ID.format("odds_ratio_blasts_per_10"))
    assert found["estimate"] == pytest.approx(np.exp(fit(event, tens).params["blasts"]), rel=1e-6)
    assert [found["ci_low"], found["ci_high"]] == pytest.approx(
        profile_limits(event, tens, "blasts"), rel=1e-4
    )


def test_a_limit_beyond_all_numbers_is_missing():
    ratio = multivariable._per_ten(Estimate(estimate=2.0, ci_low=0.5, ci_high=1e40, method="made up"))
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
    for term, coefficient in zip(multivariable.MODEL, best[1:], strict=True):
        found = get(rows, ID.format(f"firth_odds_ratio_{term}"))
        assert found["estimate"] == pytest.approx(np.exp(coefficient), rel=1e-4)


def test_significant_terms_are_counted_from_wald_tests(rows):
    patients, event = relapsed()
    expected = (fit(event, design(patients)).pvalues.drop("const") < 0.05).sum()
    assert get(rows, ID.format("significant_terms"))["estimate"] == expected


def test_leave_one_out_range_is_that_of_all_refits(rows):
    patients, event = relapsed()
    fits = [fit(event.drop(index=one), design(patients.drop(index=one))) for one in patients.index]
    ratios = [np.exp(10 * one.params["blasts"]) for one in fits]
    lowest = get(rows, ID.format("leave_one_out_lowest_odds_ratio_blasts_per_10"))
    highest = get(rows, ID.format("leave_one_out_highest_odds_ratio_blasts_per_10"))
    largest = get(rows, ID.format("leave_one_out_largest_p_blasts"))
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
    found = get(rows, ID.format("probability_blasts_50").replace(".all.", ".monotherapy."))
    assert found["estimate"] == pytest.approx(expected["predicted"].iloc[0], rel=1e-6)
    linear = fit(event, design(patients))
    place = at.iloc[0].to_numpy()
    half = 1.959964 * np.sqrt(place @ linear.cov_params().to_numpy() @ place)
    limits = 1 / (1 + np.exp(-(place @ linear.params.to_numpy() + np.array([-half, half]))))
    assert [found["ci_low"], found["ci_high"]] == pytest.approx(limits, rel=1e-4)


def test_no_probability_where_an_arm_has_no_blasts(tmp_path):
    patients = frame()
    low = patients["arm"].eq("combination") & (patients["bm_blasts_pct"] < 30)
    found = multivariable.results(study(tmp_path / "c", patients[~low]))
    result = get(found, ID.format("probability_blasts_20").replace(".all.", ".combination."))
    assert result["method"] == "not estimable: outside the blasts of the arm's patients"


def test_curves_end_where_the_blasts_of_the_arm_end(small):
    ends = multivariable.fitted_curves(small).groupby("arm")["blasts"].agg(["min", "max"])
    assert ends.loc["combination"].tolist() == [12, 95]
    assert ends.loc["monotherapy"].tolist() == [8, 93]


def test_patients_with_a_missing_value_are_left_out_and_counted(tmp_path):
    patients = frame().astype({"age_years": object, "bm_blasts_pct": object})
    patients.loc[0, "age_years"] = ""
    patients.loc[8, "bm_blasts_pct"] = ""
    patients.loc[10, "best_response"] = ""
    found = multivariable.results(study(tmp_path / "c", patients))
    left_out = get(found, ID.format("left_out"))
    assert (left_out["estimate"], left_out["n"]) == (3, 17)
    kept = relapsed()[0].drop(index=[0, 8, 10])
    expected = fit(ASKED[multivariable.PRIMARY](kept), design(kept))
    assert get(found, ID.format("odds_ratio_blasts"))["estimate"] == pytest.approx(
        np.exp(expected.params["blasts"]), rel=1e-6
    )


def separated(patients):
    """Give the outcome to everybody at or below 60 % blasts and to nobody above."""
    low = patients["bm_blasts_pct"] <= 60
    response = np.where(low, "CR", "NR")
    response = np.where(patients["disease_status"] == "relapsed_refractory", response, "")
    return patients.assign(best_response=response, mrd_negative=np.where(low, "yes", "no"))


HOSTILE = {
    "no relapsed or refractory": lambda p: p[p["disease_status"] != "relapsed_refractory"],
    "relapsed or refractory in one arm only": lambda p: p[
        (p["disease_status"] != "relapsed_refractory") | (p["arm"] == "monotherapy")
    ],
    "one arm": lambda p: p[p["arm"] == "monotherapy"],
    "all respond": lambda p: p.assign(
        best_response=p["best_response"].where(p["best_response"] == "", "CR"), mrd_negative="yes"
    ),
    "nobody MRD negative": lambda p: p.assign(mrd_negative="no"),
    "separated": separated,
    "five patients": lambda p: p.iloc[[1, 2, 9, 10, 13]],
    "one patient": lambda p: p.iloc[[0]],
    "no ages": lambda p: p.assign(age_years=""),
    "no blasts": lambda p: p.assign(bm_blasts_pct=""),
    "no best response": lambda p: p.assign(best_response=""),
    "no MRD": lambda p: p.assign(mrd_negative=""),
    "everybody the same age": lambda p: p.assign(age_years=40),
    "age and blasts collinear": lambda p: p.assign(age_years=p["bm_blasts_pct"]),
}
SENTENCES = (
    words.patients_sentence,
    words.events_per_variable_sentence,
    words.separation_sentence,
    words.significant_sentence,
    words.firth_sentence,
    words.curves_sentence,
    words.interaction_sentence,
    words.leave_one_out_sentence,
    words.sensitivity_sentence,
)


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE.keys())
def test_any_cohort_has_every_result_or_the_reason(tmp_path, rows, change):
    hostile = study(tmp_path / "c", change(frame()))
    found = multivariable.results(hostile)
    assert found["id"].tolist() == rows["id"].tolist()
    ratio = get(found, ID.format("odds_ratio_blasts"))
    assert ratio["method"].startswith("not estimable: ")
    assert np.isnan(ratio["estimate"])
    empty = found[["estimate", "p_value"]].isna().all(axis=1)
    assert found.loc[empty, "method"].str.startswith("not estimable: ").all()
    printed = [sentence(found) for sentence in SENTENCES]
    printed += [words.association_sentence(found, term) for term in ("blasts_per_10", "combination", "age")]
    assert not [text for text in printed if re.search(r"\b(nan|inf)\b", text)]
    for table in (words.model_rows(found), words.model_rows(found, "firth_"), words.sensitivity_rows(found)):
        assert "nan" not in tables.printed(table, ["Result", "Estimate", "Interval", "P"]).to_numpy()
    fig, axs = plt.subplots(1, 2)
    for arm, ax in zip(("combination", "monotherapy"), axs, strict=True):
        plot_logistic(multivariable.fitted_curves(hostile), multivariable.analysed(hostile), arm, ax=ax)
    fig.canvas.draw()
    plt.close(fig)


def test_separation_is_named_and_firth_stays(tmp_path):
    found = multivariable.results(study(tmp_path / "c", separated(frame())))
    assert "separation" in get(found, ID.format("odds_ratio_blasts"))["method"]
    assert get(found, ID.format("separated_terms"))["estimate"] >= 1
    assert is_estimable(get(found, ID.format("firth_odds_ratio_blasts")))
    assert "have no finite estimate" in words.separation_sentence(found)
    assert "that of maximum likelihood is not estimable" in words.firth_sentence(found)


def changed(rows, statistic, group="all", **values):
    """Return the rows with one of the primary model's results replaced."""
    place = rows["id"] == ID.format(statistic).replace(".all.", f".{group}.")
    assert place.sum() == 1
    copy = rows.copy()
    for name, value in values.items():
        copy.loc[place, name] = value
    return copy


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            {"estimate": 0.5, "ci_low": 0.3, "ci_high": 0.8, "p_value": 0.004},
            "lower odds of complete remission with MRD negativity: odds ratio 0.50 (95% CI 0.30 to 0.80, "
            "Wald P = 0.004); by the interval, a clear association.",
        ),
        (
            {"estimate": 1.5, "ci_low": 0.9, "ci_high": 2.8, "p_value": 0.21},
            "higher odds of complete remission with MRD negativity: odds ratio 1.50 (95% CI 0.90 to 2.80, "
            "Wald P = 0.21); by the interval, no clear association.",
        ),
        (
            {"estimate": 1.5, "ci_low": 1.1, "ci_high": 2.8, "p_value": 0.06},
            "higher odds of complete remission with MRD negativity: odds ratio 1.50 (95% CI 1.10 to 2.80, "
            "Wald P = 0.060); by the interval, a clear association (the test says otherwise).",
        ),
    ],
)
def test_the_association_is_told_from_its_row(rows, values, sentence):
    told = words.association_sentence(changed(rows, "odds_ratio_blasts_per_10", **values), "blasts_per_10")
    assert told == f"Each further 10 percentage points of blasts went with {sentence}"


@pytest.mark.parametrize(
    ("p_values", "below"),
    [((0.001, 0.5, 0.3), "blasts only"), ((0.4, 0.02, 0.01), "arm and age only"), ((0.4, 0.5, 0.6), "none"),
     ((0.01, 0.02, 0.03), "all")],
)  # fmt: skip
def test_significant_covariates_are_named(rows, p_values, below):
    for term, p_value in zip(multivariable.MODEL, p_values, strict=True):
        rows = changed(rows, f"odds_ratio_{term}", p_value=p_value)
    assert words.significant_sentence(rows).endswith(f"Below 0.05: {below}.")


@pytest.mark.parametrize(("estimate", "side"), [(4.3, "below"), (12.0, "not below")])
def test_events_per_variable_are_set_beside_ten(rows, estimate, side):
    told = words.events_per_variable_sentence(changed(rows, "events_per_variable", estimate=estimate))
    assert told.endswith(f"{estimate:.1f} events per variable, {side} the customary 10.")


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(1.1, 3.0, "a clear difference between the arms."), (0.8, 3.0, "no clear difference between the arms.")],
)
def test_the_interaction_is_told_from_its_row(rows, low, high, verdict):
    one = changed(
        rows,
        "ratio_of_odds_ratios_blasts_per_10",
        "arm",
        estimate=1.5,
        ci_low=low,
        ci_high=high,
        ci_level=0.95,
    )
    assert words.interaction_sentence(one).endswith(verdict)


def test_firth_and_maximum_likelihood_may_disagree(rows):
    firm = {"ci_low": 0.3, "ci_high": 0.8}
    both = changed(rows, "odds_ratio_blasts_per_10", **firm)
    assert "disagree" in words.firth_sentence(
        changed(both, "firth_odds_ratio_blasts_per_10", ci_low=0.4, ci_high=1.1)
    )
    assert "intervals agree" in words.firth_sentence(changed(both, "firth_odds_ratio_blasts_per_10", **firm))


def test_sensitivity_counts_the_other_models(rows):
    missing = not_estimable("made up").method
    table = rows.copy()
    others = words.sensitivity_rows(rows).index[1:]
    table.loc[others, ["estimate", "ci_low", "ci_high"]] = [0.9, 0.7, 1.2]
    table.loc[others[0], ["estimate", "ci_low", "ci_high"]] = [0.4, 0.2, 0.8]
    table.loc[others[1], ["estimate", "ci_low", "ci_high"]] = [1.3, 0.8, 2.0]
    table.loc[others[2], "method"] = missing
    assert words.sensitivity_sentence(table) == (
        "Of the 17 other models 16 are estimable. Their odds ratios for 10 percentage points of blasts run "
        "from 0.40 to 1.30; 15 of 16 are below 1, and 1 of 16 have an interval that leaves out 1."
    )


def test_only_a_rebuilt_cohort_is_said_to_be_chosen(tmp_path, small):
    rebuilt = study(tmp_path / "c", frame(), provenance="reconstructed")
    assert "no evidence about patients" in words.provenance_sentence(rebuilt)
    assert "rebuilt" not in words.provenance_sentence(small)


def test_every_patient_is_drawn_where_the_outcome_says(small):
    points = multivariable.analysed(small)
    fig, ax = plt.subplots()
    plot_logistic(multivariable.fitted_curves(small), points, "combination", ax=ax)
    drawn = np.asarray(ax.collections[-1].get_offsets())
    own = points[points["arm"] == "combination"]
    assert drawn[:, 0].tolist() == own["blasts"].tolist()
    assert [height > 0.5 for height in drawn[:, 1]] == own["event"].tolist()
    assert ax.get_ylim() == (0, 1)
    assert "3 of 7 patients" in ax.get_title(loc="left")
    plt.close(fig)


def test_patients_close_to_each_other_are_set_apart():
    heights = stacked_heights(pd.Series([50.0, 50.0, 50.0, 90.0]), pd.Series([True, True, False, True]))
    assert heights.tolist() == pytest.approx([1, 0.955, 0, 1])
