"""Plots: values by arm, of every patient or in bands, with the quartiles of the arm."""

from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from helpers.ground.results import is_estimable, reason
from helpers.ground.study import Arm, Study
from helpers.plots.dressing import MUTED, PAPER
from helpers.plots.style import look
from helpers.printing import prose

_HALF = 0.3  # of the height of a strip's bars, and of the band of its quartiles


def plot_points(
    patients: pd.DataFrame, study: Study, column: str, quartiles: pd.DataFrame, *, ax: Axes | None = None
) -> Axes:
    """Draw raw points by arm, the box of the quartiles and the line of the median behind them.

    Parameters
    ----------
    patients : DataFrame
        One row per patient: ``arm`` and the values; missing values are left out. Nobody where only the
        quartiles are known: the band and the line are drawn all the same.
    study : Study
    column : str
        The column that holds the values.
    quartiles : DataFrame
        Result rows with the statistics quartile_1, median and quartile_3 of each arm.
    ax : Axes, optional
        Where to draw; a new figure without it.

    Returns
    -------
    Axes
        The value runs along the x-axis, one strip an arm; the label above a strip has its median,
        quartiles and number of values. The caller names the x-axis.
    """
    ax = ax or plt.subplots()[1]
    # The limits stand before the points, because a swarm is laid out in them.
    _lay_strips(ax, study)
    known = patients.dropna(subset=column)
    for position, arm in enumerate(study.arms):
        drawn = look(study)[arm.id]
        _draw_arm(ax, quartiles, position, arm, drawn.colour)
        mine = known.loc[known["arm"] == arm.id, column]
        if mine.empty:
            continue
        looks: dict[str, Any] = {"color": drawn.colour, "marker": drawn.marker, "size": 6, "alpha": 0.85}
        looks |= {"edgecolor": "white", "linewidth": 0.6}
        looks |= {"warn_thresh": 1}  # a crowded strip overlaps a little; that is no failure
        heights = [position] * len(mine)
        sns.swarmplot(x=mine.to_numpy(float), y=heights, orient="h", native_scale=True, ax=ax, **looks)
    _lay_strips(ax, study)
    return ax


def plot_bands(bands: pd.DataFrame, study: Study, quartiles: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how values are spread, as a bar for each band of them, arm by arm, with the quartiles behind.

    Parameters
    ----------
    bands : DataFrame
        ``arm``, ``over`` and ``to`` (the ends of the band) and ``share`` of the arm's patients.
    study : Study
    quartiles : DataFrame
        As in `plot_points`.
    ax : Axes, optional
        Where to draw; a new figure without it.

    Returns
    -------
    Axes
        As of `plot_points`. The height of a bar is the share for each unit of the value, so that its area is
        the share; the arms have one scale.
    """
    ax = ax or plt.subplots()[1]
    _lay_strips(ax, study)
    widths = bands["to"] - bands["over"]
    heights = bands["share"] / widths
    heights *= 2 * _HALF / heights.max()
    for position, arm in enumerate(study.arms):
        drawn, mine = look(study)[arm.id], bands["arm"].eq(arm.id)
        _draw_arm(ax, quartiles, position, arm, drawn.colour)
        looks: dict[str, Any] = {"color": drawn.colour, "alpha": 0.55, "edgecolor": "white", "linewidth": 1}
        # The axis runs down, and the bars up.
        places = bands.loc[mine, "over"], -heights[mine], widths[mine]
        ax.bar(*places, bottom=position + _HALF, align="edge", zorder=0.5, **looks)
        if not mine.any():
            ax.text(
                0, position, "too few patients for a bar", fontsize=9, va="center", color=MUTED, bbox=PAPER
            )
    return ax


def _lay_strips(ax: Axes, study: Study) -> None:
    """Give each arm a strip of the axes, the first on top."""
    ax.set(ylim=(len(study.arms) - 0.55, -0.7), yticks=[], ylabel="")
    ax.spines["left"].set_visible(False)


def _draw_arm(ax: Axes, quartiles: pd.DataFrame, position: int, arm: Arm, colour: str) -> None:
    """Draw the quartiles of an arm, and write its name and its numbers above them."""
    of_arm = quartiles[quartiles["group"] == arm.id].set_index("statistic", drop=False)
    _draw_quartiles(ax, of_arm, position, colour)
    ax.text(0, position - 0.4, _label(of_arm, arm), transform=ax.get_yaxis_transform(), color=colour)


def _draw_quartiles(ax: Axes, of_arm: pd.DataFrame, position: int, colour: str) -> None:
    if not is_estimable(of_arm.loc["median"]):
        return
    low, middle, high = (of_arm.loc[name, "estimate"] for name in ("quartile_1", "median", "quartile_3"))
    if pd.isna([low, middle, high]).any():  # of an open quartile only a range is known
        return
    looks: dict[str, Any] = {"color": colour, "alpha": 0.15, "edgecolor": "none", "zorder": 0}
    ax.barh(position, high - low, left=low, height=2 * _HALF, **looks)
    ax.plot([middle, middle], [position - _HALF, position + _HALF], color=colour, linewidth=2.5, zorder=1)


def _label(of_arm: pd.DataFrame, arm: Arm) -> str:
    median, low, high = (of_arm.loc[name] for name in ("median", "quartile_1", "quartile_3"))
    if not is_estimable(median):
        return f"{arm.label}: {reason(median)}"
    if pd.isna(low["estimate"]) or pd.isna(high["estimate"]):
        return f"{arm.label} (n = {median['n']:.0f})\nmedian {prose.number(median)}"
    # The unit is said once, after the upper quartile.
    bottom = prose.fixed(low["estimate"], 1).removesuffix(".0")
    return (
        f"{arm.label} (n = {median['n']:.0f})"
        f"\nmedian {prose.number(median)}, quartiles {bottom} to {prose.number(high)}"
    )
