"""Plots: ranges of open results as bands, without a point, since none of the values in them is the result."""

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba

from helpers.ground.results import RATIO
from helpers.ground.standing import PRINTED, is_open
from helpers.ground.study import CONTRAST, EVERYBODY, Study
from helpers.plots import dressing
from helpers.plots.style import look
from helpers.printing import prose

HATCHES = {"-": "", "--": "////"}  # the second cue beside the colour, by the line of the group
THICKNESS = 0.55  # of a band, in rows
RATIOS = (0.25, 4.0)  # a log axis shows at least these


def plot_bands(rows: pd.DataFrame, study: Study, *, ax: Axes | None = None) -> Axes:
    """Draw open results as bands, those under one heading together, and known ones as points.

    Parameters
    ----------
    rows : DataFrame
        Rows of the results table in one unit, with standing and range; ``heading`` is written over the first
        row of each.
    study : Study
        Tells its arms apart; its main horizon ends an axis of months.
    ax : Axes, optional
        Without it a new figure, high enough for the rows.

    Returns
    -------
    Axes
        A printed point is filled, one that follows is hollow. A band without an end runs to the edge.

    Raises
    ------
    ValueError
        If there is no row, or the rows have several units.
    """
    if len(set(rows["unit"])) != 1:
        raise ValueError("a figure of bands needs rows of exactly one unit")
    places = _places(rows["heading"])
    ax = ax or plt.subplots(figsize=(4.6, 0.8 + 0.27 * (places[-1] + 1)))[1]
    limits = _draw_axis(ax, rows, study)
    for place, (_, result) in zip(places, rows.iterrows(), strict=True):
        _draw_row(ax, place, result, study, limits)
    for heading, place in dict(zip(rows["heading"][::-1], places[::-1], strict=True)).items():
        ax.text(0, place - 0.9, heading, transform=ax.get_yaxis_transform(), va="center", fontsize=9.5)
    ax.set_yticks(places, [_name(group, study) for group in rows["group"]], fontsize=9)
    ax.set_ylim(places[-1] + 0.6, places[0] - 1.5)
    ax.tick_params(axis="y", length=0)
    return ax


def plot_band_panels(parts: dict[str, pd.DataFrame], study: Study) -> np.ndarray:
    """Draw bands of several units below each other.

    Parameters
    ----------
    parts : dict of DataFrame
        By the words at the axis the rows, as in `plot_bands`.
    study : Study

    Returns
    -------
    ndarray of Axes
        Of a new figure, narrow enough for a phone.
    """
    heights = [_places(rows["heading"])[-1] + 2 for rows in parts.values()]
    size = (4.6, 0.7 * len(parts) + 0.24 * sum(heights))
    _, axs = plt.subplots(len(parts), figsize=size, height_ratios=heights, squeeze=False)
    for ax, (axis, rows) in zip(axs[:, 0], parts.items(), strict=True):
        plot_bands(rows, study, ax=ax)
        ax.set_xlabel(axis)
    return axs[:, 0]


def _places(headings: pd.Series) -> list[float]:
    """Place the rows from top down, with room for each heading above its first row."""
    new = headings.ne(headings.shift()).to_numpy()
    return list(np.cumsum(np.where(new, 2.0, 1.0)) - 1)


def _name(group: str, study: Study) -> str:
    if group in study.arm_ids:
        short = study.arm(group).short
        return short[0].upper() + short[1:]
    return "" if group == CONTRAST else study.label(group)


def _draw_axis(ax: Axes, rows: pd.DataFrame, study: Study) -> tuple[float, float]:
    """Give the axis its scale, and return its ends."""
    ends = rows[["range_low", "range_high", "estimate"]].to_numpy(float).ravel()
    ends = ends[np.isfinite(ends)]
    ax.spines["left"].set_visible(False)
    if rows["kind"].iloc[0] == RATIO:
        limits = min([RATIOS[0], *ends[ends > 0]]) / 1.1, max([RATIOS[1], *ends]) * 1.1
        dressing.log_ticks(
            ax, [tick for tick in (0.1, 0.25, 0.5, 1, 2, 4, 10) if limits[0] <= tick <= limits[1]]
        )
        ax.axvline(1, **dressing.NULL_LINE)
    elif rows["unit"].iloc[0] == "fraction":
        limits = 0.0, 1.0
        dressing.share_ticks(ax)
    else:
        limits = 0.0, max([study.horizon, *ends])
        ax.set_xticks(np.linspace(0, study.horizon, 5))
    ax.set_xlim(limits)
    return limits


def _draw_row(ax: Axes, place: float, result: pd.Series, study: Study, limits: Sequence[float]) -> None:
    looks = look(study)
    colour, marker, line = looks[result["group"] if result["group"] in looks else EVERYBODY]
    if is_open(result):
        ends = (result["range_low"], result["range_high"])
        low, high = (edge if pd.isna(end) else end for end, edge in zip(ends, limits, strict=True))
        low, high = max(low, limits[0]), min(high, limits[1])
        ax.barh(place, high - low, THICKNESS, left=low, facecolor=to_rgba(colour, 0.35))
        # On a layer of its own, as a hatch takes the opacity of what it fills.
        edge: dict[str, Any] = {"facecolor": "none", "edgecolor": colour, "linewidth": 1}
        ax.barh(place, high - low, THICKNESS, left=low, hatch=HATCHES[line], **edge)
    else:
        face = colour if result["standing"] == PRINTED else "white"
        ax.plot(result["estimate"], place, marker, color=colour, markerfacecolor=face)
    dressing.write_beside(ax, place, prose.bare(result))
