"""The survival chapter's sentences: each verdict and direction comes from the row."""

import numpy as np
import pandas as pd
import pytest

from helpers.chapters.survival import words as survival_reading
from helpers.ground.results import Estimate, not_estimable, row, table


def made(id, unit="p_value", **numbers):
    numbers = {"n": 20, "events": 5, "method": "a test", **numbers}
    return pd.Series(row(id, "label", "all", unit, Estimate(**numbers)))


def refused(id, unit="p_value"):
    return pd.Series(row(id, "label", "all", unit, not_estimable("no events", n=20, events=0)))


def test_log_rank_sentence_takes_its_verdict_from_the_row():
    id = "survival.os.logrank.arm"
    assert "no clear difference: P = 0.40 (a test)" in survival_reading.log_rank(made(id, p_value=0.4))
    assert "there is a clear difference: P = 0.010" in survival_reading.log_rank(made(id, p_value=0.01))
    assert survival_reading.log_rank(refused(id)).endswith("is not estimable (no events).")


def test_proportionality_sentence_takes_its_verdict_from_the_row():
    id = "survival.os.proportional_hazards.arm"
    assert "no clear sign against" in survival_reading.proportionality(made(id, p_value=0.4))
    assert "do not look proportional" in survival_reading.proportionality(made(id, p_value=0.01))
    assert "not estimable (no events)" in survival_reading.proportionality(refused(id))


def test_median_is_not_reached_rather_than_missing():
    id = "survival.os.median.all"
    assert survival_reading.median(made(id, "months")) == "not reached"
    half = survival_reading.median(made(id, "months", ci_low=11.0, ci_level=0.95))
    assert half.startswith("not reached (95% CI 11")
    assert half.endswith("to not reached)")
    assert survival_reading.median(refused(id, "months")) == "not estimable (no events)"


@pytest.mark.parametrize(
    ("reverse", "expected"),
    [
        (20.0, "It is 4.0 months longer than the simple one."),
        (14.5, "It is 1.5 months shorter than the simple one."),
        (16.0, "It is the same as the simple one."),
        (np.nan, "It is not reached."),
    ],
)
def test_followup_sentence_says_which_median_is_longer(reverse, expected):
    found = table(
        [
            row("survival.followup.median.all", "", "", "months", Estimate(16.0, n=20)),
            row(
                "survival.followup.reverse_km_median.all",
                "",
                "",
                "months",
                Estimate(reverse, n=20, events=15),
            ),
        ]
    )
    sentence = survival_reading.followup(found)
    assert sentence.endswith(expected)
    assert "all 20 patients" in sentence
    assert "the 15 last seen alive" in sentence
    assert "the 5 who died" in sentence


@pytest.mark.parametrize(
    ("ratio", "limits", "expected"),
    [
        (2.0, (0.5, 8.0), ["higher than", "no clear difference"]),
        (0.4, (0.2, 0.8), ["lower than", "; a clear difference"]),
        (1.0, (0.5, 2.0), ["the same as", "no clear difference"]),
    ],
)
def test_transplant_sentence_takes_its_direction_from_the_row(ratio, limits, expected):
    value = Estimate(ratio, *limits, 0.95, 0.2, n=20, events=16, method="Cox")
    sentence = survival_reading.transplant(with_transplant(value))
    assert (
        "Of 20 patients, 7 were followed beyond a transplant, and 6 of these died; 10 died before" in sentence
    )
    assert all(words in sentence for words in expected)


def test_a_transplant_comparison_of_few_deaths_gets_no_verdict():
    value = Estimate(0.1, 0.02, 0.5, 0.95, 0.004, n=20, events=10, method="Cox")
    assert survival_reading.transplant(with_transplant(value)).endswith(
        "too few deaths on one side for a verdict."
    )


def test_transplant_sentence_says_why_there_is_no_ratio():
    sentence = survival_reading.transplant(with_transplant(not_estimable("no events")))
    assert sentence.endswith("the hazard ratio is not estimable (no events).")


def with_transplant(value):
    id = "survival.os.transplant_time_dependent_hazard_ratio.all"
    after = Estimate(7, n=20, events=6, method="count")
    return table(
        [
            row(id, "", "", "hazard_ratio", value),
            row("survival.os.followed_after_transplant.all", "", "", "count", after),
        ]
    )
