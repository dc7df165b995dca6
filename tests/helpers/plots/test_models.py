"""What the plots of a logistic model draw, read back from the axes."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from helpers.ground import study as studies
from helpers.plots.blasts import plot_logistic, plot_shapes, stacked_heights
from helpers.plots.model_checks import plot_calibration, plot_selection
from helpers.plots.style import look

STUDY = studies.load()
FIRST, SECOND = STUDY.arm_ids


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def test_every_patient_is_drawn_where_the_outcome_says():
    points = pd.DataFrame(
        {"arm": [FIRST] * 3 + [SECOND], "blasts": [10.0, 50, 90, 20], "event": [True, False, True, True]}
    )
    curve = pd.DataFrame(
        {"arm": FIRST, "blasts": [10, 90], "estimate": [0.9, 0.2], "ci_low": 0.1, "ci_high": 1}
    )
    ax = plot_logistic(curve, STUDY, points, FIRST)
    drawn = np.asarray(ax.collections[-1].get_offsets())
    assert drawn.tolist() == [[10, 1], [50, 0], [90, 1]]
    assert ax.get_ylim() == (0, 1)
    assert ax.get_title(loc="left") == "Venetoclax +\nblinatumomab\n2 of 3 patients"
    assert ax.lines[0].get_color() == look(STUDY)[FIRST].colour
    assert not ax.texts
    assert plot_logistic(curve, STUDY, points, SECOND).texts[0].get_text() == "no fitted curve"


def test_patients_close_to_each_other_are_set_apart():
    heights = stacked_heights(pd.Series([50.0, 50.0, 50.0, 90.0]), pd.Series([True, True, False, True]))
    assert heights.tolist() == pytest.approx([1, 0.955, 0, 1])


def test_shapes_have_lines_of_their_own_in_the_colour_of_the_arm():
    curves = pd.DataFrame({"shape": ["line", "spline", "quadratic"], "blasts": 50, "estimate": 0.5})
    ax = plot_shapes(curves, STUDY, SECOND)
    assert [line.get_linestyle() for line in ax.lines] == ["-", "--", ":"]
    assert {line.get_color() for line in ax.lines} == {look(STUDY)[SECOND].colour}
    assert "Blinatumomab alone" in (ax.get_title(), ax.get_title(loc="left"))  # where the style puts it


def test_calibration_has_its_line_where_it_exists():
    groups = pd.DataFrame(
        {
            "fitted": [0.2, 0.8],
            "estimate": [0.3, 0.7],
            "ci_low": 0.1,
            "ci_high": 0.9,
            "n": 10,
            "events": [3, 7],
        }
    )
    names = plot_calibration(groups, 0.1, 0.9).get_legend_handles_labels()[1]
    assert names == ["perfect agreement", "corrected for optimism", "observed"]
    assert (
        "corrected for optimism" not in plot_calibration(groups, np.nan, 0.9).get_legend_handles_labels()[1]
    )


def test_selection_fills_the_set_chosen_in_the_patients():
    shares = pd.DataFrame(
        {
            "rule": ["one", "one", "two", "two", "three", "three"],
            "set": ["blasts, arm", "blasts"] * 3,
            "share": [0.2, 0.8, 0.4, 0.6, 0.5, 0.5],
            "chosen": [False, True] * 3,
        }
    )
    ax = plot_selection(shares)
    assert [text.get_text() for text in ax.get_yticklabels()] == ["blasts, arm", "blasts"]
    assert ax.get_xlim() == (0, 1)
    marks = [each for each in ax.collections if len(each.get_offsets()) == 2]
    assert [
        np.asarray(mark.get_offsets())[:, 0].tolist() for mark in marks if len(mark.get_facecolors()) == 2
    ] == [
        [0.2, 0.8],
        [0.4, 0.6],
        [0.5, 0.5],
    ]
