"""What the plots of response draw, read back from the axes."""

from dataclasses import replace

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from helpers.ground import study as studies
from helpers.ground.results import Estimate, ResultId, not_estimable, row, table
from helpers.plots import response

STUDY = studies.load()


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def rates(*estimates):
    return table(
        row(ResultId("efficacy", "outcome", "rate", arm), "Outcome, rate", "Somebody", "fraction", value)
        for arm, value in zip(STUDY.arm_ids, estimates, strict=True)
    )


def test_rates_show_counts_on_an_axis_from_nought_to_a_hundred():
    half = Estimate(estimate=0.5, ci_low=0.2, ci_high=0.8, ci_level=0.95, n=10, events=5, method="m")
    ax = response.plot_rates(rates(half, not_estimable("no patients", n=0, events=0)), STUDY)
    assert [text.get_text() for text in ax.texts] == ["5 of 10", "not estimable (no patients)"]
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["0%", "25%", "50%", "75%", "100%"]
    assert ax.get_xlim()[0] <= 0 and ax.get_xlim()[1] >= 1
    assert (0.2, 0.8) in [tuple(line.get_xdata()) for line in ax.lines]
    assert ax.get_xlabel() == "Outcome, rate\n95% CI: m"


def patients(*rows):
    return pd.DataFrame(rows, columns=["arm", "bm_blasts_pct", "response_level", "mrd"])


def marks(ax):
    """Place, marker and fill of every patient drawn."""
    return sorted(
        (float(x), round(float(y), 3), line.get_marker(), line.get_fillstyle())
        for line in ax.lines
        if line.get_marker() in "os" and line.get_linestyle() == "None"
        for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)
    )


def cuts(ax):
    return [line.get_xdata()[0] for line in ax.lines if line.get_linestyle() == ":"]


def test_every_patient_is_a_mark_at_the_own_blasts():
    ax = response.plot_response_by_blasts(
        patients(
            ("combination", 20, "CR", "negative"),
            ("monotherapy", 90, "NR", "not negative"),
            ("monotherapy", 40, "CR", "unknown"),
        ),
        STUDY,
    )
    assert marks(ax) == [
        (20.0, -0.19, "o", "full"),
        (40.0, 0.19, "s", "left"),
        (90.0, 3.19, "s", "none"),
    ]
    assert cuts(ax) == [60]


def test_no_cut_is_drawn_where_the_study_has_none():
    uncut = replace(STUDY, populations=STUDY.populations[:3])
    ax = response.plot_response_by_blasts(patients(("combination", 20, "CR", "negative")), uncut)
    assert cuts(ax) == []
    assert not ax.texts


def test_patients_who_would_hide_each_other_are_stacked_within_their_lane():
    crowd = patients(*[("combination", 50, "CR", "negative")] * 30, ("combination", 70, "CR", "negative"))
    drawn = marks(response.plot_response_by_blasts(crowd, STUDY))
    heights = [y for x, y, *_ in drawn if x == 50]
    assert len(set(heights)) == 30
    assert max(heights) < 0 and min(heights) > -0.5
    assert [y for x, y, *_ in drawn if x == 70] == [-0.19]


def test_no_patient_leaves_an_empty_figure():
    ax = response.plot_response_by_blasts(patients(), STUDY)
    assert marks(ax) == []
    assert [text.get_text() for text in ax.get_legend().get_texts()][:2] == [
        "Venetoclax + blinatumomab (n = 0)",
        "Blinatumomab alone (n = 0)",
    ]
