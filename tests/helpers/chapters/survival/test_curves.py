"""The frames of the survival chapter's figures, on eight patients written by hand."""

import pandas as pd
import pytest
from courses_by_hand import EIGHT, written

from helpers.chapters.survival import curves
from helpers.ground.endpoints import tick_step


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    return written(tmp_path_factory.mktemp("eight"), EIGHT)


def test_curves_are_named_with_their_size(cohort):
    found = curves.curves(cohort, "os", cohort.study.arm_ids)
    assert found.groupby("curve", sort=False)["label"].first().to_dict() == {
        "combination": "Venetoclax + blinatumomab (n = 4)",
        "monotherapy": "Blinatumomab alone (n = 4)",
    }


def test_numbers_at_risk_stand_under_every_sixth_month(cohort):
    counts = curves.at_risk(cohort, "os", cohort.study.arm_ids)
    combination = counts[counts["curve"] == "combination"]
    assert combination["month"].tolist() == [0, 6, 12, 18, 24, 30]
    assert combination["n_at_risk"].tolist() == [4, 3, 2, 2, 2, 1]


@pytest.mark.parametrize(
    ("longest", "step"), [(0.1, 6), (48, 6), (48.1, 12), (96, 12), (96.1, 24), (481, 120), (5000, 120)]
)
def test_an_axis_has_at_most_eight_steps_until_they_are_ten_years(longest, step):
    assert tick_step(longest) == step


def test_incidences_are_by_cause_in_one_group_and_by_group_for_one_cause(cohort):
    causes = curves.incidences(cohort, ("all",))
    assert causes.groupby("curve", sort=False)["estimate"].last().to_dict() == pytest.approx(
        {"relapse": 0.125, "death": 0.40625}
    )
    arms = curves.incidences(cohort, cohort.study.arm_ids, ("relapse",))
    assert arms["curve"].unique().tolist() == list(cohort.study.arm_ids)


def test_frames_without_rows_are_stacked_in_silence():
    empty = pd.DataFrame({"month": pd.Series(dtype=float)})
    assert curves.stacked([empty, empty]).empty
    assert curves.stacked([empty, pd.DataFrame({"month": [1.0]})])["month"].tolist() == [1.0]
