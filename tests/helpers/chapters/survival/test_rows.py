"""The survival chapter against hand counts, statsmodels, and cohorts in which little can be estimated."""

import functools
import re
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import small_cohorts
from courses_by_hand import EIGHT, HOSTILE, written
from statsmodels.duration.hazard_regression import PHReg
from statsmodels.duration.survfunc import survdiff
from statsmodels.stats.proportion import proportion_confint
from told import of_another_study, told

from helpers.chapters.survival.rows import results
from helpers.chapters.survival.words import choices
from helpers.ground.endpoints import DAYS_PER_MONTH
from helpers.ground.results import DIFFERENCE, ResultId, get, is_recorded, pick


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    return written(tmp_path_factory.mktemp("eight"), EIGHT)


@pytest.fixture(scope="module")
def rows(cohort):
    return results(cohort)


def found(rows, id):
    return get(rows, ResultId.parse(f"survival.{id}"))


BY_HAND = {
    # Deaths at 3, 5, 10 and 20 months with 8, 7, 6 and 4 at risk.
    "os.km_12m.all": 5 / 8,
    "os.km_24m.all": 5 / 8 * 3 / 4,
    "os.at_risk_24m.all": 3,
    "os.median.all": 20,
    "os.km_24m.combination": 2 / 4,
    "os.km_12m.monotherapy": 3 / 4,
    # Relapse at 6 in place of death at 10.
    "dfs.km_24m.all": 5 / 8 * 3 / 4,
    # H fails at once: 8, 7, 6 and 5 at risk, and no event is left near 24 months.
    "dfs_nonresponse.km_24m.all": 4 / 8,
    "relapse.cumulative_incidence_24m.all": 6 / 8 * 1 / 6,
    "death_without_relapse.cumulative_incidence_24m.all": 1 / 8 + 1 / 8 + 5 / 8 * 1 / 4,
    "followup.quartile_1.all": 5 + 0.75 * 5,
    "followup.median.all": 16,
    "followup.quartile_3.all": 24 + 0.25 * 2,
    "followup.maximum.all": 30,
    # Censorings at 12, 24 and 26 with 5, 3 and 2 at risk: 4/5, 8/15, 4/15.
    "followup.reverse_km_median.all": 26,
    # Of A, E and H, who died without relapse, H alone had no remission.
    "death_without_relapse.never_in_remission.all": 1,
    # S is 1 to 3 months, then 3/4 to 10, then 1/2; and 1 to 5, then 3/4 to 20, then 3/8 (H of two at risk).
    "os.rmst_24m.combination": 3 + 7 * 3 / 4 + 14 / 2,
    "os.rmst_24m.monotherapy": 5 + 15 * 3 / 4 + 4 * 3 / 8,
    "os.rmst_difference_12m.arm": (3 + 7 * 3 / 4 + 2 / 2) - (5 + 7 * 3 / 4),
    "dfs.rmst_12m.combination": 3 + 3 * 3 / 4 + 6 / 2,
    # Only G leaves before 24 months without an event.
    "os.censored_before_24m.all": 1,
    "os.censored_before_24m.combination": 0,
    "os.worst_case_24m.all": 3 / 8,
    "os.best_case_24m.all": 4 / 8,
    "os.worst_case_24m.monotherapy": 1 / 4,
    "os.best_case_24m.monotherapy": 2 / 4,
    "os.worst_case_difference_24m.arm": 2 / 4 - 2 / 4,
    "os.best_case_difference_24m.arm": 2 / 4 - 1 / 4,
}


@pytest.mark.parametrize("id", BY_HAND)
def test_rows_agree_with_hand_counts(rows, id):
    assert found(rows, id)["estimate"] == pytest.approx(BY_HAND[id])


@pytest.mark.parametrize(
    ("id", "counts"),
    [
        ("os.km_24m.all", [8, 4]),
        ("os.km_12m.all", [8, 3]),
        ("followup.reverse_km_median.all", [8, 4]),
        ("os.worst_case_24m.all", [8, 5]),
        ("os.best_case_24m.all", [8, 4]),
    ],
)
def test_counts_beside_the_estimates(rows, id, counts):
    assert found(rows, id)[["n", "events"]].tolist() == counts


