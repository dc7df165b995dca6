"""Chapter 2 on a cohort small enough to count by hand, and on cohorts that leave something out."""

import matplotlib

matplotlib.use("Agg")

from math import sqrt

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from scipy import stats

from helpers.chapters.efficacy import rows as efficacy
from helpers.chapters.efficacy import words as efficacy_reading
from helpers.estimators import contrasts, proportions
from helpers.ground import cohort
from helpers.ground.endpoints import ARMS, LABELS
from helpers.ground.results import Estimate, get, is_estimable, not_estimable
from helpers.plots import forest, response

pytestmark = pytest.mark.filterwarnings("error")

# arm, status, blasts, best response, MRD negative
PATIENTS = [
    ("combination", "relapsed_refractory", 80, "CR", "yes"),
    ("combination", "relapsed_refractory", 70, "PR", "no"),
    ("combination", "relapsed_refractory", 61, "CRi", "yes"),
    ("combination", "relapsed_refractory", 60, "NR", "no"),
    ("combination", "relapsed_refractory", 20, "CR", "yes"),
    ("monotherapy", "relapsed_refractory", 90, "NR", "no"),
    ("monotherapy", "relapsed_refractory", 75, "PR", "no"),
    ("monotherapy", "relapsed_refractory", 62, "CR", "no"),
    ("monotherapy", "relapsed_refractory", 10, "CR", "yes"),
    ("monotherapy", "relapsed_refractory", 30, "CRi", "yes"),
    ("monotherapy", "relapsed_refractory", 50, "NR", "no"),
    ("monotherapy", "relapsed_refractory", 5, "CR", "yes"),
    ("combination", "mrd_positive", 2, "", "yes"),
    ("combination", "mrd_positive", 1, "", "yes"),
    ("monotherapy", "mrd_positive", 0, "", "yes"),
    ("monotherapy", "mrd_positive", 3, "", "no"),
    ("monotherapy", "mrd_positive", 4, "", "yes"),
    ("monotherapy", "mrd_negative", 0, "", "yes"),
]
# outcome, stratum: events and patients with combination, then with monotherapy
COUNTED = {
    ("response", "relapsed_refractory"): (4, 5, 5, 7),
    ("response", "high_burden"): (3, 3, 2, 3),
    ("response", "low_burden"): (1, 2, 3, 4),
    ("complete_remission", "relapsed_refractory"): (3, 5, 4, 7),
    ("complete_remission", "high_burden"): (2, 3, 1, 3),
    ("complete_remission", "low_burden"): (1, 2, 3, 4),
    ("mrd_negativity", "all"): (5, 7, 6, 11),
    ("mrd_negativity", "relapsed_refractory"): (3, 5, 3, 7),
    ("mrd_negativity", "mrd_positive"): (2, 2, 2, 3),
    ("mrd_negativity", "mrd_negative"): (0, 0, 1, 1),
    ("mrd_negativity", "measurable_disease"): (5, 7, 5, 10),
    ("mrd_negativity", "high_burden"): (2, 3, 0, 3),
    ("mrd_negativity", "low_burden"): (1, 2, 3, 4),
}


def patients_file():
    rows = pd.DataFrame(
        PATIENTS, columns=["arm", "disease_status", "bm_blasts_pct", "best_response", "mrd_negative"]
    ).astype(str)
    fixed = {"centre": "A", "age_years": "40", "cycles": "1", "transplant": "no", "transplant_days": ""}
    fixed |= {"relapse": "no", "relapse_days": "", "death": "no", "followup_days": "300"}
    fixed |= {"on_chemotherapy": "no", "synthetic": "yes"}
    return rows.assign(patient_id=[f"P{number:02d}" for number in range(len(rows))], **fixed)


