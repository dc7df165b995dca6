"""The survival chapter's further analyses: hand counts, statsmodels, sentences, and hostile cohorts."""

import re
import warnings

import matplotlib.pyplot as plt
import numpy as np
import pytest
from statsmodels.duration.hazard_regression import PHReg
from statsmodels.stats.proportion import proportion_confint

from helpers.chapters.survival import checks_words as checks
from helpers.chapters.survival import rows as survival
from helpers.chapters.survival import tables as survival_tables
from helpers.chapters.survival import transplant as survival_transplant
from helpers.ground.endpoints import DAYS_PER_MONTH
from helpers.ground.results import get
from helpers.plots.bounds import plot_bounds
from helpers.plots.forest import plot_forest
from helpers.plots.survival import plot_at_risk, plot_survival
from tests.helpers.chapters.survival.test_survival_rows import EIGHT, HOSTILE, hostile, write


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return write(tmp_path_factory.mktemp("eight"), EIGHT)


@pytest.fixture(scope="module")
def rows(study):
    return survival.results(study)


BY_HAND = {
    # S is 1 to 3 months, then 3/4 to 10, then 1/2; and 1 to 5, then 3/4 to 20, then 3/8 (H of two at risk).
    "survival.os.rmst_24m.combination": 3 + 7 * 3 / 4 + 14 / 2,
    "survival.os.rmst_24m.monotherapy": 5 + 15 * 3 / 4 + 4 * 3 / 8,
    "survival.os.rmst_difference_12m.arm": (3 + 7 * 3 / 4 + 2 / 2) - (5 + 7 * 3 / 4),
    "survival.dfs.rmst_12m.combination": 3 + 3 * 3 / 4 + 6 / 2,
    # Only G leaves before 24 months without an event.
    "survival.os.censored_before_24m.all": 1,
    "survival.os.censored_before_24m.combination": 0,
    "survival.os.worst_case_24m.all": 3 / 8,
    "survival.os.best_case_24m.all": 4 / 8,
    "survival.os.worst_case_24m.monotherapy": 1 / 4,
    "survival.os.best_case_24m.monotherapy": 2 / 4,
    "survival.os.worst_case_difference_24m.arm": 2 / 4 - 2 / 4,
    "survival.os.best_case_difference_24m.arm": 2 / 4 - 1 / 4,
    # E is transplanted at 2 and dies at 5, when F, transplanted at 4, is at risk too.
    "survival.os.simon_makuch_12m.all.transplanted": 1 / 2,
    "survival.os.simon_makuch_24m.all.transplanted": 1 / 2,
    # Deaths at 3, 10 and 20 of the not transplanted: A, B, C, D, F, G, H; B, C, D, G, H; B, D, H.
    "survival.os.simon_makuch_12m.all.not_transplanted": 6 / 7 * 4 / 5,
    "survival.os.simon_makuch_24m.all.not_transplanted": 6 / 7 * 4 / 5 * 2 / 3,
    # A dies at 3 months and so is not in the analysis that begins there; F is transplanted later.
    "survival.os.landmark_3m_transplanted.all": 1,
    "survival.os.landmark_6m_transplanted.all": 1,
    # B, C, D, F, G and H begin at 3 months: deaths at 10 (of 6) and 20 (of 4: B, D, F and H).
    "survival.os.landmark_3m_km_24m.all.not_transplanted": 5 / 6 * 3 / 4,
    "survival.os.landmark_6m_km_24m.all.transplanted": 1,
    "survival.os.naive_transplanted.all": 2,
    "survival.os.naive_km_24m.all.transplanted": 1 / 2,
    "survival.os.naive_km_24m.all.not_transplanted": 4 / 6 * 2 / 3,
}


@pytest.mark.parametrize("id", BY_HAND)
def test_rows_agree_with_hand_counts(rows, id):
    assert get(rows, id)["estimate"] == pytest.approx(BY_HAND[id])


def test_counts_beside_the_estimates(rows):
    assert get(rows, "survival.os.worst_case_24m.all")[["n", "events"]].tolist() == [8, 5]
    assert get(rows, "survival.os.best_case_24m.all")[["n", "events"]].tolist() == [8, 4]
    assert get(rows, "survival.os.landmark_3m_transplanted.all")[["n", "events"]].tolist() == [7, 1]
    assert get(rows, "survival.os.landmark_6m_hazard_ratio.all")[["n", "events"]].tolist() == [6, 2]
    assert get(rows, "survival.os.naive_transplanted.all")[["n", "events"]].tolist() == [8, 1]
    assert get(rows, "survival.os.mantel_byar.all")[["n", "events"]].tolist() == [8, 4]