def test_arms_are_compared_as_in_statsmodels(cohort, rows):
    patients = cohort.patients
    months, died = patients["overall_months"], patients["overall_event"].astype(int)
    chi_square, p_value = survdiff(months, died, patients["arm"].astype(str))
    assert found(rows, "os.logrank.arm")[["estimate", "p_value"]].tolist() == pytest.approx(
        [chi_square, p_value]
    )
    combination = patients["arm"].eq("combination").astype(float)
    fit = PHReg(months, combination.to_frame(), status=died, ties="efron").fit()
    ratio = found(rows, "os.hazard_ratio.arm")
    assert ratio["estimate"] == pytest.approx(np.exp(fit.params[0]), rel=1e-5)
    assert ratio["p_value"] == pytest.approx(fit.pvalues[0], rel=1e-4)


def test_competing_events_and_survival_add_up_to_everybody(rows):
    for group in ("all", "combination", "monotherapy"):
        for month in (12, 24):
            shares = [
                found(rows, f"{name}_{month}m.{group}")["estimate"]
                for name in (
                    "dfs.km",
                    "relapse.cumulative_incidence",
                    "death_without_relapse.cumulative_incidence",
                )
            ]
            assert sum(shares) == pytest.approx(1)


def test_only_differences_of_the_arms_have_a_sign(rows):
    names = pick(rows, kind=DIFFERENCE)["statistic"]
    assert set(names) == {
        "rmst_difference_12m",
        "rmst_difference_24m",
        "worst_case_difference_24m",
        "best_case_difference_24m",
    }


def test_bounds_have_wilson_intervals(rows):
    expected = proportion_confint(3, 8, method="wilson")
    worst = found(rows, "os.worst_case_24m.all")
    assert worst[["ci_low", "ci_high"]].tolist() == pytest.approx(list(expected))


def test_the_clock_of_venetoclax_starts_a_week_earlier_for_the_combination_alone(cohort, rows):
    patients = cohort.patients
    combination = patients["arm"].eq("combination")
    later = patients["overall_months"] + np.where(combination, 7 / DAYS_PER_MONTH, 0)
    died = patients["overall_event"].astype(int)
    usual, other = (
        np.exp(PHReg(months, combination.astype(float).to_frame(), status=died).fit().params[0])
        for months in (patients["overall_months"], later)
    )
    name = "os.hazard_ratio{}_venetoclax_clock.arm"
    assert found(rows, name.format(""))["estimate"] == pytest.approx(other, rel=1e-5)
    assert found(rows, name.format("_shift"))["estimate"] == pytest.approx(other / usual, rel=1e-5)


def test_the_other_clock_can_carry_an_event_across_the_horizon(tmp_path):
    late = results(written(tmp_path, [("A", "combination", 23.9, "yes", None, None, "CR"), *EIGHT[1:]]))
    assert found(late, "os.km_24m.combination")["estimate"] == pytest.approx(3 / 4 * 2 / 3)
    assert found(late, "os.km_24m_venetoclax_clock.combination")["estimate"] == pytest.approx(3 / 4)


# Cohorts in which little can be estimated, and another study


def both(cohort):
    """Run the chapter and its details on a cohort: the texts of both, and the rows."""
    texts, rows = told("04_survival", cohort)
    return texts + told("04a_survival_details", cohort)[0], rows


@functools.cache
def hostile(name):
    """Run the notebook on a hostile cohort by name, once for all tests: its texts and rows."""
    with tempfile.TemporaryDirectory() as folder:
        return both(written(Path(folder), HOSTILE[name]))


FIRST_DIES = "first transplanted dies at once"


@pytest.mark.parametrize("name", HOSTILE)
def test_every_cohort_has_every_row_and_every_text(rows, name):
    texts, its_rows = hostile(name)
    assert its_rows["id"].tolist() == rows["id"].tolist()
    assert not [text for text in texts if re.search(r"\b(nan|inf)\b", text)]


