"""Bands of open results, read back from the axes."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from helpers.ground import study as studies
from helpers.plots.bands import plot_band_panels, plot_bands

STUDY = studies.load()


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def row(heading, group, low, high, standing="open", estimate=np.nan, unit="fraction", kind="share"):
    known = {"standing": standing, "range_low": low, "range_high": high, "estimate": estimate, "method": "m"}
    return {"heading": heading, "group": group, "unit": unit, "kind": kind} | known


ROWS = pd.DataFrame(
    [
        row("Alive", arm, low, high)
        for arm, low, high in zip(STUDY.arm_ids, (0.4, 0.6), (0.8, 0.7), strict=True)
    ]
)


def spans(ax):
    """Give the bands that are filled: where each starts and ends."""
    return [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in ax.patches if bar.get_facecolor()[3] > 0]


def test_an_open_row_is_a_band_and_no_point():
    ax = plot_bands(ROWS, STUDY)
    assert np.allclose(spans(ax), [(0.4, 0.8), (0.6, 0.7)])
    assert not [line for line in ax.lines if line.get_marker() not in ("None", None)]
    assert [text.get_text() for text in ax.texts] == ["40% to 80%", "60% to 70%", "Alive"]
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["Combination", "Monotherapy"]
    assert {bar.get_hatch() for bar in ax.patches} == {None, "", "////"}
    assert ax.get_xlim() == (0, 1)


def test_a_row_that_is_known_is_a_point():
    rows = pd.DataFrame(
        [row("Alive", "all", np.nan, np.nan, standing, 0.5) for standing in ("printed", "follows")]
    )
    ax = plot_bands(rows, STUDY)
    assert not ax.patches
    faces = [line.get_markerfacecolor() for line in ax.lines]
    assert [line.get_xdata()[0] for line in ax.lines] == [0.5, 0.5]
    assert [face == "white" for face in faces] == [False, True]


def test_a_band_without_an_end_runs_to_the_edge():
    ax = plot_bands(pd.DataFrame([row("Alive", "all", 0.3, np.nan)]), STUDY)
    assert np.allclose(spans(ax), [(0.3, 1)])


def test_ratios_have_a_log_axis_with_the_null_line():
    ratios = pd.DataFrame([row("Death", "arm", 0.1, 12.0, unit="hazard_ratio", kind="ratio")])
    ax = plot_bands(ratios, STUDY)
    assert ax.get_xscale() == "log"
    assert list(ax.lines[0].get_xdata()) == [1, 1]
    low, high = ax.get_xlim()
    assert low < 0.1 and high > 12
    assert np.allclose(spans(ax), [(0.1, 12)])


def test_units_do_not_mix():
    with pytest.raises(ValueError, match="exactly one unit"):
        plot_bands(pd.concat([ROWS, ROWS.assign(unit="months")]), STUDY)


def test_panels_are_named_at_their_axes():
    months = ROWS.assign(unit="months", kind="time", range_low=9.0, range_high=20.0)
    axs = plot_band_panels({"Survival": ROWS, "Mean months": months}, STUDY)
    assert [ax.get_xlabel() for ax in axs] == ["Survival", "Mean months"]
    assert axs[1].get_xlim() == (0, STUDY.horizon)
