"""Chapter 3 in words: each verdict and direction comes from the row."""

import pandas as pd
import pytest
from models_by_hand import TERMS, changed, frame, written

from helpers.chapters.multivariable import tables, words
from helpers.chapters.multivariable.rows import results
from helpers.estimators.selection import RULES
from helpers.ground.results import not_estimable
from helpers.ground.standing import OPEN, PRINTED, told
from helpers.printing.marks import plain
from helpers.printing.tables import printed


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return written(tmp_path_factory.mktemp("cohorts") / "small", frame())


@pytest.fixture(scope="module")
def study(small):
    return small.study


@pytest.fixture(scope="module")
def rows(small):
    return results(small)


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
def test_the_association_is_told_from_its_row(rows, study, values, sentence):
    told = words.association_sentence(
        changed(rows, "odds_ratio_blasts_per_10", **values), study, "blasts_per_10"
    )
    assert told == f"Each further 10 percentage points of blasts went with {sentence}"


@pytest.mark.parametrize(
    ("estimate", "limits", "odds"),
    [
        (0.99, (0.15, 7.27), "neither higher nor lower odds"),
        (1.01, (0.6, 1.7), "neither higher nor lower odds"),
        (0.98, (0.15, 7.27), "lower odds"),
        (0.99, (0.985, 0.995), "lower odds"),
    ],
)
def test_no_direction_is_told_of_what_prints_beside_one_and_is_not_clear(rows, study, estimate, limits, odds):
    values = {"estimate": estimate, "ci_low": limits[0], "ci_high": limits[1], "p_value": 0.5}
    told = words.association_sentence(changed(rows, "odds_ratio_combination", **values), study, "combination")
    beginning = "Venetoclax + blinatumomab rather than blinatumomab alone"
    assert told.startswith(f"{beginning} went with {odds} of complete remission")


@pytest.mark.parametrize(
    ("p_values", "below"),
    [((0.001, 0.5, 0.3), "blasts only"), ((0.4, 0.02, 0.01), "arm and age only"), ((0.4, 0.5, 0.6), "none"),
     ((0.01, 0.02, 0.03), "all")],
)  # fmt: skip
def test_significant_covariates_are_named(rows, study, p_values, below):
    for term, p_value in zip(TERMS, p_values, strict=True):
        rows = changed(rows, f"odds_ratio_{term}", p_value=p_value)
    assert words.significant_sentence(rows, study).endswith(f"Below 0.05: {below}.")


@pytest.mark.parametrize(("estimate", "side"), [(4.3, "below"), (12.0, "not below")])
def test_events_per_variable_are_set_beside_ten(rows, study, estimate, side):
    told = words.events_per_variable_sentence(changed(rows, "events_per_variable", estimate=estimate), study)
    assert told.endswith(f"{estimate:.1f} events per variable, {side} the customary ten.")


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(1.1, 3.0, "a clear difference between the arms."), (0.8, 3.0, "no clear difference between the arms.")],
)
def test_the_interaction_is_told_from_its_row(rows, study, low, high, verdict):
    one = changed(
        rows,
        "ratio_of_odds_ratios_blasts_per_10",
        "arm",
        estimate=1.5,
        ci_low=low,
        ci_high=high,
        ci_level=0.95,
    )
    assert words.interaction_sentence(one, study).endswith(verdict)


def test_firth_and_maximum_likelihood_may_disagree(rows, study):
    firm = {"ci_low": 0.3, "ci_high": 0.8}
    both = changed(rows, "odds_ratio_blasts_per_10", **firm)
    assert "disagree" in words.firth_sentence(
        changed(both, "firth_odds_ratio_blasts_per_10", ci_low=0.4, ci_high=1.1), study
    )
    assert "intervals agree" in words.firth_sentence(
        changed(both, "firth_odds_ratio_blasts_per_10", **firm), study
    )


def test_sensitivity_counts_the_other_models(rows, study):
    choices = tables.sensitivity_rows(rows, study)
    choices.loc[1:, ["estimate", "ci_low", "ci_high"]] = [0.9, 0.7, 1.2]
    choices.loc[1, ["estimate", "ci_low", "ci_high"]] = [0.4, 0.2, 0.8]
    choices.loc[2, ["estimate", "ci_low", "ci_high"]] = [1.3, 0.8, 2.0]
    choices.loc[3, "method"] = not_estimable("made up").method
    assert words.sensitivity_sentence(choices) == (
        "Of the 17 other models 16 are estimable. Their odds ratios for 10 percentage points of blasts run "
        "from 0.40 to 1.30; 15 of 16 are below 1, and 1 of 16 have an interval that leaves out 1."
    )


