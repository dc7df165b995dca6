"""Plots: the medians of each population of cells at two visits; an open one is a band without a point."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.ground.results import is_estimable, pick
from helpers.ground.standing import is_open
from helpers.ground.study import Study
from helpers.plots.dressing import draw_band, face, write_beside, write_reason
from helpers.plots.style import look
from helpers.printing import prose

ARM, VISIT = 1.5, 0.31  # heights: of an arm's rows, and from their middle to each visit
BLOCK = 2 * ARM + 0.7  # of a population with its heading


def plot_medians(rows: pd.DataFrame, study: Study, *, ax: Axes | None = None) -> Axes:
    """Draw the medians at the first and the last visit below each other, by population of cells and arm.

    Parameters
    ----------
    rows : DataFrame
        Rows of the results table: the median of each population (outcome), arm (group) and visit.
    study : Study
        Its populations of cells are the blocks of the figure, top down.
    ax : Axes, optional
        Without it a new figure, narrow enough for a phone.

    Returns
    -------
    Axes
        Known medians are points, joined by an arrow; a median without number shows its reason.
    """
    ax = ax or plt.subplots(figsize=(4.6, 0.8 + 0.27 * BLOCK * max(len(study.cells), 1)))[1]
    if rows.empty or not rows.apply(is_estimable, axis=1).any():
        why = prose.no_number(rows.iloc[0]) if len(rows) else "this study has no population of cells"
        return write_reason(why, ax=ax)
    ax.set_xlim(0, 1.05 * np.nanmax([1, *rows[["estimate", *_ends(rows)]].to_numpy(float).ravel()]))
    heights = {}
    for block, cell in enumerate(study.cells):
        looks: dict[str, Any] = {"transform": ax.get_yaxis_transform(), "va": "center", "fontsize": 9.5}
        ax.text(0, BLOCK * block, cell.share, **looks)
        for number, arm in enumerate(study.arms):
            heights[BLOCK * block + 0.4 + ARM * (number + 0.5)] = arm
            _draw_arm(ax, list(heights)[-1], pick(rows, outcome=cell.id, group=arm.id), study)
    ax.set_yticks(list(heights), [prose.begin(arm.short) for arm in heights.values()], fontsize=9)
    ax.set_ylim(BLOCK * len(study.cells) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    above, below = (prose.inside(visit.label) for visit in study.ends)
    ax.set_xlabel(f"Median, % of the parent population\n(above {above}, below {below})")
    return ax


def _ends(rows: pd.DataFrame) -> list[str]:
    return [name for name in ("range_low", "range_high") if name in rows]


def _draw_arm(ax: Axes, middle: float, medians: pd.DataFrame, study: Study) -> None:
    ordered = [pick(medians, statistic=f"median_{visit.id}").iloc[0] for visit in study.ends]
    places = [middle - VISIT, middle + VISIT]
    for place, median in zip(places, ordered, strict=True):
        _draw_median(ax, place, median, study)
        write_beside(ax, place, prose.bare(median), fontsize=8.5)
    if not any(is_open(median) or pd.isna(median["estimate"]) for median in ordered):
        ends = [(median["estimate"], place) for median, place in zip(ordered, places, strict=True)]
        arrow = {
            "arrowstyle": "->",
            "color": look(study)[ordered[0]["group"]].colour,
            "shrinkA": 4,
            "shrinkB": 4,
        }
        ax.annotate("", xytext=ends[0], xy=ends[1], arrowprops=arrow)


def _draw_median(ax: Axes, place: float, median: pd.Series, study: Study) -> None:
    drawn = look(study)[median["group"]]
    if is_open(median):
        draw_band(ax, place, median, drawn.colour)
    elif is_estimable(median):
        ax.plot(median["estimate"], place, drawn.marker, markersize=6, **face(median, drawn.colour))
