"""The bands of open results lie inside their brackets, and their labels do not touch."""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from evidence.ensemble.families import FAMILIES, HEADLINES
from evidence.plots.brackets import brackets_figure, plot_brackets, ranks_figure, shared
from evidence.words.open_results import family, panels
from helpers.ground.cohort import DEFAULT
from helpers.ground.standing import read_whole
from helpers.plots import style

STARTS = ("range", "plausible", "reached", "proved")


@pytest.fixture(autouse=True)
def closed():
    style.use()
    yield
    plt.close("all")


def row(kind: str, unit: str, *ends: tuple[float, float], label: str = "a result") -> dict:
    named = zip(STARTS, ends, strict=True)
    span = {
        f"{start}_{end}": value
        for start, both in named
        for end, value in zip(("low", "high"), both, strict=True)
    }
    return {"label": label, "kind": kind, "unit": unit, **span}


@pytest.mark.parametrize("ids", [*FAMILIES.values(), *HEADLINES.values()])
def test_no_label_touches_the_next(ids):
    fig = brackets_figure(panels(family(read_whole(DEFAULT), ids)))
    fig.draw_without_rendering()
    for ax in fig.axes:
        boxes = [label.get_window_extent() for label in ax.get_yticklabels()]
        assert all(upper.y0 > lower.y1 for upper, lower in pairwise(boxes))
        assert min(box.x0 for box in boxes) >= 0
        title = ax.get_title(loc="left")
        for place in (
            text.get_window_extent() for text in ax.findobj(Text) if title == text.get_text() != ""
        ):
            assert place.y0 >= ax.bbox.y1 and place.x1 <= fig.bbox.x1
        assert boxes[-1].y0 > ax.xaxis.label.get_window_extent().y1


def test_what_runs_beyond_the_axis_ends_in_an_arrow():
    ratio = row("ratio", "hazard_ratio", (0.5, 2), (0.1, 9), (0, np.inf), (np.nan, np.nan))
    ax = plot_brackets(pd.DataFrame([ratio]), ax=plt.subplots()[1])
    band, within, reached, low, high = ax.lines[:5]
    assert band.get_xdata().tolist() == [0.5, 2] and within.get_xdata().tolist() == [0.1, 9]
    assert reached.get_xdata().tolist() == [0.05, 20]
    assert (low.get_marker(), high.get_marker()) == ("<", ">")


def test_a_single_row_keeps_its_first_words_as_its_label():
    assert shared(["Odds ratio: arms, with age, all"]) == (["Odds ratio"], "Arms, with age, all")
    assert shared(["Alive, first arm", "Alive, second arm"]) == (
        ["Alive, first arm", "Alive, second arm"],
        "",
    )


def test_an_end_without_limit_is_drawn_at_the_outermost_number():
    months = row("time", "months", (13, 28), (12, 34), (1, np.inf), (0, np.inf))
    ax = plot_brackets(pd.DataFrame([months]), ax=plt.subplots()[1])
    assert max(max(line.get_xdata()) for line in ax.lines) == 34
    assert [line.get_marker() for line in ax.lines].count(">") == 2


def test_a_band_is_no_longer_than_its_range():
    share = row("share", "fraction", (0.8, 1), (0.7, 1), (0, 1), (0, 1))
    ax = plot_brackets(pd.DataFrame([share]), ax=plt.subplots()[1])
    assert ax.lines[0].get_solid_capstyle() == "butt"
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["0%", "25%", "50%", "75%", "100%"]


def test_a_block_has_a_histogram_for_each_of_its_results():
    ranks = pd.DataFrame(
        [
            (block, f"result {result}", truth, 19)
            for block, count in (("survival", 7), ("immune", 2))
            for result in range(count)
            for truth in range(20)
        ],
        columns=["block", "result", "rank", "draws"],
    )
    fig = ranks_figure(ranks, {"survival": "event times", "immune": "immune panel"})
    first, second = fig.subfigs
    assert [place.get_suptitle() for place in fig.subfigs] == ["Event times", "Immune panel"]
    assert [sum(ax.axison for ax in place.axes) for place in (first, second)] == [7, 2]
    heights = [patch.get_height() for patch in first.axes[0].patches]
    assert heights == [2] * 10 and first.axes[0].lines[0].get_ydata()[0] == 2
