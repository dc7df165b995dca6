"""The survival chapter's sentences: each verdict and direction comes from the row."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from courses_by_hand import EIGHT, written

from helpers.chapters.survival import tables
from helpers.chapters.survival.rows import results
from helpers.chapters.survival.times import result_id
from helpers.chapters.survival.words import choices, compared, known
from helpers.ground.results import Estimate, not_estimable, row, table

NO_EVENTS = not_estimable("no events", n=20, events=0)


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    return written(tmp_path_factory.mktemp("eight"), EIGHT)


@pytest.fixture(scope="module")
def study(cohort):
    return cohort.study


@pytest.fixture(scope="module")
def rows(cohort):
    return results(cohort)


def made(unit, value, *parts, **more):
    return row(result_id(*parts, **more), "label", "all", unit, value)


def two_arms(study, statistic, unit, value, events=(7, 12)):
    """Make a comparison of overall survival, and the medians that count the events of each arm."""
    sides = [
        made("months", Estimate(n=20, events=count, method="count"), "os", "median", arm)
        for arm, count in zip(study.arm_ids, events, strict=True)
    ]
    return table([made(unit, value, "os", statistic, "arm"), *sides])


def changed(rows, id, **changes):
    """Return the rows with one of them changed."""
    place = rows["id"] == str(id)
    assert place.sum() == 1
    return rows.assign(**{name: rows[name].mask(place, value) for name, value in changes.items()})


@pytest.mark.parametrize(
    ("p_value", "events", "verdict"),
    [
        (0.4, (7, 12), "there is no clear difference: P = 0.40 (a test)."),
        (0.01, (7, 12), "there is a clear difference: P = 0.010 (a test)."),
        (0.01, (5, 5), "there is a clear difference: P = 0.010 (a test)."),
        (0.01, (4, 12), "there are too few events on one side for a verdict: P = 0.010 (a test)."),
        (0.4, (12, 0), "there are too few events on one side for a verdict: P = 0.40 (a test)."),
    ],
)
def test_log_rank_sentence_takes_its_verdict_from_the_row(study, p_value, events, verdict):
    value = Estimate(1.2, p_value=p_value, n=20, events=19, method="a test")
    rows = two_arms(study, "logrank", "statistic", value, events)
    assert compared.log_rank_sentence(rows, study, "os") == f"Between the arms' curves {verdict}"
    rows = two_arms(study, "logrank", "statistic", NO_EVENTS, events)
    assert compared.log_rank_sentence(rows, study, "os").endswith("is not estimable (no events).")


def test_the_level_of_the_tests_is_the_study_s(study):
    rows = two_arms(study, "logrank", "statistic", Estimate(4.0, p_value=0.045, n=20, method="a test"))
    strict = dataclasses.replace(study, alpha=0.01)
    assert "is a clear difference" in compared.log_rank_sentence(rows, study, "os")
    assert "is no clear difference" in compared.log_rank_sentence(rows, strict, "os")


@pytest.mark.parametrize(
    ("estimate", "limits", "events", "direction", "verdict"),
    [
        (1.44, (0.57, 3.65), (7, 12), "was higher with", "no clear difference."),
        (0.40, (0.20, 0.80), (7, 12), "was lower with", "a clear difference."),
        (0.40, (0.20, 0.80), (7, 4), "was lower with", "too few events on one side for a verdict."),
        (0.99, (0.15, 7.27), (7, 12), "was estimated alike with", "no clear difference."),
    ],
)
def test_hazard_sentence_has_no_direction_beside_one_and_no_verdict_from_few(
    study, estimate, limits, events, direction, verdict
):
    value = Estimate(estimate, *limits, 0.95, 0.2, n=20, events=19, method="Cox")
    rows = two_arms(study, "hazard_ratio", "hazard_ratio", value, events)
    for p_value in (0.3, float("nan")):
        sentence = compared.hazard_sentence(with_proportionality(rows, p_value), study, "os")
        assert sentence.startswith("The hazard of death " + direction)
        assert sentence.endswith(verdict)


def with_proportionality(rows, p_value):
    """Add a test of proportional hazards."""
    test = Estimate(4.0, p_value=p_value, n=20, events=19, method="score test")
    return pd.concat([rows, table([made("statistic", test, "os", "proportional_hazards", "arm")])])


def test_a_hazard_ratio_that_changes_over_time_is_told_with_a_warning(study):
    value = Estimate(1.44, 0.57, 3.65, 0.95, 0.2, n=20, events=19, method="Cox")
    rows = two_arms(study, "hazard_ratio", "hazard_ratio", value, (7, 12))
    sentence = compared.hazard_sentence(with_proportionality(rows, 0.004), study, "os")
    assert sentence.endswith(
        "no clear difference. It changed over time, P = 0.004 (score test), so that the ratio averages over "
        "a changing relation."
    )


@pytest.mark.parametrize(
    ("means", "events", "beginning", "verdict"),
    [
        ((18.9, 19.8), (7, 12), "was lower with", "no clear difference."),
        ((19.8, 19.8), (7, 12), "was estimated alike with", "no clear difference."),
        ((18.9, 19.8), (2, 12), "was lower with", "too few events on one side for a verdict."),
    ],
)
def test_mean_time_sentence(study, means, events, beginning, verdict):
    difference = Estimate(-0.04, -4.8, 2.9, 0.95, 0.6, n=64, events=19, method="Wald")
    lines = [made("months", difference, "os", "rmst_difference_24m", "arm")]
    for arm, mean, count in zip(study.arm_ids, means, events, strict=True):
        lines.append(made("months", Estimate(mean, n=32, events=count), "os", "rmst_24m", arm))
    sentence = compared.mean_time_sentence(
        table([lines[0] | {"kind": "difference"}, *lines[1:]]), study, "os"
    )
    assert sentence.startswith(f"The mean time alive within 24 months {beginning}")
    assert sentence.endswith(verdict)


def test_proportionality_sentence_takes_its_verdict_from_the_row(study):
    def said(value):
        rows = table([made("statistic", value, "os", "proportional_hazards", "arm")])
        return compared.proportionality_sentence(rows, study, "os")

    assert "no clear sign against" in said(Estimate(0.7, p_value=0.4, n=20, events=5, method="a test"))
    assert "do not look proportional" in said(Estimate(7.0, p_value=0.01, n=20, events=5, method="a test"))
    assert "not estimable (no events)" in said(NO_EVENTS)


def test_gray_sentence_judges_only_where_both_arms_have_five_events(cohort, rows):
    many = pd.concat([cohort.patients.assign(first_event="relapse")] * 2, ignore_index=True)
    enough = dataclasses.replace(cohort, patients=many)
    id = result_id("relapse", "gray", "arm")
    plain = changed(rows, id, p_value=0.4, method="a test")
    assert "relapse: no clear difference, P = 0.40 (a test);" in compared.gray_sentence(plain, enough)
    clear = changed(rows, id, p_value=0.01, method="a test")
    assert "relapse: a clear difference, P = 0.010" in compared.gray_sentence(clear, enough)
    few = dataclasses.replace(cohort, patients=many.iloc[4:])  # four of the first arm
    assert "relapse: too few events on one side for a verdict, P = 0.010" in compared.gray_sentence(
        clear, few
    )
    none = changed(rows, id, method="not estimable: no events")
    assert "relapse: not estimable (no events);" in compared.gray_sentence(none, enough)


@pytest.mark.parametrize(
    ("reverse", "expected"),
    [
        (20.0, "It is 4 months longer than the simple one."),
        (14.5, "It is 1.5 months shorter than the simple one."),
        (16.0, "It is the same as the simple one."),
        (np.nan, "It is not reached."),
    ],
)
def test_followup_sentence_says_which_median_is_longer(reverse, expected):
    rows = table(
        [
            made("months", Estimate(16.0, n=20), "followup", "median"),
            made("months", Estimate(reverse, n=20, events=15), "followup", "reverse_km_median"),
            made("months", Estimate(20.0, n=20, events=5), "os", "median"),
        ]
    )
    sentence = known.followup_sentence(rows)
    assert sentence.endswith(expected)
    assert "all 20 patients" in sentence
    assert "the 15 last seen alive" in sentence
    assert "the 5 who died" in sentence


# Transplant


def transplanted(value, deaths=6, naive=None):
    lines = [
        made("hazard_ratio", value, "os", "transplant_time_dependent_hazard_ratio"),
        made("count", Estimate(7, n=20, events=deaths, method="count"), "os", "followed_after_transplant"),
        made("statistic", Estimate(1.0, p_value=0.01, n=20, method="a test"), "os", "mantel_byar"),
    ]
    return table(lines + ([made("hazard_ratio", naive, "os", "naive_hazard_ratio")] if naive else []))


def ratio(estimate, low=0.1, high=2.0, events=16):
    return Estimate(estimate, low, high, 0.95, 0.2, n=20, events=events, method="Cox")


@pytest.mark.parametrize(
    ("value", "deaths", "expected"),
    [
        (ratio(2.0, 0.5, 8.0), 6, ["was higher than", "no clear difference."]),
        (ratio(0.4, 0.2, 0.8), 6, ["was lower than", "; a clear difference."]),
        (ratio(1.0, 0.5, 2.0), 6, ["was about the same as", "no clear difference."]),
        (ratio(0.1, 0.02, 0.5), 4, ["was lower than", "too few events on one side for a verdict."]),
        (ratio(0.1, 0.02, 0.5, events=10), 6, ["too few events on one side for a verdict."]),
    ],
)
def test_transplant_sentence_takes_its_direction_from_the_row(study, value, deaths, expected):
    sentence = choices.transplant_sentence(transplanted(value, deaths), study)
    counts = f"Of 20 patients, 7 were followed beyond a transplant, and {deaths} of these died; "
    assert sentence.startswith(f"{counts}{value.events - deaths} died before")
    assert all(part in sentence for part in expected)


def test_transplant_sentence_says_why_there_is_no_ratio(study):
    sentence = choices.transplant_sentence(transplanted(not_estimable("no events")), study)
    assert sentence.endswith("the hazard ratio is not estimable (no events).")


def test_mantel_byar_counts_the_deaths_on_both_sides(study):
    said = choices.mantel_byar_sentence(transplanted(ratio(0.4)), study)
    assert said == "Between the two states there is a clear difference: P = 0.010 (a test)."
    said = choices.mantel_byar_sentence(transplanted(ratio(0.4), deaths=4), study)
    assert "there are too few events on one side" in said
    missing = changed(transplanted(ratio(0.4)), result_id("os", "mantel_byar"), method="not estimable: none")
    assert choices.mantel_byar_sentence(missing, study) == "The Mantel-Byar test is not estimable (none)."


@pytest.mark.parametrize(
    ("naive", "right", "end"),
    [
        (0.25, 0.5, "The first, which is wrong, lies further from 1."),
        (1.1, 0.5, "The first, which is wrong, lies nearer to 1."),
        (0.4602, 0.4598, "The first, which is wrong, lies as far from 1, to the printed digits."),
    ],
)
def test_the_wrong_ratio_is_said_to_lie_where_it_lies(naive, right, end):
    assert choices.immortal_sentence(transplanted(ratio(right), naive=ratio(naive))).endswith(end)


def test_where_a_ratio_is_missing_none_is_further_off():
    said = choices.immortal_sentence(transplanted(ratio(0.5), naive=NO_EVENTS))
    assert said.endswith("transplant counted from its day it is 0.50 (95% CI 0.10 to 2.00).")


# The eight patients


def test_warning_names_the_groups_with_few_at_risk(rows, study):
    few = known.warning_sentence(rows, study, "os")
    assert few.startswith("Fewer than 10 patients are still at risk here: All patients, 5 of 8 at 12 months")
    assert "Blinatumomab alone, 1 of 4 at 24 months" in few
    hidden = rows.assign(estimate=rows["estimate"].where(~rows["statistic"].str.startswith("at_risk"), 50.0))
    hidden = changed(hidden, "survival.os.at_risk_24m.monotherapy", estimate=np.nan)
    assert known.warning_sentence(hidden, study, "os").startswith(
        "Wherever the number at risk is told, it is 10 or more. At risk: Blinatumomab alone, "
    )
    many = rows.assign(estimate=rows["estimate"].where(~rows["statistic"].str.startswith("at_risk"), 10))
    assert known.warning_sentence(many, study, "os") == (
        "At least 10 patients of every group are at risk at 12 and 24 months."
    )


def test_probabilities_are_printed_with_their_counts(rows, study):
    text = known.probability(rows, "os", 24)
    assert text.startswith("47% (95% CI ")
    assert text.endswith("4 deaths among 8 patients by then; 3 still at risk)")
    assert "1 death among 4 patients" in known.probability(rows, "os", 12, "monotherapy")
    both = known.probabilities(rows, study, "os")
    assert "still at risk) at one year and 47% (" in both and both.endswith(") at two years")
    assert known.by_arm(rows, study, "os").endswith(") with blinatumomab alone")
    assert known.medians(rows, study, "os").startswith("All patients: 20 months")


def test_the_clock_and_the_landmarks_are_told_from_their_rows(rows, study):
    clock = choices.clock_sentence(rows, study, study.lead_in)
    assert clock.startswith("With the combination timed from venetoclax, overall survival of the combination")
    assert clock.count(" in place of ") == 4
    landmarks = choices.landmark_sentences(rows, study)
    assert landmarks.startswith("At 3 months 7 patients are alive and observed, 1 of them transplanted")


def test_only_a_rebuilt_cohort_is_said_to_be_rebuilt(cohort):
    assert "recorded" in known.standing_sentence(cohort)
    rebuilt = dataclasses.replace(cohort, provenance="reconstructed")
    assert "chosen" in known.standing_sentence(rebuilt)


def test_definitions_stand_side_by_side(rows, study):
    found = tables.nonresponse_table(rows, study)
    line = found[(found["Group"] == "All patients") & (found["Months"] == "24")].iloc[0]
    assert line["Relapse or death"].startswith("47% (")
    assert line["Relapse, death or non-response"].startswith("50% (")
    assert "4 of 8 by then" in line["Relapse, death or non-response"]


def test_without_a_lead_in_there_is_no_other_clock(rows, study):
    plain = dataclasses.replace(study, lead_in=None)
    assert "Venetoclax clock" in tables.sensitivity_table(rows, study)
    assert "Venetoclax clock" not in tables.sensitivity_table(rows, plain)
    assert tables.bounds_frame(rows, plain)["clock"].isna().all()
    assert tables.clock_note(plain) == ""
    assert tables.clock_note(study).startswith("The clock of blinatumomab alone does not change")
