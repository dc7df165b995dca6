"""What the forest plot and the plots of response draw, read back from the axes."""

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from helpers.ground.results import Estimate, not_estimable, row, table
from helpers.plots import forest, response

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def rows_of(unit, *estimates, statistic="risk_difference", group="arm"):
    return table(
        row(f"efficacy.outcome.{statistic}.{group}.s{place}", f"line {place}", "Patients", unit, estimate)
        for place, estimate in enumerate(estimates)
    )


def estimate(value, low, high):
    return Estimate(estimate=value, ci_low=low, ci_high=high, ci_level=0.95, n=10, events=5, method="m")


def drawn_lines(ax):
    """Ends of the intervals, by row; the null line is vertical."""
    lines = [line for line in ax.lines if len(set(line.get_ydata())) == 1 and len(line.get_xdata()) == 2]
    return {line.get_ydata()[0]: tuple(line.get_xdata()) for line in lines}


def points(ax):
    return {line.get_ydata()[0]: line.get_xdata()[0] for line in ax.lines if line.get_marker() == "D"}


def null_line(ax):
    return next(line.get_xdata()[0] for line in ax.lines if line.get_linestyle() == ":")


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_differences_stand_on_a_linear_axis_around_zero():
    ax = forest.plot_forest(rows_of("fraction", estimate(0.5, -0.01, 0.75), estimate(-0.1, -0.5, 0.2)))
    assert ax.get_xscale() == "linear"
    assert null_line(ax) == 0
    assert drawn_lines(ax) == {0: (-0.01, 0.75), 1: (-0.5, 0.2)}
    assert points(ax) == {0: 0.5, 1: -0.1}
    assert [tick.get_text() for tick in ax.get_xticklabels()] == [
        "\N{MINUS SIGN}100",
        "\N{MINUS SIGN}50",
        "0",
        "+50",
        "+100",
    ]
    assert texts(ax)[0] == "+50 points\n95% CI \N{MINUS SIGN}1 to +75 points"


def test_the_first_row_is_on_top_and_labels_stand_as_given():
    ax = forest.plot_forest(rows_of("fraction", estimate(0.5, 0, 0.75), estimate(-0.1, -0.5, 0.2)))
    bottom, top = ax.get_ylim()
    assert top < 0 < 1 < bottom
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["line 0", "line 1"]


def test_a_contrast_beyond_a_hundred_points_fits():
    ax = forest.plot_forest(rows_of("fraction", estimate(0.9, 0.3, 1.4)))
    assert ax.get_xlim()[1] > 1.4


def test_ratios_stand_on_a_log_axis_around_one():
    ax = forest.plot_forest(
        rows_of("odds_ratio", estimate(0.95, 0.92, 0.98), estimate(3.0, 0.4, 21.0), statistic="odds_ratio")
    )
    assert ax.get_xscale() == "log"
    assert null_line(ax) == 1
    assert drawn_lines(ax) == {0: (0.92, 0.98), 1: (0.4, 21.0)}
    assert "1" in [tick.get_text() for tick in ax.get_xticklabels()]
    assert texts(ax)[0] == "0.95\n95% CI 0.92 to 0.98"


@pytest.mark.parametrize(
    ("low", "high", "arrow"), [(0, 2, "<"), (0.5, np.inf, ">"), (0.5, np.nan, ">"), (1e-9, 2, "<")]
)
def test_an_end_that_cannot_be_drawn_is_an_arrow(low, high, arrow):
    ax = forest.plot_forest(rows_of("hazard_ratio", estimate(1.5, low, high), statistic="hazard_ratio"))
    arrows = [line for line in ax.lines if line.get_marker() in "<>"]
    assert [line.get_marker() for line in arrows] == [arrow]
    side = {"<": 0, ">": 1}[arrow]
    assert arrows[0].get_xdata()[0] == pytest.approx(ax.get_xlim()[side])


