"""What the forest plot draws, read back from the axes."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from helpers.ground import study as studies
from helpers.ground.results import DIFFERENCE, Estimate, ResultId, not_estimable, row, table
from helpers.plots import forest, style

STUDY = studies.load()


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def rows_of(unit, *estimates, group="arm"):
    kind = DIFFERENCE if unit in ("fraction", "percent_points") else None
    ids = [ResultId("efficacy", "outcome", "compared", group, f"s{place}") for place in range(len(estimates))]
    return table(
        row(id, f"line {place}", "Patients", unit, estimate, kind)
        for place, (id, estimate) in enumerate(zip(ids, estimates, strict=True))
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


def test_panels_of_differences_share_an_axis_as_wide_as_all_of_them_need():
    parts = {
        "one": rows_of("fraction", estimate(0.1, -0.7, 0.4)),
        "other": rows_of("fraction", estimate(0.6, 0.2, 0.9)),
    }
    axs = forest.plot_forests(parts, STUDY)
    assert [drawn_lines(ax) for ax in axs] == [{0: (-0.7, 0.4)}, {0: (0.2, 0.9)}]
    assert {tuple(round(end) for end in ax.get_xlim()) for ax in axs} == {(-1, 1)}


def test_differences_stand_on_a_linear_axis_around_zero():
    ax = forest.plot_forest(rows_of("fraction", estimate(0.5, -0.01, 0.75), estimate(-0.1, -0.5, 0.2)), STUDY)
    assert ax.get_xscale() == "linear"
    assert null_line(ax) == 0
    assert drawn_lines(ax) == {0: (-0.01, 0.75), 1: (-0.5, 0.2)}
    assert points(ax) == {0: 0.5, 1: -0.1}
    # The ends are those of the intervals, to the next half: nothing is drawn below −50 points.
    labels = [tick.get_text() for tick in ax.get_xticklabels()]
    assert labels == ["\N{MINUS SIGN}50", "0", "+50", "+100"]
    assert texts(ax)[0] == "+50 points\n95% CI \N{MINUS SIGN}1 to +75 points"


def test_the_first_row_is_on_top_and_labels_stand_as_given():
    ax = forest.plot_forest(rows_of("fraction", estimate(0.5, 0, 0.75), estimate(-0.1, -0.5, 0.2)), STUDY)
    bottom, top = ax.get_ylim()
    assert top < 0 < 1 < bottom
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["line 0", "line 1"]


def test_a_contrast_beyond_a_hundred_points_fits():
    ax = forest.plot_forest(rows_of("fraction", estimate(0.9, 0.3, 1.4)), STUDY)
    assert ax.get_xlim()[1] > 1.4


def test_ratios_stand_on_a_log_axis_around_one():
    ax = forest.plot_forest(
        rows_of("odds_ratio", estimate(0.95, 0.92, 0.98), estimate(3.0, 0.4, 21.0)), STUDY
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
    ax = forest.plot_forest(rows_of("hazard_ratio", estimate(1.5, low, high)), STUDY)
    arrows = [line for line in ax.lines if line.get_marker() in "<>"]
    assert [line.get_marker() for line in arrows] == [arrow]
    side = {"<": 0, ">": 1}[arrow]
    assert arrows[0].get_xdata()[0] == pytest.approx(ax.get_xlim()[side])


def test_long_labels_are_broken_and_have_room(recwarn):
    rows = rows_of("hazard_ratio", estimate(2, 1, 4), estimate(2, 1, 4))
    rows["label"] = [
        "A\nhazard ratio",
        "Hazard ratio of death, ever against never transplanted, which is wrong",
    ]
    with plt.rc_context():
        style.use()
        ax = forest.plot_forest(rows, STUDY)
        ax.figure.canvas.draw()
    boxes = [label.get_window_extent() for label in ax.get_yticklabels()]
    assert boxes[1].y1 < boxes[0].y0 and min(box.x0 for box in boxes) > 0
    assert ax.get_yticklabels()[0].get_text() == "A\nhazard ratio"
    assert not recwarn.list


def test_an_estimate_without_interval_is_a_point_alone():
    ax = forest.plot_forest(rows_of("odds_ratio", Estimate(estimate=2.0, method="m")), STUDY)
    assert drawn_lines(ax) == {}
    assert points(ax) == {0: 2.0}


def test_a_row_that_does_not_exist_says_why_and_draws_nothing():
    ax = forest.plot_forest(
        rows_of("fraction", not_estimable("an arm has no patients"), estimate(0.1, 0, 0.2)), STUDY
    )
    assert texts(ax)[0].replace("\n", " ") == "not estimable (an arm has no patients)"
    assert list(points(ax)) == [1]


@pytest.mark.parametrize("unit", ["fraction", "odds_ratio", "percent_points"])
def test_rows_of_which_none_exists_are_drawn(unit):
    ax = forest.plot_forest(rows_of(unit, not_estimable("separation")), STUDY)
    assert texts(ax) == ["not estimable\n(separation)"]


def test_rows_of_several_units_or_none_are_refused():
    mixed = rows_of("fraction", estimate(0.1, 0, 0.2), estimate(0.1, 0, 0.2)).assign(
        unit=["fraction", "odds_ratio"]
    )
    for rows in (mixed, mixed.head(0)):
        with pytest.raises(ValueError, match="exactly one unit"):
            forest.plot_forest(rows, STUDY)


def test_rows_that_compare_nothing_are_refused():
    with pytest.raises(ValueError, match="rows that compare"):
        forest.plot_forest(rows_of("months", estimate(3, 2, 4)), STUDY)


def test_a_row_that_rests_on_a_reading_says_so():
    rows = rows_of("odds_ratio", estimate(2, 1, 4), estimate(2, 1, 4)).assign(standing="follows")
    ax = forest.plot_forest(rows.assign(reading=["", "of others"]), STUDY)
    assert [name.get_text() for name in ax.get_yticklabels()] == ["line 0", "line 1\nunder a reading"]


def test_the_direction_is_named_for_comparisons_of_the_arms_only():
    arms = forest.plot_forest(rows_of("odds_ratio", estimate(2, 1, 4)), STUDY)
    alone = forest.plot_forest(rows_of("odds_ratio", estimate(2, 1, 4), group="all"), STUDY)
    assert "higher with the combination" in arms.get_xlabel()
    assert alone.get_xlabel() == "Odds ratio (log scale)"


def test_several_forests_stand_below_each_other_on_one_axis():
    parts = {
        "One": rows_of("fraction", estimate(0.5, 0, 0.75)),
        "Two": rows_of("fraction", *[estimate(0, 0, 1)] * 3),
    }
    axs = forest.plot_forests(parts, STUDY)
    assert [ax.get_title(loc="left") or ax.get_title() for ax in axs] == ["One", "Two"]
    assert [len(points(ax)) for ax in axs] == [1, 3]
    assert [bool(ax.get_xlabel()) for ax in axs] == [False, True]