def study_of(folder, patients, provenance="reconstructed"):
    mark = "yes" if provenance == "reconstructed" else "no"
    patients.assign(synthetic=mark).to_csv(folder / "patients.csv", index=False)
    about = {"name": "small", "title": "Small", "provenance": provenance, "source": "a test"}
    (folder / "cohort.toml").write_text("\n".join(f'{key} = "{value}"' for key, value in about.items()))
    return cohort.load(folder)


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    return efficacy.results(study_of(tmp_path_factory.mktemp("small"), patients_file()))


def wilson(events, n):
    """Solve (p - rate)^2 = z^2 rate (1 - rate) / n for the rate."""
    z = stats.norm.ppf(0.975)
    middle, half = (events + z**2 / 2), z * sqrt(events * (n - events) / n + z**2 / 4)
    return (middle - half) / (n + z**2), (middle + half) / (n + z**2)


@pytest.mark.parametrize(("outcome", "stratum"), COUNTED)
def test_counts_rates_and_wilson_intervals_agree_with_a_count_by_hand(rows, outcome, stratum):
    events_1, n_1, events_0, n_0 = COUNTED[outcome, stratum]
    groups = {
        "combination": (events_1, n_1),
        "monotherapy": (events_0, n_0),
        "all": (events_1 + events_0, n_1 + n_0),
    }
    for group, (events, n) in groups.items():
        count = get(rows, efficacy.result_id(outcome, "count", group, stratum))
        rate = get(rows, efficacy.result_id(outcome, "rate", group, stratum))
        assert count["n"] == rate["n"] == n
        assert is_estimable(count) == is_estimable(rate) == (n > 0)
        if n:
            assert count["estimate"] == rate["events"] == events
            assert rate["estimate"] == pytest.approx(events / n)
            assert (rate["ci_low"], rate["ci_high"]) == pytest.approx(wilson(events, n), abs=1e-12)


@pytest.mark.parametrize(("outcome", "stratum"), [place for place in COUNTED if place[1] != "mrd_negative"])
def test_comparisons_agree_with_formulas(rows, outcome, stratum):
    events_1, n_1, events_0, n_0 = COUNTED[outcome, stratum]
    n, events = n_1 + n_0, events_1 + events_0

    def found(statistic):
        return get(rows, efficacy.result_id(outcome, statistic, "arm", stratum))

    (low_1, high_1), (low_0, high_0) = wilson(events_1, n_1), wilson(events_0, n_0)
    rate_1, rate_0 = events_1 / n_1, events_0 / n_0
    difference = found("risk_difference")
    assert difference["estimate"] == pytest.approx(rate_1 - rate_0)
    newcombe = (
        rate_1 - rate_0 - sqrt((rate_1 - low_1) ** 2 + (high_0 - rate_0) ** 2),
        rate_1 - rate_0 + sqrt((high_1 - rate_1) ** 2 + (rate_0 - low_0) ** 2),
    )
    assert (difference["ci_low"], difference["ci_high"]) == pytest.approx(newcombe, abs=1e-12)

    product = events_1 * (n_0 - events_0) - events_0 * (n_1 - events_1)
    chi_square = n * product**2 / (n_1 * n_0 * events * (n - events))
    assert found("pearson_chi_square")["estimate"] == pytest.approx(chi_square)
    assert found("pearson_chi_square")["p_value"] == pytest.approx(stats.chi2.sf(chi_square, 1))

    tables = stats.hypergeom(n, events, n_1).pmf(range(n_1 + 1))
    as_rare = tables[tables <= tables[events_1] * (1 + 1e-7)].sum()
    assert found("fisher_exact")["p_value"] == pytest.approx(as_rare)
    assert 0 < found("boschloo")["p_value"] <= 1

    cells = [size * kind / n for size in (n_1, n_0) for kind in (events, n - events)]
    assert found("smallest_expected_count")["estimate"] == pytest.approx(min(cells))