def test_only_a_rebuilt_cohort_is_said_to_be_chosen(tmp_path, small):
    rebuilt = written(tmp_path / "c", frame(), provenance="reconstructed")
    assert "no evidence about patients" in words.provenance_sentence(rebuilt)
    assert "rebuilt" not in words.provenance_sentence(small)


@pytest.mark.parametrize(
    ("p_values", "verdict"),
    [((0.3, 0.6), "no test finds a bend."), ((0.01, 0.6), "1 of 2 tests finds a bend.")],
)
def test_the_shape_is_told_from_its_tests(rows, study, p_values, verdict):
    for shape, p_value in zip(("spline", "quadratic"), p_values, strict=True):
        rows = changed(rows, f"nonlinearity_blasts_{shape}", estimate=1.5, p_value=p_value, method="made up")
    told = words.shape_sentence(rows, study)
    assert told.endswith(verdict)
    assert "restricted cubic spline: chi-square 1.50" in told
    missing = changed(rows, "nonlinearity_blasts_spline", method=not_estimable("made up").method)
    assert "spline" not in words.shape_sentence(missing, study)


@pytest.mark.parametrize(("brier", "side"), [(0.1, "is below the 0.25"), (0.3, "is not below the 0.25")])
def test_performance_is_told_from_its_rows(rows, study, brier, side):
    plain = {"ci_low": 0.6, "ci_high": 0.9, "ci_level": 0.95, "method": "made up"}
    rows = changed(rows, "c_statistic_apparent", estimate=0.9)
    rows = changed(rows, "c_statistic_corrected", estimate=0.8, **plain)
    rows = changed(rows, "brier_corrected", estimate=brier, method="made up")
    rows = changed(rows, "brier_without_covariates", estimate=0.25)
    rows = changed(rows, "calibration_slope_corrected", estimate=0.7, method="made up")
    told = words.performance_sentence(rows, study)
    assert "0.90 in the model's own patients and 0.80 (95% CI 0.60 to 0.90)" in told
    assert side in told
    assert told.endswith("The corrected calibration slope is 0.70.")
    missing = changed(rows, "calibration_slope_corrected", method=not_estimable("made up").method)
    assert words.performance_sentence(missing, study).endswith(
        "The calibration slope is not estimable (made up)."
    )


def test_selection_is_told_from_its_rows(rows, study):
    for rule in RULES:
        for term, kept in (("blasts", 1), ("combination", 0), ("age", rule == "aic")):
            rows = changed(rows, f"selection_{rule}_keeps_{term}", estimate=float(kept))
        rows = changed(rows, f"selection_{rule}_share_blasts", estimate=0.6)
        rows = changed(rows, f"selection_{rule}_share_blasts_age", estimate=0.2)
    assert words.selection_sentence(rows, study).endswith(
        "P < 0.05 in the full model: blasts (60%); Backward by P < 0.05: blasts (60%); "
        "Backward by AIC: blasts, age (20%)."
    )
    drawn = tables.selection_frame(rows, study)
    chosen = drawn[drawn["chosen"]].set_index("rule")
    assert chosen["set"].to_dict() == {
        "P < 0.05 in the full model": "blasts",
        "Backward by P < 0.05": "blasts",
        "Backward by AIC": "blasts, age",
    }
    assert chosen["share"].tolist() == [0.6, 0.6, 0.2]
    assert drawn["set"].tolist()[:2] == ["blasts, arm, age", "blasts, arm"]


def all_open(rows):
    """Say of every row that it is open, between two numbers that no row has."""
    known = {"standing": OPEN, "range_low": 0.111, "range_high": 0.222, "varies": "interval p_value events"}
    shares = {"share_below_null": 0.33, "share_significant": 0.44}
    return told(rows, pd.DataFrame({"id": rows["id"]}).assign(**known, **shares))


def said(rows, study):
    """Gather what the words and tables of the chapter say of rows, without marks."""
    sentences = (
        words.patients_sentence,
        words.events_per_variable_sentence,
        words.separation_sentence,
        words.blasts_sentence,
        words.significant_sentence,
        words.firth_sentence,
        words.curves_sentence,
        words.shape_sentence,
        words.interaction_sentence,
        words.performance_sentence,
        words.selection_sentence,
        words.inclusion_sentence,
    )
    texts = [sentence(rows, study) for sentence in sentences]
    texts += [
        words.association_sentence(rows, study, term) for term in ("blasts_per_10", "combination", "age")
    ]
    texts += [words.influence_sentence(rows, study, one) for one in ("patient", "centre")]
    choices, lines = tables.sensitivity_rows(rows, study), tables.forest_rows(rows, study)
    texts += [words.sensitivity_sentence(choices), words.forest_alt(lines), *lines["label"]]
    columns = ["Result", "Patients", "Events", "Estimate", "Interval", "P"]
    for found in (
        choices,
        tables.odds_ratio_rows(rows, study),
        tables.odds_ratio_rows(rows, study, "firth_"),
    ):
        texts += list(printed(found, columns).to_numpy().ravel())
    for table in (tables.performance_table, tables.selection_table):
        texts += list(table(rows, study).to_numpy().ravel())
    return [plain(text) for text in texts]


