"""What the plots of curves, numbers at risk and bounds draw, read back from the axes."""

import dataclasses

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from helpers.ground import study as studies
from helpers.plots.style import COLOURS, look
from helpers.plots.survival import (
    LABEL_GAP,
    plot_at_risk,
    plot_bounds,
    plot_cumulative_incidence,
    plot_fan,
    plot_fans,
    plot_survival,
)

STUDY = studies.load()
FIRST, SECOND = STUDY.arm_ids


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def curve(key, label, estimates, censored=0):
    n = len(estimates)
    frame = {"month": np.linspace(0, 30, n), "estimate": estimates, "ci_low": 0.1, "ci_high": 0.9}
    return pd.DataFrame({"curve": key, "label": label, **frame, "n_censored": [0] * (n - 1) + [censored]})


ARMS = pd.concat(
    [
        curve(FIRST, "Venetoclax + blinatumomab (n = 4)", [1, 0.75, 0.5], censored=1),
        curve(SECOND, "Blinatumomab alone (n = 5)", [1, 0.5], censored=2),
    ]
)


def test_curves_are_steps_in_the_look_of_their_arms_with_their_size():
    ax = plot_survival(ARMS, STUDY)
    labels = [text.get_text() for text in ax.texts]
    assert sorted(labels) == ["Blinatumomab alone (n = 5)", "Venetoclax + blinatumomab (n = 4)"]
    steps = [line for line in ax.lines if line.get_drawstyle() == "steps-post"]
    looks = look(STUDY)
    assert [line.get_color() for line in steps] == [looks[FIRST].colour, looks[SECOND].colour]
    assert [line.get_linestyle() for line in steps] == ["-", "--"]
    ticks = [line for line in ax.lines if line.get_marker() == "|"]
    assert [list(line.get_xdata()) for line in ticks] == [[30], [30]]
    assert ax.get_ylim() == (0, 1.02)
    assert ax.get_xlabel() == "Months from the first day of blinatumomab"
    assert np.diff(ax.xaxis.get_majorticklocs()).tolist()[0] == 6


def test_arms_of_another_study_have_the_same_looks():
    arms = tuple(dataclasses.replace(arm, id=f"arm_{arm.id}") for arm in STUDY.arms)
    other = dataclasses.replace(STUDY, arms=arms, time_zero="the day of entry")
    ax = plot_survival(ARMS.assign(curve="arm_" + ARMS["curve"]), other)
    assert [line.get_color() for line in ax.lines[:2]] == [COLOURS["first"], COLOURS["second"]]
    assert ax.get_xlabel() == "Months from the day of entry"


def test_direct_labels_keep_apart_where_curves_end_together():
    ax = plot_survival(ARMS, STUDY)
    heights = sorted(text.xy[1] for text in ax.texts)
    assert heights[1] - heights[0] >= LABEL_GAP - 1e-9
    assert heights[0] > 0
    assert heights[1] < 1


def test_the_names_of_curves_stand_inside_the_plot_where_no_curve_runs():
    curves = pd.concat([curve(FIRST, "One (n = 4)", [1, 0.95]), curve(SECOND, "Two (n = 5)", [1, 0.5])])
    ax = plot_survival(curves, STUDY)
    above, below = (text.xy[1] for text in ax.texts)
    assert all(text.xy[0] == 1 and text.get_ha() == "right" for text in ax.texts)
    assert 0.5 < above < 0.95 and min(abs(below - 0.5), abs(below - 1)) > 0.04 and below < 0.95


def test_numbers_at_risk_stand_at_their_months_in_the_order_and_colours_of_the_curves():
    counts = pd.DataFrame(
        {
            "curve": [FIRST, FIRST, SECOND, SECOND],
            "label": ["One"] * 2 + ["Two"] * 2,
            "month": [0, 6, 0, 6],
            "n_at_risk": [4, 3, 5, 1],
        }
    )
    ax = plot_at_risk(counts, STUDY)
    numbers = [text for text in ax.texts if text.get_text().isdigit()]
    assert [(text.xy, int(text.get_text())) for text in numbers] == [
        ((0, 1), 4),
        ((6, 1), 3),
        ((0, 3), 5),
        ((6, 3), 1),
    ]
    assert [text.get_text() for text in ax.texts if not text.get_text().isdigit()] == ["One", "Two"]
    assert [text.get_color() for text in numbers] == [look(STUDY)[arm].colour for arm in counts["curve"]]
    low, high = ax.get_ylim()
    assert low > high  # the first curve on top