def test_an_arm_without_patients_is_not_estimable(rows):
    assert get(rows, "efficacy.mrd_negativity.rate.combination.mrd_negative")["method"] == (
        "not estimable: no patients"
    )
    statistics = ["risk_difference", *efficacy.TESTS, "smallest_expected_count"]
    for statistic in statistics:
        compared = get(rows, f"efficacy.mrd_negativity.{statistic}.arm.mrd_negative")
        assert compared["method"] == "not estimable: an arm has no patients"


def test_best_response_levels_are_counted(rows):
    counted = {"cr": (2, 3), "cri": (1, 1), "pr": (1, 1), "nr": (1, 2)}
    for level, events in counted.items():
        for arm, number, n in zip(ARMS, events, (5, 7), strict=True):
            rate = get(rows, f"efficacy.best_response_{level}.rate.{arm}.relapsed_refractory")
            assert (rate["events"], rate["n"]) == (number, n)


def test_contrast_of_two_rates_is_newcombe_s_interval():
    # Newcombe's method 10 is the same recovery, applied to two Wilson intervals.
    contrast = contrasts.difference(proportions.wilson(5, 6), proportions.wilson(3, 9))
    newcombe = proportions.newcombe_difference(5, 6, 3, 9)
    assert (contrast.estimate, contrast.ci_low, contrast.ci_high) == pytest.approx(
        (newcombe.estimate, newcombe.ci_low, newcombe.ci_high)
    )
    assert (contrast.n, contrast.events) == (15, 8)


def test_contrast_needs_two_intervals():
    known = Estimate(estimate=0.1, ci_low=0.0, ci_high=0.2, ci_level=0.95, n=10, events=4)
    for pair in ((known, not_estimable("x", n=3)), (not_estimable("x", n=3), known)):
        assert contrasts.difference(*pair).method.startswith("not estimable: ")


def test_contrast_of_burdens_subtracts_low_from_high(rows):
    contrast = get(rows, "efficacy.mrd_negativity.burden_difference.arm.relapsed_refractory")
    assert contrast["estimate"] == pytest.approx((2 / 3 - 0) - (1 / 2 - 3 / 4))
    assert contrast["n"] == 12


def test_comparisons_and_the_smallest_group_are_counted(rows):
    # Every stratum but MRD-negative has events and non-events: twelve of thirteen can be tested.
    assert get(rows, "efficacy.comparisons.count.arm")["estimate"] == 12
    assert get(rows, "efficacy.comparisons.low_p_count.arm")["estimate"] == 0
    assert get(rows, "efficacy.smallest_group.count.all")["estimate"] == 1


def test_missing_outcomes_leave_the_denominator_and_are_counted(tmp_path):
    patients = patients_file()
    patients.loc[0, ["best_response", "mrd_negative"]] = ""
    patients.loc[1, "bm_blasts_pct"] = ""
    rows = efficacy.results(study_of(tmp_path, patients))
    response_rate = get(rows, "efficacy.response.rate.combination.relapsed_refractory")
    assert (response_rate["events"], response_rate["n"]) == (3, 4)
    high = get(rows, "efficacy.mrd_negativity.rate.combination.high_burden")
    assert (high["events"], high["n"]) == (1, 1)
    assert get(rows, "efficacy.response.missing.all.relapsed_refractory")["estimate"] == 1
    assert get(rows, "efficacy.mrd_negativity.missing.all")["estimate"] == 1
    assert get(rows, "efficacy.blasts.missing.all.relapsed_refractory")["estimate"] == 1
    assert "marrow blasts at baseline, 1 of 12" in efficacy_reading.missing_in_words(rows)


def changed(patients, where, **values):
    return patients.assign(
        **{column: patients[column].mask(where, value) for column, value in values.items()}
    )