def test_of_an_open_row_no_word_shows_a_single_value(rows, study):
    """Whatever the rows hold, what is said of them is the same."""
    shifted = rows.assign(
        **{name: rows[name] * 0.9 + 0.01 for name in ("estimate", "p_value", "ci_low", "ci_high")}
    )
    one, other = (said(all_open(found), study) for found in (rows, shifted))
    assert one == other
    joined = " ".join(one)
    assert "0.11 to 0.22; below 1 in 33% of the cohorts, P below 0.05 in 44%" in joined
    assert (
        "nan" not in joined and "P = " not in joined and "went with" not in joined and "95% CI" not in joined
    )


def test_ten_points_of_the_printed_ratio_are_told_with_what_they_assume(rows, study):
    print_alone = {"estimate": 0.9467, "p_value": 0.00138}
    rows = changed(rows, "odds_ratio_blasts", **print_alone)
    for name, value in (("printed", 0.5987), ("printed_least", 0.568), ("printed_most", 0.631)):
        ends = {"ci_low": 0.4006, "ci_high": 0.8384, "ci_level": 0.95} if name == "printed" else {}
        rows = changed(rows, f"{name}_odds_ratio_blasts_per_10", estimate=value, **ends)
    assert words.printed_sentence(rows, study) == (
        "Each further percentage point of blasts goes with an odds ratio of 0.95 (P = 0.001) for complete "
        "remission with MRD negativity; over ten points that is 0.60 (0.57 to 0.63 by the rounding of the "
        "print; 95% CI 0.40 to 0.84 if the P value is that of a Wald test, over the rounding of both)."
    )


def drawn_as_sole(rows, significant=1.0):
    """Give open rows of which blasts are printed as the sole significant covariate."""
    known = changed(all_open(rows), "significant_terms", standing=PRINTED, estimate=significant, varies="")
    for term in ("combination", "age"):
        known = changed(
            known, f"odds_ratio_{term}", share_significant=0.0, plausible_low=0.02, plausible_high=55.5
        )
    known = changed(known, "odds_ratio_blasts", standing=PRINTED, estimate=0.95, varies="")
    return changed(known, "odds_ratio_blasts_per_10", range_low=0.568, range_high=0.592)


def test_a_covariate_that_the_print_is_silent_about_is_no_finding(rows, study):
    known = drawn_as_sole(rows)
    table = tables.odds_ratio_table(known, study)
    silent = [plain(cell) == "not significant, as “sole” is read" for cell in table["P"]]
    assert silent == [False, False, True, True]
    for term in ("combination", "age"):
        told_of = plain(words.association_sentence(known, study, term))
        assert told_of.endswith("below 1 in 33% of the cohorts, not significant, as “sole” is read.")
    assert "arm not significant, as “sole” is read, age not" in plain(
        words.significant_sentence(known, study)
    )
    said_of = plain(words.silence_sentence(known, study))
    assert "condition" in said_of and said_of.endswith("arm 0.02 to 55.50; age 0.02 to 55.50.")


def test_without_that_print_it_stays_a_share_of_the_cohorts(rows, study):
    known = drawn_as_sole(rows, significant=2.0)
    assert words.silence_sentence(known, study) is None and words.silence_sentence(rows, study) is None
    assert "P below 0.05 in none" in plain(words.association_sentence(known, study, "age"))
    searched = drawn_as_sole(rows).drop(columns=["plausible_low", "plausible_high"])
    assert words.silence_sentence(searched, study).endswith("the ranges of their odds ratios.")


@pytest.mark.parametrize(
    ("low", "high", "said_of"),
    [
        # 0.945 ** 10 and 0.949 ** 10, 0.951 ** 10 and 0.954 ** 10, to three decimals
        (0.568, 0.5925, "0.9450 to 0.9490 before it is rounded: the pair is met in the lower half"),
        (0.605, 0.6244, "0.9510 to 0.9540 before it is rounded: the pair is met in the upper half"),
        (0.568, 0.6244, "0.9450 to 0.9540 before it is rounded. So over ten points"),
    ],
)
def test_where_the_cohorts_lie_in_the_rounding_of_the_print_is_told(rows, study, low, high, said_of):
    known = changed(drawn_as_sole(rows), "odds_ratio_blasts_per_10", range_low=low, range_high=high)
    assert said_of in plain(words.edge_sentence(known, study))
    assert words.edge_sentence(rows, study) is None
