"""Who is in the panel, and how complete it is: rows against hand counts."""

from helpers.chapters.immune.panel import result_id
from helpers.ground.results import get


def counted(rows, *parts: str) -> list[float]:
    return get(rows, result_id(*parts))[["estimate", "n"]].tolist()


def test_patients_are_counted_of_the_cohort(rows):
    assert counted(rows, "patients", "count", "combination") == [6, 8]
    assert counted(rows, "patients", "count", "all", "relapsed_refractory") == [9, 9]
    assert counted(rows, "patients", "count", "combination", "mrd_positive") == [1, 3]


def test_centres_are_those_of_the_sampled_patients(cohort, rows):
    sampled = cohort.patients[cohort.patients["patient_id"].isin(cohort.immune["patient_id"])]
    assert counted(rows, "centres", "count") == [sampled["centre"].nunique(), 3]


def test_values_are_counted_at_each_visit(rows):
    assert counted(rows, "treg", "samples_baseline", "monotherapy") == [5, 5]
    assert counted(rows, "treg", "samples_day28", "monotherapy") == [4, 5]
    assert counted(rows, "treg", "pairs", "monotherapy") == [4, 5]


def test_a_zero_first_value_has_no_ratio_but_keeps_its_pair(rows):
    assert counted(rows, "nkt", "zero_baseline", "combination") == [1, 6]
    assert get(rows, result_id("nkt", "median_ratio", "combination"))["n"] == 5
    assert get(rows, result_id("nkt", "signed_rank", "combination"))["n"] == 6
    assert counted(rows, "pairs", "zero_baseline") == [1, 54]
