"""The rows of chapter 1 on a cohort small enough to count by hand."""

import numpy as np
import pytest
from scipy import stats
from small_cohorts import courses, write

from helpers.chapters.cohort import course
from helpers.chapters.cohort.groups import result_id
from helpers.chapters.cohort.rows import results
from helpers.ground.results import COUNT, DIFFERENCE, STATISTIC, get, is_estimable, pick


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    return write(tmp_path_factory.mktemp("small"), courses(), panel=True)


@pytest.fixture(scope="module")
def rows(cohort):
    return results(cohort)


COUNTED = {
    "patients.count.all": (10, 10),
    "patients.count.combination": (4, 4),
    "patients.count.monotherapy.relapsed_refractory": (4, 6),
    "patients.count.combination.mrd_negative": (0, 4),
    "patients.count.all.measurable_disease": (9, 10),
    "patients.count.combination.high_burden": (2, 4),
    "patients.count.monotherapy.low_burden": (3, 6),
    "high_burden.count.monotherapy.relapsed_refractory": (1, 4),
    "immune_panel.count.all": (3, 10),
    "immune_panel.count.combination.mrd_positive": (1, 1),
    "immune_panel.count.monotherapy.relapsed_refractory": (1, 4),
    "centres.count.all": (3, 9),
    "centres_with_both_arms.count.all": (1, 9),
    "centre_01.count.all": (5, 9),
    "centre_01.count.combination": (2, 4),
    "centre_02.count.monotherapy": (2, 5),
    "cycles_1.count.all": (7, 10),
    "cycles_3.count.monotherapy": (1, 6),
    "cycles_4.count.all": (0, 10),
    "cycles_5.count.all": (1, 10),
    "transplant.count.combination": (1, 4),
    "relapse.count.all": (2, 10),
    "death.count.all": (4, 10),
    "alive.count.monotherapy": (4, 6),
    "on_chemotherapy.count.all": (1, 9),
    "death_after_relapse_or_no_response.count.all": (2, 4),
    "missing_age_years.count.all": (1, 10),
    "missing_best_response.count.all": (0, 7),
    "missing_transplant_days.count.all": (0, 2),
    "missing_on_chemotherapy.count.all": (1, 10),
    "missing_immune_percent.count.all": (1, 30),
}


@pytest.mark.parametrize("name", COUNTED)
def test_counts_by_hand(rows, name):
    found = get(rows, result_id(*name.split(".")))
    assert (found["estimate"], found["n"]) == COUNTED[name]
    assert (found["unit"], found["kind"]) == ("count", COUNT)


def test_a_death_without_an_answer_leaves_the_denominator(tmp_path):
    patients = courses()
    patients.loc[2, "best_response"] = ""  # relapsed and died
    id = result_id("death_after_relapse_or_no_response", "count")
    found = get(results(write(tmp_path, patients)), id)
    assert (found["estimate"], found["n"]) == (1, 3)


def test_quantiles_by_hand(rows):
    ages = [20, 30, 45, 50, 40, 60, 74, 35, 17]
    for statistic, share in (("minimum", 0), ("quartile_1", 0.25), ("median", 0.5), ("maximum", 1)):
        assert get(rows, result_id("age", statistic))["estimate"] == np.quantile(ages, share)
    # Blasts 10, 20, 30, 90: the first quartile lies three quarters of the way from 10 to 20.
    assert (
        get(rows, result_id("blasts", "quartile_1", "monotherapy", "relapsed_refractory"))["estimate"] == 17.5
    )
    assert get(rows, result_id("blasts", "median", "combination", "relapsed_refractory"))["estimate"] == 61
    assert not is_estimable(get(rows, result_id("age", "median", "combination", "mrd_negative")))


def test_blasts_are_compared_as_scipy_does(rows):
    expected = stats.mannwhitneyu([80, 61, 60], [90, 20, 10, 30], use_continuity=False, method="asymptotic")
    exact = stats.mannwhitneyu([80, 61, 60], [90, 20, 10, 30], method="exact")
    found = get(rows, result_id("blasts", "mann_whitney", "arm", "relapsed_refractory"))
    assert (found["estimate"], found["p_value"]) == pytest.approx(expected)
    found = get(rows, result_id("blasts", "mann_whitney_exact", "arm", "relapsed_refractory"))
    assert found["p_value"] == pytest.approx(exact.pvalue)


def test_standardised_differences_by_formula(rows):
    x, y = np.array([20, 30, 45]), np.array([40, 60, 74])
    spread = np.sqrt((x.var(ddof=1) + y.var(ddof=1)) / 2)
    found = get(rows, result_id("age", "standardised_difference", "arm", "relapsed_refractory"))
    assert found["estimate"] == pytest.approx((x.mean() - y.mean()) / spread)
    assert not is_estimable(get(rows, result_id("age", "standardised_difference", "arm", "mrd_negative")))
    error = get(rows, result_id("standardised_difference", "standard_error", "arm", "relapsed_refractory"))
    assert error["estimate"] == pytest.approx(np.sqrt(1 / 3 + 1 / 4))


def test_only_signed_numbers_are_differences(rows):
    signed = pick(rows, kind=DIFFERENCE)
    assert set(signed["statistic"]) == {"hodges_lehmann", "standardised_difference"}
    unsigned = {"mann_whitney", "mann_whitney_exact", "standardised_distance", "standard_error"}
    assert set(pick(rows, statistic=unsigned)["kind"]) == {STATISTIC}


def test_centres_are_ordered_by_size(rows):
    labels = [get(rows, result_id(f"centre_{rank:02d}", "count"))["label"] for rank in (1, 2, 3)]
    assert labels == ["North", "East", "South"]


def test_courses_are_sorted_and_in_months(cohort):
    found = course.courses(cohort.patients, cohort.study)
    assert found["months"].is_monotonic_decreasing
    assert found.loc[0, "transplant"] == pytest.approx(61 / 30.4375)
    assert found.loc[2, ["relapse", "death"]].tolist() == pytest.approx([200 / 30.4375, 300 / 30.4375])
    assert found.loc[8, "death"] == pytest.approx(0.5 / 30.4375)
    assert (found["death"].isna() == found["alive"].notna()).all()
    assert found["status"].tolist() == cohort.patients.loc[found.index, "disease_status"].tolist()
