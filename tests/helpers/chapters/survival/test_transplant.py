"""Transplant and survival against hand counts and statsmodels."""

import numpy as np
import pytest
from courses_by_hand import EIGHT, changed, written
from statsmodels.duration.hazard_regression import PHReg

from helpers.chapters.survival import tables, transplant
from helpers.chapters.survival.rows import results
from helpers.ground.results import ResultId, get


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    return written(tmp_path_factory.mktemp("eight"), EIGHT)


@pytest.fixture(scope="module")
def rows(cohort):
    return results(cohort)


def found(rows, id):
    return get(rows, ResultId.parse(f"survival.os.{id}"))


BY_HAND = {
    "followed_after_transplant.all": 2,
    # E is transplanted at 2 and dies at 5, when F, transplanted at 4, is at risk too.
    "simon_makuch_12m.all.transplanted": 1 / 2,
    "simon_makuch_24m.all.transplanted": 1 / 2,
    # Deaths at 3, 10 and 20 of the not transplanted: A, B, C, D, F, G, H; B, C, D, G, H; B, D, H.
    "simon_makuch_12m.all.not_transplanted": 6 / 7 * 4 / 5,
    "simon_makuch_24m.all.not_transplanted": 6 / 7 * 4 / 5 * 2 / 3,
    # A dies at 3 months and so is not in the analysis that begins there; F is transplanted later.
    "landmark_3m_transplanted.all": 1,
    "landmark_6m_transplanted.all": 1,
    # B, C, D, F, G and H begin at 3 months: deaths at 10 (of 6) and 20 (of 4: B, D, F and H).
    "landmark_3m_km_24m.all.not_transplanted": 5 / 6 * 3 / 4,
    "landmark_6m_km_24m.all.transplanted": 1,
    "naive_transplanted.all": 2,
    "naive_km_24m.all.transplanted": 1 / 2,
    "naive_km_24m.all.not_transplanted": 4 / 6 * 2 / 3,
}


@pytest.mark.parametrize("id", BY_HAND)
def test_rows_agree_with_hand_counts(rows, id):
    assert found(rows, id)["estimate"] == pytest.approx(BY_HAND[id])


@pytest.mark.parametrize(
    ("id", "counts"),
    [
        ("followed_after_transplant.all", [8, 1]),
        ("landmark_3m_transplanted.all", [7, 1]),
        ("landmark_6m_hazard_ratio.all", [6, 2]),
        ("naive_transplanted.all", [8, 1]),
        ("mantel_byar.all", [8, 4]),
    ],
)
def test_counts_beside_the_estimates(rows, id, counts):
    assert found(rows, id)[["n", "events"]].tolist() == counts


def test_transplant_counts_from_the_day_it_happens(cohort, rows):
    courses = transplant.counting_process(cohort.patients).set_index("patient_id")
    assert len(courses) == 10
    assert courses.loc["E", ["start", "stop", "event", "transplanted"]].to_numpy().tolist() == [
        [0, pytest.approx(2), False, False],
        [pytest.approx(2), pytest.approx(5), True, True],
    ]
    # Deaths of A, E, C and H; the transplanted at risk are E (at 3 and 5) and F (from 4 on).
    covariate = courses["transplanted"].astype(float).to_frame()
    fit = PHReg(
        courses["stop"], covariate, status=courses["event"].astype(int), entry=courses["start"], ties="efron"
    ).fit()
    ratio = found(rows, "transplant_time_dependent_hazard_ratio.all")
    assert ratio["estimate"] == pytest.approx(np.exp(fit.params[0]), rel=1e-5)
    assert ratio["n"] == 8


def test_transplant_on_the_last_day_makes_no_time_after_it(tmp_path):
    last_day = written(tmp_path, [*EIGHT[:3], ("D", "monotherapy", 24, "no", None, 24, "CR")])
    courses = transplant.counting_process(last_day.patients)
    assert len(courses) == 4
    assert not courses["transplanted"].any()


def test_nobody_is_followed_after_a_transplant_that_never_happened(tmp_path):
    rows = results(written(tmp_path, changed(transplant=None)))
    ratio = found(rows, "transplant_time_dependent_hazard_ratio.all")
    assert ratio["method"] == "not estimable: the covariate does not vary"
    assert ratio["events"] == 4
    assert found(rows, "followed_after_transplant.all")["estimate"] == 0
    assert found(rows, "mantel_byar.all")["method"] == "not estimable: a group has no patients"
    assert found(rows, "simon_makuch_24m.all.transplanted")["method"].endswith("no patients")


def test_naive_ratio_agrees_with_statsmodels(cohort, rows):
    patients = cohort.patients
    ever = patients["patient_id"].isin(["E", "F"]).astype(float).to_frame()
    fit = PHReg(patients["overall_months"], ever, status=patients["overall_event"].astype(int), ties="efron")
    naive = found(rows, "naive_hazard_ratio.all")
    assert naive["estimate"] == pytest.approx(np.exp(fit.fit().params[0]), rel=1e-5)


def test_landmark_test_agrees_with_statsmodels(cohort, rows):
    left = cohort.patients[cohort.patients["patient_id"].isin(list("BCDEFGH"))]
    transplanted = left["patient_id"].eq("E").astype(float).to_frame()
    fit = PHReg(left["overall_months"] - 3, transplanted, status=left["overall_event"].astype(int))
    # The score test of a Cox model without ties is the log-rank test.
    score = fit.score(np.zeros(1))[0]
    expected = score**2 / -fit.hessian(np.zeros(1))[0, 0]
    assert found(rows, "landmark_3m_logrank.all")["estimate"] == pytest.approx(expected, rel=1e-6)


def test_curves_begin_at_the_first_transplant(cohort):
    curves = transplant.curves(cohort)
    transplanted = curves[curves["curve"] == "yes"]
    assert transplanted["month"].tolist() == pytest.approx([2, 5, 26])
    assert transplanted["label"].iloc[0] == "After transplant (n = 2)"
    counts = transplant.at_risk(cohort)
    assert counts[counts["curve"] == "yes"]["n_at_risk"].tolist() == [0, 1, 1, 1, 1, 0]
    assert counts[counts["curve"] == "no"]["n_at_risk"].tolist() == [8, 5, 4, 3, 2, 1]


def test_table_counts_each_side(cohort, rows):
    lines = tables.transplant_table(rows, cohort.study).set_index("Analysis")
    assert lines.loc["From its day", "Deaths"] == "1 and 3"
    assert lines.loc["From its day", "Not (yet)"].startswith("n = 8: ")
    assert lines.loc["Landmark at 3 months", "Transplanted"].startswith("n = 1: ")
    assert lines.loc["Ever or never (wrong)", "Not (yet)"].startswith("n = 6: 44%")