def test_competing_events_are_told_apart_by_line_as_well():
    causes = pd.concat(
        [curve("relapse", "Relapse (n = 8)", [0, 0.1]), curve("death", "Death (n = 8)", [0, 0.4])]
    )
    ax = plot_cumulative_incidence(causes, STUDY)
    assert [line.get_linestyle() for line in ax.lines] == ["-", "--"]
    assert [line.get_ydata()[-1] for line in ax.lines] == [0.1, 0.4]


@pytest.mark.parametrize("shorter_is", ["first", "last"])
def test_panels_that_share_their_months_show_all_of_the_longest_curve(shorter_is):
    _, axs = plt.subplots(2, sharex=True)
    short = ARMS.assign(month=ARMS["month"] / 3)
    panels = (short, ARMS) if shorter_is == "first" else (ARMS, short)
    for ax, curves in zip(axs, panels, strict=True):
        plot_cumulative_incidence(curves, STUDY, ax=ax)
    assert [ax.get_xlim() for ax in axs] == [(0, 30)] * 2


def test_bounds_are_drawn_from_worst_to_best_with_the_other_clock_hollow():
    bounds = pd.DataFrame(
        {
            "label": ["All", "One", "Two"],
            "curve": ["all", FIRST, SECOND],
            "usual": [0.4, 0.5, 0.3],
            "clock": [0.45, 0.55, np.nan],
            "worst": [0.2, 0.4, 0.1],
            "best": [0.6, 0.7, 0.5],
        }
    )
    ax = plot_bounds(bounds, STUDY)
    ranges = [list(line.get_xdata()) for line in ax.lines if len(line.get_xdata()) == 2]
    assert ranges == [[0.2, 0.6], [0.4, 0.7], [0.1, 0.5]]
    hollow = [line for line in ax.lines if line.get_markerfacecolor() == "white"]
    assert [np.isnan(line.get_xdata()[0]) for line in hollow] == [False, False, True]
    assert [line.get_marker() for line in hollow] == ["D", "o", "s"]


def fan(group, low, high, outcome="os"):
    months = np.linspace(0, 34, len(low))
    frame = {"outcome": outcome, "group": group, "label": f"Curve of {group}", "month": months}
    return pd.DataFrame(frame | {"low": low, "high": high})


def known(standing, group="all", month=24, estimate=0.64):
    number = {"estimate": estimate, "kind": "share", "unit": "fraction", "method": "a method"}
    return pd.DataFrame([{"outcome": "os", "group": group, "month": month, "standing": standing} | number])


def test_a_fan_is_a_band_between_two_lines_without_a_curve_in_it():
    low, high = [1, 0.6, 0.4], [1, 0.9, 0.8]
    ax = plot_fan(fan(SECOND, low, high), STUDY)
    assert [list(line.get_ydata()) for line in ax.lines] == [low, high]
    assert {line.get_linestyle() for line in ax.lines} == {"--"}
    # What tells the arms apart without colour: the line and the hatch.
    hatches = {band.get_hatch() for band in ax.collections}
    assert hatches == {None, "////"}
    first = plot_fan(fan(FIRST, low, high), STUDY)
    assert not any(band.get_hatch() for band in first.collections)


@pytest.mark.parametrize(("standing", "is_filled"), [("printed", True), ("follows", False)])
def test_a_known_point_of_a_fan_says_how_it_is_known(standing, is_filled):
    ax = plot_fan(fan("all", [1, 0.5], [1, 0.9]), STUDY, points=known(standing))
    point = ax.lines[-1]
    assert (list(point.get_xdata()), list(point.get_ydata())) == ([24], [0.64])
    assert (point.get_markerfacecolor() != "white") == is_filled
    assert [text.get_text() for text in ax.texts] == [f"64% {standing}"]


def test_fans_of_several_groups_never_share_axes():
    fans = pd.concat([fan(arm, [1, 0.5], [1, 0.9]) for arm in STUDY.arm_ids])
    axs = plot_fans(fans, STUDY, points=known("printed", group=SECOND))
    assert [ax.get_title("left") or ax.get_title() for ax in axs] == [
        f"Curve of {arm}" for arm in STUDY.arm_ids
    ]
    assert [len(ax.texts) for ax in axs] == [0, 1]
    assert [ax.get_xlabel() != "" for ax in axs] == [False, True]


def test_a_fan_that_is_not_known_leaves_the_axes_to_the_points():
    ax = plot_fan(fan("all", [np.nan], [np.nan]), STUDY, points=known("printed"))
    assert ax.get_xlim()[1] >= 24
    assert len(ax.texts) == 1