def test_bounds_have_wilson_intervals(rows):
    found = get(rows, "survival.os.worst_case_24m.all")
    expected = proportion_confint(3, 8, method="wilson")
    assert found[["ci_low", "ci_high"]].tolist() == pytest.approx(list(expected))


def test_naive_ratio_agrees_with_statsmodels(study, rows):
    patients = study.patients
    ever = patients["patient_id"].isin(["E", "F"]).astype(float).to_frame()
    fit = PHReg(patients["overall_months"], ever, status=patients["overall_event"].astype(int), ties="efron")
    found = get(rows, "survival.os.naive_hazard_ratio.all")
    assert found["estimate"] == pytest.approx(np.exp(fit.fit().params[0]), rel=1e-5)


def test_landmark_ratio_agrees_with_statsmodels(study, rows):
    left = study.patients[study.patients["patient_id"].isin(list("BCDEFGH"))]
    transplanted = left["patient_id"].eq("E").astype(float).to_frame()
    fit = PHReg(left["overall_months"] - 3, transplanted, status=left["overall_event"].astype(int))
    found = get(rows, "survival.os.landmark_3m_logrank.all")
    # The score test of a Cox model without ties is the log-rank test.
    score = fit.score(np.zeros(1))[0]
    assert found["estimate"] == pytest.approx(score**2 / -fit.hessian(np.zeros(1))[0, 0], rel=1e-6)


def test_the_clock_of_venetoclax_starts_a_week_earlier_for_the_combination_alone(study, rows):
    patients = study.patients
    combination = patients["arm"].eq("combination")
    later = patients["overall_months"] + np.where(combination, 7 / DAYS_PER_MONTH, 0)
    fits = [
        PHReg(
            months, combination.astype(float).to_frame(), status=patients["overall_event"].astype(int)
        ).fit()
        for months in (patients["overall_months"], later)
    ]
    usual, other = (np.exp(fit.params[0]) for fit in fits)
    name = "survival.os.hazard_ratio{}_venetoclax_clock.arm"
    assert get(rows, name.format(""))["estimate"] == pytest.approx(other, rel=1e-5)
    assert get(rows, name.format("_shift"))["estimate"] == pytest.approx(other / usual, rel=1e-5)


def test_the_other_clock_can_carry_an_event_across_the_landmark(tmp_path):
    late = write(tmp_path, [("A", "combination", 23.9, "yes", None, None, "CR"), *EIGHT[1:]])
    found = survival.results(late)
    assert get(found, "survival.os.km_24m.combination")["estimate"] == pytest.approx(3 / 4 * 2 / 3)
    assert get(found, "survival.os.km_24m_venetoclax_clock.combination")["estimate"] == pytest.approx(3 / 4)


def test_curves_begin_at_the_first_transplant(study):
    curves = survival_transplant.curves(study)
    transplanted = curves[curves["curve"] == "yes"]
    assert transplanted["month"].tolist() == pytest.approx([2, 5, 26])
    assert transplanted["label"].iloc[0] == "After transplant (n = 2)"
    counts = survival_transplant.at_risk(study)
    assert counts[counts["curve"] == "yes"]["n_at_risk"].tolist() == [0, 1, 1, 1, 1, 0]
    assert counts[counts["curve"] == "no"]["n_at_risk"].tolist() == [8, 5, 4, 3, 2, 1]


# Figures and sentences


def test_bounds_are_drawn_from_worst_to_best(rows):
    frame = checks.bounds(rows)
    ax = plot_bounds(frame[frame["outcome"] == "Overall survival"])
    ranges = [line.get_xdata() for line in ax.lines if len(line.get_xdata()) == 2]
    assert [list(ends) for ends in ranges] == [[3 / 8, 4 / 8], [2 / 4, 2 / 4], [1 / 4, 2 / 4]]
    hollow = [line for line in ax.lines if line.get_markerfacecolor() == "white"]
    assert [np.isnan(line.get_xdata()[0]) for line in hollow] == [False, False, True]
    plt.close("all")


def made(rows, id, **changes):
    """Return the rows with one of them changed."""
    place = rows["id"] == id
    assert place.sum() == 1
    return rows.assign(**{name: rows[name].mask(place, value) for name, value in changes.items()})