def test_an_estimate_without_interval_is_a_point_alone():
    ax = forest.plot_forest(rows_of("odds_ratio", Estimate(estimate=2.0, method="m"), statistic="odds_ratio"))
    assert drawn_lines(ax) == {}
    assert points(ax) == {0: 2.0}


def test_a_row_that_does_not_exist_says_why_and_draws_nothing():
    ax = forest.plot_forest(
        rows_of("fraction", not_estimable("an arm has no patients"), estimate(0.1, 0, 0.2))
    )
    assert texts(ax)[0].replace("\n", " ") == "not estimable (an arm has no patients)"
    assert list(points(ax)) == [1]


@pytest.mark.parametrize("unit", ["fraction", "odds_ratio", "percent_points"])
def test_rows_of_which_none_exists_are_drawn(unit):
    ax = forest.plot_forest(rows_of(unit, not_estimable("separation")))
    assert texts(ax) == ["not estimable\n(separation)"]


def test_rows_of_several_units_or_none_are_refused():
    mixed = rows_of("fraction", estimate(0.1, 0, 0.2), estimate(0.1, 0, 0.2)).assign(
        unit=["fraction", "odds_ratio"]
    )
    for rows in (mixed, mixed.head(0)):
        with pytest.raises(ValueError, match="exactly one unit"):
            forest.plot_forest(rows)


def test_the_direction_is_named_for_comparisons_of_the_arms_only():
    arms = forest.plot_forest(rows_of("odds_ratio", estimate(2, 1, 4), statistic="odds_ratio"))
    alone = forest.plot_forest(rows_of("odds_ratio", estimate(2, 1, 4), statistic="odds_ratio", group="all"))
    assert "higher with the combination" in arms.get_xlabel()
    assert alone.get_xlabel() == "Odds ratio (log scale)"


def rates(*estimates):
    return table(
        row(f"efficacy.outcome.rate.{arm}", "Outcome, rate", "Relapsed/refractory", "fraction", value)
        for arm, value in zip(("combination", "monotherapy"), estimates, strict=True)
    )


def test_rates_show_counts_on_an_axis_from_nought_to_a_hundred():
    ax = response.plot_rates(rates(estimate(0.5, 0.2, 0.8), not_estimable("no patients", n=0, events=0)))
    assert texts(ax) == ["5 of 10", "not estimable (no patients)"]
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["0%", "25%", "50%", "75%", "100%"]
    assert ax.get_xlim()[0] <= 0 and ax.get_xlim()[1] >= 1
    assert list(drawn_lines(ax).values()) == [(0.2, 0.8)]
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


def test_every_patient_is_a_mark_at_the_own_blasts():
    ax = response.plot_response_by_blasts(
        patients(
            ("combination", 20, "CR", "negative"),
            ("monotherapy", 90, "NR", "not negative"),
            ("monotherapy", 40, "CR", "unknown"),
        )
    )
    assert marks(ax) == [
        (20.0, -0.19, "o", "full"),
        (40.0, 0.19, "s", "left"),
        (90.0, 3.19, "s", "none"),
    ]
    assert null_line(ax) == 60


def test_patients_who_would_hide_each_other_are_stacked_within_their_lane():
    crowd = patients(*[("combination", 50, "CR", "negative")] * 30, ("combination", 70, "CR", "negative"))
    drawn = marks(response.plot_response_by_blasts(crowd))
    heights = [y for x, y, *_ in drawn if x == 50]
    assert len(set(heights)) == 30
    assert max(heights) < 0 and min(heights) > -0.5
    assert [y for x, y, *_ in drawn if x == 70] == [-0.19]


def test_no_patient_leaves_an_empty_figure():
    ax = response.plot_response_by_blasts(patients())
    assert marks(ax) == []
    assert [text.get_text() for text in ax.get_legend().get_texts()][:2] == [
        "Venetoclax + blinatumomab (n = 0)",
        "Blinatumomab alone (n = 0)",
    ]