def hostile():
    patients = patients_file()
    relapsed = patients["disease_status"] == "relapsed_refractory"
    combination = patients["arm"] == "combination"
    return {
        "all respond": changed(patients, relapsed, best_response="CR", mrd_negative="yes"),
        "nobody MRD negative": changed(patients, relapsed | ~relapsed, mrd_negative="no"),
        "nobody responds": changed(patients, relapsed, best_response="NR"),
        "nothing recorded": changed(
            patients, relapsed | ~relapsed, best_response="", mrd_negative="", bm_blasts_pct=""
        ),
        "one arm": patients[~combination],
        "no combination at high burden": changed(patients, combination & relapsed, bm_blasts_pct="10"),
        "no relapsed/refractory": patients[~relapsed],
        "no MRD-positive": patients[patients["disease_status"] != "mrd_positive"],
        "one patient": patients.head(1),
    }


@pytest.mark.parametrize("name", hostile())
def test_every_id_sentence_and_figure_exists_for_every_cohort(tmp_path, rows, name):
    study = study_of(tmp_path, hostile()[name])
    found = efficacy.results(study)
    assert found["id"].tolist() == rows["id"].tolist()
    estimable = found[[is_estimable(result) for _, result in found.iterrows()]]
    assert estimable["estimate"].notna().all()
    frame = efficacy.blasts_and_response(study)
    texts = [
        efficacy_reading.caution(found),
        efficacy_reading.missing_in_words(found),
        efficacy_reading.readings(found, study.provenance),
        efficacy_reading.differences_alt(found),
        efficacy_reading.patients_alt(frame),
    ]
    tables = [
        efficacy_reading.best_response_table(found),
        efficacy_reading.rates_table(found),
        efficacy_reading.tests_table(found),
    ]
    response.plot_response_by_blasts(frame)
    for outcome, strata in efficacy.OUTCOMES.items():
        forest.plot_forest(efficacy_reading.forest_rows(found, outcome))
        response.plot_rates(efficacy.pick(found, outcome, "rate", ARMS))
        texts += [
            efficacy_reading.burden_in_words(found, outcome),
            efficacy_reading.rates_alt(found, outcome),
        ]
        texts += [efficacy_reading.tests_in_words(found, outcome, stratum) for stratum in strata]
    texts += [cell for table in tables for cell in table.to_numpy().ravel()]
    plt.close("all")
    assert not [text for text in texts if "nan" in text or not text]


def test_the_rows_of_a_figure_keep_the_order_of_the_strata(rows):
    picked = efficacy.pick(rows, "response", "rate", ARMS)
    assert picked["id"].tolist()[:3] == [
        "efficacy.response.rate.combination.relapsed_refractory",
        "efficacy.response.rate.monotherapy.relapsed_refractory",
        "efficacy.response.rate.combination.high_burden",
    ]


def test_forest_labels_hold_the_counts_of_both_arms(rows):
    labels = efficacy_reading.forest_rows(rows, "response")["label"].tolist()
    assert labels[0] == "Relapsed/refractory\n4 of 5 v 5 of 7"
    assert labels[1].replace("\n", " ").endswith("blasts > 60% 3 of 3 v 2 of 3")


def test_patients_of_the_figure_are_the_relapsed_refractory_with_blasts(tmp_path):
    patients = patients_file()
    patients.loc[0, "bm_blasts_pct"] = ""
    patients.loc[1, ["best_response", "mrd_negative"]] = ""
    frame = efficacy.blasts_and_response(study_of(tmp_path, patients)).set_index("patient_id")
    assert len(frame) == 11
    assert frame["bm_blasts_pct"].is_monotonic_increasing
    assert frame.loc["P01", ["response_level", "mrd"]].tolist() == ["unknown", "unknown"]
    assert frame.loc["P05", ["response_level", "mrd"]].tolist() == ["NR", "not negative"]


def with_tests(rows, p_values):
    """Give the tests of the response of all relapsed/refractory patients other P values."""
    ids = [f"efficacy.response.{test}.arm.relapsed_refractory" for test in efficacy.TESTS]
    rows = rows.set_index("id", drop=False)
    rows.loc[ids, "p_value"] = p_values
    return rows.reset_index(drop=True)