def test_the_wrong_ratio_is_said_to_lie_where_it_lies(rows):
    naive, right = (f"survival.os.{name}_hazard_ratio.all" for name in ("naive", "transplant_time_dependent"))
    both = {"ci_low": 0.1, "ci_high": 2, "ci_level": 0.95, "method": "Cox"}
    changed_rows = made(made(rows, right, estimate=0.5, **both), naive, estimate=0.25, **both)
    assert checks.immortal(changed_rows).endswith("The first, which is wrong, lies further from 1.")
    changed_rows = made(changed_rows, naive, estimate=1.1)
    assert checks.immortal(changed_rows).endswith("The first, which is wrong, lies nearer to 1.")
    refused = made(changed_rows, naive, method="not estimable: no events")
    assert checks.immortal(refused).endswith(
        "transplant counted from its day it is 0.50 (95% CI 0.10 to 2.00)."
    )


@pytest.mark.parametrize(
    ("sentence", "id"),
    [(checks.mantel_byar, "survival.os.mantel_byar.all"), (checks.gray, "survival.relapse.gray.arm")],
)
def test_verdicts_come_from_the_row(rows, sentence, id):
    assert "no clear difference" in sentence(made(rows, id, p_value=0.4, method="a test"))
    clear = sentence(made(rows, id, p_value=0.01, method="a test"))
    assert re.search(r"(is|relapse:) a clear difference", clear)
    assert "not estimable (no events)" in sentence(made(rows, id, method="not estimable: no events"))


def test_sentences_hold_the_rows(rows):
    assert checks.losses(rows).startswith("Last seen alive before 24 months: 1 of 8 patients.")
    assert "38% (95% CI" in checks.losses(rows)
    assert checks.extremes(rows).count("points (95% CI") == 2
    assert checks.landmark(rows, 3).startswith("At 3 months 7 patients are alive and observed, 1 of them")
    assert "overall survival of the combination at 24 months is 50%" in checks.clock(rows)
    assert checks.mean_time(rows, "os").startswith("The mean time alive within 24 months was lower")
    assert checks.weighted(rows, "os").count("P = ") == 2


def test_transplant_table_counts_each_side(rows):
    found = checks.transplant_table(rows).set_index("Analysis")
    assert found.loc["From its day", "Deaths"] == "1 and 3"
    assert found.loc["From its day", "Not (yet)"].startswith("n = 8: ")
    assert found.loc["Landmark at 3 months", "Transplanted"].startswith("n = 1: ")
    assert found.loc["Ever or never (wrong)", "Not (yet)"].startswith("n = 6: 44%")


# Cohorts in which little can be estimated


@pytest.mark.parametrize("name", HOSTILE)
def test_every_cohort_has_every_row_figure_and_sentence(rows, name):
    study, found = hostile(name)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        texts = [*checks.quoted(found, study.provenance).values(), checks.bounds_description(found)]
        texts += [checks.transplant_description(found)]
        for frame in (checks.means_table, checks.transplant_table, checks.sensitivity_table):
            texts += frame(found).to_numpy().ravel().tolist()
        draw(study, found)
    assert found["id"].tolist() == rows["id"].tolist()
    assert not [text for text in texts if re.search(r"\b(nan|inf)\b", text)]


def draw(study, found):
    plot_survival(survival_transplant.curves(study))
    plot_survival(survival_transplant.naive_curves(study))
    plot_at_risk(survival_transplant.at_risk(study))
    plot_forest(checks.transplant_ratios(found))
    plot_bounds(checks.bounds(found))
    for table in (survival_tables.means, survival_tables.transplant, survival_tables.sensitivity):
        assert table(found, study.note)
    plt.close("all")


def test_what_does_not_exist_says_why():
    _, alone = hostile("one arm")
    reason = "not estimable: in a group, no patients"
    assert get(alone, "survival.os.rmst_difference_24m.arm")["method"] == reason
    assert get(alone, "survival.relapse.gray.arm")["method"] == "not estimable: a group has no patients"
    assert get(alone, "survival.os.worst_case_24m.combination")["method"].startswith("not estimable")
    _, short = hostile("short follow-up")
    found = get(short, "survival.os.rmst_24m.combination")["method"]
    assert found == "not estimable: follow-up ends before that time"
    assert get(short, "survival.os.best_case_24m.combination")["estimate"] == 2 / 4
    _, none = hostile("no transplant")
    assert get(none, "survival.os.mantel_byar.all")["method"] == "not estimable: a group has no patients"
    assert get(none, "survival.os.simon_makuch_24m.all.transplanted")["method"].endswith("no patients")