def test_what_does_not_exist_says_why():
    _, none = hostile("no event")
    for id in ("os.hazard_ratio.arm", "os.logrank.arm", "os.median.all", "os.proportional_hazards.arm"):
        assert found(none, id)["method"] == "not estimable: no events"
    _, alone = hostile("one arm")
    assert found(alone, "os.km_24m.combination")["method"] == "not estimable: no patients"
    assert found(alone, "os.logrank.arm")["method"] == "not estimable: a group has no patients"
    reason = "not estimable: in a group, no patients"
    assert found(alone, "os.rmst_difference_24m.arm")["method"] == reason
    assert found(alone, "relapse.gray.arm")["method"] == "not estimable: a group has no patients"
    assert found(alone, "os.worst_case_24m.combination")["method"].startswith("not estimable")
    _, short = hostile("short follow-up")
    reason = "not estimable: follow-up ends before that time"
    assert found(short, "os.rmst_24m.combination")["method"] == reason
    assert found(short, "os.best_case_24m.combination")["estimate"] == 2 / 4


def test_a_curve_whose_first_entrant_dies_alone_is_zero_from_then_on():
    _, rows = hostile(FIRST_DIES)
    for month in (12, 24):
        assert found(rows, f"os.simon_makuch_{month}m.all.transplanted")["estimate"] == 0


def test_another_study_has_its_own_arms_and_months(cohort, rows):
    texts, other = both(of_another_study(cohort))
    said = "\n".join(texts)
    words = (
        r"venetoclax|blinatumomab|combination|monotherapy|(at|within|before) (12|24) months|(one|two) years?"
    )
    assert not re.search(words, said, re.IGNORECASE)
    assert "6 and 18 months" in said
    assert found(other, "os.km_18m.new")["estimate"] == pytest.approx(2 / 4)
    assert found(other, "os.hazard_ratio.arm")["estimate"] == found(rows, "os.hazard_ratio.arm")["estimate"]
    assert not other["statistic"].str.contains("clock").any()
    assert "The clock" not in said


def test_landmarks_begin_before_the_last_horizon(cohort):
    study = replace(cohort.study, horizons=(6,), lead_in=None)
    texts, rows = both(replace(cohort, study=study))
    # Of those alive at 3 months E alone is transplanted, and alone dies by the 6th.
    assert pick(rows, statistic="landmark_3m_km_6m")["estimate"].tolist() == [0, 1]
    assert not rows["statistic"].str.startswith("landmark_6m").any()
    assert any("At 3 months 7 patients are alive" in text for text in texts)


def test_a_relapse_without_a_day_is_a_relapse_and_leaves_what_counts_its_time(tmp_path):
    """Every row is that of the cohort with the day, or that of the cohort without the patient."""
    rows = small_cohorts.courses()
    relapsed = rows["relapse"].eq("yes")
    patient = rows.index[relapsed][0]
    undated = rows.assign(relapse_days=rows["relapse_days"].where(rows.index != patient, ""))
    found, whole, less = (
        results(small_cohorts.write(tmp_path, each, "patient-level")).set_index("id")
        for each in (undated, rows, rows.drop(index=patient))
    )
    numbers = ["estimate", "ci_low", "ci_high", "p_value", "n", "events"]
    is_whole, is_less = (
        np.isclose(
            found[numbers].astype(float), each.loc[found.index, numbers].astype(float), equal_nan=True
        ).all(axis=1)
        for each in (whole, less)
    )
    assert (is_whole | is_less).all(), found.index[~(is_whole | is_less)].tolist()
    assert found.loc["survival.relapse.died.all", "n"] == relapsed.sum()
    assert found.loc["survival.os.hazard_ratio.arm", "n"] == len(rows)
    for id in ("dfs.km_24m.all", "dfs.worst_case_24m.all", "relapse.cumulative_incidence_24m.all"):
        assert found.loc[f"survival.{id}", "n"] == len(rows) - 1


def test_who_never_was_in_remission_is_not_known_without_a_response(tmp_path):
    """Of nobody a response is recorded; the count of 0 let the book say that nobody could not relapse."""
    lacking = small_cohorts.write(tmp_path, small_cohorts.courses().drop(columns="best_response"))
    found = results(lacking)
    never = get(found, ResultId("survival", "death_without_relapse", "never_in_remission"))
    assert not is_recorded(never) and np.isnan(never["estimate"])
    assert choices.never_sentence(found, lacking.study) == ""