@pytest.mark.parametrize(
    ("p_values", "verdict"),
    [
        ([0.01, 0.03, 0.04, 0.02], "all lie below 0.05."),
        ([0.06, 0.12, 0.07, 0.05], "none lies below 0.05."),
        ([0.03, 0.08, 0.07, 0.06], "they fall on different sides of 0.05."),
    ],
)
def test_sentence_about_tests_follows_the_p_values(rows, p_values, verdict):
    sentence = efficacy_reading.tests_in_words(with_tests(rows, p_values), "response", "relapsed_refractory")
    assert sentence.endswith(verdict)
    assert sentence.startswith(f"P = {p_values[0]:.3f} (Pearson chi-square")


def test_sentence_about_tests_gives_the_reason_where_there_is_none(rows):
    sentence = efficacy_reading.tests_in_words(rows, "mrd_negativity", "mrd_negative")
    assert sentence == "The tests are not estimable (an arm has no patients)."


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.1, 0.9, "; a clear difference."),
        (-0.9, -0.1, "; a clear difference."),
        (-0.1, 0.9, "; no clear difference."),
    ],
)
def test_sentence_about_burden_follows_the_contrast(rows, low, high, verdict):
    rows = rows.set_index("id", drop=False)
    contrast = "efficacy.response.burden_difference.arm.relapsed_refractory"
    rows.loc[contrast, ["estimate", "ci_low", "ci_high"]] = [(low + high) / 2, low, high]
    sentence = efficacy_reading.burden_in_words(rows.reset_index(drop=True), "response")
    assert sentence.endswith(verdict)
    assert "was +33 points at high and \N{MINUS SIGN}25 points at low burden" in sentence


def test_sentence_about_burden_gives_the_reason_where_there_is_no_contrast(tmp_path):
    patients = patients_file()
    found = efficacy.results(study_of(tmp_path, patients[patients["arm"] == "monotherapy"]))
    assert efficacy_reading.burden_in_words(found, "mrd_negativity") == (
        "MRD negativity: high and low burden cannot be contrasted "
        "(one of the two differences has no interval)."
    )


def test_rates_in_words_hold_both_arms_with_their_counts(rows):
    words = efficacy_reading.arms_in_words(rows, "response", "relapsed_refractory")
    first, second = words.split(" and ")
    assert first.startswith("80% (4 of 5; 95% CI ") and first.endswith("with venetoclax + blinatumomab")
    assert second.startswith("71% (5 of 7; 95% CI ") and second.endswith("with blinatumomab alone")


def test_comparison_names_outcome_and_stratum(rows):
    sentence = efficacy_reading.compared(rows, "mrd_negativity", "high_burden")
    assert sentence.startswith(
        "The rate of MRD negativity (relapsed/refractory, blasts > 60%) was higher with venetoclax"
    )
    lower = efficacy_reading.compared(rows, "response", "low_burden")
    assert "was lower with" in lower and "difference \N{MINUS SIGN}25 points" in lower


def test_only_a_rebuilt_cohort_speaks_of_the_abstract(rows):
    for speak in (
        lambda provenance: efficacy_reading.readings(rows, provenance),
        efficacy_reading.remission_origin,
    ):
        assert "abstract" in speak("reconstructed")
        assert speak("patient-level") and "abstract" not in speak("patient-level")


def test_tables_print_every_stratum_once(rows):
    rates, tests = efficacy_reading.rates_table(rows), efficacy_reading.tests_table(rows)
    assert len(rates) == len(tests) == len(COUNTED)
    assert rates.loc[0, LABELS["combination"]].startswith("80% (4 of 5; ")
    assert rates.loc[0, "Difference"].startswith("+9 points (95% CI ")
    nobody = tests[tests["Patients"] == LABELS["mrd_negative"]].iloc[0]
    assert nobody["Fisher P"] == "not estimable (an arm has no patients)"
